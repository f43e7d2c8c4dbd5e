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


def real_rows(passages: Sequence[LabelledPassage]) -> NDArray[np.bool_]:
    """Return which passages were found, not written for training. Shape (n_passages,)."""
    return np.array([not passage.authored for passage in passages], dtype=np.bool_)


def split_real(passages: Sequence[LabelledPassage], n_folds: int, *, by_source: bool) -> Folds:
    """Part the real passages by source or document; written ones train.

    A passage that was written after one of a group knows the group: it does not train a fold that leaves the group out.

    Parameters
    ----------
    passages : sequence of LabelledPassage
    n_folds : int
        At most as many as there are groups of real passages.
    by_source : bool

    Returns
    -------
    sequence of (ndarray, ndarray)
        Rows that the fold trains on, the written ones last, and real rows that it leaves out.
    """
    groups, real = groups_of(passages, by_source=by_source), real_rows(passages)
    follows = np.array([bool(passage.after) for passage in passages], dtype=np.bool_)
    (rows,), (written,) = np.nonzero(real), np.nonzero(~real)
    folds = []
    for kept, left_out in GroupKFold(n_folds).split(rows, groups=groups[rows]):
        knowing = follows[written] & np.isin(groups[written], groups[rows[left_out]])
        folds.append((np.concatenate([rows[kept], written[~knowing]]), rows[left_out]))
    return folds
