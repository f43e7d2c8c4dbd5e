"""Cues: words, and pairs of words near each other, with what they hint at. Written by hand, weighed by a model.

« apprendre … presse » hints at a silent management, « usine … gaz » at tools that are too heavy, « pénurie » at
something that lacks. A model that has met neither in training knows what to make of them, as it has met other cues of
the same hint.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.distinct import DistinctScorer, distinct_matrix, rarity
from engagetext.classify.key_table import KeyTable
from engagetext.classify.near_lemmas import NearLemmas, lemma_keys, pair_keys
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.text.annotator import TaggedBatch

# What all hints of a passage weigh together, against its words. With 1 sources that were left out have mean average
# precision .532 and .287 (themes, obstacles; linear functions alone), .537 and .281 with this.
SHARE = 0.6


@dataclass(frozen=True, slots=True)
class CueTable:
    """The hints of cues.

    Parameters
    ----------
    keys : ndarray of shape (n_cues,), uint64
        Of a lemma, or of a pair of lemmas; sorted. There may be none.
    bounds : ndarray of shape (n_cues + 1,), int64
        Cue `i` has the hints `bounds[i]` to `bounds[i + 1]`.
    hints : ndarray of shape (n_hinted,), uint16
    n_hints : int
        Hints that there are.
    """

    keys: NDArray[np.uint64]
    bounds: NDArray[np.int64]
    hints: NDArray[np.uint16]
    n_hints: int
    table: KeyTable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", KeyTable.from_keys(self.keys))

    @classmethod
    def from_words(cls, cues: Mapping[tuple[str, ...], Sequence[int]], n_hints: int) -> "CueTable":
        """Build a table from one or two lemmas -> numbers of their hints."""
        lemmas = sorted({lemma for cue in cues for lemma in cue})
        keys = dict(zip(lemmas, lemma_keys(lemmas), strict=True))
        found: dict[int, set[int]] = {}
        for cue, numbers in cues.items():
            ends = [keys[lemma] for lemma in cue]
            key = ends[0] if len(ends) == 1 else pair_keys(np.array(ends[:1]), np.array(ends[1:]))[0]
            found.setdefault(int(key), set()).update(numbers)
        ordered = sorted(found)
        hints = [number for key in ordered for number in sorted(found[key])]
        sizes = np.array([len(found[key]) for key in ordered], dtype=np.int64)
        return cls(
            keys=np.array(ordered, dtype=np.uint64),
            bounds=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            hints=np.array(hints, dtype=np.uint16),
            n_hints=n_hints,
        )

    @classmethod
    def empty(cls) -> "CueTable":
        """Return the table without a cue."""
        return cls.from_words({}, 0)

    def find(self, near: NearLemmas) -> "FoundHints":
        """Return the hints of the words of a batch, and of its pairs of words, over the borders of passages too."""
        place, hint = self.of(near.keys)
        pairs = self.find_pairs(near)
        return FoundHints(
            left=np.concatenate([place, pairs.left]),
            right=np.concatenate([place, pairs.right]),
            hint=np.concatenate([hint, pairs.hint]),
        )

    def find_pairs(self, near: NearLemmas) -> "FoundHints":
        """Return the hints of the pairs of words alone; as for `find`."""
        found = []
        for keys, left, right in near.pairs:
            place, hint = self.of(keys)
            found.append((left[place], right[place], hint))
        return FoundHints(*map(np.concatenate, zip(*found, strict=True)))

    def of(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places in `keys` of those that are cues, once a hint, and the hints."""
        hit, cue = self.table.find(keys)
        sizes = self.bounds[cue + 1] - self.bounds[cue]
        at = np.repeat(self.bounds[cue] - np.cumsum(sizes) + sizes, sizes) + np.arange(int(sizes.sum()))
        return np.repeat(hit, sizes), self.hints[at].astype(np.int64)


@dataclass(frozen=True, slots=True)
class FoundHints:
    """Hints in a batch.

    Parameters
    ----------
    left, right : ndarray of shape (n_found,), int64
        The tokens of the cue; one and the same for one word.
    hint : ndarray of shape (n_found,), int64
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    hint: NDArray[np.int64]

    def within(self, row: NDArray[np.int64]) -> "FoundHints":
        """Return those that no border parts; `row` is the passage of each token."""
        same = row[self.left] == row[self.right]
        return FoundHints(self.left[same], self.right[same], self.hint[same])

    def first(self, row: NDArray[np.int64]) -> "FoundHints":
        """Return the first of each hint of each passage, by passage and number; as for `within`."""
        inside = self.within(row)
        cells = row[inside.left] * (int(inside.hint.max(initial=0)) + 1) + inside.hint
        _, first = np.unique(cells, return_index=True)
        return FoundHints(inside.left[first], inside.right[first], inside.hint[first])


@dataclass(frozen=True, slots=True)
class CueSpace:
    """The cues that a model knows, and how rare their hints are.

    Parameters
    ----------
    cues : CueTable
    weights : ndarray of shape (n_hints,), float32
        Weight of each hint by its rarity in the training passages.
    """

    cues: CueTable
    weights: NDArray[np.float32]

    @classmethod
    def fit(cls, cues: CueTable, tagged: TaggedBatch, passages: PassageBatch) -> "CueSpace":
        """Weigh the hints by smoothed inverse passage frequency."""
        found = cues.find(NearLemmas.of(tagged)).first(passages.rows())
        counts = np.bincount(found.hint, minlength=cues.n_hints)
        return cls(cues, rarity(counts, len(passages.first)))

    def matrix(self, tagged: TaggedBatch, passages: PassageBatch) -> csr_array:
        """Return the passages as rows of hints: what a scorer is trained on.

        Returns
        -------
        csr_array of shape (n_passages, n_hints), float32
            Weights of the distinct hints; the length of a row is `SHARE`.
        """
        row = passages.rows()
        found = self.cues.find(NearLemmas.of(tagged)).first(row)
        return distinct_matrix(row[found.left], found.hint, self.weights, len(passages.first), SHARE)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the space as arrays by name: what a bundle keeps."""
        return {
            "cues_keys": self.cues.keys,
            "cues_sizes": np.diff(self.cues.bounds).astype(np.uint16),
            "cues_hints": self.cues.hints,
            "cues_weights": self.weights,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "CueSpace":
        """Return the space that `to_arrays` described; an empty one where there are no such arrays."""
        if "cues_keys" not in arrays:
            return cls(CueTable.empty(), np.zeros(0, dtype=np.float32))
        bounds = np.concatenate([[0], np.cumsum(arrays["cues_sizes"].astype(np.int64))])
        weights = arrays["cues_weights"]
        return cls(CueTable(arrays["cues_keys"], bounds, arrays["cues_hints"], len(weights)), weights)


class CueScorer:
    """Score passages by the hints of their cues, as sums in whole numbers.

    Parameters
    ----------
    space : CueSpace
    weights : ndarray of shape (n_hints, n_functions), float32
    """

    def __init__(self, space: CueSpace, weights: NDArray[np.float32]) -> None:
        self._cues, self._sums = space.cues, DistinctScorer(weights, space.weights, SHARE)

    def __call__(self, near: NearLemmas, parts: PassageParts) -> NDArray[np.float64]:
        """Return the value of each function for each passage, and for each of its sentences.

        Parameters
        ----------
        near : NearLemmas
            Of passages that hold all tokens, in order.
        parts : PassageParts
            Of these.

        Returns
        -------
        ndarray of shape (n_passages + n_sentences, n_functions)
            First the passages. A sentence has the cues that need no token of another one.
        """
        found = self._cues.find(near).within(parts.row)
        return self._sums.values(parts, parts.joint(found.left, found.right), found.hint)

    def contributions(
        self, near: NearLemmas, passages: PassageBatch, functions: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return what each token adds to the value of one function a passage, shape (n_tokens,).

        A hint counts once in a passage: at its first cue.

        Parameters
        ----------
        near : NearLemmas
        passages : PassageBatch
            Passages that hold all tokens, in order.
        functions : ndarray of shape (n_passages,), int64
            Function that is asked for, one a passage.
        """
        row = passages.rows()
        found = self._cues.find(near).first(row)
        return self._sums.shared(row[found.left], found.hint, (found.left, found.right), functions, len(near.keys))
