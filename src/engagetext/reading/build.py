"""Raw fields -> records: what every reader shares once it has found a text, a date or a thread."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engagetext.errors import RecordError
from engagetext.reading.dates import parse_date
from engagetext.reading.sources import Reject
from engagetext.records import Comment


@dataclass(frozen=True, slots=True)
class RawComment:
    """One comment as a source gives it.

    Parameters
    ----------
    id, text, author, date, parent_id : str or None
        As written; None where the source is silent.
    """

    id: str | None
    text: str
    author: str | None = None
    date: str | None = None
    parent_id: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


def build_comments(raw: Iterable[RawComment], where: str, reject: Reject) -> tuple[Comment, ...]:
    """Turn raw comments into records whose replies form trees.

    A comment without an id gets its number. A second comment of one id is rejected. A reply to a comment that is not
    there, or to itself through others, is kept at the top: `meta` says to what (`orphan_of`, `cycle`).

    Parameters
    ----------
    raw : iterable of RawComment
        In the order of the source.
    where : str
        What errors call the article.
    reject : callable
        Called with the error of a comment that cannot be used.

    Returns
    -------
    tuple of Comment
        In the order of the source.
    """
    comments: dict[str, Comment] = {}
    for number, one in enumerate(raw, start=1):
        comment_id = one.id or str(number)
        if comment_id in comments:
            place = f"{where}, comment {comment_id}"
            reject(RecordError(place, "its id a second time", "one comment an id", "Rename or remove one of the two."))
            continue
        date, meta = read_date(one.date, one.meta)
        comments[comment_id] = Comment(comment_id, one.text, one.author, date, one.parent_id or None, meta)
    return _rooted(list(comments.values()), comments)


def _rooted(ordered: Sequence[Comment], comments: Mapping[str, Comment]) -> tuple[Comment, ...]:
    parents = {comment.id: comment.parent_id for comment in ordered}
    rooted: set[str] = set()
    result = []
    for comment in ordered:
        broken = None
        if comment.parent_id is not None and comment.parent_id not in comments:
            broken = "orphan_of"
        else:
            path: dict[str, None] = {}
            at: str | None = comment.id
            while at is not None and at not in rooted and at in parents and at not in path:
                path[at] = None
                at = parents[at]
            if at in path:
                broken = "cycle"
            else:
                rooted.update(path)
        if broken is not None:
            meta = {**comment.meta, broken: comment.parent_id or ""}
            parents[comment.id] = None
            rooted.add(comment.id)
            comment = replace(comment, parent_id=None, meta=meta)
        result.append(comment)
    return tuple(result)


def read_date(value: str | None, meta: Mapping[str, str]) -> tuple[datetime | None, Mapping[str, str]]:
    """Return a date and the meta data; a date that cannot be read stands in the latter as it was written."""
    if value is None or not value.strip():
        return None, meta
    date = parse_date(value)
    return date, meta if date is not None else {**meta, "date": value}
