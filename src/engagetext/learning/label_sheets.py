"""Labelled passages in a spreadsheet: a CSV file with a cell for the themes of a row and one for its obstacles."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from engagetext.errors import EngagetextError, RecordError
from engagetext.learning.packed import read_bytes, write_bytes
from engagetext.reading.fields import ALIASES, fold_name
from engagetext.reading.streams import ByteStream, buffered, suffix_of
from engagetext.reading.tables import csv_rows
from engagetext.taxonomy import Status

_SEPARATORS = {".csv": ";", ".tsv": "\t"}
_LABELS = ("themes", "obstacles")
_TEXTS = ("id", "source", "doc", "kind", "text")
_FRENCH = {"texte": "text", "freins": "obstacles", "frein": "obstacle"}
_COLUMNS = (*_TEXTS, *_LABELS, "sure")
_BETWEEN = re.compile(r"[;,|\n]")
# What a spreadsheet takes for a formula; with the apostrophe before it, it is a text, here and there.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_TWICE = re.compile(r" \(\d+\)$")
# « 12/3/0 » would come back as a date.
_NUMBER = re.compile(r"'*\d")


def is_sheet(path: Path) -> bool:
    """Tell whether a file is a sheet, by its name; `.gz` after it does not count."""
    return suffix_of(path.name) in _SEPARATORS


def read_sheet(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a sheet as those of a JSONL file are, each with the place where it stands.

    Parameters
    ----------
    path : Path
        CSV, separated by commas, semicolons, tabs or `|`. The header names `text` (or what a column of texts is called
        in tables of articles) and `themes`, `obstacles` (or `freins`) or both, however they are typed. Labels in a cell
        are parted by semicolons, commas, `|` or line ends;
        `label:status` or `label (status)` is an obstacle with its status.

    Raises
    ------
    RecordError
        If a column is missing or named twice, or a row is broken.
    SourceError
        If the file cannot be read.
    SourceNotFoundError
        If it is not there.
    """

    def refuse(error: EngagetextError) -> None:
        raise error

    content = io.BytesIO(read_bytes(path))
    for row, where, _ in csv_rows(ByteStream(str(path), path.name, buffered(content)), None, _check, refuse):
        named = _columns(row)
        cells = {(column := named[name]): _plain(column, str(cell)) for name, cell in row.items() if cell}
        found: dict[str, Any] = {name: cell for name, cell in cells.items() if cell and name not in _LABELS}
        found["themes"] = _parted(cells.get("themes", ""))
        found["obstacles"] = [_obstacle(item) for item in _parted(cells.get("obstacles", ""))]
        yield where, found


def write_sheet(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows so that a spreadsheet in French opens them with their accents and columns in place.

    Parameters
    ----------
    rows : iterable of mapping
        `text`, `themes`, `obstacles` (each with `label` and `status`), and any of `id, source, doc, kind, sure`.
    path : Path
        It is replaced.

    Raises
    ------
    OSError
        If it cannot be written.
    RecordError
        If the id of a label holds what parts labels.
    """
    sheet = io.StringIO()
    writer = csv.DictWriter(
        sheet, _COLUMNS, delimiter=_SEPARATORS[suffix_of(path.name)], quoting=csv.QUOTE_ALL, extrasaction="ignore"
    )
    writer.writeheader()
    for row in rows:
        for label in (*row["themes"], *(held["label"] for held in row["obstacles"])):
            if _BETWEEN.search(label):
                found = f"the label {label!r}"
                raise RecordError(str(path), found, "a label without ; , | and line ends", "Write a .jsonl file.")
        obstacles = "; ".join(f"{held['label']}:{held['status']}" for held in row["obstacles"])
        cells = {**row, "themes": "; ".join(row["themes"]), "obstacles": obstacles}
        writer.writerow({name: _guarded(name, str(cells.get(name, ""))) for name in _COLUMNS})
    write_bytes(path, sheet.getvalue().encode("utf-8-sig"))


def _check(names: list[str], where: str) -> None:
    known = Counter(_columns(names).values())
    if not known["text"] or not (known["themes"] or known["obstacles"]):
        expected = "the columns text, and themes or obstacles"
        raise RecordError(where, f"the columns {', '.join(names) or '(none)'}", expected, "Rename them in the header.")
    for name in _COLUMNS:
        if known[name] > 1:
            raise RecordError(where, f"two columns {name!r}", "one of each name", "Rename one of them in the header.")
    for name in _LABELS:
        if known[name[:-1]]:
            raise RecordError(where, f"a column {name[:-1]!r}", repr(name), "Rename it: its labels would be lost.")


def _columns(names: Iterable[str]) -> dict[str, str]:
    """Return what each column is called, however it is typed; the reader of tables numbers what is named twice."""
    folded = {name: fold_name(_TWICE.sub("", name)) for name in names}
    found = {name: _FRENCH.get(plain, plain) for name, plain in folded.items()}
    if "text" not in found.values():
        # As articles are read: « Verbatim », « Réponse ».
        name = next((name for alias in ALIASES["text"] for name, plain in folded.items() if plain == alias), None)
        found |= {name: "text"} if name is not None else {}
    return found


def _misread(name: str, value: str) -> bool:
    """Tell whether a spreadsheet would take a cell for something else than its text."""
    return bool(_FORMULA.match(value) or (name not in ("text", "sure") and _NUMBER.match(value)))


def _guarded(name: str, value: str) -> str:
    return f"'{value}" if _misread(name, value) else value


def _plain(name: str, cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _misread(name, cell[1:]) else cell.strip()


def _parted(cell: str) -> list[str]:
    return [label for part in _BETWEEN.split(cell) if (label := part.strip())]


def _obstacle(item: str) -> str | dict[str, str]:
    for mark, end in ((":", ""), ("(", ")")):
        label, found, status = item.removesuffix(end).rpartition(mark)
        if found and (fold_name(status) in list(Status) or " " not in item.strip()):
            return {"label": label.strip(), "status": status.strip()}
    return item
