"""Lists of words as arrays of bytes: what tables of words look like in a bundle, which holds numbers only."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def pack_lines(lines: Iterable[str]) -> NDArray[np.uint8]:
    """Return strings without line breaks as one array of UTF-8 bytes.

    Examples
    --------
    >>> unpack_lines(pack_lines(["été", "hiver"]))
    ['été', 'hiver']
    """
    return np.frombuffer("\n".join(lines).encode("utf-8"), dtype=np.uint8)


def unpack_lines(array: NDArray[np.uint8]) -> list[str]:
    """Return the strings that `pack_lines` was given."""
    text = array.tobytes().decode("utf-8")
    return text.split("\n") if text else []
