"""A lexicon of French: the parts of speech that each form can be, as one small class number a form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.word_features import word_keys

UNKNOWN = 0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Form -> class, where a class stands for a set of parts of speech.

    Parameters
    ----------
    keys : ndarray of shape (n_forms,), uint32
        Upper half of the key of each form, sorted: of 330,000 forms, one unknown word in 13,000 meets a wrong one.
    classes : ndarray of shape (n_forms,), uint8
        From 1; 0 is the class of unknown words.
    """

    keys: NDArray[np.uint32]
    classes: NDArray[np.uint8]

    @classmethod
    def from_forms(cls, forms: Mapping[str, Iterable[str]]) -> "Lexicon":
        """Build a lexicon.

        Parameters
        ----------
        forms : mapping of str to iterable of str
            Lower form -> its parts of speech.
        """
        words = sorted(forms)
        names = [" ".join(sorted(forms[word])) for word in words]
        numbers = {name: number for number, name in enumerate(sorted(set(names)), start=1)}
        keys, first = np.unique(_short_keys(words), return_index=True)
        return cls(keys, np.array([numbers[name] for name in names], dtype=np.uint8)[first])

    def lookup(self, forms: Sequence[str]) -> NDArray[np.uint8]:
        """Return the class of each form, `UNKNOWN` where there is none. Shape (n_forms,)."""
        if not forms or not len(self.keys):
            return np.full(len(forms), UNKNOWN, dtype=np.uint8)
        wanted = _short_keys(forms)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.where(self.keys[at] == wanted, self.classes[at], np.uint8(UNKNOWN))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the lexicon as arrays by name: what a bundle keeps."""
        return {"lexicon_keys": self.keys, "lexicon_classes": self.classes}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Lexicon":
        """Return the lexicon that `to_arrays` described."""
        return cls(arrays["lexicon_keys"], arrays["lexicon_classes"])


def _short_keys(forms: Sequence[str]) -> NDArray[np.uint32]:
    return (word_keys(forms) >> np.uint64(32)).astype(np.uint32)
