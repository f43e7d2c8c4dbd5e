"""The stance of a reply: whether it agrees, objects, asks, adds, or is off topic, judged from its own words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.labeller import LabelHead
from engagetext.classify.passages import PassageBatch
from engagetext.classify.scorer import JointScorer
from engagetext.classify.spaces import FeatureSpaces
from engagetext.text.annotator import TaggedBatch
from engagetext.text.vectors import VectorTable

STANCES = ("agree", "object", "ask", "add", "off_topic")


class StanceReader:
    """Judge replies.

    Parameters
    ----------
    spaces : FeatureSpaces
    head : LabelHead
        Of `STANCES`; its thresholds mean nothing here.
    """

    def __init__(self, spaces: FeatureSpaces, head: LabelHead) -> None:
        self._spaces, self._head = spaces, head
        self._scorer = JointScorer(spaces, head.functions)

    def probabilities(self, tagged: TaggedBatch) -> NDArray[np.float64]:
        """Return the probability of each stance for each text of a batch, shape (n_texts, n_stances); rows sum to 1."""
        values = self._scorer.values(tagged, PassageBatch.of_texts(tagged.tokens)).means()
        alone = self._head.calibration.probability(values)
        # One of the five holds: the sigmoids, each fitted for itself, are made to sum to one.
        shares: NDArray[np.float64] = alone / alone.sum(axis=1, keepdims=True)
        return shares

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name: what a bundle keeps beside the vectors."""
        return self._spaces.to_arrays() | self._head.to_arrays("stances")

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable) -> "StanceReader":
        """Return the reader that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        return cls(
            spaces=FeatureSpaces.from_arrays(arrays, vectors),
            head=LabelHead.from_arrays(arrays, "stances", STANCES),
        )
