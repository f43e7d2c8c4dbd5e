"""What a recipe's models say of sources that they know nothing of: neither trained nor calibrated on.

Usage: python -m benchmarks.sources RECIPE. A quarter of the sources of all read passages is left out at a time, and
scored by what the others train, with all that was written but what was written after passages of those sources. The
reference and development passages of each source are then judged with the calibration and the thresholds that the
values of all other sources give. So it goes with the texts that people bring. Takes about half an hour with two
processes.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from benchmarks.evaluate import weighted_f1
from engagetext.classify.labeller import STATUS_SENTENCE_SHARE, STATUSES, blended, read_statuses
from engagetext.classify.linear import LinearWeights
from engagetext.learning.datasets import LabelledPassage, read_passages
from engagetext.learning.decisions import fit_decisions
from engagetext.learning.evaluate import figures
from engagetext.learning.folds import groups_of, split_real
from engagetext.learning.label_matrices import gold_matrix
from engagetext.learning.logistic import logistic
from engagetext.learning.network_steps import NetworkOptions
from engagetext.learning.recipe import (
    Recipe,
    labelled_passages,
    read_recipe,
    recipe_cues,
    recipe_difficulties,
    status_passages,
)
from engagetext.learning.status_reader import ReaderOptions, ReaderTrainer
from engagetext.learning.statuses import StatusExamples, fit_statuses
from engagetext.learning.train import fit_folds, unseen_values
from engagetext.learning.training_set import TrainingSet
from engagetext.learning.views import PassageViews
from engagetext.pipeline import load_pipeline
from engagetext.taxonomy import KINDS, Taxonomy

_QUARTERS, _PROCESSES = 4, 2
_RICH = 0.4  # share of passages with an obstacle in texts that are rich in them


def _passages(recipe: Recipe, taxonomy: Taxonomy) -> tuple[list[LabelledPassage], dict[str, LabelledPassage]]:
    """Return all passages, those of the development set with them, and the reference labels by id."""
    files = (*recipe.passages, *((recipe.development,) if recipe.development else ()))
    reference = {passage.id: passage for file in files for passage in read_passages(file, taxonomy)}
    whole = labelled_passages(recipe, taxonomy)
    known = {passage.id for passage in whole}
    return whole + [passage for passage in reference.values() if passage.id not in known], reference


def main(path: Path) -> None:
    """Print the figures of all reference and development passages together."""
    recipe, base = read_recipe(path), load_pipeline()
    options, taxonomy, vectors = recipe.options, base.taxonomy, base.labeller.spaces.vectors
    whole, reference = _passages(recipe, taxonomy)
    data, cues = TrainingSet.build(whole, taxonomy, base.annotator), recipe_cues(recipe)
    sources = groups_of(whole, by_source=True)
    folds = split_real(whole, _QUARTERS, by_source=True)
    gold = np.concatenate([gold_matrix(whole, data.labels[kind], kind) for kind in KINDS], axis=1)
    judged = np.array([passage.id in reference for passage in whole])

    spaces = data.fit_spaces(vectors, cues, min_count=options.min_count, relation_count=options.relation_count)
    views = PassageViews.build(spaces, data.tagged, data.batch)
    examples = StatusExamples.build(
        [*whole, *status_passages(recipe, taxonomy)], recipe_difficulties(recipe), data.labels, base.annotator
    )
    of_examples = examples.features(spaces)
    readers = ReaderTrainer(examples, vectors, cues, ReaderOptions(seed=options.seed))

    parts: dict[str, list[LinearWeights]] = {}
    for kind, weight in (("theme", options.authored_themes), ("obstacle", options.authored_obstacles)):
        weights = np.where(data.real, 1.0, weight)
        _, *parts[kind] = fit_folds(
            views, data.likely[:, data.columns(kind)], weights, folds, options, n_process=_PROCESSES
        )

    trainer = data.build_network_trainer(vectors, cues, NetworkOptions(epochs=options.epochs, seed=options.seed))
    networks = trainer.train((kept for kept, _ in folds), n_process=_PROCESSES)
    read, told_right = np.zeros(data.likely.shape), np.zeros(gold.shape, dtype=np.bool_)
    first, names = data.columns("obstacle").start, data.labels["obstacle"]
    for (_, out), network, of_obstacles in zip(folds, networks, parts["obstacle"], strict=True):
        tagged, batch = data.select(out)
        reading = network(tagged, batch)
        read[out] = reading.values
        asked = [
            (place, first + names.index(label), STATUSES.index(status))
            for place, row in enumerate(out.tolist())
            if judged[row]
            for label, status in whole[row].obstacles
        ]
        places, columns, statuses = np.array(asked, dtype=np.int64).reshape(-1, 3).T
        # What was written after a source knows it.
        (taught,) = np.nonzero(~np.isin(examples.sources, sources[out]))
        reader = readers.train(taught, examples.heard_by(network))
        functions = fit_statuses(of_examples[taught], examples.statuses[taught], logistic(options.c, options.seed))
        both = LinearWeights.joined([of_obstacles, functions])
        said = views.rows(out).values(both).drawn(places, columns - first, STATUS_SENTENCE_SHARE)[:, len(names) :]
        heard = reading.heard_for(places, columns, len(tagged.tags))
        found_status = read_statuses(reader(tagged, batch, places, heard), said)
        told_right[out[places], columns] = found_status == statuses

    print(f"{len(whole)} passages, {judged.sum()} of {len(np.unique(sources[judged]))} sources judged")
    found: dict[str, NDArray[np.bool_]] = {}
    for kind in KINDS:
        own = data.columns(kind)
        likely, unseen = data.likely[:, own], unseen_values(views, parts[kind], folds)
        values = blended(unseen, read[:, own])
        scores, found[kind] = np.zeros(values.shape), np.zeros(values.shape, dtype=np.bool_)
        for source in np.unique(sources[judged]).tolist():
            others, here = data.real & (sources != source), judged & (sources == source)
            calibration, thresholds = fit_decisions(
                values[others],
                likely[others],
                prior=options.prior_positives,
                share=options.obstacle_share if kind == "obstacle" else None,
                reference=judged[others],
            )
            scores[here] = calibration.probability(values[here])
            found[kind][here] = scores[here] >= thresholds
        _show(kind, gold[judged][:, own], found[kind][judged], scores[judged], data.labels[kind])
        alone = [_ranking(gold[judged][:, own], each[judged]) for each in (unseen, read[:, own])]
        print(f"  linear functions alone {alone[0]:.3f}, network alone {alone[1]:.3f}")
    held, right = gold[judged][:, first:], told_right[judged][:, first:]
    for which, cells in (("all", held), ("those found", held & found["obstacle"][judged])):
        print(f"statuses of {cells.sum()} obstacles ({which}): {right[cells].mean():.3f} right")


def _show(
    kind: str, gold: NDArray[np.bool_], found: NDArray[np.bool_], scores: NDArray[np.float64], labels: tuple[str, ...]
) -> None:
    result = figures(scores, found, gold, labels)
    low, high = result.interval
    print(f"{kind}s: micro F1 {result.micro_f1:.3f} [{low:.3f}, {high:.3f}]  macro F1 {result.macro_f1:.3f}")
    print(f"  precision {result.precision:.3f}  recall {result.recall:.3f}")
    print(f"  mean average precision {_ranking(gold, scores):.3f}  ECE {result.calibration_error:.4f}")
    if kind == "obstacle":
        print(f"  if two in five passages held one: micro F1 {weighted_f1(gold, found, _RICH):.3f}")


def _ranking(gold: NDArray[np.bool_], values: NDArray[np.float64]) -> float:
    return float(average_precision_score(gold.ravel(), values.ravel()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
