"""Thresholds and scales: readers may retain more than the reference, and some labels are told apart with ease."""

from dataclasses import replace

import numpy as np

from engagetext.classify.labeller import Labeller
from engagetext.classify.passages import PassageBatch
from engagetext.learning.datasets import LabelledPassage
from engagetext.learning.train import TrainingOptions, train_labeller
from engagetext.pipeline import load_pipeline

_LACK = ("obstacle", "moyens")
_TEXTS = (
    "Le budget manque au service {n}.",
    "Il reste peu de budget pour le service {n}.",
    "Le budget du service {n} est voté.",
)
_STRICT, _GENEROUS = (1.0, 0.0, 0.0), (1.0, 1.0, 0.0)


def _passages(name: str, held: tuple[float, ...], read: bool) -> list[LabelledPassage]:
    return [
        LabelledPassage(
            id=f"{name}-{number}-{place}",
            group=f"{name}/{number}",
            text=text.format(n=number),
            themes=(),
            obstacles=(("moyens", "present"),) if likely else (),
            likely={_LACK: likely} if read else {},
            read=read,
        )
        for number in range(12)
        for place, (text, likely) in enumerate(zip(_TEXTS, held, strict=True))
    ]


def _trained(passages: list[LabelledPassage]) -> Labeller:
    pipeline, options = load_pipeline(), TrainingOptions(folds=3)
    vectors = pipeline.labeller.spaces.vectors
    return train_labeller(passages, pipeline.taxonomy, pipeline.annotator, vectors, options)


def _probability(labeller: Labeller, text: str) -> float:
    tagged = load_pipeline().annotator([text])
    said = labeller.label(tagged, PassageBatch.of_texts(tagged.tokens)).obstacles
    return float(said[0, labeller.obstacles.labels.index("moyens")])


def test_probabilities_are_brought_to_the_scale_of_the_reference() -> None:
    reference, readings = _passages("strict", _STRICT, False), _passages("pool", _GENEROUS, True)
    held = _trained(reference + readings)
    taken_alike = _trained(reference + [replace(passage, read=False) for passage in readings])
    doubtful = "Il reste peu de budget pour le service 5."
    assert _probability(held, doubtful) < _probability(taken_alike, doubtful)


def test_readings_alone_are_their_own_scale() -> None:
    readings = _passages("pool", _GENEROUS, True)
    alone, plain = _trained(readings), _trained([replace(passage, read=False) for passage in readings])
    assert (alone.obstacles.thresholds == plain.obstacles.thresholds).all()
    assert np.array_equal(alone.obstacles.calibration.offset, plain.obstacles.calibration.offset)


def test_a_label_that_is_told_apart_is_retained_from_the_middle_of_the_gap() -> None:
    passages = _passages("easy", (1.0, 0.0, 0.0), False)
    labeller = _trained([replace(passage, text=passage.text.replace("manque", "fait défaut")) for passage in passages])
    column = labeller.obstacles.labels.index("moyens")
    assert labeller.obstacles.thresholds[column] > 0.1
