"""The keywords of a batch as columns: no object a keyword, until a caller wants one."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engagetext.findings import Factors, Keyword
from engagetext.keywords.candidates import Occurrences
from engagetext.keywords.domain import DomainIndex
from engagetext.keywords.phrase_lemmas import phrase_lemma
from engagetext.keywords.ranking import PART_LOSS, Ranked
from engagetext.keywords.stream import Stream
from engagetext.text.tagger import UPOS

_FACTOR_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class KeywordColumns:
    """The keywords of a batch of texts, best first in each text.

    Parameters
    ----------
    bounds : ndarray of shape (n_texts + 1,), int64
        Keywords `bounds[i]` to `bounds[i + 1]` are those of text `i`.
    texts, lemmas : list of str
        The form written most, and the dictionary form of the whole phrase.
    themes : list of str or None
        Theme of the vocabulary that each belongs to.
    scores : ndarray of shape (n_keywords,), float64
    span_bounds : ndarray of shape (n_keywords + 1,), int64
        Spans `span_bounds[k]` to `span_bounds[k + 1]` are those of keyword `k`.
    starts, ends : ndarray of shape (n_spans,), int64
        Half-open character offsets into the keyword's text.
    factors : ndarray of shape (n_keywords, n_factors), float64
        In the order of `Factors`.
    """

    bounds: NDArray[np.int64]
    texts: list[str]
    lemmas: list[str]
    themes: list[str | None]
    scores: NDArray[np.float64]
    span_bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    factors: NDArray[np.float64]

    def keywords(self) -> list[tuple[Keyword, ...]]:
        """Return the keywords as objects, one tuple a text."""
        spans = list(zip(self.starts.tolist(), self.ends.tolist(), strict=True))
        parts = zip(
            self.texts,
            self.lemmas,
            self.themes,
            self.scores.tolist(),
            pairwise(self.span_bounds.tolist()),
            self.factors.tolist(),
            strict=True,
        )
        found = [
            Keyword(text, lemma, score, last - first, tuple(spans[first:last]), theme, Factors(*weights))
            for text, lemma, theme, score, (first, last), weights in parts
        ]
        return [tuple(found[first:last]) for first, last in pairwise(self.bounds.tolist())]


def keyword_columns(
    stream: Stream,
    occurrences: Occurrences,
    ranked: Ranked,
    domain: DomainIndex,
    groups: NDArray[np.int64],
) -> KeywordColumns:
    """Write out the groups that are kept.

    Parameters
    ----------
    stream : Stream
    occurrences : Occurrences
    ranked : Ranked
    domain : DomainIndex
    groups : ndarray of shape (n_keywords,), int64
        Groups by text, best first.

    Returns
    -------
    KeywordColumns
    """
    n_keywords = len(groups)
    sizes = occurrences.count[groups]
    owner = np.repeat(np.arange(n_keywords), sizes)
    begins = np.cumsum(sizes) - sizes
    rows = np.arange(len(owner)) - begins[owner] + occurrences.bounds[groups][owner]
    first, length = occurrences.first[rows], occurrences.length[rows]
    inside = first >= stream.n_title_tokens
    n_spans = np.bincount(owner[inside], minlength=n_keywords)
    # A word of the title alone has no span in the text: its forms are those of the title.
    written = inside | (n_spans == 0)[owner]
    owner, first, length, inside = owner[written], first[written], length[written], inside[written]
    starts, ends = stream.offsets
    starts, ends = starts[first], ends[first + length - 1]
    texts = (stream.tagged.tokens.texts, stream.titles.tokens.texts)
    document = occurrences.document[groups]
    forms = [
        texts[not below][text][start:end]
        for below, text, start, end in zip(
            inside.tolist(), document[owner].tolist(), starts.tolist(), ends.tolist(), strict=True
        )
    ]
    edges = np.searchsorted(owner, np.arange(n_keywords + 1))
    shown, read = _chosen_rows(forms, edges, length)
    lemmas = _dictionary_forms(stream, first[read], length[read])
    term = occurrences.term[groups].tolist()
    named = [forms[row] for row in shown]
    for number, (entry, form, size) in enumerate(zip(term, named, length[read].tolist(), strict=True)):
        # A term has its own plain form; one that stands as an acronym has that of the phrase spelt out.
        if entry >= 0 and not (size > 1 and form.isupper()):
            lemmas[number] = domain.terms[entry].text
    return KeywordColumns(
        bounds=np.searchsorted(document, np.arange(len(stream.text_length) + 1)),
        texts=named,
        lemmas=lemmas,
        themes=[None if entry < 0 else domain.terms[entry].theme for entry in term],
        scores=ranked.scores[groups],
        span_bounds=np.concatenate([[0], np.cumsum(n_spans)]),
        starts=starts[inside],
        ends=ends[inside],
        # In the order of `Factors`, whose last one is what a part of a better keyword loses.
        factors=np.vstack([ranked.factors[:, groups], -PART_LOSS * ranked.part_of[groups]]).round(_FACTOR_DECIMALS).T,
    )


def _chosen_rows(
    forms: list[str], edges: NDArray[np.int64], length: NDArray[np.int64]
) -> tuple[list[int], NDArray[np.int64]]:
    """Return the occurrence of each keyword that is shown, and the one whose dictionary form it gets."""
    shown = edges[:-1].tolist()
    read = edges[:-1].copy()
    for number in np.nonzero(np.diff(edges) > 1)[0].tolist():
        first, last = int(edges[number]), int(edges[number + 1])
        # The form written most; of two as frequent, the one that comes first.
        (form, _), *_ = Counter(forms[first:last]).most_common(1)
        row = forms.index(form, first)
        shown[number] = read[number] = row
        if form.isupper() and length[row] == 1:
            # An acronym has the dictionary form of what it stands for.
            read[number] = max(range(first, last), key=lambda other: (length[other], other == row))
    return shown, read


def _dictionary_forms(stream: Stream, first: NDArray[np.int64], length: NDArray[np.int64]) -> list[str]:
    """Return the dictionary forms of phrases: `length` tokens each, from `first` on."""
    titles, tagged = stream.titles, stream.tagged
    lemma_index = np.concatenate([titles.lemma_index, tagged.lemma_index + len(titles.lemmas)])
    lemmas = [*titles.lemmas, *tagged.lemmas]
    found = [lemmas[lemma] for lemma in lemma_index[first].tolist()]
    (phrases,) = np.nonzero(length > 1)
    sizes = length[phrases]
    edges = np.concatenate([[0], np.cumsum(sizes)])
    tokens = np.repeat(first[phrases] - edges[:-1], sizes) + np.arange(int(edges[-1]))
    words = _words(stream, tokens)
    read = [lemmas[lemma] for lemma in lemma_index[tokens].tolist()]
    tags = [UPOS[tag] for tag in stream.tags[tokens].tolist()]
    for phrase, (begin, end) in zip(phrases.tolist(), pairwise(edges.tolist()), strict=True):
        found[phrase] = phrase_lemma(words[begin:end], read[begin:end], tags[begin:end])
    return found


def _words(stream: Stream, tokens: NDArray[np.int64]) -> list[str]:
    # Titles and texts need not share a vocabulary: it is renewed when it is full.
    above, below = stream.titles.tokens, stream.tagged.tokens
    size = len(above.vocabulary.types)
    type_ids = np.concatenate([above.type_ids, below.type_ids.astype(np.int64) + size])
    types = (above.vocabulary.types, below.vocabulary.types)
    return [types[0][found] if found < size else types[1][found - size] for found in type_ids[tokens].tolist()]
