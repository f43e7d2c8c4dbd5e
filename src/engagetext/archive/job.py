"""Score an archive: read, analyse, write shard by shard, and account for every record."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, cast

from engagetext.archive.changes import Changes
from engagetext.archive.handed import handed_articles
from engagetext.archive.inputs import InputFile, check_apart, check_languages, input_files, options_digest
from engagetext.archive.outputs import Outputs
from engagetext.archive.runners import Runner, find_runner
from engagetext.archive.settling import Settler
from engagetext.archive.shards import JobFolder
from engagetext.archive.summary import Counts, Progress, Summary
from engagetext.archive.units import SHARD_RECORDS, Result, Task, Unit, cut_units
from engagetext.errors import OptionError, RecordError
from engagetext.keywords.domain import Vocabulary, listed_terms
from engagetext.persistence.catalogue import find_model
from engagetext.reading import read
from engagetext.reading.meter import Meter
from engagetext.reading.sources import Source
from engagetext.records import Article


def score(
    source: Source | Iterable[Article],
    out: str | PathLike[str],
    *,
    model: str | PathLike[str] | None = None,
    vocabulary: Vocabulary | None = None,
    n_process: int | str | None = None,
    scheduler: str | None = None,
    resume: bool = True,
    shard_size: int = SHARD_RECORDS,
    on_error: str = "reject",
    languages: Collection[str] = ("fr",),
    progress: Progress | None = None,
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
    pseudonymize: bool = False,
    salt: str | None = None,
) -> Summary:
    """Score every article and comment of an archive.

    Parameters
    ----------
    source : str, PathLike, file object or iterable of Article
        What `engagetext.read` reads, or articles: a list or an iterator of them.
    out : str or PathLike
        A `.parquet` or `.jsonl` file, which appears when the job is done with its mentions, rejects and skipped
        records beside it; or a folder, which fills with Parquet files. `docs/output.md` names them all.
    model, vocabulary : optional
        As for `load`.
    n_process : int or "dask", optional
        Worker processes; None or 1 works in this one, `"dask"` on the Dask cluster of this program, or on one of its
        own. The bytes written do not depend on it.
    scheduler : str, optional
        Address of a Dask scheduler: the job runs there.
    resume : bool, default=True
        Go on where an earlier run was stopped; score only what is new or changed since one that was done. False throws
        away what is there.
    shard_size : int, default=5_000
        Records a shard: what is lost at most when a worker dies, and a row group of the output.
    on_error : {"reject", "raise"}, default="reject"
        What to do with a record that cannot be used: put it into the rejects, or raise its `RecordError`.
    languages : collection of str, default=("fr",)
        Codes to score. A text decided to be in another language is skipped; an undecided one is scored.
    progress : callable, optional
        Called with (records done, expected total or None, rejected) after every shard.
    format, columns, pseudonymize, salt
        As for `read`; they do not concern articles. Pseudonyms without a salt are new in every run, so that such a job
        always starts anew.

    Returns
    -------
    Summary

    Raises
    ------
    SourceNotFoundError
        If the source is not there.
    OptionError
        If an option cannot be had, an output lies where the source is read, or what is there was made with another
        model, options or (unless it was done) input and holds a scored record: then `resume=False` starts anew.
    OutputError
        If the output cannot be written, or another job is writing it. Finished shards stay.
    RecordError
        With `on_error="raise"`, at the first bad record.
    """
    if on_error not in ("reject", "raise"):
        raise OptionError("on_error", repr(on_error), '"reject" or "raise"', "Leave it out to collect bad records.")
    if shard_size < 1:
        raise OptionError("shard_size", str(shard_size), "at least 1", "Leave it out for the default.")
    wanted = check_languages(languages)
    runner = find_runner(n_process, scheduler)
    outputs = Outputs(Path(out))
    check_apart(source, outputs.paths)
    terms = None if vocabulary is None else listed_terms(vocabulary)
    # A model that is not there is told before anything is read.
    folder = find_model(model)
    files = input_files(source)
    digest = options_digest(
        folder,
        terms=terms,
        languages=wanted,
        shard_size=shard_size,
        reading=(format, sorted((columns or {}).items()), pseudonymize, salt),
    )
    pending: list[RecordError] = []

    def reject(error: RecordError) -> None:
        if on_error == "raise":
            raise error
        pending.append(error)

    def taken() -> list[RecordError]:
        errors = list(pending)
        pending.clear()
        return errors

    outputs.check()
    with JobFolder(outputs.folder, outputs.suffix) as job:
        if not resume or (pseudonymize and salt is None):
            job.clear()
        done = _checked(job, digest, files, outputs)
        if done is not None and files is not None and _files(done) == files:
            _tidy(job, outputs)  # it may have been killed before
            return outputs.summary(Counts.of_done(done["counts"]))
        if done is not None:
            outputs.restore(job)
            Changes.begin(job)
        job.write_manifest({"format": 1, "state": "running", "options": digest, "inputs": files, "counts": None})
        meter = Meter(None if files is None else sum(size for _, size, _ in files))
        articles = _articles(
            source, reject, meter, format=format, columns=columns, pseudonymize=pseudonymize, salt=salt
        )
        settler = Settler(job)
        name = None if model is None else str(model)

        def task(unit: Unit) -> Task | None:
            return settler.task(unit, name, terms, wanted, outputs.suffix)

        for unit, result in _run(runner, cut_units(articles, taken, shard_size), task):
            if on_error == "raise":
                _raise_first(result)
            settler.settle(unit, result)
            if progress is not None:
                progress(settler.counts.read, meter.expected(settler.counts.read), settler.counts.rejected)
        settler.finish()
        outputs.publish(job)
        kept = settler.counts.to_dict()
        job.write_manifest({"format": 1, "state": "done", "options": digest, "inputs": files, "counts": kept})
        _tidy(job, outputs)
        return outputs.summary(settler.counts)


def _tidy(job: JobFolder, outputs: Outputs) -> None:
    """Remove what a job needs until it is done."""
    Changes.end(job)
    outputs.tidy(job)


def _checked(
    job: JobFolder, digest: dict[str, str], files: list[InputFile] | None, outputs: Outputs
) -> dict[str, Any] | None:
    """Return the manifest of a job that was done, None to go on or to start; refuse what belongs to another job."""
    manifest = job.manifest()
    if manifest is None:
        job.clear()
        return None
    changed = [name for name, value in digest.items() if manifest.get("options", {}).get(name) != value]
    done = manifest.get("state") == "done"
    if not changed and not done and _files(manifest) != files:
        changed = ["input"]
    if changed and job.is_empty():
        # A first try with a wrong option scored nothing: there is nothing to lose.
        job.clear()
        return None
    if changed:
        found = f"results that were made with another {' and '.join(changed)}"
        remedy = "Start anew with --fresh (resume=False), or choose another output."
        raise OptionError(f"output {outputs.path}", found, "the same as now, to go on", remedy)
    if done and not outputs.are_there(job):
        job.clear()
        return None
    return manifest if done else None


def _files(manifest: Mapping[str, Any]) -> list[InputFile] | None:
    files = manifest.get("inputs")
    return None if files is None else [(path, size, changed) for path, size, changed in files]


def _articles(
    source: object,
    reject: Callable[[RecordError], None],
    meter: Meter,
    *,
    format: str | None,
    columns: Mapping[str, str] | None,
    pseudonymize: bool,
    salt: str | None,
) -> Iterator[Article]:
    # A file object is an iterator too: of lines. A list may be one of paths.
    listed = isinstance(source, (list, tuple)) and all(isinstance(item, Article) for item in source)
    if listed or (isinstance(source, Iterator) and not hasattr(source, "read")):
        return handed_articles(cast(Iterable[object], source), reject)
    return read(
        cast(Source, source),
        format=format,
        columns=columns,
        on_reject=reject,
        pseudonymize=pseudonymize,
        salt=salt,
        meter=meter,
    )


def _run(
    runner: Runner, units: Iterable[Unit], task: Callable[[Unit], Task | None]
) -> Iterator[tuple[Unit, Result | None]]:
    """Yield each unit with its result, in order; None for one of which nothing is to be scored."""
    ahead: list[Unit] = []

    def tasks() -> Iterator[Task | None]:
        for unit in units:
            ahead.append(unit)
            yield task(unit)

    for result in runner(tasks()):
        yield ahead.pop(0), result


def _raise_first(result: Result | None) -> None:
    for rows in result.rejected if result is not None else []:
        for row in rows:
            raise RecordError(**row)
