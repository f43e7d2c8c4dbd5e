"""Words as the rows of a table: looked up by key, many at once, without a string in memory."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.text.word_features import word_keys

ABSENT = -1


@dataclass(frozen=True, slots=True)
class WordIndex:
    """The words of a table, in the order of their keys.

    Parameters
    ----------
    keys : ndarray of shape (n_words,), uint64
        From `word_keys`, sorted. Of 100,000 words no two share a key but with a probability of 10**-9.
    """

    keys: NDArray[np.uint64]

    @classmethod
    def from_words(cls, words: Sequence[str]) -> tuple["WordIndex", NDArray[np.int64]]:
        """Return the index of distinct words, and the place in `words` of each of its rows."""
        keys = word_keys(words)
        order = np.argsort(keys, kind="stable")
        return cls(keys[order]), order

    def find(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word, `ABSENT` where it has none. Shape (n_words,)."""
        if not words or not len(self.keys):
            return np.full(len(words), ABSENT, dtype=np.int64)
        wanted = word_keys(words)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, at, ABSENT)
