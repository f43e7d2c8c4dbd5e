"""Features of passages."""

import numpy as np
import pytest

from engagetext.classify.calibration import PlattCalibration, sigmoid
from engagetext.classify.features import FeatureSpace
from engagetext.classify.linear import LinearWeights, PassageScorer
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch
from engagetext.classify.vectors import mean_vectors
from engagetext.text.batches import TokenBatch
from engagetext.text.tokenizer import FrenchTokenizer
from engagetext.text.vectors import VectorTable

TEXTS = ["le temps nous manque", "nous manquons de temps", "", "la confiance revient, le temps aussi"]
VECTORS = VectorTable.from_words({"temps": (0, 10), "confiance": (1, 20)}, np.array([[3, 4], [9, 1]], dtype=np.int8))


def whole(tokenizer: FrenchTokenizer, texts: list[str]) -> tuple[TokenBatch, PassageBatch]:
    batch = tokenizer(texts)
    return batch, PassageBatch(batch.bounds[:-1], batch.bounds[1:], np.arange(len(texts)))


def parts(tokenizer: FrenchTokenizer, texts: list[str]) -> tuple[TokenBatch, PassageParts]:
    batch, passages = whole(tokenizer, texts)
    return batch, PassageParts.whole(passages)


def space(min_count: int = 1) -> FeatureSpace:
    return FeatureSpace.fit(*whole(FrenchTokenizer(), TEXTS), min_count)


def test_rows_are_finite_and_empty_where_nothing_is_known() -> None:
    matrix = space().matrix(*whole(FrenchTokenizer(), [*TEXTS, "zzz qqq"]))
    lengths = np.sqrt((matrix.toarray() ** 2).sum(axis=1))
    assert matrix.shape == (5, len(space().keys))
    assert lengths[2] == lengths[4] == 0
    assert (lengths[[0, 1, 3]] > 0.999).all()
    assert (lengths < 3).all()


def test_rare_features_are_left_out_and_weigh_more_the_rarer_they_are() -> None:
    every, common = space(1), space(2)
    assert set(common.keys) < set(every.keys)
    assert every.weights.max() > common.weights.max()


def test_a_word_counts_once_a_passage_however_often_and_however_typed_it_stands() -> None:
    known = space()
    once, often = (
        known.matrix(*whole(FrenchTokenizer(), [text])).toarray() for text in ("temps", "temps TEMPS temmmps")
    )
    assert (once == often).all()


@pytest.fixture
def scorer() -> PassageScorer:
    known = space()
    weights = np.random.default_rng(0).normal(size=(len(known.keys) + 2, 3)).astype(np.float32)
    return PassageScorer(known, VECTORS, LinearWeights(weights, np.array([0.5, 0.0, -1.0], dtype=np.float32)))


def test_sums_over_words_are_the_product_that_was_trained() -> None:
    known = space()
    weights = np.random.default_rng(0).normal(size=(len(known.keys) + 2, 3)).astype(np.float32)
    functions = LinearWeights(weights, np.array([0.5, 0.0, -1.0], dtype=np.float32))
    batch, passages = whole(FrenchTokenizer(), [*TEXTS, "le temps presse", "zzz"])
    rows = np.hstack([known.matrix(batch, passages).toarray(), mean_vectors(VECTORS, batch, passages)])
    assert np.allclose(
        PassageScorer(known, VECTORS, functions)(batch, PassageParts.whole(passages)),
        rows @ weights + functions.bias,
        atol=1e-4,
    )


def test_a_passage_scores_the_same_bits_in_any_batch_and_vocabulary(scorer: PassageScorer) -> None:
    together = scorer(*parts(FrenchTokenizer(), TEXTS))
    used = FrenchTokenizer()
    scorer(*parts(used, ["d'autres mots d'abord", "manque"]))
    for number, text in enumerate(TEXTS):
        assert scorer(*parts(used, [text]))[0].tobytes() == together[number].tobytes()


def test_missing_accents_and_capitals_change_nothing(scorer: PassageScorer) -> None:
    first, second = scorer(*parts(FrenchTokenizer(), ["la confiance règne", "LA CONFIANCE REGNE"]))
    assert (first == second).all()


def test_two_scorers_over_one_vocabulary_do_not_mix(scorer: PassageScorer) -> None:
    tokenizer, known = FrenchTokenizer(), space()
    other = PassageScorer(
        known, VECTORS, LinearWeights(np.ones((len(known.keys) + 2, 1), np.float32), np.zeros(1, np.float32))
    )
    batch, passages = parts(tokenizer, TEXTS)
    assert scorer(batch, passages).shape == (4, 3)
    assert other(batch, passages).shape == (4, 1)


def test_calibration_is_monotonous_and_never_overflows() -> None:
    calibration = PlattCalibration(np.array([2.0]), np.array([-1.0]))
    values = np.array([[-1e6], [0.0], [0.5], [1e6]])
    probabilities = calibration.probability(values).ravel()
    assert (np.diff(probabilities) > 0).all()
    assert probabilities[2] == 0.5
    assert sigmoid(np.array([0.0]))[0] == 0.5
