"""What is known of each candidate: the columns that a ranker weighs.

Frequency, rarity, nestedness, position and title are the factors of statistical keyphrase extraction [1]_ [2]_; parts
of speech at its edges and around it tell a whole phrase from a piece of one [3]_.

The column `LABEL_FREE` is the logarithm of a product of such factors, set by hand: a ranker of its own, that needs no
labels. A ranker that is learnt starts from it, and so keeps its rank on texts of another kind than those that it has
seen: see docs/keywords.md for the figures.

References
----------
.. [1] Ricardo Campos et al., "YAKE! Keyword extraction from single documents using multiple local features",
   Information Sciences 509, 2020.
.. [2] Samhaa El-Beltagy and Ahmed Rafea, "KP-Miner", Information Systems 34, 2009.
.. [3] Anette Hulth, "Improved automatic keyword extraction given more linguistic knowledge", EMNLP 2003.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.findings import Factors
from engagetext.keywords.candidates import Occurrences
from engagetext.keywords.stream import Stream
from engagetext.terms import MAX_PHRASE_TOKENS
from engagetext.text.tagger import UPOS

FACTORS = Factors._fields[:-1]  # the last one comes of the ranking
LABEL_FREE = "label-free weight"
Column = NDArray[np.float64]

# The factors of the label-free weight. Each was swept by itself on the development texts; all lie on a plateau of about
# a point of F1@10.
_NESTED_LOSS = 0.9  # of the count of what always stands in one longer candidate
_TITLE_GAIN = 4.0  # of what the title names
_ONCE_LOSS = 0.5  # a phrase of several words that stands once
_LONG_LOSS = 0.3  # three words and more
_FUNCTION_WORD_LOSS = 0.3  # a phrase with a preposition or an article in it
_ACTION_LOSS = 0.65  # what is done, and how, is rarely what a text is about
_PIECE_LOSS = 0.7  # of a name
_LIGHT_LOSS = 0.6  # a noun such as « nombre », alone
_BEFORE_ADJECTIVE_LOSS = 0.5  # what an adjective follows is a part of a phrase
_HALF = 0.5  # a piece of a name is what is one more often than not; not swept

_PATTERNS = (
    "NOUN",
    "PROPN",
    "ADJ",
    "VERB",
    "X",
    "NOUN ADJ",
    "ADJ NOUN",
    "NOUN NOUN",
    "NOUN PROPN",
    "NOUN VERB",
    "PROPN PROPN",
    "NUM NOUN",
    "NOUN ADJ ADJ",
    "NOUN ADP NOUN",
    "NOUN ADP PROPN",
    "NOUN ADP DET NOUN",
)
_EDGES = ("NOUN", "PROPN", "ADJ", "VERB", "NUM", "X")
_BEFORE = ("DET", "ADJ", "NOUN", "PROPN", "NUM")
_AFTER = ("ADJ", "NOUN", "PROPN", "PUNCT")
_N_TAGS = len(UPOS)
_PROPN, _ADJ = UPOS.index("PROPN"), UPOS.index("ADJ")
_ACTS = np.array([tag in ("VERB", "AUX", "ADV") for tag in UPOS], dtype=np.bool_)
# Keeps the logarithm of the commonest words, whose rarity is near 0, from outweighing all other factors; not swept.
_LEAST_RARITY = 0.2
_LONGEST_PATTERN = 4  # tags, of `_PATTERNS`
# A candidate in the first eighth of a text stands « at its beginning »; what that is worth is learnt, so not swept.
_DECAY = 8.0
# Characters below which a word is mostly an abbreviation; what that is worth is learnt as well.
_SHORT = 4


def _pattern_table() -> NDArray[np.int8]:
    """Return the pattern of up to four tags, each a digit to the base of their number and one: 0 is « no tag »."""
    table = np.full((_N_TAGS + 1) ** _LONGEST_PATTERN, len(_PATTERNS), dtype=np.int8)
    for number, pattern in enumerate(_PATTERNS):
        code = 0
        for tag in pattern.split():
            code = code * (_N_TAGS + 1) + UPOS.index(tag) + 1
        table[code] = number
    return table


def _tag_table(names: tuple[str, ...]) -> NDArray[np.int8]:
    """Return the place of each tag among `names`; the tag after the last is « nothing », the last of the places."""
    table = np.full(_N_TAGS + 1, len(names) + 1, dtype=np.int8)
    for number, name in enumerate(names):
        table[UPOS.index(name)] = number
    table[_N_TAGS] = len(names)
    return table


_PATTERN_OF = _pattern_table()
_EDGE_OF, _BEFORE_OF, _AFTER_OF = (_tag_table(names) for names in (_EDGES, _BEFORE, _AFTER))


@dataclass(frozen=True, slots=True)
class Shares:
    """Names of which each occurrence of a candidate has one or none: a column a name, the share of its occurrences.

    Parameters
    ----------
    factor : str
        One of `FACTORS`.
    names : tuple of str
    codes : ndarray of shape (n_occurrences,)
        Index into `names`; higher numbers are none of them.
    """

    factor: str
    names: tuple[str, ...]
    codes: NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Nesting:
    """Which candidates lie inside which.

    Parameters
    ----------
    outer, inner : ndarray of shape (n_pairs,), int64
        Groups: the first occurrence of `outer` contains `inner`.
    single : ndarray of shape (n_tokens,), int64
        Group of each token as a candidate of its own, or -1.
    """

    outer: NDArray[np.int64]
    inner: NDArray[np.int64]
    single: NDArray[np.int64]


def find_nesting(stream: Stream, occurrences: Occurrences) -> Nesting:
    """Return which candidates lie inside which."""
    n_tokens = len(stream.keys)
    at = np.full((MAX_PHRASE_TOKENS + 1, n_tokens + MAX_PHRASE_TOKENS), -1, dtype=np.int64)
    at[occurrences.length, occurrences.first] = occurrences.group
    heads = occurrences.bounds[:-1]
    first, length = occurrences.first[heads], occurrences.length[heads]
    outers, inners = [], []
    for whole in range(2, MAX_PHRASE_TOKENS + 1):
        (outer,) = np.nonzero(length == whole)
        parts, offsets = _PARTS[whole]
        inner = at[parts[:, None], first[outer] + offsets[:, None]]
        where, which = np.nonzero(inner >= 0)
        outers.append(outer[which])
        inners.append(inner[where, which])
    return Nesting(np.concatenate(outers), np.concatenate(inners), at[1, :n_tokens])


def _parts(whole: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    pairs = [(part, offset) for part in range(1, whole) for offset in range(whole - part + 1)]
    lengths, offsets = zip(*pairs, strict=True)
    return np.array(lengths), np.array(offsets)


_PARTS = {whole: _parts(whole) for whole in range(2, MAX_PHRASE_TOKENS + 1)}


def columns(stream: Stream, occurrences: Occurrences, nesting: Nesting) -> Iterator[tuple[str, str, Column]]:
    """Yield what is known of each candidate as a whole, column by column, always in the same order.

    Yields
    ------
    factor, name : str
        What the column belongs to, one of `FACTORS`, and its name: no two share one.
    column : ndarray of shape (n_groups,), float64
    """
    heads = occurrences.bounds[:-1]
    count = occurrences.count.astype(np.float64)
    first, length = occurrences.first[heads], occurrences.length[heads]
    n_tokens = np.maximum(stream.text_length[occurrences.document], 1).astype(np.float64)
    titled = _summed(stream.in_title[occurrences.first], occurrences)
    words = _words(stream, nesting, count, first, length)
    several = (words.number > 1).astype(np.float64)
    log_count, once = np.log(count), (count == 1).astype(np.float64)
    named = (titled > 0).astype(np.float64)

    light = stream.light[first].astype(np.float64)
    verbal = _verbal_share(stream, occurrences)
    piece, cut = _piece_shares(stream, occurrences)
    largest = np.zeros(len(count))
    np.maximum.at(largest, nesting.inner, count[nesting.outer])
    nested = np.minimum(largest / count, 1.0)
    inside = titled < count
    place = np.minimum(heads + titled.astype(np.int64), len(occurrences.first) - 1)
    offset = np.where(inside, occurrences.first[place] - stream.first_of_text[occurrences.document], n_tokens)
    beginning = np.exp(-_DECAY * offset / n_tokens)

    yield "frequency", LABEL_FREE, log_count + np.log1p(-_ONCE_LOSS * once * several)
    yield "rarity", LABEL_FREE, np.log(np.maximum(words.mean_rarity * words.number, _LEAST_RARITY))
    yield "nesting", LABEL_FREE, np.log1p(-_NESTED_LOSS * nested)
    yield "position", LABEL_FREE, np.log1p(beginning)
    yield "title", LABEL_FREE, np.log(_TITLE_GAIN) * named
    losses = np.log1p(-_LONG_LOSS * (words.number > 2)) + np.log1p(-_FUNCTION_WORD_LOSS * (length > words.number))
    yield "form", LABEL_FREE, losses + np.log1p(-_LIGHT_LOSS * light * (1 - several))
    yield "grammar", LABEL_FREE, np.log1p(-_ACTION_LOSS * verbal)
    yield "context", LABEL_FREE, np.log1p(-_PIECE_LOSS * (piece > _HALF)) + np.log1p(-_BEFORE_ADJECTIVE_LOSS * cut)

    yield "frequency", "log count", log_count
    yield "frequency", "log count squared", log_count * log_count
    yield "frequency", "log count, log length of text", log_count * np.log(n_tokens + 1)
    yield "frequency", "log length of text", np.log(n_tokens + 1)
    yield "frequency", "once", once
    yield "frequency", "once, several words", once * several
    yield "frequency", "log mean count of its words", np.log(words.mean_count)

    yield "rarity", "mean rarity", words.mean_rarity
    yield "rarity", "mean rarity squared", words.mean_rarity * words.mean_rarity
    yield "rarity", "least rarity", words.least_rarity

    yield "nesting", "share inside one longer candidate", nested
    yield "nesting", "share inside one longer candidate, more than once", nested * (1 - once)
    yield "nesting", "log longer candidates", np.log1p(np.bincount(nesting.inner, minlength=len(count)))

    yield "position", "beginning of the text", beginning
    yield "position", "log tokens before", np.log1p(offset)

    capital = _capital_share(stream, occurrences)
    leading = (first <= _title_colon(stream)[occurrences.document]) & (titled > 0)
    yield "title", "in the title", named
    yield "title", "share of words in the title", words.titled_share
    yield "title", "before the colon of the title", leading.astype(np.float64)
    yield "title", "in the title only", (~inside).astype(np.float64)
    yield "title", "in the title, log count", named * log_count
    yield "title", "in the title, several words", named * several
    yield "title", "in the title, capitals", named * capital

    characters = _characters(stream, first, length)
    yield "form", "capitals", capital
    yield "form", "all capitals", (stream.upper[first] & stream.upper[first + length - 1]).astype(np.float64)
    yield "form", "short", (characters < _SHORT).astype(np.float64)
    yield "form", "one word", 1 - several
    yield "form", "two words", (words.number == 2).astype(np.float64)
    yield "form", "three words", (words.number == 3).astype(np.float64)
    yield "form", "function words", (length - words.number).astype(np.float64)
    yield "form", "function word", (length > words.number).astype(np.float64)
    yield "form", "light noun", light * (1 - several)
    yield "form", "light noun first", light * several
    yield "form", "light noun last", stream.light[first + length - 1] * several

    yield "grammar", "verb or adverb at an edge", verbal


def shares(stream: Stream, occurrences: Occurrences) -> Iterator[Shares]:
    """Yield what is known of each occurrence: its parts of speech, and what stands before and after it."""
    first, length = occurrences.first, occurrences.length
    tags = np.append(stream.tags.astype(np.int64), _N_TAGS)
    code = np.zeros(len(first), dtype=np.int64)
    for offset in range(_LONGEST_PATTERN):
        rows = offset < length
        code[rows] = code[rows] * (_N_TAGS + 1) + tags[first[rows] + offset] + 1
    code[length > _LONGEST_PATTERN] = 0
    yield Shares("grammar", _PATTERNS, _PATTERN_OF[code])
    yield Shares("grammar", tuple(f"first {tag}" for tag in _EDGES), _EDGE_OF[tags[first]])
    yield Shares("grammar", tuple(f"last {tag}" for tag in _EDGES), _EDGE_OF[tags[first + length - 1]])

    before, after = _neighbours(stream, occurrences)
    unlinked = np.append(~stream.link, True)
    for side, tokens, wanted, table in (("after", before, _BEFORE, _BEFORE_OF), ("before", after, _AFTER, _AFTER_OF)):
        yield Shares("context", (f"{side} « de »",), unlinked[tokens].view(np.int8))
        names = (*(f"{side} {tag}" for tag in wanted), f"{side} nothing")
        yield Shares("context", names, table[tags[tokens]])


def _summed(flags: NDArray[np.bool_], occurrences: Occurrences) -> Column:
    """Return, for each group, how many of its occurrences are flagged."""
    if not len(flags):
        return np.zeros(0)
    return np.add.reduceat(flags, occurrences.bounds[:-1], dtype=np.int64).astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Words:
    """The content words of the first occurrence of each group."""

    number: NDArray[np.int64]
    mean_count: Column
    mean_rarity: Column
    least_rarity: Column
    titled_share: Column


def _words(
    stream: Stream, nesting: Nesting, count: Column, first: NDArray[np.int64], length: NDArray[np.int64]
) -> _Words:
    known = nesting.single >= 0
    # A word that is no candidate of its own stands at least where it stands.
    word_count = np.ones(len(stream.keys))
    word_count[known] = count[nesting.single[known]]
    # Mixed with its text, so that a word of another title does not count.
    mixed = stream.keys + stream.document.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    named = np.isin(mixed, mixed[: stream.n_title_tokens])
    number = np.zeros(len(first), dtype=np.int64)
    counts, rarities, titled = np.zeros(len(first)), np.zeros(len(first)), np.zeros(len(first))
    least = np.full(len(first), np.inf)
    # Summed token by token, not by differences of a running sum: the last bit must not depend on the batch.
    for offset in range(MAX_PHRASE_TOKENS):
        (rows,) = np.nonzero(offset < length)
        tokens = first[rows] + offset
        content = stream.content[tokens]
        rows, tokens = rows[content], tokens[content]
        number[rows] += 1
        counts[rows] += word_count[tokens]
        rarities[rows] += stream.rarity[tokens]
        least[rows] = np.minimum(least[rows], stream.rarity[tokens])
        titled[rows] += named[tokens]
    # A domain term may hold no content word at all.
    divisor = np.maximum(number, 1)
    return _Words(
        number=number,
        mean_count=np.maximum(counts / divisor, 1.0),
        mean_rarity=rarities / divisor,
        least_rarity=np.where(number > 0, least, 0.0),
        titled_share=titled / divisor,
    )


def _title_colon(stream: Stream) -> NDArray[np.int64]:
    """Return the first colon of the title of each text, -1 where there is none. Shape (n_texts,)."""
    places = np.full(len(stream.first_of_text), -1, dtype=np.int64)
    (colons,) = np.nonzero(stream.colon[: stream.n_title_tokens])
    places[stream.document[colons[::-1]]] = colons[::-1]
    return places


def _capital_share(stream: Stream, occurrences: Occurrences) -> Column:
    """Return the share of occurrences within sentences that begin with a capital; half, if all begin a sentence."""
    capital, start = stream.capital[occurrences.first], stream.starts[occurrences.first]
    within = _summed(~start, occurrences)
    heads = capital[occurrences.bounds[:-1]]
    share: Column = np.where(within > 0, _summed(capital & ~start, occurrences) / np.maximum(within, 1), 0.5 * heads)
    return share


def _characters(stream: Stream, first: NDArray[np.int64], length: NDArray[np.int64]) -> NDArray[np.int64]:
    starts, ends = stream.offsets
    result: NDArray[np.int64] = ends[first + length - 1] - starts[first]
    return result


def _verbal_share(stream: Stream, occurrences: Occurrences) -> Column:
    """Return the share of occurrences that begin or end on a verb or an adverb."""
    acts = _ACTS[stream.tags]
    final = occurrences.first + occurrences.length - 1
    share: Column = _summed(acts[occurrences.first] | acts[final], occurrences) / np.maximum(occurrences.count, 1)
    return share


def _piece_shares(stream: Stream, occurrences: Occurrences) -> tuple[Column, Column]:
    """Return the shares of occurrences beside which a name goes on, and after which an adjective does."""
    before, after = _neighbours(stream, occurrences)
    tags = np.append(stream.tags, _N_TAGS)
    count = np.maximum(occurrences.count, 1)
    names = np.maximum(
        _summed(tags[before] == _PROPN, occurrences) / count, _summed(tags[after] == _PROPN, occurrences) / count
    )
    return names, _summed(tags[after] == _ADJ, occurrences) / count


def _neighbours(stream: Stream, occurrences: Occurrences) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tokens before and after within the sentence; one more than there are tokens is « nothing »."""
    size = len(stream.keys)
    starts = np.append(stream.starts, True)
    before = np.where(starts[occurrences.first], size, occurrences.first - 1)
    after = occurrences.first + occurrences.length
    after = np.where(starts[after], size, after)
    return before, after
