"""Keywords of a batch of texts: candidates, ranked, and cut to the best of each text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.acronyms import join_acronyms
from engagetext.keywords.candidates import Occurrences, find_spans, group_spans
from engagetext.keywords.columns import KeywordColumns, keyword_columns
from engagetext.keywords.domain import DomainIndex
from engagetext.keywords.features import Nesting, find_nesting
from engagetext.keywords.ranking import Ranker
from engagetext.keywords.rarity import RarityTable
from engagetext.keywords.stream import Stream, join
from engagetext.text.annotator import TaggedBatch
from engagetext.text.tagger import UPOS

_PROPN = UPOS.index("PROPN")


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
    ) -> KeywordColumns:
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
        KeywordColumns
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
        return keyword_columns(stream, occurrences, ranked, self.domain, order[kept])

    def candidates(self, tagged: TaggedBatch, titles: TaggedBatch) -> Candidates:
        """Return the candidates of texts: what a ranker is trained on."""
        stream = join(tagged, titles, self.rarity)
        spans = find_spans(stream, self.domain.find(stream), self.domain.keys)
        occurrences = group_spans(stream, spans, join_acronyms(stream, spans))
        return Candidates(stream, occurrences, find_nesting(stream, occurrences))


def _is_name(stream: Stream, occurrences: Occurrences) -> NDArray[np.bool_]:
    """Return whether most occurrences of each group begin with a name."""
    if not len(occurrences.document):
        return np.zeros(0, dtype=np.bool_)
    names = stream.tags[occurrences.first] == _PROPN
    result: NDArray[np.bool_] = 2 * np.add.reduceat(names, occurrences.bounds[:-1], dtype=np.int64) > occurrences.count
    return result
