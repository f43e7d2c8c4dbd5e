"""Values of passages, and of the sentences that speak most of a label."""

import numpy as np

import engagetext as et
from engagetext.classify.scorer import PassageValues


def _values() -> PassageValues:
    # The second passage has no sentence, the third has two that are as good by the first function.
    whole = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    sentences = np.array([[4.0, 0.0], [5.0, 1.0], [7.0, 2.0], [6.0, 3.0], [7.0, 4.0]])
    return PassageValues(whole, sentences, np.array([0, 0, 2, 2, 2]))


def test_the_mean_is_that_of_the_passage_and_of_its_best_sentence() -> None:
    assert _values().means().tolist() == [[3.0, 5.5], [2.0, 20.0], [5.0, 17.0]]


def test_a_passage_is_drawn_to_the_first_of_its_best_sentences() -> None:
    drawn = _values().drawn(np.array([2, 0, 1, 2]), np.array([0, 1, 0, 1]), 0.25)
    assert drawn.tolist() == [[4.0, 23.0], [2.0, 7.75], [2.0, 20.0], [4.0, 23.5]]


def test_nothing_asked_is_nothing_drawn() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert _values().drawn(none, none, 0.5).shape == (0, 2)


def test_what_is_over_in_one_sentence_is_not_over_in_the_next() -> None:
    text = "La direction nous soutient désormais. Reste que nous n'avons toujours pas le temps."
    found = {label.label: label.status for label in et.classify_obstacles(text)}
    assert found["moyens"] == "present"
    assert found["direction"] == "ecarte"
