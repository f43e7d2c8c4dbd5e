"""Raw fields -> records: what every reader shares once it has found a text, a date or a thread."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engagetext.errors import RecordError
from engagetext.reading.dates import parse_date
from engagetext.reading.streams import Reject
from engagetext.records import Comment, repeated


@dataclass(frozen=True, slots=True)
class RawComment:
    """One comment as a source gives it.

    Parameters
    ----------
    id, text, author, date, parent_id : str or None
        As written; None where the source is silent.
    meta : mapping of str to str
        Whatever else the source tells.
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
    ordered = list(raw)
    given = {one.id for one in ordered if one.id}
    comments: dict[str, Comment] = {}
    for number, one in enumerate(ordered, start=1):
        comment_id = one.id or _free_number(number, given)
        place = f"{where}, comment {comment_id}"
        if comment_id in comments:
            reject(repeated("comment", comment_id, place))
            continue
        try:
            for name, value in (("id", comment_id), ("text", one.text), ("author", one.author), *one.meta.items()):
                check_text(value, name, place)
            date, meta = read_date(one.date, one.meta)
        except RecordError as error:
            reject(error)
            continue
        comments[comment_id] = Comment(comment_id, one.text, one.author, date, one.parent_id or None, meta)
    return _rooted(list(comments.values()), comments)


def _free_number(number: int, given: set[str]) -> str:
    name = str(number)
    while name in given:
        name = f"{name}bis"
    return name


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
            # Who only answers into a circle is not part of it: the circle is cut where it closes.
            if at == comment.id and at in path:
                broken = "cycle"
            elif at is None or at in rooted or at not in parents:
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


def check_text(value: str | None, field: str, where: str) -> None:
    r"""Refuse half characters (`\ud800`) and NULs, which only JSON and Parquet can bring this far.

    Raises
    ------
    RecordError
        If there is one: no file could be written with it, and nobody knows what stood there.
    """
    if value is None:
        return
    if "\0" in value:
        raise RecordError(where, f"a NUL character in {field}", "text", "Remove it, or export the record again.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        found = f"half a character (a lone surrogate) in {field}"
        raise RecordError(where, found, "Unicode text", "Export the record again.") from error
