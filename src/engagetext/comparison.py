"""What an article says against what the comments under it say; takes anything that has labels."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

SAID, TAKEN_UP, ADDED, CONTRADICTED = "said", "taken up", "added", "contradicted"
_DENIED = "ecarte"


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


@dataclass(frozen=True, slots=True)
class LabelComparison:
    """One label in an article and in the comments under it.

    Parameters
    ----------
    kind : str
        `theme` or `obstacle`.
    label, name : str
    relation : str
        `said`: by the article alone; `taken up`: by comments as well; `added`: by comments alone; `contradicted`: an
        obstacle that the one side has as real or possible, and the other only as denied or overcome.
    status : str or None
        In the article; None for a theme, and where the article does not say it.
    article : tuple of Passage
        Passages of the article that prove it.
    comments : tuple of (str or None, Passage)
        Passages of comments, each with the id of its comment.
    """

    kind: str
    label: str
    name: str
    relation: str
    status: str | None
    article: tuple[Any, ...]
    comments: tuple[tuple[str | None, Any], ...]

    @property
    def n_comments(self) -> int:
        """Comments that say it."""
        return len({identifier for identifier, _ in self.comments})


def compare_labels(
    kind: str, article: Iterable[Label], comments: Iterable[tuple[str | None, Iterable[Label]]]
) -> Iterator[LabelComparison]:
    """Yield the comparison of every label that one of them holds: those of the article first, best first.

    Parameters
    ----------
    kind : str
        `theme` or `obstacle`.
    article : iterable of LabelScore
    comments : iterable of (str or None, iterable of LabelScore)
        Id of each comment, and its labels.
    """
    said = {label.label: label for label in article}
    below: dict[str, list[tuple[str | None, Label]]] = {}
    for identifier, labels in comments:
        for label in labels:
            below.setdefault(label.label, []).append((identifier, label))
    others = sorted((name for name in below if name not in said), key=lambda name: (-len(below[name]), name))
    for name in (*said, *others):
        own, replies = said.get(name), below.get(name, [])
        shown = own if own is not None else replies[0][1]
        yield LabelComparison(
            kind=kind,
            label=name,
            name=shown.name,
            relation=_relation(own, [label for _, label in replies]),
            status=None if own is None else own.status,
            article=() if own is None else tuple(own.passages),
            comments=tuple((identifier, passage) for identifier, label in replies for passage in label.passages),
        )


def _relation(own: Label | None, replies: Sequence[Label]) -> str:
    if own is None:
        return ADDED
    if not replies:
        return SAID
    denied = [label.status == _DENIED for label in replies]
    contradicted = not any(denied) if own.status == _DENIED else all(denied)
    return CONTRADICTED if own.status is not None and contradicted else TAKEN_UP
