"""Keywords of a batch of texts: candidates, ranked, and cut to the best of each text."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.candidates import Occurrences, find_occurrences
from engagetext.keywords.ranking import RarityTable, rank
from engagetext.results import Keyword
from engagetext.terms import PhraseTable
from engagetext.text.annotator import TaggedBatch


@dataclass(frozen=True, slots=True)
class KeywordExtractor:
    """Find the keywords of texts.

    Parameters
    ----------
    rarity : RarityTable
        How frequent words are in French at large.
    phrases : PhraseTable
        The taxonomy's vocabulary.
    themes : tuple of str
        Theme of each entry of `phrases`.
    """

    rarity: RarityTable
    phrases: PhraseTable
    themes: tuple[str, ...]

    def extract(
        self, tagged: TaggedBatch, titles: TaggedBatch, top_n: int | None, *, domain: bool
    ) -> list[tuple[Keyword, ...]]:
        """Return the keywords of each text.

        Parameters
        ----------
        tagged, titles : TaggedBatch
            The texts and their titles (empty strings where there are none), one a text.
        top_n : int or None
            Keywords a text; None for all candidates.
        domain : bool
            Whether every keyword of the taxonomy's vocabulary is kept beside the best `top_n`.

        Returns
        -------
        list of tuple of Keyword
            Best first; ties in the order of the text.
        """
        batch = tagged.tokens
        occurrences = find_occurrences(batch, tagged.sentence_starts, self.phrases)
        in_titles = find_occurrences(titles.tokens, titles.sentence_starts, self.phrases)
        scores = rank(tagged, occurrences, self.rarity.column(batch), _shared(occurrences, in_titles))
        heads = occurrences.first[occurrences.group_bounds[:-1]]
        order = np.lexsort((heads, -scores, occurrences.group_text))
        bounds = np.searchsorted(occurrences.group_text[order], np.arange(len(batch.texts) + 1))
        starts = batch.starts[occurrences.first].tolist()
        ends = batch.ends[occurrences.first + occurrences.length - 1].tolist()
        edges, entries = occurrences.group_bounds.tolist(), occurrences.group_entry.tolist()
        values = scores.tolist()
        found = []
        for text, whole in enumerate(batch.texts):
            groups = order[bounds[text] : bounds[text + 1]]
            chosen = groups if top_n is None else groups[:top_n]
            if domain and top_n is not None:
                rest = groups[top_n:]
                chosen = np.concatenate([chosen, rest[occurrences.group_entry[rest] >= 0]])
            keywords = []
            for group in chosen.tolist():
                rows = slice(edges[group], edges[group + 1])
                theme = self.themes[entries[group]] if entries[group] >= 0 else None
                keywords.append(
                    _keyword(whole, tuple(zip(starts[rows], ends[rows], strict=True)), values[group], theme)
                )
            found.append(tuple(keywords))
        return found


def _keyword(text: str, spans: tuple[tuple[int, int], ...], score: float, theme: str | None) -> Keyword:
    first, last = spans[0]
    form = text[first:last]
    if len(spans) > 1:
        # The form written most; of two as frequent, the one that comes first.
        (form, _), *_ = Counter(text[start:end] for start, end in spans).most_common(1)
    return Keyword(text=form, lemma=form.lower(), score=score, count=len(spans), spans=spans, theme=theme)


def _shared(texts: Occurrences, titles: Occurrences) -> NDArray[np.bool_]:
    """Return whether each group of the texts is also a group of its text's title."""
    known = set(zip(titles.group_text.tolist(), titles.group_key.tolist(), strict=True))
    if not known:
        return np.zeros(len(texts.group_text), dtype=np.bool_)
    wanted = zip(texts.group_text.tolist(), texts.group_key.tolist(), strict=True)
    return np.fromiter((pair in known for pair in wanted), dtype=np.bool_, count=len(texts.group_text))
