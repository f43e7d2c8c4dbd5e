"""What each lever of the labeller gives: the model trained without it, on the development passages.

Usage: python -m benchmarks.ablation RECIPE OUT. Writes the rows that the model card shows, and the card of the packaged
model anew. All rows alike are trained with fewer folds and epochs than the packaged model, so their figures lie a
little below its own. Takes about five minutes a row.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from engagetext.classify.cues import CueTable
from engagetext.learning.build import state_scores
from engagetext.learning.cue_files import read_cues
from engagetext.learning.datasets import LabelledPassage, read_passages
from engagetext.learning.evaluate import evaluate_labels
from engagetext.learning.label_matrices import gold_matrix
from engagetext.learning.recipe import labelled_passages, read_recipe
from engagetext.learning.train import train_labeller
from engagetext.persistence.catalogue import find_model
from engagetext.pipeline import Pipeline, load_pipeline
from engagetext.text.annotator import Annotator
from engagetext.text.vectors import VectorTable

Passages = list[LabelledPassage]
_FOLDS, _EPOCHS, _PROCESSES = 2, 6, 2


def without_vectors(vectors: VectorTable) -> VectorTable:
    """Return a table whose vectors are all zero."""
    return replace(vectors, matrix=np.zeros_like(vectors.matrix))


def row(name: str, pipeline: Pipeline, development: Passages) -> dict[str, Any]:
    """Return the figures of a model."""
    found = evaluate_labels(pipeline, development)
    columns = pipeline.passages([passage.text for passage in development])
    precision = {}
    for kind, scores in (("themes", columns.themes), ("obstacles", columns.obstacles)):
        labels = (pipeline.labeller.themes if kind == "themes" else pipeline.labeller.obstacles).labels
        best = np.maximum.reduceat(scores, columns.bounds[:-1], axis=0)
        gold = gold_matrix(development, labels, kind[:-1])
        precision[f"{kind}_ap"] = round(float(average_precision_score(gold.ravel(), best.ravel())), 3)
    return {
        "without": name,
        "themes_f1": round(found.themes.micro_f1, 3),
        "obstacles_f1": round(found.obstacles.micro_f1, 3),
        "status": round(found.status_accuracy, 3),
        **precision,
    }


def main(path: Path, out: Path) -> None:
    """Train every variant and write its row."""
    recipe = read_recipe(path)
    base = load_pipeline()
    development = read_passages(recipe.development, base.taxonomy) if recipe.development else []
    whole = labelled_passages(recipe, base.taxonomy)
    shared = {passage.id for file in recipe.passages for passage in read_passages(file, base.taxonomy)}
    documents = {
        passage.id
        for file in recipe.authored
        if file.parent.name == "documents"
        for passage in read_passages(file, base.taxonomy)
    }
    cues = {
        "all": read_cues(recipe.cues, recipe.senses),
        "classes": read_cues((), recipe.senses),
        "none": CueTable.empty(),
    }

    def same(passages: Passages) -> Passages:
        return passages

    # Which passages, whether with vectors, which cues, options.
    variants: list[tuple[str, Callable[[Passages], Passages], bool, str, dict[str, Any]]] = [
        ("nothing", same, True, "all", {}),
        ("written documents", lambda passages: [p for p in passages if p.id not in documents], True, "all", {}),
        ("authored corpus", lambda passages: [p for p in passages if not p.authored], True, "all", {}),
        ("cues", same, True, "classes", {}),
        ("cues and meaning classes", same, True, "none", {}),
        ("network", same, True, "all", {"epochs": 0}),
        ("word vectors", same, False, "all", {}),
        (
            "labels read for the project",
            lambda passages: [p for p in passages if p.authored or p.id in shared],
            True,
            "all",
            {},
        ),
        (
            "any of these",
            lambda passages: [p for p in passages if p.id in shared],
            False,
            "none",
            {"relation_count": 10**9, "epochs": 0},
        ),
        ("marked words", lambda passages: [replace(p, evidence={}) for p in passages], True, "all", {}),
        ("doubts of readers", lambda passages: [replace(p, likely={}) for p in passages], True, "all", {}),
        ("relations of lemmas", same, True, "all", {"relation_count": 10**9}),
    ]
    rows = []
    for name, chosen, vectors, hints, options in variants:
        table = base.labeller.spaces.vectors if vectors else without_vectors(base.labeller.spaces.vectors)
        fitted = replace(recipe.options, folds=_FOLDS, **{"epochs": _EPOCHS, **options})
        # A vocabulary remembers the vectors of its words: each variant has its own.
        annotator = Annotator(base.annotator.tagger, base.annotator.lemmatizer)
        labeller = train_labeller(
            chosen(whole), base.taxonomy, annotator, table, fitted, cues[hints], n_process=_PROCESSES
        )
        rows.append(row(name, base.with_labeller(labeller), development))
        print(json.dumps(rows[-1]), flush=True)
        # Row by row: who stops it keeps what is done.
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    state_scores(recipe, find_model(recipe.name))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
