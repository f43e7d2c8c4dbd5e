"""The weight of each candidate: frequency, general rarity, independence, position, title and length.

The factors are those of statistical keyphrase extraction (Campos et al. 2020, YAKE; El-Beltagy & Rafea 2009, KP-Miner).
Labels are not needed. Constants were swept one at a time on the 50 development texts of Wikinews; all
lie on a plateau of about one point of F1@10, and the first 400 texts of Papyrus move by less than half a point.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.keywords.candidates import MAX_WORDS, Occurrences
from engagetext.terms import MAX_PHRASE_TOKENS
from engagetext.text.annotator import TaggedBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.normalize import lower_form
from engagetext.text.tagger import UPOS
from engagetext.text.word_index import ABSENT, WordIndex

# A word weighs by what its Zipf frequency (log10 of occurrences in a billion words) lacks of this one.
_COMMON_ZIPF = 8.0
_MIN_RARITY = 0.2
_ZIPF_STEPS = 20
# Share of a candidate's count that is lost when every occurrence lies inside one longer candidate.
_NESTED_LOSS = 0.9
_POSITION_GAIN, _POSITION_DECAY = 1.0, 8.0
_TITLE_GAIN = 2.0
# A phrase of several words that stands only once is rarely a keyword, a phrase of three or four still less.
_SINGLE_PHRASE, _LONG_PHRASE = 0.3, 0.7
# What is done, and how, is rarely what a text is about: « lancé », « démontrés ». Swept over 0, .35, .5, .65 and .8:
# F1@10 on Wikinews 37.4, 37.3, 37.9, 37.6, 36.8; on the first 400 texts of Papyrus 21.4, 21.8, 21.8, 21.9, 21.9.
_ACTION_LOSS = 0.65
_IS_ACTION = np.array([tag in ("VERB", "AUX", "ADV") for tag in UPOS], dtype=np.int64)
# Maps weights to [0, 1): the median weight of the tenth keyword on the Wikinews texts scores 1/2.
_HALF = 12.0


@dataclass(frozen=True, slots=True)
class RarityTable:
    """How frequent words are in French at large.

    Parameters
    ----------
    index : WordIndex
        Of lower forms.
    zipf : ndarray of shape (n_words,), uint8
        log10 of the occurrences of each in a billion running words, in twentieths: finer than any sample tells it.
    unknown : int
        What a word that is not listed counts as, in twentieths.
    """

    index: WordIndex
    zipf: NDArray[np.uint8]
    unknown: int

    @classmethod
    def from_words(cls, zipf: Mapping[str, float], unknown: float) -> "RarityTable":
        """Build a table from lower form -> log10 of its occurrences in a billion running words."""
        words = sorted(zipf)
        index, order = WordIndex.from_words(words)
        scaled = np.array([round(zipf[word] * _ZIPF_STEPS) for word in words], dtype=np.uint8)
        return cls(index, scaled[order], round(unknown * _ZIPF_STEPS))

    def column(self, batch: TokenBatch) -> NDArray[np.float64]:
        """Return the rarity of each token: higher for rarer words. Shape (n_tokens,)."""
        column: NDArray[np.float64] = batch.vocabulary.table("rarity", self._rarities, np.float64)
        return column[batch.type_ids]

    def _rarities(self, words: list[str]) -> NDArray[np.float64]:
        places = self.index.find([lower_form(word) for word in words])
        zipf = np.where(places == ABSENT, self.unknown, self.zipf[places]) / _ZIPF_STEPS
        return np.maximum(_MIN_RARITY, _COMMON_ZIPF - zipf)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the table as arrays by name: what a bundle keeps."""
        return {"keys": self.index.keys, "zipf": self.zipf, "unknown": np.array([self.unknown], dtype=np.uint8)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "RarityTable":
        """Return the table that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        ValueError
            If the arrays do not fit together.
        """
        index, zipf = WordIndex(arrays["keys"]), arrays["zipf"]
        if len(index.keys) != len(zipf):
            raise ValueError(f"{len(index.keys)} words, {len(zipf)} frequencies")
        return cls(index, zipf, int(arrays["unknown"][0]))


def rank(
    tagged: TaggedBatch,
    occurrences: Occurrences,
    rarity: NDArray[np.float64],
    in_title: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the score of each group of occurrences.

    Parameters
    ----------
    tagged : TaggedBatch
        The texts' tokens and their parts of speech.
    occurrences : Occurrences
        Their candidates.
    rarity : ndarray of shape (n_tokens,), float64
        From `RarityTable.column`.
    in_title : ndarray of shape (n_groups,), bool
        Whether the candidate also stands in the title of its text.

    Returns
    -------
    ndarray of shape (n_groups,), float64
        Scores in [0, 1); higher is better.
    """
    batch = tagged.tokens
    heads = occurrences.group_bounds[:-1]
    count = np.diff(occurrences.group_bounds).astype(np.float64)
    length = occurrences.length[heads]
    first = occurrences.first[heads]
    # Summed token by token, not by differences of a running sum: the last bit must not depend on the batch.
    total = np.zeros(len(heads))
    for offset in range(MAX_PHRASE_TOKENS):
        inside = offset < length
        total[inside] += rarity[first[inside] + offset]
    # A title that names the candidate is one more occurrence, the most telling one.
    named = count + in_title
    weight = named * total * (1.0 - _NESTED_LOSS * _largest_container(batch, occurrences) / count)
    start = batch.bounds[occurrences.group_text]
    n_tokens = np.diff(batch.bounds)[occurrences.group_text]
    weight *= 1.0 + _POSITION_GAIN * np.exp(-_POSITION_DECAY * (first - start) / np.maximum(n_tokens, 1))
    weight[in_title] *= _TITLE_GAIN
    weight[(length > 1) & (named == 1)] *= _SINGLE_PHRASE
    weight[length > 2] *= _LONG_PHRASE
    weight *= 1.0 - _ACTION_LOSS * _action_share(tagged.tags, occurrences)
    scores: NDArray[np.float64] = weight / (weight + _HALF)
    return scores


def _action_share(tags: NDArray[np.uint8], occurrences: Occurrences) -> NDArray[np.float64]:
    """Return, for each group, the share of its occurrences that begin or end on a verb or an adverb."""
    last = occurrences.first + occurrences.length - 1
    edges = np.maximum(_IS_ACTION[tags[occurrences.first]], _IS_ACTION[tags[last]])
    count = np.diff(occurrences.group_bounds)
    share: NDArray[np.float64] = np.add.reduceat(edges, occurrences.group_bounds[:-1], dtype=np.int64) / count
    return share


def _largest_container(batch: TokenBatch, occurrences: Occurrences) -> NDArray[np.float64]:
    """Return, for each group, the count of the longer candidate that contains it most often."""
    n_groups = len(occurrences.group_text)
    count = np.diff(occurrences.group_bounds)
    largest = np.zeros(n_groups, dtype=np.int64)
    n_tokens = len(batch.type_ids)
    group_at = np.full((MAX_WORDS + 1, n_tokens + MAX_WORDS), -1, dtype=np.int64)
    short = occurrences.length <= MAX_WORDS
    group_at[occurrences.length[short], occurrences.first[short]] = occurrences.group[short]
    for outer in range(2, MAX_WORDS + 1):
        where = occurrences.length == outer
        containers, positions = occurrences.group[where], occurrences.first[where]
        for inner in range(1, outer):
            for offset in range(outer - inner + 1):
                parts = group_at[inner, positions + offset]
                known = parts >= 0
                np.maximum.at(largest, parts[known], count[containers[known]])
    # A part may stand in its container twice: it never loses more than it has.
    return np.minimum(largest, count).astype(np.float64)
