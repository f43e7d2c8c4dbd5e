"""What a job is made of: its files, its model and its options, as values that tell whether it is still the same."""

import json
from collections.abc import Collection
from dataclasses import asdict
from glob import glob
from hashlib import blake2b, sha256
from importlib.metadata import version
from os import PathLike, fspath
from pathlib import Path

from engagetext.errors import OptionError
from engagetext.keywords.domain import TermList
from engagetext.reading.sources import list_files
from engagetext.tables import SCHEMA_VERSION
from engagetext.text.language import CODES

# Path, bytes, and time of the last change in nanoseconds.
InputFile = tuple[str, int, int]


def check_languages(languages: Collection[str]) -> tuple[str, ...]:
    """Return codes of languages.

    Raises
    ------
    OptionError
        If one is unknown, or they are one string.
    """
    known = {code.split("-")[0] for code in CODES}
    # A string is a collection of letters: « fr » would be the languages f and r.
    if isinstance(languages, str) or not languages or not set(languages) <= known:
        raise OptionError(
            "languages", repr(languages), f"codes in a tuple or list, of: {', '.join(sorted(known))}", 'Use ("fr",).'
        )
    return tuple(languages)


def check_apart(source: object, outputs: tuple[Path, ...]) -> None:
    """Refuse outputs that the job itself, or the next one, would read as its source.

    Raises
    ------
    OptionError
        If an output is.
    """
    if not isinstance(source, (str, PathLike)):
        return
    place = Path(fspath(source))
    # A source may be a pattern, and pathlib has no way to ask what an absolute one matches.
    read_too = {path.resolve() for path in map(Path, glob(str(place), recursive=True)) if path.is_file()}  # noqa: PTH207
    for output in (path.resolve() for path in outputs):
        if output in read_too or (place.is_dir() and output.is_relative_to(place.resolve())):
            raise OptionError(
                "out", f"{output}, which is read as well", "an output apart from the source", "Choose another folder."
            )


def input_files(source: object) -> list[InputFile] | None:
    """Return path, bytes and time of change of each file of a source; None where it is no path, or standard input."""
    found = list_files(source)
    if found is None:
        return None
    return [(path.as_posix(), status.st_size, status.st_mtime_ns) for path, status in found]


def options_digest(
    model: Path, *, terms: TermList | None, languages: tuple[str, ...], shard_size: int, reading: object
) -> dict[str, str]:
    """Return what results depend on besides the input, under the names that users know.

    Parameters
    ----------
    model : Path
        Folder of the model.
    terms : TermList or None
    languages : tuple of str
    shard_size : int
    reading : object
        Options of `read`.
    """
    digest = sha256()
    for path in sorted(model.iterdir()):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())

    def short(value: object) -> str:
        return blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=16).hexdigest()

    return {
        "version of engagetext": version("engagetext"),
        "version of the columns": SCHEMA_VERSION,
        "model": digest.hexdigest(),
        "vocabulary": short(None if terms is None else asdict(terms)),
        "choice of languages": short(sorted(languages)),
        "shard size": str(shard_size),
        "way of reading": short(reading),
    }
