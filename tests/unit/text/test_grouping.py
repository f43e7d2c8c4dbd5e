"""Sums and largest values over groups of rows."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engagetext.text.grouping import largest_of_runs


@given(sizes=st.lists(st.integers(1, 300), max_size=30), n_columns=st.integers(1, 5), seed=st.integers(0, 99))
def test_the_largest_of_a_run_is_what_numpy_finds_in_it(sizes: list[int], n_columns: int, seed: int) -> None:
    table = np.random.default_rng(seed).integers(-1000, 1000, size=(sum(sizes), n_columns))
    bounds = np.cumsum([0, *sizes]).tolist()
    wanted = [table[first:last].max(axis=0).tolist() for first, last in pairwise(bounds)]
    assert largest_of_runs(table, np.array(sizes, dtype=np.int64)).tolist() == wanted


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_the_type_of_the_table_is_kept(dtype: type[np.float32] | type[np.int64]) -> None:
    table: NDArray[Any] = np.array([[1, -2], [3, -4]], dtype=dtype)
    largest = largest_of_runs(table, np.array([2]))
    assert largest.dtype == dtype
    assert largest.tolist() == [[3, -2]]
