"""Articles -> rows of results: the unit of work of the batch job."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engagetext.errors import RecordError
from engagetext.keywords.domain import TermList
from engagetext.pipeline import BatchColumns, Pipeline, load_pipeline
from engagetext.records import Article, Comment
from engagetext.text.language import UNDECIDED

Row = dict[str, Any]

_LOGGER = logging.getLogger(__name__)

_EMPTY = ("an empty text", "at least one visible character", "Fill in the text, or leave the record out.")


@dataclass(frozen=True, slots=True)
class ScoredBatch:
    """What became of the records of some articles: each stands in one of the three lists.

    Parameters
    ----------
    scored : list of dict
        One row a record; see `docs/output.md` for the columns.
    skipped : list of dict
        `id, kind, article_id, source, lang, lang_score` of each record in a language that was not asked for.
    rejected : list of RecordError
        Records that cannot be scored.
    """

    scored: list[Row] = field(default_factory=list)
    skipped: list[Row] = field(default_factory=list)
    rejected: list[RecordError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    """One article or comment on its way to a row."""

    item: Article | Comment
    article: Article
    prior: str | None

    @property
    def where(self) -> str:
        place = self.article.source or f"article {self.article.id}"
        return place if isinstance(self.item, Article) else f"{place}, comment {self.item.id}"


@dataclass(frozen=True, slots=True)
class Task:
    """A unit of work: one value, since worker processes are handed one.

    Parameters
    ----------
    model : str or None
        Name or path of the model.
    terms : TermList or None
        The user's own terms.
    languages : tuple of str
        Codes to score.
    articles : list of Article
    """

    model: str | None
    terms: TermList | None
    languages: tuple[str, ...]
    articles: list[Article]


def score_articles(task: Task) -> ScoredBatch:
    """Score some articles and their comments.

    Parameters
    ----------
    task : Task

    Returns
    -------
    ScoredBatch
        An article stands before its comments.
    """
    pipeline, articles, languages = load_pipeline(task.model, task.terms), task.articles, task.languages
    try:
        return _score(pipeline, articles, languages)
    except Exception:
        _LOGGER.exception("a batch of %d articles failed as a whole; scoring them one by one", len(articles))
    result = ScoredBatch()
    for article in articles:
        try:
            one = _score(pipeline, [article], languages)
        except Exception as error:
            records: list[Article | Comment] = [article, *article.comments]
            one = ScoredBatch(rejected=[_unexpected(record, error) for record in records])
        for whole, part in ((result.scored, one.scored), (result.skipped, one.skipped)):
            whole.extend(part)
        result.rejected.extend(one.rejected)
    return result


def _unexpected(record: Article | Comment, error: Exception) -> RecordError:
    """Return the reject of a record that no rule foresaw: the one broad catch, so that a job always ends."""
    found = f"{type(error).__name__}: {error}"
    return RecordError(f"record {record.id}", found, "a text that can be analysed", "Please report this text as a bug.")


def _score(pipeline: Pipeline, articles: Sequence[Article], languages: Collection[str]) -> ScoredBatch:
    result = ScoredBatch()
    tops = [_Record(article, article, None) for article in articles]
    columns = _run(pipeline, tops)
    replies = []
    for number, top in enumerate(tops):
        lang = columns.languages[number].code
        prior = lang if lang != UNDECIDED else top.article.lang
        replies.append([_Record(comment, top.article, prior) for comment in top.article.comments])
    flat = [record for thread in replies for record in thread]
    below = _run(pipeline, flat)
    at = 0
    for number, (top, thread) in enumerate(zip(tops, replies, strict=True)):
        _place(result, pipeline, top, columns, number, languages)
        for offset, record in enumerate(thread):
            _place(result, pipeline, record, below, at + offset, languages)
        at += len(thread)
    return result


def _run(pipeline: Pipeline, records: Sequence[_Record]) -> BatchColumns:
    # What is no text is rejected with its record; here it stands as an empty one, so that it costs no other.
    titles = [record.item.title if isinstance(record.item, Article) else None for record in records]
    return pipeline.run(
        [record.item.text if isinstance(record.item.text, str) else "" for record in records],
        [title if isinstance(title, str) else None for title in titles],
        [record.prior for record in records],
    )


def _place(
    result: ScoredBatch,
    pipeline: Pipeline,
    record: _Record,
    columns: BatchColumns,
    number: int,
    languages: Collection[str],
) -> None:
    """Put one record into the list where it belongs."""
    language = columns.languages[number]
    key = {
        "id": record.item.id,
        "kind": "article" if isinstance(record.item, Article) else "comment",
        "article_id": record.article.id,
        "source": record.article.source,
        "lang": language.code,
        "lang_score": language.score,
    }
    if not isinstance(record.item.text, str):
        found = f"a text of type {type(record.item.text).__name__}"
        result.rejected.append(RecordError(record.where, found, "a str", "Decode or mend the record."))
    elif not record.item.text.strip():
        result.rejected.append(RecordError(record.where, *_EMPTY))
    elif language.code != UNDECIDED and language.code not in languages:
        result.skipped.append(key)
    else:
        result.scored.append(_row(key, pipeline, record, columns, number))


def _row(key: Row, pipeline: Pipeline, record: _Record, columns: BatchColumns, number: int) -> Row:
    item = record.item
    bounds = columns.tokens.bounds
    return {
        **key,
        "parent_id": item.parent_id if isinstance(item, Comment) else None,
        "title": item.title if isinstance(item, Article) else None,
        "date": item.date.isoformat() if isinstance(item.date, datetime) else None,
        "author": item.author,
        "url": item.url if isinstance(item, Article) else None,
        "n_tokens": int(bounds[number + 1] - bounds[number]),
        "keywords": [
            {
                "text": keyword.text,
                "lemma": keyword.lemma,
                "score": keyword.score,
                "count": keyword.count,
                "theme": keyword.theme,
                "spans": [list(span) for span in keyword.spans],
            }
            for keyword in columns.keywords[number]
        ],
        "themes": _labels("theme", pipeline, item, columns, number),
        "obstacles": _labels("obstacle", pipeline, item, columns, number),
        "model": pipeline.manifest.full_name,
    }


def _labels(kind: str, pipeline: Pipeline, item: Article | Comment, columns: BatchColumns, number: int) -> list[Row]:
    """Return the labels of one text, each with its best passage; an obstacle has a status as well."""
    rows = []
    text = item.text
    author = item.author if isinstance(item, Comment) else None
    for found in pipeline.retained(kind, columns.passages, number):
        best = found.passages[0]
        carriers = pipeline.carriers(columns, [best])
        start, end = int(columns.passages.starts[best]), int(columns.passages.ends[best])
        row = {
            "label": found.label,
            "name": pipeline.taxonomy.label(kind, found.label).name,
            "score": found.score,
            "n_passages": len(found.passages),
            "start": start,
            "end": end,
            "quote": text[start:end],
            "carrier": text[slice(*carriers[best])] if best in carriers else author,
        }
        rows.append(row if kind == "theme" else {**row, "status": found.status})
    return rows
