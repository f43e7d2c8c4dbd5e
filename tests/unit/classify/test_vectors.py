"""Word vectors."""

import numpy as np

from engagetext.classify.passages import PassageBatch
from engagetext.classify.vectors import mean_vectors, vector_sums
from engagetext.text.tokenizer import FrenchTokenizer
from engagetext.text.vectors import VectorTable

TABLE = VectorTable.from_words(
    {"temps": (0, 10), "argent": (1, 20), "le": (1, 99)}, np.array([[3, 4], [0, 100], [7, 7]], dtype=np.int8)
)


def means(texts: list[str]) -> np.ndarray:
    batch = FrenchTokenizer()(texts)
    whole = PassageBatch(batch.bounds[:-1], batch.bounds[1:], np.arange(len(texts)))
    return mean_vectors(TABLE, batch, whole)


def test_a_passage_is_the_weighted_mean_of_its_words_as_a_unit_vector() -> None:
    rows = means(["le temps", "", "rien d'autre", "Temps, argent"])
    assert np.allclose(rows[0], [0.6, 0.8])  # a function word does not count
    assert not rows[1].any()
    assert not rows[2].any()
    expected = np.array([30, 40 + 2000])
    assert np.allclose(rows[3], expected / np.linalg.norm(expected))


def test_the_vectors_of_a_very_long_passage_are_added_up_exactly() -> None:
    table = VectorTable.from_words({"temps": (0, 255), "argent": (1, 1)}, np.array([[127], [1]], dtype=np.int8))
    batch = FrenchTokenizer()(["temps " * 20_000 + "argent", "argent"])
    whole = PassageBatch(batch.bounds[:-1], batch.bounds[1:], np.arange(2))
    assert vector_sums(table, batch, whole).tolist() == [[20_000 * 127 * 255 + 1], [1]]


def test_elongations_and_capitals_find_their_word() -> None:
    assert np.allclose(means(["TEMPS", "temmmps"]), means(["temps", "temps"]))


def test_a_table_comes_back_from_its_arrays() -> None:
    back = VectorTable.from_arrays(TABLE.to_arrays())
    assert (back.find(["temps", "argent", "rien"]) == TABLE.find(["temps", "argent", "rien"])).all()
    assert (back.weights == TABLE.weights).all()
    assert (back.matrix == TABLE.matrix).all()
