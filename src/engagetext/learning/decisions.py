"""From values of labels to probabilities, and from which of these a label is retained."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from engagetext.classify.calibration import PlattCalibration, sigmoid
from engagetext.learning.soft_labels import parted


def fit_decisions(
    values: NDArray[np.float64],
    likely: NDArray[np.float64],
    *,
    prior: float,
    share: float | None = None,
    reference: NDArray[np.bool_] | None = None,
) -> tuple[PlattCalibration, NDArray[np.float64]]:
    """Fit the calibration and the thresholds of labels.

    Parameters
    ----------
    values : ndarray of shape (n_passages, n_labels), float64
        What scorers say that have not seen the passage.
    likely : ndarray of shape (n_passages, n_labels), float64
        Probability that the passage holds the label.
    prior : float
        A label's own threshold counts by its positive passages, the common one as that many.
    share : float or None
        Share of the passages that hold a label where the model will be used; None for that of these.
    reference : ndarray of shape (n_passages,), bool, optional
        Passages whose labels the model is to agree with, where others have labels of readers who retain more or less:
        all probabilities are brought to their scale, and thresholds are chosen on them. Without any it is all passages.

    Returns
    -------
    calibration : PlattCalibration
    thresholds : ndarray of shape (n_labels,), float64
    """
    frequency = _frequencies(likely, share)
    calibration = _fit_calibration(values, likely, frequency)
    if reference is not None and reference.any() and not reference.all():
        values, likely = values[reference], likely[reference]
        frequency = _frequencies(likely, share)
        calibration = _rescaled(calibration, values, likely, frequency)
    return calibration, _thresholds(calibration.probability(values), likely, frequency, prior)


def _frequencies(likely: NDArray[np.float64], share: float | None) -> NDArray[np.float64]:
    """Return how often passages like each are met where the model will be used. Shape (n_passages,), mean 1."""
    holds = 1 - np.prod(1 - likely, axis=1)
    found = float(holds.mean())
    if share is None or not 0 < found < 1:
        return np.ones(len(likely))
    frequencies: NDArray[np.float64] = holds * share / found + (1 - holds) * (1 - share) / (1 - found)
    return frequencies


def _fit_calibration(
    values: NDArray[np.float64], likely: NDArray[np.float64], frequency: NDArray[np.float64]
) -> PlattCalibration:
    """Fit one sigmoid a label on values of passages that the scorers have not seen."""
    slope, offset = np.ones(likely.shape[1]), np.zeros(likely.shape[1])
    for label in range(likely.shape[1]):
        rows, held, weights = parted(likely[:, label], frequency)
        if held.any() and not held.all():
            model = LogisticRegression(C=1.0, solver="lbfgs").fit(values[rows][:, [label]], held, sample_weight=weights)
            slope[label], offset[label] = max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])
        else:
            offset[label] = -values[:, label].max(initial=0.0) - 5.0
    return PlattCalibration(slope, offset)


def _rescaled(
    calibration: PlattCalibration,
    values: NDArray[np.float64],
    likely: NDArray[np.float64],
    frequency: NDArray[np.float64],
) -> PlattCalibration:
    """Bring the probabilities of all labels alike to the scale of some passages: too few to fit each label on them."""
    logits = calibration.slope * values + calibration.offset
    rows, held, weights = parted(likely.ravel(), np.repeat(frequency, likely.shape[1]))
    if not held.any() or held.all():
        return calibration
    model = LogisticRegression(C=1e3).fit(logits.reshape(-1, 1)[rows], held, sample_weight=weights)
    slope = max(float(model.coef_[0, 0]), 1e-3)
    return PlattCalibration(calibration.slope * slope, calibration.offset * slope + float(model.intercept_[0]))


def _thresholds(
    probabilities: NDArray[np.float64], likely: NDArray[np.float64], frequency: NDArray[np.float64], prior: float
) -> NDArray[np.float64]:
    """Choose the probability from which each label is retained.

    A label's best F1 on a handful of positive passages says little, so its threshold is drawn, on the logit scale,
    towards the one that is best for all labels together.
    """
    grid = np.round(np.arange(0.02, 0.90, 0.01), 2)
    held = likely * frequency[:, None]
    right = np.array([((probabilities >= t) * held).sum(axis=0) for t in grid])
    found = np.array([((probabilities >= t) * frequency[:, None]).sum(axis=0) for t in grid])
    positives = held.sum(axis=0)
    together = 2 * right.sum(axis=1) / (found.sum(axis=1) + positives.sum() + 1e-9)
    common, own = _best(grid, together[:, None])[0], _best(grid, 2 * right / (found + positives + 1e-9))
    share = positives / (positives + prior)
    logits = share * np.log(own / (1 - own)) + (1 - share) * np.log(common / (1 - common))
    return sigmoid(logits)


def _best(grid: NDArray[np.float64], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the best threshold of each column: the lowest, but the middle of the gap where all is told apart."""
    lowest = scores.argmax(axis=0)
    perfect = scores >= 1 - _TOLD_APART
    middle = np.array(
        [int(np.median(np.nonzero(column)[0])) if column.any() else 0 for column in perfect.T], dtype=np.int64
    )
    best: NDArray[np.float64] = grid[np.where(perfect.any(axis=0), middle, lowest)]
    return best


_TOLD_APART = 1e-6
