"""The network of the packaged model: exact in any batch, additive over words, and not thrown by empty passages."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engagetext.classify.labeller import STATUS_LEAD, STATUS_SHARE, UNTOLD, tell_statuses
from engagetext.classify.network import PassageNetwork, PassageReading, _attention
from engagetext.classify.network_pool import PassagePool
from engagetext.classify.passages import PassageBatch
from engagetext.classify.read_words import ReadWords
from engagetext.pipeline import load_pipeline
from engagetext.text.batches import TokenBatch
from engagetext.text.verb_forms import VERB_FORMS

_TEXTS = (
    "Nous manquons de bras et personne ne répond aux messages.",
    "Rien ne va plus.",
    "",
    "… !",
    "La mairie publie toutes ses décisions, et les habitants choisissent un tiers des projets.",
    "Si la direction refuse, tout s'arrête.",
)


def _network() -> PassageNetwork:
    network = load_pipeline().labeller.network
    assert network is not None
    return network


def _statuses(reading: PassageReading, row: int) -> NDArray[np.float64]:
    labels = np.arange(reading.values.shape[1])
    return reading.statuses(np.full(len(labels), row), labels)


def _whole(batch: TokenBatch) -> PassageBatch:
    return PassageBatch(batch.bounds[:-1], batch.bounds[1:], np.arange(len(batch.texts)))


@given(st.lists(st.sampled_from(_TEXTS), min_size=1, max_size=8))
@settings(max_examples=20, deadline=None)
def test_a_passage_reads_the_same_in_any_batch(texts: list[str]) -> None:
    annotator, network = load_pipeline().annotator, _network()
    together = annotator(texts)
    reading = network(together, _whole(together.tokens))
    for row, text in enumerate(texts):
        alone = annotator([text])
        single = network(alone, _whole(alone.tokens))
        assert (reading.values[row] == single.values[0]).all()
        assert (_statuses(reading, row) == _statuses(single, 0)).all()


def _values(network: PassageNetwork, texts: list[str]) -> NDArray[np.float64]:
    tagged = load_pipeline().annotator(texts)
    return network(tagged, _whole(tagged.tokens)).values


def test_what_the_words_add_is_the_value_but_for_the_bias() -> None:
    tagged, network = load_pipeline().annotator(_TEXTS), _network()
    passages = _whole(tagged.tokens)
    reading, told = network(tagged, passages), network.of_tokens(tagged, passages)
    bias = _values(network, [""])[0]
    for row, (first, last) in enumerate(zip(passages.first.tolist(), passages.last.tolist(), strict=True)):
        total = told[first:last].sum(axis=0) + bias
        assert np.allclose(total, reading.values[row], atol=1e-3)


def test_a_passage_without_a_word_is_worth_the_bias() -> None:
    tagged, network = load_pipeline().annotator(["", "…"]), _network()
    reading = network(tagged, _whole(tagged.tokens))
    assert (reading.values == network.weights.bag_bias + PassagePool(network.weights).bias * 2.0**-12).all()
    assert (reading.values == network.bias).all()
    assert (_statuses(reading, 0) == 0).all()


def test_a_network_is_the_same_after_it_was_kept_as_arrays() -> None:
    pipeline, network = load_pipeline(), _network()
    again = PassageNetwork.from_arrays(network.to_arrays(), pipeline.labeller.spaces.vectors, network.cues)
    tagged = pipeline.annotator(_TEXTS)
    passages = _whole(tagged.tokens)
    assert (again(tagged, passages).values == network(tagged, passages).values).all()


def test_a_network_of_format_5_is_read() -> None:
    pipeline, weights = load_pipeline(), _network().weights
    tagged, width = pipeline.annotator(_TEXTS), weights.own.shape[0]
    hints = weights.hints.copy()
    hints[-len(VERB_FORMS) :] = 0
    plain = replace(
        weights,
        hints=hints,
        context=np.zeros_like(weights.context),
        pooled=np.zeros_like(weights.pooled),
        pooled_bias=np.zeros_like(weights.pooled_bias),
    )
    network = PassageNetwork(plain, pipeline.labeller.spaces.vectors, _network().cues)
    later = {f"network_{name}" for name in ("context", "pooled", "pooled_bias", "pooled_heads")}
    arrays = {name: array for name, array in network.to_arrays().items() if name not in later}
    arrays["network_hints"] = hints[: -len(VERB_FORMS)]
    old = PassageNetwork.from_arrays(arrays, pipeline.labeller.spaces.vectors, network.cues)
    passages = _whole(tagged.tokens)
    assert (old(tagged, passages).values == network(tagged, passages).values).all()
    some = {"network_context": np.zeros((width, width)), "network_pooled": np.zeros((2 * width, width))}
    with pytest.raises(KeyError, match="network_pooled_bias"):
        PassageNetwork.from_arrays(arrays | some, pipeline.labeller.spaces.vectors, network.cues)


def test_arrays_of_two_networks_are_refused() -> None:
    pipeline, network = load_pipeline(), _network()
    with pytest.raises(ValueError, match="do not fit together"):
        PassageNetwork(
            replace(network.weights, bias=network.weights.bias[:-1]), pipeline.labeller.spaces.vectors, network.cues
        )


def test_no_sum_can_leave_the_exact_range_of_float32() -> None:
    weights = _network().weights
    strongest = weights.pooled[: len(weights.bias)]
    layers = weights.window.reshape(-1, *weights.window.shape[1:])
    for matrix in (layers, weights.heads[None], weights.own[None], strongest[None]):
        largest = 512 * np.abs(matrix.astype(np.int64)).sum(axis=1).max()
        assert largest < 2**24


def test_a_full_cache_of_rows_changes_nothing() -> None:
    pipeline, network = load_pipeline(), _network()
    for limit in (0, 1, 20):
        small = PassageNetwork(network.weights, pipeline.labeller.spaces.vectors, network.cues, max_pairs=limit)
        for texts in (_TEXTS[:1], _TEXTS, _TEXTS[::-1]):
            tagged = pipeline.annotator(texts)
            passages = _whole(tagged.tokens)
            assert (small(tagged, passages).values == network(tagged, passages).values).all()
            assert (small.of_tokens(tagged, passages) == network.of_tokens(tagged, passages)).all()


def test_a_very_long_passage_is_added_up_exactly() -> None:
    tagged, network = load_pipeline().annotator([_TEXTS[0] * 800, _TEXTS[0]]), _network()
    passages = _whole(tagged.tokens)
    reading, alone = network(tagged, passages), load_pipeline().annotator(_TEXTS[:1])
    assert reading.read.sizes[0] > 2048
    assert (reading.values[1] == network(alone, _whole(alone.tokens)).values[0]).all()
    words = slice(0, int(reading.read.sizes[0]))
    assert (reading.attention[words].astype(np.int64).sum(axis=0) == reading.heard[0]).all()


def test_attention_is_what_the_exponential_function_says() -> None:
    behind = np.arange(1 << 16)
    scores = -np.stack([np.zeros(1 << 16, dtype=np.int64), behind], axis=1).reshape(-1, 1)
    found = _attention(scores.astype(np.float32), ReadWords.parted(np.full(1 << 16, 2)))[1::2, 0]
    assert (found == np.rint(np.exp(behind * -(2.0**-12)) * 2.0**16)).all()


def test_only_obstacles_that_reach_their_threshold_have_a_status() -> None:
    pipeline = load_pipeline()
    tagged, labeller = pipeline.annotator(_TEXTS), pipeline.labeller
    passages = _whole(tagged.tokens)
    labels = labeller.label(tagged, passages)
    reached = labels.obstacles >= labeller.obstacles.thresholds
    assert reached.any()
    assert ((labels.status == UNTOLD) == ~reached).all()
    assert labeller.network is not None
    assert labeller.status is not None
    reading, n_themes = labeller.network(tagged, passages), len(labeller.themes.labels)
    functions = labeller.spaces.matrix(tagged, passages) @ labeller.status.weights + labeller.status.bias
    for row in range(len(_TEXTS)):
        chosen = (STATUS_SHARE * _statuses(reading, row)[n_themes:] + functions[row] + STATUS_LEAD).argmax(axis=1)
        assert (labels.status[row][reached[row]] == chosen[reached[row]]).all()


def test_one_of_the_scorers_of_statuses_is_enough() -> None:
    network, passages = np.array([[0.0, 12.0, 0.0]]), np.array([[0.0, 0.0, 3.0]])
    assert tell_statuses(network, None).tolist() == [1]
    assert tell_statuses(None, passages).tolist() == [2]
    assert tell_statuses(network, passages).tolist() == [1]
    assert tell_statuses(network, 3 * passages).tolist() == [2]
    with pytest.raises(ValueError, match="nothing says"):
        tell_statuses(None, None)
