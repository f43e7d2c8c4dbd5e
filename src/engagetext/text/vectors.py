"""Word vectors, reduced and in small integers: what lets a scorer know words that it never met in training."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.normalize import lower_form, plain_form
from engagetext.text.packing import pack_lines, unpack_lines


@dataclass(frozen=True, slots=True)
class VectorTable:
    """A vector and a weight for each of the frequent words of French.

    Parameters
    ----------
    rows : dict of str to (int, int)
        Lower form -> row of `matrix`, and weight of the word: the rarer, the heavier. Several words may share a row.
    matrix : ndarray of shape (n_rows, n_dimensions), int8
    """

    rows: dict[str, tuple[int, int]]
    matrix: NDArray[np.int8]

    def find(self, word: str) -> tuple[int, int] | None:
        """Return the row and the weight of a word type, however it is typed; None if it has no vector."""
        return self.rows.get(lower_form(word)) or self.rows.get(plain_form(word))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table as arrays by name: what a bundle keeps."""
        words = sorted(self.rows)
        return {
            "matrix": self.matrix,
            "rows": np.array([self.rows[word][0] for word in words], dtype=np.uint16),
            "weights": np.array([self.rows[word][1] for word in words], dtype=np.uint8),
            "words": pack_lines(words),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "VectorTable":
        """Return the table that `to_arrays` described."""
        words = unpack_lines(arrays["words"])
        pairs = zip(arrays["rows"].tolist(), arrays["weights"].tolist(), strict=True)
        return cls(dict(zip(words, pairs, strict=True)), arrays["matrix"])
