"""A small network that reads a passage word by word, and says of each label where it stands.

Words that say something are read: no articles, prepositions or marks, unless they deny or hint at something. Each has
a row: what its word vector, its lemma, its part of speech, the form of a verb and its hints add up to, and the hints of
the pairs that it is part of. The rows of five words around a place, and the sum of all rows of the passage, are mapped
to one hidden layer, which says of each label how strongly the place speaks for it and how much the place is to be heard
(attention) [1]_. A passage is what its places say, weighed by that; a second term hears all its words alike, and a
third judges the largest and the mean values of the hidden layer in it. So « nous manquons de bras » is read as one
thing, an obstacle of one clause is not diluted by the four others, and a clause may count on a council that would not
count in a recipe. The places that speak of an obstacle also say its status.

All weights are whole numbers, and sums of products that might exceed 2**24 are made in float64: all are exact, and the
result is the same whatever the batch, the order of summation, the number of threads or the linear algebra library.

References
----------
.. [1] Maximilian Ilse, Jakub Tomczak and Max Welling, "Attention-based deep multiple instance learning", ICML 2018.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.near_lemmas import NearLemmas, lemma_cache
from engagetext.classify.network_pool import PassagePool
from engagetext.classify.network_rows import N_WORD_FACTS, RowBuilder
from engagetext.classify.network_weights import (
    BAG_SHARE,
    HEAD_STEP,
    MAX_WIDTH,
    RADIUS,
    ROW_STEP,
    ROWS,
    SPAN,
    WEIGHT_STEP,
    NetworkWeights,
)
from engagetext.classify.passages import PassageBatch
from engagetext.classify.read_words import ReadWords
from engagetext.classify.word_hints import WordHints
from engagetext.text.annotator import TaggedBatch
from engagetext.text.grouping import sum_runs
from engagetext.text.pair_cache import Columns, PairCache
from engagetext.text.tagger import N_TAGS
from engagetext.text.vectors import VectorTable

Number = TypeVar("Number", np.int32, np.float32, np.float64)
_STEP = ROW_STEP * HEAD_STEP
# What networks of formats before 6 lack.
_LATER = ("context", "pooled", "pooled_bias", "pooled_heads")
_ATTENTION_PLACES = 16
# Scores lie on a grid, so attention is looked up: 37 ns a word of 25 labels, where exp takes 170. From the last entry
# on it rounds to 0.
_ATTENTION = np.rint(
    np.exp(np.arange(int(np.log(2.0) * (_ATTENTION_PLACES + 1) / _STEP) + 2) * -_STEP) * 2.0**_ATTENTION_PLACES
).astype(np.float32)
# Pairs of word type and part of speech whose rows are kept: 2.0 KB each, 63 MiB in all. 17,000 passages hold 32,600.
_MAX_PAIRS = 1 << 15


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What a network says of passages.

    Parameters
    ----------
    values : ndarray of shape (n_passages, n_labels), float64
        Log-odds, not yet calibrated.
    read : ReadWords
    attention : ndarray of shape (n_read, n_labels), float32
        How much each word is heard, in steps of 2**-16 of the word that is heard most in its passage.
    said : ndarray of shape (n_read, 3), float64
        What each word says for each status, in steps.
    heard : ndarray of shape (n_passages, n_labels), float64
        Attention of all words together, at least 1.
    bag : ndarray of shape (n_passages, 3), float64
        What all words together say for each status.
    tokens : ndarray of shape (n_read,), int64
        Token of the batch that each word is.
    """

    values: NDArray[np.float64]
    read: ReadWords
    attention: NDArray[np.float32]
    said: NDArray[np.float64]
    heard: NDArray[np.float64]
    bag: NDArray[np.float64]
    tokens: NDArray[np.int64]

    def heard_for(self, passages: NDArray[np.int64], labels: NDArray[np.int64], n_tokens: int) -> csr_array:
        """Return how much each token of the batch is heard for some labels; as for `statuses`.

        Returns
        -------
        csr_array of shape (n_asked, n_tokens), float32
            Positive whole numbers, of tokens of the passage alone.
        """
        owner, words = self._words(passages)
        heard = self.attention[words, labels[owner]]
        (kept,) = np.nonzero(heard > 0)
        return csr_array((heard[kept], (owner[kept], self.tokens[words[kept]])), shape=(len(passages), n_tokens))

    def statuses(self, passages: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what speaks for each status of some labels.

        Parameters
        ----------
        passages, labels : ndarray of shape (n_asked,), int64
            Passage and label that are asked for; one in a hundred pairs of a batch is.

        Returns
        -------
        ndarray of shape (n_asked, 3), float64
        """
        owner, words = self._words(passages)
        asked = ReadWords.parted(self.read.sizes[passages])
        weighed = self.attention[words, labels[owner]][:, None] * self.said[words]
        said = asked.sums(weighed) * _STEP / self.heard[passages, labels][:, None]
        told: NDArray[np.float64] = said + self.bag[passages]
        return told

    def _words(self, passages: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the read words of passages end to end: which passage of these each belongs to, and its number."""
        sizes = self.read.sizes[passages]
        owner = np.repeat(np.arange(len(passages)), sizes)
        first = np.cumsum(self.read.sizes) - self.read.sizes
        return owner, np.repeat(first[passages] - (np.cumsum(sizes) - sizes), sizes) + np.arange(len(owner))


class PassageNetwork:
    """Read passages by a learnt network.

    Parameters
    ----------
    weights : NetworkWeights
    vectors : VectorTable
    cues : CueTable
        What words, and pairs of words, hint at.
    max_pairs : int, optional
        Pairs of word type and part of speech whose rows are kept from batch to batch.

    Attributes
    ----------
    bias : ndarray of shape (n_labels,), float64
        Log-odds of a passage without a word.

    Raises
    ------
    ValueError
        If the weights do not fit together.
    """

    def __init__(
        self, weights: NetworkWeights, vectors: VectorTable, cues: CueTable, max_pairs: int = _MAX_PAIRS
    ) -> None:
        self.weights, self.cues = weights, cues
        width, n_outputs = weights.own.shape
        self.n_labels = (n_outputs - 3) // 2
        fits = (
            weights.lemmas.shape == (len(weights.lemma_keys), width)
            and weights.projection.shape == (vectors.matrix.shape[1], width)
            and weights.hints.shape == (cues.n_hints + N_WORD_FACTS, width)
            and weights.tags.shape == (N_TAGS, width)
            and weights.window.shape == (SPAN, width, len(weights.bias))
            and weights.context.shape == (width, len(weights.bias))
            and weights.heads.shape == (len(weights.bias), n_outputs)
            and weights.heads_bias.shape == (n_outputs,)
            and weights.pooled.shape == (2 * len(weights.bias), len(weights.pooled_bias))
            and weights.pooled_heads.shape == (len(weights.pooled_bias), self.n_labels)
            and weights.bag.shape == (width, self.n_labels + 3)
            and weights.bag_bias.shape == (self.n_labels,)
        )
        if not fits or width > MAX_WIDTH or len(weights.bias) > MAX_WIDTH:
            raise ValueError("the arrays of the network do not fit together")
        self._heads = weights.heads.astype(np.float32)
        self._context, self._bag = weights.context.astype(np.float64), weights.bag.astype(np.float64)
        # What the second layer says of any passage is no word's.
        self._pool = PassagePool(weights)
        self.bias = weights.bag_bias + self._pool.bias * _STEP
        builder = RowBuilder(weights, vectors, cues)
        self._rows, self._lemmas = PairCache(builder, max_pairs), lemma_cache()
        self._of_hints = builder.of_hints()

    def __call__(self, tagged: TaggedBatch, passages: PassageBatch) -> PassageReading:
        """Read passages.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        """
        tokens, local, columns = self._found(tagged)
        read, hints = ReadWords.of(passages, tokens), self._hints(tagged, passages, tokens)
        parts = [
            self._read(part, tokens[words], local[words], columns, hints.part(words)) for part, words in read.slabs()
        ]
        return PassageReading(
            values=np.concatenate([part.values for part in parts]),
            read=read,
            attention=np.concatenate([part.attention for part in parts]),
            said=np.concatenate([part.said for part in parts]),
            heard=np.concatenate([part.heard for part in parts]),
            bag=np.concatenate([part.bag for part in parts]),
            tokens=tokens,
        )

    def of_tokens(self, tagged: TaggedBatch, passages: PassageBatch) -> NDArray[np.float64]:
        """Return what each token adds to the value of each label beyond `bias`; as for `__call__`.

        Returns
        -------
        ndarray of shape (n_tokens, n_labels), float64
        """
        n_labels = self.n_labels
        tokens, local, columns = self._found(tagged)
        told = np.zeros((len(tagged.tags), n_labels))
        parts, hints = [], self._hints(tagged, passages, tokens)
        for part, words in ReadWords.of(passages, tokens).slabs():
            hinted = hints.part(words)
            _, hidden, outputs = self._layers(part, local[words], columns, hinted)
            attention = _attention(outputs[:, :n_labels], part).astype(np.float64)
            heard = np.maximum(part.sums(attention), 1)
            evidence = attention * outputs[:, n_labels : 2 * n_labels]
            rows = columns[3][local[words]]
            rows += _picked(hinted.word, hinted.hint, self._of_hints[2], len(rows))
            bags = rows @ self._bag[:, :n_labels] * _bag_scale(part)[part.owner, None]
            parts.append(evidence * _STEP / heard[part.owner] + bags + self._pool.of_words(part, hidden) * _STEP)
        told[tokens] = np.concatenate(parts)
        return told

    def _found(self, tagged: TaggedBatch) -> tuple[NDArray[np.int64], NDArray[np.int64], Columns]:
        """Return the tokens that are read, the row of each, and the columns of these rows."""
        columns, rows = self._rows(tagged)
        pairs = rows[tagged.lemma_index]
        (tokens,) = np.nonzero(columns[0][pairs])
        return tokens, pairs[tokens], columns

    def _hints(self, tagged: TaggedBatch, passages: PassageBatch, tokens: NDArray[np.int64]) -> WordHints:
        return WordHints.find(self.cues, NearLemmas.of(tagged, self._lemmas), passages, tokens)

    def _read(
        self,
        read: ReadWords,
        tokens: NDArray[np.int64],
        local: NDArray[np.int64],
        columns: Columns,
        hints: WordHints,
    ) -> PassageReading:
        """Read some passages whose words are these tokens and rows, with these hints of pairs."""
        n_labels = self.n_labels
        whole, hidden, outputs = self._layers(read, local, columns, hints)
        attention = _attention(outputs[:, :n_labels], read)
        weighed = np.empty((len(local), 2 * n_labels))
        weighed[:, :n_labels] = attention
        evidence = outputs[:, n_labels : 2 * n_labels]
        np.multiply(weighed[:, :n_labels], evidence, out=weighed[:, n_labels:])
        sums = read.sums(weighed)
        heard = np.maximum(sums[:, :n_labels], 1)
        bag = whole @ self._bag * _bag_scale(read)[:, None]
        together = bag[:, :n_labels] + self._pool(read, hidden) * _STEP + self.bias
        return PassageReading(
            values=sums[:, n_labels:] * _STEP / heard + together,
            read=read,
            attention=attention,
            said=outputs[:, 2 * n_labels :].astype(np.float64),
            heard=heard,
            bag=bag[:, n_labels:],
            tokens=tokens,
        )

    def _layers(
        self, read: ReadWords, local: NDArray[np.int64], columns: Columns, hints: WordHints
    ) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.floating[Any]]]:
        """Return the sum of the rows of each passage, the hidden layer at each place and what the places say."""
        whole = self._whole(read, local, columns, hints)
        hidden = self._hidden(read, local, columns, hints, whole)
        return whole, hidden, self._outputs(local, columns, hints, hidden)

    def _whole(
        self, read: ReadWords, local: NDArray[np.int64], columns: Columns, hints: WordHints
    ) -> NDArray[np.float64]:
        """Return the sum of the rows of all words of each passage, shape (n_passages, n_dimensions), whole numbers."""
        # Rows within 2**9 steps: 32 bits hold the sum of four million of them.
        sums = sum_runs(columns[3], local, read.sizes)
        sums += _picked(read.owner[hints.word], hints.hint, self._of_hints[2], len(read.sizes))
        return sums.astype(np.float64)

    def _hidden(
        self,
        read: ReadWords,
        local: NDArray[np.int64],
        columns: Columns,
        hints: WordHints,
        whole: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        """Return the hidden layer at each place, an array of shape (n_words, n_hidden) of whole numbers."""
        mapped = columns[1]
        # Passages lie end to end, parted and surrounded by places outside, which add nothing.
        places = np.arange(len(local)) + RADIUS * (read.owner + 1)
        size = (int(places[-1]) + 1 if len(places) else 0) + RADIUS
        sequence = np.full(size, -SPAN, dtype=np.int32)
        sequence[places] = local * SPAN
        rows = np.empty((len(local), SPAN), dtype=np.int32)
        for offset in range(SPAN):
            rows[:, offset] = sequence[places + (offset - RADIUS)] + offset
        # A sparse product: 150 ns a word, where gathering the rows and adding them up takes 570.
        inside = (rows >= 0).astype(np.int16).ravel()
        bounds = np.arange(0, rows.size + 1, SPAN, dtype=np.int32)
        picks = csr_array(
            (inside, np.maximum(rows, 0, out=rows).ravel(), bounds), shape=(len(local), len(mapped) * SPAN)
        )
        sums = picks @ mapped.reshape(-1, mapped.shape[2])
        hidden = sums.astype(np.float32)
        context = np.rint(whole @ self._context * (_bag_scale(read) * (WEIGHT_STEP / _STEP))[:, None])
        hidden += np.take(context.astype(np.float32), read.owner, axis=0)
        # What a pair hints at is told to the words around both of it, as what a word says is.
        near = hints.word[:, None] - np.arange(SPAN) + RADIUS
        owner = np.concatenate([read.owner, np.full(RADIUS, -1)])  # the last are outside, at either end
        same = owner[near] == read.owner[hints.word][:, None]
        told = (hints.hint[:, None] * SPAN + np.arange(SPAN))[same]
        hidden += _picked(near[same], told, self._of_hints[0], len(local))
        return np.clip(hidden, 0, ROWS, out=hidden)

    def _outputs(
        self, local: NDArray[np.int64], columns: Columns, hints: WordHints, hidden: NDArray[np.float32]
    ) -> NDArray[np.floating[Any]]:
        """Return what the places say, an array of shape (n_words, n_outputs) of whole numbers."""
        outputs: NDArray[np.floating[Any]] = np.take(columns[2], local, axis=0)
        outputs += _picked(hints.word, hints.hint, self._of_hints[1], len(local))
        outputs += hidden @ self._heads
        return outputs

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the network as arrays by name, without word vectors and cues: what a bundle keeps."""
        named = {f"network_{field.name}": getattr(self.weights, field.name) for field in fields(NetworkWeights)}
        return named

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable, cues: CueTable) -> "PassageNetwork":
        """Return the network that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        names = [field.name for field in fields(NetworkWeights)]
        old = not any(f"network_{name}" in arrays for name in _LATER)
        found = {name: arrays[f"network_{name}"] for name in names if not (old and name in _LATER)}
        if old:
            # Nor did they hear of the forms of verbs.
            (_, width, n_hidden), (_, n_said) = found["window"].shape, found["bag"].shape
            found["context"] = np.zeros((width, n_hidden), dtype=np.int8)
            found["pooled"] = np.zeros((2 * n_hidden, 1), dtype=np.int8)
            found["pooled_bias"] = np.zeros(1, dtype=np.int16)
            found["pooled_heads"] = np.zeros((1, n_said - 3), dtype=np.int8)
            found["hints"] = np.concatenate([found["hints"], np.zeros((N_WORD_FACTS - 1, width), dtype=np.int16)])
        weights = NetworkWeights(**found)
        return cls(weights, vectors, cues)


def _attention(scores: NDArray[np.floating[Any]], read: ReadWords) -> NDArray[np.float32]:
    """Return how much each word is heard, in steps of 2**-16 of the word that is heard most in its passage."""
    steps = scores.astype(np.int64)
    behind = np.repeat(read.largest(steps), read.sizes, axis=0) - steps
    shares: NDArray[np.float32] = _ATTENTION.take(behind, mode="clip")
    return shares


def _picked(
    rows: NDArray[np.int64], columns: NDArray[np.int64], table: NDArray[Number], n_rows: int
) -> NDArray[Number]:
    """Add up rows of a table, named in pairs of the row of the sum and the row of the table."""
    ones = np.ones(len(rows), dtype=table.dtype)
    sums: NDArray[Number] = np.asarray(csr_array((ones, (rows, columns)), shape=(n_rows, len(table))) @ table)
    return sums


def _bag_scale(read: ReadWords) -> NDArray[np.float64]:
    scale: NDArray[np.float64] = BAG_SHARE * _STEP / np.sqrt(np.maximum(read.sizes, 1))
    return scale
