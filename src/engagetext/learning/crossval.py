"""How well labels can be learnt from what there is, and what would help: cross-validation by document."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.cues import CueTable
from engagetext.classify.labeller import STATUSES, UNTOLD
from engagetext.classify.passages import PassageBatch
from engagetext.findings import shortened
from engagetext.learning.card import LEGEND, show_figures
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.evaluate import Evaluation, KindFigures, figures, tabulate_statuses
from engagetext.learning.folds import groups_of, real_rows, split_real
from engagetext.learning.label_matrices import gold_matrix
from engagetext.learning.train import TrainingOptions, check_folds, train_labeller
from engagetext.taxonomy import KINDS, Taxonomy
from engagetext.text.annotator import Annotator
from engagetext.text.vectors import VectorTable

_SHARES = (0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a part of the training passages teaches.

    Parameters
    ----------
    passages : int
        Passages that a fold was trained on, in the mean.
    micro_f1 : dict of str to float
        Kind -> micro F1 on the passages that each fold leaves out.
    """

    passages: int
    micro_f1: dict[str, float]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A label of a passage that a model which has not seen the passage contradicts.

    Parameters
    ----------
    passage : LabelledPassage
    kind, label : str
    held : bool
        Whether the passage is labelled with it.
    score : float
        Probability of the label, by the model.
    """

    passage: LabelledPassage
    kind: str
    label: str
    held: bool
    score: float


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """What cross-validation says of labelled passages.

    Parameters
    ----------
    evaluation : Evaluation
        Of passages that the fold was not trained on.
    curve : tuple of CurvePoint
        From few passages to all.
    confusions : tuple of (kind, gold, found, count)
        A label that was missed, and one that was found in its place, in how many passages; the most frequent first.
    doubts : tuple of Doubt
        The labels that are contradicted most, right or wrong: worth a second look.
    """

    evaluation: Evaluation
    curve: tuple[CurvePoint, ...]
    confusions: tuple[tuple[str, str, str, int], ...]
    doubts: tuple[Doubt, ...]


def cross_validate(
    passages: Sequence[LabelledPassage],
    taxonomy: Taxonomy,
    annotator: Annotator,
    vectors: VectorTable,
    options: TrainingOptions,
    cues: CueTable | None = None,
    *,
    n_process: int = 1,
) -> CrossValidation:
    """Cross-validate by document (or source): real passages are scored, authored ones train.

    An authored passage does not train a fold that leaves out the document (or source) that it was written after.

    Raises
    ------
    RecordError
        If there are too few documents.
    """
    check_folds(passages, options)
    runs = [_run(passages, taxonomy, annotator, vectors, options, cues, share, n_process) for share in _SHARES]
    kinds = [kind for kind in KINDS if taxonomy.labels(kind)]
    # Once for the curve and the evaluation: each draws a thousand samples.
    scores = [{kind: run.figures(kind, taxonomy) for kind in KINDS} for run in runs]
    whole = runs[-1]
    confusions: Counter[tuple[str, str, str]] = Counter()
    for kind in kinds:
        labels = [label.id for label in taxonomy.labels(kind)]
        missed, wrong = whole.gold[kind] & ~whole.found[kind], whole.found[kind] & ~whole.gold[kind]
        for row in np.nonzero(missed.any(axis=1) & wrong.any(axis=1))[0].tolist():
            for gold in np.nonzero(missed[row])[0].tolist():
                for found in np.nonzero(wrong[row])[0].tolist():
                    confusions[kind, labels[gold], labels[found]] += 1
    return CrossValidation(
        evaluation=Evaluation(
            passages=len(whole.gold["theme"]),
            themes=scores[-1]["theme"],
            obstacles=scores[-1]["obstacle"],
            status_confusion=tabulate_statuses(whole.statuses),
            left_out="source" if options.by_source else "document",
        ),
        curve=tuple(
            CurvePoint(run.size, {kind: found[kind].micro_f1 for kind in kinds})
            for run, found in zip(runs, scores, strict=True)
        ),
        confusions=tuple(
            (*pair, count) for pair, count in sorted(confusions.items(), key=lambda item: (-item[1], item))
        ),
        doubts=whole.doubts(passages, taxonomy),
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """The left-out passages of all folds: what is right, what was said."""

    size: int
    rows: NDArray[np.int64]
    gold: dict[str, NDArray[np.bool_]]
    found: dict[str, NDArray[np.bool_]]
    probabilities: dict[str, NDArray[np.float64]]
    statuses: Counter[tuple[str, str]]

    def figures(self, kind: str, taxonomy: Taxonomy) -> KindFigures:
        labels = [label.id for label in taxonomy.labels(kind)]
        return figures(self.probabilities[kind], self.found[kind], self.gold[kind], labels)

    def doubts(self, passages: Sequence[LabelledPassage], taxonomy: Taxonomy) -> tuple[Doubt, ...]:
        """Return the most unlikely labels, one a passage."""
        cells = []
        for order, kind in enumerate(KINDS):
            # What is retained, or left out, against the label of the passage. Of a label with few examples a model
            # knows too little to contradict.
            held, scores = self.gold[kind], self.probabilities[kind]
            against = np.where(held, 1 - scores, scores) * (held != self.found[kind])
            against *= held.sum(axis=0) >= _SCARCE
            cells += [(-against[cell], cell[0], order, cell[1]) for cell in zip(*np.nonzero(against), strict=True)]
        worst: dict[int, Doubt] = {}
        for _, place, order, column in sorted(cells):
            kind, row = KINDS[order], int(self.rows[place])
            label, score = taxonomy.labels(kind)[column].id, float(self.probabilities[kind][place, column])
            worst.setdefault(row, Doubt(passages[row], kind, label, bool(self.gold[kind][place, column]), score))
        return tuple(worst.values())[:_DOUBTS]


def _run(
    passages: Sequence[LabelledPassage],
    taxonomy: Taxonomy,
    annotator: Annotator,
    vectors: VectorTable,
    options: TrainingOptions,
    cues: CueTable | None,
    share: float,
    n_process: int,
) -> _Run:
    real = real_rows(passages)
    groups = groups_of(passages, by_source=options.by_source)
    probabilities = {kind: np.zeros((len(passages), len(taxonomy.labels(kind)))) for kind in KINDS}
    found = {kind: np.zeros(probabilities[kind].shape, dtype=np.bool_) for kind in KINDS}
    told = np.full(probabilities["obstacle"].shape, UNTOLD, dtype=np.int8)
    sizes = []
    for kept, left_out in split_real(passages, options.folds, by_source=options.by_source):
        names = np.unique(groups[kept[real[kept]]])
        drawn = np.random.default_rng(options.seed).permutation(names)[: max(2, round(share * len(names)))]
        rows = kept[~np.isin(groups[kept], np.setdiff1d(names, drawn))]
        training = [passages[row] for row in rows.tolist()]
        fewer = replace(options, folds=max(2, min(options.folds, len(drawn))))
        labeller = train_labeller(training, taxonomy, annotator, vectors, fewer, cues, n_process=n_process)
        tagged = annotator([passages[row].text for row in left_out.tolist()])
        said = labeller.label(tagged, PassageBatch.of_texts(tagged.tokens))
        for kind, head, values in (
            ("theme", labeller.themes, said.themes),
            ("obstacle", labeller.obstacles, said.obstacles),
        ):
            probabilities[kind][left_out], found[kind][left_out] = values, values >= head.thresholds
        told[left_out] = said.status
        sizes.append(int(real[rows].sum()))
    # As for thresholds: where some passages have reference labels, these are what is right.
    judged = real & np.array([not passage.read for passage in passages], dtype=np.bool_)
    (rows,) = np.nonzero(judged if judged.any() else real)
    scored = [passages[row] for row in rows.tolist()]
    labels = {kind: [label.id for label in taxonomy.labels(kind)] for kind in KINDS}
    statuses = (
        (status, int(told[row, labels["obstacle"].index(label)]))
        for row in rows.tolist()
        for label, status in passages[row].obstacles
    )
    return _Run(
        size=round(float(np.mean(sizes))),
        rows=rows,
        gold={kind: gold_matrix(scored, labels[kind], kind) for kind in KINDS},
        found={kind: held[rows] for kind, held in found.items()},
        probabilities={kind: values[rows] for kind, values in probabilities.items()},
        statuses=Counter((gold, STATUSES[said]) for gold, said in statuses if said != UNTOLD),
    )


def show_cross_validation(result: CrossValidation) -> str:
    """Return what cross-validation says as plain text."""
    evaluation = result.evaluation
    lines = [f"cross-validated by {evaluation.left_out}:"]
    for kind, found in evaluation.kinds.items():
        lines += show_figures(kind, found)
    if evaluation.n_statuses:
        right = round(evaluation.status_accuracy * evaluation.n_statuses)
        parts = []
        for status in STATUSES:
            told = evaluation.status_confusion.get(status, {})
            if sum(told.values()):
                parts.append(f"{status} {told.get(status, 0)} of {sum(told.values())}")
        lines.append(
            f"status right for {right} of {evaluation.n_statuses} obstacles that are found: {', '.join(parts)}"
        )
    lines.append("learning curve (passages: micro F1):")
    for point in result.curve:
        scores = ", ".join(f"{kind}s {score:.3f}" for kind, score in point.micro_f1.items())
        lines.append(f"  {point.passages:5d}: {scores}")
    if result.confusions:
        lines.append("most confused (missed, found in its place):")
        lines += [f"  {kind} {gold}, {found}: {count}" for kind, gold, found, count in result.confusions[:_SHOWN]]
    if result.doubts:
        lines.append("labels worth a second look (what is said of a passage by a model that has not seen it):")
        for doubt in result.doubts:
            passage, labelled = doubt.passage, "labelled" if doubt.held else "not labelled"
            said = f"{labelled} {doubt.kind} {doubt.label}, probability {doubt.score:.2f}"
            lines.append(f"  {passage.where or passage.id}: {said}: {shortened(' '.join(passage.text.split()))}")
    for kind, found in evaluation.kinds.items():
        scarce = [f"{label} ({row.gold})" for label, row in found.labels.items() if row.gold < _SCARCE]
        if scarce:
            lines.append(f"{kind}s with fewer than {_SCARCE} passages: {', '.join(scarce)}")
    if evaluation.passages < _FEW:
        lines.append(f"{evaluation.passages} passages are few: from some {_FEW} upwards a model is worth using")
    lines.append(LEGEND)
    return "\n".join(lines)


_SHOWN, _DOUBTS, _SCARCE = 5, 10, 20
_FEW = 200  # as the documentation says
