"""Records in, columns out: the unit of work that every runner of a batch job maps."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagetext.columns import BatchColumns, LabelColumns
from engagetext.errors import RecordError
from engagetext.findings import Span, Stance
from engagetext.pipeline import STATUSES, Pipeline
from engagetext.records import Article, Comment
from engagetext.taxonomy import KINDS
from engagetext.text.language import UNDECIDED

SCORED, SKIPPED, REJECTED = "scored", "skipped", "rejected"

# Texts that are analysed together: enough to fill arrays, few enough that memory stays flat.
_BATCH_TEXTS = 512
_EMPTY = ("an empty text", "at least one visible character", "Fill in the text, or leave the record out.")
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Records:
    """Articles and comments as columns, one entry a record.

    Parameters
    ----------
    id, article_id : list of str
        Of the record; of the article that it is or stands under.
    kind : list of str
        `"article"` or `"comment"`.
    text : list
        What is no str is rejected.
    title, parent_id, date, author, url, source : list of str or None
        As of `Article` and `Comment`; dates in ISO 8601.
    lang : list of str or None
        Language that the source declares for the article.
    """

    id: list[str]
    kind: list[str]
    article_id: list[str]
    source: list[str | None]
    parent_id: list[str | None]
    title: list[str | None]
    date: list[str | None]
    author: list[str | None]
    url: list[str | None]
    lang: list[str | None]
    text: list[Any]

    @classmethod
    def from_articles(cls, articles: Iterable[Article]) -> "Records":
        """Return articles and their comments, each article before its comments."""
        rows: list[tuple[Any, ...]] = []
        for article in articles:
            of_article = (
                article.id,
                "article",
                article.id,
                article.source,
                None,
                article.title,
                article.date and article.date.isoformat(),
                article.author,
                article.url,
                article.lang,
                article.text,
            )
            rows.append(of_article)
            rows += (_comment_row(comment, article) for comment in article.comments)
        columns = zip(*rows, strict=True) if rows else ((),) * len(fields(cls))
        return cls(*map(list, columns))

    def take(self, rows: Sequence[int]) -> "Records":
        """Return some of the records."""
        return Records(*([column[row] for row in rows] for column in self.columns()))

    def columns(self) -> list[list[Any]]:
        """Return the columns, in the order of the parameters."""
        return [getattr(self, field.name) for field in fields(self)]


def _comment_row(comment: Comment, article: Article) -> tuple[Any, ...]:
    kept = (None, comment.date and comment.date.isoformat(), comment.author, None, article.lang, comment.text)
    return (comment.id, "comment", article.id, article.source, comment.parent_id, *kept)


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """The labels of one kind in a batch: a row a label of a record, and a row a passage that proves one.

    Parameters
    ----------
    record : ndarray of shape (n_found,), int64
        Record of each label; sorted, best label first in each.
    label, name : list of str
    score : ndarray of shape (n_found,), float64
        Of the label: that of its surest passage.
    status : list of str or None
    bounds : ndarray of shape (n_found + 1,), int64
        Proofs `bounds[k]` to `bounds[k + 1]` are those of label `k`, as `LabelColumns` orders them: the first shows it.
    starts, ends : ndarray of shape (n_proofs,), int64
        Half-open character offsets of the passages.
    probability : ndarray of shape (n_proofs,), float64
    quotes : list of str
    proof_status, proof_carriers : list of str or None
    """

    record: NDArray[np.int64]
    label: list[str]
    name: list[str]
    score: NDArray[np.float64]
    status: list[str | None]
    bounds: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    probability: NDArray[np.float64]
    quotes: list[str]
    proof_status: list[str | None]
    proof_carriers: list[str | None]

    @property
    def shown(self) -> NDArray[np.int64]:
        """Proof that shows each label, an ndarray of shape (n_found,): what is quoted of the label is all of it."""
        return self.bounds[:-1]


@dataclass(frozen=True, slots=True)
class Scored:
    """Some records, and what became of each.

    Parameters
    ----------
    rows : list of int
        Their places among the records that were given.
    records : Records
    outcomes : list of str
        `"scored"`, `"skipped"` (another language) or `"rejected"`.
    errors : list of RecordError or None
        Why a record was rejected.
    columns : BatchColumns
    labels : dict of str to LabelFacts
        By kind: `"theme"`, `"obstacle"`.
    stances : list of Stance or None
        Of each comment that is read.
    model : str
        Name and version.
    """

    rows: list[int]
    records: Records
    outcomes: list[str]
    errors: list[RecordError | None]
    columns: BatchColumns
    labels: dict[str, LabelFacts]
    stances: list[Stance | None]
    model: str


def score_records(pipeline: Pipeline, records: Records, languages: Collection[str]) -> Iterator[Scored]:
    """Score records: first the articles, then the comments, whose language is expected to be that of their article.

    Parameters
    ----------
    pipeline : Pipeline
    records : Records
        Of any number.
    languages : collection of str
        Codes to score: a text that is decided to be in another language is skipped.

    Yields
    ------
    Scored
        A part of the records. What is found in a record does not depend on the others, but for the language that a
        comment takes from its article.
    """
    spoken: dict[str, str] = {}
    articles = [row for row, kind in enumerate(records.kind) if kind != "comment"]
    comments = [row for row, kind in enumerate(records.kind) if kind == "comment"]
    for rows in _cut(articles):
        part = records.take(rows)
        for scored in _safely(pipeline, part, rows, [None] * len(rows), languages):
            found = zip(scored.records.id, scored.columns.languages, strict=True)
            spoken |= {article: language.code for article, language in found if language.code != UNDECIDED}
            yield scored
    for rows in _cut(comments):
        part = records.take(rows)
        priors = [spoken.get(article, lang) for article, lang in zip(part.article_id, part.lang, strict=True)]
        yield from _safely(pipeline, part, rows, priors, languages)


def _cut(rows: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(rows), _BATCH_TEXTS):
        yield rows[first : first + _BATCH_TEXTS]


def _safely(
    pipeline: Pipeline,
    records: Records,
    rows: list[int],
    priors: Sequence[str | None],
    languages: Collection[str],
) -> Iterator[Scored]:
    """Score a batch; if that fails, each record by itself, so that a bug costs one record and not the job."""
    try:
        yield _score(pipeline, records, rows, priors, languages)
        return
    except Exception:
        _LOGGER.exception("a batch of %d records failed as a whole; scoring them one by one", len(rows))
    for number, row in enumerate(rows):
        one = records.take([number])
        try:
            yield _score(pipeline, one, [row], [priors[number]], languages)
        except Exception as error:
            yield _failed(pipeline, one, row, error)


def _failed(pipeline: Pipeline, record: Records, row: int, error: Exception) -> Scored:
    """Return the reject of a record that no rule foresaw: the one broad catch, so that a job always ends."""
    found = f"{type(error).__name__}: {error}"
    reject = RecordError(_where(record, 0), found, "a text that can be analysed", "Please report this text as a bug.")
    columns = pipeline.run([""], [None], [None])
    facts = _facts(pipeline, columns, record)
    return Scored([row], record, [REJECTED], [reject], columns, facts, [None], pipeline.manifest.full_name)


def _score(
    pipeline: Pipeline,
    records: Records,
    rows: list[int],
    priors: Sequence[str | None],
    languages: Collection[str],
) -> Scored:
    # What is no text is rejected with its record; here it stands as an empty one, so that it costs no other.
    texts = [text if isinstance(text, str) else "" for text in records.text]
    columns = pipeline.run(texts, records.title, priors)
    outcomes = []
    errors: list[RecordError | None] = []
    for number, (text, language) in enumerate(zip(records.text, columns.languages, strict=True)):
        error = None
        if not isinstance(text, str):
            found = f"a text of type {type(text).__name__}"
            error = RecordError(_where(records, number), found, "a str", "Decode or mend the record.")
        elif not text or text.isspace():
            error = RecordError(_where(records, number), *_EMPTY)
        wanted = language.code == UNDECIDED or language.code in languages
        outcomes.append(REJECTED if error is not None else SCORED if wanted else SKIPPED)
        errors.append(error)
    facts = _facts(pipeline, columns, records)
    stances: list[Stance | None] = [None] * len(rows)
    if "comment" in records.kind:
        replies = zip(records.kind, outcomes, pipeline.stances(columns.read), strict=True)
        stances = [stance if (kind, outcome) == ("comment", SCORED) else None for kind, outcome, stance in replies]
    return Scored(rows, records, outcomes, errors, columns, facts, stances, pipeline.manifest.full_name)


def _where(records: Records, number: int) -> str:
    place = records.source[number] or f"article {records.article_id[number]}"
    return f"{place}, comment {records.id[number]}" if records.kind[number] == "comment" else place


def _facts(pipeline: Pipeline, columns: BatchColumns, records: Records) -> dict[str, LabelFacts]:
    held = {kind: pipeline.retained(kind, columns.passages) for kind in KINDS}
    rows = np.unique(np.concatenate([found.passages for found in held.values()])).tolist()
    spans = pipeline.carriers(columns, rows)
    return {kind: _label_facts(pipeline, kind, found, columns, records, spans) for kind, found in held.items()}


def _label_facts(
    pipeline: Pipeline,
    kind: str,
    held: LabelColumns,
    columns: BatchColumns,
    records: Records,
    spans: Mapping[int, Span],
) -> LabelFacts:
    passages = columns.passages
    obstacle = kind == "obstacle"
    labels = (pipeline.labeller.themes if kind == "theme" else pipeline.labeller.obstacles).labels
    scores = passages.themes if kind == "theme" else passages.obstacles
    record = np.repeat(np.arange(len(records.id)), np.diff(held.bounds))
    sizes = np.diff(held.passage_bounds)
    starts, ends = passages.starts[held.passages], passages.ends[held.passages]
    quotes: list[str] = []
    # Who bears a passage is whom it names, or the author of a comment.
    carriers: list[str | None] = []
    owners = np.repeat(record, sizes).tolist()
    for row, owner, start, end in zip(held.passages.tolist(), owners, starts.tolist(), ends.tolist(), strict=True):
        text = records.text[owner]
        author = records.author[owner] if records.kind[owner] == "comment" else None
        quotes.append(text[start:end])
        carriers.append(text[slice(*spans[row])] if row in spans else author)
    return LabelFacts(
        record=record,
        label=[labels[label] for label in held.labels.tolist()],
        name=[pipeline.taxonomy.label(kind, labels[label]).name for label in held.labels.tolist()],
        score=held.scores,
        status=[STATUSES[status] if obstacle else None for status in held.status.tolist()],
        bounds=held.passage_bounds,
        starts=starts,
        ends=ends,
        probability=scores[held.passages, np.repeat(held.labels, sizes)],
        quotes=quotes,
        proof_status=[STATUSES[status] if obstacle else None for status in held.proof_status.tolist()],
        proof_carriers=carriers,
    )
