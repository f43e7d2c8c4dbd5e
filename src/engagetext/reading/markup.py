"""HTML fragments -> readable text, without recursion: a page may nest deeper than Python's stack."""

import re
from typing import TYPE_CHECKING, Any

from engagetext.errors import MissingExtraError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SILENT = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "object", "button", "select", "textarea", "head"]
)
_PARAGRAPHS = re.compile(r"\n\s*\n")
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
        raise MissingExtraError(
            "HTML and WordPress", "no lxml", "lxml", 'Run: pip install "engagetext[web]".'
        ) from error
    return html


def parse_html(source: str) -> "HtmlElement | None":
    """Return the tree of a page or fragment; None if it holds no element and no text."""
    html = load_lxml()
    from lxml import etree

    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        # As bytes: lxml refuses a str that declares an encoding of its own.
        tree = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
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
                if tag == "li":
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
    tree = parse_html(f"<div>{paragraphs}</div>")
    return "" if tree is None else element_text(tree)


def _tidy(text: str) -> str:
    lines = [line.strip(" \t\r\f") for line in text.split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return re.sub(r"• \n+", "• ", joined)
