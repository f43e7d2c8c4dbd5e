"""Learnt floats as whole numbers."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Integer = TypeVar("Integer", bound=np.integer)


def whole(values: NDArray[np.float32], step: float, limit: int, dtype: type[Integer]) -> NDArray[Integer]:
    """Return values in steps, those beyond the limit cut off there."""
    return np.clip(np.rint(values.astype(np.float64) / step), -limit, limit).astype(dtype)
