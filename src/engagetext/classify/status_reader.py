"""Whether a passage tells an obstacle as present, possible or overcome, read from the words around its place.

The network says where the passage speaks of an obstacle. What denies it, makes it possible or tells that it is over
stands around that place: words count by how far before or behind it they stand. All weights are whole numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.network_rows import N_WORD_FACTS, WordRows
from engagetext.classify.network_weights import HEAD_STEP, ROW_STEP, WEIGHT_STEP, RowWeights
from engagetext.classify.passages import PassageBatch
from engagetext.classify.surroundings import N_PLACES, Surroundings, placed
from engagetext.text.annotator import TaggedBatch
from engagetext.text.pair_cache import Columns, PairCache, TaggedWords
from engagetext.text.tagger import N_TAGS
from engagetext.text.vectors import VectorTable

# Pairs of word type and part of speech whose rows are kept: 129 bytes each.
_MAX_PAIRS = 1 << 15
# Obstacles at a time: bounds the memory.
_CHUNK = 1 << 9
_NAME = "reader_"


@dataclass(frozen=True, slots=True)
class StatusWeights(RowWeights):
    """What a status reader has learnt, in whole numbers: beside the rows of words, the layers.

    Parameters
    ----------
    hidden : ndarray of shape (N_PLACES * n_dimensions, n_hidden), int8
        In steps of `WEIGHT_STEP`.
    bias : ndarray of shape (n_hidden,), int16
        In steps of `ROW_STEP`.
    heads : ndarray of shape (n_hidden, 3), int16
        To each status. In steps of `HEAD_STEP`.
    heads_bias : ndarray of shape (3,), int32
        In steps of `ROW_STEP * HEAD_STEP`.
    """

    hidden: NDArray[np.int8]
    bias: NDArray[np.int16]
    heads: NDArray[np.int16]
    heads_bias: NDArray[np.int32]


class StatusReader:
    """Tell statuses by the words around an obstacle.

    Parameters
    ----------
    weights : StatusWeights
    vectors : VectorTable
    cues : CueTable
        What words hint at.

    Raises
    ------
    ValueError
        If the weights do not fit together.
    """

    def __init__(self, weights: StatusWeights, vectors: VectorTable, cues: CueTable) -> None:
        width, n_hidden = weights.lemmas.shape[1], len(weights.bias)
        fits = (
            weights.lemmas.shape == (len(weights.lemma_keys), width)
            and weights.projection.shape == (vectors.matrix.shape[1], width)
            and weights.hints.shape == (cues.n_hints + N_WORD_FACTS, width)
            and weights.tags.shape == (N_TAGS, width)
            and weights.hidden.shape == (N_PLACES * width, n_hidden)
            and weights.heads.shape == (n_hidden, 3)
            and weights.heads_bias.shape == (3,)
        )
        if not fits:
            raise ValueError("the arrays of the status reader do not fit together")
        self.weights = weights
        self._hidden, self._heads = weights.hidden.astype(np.float64), weights.heads.astype(np.float64)
        self._rows = PairCache(_RowColumns(WordRows(weights, vectors, cues)), _MAX_PAIRS)

    def __call__(
        self, tagged: TaggedBatch, passages: PassageBatch, asked: NDArray[np.int64], heard: csr_array
    ) -> NDArray[np.float64]:
        """Return what speaks for each status of an obstacle.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
        asked : ndarray of shape (n_asked,), int64
            Passages; of one without a token nothing is told.
        heard : csr_array of shape (n_asked, n_tokens)
            How much each token tells the obstacle that is asked for; whole numbers.

        Returns
        -------
        ndarray of shape (n_asked, 3), float64
        """
        told = np.zeros((len(asked), 3))
        (held,) = np.nonzero(passages.last[asked] > passages.first[asked])
        if not len(held):
            return told
        (rows, denies), pairs = self._rows(tagged)
        of_tokens = pairs[tagged.lemma_index]
        negation = denies[of_tokens]
        for first in range(0, len(held), _CHUNK):
            part = held[first : first + _CHUNK]
            around = Surroundings.of(tagged, passages, asked[part], csr_array(heard[part]), negation)
            words = rows[of_tokens[around.tokens]].astype(np.float64)
            # Sums of whole numbers, rounded to whole numbers once they are divided: the same on any machine.
            places = np.rint(placed(around.bands, around.heard, words, around.scales()))
            sums = places.reshape(len(part), N_PLACES * words.shape[1]) @ self._hidden
            hidden = np.maximum(np.rint(sums * WEIGHT_STEP) + self.weights.bias, 0)
            told[part] = (hidden @ self._heads + self.weights.heads_bias) * (ROW_STEP * HEAD_STEP)
        return told

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the reader as arrays by name, without word vectors and cues: what a bundle keeps."""
        return {_NAME + field.name: getattr(self.weights, field.name) for field in fields(StatusWeights)}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable, cues: CueTable
    ) -> "StatusReader | None":
        """Return the reader that `to_arrays` described; None where there is none."""
        if _NAME + "hidden" not in arrays:
            return None
        found = {field.name: arrays[_NAME + field.name] for field in fields(StatusWeights)}
        return cls(StatusWeights(**found), vectors, cues)


@dataclass(frozen=True, slots=True)
class _RowColumns:
    rows: WordRows

    def __call__(self, pairs: TaggedWords) -> Columns:
        facts, rows = self.rows(pairs)
        return rows.astype(np.int16), facts.denies
