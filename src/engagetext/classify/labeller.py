"""Themes and obstacles of passages: the learned part of a model, and how it is kept as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.calibration import PlattCalibration
from engagetext.classify.features import FeatureSpace, feature_keys
from engagetext.classify.linear import LinearScorer
from engagetext.classify.passages import PassageBatch
from engagetext.text.batches import TokenBatch

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
        Features that all three scorers share.
    themes, obstacles : LabelHead
    status : LinearScorer
        One column a status; the highest wins.
    """

    space: FeatureSpace
    themes: LabelHead
    obstacles: LabelHead
    status: LinearScorer

    def label(self, batch: TokenBatch, passages: PassageBatch) -> PassageLabels:
        """Return the probabilities of every label for every passage.

        Parameters
        ----------
        batch : TokenBatch
            Tokens.
        passages : PassageBatch
            Passages over these tokens.
        """
        features = self.space.matrix(*feature_keys(batch, passages), len(passages.first))
        return PassageLabels(
            themes=self.themes.calibration.probability(self.themes.scorer.decision(features)),
            obstacles=self.obstacles.calibration.probability(self.obstacles.scorer.decision(features)),
            status=self.status.decision(features).argmax(axis=1).astype(np.int8),
        )

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name: what a bundle keeps."""
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
        cls, arrays: Mapping[str, NDArray[Any]], themes: tuple[str, ...], obstacles: tuple[str, ...]
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
            themes=head("themes", themes),
            obstacles=head("obstacles", obstacles),
            status=LinearScorer(arrays["status_weights"].astype(np.float32), arrays["status_bias"]),
        )
