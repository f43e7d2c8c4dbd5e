"""Word vectors, reduced and in small integers: what lets a scorer know words that it never met in training."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.passages import PassageBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import lower_form, plain_form
from engagetext.text.stopwords import is_stop


@dataclass(frozen=True, slots=True)
class VectorTable:
    """A vector and a weight for each of the frequent words of French.

    Parameters
    ----------
    rows : dict of str to (int, int)
        Lower form -> row of `matrix`, and weight of the word: the rarer, the heavier. Several words may share a row.
    matrix : ndarray of shape (n_rows, n_dimensions), int8
    """

    rows: dict[str, tuple[int, int]]
    matrix: NDArray[np.int8]

    def means(self, batch: TokenBatch, passages: PassageBatch) -> csr_array:
        """Return the weighted mean vector of each passage, as a unit vector.

        Parameters
        ----------
        batch : TokenBatch
        passages : PassageBatch
            Passages that hold all these tokens, in order.

        Returns
        -------
        csr_array of shape (n_passages, n_dimensions), float32
            A row of zeros where no word is known. Sums are of integers: they depend on no order.
        """
        size = self.matrix.shape[1]
        column = batch.vocabulary.column("word vector", self._weighted, np.int16, width=size)[batch.type_ids]
        filled = passages.last > passages.first
        sums = np.zeros((len(passages.first), size), dtype=np.int64)
        if filled.any():
            sums[filled] = np.add.reduceat(column, passages.first[filled], axis=0, dtype=np.int64)
        norms = np.sqrt((sums * sums).sum(axis=1, keepdims=True).astype(np.float64))
        units = (sums / np.maximum(norms, 1.0)).astype(np.float32)
        bounds = np.arange(0, units.size + 1, size, dtype=np.int32)
        columns = np.tile(np.arange(size, dtype=np.int32), len(units))
        return csr_array((units.ravel(), columns, bounds), shape=units.shape)

    def _weighted(self, word: str) -> NDArray[np.int16]:
        found = None if is_stop(word) else self.rows.get(lower_form(word)) or self.rows.get(plain_form(word))
        if found is None:
            return np.zeros(self.matrix.shape[1], dtype=np.int16)
        row, weight = found
        weighted: NDArray[np.int16] = self.matrix[row].astype(np.int16) * weight
        return weighted

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table as arrays by name: what a bundle keeps."""
        words = sorted(self.rows)
        return {
            "matrix": self.matrix,
            "rows": np.array([self.rows[word][0] for word in words], dtype=np.uint16),
            "weights": np.array([self.rows[word][1] for word in words], dtype=np.uint8),
            "words": np.frombuffer("\n".join(words).encode("utf-8"), dtype=np.uint8),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "VectorTable":
        """Return the table that `to_arrays` described."""
        words = arrays["words"].tobytes().decode("utf-8").split("\n")
        pairs = zip(arrays["rows"].tolist(), arrays["weights"].tolist(), strict=True)
        return cls(dict(zip(words, pairs, strict=True)), arrays["matrix"])
