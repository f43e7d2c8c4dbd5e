"""Linear scores of passages, as sums over their words in whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.features import (
    FeatureSpace,
    distinct_words,
    form_types,
    neighbours,
    pair_keys,
    type_features,
    word_repeats,
)
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.classify.vectors import part_vectors, units, word_vectors
from engagetext.text.batches import TokenBatch
from engagetext.text.grouping import sum_rows
from engagetext.text.vectors import VectorTable

# Binary places that are kept. Sums of whole numbers do not depend on their order: a passage scores the same to the last
# bit in a batch of 1 or of 256. With 14 places what a word has, or the pairs of a passage, adds up within 32 bits, and
# no probability on the development passages changes by 0.0001.
_PLACES = 14
_VECTOR_PLACES = 15
_serial = count()


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """One linear function a label, over the features of a space and the dimensions of word vectors.

    Parameters
    ----------
    weights : ndarray of shape (n_features + n_dimensions, n_labels), float32
    bias : ndarray of shape (n_labels,), float32
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    @classmethod
    def joined(cls, parts: Sequence["LinearWeights"]) -> "LinearWeights":
        """Return functions over the same features side by side."""
        return cls(
            np.concatenate([part.weights for part in parts], axis=1),
            np.concatenate([part.bias for part in parts]),
        )


class PassageScorer:
    """Score passages by linear functions.

    Parameters
    ----------
    space : FeatureSpace
    vectors : VectorTable
    functions : LinearWeights
    """

    def __init__(self, space: FeatureSpace, vectors: VectorTable, functions: LinearWeights) -> None:
        self._space, self._vectors, self._bias = space, vectors, functions.bias.astype(np.float64)
        size = len(space.keys)
        weights = space.weights.astype(np.float64)[:, None]
        # The last column holds the squared lengths.
        table = np.concatenate([functions.weights[:size] * weights, weights * weights], axis=1)
        self._table = np.rint(table * 2.0**_PLACES).astype(np.int32)
        self._matrix = vectors.matrix.astype(np.float32)
        self._dense = np.rint(functions.weights[size:].astype(np.float64) * 2.0**_VECTOR_PLACES)
        self._name = f"passage scores {next(_serial)}"

    def __call__(self, batch: TokenBatch, parts: PassageParts) -> NDArray[np.float64]:
        """Return the value of each function for each passage, and for each of its sentences.

        Parameters
        ----------
        batch : TokenBatch
        parts : PassageParts
            Of passages that hold all these tokens, in order.

        Returns
        -------
        ndarray of shape (n_passages + n_sentences, n_labels), float64
            First the passages.
        """
        sums = parts.sums(self._by_type(batch), parts.part, form_types(batch))
        right, keys = neighbours(batch, parts.row)
        known, columns = self._space.table.find(keys)
        sums += parts.sums(self._table, parts.joint(right[known] - 1, right[known]), columns)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1) / 2.0**_PLACES)
        values: NDArray[np.float64] = sums[:, :-1] / 2.0**_PLACES / lengths
        vectors = part_vectors(self._vectors, self._matrix, batch, parts)
        dense = np.rint(units(vectors) * 2.0**_VECTOR_PLACES) @ self._dense
        return values + dense / 4.0**_VECTOR_PLACES + self._bias

    def _by_type(self, batch: TokenBatch) -> NDArray[np.float64]:
        # Whole numbers; sparse products add up float64 in half the time of int64.
        table: NDArray[np.float64] = batch.vocabulary.table(
            self._name, self._type_scores, np.float64, width=self._table.shape[1]
        )
        return table

    def contributions(
        self, batch: TokenBatch, passages: PassageBatch, functions: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return what each token adds to the value of one function a passage.

        A word that stands several times shares its part among its places, a pair between its two words.

        Parameters
        ----------
        batch : TokenBatch
        passages : PassageBatch
            The texts of the batch, each as one passage.
        functions : ndarray of shape (n_passages,), int64
            Function that is asked for, one a passage.

        Returns
        -------
        ndarray of shape (n_tokens,), float64
            A passage's values and the bias add up to its value.
        """
        by_type = self._by_type(batch)
        rows, types = distinct_words(batch, passages)
        pair_rows, columns = self._space.known_pairs(batch, passages)
        squares = np.bincount(rows, by_type[types, -1], len(passages.first))
        squares += np.bincount(pair_rows, self._table[columns, -1], len(passages.first))
        lengths = np.sqrt(np.maximum(squares, 1) / 2.0**_PLACES) * 2.0**_PLACES
        passageser = batch.text_index
        values = by_type[batch.type_ids, functions[passageser]] / word_repeats(batch) / lengths[passageser]
        # A known pair counts once, at its first place.
        pairs = np.zeros(len(batch.type_ids))
        at, keys = pair_keys(batch, passages)
        places, hit = self._space.find(keys)
        _, first = np.unique(at * len(self._space.keys) + places, return_index=True)
        first = first[hit[first]]
        left = np.nonzero(passageser[1:] == passageser[:-1])[0][first]
        weighed = self._table[places[first], functions[at[first]]] / lengths[at[first]] / 2
        np.add.at(pairs, left, weighed)
        np.add.at(pairs, left + 1, weighed)
        return values + pairs + self._of_vectors(batch, passages, functions[passageser])

    def _of_vectors(
        self, batch: TokenBatch, passages: PassageBatch, functions: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        parts = PassageParts.whole(passages)
        column, sums = word_vectors(self._vectors, batch), part_vectors(self._vectors, self._matrix, batch, parts)
        norms = np.maximum(np.sqrt((sums * sums).sum(axis=1).astype(np.float64)), 1.0)
        products = (column * self._dense[:, functions].T).sum(axis=1) / 2.0**_VECTOR_PLACES
        result: NDArray[np.float64] = products / norms[batch.text_index]
        return result

    def _type_scores(self, words: list[str]) -> NDArray[np.float64]:
        keys, owners = type_features(words)
        known, columns = self._space.table.find(keys)
        return sum_rows(self._table, columns, owners[known], len(words)).astype(np.float64)
