"""Word types as integers, and the facts that depend on the type alone."""

from collections.abc import Callable
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Vocabulary:
    """Word types in the order in which they were met, with columns of facts about them.

    A fact is computed once a type, when somebody first asks for its column, and kept. Types are only ever added, so
    ids and columns that a batch holds stay right while other batches add to the table.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> ids = [vocabulary.add(word) for word in ("Le", "partage", "Le")]
    >>> ids
    [0, 1, 0]
    >>> vocabulary.column("length", len, np.int32).tolist()
    [2, 7]
    """

    def __init__(self) -> None:
        self.types: list[str] = []
        self._ids: dict[str, int] = {}
        self._columns: dict[str, NDArray[Any]] = {}
        self._lists: dict[str, list[Any]] = {}
        self._memos: dict[str, dict[int, Any]] = {}
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self.types)

    def add(self, word: str) -> int:
        """Return the id of a word type, adding it if it is new."""
        known = self._ids.get(word)
        if known is not None:
            return known
        with self._lock:
            number = self._ids.setdefault(word, len(self.types))
            if number == len(self.types):
                self.types.append(word)
        return number

    def values(self, name: str, compute: Callable[[str], Any]) -> list[Any]:
        """Return one Python value a type: `compute(type)`, computed once.

        Parameters
        ----------
        name : str
            Name of the fact; the same name always goes with the same `compute`.
        compute : callable
            From a word type to the value.

        Returns
        -------
        list
            At least as long as the vocabulary at the time of the call; it grows in place.
        """
        with self._lock:
            column = self._lists.setdefault(name, [])
            column.extend(compute(word) for word in self.types[len(column) :])
            return column

    def memo(self, name: str) -> dict[int, Any]:
        """Return a dictionary that lives as long as the vocabulary: facts about a type and something else."""
        return self._memos.setdefault(name, {})

    def column(
        self, name: str, compute: Callable[[str], Any], dtype: DTypeLike, width: int | None = None
    ) -> NDArray[Any]:
        """Return one number, or one row of numbers, a type: `compute(type)`, computed once.

        Parameters
        ----------
        name : str
            Name of the fact; the same name always goes with the same `compute`, `dtype` and `width`.
        compute : callable
            From a word type to a number, or to a sequence of `width` numbers.
        dtype : dtype-like
            Type of the numbers.
        width : int, optional
            Length of a row; None for one number a type.

        Returns
        -------
        ndarray of shape (n_types,) or (n_types, width)
        """
        return self._grown(name, lambda words: np.array([compute(word) for word in words], dtype=dtype), dtype, width)

    def table(
        self, name: str, compute: Callable[[list[str]], NDArray[Any]], dtype: DTypeLike, width: int | None = None
    ) -> NDArray[Any]:
        """Return one number, or one row of numbers, a type, computed for many types at once.

        Parameters
        ----------
        name : str
            Name of the fact; the same name always goes with the same `compute`, `dtype` and `width`.
        compute : callable
            From the new word types to an array of shape (n_new_types,) or (n_new_types, width).
        dtype : dtype-like
            Type of the numbers.
        width : int, optional
            Length of a row; None for one number a type.

        Returns
        -------
        ndarray of shape (n_types,) or (n_types, width)
        """
        return self._grown(name, compute, dtype, width)

    def _grown(
        self, name: str, compute: Callable[[list[str]], NDArray[Any]], dtype: DTypeLike, width: int | None
    ) -> NDArray[Any]:
        with self._lock:
            column = self._columns.get(name)
            size = len(self.types)
            if column is None:
                column = np.empty((0,) if width is None else (0, width), dtype=dtype)
            if len(column) < size:
                # Facts arrive batch by batch: concatenating costs far less than computing them.
                column = np.concatenate([column, compute(self.types[len(column) : size])])
                self._columns[name] = column
            return column[:size]
