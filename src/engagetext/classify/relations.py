"""Features of passages beyond words: content words near each other, and words under negation.

« nous n'avons rencontré aucune résistance » and « les équipes résistent » share their words; what stands together, and
what stands under a negation, they do not share. Both are made of lemmas, so that they survive inflection.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.key_table import KeyTable
from engagetext.classify.passages import PassageBatch
from engagetext.text.annotator import TaggedBatch
from engagetext.text.grouping import sum_rows
from engagetext.text.tagger import UPOS
from engagetext.text.word_features import bare_form, word_keys

# Words after which something is denied, lacking or little, as lemmas without accents.
_NEGATIONS = (
    *("ne", "n'", "pas", "plus", "jamais", "aucun", "rien", "personne", "sans", "ni", "peu", "manque", "manquer"),
    *("guere",),
)
_REACH = 5  # tokens after a negation, up to the next mark
_NEAR = 3  # content words: a pair has at most two others between
_CONTENT = np.array([tag in ("NOUN", "VERB", "ADJ", "PROPN", "ADV", "AUX") for tag in UPOS], dtype=np.bool_)
_PUNCT = UPOS.index("PUNCT")
_PAIR_SALT, _NEGATION_SALT = np.uint64(0xA24BAED4963EE407), np.uint64(0x9FB21C651E98DF25)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# What all relations of a passage weigh together, against its words: see docs/models.md.
SHARE = 0.7
_PLACES = 14  # as in `linear`


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
    since : ndarray of shape (n_relations,), int64
        The first token that it needs: that on the left, or the negation.
    """

    row: NDArray[np.int64]
    key: NDArray[np.uint64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    since: NDArray[np.int64]

    def within(self, parts: PassageBatch) -> "Relations":
        """Return the relations of the parts that the passages are cut into: those that no cut parts."""
        sizes = parts.last - parts.first
        owner = np.repeat(np.arange(len(sizes)), sizes)
        kept = owner[self.since] == owner[self.right]
        right = self.right[kept]
        return Relations(owner[right], self.key[kept], self.left[kept], right, self.since[kept])


def is_negation(lemmas: Sequence[str]) -> NDArray[np.bool_]:
    """Tell of each lemma whether it denies, or says that something lacks. Shape (n_lemmas,)."""
    keys = np.array([_lemma_key(lemma) for lemma in lemmas], dtype=np.uint64)
    return np.isin(keys, _NEGATION_KEYS)


@lru_cache(maxsize=1 << 16)
def _lemma_key(lemma: str) -> int:
    return int(word_keys([bare_form(lemma)])[0])


_NEGATION_KEYS = np.array(sorted(_lemma_key(word) for word in _NEGATIONS), dtype=np.uint64)


def find_relations(tagged: TaggedBatch, passages: PassageBatch) -> Relations:
    """Return the relations of passages.

    Parameters
    ----------
    tagged : TaggedBatch
    passages : PassageBatch
        Passages that hold all its tokens, in order.
    """
    sizes = passages.last - passages.first
    row = np.repeat(np.arange(len(sizes)), sizes)
    lemmas = np.array([_lemma_key(lemma) for lemma in tagged.lemmas], dtype=np.uint64)[tagged.lemma_index]
    negation = np.isin(lemmas, _NEGATION_KEYS)
    (content,) = np.nonzero(_CONTENT[tagged.tags] | negation)
    lefts, rights = [], []
    for distance in range(1, _NEAR + 1):
        left, right = content[:-distance], content[distance:]
        same = row[left] == row[right]
        lefts.append(left[same])
        rights.append(right[same])
    left, right = np.concatenate(lefts), np.concatenate(rights)
    pairs = (lemmas[left] * _MULTIPLIER + lemmas[right]) ^ _PAIR_SALT
    # The last negation and the last mark before each token, or the start of its passage.
    place = np.arange(len(row))
    floor = np.repeat(passages.first, sizes)
    last = _last_before(negation, place)
    mark = np.maximum(_last_before(tagged.tags == _PUNCT, place), floor - 1)
    (denied,) = np.nonzero(
        (last > mark) & (place - last <= _REACH) & ~negation & (tagged.tags != _PUNCT) & (last >= floor)
    )
    return Relations(
        row=np.concatenate([row[left], row[denied]]),
        key=np.concatenate([pairs, lemmas[denied] ^ _NEGATION_SALT]),
        left=np.concatenate([left, denied]),
        right=np.concatenate([right, denied]),
        since=np.concatenate([left, last[denied]]),
    )


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
        weights = np.log((1 + len(passages.first)) / (1 + counts[kept])) + 1
        return cls(known[kept], weights.astype(np.float32))

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
        shape = len(passages.first), len(self.keys)
        found = find_relations(tagged, passages)
        chosen, column = self.columns(found)
        row, weights = found.row[chosen], self.weights[column].astype(np.float64)
        lengths = np.sqrt(np.bincount(row, weights**2, minlength=shape[0]))
        data = (SHARE * weights / np.maximum(lengths, 1e-12)[row]).astype(np.float32)
        return csr_array((data, (row.astype(np.int32), column.astype(np.int32))), shape=shape)


class RelationScorer:
    """Score passages by their relations, as sums in whole numbers.

    Parameters
    ----------
    space : RelationSpace
    weights : ndarray of shape (n_relations, n_functions), float32
    """

    def __init__(self, space: RelationSpace, weights: NDArray[np.float32]) -> None:
        self._space = space
        rarity = space.weights.astype(np.float64)[:, None]
        # The last column holds the squared lengths.
        table = np.concatenate([weights * rarity, rarity * rarity], axis=1)
        self._table = np.rint(table * 2.0**_PLACES).astype(np.int32)

    def __call__(self, found: Relations, n_passages: int) -> NDArray[np.float64]:
        """Return the value of each function for each passage, an ndarray of shape (n_passages, n_functions)."""
        chosen, columns = self._space.columns(found)
        sums = sum_rows(self._table, columns, found.row[chosen], n_passages).astype(np.int64)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1) / 2.0**_PLACES)
        values: NDArray[np.float64] = SHARE * sums[:, :-1] / 2.0**_PLACES / lengths
        return values

    def contributions(
        self, tagged: TaggedBatch, passages: PassageBatch, functions: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return what each token adds to the value of one function a passage, shape (n_tokens,).

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        functions : ndarray of shape (n_passages,), int64
            Function that is asked for, one a passage.
        """
        found = find_relations(tagged, passages)
        chosen, columns = self._space.columns(found)
        row = found.row[chosen]
        squares = np.bincount(row, self._table[columns, -1], len(passages.first))
        lengths = np.sqrt(np.maximum(squares, 1) / 2.0**_PLACES) * 2.0**_PLACES
        halves = SHARE * self._table[columns, functions[row]] / lengths[row] / 2
        values = np.zeros(len(tagged.tags))
        np.add.at(values, found.left[chosen], halves)
        np.add.at(values, found.right[chosen], halves)
        return values
