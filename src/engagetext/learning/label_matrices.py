"""Labels of passages as arrays, a column a label."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engagetext.learning.datasets import LabelledPassage


def gold_matrix(passages: Sequence[LabelledPassage], labels: Sequence[str], kind: str) -> NDArray[np.bool_]:
    """Return which passage holds which label, an ndarray of shape (n_passages, n_labels)."""
    gold = np.zeros((len(passages), len(labels)), dtype=np.bool_)
    for row, passage in enumerate(passages):
        held = passage.themes if kind == "theme" else [label for label, _ in passage.obstacles]
        gold[row] = [label in held for label in labels]
    return gold


def target_matrix(passages: Sequence[LabelledPassage], labels: Sequence[str], kind: str) -> NDArray[np.float64]:
    """Return how likely it is that each passage holds each label, an ndarray of shape (n_passages, n_labels)."""
    likely = gold_matrix(passages, labels, kind).astype(np.float64)
    columns = {(kind, label): number for number, label in enumerate(labels)}
    for row, passage in enumerate(passages):
        for key, value in passage.likely.items():
            if key in columns:
                likely[row, columns[key]] = value
    return likely
