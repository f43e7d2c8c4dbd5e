"""A small network that reads a passage word by word, and says of each label where it stands.

Words that say something are read: no articles, prepositions or marks, unless they deny or have a meaning class. Each
has a row: what its word vector, its lemma, its meaning classes and its part of speech add up to. The rows of five words
around a place are mapped to one hidden layer, which says of each label how strongly the place speaks for it and how
much the place is to be heard (attention) [1]_. A passage is what its places say, weighed by that; a second term hears
all its words alike. So « nous manquons de bras » is read as one thing, and an obstacle of one clause is not
diluted by the four others. The places that speak of an obstacle also say its status.

All weights are whole numbers, and no sum of products exceeds 2**24: float32 products are exact, and the result is the
same whatever the batch, the order of summation, the number of threads or the linear algebra library.

References
----------
.. [1] Maximilian Ilse, Jakub Tomczak and Max Welling, "Attention-based deep multiple instance learning", ICML 2018.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.passages import PassageBatch
from engagetext.classify.relations import is_negation
from engagetext.classify.senses import NO_SENSE, SenseTable
from engagetext.text.annotator import TaggedBatch
from engagetext.text.tagger import N_TAGS, UPOS
from engagetext.text.vectors import VectorTable
from engagetext.text.word_index import ABSENT, WordIndex

# Two words to either side, of those that are read; three of all tokens rank alike (.564 and .347 mean average precision
# on the development passages, against .571 and .350) and take twice the time.
RADIUS = 2
SPAN = 2 * RADIUS + 1
# Steps of the grid on which numbers lie, and their limits: a hidden sum is exact in 128 x 512 x 127 < 2**24 steps.
ROW_STEP, ROW_LIMIT = 2.0**-6, 8.0
WEIGHT_STEP = 2.0**-7  # of the window; its weights stay within 127 steps
HEAD_STEP = 2.0**-6
MAX_WIDTH = 128
# What all words of a passage say together weighs this much against what its places say.
BAG_SHARE = 0.3
_ROWS = int(ROW_LIMIT / ROW_STEP)
_MAPPED_LIMIT = 4095  # five of them and a bias fit into 16 bits
_ATTENTION_PLACES = 16
_SKIPPED = np.array([tag in ("DET", "ADP", "PUNCT", "CCONJ", "SYM") for tag in UPOS], dtype=np.bool_)
_SLAB = 1 << 14  # words at a time: bounds the memory


@dataclass(frozen=True, slots=True)
class NetworkWeights:
    """What a network has learnt, in whole numbers.

    Parameters
    ----------
    lemma_keys : ndarray of shape (n_lemmas,), uint64
        Sorted.
    lemmas : ndarray of shape (n_lemmas, n_dimensions), int16
    projection : ndarray of shape (n_vector_dimensions, n_dimensions), int16
        From a word vector of length 1.
    senses : ndarray of shape (n_senses + 1, n_dimensions), int16
        The last row is that of negations.
    tags : ndarray of shape (N_TAGS, n_dimensions), int16
        All of these in steps of `ROW_STEP`.
    window : ndarray of shape (SPAN, n_dimensions, n_hidden), int8
        In steps of `WEIGHT_STEP`.
    bias : ndarray of shape (n_hidden,), int16
        In steps of `ROW_STEP`.
    heads : ndarray of shape (n_hidden, n_outputs), int8
        Attention to each label, its evidence, and the three statuses: `2 * n_labels + 3` columns, steps of `HEAD_STEP`.
    own : ndarray of shape (n_dimensions, n_outputs), int8
        The same of the token's own row.
    heads_bias : ndarray of shape (n_outputs,), int32
        In steps of `ROW_STEP * HEAD_STEP`.
    bag : ndarray of shape (n_dimensions, n_labels + 3), int8
        In steps of `HEAD_STEP`.
    bag_bias : ndarray of shape (n_labels,), float64
    """

    lemma_keys: NDArray[np.uint64]
    lemmas: NDArray[np.int16]
    projection: NDArray[np.int16]
    senses: NDArray[np.int16]
    tags: NDArray[np.int16]
    window: NDArray[np.int8]
    bias: NDArray[np.int16]
    heads: NDArray[np.int8]
    own: NDArray[np.int8]
    heads_bias: NDArray[np.int32]
    bag: NDArray[np.int8]
    bag_bias: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TokenRows:
    """What a network is told of the tokens of a batch, once for each pair of word type and part of speech.

    Parameters
    ----------
    tokens : ndarray of shape (n_read,), int64
        The tokens that are read, ascending.
    local : ndarray of shape (n_read,), int64
        Pair of each of these.
    vectors : ndarray of shape (n_pairs,), int64
        Row of the vector table, or `ABSENT`.
    lemmas : ndarray of shape (n_pairs,), int64
        Row of the network's lemmas, or `ABSENT`.
    senses : ndarray of shape (n_pairs, MAX_SENSES + 1), int64
        Meaning classes; `n_senses` for a negation, `n_senses + 1` where there is none.
    tags : ndarray of shape (n_pairs,), int64
    """

    tokens: NDArray[np.int64]
    local: NDArray[np.int64]
    vectors: NDArray[np.int64]
    lemmas: NDArray[np.int64]
    senses: NDArray[np.int64]
    tags: NDArray[np.int64]

    @classmethod
    def build(cls, tagged: TaggedBatch, vectors: VectorTable, senses: SenseTable, lemmas: WordIndex) -> "TokenRows":
        """Return the rows of a batch."""
        pairs, first, local = np.unique(tagged.lemma_index, return_index=True, return_inverse=True)
        words = [tagged.lemmas[pair] for pair in pairs.tolist()]
        types = tagged.tokens.vocabulary.types
        places = vectors.find([types[number] for number in tagged.tokens.type_ids[first].tolist()])
        found = senses.find(words).astype(np.int64)
        negation = is_negation(words)
        tags = tagged.tags[first].astype(np.int64)
        reads = ~_SKIPPED[tags] | negation | (found[:, 0] != NO_SENSE)
        found[found == NO_SENSE] = senses.n_classes + 1
        denies = np.where(negation, senses.n_classes, senses.n_classes + 1)
        (tokens,) = np.nonzero(reads[local])
        return cls(
            tokens=tokens,
            local=local[tokens].astype(np.int64),
            vectors=np.where(places == ABSENT, ABSENT, vectors.rows[places].astype(np.int64)),
            lemmas=lemmas.find(words),
            senses=np.concatenate([found, denies[:, None]], axis=1),
            tags=tags,
        )


@dataclass(frozen=True, slots=True)
class ReadWords:
    """The words of passages that are read, end to end.

    Parameters
    ----------
    owner : ndarray of shape (n_read,), int64
        Passage of each, ascending.
    sizes : ndarray of shape (n_passages,), int64
    held : ndarray of shape (n_held,), int64
        Passages that have such words.
    heads : ndarray of shape (n_held,), int64
        The first word of each of these.
    """

    owner: NDArray[np.int64]
    sizes: NDArray[np.int64]
    held: NDArray[np.int64]
    heads: NDArray[np.int64]

    @classmethod
    def of(cls, passages: PassageBatch, found: TokenRows) -> "ReadWords":
        """Return the words that are read of passages that hold all tokens, in order."""
        n_passages = len(passages.first)
        owner = np.repeat(np.arange(n_passages), passages.last - passages.first)[found.tokens]
        return cls.parted(np.bincount(owner, minlength=n_passages))

    @classmethod
    def parted(cls, sizes: NDArray[np.int64]) -> "ReadWords":
        """Return words that are parted into passages of these sizes."""
        (held,) = np.nonzero(sizes)
        heads = np.cumsum(sizes[held]) - sizes[held]
        return cls(np.repeat(np.arange(len(sizes)), sizes), sizes, held, heads)

    def slabs(self, local: NDArray[np.int64]) -> Iterator[tuple["ReadWords", NDArray[np.int64]]]:
        """Yield some passages at a time with the pairs of their words, at least once: what bounds the memory.

        Parameters
        ----------
        local : ndarray of shape (n_read,), int64
            Pair of each word.
        """
        bounds = np.concatenate([[0], np.cumsum(self.sizes)])
        first = 0
        while True:
            # A passage is never parted, however long it is.
            last = max(int(np.searchsorted(bounds, bounds[first] + _SLAB, side="right")) - 1, first + 1)
            last = min(last, len(self.sizes))
            words = slice(int(bounds[first]), int(bounds[last]))
            yield ReadWords.parted(self.sizes[first:last]), local[words]
            first = last
            if first >= len(self.sizes):
                return

    def sums(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Add up the rows of the words of each passage, shape (n_passages, n_columns)."""
        sums = np.zeros((len(self.sizes), values.shape[1]), dtype=np.int64)
        if len(self.held):
            sums[self.held] = np.add.reduceat(values, self.heads, axis=0)
        return sums

    def largest(self, values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the largest value of each column in each passage, shape (n_passages, n_columns)."""
        largest = np.zeros((len(self.sizes), values.shape[1]), dtype=np.int64)
        if len(self.held):
            largest[self.held] = np.maximum.reduceat(values, self.heads, axis=0)
        return largest


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What a network says of passages.

    Parameters
    ----------
    values : ndarray of shape (n_passages, n_labels), float64
        Log-odds, not yet calibrated.
    statuses : ndarray of shape (n_passages, n_labels, 3), float64
        What speaks for each status of each label.
    tokens : ndarray of shape (n_tokens, n_labels), float64
        What each token adds to the value of each label; the bias alone is left out. Empty unless it was asked for.
    """

    values: NDArray[np.float64]
    statuses: NDArray[np.float64]
    tokens: NDArray[np.float64]


class PassageNetwork:
    """Read passages by a learnt network.

    Parameters
    ----------
    weights : NetworkWeights
    vectors : VectorTable
    senses : SenseTable

    Raises
    ------
    ValueError
        If the weights do not fit together.
    """

    def __init__(self, weights: NetworkWeights, vectors: VectorTable, senses: SenseTable) -> None:
        self.weights, self.senses = weights, senses
        self._vectors = vectors
        self._index = WordIndex(weights.lemma_keys)
        width, n_outputs = weights.own.shape
        self.n_labels = (n_outputs - 3) // 2
        fits = (
            weights.lemmas.shape == (len(weights.lemma_keys), width)
            and weights.projection.shape == (vectors.matrix.shape[1], width)
            and weights.senses.shape == (senses.n_classes + 1, width)
            and weights.tags.shape == (N_TAGS, width)
            and weights.window.shape == (SPAN, width, len(weights.bias))
            and weights.heads.shape == (len(weights.bias), n_outputs)
            and weights.heads_bias.shape == (n_outputs,)
            and weights.bag.shape == (width, self.n_labels + 3)
            and weights.bag_bias.shape == (self.n_labels,)
        )
        if not fits or width > MAX_WIDTH or len(weights.bias) > MAX_WIDTH:
            raise ValueError("the arrays of the network do not fit together")
        self._projected = _projected(vectors, weights.projection)
        blank = np.zeros((1, width), dtype=np.int64)
        self._lemmas = np.concatenate([weights.lemmas.astype(np.int64), blank])  # ABSENT is the last row
        self._senses = np.concatenate([weights.senses.astype(np.int64), blank])
        self._window = weights.window.swapaxes(0, 1).reshape(width, -1).astype(np.float32)
        self._heads = weights.heads.astype(np.float32)
        self._own = np.concatenate([weights.own, weights.bag], axis=1).astype(np.float32)

    def __call__(self, tagged: TaggedBatch, passages: PassageBatch, *, tokens: bool = False) -> PassageReading:
        """Read passages.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        tokens : bool, default=False
            Whether to tell what each token adds.
        """
        found = TokenRows.build(tagged, self._vectors, self.senses, self._index)
        read = ReadWords.of(passages, found)
        rows = self._rows(found)
        own = (rows @ self._own).astype(np.int64)
        mapped = self._mapped(rows)
        parts = [self._read(part, words, own, mapped) for part, words in read.slabs(found.local)]
        values = np.concatenate([part.values for part in parts])
        told = np.zeros((len(tagged.tags) if tokens else 0, self.n_labels))
        if tokens:
            told[found.tokens] = np.concatenate([part.tokens for part in parts])
        return PassageReading(values, np.concatenate([part.statuses for part in parts]), told)

    def _read(
        self, read: "ReadWords", local: NDArray[np.int64], own: NDArray[np.int64], mapped: NDArray[np.int16]
    ) -> PassageReading:
        """Read some passages whose words are these pairs; what each word adds is told of the words that are read."""
        n_labels, n_outputs = self.n_labels, len(self.weights.heads_bias)
        outputs = self._outputs(own[:, :n_outputs], mapped, local, read.owner)
        attention = _attention(outputs[:, :n_labels], read)
        heard = np.maximum(read.sums(attention), 1)
        step = ROW_STEP * HEAD_STEP
        evidence = attention * outputs[:, n_labels : 2 * n_labels]
        said = [read.sums(attention * outputs[:, [2 * n_labels + number]]) * step / heard for number in range(3)]
        scale = BAG_SHARE * step / np.sqrt(np.maximum(read.sizes, 1))
        bags = own[:, n_outputs:][local]
        bag = read.sums(bags) * scale[:, None]
        return PassageReading(
            values=read.sums(evidence) * step / heard + bag[:, :n_labels] + self.weights.bag_bias,
            statuses=np.stack(said, axis=2) + bag[:, None, n_labels:],
            tokens=evidence * step / heard[read.owner] + bags[:, :n_labels] * scale[read.owner, None],
        )

    def _rows(self, found: TokenRows) -> NDArray[np.float32]:
        """Return the row of each pair in whole steps, an array of shape (n_pairs, n_dimensions)."""
        rows = np.where((found.vectors == ABSENT)[:, None], 0, self._projected[found.vectors])
        rows = (
            rows + self._lemmas[found.lemmas] + self._senses[found.senses].sum(axis=1) + self.weights.tags[found.tags]
        )
        clipped: NDArray[np.float32] = np.clip(rows, -_ROWS, _ROWS).astype(np.float32)
        return clipped

    def _mapped(self, rows: NDArray[np.float32]) -> NDArray[np.int16]:
        """Return what each pair adds to the hidden layer of its neighbours, shape (SPAN, n_pairs + 1, n_hidden).

        The last row is that of places outside.
        """
        products = np.rint((rows @ self._window) * np.float32(WEIGHT_STEP))
        clipped = np.clip(products, -_MAPPED_LIMIT, _MAPPED_LIMIT).astype(np.int16)
        padded = np.concatenate([clipped, np.zeros((1, clipped.shape[1]), dtype=np.int16)])
        mapped: NDArray[np.int16] = np.ascontiguousarray(padded.reshape(len(rows) + 1, SPAN, -1).swapaxes(0, 1))
        return mapped

    def _outputs(
        self, own: NDArray[np.int64], mapped: NDArray[np.int16], local: NDArray[np.int64], owner: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return what the places say, an array of shape (n_words, n_outputs)."""
        # Passages lie end to end, parted and surrounded by places outside.
        places = np.arange(len(local)) + RADIUS * (owner + 1)
        sequence = np.full((int(places[-1]) + 1 if len(places) else 0) + RADIUS, mapped.shape[1] - 1, dtype=np.int64)
        sequence[places] = local
        sums = np.broadcast_to(self.weights.bias, (len(local), mapped.shape[2])).copy()
        for offset in range(SPAN):
            sums += mapped[offset][sequence[places + (offset - RADIUS)]]
        hidden = np.clip(sums, 0, _ROWS).astype(np.float32)
        outputs: NDArray[np.int64] = (hidden @ self._heads).astype(np.int64) + own[local] + self.weights.heads_bias
        return outputs

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the network as arrays by name, without the word vectors: what a bundle keeps."""
        named = {f"network_{field.name}": getattr(self.weights, field.name) for field in fields(NetworkWeights)}
        return named | self.senses.to_arrays()

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable) -> "PassageNetwork":
        """Return the network that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        weights = NetworkWeights(**{field.name: arrays[f"network_{field.name}"] for field in fields(NetworkWeights)})
        return cls(weights, vectors, SenseTable.from_arrays(arrays))


def _attention(scores: NDArray[np.int64], read: ReadWords) -> NDArray[np.int64]:
    """Return how much each word is heard, in steps of 2**-16 of the word that is heard most in its passage."""
    relative = (scores - read.largest(scores)[read.owner]) * (ROW_STEP * HEAD_STEP)
    shares: NDArray[np.int64] = np.rint(np.exp(relative) * 2.0**_ATTENTION_PLACES).astype(np.int64)
    return shares


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
