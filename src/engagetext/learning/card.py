"""The model card: what a model is for, what it learnt from, how well it does, where it fails."""

from collections.abc import Mapping, Sequence
from typing import Any

from engagetext.classify.labeller import STATUSES, Labeller
from engagetext.learning.evaluate import Evaluation, KindFigures
from engagetext.learning.probes import Probe
from engagetext.persistence.manifest import Manifest
from engagetext.taxonomy import KINDS, Taxonomy


def write_card(
    manifest: Manifest,
    taxonomy: Taxonomy,
    labeller: Labeller,
    evaluation: Evaluation | None,
    probes: Sequence[Probe] = (),
    ablation: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return the model card in Markdown.

    Parameters
    ----------
    manifest : Manifest
    taxonomy : Taxonomy
    labeller : Labeller
        All of the model.
    evaluation : Evaluation or None
        On passages that it was not trained on, or by cross-validation; None if there is neither.
    probes : sequence of Probe
        Sentences written to try it, with what it said.
    ablation : sequence of mapping
        Rows of `benchmarks.ablation`: what each lever gained.
    """
    lines = [
        f"# {manifest.full_name}",
        "",
        f"Finds {_named(taxonomy)} in French articles and comments.",
        "",
        "- **Use**: surveying many texts, finding passages to read. Not for decisions about a person.",
        f"- **Language**: {manifest.language}. Bundle format {manifest.format}, taxonomy {manifest.taxonomy_version}.",
        "- **Method**: presence of words, pairs of words and 3- to 5-letter pieces, weighted by rarity, the mean word "
        "vector, pairs of content lemmas near each other, lemmas under negation, and the hints of words and pairs of "
        "words that were written down; one logistic regression a label, on the whole passage and its best sentence; "
        + ("" if labeller.status is None else "others for the status; ")
        + (
            ""
            if labeller.network is None
            else "a network over windows of words, and the passage around them, with word vectors, lemmas, verb forms "
            f"and the same hints{'' if labeller.reader else ', which tells the status of each obstacle as well'}; "
        )
        + (
            ""
            if labeller.reader is None
            else "another one that tells the status by the words around the place where it hears the obstacle; "
        )
        + "calibrated and given its threshold by cross-validation."
        + (
            " Items of a list that is announced as one of obstacles are expected to hold some."
            if labeller.announced
            else ""
        ),
        "- **Tokens**: parts of speech, lemmas and sentence starts, learnt from treebanks; `make evaluate` "
        "cross-validates them.",
        f"- **Training data**: SHA-256 `{manifest.data_digest}`, seed {manifest.seed}.",
        "",
        "## Licences of the training data",
        "",
        *[f"- {source}: {licence}" for source, licence in sorted(manifest.licences.items())],
        "",
        "The weights hold no sentence of these texts.",
        "",
    ]
    if manifest.metrics.get("zero_shot"):
        lines += [
            "## Learnt from the taxonomy alone",
            "",
            "No labelled passage trained this model: it knows the names, glosses, seeds and words of the taxonomy, and "
            "by their vectors words like these. Its probabilities are no calibrated ones. Use it to find passages "
            "worth labelling (`engagetext suggest`), then train on them.",
            "",
        ]
    if evaluation is not None:
        lines += [
            "## Scores by cross-validation" if evaluation.left_out else "## Scores on development passages",
            "",
            f"{evaluation.passages} passages of "
            + (
                f"the training data, each judged by a model that was trained without its {evaluation.left_out}."
                if evaluation.left_out
                else "documents that are not in the training data."
            )
            + " Intervals: 95 %, bootstrap over passages.",
            "",
            *(line for kind, found in evaluation.kinds.items() for line in _table(f"{kind}s".capitalize(), found)),
            "### Calibration",
            "",
            "Of all (passage, label) pairs whose probability lies in a tenth, the mean probability, and the share of "
            "them that the gold has too.",
            "",
            *(line for kind, found in evaluation.kinds.items() for line in _calibration(f"{kind}s", found)),
            *(_statuses(evaluation) if evaluation.n_statuses else []),
        ]
    if ablation:
        lines += _ablation(ablation)
    lines += [
        "## Known failures",
        "",
        "- An obstacle that is denied, overcome or only quoted is often reported as real.",
        "- An obstacle said without any of its usual words is often missed.",
        "- Labels with few gold passages have wide intervals: read them before you trust a score.",
        "- On texts of a kind that no training passage comes from, fewer labels are found and fewer are right.",
        "",
        *_failures(probes),
    ]
    return "\n".join(lines)


def _named(taxonomy: Taxonomy) -> str:
    """Return how many labels of each kind there are, and their names."""
    parts = []
    for kind in KINDS:
        names = [label.name for label in taxonomy.labels(kind)]
        if names:
            parts.append(f"{len(names)} {kind}{'s' if len(names) > 1 else ''} ({', '.join(names)})")
    return " and ".join(parts)


def _calibration(title: str, figures: KindFigures) -> list[str]:
    filled = [(tenth, row) for tenth, row in enumerate(figures.reliability) if row[0]]
    names = ", ".join(f'"{tenth / 10:.1f}"' for tenth, _ in filled)
    return [
        "```mermaid",
        "xychart-beta",
        f'    title "{title}: probability (line) and share that is right (bars)"',
        f"    x-axis [{names}]",
        '    y-axis "share" 0 --> 1',
        f"    bar [{', '.join(f'{happened:.2f}' for _, (_, _, happened) in filled)}]",
        f"    line [{', '.join(f'{claimed:.2f}' for _, (_, claimed, _) in filled)}]",
        "```",
        "",
        f"| {title} | " + " | ".join(f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}" for tenth, _ in filled) + " |",
        "|---" * (len(filled) + 1) + "|",
        "| pairs | " + " | ".join(str(count) for _, (count, _, _) in filled) + " |",
        "| mean probability | " + " | ".join(f"{claimed:.2f}" for _, (_, claimed, _) in filled) + " |",
        "| share that is right | " + " | ".join(f"{happened:.2f}" for _, (_, _, happened) in filled) + " |",
        "",
    ]


def _statuses(evaluation: Evaluation) -> list[str]:
    lines = [
        f"### Status: {evaluation.status_accuracy:.1%} right of the obstacles that are found",
        "",
        "| gold | " + " | ".join(f"found {status}" for status in STATUSES) + " |",
        "|---" * (len(STATUSES) + 1) + "|",
    ]
    for gold in STATUSES:
        counts = [str(evaluation.status_confusion[gold][found]) for found in STATUSES]
        lines.append(f"| {gold} | " + " | ".join(counts) + " |")
    return [*lines, ""]


def _ablation(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = [
        "## What each lever gives",
        "",
        "A model trained without it, on the development passages: micro F1, and mean average precision over all "
        "(passage, label) pairs, which no threshold blurs. All of these models were trained for less long than the one "
        "above, so that the rows compare with each other and not with it. Made by `make ablation`.",
        "",
        "| without | themes F1 | themes AP | obstacles F1 | obstacles AP | status |",
        "|---|---|---|---|---|---|",
    ]
    names = ("themes_f1", "themes_ap", "obstacles_f1", "obstacles_ap", "status")
    lines += [f"| {row['without']} | " + " | ".join(f"{row[name]:.3f}" for name in names) + " |" for row in rows]
    return [*lines, ""]


def _failures(probes: Sequence[Probe]) -> list[str]:
    failed = [probe for probe in probes if not probe.is_right]
    if not failed:
        return []
    read = len(probes) - len(failed)
    return [
        f"Of {len(probes)} sentences that were written to try it {read} are read right; it fails on:",
        "",
        "| sentence | expected | found |",
        "|---|---|---|",
        *[
            f"| {probe.text} | {', '.join(probe.expected) or '-'} | {', '.join(probe.found) or '-'} |"
            for probe in failed
        ],
        "",
    ]


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


LEGEND = (
    "gold: passages that hold the label; P: share of those found that is right; R: share of those held that is found;\n"
    "F1: both in one; micro: of all labels together, with its 95 % interval; macro: mean over the labels"
)


def show_figures(kind: str, figures: KindFigures) -> list[str]:
    """Return the figures of a kind as lines of plain text: of all its labels together, then of each."""
    low, high = figures.interval
    return [
        f"{kind}s: micro F1 {figures.micro_f1:.3f} [{low:.3f}, {high:.3f}]  macro F1 {figures.macro_f1:.3f}",
        *(
            f"  {label:14s} gold {row.gold:4d}  P {row.precision:.3f}  R {row.recall:.3f}  F1 {row.f1:.3f}"
            for label, row in figures.labels.items()
        ),
    ]


def show_evaluation(evaluation: Evaluation) -> str:
    """Return the figures of an evaluation as plain text."""
    lines = [f"{evaluation.passages} passages"]
    for kind, figures in evaluation.kinds.items():
        head, *rows = show_figures(kind, figures)
        lines += ["", f"{head}  ECE {figures.calibration_error:.4f}", *rows]
    if evaluation.n_statuses:
        lines += ["", f"status accuracy {evaluation.status_accuracy:.3f}"]
    lines += ["", LEGEND, "ECE: how far probabilities are from the share of right ones, in the mean"]
    return "\n".join(lines)
