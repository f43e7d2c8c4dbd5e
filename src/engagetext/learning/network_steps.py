"""One step of learning for the network that reads passages: in floats, by AdamW, and at the end in whole numbers.

It learns from whole passages and, where readers marked them, from the words on which a label rests: of these each place
is to speak for the label, of passages without the label none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.network_weights import (
    BAG_SHARE,
    HEAD_STEP,
    MAX_WIDTH,
    RADIUS,
    ROW_STEP,
    SPAN,
    WEIGHT_STEP,
    NetworkWeights,
)
from engagetext.learning.adamw import AdamW, Floats
from engagetext.learning.dropout import draw_kept, draw_mask
from engagetext.learning.quantise import whole
from engagetext.learning.word_rows import added_rows, row_slopes, seen_hints, whole_rows
from engagetext.text.tagger import N_TAGS

_HINT_LENGTH = 0.3
_CONTEXT_SCALE = 0.05  # not swept
MAX_BIAS = 4000  # steps: with five words of 4,095 at most a hidden sum fits into 16 bits
# Nine in ten places of passages that surely lack a label are far from it: they count this much against the marked ones.
# Taught by places, obstacles rank at .336 for .316 mean average precision on the development passages (network alone);
# the share was not swept.
_PLACE_ABSENT, _SURELY_ABSENT = 0.2, 0.05
_PLACES_WEIGHT = 0.3
_STATUS_WEIGHT = 0.5  # not swept


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How a network is fitted. Figures: mean average precision on the development passages, themes and obstacles.

    Parameters
    ----------
    epochs : int, default=14
        9 and 14: .611 and .632, .336 and .347.
    n_dimensions, n_hidden : int, default=128
    dropout : float, default=0.4
        Of the rows and of the hidden layer. .3: .611 and .336, .4: .618 and .353.
    word_dropout, lemma_dropout, fact_dropout : float
        Share of words of which a step sees the part of speech only, of which it does not see the lemma, or the vector,
        or the hints.
    rate : float, default=0.002
        Highest step of AdamW; it rises for a tenth of the time and falls as a cosine.
    authored_weight : float, default=0.25
        Weight of an authored passage against a real one. .25, .5 and 1 in 9 epochs: .616, .611, .596 and .346, .336,
        .314.
    patterned_weight : float, default=0.5
        Weight of an authored passage that follows the pattern of a real one. .5 and 1 with one of four parts of the
        sources left out: .532, .525 and .325, .332.
    min_count : int, default=5
        Passages in which a lemma must occur.
    batch_size : int, default=32
        Passages a step.
    seed : int, default=0
    """

    epochs: int = 14
    n_dimensions: int = MAX_WIDTH
    n_hidden: int = MAX_WIDTH
    dropout: float = 0.4
    word_dropout: float = 0.1
    lemma_dropout: float = 0.3
    fact_dropout: float = 0.1
    rate: float = 0.002
    authored_weight: float = 0.25
    patterned_weight: float = 0.5
    min_count: int = 5
    batch_size: int = 32
    seed: int = 0


@dataclass(frozen=True, slots=True)
class NetworkBatch:
    """Some passages, end to end.

    Parameters
    ----------
    heads, sizes : ndarray of shape (n_passages,), int64
        The first word of each passage, and how many it has: at least one.
    owner : ndarray of shape (n_words,), int64
        Passage of each word.
    vectors : ndarray of shape (n_words, n_vector), float32
    lemmas : ndarray of shape (n_words,), int64
        0 for a lemma that the network does not know.
    hints : csr_array of shape (n_words, n_hints), float32
    tags : ndarray of shape (n_words,), int64
    labels : ndarray of shape (n_passages, n_labels), float32
    evidence : ndarray of shape (n_words, n_labels), float32
    statuses : ndarray of shape (n_passages, n_labels), int64
    weights : ndarray of shape (n_passages, 1), float32
    """

    heads: NDArray[np.int64]
    sizes: NDArray[np.int64]
    owner: NDArray[np.int64]
    vectors: Floats
    lemmas: NDArray[np.int64]
    hints: csr_array
    tags: NDArray[np.int64]
    labels: Floats
    evidence: Floats
    statuses: NDArray[np.int64]
    weights: Floats


class FloatNetwork:
    """The network in floats, as it learns."""

    def __init__(self, n_lemmas: int, n_vector: int, n_hints: int, n_labels: int, options: NetworkOptions) -> None:
        self.rng = np.random.default_rng(options.seed)
        self._options = options
        self._n_labels = n_labels
        width, n_hidden, n_outputs = options.n_dimensions, options.n_hidden, 2 * n_labels + 3

        def normal(scale: float, *shape: int) -> Floats:
            return (self.rng.normal(size=shape) * scale).astype(np.float32)

        self.parameters = {
            "projection": normal(1 / np.sqrt(n_vector), n_vector, width),
            "lemmas": normal(0.02, n_lemmas + 1, width),  # the first is that of unknown ones, and stays zero
            "hints": normal(_HINT_LENGTH, n_hints, width),
            "tags": normal(_HINT_LENGTH, N_TAGS, width),
            "window": normal(np.sqrt(2 / (SPAN * width)), SPAN * width, n_hidden),
            "context": normal(_CONTEXT_SCALE, width, n_hidden),
            "bias": np.zeros(n_hidden, dtype=np.float32),
            "heads": normal(1 / np.sqrt(n_hidden), n_hidden, n_outputs),
            "own": normal(0.01, width, n_outputs),
            "heads_bias": np.zeros(n_outputs, dtype=np.float32),
            "pooled": normal(1 / np.sqrt(n_hidden), 2 * n_hidden, n_hidden),
            "pooled_bias": np.zeros(n_hidden, dtype=np.float32),
            "pooled_heads": normal(0.01, n_hidden, n_labels),
            "bag": normal(0.01, width, n_labels + 3),
            "bag_bias": np.full(n_labels, -4.0, dtype=np.float32),
        }
        self.parameters["lemmas"][0] = 0
        self.optimizer = AdamW(self.parameters)

    def step(self, batch: NetworkBatch, rate: float) -> None:
        """Take one step along the slope of the loss of a batch."""
        weights, n_labels = self.parameters, self._n_labels
        owner, n_passages = batch.owner, len(batch.sizes)
        n_tokens = len(owner)

        # Forward: rows, hidden layer, what the places say, passages.
        seen = draw_kept(self.rng, n_tokens, self._options.word_dropout)
        lemmas = np.where(seen & draw_kept(self.rng, n_tokens, self._options.lemma_dropout), batch.lemmas, 0)
        vectors = batch.vectors * (seen & draw_kept(self.rng, n_tokens, self._options.fact_dropout))[:, None]
        hints = seen_hints(batch.hints, seen & draw_kept(self.rng, n_tokens, self._options.fact_dropout))
        rows = added_rows(weights, vectors, lemmas, hints, batch.tags)
        row_mask = draw_mask(self.rng, rows.shape, self._options.dropout)
        rows *= row_mask
        places = np.arange(n_tokens) + RADIUS * (owner + 1)
        padded = np.zeros((n_tokens + RADIUS * (n_passages + 1), rows.shape[1]), dtype=np.float32)
        padded[places] = rows
        windows = np.concatenate([padded[places + offset - RADIUS] for offset in range(SPAN)], axis=1)
        scale = (BAG_SHARE / np.sqrt(batch.sizes)).astype(np.float32)[:, None]
        bags = np.add.reduceat(rows, batch.heads, axis=0) * scale
        sums = windows @ weights["window"] + (bags @ weights["context"])[owner] + weights["bias"]
        hidden_mask = draw_mask(self.rng, sums.shape, self._options.dropout) * (sums > 0)
        hidden = sums * hidden_mask
        outputs = hidden @ weights["heads"] + rows @ weights["own"] + weights["heads_bias"]
        attention = _softmax(outputs[:, :n_labels], batch)
        evidence = outputs[:, n_labels : 2 * n_labels]
        heard = np.add.reduceat(attention * evidence, batch.heads, axis=0)
        strongest = np.maximum.reduceat(hidden, batch.heads, axis=0)
        mean = np.add.reduceat(hidden, batch.heads, axis=0) / batch.sizes[:, None].astype(np.float32)
        pools = np.concatenate([strongest, mean], axis=1)
        pool_mask = draw_mask(self.rng, pools.shape, self._options.dropout)
        pools *= pool_mask
        pooled = np.maximum(pools @ weights["pooled"] + weights["pooled_bias"], 0)
        values = heard + bags @ weights["bag"][:, :n_labels] + weights["bag_bias"]
        values += pooled @ weights["pooled_heads"]

        # Backward: the slopes of the loss over each of these.
        to_values = (_sigmoid(values) - batch.labels) * batch.weights / np.float32(n_passages)
        to_outputs = np.zeros_like(outputs)
        to_outputs[:, :n_labels] = attention * to_values[owner] * (evidence - heard[owner])
        to_outputs[:, n_labels : 2 * n_labels] = attention * to_values[owner]
        to_places = self._of_places(batch, evidence)
        to_outputs[:, n_labels : 2 * n_labels] += to_places
        to_status = self._of_statuses(batch, attention, outputs[:, 2 * n_labels :], bags)
        to_outputs[:, 2 * n_labels :] = np.stack(
            [(attention * to_status[owner, :, number]).sum(axis=1) for number in range(3)], axis=1
        )
        to_bag = np.concatenate([to_values, to_status.sum(axis=1)], axis=1)
        to_pooled = (to_values @ weights["pooled_heads"].T) * (pooled > 0)
        to_strongest, to_mean = np.split((to_pooled @ weights["pooled"].T) * pool_mask, 2, axis=1)
        to_hidden = to_outputs @ weights["heads"].T
        to_hidden += (to_mean / batch.sizes[:, None].astype(np.float32))[owner]
        to_hidden += to_strongest[owner] * (hidden == strongest[owner])
        to_hidden *= hidden_mask
        to_windows = to_hidden @ weights["window"].T
        to_padded = np.zeros_like(padded)
        width = rows.shape[1]
        for offset in range(SPAN):
            to_padded[places + offset - RADIUS] += to_windows[:, offset * width : (offset + 1) * width]
        to_rows = to_padded[places] + to_outputs @ weights["own"].T
        to_context = np.add.reduceat(to_hidden, batch.heads, axis=0)
        to_rows += ((to_bag @ weights["bag"].T + to_context @ weights["context"].T) * scale)[owner]
        to_rows *= row_mask
        self.optimizer.step(
            {
                **row_slopes(vectors, lemmas, hints, batch.tags, to_rows),
                "window": windows.T @ to_hidden,
                "context": bags.T @ to_context,
                "bias": to_hidden.sum(axis=0),
                "heads": hidden.T @ to_outputs,
                "own": rows.T @ to_outputs,
                "heads_bias": to_outputs.sum(axis=0),
                "pooled": pools.T @ to_pooled,
                "pooled_bias": to_pooled.sum(axis=0),
                "pooled_heads": pooled.T @ to_values,
                "bag": bags.T @ to_bag,
                "bag_bias": to_values.sum(axis=0) + to_places.sum(axis=0),
            },
            rate,
        )

    def _of_places(self, batch: NetworkBatch, evidence: Floats) -> Floats:
        """Return the slope over what each place says for a label: it should speak where a reader marked it."""
        marked = np.add.reduceat(batch.evidence, batch.heads, axis=0) > 0
        counted = (marked + _PLACE_ABSENT * (batch.labels < _SURELY_ABSENT)) * batch.weights
        wanted = batch.evidence * batch.labels[batch.owner]
        error = _sigmoid(evidence + self.parameters["bag_bias"]) - wanted
        slope: Floats = error * counted[batch.owner].astype(np.float32) * np.float32(_PLACES_WEIGHT / len(batch.sizes))
        return slope

    def _of_statuses(self, batch: NetworkBatch, attention: Floats, said: Floats, bags: Floats) -> Floats:
        """Return the slope over the statuses of each passage and label, shape (n_passages, n_labels, 3).

        Where the network listens is taught by the labels alone: the statuses, most of which are `present`, would draw
        it away from the words that tell the labels apart.
        """
        known = batch.statuses >= 0
        if not known.any():
            return np.zeros((*known.shape, 3), dtype=np.float32)
        parts = [np.add.reduceat(attention * said[:, [number]], batch.heads, axis=0) for number in range(3)]
        scores = np.stack(parts, axis=2) + (bags @ self.parameters["bag"][:, self._n_labels :])[:, None, :]
        powers = np.exp(scores - scores.max(axis=2, keepdims=True))
        error = powers / powers.sum(axis=2, keepdims=True) - np.eye(3, dtype=np.float32)[np.maximum(batch.statuses, 0)]
        # A batch with few obstacles says little about statuses.
        size = np.float32(_STATUS_WEIGHT / max(int(known.sum()), 8))
        # Authored passages count in full: of every three obstacles that people deny or overcome, they say two.
        slope: Floats = error * known[:, :, None] * size
        return slope

    def quantised(self, keys: NDArray[np.uint64]) -> NetworkWeights:
        """Return the network in whole numbers; what lies beyond their limits is cut off there."""
        weights = self.parameters
        step = ROW_STEP * HEAD_STEP
        return NetworkWeights(
            **whole_rows(weights, keys),
            window=whole(weights["window"].reshape(SPAN, -1, weights["window"].shape[1]), WEIGHT_STEP, 127, np.int8),
            context=whole(weights["context"], WEIGHT_STEP, 127, np.int8),
            bias=whole(weights["bias"], ROW_STEP, MAX_BIAS, np.int16),
            heads=whole(weights["heads"], HEAD_STEP, 127, np.int8),
            own=whole(weights["own"], HEAD_STEP, 127, np.int8),
            heads_bias=whole(weights["heads_bias"], step, 2**24, np.int32),
            pooled=whole(weights["pooled"], WEIGHT_STEP, 127, np.int8),
            pooled_bias=whole(weights["pooled_bias"], ROW_STEP, MAX_BIAS, np.int16),
            pooled_heads=whole(weights["pooled_heads"], HEAD_STEP, 127, np.int8),
            bag=whole(weights["bag"], HEAD_STEP, 127, np.int8),
            bag_bias=weights["bag_bias"].astype(np.float64),
        )


def _softmax(scores: Floats, batch: NetworkBatch) -> Floats:
    """Return the shares of the tokens of each passage, a column a label."""
    best = np.maximum.reduceat(scores, batch.heads, axis=0)
    powers = np.exp(scores - best[batch.owner])
    return np.divide(powers, np.add.reduceat(powers, batch.heads, axis=0)[batch.owner])


def _sigmoid(values: Floats) -> Floats:
    small = np.exp(-np.abs(values))
    return (np.where(values >= 0, np.float32(1), small) / (np.float32(1) + small)).astype(np.float32)
