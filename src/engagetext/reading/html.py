"""A saved HTML page -> title, date, author, body and comment thread."""

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from engagetext.errors import MissingExtraError
from engagetext.reading.build import RawComment
from engagetext.reading.markup import element_text, load_lxml, parse_html
from engagetext.reading.plain import drop_furniture
from engagetext.reading.threads import json_ld, take_threads

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Report", "WebPage")


def declared_charset(head: bytes) -> str | None:
    """Return the encoding that a page declares in a meta element, if any."""
    found = _CHARSET.search(head[:4096])
    return found[1].decode("ascii", "replace") if found else None


def read_html(source: str, where: str = "HTML") -> tuple[str, dict[str, str], list[RawComment]]:
    """Part a page into body, meta data and comments.

    Parameters
    ----------
    source : str
        The page.
    where : str
        What errors call it.

    Returns
    -------
    body : str
        The article's text, without furniture; empty if none is found.
    meta : dict of str to str
        `title`, `date`, `author`, `url`, `lang` where the page tells them.
    comments : list of RawComment

    Raises
    ------
    MissingExtraError
        If trafilatura, or something that it needs, is not installed.
    RecordError
        If the page is nested too deep.
    """
    try:
        from trafilatura import bare_extraction
    except ImportError as error:
        # The reason is told: trafilatura may be there, and `lxml_html_clean`, which it needs, not.
        found = f"no working trafilatura ({str(error).partition(chr(10))[0]})"
        raise MissingExtraError(where, found, "trafilatura", 'Run: pip install "engagetext[web]".') from error
    page = parse_html(source, where)
    if page is None:
        return "", {}, []
    meta = _meta(page)
    comments = take_threads(page)
    # The tree is written out again: without the comments, trafilatura cannot take them for the article.
    rest = load_lxml().tostring(page, encoding="unicode")
    try:
        extracted: Any = bare_extraction(rest, include_comments=False, include_tables=True, with_metadata=True)
    except (RecursionError, ValueError, TypeError, AttributeError, LookupError):
        extracted = None  # its own faults on odd pages are no reason to lose one
    if extracted is None:
        return _fallback(page), meta, comments
    for key, value in (
        ("title", extracted.title),
        ("date", extracted.date),
        ("author", extracted.author),
        ("url", extracted.url),
    ):
        if value and not meta.get(key):
            meta[key] = str(value)
    body = drop_furniture(extracted.text or "").strip()
    if not body:
        return _fallback(page), meta, comments
    # trafilatura parts paragraphs by one line break and marks items of lists by a hyphen.
    lines = [re.sub(r"^- ", "• ", line) for line in body.splitlines() if line]
    return _without_title("\n\n".join(_mended(lines, page)), meta.get("title")), meta, comments


def _mended(lines: list[str], page: "HtmlElement") -> list[str]:
    """Join lines that are one block of the page: of a small page trafilatura parts the text at every tag."""
    blocks = {_squeezed(block): block for block in re.split(r"\n+", element_text(page))}
    ordered, squeezed = sorted(blocks), [_squeezed(line) for line in lines]

    def begins_a_block(text: str) -> bool:
        place = bisect_left(ordered, text)
        return place < len(ordered) and ordered[place].startswith(text)

    mended: list[str] = []
    at = 0
    while at < len(lines):
        text, end = squeezed[at], at + 1
        while text not in blocks and end < len(lines) and begins_a_block(text):
            text, end = text + squeezed[end], end + 1
        if end - at > 1 and text in blocks:
            mended.append(blocks[text])
            at = end
        else:
            mended.append(lines[at])
            at += 1
    return mended


def _squeezed(text: str) -> str:
    return re.sub(r"\s+|^• ", "", text)


def _without_title(body: str, title: str | None) -> str:
    first, _, rest = body.partition("\n\n")
    return rest if title and first.strip() == title.strip() else body


def _fallback(page: "HtmlElement") -> str:
    """Return the text of the page's paragraphs, or all of it, where no article can be told from the rest."""
    parts = page.xpath(".//p") or page.xpath("./body") or [page]
    return drop_furniture("\n\n".join(filter(None, (element_text(part) for part in parts))))


def _meta(page: "HtmlElement") -> dict[str, str]:
    def content(*names: str) -> str | None:
        for name in names:
            values = page.xpath(f".//meta[@property='{name}' or @name='{name}']/@content")
            if values and values[0].strip():
                return str(values[0]).strip()
        return None

    linked = _article_object(page)
    headings = page.xpath(".//h1")
    titles = page.xpath(".//title")
    values: dict[str, str | None] = {
        "title": content("og:title")
        or _string(linked.get("headline"))
        or (element_text(headings[0]) if headings else None)
        or (element_text(titles[0]) if titles else None),
        "date": content("article:published_time", "datePublished", "date", "dc.date")
        or _string(linked.get("datePublished"))
        or next(iter(page.xpath(".//time[contains(@class, 'published')]/@datetime")), None),
        "author": content("author", "article:author", "dc.creator") or _author(linked.get("author")),
        "url": next(iter(page.xpath(".//link[@rel='canonical']/@href")), None) or content("og:url"),
        "lang": page.get("lang") or content("og:locale"),
    }
    return {key: str(value) for key, value in values.items() if value}


def _article_object(page: "HtmlElement") -> dict[str, Any]:
    for value in json_ld(page):
        kinds = value.get("@type")
        if any(kind in _ARTICLES for kind in (kinds if isinstance(kinds, list) else [kinds])):
            return value
    return {}


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _author(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    return _string(value.get("name")) if isinstance(value, dict) else _string(value)
