"""Read meaning classes of words as they are written by hand."""

from pathlib import Path

from engagetext.classify.senses import NO_SENSE, SenseTable
from engagetext.errors import RecordError, SourceNotFoundError


def read_senses(path: Path) -> SenseTable:
    """Read a table of lemmas and their classes; as for `read_classes`.

    Raises
    ------
    RecordError
        If there are too many classes.
    """
    words = read_classes(path)
    classes = sorted({name for names in words.values() for name in names})
    if len(classes) >= NO_SENSE:
        raise RecordError(str(path), f"{len(classes)} classes", f"fewer than {NO_SENSE}", "Merge some.")
    numbers = {name: number for number, name in enumerate(classes)}
    return SenseTable.from_words(
        {word: [numbers[name] for name in names] for word, names in words.items()}, len(classes)
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
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise SourceNotFoundError(str(path), "no file", "a table of lemmas and classes", "Check the path.") from error
    words: dict[str, list[str]] = {}
    for number, line in enumerate(lines, start=1):
        if line and not line.startswith("#"):
            word, _, names = line.partition("\t")
            if not names.strip():
                raise RecordError(f"{path}, line {number}", repr(line[:40]), "a lemma, a tab and classes", "Mend it.")
            words[word] = names.split()
    return words
