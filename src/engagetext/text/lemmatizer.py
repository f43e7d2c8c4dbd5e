"""Lemmas: (word type, part of speech) -> dictionary form, by a chain of narrow steps that may decline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.text.alphabet import HYPHENS
from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import lower_form, plain_form, strip_accents
from engagetext.text.packing import pack_lines, unpack_lines
from engagetext.text.tagger import N_TAGS, UPOS

MAX_ENDING = 8
# Words of these kinds have no other form: a name, a number, a sign is its own lemma, as written.
_ROMAN = re.compile(r"[IVXLC]+(?:er|e|ère|ème)?")
_AS_WRITTEN = frozenset({"PROPN", "NUM", "SYM", "PUNCT", "X"})
# An auxiliary is inflected as any verb is.
_ENDINGS_OF = {"AUX": "VERB"}


@dataclass(frozen=True, slots=True)
class Lemmatizer:
    """Lemmas of French words.

    Parameters
    ----------
    forms : dict of (str, str) to str
        (Part of speech, lower form) -> lemma: words that no ending tells.
    endings : dict of (str, str) to (int, str)
        (Part of speech, ending of a lower form) -> how many characters to cut, and what to put in their place.
    accented : dict of str to str
        Form without accents -> the form that is meant: « reseau » -> « réseau ».

    Examples
    --------
    >>> Lemmatizer({("AUX", "sont"): "être"}, {("VERB", "ons"): (3, "er")}, {}).lemma("Travaillons", "VERB")
    'travailler'
    """

    forms: dict[tuple[str, str], str]
    endings: dict[tuple[str, str], tuple[int, str]]
    accented: dict[str, str]

    def lemma(self, word: str, tag: str) -> str:
        """Return the lemma of a word type.

        Parameters
        ----------
        word : str
            As written.
        tag : str
            Its universal part of speech.
        """
        lower = lower_form(word)
        plain = plain_form(word)
        meant = self.accented.get(plain, plain)
        # « -t-elle », « -là »: what follows the hyphen is the word.
        inner = lower.removeprefix("-t-").lstrip(HYPHENS)
        known = (self.forms.get((tag, form)) for form in (lower, inner, plain, meant))
        lemma = next((found for found in known if found is not None), None)
        if lemma is None:
            as_written = tag in _AS_WRITTEN or (tag == "ADJ" and _ROMAN.fullmatch(word))
            lemma = word if as_written else self._without_ending(meant, _ENDINGS_OF.get(tag, tag))
        # œ and oe are one letter pair to the tables, and the writer's choice to the reader.
        return lemma.replace("oe", "œ") if "œ" in word.lower() else lemma

    def _without_ending(self, form: str, tag: str) -> str:
        for size in range(min(MAX_ENDING, len(form)), 0, -1):
            rule = self.endings.get((tag, form[-size:]))
            if rule is not None:
                return form[: len(form) - rule[0]] + rule[1]
        return form

    def __call__(self, batch: TokenBatch, tags: NDArray[np.uint8]) -> tuple[list[str], NDArray[np.int32]]:
        """Return the lemmas of a batch.

        Parameters
        ----------
        batch : TokenBatch
        tags : ndarray of shape (n_tokens,), uint8
            Index into `UPOS`.

        Returns
        -------
        lemmas : list of str
            Distinct pairs of type and tag, one lemma each.
        index : ndarray of shape (n_tokens,), int32
            Lemma of each token.
        """
        pairs, index = np.unique(batch.type_ids.astype(np.int64) * N_TAGS + tags, return_inverse=True)
        memo = batch.vocabulary.memo("lemma")
        types = batch.vocabulary.types
        lemmas = []
        for pair in pairs.tolist():
            lemma = memo.get(pair)
            if lemma is None:
                lemma = memo[pair] = self.lemma(types[pair // N_TAGS], UPOS[pair % N_TAGS])
            lemmas.append(lemma)
        return lemmas, index.astype(np.int32)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the tables as arrays by name: what a bundle keeps."""
        return {
            "forms": pack_lines("\t".join((*pair, lemma)) for pair, lemma in sorted(self.forms.items())),
            "endings": pack_lines(
                "\t".join((*pair, str(cut), added)) for pair, (cut, added) in sorted(self.endings.items())
            ),
            "accented": pack_lines(word for _, word in sorted(self.accented.items())),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Lemmatizer":
        """Return the lemmatizer that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        forms = (line.split("\t") for line in unpack_lines(arrays["forms"]))
        endings = (line.split("\t") for line in unpack_lines(arrays["endings"]))
        return cls(
            forms={(tag, form): lemma for tag, form, lemma in forms},
            endings={(tag, ending): (int(cut), added) for tag, ending, cut, added in endings},
            accented={strip_accents(word): word for word in unpack_lines(arrays["accented"])},
        )
