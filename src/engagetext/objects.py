"""Columns -> result objects."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from engagetext.columns import BatchColumns, PassageColumns, TokenColumns
from engagetext.findings import Evidence, Keywords, LabelScore, Passage, Span, Token
from engagetext.pipeline import STATUSES, Pipeline
from engagetext.results import Analysis
from engagetext.taxonomy import KINDS
from engagetext.text.tagger import UPOS


@dataclass(frozen=True, slots=True)
class _Found:
    """A label of a text."""

    kind: str
    label: str
    score: float
    status: str | None
    passages: list[int]  # rows of `PassageColumns`, first the one that shows it
    evidence: tuple[Evidence, ...]


def to_analyses(
    pipeline: Pipeline,
    columns: BatchColumns,
    texts: Sequence[str],
    ids: Sequence[str | None],
    authors: Sequence[str | None],
    parents: Sequence[str | None],
    replies: Sequence[bool],
    titles: Sequence[str | None],
) -> list[Analysis]:
    """Return the analyses of a batch.

    Parameters
    ----------
    pipeline : Pipeline
    columns : BatchColumns
        What it found.
    texts : sequence of str
    ids : sequence of str or None
    authors : sequence of str or None
        Who wrote each text, where that is who bears what it says: the author of a comment.
    parents : sequence of str or None
        The comment that each text answers.
    replies : sequence of bool
        Whether each text answers another: a comment.
    titles : sequence of str or None
        Title of each text: of an article.

    Returns
    -------
    list of Analysis
        One a text, without the comments under it.
    """
    labels = _labels(pipeline, columns)
    rows = sorted({row for found in labels for label in found for row in label.passages})
    carriers = pipeline.carriers(columns, rows)
    keywords = columns.keywords.keywords()
    stances = pipeline.stances(columns.read) if any(replies) else [None] * len(texts)
    analyses = []
    for number, text in enumerate(texts):
        found = labels[number]
        said = {row for label in found for row in label.passages}
        passages = _passages(pipeline, text, columns.passages, number, carriers, said, authors[number])
        first = int(columns.passages.bounds[number])
        scores = [(label.kind, _label_score(pipeline, label, passages, first)) for label in found]
        language = columns.languages[number]
        analyses.append(
            Analysis(
                article_id=ids[number],
                text=text,
                lang=language.code,
                lang_score=language.score,
                tokens=to_tokens(text, columns.tokens, number),
                sentences=_sentences(columns.tokens, number),
                keywords=Keywords(keywords[number], text),
                themes=tuple(label for kind, label in scores if kind == "theme"),
                obstacles=tuple(label for kind, label in scores if kind == "obstacle"),
                passages=passages,
                model=pipeline.manifest.full_name,
                author=authors[number],
                parent_id=parents[number],
                stance=stances[number] if replies[number] and pipeline.reads(language) else None,
                title=titles[number],
            )
        )
    return analyses


def _labels(pipeline: Pipeline, columns: BatchColumns) -> list[list[_Found]]:
    """Return the labels of each text: themes, then obstacles, best first."""
    retained = {kind: pipeline.retained(kind, columns.passages) for kind in KINDS}
    names = {"theme": pipeline.labeller.themes.labels, "obstacle": pipeline.labeller.obstacles.labels}
    asked = [
        (kind, names[kind][label], row)
        for kind in KINDS
        for label, row in zip(retained[kind].labels.tolist(), retained[kind].shown.tolist(), strict=True)
    ]
    evidence = iter(pipeline.evidence(columns, asked))
    found: list[list[_Found]] = [[] for _ in columns.languages]
    for kind in KINDS:
        held = retained[kind]
        text = np.repeat(np.arange(len(found)), np.diff(held.bounds)).tolist()
        proofs = held.passages.tolist()
        for number, label, score, status, (first, last) in zip(
            text,
            held.labels.tolist(),
            held.scores.tolist(),
            held.status.tolist(),
            pairwise(held.passage_bounds.tolist()),
            strict=True,
        ):
            real = STATUSES[status] if kind == "obstacle" else None
            found[number].append(_Found(kind, names[kind][label], score, real, proofs[first:last], next(evidence)))
    return found


def _passages(
    pipeline: Pipeline,
    text: str,
    columns: PassageColumns,
    number: int,
    carriers: Mapping[int, Span],
    said: Collection[int],
    author: str | None,
) -> tuple[Passage, ...]:
    themes, obstacles = pipeline.labeller.themes, pipeline.labeller.obstacles
    rows = slice(int(columns.bounds[number]), int(columns.bounds[number + 1]))
    reached = (columns.obstacles[rows] >= obstacles.thresholds).tolist()
    parts = zip(
        range(rows.start, rows.stop),
        columns.starts[rows].tolist(),
        columns.ends[rows].tolist(),
        columns.themes[rows].tolist(),
        columns.obstacles[rows].tolist(),
        reached,
        columns.status[rows].tolist(),
        strict=True,
    )
    found = []
    for row, start, end, of_themes, of_obstacles, kept, spoken in parts:
        span = carriers.get(row)
        found.append(
            Passage(
                start=start,
                end=end,
                text=text[start:end],
                themes=dict(zip(themes.labels, of_themes, strict=True)),
                obstacles=dict(zip(obstacles.labels, of_obstacles, strict=True)),
                statuses={
                    label: STATUSES[status]
                    for label, held, status in zip(obstacles.labels, kept, spoken, strict=True)
                    if held
                },
                carrier=text[slice(*span)] if span else author if row in said else None,
                carrier_span=span,
            )
        )
    return tuple(found)


def _label_score(pipeline: Pipeline, found: _Found, passages: Sequence[Passage], first: int) -> LabelScore:
    proofs = tuple(passages[row - first] for row in found.passages)
    return LabelScore(
        label=found.label,
        name=pipeline.taxonomy.label(found.kind, found.label).name,
        score=found.score,
        status=found.status,
        passages=proofs,
        carrier=proofs[0].carrier,
        carrier_span=proofs[0].carrier_span,
        evidence=found.evidence,
    )


def to_tokens(text: str, columns: TokenColumns, number: int) -> tuple[Token, ...]:
    """Return the tokens of one text of a batch."""
    rows = slice(int(columns.bounds[number]), int(columns.bounds[number + 1]))
    starts, ends = columns.starts[rows].tolist(), columns.ends[rows].tolist()
    sentences = (np.cumsum(columns.sentence_starts[rows]) - 1).tolist()
    stops = columns.stops[rows].tolist()
    words = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    tags = [UPOS[tag] for tag in columns.tags[rows].tolist()]
    lemmas = [columns.lemmas[lemma] for lemma in columns.lemma_index[rows].tolist()]
    return tuple(map(Token, words, starts, ends, lemmas, tags, stops, sentences))


def _sentences(columns: TokenColumns, number: int) -> tuple[Span, ...]:
    first, last = int(columns.bounds[number]), int(columns.bounds[number + 1])
    heads = first + np.nonzero(columns.sentence_starts[first:last])[0]
    tails = np.append(heads[1:], last)[: len(heads)] - 1
    return tuple(zip(columns.starts[heads].tolist(), columns.ends[tails].tolist(), strict=True))
