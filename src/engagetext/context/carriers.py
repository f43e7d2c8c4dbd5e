"""Who says or bears what a passage tells: read from reporting verbs, from what a paragraph opens with, from subjects.

In this order, the first that holds:

1. somebody is reported within the passage: « selon la mairie », « estime Nadia », « les équipes regrettent »;
2. the paragraph, or one shortly before it, opens with a name: « Pour Orange, … », « Agefi est … »;
3. the subject of a sentence is a group or a role: « les managers n'ont pas le temps ».
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from engagetext.terms import counting_form
from engagetext.text.annotator import TaggedBatch
from engagetext.text.normalize import lower_form
from engagetext.text.tagger import UPOS

Range = tuple[int, int]

_PROPN, _NOUN, _DET, _VERB, _PUNCT = (UPOS.index(tag) for tag in ("PROPN", "NOUN", "DET", "VERB", "PUNCT"))
_AUX = UPOS.index("AUX")
_NAMING = frozenset(UPOS.index(tag) for tag in ("PROPN", "NOUN", "ADJ", "X"))
_BETWEEN = frozenset(UPOS.index(tag) for tag in ("AUX", "ADV", "PRON"))
# What may stand before a name that opens a paragraph, as lower forms of tokens.
_INTRODUCTIONS: tuple[tuple[str, ...], ...] = (
    ("en", "ce", "qui", "concerne"),
    ("du", "côté", "de"),
    ("d'", "après"),
    ("pour",),
    ("selon",),
    ("chez",),
    ("côté",),
    (),
)
_SOURCES: tuple[tuple[str, ...], ...] = (("selon",), ("d'", "après"), ("aux", "yeux", "de"), ("d'après",))
_CITING = frozenset(source[0] for source in _SOURCES)
_JOINTS = frozenset({"de", "d'", "du", "des", "&", "et"})
_ARTICLES = frozenset({"le", "la", "les", "l'", "un", "une", "des"})
# Paragraphs after the one that names somebody, in which they are still meant.
_REACH = 3
_LONGEST = 10  # tokens of a name with its apposition
_NEAR = 4  # tokens between a subject and its verb


def find_carriers(
    tagged: TaggedBatch, first: NDArray[np.int64], last: NDArray[np.int64], text: NDArray[np.int64], rows: Sequence[int]
) -> dict[int, Range]:
    """Find who says or bears what some passages tell.

    Parameters
    ----------
    tagged : TaggedBatch
    first, last, text : ndarray of shape (n_passages,), int64
        Tokens `first` to `last` (half-open) of all passages of the batch, in order, and the text of each.
    rows : sequence of int
        Passages that are asked for.

    Returns
    -------
    dict of int to (int, int)
        Passage -> half-open range of tokens; a passage without a carrier is left out.
    """
    if not rows:
        return {}
    reader = _Reader(tagged)
    wanted = set(rows)
    asked = {int(text[row]) for row in rows}
    found: dict[int, Range] = {}
    topic: Range | None = None
    current, age = -1, 0
    for row in np.nonzero(np.isin(text, sorted(asked)))[0].tolist():
        begin, end = int(first[row]), int(last[row])
        if text[row] != current:
            current, topic = int(text[row]), None
        opener = reader.opener(begin, end)
        if opener is not None:
            topic, age = opener, 0
        elif not reader.is_item(begin):
            age += 1
        if row in wanted:
            carrier = reader.reported(begin, end) or (topic if age <= _REACH else None) or reader.subject(begin, end)
            if carrier is not None:
                found[row] = carrier
    return found


class _Reader:
    """Look at the tokens of a batch one by one.

    Parameters
    ----------
    tagged : TaggedBatch
    """

    def __init__(self, tagged: TaggedBatch) -> None:
        batch = tagged.tokens
        self._types = batch.vocabulary.types
        self._ids = batch.type_ids.tolist()
        self._tags, self._starts = tagged.tags.tolist(), tagged.sentence_starts.tolist()
        (starts,) = np.nonzero(tagged.sentence_starts)
        self._sentences = starts.tolist()
        # Where somebody may be reported; few tokens are, and only these are looked at.
        says = np.array([lemma in _verbs() for lemma in tagged.lemmas], dtype=np.bool_)[tagged.lemma_index]
        self._says = (says & (tagged.tags == _VERB)).tolist()
        cites = batch.vocabulary.column("cites", lambda word: lower_form(word) in _CITING, np.bool_)[batch.type_ids]
        (cues,) = np.nonzero(cites | np.array(self._says, dtype=np.bool_))
        self._cues = cues.tolist()
        capital = batch.vocabulary.column("capital", lambda word: word[:1].isupper(), np.bool_)[batch.type_ids]
        digits = batch.vocabulary.column("digits", str.isdigit, np.bool_)[batch.type_ids]
        article = batch.vocabulary.column("article", lambda word: lower_form(word) in _ARTICLES, np.bool_)
        named = (tagged.tags == _PROPN) & capital
        # « Société Générale », « Agence 910 »
        goes_on = ~tagged.sentence_starts & (digits | (capital & np.isin(tagged.tags, sorted(_NAMING))))
        self._named, self._goes_on = named.tolist(), goes_on.tolist()
        self._begins = (named | goes_on | (tagged.tags == _DET) | article[batch.type_ids]).tolist()

    def _word(self, token: int) -> str:
        return lower_form(self._types[self._ids[token]])

    def is_item(self, begin: int) -> bool:
        """Tell whether a passage begins with the mark of a list."""
        return not any(character.isalnum() for character in self._types[self._ids[begin]])

    def opener(self, begin: int, end: int) -> Range | None:
        """Return the name that a paragraph opens with."""
        for introduction in _INTRODUCTIONS:
            at = begin + len(introduction)
            if at < end and all(self._word(begin + n) == word for n, word in enumerate(introduction)):
                at += self._word(at) in _ARTICLES
                name = self._name(at, end)
                # A bare name is the subject of its sentence; a heading or a list of names is none.
                if name is not None and (introduction or self._verb_after(name[1], end) is not None):
                    return name
        return None

    def reported(self, begin: int, end: int) -> Range | None:
        """Return whose words a passage reports."""
        for token in self._cues[bisect_left(self._cues, begin) : bisect_left(self._cues, end)]:
            for source in _SOURCES:
                stop = token + len(source)
                if stop < end and all(self._word(token + n) == word for n, word in enumerate(source)):
                    found = self._somebody(stop, end)
                    if found is not None:
                        return found
            if self._says[token]:
                before = self._subject_before(token, begin)
                found = before or self._somebody(token + 1, end)
                if found is not None:
                    return found
        return None

    def subject(self, begin: int, end: int) -> Range | None:
        """Return the first group or role that is the subject of a sentence."""
        within = self._sentences[bisect_right(self._sentences, begin) : bisect_left(self._sentences, end)]
        for token in (begin, *within):
            at = token
            while at < end and self._tags[at] == _PUNCT:
                at += 1
            group = self._group(at, end) if at < end else None
            if group is not None and self._verb_after(group[1], end) is not None:
                return group
        return None

    def _verb_after(self, at: int, end: int) -> int | None:
        """Return the verb shortly after a subject that ends at `at`; an apposition between commas is passed over."""
        limit = min(end, at + _LONGEST)
        if at < end and self._word(at) == ",":
            # « N. Roux, de la Poste, estime »: a name has its apposition already, and leaves the comma after it.
            if at + 1 < end and self._tags[at + 1] in (_VERB, _AUX):
                return at + 1
            closing = next((token for token in range(at + 1, limit) if self._word(token) == ","), None)
            if closing is None:
                return None
            at = closing + 1
        for token in range(at, min(end, at + _NEAR)):
            if self._tags[token] == _VERB or self._tags[token] == _AUX:
                return token
            if self._tags[token] not in _BETWEEN:
                return None
        return None

    def _subject_before(self, verb: int, begin: int) -> Range | None:
        at = verb - 1
        while at >= begin and self._tags[at] in _BETWEEN and not self._starts[at + 1]:
            at -= 1
        for start in range(max(begin, at - _LONGEST), at + 1):
            found = self._somebody(start, verb) if self._begins[start] else None
            if found is not None and found[1] == at + 1:
                return found
        return None

    def _somebody(self, at: int, end: int) -> Range | None:
        if at >= end:
            return None
        article = self._word(at) in _ARTICLES
        return self._group(at, end) or self._name(at + article, end)

    def _group(self, at: int, end: int) -> Range | None:
        """Return « les managers »: a determiner and a noun of a group or a role."""
        if self._tags[at] != _DET or at + 1 >= end:
            return None
        noun = at + 1
        if self._tags[noun] != _NOUN and noun + 1 < end:
            noun += 1  # « les jeunes parents »
        if self._tags[noun] == _NOUN and counting_form(self._word(noun)) in _groups():
            return at, noun + 1
        return None

    def _name(self, at: int, end: int) -> Range | None:
        """Return a run of names, with what joins them and an apposition that names too: « N. Roux, de la Poste »."""
        if at >= end or not (self._named[at] or self._goes_on[at]):
            return None
        stop = at + 1
        limit = min(end, at + _LONGEST)
        while stop < limit:
            if self._goes_on[stop]:
                stop += 1
                continue
            ahead = stop + (self._word(stop) == ",")
            joined = ahead
            while joined < limit and self._word(joined) in (_JOINTS | _ARTICLES):
                joined += 1
            if joined > ahead and joined < limit and self._goes_on[joined]:
                stop = joined + 1
            else:
                break
        return at, stop


@cache
def _groups() -> frozenset[str]:
    return frozenset(counting_form(word) for word in _listed("groups.txt"))


@cache
def _verbs() -> frozenset[str]:
    return frozenset(_listed("verbs.txt"))


def _listed(name: str) -> list[str]:
    lines = resources.files("engagetext.context").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]
