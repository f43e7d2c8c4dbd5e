"""Fit the network that reads passages, in floats by AdamW, and turn it into whole numbers.

It learns from whole passages and, where readers marked them, from the words on which a label rests: of these each place
is to speak for the label, of passages without the label none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.network import (
    BAG_SHARE,
    HEAD_STEP,
    MAX_WIDTH,
    RADIUS,
    ROW_LIMIT,
    ROW_STEP,
    SPAN,
    WEIGHT_STEP,
    NetworkWeights,
    PassageNetwork,
    ReadWords,
    TokenRows,
    unit_vectors,
)
from engagetext.classify.passages import PassageBatch
from engagetext.classify.senses import SenseTable
from engagetext.text.annotator import TaggedBatch
from engagetext.text.tagger import N_TAGS
from engagetext.text.vectors import VectorTable
from engagetext.text.word_features import word_keys
from engagetext.text.word_index import ABSENT, WordIndex
from engagetext.workers import one_thread

Floats = NDArray[np.float32]
Integer = TypeVar("Integer", bound=np.integer)
# Word vectors enter four times as long as a meaning class.
_VECTOR_LENGTH = 4.0
_SENSE_LENGTH = 0.3
# Of passages that surely lack a label, places count this much against the marked places of those that hold it.
_PLACE_ABSENT = 0.2
_SURELY_ABSENT = 0.05
_PLACES_WEIGHT = 0.3
_STATUS_WEIGHT = 0.5
_WEIGHT_DECAY = 0.01
_MAX_GRADIENT = 1.0


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How a network is fitted. Figures: mean average precision on the development passages, themes and obstacles.

    Parameters
    ----------
    epochs : int, default=14
        9 and 14: .611 and .632, .336 and .347.
    n_dimensions, n_hidden : int, default=128
    dropout : float, default=0.3
        Of the rows and of the hidden layer. .4: .618 and .353.
    word_dropout, lemma_dropout, fact_dropout : float
        Share of tokens that a step does not see, whose lemma it does not see, whose vector or classes it does not see.
    rate : float, default=0.002
        Highest step of AdamW; it rises for a tenth of the time and falls as a cosine.
    authored_weight : float, default=0.25
        Weight of an authored passage against a real one. .25, .5 and 1 in 9 epochs: .616, .611, .596 and .346, .336,
        .314.
    min_count : int, default=5
        Passages in which a lemma must occur.
    batch_size : int, default=32
        Passages a step.
    seed : int, default=0
    """

    epochs: int = 14
    n_dimensions: int = MAX_WIDTH
    n_hidden: int = MAX_WIDTH
    dropout: float = 0.3
    word_dropout: float = 0.1
    lemma_dropout: float = 0.3
    fact_dropout: float = 0.1
    rate: float = 0.002
    authored_weight: float = 0.25
    min_count: int = 5
    batch_size: int = 32
    seed: int = 0


@dataclass(frozen=True, slots=True)
class NetworkTargets:
    """What a network is to say.

    Parameters
    ----------
    labels : ndarray of shape (n_passages, n_labels), float32
        Probability that the passage holds the label.
    evidence : csr_array of shape (n_tokens, n_labels), float32
        1 where a reader marked the token for the label.
    statuses : ndarray of shape (n_passages, n_labels), int64
        Status of the label, -1 where there is none.
    weights : ndarray of shape (n_passages,), float32
    """

    labels: Floats
    evidence: csr_array
    statuses: NDArray[np.int64]
    weights: Floats


class NetworkTrainer:
    """Train networks on parts of one set of passages: what they share is prepared once.

    Parameters
    ----------
    tagged : TaggedBatch
    passages : PassageBatch
        Passages that hold all its tokens, in order.
    targets : NetworkTargets
    vectors : VectorTable
    senses : SenseTable
    options : NetworkOptions
    """

    def __init__(
        self,
        tagged: TaggedBatch,
        passages: PassageBatch,
        targets: NetworkTargets,
        vectors: VectorTable,
        senses: SenseTable,
        options: NetworkOptions,
    ) -> None:
        self._targets, self._vectors, self._senses, self._options = targets, vectors, senses, options
        self._keys = _frequent_lemmas(tagged, passages, options.min_count)
        self._found = TokenRows.build(tagged, vectors, senses, WordIndex(self._keys))
        self._read = ReadWords.of(passages, self._found)
        self._starts = np.concatenate([[0], np.cumsum(self._read.sizes)])
        self._evidence = targets.evidence[self._found.tokens]
        self._units = (unit_vectors(vectors) * _VECTOR_LENGTH).astype(np.float32)
        columns = self._found.senses
        rows, _ = np.nonzero(columns <= senses.n_classes)
        shape = len(columns), senses.n_classes + 1
        self._classes = csr_array(
            (np.ones(len(rows), dtype=np.float32), (rows, columns[columns <= senses.n_classes])), shape=shape
        )

    def train(self, chosen: NDArray[np.int64]) -> PassageNetwork:
        """Return a network that was trained on the passages of these numbers.

        One thread: linear algebra may add up in another order with another number of them.
        """
        with one_thread():
            return self._trained(chosen)

    def _trained(self, chosen: NDArray[np.int64]) -> PassageNetwork:
        options = self._options
        network = _Network(len(self._keys), self._units.shape[1], self._senses.n_classes, self._targets, options)
        rows = chosen[(self._targets.weights[chosen] > 0) & (self._read.sizes[chosen] > 0)]
        steps = options.epochs * -(-len(rows) // options.batch_size)
        step = 0
        for _ in range(options.epochs):
            order = network.rng.permutation(rows)
            for first in range(0, len(order), options.batch_size):
                share = step / steps
                rise = min(share / 0.1, 1.0)
                fall = 0.5 * (1 + np.cos(np.pi * max(share - 0.1, 0.0) / 0.9))
                network.step(self._batch(order[first : first + options.batch_size]), options.rate * rise * float(fall))
                step += 1
        return PassageNetwork(network.quantised(self._keys), self._vectors, self._senses)

    def _batch(self, rows: NDArray[np.int64]) -> "_Batch":
        sizes = self._read.sizes[rows]
        heads = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        words = np.repeat(self._starts[rows] - heads, sizes) + np.arange(int(sizes.sum()))
        pairs = self._found.local[words]
        places = self._found.vectors[pairs]
        return _Batch(
            heads=heads,
            sizes=sizes,
            owner=np.repeat(np.arange(len(rows)), sizes),
            vectors=np.where((places == ABSENT)[:, None], np.float32(0), self._units[places]),
            lemmas=self._found.lemmas[pairs] + 1,
            classes=self._classes[pairs],
            tags=self._found.tags[pairs],
            labels=self._targets.labels[rows],
            evidence=self._evidence[words].toarray(),
            statuses=self._targets.statuses[rows],
            weights=self._targets.weights[rows][:, None],
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some passages, end to end."""

    heads: NDArray[np.int64]
    sizes: NDArray[np.int64]
    owner: NDArray[np.int64]
    vectors: Floats
    lemmas: NDArray[np.int64]
    classes: csr_array
    tags: NDArray[np.int64]
    labels: Floats
    evidence: Floats
    statuses: NDArray[np.int64]
    weights: Floats


class _Network:
    """The network in floats, with AdamW's running means."""

    def __init__(
        self, n_lemmas: int, n_vector: int, n_senses: int, targets: NetworkTargets, options: NetworkOptions
    ) -> None:
        self.rng = np.random.default_rng(options.seed)
        self._options = options
        self._n_labels = n_labels = targets.labels.shape[1]
        width, n_hidden, n_outputs = options.n_dimensions, options.n_hidden, 2 * n_labels + 3

        def normal(scale: float, *shape: int) -> Floats:
            return (self.rng.normal(size=shape) * scale).astype(np.float32)

        self.parameters = {
            "projection": normal(1 / np.sqrt(n_vector), n_vector, width),
            "lemmas": normal(0.02, n_lemmas + 1, width),  # the first is that of unknown ones, and stays zero
            "senses": normal(_SENSE_LENGTH, n_senses + 1, width),
            "tags": normal(_SENSE_LENGTH, N_TAGS, width),
            "window": normal(np.sqrt(2 / (SPAN * width)), SPAN * width, n_hidden),
            "bias": np.zeros(n_hidden, dtype=np.float32),
            "heads": normal(1 / np.sqrt(n_hidden), n_hidden, n_outputs),
            "own": normal(0.01, width, n_outputs),
            "heads_bias": np.zeros(n_outputs, dtype=np.float32),
            "bag": normal(0.01, width, n_labels + 3),
            "bag_bias": np.full(n_labels, -4.0, dtype=np.float32),
        }
        self.parameters["lemmas"][0] = 0
        self._means = {name: np.zeros_like(value) for name, value in self.parameters.items()}
        self._squares = {name: np.zeros_like(value) for name, value in self.parameters.items()}
        self._steps = 0

    def step(self, batch: _Batch, rate: float) -> None:
        """Take one step along the slope of the loss of a batch."""
        weights, n_labels = self.parameters, self._n_labels
        owner, n_passages = batch.owner, len(batch.sizes)
        n_tokens = len(owner)

        # Forward: rows, hidden layer, what the places say, passages.
        seen = self._kept(n_tokens, self._options.word_dropout)
        lemmas = np.where(seen & self._kept(n_tokens, self._options.lemma_dropout), batch.lemmas, 0)
        vectors = batch.vectors * (seen & self._kept(n_tokens, self._options.fact_dropout))[:, None]
        classes = batch.classes.copy()
        classes.data = classes.data * np.repeat(
            seen & self._kept(n_tokens, self._options.fact_dropout), np.diff(classes.indptr)
        ).astype(np.float32)
        rows = vectors @ weights["projection"] + weights["lemmas"][lemmas] + weights["tags"][batch.tags]
        rows += classes @ weights["senses"]
        row_mask = self._mask(rows.shape)
        rows *= row_mask
        places = np.arange(n_tokens) + RADIUS * (owner + 1)
        padded = np.zeros((n_tokens + RADIUS * (n_passages + 1), rows.shape[1]), dtype=np.float32)
        padded[places] = rows
        windows = np.concatenate([padded[places + offset - RADIUS] for offset in range(SPAN)], axis=1)
        sums = windows @ weights["window"] + weights["bias"]
        hidden_mask = self._mask(sums.shape) * (sums > 0)
        hidden = sums * hidden_mask
        outputs = hidden @ weights["heads"] + rows @ weights["own"] + weights["heads_bias"]
        attention = _softmax(outputs[:, :n_labels], batch)
        evidence = outputs[:, n_labels : 2 * n_labels]
        heard = np.add.reduceat(attention * evidence, batch.heads, axis=0)
        scale = (BAG_SHARE / np.sqrt(batch.sizes)).astype(np.float32)[:, None]
        bags = np.add.reduceat(rows, batch.heads, axis=0) * scale
        values = heard + bags @ weights["bag"][:, :n_labels] + weights["bag_bias"]

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
        to_hidden = (to_outputs @ weights["heads"].T) * hidden_mask
        to_windows = to_hidden @ weights["window"].T
        to_padded = np.zeros_like(padded)
        width = rows.shape[1]
        for offset in range(SPAN):
            to_padded[places + offset - RADIUS] += to_windows[:, offset * width : (offset + 1) * width]
        to_rows = to_padded[places] + to_outputs @ weights["own"].T
        to_rows += ((to_bag @ weights["bag"].T) * scale)[owner]
        to_rows *= row_mask
        known, place = np.unique(lemmas, return_inverse=True)
        to_lemmas = _sum_by(place, to_rows, len(known))
        self._adam(
            {
                "projection": vectors.T @ to_rows,
                "lemmas": (known[known > 0], to_lemmas[known > 0]),
                "senses": np.asarray(classes.T @ to_rows),
                "tags": _sum_by(batch.tags, to_rows, N_TAGS),
                "window": windows.T @ to_hidden,
                "bias": to_hidden.sum(axis=0),
                "heads": hidden.T @ to_outputs,
                "own": rows.T @ to_outputs,
                "heads_bias": to_outputs.sum(axis=0),
                "bag": bags.T @ to_bag,
                "bag_bias": to_values.sum(axis=0) + to_places.sum(axis=0),
            },
            rate,
        )

    def _of_places(self, batch: _Batch, evidence: Floats) -> Floats:
        """Return the slope over what each place says for a label: it should speak where a reader marked it."""
        marked = np.add.reduceat(batch.evidence, batch.heads, axis=0) > 0
        counted = (marked + _PLACE_ABSENT * (batch.labels < _SURELY_ABSENT)) * batch.weights
        wanted = batch.evidence * batch.labels[batch.owner]
        error = _sigmoid(evidence + self.parameters["bag_bias"]) - wanted
        slope: Floats = error * counted[batch.owner].astype(np.float32) * np.float32(_PLACES_WEIGHT / len(batch.sizes))
        return slope

    def _of_statuses(self, batch: _Batch, attention: Floats, said: Floats, bags: Floats) -> Floats:
        """Return the slope over the statuses of each passage and label, shape (n_passages, n_labels, 3)."""
        known = batch.statuses >= 0
        if not known.any():
            return np.zeros((*known.shape, 3), dtype=np.float32)
        parts = [np.add.reduceat(attention * said[:, [number]], batch.heads, axis=0) for number in range(3)]
        scores = np.stack(parts, axis=2) + (bags @ self.parameters["bag"][:, self._n_labels :])[:, None, :]
        powers = np.exp(scores - scores.max(axis=2, keepdims=True))
        error = powers / powers.sum(axis=2, keepdims=True) - np.eye(3, dtype=np.float32)[np.maximum(batch.statuses, 0)]
        # A batch with few obstacles says little about statuses.
        size = np.float32(_STATUS_WEIGHT / max(int(known.sum()), 8))
        slope: Floats = error * known[:, :, None] * size * batch.weights[:, :, None]
        return slope

    def _kept(self, size: int, share: float) -> NDArray[np.bool_]:
        kept: NDArray[np.bool_] = self.rng.random(size) >= share
        return kept

    def _mask(self, shape: tuple[int, ...]) -> Floats:
        kept = self.rng.random(shape, dtype=np.float32) >= self._options.dropout
        return kept.astype(np.float32) / np.float32(1 - self._options.dropout)

    def _adam(self, gradients: Mapping[str, Floats | tuple[NDArray[np.int64], Floats]], rate: float) -> None:
        self._steps += 1
        slopes = [slope if isinstance(slope, np.ndarray) else slope[1] for slope in gradients.values()]
        norm = np.sqrt(sum(float((slope * slope).sum(dtype=np.float64)) for slope in slopes))
        shrink = np.float32(min(1.0, _MAX_GRADIENT / max(norm, 1e-9)))
        first, second = np.float32(1 - 0.9**self._steps), np.float32(1 - 0.999**self._steps)
        for name, gradient in gradients.items():
            # Only the lemmas that a step has seen move.
            where, slope = gradient if isinstance(gradient, tuple) else (slice(None), gradient)
            slope = np.multiply(slope, shrink)
            mean = self._means[name][where] * np.float32(0.9) + np.float32(0.1) * slope
            square = self._squares[name][where] * np.float32(0.999) + np.float32(0.001) * slope * slope
            self._means[name][where], self._squares[name][where] = mean, square
            decay = np.float32(1 - rate * _WEIGHT_DECAY * (slope.ndim > 1))
            moved = np.float32(rate) * (mean / first) / (np.sqrt(square / second) + np.float32(1e-8))
            self.parameters[name][where] = self.parameters[name][where] * decay - moved

    def quantised(self, keys: NDArray[np.uint64]) -> NetworkWeights:
        """Return the network in whole numbers; what lies beyond their limits is cut off there."""
        weights = self.parameters
        row_limit = round(ROW_LIMIT / ROW_STEP)
        step = ROW_STEP * HEAD_STEP
        return NetworkWeights(
            lemma_keys=keys,
            lemmas=_whole(weights["lemmas"][1:], ROW_STEP, row_limit, np.int16),
            projection=_whole(weights["projection"] * np.float32(_VECTOR_LENGTH), ROW_STEP, 2**14, np.int16),
            senses=_whole(weights["senses"], ROW_STEP, row_limit, np.int16),
            tags=_whole(weights["tags"], ROW_STEP, row_limit, np.int16),
            window=_whole(weights["window"].reshape(SPAN, -1, weights["window"].shape[1]), WEIGHT_STEP, 127, np.int8),
            bias=_whole(weights["bias"], ROW_STEP, 4000, np.int16),
            heads=_whole(weights["heads"], HEAD_STEP, 127, np.int8),
            own=_whole(weights["own"], HEAD_STEP, 127, np.int8),
            heads_bias=_whole(weights["heads_bias"], step, 2**24, np.int32),
            bag=_whole(weights["bag"], HEAD_STEP, 127, np.int8),
            bag_bias=weights["bag_bias"].astype(np.float64),
        )


def _frequent_lemmas(tagged: TaggedBatch, passages: PassageBatch, min_count: int) -> NDArray[np.uint64]:
    """Return the keys of the lemmas of at least `min_count` passages, sorted."""
    keys = word_keys(tagged.lemmas)[tagged.lemma_index]
    owner = np.repeat(np.arange(len(passages.first)), passages.last - passages.first)
    known, column = np.unique(keys, return_inverse=True)
    cells = np.unique(owner * max(len(known), 1) + column)
    counts = np.bincount(cells % max(len(known), 1), minlength=len(known))
    frequent: NDArray[np.uint64] = known[counts >= min_count]
    return frequent


def _softmax(scores: Floats, batch: _Batch) -> Floats:
    """Return the shares of the tokens of each passage, a column a label."""
    best = np.maximum.reduceat(scores, batch.heads, axis=0)
    powers = np.exp(scores - best[batch.owner])
    return np.divide(powers, np.add.reduceat(powers, batch.heads, axis=0)[batch.owner])


def _sigmoid(values: Floats) -> Floats:
    return np.float32(1) / (np.float32(1) + np.exp(-values))


def _sum_by(numbers: NDArray[np.int64], values: Floats, n_numbers: int) -> Floats:
    """Add up the rows of `values` that have the same number, in their order. Shape (n_numbers, n_columns)."""
    ones = np.ones(len(numbers), dtype=np.float32)
    picks = csr_array((ones, (numbers, np.arange(len(numbers)))), shape=(n_numbers, len(numbers)))
    return np.asarray(picks @ values)


def _whole(values: Floats, step: float, limit: int, dtype: type[Integer]) -> NDArray[Integer]:
    return np.clip(np.rint(values.astype(np.float64) / step), -limit, limit).astype(dtype)
