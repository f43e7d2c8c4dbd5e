"""Sums over groups of rows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def sum_groups(values: NDArray[Any], groups: NDArray[np.int64], n_groups: int) -> NDArray[np.int64]:
    """Add up the rows of each group.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Whole numbers.
    groups : ndarray of shape (n_rows,), int64
        Group of each row, ascending.
    n_groups : int

    Returns
    -------
    ndarray of shape (n_groups, n_columns), int64
        Zeros for a group without rows.
    """
    sums = np.zeros((n_groups, values.shape[1]), dtype=np.int64)
    if len(groups):
        starts = np.concatenate([[0], np.nonzero(groups[1:] != groups[:-1])[0] + 1])
        sums[groups[starts]] = np.add.reduceat(values, starts, axis=0, dtype=np.int64)
    return sums
