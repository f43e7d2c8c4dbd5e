"""Fit the tagger: a small network, trained in floats by Adam and turned into whole numbers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from engagetext.learning.noise import GLUED, corrupt
from engagetext.learning.treebanks import UNKNOWN_TAG, GoldSentence, TaggedTexts, join_sentences
from engagetext.text.grouping import sum_by
from engagetext.text.lexicon import Lexicon
from engagetext.text.normalize import lower_form
from engagetext.text.tagger import (
    GAPS,
    MAP_LIMIT,
    MAX_DIMENSIONS,
    MAX_HIDDEN,
    N_TAGS,
    OUTSIDE,
    ROW_LIMIT,
    START,
    WINDOW,
    Tagger,
    TaggerWeights,
    token_gaps,
)
from engagetext.text.vectors import VectorTable
from engagetext.text.word_features import LEXICAL_FEATURES, NO_FEATURE, bare_form, feature_keys
from engagetext.text.word_index import ABSENT

Floats = NDArray[np.float32]
Integer = TypeVar("Integer", bound=np.integer)
_SPAN = 2 * WINDOW + 1
# Word vectors enter as long as this against features of length 1. From 1 to 6 all development sets move by < .0007.
_VECTOR_LENGTH = 4.0
# Gradients of a run are scaled up: Adam does not care, its epsilon does.
_GRADIENT_SCALE = 20.0
_FIRST_PASS_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class TaggerOptions:
    """How a tagger is fitted. Swept on the development parts of the treebanks: all lie on a plateau of ± .001.

    Parameters
    ----------
    n_dimensions : int, default=64
        Length of the row of a word type.
    n_hidden : int, default=128
    epochs : int, default=10
    rate : float, default=0.002
        Step of Adam, falling linearly to zero.
    dropout : float, default=0.4
        Share of hidden units that are silent in a step.
    word_dropout : float, default=0.5
        A word that occurs n times hides its own name with the odds of this against n.
    min_count : int, default=6
        Occurrences that a feature needs.
    run : int, default=800
        Tokens a step.
    seed : int, default=0
    """

    n_dimensions: int = MAX_DIMENSIONS
    n_hidden: int = MAX_HIDDEN
    epochs: int = 6
    rate: float = 0.002
    dropout: float = 0.4
    word_dropout: float = 0.5
    min_count: int = 6
    run: int = 800
    seed: int = 0


@dataclass(frozen=True, slots=True)
class _Tokens:
    """Tokens end to end, parted by places outside (type 0)."""

    types: NDArray[np.int64]
    gaps: NDArray[np.int64]
    tags: NDArray[np.int64]
    starts: NDArray[np.int64]


def train_tagger(
    treebanks: Sequence[Sequence[GoldSentence]],
    lexicon: Lexicon,
    vectors: VectorTable,
    spellings: Mapping[str, tuple[str, ...]],
    options: TaggerOptions,
) -> Tagger:
    """Fit a tagger on treebanks and, in equal parts, on the same sentences as comments would spell them.

    Parameters
    ----------
    treebanks : sequence of sequence of GoldSentence
        Sentences in the order of their texts.
    lexicon : Lexicon
    vectors : VectorTable
    spellings : mapping of str to tuple of str
        See `noise.corrupt`.
    options : TaggerOptions

    Returns
    -------
    Tagger
        The same to the last bit for the same data, options and versions of numpy and scipy.
    """
    rng = np.random.default_rng(options.seed)
    clean = [join_sentences(bank, rng) for bank in treebanks]
    # Three spoilt copies take turns: each epoch sees the clean texts and one of them.
    noisy = [[join_sentences(corrupt(bank, spellings, rng), rng, glued=GLUED) for bank in treebanks] for _ in range(3)]
    counts: Counter[str] = Counter()
    for texts in (*clean, *(text for copy in noisy for text in copy)):
        counts.update(texts.batch.token_text(token) for token in range(len(texts.batch.type_ids)))
    words = sorted(counts)
    numbers = {word: number for number, word in enumerate(words, start=1)}
    keys, features = _type_features(words, counts, lexicon, vectors, options)
    network = _Network(features, np.array([0, *(counts[word] for word in words)]), options)
    rounds = [_end_to_end([*clean, *copy], numbers) for copy in noisy]
    for epoch in range(options.epochs):
        rate = options.rate * (1 - epoch / options.epochs)
        network.train(rounds[epoch % len(rounds)], rate, rng)
    return Tagger(network.quantised(keys, vectors), lexicon, vectors)


def _type_features(
    words: Sequence[str],
    counts: Mapping[str, int],
    lexicon: Lexicon,
    vectors: VectorTable,
    options: TaggerOptions,
) -> tuple[NDArray[np.uint64], csr_array]:
    """Return the features that are kept, and the feature matrix of types.

    Rows: one for the places outside, one a type, then the same again for types whose name is hidden. Columns: one for
    the places outside, one a feature, one a vector dimension.
    """
    classes = lexicon.lookup([lower_form(word) for word in words])
    bare_classes = lexicon.lookup([bare_form(word) for word in words])
    table = feature_keys(words, classes, bare_classes)
    weight = np.ones(table.shape, dtype=np.int64)
    weight[:, list(LEXICAL_FEATURES)] = np.array([counts[word] for word in words])[:, None]
    known, inverse = np.unique(table, return_inverse=True)
    frequent = np.bincount(inverse.ravel(), weight.ravel()) >= options.min_count
    kept = known[frequent & (known != NO_FEATURE)]
    at = np.minimum(np.searchsorted(kept, table), len(kept) - 1)
    found = kept[at] == table
    hidden = found.copy()
    hidden[:, list(LEXICAL_FEATURES)] = False
    places = vectors.find(words)
    dense = np.where((places == ABSENT)[:, None], 0, vectors.matrix[vectors.rows[places]]) * _vector_scale(vectors)
    blocks = []
    for mask in (found, hidden):
        rows, columns = np.nonzero(mask)
        # Row 0, of the places outside, has a feature of its own: column 0.
        rows, columns = np.append(rows + 1, 0), np.append(at[rows, columns] + 1, 0)
        shape = len(words) + 1, len(kept) + 1
        binary = csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        padded = np.concatenate([np.zeros((1, dense.shape[1])), dense]).astype(np.float32)
        blocks.append(hstack([binary, csr_array(padded)], format="csr"))
    return kept, csr_array(vstack(blocks, format="csr"))


def _vector_scale(vectors: VectorTable) -> float:
    norms = np.linalg.norm(vectors.matrix.astype(np.float64), axis=1)
    return _VECTOR_LENGTH / float(norms.mean())


def _end_to_end(texts: Sequence[TaggedTexts], numbers: Mapping[str, int]) -> list[_Tokens]:
    """Return every text as tokens of its own, a place outside on either side."""
    found = []
    for part in texts:
        batch = part.batch
        types = np.array([numbers.get(word, 0) for word in batch.vocabulary.types])[batch.type_ids]
        gaps = token_gaps(batch)
        for first, last in zip(batch.bounds[:-1], batch.bounds[1:], strict=True):
            rows = slice(first, last)
            edges = (WINDOW, 0)
            found.append(
                _Tokens(
                    np.pad(types[rows], edges),
                    np.pad(gaps[rows], edges),
                    np.pad(part.tags[rows].astype(np.int64), edges, constant_values=UNKNOWN_TAG),
                    np.pad(part.starts[rows].astype(np.int64), edges, constant_values=UNKNOWN_TAG),
                )
            )
    return found


class _Network:
    """The network in floats, with Adam's running means."""

    def __init__(self, features: csr_array, counts: NDArray[np.int64], options: TaggerOptions) -> None:
        rng = np.random.default_rng(options.seed)
        n_dimensions, n_hidden = options.n_dimensions, options.n_hidden
        n_outputs = N_TAGS + 1

        def normal(scale: float, *shape: int) -> Floats:
            return (rng.normal(size=shape) * scale).astype(np.float32)

        def zeros(*shape: int) -> Floats:
            return np.zeros(shape, dtype=np.float32)

        self._features = features
        self._n_types = len(counts)
        self._hide_odds = options.word_dropout / (options.word_dropout + np.maximum(counts, 1))
        self._hide_odds[0] = 0.0
        self._options = options
        self.parameters = {
            "embeddings": normal(0.1, features.shape[1], n_dimensions),
            "window": normal(2 / np.sqrt(_SPAN * n_dimensions), _SPAN, n_dimensions, n_hidden),
            "gaps": zeros(3, GAPS, n_hidden),
            "bias": zeros(n_hidden),
            "first_output": normal(1 / np.sqrt(n_hidden), n_hidden, n_outputs),
            "first_bias": zeros(n_outputs),
            "neighbours": zeros(_SPAN, n_outputs, n_hidden),
            "second_output": normal(1 / np.sqrt(n_hidden), n_hidden, n_outputs),
            "second_bias": zeros(n_outputs),
        }
        self._means = {name: np.zeros_like(value) for name, value in self.parameters.items()}
        self._squares = {name: np.zeros_like(value) for name, value in self.parameters.items()}
        self._steps = 0

    def train(self, texts: Sequence[_Tokens], rate: float, rng: np.random.Generator) -> None:
        """Go through all texts once, in an order that is drawn."""
        order = rng.permutation(len(texts))

        def joined(name: str, edge: int) -> NDArray[np.int64]:
            parts = [getattr(texts[number], name) for number in order]
            return np.concatenate([*parts, np.full(WINDOW, edge)])

        tokens = _Tokens(
            joined("types", 0), joined("gaps", 0), joined("tags", UNKNOWN_TAG), joined("starts", UNKNOWN_TAG)
        )
        firsts = np.arange(WINDOW, len(tokens.types) - WINDOW, self._options.run)
        for first in rng.permutation(firsts).tolist():
            last = min(first + self._options.run, len(tokens.types) - WINDOW)
            self._adam(self._gradients(tokens, first, last, rng), rate)

    def _gradients(
        self, tokens: _Tokens, first: int, last: int, rng: np.random.Generator
    ) -> dict[str, Floats | tuple[NDArray[np.int64], Floats]]:
        weights = self.parameters
        size = last - first
        around = slice(first - WINDOW, last + WINDOW)
        ids, gaps = tokens.types[around], tokens.gaps[around]
        ids = np.where(rng.random(len(ids)) < self._hide_odds[ids], ids + self._n_types, ids)
        types, local = np.unique(ids, return_inverse=True)
        features = self._features[types]
        rows = (features @ weights["embeddings"])[local]
        sums = np.broadcast_to(weights["bias"], (size, weights["bias"].shape[0])).copy()
        for offset in range(_SPAN):
            sums += rows[offset : offset + size] @ weights["window"][offset]
        for offset in range(3):
            sums += weights["gaps"][offset][gaps[WINDOW - 1 + offset : WINDOW - 1 + offset + size]]
        kept = self._kept(sums.shape, rng)
        hidden = np.maximum(sums, 0) * kept
        scores = hidden @ weights["first_output"] + weights["first_bias"]
        seen = np.full(size + 2 * WINDOW, OUTSIDE)
        inside = ids[WINDOW : WINDOW + size] > 0
        seen[WINDOW : WINDOW + size] = np.where(inside, scores[:, :N_TAGS].argmax(axis=1), OUTSIDE)
        later = sums.copy()
        for offset in range(_SPAN):
            if offset != WINDOW:
                later += weights["neighbours"][offset][seen[offset : offset + size]]
        kept_later = self._kept(sums.shape, rng)
        hidden_later = np.maximum(later, 0) * kept_later
        scores_later = hidden_later @ weights["second_output"] + weights["second_bias"]

        tags, starts = tokens.tags[first:last], tokens.starts[first:last]
        error = _error(scores, tags, starts) * _FIRST_PASS_WEIGHT
        error_later = _error(scores_later, tags, starts)
        to_later = (error_later @ weights["second_output"].T) * kept_later * (later > 0)
        to_sums = (error @ weights["first_output"].T) * kept * (sums > 0) + to_later
        to_rows = np.zeros_like(rows)
        to_window = np.empty_like(weights["window"])
        for offset in range(_SPAN):
            to_window[offset] = rows[offset : offset + size].T @ to_sums
            to_rows[offset : offset + size] += to_sums @ weights["window"][offset].T
        to_neighbours = np.zeros_like(weights["neighbours"])
        for offset in range(_SPAN):
            if offset != WINDOW:
                to_neighbours[offset] = sum_by(seen[offset : offset + size], to_later, N_TAGS + 1)
        to_gaps = np.stack(
            [sum_by(gaps[WINDOW - 1 + offset : WINDOW - 1 + offset + size], to_sums, GAPS) for offset in range(3)]
        )
        touched = np.unique(features.indices)
        return {
            "embeddings": (touched, (features[:, touched].T @ sum_by(local, to_rows, len(types))).astype(np.float32)),
            "window": to_window,
            "gaps": to_gaps,
            "bias": to_sums.sum(axis=0),
            "first_output": hidden.T @ error,
            "first_bias": error.sum(axis=0),
            "neighbours": to_neighbours,
            "second_output": hidden_later.T @ error_later,
            "second_bias": error_later.sum(axis=0),
        }

    def _kept(self, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
        kept = rng.random(shape, dtype=np.float32) >= self._options.dropout
        return kept.astype(np.float32) / np.float32(1 - self._options.dropout)

    def _adam(self, gradients: Mapping[str, Floats | tuple[NDArray[np.int64], Floats]], rate: float) -> None:
        self._steps += 1
        step = rate * np.sqrt(1 - 0.999**self._steps) / (1 - 0.9**self._steps)
        for name, gradient in gradients.items():
            # Only the embeddings that a run has seen move.
            where, slope = gradient if isinstance(gradient, tuple) else (slice(None), gradient)
            mean = 0.9 * self._means[name][where] + 0.1 * slope
            square = 0.999 * self._squares[name][where] + 0.001 * slope * slope
            self._means[name][where], self._squares[name][where] = mean, square
            self.parameters[name][where] -= step * mean / (np.sqrt(square) + 1e-8)

    def quantised(self, keys: NDArray[np.uint64], vectors: VectorTable) -> TaggerWeights:
        """Return the network in whole numbers.

        Scales are chosen so that all but one value in ten thousand fit into their limits; the rest are cut off there.
        """
        weights = {name: value.astype(np.float64) for name, value in self.parameters.items()}
        rows = self._features[: self._n_types] @ self.parameters["embeddings"]
        row_scale = _power_of_two(ROW_LIMIT / np.quantile(np.abs(rows), 0.9999))
        n_features = len(keys) + 1
        projection = weights["embeddings"][n_features:] * _vector_scale(vectors)
        # Embeddings keep some bits more than rows, as many as 16 bits leave room for.
        row_shift = min(6, int(np.log2(32000 / (np.abs(weights["embeddings"][:n_features]).max() * row_scale))))
        fine = row_scale * 2.0**row_shift
        vector_shift = max(0, int(np.log2(127 / (np.abs(projection).max() * fine))))
        window_scale = 127 / np.abs(weights["window"]).max()
        mapped = np.abs(rows @ weights["window"].swapaxes(0, 1).reshape(rows.shape[1], -1))
        hidden_scale = MAP_LIMIT / np.quantile(mapped, 0.9999) / 2
        map_shift = max(0, round(float(np.log2(row_scale * window_scale / hidden_scale))))
        hidden_scale = row_scale * window_scale / 2.0**map_shift

        output_scales = {name: 127 / np.abs(weights[f"{name}_output"]).max() for name in ("first", "second")}
        return TaggerWeights(
            keys=keys,
            embeddings=_whole(weights["embeddings"][1:n_features], fine, 32767, np.int16),
            projection=_whole(projection, fine * 2.0**vector_shift, 127, np.int8),
            outside=_whole(weights["embeddings"][0], row_scale, ROW_LIMIT, np.int16),
            shifts=np.array([vector_shift, row_shift, map_shift]),
            window=_whole(weights["window"], window_scale, 127, np.int8),
            gaps=_whole(weights["gaps"], hidden_scale, MAP_LIMIT, np.int16),
            bias=_whole(weights["bias"], hidden_scale, MAP_LIMIT, np.int16),
            first_output=_whole(weights["first_output"], output_scales["first"], 127, np.int8),
            second_output=_whole(weights["second_output"], output_scales["second"], 127, np.int8),
            first_bias=_whole(weights["first_bias"], hidden_scale * output_scales["first"], 2**24, np.int32),
            second_bias=_whole(weights["second_bias"], hidden_scale * output_scales["second"], 2**24, np.int32),
            neighbours=_whole(weights["neighbours"], hidden_scale, MAP_LIMIT, np.int16),
        )


def _error(scores: Floats, tags: NDArray[np.int64], starts: NDArray[np.int64]) -> Floats:
    """Return the slope of the loss over the scores: cross-entropy of the tag, logistic loss of the start."""
    error = np.zeros_like(scores)
    (known,) = np.nonzero(tags != UNKNOWN_TAG)
    powers = np.exp(scores[known, :N_TAGS] - scores[known, :N_TAGS].max(axis=1, keepdims=True))
    error[known, :N_TAGS] = powers / powers.sum(axis=1, keepdims=True)
    error[known, tags[known]] -= 1
    (cut,) = np.nonzero(starts != UNKNOWN_TAG)
    error[cut, START] = 1 / (1 + np.exp(-scores[cut, START])) - starts[cut]
    return error * np.float32(_GRADIENT_SCALE / len(scores))


def _whole(values: NDArray[np.float64], scale: float, limit: int, dtype: type[Integer]) -> NDArray[Integer]:
    return np.clip(np.rint(values * scale), -limit, limit).astype(dtype)


def _power_of_two(number: float) -> float:
    return float(2.0 ** np.floor(np.log2(number)))
