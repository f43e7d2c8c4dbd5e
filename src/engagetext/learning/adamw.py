"""AdamW: steps down the slope of a loss, with running means of the slopes and of their squares, and their schedule.

References
----------
.. [1] Ilya Loshchilov and Frank Hutter, "Decoupled weight decay regularization", ICLR 2019.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
# Some rows of an array and their slopes, or the slopes of all.
Slope = Floats | tuple[NDArray[np.int64], Floats]
# Usual values, not swept.
_WEIGHT_DECAY, _MAX_GRADIENT = 0.01, 1.0


class AdamW:
    """Move parameters, in place.

    Parameters
    ----------
    parameters : mapping of str to ndarray of float32
        Those of more than one axis decay.
    """

    def __init__(self, parameters: Mapping[str, Floats]) -> None:
        self._parameters = parameters
        self._means = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._squares = {name: np.zeros_like(value) for name, value in parameters.items()}
        self._steps = 0

    def step(self, slopes: Mapping[str, Slope], rate: float) -> None:
        """Take one step of at most `rate`; all slopes are shrunk alike where they are long together."""
        self._steps += 1
        parts = [slope if isinstance(slope, np.ndarray) else slope[1] for slope in slopes.values()]
        norm = np.sqrt(sum(float((part * part).sum(dtype=np.float64)) for part in parts))
        shrink = np.float32(min(1.0, _MAX_GRADIENT / max(norm, 1e-9)))
        first, second = np.float32(1 - 0.9**self._steps), np.float32(1 - 0.999**self._steps)
        for name, gradient in slopes.items():
            # Only the rows that a step has seen move.
            where, slope = gradient if isinstance(gradient, tuple) else (slice(None), gradient)
            slope = np.multiply(slope, shrink)
            mean = self._means[name][where] * np.float32(0.9) + np.float32(0.1) * slope
            square = self._squares[name][where] * np.float32(0.999) + np.float32(0.001) * slope * slope
            self._means[name][where], self._squares[name][where] = mean, square
            decay = np.float32(1 - rate * _WEIGHT_DECAY * (slope.ndim > 1))
            moved = np.float32(rate) * (mean / first) / (np.sqrt(square / second) + np.float32(1e-8))
            self._parameters[name][where] = self._parameters[name][where] * decay - moved


def scheduled(
    rng: np.random.Generator, rows: NDArray[np.int64], epochs: int, size: int, rate: float
) -> Iterator[tuple[NDArray[np.int64], float]]:
    """Yield the rows of each step, all of them once an epoch in an order that is drawn, and the rate of the step.

    The rate rises for a tenth of the time to `rate`, and falls as a cosine.
    """
    steps, step = epochs * -(-len(rows) // size), 0
    for _ in range(epochs):
        order = rng.permutation(rows)
        for first in range(0, len(order), size):
            share = step / steps
            rise, fall = min(share / 0.1, 1.0), 0.5 * (1 + np.cos(np.pi * max(share - 0.1, 0.0) / 0.9))
            yield order[first : first + size], rate * rise * float(fall)
            step += 1
