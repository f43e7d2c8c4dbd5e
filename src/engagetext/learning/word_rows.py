"""The rows of words as they learn: what they add up from, the slopes of these, and their whole numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.network_weights import ROW_STEP, ROWS
from engagetext.learning.adamw import Floats, Slope
from engagetext.learning.quantise import whole
from engagetext.text.grouping import sum_by
from engagetext.text.tagger import N_TAGS

# Word vectors are a hundred small numbers, hints few large ones: so either moves a row alike. Not swept.
VECTOR_LENGTH = 4.0


def seen_hints(hints: csr_array, seen: NDArray[np.bool_]) -> csr_array:
    """Return the hints of the words that are seen, with zeros for those of the others."""
    shown = hints.copy()
    shown.data = shown.data * np.repeat(seen, np.diff(shown.indptr)).astype(np.float32)
    return shown


def added_rows(
    weights: Mapping[str, Floats], vectors: Floats, lemmas: NDArray[np.int64], hints: csr_array, tags: NDArray[np.int64]
) -> Floats:
    """Return the row of each word, shape (n_words, n_dimensions).

    Parameters
    ----------
    weights : mapping of str to ndarray
        `projection`, `lemmas` (the first that of unknown ones), `hints` and `tags`.
    vectors : ndarray of shape (n_words, n_vector), float32
    lemmas, tags : ndarray of shape (n_words,), int64
    hints : csr_array of shape (n_words, n_hints), float32
    """
    rows: Floats = vectors @ weights["projection"] + weights["lemmas"][lemmas] + weights["tags"][tags]
    rows += hints @ weights["hints"]
    return rows


def row_slopes(
    vectors: Floats, lemmas: NDArray[np.int64], hints: csr_array, tags: NDArray[np.int64], to_rows: Floats
) -> dict[str, Slope]:
    """Return the slopes of all that rows add up from, as of `added_rows`; unknown lemmas never move."""
    known, place = np.unique(lemmas, return_inverse=True)
    to_lemmas = sum_by(place, to_rows, len(known))
    return {
        "projection": vectors.T @ to_rows,
        "lemmas": (known[known > 0], to_lemmas[known > 0]),
        "hints": np.asarray(hints.T @ to_rows),
        "tags": sum_by(tags, to_rows, N_TAGS),
    }


def whole_rows(weights: Mapping[str, Floats], keys: NDArray[np.uint64]) -> dict[str, NDArray[Any]]:
    """Return the fields of `RowWeights` by name; what lies beyond their limits is cut off there."""
    return {
        "lemma_keys": keys,
        "lemmas": whole(weights["lemmas"][1:], ROW_STEP, ROWS, np.int16),
        "projection": whole(weights["projection"] * np.float32(VECTOR_LENGTH), ROW_STEP, 2**14, np.int16),
        "hints": whole(weights["hints"], ROW_STEP, ROWS, np.int16),
        "tags": whole(weights["tags"], ROW_STEP, ROWS, np.int16),
    }
