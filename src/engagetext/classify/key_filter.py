"""A filter in front of sorted keys: most keys of a text are unknown, and a bit tells so faster than a search."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A bit a key, 2 MiB: one in fifteen unknown keys passes it where 140,000 are known.
_BITS = np.uint64((1 << 21) - 1)


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """What a key must have to be one of some keys.

    Parameters
    ----------
    may_be : ndarray of shape (2**21,), bool
        By the last bits of a key.
    """

    may_be: NDArray[np.bool_]

    @classmethod
    def from_keys(cls, keys: NDArray[np.uint64]) -> "KeyFilter":
        """Return the filter of some keys."""
        may_be = np.zeros(int(_BITS) + 1, dtype=np.bool_)
        may_be[(keys & _BITS).astype(np.int64)] = True
        return cls(may_be)

    def find(self, known: NDArray[np.uint64], keys: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places in `keys` of those that are known, ascending, and their places in `known`, sorted keys."""
        (rows,) = np.nonzero(self.may_be[(keys & _BITS).astype(np.int64)])
        if not len(known):
            return rows[:0], rows[:0]
        at = np.minimum(np.searchsorted(known, keys[rows]), len(known) - 1)
        hit = known[at] == keys[rows]
        return rows[hit], at[hit]
