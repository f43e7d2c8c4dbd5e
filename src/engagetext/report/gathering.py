"""Scored records -> all that a report shows, in one streaming pass and bounded memory."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappush, heapreplace
from typing import Any

from engagetext.findings import Keyword
from engagetext.keywords.keyness import CorpusKeyword, KeywordCounts, keyness, wilson
from engagetext.records import source_file
from engagetext.report.figures import quote_score
from engagetext.taxonomy import KINDS

# Passages that a report quotes a label, keywords and carriers that it names: what a manager reads.
_QUOTES, _WORDS, _CARRIERS = 12, 20, 8


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """A passage that proves a label.

    Parameters
    ----------
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
        """Return the quotes, the surest first."""
        return sorted(self.quotes, key=lambda quote: (-quote.score, quote.text, quote.title))

    def quote(self, found: Quote) -> None:
        """Keep a quote if it is among the surest."""
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
    kinds: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    months: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    stances: Counter[str] = Counter()
    labels: dict[str, dict[str, LabelReport]] = {kind: {} for kind in KINDS}
    words = {"article": KeywordCounts(), "comment": KeywordCounts()}
    thread: _Thread | None = None
    model = title = ""
    for row in rows:
        is_article = row["kind"] == "article"
        if is_article:
            _close(thread, labels)
            thread = _Thread(row)
            title = "" if kinds["article"] else row["title"] or ""
        elif thread is not None and thread.id != row["article_id"]:
            _close(thread, labels)
            thread = None
        month = (row["date"] or "")[:7] or (thread.month if thread else "")
        kinds[row["kind"]] += 1
        languages[row["lang"]] += 1
        if month:
            months[month] += 1
        if row["source"]:
            sources[source_file(row["source"])] += 1
        model = row["model"]
        # Archives that were scored before have no such column.
        if row.get("stance"):
            stances[row["stance"]] += 1
        found = [Keyword(word["text"], word["lemma"], word["score"], word["count"], ()) for word in row["keywords"]]
        words["article" if is_article else "comment"].add(found)
        for kind in KINDS:
            for held in row[f"{kind}s"]:
                label = labels[kind].setdefault(held["label"], LabelReport(held["name"]))
                _count(label, row, held, month, thread)
                if thread is not None and not is_article and (kind, held["label"]) not in thread.said:
                    thread.added.add((kind, held["label"]))
    _close(thread, labels)
    whole = KeywordCounts()
    for part in words.values():
        whole.merge(part)
    return ReportData(
        articles=kinds["article"],
        comments=kinds["comment"],
        languages=languages,
        months=Counter(dict(sorted(months.items()))),
        sources=sources,
        labels={
            kind: dict(sorted(found.items(), key=lambda pair: (-pair[1].records, pair[0])))
            for kind, found in labels.items()
        },
        words={
            "all": whole.best(_WORDS),
            "article": keyness(words["article"], words["comment"])[:_WORDS] if words["comment"].texts else [],
            "comment": keyness(words["comment"], words["article"])[:_WORDS] if words["article"].texts else [],
        },
        model=model,
        stances=stances,
        title=title,
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
            score=quote_score(held),
            text=held["quote"],
            status=status,
            carrier=held["carrier"] or "",
            kind=row["kind"],
            title=thread.title if thread else row["article_id"],
            url=thread.url if thread else "",
        )
    )


def _close(thread: _Thread | None, labels: Mapping[str, Mapping[str, LabelReport]]) -> None:
    for kind, label in thread.added if thread is not None else ():
        labels[kind][label].added += 1
