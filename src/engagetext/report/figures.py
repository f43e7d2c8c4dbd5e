"""Scored records -> an overview of the archive, in one streaming pass."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from engagetext.errors import MissingExtraError, SourceError, SourceNotFoundError
from engagetext.taxonomy import Status

_REMEDY = "Give the .jsonl or .parquet file, or the folder, that `engagetext score` wrote: run that first."
_EMPTY = "Run `engagetext score` first; if you did, its rejects and skipped records tell why nothing was scored."
# What an overview reads of each record.
_COLUMNS = frozenset({"id", "kind", "lang", "keywords", "themes", "obstacles"})


@dataclass(slots=True)
class LabelFigures:
    """One theme or obstacle over an archive.

    Parameters
    ----------
    name : str
        For people.
    articles, comments : int
        Records that hold it.
    statuses : Counter of str
        Records by status; empty for a theme.
    quote, quote_source : str
        The passage that shows it best, and where it stands.
    quote_rank : (int, float)
        See `quote_rank`.
    """

    name: str
    articles: int = 0
    comments: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    quote: str = ""
    quote_source: str = ""
    quote_rank: tuple[int, float] = (-len(Status), 0.0)

    @property
    def records(self) -> int:
        """Records that hold it."""
        return self.articles + self.comments


@dataclass(slots=True)
class Overview:
    """What an archive is about.

    Parameters
    ----------
    articles, comments : int
        Scored records.
    languages : Counter of str
        Records by language.
    keywords : list of (str, int)
        Best keywords over the archive, each with the records that hold it.
    themes, obstacles : dict of str to LabelFigures
        Labels that occur, most frequent first.
    """

    articles: int
    comments: int
    languages: Counter[str]
    keywords: list[tuple[str, int]]
    themes: dict[str, LabelFigures]
    obstacles: dict[str, LabelFigures]


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a scored archive: a file, or the folder of a job.

    Raises
    ------
    SourceNotFoundError
        If it is not there.
    SourceError
        If it is no output of `engagetext score`, or one without a scored record.
    """
    scored = False
    for row in _rows(path):
        scored = True
        yield row
    if not scored:
        raise SourceError(str(path), "no scored record", "a scored archive", _EMPTY)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_dir():
        files = sorted((path / "documents").glob("part-*.parquet"))
        if not files:
            raise SourceError(str(path), "a folder without documents", "a scored archive", _REMEDY)
        for file in files:
            yield from _parquet_rows(file)
    elif not path.is_file():
        raise SourceNotFoundError(str(path), "no file", "a scored archive", _REMEDY)
    elif path.suffix == ".parquet":
        yield from _parquet_rows(path)
    else:
        yield from _json_rows(path)


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError.of(str(path), "pyarrow", "arrow") from error
    with _opened(path) as stream:
        try:
            file = pq.ParquetFile(stream)
            missing = sorted(_COLUMNS - set(file.schema_arrow.names))
            if missing:
                raise SourceError(str(path), f"no column {', '.join(missing)}", "scored records", _REMEDY)
            for batch in file.iter_batches(batch_size=1024):
                yield from batch.to_pylist()
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, SourceError):
                raise
            # Of a file that is cut short pyarrow makes an OSError as well, which knows no reason of the system.
            found = getattr(error, "strerror", None) or "something else, or a damaged file"
            raise SourceError(str(path), found, "a complete Parquet file", _REMEDY) from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        found = error.strerror or str(error)
        raise SourceError(str(path), found, "a readable file", "Check its permissions.") from error


def _json_rows(path: Path) -> Iterator[dict[str, Any]]:
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line.decode("utf-8"))
            except ValueError as error:
                suffix = path.suffix.lower()
                # What is foreign is so from its first line; below it a line alone is broken.
                foreign = number == 1 and suffix not in ("", ".jsonl", ".ndjson")
                kind = f"a {suffix} file" if foreign else "a line that is no JSON"
                raise SourceError(f"{path}, line {number}", kind, "one JSON object a line", _REMEDY) from error
            if not isinstance(row, dict) or not row.keys() >= _COLUMNS:
                raise SourceError(f"{path}, line {number}", "another kind of record", "a scored record", _REMEDY)
            yield row


def overview(rows: Iterable[dict[str, Any]], top_n: int = 10) -> Overview:
    """Sum up scored records.

    Parameters
    ----------
    rows : iterable of dict
        From `read_rows`.
    top_n : int, default=10
        Keywords kept.

    Returns
    -------
    Overview
    """
    kinds: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    weights: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    labels: dict[str, dict[str, LabelFigures]] = {"themes": {}, "obstacles": {}}
    for row in rows:
        kinds[row["kind"]] += 1
        languages[row["lang"]] += 1
        for keyword in row["keywords"]:
            # Summed in thousandths: the order of the records must not change the last bit of a tie.
            weights[keyword["lemma"]] += round(1000 * keyword["score"])
            holders[keyword["lemma"]] += 1
            forms.setdefault(keyword["lemma"], Counter())[keyword["text"]] += keyword["count"]
        for kind, known in labels.items():
            for found in row[kind]:
                _count(known.setdefault(found["label"], LabelFigures(found.get("name") or found["label"])), row, found)
    best = sorted(weights, key=lambda lemma: (-weights[lemma], lemma))[:top_n]
    return Overview(
        articles=kinds["article"],
        comments=kinds["comment"],
        languages=languages,
        keywords=[(forms[lemma].most_common(1)[0][0], holders[lemma]) for lemma in best],
        themes=_by_frequency(labels["themes"]),
        obstacles=_by_frequency(labels["obstacles"]),
    )


def _count(figures: LabelFigures, row: dict[str, Any], found: dict[str, Any]) -> None:
    if row["kind"] == "article":
        figures.articles += 1
    else:
        figures.comments += 1
    if found.get("status"):
        figures.statuses[found["status"]] += 1
    rank = quote_rank(found)
    if rank > figures.quote_rank:
        figures.quote, figures.quote_rank = found["quote"], rank
        figures.quote_source = row.get("title") or f"{row['kind']} {row['id']}"


def quote_rank(found: Mapping[str, Any]) -> tuple[int, float]:
    """Return what ranks the passages that are quoted of a label: how real it is there, then its probability.

    A possible or overcome obstacle is no proof of one, however sure the label is.
    """
    return reality(found.get("status") or ""), quote_score(found)


def reality(status: str) -> int:
    """Return how real a label of this status is, the larger the more; a theme has none, and is as real as can be."""
    return _REALITY.get(status, 0)


_REALITY = {str(status): -place for place, status in enumerate(Status)}


def quote_score(found: Mapping[str, Any]) -> float:
    """Return the probability of a label in the passage that is quoted; before schema 4 there is the label's alone."""
    score: float = found.get("quote_score", found["score"])
    return score


def _by_frequency(labels: dict[str, LabelFigures]) -> dict[str, LabelFigures]:
    return dict(sorted(labels.items(), key=lambda item: (-item[1].records, item[0])))
