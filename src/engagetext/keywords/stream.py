"""Titles and texts as one stream of tokens: a title is read like the text, but its words are no part of it."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.rarity import RarityTable
from engagetext.terms import counting_form, stable_hash, term_keys
from engagetext.text.annotator import TaggedBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import lower_form
from engagetext.text.stopwords import stop_flags
from engagetext.text.word_lists import listed

_CONTENT, _NUMBER = 1, 2
_PARTICIPLE = ("é", "ée", "és", "ées")
_SHORT = 2
# What joins a noun and its complement within one notion: « club de lecture », « retour sur investissement ».
_JOINTS = frozenset({"de", "d'", "du", "des", "à", "a", "au", "aux", "en", "sur", "par"})
_VERB_NOUNS = ("er", "ir", "re", "é", "ée", "és", "ées")
_LINKS = frozenset({"de", "d'", "du", "des"})


@dataclass(frozen=True, slots=True)
class Stream:
    """The tokens of the titles of a batch, then those of its texts.

    Parameters
    ----------
    tagged, titles : TaggedBatch
        The texts, and their titles.
    n_title_tokens : int
        Tokens from here on are those of the texts, in their order.
    document : ndarray of shape (n_tokens,), int64
        Text that each token belongs to, or whose title it belongs to.
    first_of_text : ndarray of shape (n_texts,), int64
        First token of each text.
    text_length : ndarray of shape (n_texts,), int64
        Tokens of each text, without its title.
    keys, lemma_keys : ndarray of shape (n_tokens,), uint64
        Key of the form, and of the lemma, under which a token is counted.
    tags : ndarray of shape (n_tokens,), uint8
        Index into `text.tagger.UPOS`.
    starts : ndarray of shape (n_tokens,), bool
        Whether a sentence starts.
    rarity : ndarray of shape (n_tokens,), float64
    content, number : ndarray of shape (n_tokens,), bool
        Whether a token can begin or end a keyword; whether it is a number.
    capital, upper, light, link, colon : ndarray of shape (n_tokens,), bool
        Begins with a capital; is all capitals; is a noun of little content; is « de »; is a colon.
    participle, verb_noun, joint, opening, closing : ndarray of shape (n_tokens,), bool
        Has the ending of a participle in -é; has that or the ending of an infinitive; is a preposition that joins a
        noun and its complement; is an opening or a closing bracket.
    """

    tagged: TaggedBatch
    titles: TaggedBatch
    n_title_tokens: int
    document: NDArray[np.int64]
    first_of_text: NDArray[np.int64]
    text_length: NDArray[np.int64]
    keys: NDArray[np.uint64]
    lemma_keys: NDArray[np.uint64]
    tags: NDArray[np.uint8]
    starts: NDArray[np.bool_]
    rarity: NDArray[np.float64]
    content: NDArray[np.bool_]
    number: NDArray[np.bool_]
    capital: NDArray[np.bool_]
    upper: NDArray[np.bool_]
    light: NDArray[np.bool_]
    link: NDArray[np.bool_]
    colon: NDArray[np.bool_]
    participle: NDArray[np.bool_]
    joint: NDArray[np.bool_]
    verb_noun: NDArray[np.bool_]
    opening: NDArray[np.bool_]
    closing: NDArray[np.bool_]

    @property
    def offsets(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Half-open character offsets of each token into its own text or title, two of shape (n_tokens,)."""
        above, below = self.titles.tokens, self.tagged.tokens
        return np.concatenate([above.starts, below.starts]), np.concatenate([above.ends, below.ends])

    @property
    def in_title(self) -> NDArray[np.bool_]:
        """Whether each token is one of a title, an ndarray of shape (n_tokens,)."""
        return np.arange(len(self.keys)) < self.n_title_tokens

    def phrase(self, first: int, end: int) -> str:
        """Return the tokens `first` to `end` (half-open) as their text or title writes them."""
        above = first < self.n_title_tokens
        batch = self.titles.tokens if above else self.tagged.tokens
        shift = 0 if above else self.n_title_tokens
        text = batch.texts[int(self.document[first])]
        return text[int(batch.starts[first - shift]) : int(batch.ends[end - 1 - shift])]

    def word(self, token: int) -> str:
        """Return one token as it is written."""
        return self.phrase(token, token + 1)

    def lemma(self, token: int) -> str:
        """Return the lemma of one token."""
        above = token < self.n_title_tokens
        tagged = self.titles if above else self.tagged
        return tagged.lemmas[int(tagged.lemma_index[token if above else token - self.n_title_tokens])]


def join(tagged: TaggedBatch, titles: TaggedBatch, rarity: RarityTable) -> Stream:
    """Return the stream of texts and their titles (empty strings where there are none), one a text."""
    batch, above = tagged.tokens, titles.tokens
    parts = [_columns(above, rarity), _columns(batch, rarity)]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    shape = columns.pop("shape")
    return Stream(
        tagged=tagged,
        titles=titles,
        n_title_tokens=len(above.type_ids),
        document=np.concatenate([above.text_index, batch.text_index]),
        first_of_text=batch.bounds[:-1] + len(above.type_ids),
        text_length=np.diff(batch.bounds),
        keys=np.concatenate([term_keys(above), term_keys(batch)]),
        lemma_keys=np.concatenate([_lemma_keys(titles), _lemma_keys(tagged)]),
        tags=np.concatenate([titles.tags, tagged.tags]),
        starts=np.concatenate([titles.sentence_starts, tagged.sentence_starts]),
        rarity=columns["rarity"],
        content=(shape == _CONTENT) & ~columns["stop"],
        number=shape == _NUMBER,
        capital=columns["capital"],
        upper=columns["upper"],
        light=columns["light"],
        link=columns["link"],
        colon=columns["colon"],
        participle=columns["participle"],
        joint=columns["joint"],
        verb_noun=columns["verb_noun"],
        opening=columns["opening"],
        closing=columns["closing"],
    )


def _columns(batch: TokenBatch, rarity: RarityTable) -> dict[str, NDArray[np.generic]]:
    def flag(name: str, test: object) -> NDArray[np.generic]:
        column: NDArray[np.generic] = batch.vocabulary.column(name, test, np.bool_)[batch.type_ids]  # type: ignore[arg-type]
        return column

    return {
        "shape": batch.vocabulary.column("keyword shape", _shape, np.int8)[batch.type_ids],
        "stop": stop_flags(batch),
        "rarity": rarity.column(batch),
        "capital": flag("capital", lambda word: word[:1].isupper()),
        "upper": flag("upper", lambda word: len(word) > 1 and word.isupper()),
        "light": flag("light noun", _is_light),
        "link": flag("link", lambda word: lower_form(word) in _LINKS),
        "colon": flag("colon", lambda word: word == ":"),
        "opening": flag("opening bracket", lambda word: word == "("),
        "closing": flag("closing bracket", lambda word: word == ")"),
        "joint": flag("joint", lambda word: lower_form(word) in _JOINTS),
        "verb_noun": flag("verb noun", lambda word: word.lower().endswith(_VERB_NOUNS)),
        "participle": flag("participle", lambda word: word.lower().endswith(_PARTICIPLE)),
    }


def _shape(word: str) -> int:
    """Tell whether a word type carries content (1), is a number that may stand in a phrase (2), or neither (0)."""
    if word[0].isdigit():
        return _NUMBER
    if len(word) < 2 or any(mark in word for mark in ("://", "@", "www.")) or "." in word.strip(".")[1:-1]:
        return _CONTENT if _is_dotted(word) else 0
    letters = sum(character.isalpha() for character in word)
    if len(word) == _SHORT and word.islower():
        return 0  # « co », « eh »; IA, RH are written in capitals
    return _CONTENT if letters >= 2 and 2 * letters > len(word) and word[0] not in "-'’" else 0


def _is_dotted(word: str) -> bool:
    """Tell whether a word is an acronym with points: S.N.C.F."""
    parts = word.strip(".").split(".")
    return len(parts) > 1 and all(len(part) == 1 and part.isupper() for part in parts)


@cache
def _light_nouns() -> frozenset[str]:
    return frozenset(counting_form(word) for word in listed("engagetext.keywords", "light_nouns.txt"))


def _is_light(word: str) -> bool:
    return counting_form(word) in _light_nouns()


def _lemma_keys(tagged: TaggedBatch) -> NDArray[np.uint64]:
    keys = np.array([_lemma_key(lemma) for lemma in tagged.lemmas], dtype=np.uint64)
    result: NDArray[np.uint64] = keys[tagged.lemma_index]
    return result


@lru_cache(maxsize=1 << 16)
def _lemma_key(lemma: str) -> int:
    return stable_hash(counting_form(lemma))
