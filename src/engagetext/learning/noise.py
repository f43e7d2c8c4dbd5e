"""Treebank sentences as comments would spell them: the tagger learns to read what people type."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engagetext.learning.treebanks import GoldSentence, GoldToken
from engagetext.text.alphabet import APOSTROPHES
from engagetext.text.normalize import lower_form, strip_accents

# Shares of sentences that get each habit, and of words that get each slip. With them the tags of spoilt development
# sentences gain .026 to .037, those of clean ones lose .001. Marks dropped from a quarter of the sentences, as in a
# first try, made sentences start in the middle of well-punctuated ones (.96 instead of .98).
_CLEAN, _BARE, _LOWER, _UPPER, _NO_END, _NO_MARKS, _NO_APOSTROPHE = 0.5, 0.25, 0.3, 0.06, 0.1, 0.05, 0.1
_VARIANT, _ELONGATED, _TYPO, _PARTICIPLE, _WRAPPED = 0.3, 0.01, 0.02, 0.1, 0.002
# « super.merci ! »: share of sentences that follow a final mark without a blank.
GLUED = 0.04
_FINAL_MARKS = frozenset(".!?…;")


def read_spellings(path: Path) -> dict[str, tuple[str, ...]]:
    """Read a list of spellings: on each line the usual one, then others; `#` begins a comment line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {row[0]: tuple(row[1:]) for row in rows}


def corrupt(
    sentences: Sequence[GoldSentence], spellings: Mapping[str, tuple[str, ...]], rng: np.random.Generator
) -> list[GoldSentence]:
    """Return the same sentences with the habits and slips of comments; tags and lemmas stay those of the right word.

    Parameters
    ----------
    sentences : sequence of GoldSentence
    spellings : mapping of str to tuple of str
        Lower form -> other ways of typing it.
    rng : numpy.random.Generator
    """
    return [found for sentence in sentences if (found := _sentence(sentence, spellings, rng))]


def _sentence(
    sentence: GoldSentence, spellings: Mapping[str, tuple[str, ...]], rng: np.random.Generator
) -> GoldSentence:
    bare, lower, upper, no_end, no_marks, no_apostrophe = (
        rng.random(6) < (_BARE, _LOWER, _UPPER, _NO_END, _NO_MARKS, _NO_APOSTROPHE)
    ).tolist()
    if rng.random() < _CLEAN:
        return sentence
    tokens = list(sentence)
    while no_end and len(tokens) > 1 and tokens[-1].text in _FINAL_MARKS:
        tokens.pop()
    if no_marks:
        tokens = [token for token in tokens if token.tags != ("PUNCT",)]
    out: list[GoldToken] = []
    parted = False
    for token in tokens:
        word = _word(token, spellings, rng)
        word = strip_accents(word) if bare else word
        word = word.upper() if upper else word.lower() if lower else word
        gap = " " if parted else token.gap
        parted = no_apostrophe and len(word) > 1 and word[-1] in APOSTROPHES
        if gap == " " and rng.random() < _WRAPPED:
            gap = "\n"
        out.append(replace(token, text=word[:-1] if parted else word, gap=gap if out else ""))
    return tuple(out)


def _word(token: GoldToken, spellings: Mapping[str, tuple[str, ...]], rng: np.random.Generator) -> str:
    word = token.text
    variants = spellings.get(lower_form(word))
    if variants and rng.random() < _VARIANT:
        return variants[int(rng.integers(len(variants)))]
    draw = rng.random()
    if len(word) < 3 or not word.isalpha():
        return word
    if token.tags[0] in ("VERB", "AUX") and word[-1] in "ér" and word.endswith(("é", "er")) and draw < _PARTICIPLE:
        return word[:-2] + "é" if word.endswith("er") else word[:-1] + "er"
    place = int(rng.integers(1, len(word)))
    if draw < _ELONGATED:
        return word[:place] + word[place] * int(rng.integers(2, 5)) + word[place:]
    if draw < _ELONGATED + _TYPO and len(word) > 4:
        return _slip(word, place, int(rng.integers(3)))
    return word


def _slip(word: str, place: int, kind: int) -> str:
    """Return a word with a letter dropped, doubled, or two exchanged."""
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
