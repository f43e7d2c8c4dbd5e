"""What a network makes of a passage as a whole: from the largest and the mean value of each hidden unit in it."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.network_weights import ROWS, WEIGHT_STEP, NetworkWeights
from engagetext.classify.read_words import ReadWords
from engagetext.text.grouping import sum_runs

# Shares of words are rounded to this, so that what they add up to is exact in any linear algebra library.
_SHARE_STEP = 2.0**-16
# Hidden values stay within 2**9 steps: float32 sums of this many are exact.
_EXACT_WORDS = 1 << 15


class PassagePool:
    """Judge passages by a second hidden layer: one vector of units a passage.

    Parameters
    ----------
    weights : NetworkWeights

    Attributes
    ----------
    bias : ndarray of shape (n_labels,), float64
        What the units say by their bias alone, of any passage: whole numbers, in steps of `ROW_STEP * HEAD_STEP`.
    """

    def __init__(self, weights: NetworkWeights) -> None:
        n_hidden = len(weights.bias)
        # Sums of 128 products are exact in float32 here, those of means are not: they are divided in the end.
        self._strongest = weights.pooled[:n_hidden].astype(np.float32)
        self._mean = weights.pooled[n_hidden:].astype(np.float64)
        self._bias = weights.pooled_bias.astype(np.float64)
        self._heads = weights.pooled_heads.astype(np.float64)
        self.bias: NDArray[np.float64] = np.clip(self._bias, 0, ROWS) @ self._heads

    def __call__(self, read: ReadWords, hidden: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each passage says for each label beyond `bias`.

        Parameters
        ----------
        read : ReadWords
        hidden : ndarray of shape (n_read, n_hidden), float32
            Values of the hidden layer at each word, whole numbers.

        Returns
        -------
        ndarray of shape (n_passages, n_labels), float64
            Whole numbers, in steps of `ROW_STEP * HEAD_STEP`; zeros for a passage without a word.
        """
        said: NDArray[np.float64] = self._added(self._sums(read, hidden, read.largest(hidden))) @ self._heads
        return said

    def of_words(self, read: ReadWords, hidden: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return what each word adds to what its passage says; as for `__call__`.

        Each unit of the second layer is shared out by what the words add to its sum [1]_.

        Returns
        -------
        ndarray of shape (n_read, n_labels), float64

        References
        ----------
        .. [1] Avanti Shrikumar, Peyton Greenside, Anshul Kundaje, "Learning important features through propagating
           activation differences", ICML 2017: the rescale rule.
        """
        largest = read.largest(hidden)
        sums = self._sums(read, hidden, largest)
        shares = np.divide(self._added(sums), sums, out=np.zeros_like(sums), where=sums != 0) * WEIGHT_STEP
        units = hidden.astype(np.float64) @ self._mean / read.sizes[read.owner, None]
        units += _at_first_words(read, hidden, largest) @ self._strongest
        told: NDArray[np.float64] = np.rint(units * shares[read.owner] / _SHARE_STEP) @ self._heads * _SHARE_STEP
        return told

    def _sums(self, read: ReadWords, hidden: NDArray[np.float32], largest: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sums at the second layer, without bias, in steps of `ROW_STEP`. Shape (n_passages, n_pooled)."""
        places = np.arange(len(hidden))
        if read.sizes.max(initial=0) <= _EXACT_WORDS:
            totals = sum_runs(hidden, places, read.sizes).astype(np.float64)
        else:
            totals = sum_runs(hidden.astype(np.float64), places, read.sizes)
        means = totals @ self._mean / np.maximum(read.sizes, 1)[:, None]
        sums: NDArray[np.float64] = (largest @ self._strongest + means) * WEIGHT_STEP
        return sums

    def _added(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what sums add to the values that units have by their bias alone, in whole steps."""
        return np.clip(np.rint(sums) + self._bias, 0, ROWS) - np.clip(self._bias, 0, ROWS)


def _at_first_words(read: ReadWords, hidden: NDArray[np.float32], largest: NDArray[np.float32]) -> csr_array:
    """Return the largest value of each hidden unit of each passage, at the first word that reaches it.

    Returns
    -------
    csr_array of shape (n_read, n_hidden), float32
    """
    words, numbers = np.nonzero((hidden == largest[read.owner]) & (hidden > 0))
    # `unique` gives the first of those that are alike: nonzero goes word by word.
    _, first = np.unique(read.owner[words] * hidden.shape[1] + numbers, return_index=True)
    words, numbers = words[first], numbers[first]
    return csr_array((hidden[words, numbers], (words, numbers)), shape=hidden.shape)
