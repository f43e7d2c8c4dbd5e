"""Sentences that are written to try a model: what it should find in them, and what it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engagetext.classify.labeller import STATUSES
from engagetext.learning.datasets import json_rows
from engagetext.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Probe:
    """One sentence.

    Parameters
    ----------
    text : str
    expected, found : tuple of str
        Obstacles as `label status`, sorted.
    """

    text: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether it is read as expected."""
        return self.expected == self.found


def try_probes(pipeline: Pipeline, path: Path) -> list[Probe]:
    """Return what a model finds in the sentences of a file.

    Parameters
    ----------
    pipeline : Pipeline
    path : Path
        JSONL with `text` and `obstacles`: a list of `label`, `status`.
    """
    rows = [row for _, row in json_rows(path)]
    texts = [row["text"] for row in rows]
    columns = pipeline.passages(texts)
    held = pipeline.retained("obstacle", columns)
    labels = pipeline.labeller.obstacles.labels
    return [
        Probe(
            text=text,
            expected=_sorted([(entry["label"], entry["status"]) for entry in row["obstacles"]]),
            found=_sorted(
                [
                    (labels[int(held.labels[place])], STATUSES[int(held.status[place])])
                    for place in range(int(held.bounds[number]), int(held.bounds[number + 1]))
                ]
            ),
        )
        for number, (text, row) in enumerate(zip(texts, rows, strict=True))
    ]


def _sorted(pairs: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{label} {status}" for label, status in pairs))
