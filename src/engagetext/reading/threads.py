"""Comment threads of web pages: WordPress markup, schema.org microdata, JSON-LD.

References
----------
.. [1] https://schema.org/Comment: the properties `text`, `author`, `dateCreated`, `parentItem`.
.. [2] WordPress, `Walker_Comment`: `li.comment#comment-<id>`, `.comment-author .fn`, `.comment-content`.
"""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from engagetext.reading.build import RawComment
from engagetext.reading.markup import element_text, fragment_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKUP = (
    ".//*[self::li or self::div or self::article][starts-with(@id, 'comment-') or starts-with(@id, 'li-comment-')]"
    "[contains(concat(' ', normalize-space(@class), ' '), ' comment ')"
    " or contains(@class, 'depth-') or contains(@class, 'comment-item')]"
)
_MICRODATA = ".//*[contains(@itemtype, 'schema.org/Comment') or contains(@itemtype, 'schema.org/UserComments')]"
_CONTENT = ("comment-content", "comment-text", "comment_text", "comment-body-text", "comment-message")
_NOT_CONTENT = ("comment-author", "comment-meta", "comment-metadata", "reply", "comment-awaiting-moderation", "says")


def take_threads(page: "HtmlElement") -> list[RawComment]:
    """Return the comments of a page and remove those in its markup from the tree.

    A comment that the page gives in two ways is returned once.

    Parameters
    ----------
    page : HtmlElement
        The tree; it is changed.

    Returns
    -------
    list of RawComment
        In the order of the page.
    """
    structured = list(_json_ld(page))
    # Themes put microdata inside WordPress markup, whose elements hold the ids and the nesting: those come first.
    found = list(_from_elements(page.xpath(_MARKUP), _from_wordpress))
    found += _from_elements(page.xpath(_MICRODATA), _from_microdata)
    seen: set[str] = set()
    comments = []
    for comment in [*found, *structured]:
        key = " ".join(comment.text.split())
        if key and key not in seen:
            seen.add(key)
            comments.append(comment)
    return comments


def _from_elements(
    elements: list["HtmlElement"], read: Callable[["HtmlElement", str, str | None], RawComment]
) -> Iterator[RawComment]:
    """Read comments, each freed of those nested in it; the elements leave the page."""
    ids = {element: _own_id(element, number) for number, element in enumerate(elements, start=1)}
    parents = {
        element: next((ids[above] for above in element.iterancestors() if above in ids), None) for element in ids
    }
    for element in reversed(elements):
        _detach(element)
    for element in elements:
        yield read(element, ids[element], parents[element])


def _detach(element: "HtmlElement") -> None:
    parent = element.getparent()
    if parent is not None:
        element.tail = None
        parent.remove(element)


def _own_id(element: "HtmlElement", number: int) -> str:
    name = element.get("id") or element.get("data-comment-id") or element.get("itemid")
    return _short(name) if name else str(number)


def _short(name: str) -> str:
    """Return the id behind `#comment-12`, `li-comment-12` or `https://…#comment-12`."""
    name = name.rsplit("#", 1)[-1]
    for prefix in ("li-comment-", "div-comment-", "comment-"):
        name = name.removeprefix(prefix)
    return name


def _by_class(element: "HtmlElement", *names: str) -> "HtmlElement | None":
    for name in names:
        found = element.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
        if found:
            return found[0]
    return None


def _by_property(element: "HtmlElement", *names: str) -> "HtmlElement | None":
    for name in names:
        found = element.xpath(f".//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' {name} ')]")
        if found:
            return found[0]
    return None


def _line(element: "HtmlElement | None") -> str | None:
    return None if element is None else " ".join(element_text(element).split()) or None


def _from_wordpress(element: "HtmlElement", comment_id: str, parent_id: str | None) -> RawComment:
    author = _line(_by_class(element, "fn", "comment-author-name", "comment-author", "author")) or _author(element)
    times = element.xpath(".//time[@datetime]")
    date = times[0].get("datetime") if times else _line(_by_class(element, "comment-metadata", "comment-date", "date"))
    content = _by_class(element, *_CONTENT)
    if content is None:
        content = _by_property(element, "text", "commentText")
    if content is None:
        for name in _NOT_CONTENT:
            while (part := _by_class(element, name)) is not None:
                _detach(part)
        content = element
    return RawComment(comment_id, element_text(content), author, date, parent_id)


def _author(element: "HtmlElement") -> str | None:
    author = _by_property(element, "author", "creator")
    if author is None:
        return None
    names = author.xpath(".//*[@itemprop='name']")
    author = names[0] if names else author
    return author.get("content") or _line(author)


def _from_microdata(element: "HtmlElement", comment_id: str, parent_id: str | None) -> RawComment:
    time = _by_property(element, "dateCreated", "datePublished", "commentTime")
    text = _by_property(element, "text", "commentText", "description")
    parent = _by_property(element, "parentItem")
    if parent is not None:
        target = parent.get("href") or parent.get("content") or _line(parent)
        parent_id = _short(target) if target else parent_id
    return RawComment(
        comment_id,
        "" if text is None else text.get("content") or element_text(text),
        _author(element),
        None if time is None else time.get("datetime") or time.get("content") or _line(time),
        parent_id,
    )


def json_ld(page: "HtmlElement") -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, outer ones first; broken blocks are left out."""
    for script in page.xpath(".//script[@type='application/ld+json']"):
        try:
            stack = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                yield value
                stack.extend(reversed(list(value.values())))
            elif isinstance(value, list):
                stack.extend(reversed(value))


def _json_ld(page: "HtmlElement") -> Iterator[RawComment]:
    parents: dict[int, str] = {}
    number = 0
    for value in json_ld(page):
        kinds = value.get("@type", "")
        if "Comment" not in (kinds if isinstance(kinds, list) else [kinds]):
            continue
        number += 1
        name = value.get("@id") or value.get("identifier") or value.get("url")
        comment_id = _short(name) if isinstance(name, str) and name else f"ld-{number}"
        replies = value.get("comment", [])
        for reply in replies if isinstance(replies, list) else [replies]:
            parents[id(reply)] = comment_id
        text = value.get("text") or value.get("description") or ""
        date = value.get("dateCreated") or value.get("datePublished")
        parent = value.get("parentItem")
        target = parent.get("@id") if isinstance(parent, dict) else parent
        yield RawComment(
            comment_id,
            fragment_text(text) if isinstance(text, str) else "",
            _person(value.get("author") or value.get("creator")),
            date if isinstance(date, str) else None,
            _short(target) if isinstance(target, str) else parents.get(id(value)),
        )


def _person(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) and value.strip() else None
