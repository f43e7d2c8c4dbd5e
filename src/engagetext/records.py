"""What is read: articles and the comments under them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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


def source_file(source: str) -> str:
    """Return the file of a source, without the record in it.

    Examples
    --------
    >>> source_file("avis.jsonl, line 12"), source_file("pages.zip!une.html")
    ('avis.jsonl', 'pages.zip!une.html')
    """
    head, comma, tail = source.rpartition(", ")
    return head if comma and tail[-1:].isdigit() else source
