"""Mood and tense of French verb forms, told by their ending and their lemma: lemmas alone do not say them.

« la direction refuserait » is a mere possibility, « la direction refuse » is not. Conditional and future stand on a
stem that ends with « r »: the infinitive (« aimer-ait », « rendr-ait ») or an irregular one (« pourr-ait »). The
imperfect stands on that of the present (« entr-ait ») [1]_. Whether the lemma goes on behind the stem tells them apart.

References
----------
.. [1] Maurice Grevisse and André Goosse, "Le bon usage", chapter on the forms of the verb.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# In the order of their numbers.
VERB_FORMS = ("infinitive", "conditional", "future", "imperfect", "second person")
NO_FORM = -1
_PAST = re.compile(r"(.+?)(?:ais|ait|ions|iez|aient)")
_FUTURE = re.compile(r"(.+?)(?:ai|as|a|ons|ez|ont)")
_PLURAL = re.compile(r".+ez")


def verb_forms(words: Sequence[str], lemmas: Sequence[str]) -> NDArray[np.int64]:
    """Return the number in `VERB_FORMS` of each form of a verb, `NO_FORM` for a present, a participle and the rest.

    Parameters
    ----------
    words, lemmas : sequence of str
        Forms of verbs and auxiliaries, and their infinitives. Of other words nothing sensible is told.

    Returns
    -------
    ndarray of shape (n_words,), int64
    """
    return np.array(
        [_form(word.lower(), lemma.lower()) for word, lemma in zip(words, lemmas, strict=True)], dtype=np.int64
    )


def _form(word: str, lemma: str) -> int:
    if word == lemma:
        return 0
    for pattern, number in ((_PAST, 1), (_FUTURE, 2)):
        found = pattern.fullmatch(word)
        if found is not None and _on_infinitive(found[1], lemma):
            return number
    if _PAST.fullmatch(word) is not None:
        return 3
    return 4 if _PLURAL.fullmatch(word) is not None else NO_FORM


def _on_infinitive(stem: str, lemma: str) -> bool:
    """Tell whether a stem is that of the future: but for the « e » of « rendre » the lemma does not go on behind it."""
    return stem.endswith("r") and (stem in (lemma, lemma[:-1]) or not lemma.startswith(stem))
