"""All the features that linear functions of passages share: words, word vectors, relations, hints of cues."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack

from engagetext.classify.cues import CueSpace, CueTable
from engagetext.classify.features import FeatureSpace
from engagetext.classify.passages import PassageBatch
from engagetext.classify.relations import RelationSpace
from engagetext.classify.vectors import mean_vectors
from engagetext.text.annotator import TaggedBatch
from engagetext.text.vectors import VectorTable


@dataclass(frozen=True, slots=True)
class FeatureSpaces:
    """The features of passages, in the order of their columns.

    Parameters
    ----------
    words : FeatureSpace
    vectors : VectorTable
    relations : RelationSpace
    cues : CueSpace
    """

    words: FeatureSpace
    vectors: VectorTable
    relations: RelationSpace
    cues: CueSpace

    @classmethod
    def fit(
        cls,
        tagged: TaggedBatch,
        passages: PassageBatch,
        vectors: VectorTable,
        cues: CueTable,
        *,
        min_count: int,
        relation_count: int,
    ) -> "FeatureSpaces":
        """Return the features of passages that hold all tokens of a batch, in order.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
        vectors : VectorTable
        cues : CueTable
        min_count, relation_count : int
            Passages in which a word, or a relation, must occur.
        """
        return cls(
            words=FeatureSpace.fit(tagged.tokens, passages, min_count),
            vectors=vectors,
            relations=RelationSpace.fit(tagged, passages, relation_count),
            cues=CueSpace.fit(cues, tagged, passages),
        )

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """Columns of each kind."""
        return len(self.words.keys), self.vectors.matrix.shape[1], len(self.relations.keys), self.cues.cues.n_hints

    def matrix(self, tagged: TaggedBatch, passages: PassageBatch) -> csr_array:
        """Return passages that hold all tokens as rows of their features, float32."""
        parts = (
            self.words.matrix(tagged.tokens, passages),
            csr_array(mean_vectors(self.vectors, tagged.tokens, passages).astype(np.float32)),
            self.relations.matrix(tagged, passages),
            self.cues.matrix(tagged, passages),
        )
        return csr_array(hstack(parts, format="csr"))

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the features as arrays by name, without the word vectors: what a bundle keeps."""
        return {
            "features_keys": self.words.keys,
            "features_weights": self.words.weights,
            "relations_keys": self.relations.keys,
            "relations_weights": self.relations.weights,
            **self.cues.to_arrays(),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorTable) -> "FeatureSpaces":
        """Return the features that `to_arrays` described.

        Raises
        ------
        KeyError
            If an array is missing.
        """
        return cls(
            words=FeatureSpace(arrays["features_keys"], arrays["features_weights"]),
            vectors=vectors,
            relations=RelationSpace(arrays["relations_keys"], arrays["relations_weights"]),
            cues=CueSpace.from_arrays(arrays),
        )
