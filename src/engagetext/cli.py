"""The command line: `engagetext` and `python -m engagetext`. It parses, calls and prints; nothing else."""

import json
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from pathlib import Path
from typing import Annotated

import typer
from packaging.requirements import Requirement

from engagetext.archive.summary import show_summary
from engagetext.errors import EngagetextError, OutputError, SourceError
from engagetext.records import Article

app = typer.Typer(
    name="engagetext",
    help="""Find keywords, themes and obstacles in French articles and the comments under them.

    Try: engagetext analyze article.html

    Exit codes: 0 done; 1 done, but some records were rejected (only with --strict); 2 wrong usage or unusable input.
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ModelOption = Annotated[str | None, typer.Option(help="Name or folder of a model; the packaged French one by default.")]
FormatOption = Annotated[str | None, typer.Option(help="Format of the input, if its content does not tell.")]
VocabularyOption = Annotated[
    Path | None, typer.Option(help="Your own words, kept wherever they stand: one a line, or TOML with a list a theme.")
]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", help="Map a column: --column text=body. May be repeated.")
]


@app.command()
def analyze(
    files: Annotated[list[str], typer.Argument(help="Files, folders or patterns; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an article.")] = False,
    top_n: Annotated[int, typer.Option(help="Best keywords to show.")] = 10,
    model: ModelOption = None,
    vocabulary: VocabularyOption = None,
    format: FormatOption = None,
    column: ColumnOption = None,
    strict: Annotated[bool, typer.Option(help="Exit with 1 if a record was rejected.")] = False,
) -> None:
    """Analyse files and print what was found."""
    from engagetext.analyzer import load
    from engagetext.reading import read
    from engagetext.report.console import show_analysis
    from engagetext.text.language import UNDECIDED

    analyzer = load(model, vocabulary=vocabulary)
    rejected = used = 0
    languages = (analyzer.language, UNDECIDED)

    def reject(error: EngagetextError) -> None:
        nonlocal rejected
        rejected += 1
        _tell_rejected(error)

    for file in files:
        for article in read(file, format=format, columns=_columns(column), on_reject=reject):
            analysis = analyzer(article, top_n=top_n)
            used += any(one.lang in languages for one in (analysis, *analysis.comments))
            if analysis.lang not in languages:
                found, expected = f"a text in {analysis.lang}", f"one in {analyzer.language}"
                remedy = f"Give texts in {analyzer.language}, or a model that reads {analysis.lang}: --model."
                told = SourceError(article.source or file, found, expected, remedy)
                typer.echo(f"left alone: {told}", err=True)
            if as_json:
                table = {"date": article.date and article.date.isoformat(), **analysis.to_dict()}
                typer.echo(json.dumps(table, ensure_ascii=False))
            else:
                date = article.date.date().isoformat() if article.date else None
                typer.echo(show_analysis(analysis, date, top_n) + "\n")
    # A file of which nothing can be used is unusable input.
    raise typer.Exit(2 if not used else 1 if strict and rejected else 0)


@app.command()
def score(
    source: Annotated[str, typer.Argument(help="File, folder or pattern; - for standard input.")],
    out: Annotated[Path, typer.Argument(help="File to write, .parquet or .jsonl; or a folder for Parquet files.")],
    workers: Annotated[int, typer.Option(help="Worker processes; the output does not depend on it.")] = 1,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler to run on.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on, or score only what is new; or start anew.")
    ] = True,
    shard_size: Annotated[int | None, typer.Option(help="Records a shard.")] = None,
    progress: Annotated[str, typer.Option(help="bar, lines, json or none; by default what fits standard error.")] = (
        "auto"
    ),
    lang: Annotated[list[str] | None, typer.Option(help="Language to score; may be repeated. Default: fr.")] = None,
    pseudonymize: Annotated[bool, typer.Option(help="Replace authors by salted hashes.")] = False,
    salt: Annotated[str | None, typer.Option(help="Makes these hashes the same in every run.")] = None,
    model: ModelOption = None,
    vocabulary: VocabularyOption = None,
    format: FormatOption = None,
    column: ColumnOption = None,
    strict: Annotated[bool, typer.Option(help="Exit with 1 if a record was rejected.")] = False,
) -> None:
    """Score an archive: one row an article or comment, and one a mention; rejects beside it.

    Stopped with Ctrl-C, or killed, it goes on where it was when it is called again.
    """
    from engagetext.archive.job import score as run
    from engagetext.archive.units import SHARD_RECORDS
    from engagetext.progress import MODES, shown_progress, tell_json

    if progress not in MODES:
        raise typer.BadParameter(f"found {progress!r}, expected one of {', '.join(MODES)}", param_hint="--progress")
    languages = tuple(lang or ["fr"])
    try:
        with shown_progress(progress) as shown:
            summary = run(
                source,
                out,
                model=model,
                vocabulary=vocabulary,
                n_process=workers,
                scheduler=scheduler,
                resume=resume,
                shard_size=shard_size or SHARD_RECORDS,
                languages=languages,
                progress=shown,
                format=format,
                columns=_columns(column),
                pseudonymize=pseudonymize,
                salt=salt,
            )
    except KeyboardInterrupt:
        typer.echo("stopped; what was finished is kept: call it again to go on", err=True)
        raise typer.Exit(130) from None
    if progress == "json":
        counts = {name: getattr(summary, name) for name in ("read", "scored", "skipped", "rejected", "taken_over")}
        tell_json("summary", **counts, output=str(summary.output))
    typer.echo(show_summary(summary))
    if not summary.scored and summary.rejected:
        with summary.rejects_path.open(encoding="utf-8") as rejects:
            first = json.loads(next(rejects))
        told = "{where}: found {found}, expected {expected}. {remedy}".format_map(first)
        typer.echo(f"nothing could be used; the first reason: {told}", err=True)
        raise typer.Exit(2)
    if not summary.scored and summary.skipped:
        named = ", ".join(languages)
        found, expected = "texts in other languages alone", f"some in {named}"
        remedy = f"Give texts in {named}, or a model that reads theirs, with their language: --model, --lang."
        typer.echo(f"nothing could be used: {SourceError(source, found, expected, remedy)}", err=True)
        raise typer.Exit(2)
    raise typer.Exit(1 if strict and summary.rejected else 0)


@app.command()
def keywords(
    source: Annotated[str, typer.Argument(help="File, folder or pattern; - for standard input.")],
    by: Annotated[str, typer.Option(help="Slices to compare: kind (articles, comments), month or source.")] = "kind",
    top_n: Annotated[int, typer.Option(help="Keywords to show a slice.")] = 10,
    names: Annotated[bool, typer.Option(help="Whether names may be keywords.")] = True,
    workers: Annotated[int, typer.Option(help="Worker processes; the output does not depend on it.")] = 1,
    model: ModelOption = None,
    vocabulary: VocabularyOption = None,
    format: FormatOption = None,
    column: ColumnOption = None,
) -> None:
    """Print the keywords of an archive, and what each slice says more than all others."""
    from engagetext.corpus import count_keywords
    from engagetext.persistence.catalogue import find_model
    from engagetext.persistence.manifest import load_manifest
    from engagetext.reading import read
    from engagetext.report.console import show_slices

    used = False

    def noted(articles: Iterator[Article]) -> Iterator[Article]:
        nonlocal used
        for article in articles:
            used = True
            yield article

    articles = noted(read(source, format=format, columns=_columns(column), on_reject=_tell_rejected))
    slices = count_keywords(articles, by, names=names, model=model, vocabulary=vocabulary, n_process=workers)
    if not used:  # each reason stands above
        raise typer.Exit(2)
    if not slices:
        language = load_manifest(find_model(model)).language
        dated = " with a date" if by == "month" else ""
        remedy = f"Give texts in {language}, or a model that reads theirs: --model."
        raise SourceError(source, f"no text in {language}{dated}", f"texts in {language}{dated}", remedy)
    typer.echo(show_slices(slices, top_n))


@app.command()
def report(
    scores: Annotated[Path, typer.Argument(help="What `engagetext score` wrote: a file or a folder.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="HTML file to write; without it an overview is printed.")
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(help="Title of the HTML file; by default that of the only article, or how much was read."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Model that scored the archive, if it lies in a folder of yours: the file states its error rate."
        ),
    ] = None,
    top_n: Annotated[int, typer.Option(help="Keywords to show in the overview.")] = 10,
) -> None:
    """Print an overview of a scored archive, or write a report in one HTML file to show to others."""
    from engagetext.archive.files import writing
    from engagetext.persistence.catalogue import find_model
    from engagetext.persistence.manifest import load_manifest
    from engagetext.report.console import show_overview
    from engagetext.report.figures import overview, read_rows
    from engagetext.report.gathering import gather
    from engagetext.report.page import render_report

    if out is None:
        typer.echo(show_overview(overview(read_rows(scores), top_n=top_n)))
        return
    data, metrics = gather(read_rows(scores)), None
    if model is not None:
        manifest = load_manifest(find_model(model))
        if manifest.full_name != data.model:
            found = f"found {manifest.full_name}, expected {data.model}, which scored {scores}"
            raise typer.BadParameter(found, param_hint="--model")
        metrics = manifest.metrics
    page = render_report(data, title, metrics)
    with writing(out) as stream:
        stream.write(page.encode("utf-8", "replace"))
    typer.echo(f"report: {out}")


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
    from engagetext.learning.card import show_evaluation
    from engagetext.learning.crossval import show_cross_validation
    from engagetext.learning.recipe import build_model, cross_validate_recipe, plan, read_recipe
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
        articles = read(unlabelled, on_reject=_tell_rejected)
        found = choose(articles, load_pipeline(folder), _SHOWN_NEXT, labelled_texts(files))
        typer.echo(show_suggested(found.rows))
    labelled = "".join(f" --labelled {file}" for file in files)
    typer.echo(f"next: engagetext suggest {unlabelled or 'ARCHIVE'} -o next.csv --model {folder}{labelled}")


def _tell_rejected(error: EngagetextError) -> None:
    typer.echo(f"rejected: {error}", err=True)


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
    from engagetext.learning.datasets import labelled_texts, write_rows
    from engagetext.learning.suggest import suggest as choose
    from engagetext.persistence.catalogue import find_model
    from engagetext.pipeline import TAXONOMY_FILE, load_pipeline
    from engagetext.reading import read

    if out.exists() and not overwrite:
        remedy = "Choose another name, or add --overwrite: labels that were mended there are lost."
        raise OutputError(str(out), "a file that is there", "a new file", remedy)
    articles = read(source, format=format, columns=_columns(column), on_reject=_tell_rejected)
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


def _columns(pairs: list[str] | None) -> dict[str, str] | None:
    columns = {}
    for pair in pairs or []:
        name, mark, column = pair.partition("=")
        if not mark or not name or not column:
            raise typer.BadParameter(f"found {pair!r}, expected NAME=COLUMN, such as text=body", param_hint="--column")
        columns[name] = column
    return columns or None


def main() -> None:
    """Run the command line; an error of ours becomes one line and exit code 2."""
    try:
        app()
    except EngagetextError as error:
        typer.echo(f"engagetext: {error}", err=True)
        sys.exit(2)
