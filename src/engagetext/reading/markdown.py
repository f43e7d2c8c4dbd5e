"""Markdown -> title, meta data and readable text: headings and lists stay lines, links become their text."""

import re

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
_INLINE = (
    (re.compile(r"!\[[^\]\n]{0,500}\]\([^)\n]{0,2000}\)"), ""),  # images
    (re.compile(r"\[([^\[\]\n]{1,500})\]\([^)\n]{0,2000}\)"), r"\1"),  # links
    (re.compile(r"\[([^\[\]\n]{1,500})\]\[[^\]\n]{0,200}\]"), r"\1"),
    (re.compile(r"<(https?://[^>\s]{1,2000})>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>\n]{0,2000}>"), ""),
    (re.compile(r"(?<!\\)(\*\*|__)(?=\S)([^\n]{1,2000}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*\\])\*(?=\S)([^*\n]{1,2000}?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=\S)([^_\n]{1,2000}?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"`([^`\n]{1,2000})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!>|~])"), r"\1"),
)
_MAX_FRONT = 200  # lines


def read_markdown(source: str) -> tuple[str, dict[str, str]]:
    """Return the text of a Markdown document, and its front matter.

    Parameters
    ----------
    source : str
        The document.

    Returns
    -------
    text : str
        Without code blocks and marks. A first heading of level 1 is taken out of it.
    meta : dict of str to str
        Simple `key: value` lines of the front matter under their English names, and `title`.
    """
    lines = source.replace("\r\n", "\n").split("\n")
    meta, start = _front_matter(lines)
    title, kept = _blocks(_without_comments("\n".join(lines[start:])).split("\n"))
    if title is not None:
        meta.setdefault("title", title)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n"), meta


_FRENCH = {"titre": "title", "auteur": "author", "auteure": "author", "langue": "lang", "lien": "url", "link": "url"}


def _front_matter(lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the values between two lines `---` at the start, and the number of the first line after them."""
    if lines[0].rstrip() != "---":
        return {}, 0
    meta: dict[str, str] = {}
    for number, line in enumerate(lines[1:_MAX_FRONT], start=1):
        if line.rstrip() in ("---", "..."):
            return meta, number + 1
        key, mark, value = line.partition(":")
        if mark and key.strip() and value.strip():
            name = key.strip().lower()
            meta[_FRENCH.get(name, name)] = value.strip().strip("\"'")
    return {}, 0


def _without_comments(source: str) -> str:
    kept = []
    head, mark, rest = source.partition("<!--")
    while mark:
        hidden, closed, rest = rest.partition("-->")
        kept.append(head if closed else head + mark + hidden)
        head, mark, rest = rest.partition("<!--") if closed else ("", "", "")
    return "".join(kept) + head


def _blocks(lines: list[str]) -> tuple[str | None, list[str]]:
    """Return the heading that opens the document, and the lines that are to be read."""
    title = None
    kept: list[str] = []
    fence = None
    for line in lines:
        mark = _FENCE.match(line)
        if fence is not None:
            if mark and mark[1].startswith(fence):
                fence = None
            continue
        if mark:
            fence = mark[1]
            continue
        if _UNDERLINE.fullmatch(line) and kept and kept[-1].strip():
            if title is None and "=" in line and not any(one.strip() for one in kept[:-1]):
                title = kept.pop().strip()
            continue
        if _RULE.fullmatch(line) or _DEFINITION.match(line):
            continue
        heading = _HEADING.fullmatch(line)
        if heading and len(heading[1]) == 1 and title is None and not any(one.strip() for one in kept):
            title = _inline(heading[2])
            continue
        line = heading[2] if heading else re.sub(r"^[ \t]*(?:>[ \t]?)+", "", line)
        kept.append(_inline(re.sub(r"^([ \t]*)[*+-][ \t]+", r"\1• ", line)))
    return title, kept


def _inline(line: str) -> str:
    for rule, replacement in _INLINE:
        line = rule.sub(replacement, line)
    return line
