"""Themes and obstacles of passages: the learned part of a model, and how it is kept as arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.calibration import PlattCalibration, raised, sigmoid
from engagetext.classify.linear import LinearWeights
from engagetext.classify.network import PassageNetwork
from engagetext.classify.passages import PassageBatch
from engagetext.classify.scorer import JointScorer, as_texts
from engagetext.classify.spaces import FeatureSpaces
from engagetext.classify.status_reader import StatusReader
from engagetext.text.annotator import TaggedBatch
from engagetext.text.vectors import VectorTable

# The statuses in the order of the columns of the status scorer.
STATUSES = ("present", "hypothetique", "ecarte")
# In place of a status, of an obstacle below its threshold: nobody asks for it, and of forty one is retained.
UNTOLD = -1
# What a network says for a status counts a quarter beside the functions of the passage, and the lead is added: a
# complaint that is told as overcome is the worse error. Before sentences counted, of 195 obstacles found in left-out
# sources the status of .84 was right, of the 360 of `benchmarks.statuses` .81, of the overcome ones .52. With half of
# the network .83, .81 and .52; by the functions alone .84, .80, .50; by the network alone .81, .72, .26.
STATUS_LEAD = np.array([0.25, 0.0, -1.75])
STATUS_SHARE = 0.25
# What the sentence that ranks highest for an obstacle counts beside its passage. With 0, .5, .6, .7 and 1 of the 360
# .811, .822, .828, .828 and .811 are right; cross-validated over what teaches statuses alone, of obstacles in passages
# that mix statuses .474, .546, .560, .573 and .599, of the others .783, .781, .779, .777 and .770.
STATUS_SENTENCE_SHARE = 0.6
# The same beside a status reader: what the functions count against it, and the lead. With shares of .25, .5 and 1 the
# status of .825, .823 and .804 of 423 obstacles on left-out sources is right, of .848, .843 and .824 of the 204 found;
# without a lead .809 and .838 with .5.
READER_SHARE = 0.5
READER_LEAD = np.array([0.3, 0.0, -1.0])
_NETWORK_LEAD = np.array([0.5, 0.0, -1.75])
# Mean average precision with whole sources left out, with the share of the network at .4, .5, .6 and .7: themes .597,
# .601, .602, .601; obstacles .340, .348, .352, .355. Their micro F1 is best at .5 and .6.
NETWORK_SHARE = 0.6
# In which the weights of statuses are kept: they pack into half the bytes of half precision.
_STATUS_STEP = np.float32(2.0**-5)


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

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays of the head, each under its name."""
        return {
            # Half precision: the largest change of a probability on the development passages is below 0.001.
            f"{name}_weights": self.functions.weights.astype(np.float16),
            f"{name}_bias": self.functions.bias,
            f"{name}_slope": self.calibration.slope,
            f"{name}_offset": self.calibration.offset,
            f"{name}_thresholds": self.thresholds,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], name: str, labels: tuple[str, ...]) -> "LabelHead":
        """Return the head that `to_arrays` described, with its labels."""
        return cls(
            labels=labels,
            functions=LinearWeights(arrays[f"{name}_weights"].astype(np.float32), arrays[f"{name}_bias"]),
            calibration=PlattCalibration(arrays[f"{name}_slope"], arrays[f"{name}_offset"]),
            thresholds=arrays[f"{name}_thresholds"],
        )


@dataclass(frozen=True, slots=True)
class PassageLabels:
    """What a labeller says of a batch of passages.

    Parameters
    ----------
    themes : ndarray of shape (n_passages, n_themes), float64
    obstacles : ndarray of shape (n_passages, n_obstacles), float64
        Calibrated probabilities.
    status : ndarray of shape (n_passages, n_obstacles), int8
        Index into `STATUSES` of the way in which the passage speaks of each obstacle that reaches its threshold;
        `UNTOLD` for the others.
    """

    themes: NDArray[np.float64]
    obstacles: NDArray[np.float64]
    status: NDArray[np.int8]


def blended(
    linear: NDArray[np.float64], network: NDArray[np.float64], share: float = NETWORK_SHARE
) -> NDArray[np.float64]:
    """Return the values of labels from both scorers, that of the network weighed by its share."""
    values: NDArray[np.float64] = (1 - share) * linear + share * network
    return values


def tell_statuses(network: NDArray[np.float64] | None, passages: NDArray[np.float64] | None) -> NDArray[np.int64]:
    """Return the status of obstacles, an index into `STATUSES`, from what the scorers say; one of them may be missing.

    Functions alone are those of a small model of a user's own, whose examples have the shares of its texts: the highest
    wins.

    Parameters
    ----------
    network : ndarray of shape (n_obstacles, 3), float64, or None
        Of each obstacle.
    passages : ndarray of shape (n_obstacles, 3), float64, or None
        Of the passage of each, drawn to the sentence that the linear functions rank highest for it.
    """
    if network is None:
        if passages is None:
            raise ValueError("nothing says what the statuses are")
        return np.asarray(passages.argmax(axis=1), dtype=np.int64)
    told = network + _NETWORK_LEAD if passages is None else STATUS_SHARE * network + passages + STATUS_LEAD
    return np.asarray(told.argmax(axis=1), dtype=np.int64)


def read_statuses(reader: NDArray[np.float64], passages: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the status of obstacles from what a status reader says; as for `tell_statuses`."""
    return np.asarray((reader + READER_SHARE * passages + READER_LEAD).argmax(axis=1), dtype=np.int64)


class Labeller:
    """Judge passages.

    A label often rests on one sentence of several, whose words the others dilute. The mean of the value of the whole
    passage and of its best sentence ranks better than either: mean average precision over the obstacles of the
    development passages .254 whole, .244 best sentence, .289 their mean; themes .410, .398, .424.

    Parameters
    ----------
    spaces : FeatureSpaces
        The features that all functions share.
    themes, obstacles : LabelHead
    status : LinearWeights, optional
        One column a status, of the passage and of the sentence that speaks most of the obstacle; fitted on whole
        passages.
    network : PassageNetwork, optional
        Reads word by word; without a `reader` it tells the status of each obstacle as well, to which those of `status`
        are added. Its labels: all themes, then all obstacles; its values and those of the linear functions are
        averaged, weighed by `network_share`.
    announced : float, default=0.0
        Obstacles that an item of a list of obstacles is expected to hold; 0 to read it as any passage.
    network_share : float, default=NETWORK_SHARE
        What calibration and thresholds were fitted with.
    reader : StatusReader, optional
        Reads around the places that the network hears, and tells the statuses in its stead.
    """

    def __init__(
        self,
        spaces: FeatureSpaces,
        themes: LabelHead,
        obstacles: LabelHead,
        status: LinearWeights | None = None,
        network: PassageNetwork | None = None,
        announced: float = 0.0,
        network_share: float = NETWORK_SHARE,
        reader: StatusReader | None = None,
    ) -> None:
        if status is None and network is None:
            raise ValueError("statuses are told by linear functions, by a network or by both: none is there")
        if network is not None and network.n_labels != len(themes.labels) + len(obstacles.labels):
            raise ValueError(f"a network of {network.n_labels} labels")
        if reader is not None and (network is None or status is None):
            raise ValueError("a status reader needs a network that tells it where to read, and functions beside it")
        self.network, self.announced, self.network_share = network, announced, network_share
        self.reader = reader
        self.spaces = spaces
        self.themes, self.obstacles, self.status = themes, obstacles, status
        heads = [(themes.functions, len(themes.labels)), (obstacles.functions, len(obstacles.labels))]
        heads += [] if status is None else [(status, len(STATUSES))]
        for head, size in heads:
            wanted = sum(spaces.sizes), size
            if head.weights.shape != wanted or head.bias.shape != wanted[1:]:
                raise ValueError(f"weights of shape {head.weights.shape} where {wanted} is wanted")
        self._scorer = JointScorer(spaces, LinearWeights.joined([head for head, _ in heads]))

    def label(
        self, tagged: TaggedBatch, passages: PassageBatch, announced: NDArray[np.bool_] | None = None
    ) -> PassageLabels:
        """Return the probabilities of every label for every passage.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Passages that hold all its tokens, in order.
        announced : ndarray of shape (n_passages,), bool, optional
            Which passages are items of a list that is announced as one of obstacles.
        """
        scored = self._scorer.values(tagged, passages)
        n_themes = len(self.themes.labels)
        n_labels = n_themes + len(self.obstacles.labels)
        values = scored.means()[:, :n_labels]
        reading = None if self.network is None else self.network(tagged, passages)
        if reading is not None:
            values = blended(values, reading.values, self.network_share)
        log_odds = self.obstacles.calibration.log_odds(values[:, n_themes:])
        if announced is not None and self.announced and announced.any():
            log_odds[announced] = raised(log_odds[announced], self.announced)
        obstacles = sigmoid(log_odds)
        status = np.full(obstacles.shape, UNTOLD, dtype=np.int8)
        rows, columns = np.nonzero(obstacles >= self.obstacles.thresholds)
        asked = columns + n_themes
        said = None if self.status is None else scored.drawn(rows, asked, STATUS_SENTENCE_SHARE)[:, n_labels:]
        if self.reader is not None and reading is not None and said is not None:
            heard = reading.heard_for(rows, asked, len(tagged.tags))
            status[rows, columns] = read_statuses(self.reader(tagged, passages, rows, heard), said)
        else:
            status[rows, columns] = tell_statuses(None if reading is None else reading.statuses(rows, asked), said)
        return PassageLabels(
            themes=self.themes.calibration.probability(values[:, :n_themes]), obstacles=obstacles, status=status
        )

    def evidence(
        self, tagged: TaggedBatch, passages: PassageBatch, columns: NDArray[np.int64]
    ) -> list[NDArray[np.float64]]:
        """Return what each token of a passage adds to the log-odds of one of its labels.

        Parameters
        ----------
        tagged : TaggedBatch
        passages : PassageBatch
            Any passages of the batch.
        columns : ndarray of shape (n_passages,), int64
            Label that is asked for, one a passage: themes first, then obstacles.

        Returns
        -------
        list of ndarray of shape (n_tokens_of_passage,), float64
        """
        slopes = np.concatenate([self.themes.calibration.slope, self.obstacles.calibration.slope])
        found = self._scorer.contributions(tagged, passages, columns)
        if self.network is not None:
            alone = as_texts(tagged, passages)
            edges = alone.tokens.bounds
            read = self.network.of_tokens(alone, PassageBatch.of_texts(alone.tokens))
            found = [
                blended(values, read[first:last, column], self.network_share)
                for values, first, last, column in zip(found, edges[:-1], edges[1:], columns.tolist(), strict=True)
            ]
        return [slopes[column] * values for column, values in zip(columns.tolist(), found, strict=True)]

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return the learned arrays by name: what a bundle keeps beside the vectors."""
        arrays: dict[str, NDArray[Any]] = {
            **self.spaces.to_arrays(),
            **self.themes.to_arrays("themes"),
            **self.obstacles.to_arrays("obstacles"),
        }
        if self.announced:
            arrays["obstacles_announced"] = np.array([self.announced])
        if self.status is not None:
            steps = np.rint(self.status.weights / _STATUS_STEP).astype(np.int16)
            arrays |= {"status_weights": steps, "status_bias": self.status.bias}
        if self.network is not None:
            arrays |= {**self.network.to_arrays(), "network_share": np.array([self.network_share])}
        if self.reader is not None:
            arrays |= self.reader.to_arrays()
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
        spaces, with_network = FeatureSpaces.from_arrays(arrays, vectors), "network_window" in arrays
        if with_network and "network_hints" not in arrays:
            raise ValueError("a network of format 4, which this version does not read")
        return cls(
            spaces=spaces,
            themes=LabelHead.from_arrays(arrays, "themes", themes),
            obstacles=LabelHead.from_arrays(arrays, "obstacles", obstacles),
            status=_status_functions(arrays),
            network=PassageNetwork.from_arrays(arrays, vectors, spaces.cues.cues) if with_network else None,
            announced=float(arrays["obstacles_announced"][0]) if "obstacles_announced" in arrays else 0.0,
            # Models of formats before 6 were fitted with equal shares.
            network_share=float(arrays["network_share"][0]) if "network_share" in arrays else 0.5,
            reader=StatusReader.from_arrays(arrays, vectors, spaces.cues.cues),
        )


def _status_functions(arrays: Mapping[str, NDArray[Any]]) -> LinearWeights | None:
    """Return the status functions of a model; none where it tells statuses by a network alone."""
    if "status_weights" not in arrays:
        return None
    weights = arrays["status_weights"]
    # Earlier models keep them in half precision.
    step = _STATUS_STEP if weights.dtype == np.int16 else np.float32(1)
    return LinearWeights(weights.astype(np.float32) * step, arrays["status_bias"])
