"""The network of the packaged model: exact in any batch, additive over words, and not thrown by empty passages."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagetext.classify.network import PassageNetwork
from engagetext.classify.passages import PassageBatch
from engagetext.pipeline import load_pipeline
from engagetext.text.batches import TokenBatch

_TEXTS = (
    "Nous manquons de bras et personne ne répond aux messages.",
    "Rien ne va plus.",
    "",
    "… !",
    "La mairie publie toutes ses décisions, et les habitants choisissent un tiers des projets.",
    "Si la direction refuse, tout s'arrête.",
)


def _network() -> PassageNetwork:
    reader = load_pipeline().labeller.reader
    assert reader is not None
    return reader.network


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
        assert (reading.statuses[row] == single.statuses[0]).all()


def test_what_the_words_add_is_the_value_but_for_the_bias() -> None:
    tagged, network = load_pipeline().annotator(_TEXTS), _network()
    passages = _whole(tagged.tokens)
    reading = network(tagged, passages, tokens=True)
    for row, (first, last) in enumerate(zip(passages.first.tolist(), passages.last.tolist(), strict=True)):
        total = reading.tokens[first:last].sum(axis=0) + network.weights.bag_bias
        assert np.allclose(total, reading.values[row], atol=1e-9)


def test_a_passage_without_a_word_is_worth_the_bias() -> None:
    tagged, network = load_pipeline().annotator(["", "…"]), _network()
    reading = network(tagged, _whole(tagged.tokens))
    assert (reading.values == network.weights.bag_bias).all()
    assert (reading.statuses == 0).all()


def test_a_network_is_the_same_after_it_was_kept_as_arrays() -> None:
    pipeline, network = load_pipeline(), _network()
    again = PassageNetwork.from_arrays(network.to_arrays(), pipeline.labeller.vectors)
    tagged = pipeline.annotator(_TEXTS)
    passages = _whole(tagged.tokens)
    assert (again(tagged, passages).values == network(tagged, passages).values).all()


def test_arrays_of_two_networks_are_refused() -> None:
    pipeline, network = load_pipeline(), _network()
    with pytest.raises(ValueError, match="do not fit together"):
        PassageNetwork(
            replace(network.weights, bias=network.weights.bias[:-1]), pipeline.labeller.vectors, network.senses
        )


def test_no_sum_can_leave_the_exact_range_of_float32() -> None:
    weights = _network().weights
    for matrix in (weights.window.reshape(-1, *weights.window.shape[1:]), weights.heads[None], weights.own[None]):
        largest = 512 * np.abs(matrix.astype(np.int64)).sum(axis=1).max()
        assert largest < 2**24
