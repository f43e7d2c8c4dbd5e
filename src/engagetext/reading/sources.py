"""Files, folders, patterns and standard input -> named byte streams, one after the other."""

import os
import sys
from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from os import PathLike, fsdecode
from pathlib import Path, PurePath
from typing import IO, Any

from engagetext.errors import InputTypeError, RecordError, SourceNotFoundError
from engagetext.reading.meter import Meter
from engagetext.reading.streams import ByteStream, Reject
from engagetext.reading.unpacking import unpack

Source = str | PathLike[str] | IO[bytes] | IO[str] | Sequence[str | PathLike[str] | IO[bytes] | IO[str]]

_CALL = "read(source)"


def check_source(source: Any) -> None:
    """Tell at once if a source cannot be one.

    Raises
    ------
    InputTypeError
        If it is neither a path, a pattern, an open file object, nor a list of these; or an address on the net.
    SourceNotFoundError
        If no file has that name.
    """
    if isinstance(source, (list, tuple)):
        for one in source:
            check_source(one)
    elif isinstance(source, (str, PathLike)):
        path = _printable(source)
        if path.lower().startswith(("http://", "https://", "ftp://", "http:/", "https:/")):
            remedy = "Save the page first: engagetext has no network."
            raise InputTypeError(_CALL, f"the address {path}", "a file on this machine", remedy)
        if path != "-" and not _exists(source):
            found = "no file that fits this pattern" if has_magic(path) else "no such file or folder"
            shown = path if len(path) <= 200 else f"{path[:200]}…"
            remedy = "Check the path; for a text itself call the analyzer on it, or pipe it to -."
            raise SourceNotFoundError(shown, found, "a file, folder or pattern", remedy)
    elif not hasattr(source, "read") or getattr(source, "closed", False):
        found = f"a {type(source).__name__}" + (" that is closed" if hasattr(source, "read") else "")
        expected = "a path, a pattern, an open file object or a list of these"
        raise InputTypeError(_CALL, found, expected, "For texts that you hold already call the analyzer on them.")


def _exists(path: str | PathLike[str]) -> bool:
    try:
        if has_magic(fsdecode(path)) and glob(fsdecode(path), recursive=True):
            return True
        return path != "" and Path(path).exists()
    except (OSError, ValueError):  # a whole text given as a path is too long a name for the system
        return False


def open_streams(source: Any, reject: Reject, meter: Meter | None = None) -> Iterator[ByteStream]:
    """Yield every stream of a source: folders in sorted order, members of archives one by one.

    Hidden files are left out: they are the system's, not the user's. A link that leads back into a folder above it, a
    device, and what may not be opened is rejected.

    Parameters
    ----------
    source : str, PathLike, file object, or list of these
        `"-"` is standard input.
    reject : callable
        Called with the error of a file that cannot be opened.
    meter : Meter, optional
        Is told of each file that is opened.

    Yields
    ------
    ByteStream
        To be read before the next one is asked for. Its `id` is relative to the folder or the fixed part of the
        pattern that was asked for; in a list, where folders may hold files of one name, it is the path as given.
    """
    if isinstance(source, (list, tuple)):
        for one in source:
            if isinstance(one, (str, PathLike)) and _printable(one) != "-":
                yield from _open_named(fsdecode(one), None, reject, meter)
            else:
                yield from open_streams(one, reject, meter)
    elif isinstance(source, (str, PathLike)):
        path = fsdecode(source)
        if path == "-":
            yield from unpack("standard input", "standard input", sys.stdin.buffer, reject)
        else:
            yield from _open_named(path, _base(path), reject, meter)
    else:
        given = getattr(source, "name", None)
        name = _printable(given) if isinstance(given, (str, PathLike)) else "file object"
        yield from unpack(name, PurePath(name).name or name, getattr(source, "buffer", source), reject)


def _printable(path: str | PathLike[str]) -> str:
    """Return a path as text; bytes that are no UTF-8 become U+FFFD, as no record may hold half characters."""
    return os.fsencode(fsdecode(path)).decode("utf-8", "replace")


def _base(path: str) -> Path:
    """Return the folder to which ids are relative."""
    if Path(path).is_dir():
        return Path(path)
    parts = Path(path).parts
    fixed = next((number for number, part in enumerate(parts) if has_magic(part)), len(parts) - 1)
    return Path(*parts[: min(fixed, len(parts) - 1)]) if not Path(path).exists() else Path(path).parent


def _open_named(path: str, base: Path | None, reject: Reject, meter: Meter | None) -> Iterator[ByteStream]:
    used = False

    def told(error: RecordError) -> None:
        nonlocal used
        used = True
        reject(error)

    for one in _matches(path):
        for stream in _open_path(one, base, told, meter, ()):
            used = True
            yield stream
    if not used:
        found = "a folder without files" if Path(path).is_dir() else "a pattern that no file fits"
        remedy = "Check the path; hidden files are left out."
        reject(RecordError(_printable(path), found, "a file to read", remedy))


def _matches(path: str) -> list[Path]:
    """Return the files and folders that a path or pattern names."""
    if Path(path).exists():
        return [Path(path)]
    found = glob(path, recursive=True)
    if "**" in path:
        # It gives a folder and what is in it, and follows links in circles: each file is to be read once.
        files = {os.path.realpath(one): one for one in sorted(found, key=len, reverse=True)}
        found = [one for real, one in files.items() if not Path(real).is_dir()]
    return [Path(one) for one in sorted(found)]


def _open_path(
    path: Path, base: Path | None, reject: Reject, meter: Meter | None, above: tuple[tuple[int, int], ...]
) -> Iterator[ByteStream]:
    name = _printable(path.as_posix())
    try:
        if path.is_dir():
            status = path.stat()
            here = (status.st_dev, status.st_ino)
            if here in above:
                reject(RecordError(name, "a link to a folder above it", "a folder", "Remove the link."))
                return
            for child in sorted(path.iterdir(), key=lambda child: child.name):
                if not child.name.startswith("."):
                    yield from _open_path(child, base, reject, meter, (*above, here))
            return
        if above and not path.is_file():  # a pipe in a folder would wait for ever; one that is named is meant
            found = "a link to nothing" if path.is_symlink() else "no regular file"
            reject(RecordError(name, found, "a file that can be read", "Remove it, or name it by itself."))
            return
        stream = path.open("rb")
    except OSError as error:
        reject(RecordError(name, error.strerror or str(error), "a readable file", "Check its permissions."))
        return
    with stream:
        if meter is not None:
            meter.opened(stream, path.stat().st_size)
        yield from unpack(name, name if base is None else _printable(path.relative_to(base).as_posix()), stream, reject)


def list_files(source: Any) -> list[tuple[Path, os.stat_result]] | None:
    """Return the files of a source with their state, sorted; None where it is no path, or standard input.

    Parameters
    ----------
    source : str, PathLike or list of these
        What `open_streams` opens, whose hidden files are left out here too; anything else gives None.
    """
    if isinstance(source, (list, tuple)):
        parts = [list_files(one) for one in source]
        return None if None in parts else sorted({pair for part in parts for pair in part or ()})
    if not isinstance(source, (str, PathLike)) or fsdecode(source) == "-":
        return None
    path = fsdecode(source)
    tops = [Path(path)] if Path(path).exists() else [Path(one) for one in glob(path, recursive=True)]
    found: dict[Path, os.stat_result] = {}
    for top in tops:
        for file in _files_below(top) if top.is_dir() else (top,):
            if file.is_file():
                found[file] = file.stat()
    return sorted(found.items(), key=lambda pair: pair[0].as_posix())


def _files_below(top: Path) -> Iterator[Path]:
    """Yield what lies in a folder and in those below it, but for what is hidden, and for folders themselves."""
    for folder, _, names in os.walk(top):
        for name in names:
            file = Path(folder) / name
            if not any(part.startswith(".") for part in file.relative_to(top).parts):
                yield file
