"""Whether an obstacle is told as present, possible or overcome: on passages written for this, a third of them of each.

Usage: python -m benchmarks.statuses [MODEL]. In real texts most obstacles are present, and few say what is overcome:
`statuses.jsonl` holds enough of each to count. Every passage has one obstacle. Another author than those of the
training corpus wrote it, and a second, blind reader found the same obstacle with the same status.
"""

import sys
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np

from engagetext.classify.labeller import STATUSES
from engagetext.classify.passages import PassageBatch
from engagetext.learning.datasets import read_passages
from engagetext.pipeline import load_pipeline

_FILE = Path(__file__).parent / "data" / "statuses.jsonl"


def main(model: str | None) -> None:
    """Print the share of right statuses, of all obstacles and of those that are found."""
    pipeline = load_pipeline(model)
    passages, labeller = read_passages(_FILE, pipeline.taxonomy), pipeline.labeller
    tagged = pipeline.annotator([passage.text for passage in passages])
    batch = PassageBatch.of_texts(tagged.tokens)
    rows = np.arange(len(passages))
    columns = np.array([labeller.obstacles.labels.index(passage.obstacles[0][0]) for passage in passages])
    gold = np.array([STATUSES.index(passage.obstacles[0][1]) for passage in passages])
    # Below its threshold a label has no status: here all are told.
    asked = replace(labeller.obstacles, thresholds=np.zeros(len(labeller.obstacles.labels)))
    every = copy(labeller)
    every.obstacles = asked
    said = every.label(tagged, batch)
    right = said.status[rows, columns] == gold
    found = said.obstacles[rows, columns] >= labeller.obstacles.thresholds[columns]
    for name, chosen in (("all", rows >= 0), ("found", found)):
        parts = [f"{status} {right[chosen & (gold == n)].mean():.3f}" for n, status in enumerate(STATUSES)]
        print(f"{name}: {chosen.sum()} obstacles, status right {right[chosen].mean():.3f}; {', '.join(parts)}")


if __name__ == "__main__":
    main(sys.argv[1] if sys.argv[1:] else None)
