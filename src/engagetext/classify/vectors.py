"""The mean word vector of each passage, as features beside those of its words."""

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.stopwords import is_stop
from engagetext.text.vectors import VectorTable
from engagetext.text.word_index import ABSENT

# A weighted vector stays below 128 * 256: float32 sums of this many are exact, those of more are made in float64.
_EXACT_WORDS = 2**24 // (128 * 256)


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
    return units(vector_sums(table, batch, passages))


def units(sums: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return rows with length 1, of zeros where they are; of the shape of `sums`."""
    norms = np.sqrt((sums * sums).sum(axis=1, keepdims=True).astype(np.float64))
    rows: NDArray[np.float64] = sums / np.maximum(norms, 1.0)
    return rows


def vector_sums(table: VectorTable, batch: TokenBatch, passages: PassageBatch) -> NDArray[np.int64]:
    """Return the sum of the weighted vectors of each passage; as for `mean_vectors`."""
    return part_vectors(table, table.matrix.astype(np.float32), batch, PassageParts.whole(passages))


def part_vectors(
    table: VectorTable, matrix: NDArray[np.float32], batch: TokenBatch, parts: PassageParts
) -> NDArray[np.int64]:
    """Return the sum of the weighted vectors of each passage, and of each of its sentences.

    Parameters
    ----------
    table : VectorTable
    matrix : ndarray of shape (n_rows, n_dimensions), float32
        Its vectors, in the type of the sums.
    batch : TokenBatch
    parts : PassageParts
        Of passages that hold all these tokens, in order.

    Returns
    -------
    ndarray of shape (n_passages + n_sentences, n_dimensions), int64
        First the passages.
    """
    found = _type_rows(table, batch)[batch.type_ids]
    # Half of the tokens are function words, which weigh nothing.
    (heavy,) = np.nonzero(found[:, 1])
    rows, weights = found[heavy, 0], found[heavy, 1]
    if parts.longest(heavy) > _EXACT_WORDS:
        return parts.token_sums(matrix.astype(np.float64), heavy, rows, weights.astype(np.float64)).astype(np.int64)
    return parts.token_sums(matrix, heavy, rows, weights.astype(np.float32)).astype(np.int64)


def word_vectors(table: VectorTable, batch: TokenBatch) -> NDArray[np.int32]:
    """Return the weighted vector of each token: zeros for function words and unknown ones. Shape (n_tokens, n_dims)."""
    found = _type_rows(table, batch)[batch.type_ids]
    vectors: NDArray[np.int32] = table.matrix[found[:, 0]].astype(np.int32) * found[:, [1]]
    return vectors


def _type_rows(table: VectorTable, batch: TokenBatch) -> NDArray[np.int32]:
    """Return the row of the matrix and the weight of each word type, 0 for function words and unknown ones."""

    def found(words: list[str]) -> NDArray[np.int32]:
        places = table.find(words)
        weights = np.where(places == ABSENT, 0, table.weights[places])
        weights[[is_stop(word) for word in words]] = 0
        return np.stack([table.rows[places], weights], axis=1).astype(np.int32)

    return batch.vocabulary.table("word vector", found, np.int32, width=2)
