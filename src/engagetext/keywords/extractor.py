"""Keywords of a batch of texts: candidates, ranked, and cut to the best of each text."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.acronyms import join_acronyms
from engagetext.keywords.candidates import Occurrences, find_spans, group_spans
from engagetext.keywords.domain import DomainIndex
from engagetext.keywords.features import Nesting, find_nesting
from engagetext.keywords.phrase_lemmas import phrase_lemma
from engagetext.keywords.ranking import PART_LOSS, Ranked, Ranker
from engagetext.keywords.rarity import RarityTable
from engagetext.keywords.stream import Stream, join
from engagetext.results import Factors, Keyword
from engagetext.text.annotator import TaggedBatch
from engagetext.text.tagger import UPOS

_PROPN = UPOS.index("PROPN")
_FACTOR_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of a batch, before they are ranked.

    Parameters
    ----------
    stream : Stream
    occurrences : Occurrences
    nesting : Nesting
    """

    stream: Stream
    occurrences: Occurrences
    nesting: Nesting


@dataclass(frozen=True, slots=True)
class KeywordExtractor:
    """Find the keywords of texts.

    Parameters
    ----------
    rarity : RarityTable
        How frequent words are in French at large.
    domain : DomainIndex
        Terms that are looked for: the taxonomy's, and the user's.
    ranker : Ranker
    """

    rarity: RarityTable
    domain: DomainIndex
    ranker: Ranker

    def extract(
        self, tagged: TaggedBatch, titles: TaggedBatch, top_n: int | None, *, domain: bool, names: bool = True
    ) -> list[tuple[Keyword, ...]]:
        """Return the keywords of each text.

        Parameters
        ----------
        tagged, titles : TaggedBatch
            The texts and their titles (empty strings where there are none), one a text.
        top_n : int or None
            Keywords a text; None for all candidates. What only occurs within a better candidate is none.
        domain : bool
            Whether every domain term that occurs in the text is kept beside the best `top_n`.
        names : bool, default=True
            Whether names of people, organisations and places may be keywords.

        Returns
        -------
        list of tuple of Keyword
            Best first; ties in the order of the text.
        """
        found = self.candidates(tagged, titles)
        stream, occurrences = found.stream, found.occurrences
        ranked = self.ranker.rank(stream, occurrences, found.nesting)
        heads = occurrences.first[occurrences.bounds[:-1]]
        order = np.lexsort((heads, -ranked.scores, occurrences.document))
        dropped = ranked.swallowed if names else ranked.swallowed | _is_name(stream, occurrences)
        order = order[~(dropped & (occurrences.term < 0))[order]]
        bounds = np.searchsorted(occurrences.document[order], np.arange(len(tagged.tokens.texts) + 1))
        place = np.arange(len(order)) - bounds[occurrences.document[order]]
        kept = np.ones(len(order), dtype=np.bool_) if top_n is None else place < top_n
        if domain:
            kept |= occurrences.term[order] >= 0
        order = order[kept]
        keywords = _keywords(stream, occurrences, ranked, self.domain, order)
        edges = np.searchsorted(occurrences.document[order], np.arange(len(tagged.tokens.texts) + 1)).tolist()
        return [tuple(keywords[first:last]) for first, last in pairwise(edges)]

    def candidates(self, tagged: TaggedBatch, titles: TaggedBatch) -> Candidates:
        """Return the candidates of texts: what a ranker is trained on."""
        stream = join(tagged, titles, self.rarity)
        spans = find_spans(stream, self.domain.find(stream), self.domain.keys)
        occurrences = group_spans(stream, spans, join_acronyms(stream, spans))
        return Candidates(stream, occurrences, find_nesting(stream, occurrences))


def _keywords(
    stream: Stream, occurrences: Occurrences, ranked: Ranked, domain: DomainIndex, groups: NDArray[np.int64]
) -> list[Keyword]:
    """Write out the groups that are kept: columns become lists once, since a single look into an array is slow."""
    starts, ends = (column.tolist() for column in stream.offsets)
    first, length, bounds = occurrences.first.tolist(), occurrences.length.tolist(), occurrences.bounds.tolist()
    columns = (groups, occurrences.document[groups], occurrences.term[groups], ranked.scores[groups])
    # In the order of `Factors`, whose last one is what a part of a better keyword loses.
    factors = np.vstack([ranked.factors[:, groups], -PART_LOSS * ranked.part_of[groups]]).round(_FACTOR_DECIMALS).T
    readings = _Readings(stream)
    found = []
    for group, document, term, score, weights in zip(*(column.tolist() for column in (*columns, factors)), strict=True):
        rows = range(bounds[group], bounds[group + 1])
        written = [row for row in rows if first[row] >= stream.n_title_tokens]
        spans = tuple((starts[first[row]], ends[first[row] + length[row] - 1]) for row in written)
        if spans:
            text = stream.tagged.tokens.texts[document]
            forms = [text[start:end] for start, end in spans]
        else:
            # A word of the title alone has no span in the text.
            written = list(rows)
            forms = [stream.phrase(first[row], first[row] + length[row]) for row in rows]
        form, row = forms[0], written[0]
        if len(forms) > 1:
            # The form written most; of two as frequent, the one that comes first.
            (form, _), *_ = Counter(forms).most_common(1)
            row = written[forms.index(form)]
        if form.isupper() and length[row] == 1:
            # An acronym has the dictionary form of what it stands for.
            row = max(written, key=lambda other: (length[other], other == row))
        spelt_out = term < 0 or (form.isupper() and length[row] > 1)
        found.append(
            Keyword(
                text=form,
                lemma=readings.lemma(first[row], length[row]) if spelt_out else domain.terms[term].text,
                score=score,
                count=len(spans),
                spans=spans,
                theme=None if term < 0 else domain.terms[term].theme,
                factors=Factors(*weights),
            )
        )
    return found


class _Readings:
    """Words, lemmas and parts of speech of the tokens of a stream.

    Parameters
    ----------
    stream : Stream
    """

    def __init__(self, stream: Stream) -> None:
        self._parts = [
            (part.tokens.vocabulary.types, part.tokens.type_ids.tolist(), part.lemmas, part.lemma_index.tolist())
            for part in (stream.titles, stream.tagged)
        ]
        self._tags = stream.tags.tolist()
        self._n_title_tokens = stream.n_title_tokens

    def lemma(self, first: int, length: int) -> str:
        """Return the dictionary form of some tokens of one text or title."""
        above = first < self._n_title_tokens
        types, ids, lemmas, index = self._parts[0 if above else 1]
        place = first if above else first - self._n_title_tokens
        if length == 1:
            return str(lemmas[index[place]])
        rows = range(place, place + length)
        tags = [UPOS[tag] for tag in self._tags[first : first + length]]
        return phrase_lemma([types[ids[row]] for row in rows], [lemmas[index[row]] for row in rows], tags)


def _is_name(stream: Stream, occurrences: Occurrences) -> NDArray[np.bool_]:
    """Return whether most occurrences of each group begin with a name."""
    if not len(occurrences.document):
        return np.zeros(0, dtype=np.bool_)
    names = stream.tags[occurrences.first] == _PROPN
    result: NDArray[np.bool_] = 2 * np.add.reduceat(names, occurrences.bounds[:-1], dtype=np.int64) > occurrences.count
    return result
