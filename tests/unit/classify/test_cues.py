"""Words and pairs of words, and what they hint at."""

import numpy as np
import pytest

from engagetext.classify.cues import CueScorer, CueSpace, CueTable
from engagetext.classify.near_lemmas import NearLemmas, lemma_cache
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.pipeline import load_pipeline
from engagetext.text.annotator import TaggedBatch

_LACK, _SILENCE, _TOOL = range(3)
_CUES = {
    ("pénurie",): [_LACK],
    ("manque", "bras"): [_LACK],
    ("apprendre", "presse"): [_SILENCE],
    ("usine", "gaz"): [_TOOL, _LACK],
}


def table() -> CueTable:
    return CueTable.from_words(_CUES, 3)


def whole(texts: list[str]) -> tuple[TaggedBatch, PassageBatch]:
    tagged = load_pipeline().annotator(texts)
    return tagged, PassageBatch.of_texts(tagged.tokens)


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("C'est la pénurie.", {_LACK}),
        ("C'est la penurie, encore des pénuries !", {_LACK}),
        ("Il y a un manque de bras.", {_LACK}),
        ("Nous l'avons appris par la presse.", {_SILENCE}),
        ("Cet outil est une usine à gaz.", {_TOOL, _LACK}),
        ("La presse apprend tout.", set()),
        ("Le gaz de l'usine.", set()),
        ("Des bras, il n'en manque pas.", set()),
        ("Il apprend lentement et lit tous les jours avec soin le journal, la presse.", set()),
        ("", set()),
    ],
)
def test_a_cue_is_a_word_or_two_near_each_other_in_this_order_however_they_are_inflected(
    text: str, hints: set[int]
) -> None:
    tagged, passages = whole([text])
    found = table().find(NearLemmas.of(tagged)).within(passages.rows())
    assert set(found.hint.tolist()) == hints


def test_no_pair_reaches_over_the_border_of_a_passage() -> None:
    tagged, passages = whole(["Nous l'apprenons", "presse locale"])
    near = NearLemmas.of(tagged)
    assert len(table().find(near).hint)
    assert not len(table().find(near).within(passages.rows()).hint)


def test_sums_are_the_product_that_was_trained_and_words_add_up_to_them() -> None:
    texts = [
        "C'est la pénurie : une usine à gaz. Nous l'avons appris par la presse.",
        "La pénurie. La pénurie.",
        "",
        "Rien.",
    ]
    tagged, passages = whole(texts)
    space = CueSpace.fit(table(), tagged, passages)
    weights = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    near, scorer = NearLemmas.of(tagged), CueScorer(space, weights)
    values = scorer(near, PassageParts.whole(passages))
    assert np.abs(values).sum() > 0
    assert np.allclose(values, space.matrix(tagged, passages).toarray() @ weights, atol=1e-3)
    functions = np.arange(len(texts)) % 2
    told = scorer.contributions(near, passages, functions)
    sums = [told[first:last].sum() for first, last in zip(passages.first, passages.last, strict=True)]
    assert np.allclose(sums, values[np.arange(len(texts)), functions], atol=1e-9)


def test_a_rare_hint_weighs_more() -> None:
    tagged, passages = whole(["La pénurie."] * 5 + ["Une usine à gaz."])
    weights = CueSpace.fit(table(), tagged, passages).weights
    assert weights[_SILENCE] > weights[_TOOL] > weights[_LACK]


def test_a_space_is_kept_as_arrays() -> None:
    tagged, passages = whole(["La pénurie."])
    space = CueSpace.fit(table(), tagged, passages)
    again = CueSpace.from_arrays(space.to_arrays())
    assert (again.cues.keys == space.cues.keys).all()
    assert (again.cues.bounds == space.cues.bounds).all()
    assert (again.cues.hints == space.cues.hints).all()
    assert (again.weights == space.weights).all()


def test_lemmas_are_kept_from_batch_to_batch() -> None:
    tagged, _ = whole(["La pénurie."])
    cache = lemma_cache()
    assert (NearLemmas.of(tagged, cache).keys == NearLemmas.of(tagged).keys).all()
    assert cache.size == 3


def test_models_of_earlier_versions_have_no_cues() -> None:
    tagged, passages = whole(["La pénurie."])
    space = CueSpace.from_arrays({})
    assert space.matrix(tagged, passages).shape == (1, 0)
    scorer = CueScorer(space, np.zeros((0, 2), np.float32))
    assert scorer(NearLemmas.of(tagged), PassageParts.whole(passages)).tolist() == [[0.0, 0.0]]
