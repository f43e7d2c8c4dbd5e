"""Who says or bears what a passage tells: read from reporting verbs, from what a paragraph opens with, from subjects.

In this order, the first that holds:

1. somebody is reported within the passage: « selon la mairie », « estime Nadia », « les équipes regrettent »;
2. the paragraph, or one shortly before it, opens with a name: « Pour Orange, … », « Agefi est … »;
3. a group or a role is the subject of a clause (« les managers n'ont pas le temps »), then one by which something is
   done or borne (« par les agents »), then any other.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engagetext.context.people import ARTICLES, Group, People, Range, listed
from engagetext.text.annotator import TaggedBatch
from engagetext.text.normalize import lower_form
from engagetext.text.tagger import UPOS

_VERB, _ADV, _AUX, _PRON, _ADP, _PUNCT, _SCONJ = (
    UPOS.index(tag) for tag in ("VERB", "ADV", "AUX", "PRON", "ADP", "PUNCT", "SCONJ")
)
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
# Paragraphs after the one that names somebody, in which they are still meant.
_REACH = 3


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
            carrier = reader.reported(begin, end) or (topic if age <= _REACH else None) or reader.bearer(begin, end)
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
        self._people = People(tagged)
        self._text = tagged.tokens
        # Where somebody may be reported; few tokens are, and only these are looked at.
        says = np.array([lemma in _verbs() for lemma in tagged.lemmas], dtype=np.bool_)[tagged.lemma_index]
        self._says = (says & (tagged.tags == _VERB)).tolist()
        acts = np.array([lemma in _acts() for lemma in tagged.lemmas], dtype=np.bool_)[tagged.lemma_index]
        self._acts = ((says | acts) & (tagged.tags == _VERB)).tolist()
        column = self._text.vocabulary.column("cites", lambda word: lower_form(word) in _CITING, np.bool_)
        (cues,) = np.nonzero(column[self._text.type_ids] | np.array(self._says, dtype=np.bool_))
        self._cues = cues.tolist()

    def is_item(self, begin: int) -> bool:
        """Tell whether a passage begins with the mark of a list."""
        return not any(character.isalnum() for character in self._people.word(begin))

    def opener(self, begin: int, end: int) -> Range | None:
        """Return the name that a paragraph opens with."""
        word = self._people.word
        for introduction in _INTRODUCTIONS:
            at = begin + len(introduction)
            if at < end and all(word(begin + n) == part for n, part in enumerate(introduction)):
                at += word(at) in ARTICLES
                name = self._people.name(at, end)
                # A heading or a list of names is none, nor is a tool: « Moodle plante ».
                if name is not None and (introduction or self._is_somebody(name[1], end)):
                    return name
        return None

    def _is_somebody(self, stop: int, end: int) -> bool:
        """Tell whether the subject that ends there does what only people do, or is said to be a body of people."""
        verb = self._people.verb_after(stop, end)
        if verb is None:
            return False
        if any(self._acts[verb : min(verb + _AUXILIARIES, end)]):
            return True
        return any(group.start == verb + 1 for group in self._people.groups(verb, end))

    def reported(self, begin: int, end: int) -> Range | None:
        """Return whose words a passage reports."""
        groups = self._people.groups(begin, end)
        for token in self._cues[bisect_left(self._cues, begin) : bisect_left(self._cues, end)]:
            for source in _SOURCES:
                stop = token + len(source)
                if stop < end and all(self._people.word(token + n) == word for n, word in enumerate(source)):
                    found = self._somebody(stop, end, groups)
                    if found is not None:
                        return found
            if self._says[token]:
                found = self._subject_before(token, begin, groups)
                if found is None and self._is_inverted(token, begin):
                    found = self._somebody(token + 1, end, groups)
                if found is not None:
                    return found
        return None

    def bearer(self, begin: int, end: int) -> Range | None:
        """Return the group or role that most likely bears what a passage tells: of equals the first."""
        groups = self._people.groups(begin, end)
        if not groups:
            return None
        best = min(groups, key=lambda group: self._rank(group, end))
        return (best.start, best.stop) if self._rank(best, end) < _NOBODY else None

    def _rank(self, group: Group, end: int) -> int:
        """Return how unlikely a group bears what is told. Of those of ranks 0, 1, 2 in `carriers_fit` .8, .6, .6 do."""
        if self._is_author(group, end):
            return 0
        word = self._people.word
        vague = group.body and word(group.start) in _INDEFINITE
        subject = self._people.verb_after(group.stop, end) is not None or (
            group.stop < end and word(group.stop) == "qui"
        )
        if subject and not group.preposition and not vague:
            return 0
        if group.preposition in _BEARING and not vague:
            return 1
        if not group.body and word(group.start) in _DEFINITE and group.preposition not in _ABOUT:
            return 2
        return _NOBODY

    def _is_author(self, group: Group, end: int) -> bool:
        """Tell whether somebody speaks as one of a group: « Étudiante en L3, je … », « en tant que maire »."""
        people = self._people
        if people.starts[group.start]:
            ahead = range(group.stop, min(end, group.stop + _AHEAD))
            comma = next((token for token in ahead if people.word(token) == ","), end)
            return comma + 1 < end and people.word(comma + 1) in _SELF
        before = tuple(people.word(token) for token in range(max(group.start - 2, 0), group.start))
        return before in _AS_ONE

    def _is_inverted(self, verb: int, begin: int) -> bool:
        """Tell whether a verb may stand before its subject: « …, explique-t-elle », « comme le dit la mairie »."""
        people, at = self._people, verb
        while at > begin and not people.starts[at] and people.tags[at - 1] in (_PRON, _ADV):
            at -= 1
        return at == begin or people.starts[at] or people.tags[at - 1] in (_PUNCT, _SCONJ)

    def _subject_before(self, verb: int, begin: int, groups: list[Group]) -> Range | None:
        at = verb - 1
        tags, starts = self._people.tags, self._people.starts
        while at >= begin and tags[at] in (_AUX, _ADV, _PRON) and not starts[at + 1]:
            at -= 1
        for group in groups:
            if group.stop == at + 1 and not group.preposition:
                return group.start, group.stop
        for start in range(max(begin, at - _LONGEST_NAME), at + 1):
            name = self._people.name(start, verb)
            if name is not None and name[1] == at + 1:
                # « cet article de Forbes explique »
                return None if start > begin and tags[start - 1] == _ADP and not starts[start] else name
        return None

    def _somebody(self, at: int, end: int, groups: list[Group]) -> Range | None:
        for group in groups:
            if group.start == at:
                return group.start, group.stop
        return self._people.name(at + (at < end and self._people.word(at) in ARTICLES), end)


_LONGEST_NAME = 10  # tokens
_AUXILIARIES = 4  # tokens from the first verb of a clause to the one that tells what is done: « a longuement répondu »
_AHEAD = 6  # tokens
_SELF = frozenset({"je", "j'", "nous", "on", "mon", "ma", "mes"})
_AS_ONE = frozenset({("tant", "que"), ("je", "suis"), ("nous", "sommes"), ("on", "est")})
_BEARING = frozenset({"par", "chez", "côté", "entre"})
_ABOUT = frozenset({"de", "d'", "à", "sur"})  # « la confiance de l'usager » is told of something else
_INDEFINITE = frozenset({"un", "une", "des", "de", "d'"})
_DEFINITE = frozenset(
    {
        *("le", "la", "les", "l'", "ce", "cet", "cette", "ces", "notre", "nos", "leur", "leurs", "mon", "ma", "mes"),
        *("son", "sa", "ses"),
    }
)
_NOBODY = 3


@cache
def _acts() -> frozenset[str]:
    return frozenset(listed("acts.txt"))


@cache
def _verbs() -> frozenset[str]:
    return frozenset(listed("verbs.txt"))
