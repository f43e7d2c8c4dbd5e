"""The model card: what a model is for, what it learnt from, how well it does, where it fails."""

from engagetext.learning.evaluate import Evaluation, KindFigures
from engagetext.persistence.manifest import Manifest


def write_card(manifest: Manifest, evaluation: Evaluation | None) -> str:
    """Return the model card in Markdown.

    Parameters
    ----------
    manifest : Manifest
        Of the model.
    evaluation : Evaluation or None
        On passages that it was not trained on; None if there were none.
    """
    lines = [
        f"# {manifest.full_name}",
        "",
        "Finds themes and obstacles of collaborative engagement in French articles and comments.",
        "",
        "- **Use**: surveying many texts, finding passages to read. Not for decisions about a person.",
        f"- **Language**: {manifest.language}. Bundle format {manifest.format}, taxonomy {manifest.taxonomy_version}.",
        "- **Method**: presence of words, pairs of words and 3- to 5-letter pieces, weighted by rarity, the mean word "
        "vector, pairs of content lemmas near each other and lemmas under negation; one logistic regression a label, "
        "on the whole passage and its best sentence, calibrated and given its threshold by cross-validation over "
        "documents.",
        "- **Tokens**: parts of speech, lemmas and sentence starts, learnt from treebanks; `make evaluate` "
        "cross-validates them.",
        f"- **Training data**: SHA-256 `{manifest.data_digest}`, seed {manifest.seed}.",
        "",
        "## Licences of the training data",
        "",
        *[f"- {source}: {licence}" for source, licence in manifest.licences.items()],
        "",
        "The weights hold no sentence of these texts.",
        "",
    ]
    if evaluation is not None:
        lines += [
            "## Scores on development passages",
            "",
            f"{evaluation.passages} passages of documents that are not in the training data. Intervals: 95 %, "
            "bootstrap over passages.",
            "",
            *_table("Themes", evaluation.themes),
            *_table("Obstacles", evaluation.obstacles),
            f"Status of the obstacles that are found: {evaluation.status_accuracy:.1%} right.",
            "",
        ]
    lines += [
        "## Known failures",
        "",
        "- Words alone do not say it: an obstacle that is denied or only quoted is often reported as real.",
        "- An obstacle said without any of its usual words is mostly missed.",
        "- Labels with few gold passages have wide intervals: read them before you trust a score.",
        "- One status is given to all obstacles of a passage.",
        "",
    ]
    return "\n".join(lines)


def _table(title: str, figures: KindFigures) -> list[str]:
    low, high = figures.interval
    rows = [
        f"### {title}: micro F1 {figures.micro_f1:.3f} [{low:.3f}, {high:.3f}], macro F1 {figures.macro_f1:.3f}, "
        f"calibration error {figures.calibration_error:.3f}",
        "",
        "| label | gold | precision | recall | F1 | interval |",
        "|---|---|---|---|---|---|",
    ]
    for label, row in figures.labels.items():
        rows.append(
            f"| {label} | {row.gold} | {row.precision:.2f} | {row.recall:.2f} | {row.f1:.2f} "
            f"| [{row.interval[0]:.2f}, {row.interval[1]:.2f}] |"
        )
    return [*rows, ""]


def show_evaluation(evaluation: Evaluation) -> str:
    """Return the figures of an evaluation as plain text."""
    lines = [f"{evaluation.passages} passages"]
    for title, figures in (("themes", evaluation.themes), ("obstacles", evaluation.obstacles)):
        low, high = figures.interval
        lines += [
            "",
            f"{title}: micro F1 {figures.micro_f1:.3f} [{low:.3f}, {high:.3f}]  macro F1 {figures.macro_f1:.3f}  "
            f"ECE {figures.calibration_error:.4f}",
        ]
        lines += [
            f"  {label:14s} gold {row.gold:4d}  P {row.precision:.3f}  R {row.recall:.3f}  F1 {row.f1:.3f}"
            for label, row in figures.labels.items()
        ]
    return "\n".join([*lines, "", f"status accuracy {evaluation.status_accuracy:.3f}"])
