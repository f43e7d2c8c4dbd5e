"""Themes and obstacles of passages: the learned part of a model, and how it is kept as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.calibration import PlattCalibration
from engagetext.classify.features import FeatureSpace
from engagetext.classify.linear import LinearWeights, PassageScorer, as_texts
from engagetext.classify.passages import PassageBatch, find_sentences
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
    functions : LinearWeights
    calibration : PlattCalibration
    thresholds : ndarray of shape (n_labels,), float64
        Probability from which a label is retained.
    """

    labels: tuple[str, ...]
    functions: LinearWeights
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


class Labeller:
    """Judge passages.

    A label often rests on one sentence of several, whose words the others dilute. The mean of the value of the whole
    passage and of its best sentence ranks better than either: mean average precision over the obstacles of the
    development passages .254 whole, .244 best sentence, .289 their mean; themes .410, .398, .424.

    Parameters
    ----------
    space : FeatureSpace
    vectors : VectorTable
        Together the features that all functions share: those of the space, then the dimensions of the vectors.
    themes, obstacles : LabelHead
    status : LinearWeights
        One column a status; the highest wins.
    """

    def __init__(
        self, space: FeatureSpace, vectors: VectorTable, themes: LabelHead, obstacles: LabelHead, status: LinearWeights
    ) -> None:
        self.space, self.vectors = space, vectors
        self.themes, self.obstacles, self.status = themes, obstacles, status
        heads = (themes.functions, obstacles.functions, status)
        sizes = (len(themes.labels), len(obstacles.labels), len(STATUSES))
        for head, size in zip(heads, sizes, strict=True):
            wanted = len(space.keys) + vectors.matrix.shape[1], size
            if head.weights.shape != wanted or head.bias.shape != wanted[1:]:
                raise ValueError(f"weights of shape {head.weights.shape} where {wanted} is wanted")
        self._scorer = PassageScorer(
            space,
            vectors,
            LinearWeights(
                np.concatenate([head.weights for head in heads], axis=1), np.concatenate([head.bias for head in heads])
            ),
        )

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
        whole, values = passage_values(self._scorer, batch, passages, sentence_starts)
        n_themes, n_obstacles = len(self.themes.labels), len(self.obstacles.labels)
        return PassageLabels(
            themes=self.themes.calibration.probability(values[:, :n_themes]),
            obstacles=self.obstacles.calibration.probability(values[:, n_themes : n_themes + n_obstacles]),
            status=whole[:, n_themes + n_obstacles :].argmax(axis=1).astype(np.int8),
        )

    def evidence(
        self,
        batch: TokenBatch,
        passages: PassageBatch,
        sentence_starts: NDArray[np.bool_],
        columns: NDArray[np.int64],
    ) -> list[NDArray[np.float64]]:
        """Return what each token of a passage adds to the log-odds of one of its labels.

        Parameters
        ----------
        batch : TokenBatch
        passages : PassageBatch
            Any passages of the batch.
        sentence_starts : ndarray of shape (n_tokens,), bool
            Of the batch.
        columns : ndarray of shape (n_passages,), int64
            Label that is asked for, one a passage: themes first, then obstacles.

        Returns
        -------
        list of ndarray of shape (n_tokens_of_passage,), float64
        """
        slopes = np.concatenate([self.themes.calibration.slope, self.obstacles.calibration.slope])
        alone, tokens = as_texts(batch, passages)
        own = PassageBatch(alone.bounds[:-1], alone.bounds[1:], np.arange(len(columns)))
        sentences, owner = find_sentences(own, sentence_starts[tokens])
        values = self._scorer(alone, sentences)[np.arange(len(owner)), columns[owner]]
        # Of each passage the sentence of the highest value; of two as high, the first.
        order = np.lexsort((np.arange(len(owner)), -values, owner))
        best = order[np.searchsorted(owner[order], np.arange(len(columns)))]
        chosen = PassageBatch(sentences.first[best], sentences.last[best], own.text)
        whole = self._scorer.contributions(alone, own, columns)
        parts = self._scorer.contributions(alone, chosen, columns)
        edges = np.concatenate([[0], np.cumsum(chosen.last - chosen.first)]).tolist()
        found = []
        for row, column in enumerate(columns.tolist()):
            first, last = int(own.first[row]), int(own.last[row])
            total = whole[first:last].copy()
            total[int(chosen.first[row]) - first : int(chosen.last[row]) - first] += parts[edges[row] : edges[row + 1]]
            found.append(slopes[column] * total / 2)
        return found

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
            arrays[f"{name}_weights"] = head.functions.weights.astype(np.float16)
            arrays[f"{name}_bias"] = head.functions.bias
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
                functions=LinearWeights(arrays[f"{name}_weights"].astype(np.float32), arrays[f"{name}_bias"]),
                calibration=PlattCalibration(arrays[f"{name}_slope"], arrays[f"{name}_offset"]),
                thresholds=arrays[f"{name}_thresholds"],
            )

        return cls(
            space=FeatureSpace(arrays["features_keys"], arrays["features_weights"]),
            vectors=vectors,
            themes=head("themes", themes),
            obstacles=head("obstacles", obstacles),
            status=LinearWeights(arrays["status_weights"].astype(np.float32), arrays["status_bias"]),
        )


def passage_values(
    scorer: PassageScorer, batch: TokenBatch, passages: PassageBatch, sentence_starts: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the values of passages: as a whole, and the mean of that and of the best sentence of each.

    Returns
    -------
    whole, values : ndarray of shape (n_passages, n_functions), float64
    """
    whole = scorer(batch, passages)
    sentences, owner = find_sentences(passages, sentence_starts)
    return whole, (whole + best_sentence(whole, scorer(batch, sentences), owner)) / 2


def best_sentence(
    whole: NDArray[np.float64], sentences: NDArray[np.float64], owner: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the value of the best sentence of each passage, that of the whole where it has none.

    Parameters
    ----------
    whole : ndarray of shape (n_passages, n_labels), float64
    sentences : ndarray of shape (n_sentences, n_labels), float64
    owner : ndarray of shape (n_sentences,), int64
        Passage of each sentence, ascending.
    """
    best = whole.copy()
    if len(owner):
        starts = np.concatenate([[0], np.nonzero(owner[1:] != owner[:-1])[0] + 1])
        best[owner[starts]] = np.maximum.reduceat(sentences, starts, axis=0)
    return best
