"""Domain words: the taxonomy's vocabulary and a user's own, found wherever and however they are written."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engagetext.errors import VocabularyError, unread
from engagetext.keywords.stream import Stream
from engagetext.taxonomy import Taxonomy
from engagetext.terms import PhraseTable, phrase_tokens, stable_hash
from engagetext.text.normalize import lower_form, strip_accents
from engagetext.text.tagger import UPOS
from engagetext.text.tokenizer import FrenchTokenizer

# Prefixes that are written joined, with a hyphen or apart: cocréation, co-création, co création. What follows begins as
# a word may: « coconstruction » has a prefix, « confiance » has none.
_PREFIX = re.compile(
    r"^(anti|auto|bi|co|éco|inter|intra|micro|multi|non|pluri|post|pré|sous|sur|télé|trans)-?"
    r"((?:[aeiouyàâéèêîôûh]|[^\W\d_aeiouyàâéèêîôû][aeiouyàâéèêîôûlrh])\w{2,})$"
)
# What exclusions are compared without: « partager un gâteau », « partager le gâteau ».
_ARTICLES = frozenset({"le", "la", "les", "l'", "un", "une", "de", "d'", "du", "des"})
_EXCLUDE = "exclude"
_STEM = 4  # letters that a verb shares with its lemma: « partages » and « partager », not « sens » and « sentir »
_DET, _VERB = UPOS.index("DET"), UPOS.index("VERB")
_HOW = 'Write one word or phrase a line, or a TOML file with lines such as  partage = ["entraide", "coup de main"].'

Vocabulary = str | PathLike[str] | Mapping[str, list[str]] | Iterable[str]


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a domain.

    Parameters
    ----------
    text : str
        Its plain form.
    theme : str or None
        Theme that it belongs to.
    """

    text: str
    theme: str | None


@dataclass(frozen=True, slots=True)
class TermList:
    """Terms, and phrases in which a term means something else.

    Parameters
    ----------
    terms : tuple of Term
    excluded : tuple of str
        « site de confiance », « partager le gâteau »; articles do not count.
    """

    terms: tuple[Term, ...]
    excluded: tuple[str, ...] = ()

    def __add__(self, other: "TermList") -> "TermList":
        """Return the terms of both."""
        return TermList(self.terms + other.terms, self.excluded + other.excluded)


def taxonomy_terms(taxonomy: Taxonomy) -> TermList:
    """Return the vocabulary of a taxonomy's themes."""
    return TermList(
        tuple(Term(text, label.id) for label in taxonomy.themes for text in (*label.seeds, *label.vocabulary)),
        tuple(phrase for label in taxonomy.themes for phrase in label.exclude_phrases),
    )


def read_terms(path: str | PathLike[str]) -> TermList:
    """Read a list of terms.

    Parameters
    ----------
    path : str or PathLike
        A TOML file with one list of terms a theme (`partage = ["entraide", "coup de main"]`; the list `exclude` holds
        phrases in which no term is meant), or any other text file with one term a line; `#` begins a comment.

    Raises
    ------
    VocabularyError
        If the file cannot be read, or says something else.
    """
    where = str(path)
    try:
        source = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        remedy = "Check the path; for words in place of a file, write vocabulary=[...]."
        raise VocabularyError(where, unread(error), "a readable UTF-8 file", remedy) from error
    if Path(path).suffix.lower() != ".toml":
        lines = [line.split("#")[0].strip() for line in source.splitlines()]
        terms = tuple(Term(line, None) for line in lines if line)
    else:
        try:
            table = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise VocabularyError(where, str(error), "a TOML file", "Mend the line that is named.") from error
        return _checked(where, table)
    if not terms:
        raise VocabularyError(where, "no term", "at least one word or phrase", _HOW)
    return TermList(terms)


def listed_terms(vocabulary: Vocabulary) -> TermList:
    """Return a user's own terms, however they are given.

    Parameters
    ----------
    vocabulary : str, PathLike, mapping of str to list of str, or iterable of str
        A file (see `read_terms`), theme -> terms, or terms.

    Raises
    ------
    VocabularyError
        If it holds something else than terms.
    """
    if isinstance(vocabulary, (str, PathLike)):
        return read_terms(vocabulary)
    if isinstance(vocabulary, Mapping):
        return _checked("vocabulary", vocabulary)
    if not isinstance(vocabulary, Iterable) or isinstance(vocabulary, bytes):
        found = f"an object of type {type(vocabulary).__name__}"
        raise VocabularyError("vocabulary", found, "a file, theme -> terms, or terms", 'Give a list: ["entraide"].')
    words = list(vocabulary)
    if not words or not all(isinstance(word, str) and word.strip() for word in words):
        raise VocabularyError("vocabulary", f"{words!r:.60}", "at least one word or phrase", "Give a list of texts.")
    return TermList(tuple(Term(word, None) for word in words))


def _checked(where: str, table: Mapping[str, object]) -> TermList:
    terms: list[Term] = []
    excluded: list[str] = []
    for theme, words in table.items():
        if not isinstance(words, (list, tuple)) or not all(isinstance(word, str) and word.strip() for word in words):
            raise VocabularyError(f"{where}, {theme}", f"{words!r:.60}", "a list of words", _HOW)
        if theme == _EXCLUDE:
            excluded += words
        else:
            terms += (Term(word, theme) for word in words)
    if not terms:
        raise VocabularyError(where, "no term", "at least one word or phrase", _HOW)
    return TermList(tuple(terms), tuple(excluded))


def spellings(term: str) -> Iterator[str]:
    """Yield the ways in which a term may be written, itself first; with and without accents.

    Examples
    --------
    >>> sorted(spellings("co-création"))
    ['co creation', 'co création', 'co-creation', 'co-création', 'cocreation', 'cocréation']
    >>> sorted(spellings("open data"))
    ['open data', 'open-data', 'opendata']
    """
    for spelt in _joined(term):
        yield spelt
        bare = strip_accents(spelt)
        if bare != spelt:
            yield bare


def _joined(term: str) -> Iterator[str]:
    words = term.split()
    yield term
    for place, word in enumerate(words):
        prefixed = _PREFIX.match(word)
        parts = prefixed.groups() if prefixed else word.split("-")
        if len(parts) > 1:
            for joint in ("-", " ", ""):
                spelt = " ".join([*words[:place], joint.join(parts), *words[place + 1 :]])
                if spelt != term:
                    yield spelt
    if len(words) == 2 and "'" not in lower_form(term):
        yield "-".join(words)
        yield "".join(words)


def _fits(verb: str, lemma: str) -> bool:
    """Tell whether a verb is a form of what it looks like: « je me sens bien » does not speak of the « sens »."""
    return strip_accents(lower_form(verb))[:_STEM] == strip_accents(lower_form(lemma))[:_STEM]


@dataclass(frozen=True, slots=True)
class DomainMatches:
    """Where terms occur.

    Parameters
    ----------
    first, length : ndarray of shape (n_matches,), int64
        First token of each, and its tokens.
    term : ndarray of shape (n_matches,), int64
        Index of the term.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    term: NDArray[np.int64]


class DomainIndex:
    """Find the terms of a list in a stream.

    Parameters
    ----------
    listed : TermList
    tokenizer : FrenchTokenizer
    """

    def __init__(self, listed: TermList, tokenizer: FrenchTokenizer) -> None:
        self.terms = listed.terms
        written = [(spelt, number) for number, term in enumerate(listed.terms) for spelt in spellings(term.text)]
        cut = phrase_tokens(tokenizer([spelt for spelt, _ in written]))
        # Of two terms that are spelt alike, the first one listed holds; a user's own list stands before the taxonomy.
        phrases: dict[tuple[str, ...], int] = {}
        for tokens, (_, number) in zip(cut, written, strict=True):
            phrases.setdefault(tokens, number)
        self._phrases = PhraseTable.from_tokens(phrases)
        bare = [
            tuple(token for token in tokens if lower_form(token) not in _ARTICLES)
            for tokens in phrase_tokens(tokenizer(listed.excluded))
        ]
        self._excluded = PhraseTable.from_tokens(dict.fromkeys(bare, 0))
        self.keys = np.array([stable_hash(f"domain\0{term.text}") for term in listed.terms], dtype=np.uint64)

    def find(self, stream: Stream) -> DomainMatches:
        """Return the matches of a stream, sorted; of two that overlap wholly, the longer."""
        by_form, by_lemma = (self._phrases.find(keys, stream.starts) for keys in (stream.keys, stream.lemma_keys))
        known = (by_form[1] > 1) | (stream.tags[by_form[0]] != _VERB)
        (verbs,) = np.nonzero(~known)
        known[verbs] = [_fits(stream.word(token), stream.lemma(token)) for token in by_form[0][verbs].tolist()]
        found = [tuple(column[known] for column in by_form), by_lemma]
        first, length, term = (np.concatenate(column) for column in zip(*found, strict=True))
        out = self._excluded_tokens(stream)
        kept = ~out[first]
        first, length, term = first[kept], length[kept], term[kept]
        order = np.lexsort((-length, first))
        first, length, term = first[order], length[order], term[order]
        reach = np.maximum.accumulate(np.concatenate([[0], first + length]))[:-1]
        outer = first + length > reach
        return DomainMatches(first[outer], length[outer], term[outer])

    def _excluded_tokens(self, stream: Stream) -> NDArray[np.bool_]:
        """Return whether each token stands in a phrase in which no term is meant."""
        excluded = np.zeros(len(stream.keys), dtype=np.bool_)
        (places,) = np.nonzero(~(stream.link | (stream.tags == _DET)))
        # A dropped article may have been the start of its sentence.
        sentence = np.cumsum(stream.starts)[places]
        starts = np.diff(sentence, prepend=-1) != 0
        for keys in (stream.keys, stream.lemma_keys):
            first, length, _ = self._excluded.find(keys[places], starts)
            for offset in range(int(length.max(initial=0))):
                excluded[places[first[offset < length] + offset]] = True
        return excluded
