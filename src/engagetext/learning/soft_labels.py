"""Labels that are likely to some degree, for what learns from yes and no."""

import numpy as np
from numpy.typing import NDArray


def parted(
    likely: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64]]:
    """Return rows, yes or no, and weights: what is likely to some degree stands on both sides."""
    (yes,), (no,) = np.nonzero(likely > 0), np.nonzero(likely < 1)
    return (
        np.concatenate([yes, no]),
        np.concatenate([np.ones(len(yes), dtype=np.bool_), np.zeros(len(no), dtype=np.bool_)]),
        np.concatenate([weights[yes] * likely[yes], weights[no] * (1 - likely[no])]),
    )
