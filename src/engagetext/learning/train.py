"""Fit the labeller: features, one logistic regression a label, calibration and thresholds by cross-validation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from engagetext.classify.cues import CueTable
from engagetext.classify.labeller import LabelHead, Labeller, blended
from engagetext.classify.linear import LinearWeights
from engagetext.errors import OptionError, RecordError
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.decisions import fit_decisions
from engagetext.learning.difficulties import Difficulty
from engagetext.learning.folds import Folds, groups_of, real_rows, split_real
from engagetext.learning.logistic import logistic
from engagetext.learning.network_steps import NetworkOptions
from engagetext.learning.soft_labels import parted
from engagetext.learning.status_reader import ReaderOptions, ReaderTrainer
from engagetext.learning.statuses import StatusExamples, fit_statuses
from engagetext.learning.training_set import TrainingSet
from engagetext.learning.views import PassageViews
from engagetext.taxonomy import Taxonomy
from engagetext.text.annotator import Annotator
from engagetext.text.vectors import VectorTable
from engagetext.workers import check_processes, map_ordered

# Processes take two seconds to start, the linear functions of fewer passages less than that to be fitted.
_WORTH_PROCESSES = 2000
# From fewer examples a status reader learns little in its few epochs: the network tells statuses itself. Not swept.
_WORTH_READER = 2000


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """How a labeller is fitted.

    Parameters
    ----------
    c : float, default=5.0
        Inverse strength of the L2 penalty.
    min_count : int, default=2
        Passages in which a feature must occur.
    folds : int, default=5
        Folds of the cross-validation, by document.
    authored_themes, authored_obstacles : float, default=1.0
        Weight of an authored passage against a real one, for the labels of each kind; with 0 it is left out.
    prior_positives : float, default=100.0
        A label's own threshold counts by its positive passages, the common one as that many. On the development set
        100 and 30 give obstacles the same micro F1 (.295, .296) and themes .488 and .478.
    relation_count : int, default=3
        Passages in which a relation must occur: there are four times as many of them as of words.
    epochs : int, default=0
        Times that the network which reads word by word sees each passage; with 0 there is no network. Below some
        2,000 passages it learns less than the words alone.
    by_source : bool, default=False
        Whether the folds part sources, not only documents: probabilities and thresholds then fit texts of sources
        that no passage comes from.
    obstacle_share : float or None, default=None
        Share of passages that hold an obstacle where the model will be used, if it is another than here.
    announced_obstacles : float, default=0.0
        Obstacles that an item of a list is expected to hold which is announced as one of obstacles.
    seed : int, default=0
        Seed of everything random; the linear solver draws nothing.
    """

    c: float = 5.0
    min_count: int = 2
    folds: int = 5
    authored_themes: float = 1.0
    authored_obstacles: float = 1.0
    prior_positives: float = 100.0
    relation_count: int = 3
    epochs: int = 0
    by_source: bool = False
    obstacle_share: float | None = None
    announced_obstacles: float = 0.0
    seed: int = 0


def train_labeller(
    passages: Sequence[LabelledPassage],
    taxonomy: Taxonomy,
    annotator: Annotator,
    vectors: VectorTable,
    options: TrainingOptions,
    cues: CueTable | None = None,
    *,
    status_passages: Sequence[LabelledPassage] = (),
    difficulties: Sequence[Difficulty] = (),
    n_process: int = 1,
) -> Labeller:
    """Fit a labeller on labelled passages.

    Parameters
    ----------
    passages : sequence of LabelledPassage
        At least as many documents (or sources) as folds.
    taxonomy : Taxonomy
        Its labels, in its order, are the columns.
    annotator : Annotator
        Cuts the passages into tokens and sentences.
    vectors : VectorTable
        Word vectors, which are kept as they are.
    options : TrainingOptions
    cues : CueTable, optional
        Words, pairs of words, and what they hint at.
    status_passages : sequence of LabelledPassage, optional
        More passages, which teach the statuses of their obstacles alone.
    difficulties : sequence of Difficulty, optional
        Difficulties in real passages, which teach statuses too.
    n_process : int, default=1
        Processes that fit the folds side by side; what is learnt does not depend on it.

    Returns
    -------
    Labeller

    Raises
    ------
    OptionError
        If there is no second fold, no feature is frequent enough, `obstacle_share` is no share, or `n_process` is
        below 1.
    RecordError
        If there are too few documents or sources to cross-validate.
    WorkerError
        If a worker process dies.
    """
    check_processes(n_process)
    if options.obstacle_share is not None and not 0 < options.obstacle_share < 1:
        found = str(options.obstacle_share)
        raise OptionError("obstacle_share", found, "more than 0 and less than 1", "Leave it out for that of the data.")
    known = cues or CueTable.empty()
    check_folds(passages, options)
    folds = split_real(passages, options.folds, by_source=options.by_source)
    data = TrainingSet.build(passages, taxonomy, annotator)
    spaces = data.fit_spaces(vectors, known, min_count=options.min_count, relation_count=options.relation_count)
    views = PassageViews.build(spaces, data.tagged, data.batch)
    network, read = None, None
    if options.epochs:
        trainer = data.build_network_trainer(vectors, known, NetworkOptions(epochs=options.epochs, seed=options.seed))
        read = np.zeros(data.likely.shape)
        networks = trainer.train([*(kept for kept, _ in folds), np.arange(len(passages))], n_process=n_process)
        for _, left_out in folds:
            read[left_out] = next(networks)(*data.select(left_out)).values
        network = next(networks)
    heads = {}
    for kind, authored in (("theme", options.authored_themes), ("obstacle", options.authored_obstacles)):
        columns = data.columns(kind)
        heads[kind] = fit_head(
            data.labels[kind],
            views,
            data.likely[:, columns],
            np.where(data.real, 1.0, authored),
            folds,
            None if read is None else read[:, columns],
            options.obstacle_share if kind == "obstacle" else None,
            options,
            np.array([not passage.read for passage in passages], dtype=np.bool_),
            n_process=n_process,
        )
    examples = StatusExamples.build([*passages, *status_passages], difficulties, data.labels, annotator)
    reader = None
    if network is not None and len(examples.rows) >= _WORTH_READER:
        readers = ReaderTrainer(examples, vectors, known, ReaderOptions(seed=options.seed))
        reader = readers.train(np.arange(len(examples.rows)), examples.heard_by(network))
    return Labeller(
        spaces=spaces,
        themes=heads["theme"],
        obstacles=heads["obstacle"],
        status=fit_statuses(examples.features(spaces), examples.statuses, logistic(options.c, options.seed)),
        network=network,
        announced=options.announced_obstacles,
        reader=reader,
    )


def check_folds(passages: Sequence[LabelledPassage], options: TrainingOptions) -> None:
    """Check that passages can be parted into folds.

    Raises
    ------
    OptionError
        If there is no second fold.
    RecordError
        If there are too few documents or sources.
    """
    if options.folds < 2:
        raise OptionError("folds", str(options.folds), "at least 2", "Leave it out for the default of 5.")
    found = len(np.unique(groups_of(passages, by_source=options.by_source)[real_rows(passages)]))
    if found < options.folds:
        parted = "sources" if options.by_source else "documents"
        raise RecordError(
            "training data",
            f"{found} {parted} of real passages",
            f"at least {options.folds}, one a fold",
            f"Label more {parted}, or set folds in a recipe.",
        )


def fit_head(
    labels: tuple[str, ...],
    views: PassageViews,
    likely: NDArray[np.float64],
    weights: NDArray[np.float64],
    folds: Folds,
    read: NDArray[np.float64] | None,
    share: float | None,
    options: TrainingOptions,
    reference: NDArray[np.bool_] | None = None,
    *,
    n_process: int = 1,
) -> LabelHead:
    """Fit the labels of one kind, each with its calibration and threshold from cross-validation.

    Parameters
    ----------
    labels : tuple of str
    views : PassageViews
        Of all passages.
    likely : ndarray of shape (n_passages, n_labels), float64
        Probability that the passage holds the label.
    weights : ndarray of shape (n_passages,), float64
    folds : sequence of (ndarray, ndarray)
        The passages that each fold trains on, and those that it leaves out.
    read : ndarray of shape (n_passages, n_labels), float64, or None
        What networks say that the passage did not train.
    share : float or None
        Share of the passages that hold a label of the kind where the model will be used; None for that of these.
    options : TrainingOptions
    reference : ndarray of shape (n_passages,), bool, optional
        Passages whose labels the model is to agree with, where others have labels of readers who retain more or less:
        all probabilities are brought to their scale, and thresholds are chosen on them. Without any it is all passages.
    n_process : int, default=1
    """
    scorer, *parts = fit_folds(views, likely, weights, folds, options, n_process=n_process)
    unseen = unseen_values(views, parts, folds)
    real = np.sort(np.concatenate([left_out for _, left_out in folds]))
    calibration, thresholds = fit_decisions(
        unseen[real] if read is None else blended(unseen[real], read[real]),
        likely[real],
        prior=options.prior_positives,
        share=share,
        reference=None if reference is None else reference[real],
    )
    return LabelHead(labels, scorer, calibration, thresholds)


def fit_folds(
    views: PassageViews,
    likely: NDArray[np.float64],
    weights: NDArray[np.float64],
    folds: Folds,
    options: TrainingOptions,
    *,
    n_process: int = 1,
) -> list[LinearWeights]:
    """Fit one logistic regression a label, on all passages and then without each fold; as for `fit_head`."""
    choices = (rows[weights[rows] > 0] for rows in (np.arange(len(weights)), *(kept for kept, _ in folds)))
    tasks = ((views.whole[rows], likely[rows], weights[rows], options) for rows in choices)
    worth = n_process if views.whole.shape[0] >= _WORTH_PROCESSES else 1
    return list(map_ordered(_fit_task, tasks, n_process=worth))


def unseen_values(views: PassageViews, parts: Sequence[LinearWeights], folds: Folds) -> NDArray[np.float64]:
    """Return the values of the passages that folds leave out, by the functions that were fitted without each.

    Returns
    -------
    ndarray of shape (n_passages, n_labels), float64
        Zeros for passages that no fold leaves out.
    """
    unseen = np.zeros((views.whole.shape[0], len(parts[0].bias)))
    for part, (_, left_out) in zip(parts, folds, strict=True):
        unseen[left_out] = views.rows(left_out).values(part).means()
    return unseen


def _fit_task(task: tuple[csr_array, NDArray[np.float64], NDArray[np.float64], TrainingOptions]) -> LinearWeights:
    return _fit_linear(*task)


def _fit_linear(
    features: csr_array, likely: NDArray[np.float64], weights: NDArray[np.float64], options: TrainingOptions
) -> LinearWeights:
    coefficients = np.zeros((features.shape[1], likely.shape[1]), dtype=np.float32)
    bias = np.full(likely.shape[1], -10.0, dtype=np.float32)
    for label in range(likely.shape[1]):
        rows, held, counted = parted(likely[:, label], weights)
        if held.any() and not held.all():
            # Both sides count alike, however rare the label is.
            balance = counted.sum() / 2 / np.where(held, counted[held].sum(), counted[~held].sum())
            model = logistic(options.c, options.seed).fit(features[rows], held, sample_weight=counted * balance)
            coefficients[:, label], bias[label] = model.coef_[0], model.intercept_[0]
    return LinearWeights(coefficients, bias)
