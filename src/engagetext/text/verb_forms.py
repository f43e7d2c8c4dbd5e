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

from engagetext.text.word_features import bare_form

# In the order of their numbers, which networks have learnt: another order is another format of models.
VERB_FORMS = ("infinitive", "conditional", "future", "imperfect", "second person")
NO_FORM = -1
_INFINITIVE, _CONDITIONAL, _FUTURE, _IMPERFECT, _SECOND_PERSON = range(len(VERB_FORMS))
_PAST_ENDING = re.compile(r"(.+?)(ais|ait|ions|iez|aient)")
_FUTURE_ENDING = re.compile(r"(.+?)(?:ai|as|a|ons|ez|ont)")
# What the lemma goes on with behind the stem where the ending is that of a present: « f-ait », « oubl-iez ».
_PRESENTS = {
    "ais": ("aire", "aitre", "air", "avoir"),
    "ait": ("aire", "aitre", "air", "avoir"),
    "ions": ("ier", "ire"),
    "iez": ("ier", "ire"),
    "aient": ("ayer", "aire"),
}


def verb_forms(words: Sequence[str], lemmas: Sequence[str]) -> NDArray[np.int64]:
    """Return the number in `VERB_FORMS` of each form of a verb, `NO_FORM` for a present, a participle and the rest.

    Parameters
    ----------
    words, lemmas : sequence of str
        Forms of verbs and auxiliaries, with or without their accents, and their infinitives. Of other words nothing
        sensible is told.

    Returns
    -------
    ndarray of shape (n_words,), int64
    """
    return np.array(
        [_form(bare_form(word), bare_form(lemma)) for word, lemma in zip(words, lemmas, strict=True)], dtype=np.int64
    )


def _form(word: str, lemma: str) -> int:
    if word == lemma:
        return _INFINITIVE if lemma.endswith(("er", "ir", "re")) else NO_FORM
    past, future = _PAST_ENDING.fullmatch(word), _FUTURE_ENDING.fullmatch(word)
    if past is not None and _on_infinitive(past[1], lemma):
        return _CONDITIONAL
    if future is not None and _on_infinitive(future[1], lemma):
        return _FUTURE
    if past is not None and not _is_present(past[1], past[2], lemma):
        return _IMPERFECT
    return _SECOND_PERSON if len(word) > 2 and word.endswith("ez") else NO_FORM


def _on_infinitive(stem: str, lemma: str) -> bool:
    """Tell whether a stem is that of the future: but for the « e » of « rendre » the lemma does not go on behind it."""
    return stem.endswith("r") and (stem in (lemma, lemma[:-1]) or not lemma.startswith(stem))


def _is_present(stem: str, ending: str, lemma: str) -> bool:
    if stem + ending == "vais":
        return True
    return lemma.startswith(stem) and lemma[len(stem) :] in _PRESENTS[ending]
