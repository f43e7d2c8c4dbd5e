"""Commands that read texts: analyze, score, keywords, report."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from engagetext.archive.summary import show_summary
from engagetext.cli.options import (
    ColumnOption,
    FormatOption,
    ModelOption,
    StrictOption,
    VocabularyOption,
    app,
    read_columns,
    tell_rejected,
)
from engagetext.errors import EngagetextError, SourceError
from engagetext.records import Article


@app.command()
def analyze(
    files: Annotated[list[str], typer.Argument(help="Files, folders or patterns; - for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an article.")] = False,
    top_n: Annotated[int, typer.Option(help="Best keywords to show.")] = 10,
    model: ModelOption = None,
    vocabulary: VocabularyOption = None,
    format: FormatOption = None,
    column: ColumnOption = None,
    strict: StrictOption = False,
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
        tell_rejected(error)

    for file in files:
        for article in read(file, format=format, columns=read_columns(column), on_reject=reject):
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
    strict: StrictOption = False,
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
                columns=read_columns(column),
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

    articles = noted(read(source, format=format, columns=read_columns(column), on_reject=tell_rejected))
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
