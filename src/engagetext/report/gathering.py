"""Scored records -> all that a report shows, in one streaming pass and bounded memory."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappush, heapreplace
from typing import Any

from engagetext.findings import Keyword
from engagetext.keywords.keyness import CorpusKeyword, KeywordCounts, keyness, wilson
from engagetext.records import source_file
from engagetext.report.figures import quote_score, reality
from engagetext.taxonomy import KINDS

# Passages that a report quotes a label, keywords and carriers that it names: what a manager reads.
_QUOTES, _WORDS, _CARRIERS = 12, 20, 8


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """A passage that proves a label.

    Parameters
    ----------
    reality : int
        See `engagetext.report.figures.reality`.
    score, text : float, str
        Probability of the label in this passage, and the passage.
    status : str
        Of the label in this passage; empty for a theme.
    carrier : str
        Of this passage; empty where nobody is named.
    kind : str
        `article` or `comment`.
    title : str
        Of the article, or its id.
    url : str
        Of the article; empty if it has none that can be followed.
    """

    reality: int
    score: float
    text: str
    status: str
    carrier: str
    kind: str
    title: str
    url: str


@dataclass(slots=True)
class LabelReport:
    """One label over an archive.

    Parameters
    ----------
    name : str
    articles, comments : int
        Records that hold it.
    statuses : Counter of str
    months : Counter of str
        Records that hold it, by month.
    carriers : Counter of str
    added : int
        Articles that do not hold it, but a comment under them does.
    quotes : list of Quote
    """

    name: str
    articles: int = 0
    comments: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    carriers: Counter[str] = field(default_factory=Counter)
    added: int = 0
    quotes: list[Quote] = field(default_factory=list)

    @property
    def records(self) -> int:
        """Records that hold it."""
        return self.articles + self.comments

    @property
    def best_carriers(self) -> list[tuple[str, int]]:
        """Who says or bears it most often."""
        return sorted(self.carriers.items(), key=lambda pair: (-pair[1], pair[0]))[:_CARRIERS]

    def best_quotes(self) -> list[Quote]:
        """Return the quotes: real obstacles before possible and overcome ones, the surest first."""
        return sorted(self.quotes, key=lambda quote: (-quote.reality, -quote.score, quote.text, quote.title))

    def quote(self, found: Quote) -> None:
        """Keep a quote if it is among the best."""
        if any(kept.text == found.text for kept in self.quotes):
            return
        if len(self.quotes) < _QUOTES:
            heappush(self.quotes, found)
        elif found > self.quotes[0]:
            heapreplace(self.quotes, found)


@dataclass(frozen=True, slots=True)
class ReportData:
    """What a report shows.

    Parameters
    ----------
    articles, comments : int
    languages, months, sources : Counter of str
        Records of each.
    labels : mapping of str to mapping of str to LabelReport
        Kind -> id -> label, most frequent first.
    words : mapping of str to list of CorpusKeyword
        `all`: keywords of the whole; `article`, `comment`: what marks one against the other.
    model : str
    stances : Counter of str
        Comments of each stance; empty where the model tells none.
    title : str
        Of the only article; empty if there are several, or it has none.
    """

    articles: int
    comments: int
    languages: Counter[str]
    months: Counter[str]
    sources: Counter[str]
    labels: Mapping[str, Mapping[str, LabelReport]]
    words: Mapping[str, list[CorpusKeyword]]
    model: str
    stances: Counter[str]
    title: str = ""

    def interval(self, label: LabelReport) -> tuple[float, float]:
        """Return the 95 % interval of the share of records that hold a label."""
        return wilson(label.records, self.articles + self.comments)


class _Thread:
    """An article, until all its comments have come by."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.id = row["article_id"]
        self.title = row["title"] or row["article_id"]
        self.url = row["url"] if row["url"] and row["url"].lower().startswith(("http://", "https://")) else ""
        self.month = (row["date"] or "")[:7]
        self.said = {(kind, found["label"]) for kind in KINDS for found in row[f"{kind}s"]}
        self.added: set[tuple[str, str]] = set()


def gather(rows: Iterable[Mapping[str, Any]]) -> ReportData:
    """Gather scored records.

    Parameters
    ----------
    rows : iterable of mapping
        From `read_rows`: an article stands before its comments.

    Returns
    -------
    ReportData
    """
    gathering = _Gathering()
    for row in rows:
        gathering.add(row)
    return gathering.data()


class _Gathering:
    """What was gathered of the rows that have come by."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._languages: Counter[str] = Counter()
        self._months: Counter[str] = Counter()
        self._sources: Counter[str] = Counter()
        self._stances: Counter[str] = Counter()
        self._labels: dict[str, dict[str, LabelReport]] = {kind: {} for kind in KINDS}
        self._words = {"article": KeywordCounts(), "comment": KeywordCounts()}
        self._thread: _Thread | None = None
        self._model = self._title = ""

    def add(self, row: Mapping[str, Any]) -> None:
        """Add a row."""
        if row["kind"] == "article":
            self._close()
            self._thread = _Thread(row)
            self._title = "" if self._kinds["article"] else row["title"] or ""
        elif self._thread is not None and self._thread.id != row["article_id"]:
            self._close()
        self._model = row["model"]
        month = (row["date"] or "")[:7] or (self._thread.month if self._thread else "")
        self._count_record(row, month)
        for kind in KINDS:
            for held in row[f"{kind}s"]:
                self._add_label(kind, row, held, month)

    def _count_record(self, row: Mapping[str, Any], month: str) -> None:
        self._kinds[row["kind"]] += 1
        self._languages[row["lang"]] += 1
        if month:
            self._months[month] += 1
        if row["source"]:
            self._sources[source_file(row["source"])] += 1
        # Archives that were scored before have no such column.
        if row.get("stance"):
            self._stances[row["stance"]] += 1
        found = [Keyword(word["text"], word["lemma"], word["score"], word["count"], ()) for word in row["keywords"]]
        self._words["article" if row["kind"] == "article" else "comment"].add(found)

    def _add_label(self, kind: str, row: Mapping[str, Any], held: Mapping[str, Any], month: str) -> None:
        label = self._labels[kind].setdefault(held["label"], LabelReport(held["name"]))
        _count(label, row, held, month, self._thread)
        place = (kind, held["label"])
        if self._thread is not None and row["kind"] != "article" and place not in self._thread.said:
            self._thread.added.add(place)

    def _close(self) -> None:
        """Count what the comments under the article have added to it."""
        for kind, label in self._thread.added if self._thread is not None else ():
            self._labels[kind][label].added += 1
        self._thread = None

    def data(self) -> ReportData:
        """Return what a report shows; no row may follow."""
        self._close()
        whole = KeywordCounts()
        for part in self._words.values():
            whole.merge(part)
        article, comment = self._words["article"], self._words["comment"]
        return ReportData(
            articles=self._kinds["article"],
            comments=self._kinds["comment"],
            languages=self._languages,
            months=Counter(dict(sorted(self._months.items()))),
            sources=self._sources,
            labels={
                kind: dict(sorted(found.items(), key=lambda pair: (-pair[1].records, pair[0])))
                for kind, found in self._labels.items()
            },
            words={
                "all": whole.best(_WORDS),
                "article": keyness(article, comment)[:_WORDS] if comment.texts else [],
                "comment": keyness(comment, article)[:_WORDS] if article.texts else [],
            },
            model=self._model,
            stances=self._stances,
            title=self._title,
        )


def _count(
    label: LabelReport, row: Mapping[str, Any], held: Mapping[str, Any], month: str, thread: _Thread | None
) -> None:
    if row["kind"] == "article":
        label.articles += 1
    else:
        label.comments += 1
    if month:
        label.months[month] += 1
    status = held.get("status") or ""
    if status:
        label.statuses[status] += 1
    if held["carrier"]:
        label.carriers[held["carrier"]] += 1
    label.quote(
        Quote(
            reality=reality(status),
            score=quote_score(held),
            text=held["quote"],
            status=status,
            carrier=held["carrier"] or "",
            kind=row["kind"],
            title=thread.title if thread else row["article_id"],
            url=thread.url if thread else "",
        )
    )
