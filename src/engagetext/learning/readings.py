"""Readings of passages by several readers, and what they say together: which labels are likely, and what they rest on.

A reading that grades tells of each label whether its reader doubts it. Probabilities are those with which the reference
annotator gives the label too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from engagetext.errors import RecordError
from engagetext.learning.datasets import (
    Evidence,
    Key,
    LabelledPassage,
    json_rows,
    passage_of,
    pool_rows,
    read_evidence,
    read_held,
    read_list,
)
from engagetext.taxonomy import Taxonomy

_HELD, _DOUBTFUL, _ABSENT = "held", "doubtful", "absent"
# A lone reading that grades nothing: its precision on the 545 development passages is .75 and .64.
_ALONE = {"theme": 0.75, "obstacle": 0.65}
# A lone graded one: on 1,664 reference passages .92 and .83 of what it is sure of are right, .36 and .10 of its doubts.
_GRADED = {"theme": {_HELD: 0.92, _DOUBTFUL: 0.36}, "obstacle": {_HELD: 0.83, _DOUBTFUL: 0.1}}
# Both, by whether the first one gives the label. No reference passage has two: set between what each says alone.
_FIRST_GIVES = {
    "theme": {_HELD: 0.97, _DOUBTFUL: 0.75, _ABSENT: 0.4},
    "obstacle": {_HELD: 0.95, _DOUBTFUL: 0.7, _ABSENT: 0.35},
}
_FIRST_LACKS = {"theme": {_HELD: 0.8, _DOUBTFUL: 0.25}, "obstacle": {_HELD: 0.7, _DOUBTFUL: 0.15}}
# A label that is likelier than not counts as held wherever it must be yes or no.
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader says of one passage.

    Parameters
    ----------
    labels : mapping of (kind, label) to str
        The labels that the reader gives; the status of an obstacle, `""` for a theme.
    doubtful : frozenset of (kind, label)
        Those that another might leave out.
    graded : bool
        Whether the reader was asked to tell which ones are.
    evidence : mapping of (kind, label) to tuple of (int, int)
        Half-open character offsets of the words that a label rests on.
    """

    labels: Mapping[Key, str]
    doubtful: frozenset[Key] = frozenset()
    graded: bool = False
    evidence: Evidence = field(default_factory=dict)

    def grade(self, key: Key) -> str:
        """Return `"held"`, `"doubtful"` or `"absent"`."""
        if key not in self.labels:
            return _ABSENT
        return _DOUBTFUL if key in self.doubtful else _HELD


def read_readings(paths: Iterable[Path], taxonomy: Taxonomy) -> dict[str, list[Reading]]:
    """Return the readings of each passage by id, in the order of the files.

    Parameters
    ----------
    paths : iterable of Path
        JSONL: `{"id", "themes", "obstacles"}`, and `doubtful` and `evidence` by `"kind:label"` where the reader told.
        A passage that a reader left open (`"unsure": true`) has no reading there.
    taxonomy : Taxonomy

    Raises
    ------
    RecordError
        If a line is no JSON object, or names an unknown label or status.
    """
    found: dict[str, list[Reading]] = {}
    for path in paths:
        for where, row in json_rows(path):
            if not row.get("unsure"):
                if not isinstance(row.get("id"), str):
                    raise RecordError(where, f"id = {row.get('id')!r:.40}", "the id of a passage", "Mend the line.")
                found.setdefault(row["id"], []).append(_reading(where, row, taxonomy))
    return found


def _reading(where: str, row: dict[str, Any], taxonomy: Taxonomy) -> Reading:
    themes, obstacles = read_held(where, row, taxonomy)
    labels = {("theme", label): "" for label in themes} | {("obstacle", label): status for label, status in obstacles}
    doubts = read_list(where, row, "doubtful")
    doubtful = frozenset(key for key in labels if ":".join(key) in doubts)
    return Reading(labels, doubtful, "doubtful" in row, read_evidence(where, row, taxonomy))


def read_pool(pool: Path, readings: Mapping[str, Sequence[Reading]]) -> list[LabelledPassage]:
    """Return the passages of a pool that have readings, as these say together, in the order of the readings.

    Parameters
    ----------
    pool : Path
        JSONL that holds the texts.
    readings : mapping of str to sequence of Reading

    Raises
    ------
    RecordError
        If an id is not in the pool, or its passage has no text.
    """
    rows = pool_rows(pool)
    for number in readings:
        if number not in rows:
            raise RecordError("labels", f"the id {number!r}", f"an id of {pool}", "Use the pool it was drawn from.")
    return [replace(merged(passage_of(*rows[number]), said), read=True) for number, said in readings.items()]


def merged(passage: LabelledPassage, readings: Sequence[Reading]) -> LabelledPassage:
    """Return a passage that holds what the first plain reading and the last graded one say together."""
    plain = next((reading for reading in readings if not reading.graded), None)
    graded = next((reading for reading in reversed(readings) if reading.graded), None)
    # The status is the graded reading's, where it gives the label.
    statuses = {key: status for source in (plain, graded) if source for key, status in source.labels.items()}
    likely: dict[Key, float] = {}
    for key in statuses:
        if graded is None:
            likely[key] = _ALONE[key[0]]
        elif plain is None:
            likely[key] = _GRADED[key[0]].get(graded.grade(key), 0.0)
        else:
            table = _FIRST_GIVES if key in plain.labels else _FIRST_LACKS
            likely[key] = table[key[0]].get(graded.grade(key), 0.0)
    held = [key for key, value in likely.items() if value >= _LIKELY]
    return replace(
        with_evidence(passage, [key for key, value in likely.items() if value > 0], readings),
        themes=tuple(label for kind, label in held if kind == "theme"),
        obstacles=tuple((label, statuses[kind, label]) for kind, label in held if kind == "obstacle"),
        likely=likely,
    )


def with_evidence(passage: LabelledPassage, keys: Iterable[Key], readings: Sequence[Reading]) -> LabelledPassage:
    """Return a passage with the words on which readers say that its labels rest."""
    marked = [passage.evidence, *(reading.evidence for reading in readings)]
    spans = {key: tuple(sorted({span for evidence in marked for span in evidence.get(key, ())})) for key in keys}
    return replace(passage, evidence={key: found for key, found in spans.items() if found})


def own_reading(passage: LabelledPassage) -> Reading:
    """Return the labels of an authored passage as a first reading."""
    labels = {("theme", label): "" for label in passage.themes}
    return Reading(labels | {("obstacle", label): status for label, status in passage.obstacles})
