"""Which passages a fold trains on, and which it leaves out."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from engagetext.learning.datasets import LabelledPassage

Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


def groups_of(passages: Sequence[LabelledPassage], *, by_source: bool) -> NDArray[np.str_]:
    """Return what no fold may part: the source or the document of each passage. Shape (n_passages,)."""
    return np.array([passage.source if by_source else passage.group for passage in passages], dtype=np.str_)


def real_folds(groups: NDArray[np.str_], real: NDArray[np.bool_], n_folds: int) -> Folds:
    """Part the real passages by group; written ones train.

    A passage that was written after one of a group knows the group: it does not train a fold that leaves the group out.

    Parameters
    ----------
    groups : ndarray of shape (n_passages,), str
    real : ndarray of shape (n_passages,), bool
        Whether a passage was found, not written for training.
    n_folds : int
        At most as many as there are groups of real passages.

    Returns
    -------
    sequence of (ndarray, ndarray)
        Rows that the fold trains on, the written ones last, and real rows that it leaves out.
    """
    (rows,), (written,) = np.nonzero(real), np.nonzero(~real)
    folds = []
    for kept, left_out in GroupKFold(n_folds).split(rows, groups=groups[rows]):
        apart = written[~np.isin(groups[written], groups[rows[left_out]])]
        folds.append((np.concatenate([rows[kept], apart]), rows[left_out]))
    return folds
