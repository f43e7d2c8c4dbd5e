"""Where a text names people: groups and roles (« les managers de proximité »), proper names with their apposition."""

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from engagetext.text.annotator import TaggedBatch
from engagetext.text.normalize import lower_form, plain_form
from engagetext.text.tagger import UPOS
from engagetext.text.word_lists import listed

Range = tuple[int, int]

_PROPN, _NOUN, _DET, _VERB, _AUX, _PUNCT, _ADP, _ADJ, _NUM = (
    UPOS.index(tag) for tag in ("PROPN", "NOUN", "DET", "VERB", "AUX", "PUNCT", "ADP", "ADJ", "NUM")
)
_NAMES = [_PROPN, UPOS.index("X")]
_NAMING = frozenset(UPOS.index(tag) for tag in ("PROPN", "NOUN", "ADJ", "X"))
BETWEEN = frozenset(UPOS.index(tag) for tag in ("AUX", "ADV", "PRON"))
_JOINTS = frozenset({"de", "d'", "du", "des", "&", "et"})
_OF = frozenset({"de", "d'", "du", "des"})
_MELTED = frozenset({"du", "des", "au", "aux"})  # a preposition and an article in one
ARTICLES = frozenset({"le", "la", "les", "l'", "un", "une", "des"})
_AS = frozenset({"que", "suis", "sommes", "est"})  # « en tant que secrétaire », « je suis infirmier »
_PREFIXES = ("vice-", "ex-", "sous-", "co-", "non-")
# Usual lengths in tokens; none was swept.
LONGEST_NAME = 10  # a name with its apposition, or what stands between commas after a subject
_NEAR = 5  # from a subject to its verb
_COMPLEMENTS = 3  # that a group may have: « la secrétaire de la CGT du CHU de Nantes »


@dataclass(frozen=True, slots=True)
class Group:
    """A group or a role that a text names.

    Parameters
    ----------
    start, stop : int
        Half-open range of tokens, the determiner and the complements with it.
    preposition : str
        What stands before it, in lower form: `par`; "" if nothing does.
    body : bool
        Whether its noun is that of a body (« service »), which often means something else.
    """

    start: int
    stop: int
    preposition: str
    body: bool


class People:
    """Find people in the tokens of a batch.

    Parameters
    ----------
    tagged : TaggedBatch
    """

    def __init__(self, tagged: TaggedBatch) -> None:
        batch = tagged.tokens
        self._types = batch.vocabulary.types
        self._ids = batch.type_ids.tolist()
        capital = batch.vocabulary.column("capital", lambda word: word[:1].isupper(), np.bool_)[batch.type_ids]
        # A line that begins with a capital goes on with nothing of the line above; wrapped lines do.
        starts = tagged.sentence_starts | ((batch.newlines > 0) & capital)
        self.tags, self.starts = tagged.tags.tolist(), starts.tolist()
        digits = batch.vocabulary.column("digits", str.isdigit, np.bool_)[batch.type_ids]
        named = (tagged.tags == _PROPN) & capital
        # « Société Générale », « Agence 910 »
        goes_on = ~starts & (digits | (capital & np.isin(tagged.tags, sorted(_NAMING))))
        self._named, self._goes_on, self._digits = named.tolist(), goes_on.tolist(), digits.tolist()
        self._finite = batch.vocabulary.column("finite", _is_finite, np.bool_)[batch.type_ids].tolist()
        written = batch.vocabulary.column("group", _kind, np.int8)[batch.type_ids]
        # The lists hold singulars: « cheffes » and « bureaux » are found by their lemmas.
        lemma = np.array([_kind(lemma) for lemma in tagged.lemmas] or [0], dtype=np.int8)[tagged.lemma_index]
        kind = np.where(written > 0, written, lemma)
        # Acronyms are tagged as names: « les ATSEM », « la DRH ».
        (nouns,) = np.nonzero((kind > 0) & ((tagged.tags == _NOUN) | (written > 0) & np.isin(tagged.tags, _NAMES)))
        self._nouns, self._bodies = nouns.tolist(), (kind == _BODY).tolist()

    def word(self, token: int) -> str:
        """Return the lower form of a token."""
        return lower_form(self._types[self._ids[token]])

    def groups(self, begin: int, end: int) -> list[Group]:
        """Return the groups and roles that are named between two tokens, in order."""
        inside = self._nouns[bisect_left(self._nouns, begin) : bisect_left(self._nouns, end)]
        found: list[Group] = []
        for noun in inside:
            # « les agents de l'équipe » is one group.
            if not found or noun >= found[-1].stop:
                group = self._group(noun, begin, end)
                if group is not None:
                    found.append(group)
        return found

    def holds_name(self, group: Group) -> bool:
        """Tell whether a group is named by a proper name: « la ville de Grenoble »."""
        return any(self._named[group.start : group.stop])

    def name(self, at: int, end: int) -> Range | None:
        """Return a run of names, with what joins them and an apposition that names too: « N. Roux, de la Poste »."""
        if at >= end or not (self._named[at] or (self._goes_on[at] and not self._digits[at])):
            return None
        stop = at + 1
        limit = min(end, at + LONGEST_NAME)
        while stop < limit:
            if self._goes_on[stop]:
                stop += 1
                continue
            ahead = stop + (self.word(stop) == ",")
            joined = ahead
            while joined < limit and self.word(joined) in (_JOINTS | ARTICLES):
                joined += 1
            if joined > ahead and joined < limit and self._goes_on[joined]:
                stop = joined + 1
            else:
                break
        return at, stop

    def verb_after(self, at: int, end: int) -> int | None:
        """Return the verb shortly after a subject that ends at `at`; what stands between commas is passed over."""
        end = self.sentence_end(at, end)
        limit = min(end, at + LONGEST_NAME)
        if at < end and self.word(at) == "(":
            # « M. Bouchard (CFDT) regrette »
            at = 1 + next((token for token in range(at, limit) if self.word(token) == ")"), end)
        if at < end and self.word(at) == ",":
            # « N. Roux, de la Poste, estime »: a name has its apposition already, and leaves the comma after it.
            if at + 1 < end and self.tags[at + 1] in (_VERB, _AUX):
                return at + 1
            closing = next((token for token in range(at + 1, limit) if self.word(token) == ","), None)
            if closing is None:
                return None
            at = closing + 1
        for token in range(at, min(end, at + _NEAR)):
            if self.tags[token] == _VERB or self.tags[token] == _AUX:
                return token
            if self.tags[token] not in BETWEEN:
                return None
        return None

    def sentence_end(self, at: int, end: int) -> int:
        """Return where the sentence ends that holds the token before `at`."""
        return next((token for token in range(at, end) if self.starts[token]), end)

    def _group(self, noun: int, begin: int, end: int) -> Group | None:
        begin = next((token for token in range(noun, begin, -1) if self.starts[token]), begin)
        start = noun
        while start > begin and self.tags[start - 1] in (_ADJ, _NUM):
            start -= 1
        before = self.word(start - 1) if start > begin else ""
        preposition = ""
        if before in _OF and start - 2 >= begin and self.word(start - 2) in _amounts():
            start -= 2
            while start > begin and self.tags[start - 1] in (_DET, _ADJ):
                start -= 1
        elif before in _MELTED and self.tags[start - 1] != _DET:
            preposition = before
        elif before and (self.tags[start - 1] == _DET or before in ARTICLES):
            start -= 1
            while start > begin and self.tags[start - 1] == _DET:
                start -= 1
        elif before and before not in _AS and self.tags[start] != _NUM and self.tags[start - 1] != _PUNCT:
            return None  # « chef d'équipe », « en équipe »
        if not preposition and start > begin and self.tags[start - 1] == _ADP:
            preposition = self.word(start - 1)
        stop = self._complements(noun + 1, self.sentence_end(noun + 1, end))
        return Group(start, stop, preposition, self._bodies[noun])

    def _is_verb(self, token: int, end: int) -> bool:
        """Tell whether a word that is tagged as a noun is a verb: « le médecin alerte sur les délais »."""
        if not self._finite[token]:
            return False
        if token + 1 >= end or self.tags[token + 1] == _PUNCT:
            return True  # « le maire doute. »
        return self.tags[token + 1] in (_DET, _ADP) or self.word(token + 1) in (*ARTICLES, "que", "qu'")

    def _complements(self, stop: int, end: int) -> int:
        """Return where a group ends whose noun ends at `stop`."""
        added = 0
        while stop < end:
            if self.tags[stop] in (_ADJ, _PROPN, _NOUN) and not self._is_verb(stop, end):
                stop += 1
                continue
            at = stop + 1
            if added == _COMPLEMENTS or self.word(stop) not in _OF:
                break
            while at < end and (self.tags[at] in (_DET, _ADJ, _NUM) or self.word(at) in ARTICLES):
                at += 1
            if at < end and self.tags[at] in (_NOUN, _PROPN) and not self._is_verb(at, end):
                stop, added = at + 1, added + 1
            elif at < end and self.tags[at - 1] == _ADJ:
                return at  # « le délégué du personnel pointe la surcharge »: tagged as an adjective
            else:
                break
        return stop


@cache
def _amounts() -> frozenset[str]:
    return frozenset(listed("engagetext.context", "amounts.txt"))


@cache
def _finite_forms() -> frozenset[str]:
    """Return the third persons of the present of the verbs in -er of the lists, and of « manquer »."""
    stems = {
        verb[:-2]
        for name in ("verbs.txt", "acts.txt")
        for verb in listed("engagetext.context", name)
        if verb.endswith("er")
    } | {"manqu"}
    # « elle considère, relève, rappelle, rejette »
    stems |= {_CLOSED.sub(r"è\1", stem) for stem in stems} | {
        stem + stem[-1] for stem in stems if stem[-2:] in ("el", "et")
    }
    return frozenset(stem + ending for stem in stems for ending in ("e", "ent"))


def _is_finite(word: str) -> bool:
    return lower_form(word) in _finite_forms()


_CLOSED = re.compile(r"[eé]([^aeiouyéèê]+)$")
_PERSON, _BODY = 1, 2


@cache
def _kinds() -> dict[str, int]:
    people, bodies = (
        {plain_form(word) for word in listed("engagetext.context", name)} for name in ("people.txt", "bodies.txt")
    )
    return {**dict.fromkeys(people, _PERSON), **dict.fromkeys(bodies, _BODY)}


@lru_cache(maxsize=1 << 16)
def _kind(word: str) -> int:
    """Return whether a noun is of persons, of a body or of neither: 0."""
    form = plain_form(word)
    for prefix in _PREFIXES:
        form = form.removeprefix(prefix)
    found = _kinds().get(form, 0) or _kinds().get(form.rstrip("sx"), 0)
    if found or "-" not in form:
        return found
    # « les enseignants-chercheurs »; « un centre-ville » is none.
    head = form.split("-")[0].rstrip("sx")
    return _PERSON if _kinds().get(head) == _PERSON else 0
