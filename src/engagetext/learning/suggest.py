"""Passages worth labelling next: those that a model is least sure of, with what it would say."""

from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engagetext.classify.labeller import STATUSES
from engagetext.columns import PassageColumns
from engagetext.findings import shortened
from engagetext.pipeline import Pipeline
from engagetext.records import Article, Comment, KnownIds
from engagetext.text.batches import batched

_BATCH = 64


class Suggested(NamedTuple):
    """Passages worth labelling.

    Parameters
    ----------
    rows : list of dict
        `id, source, doc, kind, text, themes, obstacles, sure`: the labels that the model would give, and how far the
        nearest label lies from its threshold, in log-odds. The least sure first.
    repeated : int
        Passages whose text had come before, or is labelled already: they are left out.
    """

    rows: list[dict[str, Any]]
    repeated: int


def suggest(articles: Iterable[Article], pipeline: Pipeline, count: int, known: Iterable[str] = ()) -> Suggested:
    """Return the passages that a model is least sure of, as rows that `train` reads once they are mended.

    Parameters
    ----------
    articles : iterable of Article
        With their comments; read once, lazily.
    pipeline : Pipeline
    count : int
        Passages to return.
    known : iterable of str
        Texts that are labelled already.

    Returns
    -------
    Suggested
    """
    seen = KnownIds()
    for text in known:
        seen.add(_letters(text))
    repeated = 0

    def once() -> Iterator[dict[str, Any]]:
        nonlocal repeated
        for batch in batched(articles, _BATCH):
            for row in _rows(batch, pipeline):
                if seen.add(_letters(row["text"])):
                    yield row
                else:
                    repeated += 1

    rows = nsmallest(count, once(), key=lambda row: (row["sure"], row["id"]))
    return Suggested(rows, repeated)


def _letters(text: str) -> str:
    """Return what is left of a text after any spreadsheet: some turn narrow spaces into question marks."""
    return "".join(letter for letter in text if letter.isalnum())


def show_suggested(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return passages that are worth labelling as plain text, with the labels that the model would give."""
    lines = ["passages worth labelling next:"]
    for row in rows:
        labels = [*row["themes"], *(f"{held['label']} {held['status']}" for held in row["obstacles"])]
        lines.append(f"  {row['id']}: {', '.join(labels) or 'no label'}? {shortened(' '.join(row['text'].split()))}")
    return "\n".join(lines)


def _rows(articles: list[Article], pipeline: Pipeline) -> Iterator[dict[str, Any]]:
    records: list[tuple[Article | Comment, Article]] = []
    for article in articles:
        records.append((article, article))
        records += ((comment, article) for comment in article.comments)
    texts = [item.text for item, _ in records]
    read = [pipeline.reads(language) for language in pipeline.languages(texts, [None] * len(texts))]
    columns = pipeline.passages([text if known else "" for text, known in zip(texts, read, strict=True)])
    sure = np.minimum(
        _distance(columns.themes, pipeline.labeller.themes.thresholds),
        _distance(columns.obstacles, pipeline.labeller.obstacles.thresholds),
    )
    for number, (item, article) in enumerate(records):
        for row in range(int(columns.bounds[number]), int(columns.bounds[number + 1])):
            text = item.text[columns.starts[row] : columns.ends[row]]
            # A short one may say much (« Trop cher. »); one without a word says nothing.
            if any(letter.isalpha() for letter in text):
                yield {
                    "id": f"{article.id}/{item.id}/{columns.starts[row]}",
                    "source": article.source or "",
                    "doc": article.id,
                    "kind": "article" if isinstance(item, Article) else "comment",
                    "text": text,
                    **_labels(columns, row, pipeline),
                    "sure": round(float(sure[row]), 3),
                }


def _labels(columns: PassageColumns, row: int, pipeline: Pipeline) -> dict[str, Any]:
    themes, obstacles = pipeline.labeller.themes, pipeline.labeller.obstacles
    return {
        "themes": [themes.labels[n] for n in np.nonzero(columns.themes[row] >= themes.thresholds)[0].tolist()],
        "obstacles": [
            {"label": obstacles.labels[n], "status": STATUSES[int(columns.status[row, n])]}
            for n in np.nonzero(columns.obstacles[row] >= obstacles.thresholds)[0].tolist()
        ],
    }


def _distance(probabilities: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the label nearest to its threshold lies from it, in log-odds. Shape (n_passages,)."""
    if not probabilities.shape[1]:
        return np.full(len(probabilities), np.inf)

    def odds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
        clipped = np.clip(shares, 1e-9, 1 - 1e-9)
        result: NDArray[np.float64] = np.log(clipped / (1 - clipped))
        return result

    nearest: NDArray[np.float64] = np.abs(odds(probabilities) - odds(thresholds)).min(axis=1)
    return nearest
