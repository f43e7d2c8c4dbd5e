"""Who says or bears an obstacle: how often that is found.

Usage: python -m benchmarks.carriers [SHARED]. Readers marked the carriers of all passages that hold an obstacle in 109
documents, half of them written for the corpus, half real ones of the pool: `carriers_fit.jsonl` is what words and rules
were chosen on, `carriers_test.jsonl` says how well they do. A line is a document: the ids of its `passages`, and
`carriers`, by passage id the answers that are right, each as a passage of the document and character offsets in it.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from engagetext.context.carriers import find_carriers
from engagetext.learning.datasets import json_rows
from engagetext.pipeline import Pipeline, load_pipeline

_ROOT = Path(__file__).resolve().parents[1]
_FILES = ("carriers_fit", "carriers_test")


def _texts(shared: Path) -> dict[str, str]:
    passages = shared / "data" / "passages"
    corpora = sorted((_ROOT / "training" / "corpus").rglob("*.jsonl"))
    files = [passages / "unlabelled.jsonl.gz", passages / "train.jsonl", *corpora]
    return {str(row["id"]): row["text"] for file in files for _, row in json_rows(file) if "text" in row}


def compare(pipeline: Pipeline, document: dict[str, Any], texts: Mapping[str, str]) -> Counter[str]:
    """Count the passages of a document by what is found there: right, wrong, missed, spurious, none."""
    parts = [texts[number] for number in document["passages"]]
    starts = np.cumsum([0, *(len(part) + 2 for part in parts)])
    text = "\n\n".join(parts)
    tagged = pipeline.annotator([text])
    tokens = tagged.tokens
    first = np.searchsorted(tokens.starts, starts[:-1])
    last = np.searchsorted(tokens.starts, starts[1:])
    rows = [document["passages"].index(number) for number in document["carriers"]]
    found = find_carriers(tagged, first, last, np.zeros(len(first), dtype=np.int64), rows)
    counts: Counter[str] = Counter()
    for row, answers in zip(rows, document["carriers"].values(), strict=True):
        if row not in found:
            counts["missed" if answers else "none"] += 1
            continue
        begin, end = int(tokens.starts[found[row][0]]), int(tokens.ends[found[row][1] - 1])
        said = text[begin:end].lower()
        right = any(
            (begin < starts[at] + stop and starts[at] + start < end) or parts[at][start:stop].lower() == said
            for at, start, stop in answers
        )
        counts["right" if right else "wrong" if answers else "spurious"] += 1
    return counts


def main(shared: Path) -> None:
    """Print a line a file."""
    pipeline, texts = load_pipeline(), _texts(shared)
    for name in _FILES:
        lines = (_ROOT / "benchmarks" / "data" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        counts: Counter[str] = Counter()
        for line in lines:
            counts += compare(pipeline, json.loads(line), texts)
        found = counts["right"] + counts["wrong"] + counts["spurious"]
        wanted = counts["right"] + counts["wrong"] + counts["missed"]
        precision, recall = counts["right"] / max(found, 1), counts["right"] / max(wanted, 1)
        print(f"{name}: {counts.total()} passages with an obstacle, {wanted} with a carrier")
        score = 2 * counts["right"] / max(found + wanted, 1)
        print(f"  precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}; {dict(sorted(counts.items()))}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else _ROOT.parent / "shared")
