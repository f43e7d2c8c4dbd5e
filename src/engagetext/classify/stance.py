"""The stance of a reply: whether it agrees, objects, asks, adds, or is off topic, judged from its own words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.features import FeatureSpace
from engagetext.classify.labeller import LabelHead
from engagetext.classify.passages import PassageBatch
from engagetext.classify.relations import RelationSpace
from engagetext.classify.scorer import JointScorer
from engagetext.text.annotator import TaggedBatch
from engagetext.text.vectors import VectorTable

STANCES = ("agree", "object", "ask", "add", "off_topic")


class StanceReader:
    """Judge replies.

    Parameters
    ----------
    space : FeatureSpace
    vectors : VectorTable
    relations : RelationSpace
    head : LabelHead
        Of `STANCES`; its thresholds mean nothing here.
    """

    def __init__(self, space: FeatureSpace, vectors: VectorTable, relations: RelationSpace, head: LabelHead) -> None:
        self._space, self._relations, self._head = space, relations, head
        self._scorer = JointScorer(space, vectors, relations, head.functions)

    def probabilities(self, tagged: TaggedBatch) -> NDArray[np.float64]:
        """Return the probability of each stance for each text of a batch, shape (n_texts, n_stances); rows sum to 1."""
        _, values = self._scorer.values(tagged, PassageBatch.of_texts(tagged.tokens))
        alone = self._head.calibration.probability(values)
        # One of the five holds: the sigmoids, each fitted for itself, are made to sum to one.
        shares: NDArray[np.float64] = alone / alone.sum(axis=1, keepdims=True)
        return shares

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name: what a bundle keeps beside the vectors."""
        return {
            "features_keys": self._space.keys,
            "features_weights": self._space.weights,
            "relations_keys": self._relations.keys,
            "relations_weights": self._relations.weights,
            **self._head.to_arrays("stances"),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable) -> "StanceReader":
        """Return the reader that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        return cls(
            space=FeatureSpace(arrays["features_keys"], arrays["features_weights"]),
            vectors=vectors,
            relations=RelationSpace(arrays["relations_keys"], arrays["relations_weights"]),
            head=LabelHead.from_arrays(arrays, "stances", STANCES),
        )
