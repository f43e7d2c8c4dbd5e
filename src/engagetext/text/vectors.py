"""Word vectors, reduced and in small integers: what lets a scorer know words that it never met in training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.normalize import lower_form, plain_form
from engagetext.text.word_index import ABSENT, WordIndex


@dataclass(frozen=True, slots=True)
class VectorTable:
    """A vector and a weight for each of the frequent words of French.

    Parameters
    ----------
    index : WordIndex
        Of lower forms.
    rows : ndarray of shape (n_words,), uint16
        Row of `matrix` of each word; several words may share one.
    weights : ndarray of shape (n_words,), uint8
        Weight of each word: the rarer, the heavier.
    matrix : ndarray of shape (n_rows, n_dimensions), int8
    """

    index: WordIndex
    rows: NDArray[np.uint16]
    weights: NDArray[np.uint8]
    matrix: NDArray[np.int8]

    @classmethod
    def from_words(cls, words: Mapping[str, tuple[int, int]], matrix: NDArray[np.int8]) -> "VectorTable":
        """Build a table from lower form -> (row of `matrix`, weight)."""
        ordered = sorted(words)
        index, order = WordIndex.from_words(ordered)
        pairs = np.array([words[word] for word in ordered], dtype=np.int64).reshape(-1, 2)[order]
        return cls(index, pairs[:, 0].astype(np.uint16), pairs[:, 1].astype(np.uint8), matrix)

    def find(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the place of each word type, however it is typed, or `ABSENT`. Shape (n_words,)."""
        as_written = self.index.find([lower_form(word) for word in words])
        return np.where(as_written == ABSENT, self.index.find([plain_form(word) for word in words]), as_written)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table as arrays by name: what a bundle keeps."""
        return {"keys": self.index.keys, "matrix": self.matrix, "rows": self.rows, "weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "VectorTable":
        """Return the table that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        ValueError
            If the arrays do not fit together.
        """
        index, rows, weights = WordIndex(arrays["keys"]), arrays["rows"], arrays["weights"]
        if not len(index.keys) == len(rows) == len(weights) or rows.max(initial=0) >= max(len(arrays["matrix"]), 1):
            raise ValueError(f"{len(index.keys)} words, {len(rows)} rows, {len(weights)} weights")
        return cls(index, rows, weights, arrays["matrix"])
