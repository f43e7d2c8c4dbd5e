"""Scored records -> counts and shares of labels and keywords, sliced, in one streaming pass."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagetext.charts import bars, lines, squares
from engagetext.errors import OptionError
from engagetext.findings import Keyword
from engagetext.frames import frame
from engagetext.highlight import table
from engagetext.keywords.keyness import CorpusKeyword, KeywordCounts, keyness, wilson
from engagetext.records import source_file
from engagetext.report.figures import read_rows

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

DIMENSIONS = ("kind", "month", "source")
_ALL = ("all", "all")


@dataclass(frozen=True, slots=True)
class Share:
    """How many records of a slice hold something.

    Parameters
    ----------
    dimension, slice : str
        What the archive is cut by (`all`, `kind`, `month` or `source`), and the piece: `article`, `2025-03`, a file.
    kind : str
        `theme`, `obstacle` or `keyword`.
    label, name : str
        Id and name of a label; lemma and text of a keyword.
    status : str or None
        `present`, `hypothetique` or `ecarte`: of an obstacle there is a row a status beside the one of all.
    records, total : int
        Records that hold it, and records of the slice.
    share, low, high : float
        Their ratio, with its 95 % interval [1]_.

    References
    ----------
    .. [1] E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.
    """

    dimension: str
    slice: str
    kind: str
    label: str
    name: str
    status: str | None
    records: int
    total: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, repr=False)
class ArchiveFigures:
    """What an archive says, slice by slice.

    Parameters
    ----------
    records : mapping of (str, str) to int
        (dimension, slice) -> its scored records.
    shares : tuple of Share
        By dimension, slice and kind; the most frequent first.
    together : mapping of (str, str) to int
        (name, name) -> records that hold both labels.
    words : mapping of str to tuple of CorpusKeyword
        `article` or `comment` -> keywords by which it differs from the other.
    """

    records: Mapping[tuple[str, str], int]
    shares: tuple[Share, ...]
    together: Mapping[tuple[str, str], int]
    words: Mapping[str, tuple[CorpusKeyword, ...]]

    def __repr__(self) -> str:
        """Say what was counted in one line; the figures are in the attributes and in `to_frame`."""
        labels = ", ".join(f"{len(self.of(kind))} {kind}s" for kind in ("obstacle", "theme", "keyword"))
        cut = ", ".join(dict.fromkeys(dimension for dimension, _ in self.records if dimension != _ALL[0]))
        return f"<ArchiveFigures of {self.records[_ALL]} records: {labels}{f'; by {cut}' if cut else ''}>"

    def _repr_html_(self) -> str:
        """Show a table: the labels of the whole archive, each with its records, their share and its interval."""
        rows = [
            (one.name, kind, str(one.records), f"{one.share:.1%}", f"{one.low:.1%} – {one.high:.1%}")
            for kind in ("obstacle", "theme")
            for one in self.of(kind)
        ]
        return table(("label", "kind", f"records of {self.records[_ALL]}", "share", "95 % interval"), rows)

    def of(self, kind: str, dimension: str = "all", status: str | None = None) -> list[Share]:
        """Return the shares of one kind over the slices of one dimension; of obstacles, those of one status."""
        return [
            share for share in self.shares if (share.kind, share.dimension, share.status) == (kind, dimension, status)
        ]

    def plot_profile(self, kind: str = "obstacle") -> "alt.Chart":
        """Return a chart of how many records hold each label, articles beside comments, with intervals.

        Parameters
        ----------
        kind : {"obstacle", "theme"}, default="obstacle"

        Raises
        ------
        MissingExtraError
            If Altair is not installed.
        """
        return bars(_rows(self.of(kind, "kind")), "share", "name", colour="slice", title=f"{kind}s: share of records")

    def plot_trend(self, kind: str = "obstacle") -> "alt.Chart":
        """Return a chart of the share of records that hold each label, month by month; as for `plot_profile`."""
        return lines(_rows(self.of(kind, "month")), "slice", "share", colour="name", title=f"{kind}s by month")

    def plot_keyness(self, slice: str = "comment") -> "alt.Chart":
        """Return a chart of the keywords that mark the comments, or `"article"`s; as for `plot_profile`."""
        rows = [{"keyword": word.text, "keyness": word.score, "texts": word.documents} for word in self.words[slice]]
        return bars(rows, "keyness", "keyword", title=f"typical of {slice}s")

    def plot_together(self) -> "alt.Chart":
        """Return a chart of the labels that records hold together; as for `plot_profile`."""
        pairs = [{"one": one, "other": other, "records": count} for (one, other), count in self.together.items()]
        return squares(pairs, "one", "other", "records", title="labels held together")

    def to_frame(self) -> "pd.DataFrame":
        """Return a tidy table: one row a share.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return frame((asdict(share) for share in self.shares), list(Share.__dataclass_fields__))


class _Slice:
    """Counts of one slice."""

    def __init__(self) -> None:
        self.records = 0
        self.labels: Counter[tuple[str, str, str | None]] = Counter()
        self.together: Counter[tuple[str, str]] = Counter()
        self.keywords = KeywordCounts()

    def add(self, row: Mapping[str, Any], keywords: list[Keyword]) -> None:
        self.records += 1
        for kind in ("theme", "obstacle"):
            for found in row[f"{kind}s"]:
                self.labels[kind, found["label"], None] += 1
                if kind == "obstacle":
                    self.labels[kind, found["label"], found["status"]] += 1
        names = sorted(found["name"] for kind in ("theme", "obstacle") for found in row[f"{kind}s"])
        self.together.update(combinations(names, 2))
        self.keywords.add(keywords)


def summarise(scores: str | PathLike[str], *, by: Collection[str] = DIMENSIONS, top_n: int = 50) -> ArchiveFigures:
    """Count what a scored archive says: by kind of record, month and source, with intervals.

    One pass in bounded memory: of each slice the 100,000 most frequent keywords are kept.

    Parameters
    ----------
    scores : str or PathLike
        What `score` wrote: a file or a folder.
    by : collection of {"kind", "month", "source"}
        What to cut the archive by, beside the whole of it. The month of a comment without a date is its article's.
    top_n : int, default=50
        Keywords a slice.

    Returns
    -------
    ArchiveFigures

    Raises
    ------
    OptionError
        If a dimension is another one.
    SourceNotFoundError
        If there is no such file or folder.
    SourceError
        If it is nothing that `score` wrote.
    """
    if isinstance(by, str) or not set(by) <= set(DIMENSIONS):
        raise OptionError("by", repr(by), f"some of {', '.join(DIMENSIONS)}, in a tuple or list", "Leave it out.")
    slices: dict[tuple[str, str], _Slice] = {_ALL: _Slice()}
    names: dict[tuple[str, str], str] = {}
    month_of = {"article": "", "month": ""}
    for row in read_rows(Path(scores)):
        month = (row["date"] or "")[:7]
        if row["kind"] == "article":
            month_of = {"article": row["article_id"], "month": month}
        elif not month and month_of["article"] == row["article_id"]:
            month = month_of["month"]
        values = {"kind": row["kind"], "month": month, "source": source_file(row["source"] or "")}
        keywords = [
            Keyword(found["text"], found["lemma"], found["score"], found["count"], ()) for found in row["keywords"]
        ]
        for kind in ("theme", "obstacle"):
            names |= {(kind, found["label"]): found["name"] for found in row[f"{kind}s"]}
        slices[_ALL].add(row, keywords)
        for dimension in DIMENSIONS:
            if dimension in by and values[dimension]:
                slices.setdefault((dimension, values[dimension]), _Slice()).add(row, keywords)
    ordered = sorted(slices, key=lambda place: (("all", *DIMENSIONS).index(place[0]), place[1]))
    shares = tuple(share for place in ordered for share in _shares(place, slices[place], names, top_n))
    kinds = [slices.get(("kind", kind), _Slice()).keywords for kind in ("article", "comment")]
    marked = [keyness(one, other)[:top_n] if one.texts and other.texts else [] for one, other in (kinds, kinds[::-1])]
    return ArchiveFigures(
        records={place: slices[place].records for place in ordered},
        shares=shares,
        together=dict(sorted(slices[_ALL].together.items())),
        words={"article": tuple(marked[0]), "comment": tuple(marked[1])},
    )


def _rows(shares: list[Share]) -> list[dict[str, Any]]:
    return [asdict(share) for share in shares]


def _shares(
    place: tuple[str, str], counts: _Slice, names: Mapping[tuple[str, str], str], top_n: int
) -> Iterator[Share]:
    for kind in ("theme", "obstacle"):
        found = [(label, status, count) for (of_kind, label, status), count in counts.labels.items() if of_kind == kind]
        for label, status, count in sorted(found, key=lambda entry: (-entry[2], entry[0], entry[1] or "")):
            yield _share(place, kind, label, names[kind, label], status, count, counts.records)
    for keyword in counts.keywords.best(top_n):
        yield _share(place, "keyword", keyword.lemma, keyword.text, None, keyword.documents, counts.records)


def _share(
    place: tuple[str, str], kind: str, label: str, name: str, status: str | None, records: int, total: int
) -> Share:
    low, high = wilson(records, total)
    return Share(*place, kind, label, name, status, records, total, records / total, low, high)
