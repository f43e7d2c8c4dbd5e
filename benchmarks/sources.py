"""What a model says of sources that it knows nothing of: neither trained nor calibrated on.

Usage: python -m benchmarks.sources RECIPE. The sources of the reference and development passages are left out in turns,
a quarter of them at a time; all else trains, calibrates and chooses the thresholds. So it goes with the texts that
people bring. Takes about eight minutes a quarter.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from benchmarks.evaluate import weighted_f1
from engagetext.learning.datasets import read_passages
from engagetext.learning.evaluate import figures
from engagetext.learning.recipe import labelled_passages, read_recipe, recipe_cues
from engagetext.learning.train import gold_matrix, train_labeller
from engagetext.pipeline import load_pipeline

_QUARTERS, _FOLDS = 4, 2
_PROCESSES = 2


def main(path: Path) -> None:
    """Print the figures of all left-out reference and development passages together."""
    recipe, base = read_recipe(path), load_pipeline()
    files = (*recipe.passages, *((recipe.development,) if recipe.development else ()))
    reference = {passage.id: passage for file in files for passage in read_passages(file, base.taxonomy)}
    whole = labelled_passages(recipe, base.taxonomy)
    known = {passage.id for passage in whole}
    whole += [passage for passage in reference.values() if passage.id not in known]
    real = [row for row, passage in enumerate(whole) if not passage.authored]
    sources = [whole[row].source for row in real]
    options = replace(recipe.options, folds=_FOLDS)
    cues, vectors = recipe_cues(recipe), base.labeller.spaces.vectors
    parts: dict[str, list[tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.float64]]]] = {}
    names: dict[str, tuple[str, ...]] = {}
    for number, (_, left_out) in enumerate(GroupKFold(_QUARTERS).split(real, groups=sources), start=1):
        rows = {real[place] for place in left_out.tolist()}
        training = [passage for row, passage in enumerate(whole) if row not in rows]
        labeller = train_labeller(training, base.taxonomy, base.annotator, vectors, options, cues, n_process=_PROCESSES)
        unseen = [reference[whole[row].id] for row in sorted(rows) if whole[row].id in reference]
        columns = base.with_labeller(labeller).passages([passage.text for passage in unseen])
        heads = columns.bounds[:-1]
        for kind, head, scores in (
            ("theme", labeller.themes, columns.themes),
            ("obstacle", labeller.obstacles, columns.obstacles),
        ):
            best = np.maximum.reduceat(scores, heads, axis=0)
            gold = gold_matrix(unseen, head.labels, kind)
            parts.setdefault(kind, []).append((gold, best >= head.thresholds, best))
            names[kind] = head.labels
        print(f"quarter {number}: {len(training)} passages trained, {len(unseen)} scored", flush=True)
    for kind, found in parts.items():
        gold, said, scores = (np.concatenate(column) for column in zip(*found, strict=True))
        result = figures(scores, said, gold, names[kind])
        ranking = average_precision_score(gold.ravel(), scores.ravel())
        low, high = result.interval
        print(f"{kind}s: micro F1 {result.micro_f1:.3f} [{low:.3f}, {high:.3f}]  macro F1 {result.macro_f1:.3f}")
        print(f"  precision {result.precision:.3f}  recall {result.recall:.3f}")
        print(f"  mean average precision {ranking:.3f}  ECE {result.calibration_error:.4f}")
        if kind == "obstacle":
            print(f"  if two in five passages held one: micro F1 {weighted_f1(gold, said, 0.4):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
