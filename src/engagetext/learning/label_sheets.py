"""Labelled passages in a spreadsheet: a CSV file with a cell for the themes of a row and one for its obstacles."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from engagetext.errors import EngagetextError, RecordError, SourceNotFoundError
from engagetext.reading.streams import ByteStream, buffered
from engagetext.reading.tables import csv_rows

SUFFIXES = (".csv", ".tsv")
_COLUMNS = ("id", "source", "doc", "kind", "text", "themes", "obstacles", "sure")
_LABELS = ("themes", "obstacles")
_BETWEEN = re.compile(r"[;,|\n]")
# What a spreadsheet takes for a formula, and would not give back as it was.
_FORMULA = re.compile(r"'?[=+\-@]")
# « direction », « direction:hypothetique », « direction (hypothetique) »
_OBSTACLE = re.compile(r"([^\s:()]+)\s*[:(]\s*([^\s:()]+)\s*\)?")


def read_sheet(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a sheet as those of a JSONL file are, each with the place where it stands.

    Parameters
    ----------
    path : Path
        CSV, separated by commas, semicolons or tabs. The header names `text` and `themes`, `obstacles` or both. Labels
        in a cell are parted by semicolons or commas, `label:status` or `label (status)` is an obstacle with its status.

    Raises
    ------
    RecordError
        If a column is missing, or a row is broken.
    SourceNotFoundError
        If the file is not there.
    """

    def refuse(error: EngagetextError) -> None:
        raise error

    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise SourceNotFoundError(str(path), "no file", "a CSV file", "Check the path.") from error
    with raw:
        for row, where, _ in csv_rows(ByteStream(str(path), path.name, buffered(raw)), None, _check, refuse):
            cells = {name.lower(): _plain(str(cell)) for name, cell in row.items() if cell}
            found: dict[str, Any] = {name: cell for name, cell in cells.items() if cell and name not in _LABELS}
            found["themes"] = _parted(cells.get("themes", ""))
            found["obstacles"] = [_obstacle(item) for item in _parted(cells.get("obstacles", ""))]
            yield where, found


def write_sheet(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows so that a spreadsheet in French opens them with their accents and columns in place.

    Parameters
    ----------
    rows : iterable of mapping
        As `read_sheet` yields them.
    path : Path
        It is replaced.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, delimiter=";", lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        for row in rows:
            obstacles = "; ".join(f"{held['label']}:{held['status']}" for held in row["obstacles"])
            text = f"'{row['text']}" if _FORMULA.match(row["text"]) else row["text"]
            writer.writerow({**row, "text": text, "themes": "; ".join(row["themes"]), "obstacles": obstacles})


def _check(names: list[str], where: str) -> None:
    known = [name.lower() for name in names]
    if "text" not in known or not set(_LABELS) & set(known):
        expected = "the columns text, and themes or obstacles"
        raise RecordError(where, f"the columns {', '.join(names) or '(none)'}", expected, "Rename them in the header.")


def _plain(cell: str) -> str:
    return cell[1:].strip() if cell.startswith("'") and _FORMULA.match(cell, 1) else cell.strip()


def _parted(cell: str) -> list[str]:
    return [label for part in _BETWEEN.split(cell) if (label := part.strip())]


def _obstacle(item: str) -> str | dict[str, str]:
    found = _OBSTACLE.fullmatch(item)
    return {"label": found[1], "status": found[2]} if found else item
