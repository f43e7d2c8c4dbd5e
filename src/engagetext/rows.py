"""Scored records as plain Python values: the twin of `tables`, without pyarrow."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from os import PathLike
from typing import Any

from engagetext.errors import InputTypeError
from engagetext.keywords.domain import Vocabulary, listed_terms
from engagetext.pipeline import load_pipeline
from engagetext.results import MENTION_COLUMNS
from engagetext.scoring import SCORED, LabelFacts, Records, Scored, score_records
from engagetext.taxonomy import KINDS

Row = dict[str, Any]


def score_rows(
    rows: Iterable[Mapping[str, Any]],
    *,
    model: str | PathLike[str] | None = None,
    vocabulary: Vocabulary | None = None,
    languages: Collection[str] = ("fr",),
) -> list[Row]:
    """Score records that are mappings; what `score_table` does with a table.

    Parameters
    ----------
    rows : iterable of mapping
        Each with `text`, and as many of the other columns of `score_table` as there are.
    model, vocabulary, languages
        As for `score_table`.

    Returns
    -------
    list of dict
        One a record, in their order.

    Raises
    ------
    InputTypeError
        If an item is no mapping.

    Examples
    --------
    >>> [row["outcome"] for row in score_rows([{"text": "Le temps nous manque pour tout lire."}, {"text": " "}])]
    ['scored', 'rejected']
    """
    listed = list(rows)
    for row in listed:
        if not isinstance(row, Mapping):
            found, remedy = f"an object of type {type(row).__name__}", 'Wrap a text: {"text": text}.'
            raise InputTypeError("score_rows(rows)", found, "mappings with a text", remedy)
    names = {name for row in listed for name in row}
    columns = {name: [row.get(name) for row in listed] for name in names}
    pipeline = load_pipeline(model, None if vocabulary is None else listed_terms(vocabulary))
    records = records_of_columns(columns, len(listed))
    found_rows: list[Row] = [{} for _ in listed]
    for scored in score_records(pipeline, records, languages):
        for place, row in zip(scored.rows, document_rows(scored), strict=True):
            found_rows[place] = row
    return found_rows


def records_of_columns(columns: Mapping[str, list[Any]], size: int) -> Records:
    """Return records from columns, of which all but `text` may be missing: a record without a kind is an article."""
    numbers = [str(number) for number in range(size)]
    ids = _named(columns.get("id"), numbers)
    kinds = ["comment" if kind == "comment" else "article" for kind in columns.get("kind") or [None] * size]
    articles = _named(columns.get("article_id"), ids)
    others = {
        name: [None if value is None else _iso(value) for value in columns.get(name) or [None] * size]
        for name in ("source", "parent_id", "title", "date", "author", "url", "lang")
    }
    return Records(id=ids, kind=kinds, article_id=articles, text=columns.get("text") or [None] * size, **others)


def _named(column: list[Any] | None, otherwise: list[str]) -> list[str]:
    if column is None:
        return otherwise
    return [other if value is None else str(value) for value, other in zip(column, otherwise, strict=True)]


def _iso(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def document_rows(scored: Scored) -> Iterator[Row]:
    """Yield one row a record: what became of it, and what was found."""
    records, columns = scored.records, scored.columns
    keywords = columns.keywords.keywords()
    themes, obstacles = (_label_rows(kind, scored.labels[kind], len(records.id)) for kind in KINDS)
    for number, language in enumerate(columns.languages):
        error, stance = scored.errors[number], scored.stances[number]
        yield {
            "id": records.id[number],
            "kind": records.kind[number],
            "article_id": records.article_id[number],
            "source": records.source[number],
            "lang": language.code,
            "lang_score": language.score,
            "parent_id": records.parent_id[number],
            "title": records.title[number],
            "date": records.date[number],
            "author": records.author[number],
            "url": records.url[number],
            "n_tokens": int(columns.tokens.bounds[number + 1] - columns.tokens.bounds[number]),
            "n_passages": int(columns.passages.bounds[number + 1] - columns.passages.bounds[number]),
            "keywords": [
                {
                    "text": keyword.text,
                    "lemma": keyword.lemma,
                    "score": keyword.score,
                    "count": keyword.count,
                    "theme": keyword.theme,
                    "spans": [list(span) for span in keyword.spans],
                }
                for keyword in keywords[number]
            ],
            "themes": themes[number],
            "obstacles": obstacles[number],
            "stance": None if stance is None else stance.label,
            "stance_score": None if stance is None else stance.score,
            "model": scored.model,
            "outcome": scored.outcomes[number],
            "reason": None if error is None else str(error),
        }


def _label_rows(kind: str, facts: LabelFacts, size: int) -> list[list[Row]]:
    rows: list[list[Row]] = [[] for _ in range(size)]
    edges = pairwise(facts.bounds.tolist())
    parts = zip(facts.record.tolist(), facts.label, facts.name, facts.score.tolist(), edges, strict=True)
    for found, (record, label, name, score, (first, last)) in enumerate(parts):
        shown = int(facts.shown[found])
        row = {
            "label": label,
            "name": name,
            "score": score,
            "n_passages": last - first,
            "start": int(facts.starts[shown]),
            "end": int(facts.ends[shown]),
            "quote": facts.quotes[shown],
            "quote_score": float(facts.probability[shown]),
            "carrier": facts.proof_carriers[shown],
        }
        rows[record].append(row if kind == "theme" else {**row, "status": facts.status[found]})
    return rows


def mention_rows(scored: Scored) -> list[list[Row]]:
    """Return the mentions of each record: a row an occurrence of a keyword, and a row a passage of a label."""
    records, keywords = scored.records, scored.columns.keywords.keywords()
    rows: list[list[Row]] = []
    for number, found in enumerate(keywords):
        comment = records.id[number] if records.kind[number] == "comment" else None
        head = (records.article_id[number], comment)
        rows.append([])
        if scored.outcomes[number] != SCORED:
            continue
        text = records.text[number]
        for keyword in found:
            for start, end in keyword.spans:
                values = (keyword.theme, keyword.text, start, end, text[start:end], keyword.score, None, None)
                rows[-1].append(dict(zip(MENTION_COLUMNS, (*head, "keyword", *values), strict=True)))
    for kind in KINDS:
        facts = scored.labels[kind]
        for found_label, (first, last) in enumerate(pairwise(facts.bounds.tolist())):
            number = int(facts.record[found_label])
            if scored.outcomes[number] != SCORED:
                continue
            comment = records.id[number] if records.kind[number] == "comment" else None
            for proof in range(first, last):
                row = (
                    *(records.article_id[number], comment, kind),
                    facts.label[found_label],
                    facts.name[found_label],
                    int(facts.starts[proof]),
                    int(facts.ends[proof]),
                    facts.quotes[proof],
                    float(facts.probability[proof]),
                    facts.proof_status[proof],
                    facts.proof_carriers[proof],
                )
                rows[number].append(dict(zip(MENTION_COLUMNS, row, strict=True)))
    return rows
