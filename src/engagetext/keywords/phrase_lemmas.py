"""The dictionary form of a phrase: its head in the singular, what agrees with the head as the head."""

from collections.abc import Sequence
from functools import lru_cache

_AGREE = frozenset({"ADJ", "VERB", "NOUN"})


def phrase_lemma(words: Sequence[str], lemmas: Sequence[str], tags: Sequence[str]) -> str:
    """Return the dictionary form of a phrase.

    Up to the first preposition nouns take their lemma, adjectives and participles the singular of their own gender;
    complements keep their number, names their letters.

    Parameters
    ----------
    words, lemmas, tags : sequence of str
        Tokens as written, their lemmas and universal parts of speech.

    Returns
    -------
    str
        Tokens joined as French joins them: no blank after an apostrophe.

    Examples
    --------
    >>> phrase_lemma(["Politiques", "publiques"], ["politique", "public"], ["NOUN", "ADJ"])
    'politique publique'
    >>> phrase_lemma(["retours", "d'", "expériences"], ["retour", "de", "expérience"], ["NOUN", "ADP", "NOUN"])
    "retour d'expériences"
    """
    if len(words) == 1:
        return lemmas[0]
    parts = []
    complement = False
    for word, lemma, tag in zip(words, lemmas, tags, strict=True):
        complement = complement or tag == "ADP"
        parts.append(_part(word, lemma, tag, complement))
    return "".join(parts).rstrip()


@lru_cache(maxsize=1 << 16)
def _part(word: str, lemma: str, tag: str, complement: bool) -> str:
    """Return one word of a phrase, with the blank that follows it."""
    lower = word if tag == "PROPN" else word.lower()
    if not complement and tag in _AGREE:
        lower = lemma if tag == "NOUN" else _singular(lower, lemma)
    return lower if lower.endswith(("'", "’")) else f"{lower} "


def _singular(form: str, lemma: str) -> str:
    """Return the singular of an adjective or participle, of the gender of `form`."""
    if form.endswith("aux") and lemma.endswith("al"):
        return lemma
    if form.endswith("es") or (form.endswith("s") and not lemma.endswith("s") and not form.endswith("ss")):
        return form if form == lemma else form[:-1]
    return lemma if form == f"{lemma}x" else form
