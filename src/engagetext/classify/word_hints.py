"""What the pairs of words near each other hint at, at each word that a network reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.cues import CueTable
from engagetext.classify.near_lemmas import NearLemmas
from engagetext.classify.passages import PassageBatch

# Distinct hints that count at one word, the first by number: what they add up to stays exact. A word is in six pairs at
# most, of which few are cues.
MAX_HINTS = 8


@dataclass(frozen=True, slots=True)
class WordHints:
    """Distinct hints at the words of passages that are read, end to end.

    Parameters
    ----------
    word : ndarray of shape (n_found,), int64
        Ascending.
    hint : ndarray of shape (n_found,), int64
    """

    word: NDArray[np.int64]
    hint: NDArray[np.int64]

    @classmethod
    def find(cls, cues: CueTable, near: NearLemmas, passages: PassageBatch, tokens: NDArray[np.int64]) -> "WordHints":
        """Return the hints of the pairs within passages, at both words of each.

        Parameters
        ----------
        cues : CueTable
        near : NearLemmas
        passages : PassageBatch
            Passages that hold all tokens, in order.
        tokens : ndarray of shape (n_read,), int64
            The tokens that are read, ascending.
        """
        found = cues.find_pairs(near).within(passages.rows())
        place = np.full(len(near.keys), -1, dtype=np.int64)
        place[tokens] = np.arange(len(tokens))
        word = place[np.concatenate([found.left, found.right])]
        size = max(cues.n_hints, 1)
        cells = np.unique((word * size + np.tile(found.hint, 2))[word >= 0])
        word = cells // size
        # The place of each among the hints of its word.
        first = np.searchsorted(word, word)
        kept = np.arange(len(word)) - first < MAX_HINTS
        return cls(word[kept], (cells % size)[kept])

    def part(self, words: slice) -> "WordHints":
        """Return those of a run of words, which are counted anew."""
        first, last = np.searchsorted(self.word, (words.start, words.stop)).tolist()
        return WordHints(self.word[first:last] - words.start, self.hint[first:last])
