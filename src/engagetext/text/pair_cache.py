"""Facts about pairs of word type and part of speech: computed once a pair, kept over the batches of a vocabulary.

A batch of 256 passages holds 2,500 such pairs, of which the batches before it held nine in ten.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from engagetext.text.annotator import TaggedBatch
from engagetext.text.tagger import N_TAGS
from engagetext.text.vocabulary import Vocabulary

Columns = tuple[NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class TaggedWords:
    """Pairs of word type and part of speech.

    Parameters
    ----------
    words : list of str
        As written.
    tags : ndarray of shape (n_pairs,), int64
        Index into `tagger.UPOS`.
    lemmas : list of str
    """

    words: list[str]
    tags: NDArray[np.int64]
    lemmas: list[str]


class PairCache:
    """Keep what is computed of pairs, up to a limit; with the next pair beyond it, or another vocabulary, start anew.

    Parameters
    ----------
    compute : callable
        From `TaggedWords` to arrays whose first axis is that of the pairs. What it says of a pair depends on nothing
        else; it can be pickled if the cache is to be.
    max_pairs : int
        Pairs that are kept.
    """

    def __init__(self, compute: Callable[[TaggedWords], Columns], max_pairs: int) -> None:
        self._compute, self._max_pairs = compute, max_pairs
        self._kept: _Kept | None = None
        self._lock = Lock()

    def __reduce__(self) -> tuple[type["PairCache"], tuple[Callable[[TaggedWords], Columns], int]]:
        # A vocabulary stays in its process, and what is kept would only be longer to send than to compute.
        return PairCache, (self._compute, self._max_pairs)

    @property
    def size(self) -> int:
        """Pairs that are kept now. No `__len__`: an empty cache would count as none."""
        return 0 if self._kept is None else self._kept.size

    def __call__(self, tagged: TaggedBatch) -> tuple[Columns, NDArray[np.int64]]:
        """Return the facts about the pairs of a batch.

        Parameters
        ----------
        tagged : TaggedBatch

        Returns
        -------
        columns : tuple of ndarray
            What `compute` gives, of some pairs. Rows that were given out never change.
        rows : ndarray of shape (n_lemmas,), int64
            Row of the columns of each pair, in the order of `tagged.lemmas`; 0 for one without a token.
        """
        vocabulary = tagged.tokens.vocabulary
        # Some token of each pair: all have the same type and tag.
        token = np.full(len(tagged.lemmas), -1, dtype=np.int64)
        token[tagged.lemma_index] = np.arange(len(tagged.lemma_index))
        (held,) = np.nonzero(token >= 0)
        types, tags = tagged.tokens.type_ids[token[held]].astype(np.int64), tagged.tags[token[held]].astype(np.int64)
        pairs = types * N_TAGS + tags

        def computed(new: NDArray[np.int64]) -> Columns:
            words = [vocabulary.types[number] for number in types[new].tolist()]
            return self._compute(TaggedWords(words, tags[new], [tagged.lemmas[at] for at in held[new].tolist()]))

        rows = np.zeros(len(tagged.lemmas), dtype=np.int64)
        if len(pairs) > self._max_pairs:
            rows[held] = np.arange(len(pairs))
            return computed(np.arange(len(pairs))), rows
        with self._lock:
            kept = self._kept
            if kept is None or kept.vocabulary() is not vocabulary:
                kept = _Kept(ref(vocabulary))
            (new,) = np.nonzero(kept.find(pairs) < 0)
            if kept.size + len(new) > self._max_pairs:
                kept, new = _Kept(ref(vocabulary), kept.numbers), np.arange(len(pairs))
                kept.numbers[:] = -1
            if len(new) or not kept.columns:
                kept.add(pairs[new], computed(new), self._max_pairs)
            self._kept = kept
            rows[held] = kept.find(pairs)
            return kept.columns, rows


@dataclass(slots=True)
class _Kept:
    """The pairs of one vocabulary that are kept.

    Parameters
    ----------
    vocabulary : weak reference to a Vocabulary
        A cache is not what keeps a vocabulary in memory.
    numbers : ndarray, int32
        Row of each pair, by type and tag: -1 where there is none. It grows with the vocabulary: 68 bytes a type.
    columns : tuple of ndarray
        Of the length of the limit; the memory of rows that are not yet written is not yet taken.
    size : int
        Rows that are written.
    """

    vocabulary: "ref[Vocabulary]"
    numbers: NDArray[np.int32] = field(default_factory=lambda: np.full(1 << 12, -1, dtype=np.int32))
    columns: Columns = ()
    size: int = 0

    def find(self, pairs: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the row of each pair, -1 where there is none."""
        length = len(self.numbers)
        largest = int(pairs.max(initial=0))
        if largest >= length:
            added = np.full(max(largest + 1 - length, length), -1, dtype=np.int32)
            self.numbers = np.concatenate([self.numbers, added])
        found: NDArray[np.int32] = self.numbers[pairs]
        return found

    def add(self, pairs: NDArray[np.int64], computed: Columns, max_pairs: int) -> None:
        """Keep what was computed of pairs that are new."""
        if not self.columns:
            self.columns = tuple(np.empty((max_pairs, *part.shape[1:]), dtype=part.dtype) for part in computed)
        last = self.size + len(pairs)
        for column, part in zip(self.columns, computed, strict=True):
            column[self.size : last] = part
        # In this order: what is interrupted between the two loses rows, and overwrites none.
        first, self.size = self.size, last
        self.numbers[pairs] = np.arange(first, last)
