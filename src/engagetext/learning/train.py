"""Fit the labeller: features, one logistic regression a label, calibration and thresholds by cross-validation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from engagetext.classify.calibration import PlattCalibration, sigmoid
from engagetext.classify.features import FeatureSpace
from engagetext.classify.labeller import STATUSES, LabelHead, Labeller
from engagetext.classify.linear import LinearWeights
from engagetext.classify.passages import PassageBatch
from engagetext.classify.relations import RelationSpace
from engagetext.errors import OptionError, RecordError
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.views import PassageViews
from engagetext.taxonomy import Taxonomy
from engagetext.text.annotator import Annotator
from engagetext.text.batches import TokenBatch
from engagetext.text.vectors import VectorTable

# Authored passages say hypothetical and overcome far more often than people do. Over the 125 obstacles of the
# development passages the status is right for .824 with this weight and unweighted classes, for .784 with weight 1, for
# .768 with balanced classes.
_STATUS_AUTHORED_WEIGHT = 0.3


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
    seed : int, default=0
        Seed of everything random; the solver used here draws nothing.
    """

    c: float = 5.0
    min_count: int = 2
    folds: int = 5
    authored_themes: float = 1.0
    authored_obstacles: float = 1.0
    prior_positives: float = 100.0
    relation_count: int = 3
    seed: int = 0


def train_labeller(
    passages: Sequence[LabelledPassage],
    taxonomy: Taxonomy,
    annotator: Annotator,
    vectors: VectorTable,
    options: TrainingOptions,
) -> Labeller:
    """Fit a labeller on labelled passages.

    Parameters
    ----------
    passages : sequence of LabelledPassage
        At least as many documents as folds.
    taxonomy : Taxonomy
        Its labels, in its order, are the columns.
    annotator : Annotator
        Cuts the passages into tokens and sentences.
    vectors : VectorTable
        Word vectors, which are kept as they are.
    options : TrainingOptions

    Returns
    -------
    Labeller

    Raises
    ------
    OptionError
        If there is no second fold, or no feature is frequent enough.
    RecordError
        If there are too few documents to cross-validate.
    """
    real = np.array([not passage.authored for passage in passages], dtype=np.bool_)
    groups = np.array([passage.group for passage in passages], dtype=np.str_)
    if options.folds < 2:
        raise OptionError("folds", str(options.folds), "at least 2", "Leave it out for the default of 5.")
    if len(np.unique(groups[real])) < options.folds:
        raise RecordError(
            "training data",
            f"{len(np.unique(groups[real]))} documents of real passages",
            f"at least {options.folds}, one a fold",
            "Label more documents, or lower the number of folds.",
        )
    tagged = annotator([passage.text for passage in passages])
    whole = whole_passages(tagged.tokens)
    space = FeatureSpace.fit(tagged.tokens, whole, options.min_count)
    if not len(space.keys):
        raise OptionError("min_count", str(options.min_count), "at most the passages that share a word", "Lower it.")
    relations = RelationSpace.fit(tagged, whole, max(options.min_count, options.relation_count))
    views = PassageViews.build(space, vectors, relations, tagged, whole)
    heads = {}
    for kind, authored in (("theme", options.authored_themes), ("obstacle", options.authored_obstacles)):
        weights = np.where(real, 1.0, authored)
        labels = tuple(label.id for label in taxonomy.labels(kind))
        gold = gold_matrix(passages, labels, kind)
        heads[kind] = fit_head(labels, views, gold, real, groups, weights, options)
    return Labeller(
        space=space,
        vectors=vectors,
        relations=relations,
        themes=heads["theme"],
        obstacles=heads["obstacle"],
        status=_fit_status(views.whole, passages, np.where(real, 1.0, _STATUS_AUTHORED_WEIGHT), options),
    )


def whole_passages(batch: TokenBatch) -> PassageBatch:
    """Return each text of a batch as one passage."""
    return PassageBatch(batch.bounds[:-1], batch.bounds[1:], np.arange(len(batch.texts)))


def gold_matrix(passages: Sequence[LabelledPassage], labels: Sequence[str], kind: str) -> NDArray[np.bool_]:
    """Return which passage holds which label, an ndarray of shape (n_passages, n_labels)."""
    gold = np.zeros((len(passages), len(labels)), dtype=np.bool_)
    for row, passage in enumerate(passages):
        held = passage.themes if kind == "theme" else [label for label, _ in passage.obstacles]
        gold[row] = [label in held for label in labels]
    return gold


def fit_head(
    labels: tuple[str, ...],
    views: PassageViews,
    gold: NDArray[np.bool_],
    real: NDArray[np.bool_],
    groups: NDArray[np.str_],
    weights: NDArray[np.float64],
    options: TrainingOptions,
) -> LabelHead:
    """Fit the labels of one kind, each with its calibration and threshold from cross-validation by group.

    Parameters
    ----------
    labels : tuple of str
    views : PassageViews
        Of all passages.
    gold : ndarray of shape (n_passages, n_labels), bool
    real : ndarray of shape (n_passages,), bool
        Passages that calibrate; the others train only.
    groups : ndarray of shape (n_passages,), str
        Passages of one group are in one fold.
    weights : ndarray of shape (n_passages,), float64
    options : TrainingOptions
    """
    (trained,) = np.nonzero(weights > 0)
    scorer = _fit_linear(views.whole[trained], gold[trained], weights[trained], options)
    unseen = np.zeros(gold.shape)
    (real_rows,) = np.nonzero(real)
    (authored_rows,) = np.nonzero(~real & (weights > 0))
    for kept, held_out in GroupKFold(options.folds).split(real_rows, groups=groups[real_rows]):
        fold = np.concatenate([real_rows[kept], authored_rows])
        part = _fit_linear(views.whole[fold], gold[fold], weights[fold], options)
        unseen[real_rows[held_out]] = views.rows(real_rows[held_out]).decision(part)
    calibration = _fit_calibration(unseen[real], gold[real])
    probabilities = calibration.probability(unseen[real])
    return LabelHead(labels, scorer, calibration, _thresholds(probabilities, gold[real], options.prior_positives))


def _fit_linear(
    features: csr_array, gold: NDArray[np.bool_], weights: NDArray[np.float64], options: TrainingOptions
) -> LinearWeights:
    coefficients = np.zeros((features.shape[1], gold.shape[1]), dtype=np.float32)
    bias = np.full(gold.shape[1], -10.0, dtype=np.float32)
    for label in range(gold.shape[1]):
        if gold[:, label].any() and not gold[:, label].all():
            model = _logistic(options, "balanced").fit(features, gold[:, label], sample_weight=weights)
            coefficients[:, label], bias[label] = model.coef_[0], model.intercept_[0]
    return LinearWeights(coefficients, bias)


def _logistic(options: TrainingOptions, class_weight: str | None) -> LogisticRegression:
    # The dual of fewer passages than features: eight times as fast as the primal here, to the same weights.
    return LogisticRegression(
        C=options.c,
        class_weight=class_weight,
        solver="liblinear",
        dual=True,
        tol=1e-3,
        max_iter=10_000,
        random_state=options.seed,
    )


def _fit_calibration(values: NDArray[np.float64], gold: NDArray[np.bool_]) -> PlattCalibration:
    """Fit one sigmoid a label on values of passages that the scorer has not seen."""
    slope, offset = np.ones(gold.shape[1]), np.zeros(gold.shape[1])
    for label in range(gold.shape[1]):
        if gold[:, label].any() and not gold[:, label].all():
            model = LogisticRegression(C=1.0, solver="lbfgs").fit(values[:, [label]], gold[:, label])
            slope[label], offset[label] = max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])
        else:
            offset[label] = -values[:, label].max(initial=0.0) - 5.0
    return PlattCalibration(slope, offset)


def _thresholds(probabilities: NDArray[np.float64], gold: NDArray[np.bool_], prior: float) -> NDArray[np.float64]:
    """Choose the probability from which each label is retained.

    A label's best F1 on a handful of positive passages says little, so its threshold is drawn, on the logit scale,
    towards the one that is best for all labels together.
    """
    grid = np.round(np.arange(0.02, 0.90, 0.01), 2)
    right = np.array([((probabilities >= t) & gold).sum(axis=0) for t in grid])
    found = np.array([(probabilities >= t).sum(axis=0) for t in grid])
    positives = gold.sum(axis=0)
    common = grid[int(np.argmax(2 * right.sum(axis=1) / (found.sum(axis=1) + positives.sum() + 1e-9)))]
    own = grid[np.argmax(2 * right / (found + positives + 1e-9), axis=0)]
    share = positives / (positives + prior)
    logits = share * np.log(own / (1 - own)) + (1 - share) * np.log(common / (1 - common))
    return sigmoid(logits)


def _fit_status(
    features: csr_array, passages: Sequence[LabelledPassage], weights: NDArray[np.float64], options: TrainingOptions
) -> LinearWeights:
    """Fit the status on the passages that hold an obstacle, one row a (passage, obstacle)."""
    rows = [number for number, passage in enumerate(passages) for _ in passage.obstacles]
    statuses = np.array([STATUSES.index(status) for passage in passages for _, status in passage.obstacles], dtype=int)
    coefficients = np.zeros((features.shape[1], len(STATUSES)), dtype=np.float32)
    bias = np.zeros(len(STATUSES), dtype=np.float32)
    for number in range(len(STATUSES)):
        wanted = statuses == number
        if wanted.any() and not wanted.all():
            model = _logistic(options, None).fit(features[rows], wanted, sample_weight=weights[rows])
            coefficients[:, number], bias[number] = model.coef_[0], model.intercept_[0]
        else:
            bias[number] = 10.0 if wanted.any() else -10.0
    return LinearWeights(coefficients, bias)
