"""WordPress exports (WXR) and other RSS files: posts with their comments, streamed.

Drafts and trashed posts, attachments, menus, comments marked as spam or trash, and pingbacks and trackbacks are left
out: they were never to be read on the site. E-mail and IP addresses of commenters are never read. Characters that XML
forbids, which WordPress lets through, become U+FFFD.
"""

import codecs
import re
from collections.abc import Iterator
from html.entities import html5
from typing import TYPE_CHECKING, cast

from engagetext.errors import MissingExtraError, RecordError
from engagetext.findings import language_code
from engagetext.reading.build import RawComment, build_comments, read_date
from engagetext.reading.encoding import sniff_encoding
from engagetext.reading.limits import MAX_RECORD
from engagetext.reading.markup import fragment_text
from engagetext.reading.streams import ByteStream, Reject
from engagetext.records import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPES = ("post", "page", "")
_STATUSES = ("publish", "private", "future", "")
_APPROVED = ("1", "0", "", "approve", "approved", "hold")
PINGS = ("pingback", "trackback")
_CHUNK = 65_536
# Everything that may stand before the root, save a DOCTYPE.
_PROLOG = re.compile(r"\s*(?:(?:<\?.*?\?>|<!--.*?-->)\s*)*", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_ROOTS = ("rss", "RDF", "channel")
_ENCODING = re.compile(r"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]+)")
_LATIN = re.compile(r"iso-?8859-?1|windows-?1252|cp1252|latin-?1", re.IGNORECASE)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_LONGEST_ENTITY = 34
_NOT_UTF8 = re.compile("[\udc80-\udcff]+")
# Marks that WordPress turns into something else before anybody reads them.
_SHORTCODE = re.compile(r"\[/?(?:caption|gallery|embed|audio|video|playlist|vc_\w+|et_pb_\w+)\b[^\]]{0,500}\]")


def read_wordpress(stream: ByteStream, reject: Reject) -> Iterator[Article]:
    """Yield the posts of an export.

    Parameters
    ----------
    stream : ByteStream
        The export.
    reject : callable
        Called with the error of what cannot be used; posts that stand before it are yielded.

    Yields
    ------
    Article

    Raises
    ------
    MissingExtraError
        If lxml is not installed.
    RecordError
        If the file is no export, or declares a DOCTYPE: told before anything of it is parsed.
    """
    try:
        from lxml import etree
    except ImportError as error:
        remedy = 'Run: pip install "engagetext[web]".'
        raise MissingExtraError(stream.name, f"no lxml ({error})", "lxml", remedy) from error
    encoding = _check_prolog(stream)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=("item", "{*}author", "{*}category", "{*}tag", "{*}term"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    number = since = 0
    lang = None
    for chunk in _chunks(stream, encoding):
        failure = None
        since += len(chunk)
        try:
            parser.feed(chunk) if chunk else parser.close()
        except etree.XMLSyntaxError as error:
            failure = error
        for _, event in parser.read_events():
            element = cast("_Element", event)
            parent = element.getparent()
            if element.tag != "item" and (parent is None or parent.tag != "channel"):
                continue
            since = 0
            if lang is None and parent is not None:
                lang = parent.findtext("language")
            if element.tag == "item":
                number += 1
                yield from _articles(element, f"{stream.name}, item {number}", f"{stream.id}#{number}", lang, reject)
            # What was read is let go, with what stands before it: memory stays that of one post.
            element.clear()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
        place = f"{stream.name}, after item {number}"
        if failure is not None:
            found = f"broken XML: {(failure.msg or '?').splitlines()[0]}"
            remedy = "Export the site again; the posts before this place were read."
            raise RecordError(place, found, "a complete export", remedy) from failure
        if since > MAX_RECORD + _CHUNK:
            found = f"more than {MAX_RECORD:,} bytes without an <item>"
            raise RecordError(place, found, "posts of at most that size", "Remove what stands there from the export.")
    if number == 0:
        raise RecordError(stream.name, "XML without any <item>", "a WordPress export", "Export all content (WXR).")


def _check_prolog(stream: ByteStream) -> str:
    """Return the encoding of an export; refuse a DOCTYPE, whatever the encoding that hides it, and other roots."""
    head = stream.head()
    sniffed = sniff_encoding(head)
    text = head.decode(sniffed or "utf-8", "replace").lstrip("\ufeff")
    rest = text[_PROLOG.match(text).end() :]  # type: ignore[union-attr]  # it matches the empty string
    if rest.startswith("<!") and not rest.startswith("<!--"):
        remedy = "Remove the <!DOCTYPE …> declaration if you trust the file."
        found = "a DOCTYPE, which may define entities"
        raise RecordError(stream.name, found, "an export as WordPress writes it", remedy)
    root = _ROOT.match(rest)
    if root is None or root[1] not in _ROOTS:
        found = f"XML without any <item>: its root is {root[1][:40] if root else 'not to be found'}"
        raise RecordError(stream.name, found, "a WordPress export", "Export all content (WXR).")
    if sniffed is not None:
        return sniffed
    declared = _ENCODING.match(text.lstrip())
    return "cp1252" if declared and _LATIN.fullmatch(declared[1]) else "utf-8"


def _chunks(stream: ByteStream, encoding: str) -> Iterator[bytes]:
    """Yield the export in UTF-8, as XML may be, and an empty chunk at its end.

    It is recoded here, not by the parser: then no encoding hides anything, and a stray byte or an entity of HTML costs
    itself only.
    """
    decoder = codecs.getincrementaldecoder(encoding)("surrogateescape" if encoding.startswith("utf-8") else "replace")
    ended = False
    rest = ""
    while not ended:
        raw = stream.raw.read(_CHUNK)
        ended = not raw
        text = rest + _FORBIDDEN.sub("\ufffd", _NOT_UTF8.sub(_as_cp1252, decoder.decode(raw, ended)))
        # An entity may be cut by the end of the chunk.
        start = text.rfind("&", len(text) - _LONGEST_ENTITY if len(text) > _LONGEST_ENTITY else 0)
        text, rest = (text, "") if ended or start < 0 or ";" in text[start:] else (text[:start], text[start:])
        if text:
            yield _ENTITY.sub(_as_character, text).encode("utf-8")
    yield b""


def _as_character(found: re.Match[str]) -> str:
    """Return the letter that HTML means by an entity, which XML does not know: one `&nbsp;` would end the reading."""
    character = html5.get(f"{found[1]};", "<")
    return found[0] if character in "<>&\"'" else character


def _as_cp1252(found: re.Match[str]) -> str:
    return found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _fields(element: "_Element") -> dict[str, str]:
    """Return the texts of an element's children by local name; `content` for `content:encoded`."""
    fields: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str):
            space, _, name = child.tag.rpartition("}")
            if name == "encoded":
                name = "content" if "content" in space else "excerpt"
            if name == "category":  # `category` or `post_tag`, one element a value
                name = child.get("domain") or name
                if name in fields:
                    fields[name] += f", {_text(child)}"
            fields.setdefault(name, _text(child))
    return fields


def _text(element: "_Element") -> str:
    parts = [element.text or ""]
    for inner in element.iterdescendants():
        parts.append(inner.text or "" if isinstance(inner.tag, str) else "")
        parts.append(inner.tail or "")
    return "".join(parts).strip()


def _articles(item: "_Element", where: str, default_id: str, lang: str | None, reject: Reject) -> Iterator[Article]:
    fields = _fields(item)
    if fields.get("post_type", "") not in _TYPES or fields.get("status", "") not in _STATUSES:
        return
    try:
        meta = {name: fields[name] for name in ("category", "post_tag") if fields.get(name)}
        date, meta_left = read_date(_date(fields, "post_date") or fields.get("pubDate"), meta)
        content = _SHORTCODE.sub("", fields.get("content") or fields.get("description", ""))
        article = Article(
            id=fields.get("post_id") or fields.get("guid") or fields.get("link") or default_id,
            text=fragment_text(content),
            title=fragment_text(fields.get("title", "")) or None,
            date=date,
            author=fields.get("creator") or None,
            url=fields.get("link") or None,
            source=where,
            lang=language_code(lang or "") or None,
            comments=build_comments(_comments(item), where, reject),
            meta=meta_left,
        )
    except RecordError as error:
        reject(error)
        return
    yield article


def _date(fields: dict[str, str], name: str) -> str | None:
    gmt = fields.get(f"{name}_gmt", "")
    # A draft that was published by hand has a zero here; then the local date counts.
    return f"{gmt}+00:00" if gmt and not gmt.startswith("0000") else fields.get(name)


def _comments(item: "_Element") -> Iterator[RawComment]:
    for element in item:
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] != "comment":
            continue
        fields = _fields(element)
        if fields.get("comment_approved", "") in _APPROVED and fields.get("comment_type", "") not in PINGS:
            parent = fields.get("comment_parent", "")
            yield RawComment(
                fields.get("comment_id"),
                fragment_text(fields.get("comment_content", "")),
                fields.get("comment_author") or None,
                _date(fields, "comment_date"),
                None if parent in ("", "0") else parent,
            )
