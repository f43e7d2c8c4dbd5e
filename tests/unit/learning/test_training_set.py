"""Passages that are prepared for training."""

import numpy as np

from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.training_set import TrainingSet
from engagetext.pipeline import load_pipeline

PASSAGES = [
    LabelledPassage("1", "a/1", "Nous manquons de temps.", (), (("moyens", "present"),)),
    LabelledPassage("2", "a/2", "La confiance revient.", ("confiance",), (), likely={("theme", "partage"): 0.25}),
    LabelledPassage("3", "b/1", "Rien à dire.", (), (), authored=True),
]


def prepared() -> TrainingSet:
    pipeline = load_pipeline()
    return TrainingSet.build(PASSAGES, pipeline.taxonomy, pipeline.annotator)


def test_labels_are_columns_themes_first() -> None:
    data = prepared()
    themes, obstacles = data.columns("theme"), data.columns("obstacle")
    assert (themes.start, themes.stop) == (0, obstacles.start)
    assert obstacles.stop == data.likely.shape[1]
    assert data.likely[1, data.labels["theme"].index("confiance")] == 1
    assert data.likely[1, data.labels["theme"].index("partage")] == 0.25
    assert data.likely[0, obstacles.start + data.labels["obstacle"].index("moyens")] == 1
    assert data.real.tolist() == [True, True, False]


def test_selected_passages_are_texts_of_their_own() -> None:
    data = prepared()
    tagged, batch = data.select(np.array([0, 2]))
    types = tagged.tokens.vocabulary.types
    words = [types[number] for number in tagged.tokens.type_ids.tolist()]
    assert [words[first:last] for first, last in zip(batch.first, batch.last, strict=True)] == [
        ["Nous", "manquons", "de", "temps", "."],
        ["Rien", "à", "dire", "."],
    ]
