"""Fit the reader that tells the status of an obstacle by the words around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.labeller import STATUSES
from engagetext.classify.network_rows import N_WORD_FACTS, WordFacts, unit_vectors
from engagetext.classify.network_weights import HEAD_STEP, ROW_STEP, WEIGHT_STEP
from engagetext.classify.status_reader import StatusReader, StatusWeights
from engagetext.classify.surroundings import N_BANDS, N_PLACES, Surroundings, placed
from engagetext.learning.adamw import AdamW, Floats, scheduled
from engagetext.learning.dropout import draw_kept, draw_mask
from engagetext.learning.network import frequent_lemmas
from engagetext.learning.network_steps import MAX_BIAS
from engagetext.learning.quantise import whole
from engagetext.learning.statuses import StatusExamples
from engagetext.learning.word_rows import VECTOR_LENGTH, added_rows, row_slopes, seen_hints, whole_rows
from engagetext.text.tagger import N_TAGS
from engagetext.text.vectors import VectorTable
from engagetext.text.word_index import ABSENT, WordIndex
from engagetext.workers import one_thread

# Of the rows that lemmas, hints and tags begin with. Not swept.
_LEMMA_LENGTH, _HINT_LENGTH, _TAG_LENGTH = 0.1, 0.1, 0.2


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """How a status reader is fitted; nothing was swept but what a figure stands with.

    Parameters
    ----------
    epochs : int, default=6
    n_dimensions, n_hidden : int
    dropout : float, default=0.3
        Of the rows and of the hidden layer.
    lemma_dropout, fact_dropout : float
        Share of tokens of which a step does not see the lemma, or the vector, or the hints.
    marked_share : float, default=0.4
        Share of the obstacles with marked words that a step sees from these, not from what a network hears.
    authored_weight : float, default=0.5
        Weight of an obstacle in an authored passage. .25 and .5: of 423 obstacles on left-out sources the status of
        .820 and .825 is right.
    rate : float, default=0.002
        Highest step of AdamW.
    min_count : int, default=20
        Passages in which a lemma must occur.
    batch_size : int, default=128
        Examples a step.
    seed : int, default=0
    """

    epochs: int = 6
    n_dimensions: int = 64
    n_hidden: int = 128
    dropout: float = 0.3
    lemma_dropout: float = 0.15
    fact_dropout: float = 0.1
    marked_share: float = 0.4
    authored_weight: float = 0.5
    rate: float = 0.002
    min_count: int = 20
    batch_size: int = 128
    seed: int = 0


class ReaderTrainer:
    """Train status readers on parts of one set of examples: what they share is prepared once.

    Parameters
    ----------
    examples : StatusExamples
    vectors : VectorTable
    cues : CueTable
    options : ReaderOptions
    """

    def __init__(self, examples: StatusExamples, vectors: VectorTable, cues: CueTable, options: ReaderOptions) -> None:
        self._examples, self._vectors, self._cues, self._options = examples, vectors, cues, options
        tagged = examples.tagged
        self._keys = frequent_lemmas(tagged, examples.passages, options.min_count)
        self._facts, self._local = WordFacts.of_batch(tagged, vectors, cues, WordIndex(self._keys))
        self._negation = self._facts.denies[self._local]
        self._units = (unit_vectors(vectors) * VECTOR_LENGTH).astype(np.float32)
        self._weights = np.where(examples.authored, options.authored_weight, 1.0).astype(np.float32)

    def train(self, chosen: NDArray[np.int64], heard: csr_array) -> StatusReader:
        """Train a reader.

        Parameters
        ----------
        chosen : ndarray of shape (n_chosen,), int64
            Examples that it learns from.
        heard : csr_array of shape (n_examples, n_tokens)
            As of `StatusExamples.heard_by`.
        """
        options = self._options
        reader = _FloatReader(len(self._keys), self._units.shape[1], self._cues.n_hints + N_WORD_FACTS, options)
        # Linear algebra may add up in another order with another number of threads.
        with one_thread():
            for rows, rate in scheduled(reader.rng, chosen, options.epochs, options.batch_size, options.rate):
                reader.step(self._batch(rows, heard, reader.rng), rate)
        return StatusReader(reader.quantised(self._keys), self._vectors, self._cues)

    def _batch(self, rows: NDArray[np.int64], heard: csr_array, rng: np.random.Generator) -> "_Batch":
        examples = self._examples
        seen, marked = heard[rows], examples.marked[rows]
        by_mark = (np.diff(marked.indptr) > 0) & (rng.random(len(rows)) < self._options.marked_share)
        by_mark |= np.diff(seen.indptr) == 0
        shown = csr_array(seen.multiply(~by_mark[:, None]) + marked.multiply(by_mark[:, None]))
        shown.eliminate_zeros()
        around = Surroundings.of(examples.tagged, examples.passages, examples.rows[rows], shown, self._negation)
        pairs = self._local[around.tokens]
        places = self._facts.vectors[pairs]
        by_band, by_share = (scale.astype(np.float32) for scale in around.scales())
        return _Batch(
            around=around,
            scales=(by_band, by_share),
            vectors=np.where((places == ABSENT)[:, None], np.float32(0), self._units[places]),
            lemmas=self._facts.lemmas[pairs] + 1,
            hints=self._facts.hints[pairs],
            tags=self._facts.tags[pairs],
            statuses=examples.statuses[rows],
            weights=self._weights[rows],
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some examples, their tokens end to end; what sums are divided by, and as in `NetworkBatch`."""

    around: Surroundings
    scales: tuple[Floats, Floats]
    vectors: Floats
    lemmas: NDArray[np.int64]
    hints: csr_array
    tags: NDArray[np.int64]
    statuses: NDArray[np.int64]
    weights: Floats


class _FloatReader:
    """The reader in floats, as it learns."""

    def __init__(self, n_lemmas: int, n_vector: int, n_hints: int, options: ReaderOptions) -> None:
        self.rng = np.random.default_rng(options.seed)
        self._options = options
        width, n_hidden = options.n_dimensions, options.n_hidden

        def normal(scale: float, *shape: int) -> Floats:
            return (self.rng.normal(size=shape) * scale).astype(np.float32)

        self.parameters = {
            "projection": normal(1 / np.sqrt(3 * n_vector), n_vector, width),
            "lemmas": normal(_LEMMA_LENGTH, n_lemmas + 1, width),  # the first is that of unknown ones, and stays zero
            "hints": normal(_HINT_LENGTH, n_hints, width),
            "tags": normal(_TAG_LENGTH, N_TAGS, width),
            "hidden": normal(1 / np.sqrt(3 * N_PLACES * width), N_PLACES * width, n_hidden),
            "bias": np.zeros(n_hidden, dtype=np.float32),
            "heads": normal(1 / np.sqrt(3 * n_hidden), n_hidden, len(STATUSES)),
            "heads_bias": np.zeros(len(STATUSES), dtype=np.float32),
        }
        self.parameters["lemmas"][0] = 0
        self.optimizer = AdamW(self.parameters)

    def step(self, batch: _Batch, rate: float) -> None:
        """Take one step along the slope of the cross-entropy of a batch."""
        weights, options = self.parameters, self._options
        n_tokens, n_asked = len(batch.lemmas), len(batch.statuses)
        bands, heard = batch.around.bands.astype(np.float32), batch.around.heard.astype(np.float32)

        lemmas = np.where(draw_kept(self.rng, n_tokens, options.lemma_dropout), batch.lemmas, 0)
        vectors = batch.vectors * draw_kept(self.rng, n_tokens, options.fact_dropout)[:, None]
        hints = seen_hints(batch.hints, draw_kept(self.rng, n_tokens, options.fact_dropout))
        rows = added_rows(weights, vectors, lemmas, hints, batch.tags)
        row_mask = draw_mask(self.rng, rows.shape, self._options.dropout)
        rows *= row_mask
        places = placed(bands, heard, rows, batch.scales)
        flat = places.reshape(n_asked, -1)
        sums = flat @ weights["hidden"] + weights["bias"]
        hidden_mask = draw_mask(self.rng, sums.shape, self._options.dropout) * (sums > 0)
        hidden = sums * hidden_mask
        said = hidden @ weights["heads"] + weights["heads_bias"]
        powers = np.exp(said - said.max(axis=1, keepdims=True))

        error = powers / powers.sum(axis=1, keepdims=True) - np.eye(said.shape[1], dtype=np.float32)[batch.statuses]
        error *= (batch.weights / batch.weights.sum())[:, None]
        to_hidden = (error @ weights["heads"].T) * hidden_mask
        to_places = (to_hidden @ weights["hidden"].T).reshape(places.shape)
        by_band, by_share = batch.scales
        to_rows = bands.T @ (to_places[:, :N_BANDS] / by_band).reshape(-1, rows.shape[1])
        to_rows += heard.T @ (to_places[:, N_BANDS] / by_share)
        to_rows *= row_mask
        self.optimizer.step(
            {
                **row_slopes(vectors, lemmas, hints, batch.tags, to_rows),
                "hidden": flat.T @ to_hidden,
                "bias": to_hidden.sum(axis=0),
                "heads": hidden.T @ error,
                "heads_bias": error.sum(axis=0),
            },
            rate,
        )

    def quantised(self, keys: NDArray[np.uint64]) -> StatusWeights:
        """Return the reader in whole numbers; what lies beyond their limits is cut off there."""
        weights = self.parameters
        return StatusWeights(
            **whole_rows(weights, keys),
            hidden=whole(weights["hidden"], WEIGHT_STEP, 127, np.int8),
            bias=whole(weights["bias"], ROW_STEP, MAX_BIAS, np.int16),
            heads=whole(weights["heads"], HEAD_STEP, 2**14, np.int16),
            heads_bias=whole(weights["heads_bias"], ROW_STEP * HEAD_STEP, 2**24, np.int32),
        )
