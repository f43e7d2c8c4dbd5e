"""Which lemmas stand near each other in a batch, as keys: what relations and cues are looked up by."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.text.annotator import TaggedBatch
from engagetext.text.pair_cache import Columns, PairCache, TaggedWords
from engagetext.text.tagger import UPOS
from engagetext.text.word_features import bare_form, word_keys

# Words after which something is denied, lacking or little, as lemmas without accents.
_NEGATIONS = (
    *("ne", "n'", "pas", "plus", "jamais", "aucun", "rien", "personne", "sans", "ni", "peu", "manque", "manquer"),
    *("guere",),
)
_NEAR = 3  # content words: a pair has at most two others between
_CONTENT = np.array([tag in ("NOUN", "VERB", "ADJ", "PROPN", "ADV", "AUX") for tag in UPOS], dtype=np.bool_)
_PAIR_SALT = np.uint64(0xA24BAED4963EE407)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MAX_PAIRS = 1 << 17  # whose lemmas are kept: 9 bytes each
Pair = tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class NearLemmas:
    """The lemmas of a batch, and which stand near each other; passages are not yet told apart.

    Parameters
    ----------
    keys : ndarray of shape (n_tokens,), uint64
        Of the lemma of each token.
    negation : ndarray of shape (n_tokens,), bool
        Whether it denies, or says that something lacks.
    pairs : tuple of (ndarray of uint64, ndarray of int64, ndarray of int64)
        The key of each pair, and its tokens on the left and on the right: neighbours among the words that say
        something, then those with one between, then with two.
    """

    keys: NDArray[np.uint64]
    negation: NDArray[np.bool_]
    pairs: tuple[Pair, ...]

    @classmethod
    def of(cls, tagged: TaggedBatch, lemmas: PairCache | None = None) -> "NearLemmas":
        """Return those of a batch; `lemmas` is what `lemma_cache` gave, where batches follow each other."""
        (lemma_keys, denies), pairs = (lemma_cache() if lemmas is None else lemmas)(tagged)
        keys, negation = lemma_keys[pairs][tagged.lemma_index], denies[pairs][tagged.lemma_index]
        (content,) = np.nonzero(_CONTENT[tagged.tags] | negation)
        near = keys[content]
        found = tuple(
            (pair_keys(near[:-distance], near[distance:]), content[:-distance], content[distance:])
            for distance in range(1, _NEAR + 1)
        )
        return cls(keys, negation, found)


def lemma_cache() -> PairCache:
    """Return what keeps the keys of lemmas from batch to batch."""
    return PairCache(_lemma_facts, _MAX_PAIRS)


def lemma_keys(lemmas: Sequence[str]) -> NDArray[np.uint64]:
    """Return the key of each lemma, however it is accented. Shape (n_lemmas,)."""
    return word_keys([bare_form(lemma) for lemma in lemmas])


def pair_keys(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the key of each pair of lemmas; their order counts."""
    keys: NDArray[np.uint64] = (left * _MULTIPLIER + right) ^ _PAIR_SALT
    return keys


def is_negation(lemmas: Sequence[str]) -> NDArray[np.bool_]:
    """Tell of each lemma whether it denies, or says that something lacks. Shape (n_lemmas,)."""
    return np.isin(lemma_keys(lemmas), _NEGATION_KEYS)


_NEGATION_KEYS = np.sort(lemma_keys(_NEGATIONS))


def _lemma_facts(pairs: TaggedWords) -> Columns:
    """Return the key of each lemma, uint64, and whether it denies, bool."""
    keys = lemma_keys(pairs.lemmas)
    return keys, np.isin(keys, _NEGATION_KEYS)
