"""Score an archive: read, analyse, write, and account for every record."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from glob import glob
from os import PathLike, fspath
from pathlib import Path
from typing import cast

from engagetext.archive.rows import Row, ScoredBatch, Task, score_articles
from engagetext.archive.writers import RowWriter, open_writer
from engagetext.errors import OptionError, RecordError
from engagetext.keywords.domain import TermList, Vocabulary, listed_terms
from engagetext.pipeline import load_pipeline
from engagetext.reading import read
from engagetext.reading.sources import Source
from engagetext.records import Article
from engagetext.text.language import CODES
from engagetext.workers import map_ordered

# Texts a unit of work: enough to fill arrays, few enough that progress moves and memory stays flat.
_BATCH_TEXTS = 512

Progress = Callable[[int, int | None, int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a job did.

    Parameters
    ----------
    read : int
        Records that were met, articles and comments alike; `read == scored + skipped + rejected`.
    scored, skipped, rejected : int
        Written to `output`; in another language (`skipped_path`); unusable (`rejects_path`).
    articles, comments : int
        Scored records by kind.
    output, rejects_path, skipped_path : Path
        Files that were written.
    """

    read: int
    scored: int
    skipped: int
    rejected: int
    articles: int
    comments: int
    output: Path
    rejects_path: Path
    skipped_path: Path


def score(
    source: Source | Iterable[Article],
    out: str | PathLike[str],
    *,
    model: str | PathLike[str] | None = None,
    vocabulary: Vocabulary | None = None,
    n_process: int | None = None,
    resume: bool = True,
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
        `.jsonl` or `.parquet` file to write; it appears when the job is done. Beside it lie `<stem>.rejects.jsonl` and
        `<stem>.skipped.jsonl`.
    model, vocabulary : optional
        As for `load`.
    n_process : int, optional
        Worker processes; None or 1 works in this one. The bytes written do not depend on it.
    resume : bool, default=True
        Accepted for the sake of the contract: a job is one file and starts anew until sharded archives come.
    on_error : {"reject", "raise"}, default="reject"
        What to do with a record that cannot be used: put it into the rejects, or raise its `RecordError`.
    languages : collection of str, default=("fr",)
        Codes to score. A text decided to be in another language is skipped; an undecided one is scored.
    progress : callable, optional
        Called with (records done, total or None, rejected) after every batch.
    format, columns, pseudonymize, salt
        As for `read`; they do not concern an iterator of articles.

    Returns
    -------
    Summary

    Raises
    ------
    SourceNotFoundError
        If the source is not there.
    OptionError
        If an option cannot be had, or an output lies where the source is read.
    OutputError
        If the output cannot be written; nothing of it is left.
    RecordError
        With `on_error="raise"`, at the first bad record.
    """
    del resume
    if on_error not in ("reject", "raise"):
        raise OptionError("on_error", repr(on_error), '"reject" or "raise"', "Leave it out to collect bad records.")
    if n_process is not None and n_process < 1:
        raise OptionError("n_process", str(n_process), "at least 1", "Leave it out to work in this process.")
    wanted = _checked_languages(languages)
    output = Path(out)
    writer = open_writer(output)
    rejects = RowWriter(output.with_name(f"{output.stem}.rejects.jsonl"))
    skipped = RowWriter(output.with_name(f"{output.stem}.skipped.jsonl"))
    _check_apart(source, (output, rejects.path, skipped.path))
    pending: list[RecordError] = []

    def reject(error: RecordError) -> None:
        if on_error == "raise":
            raise error
        pending.append(error)

    terms = None if vocabulary is None else listed_terms(vocabulary)
    load_pipeline(model, terms)  # a model that is not there is told before anything is read
    articles: Iterator[Article]
    # A file object is an iterator too: of lines. A list may be one of paths.
    listed = isinstance(source, (list, tuple)) and all(isinstance(item, Article) for item in source)
    if listed or (isinstance(source, Iterator) and not hasattr(source, "read")):
        articles = _only_articles(cast(Iterable[object], source), reject)
    else:
        articles = read(
            cast(Source, source),
            format=format,
            columns=columns,
            on_reject=reject,
            pseudonymize=pseudonymize,
            salt=salt,
        )
    name = None if model is None else str(model)
    counts = {"scored": 0, "skipped": 0, "rejected": 0, "articles": 0}
    with writer, rejects, skipped:
        for result, unread in _score_all((name, terms), articles, wanted, n_process or 1, pending):
            if on_error == "raise" and result.rejected:
                raise result.rejected[0]
            _write(result, [*unread, *result.rejected], writer, rejects, skipped, counts)
            if progress is not None and (result != ScoredBatch() or unread):
                progress(sum(counts[kind] for kind in ("scored", "skipped", "rejected")), None, counts["rejected"])
    return Summary(
        read=counts["scored"] + counts["skipped"] + counts["rejected"],
        scored=counts["scored"],
        skipped=counts["skipped"],
        rejected=counts["rejected"],
        articles=counts["articles"],
        comments=counts["scored"] - counts["articles"],
        output=output,
        rejects_path=rejects.path,
        skipped_path=skipped.path,
    )


def _only_articles(items: Iterable[object], reject: Callable[[RecordError], None]) -> Iterator[Article]:
    for number, item in enumerate(items, start=1):
        if isinstance(item, Article):
            yield item
        else:
            found = f"an object of type {type(item).__name__}"
            reject(RecordError(f"item {number}", found, "an Article", "Wrap a text: Article(id=..., text=...)."))


def _score_all(
    model: tuple[str | None, TermList | None],
    articles: Iterable[Article],
    languages: tuple[str, ...],
    n_process: int,
    pending: list[RecordError],
) -> Iterator[tuple[ScoredBatch, list[RecordError]]]:
    """Yield each batch with the errors that the reader met on the way to it, however far it has read ahead since."""
    unread: deque[list[RecordError]] = deque()

    def taken() -> list[RecordError]:
        errors = list(pending)
        pending.clear()
        return errors

    def tasks() -> Iterator[Task]:
        for batch in _by_size(articles):
            unread.append(taken())
            yield Task(*model, languages, batch)

    found = (
        map(score_articles, tasks()) if n_process == 1 else map_ordered(score_articles, tasks(), n_process=n_process)
    )
    for result in found:
        yield result, unread.popleft()
    yield ScoredBatch(), taken()


def _checked_languages(languages: Collection[str]) -> tuple[str, ...]:
    known = {code.split("-")[0] for code in CODES}
    # A string is a collection of letters: « fr » would be the languages f and r.
    if isinstance(languages, str) or not languages or not set(languages) <= known:
        raise OptionError(
            "languages", repr(languages), f"codes in a tuple or list, of: {', '.join(sorted(known))}", 'Use ("fr",).'
        )
    return tuple(languages)


def _check_apart(source: object, outputs: tuple[Path, ...]) -> None:
    """Refuse outputs that the job itself, or the next one, would read as its source."""
    if not isinstance(source, (str, PathLike)):
        return
    place = Path(fspath(source))
    # A source may be a pattern, and pathlib has no way to ask what an absolute one matches.
    read_too = {path.resolve() for path in map(Path, glob(str(place), recursive=True)) if path.is_file()}  # noqa: PTH207
    for output in (path.resolve() for path in outputs):
        if output in read_too or (place.is_dir() and output.is_relative_to(place.resolve())):
            raise OptionError(
                "out", f"{output}, which is read as well", "an output apart from the source", "Choose another folder."
            )


def _by_size(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Cut a stream of articles into lists of about `_BATCH_TEXTS` texts; an article stays with its comments."""
    batch: list[Article] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += 1 + len(article.comments)
        if size >= _BATCH_TEXTS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _write(
    result: ScoredBatch,
    errors: list[RecordError],
    writer: RowWriter,
    rejects: RowWriter,
    skipped: RowWriter,
    counts: dict[str, int],
) -> None:
    writer.write(result.scored)
    skipped.write(result.skipped)
    rejects.write([_reject_row(error) for error in errors])
    counts["scored"] += len(result.scored)
    counts["articles"] += sum(row["kind"] == "article" for row in result.scored)
    counts["skipped"] += len(result.skipped)
    counts["rejected"] += len(errors)


def _reject_row(error: RecordError) -> Row:
    return {"where": error.where, "found": error.found, "expected": error.expected, "remedy": error.remedy}
