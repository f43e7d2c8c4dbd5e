"""Commands about models: train, suggest, evaluate, info."""

import json
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement

from engagetext.cli.options import (
    ColumnOption,
    FormatOption,
    ModelOption,
    app,
    read_columns,
    tell_rejected,
)
from engagetext.errors import OutputError


@app.command()
def train(
    sources: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[SOURCE]...",
            help="Labelled passages (.jsonl, .csv), some files, or a recipe (.toml); none: a start from --taxonomy.",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Model folder to make from passages; its parent folder for a recipe.")
    ] = Path("models"),
    taxonomy: Annotated[
        Path | None, typer.Option(help="Your own labels, in TOML; those of engagetext by default. Passages only.")
    ] = None,
    curve: Annotated[
        bool,
        typer.Option(
            help="Cross-validate: scores, which the model keeps, learning curve, confused labels. Passages only."
        ),
    ] = True,
    unlabelled: Annotated[
        str | None, typer.Option(help="Archive whose passages that are worth labelling next are shown. Passages only.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Worker processes; the model does not depend on it.")] = 1,
) -> None:
    """Build a model from labelled passages, or a start from the words of a taxonomy."""
    from engagetext.learning.build import build_model, cross_validate_recipe
    from engagetext.learning.card import show_evaluation
    from engagetext.learning.crossval import show_cross_validation
    from engagetext.learning.recipe import plan, read_recipe
    from engagetext.reading.sources import check_source

    files = sources or []
    recipes = [file for file in files if file.suffix == ".toml"]
    if not files and taxonomy is None:
        raise typer.BadParameter("found neither passages nor a taxonomy, expected one", param_hint="--taxonomy")
    if recipes and (len(files) > 1 or taxonomy is not None):
        found = "a taxonomy" if taxonomy is not None else "other files"
        expected = "a recipe alone: it names its passages and its taxonomy itself"
        raise typer.BadParameter(f"found a recipe and {found}, expected {expected}", param_hint="SOURCE")
    if unlabelled is not None:
        if recipes:
            raise typer.BadParameter("found a recipe, expected passages", param_hint="--unlabelled")
        check_source(unlabelled)  # before all the work
    if recipes:
        recipe = read_recipe(recipes[0])
        folder = out / f"{recipe.name}-{recipe.version}"
        evaluation = build_model(recipe, folder, n_process=workers)
        if evaluation is not None:
            typer.echo(show_evaluation(evaluation))
    else:
        recipe, folder, evaluation = plan(files, taxonomy, out.name), out, None
        if curve and files:
            validated = cross_validate_recipe(recipe, n_process=workers)
            typer.echo(show_cross_validation(validated))
            evaluation = validated.evaluation
        build_model(recipe, folder, cross_validated=evaluation, n_process=workers)
    typer.echo(f"model: {folder}")
    if not files:
        typer.echo("learnt from the taxonomy alone, so its probabilities are no calibrated ones")
    if not recipes:
        _show_next(folder, files, unlabelled)


def _show_next(folder: Path, files: Sequence[Path], unlabelled: str | None) -> None:
    """Show the passages of an archive that are worth labelling next, and the command that writes more of them."""
    from engagetext.learning.datasets import labelled_texts
    from engagetext.learning.suggest import show_suggested
    from engagetext.learning.suggest import suggest as choose
    from engagetext.pipeline import load_pipeline
    from engagetext.reading import read

    if unlabelled is not None:
        articles = read(unlabelled, on_reject=tell_rejected)
        found = choose(articles, load_pipeline(folder), _SHOWN_NEXT, labelled_texts(files))
        typer.echo(show_suggested(found.rows))
    labelled = "".join(f" --labelled {file}" for file in files)
    typer.echo(f"next: engagetext suggest {unlabelled or 'ARCHIVE'} -o next.csv --model {folder}{labelled}")


@app.command()
def suggest(
    source: Annotated[str, typer.Argument(help="File, folder or pattern; - for standard input.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help=".jsonl or .csv file to write; mend its labels, then train.")
    ],
    count: Annotated[int, typer.Option(help="Passages to write.")] = 100,
    labelled: Annotated[
        list[Path] | None, typer.Option(help="Labelled passages: texts that are left out; may be repeated.")
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace the file if it is there.")] = False,
    model: ModelOption = None,
    format: FormatOption = None,
    column: ColumnOption = None,
) -> None:
    """Write the passages that a model is least sure of, with the labels that it would give.

    `sure` is how far the nearest label lies from its threshold, in log-odds: 0 is a coin toss.
    """
    from engagetext.learning.datasets import check_name, labelled_texts, write_rows
    from engagetext.learning.suggest import suggest as choose
    from engagetext.persistence.catalogue import find_model
    from engagetext.pipeline import TAXONOMY_FILE, load_pipeline
    from engagetext.reading import read

    check_name(out)  # before all the work
    if out.exists() and not overwrite:
        remedy = "Choose another name, or add --overwrite: labels that were mended there are lost."
        raise OutputError(str(out), "a file that is there", "a new file", remedy)
    articles = read(source, format=format, columns=read_columns(column), on_reject=tell_rejected)
    rows, repeated = choose(articles, load_pipeline(model), count, labelled_texts(labelled or []))
    try:
        write_rows(rows, out)
    except OSError as error:
        raise OutputError(str(out), str(error), "a file that can be written", "Choose another place.") from error
    left_out = f", {repeated} that came again or are labelled left out" if repeated else ""
    typer.echo(f"{len(rows)} passages{left_out}: {out}")
    files = " ".join([*map(str, labelled or []), str(out)])
    taxonomy = f" --taxonomy {find_model(model) / TAXONOMY_FILE}" if model else ""
    typer.echo(f"next: mend their labels, then engagetext train {files}{taxonomy} -o models/mine")


_SHOWN_NEXT = 5

# Of fewer passages a model may well say all that a reader says.
_FEW = 10


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Labelled passages: JSONL or CSV with text, themes, obstacles.")],
    model: ModelOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Score a model on labelled passages."""
    from dataclasses import asdict

    from engagetext.learning.card import show_evaluation
    from engagetext.learning.datasets import digest, read_passages, without_repeats
    from engagetext.learning.evaluate import evaluate_labels
    from engagetext.pipeline import load_pipeline

    pipeline = load_pipeline(model)
    passages = read_passages(gold, pipeline.taxonomy)
    learnt = digest(without_repeats(passages)) == pipeline.manifest.data_digest
    if learnt:
        typer.echo(f"warning: {pipeline.manifest.full_name} has learnt from {gold}: it knows the answers", err=True)
    evaluation = evaluate_labels(pipeline, passages)
    labelled = [found for found in evaluation.kinds.values() if any(row.gold for row in found.labels.values())]
    if not learnt and len(passages) >= _FEW and labelled and all(found.micro_f1 == 1 for found in labelled):
        typer.echo("warning: every label is what the model says; were these suggestions mended?", err=True)
    if as_json:
        typer.echo(json.dumps(asdict(evaluation) | {"status_accuracy": evaluation.status_accuracy}))
    else:
        typer.echo(show_evaluation(evaluation))


@app.command()
def info(model: ModelOption = None) -> None:
    """Tell versions, the model and which optional packages are there."""
    from engagetext.persistence.catalogue import find_model, model_folders
    from engagetext.persistence.manifest import load_manifest

    folder = find_model(model)
    manifest = load_manifest(folder)
    typer.echo(f"engagetext {version('engagetext')} · Python {sys.version.split()[0]}")
    for package in ("spacy", "scikit-learn", "numpy", "langdetect"):
        typer.echo(f"  {package} {version(package)}")
    typer.echo(f"model {manifest.full_name} in {folder}")
    for kind in ("themes", "obstacles"):
        figures = manifest.metrics.get(kind)
        if figures:
            judged = "passages, cross-validated" if manifest.metrics.get("cross_validated") else "development passages"
            typer.echo(f"  {kind}: micro F1 {figures['micro_f1']:.3f} on {manifest.metrics['passages']} {judged}")
    typer.echo("models: " + ", ".join(found.name for found in model_folders()))
    for extra, packages in _extras().items():
        missing = [name for name in packages if not _is_installed(name)]
        state = "there" if not missing else f'missing {", ".join(missing)}: pip install "engagetext[{extra}]"'
        typer.echo(f"extra {extra}: {state}")


def _extras() -> dict[str, list[str]]:
    """Return extra -> packages, as the installed distribution states them."""
    found: dict[str, list[str]] = {}
    for line in requires("engagetext") or []:
        requirement = Requirement(line)
        for extra in metadata("engagetext").get_all("Provides-Extra") or []:
            if (
                extra not in ("dev", "docs", "peers")
                and requirement.marker is not None
                and requirement.marker.evaluate({"extra": extra})
            ):
                found.setdefault(extra, []).append(requirement.name)
    return found


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True
