"""The mean word vector of each passage, as features beside those of its words."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.passages import PassageBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.stopwords import is_stop
from engagetext.text.vectors import VectorTable


def mean_vectors(table: VectorTable, batch: TokenBatch, passages: PassageBatch) -> csr_array:
    """Return the weighted mean vector of each passage, as a unit vector.

    Parameters
    ----------
    table : VectorTable
    batch : TokenBatch
    passages : PassageBatch
        Passages that hold all these tokens, in order.

    Returns
    -------
    csr_array of shape (n_passages, n_dimensions), float32
        A row of zeros where no word is known. Sums are of integers: they depend on no order.
    """
    size = table.matrix.shape[1]

    def weighted(word: str) -> NDArray[np.int16]:
        found = None if is_stop(word) else table.find(word)
        if found is None:
            return np.zeros(size, dtype=np.int16)
        row, weight = found
        vector: NDArray[np.int16] = table.matrix[row].astype(np.int16) * weight
        return vector

    column = batch.vocabulary.column("word vector", weighted, np.int16, width=size)[batch.type_ids]
    filled = passages.last > passages.first
    sums = np.zeros((len(passages.first), size), dtype=np.int64)
    if filled.any():
        sums[filled] = np.add.reduceat(column, passages.first[filled], axis=0, dtype=np.int64)
    norms = np.sqrt((sums * sums).sum(axis=1, keepdims=True).astype(np.float64))
    units = (sums / np.maximum(norms, 1.0)).astype(np.float32)
    bounds = np.arange(0, units.size + 1, size, dtype=np.int32)
    columns = np.tile(np.arange(size, dtype=np.int32), len(units))
    return csr_array((units.ravel(), columns, bounds), shape=units.shape)
