"""What a network is told of words, and what they add to its layers: once a pair of word type and part of speech."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.near_lemmas import is_negation, lemma_keys
from engagetext.classify.network_weights import RADIUS, ROWS, SPAN, WEIGHT_STEP, NetworkWeights, RowWeights
from engagetext.classify.word_hints import MAX_HINTS
from engagetext.text.annotator import TaggedBatch
from engagetext.text.pair_cache import Columns, TaggedWords
from engagetext.text.tagger import UPOS
from engagetext.text.vectors import VectorTable
from engagetext.text.verb_forms import NO_FORM, VERB_FORMS, verb_forms
from engagetext.text.word_index import ABSENT, WordIndex

# What is told of a word beside its hints: whether it denies, and the form of a verb.
N_WORD_FACTS = 1 + len(VERB_FORMS)
_MAPPED_LIMIT = 4095  # five of them and a bias fit into 16 bits
_VERBS = np.array([tag in ("VERB", "AUX") for tag in UPOS], dtype=np.bool_)
_SKIPPED = np.array([tag in ("DET", "ADP", "PUNCT", "CCONJ", "SYM") for tag in UPOS], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class WordFacts:
    """What a network is told of words.

    Parameters
    ----------
    reads : ndarray of shape (n_pairs,), bool
        Whether the word is read at all.
    denies : ndarray of shape (n_pairs,), bool
        Whether it denies; its hints say so too.
    vectors : ndarray of shape (n_pairs,), int64
        Row of the vector table, or `ABSENT`.
    lemmas : ndarray of shape (n_pairs,), int64
        Row of the network's lemmas, or `ABSENT`.
    hints : csr_array of shape (n_pairs, n_hints + N_WORD_FACTS), float32
        1 for each hint of the word by itself; the last columns are those of negations and of verb forms.
    tags : ndarray of shape (n_pairs,), int64
    """

    reads: NDArray[np.bool_]
    denies: NDArray[np.bool_]
    vectors: NDArray[np.int64]
    lemmas: NDArray[np.int64]
    hints: csr_array
    tags: NDArray[np.int64]

    @classmethod
    def of(cls, pairs: TaggedWords, vectors: VectorTable, cues: CueTable, lemmas: WordIndex) -> "WordFacts":
        """Return the facts about pairs of word type and part of speech."""
        places = vectors.find(pairs.words)
        rows, hints = cues.of(lemma_keys(pairs.lemmas))
        negation, (inflected, forms) = is_negation(pairs.lemmas), _verb_forms(pairs)
        (denies,) = np.nonzero(negation)
        reads = ~_SKIPPED[pairs.tags]
        reads[rows] = reads[denies] = True
        rows = np.concatenate([rows, denies, inflected])
        hints = np.concatenate([hints, np.full(len(denies), cues.n_hints), cues.n_hints + 1 + forms])
        ones = np.ones(len(rows), dtype=np.float32)
        return cls(
            reads=reads,
            denies=negation,
            vectors=np.where(places == ABSENT, ABSENT, vectors.rows[places].astype(np.int64)),
            lemmas=lemmas.find(pairs.lemmas),
            hints=csr_array((ones, (rows, hints)), shape=(len(pairs.words), cues.n_hints + N_WORD_FACTS)),
            tags=pairs.tags,
        )

    @classmethod
    def of_batch(
        cls, tagged: TaggedBatch, vectors: VectorTable, cues: CueTable, lemmas: WordIndex
    ) -> tuple["WordFacts", NDArray[np.int64]]:
        """Return the facts about the pairs of a batch, and the pair of each token, shape (n_tokens,)."""
        pairs, first, local = np.unique(tagged.lemma_index, return_index=True, return_inverse=True)
        types = tagged.tokens.vocabulary.types
        words = TaggedWords(
            words=[types[number] for number in tagged.tokens.type_ids[first].tolist()],
            tags=tagged.tags[first].astype(np.int64),
            lemmas=[tagged.lemmas[pair] for pair in pairs.tolist()],
        )
        return cls.of(words, vectors, cues, lemmas), local.astype(np.int64)


@dataclass(frozen=True, slots=True)
class TokenRows:
    """What a network is told of the tokens of a batch: what it is trained on.

    Parameters
    ----------
    tokens : ndarray of shape (n_read,), int64
        The tokens that are read, ascending.
    local : ndarray of shape (n_read,), int64
        Pair of each of these.
    facts : WordFacts
    """

    tokens: NDArray[np.int64]
    local: NDArray[np.int64]
    facts: WordFacts

    @classmethod
    def build(cls, tagged: TaggedBatch, vectors: VectorTable, cues: CueTable, lemmas: WordIndex) -> "TokenRows":
        """Return the rows of a batch."""
        facts, local = WordFacts.of_batch(tagged, vectors, cues, lemmas)
        (tokens,) = np.nonzero(facts.reads[local])
        return cls(tokens, local[tokens], facts)


class WordRows:
    """Add up what is known of words, in whole steps.

    Parameters
    ----------
    weights : RowWeights
    vectors : VectorTable
    cues : CueTable
    """

    def __init__(self, weights: RowWeights, vectors: VectorTable, cues: CueTable) -> None:
        self._vectors, self._cues = vectors, cues
        self._index = WordIndex(weights.lemma_keys)
        self._projected = _projected(vectors, weights.projection)
        blank = np.zeros((1, weights.lemmas.shape[1]), dtype=np.int64)
        self._of_lemmas = np.concatenate([weights.lemmas.astype(np.int64), blank])  # ABSENT is the last row
        self._of_hints, self._of_tags = weights.hints.astype(np.float32), weights.tags

    def __call__(self, pairs: TaggedWords) -> tuple[WordFacts, NDArray[np.float32]]:
        """Return the facts about pairs of word type and part of speech, and the row of each.

        Returns
        -------
        facts : WordFacts
        rows : ndarray of shape (n_pairs, n_dimensions), float32
            Whole numbers.
        """
        facts = WordFacts.of(pairs, self._vectors, self._cues, self._index)
        rows = np.where((facts.vectors == ABSENT)[:, None], 0, self._projected[facts.vectors])
        # Whole numbers below 2**24: exact.
        rows = rows + self._of_lemmas[facts.lemmas] + (facts.hints @ self._of_hints).astype(np.int64)
        return facts, np.clip(rows + self._of_tags[facts.tags], -ROWS, ROWS).astype(np.float32)


class RowBuilder:
    """Compute what words add to the layers of a network.

    Parameters
    ----------
    weights : NetworkWeights
    vectors : VectorTable
    cues : CueTable
    """

    def __init__(self, weights: NetworkWeights, vectors: VectorTable, cues: CueTable) -> None:
        self._weights, self._rows = weights, WordRows(weights, vectors, cues)
        width = weights.own.shape[0]
        self._window = weights.window.swapaxes(0, 1).reshape(width, -1).astype(np.float32)
        self._own = weights.own.astype(np.float32)
        # What a place says is exact in float32 below 2**24; in the packaged model it stays below 2**20.
        heads, own = (np.abs(part.astype(np.int64)).sum(axis=0) for part in (weights.heads, weights.own))
        largest = ROWS * heads + (1 + MAX_HINTS) * ROWS * own + np.abs(weights.heads_bias.astype(np.int64))
        self._exact = np.float32 if largest.max(initial=0) < 2**24 else np.float64

    def __call__(self, pairs: TaggedWords) -> Columns:
        """Return what pairs of word type and part of speech add.

        Returns
        -------
        reads : ndarray of shape (n_pairs,), bool
            Whether the word is read at all.
        mapped : ndarray of shape (n_pairs, SPAN, n_hidden), int16
            To the hidden layer of the words around it and of itself: the first row to the word two places on.
        own : ndarray of shape (n_pairs, n_outputs), float32 or float64
            To what its own place says, the bias of the place with it. Whole numbers.
        rows : ndarray of shape (n_pairs, n_dimensions), int32
            The row of the word: what it adds to what the passage says as a whole.
        """
        facts, rows = self._rows(pairs)
        own = (rows @ self._own + self._weights.heads_bias).astype(self._exact)
        return facts.reads, self._mapped(rows), own, rows.astype(np.int32)

    def of_hints(self) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int32]]:
        """Return what a hint of a pair of words adds, at each of the two; as for a word.

        Returns
        -------
        mapped : ndarray of shape (n_hints * SPAN, n_hidden), float32
        own : ndarray of shape (n_hints, n_outputs), float32 or float64
        rows : ndarray of shape (n_hints, n_dimensions), int32
        """
        rows = self._weights.hints[:-N_WORD_FACTS].astype(np.float32)
        mapped = np.rint((rows @ self._window) * np.float32(WEIGHT_STEP)).reshape(
            len(rows) * SPAN, self._window.shape[1] // SPAN
        )
        return mapped, (rows @ self._own).astype(self._exact), rows.astype(np.int32)

    def _mapped(self, rows: NDArray[np.float32]) -> NDArray[np.int16]:
        products = np.rint((rows @ self._window) * np.float32(WEIGHT_STEP))
        clipped = np.clip(products, -_MAPPED_LIMIT, _MAPPED_LIMIT).astype(np.int16)
        mapped: NDArray[np.int16] = clipped.reshape(len(rows), SPAN, self._window.shape[1] // SPAN)
        # The bias of the hidden layer stands in the middle row: every word is in the middle of one window.
        mapped[:, RADIUS] += self._weights.bias
        return mapped


def _verb_forms(pairs: TaggedWords) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which pairs are verbs of a form that has a number, and the numbers."""
    (verbs,) = np.nonzero(_VERBS[pairs.tags])
    forms = verb_forms([pairs.words[place] for place in verbs], [pairs.lemmas[place] for place in verbs])
    told = forms != NO_FORM
    return verbs[told], forms[told]


def unit_vectors(vectors: VectorTable) -> NDArray[np.float64]:
    """Return the rows of a vector table with length 1, an array of shape (n_rows, n_dimensions)."""
    units: NDArray[np.float64] = vectors.matrix.astype(np.float64) / _lengths(vectors)
    return units


def _lengths(vectors: VectorTable) -> NDArray[np.float64]:
    """Return the length of each vector, 1 for one of zeros, an array of shape (n_rows, 1)."""
    matrix = vectors.matrix.astype(np.float64)
    lengths: NDArray[np.float64] = np.maximum(np.sqrt((matrix * matrix).sum(axis=1, keepdims=True)), 1.0)
    return lengths


def _projected(vectors: VectorTable, projection: NDArray[np.int16]) -> NDArray[np.int64]:
    """Return what each vector adds to the rows of its words, in whole steps.

    The products are of whole numbers below 2**53 in all; only then they are divided by the vector's length.
    """
    products = vectors.matrix.astype(np.float64) @ projection.astype(np.float64)
    projected: NDArray[np.int64] = np.rint(products / _lengths(vectors)).astype(np.int64)
    return projected
