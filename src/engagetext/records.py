"""What is read: articles and the comments under them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

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


def check_types(record: object, where: str = "") -> None:
    """Refuse a record with a part of another type than it declares; texts and the comments below are not looked at.

    Parameters
    ----------
    record : Article or Comment
    where : str, optional
        Place of the record, which the message begins with.

    Raises
    ------
    InputTypeError
        If it is another object, or a part of it is.
    """
    name = type(record).__name__
    if not isinstance(record, (Article, Comment)):
        remedy = "Wrap a text: Comment(id=..., text=...)."
        raise InputTypeError(f"{where}comment", f"an object of type {name}", "a Comment", remedy)
    for part, value, kinds, expected, remedy in _parts(record):
        if not isinstance(value, kinds):
            place = f"{where}{part} of {name.lower()} {record.id!r}"
            raise InputTypeError(place, f"an object of type {type(value).__name__}", expected, remedy)


def _parts(record: Article | Comment) -> Iterator[tuple[str, object, tuple[type, ...], str, str]]:
    """Yield name, value, types, their names and remedy of each part."""
    yield "id", record.id, (str,), "a str", "Use id=str(...)."
    if isinstance(record, Article):
        yield "comments", record.comments, (tuple, list), "a tuple of Comment", "Use comments=(Comment(...),)."
    texts = ("author", "url", "source", "lang") if isinstance(record, Article) else ("author", "parent_id")
    for part in texts:
        yield part, getattr(record, part), (str, type(None)), "a str, or None", "Use str(...), or leave it out."
    remedy = "Use datetime.fromisoformat(...), or leave it out."
    yield "date", record.date, (datetime, type(None)), "a datetime, or None", remedy


def repeated_comment(identifier: str, where: str) -> RecordError:
    """Return the error of a second comment of one id: an answer to it would have two parents."""
    remedy = "Rename or remove one of the two."
    return RecordError(where, f"the id {identifier!r} a second time", "one comment an id", remedy)


def source_file(source: str) -> str:
    """Return the file of a source, without the record in it.

    Examples
    --------
    >>> source_file("avis.jsonl, line 12"), source_file("pages.zip!une.html")
    ('avis.jsonl', 'pages.zip!une.html')
    """
    head, comma, tail = source.rpartition(", ")
    return head if comma and tail[-1:].isdigit() else source
