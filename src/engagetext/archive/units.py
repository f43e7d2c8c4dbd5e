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
from engagetext.scoring import REJECTED, SCORED, SKIPPED, Records, score_records

Row = dict[str, Any]

# Records a unit, at most: beyond, long articles would make one worker's share too large to hold or to wait for.
SHARD_RECORDS = 10_000
SHARD_CHARACTERS = 2_000_000


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
    parts = list(score_records(pipeline, task.records, task.languages))
    kind = find_format(task.format)
    documents, mentions, n_mentions = kind.make(parts)
    owner = [article for article, size in enumerate(task.sizes) for _ in range(size)]
    result = Result(
        documents=kind.to_bytes(documents),
        mentions=kind.to_bytes(mentions),
        n_documents=[0] * len(task.sizes),
        n_mentions=[0] * len(task.sizes),
        n_articles=sum(
            outcome == SCORED and of_kind == "article"
            for part in parts
            for outcome, of_kind in zip(part.outcomes, part.records.kind, strict=True)
        ),
        skipped=[[] for _ in task.sizes],
        rejected=[[] for _ in task.sizes],
    )
    # Articles are scored before comments; rows are told in the order of the records.
    places = sorted((row, part, number) for part in range(len(parts)) for number, row in enumerate(parts[part].rows))
    for row, part, number in places:
        scored, article = parts[part], owner[row]
        outcome, error = scored.outcomes[number], scored.errors[number]
        result.n_documents[article] += outcome == SCORED
        result.n_mentions[article] += n_mentions[row]
        if outcome == SKIPPED:
            language = scored.columns.languages[number]
            records = scored.records
            result.skipped[article].append(
                {
                    "id": records.id[number],
                    "kind": records.kind[number],
                    "article_id": records.article_id[number],
                    "source": records.source[number],
                    "lang": language.code,
                    "lang_score": language.score,
                }
            )
        elif outcome == REJECTED and error is not None:
            result.rejected[article].append(reject_row(error))
    return result


def reject_row(error: RecordError) -> Row:
    """Return what the rejects say of an error."""
    return {"where": error.where, "found": error.found, "expected": error.expected, "remedy": error.remedy}
