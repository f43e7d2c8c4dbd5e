"""Parts of speech and sentence starts: a small network over windows of word types, in whole numbers.

Each word type has a row, the sum of the embeddings of its features. The rows of the five types around a token are
mapped to one hidden layer, which scores the 17 parts of speech and « a sentence starts here ». A second pass adds the
tags that the first one gave to the neighbours [1]_ [2]_. What depends on the type alone is computed once a type, the
map of a row once a type and batch, so that a token costs a few sums of short vectors.

All weights are whole numbers, and no sum exceeds 2**24: float32 products are exact, and the result is the same whatever
the batch size, the order of summation, the number of threads or the linear algebra library.

References
----------
.. [1] Danqi Chen and Christopher Manning, "A fast and accurate dependency parser using neural networks", EMNLP 2014
   (the hidden layer is a sum over positions, precomputed a word).
.. [2] Bernd Bohnet et al., "Morphosyntactic tagging with a meta-BiLSTM model", ACL 2018 (tags seen by a second pass).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import CLOSING, EMOJI, EMOTICON, OPENING, SENTENCE_FINAL
from engagetext.text.batches import TokenBatch
from engagetext.text.lexicon import Lexicon
from engagetext.text.normalize import lower_form
from engagetext.text.vectors import VectorTable
from engagetext.text.vocabulary import Vocabulary
from engagetext.text.word_features import bare_form, feature_keys
from engagetext.text.word_index import ABSENT

UPOS = (
    "ADJ",
    "ADP",
    "ADV",
    "AUX",
    "CCONJ",
    "DET",
    "INTJ",
    "NOUN",
    "NUM",
    "PART",
    "PRON",
    "PROPN",
    "PUNCT",
    "SCONJ",
    "SYM",
    "VERB",
    "X",
)
N_TAGS = len(UPOS)
OUTSIDE = N_TAGS  # the « tag » of what lies beyond the ends of a text
START = N_TAGS  # the output that scores a sentence start
WINDOW = 2  # types on either side
GAPS = 4  # white space before a token: none, blank, line break, blank line
ROW_LIMIT = 2047  # of a type's row
MAP_LIMIT = 2047  # of each of the 13 terms of a hidden sum: it fits into 16 bits
HIDDEN_LIMIT = 1023  # of a hidden unit: 128 of them by weights of 127 stay below 2**24
MAX_HIDDEN = 128
MAX_DIMENSIONS = 64  # 64 numbers of a row by weights of 127 stay below 2**24
# Positions that are worked on together: their hidden sums stay in the cache of a core.
_SLAB = 4096


@dataclass(frozen=True, slots=True)
class TaggerWeights:
    """The learned numbers of a tagger.

    Parameters
    ----------
    keys : ndarray of shape (n_features,), uint64
        Features that have an embedding, sorted.
    embeddings : ndarray of shape (n_features, n_dimensions), int16
    projection : ndarray of shape (n_vector_dimensions, n_dimensions), int8
        From a word vector to what it adds to the row of its type.
    outside : ndarray of shape (n_dimensions,), int16
        The row of what lies beyond the ends of a text.
    shifts : ndarray of shape (3,), int64
        Powers of two by which projected vectors, sums of embeddings and mapped rows are divided.
    window : ndarray of shape (2 * WINDOW + 1, n_dimensions, n_hidden), int8
    gaps : ndarray of shape (3, GAPS, n_hidden), int16
        White space before the token before, before the token itself, and before the next.
    bias : ndarray of shape (n_hidden,), int16
    first_output, second_output : ndarray of shape (n_hidden, N_TAGS + 1), int8
    first_bias, second_bias : ndarray of shape (N_TAGS + 1,), int32
    neighbours : ndarray of shape (2 * WINDOW + 1, N_TAGS + 1, n_hidden), int16
        What the tag of a neighbour adds in the second pass; zeros for the token itself.
    """

    keys: NDArray[np.uint64]
    embeddings: NDArray[np.int16]
    projection: NDArray[np.int8]
    outside: NDArray[np.int16]
    shifts: NDArray[np.int64]
    window: NDArray[np.int8]
    gaps: NDArray[np.int16]
    bias: NDArray[np.int16]
    first_output: NDArray[np.int8]
    second_output: NDArray[np.int8]
    first_bias: NDArray[np.int32]
    second_bias: NDArray[np.int32]
    neighbours: NDArray[np.int16]


# What is no word has one part of speech only; treebanks hold too few of these to teach it. The first rule counts.
_MARKS = re.escape(OPENING + CLOSING + "\"'’‘`" + SENTENCE_FINAL + ",;:")
_CERTAIN = (
    (re.compile(rf"{EMOJI}|{EMOTICON}"), "SYM"),
    (re.compile(rf"[{_MARKS}]+"), "PUNCT"),
    (re.compile(r"(?:https?|ftp)://.*|www\..*|[\w.+%-]+@[\w.-]+|#\w.*", re.DOTALL), "X"),
    (re.compile(r"@\w+"), "PROPN"),
    (re.compile(r"[+-]?\d+(?:\s\d{3})+(?:,\d+)?"), "NUM"),
)
_UNCERTAIN = -1


def _certain_tag(word: str) -> int:
    """Return the tag that a type has by its form alone, or `_UNCERTAIN`."""
    if word.isalpha():
        return _UNCERTAIN
    return next((UPOS.index(tag) for rule, tag in _CERTAIN if rule.fullmatch(word)), _UNCERTAIN)


class Tagger:
    """Tag the tokens of a batch.

    Parameters
    ----------
    weights : TaggerWeights
    lexicon : Lexicon
        Classes of the forms of French; some features are made of them.
    vectors : VectorTable
        The word vectors that `weights.projection` was learned for.
    """

    def __init__(self, weights: TaggerWeights, lexicon: Lexicon, vectors: VectorTable) -> None:
        self.lexicon = lexicon
        self.vectors = vectors
        n_dimensions = weights.embeddings.shape[1]
        # Row 0 stands for features without an embedding. The weights keep a view, not a copy.
        self._embeddings = np.concatenate([np.zeros((1, n_dimensions), np.int16), weights.embeddings])
        self.weights = replace(weights, embeddings=self._embeddings[1:])
        self._projected = _projected(vectors, weights)
        self._window = np.concatenate(list(weights.window.astype(np.float32)), axis=1)
        self._first = weights.first_output.astype(np.float32)
        self._second = weights.second_output.astype(np.float32)

    def __call__(self, batch: TokenBatch) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Return the part of speech of each token, and whether it looks like the start of a sentence.

        Parameters
        ----------
        batch : TokenBatch

        Returns
        -------
        tags : ndarray of shape (n_tokens,), uint8
            Index into `UPOS`.
        starts : ndarray of shape (n_tokens,), bool
            What the words say; `sentences.sentence_starts` adds what the layout says.
        """
        n_tokens = len(batch.type_ids)
        if n_tokens == 0:
            return np.zeros(0, dtype=np.uint8), np.zeros(0, dtype=np.bool_)
        types, local = np.unique(batch.type_ids, return_inverse=True)
        mapped = self._mapped(self._rows(batch.vocabulary)[types])
        # Texts lie end to end, parted and surrounded by places outside: local type 0.
        places = np.arange(n_tokens) + WINDOW * (batch.text_index + 1)
        size = n_tokens + WINDOW * (len(batch.texts) + 1)
        sequence = np.zeros(size, dtype=np.int64)
        sequence[places] = local + 1
        gaps = np.zeros(size, dtype=np.int64)
        gaps[places] = token_gaps(batch)
        tags = np.zeros(size, dtype=np.uint8)
        starts = np.zeros(size, dtype=np.bool_)
        for first in range(WINDOW, size - WINDOW, _SLAB):
            last = min(first + _SLAB, size - WINDOW)
            tags[first:last], starts[first:last] = self._slab(mapped, sequence, gaps, first, last)
        certain = batch.vocabulary.column("certain tag", _certain_tag, np.int8)[batch.type_ids]
        return np.where(certain == _UNCERTAIN, tags[places], certain).astype(np.uint8), starts[places]

    def _rows(self, vocabulary: Vocabulary) -> NDArray[np.int16]:
        """Return the row of each word type, an array of shape (n_types, n_dimensions)."""
        rows: NDArray[np.int16] = vocabulary.table("tagger row", self._type_rows, np.int16, self._embeddings.shape[1])
        return rows

    def _type_rows(self, words: list[str]) -> NDArray[np.int16]:
        classes = self.lexicon.lookup([lower_form(word) for word in words])
        bare_classes = self.lexicon.lookup([bare_form(word) for word in words])
        keys = feature_keys(words, classes, bare_classes)
        at = np.minimum(np.searchsorted(self.weights.keys, keys), len(self.weights.keys) - 1)
        known = self.weights.keys[at] == keys
        rows = self._embeddings[np.where(known, at + 1, 0)].sum(axis=1, dtype=np.int64)
        places = self.vectors.find(words)
        rows += np.where((places == ABSENT)[:, None], 0, self._projected[self.vectors.rows[places]])
        rounded = _divided(rows, self.weights.shifts[1])
        clipped: NDArray[np.int16] = np.clip(rounded, -ROW_LIMIT, ROW_LIMIT).astype(np.int16)
        return clipped

    def _mapped(self, rows: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return what each type adds to the hidden sums of its neighbours: shape (2 * WINDOW + 1, n + 1, n_hidden)."""
        everywhere = np.concatenate([self.weights.outside[None, :], rows]).astype(np.float32)
        products = _divided((everywhere @ self._window).astype(np.int32), self.weights.shifts[2])
        clipped = np.clip(products, -MAP_LIMIT, MAP_LIMIT).astype(np.int16)
        mapped: NDArray[np.int16] = np.ascontiguousarray(
            clipped.reshape(len(everywhere), 2 * WINDOW + 1, -1).swapaxes(0, 1)
        )
        return mapped

    def _slab(
        self,
        mapped: NDArray[np.int16],
        sequence: NDArray[np.int64],
        gaps: NDArray[np.int64],
        first: int,
        last: int,
    ) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        # The second pass looks at tags of neighbours, whose own windows reach further.
        low, high = max(first - WINDOW, WINDOW), min(last + WINDOW, len(sequence) - WINDOW)
        sums = mapped[0][sequence[low - WINDOW : high - WINDOW]]
        for offset in range(1, 2 * WINDOW + 1):
            sums += mapped[offset][sequence[low - WINDOW + offset : high - WINDOW + offset]]
        sums += self.weights.bias
        for offset in range(3):
            sums += self.weights.gaps[offset][gaps[low - 1 + offset : high - 1 + offset]]
        scores = _hidden(sums) @ self._first + self.weights.first_bias
        seen = np.full(high - low + 2 * WINDOW, OUTSIDE, dtype=np.int64)
        seen[WINDOW:-WINDOW] = np.where(sequence[low:high] == 0, OUTSIDE, scores[:, :N_TAGS].argmax(axis=1))
        for offset in range(2 * WINDOW + 1):
            if offset != WINDOW:
                sums += self.weights.neighbours[offset][seen[offset : offset + high - low]]
        scores = _hidden(sums[first - low : last - low]) @ self._second + self.weights.second_bias
        return scores[:, :N_TAGS].argmax(axis=1).astype(np.uint8), scores[:, START] > 0

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the tagger as arrays by name, without the word vectors: what a bundle keeps."""
        weights = {field.name: getattr(self.weights, field.name) for field in fields(TaggerWeights)}
        return weights | self.lexicon.to_arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable) -> "Tagger":
        """Return the tagger that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        weights = TaggerWeights(**{field.name: arrays[field.name] for field in fields(TaggerWeights)})
        return cls(weights, Lexicon.from_arrays(arrays), vectors)


def token_gaps(batch: TokenBatch) -> NDArray[np.int64]:
    """Return the white space before each token: 0 none, 1 blank, 2 line break, 3 blank line. Shape (n_tokens,)."""
    gaps = 1 + batch.newlines.astype(np.int64)
    glued = np.zeros(len(gaps), dtype=np.bool_)
    glued[1:] = (batch.starts[1:] == batch.ends[:-1]) & (batch.text_index[1:] == batch.text_index[:-1])
    gaps[glued] = 0
    return gaps


def _hidden(sums: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.clip(sums, 0, HIDDEN_LIMIT).astype(np.float32)


def _divided(numbers: NDArray[Any], shift: np.int64) -> NDArray[Any]:
    """Divide whole numbers by a power of two, to the nearest."""
    return (numbers + ((1 << int(shift)) >> 1)) >> int(shift)


def _projected(vectors: VectorTable, weights: TaggerWeights) -> NDArray[np.int32]:
    """Return what each vector adds to the rows of its types, an array of shape (n_rows, n_dimensions)."""
    products = vectors.matrix.astype(np.float32) @ weights.projection.astype(np.float32)
    projected: NDArray[np.int32] = _divided(products.astype(np.int32), weights.shifts[0])
    return projected
