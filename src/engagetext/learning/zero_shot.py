"""Labelled passages made of a taxonomy alone: a start without a single labelled text."""

from engagetext.learning.datasets import LabelledPassage
from engagetext.taxonomy import KINDS, Label, Taxonomy


def taxonomy_passages(taxonomy: Taxonomy) -> list[LabelledPassage]:
    """Return the names, seeds, words and glosses of the labels, each as a passage that holds its label.

    A model that learns from them knows the words that the taxonomy names and, by their vectors, words like these. What
    people say without them it cannot know: it finds passages to label, not figures to report.

    Parameters
    ----------
    taxonomy : Taxonomy

    Returns
    -------
    list of LabelledPassage
        Each a document of its own.
    """
    return [
        LabelledPassage(
            id=f"{label.id}:{number}",
            group=f"{label.id}:{number}",
            text=text,
            themes=(label.id,) if kind == "theme" else (),
            obstacles=((label.id, "present"),) if kind == "obstacle" else (),
        )
        for kind in KINDS
        for label in taxonomy.labels(kind)
        for number, text in enumerate(_texts(label))
    ]


def _texts(label: Label) -> list[str]:
    return list(dict.fromkeys(text for text in (label.name, label.gloss, *label.seeds, *label.vocabulary) if text))
