"""Who says or bears what a passage tells: read from reporting verbs, from what a paragraph opens with, from its groups.

In this order, the first that holds:

1. somebody is reported within the passage: « M. Roux : … », « selon la mairie », « selon une étude de l'Insee »,
   « estime Nadia », « les équipes regrettent »;
2. the paragraph opens with a name: « Pour Orange, … », « Agefi est … »;
3. a body with a name of its own is a subject: « la ville de Grenoble manque … »;
4. a paragraph shortly before it opened with a name, and none since with another;
5. the author speaks as one of a group, or a group is the subject of a clause (« les managers n'ont pas le temps »);
6. something is done by a group or borne by it (« par les agents »);
7. another group of people is named (« les règles changent, les agents s'y perdent »).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engagetext.context.people import ARTICLES, BETWEEN, LONGEST_NAME, Group, People, Range
from engagetext.text.annotator import TaggedBatch
from engagetext.text.normalize import lower_form
from engagetext.text.tagger import UPOS
from engagetext.text.word_lists import listed

_VERB, _ADP, _PUNCT, _SCONJ, _PRON, _ADV = (UPOS.index(tag) for tag in ("VERB", "ADP", "PUNCT", "SCONJ", "PRON", "ADV"))
# What may stand before a name that opens a paragraph, as lower forms of tokens.
_INTRODUCTIONS: tuple[tuple[str, ...], ...] = (
    ("en", "ce", "qui", "concerne"),
    ("du", "côté", "de"),
    ("du", "côté", "d'"),
    ("d'", "après"),
    ("pour",),
    ("selon",),
    ("chez",),
    ("côté",),
    ("même", "constat", "à"),
    ("même", "constat", "au"),
    ("à",),
    ("au",),
    ("aux",),
)
_BEGINNING = {
    first: tuple(introduction for introduction in _INTRODUCTIONS if introduction[0] == first)
    for first, *_ in _INTRODUCTIONS
}
_SOURCES: tuple[tuple[str, ...], ...] = (("selon",), ("d'", "après"), ("aux", "yeux", "de"), ("d'après",))
_CITING = frozenset(source[0] for source in _SOURCES)
_TITLES = frozenset({"m", "m.", "mme", "mlle", "mr", "dr", "me", "monsieur", "madame", "docteur", "maître"})
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
# Paragraphs after the one that names somebody, in which they are still meant.
_REACH = 3
# Tokens from the end of a role to the comma after it: « Étudiante en deuxième année de droit, je ». Not swept.
_AHEAD = 6
_CONNECTIVE = 4  # tokens that a paragraph may begin with before a comma or a colon
_NOBODY = 3


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
        elif topic is not None and reader.opens_otherwise(begin, end, topic):
            topic = None
        elif not reader.is_item(begin):
            age += 1
        if row in wanted:
            groups = reader.people.groups(begin, end)
            carrier = (
                reader.reported(begin, end, groups)
                or opener
                or reader.organisation(end, groups)
                or (topic if age <= _REACH else None)
                or reader.bearer(begin, end, groups)
            )
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
        self.people = People(tagged)
        verbs = tagged.tags == _VERB
        says, acts = (
            np.array([lemma in words for lemma in tagged.lemmas] or [False], dtype=np.bool_)[tagged.lemma_index] & verbs
            for words in (_says(), _acts())
        )
        self._says, self._acts = says.tolist(), (says | acts).tolist()
        # Where somebody may be reported; few tokens are, and only these are looked at.
        column = tagged.tokens.vocabulary.column("cites", lambda word: lower_form(word) in _CITING, np.bool_)
        (cues,) = np.nonzero(column[tagged.tokens.type_ids] | says)
        self._cues = cues.tolist()

    def is_item(self, begin: int) -> bool:
        """Tell whether a passage begins with the mark of a list."""
        return not any(character.isalnum() for character in self.people.word(begin))

    def opener(self, begin: int, end: int) -> Range | None:
        """Return the name that a paragraph opens with."""
        for at, introduction in self._openings(begin, end):
            name = self.people.name(at, end)
            if introduction and name is None:
                # « Pour l'association Quartier Libre, … »
                bodies = (group for group in self.people.groups(at, end) if group.start <= at < group.stop)
                name = next(((body.start, body.stop) for body in bodies if self.people.holds_name(body)), None)
            # A heading or a list of names is none, nor is a tool: « Moodle plante »; « à Brest » is a place.
            place = introduction == ("à",) and self.people.word(at - 1) not in ARTICLES
            if name is not None and not place and (introduction or self._is_somebody(name[1], end)):
                return name
        return None

    def opens_otherwise(self, begin: int, end: int, topic: Range) -> bool:
        """Tell whether a paragraph opens with another name than that of its topic: who that is may be open."""
        names = (self.people.name(at, end) for at, _ in self._openings(begin, end))
        return any(name is not None and self._words(name) != self._words(topic) for name in names)

    def organisation(self, end: int, groups: Sequence[Group]) -> Range | None:
        """Return the first body with a name of its own that is the subject of a clause: « la ville de Grenoble »."""
        for group in groups:
            named = group.body and not group.preposition and self.people.holds_name(group)
            if named and self.people.verb_after(group.stop, end) is not None:
                return group.start, group.stop
        return None

    def _openings(self, begin: int, end: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield where a name may stand that a paragraph opens with, and what introduces it there."""
        word = self.people.word
        # « Enfin, chez Renault, … », « Même constat à la Maif : … »
        ahead = range(begin, min(end, begin + _CONNECTIVE))
        after = [token + 1 for token in ahead if word(token) in (",", ":")][:1]
        for first in (begin, *after):
            if first >= end:
                continue
            # Only the beginning may be a bare name: « En 2014, la Belgique » opens with a year.
            for introduction in (*_BEGINNING.get(word(first), ()), *([()] if first == begin else [])):
                at = first + len(introduction)
                if at < end and all(word(first + n) == part for n, part in enumerate(introduction)):
                    yield min(at + (word(at) in ARTICLES), end - 1), introduction

    def _words(self, name: Range) -> list[str]:
        return [self.people.word(token) for token in range(*name)]

    def reported(self, begin: int, end: int, groups: Sequence[Group]) -> Range | None:
        """Return whose words a passage reports."""
        # « M. Roux : le budget baisse »; without a title it may be a tool or a place: « Moodle : le serveur tombe ».
        if self.people.word(begin) in _TITLES:
            speaker = self.people.name(begin + 1 + (begin + 1 < end and self.people.word(begin + 1) == "."), end)
            if speaker is not None and speaker[1] + 1 < end and self.people.word(speaker[1]) == ":":
                return speaker
        for token in self._cues[bisect_left(self._cues, begin) : bisect_left(self._cues, end)]:
            for source in _SOURCES:
                stop = token + len(source)
                if stop < end and all(self.people.word(token + n) == word for n, word in enumerate(source)):
                    found = self._somebody(stop, end, groups) or self._work_of(stop, end)
                    if found is not None:
                        return found
            if self._says[token]:
                found = self._subject_before(token, begin, groups)
                if found is None and self._is_inverted(token, begin):
                    found = self._somebody(token + 1, end, groups)
                if found is not None:
                    return found
        return None

    def bearer(self, begin: int, end: int, groups: Sequence[Group]) -> Range | None:
        """Return the group or role that most likely bears what a passage tells: of equals the first."""
        ranks = [(self._rank(group, begin, end), number) for number, group in enumerate(groups)]
        rank, number = min(ranks, default=(_NOBODY, 0))
        return None if rank == _NOBODY else (groups[number].start, groups[number].stop)

    def _rank(self, group: Group, begin: int, end: int) -> int:
        """Return how unlikely a group bears what is told: `_NOBODY` where it is left out.

        Of those in `carriers_fit` that are subjects .8 do, of the next two ranks .6; of indefinite bodies, of groups
        that something is told about and of others without an article less than .4.
        """
        if self._is_author(group, begin, end):
            return 0
        word = self.people.word
        vague = group.body and word(group.start) in _INDEFINITE
        subject = self.people.verb_after(group.stop, end) is not None or (
            group.stop < end and word(group.stop) == "qui"
        )
        if subject and not group.preposition and not vague:
            return 0
        if group.preposition in _BEARING and not vague:
            return 1
        if not group.body and word(group.start) in _DEFINITE and group.preposition not in _ABOUT:
            return 2
        return _NOBODY

    def _is_somebody(self, stop: int, end: int) -> bool:
        """Tell whether the subject that ends there does what only people do, or is said to be a body of people."""
        verb = self.people.verb_after(stop, end)
        if verb is None:
            return False
        # « a longuement répondu »
        told = verb
        while told + 1 < end and self.people.tags[told] in BETWEEN and not self.people.starts[told + 1]:
            told += 1
        return self._acts[told] or any(group.start == verb + 1 for group in self.people.groups(verb, end))

    def _is_author(self, group: Group, begin: int, end: int) -> bool:
        """Tell whether somebody speaks as one of a group: « Étudiante en L3, je … », « en tant que maire »."""
        word = self.people.word
        if self.people.starts[group.start] or group.start == begin:
            end = self.people.sentence_end(group.stop, min(end, group.stop + _AHEAD))
            comma = next((token for token in range(group.stop, end) if word(token) == ","), end)
            return comma + 1 < end and word(comma + 1) in _SELF
        return tuple(word(token) for token in range(max(group.start - 2, begin), group.start)) in _AS_ONE

    def _is_inverted(self, verb: int, begin: int) -> bool:
        """Tell whether a verb may stand before its subject: « …, explique-t-elle », « comme le dit la mairie »."""
        people, at = self.people, verb
        while at > begin and not people.starts[at] and people.tags[at - 1] in (_PRON, _ADV):
            at -= 1
        if at == begin or people.starts[at] or people.word(at - 1) == "comme":
            return True
        return people.tags[at - 1] in (_PUNCT, _SCONJ)

    def _subject_before(self, verb: int, begin: int, groups: Sequence[Group]) -> Range | None:
        people, at = self.people, verb - 1
        while at >= begin and people.tags[at] in BETWEEN and not people.starts[at + 1]:
            at -= 1
        # « M. Bouchard (CFDT) regrette », « Mme Diaz, pour la direction, répond »
        opening = {")": "(", ",": ","}.get(people.word(at)) if at > begin else None
        if opening is not None:
            before = range(at - 1, max(begin, at - LONGEST_NAME), -1)
            at = next((token - 1 for token in before if people.word(token) == opening), at)
        for group in groups:
            if group.stop == at + 1 and not group.preposition:
                return group.start, group.stop
        for start in range(max(begin, at - LONGEST_NAME), at + 1):
            name = people.name(start, verb)
            if name is not None and name[1] == at + 1:
                # « cet article de Forbes explique »
                told_of = start > begin and people.tags[start - 1] == _ADP and not people.starts[start]
                return None if told_of else name
        return None

    def _work_of(self, at: int, end: int) -> Range | None:
        """Return whose a source is that is no person: « selon une étude de l'Anact »."""
        limit = min(self.people.sentence_end(at, end), at + _AHEAD)
        for token in range(at, limit - 1):
            if self.people.word(token) in ("de", "d'", "du"):
                return self.people.name(token + 1 + (self.people.word(token + 1) in ARTICLES), end)
        return None

    def _somebody(self, at: int, end: int, groups: Sequence[Group]) -> Range | None:
        for group in groups:
            if group.start == at:
                return group.start, group.stop
        return self.people.name(at + (at < end and self.people.word(at) in ARTICLES), end)


@cache
def _acts() -> frozenset[str]:
    return frozenset(listed("engagetext.context", "acts.txt"))


@cache
def _says() -> frozenset[str]:
    return frozenset(listed("engagetext.context", "verbs.txt"))
