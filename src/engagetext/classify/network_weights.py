"""What the network that reads passages has learnt: whole numbers, and the grids on which they lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Two words to either side, of those that are read; three of all tokens rank alike (.564 and .347 mean average precision
# on the development passages, against .571 and .350) and take twice the time.
RADIUS = 2
SPAN = 2 * RADIUS + 1
# Steps of the grid on which numbers lie, and their limits: a hidden sum is exact in 128 x 512 x 127 < 2**24 steps.
ROW_STEP, ROW_LIMIT = 2.0**-6, 8.0
ROWS = int(ROW_LIMIT / ROW_STEP)
WEIGHT_STEP = 2.0**-7  # of the layers; their weights stay within 127 steps
HEAD_STEP = 2.0**-6
MAX_WIDTH = 128
# What all words of a passage say together weighs this much against what its places say.
BAG_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class RowWeights:
    """What the row of a word adds up from, in whole numbers.

    Parameters
    ----------
    lemma_keys : ndarray of shape (n_lemmas,), uint64
        Sorted.
    lemmas : ndarray of shape (n_lemmas, n_dimensions), int16
    projection : ndarray of shape (n_vector_dimensions, n_dimensions), int16
        From a word vector of length 1.
    hints : ndarray of shape (n_hints + N_WORD_FACTS, n_dimensions), int16
        The last rows are those of negations and of verb forms.
    tags : ndarray of shape (N_TAGS, n_dimensions), int16
        All of these in steps of `ROW_STEP`.
    """

    lemma_keys: NDArray[np.uint64]
    lemmas: NDArray[np.int16]
    projection: NDArray[np.int16]
    hints: NDArray[np.int16]
    tags: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class NetworkWeights(RowWeights):
    """What a network has learnt, in whole numbers: beside the rows of words, the layers.

    Parameters
    ----------
    window : ndarray of shape (SPAN, n_dimensions, n_hidden), int8
        In steps of `WEIGHT_STEP`.
    context : ndarray of shape (n_dimensions, n_hidden), int8
        From all words of the passage to the hidden layer of each of its places. In steps of `WEIGHT_STEP`.
    bias : ndarray of shape (n_hidden,), int16
        In steps of `ROW_STEP`.
    heads : ndarray of shape (n_hidden, n_outputs), int8
        Attention to each label, its evidence, and the three statuses: `2 * n_labels + 3` columns, steps of `HEAD_STEP`.
    own : ndarray of shape (n_dimensions, n_outputs), int8
        The same of the token's own row.
    heads_bias : ndarray of shape (n_outputs,), int32
        In steps of `ROW_STEP * HEAD_STEP`.
    pooled : ndarray of shape (2 * n_hidden, n_pooled), int8
        From the largest and the mean value of each hidden unit in a passage to a second hidden layer, one a passage. In
        steps of `WEIGHT_STEP`.
    pooled_bias : ndarray of shape (n_pooled,), int16
        In steps of `ROW_STEP`.
    pooled_heads : ndarray of shape (n_pooled, n_labels), int8
        In steps of `HEAD_STEP`.
    bag : ndarray of shape (n_dimensions, n_labels + 3), int8
        In steps of `HEAD_STEP`.
    bag_bias : ndarray of shape (n_labels,), float64
    """

    window: NDArray[np.int8]
    context: NDArray[np.int8]
    bias: NDArray[np.int16]
    heads: NDArray[np.int8]
    own: NDArray[np.int8]
    heads_bias: NDArray[np.int32]
    pooled: NDArray[np.int8]
    pooled_bias: NDArray[np.int16]
    pooled_heads: NDArray[np.int8]
    bag: NDArray[np.int8]
    bag_bias: NDArray[np.float64]
