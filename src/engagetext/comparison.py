"""What an article says against what the comments under it say; takes anything that has labels."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from engagetext.frames import frame
from engagetext.highlight import table
from engagetext.taxonomy import status_name

if TYPE_CHECKING:
    import pandas as pd

SAID, TAKEN_UP, ADDED, CONTRADICTED = "said", "taken up", "added", "contradicted"
_DENIED = "ecarte"
_SHOWN = 100  # characters of a passage in a table
# Probability from which a comment is said to object: above it the stance is likelier than all others together. Of 1,613
# written and 306 read replies (benchmarks/stance.py, cross-validated) 62 and 43 % of those that reach it do object (56
# and 42 % of all that are called so), and 27 and 3 % agree; it finds 31 and 35 % of the objections. At .6 it is right
# for 73 % of the written and for 36 % of the read ones, and finds half as many.
OBJECTS = 0.5


class Label(Protocol):
    """What is compared of a label: `LabelScore` has it."""

    @property
    def label(self) -> str:
        """Id."""

    @property
    def name(self) -> str:
        """Name for people."""

    @property
    def status(self) -> str | None:
        """Of an obstacle."""

    @property
    def passages(self) -> Sequence[Any]:
        """Passages that prove it."""


@dataclass(frozen=True, slots=True, repr=False)
class LabelComparison:
    """One label in an article and in the comments under it.

    Parameters
    ----------
    kind : str
        `theme` or `obstacle`.
    label, name : str
    relation : str
        `said`: by the article alone; `added`: by comments alone; `contradicted`: each comment that speaks of it
        contradicts the article; `taken up`: at least one does not. A comment contradicts where it objects to the
        article, or where of an obstacle the one has it as real or possible and the other as denied or overcome.
    status : str or None
        In the article; None for a theme, and where the article does not say it.
    article : tuple of Passage
        Passages of the article that prove it.
    comments : tuple of (str or None, Passage)
        Passages of comments, each with the id of its comment.
    objecting : int
        Comments that speak of it and object to the article.
    n_comments : int
        Comments that speak of it.

    Notes
    -----
    An objection is to the article as a whole: it need not be about this label. And stances are often wrong (see
    `docs/method.md`): read the passages before you say that readers contradict.
    """

    kind: str
    label: str
    name: str
    relation: str
    status: str | None
    article: tuple[Any, ...]
    comments: tuple[tuple[str | None, Any], ...]
    objecting: int = 0
    n_comments: int = 0

    def __repr__(self) -> str:
        """Say how article and comments stand to each other, in one line; the passages are in the attributes."""
        status = "" if self.status is None else f" ({self.status})"
        objecting = f", {self.objecting} objecting" if self.objecting else ""
        counts = f"{len(self.article)} passages of the article, {self.n_comments} comments{objecting}"
        return f"<LabelComparison {self.relation}: {self.label}{status}, {counts}>"

    @property
    def quote(self) -> str:
        """The passage of the article that shows it, else that of the first comment."""
        return str((self.article or [passage for _, passage in self.comments])[0].text)


class LabelComparisons(list[LabelComparison]):
    """What an article says against what its comments say: a list that shows itself in a notebook as a table."""

    def _repr_html_(self) -> str:
        """Show a table: label, relation, status, comments, and the passage that shows it."""
        rows = [
            (
                one.name,
                one.relation,
                status_name(one.status or ""),
                str(one.n_comments),
                str(one.objecting),
                shorten(one.quote, _SHOWN, placeholder=" …"),
            )
            for one in self
        ]
        return table(("label", "relation", "status in the article", "comments", "objecting", "passage"), rows)

    def to_frame(self) -> "pd.DataFrame":
        """Return a tidy table: one row a label.

        Returns
        -------
        pandas.DataFrame
            Columns `kind, label, name, relation, status, n_article, n_comments, objecting, quote`; `n_article` counts
            passages.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        names = ("kind", "label", "name", "relation", "status", "n_article", "n_comments", "objecting", "quote")
        rows = [
            (
                *(one.kind, one.label, one.name, one.relation, one.status),
                *(len(one.article), one.n_comments, one.objecting, one.quote),
            )
            for one in self
        ]
        return frame(rows, names)


def compare_labels(
    kind: str,
    article: Iterable[Label],
    comments: Iterable[tuple[str | None, Iterable[Label]]],
    objecting: Collection[int] = (),
) -> Iterator[LabelComparison]:
    """Yield the comparison of every label that one of them holds: those of the article first, best first.

    Parameters
    ----------
    kind : str
        `theme` or `obstacle`.
    article : iterable of LabelScore
    comments : iterable of (str or None, iterable of LabelScore)
        Id of each comment, and its labels.
    objecting : collection of int
        Places of the comments that object to the article: ids may be missing.
    """
    said = {label.label: label for label in article}
    below: dict[str, list[_Reply]] = {}
    for place, (identifier, labels) in enumerate(comments):
        for label in labels:
            below.setdefault(label.label, []).append(_Reply(identifier, label, place in objecting))
    others = sorted((name for name in below if name not in said), key=lambda name: (-len(below[name]), name))
    for name in (*said, *others):
        own, replies = said.get(name), below.get(name, [])
        shown = own if own is not None else replies[0].label
        yield LabelComparison(
            kind=kind,
            label=name,
            name=shown.name,
            relation=_relation(own, replies),
            status=None if own is None else own.status,
            article=() if own is None else tuple(own.passages),
            comments=tuple((reply.identifier, passage) for reply in replies for passage in reply.label.passages),
            objecting=sum(reply.objects for reply in replies),
            n_comments=len(replies),
        )


class _Reply(NamedTuple):
    """A comment that speaks of a label."""

    identifier: str | None
    label: Label
    objects: bool


def _relation(own: Label | None, replies: Sequence[_Reply]) -> str:
    if own is None:
        return ADDED
    if not replies:
        return SAID
    contradicted = all(reply.objects or _differ(own, reply.label) for reply in replies)
    return CONTRADICTED if contradicted else TAKEN_UP


def _differ(own: Label, other: Label) -> bool:
    """Tell whether the one has an obstacle as denied or overcome, and the other not; themes have no status."""
    return (own.status == _DENIED) != (other.status == _DENIED)
