"""Comment threads of web pages: WordPress markup, schema.org microdata, JSON-LD.

Nothing here recurses: a thread may nest deeper than Python's stack.

References
----------
.. [1] https://schema.org/Comment: the properties `text`, `author`, `dateCreated`, `parentItem`.
.. [2] WordPress, `Walker_Comment`: `li.comment#comment-<id>`, `.comment-author .fn`, `.comment-content`.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engagetext.reading.build import RawComment
from engagetext.reading.markup import element_text, fragment_text

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ITEMTYPE = re.compile(r"schema\.org/(?:User)?Comments?\b")
_ID = re.compile(r"(?:li-|div-)?comment-?(\d+)")
_PREFIX = re.compile(r"^(?:li-|div-)?comment-")
_LINKED_ID = re.compile(r"(?:[?&]replytocom=|#(?:li-|div-)?comment-?)(\w+)")
_CLASSES = frozenset(["comment", "commentaire", "comment-item", "comment-entry"])
_PINGS = frozenset(["pingback", "trackback"])
_CONTENT = ("comment-content", "comment-text", "comment_text", "comment-body-text", "comment-message")
_NOT_CONTENT = ("comment-author", "comment-meta", "comment-metadata", "reply", "comment-awaiting-moderation", "says")
_AUTHOR = ("fn", "comment-author-name", "comment-author", "author", "commenter")
_DATE = ("comment-metadata", "comment-date", "date", "comment-meta")
_ANSWERED = ("in-reply-to", "comment-parent", "reply-to", "comment-reply-to")
# What is left of a thread once its comments are taken out: a heading, a form, a link to sign in.
_REMAINS = (
    ".//*[@id='respond' or @id='comments' or @id='commentform' or contains(@class, 'comment-respond')"
    " or contains(@class, 'comments-area') or contains(@class, 'comment-list') or contains(@class, 'commentlist')]"
)
_MAX_REMAINS = 600  # characters; more is a page that wraps its article in `#comments`


def take_threads(page: "HtmlElement") -> list[RawComment]:
    """Return the comments of a page and remove those in its markup from the tree.

    A comment that the page gives in its markup and in JSON-LD is returned once; pingbacks and trackbacks are left out.

    Parameters
    ----------
    page : HtmlElement
        The tree; it is changed.

    Returns
    -------
    list of RawComment
        In the order of the page.
    """
    structured = list(_json_ld_comments(page))
    found = list(_from_markup(page))
    for element in page.xpath(_REMAINS):
        if element.getparent() is not None and len(element_text(element)) < _MAX_REMAINS:
            element.drop_tree()
    return _merged(found, structured)


def _merged(found: list[RawComment], structured: list[RawComment]) -> list[RawComment]:
    """Add what JSON-LD alone knows. Within one way equal texts stay: two readers may both write « Merci ! »."""
    by_text: dict[str, list[RawComment]] = {}
    for comment in found:
        by_text.setdefault(_key(comment), []).append(comment)
    by_id = {comment.id for comment in found}
    names: dict[str | None, str | None] = {}
    added = []
    for comment in structured:
        twins = by_text.get(_key(comment))
        if twins:
            names[comment.id] = twins.pop(0).id
        elif comment.id not in by_id:
            added.append(comment)
    return found + [replace(one, parent_id=names.get(one.parent_id, one.parent_id)) for one in added]


def _key(comment: RawComment) -> str:
    return " ".join(comment.text.split())


def _from_markup(page: "HtmlElement") -> Iterator[RawComment]:
    """Read comments, each freed of those nested in it; the elements leave the page."""
    elements: dict[HtmlElement, HtmlElement | None] = {}  # -> the comment around it
    inner: dict[HtmlElement, HtmlElement] = {}  # second element of a comment -> its first
    for element in page.iter("li", "div", "article", "section"):
        if not _is_comment(element):
            continue
        above = next((one for one in element.iterancestors() if one in elements or one in inner), None)
        outer = None if above is None else inner.get(above, above)
        if outer is not None and _is_same(outer, element):
            inner[element] = outer
        else:
            elements[element] = outer
    names: dict[HtmlElement, str] = {}
    for element in reversed(list(elements)):
        element.drop_tree()
    for number, (element, outer) in enumerate(elements.items(), start=1):
        names[element] = _own_id(element) or f"n{number}"
        if not _PINGS.intersection(_tokens(element)):
            comment = _read_comment(element, names[element], None if outer is None else names[outer])
            if comment.text or comment.author:
                yield comment


def _tokens(element: "HtmlElement") -> list[str]:
    return (element.get("class") or "").split()


def _is_comment(element: "HtmlElement") -> bool:
    if _ITEMTYPE.search(element.get("itemtype") or "") or _ID.fullmatch(element.get("id") or ""):
        return True
    return not _CLASSES.isdisjoint(_tokens(element)) and (
        element.get("data-comment-id") is not None or _by_class(element, *_CONTENT) is not None
    )


def _is_same(outer: "HtmlElement", element: "HtmlElement") -> bool:
    """Tell whether two nested elements are one comment: by their ids, else by where the text stands."""
    ids = _attribute_id(outer), _attribute_id(element)
    if all(ids):
        return ids[0] == ids[1]
    contents = outer.xpath(".//*[@itemprop='text' or @itemprop='commentText']") or [
        part for name in _CONTENT for part in _all_by_class(outer, name)
    ]
    return not contents or element in (contents[0], *contents[0].iterancestors())


def _attribute_id(element: "HtmlElement") -> str | None:
    return _short(element.get("id")) or element.get("data-comment-id") or _short(element.get("itemid"))


def _own_id(element: "HtmlElement") -> str | None:
    if (name := _attribute_id(element)) is not None:
        return name
    for part in element.xpath(".//*[@id or @data-commentid or @data-comment-id]"):
        found = _ID.fullmatch(part.get("id") or "")
        name = found[1] if found else part.get("data-commentid") or part.get("data-comment-id")
        if name:
            return str(name)
    answered = [part for name in _ANSWERED for part in _all_by_class(element, name)]
    for link in element.xpath(".//a[@href]"):
        if not any(part in answered for part in (link, *link.iterancestors())):
            linked = _LINKED_ID.search(link.get("href"))
            if linked:
                return linked[1]
    return None


def _short(name: str | None) -> str | None:
    """Return the id behind `#comment-12`, `li-comment-12` or `https://…#comment-12`."""
    if not name:
        return None
    name = _PREFIX.sub("", name.rsplit("#", 1)[-1])
    return name or None


def _all_by_class(element: "HtmlElement", name: str) -> list["HtmlElement"]:
    return list(element.xpath(f".//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"))


def _by_class(element: "HtmlElement", *names: str) -> "HtmlElement | None":
    return next((found[0] for name in names if (found := _all_by_class(element, name))), None)


def _by_property(element: "HtmlElement", *names: str) -> "HtmlElement | None":
    for name in names:
        found = element.xpath(f".//*[contains(concat(' ', normalize-space(@itemprop), ' '), ' {name} ')]")
        if found:
            return found[0]
    return None


def _line(element: "HtmlElement | None") -> str | None:
    if element is None:
        return None
    return " ".join((element.get("content") or element_text(element)).replace("•", " ").split()) or None


def _read_comment(element: "HtmlElement", comment_id: str, parent_id: str | None) -> RawComment:
    """Read one comment: each property by its microdata, then by the classes of WordPress."""
    for part in _all_by_class(element, "says"):
        part.drop_tree()
    author = _by_property(element, "author", "creator")
    if author is not None:
        named = _by_property(author, "name")
        author = author if named is None else named
    else:
        author = _by_class(element, *_AUTHOR)
    author_name = _line(author) or next((_line(cite) for cite in element.xpath(".//cite")[:1]), None)
    time = _by_property(element, "dateCreated", "datePublished", "commentTime")
    if time is None:
        time = next(iter(element.xpath(".//time[@datetime]")), None)
    date = (time.get("datetime") or _line(time)) if time is not None else _line(_by_class(element, *_DATE))
    parent = _answered(element) or parent_id
    return RawComment(comment_id, _content(element), author_name, date, parent)


def _answered(element: "HtmlElement") -> str | None:
    """Return the comment that this one names as answered, whatever stands around it."""
    named = element.get("data-parent-id") or element.get("data-parent") or element.get("data-comment-parent")
    if named:
        return None if named == "0" else _short(str(named))
    parent = _by_property(element, "parentItem")
    if parent is not None:
        inner = _by_property(parent, "url", "identifier")
        target = parent if inner is None else inner
        return _short(target.get("href") or target.get("content") or parent.get("itemid") or _line(target))
    for name in _ANSWERED:
        for part in _all_by_class(element, name):
            for link in [part, *part.xpath(".//a[@href]")]:
                found = _LINKED_ID.search(link.get("href") or "")
                if found:
                    return found[1]
    return None


def _content(element: "HtmlElement") -> str:
    content = _by_property(element, "text", "commentText", "description")
    if content is None:
        content = _by_class(element, *_CONTENT)
    if content is not None:
        return str(content.get("content") or element_text(content))
    for part in [*(part for name in _NOT_CONTENT for part in _all_by_class(element, name)), *element.xpath(".//cite")]:
        if part.getparent() is not None:
            part.drop_tree()
    return element_text(element)


def json_ld(page: "HtmlElement") -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, outer ones first; broken blocks are left out."""
    for value, _ in _json_ld_objects(page):
        yield value


def _json_ld_objects(page: "HtmlElement") -> Iterator[tuple[dict[str, Any], tuple[str, dict[str, Any]] | None]]:
    """Yield objects, each with the property and the object that it stands in."""
    for script in page.xpath(".//script[starts-with(@type, 'application/ld+json')]"):
        source = re.sub(r"^\s*(?://)?<!\[CDATA\[|(?://)?\]\]>\s*$", "", script.text or "")
        try:
            stack: list[tuple[Any, tuple[str, dict[str, Any]] | None]] = [(json.loads(source), None)]
        except (ValueError, RecursionError):
            continue
        while stack:
            value, place = stack.pop()
            if isinstance(value, dict):
                yield value, place
                stack.extend((inner, (name, value)) for name, inner in reversed(list(value.items())))
            elif isinstance(value, list):
                stack.extend((inner, place) for inner in reversed(value))


def _json_ld_comments(page: "HtmlElement") -> Iterator[RawComment]:
    names: dict[int, str] = {}
    uses: Counter[str] = Counter()
    for value, place in _json_ld_objects(page):
        kinds = value.get("@type") or ""
        typed = "Comment" in (kinds if isinstance(kinds, list) else [kinds])
        inside = place is not None and place[0] == "comment" and isinstance(value.get("text"), str)
        if not typed and not (inside and not kinds):
            continue
        name = next((value[key] for key in ("@id", "identifier", "url") if isinstance(value.get(key), str)), None)
        text = value.get("text") or value.get("description") or ""
        if not isinstance(text, str) or not text.strip():
            continue  # a mere reference to a comment that is described elsewhere
        comment_id = _short(name) or f"ld-{len(names) + 1}"
        uses[comment_id] += 1
        if uses[comment_id] > 1 and name is not None and "#" not in name:
            comment_id = f"ld-{len(names) + 1}"  # some pages give every comment the address of the article
        names[id(value)] = comment_id
        date = value.get("dateCreated") or value.get("datePublished")
        parent = value.get("parentItem")
        target = parent.get("@id") if isinstance(parent, dict) else parent
        around = names.get(id(place[1])) if place is not None else None
        yield RawComment(
            comment_id,
            fragment_text(text),
            _person(value.get("author") or value.get("creator")),
            date if isinstance(date, str) else None,
            _short(target) if isinstance(target, str) and "#" in target else around,
        )


def _person(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    return value if isinstance(value, str) and value.strip() else None
