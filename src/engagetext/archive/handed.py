"""Articles that a program hands over -> those that a job can score; what it cannot is told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from engagetext.errors import InputTypeError, RecordError
from engagetext.records import (
    Article,
    Comment,
    KnownIds,
    check_types,
    repeated,
    stranded_comments,
    without_faulty_parts,
)

Reject = Callable[[RecordError], None]


def handed_articles(items: Iterable[object], reject: Reject) -> Iterator[Article]:
    """Yield the articles that can be scored.

    A part of another type that a record can do without is left out. A wrong `id` or `comments`, and a second record of
    one id, make a reject of the record; the comments under such an article are rejects as well.

    Parameters
    ----------
    items : iterable
        What is no article is rejected.
    reject : callable
        Called with the error of each record that cannot be used.
    """
    known = KnownIds()
    for number, item in enumerate(items, start=1):
        where = f"item {number}"
        if not isinstance(item, Article):
            found = f"an object of type {type(item).__name__}"
            reject(RecordError(where, found, "an Article", "Wrap a text: Article(id=..., text=...)."))
            continue
        article = without_faulty_parts(item)
        error = _type_error(article, f"article {article.id!r}", where)
        if error is None and not known.add(article.id):
            error = repeated("article", article.id, where)
        if error is None:
            yield replace(article, comments=tuple(_usable_comments(article, where, reject)))
            continue
        reject(error)
        for left in stranded_comments(article, where):
            reject(left)


def _usable_comments(article: Article, where: str, reject: Reject) -> Iterator[Comment]:
    known: set[str] = set()
    for number, given in enumerate(article.comments, start=1):
        comment = without_faulty_parts(given) if isinstance(given, Comment) else given
        place = f"comment {number} of article {article.id!r}"
        error = _type_error(comment, place, where)
        if error is None and comment.id in known:
            error = repeated("comment", comment.id, f"{where}, {place}")
        if error is not None:
            reject(error)
            continue
        # A comment without a text will be rejected for it: it takes its id from no other.
        if isinstance(comment.text, str) and comment.text.strip():
            known.add(comment.id)
        yield comment


def _type_error(record: object, name: str, where: str) -> RecordError | None:
    try:
        check_types(record, name)
    except InputTypeError as error:
        return RecordError(f"{where}, {error.where}", error.found, error.expected, error.remedy)
    return None
