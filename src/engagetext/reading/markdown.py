"""Markdown -> title, meta data and readable text: headings and lists stay lines, links become their text."""

import re

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_RULES = (
    (re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)"), ""),  # images
    (re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)"), r"\1"),  # links
    (re.compile(r"\[([^\]\n]+)\]\[[^\]\n]*\]"), r"\1"),
    (re.compile(r"^\[[^\]\n]+\]:\s.*$", re.MULTILINE), ""),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^>\n]*>"), ""),
    (re.compile(r"^#{1,6}[ \t]+(.*?)[ \t]*#*$", re.MULTILINE), r"\1"),
    (re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[*+][ \t]+", re.MULTILINE), r"\1• "),
    (re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\n{3,}"), "\n\n"),
)
_HEADING = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*\n")


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
        Simple `key: value` lines of the front matter, and `title`.
    """
    source = source.replace("\r\n", "\n")
    meta: dict[str, str] = {}
    if front := _FRONT.match(source):
        for line in front[1].split("\n"):
            key, mark, value = line.partition(":")
            if mark and key.strip() and value.strip():
                meta[key.strip().lower()] = value.strip().strip("\"'")
        source = source[front.end() :]
    source = _FENCE.sub("", _COMMENT.sub("", source))
    if heading := _HEADING.match(source):
        meta.setdefault("title", heading[1])
        source = source[heading.end() :]
    for rule, replacement in _RULES:
        source = rule.sub(replacement, source)
    return source.strip("\n"), meta
