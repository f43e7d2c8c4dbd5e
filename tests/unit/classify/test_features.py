"""Features of passages."""

import numpy as np

from engagetext.classify.calibration import PlattCalibration, sigmoid
from engagetext.classify.features import FeatureSpace, feature_keys
from engagetext.classify.passages import PassageBatch
from engagetext.text.tokenizer import FrenchTokenizer


def whole(tokenizer: FrenchTokenizer, texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    batch = tokenizer(texts)
    return feature_keys(batch, PassageBatch(batch.bounds[:-1], batch.bounds[1:], np.arange(len(texts))))


TEXTS = ["le temps nous manque", "nous manquons de temps", "", "la confiance revient"]


def test_rows_have_length_one_and_sorted_columns() -> None:
    keys, rows = whole(FrenchTokenizer(), TEXTS)
    space = FeatureSpace.fit(keys, rows, len(TEXTS), min_count=1)
    matrix = space.matrix(keys, rows, len(TEXTS))
    assert matrix.shape == (4, len(space.keys))
    assert np.allclose(np.sqrt((matrix.toarray() ** 2).sum(axis=1)), [1, 1, 0, 1])
    for row in range(4):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        assert (np.diff(columns) > 0).all()


def test_rare_features_are_left_out_and_weigh_less_the_more_common_they_are() -> None:
    keys, rows = whole(FrenchTokenizer(), TEXTS)
    every, common = (FeatureSpace.fit(keys, rows, 4, min_count=count) for count in (1, 2))
    assert set(common.keys) < set(every.keys)
    assert every.weights.max() > common.weights.max()


def test_a_passage_has_the_same_row_in_any_batch_and_vocabulary() -> None:
    keys, rows = whole(FrenchTokenizer(), TEXTS)
    space = FeatureSpace.fit(keys, rows, len(TEXTS), min_count=1)
    together = space.matrix(keys, rows, len(TEXTS)).toarray()
    used = FrenchTokenizer()
    used(["d'autres mots d'abord", "manque"])
    for number, text in enumerate(TEXTS):
        alone = space.matrix(*whole(used, [text]), 1).toarray()[0]
        assert alone.tobytes() == together[number].tobytes()


def test_missing_accents_and_capitals_change_nothing() -> None:
    keys, rows = whole(FrenchTokenizer(), ["la sécurité", "LA SECURITE"])
    assert sorted(keys[rows == 0]) == sorted(keys[rows == 1])


def test_calibration_is_monotonous_and_never_overflows() -> None:
    calibration = PlattCalibration(np.array([2.0]), np.array([-1.0]))
    values = np.array([[-1e6], [0.0], [0.5], [1e6]])
    probabilities = calibration.probability(values).ravel()
    assert (np.diff(probabilities) > 0).all()
    assert probabilities[2] == 0.5
    assert sigmoid(np.array([0.0]))[0] == 0.5
