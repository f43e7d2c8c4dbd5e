"""What a step of learning does not see, drawn anew each time."""

import numpy as np
from numpy.typing import NDArray

from engagetext.learning.adamw import Floats


def draw_kept(rng: np.random.Generator, size: int, share: float) -> NDArray[np.bool_]:
    """Return which of `size` things are seen where a share of them is not."""
    kept: NDArray[np.bool_] = rng.random(size) >= share
    return kept


def draw_mask(rng: np.random.Generator, shape: tuple[int, ...], share: float) -> Floats:
    """Return 0 for a share of the values, and for the others what keeps their sum."""
    kept = rng.random(shape, dtype=np.float32) >= share
    return kept.astype(np.float32) / np.float32(1 - share)
