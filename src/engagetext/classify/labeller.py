"""Themes and obstacles of passages: the learned part of a model, and how it is kept as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from engagetext.classify.calibration import PlattCalibration
from engagetext.classify.features import FeatureSpace, feature_keys
from engagetext.classify.linear import LinearScorer
from engagetext.classify.passages import PassageBatch, find_sentences
from engagetext.classify.vectors import mean_vectors
from engagetext.text.batches import TokenBatch
from engagetext.text.vectors import VectorTable

# The statuses in the order of the columns of the status scorer.
STATUSES = ("present", "hypothetique", "ecarte")


@dataclass(frozen=True, slots=True)
class LabelHead:
    """The labels of one kind: a scorer, its calibration, and the threshold of each label.

    Parameters
    ----------
    labels : tuple of str
        Ids, in the order of the columns.
    scorer : LinearScorer
    calibration : PlattCalibration
    thresholds : ndarray of shape (n_labels,), float64
        Probability from which a label is retained.
    """

    labels: tuple[str, ...]
    scorer: LinearScorer
    calibration: PlattCalibration
    thresholds: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PassageViews:
    """Passages as a scorer sees them: whole, and sentence by sentence.

    A label often rests on one sentence of several, whose words the others dilute. The mean of the value of the whole
    and of its best sentence ranks better than either: mean average precision over the obstacles of the development
    passages .254 whole, .244 best sentence, .289 their mean; themes .410, .398, .424.

    Parameters
    ----------
    whole : csr_array of shape (n_passages, n_features), float32
    sentences : csr_array of shape (n_sentences, n_features), float32
    owner : ndarray of shape (n_sentences,), int64
        Passage of each sentence.
    """

    whole: csr_array
    sentences: csr_array
    owner: NDArray[np.int64]

    @classmethod
    def build(
        cls,
        space: FeatureSpace,
        vectors: VectorTable,
        batch: TokenBatch,
        passages: PassageBatch,
        sentence_starts: NDArray[np.bool_],
    ) -> "PassageViews":
        """Return the views of passages that hold all tokens of a batch, in order."""
        sentences, owner = find_sentences(passages, sentence_starts)
        whole, parts = (
            csr_array(
                hstack([space.matrix(*feature_keys(batch, view), len(view.first)), mean_vectors(vectors, batch, view)])
            )
            for view in (passages, sentences)
        )
        return cls(whole, parts, owner)

    def decision(self, scorer: LinearScorer) -> NDArray[np.float64]:
        """Return the value of each label for each passage, an ndarray of shape (n_passages, n_labels)."""
        whole = scorer.decision(self.whole)
        best = np.full(whole.shape, -np.inf)
        np.maximum.at(best, self.owner, scorer.decision(self.sentences))
        # A passage without any token has no sentence.
        return np.where(np.isfinite(best), (whole + best) / 2, whole)

    def rows(self, chosen: NDArray[np.int64]) -> "PassageViews":
        """Return the views of some passages only."""
        place = np.full(self.whole.shape[0], -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        (kept,) = np.nonzero(place[self.owner] >= 0)
        return PassageViews(self.whole[chosen], self.sentences[kept], place[self.owner[kept]])


@dataclass(frozen=True, slots=True)
class PassageLabels:
    """What a labeller says of a batch of passages.

    Parameters
    ----------
    themes : ndarray of shape (n_passages, n_themes), float64
    obstacles : ndarray of shape (n_passages, n_obstacles), float64
        Calibrated probabilities.
    status : ndarray of shape (n_passages,), int8
        Index into `STATUSES` of the way in which the passage speaks of its obstacles, if it holds any.
    """

    themes: NDArray[np.float64]
    obstacles: NDArray[np.float64]
    status: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Labeller:
    """Judge passages.

    Parameters
    ----------
    space : FeatureSpace
    vectors : VectorTable
        Together the features that all three scorers share: those of the space, then the dimensions of the vectors.
    themes, obstacles : LabelHead
    status : LinearScorer
        One column a status; the highest wins.
    """

    space: FeatureSpace
    vectors: VectorTable
    themes: LabelHead
    obstacles: LabelHead
    status: LinearScorer

    def label(self, batch: TokenBatch, passages: PassageBatch, sentence_starts: NDArray[np.bool_]) -> PassageLabels:
        """Return the probabilities of every label for every passage.

        Parameters
        ----------
        batch : TokenBatch
            Tokens.
        passages : PassageBatch
            Passages that hold all these tokens, in order.
        sentence_starts : ndarray of shape (n_tokens,), bool
        """
        views = PassageViews.build(self.space, self.vectors, batch, passages, sentence_starts)
        return PassageLabels(
            themes=self.themes.calibration.probability(views.decision(self.themes.scorer)),
            obstacles=self.obstacles.calibration.probability(views.decision(self.obstacles.scorer)),
            status=self.status.decision(views.whole).argmax(axis=1).astype(np.int8),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name: what a bundle keeps beside the vectors."""
        arrays: dict[str, NDArray[Any]] = {
            "features_keys": self.space.keys,
            "features_weights": self.space.weights,
            "status_weights": self.status.weights.astype(np.float16),
            "status_bias": self.status.bias,
        }
        for name, head in (("themes", self.themes), ("obstacles", self.obstacles)):
            # Half precision: the largest change of a probability on the development passages is below 0.001.
            arrays[f"{name}_weights"] = head.scorer.weights.astype(np.float16)
            arrays[f"{name}_bias"] = head.scorer.bias
            arrays[f"{name}_slope"] = head.calibration.slope
            arrays[f"{name}_offset"] = head.calibration.offset
            arrays[f"{name}_thresholds"] = head.thresholds
        return arrays

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        vectors: VectorTable,
        themes: tuple[str, ...],
        obstacles: tuple[str, ...],
    ) -> "Labeller":
        """Return the labeller that `to_arrays` described, with the labels of its taxonomy."""

        def head(name: str, labels: tuple[str, ...]) -> LabelHead:
            return LabelHead(
                labels=labels,
                scorer=LinearScorer(arrays[f"{name}_weights"].astype(np.float32), arrays[f"{name}_bias"]),
                calibration=PlattCalibration(arrays[f"{name}_slope"], arrays[f"{name}_offset"]),
                thresholds=arrays[f"{name}_thresholds"],
            )

        return cls(
            space=FeatureSpace(arrays["features_keys"], arrays["features_weights"]),
            vectors=vectors,
            themes=head("themes", themes),
            obstacles=head("obstacles", obstacles),
            status=LinearScorer(arrays["status_weights"].astype(np.float32), arrays["status_bias"]),
        )
