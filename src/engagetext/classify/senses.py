"""What words are about: a few meaning classes a lemma, so that a model reads a rare word as it reads its synonyms.

« pénurie », « carence » and « faute de » are one thing to a reader and three to a counter of words. The classes are
written by hand (`training/senses.tsv`): lacking, late, leading, listening, ... A model keeps them as arrays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.normalize import lower_form
from engagetext.text.word_index import ABSENT, WordIndex

MAX_SENSES = 4
NO_SENSE = 255


@dataclass(frozen=True, slots=True)
class SenseTable:
    """The classes of lemmas.

    Parameters
    ----------
    index : WordIndex
        Of lower-cased lemmas; there may be none.
    classes : ndarray of shape (n_lemmas, MAX_SENSES), uint8
        Numbers of the classes of each, filled up with `NO_SENSE`.
    n_classes : int
    """

    index: WordIndex
    classes: NDArray[np.uint8]
    n_classes: int

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[int]], n_classes: int) -> "SenseTable":
        """Build a table from lemma -> numbers of its classes, of which the first four count."""
        folded = {lower_form(word): list(numbers)[:MAX_SENSES] for word, numbers in sorted(words.items())}
        ordered = sorted(folded)
        index, order = WordIndex.from_words(ordered)
        classes = np.full((len(ordered), MAX_SENSES), NO_SENSE, dtype=np.uint8)
        for row, place in enumerate(order.tolist()):
            numbers = folded[ordered[place]]
            classes[row, : len(numbers)] = numbers
        return cls(index, classes, n_classes)

    @classmethod
    def empty(cls) -> "SenseTable":
        """Return the table that knows no word."""
        return cls(WordIndex(np.empty(0, dtype=np.uint64)), np.empty((0, MAX_SENSES), dtype=np.uint8), 0)

    def find(self, lemmas: Sequence[str]) -> NDArray[np.uint8]:
        """Return the classes of each lemma, an ndarray of shape (n_lemmas, MAX_SENSES)."""
        places = self.index.find([lower_form(lemma) for lemma in lemmas])
        found = np.full((len(lemmas), MAX_SENSES), NO_SENSE, dtype=np.uint8)
        found[places != ABSENT] = self.classes[places[places != ABSENT]]
        return found

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table as arrays by name: what a bundle keeps."""
        return {
            "senses_keys": self.index.keys,
            "senses_classes": self.classes,
            "senses_count": np.array([self.n_classes]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "SenseTable":
        """Return the table that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        return cls(WordIndex(arrays["senses_keys"]), arrays["senses_classes"], int(arrays["senses_count"][0]))
