"""How well the stance of replies is read, cross-validated: written replies by text, read ones by thread.

Usage: python -m benchmarks.stance. Trains ten readers (half a minute); prints figures for written and for read replies.
"""

from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from engagetext.classify.stance import STANCES
from engagetext.learning.datasets import json_rows
from engagetext.learning.recipe import read_recipe
from engagetext.learning.stance import StanceFiles, read_stances, train_stance
from engagetext.pipeline import load_pipeline

_RECIPE = Path(__file__).parent.parent / "training" / "fr.toml"


def cross_validated(files: StanceFiles) -> dict[str, float]:
    """Return accuracy and macro F1 on written and on read replies that the reader was not trained on."""
    base = load_pipeline()
    examples = read_stances(files)
    gold = np.array([STANCES.index(example.stance) for example in examples])
    authored = np.array([example.authored for example in examples])
    found = np.zeros(len(examples), dtype=np.int64)
    groups = np.array([example.group for example in examples], dtype=np.str_)
    for kept, left_out in GroupKFold(5).split(gold, groups=groups):
        reader = train_stance([examples[row] for row in kept], base.annotator, base.labeller.spaces.vectors)
        tagged = base.annotator([examples[row].reply for row in left_out])
        found[left_out] = reader.probabilities(tagged).argmax(axis=1)
    figures = {}
    for name, rows in (("written", authored), ("read", ~authored)):
        figures[f"{name}_accuracy"] = float((found[rows] == gold[rows]).mean())
        figures[f"{name}_macro_f1"] = float(f1_score(gold[rows], found[rows], average="macro"))
        figures[f"{name}_commonest"] = float(np.bincount(gold[rows]).max() / rows.sum())
    return figures


def main() -> None:
    """Print the figures, and how far the two readers agree."""
    files = read_recipe(_RECIPE).stance
    assert files is not None
    pairs = Counter((row["stance"], row["second"]) for path in files.read for _, row in json_rows(path))
    agreed = sum(count for (first, second), count in pairs.items() if first == second)
    print(f"two readers agree on {agreed} of {pairs.total()} replies")
    for name, value in cross_validated(files).items():
        print(f"{name} {value:.3f}")


if __name__ == "__main__":
    main()
