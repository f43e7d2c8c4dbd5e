"""Score a model on labelled passages, by the measures of the project's acceptance scorer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.labeller import STATUSES, LabelHead
from engagetext.errors import RecordError
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.label_matrices import gold_matrix
from engagetext.pipeline import Pipeline

_BINS = 10


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Figures of one label.

    Parameters
    ----------
    gold : int
        Passages that hold it.
    precision, recall, f1 : float
    interval : (float, float)
        95 % bootstrap interval of `f1` over passages.
    """

    gold: int
    precision: float
    recall: float
    f1: float
    interval: tuple[float, float]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Figures of all labels of one kind.

    Parameters
    ----------
    micro_f1, macro_f1 : float
        Macro over the labels that occur in the gold.
    precision, recall : float
        Of all labels together.
    interval : (float, float)
        95 % bootstrap interval of `micro_f1` over passages.
    calibration_error : float
        Expected calibration error, 10 bins of equal width, all labels pooled.
    labels : mapping of str to LabelFigures
    reliability : tuple of (int, float, float)
        Of each bin: (passage, label) cells in it, their mean probability, the share of them that are right.
    """

    micro_f1: float
    macro_f1: float
    precision: float
    recall: float
    interval: tuple[float, float]
    calibration_error: float
    labels: Mapping[str, LabelFigures]
    reliability: tuple[tuple[int, float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of a model on labelled passages.

    Parameters
    ----------
    passages : int
        Number of passages.
    themes, obstacles : KindFigures
    status_confusion : mapping of str to mapping of str to int
        Gold status -> found status -> obstacles, of those that are found and right.
    left_out : {"", "document", "source"}
        If the passages are the training data: what the model that judged a passage was trained without.
    """

    passages: int
    themes: KindFigures
    obstacles: KindFigures
    status_confusion: Mapping[str, Mapping[str, int]]
    left_out: str = ""

    @property
    def kinds(self) -> dict[str, KindFigures]:
        """Kind -> its figures, of the kinds that have labels."""
        both = {"theme": self.themes, "obstacle": self.obstacles}
        return {kind: figures for kind, figures in both.items() if figures.labels}

    @property
    def status_accuracy(self) -> float:
        """Share of the obstacles that are found and right whose status is right too; 0 without any."""
        return _ratio(sum(self.status_confusion[status][status] for status in STATUSES), self.n_statuses)

    @property
    def n_statuses(self) -> int:
        """Obstacles that are found and right."""
        return sum(sum(row.values()) for row in self.status_confusion.values())


def evaluate_labels(pipeline: Pipeline, passages: Sequence[LabelledPassage], seed: int = 0) -> Evaluation:
    """Compare the labels that a model retains for whole texts with the gold.

    Parameters
    ----------
    pipeline : Pipeline
        A loaded model: the same path as every face, so a text may be cut into several passages.
    passages : sequence of LabelledPassage
    seed : int, default=0
        Of the bootstrap.

    Raises
    ------
    RecordError
        If there is no passage.
    """
    if not passages:
        raise RecordError("passages to evaluate", "none", "at least one labelled passage", "Check the file.")
    columns = pipeline.passages([passage.text for passage in passages])
    heads = columns.bounds[:-1]
    themes = np.maximum.reduceat(columns.themes, heads, axis=0)
    obstacles = np.maximum.reduceat(columns.obstacles, heads, axis=0)
    labeller = pipeline.labeller
    confusion: Counter[tuple[str, str]] = Counter()
    for number, passage in enumerate(passages):
        rows = range(int(columns.bounds[number]), int(columns.bounds[number + 1]))
        for label, status in passage.obstacles:
            column = labeller.obstacles.labels.index(label)
            proofs = [row for row in rows if columns.obstacles[row, column] >= labeller.obstacles.thresholds[column]]
            if proofs:
                confusion[status, STATUSES[min(columns.status[row, column] for row in proofs)]] += 1
    return Evaluation(
        passages=len(passages),
        themes=_kind_figures(themes, passages, "theme", labeller.themes, seed),
        obstacles=_kind_figures(obstacles, passages, "obstacle", labeller.obstacles, seed),
        status_confusion=tabulate_statuses(confusion),
    )


def tabulate_statuses(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    """Return counts of (gold, found) statuses as a table with a row and a column for each."""
    return {gold: {found: counts.get((gold, found), 0) for found in STATUSES} for gold in STATUSES}


def _kind_figures(
    probabilities: NDArray[np.float64], passages: Sequence[LabelledPassage], kind: str, head: LabelHead, seed: int
) -> KindFigures:
    gold = gold_matrix(passages, head.labels, kind)
    return figures(probabilities, probabilities >= head.thresholds, gold, head.labels, seed)


def figures(
    probabilities: NDArray[np.float64],
    found: NDArray[np.bool_],
    gold: NDArray[np.bool_],
    labels: Sequence[str],
    seed: int = 0,
) -> KindFigures:
    """Return the figures of one kind.

    Parameters
    ----------
    probabilities, found, gold : ndarray of shape (n_passages, n_labels)
        What the model says of each label, whether it retains it, and whether it is right.
    labels : sequence of str
    seed : int, default=0
        Of the bootstrap.
    """
    # Rows of (true positives, false positives, false negatives), a column a label.
    counts = np.stack([found & gold, found & ~gold, ~found & gold]).astype(np.int64)
    samples = np.random.default_rng(seed).integers(0, len(gold), size=(1000, len(gold)))
    drawn = np.stack([counts[:, sample].sum(axis=1) for sample in samples])  # (rounds, 3, n_labels)
    totals = counts.sum(axis=1)
    by_label = {
        label: LabelFigures(
            gold=int(totals[0, column] + totals[2, column]),
            precision=_ratio(totals[0, column], totals[0, column] + totals[1, column]),
            recall=_ratio(totals[0, column], totals[0, column] + totals[2, column]),
            f1=float(_f1(totals[:, column])),
            interval=_interval(_f1(drawn[:, :, column].T)),
        )
        for column, label in enumerate(labels)
    }
    in_gold = [row.f1 for row in by_label.values() if row.gold]
    return KindFigures(
        micro_f1=float(_f1(totals.sum(axis=1))),
        macro_f1=float(np.mean(in_gold)) if in_gold else 0.0,
        precision=_ratio(totals[0].sum(), totals[:2].sum()),
        recall=_ratio(totals[0].sum(), totals[[0, 2]].sum()),
        interval=_interval(_f1(drawn.sum(axis=2).T)),
        calibration_error=calibration_error(probabilities, gold),
        labels=by_label,
        reliability=_reliability(probabilities, gold),
    )


def _f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return F1 from (true positives, false positives, false negatives) along the first axis."""
    result: NDArray[np.float64] = 2 * counts[0] / np.maximum(2 * counts[0] + counts[1] + counts[2], 1)
    return result


def _ratio(part: int, whole: int) -> float:
    return float(part / whole) if whole else 0.0


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def calibration_error(probabilities: NDArray[np.float64], gold: NDArray[np.bool_]) -> float:
    """Return the expected calibration error over all cells, 10 bins of equal width."""
    cells = sum(count * abs(claimed - happened) for count, claimed, happened in _reliability(probabilities, gold))
    return float(cells / max(probabilities.size, 1))


def _reliability(probabilities: NDArray[np.float64], gold: NDArray[np.bool_]) -> tuple[tuple[int, float, float], ...]:
    bins = np.minimum((probabilities * _BINS).astype(np.int64), _BINS - 1).ravel()
    cells = np.bincount(bins, minlength=_BINS)
    claimed = np.bincount(bins, weights=probabilities.ravel(), minlength=_BINS) / np.maximum(cells, 1)
    happened = np.bincount(bins, weights=gold.ravel().astype(np.float64), minlength=_BINS) / np.maximum(cells, 1)
    return tuple(zip(cells.tolist(), claimed.tolist(), happened.tolist(), strict=True))
