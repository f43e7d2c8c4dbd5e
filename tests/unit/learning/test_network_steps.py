"""The hand-written backward pass, held against finite differences of a loss that is written again, passage by passage.

It is in float64 and shares no line with what is tested.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.network_weights import BAG_SHARE, RADIUS
from engagetext.learning.adamw import AdamW, Slope
from engagetext.learning.network_steps import (
    _PLACE_ABSENT,
    _PLACES_WEIGHT,
    _STATUS_WEIGHT,
    _SURELY_ABSENT,
    FloatNetwork,
    NetworkBatch,
    NetworkOptions,
)
from engagetext.text.tagger import N_TAGS

Doubles = NDArray[np.float64]
_N_LABELS = 2
_N_LEMMAS = 3
_OPTIONS = NetworkOptions(
    n_dimensions=4, n_hidden=5, dropout=0.0, word_dropout=0.0, lemma_dropout=0.0, fact_dropout=0.0
)
_STATUSES = np.array([[2, -1], [0, 1]])
_NO_STATUSES = np.full_like(_STATUSES, -1)


class _ShownSlopes(AdamW):
    """Keeps the gradient of a step, and does not move."""

    slopes: Mapping[str, Slope]

    def step(self, slopes: Mapping[str, Slope], rate: float) -> None:
        self.slopes = slopes


def _strong(network: FloatNetwork) -> FloatNetwork:
    """Draw the parameters anew: fresh ones are so small that a lost term of the gradient would not show."""
    rng = np.random.default_rng(3)
    for name in sorted(network.parameters):
        network.parameters[name][:] = rng.normal(scale=0.6, size=network.parameters[name].shape)
    network.parameters["lemmas"][0] = 0
    return network


def _batch() -> NetworkBatch:
    """Return a passage of 3 words and one of 4, end to end.

    Label by label: marked, surely absent; doubtful without a mark, marked. One word has an unknown lemma,
    two lemmas come three times each, one never; words have no hint, one or two.
    """
    hints = np.array([[1, 0, 0], [0, 0, 0], [0, 1, 1], [0, 0, 1], [1, 1, 0], [0, 0, 0], [0, 1, 0]], dtype=np.float32)
    return NetworkBatch(
        heads=np.array([0, 3]),
        sizes=np.array([3, 4]),
        owner=np.array([0, 0, 0, 1, 1, 1, 1]),
        vectors=np.random.default_rng(4).normal(size=(7, 3)).astype(np.float32),
        lemmas=np.array([1, 2, 1, 2, 0, 1, 2]),
        hints=csr_array(hints),
        tags=np.array([0, 1, N_TAGS - 1, 1, 2, 2, 5]),
        labels=np.array([[0.9, 0.02], [0.4, 0.7]], dtype=np.float32),
        evidence=np.array([[1, 0], [0, 0], [1, 0], [0, 0], [0, 1], [0, 0], [0, 0]], dtype=np.float32),
        statuses=_STATUSES,
        weights=np.array([[1.0], [0.25]], dtype=np.float32),
    )


def _parameters(network: FloatNetwork) -> dict[str, Doubles]:
    return {name: value.astype(np.float64) for name, value in network.parameters.items()}


def _read(weights: Mapping[str, Doubles], batch: NetworkBatch, passage: int) -> tuple[Doubles, ...]:
    """Return attention and evidence (a row a word), what places say of statuses, the sum of the rows, and the pool."""
    part = slice(batch.heads[passage], batch.heads[passage] + batch.sizes[passage])
    rows = batch.vectors[part].astype(np.float64) @ weights["projection"]
    rows += weights["lemmas"][batch.lemmas[part]] + weights["tags"][batch.tags[part]]
    rows += batch.hints.toarray()[part] @ weights["hints"]
    padded = np.pad(rows, ((RADIUS, RADIUS), (0, 0)))
    windows = np.array([padded[word : word + 2 * RADIUS + 1].ravel() for word in range(len(rows))])
    bag = BAG_SHARE * rows.sum(axis=0) / np.sqrt(len(rows))
    hidden = np.maximum(windows @ weights["window"] + bag @ weights["context"] + weights["bias"], 0)
    outputs = hidden @ weights["heads"] + rows @ weights["own"] + weights["heads_bias"]
    powers = np.exp(outputs[:, :_N_LABELS])
    pools = np.concatenate([hidden.max(axis=0), hidden.mean(axis=0)])
    pooled = np.maximum(pools @ weights["pooled"] + weights["pooled_bias"], 0) @ weights["pooled_heads"]
    return powers / powers.sum(axis=0), outputs[:, _N_LABELS : 2 * _N_LABELS], outputs[:, 2 * _N_LABELS :], bag, pooled


def _cross_entropy(score: float, wanted: float) -> float:
    return float(np.logaddexp(0, score) - wanted * score)


def _loss(weights: Mapping[str, Doubles], batch: NetworkBatch, fixed: list[Doubles]) -> float:
    """Return the loss of a batch; statuses are heard with the attention of `fixed`, which they are not to move."""
    loss, n_passages, n_statuses = 0.0, len(batch.sizes), int((batch.statuses >= 0).sum())
    for passage in range(n_passages):
        attention, evidence, said, bag, pooled = _read(weights, batch, passage)
        marks = batch.evidence[batch.owner == passage]
        for label in range(_N_LABELS):
            wanted, weight = float(batch.labels[passage, label]), float(batch.weights[passage, 0])
            bias = weights["bag_bias"][label]
            value = attention[:, label] @ evidence[:, label] + bag @ weights["bag"][:, label] + bias
            value += pooled[label]
            loss += weight * _cross_entropy(value, wanted) / n_passages
            heed = float(marks[:, label].any()) + _PLACE_ABSENT * (wanted < _SURELY_ABSENT)
            for score, mark in zip(evidence[:, label] + bias, marks[:, label], strict=True):
                loss += weight * heed * _PLACES_WEIGHT * _cross_entropy(score, mark * wanted) / n_passages
            status = batch.statuses[passage, label]
            if status >= 0:
                scores = fixed[passage][:, label] @ said + bag @ weights["bag"][:, _N_LABELS:]
                surprise = np.log(np.exp(scores).sum()) - scores[status]
                loss += _STATUS_WEIGHT * float(surprise) / max(n_statuses, 8)
    return loss


def _attention(weights: Mapping[str, Doubles], batch: NetworkBatch) -> list[Doubles]:
    return [_read(weights, batch, passage)[0] for passage in range(len(batch.sizes))]


def _differences(weights: Mapping[str, Doubles], name: str, batch: NetworkBatch) -> Doubles:
    """Return the slope of the loss over each number of one parameter."""
    fixed, slope, step = _attention(weights, batch), np.zeros_like(weights[name]), 1e-5
    for place in np.ndindex(slope.shape):
        losses = []
        for sign in (1, -1):
            moved = weights[name].copy()
            moved[place] += sign * step
            losses.append(_loss({**weights, name: moved}, batch, fixed))
        slope[place] = (losses[0] - losses[1]) / (2 * step)
    return slope


@pytest.mark.parametrize("statuses", [_STATUSES, _NO_STATUSES], ids=["some statuses", "no status"])
def test_the_gradient_of_a_step_is_the_slope_of_the_loss(statuses: NDArray[np.int64]) -> None:
    network = FloatNetwork(_N_LEMMAS, 3, 3, _N_LABELS, _OPTIONS)
    network.optimizer = shown = _ShownSlopes(network.parameters)
    batch = replace(_batch(), statuses=statuses)
    _strong(network).step(batch, 0.1)
    assert set(shown.slopes) == set(network.parameters)
    weights = _parameters(network)
    for name, slope in shown.slopes.items():
        wanted = _differences(weights, name, batch)
        if isinstance(slope, tuple):  # lemmas: those that were seen, and never the unknown one
            np.testing.assert_array_equal(slope[0], [1, 2])
            assert not wanted[3].any()
            slope, wanted = slope[1], wanted[slope[0]]
        np.testing.assert_allclose(slope, wanted, rtol=1e-4, atol=1e-6, err_msg=name)


def test_a_step_of_rate_zero_changes_nothing() -> None:
    network = _strong(FloatNetwork(_N_LEMMAS, 3, 3, _N_LABELS, _OPTIONS))
    before = _parameters(network)
    network.step(_batch(), 0.0)
    assert all(np.array_equal(before[name], after) for name, after in network.parameters.items())


def test_a_small_step_lowers_the_loss() -> None:
    network, batch = _strong(FloatNetwork(_N_LEMMAS, 3, 3, _N_LABELS, _OPTIONS)), _batch()
    before = _parameters(network)
    network.step(batch, 0.001)
    fixed = _attention(before, batch)
    assert _loss(_parameters(network), batch, fixed) < _loss(before, batch, fixed)
