"""Fit the network that reads passages: what it is to say of them, and the course of its learning."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.labeller import STATUSES
from engagetext.classify.near_lemmas import NearLemmas
from engagetext.classify.network import PassageNetwork
from engagetext.classify.network_rows import N_WORD_FACTS, TokenRows, unit_vectors
from engagetext.classify.network_weights import NetworkWeights
from engagetext.classify.passages import PassageBatch
from engagetext.classify.read_words import ReadWords
from engagetext.classify.word_hints import WordHints
from engagetext.learning.adamw import Floats, scheduled
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.evidence import touched_tokens
from engagetext.learning.network_steps import FloatNetwork, NetworkBatch, NetworkOptions
from engagetext.learning.word_rows import VECTOR_LENGTH
from engagetext.taxonomy import KINDS
from engagetext.text.annotator import TaggedBatch
from engagetext.text.vectors import VectorTable
from engagetext.text.word_features import word_keys
from engagetext.text.word_index import ABSENT, WordIndex
from engagetext.workers import map_ordered, one_thread


@dataclass(frozen=True, slots=True)
class NetworkTargets:
    """What a network is to say.

    Parameters
    ----------
    labels : ndarray of shape (n_passages, n_labels), float32
        Probability that the passage holds the label.
    evidence : csr_array of shape (n_tokens, n_labels), float32
        1 where a reader marked the token for the label.
    statuses : ndarray of shape (n_passages, n_labels), int64
        Status of the label, -1 where there is none.
    weights : ndarray of shape (n_passages,), float32
    """

    labels: Floats
    evidence: csr_array
    statuses: NDArray[np.int64]
    weights: Floats


class NetworkTrainer:
    """Train networks on parts of one set of passages: what they share is prepared once.

    Parameters
    ----------
    tagged : TaggedBatch
    passages : PassageBatch
        Passages that hold all its tokens, in order.
    targets : NetworkTargets
    vectors : VectorTable
    cues : CueTable
    options : NetworkOptions
    """

    def __init__(
        self,
        tagged: TaggedBatch,
        passages: PassageBatch,
        targets: NetworkTargets,
        vectors: VectorTable,
        cues: CueTable,
        options: NetworkOptions,
    ) -> None:
        self._targets, self._vectors, self._cues, self._options = targets, vectors, cues, options
        self._keys = frequent_lemmas(tagged, passages, options.min_count)
        self._found = TokenRows.build(tagged, vectors, cues, WordIndex(self._keys))
        self._read = ReadWords.of(passages, self._found.tokens)
        self._starts = np.concatenate([[0], np.cumsum(self._read.sizes)])
        self._evidence = targets.evidence[self._found.tokens]
        self._units = (unit_vectors(vectors) * VECTOR_LENGTH).astype(np.float32)
        pairs = WordHints.find(cues, NearLemmas.of(tagged), passages, self._found.tokens)
        ones = np.ones(len(pairs.word), dtype=np.float32)
        shape = len(self._found.tokens), cues.n_hints + N_WORD_FACTS
        own = self._found.facts.hints[self._found.local]
        self._hints = csr_array(own + csr_array((ones, (pairs.word, pairs.hint)), shape=shape))

    def train(self, chosen: Iterable[NDArray[np.int64]], *, n_process: int = 1) -> Iterator[PassageNetwork]:
        """Train a network on each choice of passages.

        Parameters
        ----------
        chosen : iterable of ndarray of int64
            Numbers of the passages that each is trained on.
        n_process : int, default=1
            Processes that train side by side; what is learnt does not depend on it.

        Yields
        ------
        PassageNetwork
            In the order of the choices.
        """
        for weights in map_ordered(_learn, ((self, rows) for rows in chosen), n_process=n_process):
            yield PassageNetwork(weights, self._vectors, self._cues)

    def learn(self, chosen: NDArray[np.int64]) -> NetworkWeights:
        """Return what a network learns from the passages of these numbers."""
        options = self._options
        network = FloatNetwork(
            len(self._keys),
            self._units.shape[1],
            self._cues.n_hints + N_WORD_FACTS,
            self._targets.labels.shape[1],
            options,
        )
        rows = chosen[(self._targets.weights[chosen] > 0) & (self._read.sizes[chosen] > 0)]
        for few, rate in scheduled(network.rng, rows, options.epochs, options.batch_size, options.rate):
            network.step(self._batch(few), rate)
        return network.quantised(self._keys)

    def _batch(self, rows: NDArray[np.int64]) -> NetworkBatch:
        sizes = self._read.sizes[rows]
        heads = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        words = np.repeat(self._starts[rows] - heads, sizes) + np.arange(int(sizes.sum()))
        pairs = self._found.local[words]
        places = self._found.facts.vectors[pairs]
        return NetworkBatch(
            heads=heads,
            sizes=sizes,
            owner=np.repeat(np.arange(len(rows)), sizes),
            vectors=np.where((places == ABSENT)[:, None], np.float32(0), self._units[places]),
            lemmas=self._found.facts.lemmas[pairs] + 1,
            hints=self._hints[words],
            tags=self._found.facts.tags[pairs],
            labels=self._targets.labels[rows],
            evidence=self._evidence[words].toarray(),
            statuses=self._targets.statuses[rows],
            weights=self._targets.weights[rows][:, None],
        )


def _learn(task: tuple[NetworkTrainer, NDArray[np.int64]]) -> NetworkWeights:
    trainer, chosen = task
    # Linear algebra may add up in another order with another number of threads.
    with one_thread():
        return trainer.learn(chosen)


def frequent_lemmas(tagged: TaggedBatch, passages: PassageBatch, min_count: int) -> NDArray[np.uint64]:
    """Return the keys of the lemmas of at least `min_count` passages, sorted."""
    keys = word_keys(tagged.lemmas)[tagged.lemma_index]
    owner = np.repeat(np.arange(len(passages.first)), passages.last - passages.first)
    known, column = np.unique(keys, return_inverse=True)
    cells = np.unique(owner * max(len(known), 1) + column)
    counts = np.bincount(cells % max(len(known), 1), minlength=len(known))
    frequent: NDArray[np.uint64] = known[counts >= min_count]
    return frequent


def network_targets(
    passages: Sequence[LabelledPassage],
    labels: Mapping[str, Sequence[str]],
    likely: NDArray[np.float64],
    tagged: TaggedBatch,
    options: NetworkOptions,
) -> NetworkTargets:
    """Return what a network is to say of passages, each of which is one text of the batch."""
    keys = [(kind, label) for kind in KINDS for label in labels[kind]]
    columns = {key: number for number, key in enumerate(keys)}
    statuses = np.full(likely.shape, -1, dtype=np.int64)
    tokens, marks = [], []
    for row, passage in enumerate(passages):
        for label, status in passage.obstacles:
            statuses[row, columns["obstacle", label]] = STATUSES.index(status)
        for key, spans in passage.evidence.items():
            # A reader may have marked words for a label that the readings together do not give.
            for start, end in spans if likely[row, columns[key]] > 0 else ():
                marked = touched_tokens(tagged.tokens, row, (start, end))
                tokens += marked
                marks += [columns[key]] * len(marked)
    evidence = csr_array((np.ones(len(tokens), dtype=np.float32), (tokens, marks)), shape=(len(tagged.tags), len(keys)))
    evidence.data = np.minimum(evidence.data, 1)
    weights = np.array([_weight(passage, options) for passage in passages], dtype=np.float32)
    return NetworkTargets(likely.astype(np.float32), evidence, statuses, weights)


def _weight(passage: LabelledPassage, options: NetworkOptions) -> float:
    if not passage.authored:
        return 1.0
    return options.patterned_weight if passage.after else options.authored_weight
