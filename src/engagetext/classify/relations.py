"""Features of passages beyond words: content words near each other, and words under negation.

« nous n'avons rencontré aucune résistance » and « les équipes résistent » share their words; what stands together, and
what stands under a negation, they do not share. Both are made of lemmas, so that they survive inflection.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.distinct import DistinctScorer, distinct_matrix, rarity
from engagetext.classify.key_table import KeyTable
from engagetext.classify.near_lemmas import NearLemmas
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.text.annotator import TaggedBatch
from engagetext.text.tagger import UPOS
from engagetext.text.word_index import ABSENT

_REACH = 5  # tokens after a negation, up to the next mark
_PUNCT = UPOS.index("PUNCT")
_NEGATION_SALT = np.uint64(0x9FB21C651E98DF25)
# Key, the tokens on the left and on the right as in `Relations`, the first token that is needed: left, or the negation.
_Kind = tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
# What all relations of a passage weigh together, against its words: see docs/models.md.
SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Relations:
    """Relations of a batch of passages.

    Parameters
    ----------
    row : ndarray of shape (n_relations,), int64
        Passage of each.
    key : ndarray of shape (n_relations,), uint64
    left, right : ndarray of shape (n_relations,), int64
        The tokens that it holds between; one and the same for a word under negation.
    """

    row: NDArray[np.int64]
    key: NDArray[np.uint64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]


def find_relations(tagged: TaggedBatch, passages: PassageBatch) -> Relations:
    """Return the relations of passages.

    Parameters
    ----------
    tagged : TaggedBatch
    passages : PassageBatch
        Passages that hold all its tokens, in order.
    """
    return _relations(NearLemmas.of(tagged), tagged, passages)


def _relations(near: NearLemmas, tagged: TaggedBatch, passages: PassageBatch) -> Relations:
    row = passages.rows()
    kinds = []
    for key, left, right, since in _kinds(near, tagged, passages):
        same = row[since] == row[right]
        kinds.append((row[right[same]], key[same], left[same], right[same]))
    return Relations(*map(np.concatenate, zip(*kinds, strict=True)))


def _kinds(near: NearLemmas, tagged: TaggedBatch, passages: PassageBatch) -> Iterator[_Kind]:
    """Yield the relations of each kind; those over the border of two passages are yet to be left out."""
    for key, left, right in near.pairs:
        yield key, left, right, left
    floor = np.repeat(passages.first, passages.last - passages.first)
    last = last_denial(near.negation, tagged.tags, floor)
    (denied,) = np.nonzero((last != ABSENT) & ~near.negation)
    yield near.keys[denied] ^ _NEGATION_SALT, denied, denied, last[denied]


def last_denial(
    negation: NDArray[np.bool_], tags: NDArray[np.integer[Any]], floor: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the last negation before each token that reaches it, `ABSENT` where there is none, and for marks.

    Parameters
    ----------
    negation : ndarray of shape (n_tokens,), bool
    tags : ndarray of shape (n_tokens,)
        Index into `tagger.UPOS`.
    floor : ndarray of shape (n_tokens,), int64
        The first token of its passage.
    """
    place = np.arange(len(negation))
    last = _last_before(negation, place)
    marks = tags == _PUNCT
    mark = np.maximum(_last_before(marks, place), floor - 1)
    reached = (last > mark) & (place - last <= _REACH) & ~marks & (last >= floor)
    return np.where(reached, last, ABSENT)


def _last_before(flags: NDArray[np.bool_], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the last flagged token before each, -1 where there is none."""
    last = np.full(len(flags), -1, dtype=np.int64)
    if len(flags):
        last[1:] = np.maximum.accumulate(np.where(flags, place, -1))[:-1]
    return last


@dataclass(frozen=True, slots=True)
class RelationSpace:
    """The relations that a model knows.

    Parameters
    ----------
    keys : ndarray of shape (n_relations,), uint64
        Sorted; there may be none.
    weights : ndarray of shape (n_relations,), float32
        Weight of each by its rarity in the training passages.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.float32]
    table: KeyTable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", KeyTable.from_keys(self.keys))

    @classmethod
    def fit(cls, tagged: TaggedBatch, passages: PassageBatch, min_count: int) -> "RelationSpace":
        """Keep the relations of at least `min_count` passages, weighted by smoothed inverse passage frequency."""
        found = find_relations(tagged, passages)
        known, column = np.unique(found.key, return_inverse=True)
        cells = np.unique(found.row * max(len(known), 1) + column)
        counts = np.bincount(cells % max(len(known), 1), minlength=len(known))
        kept = counts >= min_count
        return cls(known[kept], rarity(counts[kept], len(passages.first)))

    def columns(self, found: Relations) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which relations the space knows, the first of its kind in its passage only, and their columns."""
        hit, column = self.table.find(found.key)
        _, first = np.unique(found.row[hit] * max(len(self.keys), 1) + column, return_index=True)
        return hit[first], column[first]

    def matrix(self, tagged: TaggedBatch, passages: PassageBatch) -> csr_array:
        """Return the passages as rows of relations: what a scorer is trained on.

        Returns
        -------
        csr_array of shape (n_passages, n_relations), float32
            Weights of the distinct relations; the length of a row is `SHARE`.
        """
        found = find_relations(tagged, passages)
        chosen, column = self.columns(found)
        return distinct_matrix(found.row[chosen], column, self.weights, len(passages.first), SHARE)


class RelationScorer:
    """Score passages by their relations, as sums in whole numbers.

    Parameters
    ----------
    space : RelationSpace
    weights : ndarray of shape (n_relations, n_functions), float32
    """

    def __init__(self, space: RelationSpace, weights: NDArray[np.float32]) -> None:
        self._space, self._sums = space, DistinctScorer(weights, space.weights, SHARE)

    def __call__(
        self, near: NearLemmas, tagged: TaggedBatch, passages: PassageBatch, parts: PassageParts
    ) -> NDArray[np.float64]:
        """Return the value of each function for each passage, and for each of its sentences.

        Parameters
        ----------
        near : NearLemmas
            Of the batch.
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        parts : PassageParts
            Of these.

        Returns
        -------
        ndarray of shape (n_passages + n_sentences, n_functions)
            First the passages. A sentence has the relations that need no token of another one.
        """
        named, columns = [], []
        for key, _, right, since in _kinds(near, tagged, passages):
            hit, column = self._space.table.find(key)
            first, last = since[hit], right[hit]
            same = parts.row[first] == parts.row[last]
            named.append(parts.joint(first[same], last[same]))
            columns.append(column[same])
        return self._sums.values(parts, np.concatenate(named), np.concatenate(columns))

    def contributions(
        self, near: NearLemmas, tagged: TaggedBatch, passages: PassageBatch, functions: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return what each token adds to the value of one function a passage, shape (n_tokens,).

        Parameters
        ----------
        near : NearLemmas
            Of the batch.
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        functions : ndarray of shape (n_passages,), int64
            Function that is asked for, one a passage.
        """
        found = _relations(near, tagged, passages)
        chosen, columns = self._space.columns(found)
        ends = found.left[chosen], found.right[chosen]
        return self._sums.shared(found.row[chosen], columns, ends, functions, len(tagged.tags))
