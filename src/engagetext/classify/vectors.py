"""The mean word vector of each passage, as features beside those of its words."""

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.passages import PassageBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.grouping import sum_rows
from engagetext.text.stopwords import is_stop
from engagetext.text.vectors import VectorTable
from engagetext.text.word_index import ABSENT


def mean_vectors(table: VectorTable, batch: TokenBatch, passages: PassageBatch) -> NDArray[np.float64]:
    """Return the weighted mean vector of each passage, as a unit vector.

    Parameters
    ----------
    table : VectorTable
    batch : TokenBatch
    passages : PassageBatch
        Passages that hold all these tokens, in order.

    Returns
    -------
    ndarray of shape (n_passages, n_dimensions), float64
        A row of zeros where no word is known. Sums are of integers: they depend on no order.
    """
    sums = vector_sums(table, batch, passages)
    norms = np.sqrt((sums * sums).sum(axis=1, keepdims=True).astype(np.float64))
    units: NDArray[np.float64] = sums / np.maximum(norms, 1.0)
    return units


def vector_sums(table: VectorTable, batch: TokenBatch, passages: PassageBatch) -> NDArray[np.int64]:
    """Return the sum of the weighted vectors of each passage; as for `mean_vectors`."""
    sizes = passages.last - passages.first
    rows = np.repeat(np.arange(len(sizes)), sizes)
    vectors = _type_vectors(table, batch)
    return sum_rows(vectors, batch.type_ids.astype(np.int64), rows, len(sizes)).astype(np.int64)


def word_vectors(table: VectorTable, batch: TokenBatch) -> NDArray[np.int32]:
    """Return the weighted vector of each token: zeros for function words and unknown ones. Shape (n_tokens, n_dims)."""
    vectors: NDArray[np.int32] = _type_vectors(table, batch)[batch.type_ids]
    return vectors


def _type_vectors(table: VectorTable, batch: TokenBatch) -> NDArray[np.int32]:
    def weighted(words: list[str]) -> NDArray[np.int32]:
        places = table.find(words)
        weights = np.where(places == ABSENT, 0, table.weights[places]).astype(np.int32)
        weights[[is_stop(word) for word in words]] = 0
        vectors: NDArray[np.int32] = table.matrix[table.rows[places]].astype(np.int32) * weights[:, None]
        return vectors

    return batch.vocabulary.table("word vector", weighted, np.int32, width=table.matrix.shape[1])
