"""The second layer of the network, which judges a passage as a whole."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engagetext.classify.network import PassageNetwork
from engagetext.classify.network_pool import PassagePool
from engagetext.classify.network_weights import NetworkWeights
from engagetext.classify.read_words import ReadWords
from engagetext.pipeline import load_pipeline

_N_HIDDEN, _N_POOLED, _N_LABELS = 6, 5, 3


def _weights() -> NetworkWeights:
    """Return weights of a small second layer; all else is that of the packaged network, and not asked."""
    network, rng = load_pipeline().labeller.network, np.random.default_rng(1)
    assert isinstance(network, PassageNetwork)
    return replace(
        network.weights,
        bias=np.zeros(_N_HIDDEN, dtype=np.int16),
        pooled=rng.integers(-127, 128, size=(2 * _N_HIDDEN, _N_POOLED)).astype(np.int8),
        pooled_bias=np.array([100, -100, 0, 700, -3000], dtype=np.int16),
        pooled_heads=rng.integers(-127, 128, size=(_N_POOLED, _N_LABELS)).astype(np.int8),
    )


def _hidden(n_words: int) -> NDArray[np.float32]:
    rng = np.random.default_rng(n_words)
    return np.maximum(rng.integers(-200, 513, size=(n_words, _N_HIDDEN)), 0).astype(np.float32)


def _plainly(weights: NetworkWeights, hidden: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return what one passage says, its bias with it."""
    pools = np.concatenate([hidden.max(axis=0), hidden.astype(np.float64).mean(axis=0)])
    units = np.rint(pools @ weights.pooled.astype(np.float64) / 128) + weights.pooled_bias
    return np.asarray(np.clip(units, 0, 512) @ weights.pooled_heads, dtype=np.float64)


@pytest.mark.parametrize("sizes", [[1, 4, 2], [0, 3, 0, 5, 0], [0], [1 << 16, 2]])
def test_a_passage_says_what_its_largest_and_mean_values_say(sizes: list[int]) -> None:
    weights, hidden = _weights(), _hidden(sum(sizes))
    pool, read = PassagePool(weights), ReadWords.parted(np.array(sizes))
    said, last = pool(read, hidden) + pool.bias, np.cumsum(sizes)
    for size, end, values in zip(sizes, last.tolist(), said, strict=True):
        words = hidden[end - size : end] if size else np.zeros((1, _N_HIDDEN), dtype=np.float32)
        assert (values == _plainly(weights, words)).all()


@pytest.mark.parametrize("sizes", [[1, 4, 2], [0, 3, 0, 5, 0], [0], [40]])
def test_what_words_add_is_what_their_passage_says(sizes: list[int]) -> None:
    weights, hidden = _weights(), _hidden(sum(sizes))
    hidden[:1] = hidden[-1:]  # in a passage of all words two reach the largest values
    pool, read = PassagePool(weights), ReadWords.parted(np.array(sizes))
    told, said = pool.of_words(read, hidden), pool(read, hidden)
    added = np.zeros_like(said)
    np.add.at(added, read.owner, told)
    # Steps: a unit's share is rounded to a 65,536th.
    assert np.allclose(added, said, rtol=0, atol=1.0)
    assert len(hidden) == 0 or np.abs(said).max() > 1000


def test_a_unit_is_cut_off_at_either_end() -> None:
    weights = replace(_weights(), pooled_bias=np.array([4000, -4000, 4000, -4000, 4000], dtype=np.int16))
    pool, read = PassagePool(weights), ReadWords.parted(np.array([3]))
    quiet = np.zeros((3, _N_HIDDEN), dtype=np.float32)
    assert (pool(read, quiet) == 0).all()
    assert (pool.bias == 512.0 * weights.pooled_heads[::2].astype(np.int64).sum(axis=0)).all()
