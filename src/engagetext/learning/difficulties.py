"""Difficulties that readers marked in real passages, of any domain, each with its status: what statuses learn from."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engagetext.classify.labeller import STATUSES
from engagetext.errors import RecordError
from engagetext.findings import Span
from engagetext.learning.datasets import LabelledPassage, json_rows, passage_of, pool_rows, read_list


@dataclass(frozen=True, slots=True)
class Difficulty:
    """One difficulty of a passage.

    Parameters
    ----------
    passage : LabelledPassage
        Its labels are not asked for.
    status : str
    span : tuple of (int, int)
        Half-open character offsets of the words that say it.
    """

    passage: LabelledPassage
    status: str
    span: Span


def read_difficulties(paths: Iterable[Path], pool: Path) -> list[Difficulty]:
    """Return the difficulties that readers marked in passages of a pool, in the order of the files.

    Parameters
    ----------
    paths : iterable of Path
        JSONL: `{"id", "difficulties": [{"status", "span": [start, end]}]}`; an empty list where a reader found none.
    pool : Path
        JSONL that holds the texts.

    Raises
    ------
    RecordError
        If an id is not in the pool, a status is unknown, or a span lies outside its passage.
    """
    rows, found = pool_rows(pool), []
    for path in paths:
        for where, row in json_rows(path):
            number = row.get("id")
            if not isinstance(number, str) or number not in rows:
                raise RecordError(
                    where, f"the id {number!r:.40}", f"an id of {pool}", "Use the pool it was drawn from."
                )
            if "difficulties" not in row:
                raise RecordError(where, "no difficulties", "a list, empty where there is none", "Mend the line.")
            passage = passage_of(*rows[number])
            found += [_difficulty(where, passage, each) for each in read_list(where, row, "difficulties")]
    return found


def _difficulty(where: str, passage: LabelledPassage, row: object) -> Difficulty:
    match row:
        case {"status": str(status), "span": [int(start), int(end)]} if status in STATUSES:
            if 0 <= start < end <= len(passage.text) and passage.text[start:end].strip():
                return Difficulty(passage, status, (start, end))
    wanted = f"a status ({', '.join(STATUSES)}) and a span of words within {len(passage.text)} characters"
    raise RecordError(where, f"{row!r:.80}", wanted, "Mend the line.")
