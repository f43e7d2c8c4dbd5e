"""What is read: articles and the comments under them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeVar

from engagetext.errors import InputTypeError, RecordError


@dataclass(frozen=True, slots=True)
class Comment:
    """One reader's comment under an article.

    Parameters
    ----------
    id : str
        Identifier, unique within its article.
    text : str
        What the reader wrote, without markup.
    author : str or None
        Name or pseudonym, if the source tells.
    date : datetime or None
        When it was published, if the source tells.
    parent_id : str or None
        The comment that this one answers; None at the top of a thread.
    meta : mapping of str to str
        Whatever else the source tells.
    """

    id: str
    text: str
    author: str | None = None
    date: datetime | None = None
    parent_id: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """One article with its comments.

    Parameters
    ----------
    id : str
        Identifier, unique within its archive.
    text : str
        Body without markup and without page furniture.
    title : str or None
        Headline; not part of `text`.
    date : datetime or None
        When it was published, if the source tells.
    author, url : str or None
        As the source tells them.
    source : str or None
        File (and record) that the article was read from.
    lang : str or None
        Language that the source declares; a hint, never a decision.
    comments : tuple of Comment
        In the order of the source.
    meta : mapping of str to str
        Whatever else the source tells.
    """

    id: str
    text: str
    title: str | None = None
    date: datetime | None = None
    author: str | None = None
    url: str | None = None
    source: str | None = None
    lang: str | None = None
    comments: tuple[Comment, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)


def check_types(record: object, where: str) -> None:
    """Refuse a record with a part of another type than it declares; texts and the comments below are not looked at.

    Parameters
    ----------
    record : Article or Comment
    where : str
        Place of the record: messages name it.

    Raises
    ------
    InputTypeError
        If it is another object, or a part of it is.
    """
    if not isinstance(record, (Article, Comment)):
        found, remedy = f"an object of type {type(record).__name__}", "Wrap a text: Comment(id=..., text=...)."
        raise InputTypeError(where, found, "a Comment", remedy)
    for part, value, kinds, expected, remedy in _parts(record):
        if not isinstance(value, kinds):
            found = f"an object of type {type(value).__name__}"
            raise InputTypeError(f"{part} of {where}", found, expected, remedy)


Record = TypeVar("Record", Article, Comment)


def without_faulty_parts(record: Record) -> Record:
    """Return the record without those parts of another type that it can do without; ids and comments it cannot."""
    faulty: dict[str, Any] = {
        part: None
        for part, value, kinds, _, _ in _parts(record)
        if part not in _NEEDED and not isinstance(value, kinds)
    }
    return replace(record, **faulty) if faulty else record


# Without these a record has no place in an archive; without another part it has less to tell.
_NEEDED = ("id", "comments")


def _parts(record: Article | Comment) -> Iterator[tuple[str, object, tuple[type, ...], str, str]]:
    """Yield name, value, types, their names and remedy of each part but the text."""
    yield "id", record.id, (str,), "a str", "Use id=str(...)."
    if isinstance(record, Article):
        yield "comments", record.comments, (tuple, list), "a tuple of Comment", "Use comments=(Comment(...),)."
    texts = ("title", "author", "url", "source", "lang") if isinstance(record, Article) else ("author", "parent_id")
    for part in texts:
        yield part, getattr(record, part), (str, type(None)), "a str, or None", "Use str(...), or leave it out."
    remedy = "Use datetime.fromisoformat(...), or leave it out."
    yield "date", record.date, (datetime, type(None)), "a datetime, or None", remedy


class KnownIds:
    """What has come by: the ids of the articles of an archive, or texts."""

    def __init__(self) -> None:
        # Eight bytes each: a hundred million articles would fit, and two in a trillion pairs collide.
        self._digests: set[bytes] = set()

    def add(self, identifier: str) -> bool:
        """Add an id or a text, and tell whether it is a new one."""
        before = len(self._digests)
        self._digests.add(blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=8).digest())
        return len(self._digests) > before


def repeated(kind: str, identifier: str, where: str) -> RecordError:
    """Return the error of a second article or comment of one id: an answer to it would have two parents."""
    remedy = "Rename or remove one of the two."
    return RecordError(where, f"the id {identifier!r} a second time", f"one {kind} an id", remedy)


def stranded_comments(article: Article, where: str) -> Iterator[RecordError]:
    """Yield the error of each comment under an article that is rejected: they are records too, and none disappears."""
    comments: object = article.comments
    for number in range(1, 1 + (len(comments) if isinstance(comments, (tuple, list)) else 0)):
        found, expected = "a comment under an article that is rejected", "an article that can be used"
        yield RecordError(f"{where}, comment {number}", found, expected, "Mend its article.")


def source_file(source: str) -> str:
    """Return the file of a source, without the record in it.

    Examples
    --------
    >>> source_file("avis.jsonl, line 12"), source_file("pages.zip!une.html")
    ('avis.jsonl', 'pages.zip!une.html')
    """
    head, comma, tail = source.rpartition(", ")
    return head if comma and tail[-1:].isdigit() else source
