"""Spelling folds of a word type: what is the same word for counting and looking up."""

import re
import unicodedata
from functools import lru_cache

from engagetext.text.alphabet import APOSTROPHES, HYPHENS, MIDDLE_DOTS

_SAME = str.maketrans(
    {
        **dict.fromkeys(APOSTROPHES, "'"),
        **dict.fromkeys(HYPHENS, "-"),
        "œ": "oe",
        "æ": "ae",
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
    }
)
# « trooop », « nooon »: three or more of one letter are an elongation, no French word has them; two may be right.
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
# salarié·e·s, tou.te.s, employé(e)s: the first form stands for the word.
_INCLUSIVE = re.compile(rf"[{MIDDLE_DOTS}./(-]\(?(?:[a-zàâçéèêëîïôûù]{{1,6}}\)?[{MIDDLE_DOTS}./()-]*)+$")
_INCLUSIVE_MARK = re.compile(rf"\w[{MIDDLE_DOTS}]\w|\w\(\w{{1,5}}\)s?$|\w\.\w{{1,5}}\.s$|\w-\w{{1,5}}-s$")


# Several components ask for the folds of a type when they first meet it, one after the other.
_CACHE = 1 << 16


@lru_cache(maxsize=_CACHE)
def lower_form(word: str) -> str:
    """Return a word type in lower case, composed, with plain apostrophes and hyphens.

    Examples
    --------
    >>> lower_form("L’Œuvre")
    "l'oeuvre"
    """
    lower = word.lower()
    return lower if lower.isascii() else unicodedata.normalize("NFC", lower.translate(_SAME))


@lru_cache(maxsize=_CACHE)
def strip_accents(word: str) -> str:
    """Return a word type without its accents and cedillas.

    Examples
    --------
    >>> strip_accents("sécurité")
    'securite'
    """
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=_CACHE)
def plain_form(word: str) -> str:
    """Return the form under which a word is counted: lower case, elongations and inclusive endings undone.

    Examples
    --------
    >>> plain_form("Trooop"), plain_form("salarié·e·s"), plain_form("employé(e)s")
    ('trop', 'salarié', 'employé')
    """
    lower = lower_form(word)
    if lower.isalpha():
        return _ELONGATED.sub(r"\1", lower)
    if _INCLUSIVE_MARK.search(lower):
        return _INCLUSIVE.sub("", lower)
    return _ELONGATED.sub(r"\1", lower)
