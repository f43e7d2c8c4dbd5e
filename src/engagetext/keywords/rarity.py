"""How frequent words are in French at large."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import lower_form
from engagetext.text.word_index import ABSENT, WordIndex

# A word weighs by what its Zipf frequency (log10 of occurrences in a billion words) lacks of this one: the highest of
# French is 7.6 (« de »).
_COMMON_ZIPF = 8.0
_MIN_RARITY = 0.2
_ZIPF_STEPS = 20


@dataclass(frozen=True, slots=True)
class RarityTable:
    """How frequent words are in French at large.

    Parameters
    ----------
    index : WordIndex
        Of lower forms.
    zipf : ndarray of shape (n_words,), uint8
        log10 of the occurrences of each in a billion running words, in twentieths: finer than any sample tells it.
    unknown : int
        What a word that is not listed counts as, in twentieths.
    """

    index: WordIndex
    zipf: NDArray[np.uint8]
    unknown: int

    @classmethod
    def from_words(cls, zipf: Mapping[str, float], unknown: float) -> "RarityTable":
        """Build a table from lower form -> log10 of its occurrences in a billion running words."""
        words = sorted(zipf)
        index, order = WordIndex.from_words(words)
        scaled = np.array([round(zipf[word] * _ZIPF_STEPS) for word in words], dtype=np.uint8)
        return cls(index, scaled[order], round(unknown * _ZIPF_STEPS))

    def column(self, batch: TokenBatch) -> NDArray[np.float64]:
        """Return the rarity of each token: higher for rarer words. Shape (n_tokens,)."""
        column: NDArray[np.float64] = batch.vocabulary.table("rarity", self._rarities, np.float64)
        return column[batch.type_ids]

    def _rarities(self, words: list[str]) -> NDArray[np.float64]:
        places = self.index.find([lower_form(word) for word in words])
        zipf = np.where(places == ABSENT, self.unknown, self.zipf[places]) / _ZIPF_STEPS
        return np.maximum(_MIN_RARITY, _COMMON_ZIPF - zipf)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table as arrays by name: what a bundle keeps."""
        return {"keys": self.index.keys, "zipf": self.zipf, "unknown": np.array([self.unknown], dtype=np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "RarityTable":
        """Return the table that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        ValueError
            If the arrays do not fit together.
        """
        index, zipf = WordIndex(arrays["keys"]), arrays["zipf"]
        if len(index.keys) != len(zipf):
            raise ValueError(f"{len(index.keys)} words, {len(zipf)} frequencies")
        return cls(index, zipf, int(arrays["unknown"][0]))
