"""Scores of passages from all their features: words, word vectors, relations and hints of cues."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.cues import CueScorer
from engagetext.classify.linear import LinearWeights, PassageScorer
from engagetext.classify.near_lemmas import NearLemmas, lemma_cache
from engagetext.classify.parts import PassageParts
from engagetext.classify.passages import PassageBatch, find_sentences
from engagetext.classify.relations import RelationScorer
from engagetext.classify.spaces import FeatureSpaces
from engagetext.text.annotator import TaggedBatch
from engagetext.text.batches import TokenBatch
from engagetext.text.grouping import highest_of_runs, largest_of_runs


@dataclass(frozen=True, slots=True)
class PassageValues:
    """Values of passages as a whole, and of their sentences.

    Parameters
    ----------
    whole : ndarray of shape (n_passages, n_functions), float64
    sentences : ndarray of shape (n_sentences, n_functions), float64
    owner : ndarray of shape (n_sentences,), int64
        Passage of each sentence, ascending.
    """

    whole: NDArray[np.float64]
    sentences: NDArray[np.float64]
    owner: NDArray[np.int64]

    def means(self) -> NDArray[np.float64]:
        """Return the mean of the value of each passage and of its best sentence, shape (n_passages, n_functions)."""
        best, sizes = self.whole.copy(), self._sizes()
        cut = sizes > 0
        best[cut] = largest_of_runs(self.sentences, sizes[cut])
        means: NDArray[np.float64] = (self.whole + best) / 2
        return means

    def drawn(self, passages: NDArray[np.int64], functions: NDArray[np.int64], share: float) -> NDArray[np.float64]:
        """Return the values of passages, drawn to those of the sentence that has the highest value of one function.

        Parameters
        ----------
        passages, functions : ndarray of shape (n_asked,), int64
            Passage and function that are asked for; of two sentences as high, the first counts.
        share : float
            What the sentence counts beside the passage.

        Returns
        -------
        ndarray of shape (n_asked, n_functions), float64
        """
        sizes = self._sizes()[passages]
        heads = np.cumsum(sizes) - sizes
        # All sentences of all that are asked for, end to end.
        asked = np.repeat(np.arange(len(passages)), sizes)
        sentences = np.repeat(np.searchsorted(self.owner, passages) - heads, sizes) + np.arange(len(asked))
        cut = sizes > 0
        best = sentences[highest_of_runs(self.sentences[sentences, functions[asked]], asked, heads[cut])]
        values = self.whole[passages]
        values[cut] += share * (self.sentences[best] - values[cut])
        return values

    def _sizes(self) -> NDArray[np.int64]:
        """Return how many sentences each passage has."""
        return np.bincount(self.owner, minlength=len(self.whole))


class JointScorer:
    """Score passages by linear functions of all their features.

    Parameters
    ----------
    spaces : FeatureSpaces
    functions : LinearWeights
        Rows: the features of the spaces, in their order.
    """

    def __init__(self, spaces: FeatureSpaces, functions: LinearWeights) -> None:
        words, dimensions, relations, _ = spaces.sizes
        size = words + dimensions
        self._words = PassageScorer(
            spaces.words, spaces.vectors, LinearWeights(functions.weights[:size], functions.bias)
        )
        self._relations = RelationScorer(spaces.relations, functions.weights[size : size + relations])
        self._cues = CueScorer(spaces.cues, functions.weights[size + relations :])
        self._lemmas = lemma_cache()

    def values(self, tagged: TaggedBatch, passages: PassageBatch) -> PassageValues:
        """Return the values of passages and of their sentences.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        """
        parts = PassageParts.sentences(passages, tagged.sentence_starts)
        values = self._value(tagged, passages, parts)
        return PassageValues(values[: parts.n_passages], values[parts.n_passages :], parts.owner)

    def _value(self, tagged: TaggedBatch, passages: PassageBatch, parts: PassageParts) -> NDArray[np.float64]:
        near = NearLemmas.of(tagged, self._lemmas)
        return (
            self._words(tagged.tokens, parts) + self._relations(near, tagged, passages, parts) + self._cues(near, parts)
        )

    def contributions(
        self, tagged: TaggedBatch, passages: PassageBatch, functions: NDArray[np.int64]
    ) -> list[NDArray[np.float64]]:
        """Return what each token of a passage adds to the mean value of one function.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Any passages of the batch; a passage may be named several times.
        functions : ndarray of shape (n_passages,), int64
            Function that is asked for, one a passage.

        Returns
        -------
        list of ndarray of shape (n_tokens_of_passage,), float64
            A passage's values and the bias add up to its value.
        """
        alone = as_texts(tagged, passages)
        own = PassageBatch.of_texts(alone.tokens)
        sentences, owner = find_sentences(own, alone.sentence_starts)
        values = self._value(alone, sentences, PassageParts.whole(sentences))
        values = values[np.arange(len(owner)), functions[owner]]
        best = highest_of_runs(values, owner, np.searchsorted(owner, np.arange(len(functions))))
        chosen = PassageBatch(sentences.first[best], sentences.last[best], own.text)
        parts = as_texts(alone, chosen)
        whole, part = self._of_tokens(alone, functions), self._of_tokens(parts, functions)
        edges = parts.tokens.bounds.tolist()
        found = []
        for row in range(len(functions)):
            first, last = int(own.first[row]), int(own.last[row])
            total = whole[first:last].copy()
            total[int(chosen.first[row]) - first : int(chosen.last[row]) - first] += part[edges[row] : edges[row + 1]]
            found.append(total / 2)
        return found

    def _of_tokens(self, tagged: TaggedBatch, functions: NDArray[np.int64]) -> NDArray[np.float64]:
        own = PassageBatch.of_texts(tagged.tokens)
        words = self._words.contributions(tagged.tokens, own, functions)
        near = NearLemmas.of(tagged, self._lemmas)
        relations = self._relations.contributions(near, tagged, own, functions)
        return words + relations + self._cues.contributions(near, own, functions)


def as_texts(tagged: TaggedBatch, passages: PassageBatch) -> TaggedBatch:
    """Return passages as texts of a batch of their own; offsets stay those of the texts that they come from."""
    batch = tagged.tokens
    sizes = passages.last - passages.first
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    tokens = np.repeat(passages.first - bounds[:-1], sizes) + np.arange(int(bounds[-1]))
    alone = TokenBatch(
        texts=tuple(batch.texts[text] for text in passages.text.tolist()),
        vocabulary=batch.vocabulary,
        type_ids=batch.type_ids[tokens],
        starts=batch.starts[tokens],
        ends=batch.ends[tokens],
        bounds=bounds,
        newlines=batch.newlines[tokens],
    )
    return TaggedBatch(
        alone, tagged.tags[tokens], tagged.sentence_starts[tokens], tagged.lemmas, tagged.lemma_index[tokens]
    )
