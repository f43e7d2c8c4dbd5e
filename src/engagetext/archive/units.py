"""Units of work: some articles with their comments, the same for every runner."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any

from engagetext.archive.formats import find_format
from engagetext.errors import RecordError
from engagetext.keywords.domain import TermList
from engagetext.pipeline import load_pipeline
from engagetext.records import Article
from engagetext.scoring import SCORED, SKIPPED, Records, Scored, score_records

Row = dict[str, Any]

# Records a unit, at most: beyond, long articles would make one worker's share too large to hold or to wait for.
SHARD_RECORDS = 5_000
# What 5,000 comments of 200 characters hold: 8 s of one processor (the comments of the example archive, .12 million
# characters a second).
SHARD_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Unit:
    """Consecutive articles of an archive.

    Parameters
    ----------
    articles : list of Article
    errors : list of RecordError
        What the reader could not use on the way to them.
    last : bool
        Whether nothing follows.
    """

    articles: list[Article]
    errors: list[RecordError]
    last: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A unit on its way to a worker.

    Parameters
    ----------
    model : str or None
        Name or path of the model.
    terms : TermList or None
        The user's own terms.
    languages : tuple of str
        Codes to score.
    format : str
        Suffix of the files to make.
    records : Records
    sizes : list of int
        Records of each article, itself included.
    """

    model: str | None
    terms: TermList | None
    languages: tuple[str, ...]
    format: str
    records: Records
    sizes: list[int]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a unit: the bytes of its files, and what each article adds to them.

    Parameters
    ----------
    documents, mentions : bytes
    n_documents, n_mentions : list of int
        Rows of each article.
    n_articles : int
        Articles among the documents.
    skipped, rejected : list of list of dict
        Rows of each article.
    """

    documents: bytes
    mentions: bytes
    n_documents: list[int]
    n_mentions: list[int]
    n_articles: int
    skipped: list[list[Row]]
    rejected: list[list[Row]]


def cut_units(articles: Iterable[Article], errors: Callable[[], list[RecordError]], shard_size: int) -> Iterator[Unit]:
    """Cut a stream of articles into units; an article stays with its comments.

    Parameters
    ----------
    articles : iterable of Article
    errors : callable
        Takes the errors that the reader has met since the last call.
    shard_size : int
        Records a unit: it ends with the article that reaches it.

    Yields
    ------
    Unit
        The last one may hold errors alone.
    """
    batch: list[Article] = []
    size = characters = 0
    for article in articles:
        batch.append(article)
        size += 1 + len(article.comments)
        characters += _characters(article)
        if size >= shard_size or characters >= SHARD_CHARACTERS:
            yield Unit(batch, errors())
            batch, size, characters = [], 0, 0
    yield Unit(batch, errors(), last=True)


def _characters(article: Article) -> int:
    texts = [article.text, *(comment.text for comment in article.comments)]
    return sum(len(text) for text in texts if isinstance(text, str))


def fingerprints(records: Records, sizes: list[int]) -> list[str]:
    """Return a digest of each article with its comments, 32 hexadecimal digits: all that is found depends on.

    Where it was read from is left out: an article that moves by a line is still the same.
    """
    columns = [getattr(records, field.name) for field in fields(records) if field.name != "source"]
    found = []
    first = 0
    for size in sizes:
        rows = [column[first : first + size] for column in columns]
        # What is no text is rejected: its type is all that is said of it.
        line = json.dumps(rows, default=lambda value: type(value).__name__)
        found.append(blake2b(line.encode(), digest_size=16).hexdigest())
        first += size
    return found


def score_unit(task: Task | None) -> Result | None:
    """Score the records of a task: the one function that every runner maps.

    Parameters
    ----------
    task : Task or None
        None if nothing is to be scored.

    Returns
    -------
    Result or None
        It depends on the task alone; None for None.
    """
    if task is None:
        return None
    pipeline = load_pipeline(task.model, task.terms)
    kind = find_format(task.format)
    fates: list[_Fate] = []
    # One part after the other: what its tables do not hold is let go of at once.
    documents, mentions, n_mentions = kind.make(_noted(score_records(pipeline, task.records, task.languages), fates))
    fates.sort(key=lambda fate: fate.row)
    articles = [article for article, size in enumerate(task.sizes) for _ in range(size)]
    result = Result(
        documents=kind.to_bytes(documents),
        mentions=kind.to_bytes(mentions),
        n_documents=[0] * len(task.sizes),
        n_mentions=[0] * len(task.sizes),
        n_articles=sum(fate.outcome == SCORED and task.records.kind[fate.row] == "article" for fate in fates),
        skipped=[[] for _ in task.sizes],
        rejected=[[] for _ in task.sizes],
    )
    for fate, article in zip(fates, articles, strict=True):
        result.n_documents[article] += fate.outcome == SCORED
        result.n_mentions[article] += n_mentions[fate.row]
        if fate.told is not None:
            (result.skipped if fate.outcome == SKIPPED else result.rejected)[article].append(fate.told)
    return result


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a record, and what is told of one that is no document."""

    row: int
    outcome: str
    told: Row | None


def _noted(parts: Iterable[Scored], fates: list[_Fate]) -> Iterator[Scored]:
    for part in parts:
        records = part.records
        for number, (row, outcome, error) in enumerate(zip(part.rows, part.outcomes, part.errors, strict=True)):
            told = None if error is None else reject_row(error)
            if outcome == SKIPPED:
                language = part.columns.languages[number]
                told = {
                    "id": records.id[number],
                    "kind": records.kind[number],
                    "article_id": records.article_id[number],
                    "source": records.source[number],
                    "lang": language.code,
                    "lang_score": language.score,
                }
            fates.append(_Fate(row, outcome, told))
        yield part


def reject_row(error: RecordError) -> Row:
    """Return what the rejects say of an error."""
    return {"where": error.where, "found": error.found, "expected": error.expected, "remedy": error.remedy}
