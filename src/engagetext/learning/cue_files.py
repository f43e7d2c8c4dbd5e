"""Read cues as they are written by hand: words, and pairs of words, with the label that they hint at."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from engagetext.classify.cues import CueTable
from engagetext.errors import RecordError, SourceNotFoundError

_FORM = "a label, a tab, a strength from 0 to 3, a tab, and one or two lemmas"


def read_cues(paths: Sequence[Path], senses: Path | None = None) -> CueTable:
    """Read cues, and with them the meaning classes of words.

    A hint is a label with a strength, of a word by itself or of a pair: a model weighs each, so it need not be one of
    its own labels. So is a meaning class.

    Parameters
    ----------
    paths : sequence of Path
        Tables: a label, a tab, a strength (3: nearly always that label, 1: a hint, 0: looks like it but is not), a tab,
        and one or two lemmas on each line; `#` begins a comment line.
    senses : Path, optional
        Lemmas and their classes; as for `read_classes`.

    Raises
    ------
    SourceNotFoundError
        If a file is not there.
    RecordError
        If a line is written otherwise.
    """
    found: dict[tuple[str, ...], list[str]] = {}
    for path in paths:
        for where, line in _lines(path, "a table of cues"):
            parts = [part.strip() for part in line.split("\t")]
            lemmas = tuple(parts[-1].split())
            if len(parts) != 3 or parts[1] not in ("0", "1", "2", "3") or len(lemmas) not in (1, 2):
                raise RecordError(where, repr(line[:40]), _FORM, "Mend it.")
            found.setdefault(lemmas, []).append(f"{parts[0]} {parts[1]} {len(lemmas)}")
    for word, classes in read_classes(senses).items() if senses else ():
        found.setdefault((word,), []).extend(classes)
    names = sorted({name for hints in found.values() for name in hints})
    numbers = {name: number for number, name in enumerate(names)}
    return CueTable.from_words(
        {lemmas: [numbers[name] for name in hints] for lemmas, hints in found.items()}, len(names)
    )


def read_classes(path: Path) -> dict[str, list[str]]:
    """Read lemmas and the names of their classes.

    Parameters
    ----------
    path : Path
        A lemma, a tab, and the names of its classes, parted by blanks, on each line; `#` begins a comment line.

    Raises
    ------
    SourceNotFoundError
        If the file is not there.
    RecordError
        If a line is written otherwise.
    """
    words: dict[str, list[str]] = {}
    for where, line in _lines(path, "a table of lemmas and classes"):
        word, _, names = line.partition("\t")
        if not names.strip():
            raise RecordError(where, repr(line[:40]), "a lemma, a tab and classes", "Mend it.")
        words[word.strip()] = names.split()
    return words


def _lines(path: Path, expected: str) -> Iterator[tuple[str, str]]:
    """Yield the lines that are neither empty nor comments, each after the place where it stands."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise SourceNotFoundError(str(path), "no file", expected, "Check the path.") from error
    except UnicodeDecodeError as error:
        raise RecordError(str(path), str(error), f"{expected}, in UTF-8", "Save it in UTF-8.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if line and not line.startswith("#"):
            yield f"{path}, line {number}", line
