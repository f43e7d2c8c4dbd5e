"""Lists that are announced as lists of obstacles: how they are found, and what it gives.

Usage: python -m benchmarks.lists [FILE ...]. Documents written for this: those of `lists_fit.jsonl` are what words and
numbers were chosen on, those of `lists_test.jsonl`, of other wordings, say how well they do.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.passages import find_passages
from engagetext.context.announcements import find_announced
from engagetext.pipeline import Pipeline, load_pipeline

_DATA = Path(__file__).parent / "data"
_EXPECTED = (0.0, 0.5, 0.7, 0.85, 1.0, 1.15, 1.3)
Flags = NDArray[np.bool_]


def items(pipeline: Pipeline, document: dict[str, Any], expected: float) -> list[tuple[bool, bool, Flags, Flags]]:
    """Return of each item of a document whether it is announced, is found to be, and the obstacles that it holds."""
    labels, thresholds = pipeline.labeller.obstacles.labels, pipeline.labeller.obstacles.thresholds
    tagged = pipeline.annotator([document["text"]])
    cut = find_passages(tagged.tokens, tagged.sentence_starts)
    announced = find_announced(tagged, cut.first, cut.last, cut.text)
    pipeline.labeller.announced = expected
    said = pipeline.labeller.label(tagged, cut, announced).obstacles >= thresholds
    starts, ends = tagged.tokens.starts[cut.first], tagged.tokens.ends[cut.last - 1]
    rows = []
    for item in document["items"]:
        (held,) = np.nonzero((starts <= item["start"]) & (ends >= item["end"]))
        wanted = np.array([label in [obstacle["label"] for obstacle in item["obstacles"]] for label in labels])
        within = any(first <= item["start"] < last for first, last in document["announced"])
        if len(held):
            rows.append((within, bool(announced[held[0]]), wanted, said[held[0]]))
        else:
            rows.append((within, False, wanted, np.zeros(len(labels), dtype=np.bool_)))
    return rows


def main(paths: list[Path]) -> None:
    """Print how many items are found, and the obstacles with each number that an item is expected to hold."""
    pipeline = load_pipeline()
    for path in paths:
        documents = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for expected in _EXPECTED:
            rows = [row for document in documents for row in items(pipeline, document, expected)]
            announced, found = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
            wanted, said = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
            if expected == _EXPECTED[0]:
                print(f"{path.name}: {len(documents)} documents, {len(rows)} items, {announced.sum()} announced,")
                print(
                    f"  {(found & announced).sum()} of them found, {(found & ~announced).sum()} others taken for such"
                )
            right = (wanted & said).sum()
            precision, recall = right / max(said.sum(), 1), right / wanted.sum()
            score = 2 * right / (said.sum() + wanted.sum())
            print(f"  {expected:4.2f} expected: precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or [_DATA / "lists_fit.jsonl", _DATA / "lists_test.jsonl"])
