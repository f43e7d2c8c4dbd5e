"""Labelled passages, prepared once for all that is fitted on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.cues import CueTable
from engagetext.classify.passages import PassageBatch
from engagetext.classify.scorer import as_texts
from engagetext.classify.spaces import FeatureSpaces
from engagetext.errors import OptionError
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.folds import real_rows
from engagetext.learning.label_matrices import target_matrix
from engagetext.learning.network import NetworkTrainer, network_targets
from engagetext.learning.network_steps import NetworkOptions
from engagetext.taxonomy import KINDS, Taxonomy
from engagetext.text.annotator import Annotator, TaggedBatch
from engagetext.text.vectors import VectorTable


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Labelled passages with their tokens and targets.

    Parameters
    ----------
    passages : sequence of LabelledPassage
    tagged : TaggedBatch
        Each passage a text.
    batch : PassageBatch
        Each text a passage.
    labels : mapping of str to tuple of str
        Kind -> its labels, in the order of their columns.
    likely : ndarray of shape (n_passages, n_labels), float64
        Probability that the passage holds the label, themes first.
    real : ndarray of shape (n_passages,), bool
        Whether the passage was found, not written for training.
    """

    passages: Sequence[LabelledPassage]
    tagged: TaggedBatch
    batch: PassageBatch
    labels: Mapping[str, tuple[str, ...]]
    likely: NDArray[np.float64]
    real: NDArray[np.bool_]

    @classmethod
    def build(cls, passages: Sequence[LabelledPassage], taxonomy: Taxonomy, annotator: Annotator) -> "TrainingSet":
        """Cut passages into tokens, and make the labels of a taxonomy columns."""
        tagged = annotator([passage.text for passage in passages])
        labels = {kind: tuple(label.id for label in taxonomy.labels(kind)) for kind in KINDS}
        return cls(
            passages=passages,
            tagged=tagged,
            batch=PassageBatch.of_texts(tagged.tokens),
            labels=labels,
            likely=np.concatenate([target_matrix(passages, labels[kind], kind) for kind in KINDS], axis=1),
            real=real_rows(passages),
        )

    def columns(self, kind: str) -> slice:
        """Return the columns of the labels of a kind."""
        first = sum(len(self.labels[other]) for other in KINDS[: KINDS.index(kind)])
        return slice(first, first + len(self.labels[kind]))

    def select(self, rows: NDArray[np.int64]) -> tuple[TaggedBatch, PassageBatch]:
        """Return some passages as a batch of their own, each a text."""
        chosen = PassageBatch(self.batch.first[rows], self.batch.last[rows], self.batch.text[rows])
        alone = as_texts(self.tagged, chosen)
        return alone, PassageBatch.of_texts(alone.tokens)

    def fit_spaces(self, vectors: VectorTable, cues: CueTable, *, min_count: int, relation_count: int) -> FeatureSpaces:
        """Return the features that the passages show often enough.

        Parameters
        ----------
        vectors : VectorTable
        cues : CueTable
        min_count, relation_count : int
            As for `TrainingOptions`; a relation must occur at least `min_count` times too.

        Raises
        ------
        OptionError
            If no feature is frequent enough.
        """
        spaces = FeatureSpaces.fit(
            self.tagged, self.batch, vectors, cues, min_count=min_count, relation_count=max(min_count, relation_count)
        )
        if not len(spaces.words.keys):
            raise OptionError("min_count", str(min_count), "at most the passages that share a word", "Lower it.")
        return spaces

    def build_network_trainer(self, vectors: VectorTable, cues: CueTable, options: NetworkOptions) -> NetworkTrainer:
        """Return what trains networks on parts of the passages."""
        targets = network_targets(self.passages, self.labels, self.likely, self.tagged, options)
        return NetworkTrainer(self.tagged, self.batch, targets, vectors, cues, options)
