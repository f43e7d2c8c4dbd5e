"""From the value of a linear function to a probability that is right as often as it says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PlattCalibration:
    """One sigmoid a label, fitted on values of passages that the scorer was not trained on.

    Parameters
    ----------
    slope, offset : ndarray of shape (n_labels,), float64
        Probability = 1 / (1 + exp(-(slope * value + offset))).

    References
    ----------
    .. [1] J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
    """

    slope: NDArray[np.float64]
    offset: NDArray[np.float64]

    def log_odds(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return calibrated log-odds, of the shape of `values`: (n_passages, n_labels)."""
        calibrated: NDArray[np.float64] = self.slope * values + self.offset
        return calibrated

    def probability(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return probabilities, of the shape of `values`."""
        return sigmoid(self.log_odds(values))


def raised(log_odds: NDArray[np.float64], expected: float) -> NDArray[np.float64]:
    """Raise the log-odds of each row alike, until it is expected to hold so many labels.

    Parameters
    ----------
    log_odds : ndarray of shape (n_passages, n_labels), float64
    expected : float
        Sum of its probabilities that a row is to reach. A row that has it stays as it is.
    """
    low, high = np.zeros((len(log_odds), 1)), np.full((len(log_odds), 1), _MOST_RAISED)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        lacks = sigmoid(log_odds + middle).sum(axis=1, keepdims=True) < expected
        low, high = np.where(lacks, middle, low), np.where(lacks, high, middle)
    has = sigmoid(log_odds).sum(axis=1, keepdims=True) >= expected
    result: NDArray[np.float64] = np.where(has, log_odds, log_odds + low)
    return result


# By more than this no row is raised: what a model is sure of no announcement overrules. 30 halvings leave 10**-8 of it.
_MOST_RAISED, _HALVINGS = 6.0, 30


def sigmoid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logistic function, without overflow."""
    small = np.exp(-np.abs(values))
    result: NDArray[np.float64] = np.where(values >= 0, 1.0, small) / (1.0 + small)
    return result
