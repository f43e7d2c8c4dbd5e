"""Linear classifiers over sparse passages."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class LinearScorer:
    """One linear function a label, over one feature space.

    Parameters
    ----------
    weights : ndarray of shape (n_features, n_labels), float32
    bias : ndarray of shape (n_labels,), float32
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def decision(self, features: csr_array) -> NDArray[np.float64]:
        """Return the value of each function, an ndarray of shape (n_passages, n_labels)."""
        # Sparse @ dense sums row by row, so a passage scores the same in a batch of 1 or of 256; dense BLAS does not.
        return np.asarray(features @ self.weights, dtype=np.float64) + self.bias
