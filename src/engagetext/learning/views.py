"""Passages as the matrices that scorers are trained on: whole, and sentence by sentence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.linear import LinearWeights
from engagetext.classify.passages import PassageBatch, find_sentences
from engagetext.classify.scorer import PassageValues
from engagetext.classify.spaces import FeatureSpaces
from engagetext.text.annotator import TaggedBatch


@dataclass(frozen=True, slots=True)
class PassageViews:
    """Passages and their sentences.

    Parameters
    ----------
    whole : csr_array of shape (n_passages, n_features), float32
    sentences : csr_array of shape (n_sentences, n_features), float32
    owner : ndarray of shape (n_sentences,), int64
        Passage of each sentence, ascending.
    """

    whole: csr_array
    sentences: csr_array
    owner: NDArray[np.int64]

    @classmethod
    def build(cls, spaces: FeatureSpaces, tagged: TaggedBatch, passages: PassageBatch) -> "PassageViews":
        """Return the views of passages that hold all tokens of a batch, in order."""
        sentences, owner = find_sentences(passages, tagged.sentence_starts)
        return cls(spaces.matrix(tagged, passages), spaces.matrix(tagged, sentences), owner)

    def values(self, functions: LinearWeights) -> PassageValues:
        """Return the value of each function for each passage and each sentence."""
        return PassageValues(_decision(self.whole, functions), _decision(self.sentences, functions), self.owner)

    def rows(self, chosen: NDArray[np.int64]) -> "PassageViews":
        """Return the views of some passages only, which are named in ascending order."""
        place = np.full(self.whole.shape[0], -1, dtype=np.int64)
        place[chosen] = np.arange(len(chosen))
        (kept,) = np.nonzero(place[self.owner] >= 0)
        return PassageViews(self.whole[chosen], self.sentences[kept], place[self.owner[kept]])


def _decision(features: csr_array, functions: LinearWeights) -> NDArray[np.float64]:
    return np.asarray(features @ functions.weights, dtype=np.float64) + functions.bias
