"""Probabilities that are raised together."""

import numpy as np

from engagetext.classify.calibration import raised


def test_a_row_reaches_what_is_expected_of_it_and_keeps_its_order() -> None:
    before = np.array([[0.02, 0.05, 0.3], [0.01, 0.01, 0.01]])
    after = raised(before, 0.85)
    assert np.allclose(after.sum(axis=1), 0.85, atol=1e-6)
    assert (np.argsort(after[0]) == np.argsort(before[0])).all()
    assert (after >= before).all()


def test_a_row_that_has_it_stays_as_it_is() -> None:
    before = np.array([[0.9, 0.05, 0.3]])
    assert np.allclose(raised(before, 0.85), before, atol=1e-7)


def test_what_is_surely_absent_is_not_raised_to_it() -> None:
    after = raised(np.full((1, 3), 1e-6), 0.85)
    assert after.max() < 0.001


def test_a_row_does_not_depend_on_the_others() -> None:
    rows = np.random.default_rng(0).random((20, 11)) * 0.2
    together = raised(rows, 0.85)
    assert all((raised(rows[[row]], 0.85)[0] == together[row]).all() for row in range(20))
