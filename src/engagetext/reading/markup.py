"""HTML fragments -> readable text, without recursion: a page may nest deeper than Python's stack."""

import re
from html import unescape
from typing import TYPE_CHECKING, Any

from engagetext.errors import MissingExtraError, RecordError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
])  # fmt: skip
_SILENT = frozenset([
    "script", "style", "noscript", "template", "svg", "iframe", "object", "button", "select", "textarea", "head",
])  # fmt: skip
_PARAGRAPHS = re.compile(r"\n\s*\n")
# Control characters, raw or numbered: lxml reads them, and then refuses to move the text that holds them.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\ufffe\uffff]|&#0*(?:[0-8]|1[1-9]|2[0-9]|3[01]|6553[45]);?(?![0-9])"
    "|&#[xX]0*(?:[0-8bBeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF]);?(?![0-9a-fA-F])"
)
_TAG = re.compile(r"<[^<>]*>")
_SPACES = re.compile(r"[ \t\r\n\f]+")


def load_lxml() -> Any:
    """Return `lxml.html`.

    Raises
    ------
    MissingExtraError
        If lxml is not installed.
    """
    try:
        from lxml import html
    except ImportError as error:
        remedy = 'Run: pip install "engagetext[web]".'
        raise MissingExtraError("HTML and WordPress", f"no lxml ({error})", "lxml", remedy) from error
    return html


def parse_html(source: str, where: str = "HTML") -> "HtmlElement | None":
    """Return the tree of a page or fragment; None if it holds no element and no text.

    Raises
    ------
    RecordError
        If elements are nested deeper than the parser goes (2,048): the text below would be lost.
    """
    html = load_lxml()
    from lxml import etree

    # `huge_tree` only lifts the depth from 256, which unclosed tags of real pages reach; documents are bounded before.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        # As bytes: lxml refuses a str that declares an encoding of its own.
        clean = _FORBIDDEN.sub("\ufffd", source).encode("utf-8", "replace")
        tree = html.document_fromstring(clean, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "xcessive depth" in entry.message
           for entry in parser.error_log):  # fmt: skip
        remedy = "Save the page again from a browser, or give its text."
        raise RecordError(where, "HTML nested too deep", "at most 2,048 elements inside each other", remedy)
    return tree


def element_text(element: "HtmlElement") -> str:
    """Return the text of an element: a blank line between blocks, a line a `<br>`, a bullet an item of a list."""
    from lxml import etree

    pieces: list[str] = []
    silent = 0
    for event, node in etree.iterwalk(element, events=("start", "end")):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            silent += tag in _SILENT
            if not silent:
                if tag in _BLOCKS:
                    pieces.append("\n\n")
                if tag == "br":
                    pieces.append("\n")
                if tag == "li" and node is not element:
                    pieces.append("• ")
                pieces.append(_SPACES.sub(" ", node.text or ""))
        else:
            if tag in _BLOCKS and not silent:
                pieces.append("\n\n")
            silent -= tag in _SILENT
            if not silent and node is not element:
                pieces.append(_SPACES.sub(" ", node.tail or ""))
    return _tidy("".join(pieces))


def fragment_text(source: str) -> str:
    """Return the text of an HTML fragment as WordPress keeps it: a blank line in it parts paragraphs as well."""
    if "<" not in source and "&" not in source:
        return _tidy(source)
    paragraphs = _PARAGRAPHS.sub("<p></p>", source).replace("\n", "<br>") if "<p" not in source else source
    try:
        tree = parse_html(f"<div>{paragraphs}</div>")
    except RecordError:  # nested too deep for a tree: its words are kept, its layout is not
        return _tidy(unescape(_TAG.sub("\n", source)))
    return "" if tree is None else element_text(tree)


def _tidy(text: str) -> str:
    lines = [line.strip(" \t\r\f") for line in text.split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return re.sub(r"• \n+", "• ", joined)
