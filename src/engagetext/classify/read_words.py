"""The words of passages that are read, end to end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.passages import PassageBatch
from engagetext.text.grouping import largest_of_runs, sum_runs

Number = TypeVar("Number", np.int64, np.float32)
# Words at a time: bounds the memory, and keeps what is computed of them in the processor's cache.
_SLAB = 1 << 13
# What a word says stays below 2**27 steps, its attention within 2**16: float64 sums of this many words are exact. They
# take half the time of int64 ones, by which longer passages are added up.
_EXACT_WORDS = 1 << 10


@dataclass(frozen=True, slots=True)
class ReadWords:
    """The words of passages that are read, end to end.

    Parameters
    ----------
    owner : ndarray of shape (n_read,), int64
        Passage of each, ascending.
    sizes : ndarray of shape (n_passages,), int64
    held : ndarray of shape (n_held,), int64
        Passages that have such words.
    """

    owner: NDArray[np.int64]
    sizes: NDArray[np.int64]
    held: NDArray[np.int64]

    @classmethod
    def of(cls, passages: PassageBatch, tokens: NDArray[np.int64]) -> "ReadWords":
        """Return the words that are read, ascending, of passages that hold all tokens, in order."""
        n_passages = len(passages.first)
        owner = np.repeat(np.arange(n_passages), passages.last - passages.first)[tokens]
        return cls.parted(np.bincount(owner, minlength=n_passages))

    @classmethod
    def parted(cls, sizes: NDArray[np.int64]) -> "ReadWords":
        """Return words that are parted into passages of these sizes."""
        (held,) = np.nonzero(sizes)
        return cls(np.repeat(np.arange(len(sizes)), sizes), sizes, held)

    def slabs(self) -> Iterator[tuple["ReadWords", slice]]:
        """Yield some passages at a time and where their words stand, at least once: what bounds the memory."""
        bounds = np.concatenate([[0], np.cumsum(self.sizes)])
        first = 0
        while True:
            # A passage is never parted, however long it is.
            last = max(int(np.searchsorted(bounds, bounds[first] + _SLAB, side="right")) - 1, first + 1)
            last = min(last, len(self.sizes))
            words = slice(int(bounds[first]), int(bounds[last]))
            yield ReadWords.parted(self.sizes[first:last]), words
            first = last
            if first >= len(self.sizes):
                return

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up the rows of the words of each passage: whole numbers below 2**42. Shape (n_passages, n_columns)."""
        places = np.arange(len(self.owner))
        if self.sizes.max(initial=0) > _EXACT_WORDS:
            return sum_runs(values.astype(np.int64), places, self.sizes).astype(np.float64)
        return sum_runs(values, places, self.sizes)

    def largest(self, values: NDArray[Number]) -> NDArray[Number]:
        """Return the largest value of each column in each passage, shape (n_passages, n_columns)."""
        largest = np.zeros((len(self.sizes), values.shape[1]), dtype=values.dtype)
        largest[self.held] = largest_of_runs(values, self.sizes[self.held])
        return largest
