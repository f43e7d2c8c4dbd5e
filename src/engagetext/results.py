"""Everything that was found in one text or article, with ways to show and to keep it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engagetext.charts import bars
from engagetext.comparison import OBJECTS, LabelComparisons, compare_labels
from engagetext.errors import MissingExtraError, RecordError
from engagetext.findings import (
    Evidence,
    Factors,
    Keyword,
    Keywords,
    LabelScore,
    Passage,
    Span,
    Stance,
    Token,
    language_name,
    shortened,
    told_of,
)
from engagetext.frames import frame
from engagetext.highlight import Mark, Reply, highlight, page, thread

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd
    import pyarrow as pa


@dataclass(frozen=True, slots=True, repr=False)
class Analysis:
    """Everything that was found in one article or comment.

    Parameters
    ----------
    article_id : str or None
        Id of the record; None for a bare text.
    text : str
        The caller's text: all offsets point into it.
    lang, lang_score : str, float
        Detected language; the other fields are empty where the model does not read it.
    tokens : tuple of Token
    sentences : tuple of (int, int)
        Half-open character offsets.
    keywords : Keywords
        A tuple of Keyword, best first; a notebook shows it as a table.
    themes, obstacles : tuple of LabelScore
        Labels that reach their threshold, best first.
    passages : tuple of Passage
        All passages in order, with all their probabilities.
    comments : tuple of Analysis
        One an article's comment, in order.
    model : str
        Name and version of the model.
    author, parent_id : str or None
        Of a comment: who wrote it, and the comment that it answers.
    stance : Stance or None
        Of a comment, where the model reads stances: how it stands to what it answers.
    title : str or None
        Of an article, if it has one; not part of `text`.
    """

    article_id: str | None
    text: str
    lang: str
    lang_score: float
    tokens: tuple[Token, ...]
    sentences: tuple[Span, ...]
    keywords: Keywords
    themes: tuple[LabelScore, ...]
    obstacles: tuple[LabelScore, ...]
    passages: tuple[Passage, ...]
    comments: tuple["Analysis", ...] = ()
    model: str = ""
    author: str | None = None
    parent_id: str | None = None
    stance: Stance | None = None
    title: str | None = None

    def __repr__(self) -> str:
        """Say what was found in one line; everything is in the attributes and in `to_dict`."""
        themes = ", ".join(label.label for label in self.themes) or "none"
        obstacles = ", ".join(f"{label.label} ({label.status})" for label in self.obstacles) or "none"
        return (
            f"<Analysis of {shortened(self.text)!r}, lang {self.lang}, {len(self.tokens)} tokens, "
            f"{len(self.keywords)} keywords, themes: {themes}, obstacles: {obstacles}, {len(self.comments)} comments>"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain dicts, lists, strings and numbers: what `json.dumps` takes."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @classmethod
    def from_dict(cls, table: Mapping[str, Any]) -> "Analysis":
        """Return the analysis that `to_dict` described; `from_dict(a.to_dict()) == a`.

        Parameters
        ----------
        table : mapping of str to Any
            What `to_dict` gave, or a line of `engagetext analyze --json`, which says more.

        Raises
        ------
        RecordError
            If a part of an analysis is missing.
        """
        values = {name: table[name] for name in cls.__dataclass_fields__ if name in table}
        # Analyses of earlier versions tell neither author nor parent nor stance nor title.
        missing = [name for name in cls.__dataclass_fields__ if name not in values and name not in _LATER]
        if missing:
            raise RecordError(
                "Analysis.from_dict(table)",
                f"no {', '.join(missing)}",
                "the parts of an analysis, as Analysis.to_dict gives them",
                "Pass a whole table.",
            )
        return cls(
            **{
                **values,
                "tokens": tuple(Token(**row) for row in values["tokens"]),
                "sentences": _spans(values["sentences"]),
                "keywords": Keywords((_keyword(row) for row in values["keywords"]), values["text"]),
                "themes": tuple(map(_label_score, values["themes"])),
                "obstacles": tuple(map(_label_score, values["obstacles"])),
                "passages": tuple(map(_passage, values["passages"])),
                "comments": tuple(cls.from_dict(row) for row in values["comments"]),
                "stance": Stance(**values["stance"]) if values.get("stance") else None,
            }
        )

    def mentions(self) -> Iterator[dict[str, Any]]:
        """Yield one flat row a mention: a keyword's occurrence, or a label's passage; then those of the comments."""
        row: dict[str, Any] = {"article_id": self.article_id, "comment_id": None}
        yield from _mentions(self, row)
        for comment in self.comments:
            yield from _mentions(comment, {**row, "comment_id": comment.article_id})

    def to_frame(self) -> "pd.DataFrame":
        """Return a tidy table: one row a mention, comments included.

        Returns
        -------
        pandas.DataFrame
            Columns `article_id, comment_id, kind, label, name, start, end, text, score, status, carrier`.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return frame(self.mentions(), MENTION_COLUMNS)

    def to_arrow(self) -> "pa.Table":
        """Return the rows of `to_frame` as an Arrow table.

        Raises
        ------
        MissingExtraError
            If pyarrow is not installed.
        """
        try:
            import pyarrow as pa
        except ImportError as error:
            raise MissingExtraError.of("to_arrow()", "pyarrow", "arrow") from error
        kinds: dict[str, pa.DataType] = {"start": pa.int64(), "end": pa.int64(), "score": pa.float64()}
        fields: list[tuple[str, pa.DataType]] = [(name, kinds.get(name, pa.string())) for name in MENTION_COLUMNS]
        return pa.Table.from_pylist(list(self.mentions()), schema=pa.schema(fields))

    def compare(self) -> LabelComparisons:
        """Compare what an article says with what the comments under it say.

        Returns
        -------
        LabelComparisons
            A list of LabelComparison that a notebook shows as a table; `to_frame()` gives one. Obstacles, then themes:
            those of the article first. A label is `said` by the article alone, `taken up` by comments, `added` by
            them, or `contradicted` by each that speaks of it: they object, or have an obstacle as overcome that the
            article has as real, or the reverse.

        Notes
        -----
        A comment objects if its stance is `object` with a probability of at least .5, and it answers the article: an
        objection to another comment may well defend the article. How far stances can be trusted: `docs/method.md`.
        """
        objecting = self._objecting()
        obstacles = [(one.article_id, one.obstacles) for one in self.comments]
        themes = [(one.article_id, one.themes) for one in self.comments]
        return LabelComparisons(
            [
                *compare_labels("obstacle", self.obstacles, obstacles, objecting),
                *compare_labels("theme", self.themes, themes, objecting),
            ]
        )

    def _objecting(self) -> frozenset[int]:
        """Return the places of the comments that object to the article itself."""
        ids = {one.article_id for one in self.comments}
        return frozenset(
            place
            for place, one in enumerate(self.comments)
            if (one.parent_id is None or one.parent_id not in ids)
            and one.stance is not None
            and one.stance.label == "object"
            and one.stance.score >= OBJECTS
        )

    def stances(self) -> dict[str, int]:
        """Return how many comments agree, object, ask, add or are off topic, in this order; empty without comments."""
        found = [comment.stance.label for comment in self.comments if comment.stance is not None]
        first = next((comment.stance for comment in self.comments if comment.stance is not None), None)
        return {} if first is None else {label: found.count(label) for label in first.scores}

    def plot(self) -> "alt.Chart":
        """Return a chart of the labels that are held: their probability in the article and in its comments.

        Raises
        ------
        MissingExtraError
            If Altair is not installed.
        """
        rows = [
            {"label": label.name, "kind": kind, "probability": label.score, "said by": who}
            for kind in ("obstacle", "theme")
            for who, texts in (("the text", (self,)), ("comments", self.comments))
            for label in _best(texts, kind)
        ]
        return bars(rows, "probability", "label", colour="said by", title="Obstacles and themes")

    def to_html(self) -> str:
        """Return a complete HTML page that shows the text with what was found in it."""
        return page(self.title or self.article_id or "engagetext", self._repr_html_())

    def _repr_html_(self) -> str:
        """Show the text with what was found in it, its title above and the comments below: what a notebook displays."""
        shown = highlight(self.text, list(_marks(self)), title=self.title, note=_note(self))
        return shown + thread([_reply(comment) for comment in self.comments])


_LATER = frozenset({"author", "parent_id", "stance", "title"})
_STANCE_NAMES = {
    "agree": "d’accord",
    "object": "objecte",
    "ask": "demande",
    "add": "ajoute",
    "off_topic": "hors sujet",
}
MENTION_COLUMNS = (
    "article_id",
    "comment_id",
    "kind",
    "label",
    "name",
    "start",
    "end",
    "text",
    "score",
    "status",
    "carrier",
)


def _plain(value: Any) -> Any:
    if isinstance(value, Factors):
        return value._asdict()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _spans(rows: Any) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in rows)


def _keyword(row: Mapping[str, Any]) -> Keyword:
    factors = Factors(**row["factors"]) if "factors" in row else Factors()
    return Keyword(**{**row, "spans": _spans(row["spans"]), "factors": factors})


def _label_score(row: Mapping[str, Any]) -> LabelScore:
    evidence = tuple(Evidence(*word) for word in row.get("evidence", ()))
    passages = tuple(map(_passage, row["passages"]))
    span = _span(row.get("carrier_span"))
    return LabelScore(**{**row, "passages": passages, "evidence": evidence, "carrier_span": span})


def _passage(row: Mapping[str, Any]) -> Passage:
    return Passage(**{**row, "carrier_span": _span(row.get("carrier_span"))})


def _span(value: Any) -> Span | None:
    return None if value is None else (int(value[0]), int(value[1]))


def _mentions(analysis: Analysis, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for keyword in analysis.keywords:
        for start, end in keyword.spans:
            yield {
                **row,
                "kind": "keyword",
                "label": keyword.theme,
                "name": keyword.text,
                "start": start,
                "end": end,
                "text": analysis.text[start:end],
                "score": keyword.score,
                "status": None,
                "carrier": None,
            }
    for kind, found in (("theme", analysis.themes), ("obstacle", analysis.obstacles)):
        for label in found:
            for passage in label.passages:
                scores = passage.themes if kind == "theme" else passage.obstacles
                yield {
                    **row,
                    "kind": kind,
                    "label": label.label,
                    "name": label.name,
                    "start": passage.start,
                    "end": passage.end,
                    "text": passage.text,
                    "score": scores[label.label],
                    "status": passage.statuses.get(label.label) if kind == "obstacle" else None,
                    "carrier": passage.carrier,
                }


def _best(texts: Iterable[Analysis], kind: str) -> list[LabelScore]:
    """Return the labels that texts hold, each as surely as the surest of them, best first."""
    best: dict[str, LabelScore] = {}
    for text in texts:
        for label in text.themes if kind == "theme" else text.obstacles:
            if label.label not in best or label.score > best[label.label].score:
                best[label.label] = label
    return sorted(best.values(), key=lambda label: (-label.score, label.label))


def _reply(comment: Analysis) -> Reply:
    found = ", ".join(label.name for label in (*comment.obstacles, *comment.themes))
    stance = None if comment.stance is None else _STANCE_NAMES.get(comment.stance.label, comment.stance.label)
    parts = (comment.author, stance, found, _note(comment), shortened(comment.text))
    heading = " · ".join(part for part in parts if part)
    return Reply(
        id=comment.article_id,
        parent_id=comment.parent_id,
        heading=heading,
        body=highlight(comment.text, list(_marks(comment)), note=_note(comment), styled=False),
    )


def _note(analysis: Analysis) -> str | None:
    """Say why nothing was looked for: words without a passage are in a language that the model does not read."""
    unread = bool(analysis.tokens) and not analysis.passages
    return f"non analysé : {language_name(analysis.lang)}" if unread else None


def _marks(analysis: Analysis) -> Iterator[Mark]:
    for keyword in analysis.keywords:
        for start, end in keyword.spans:
            yield Mark(start, end, "keyword", keyword.text)
    for kind, found in (("obstacle", analysis.obstacles), ("theme", analysis.themes)):
        for label in found:
            for passage in label.passages:
                scores = passage.themes if kind == "theme" else passage.obstacles
                shown = f"{label.name} {scores[label.label]:.0%}"
                if kind == "obstacle":
                    shown += " " + " · ".join(told_of(passage.statuses[label.label], passage.carrier))
                # The place of a label in the taxonomy: it has the same colour in every text.
                tone = list(scores).index(label.label) + (len(passage.themes) if kind == "obstacle" else 0)
                yield Mark(passage.start, passage.end, kind, shown, tone)
