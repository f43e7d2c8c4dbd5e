"""Candidates of keyword extraction: words, and base phrases with their prepositional complements."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.domain import DomainMatches
from engagetext.keywords.stream import Stream
from engagetext.terms import MAX_PHRASE_TOKENS, sequence_keys
from engagetext.text.tagger import UPOS


def _tags(*names: str) -> NDArray[np.bool_]:
    return np.array([tag in names for tag in UPOS], dtype=np.bool_)


# « langue française », « forum mondial de la langue française », « emplois menacés »; never « cesseront d'emplois ».
_EDGE = _tags("NOUN", "PROPN", "ADJ", "NUM", "X")
_DET = _tags("DET")
_ADP = _tags("ADP")
_ALONE = ~_tags("ADV", "AUX", "PRON", "SCONJ", "CCONJ", "INTJ", "DET", "ADP", "NUM")
_VERB = UPOS.index("VERB")


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Occurrences of candidates in a stream, grouped by (text, candidate).

    Parameters
    ----------
    first : ndarray of shape (n_occurrences,), int64
        First token of each occurrence.
    length : ndarray of shape (n_occurrences,), int64
        Its tokens.
    group : ndarray of shape (n_occurrences,), int64
        Group of each occurrence; occurrences are sorted by group, then by position: titles come first.
    bounds : ndarray of shape (n_groups + 1,), int64
        Occurrences `bounds[g]` to `bounds[g + 1]` are those of group `g`.
    document : ndarray of shape (n_groups,), int64
        Text of each group; groups are sorted by text.
    term : ndarray of shape (n_groups,), int64
        Domain term that the group is, or -1.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    group: NDArray[np.int64]
    bounds: NDArray[np.int64]
    document: NDArray[np.int64]
    term: NDArray[np.int64]

    @property
    def count(self) -> NDArray[np.int64]:
        """Occurrences of each group, those in the title included. Shape (n_groups,)."""
        return np.diff(self.bounds)


@dataclass(frozen=True, slots=True)
class Spans:
    """Candidates before they are grouped.

    Parameters
    ----------
    first, length : ndarray of shape (n_spans,), int64
        First token, and number of tokens.
    key : ndarray of shape (n_spans,), uint64
        Spans with one key are one candidate.
    term : ndarray of shape (n_spans,), int64
        Domain term, or -1.
    """

    first: NDArray[np.int64]
    length: NDArray[np.int64]
    key: NDArray[np.uint64]
    term: NDArray[np.int64]


def find_spans(stream: Stream, matches: DomainMatches, term_keys: NDArray[np.uint64]) -> Spans:
    """Find the candidates of a stream.

    Parameters
    ----------
    stream : Stream
    matches : DomainMatches
        These are candidates whatever they are made of.
    term_keys : ndarray of shape (n_terms,), uint64
        Key of each domain term: its spellings and inflections are one candidate.
    """
    tags = stream.tags
    edge = stream.content & _EDGE[tags]
    closing = edge | (stream.content & stream.participle & (tags == _VERB))
    named = _EDGE[tags] & (stream.content | stream.number)
    again = np.zeros(len(stream.keys), dtype=np.bool_)
    again[1:] = stream.keys[1:] == stream.keys[:-1]
    follows = ~stream.starts & ~again  # « merci merci » is no phrase
    joint = _ADP[tags] & stream.joint
    # An article goes on after a preposition only: « club de la rue », not « la piscine inquiète les habitants ».
    article = np.zeros(len(tags), dtype=np.bool_)
    article[1:] = _DET[tags[1:]] & joint[:-1]
    goes_on = follows & (named | joint | article)
    chain: NDArray[np.bool_] = edge
    firsts, lengths, keys = [], [], []
    for length, sequence in enumerate(sequence_keys(stream.keys, MAX_PHRASE_TOKENS), start=1):
        last = length - 1
        if length == 1:
            # Of verbs only what can be named: « exclure », « exclu ».
            chosen = stream.content & _ALONE[tags] & (stream.verb_noun | (tags != _VERB))
        else:
            # The chain holds where a phrase has begun and everything but the last token may stand inside.
            chosen = chain[: len(sequence)] & closing[last:] & follows[last:]
            chain = chain[: len(sequence)] & goes_on[last:]
        (first,) = np.nonzero(chosen)
        firsts.append(first)
        lengths.append(np.full(len(first), length, dtype=np.int64))
        keys.append(sequence[first])
    first, length_of, key = np.concatenate(firsts), np.concatenate(lengths), np.concatenate(keys)
    width = 2 * MAX_PHRASE_TOKENS
    other = ~np.isin(first * width + length_of, matches.first * width + matches.length)
    return Spans(
        first=np.concatenate([first[other], matches.first]),
        length=np.concatenate([length_of[other], matches.length]),
        key=np.concatenate([key[other], term_keys[matches.term]]),
        term=np.concatenate([np.full(int(other.sum()), -1, dtype=np.int64), matches.term]),
    )


def group_spans(stream: Stream, spans: Spans, keys: NDArray[np.uint64]) -> Occurrences:
    """Group the candidates of a stream by text and key.

    Parameters
    ----------
    stream : Stream
    spans : Spans
    keys : ndarray of shape (n_spans,), uint64
        Key of each span: its own, or that of what it stands for.
    """
    document = stream.document[spans.first]
    order = np.lexsort((spans.first, keys, document))
    key, document = keys[order], document[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (key[1:] != key[:-1]) | (document[1:] != document[:-1])
    (heads,) = np.nonzero(new)
    return Occurrences(
        first=spans.first[order],
        length=spans.length[order],
        group=np.cumsum(new) - 1,
        bounds=np.append(heads, len(order)),
        document=document[heads],
        term=spans.term[order][heads],
    )
