"""Probabilities that are raised together."""

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.calibration import raised as raised_odds
from engagetext.classify.calibration import sigmoid


def _odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.log(probabilities / (1 - probabilities))
    return odds


def raised(probabilities: NDArray[np.float64], expected: float) -> NDArray[np.float64]:
    return sigmoid(raised_odds(_odds(probabilities), expected))


def test_a_row_reaches_what_is_expected_of_it_and_keeps_its_order() -> None:
    before = np.array([[0.02, 0.05, 0.3], [0.01, 0.01, 0.01]])
    after = raised(before, 0.85)
    assert np.allclose(after.sum(axis=1), 0.85, atol=1e-6)
    assert (np.argsort(after[0]) == np.argsort(before[0])).all()
    assert (after >= before).all()


def test_a_row_that_has_it_stays_as_it_is() -> None:
    before = _odds(np.array([[0.9, 0.05, 0.3]]))
    assert (raised_odds(before, 0.85) == before).all()


def test_what_is_certain_stays_so() -> None:
    before = np.array([[800.0, -2.0], [-800.0, -900.0]])
    assert (raised_odds(before, 0.85)[0] == before[0]).all()
    assert sigmoid(raised_odds(before, 0.85)[1]).max() == 0


def test_what_is_surely_absent_is_not_raised_to_it() -> None:
    after = raised(np.full((1, 3), 1e-6), 0.85)
    assert after.max() < 0.001


def test_a_row_does_not_depend_on_the_others() -> None:
    rows = np.random.default_rng(0).random((20, 11)) * 0.2
    together = raised(rows, 0.85)
    assert all((raised(rows[[row]], 0.85)[0] == together[row]).all() for row in range(20))
