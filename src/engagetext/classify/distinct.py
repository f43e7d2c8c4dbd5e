"""Distinct features of one kind, weighted by rarity: as rows of a matrix, and as sums in whole numbers."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.parts import PassageParts

_PLACES = 14  # as in `linear`


def rarity(counts: NDArray[np.int64], n_passages: int) -> NDArray[np.float32]:
    """Return the smoothed inverse passage frequency of features that so many passages hold."""
    # The formula of scikit-learn's TfidfTransformer(smooth_idf=True).
    weights: NDArray[np.float64] = np.log((1 + n_passages) / (1 + counts)) + 1
    return weights.astype(np.float32)


def distinct_matrix(
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    weights: NDArray[np.float32],
    n_passages: int,
    share: float,
) -> csr_array:
    """Return passages as rows of features: what a scorer is trained on.

    Parameters
    ----------
    row, column : ndarray of shape (n_found,), int64
        Passage and number of each distinct feature.
    weights : ndarray of shape (n_features,), float32
    n_passages : int
    share : float
        Length of each row that has a feature.

    Returns
    -------
    csr_array of shape (n_passages, n_features), float32
    """
    found = weights[column].astype(np.float64)
    lengths = np.sqrt(np.bincount(row, found**2, minlength=n_passages))
    data = (share * found / np.maximum(lengths, 1e-12)[row]).astype(np.float32)
    return csr_array((data, (row.astype(np.int32), column.astype(np.int32))), shape=(n_passages, len(weights)))


class DistinctScorer:
    """Score passages by such features: the product with that matrix, in whole numbers.

    Parameters
    ----------
    functions : ndarray of shape (n_features, n_functions), float32
    weights : ndarray of shape (n_features,), float32
        Weight of each feature by its rarity.
    share : float
        What all features of a passage weigh together.
    """

    def __init__(self, functions: NDArray[np.float32], weights: NDArray[np.float32], share: float) -> None:
        rare = weights.astype(np.float64)[:, None]
        # The last column holds the squared lengths.
        table = np.concatenate([functions * rare, rare * rare], axis=1)
        self._table, self._share = np.rint(table * 2.0**_PLACES).astype(np.int32), share

    def values(self, parts: PassageParts, named: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the value of each function for each passage, and for each of its sentences.

        Parameters
        ----------
        parts : PassageParts
        named, columns : ndarray of shape (n_found,), int64
            Part that has the feature, and its number; it counts once.

        Returns
        -------
        ndarray of shape (n_passages + n_sentences, n_functions)
            First the passages.
        """
        sums = parts.sums(self._table, named, columns).astype(np.int64)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1) / 2.0**_PLACES)
        values: NDArray[np.float64] = self._share * sums[:, :-1] / 2.0**_PLACES / lengths
        return values

    def shared(
        self,
        row: NDArray[np.int64],
        columns: NDArray[np.int64],
        ends: tuple[NDArray[np.int64], NDArray[np.int64]],
        functions: NDArray[np.int64],
        n_tokens: int,
    ) -> NDArray[np.float64]:
        """Return what each token adds to the value of one function a passage, shape (n_tokens,).

        Parameters
        ----------
        row, columns : ndarray of shape (n_found,), int64
            Passage and number of each distinct feature.
        ends : tuple of two ndarray of shape (n_found,), int64
            The tokens that have it: each gets one half.
        functions : ndarray of shape (n_passages,), int64
            Function that is asked for, one a passage.
        n_tokens : int
        """
        squares = np.bincount(row, self._table[columns, -1], len(functions))
        lengths = np.sqrt(np.maximum(squares, 1) / 2.0**_PLACES) * 2.0**_PLACES
        halves = self._share * self._table[columns, functions[row]] / lengths[row] / 2
        values = np.zeros(n_tokens)
        for tokens in ends:
            np.add.at(values, tokens, halves)
        return values
