"""WordPress exports (WXR): posts with their comments, streamed.

Drafts and trashed posts, attachments, menus, comments marked as spam or trash, and pingbacks are left out: they were
never to be read on the site. E-mail and IP addresses of commenters are never read.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engagetext.errors import MissingExtraError, RecordError
from engagetext.reading.build import RawComment, build_comments, read_date
from engagetext.reading.markup import fragment_text
from engagetext.reading.sources import ByteStream, Reject
from engagetext.records import Article

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPES = ("post", "page", "")
_STATUSES = ("publish", "private", "future", "")
_APPROVED = ("1", "0", "", "approve", "approved", "hold")
_PINGS = ("pingback", "trackback")


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
    """
    try:
        from lxml import etree
    except ImportError as error:
        raise MissingExtraError(stream.name, "no lxml", "lxml", 'Run: pip install "engagetext[web]".') from error
    if b"<!DOCTYPE" in stream.head() or b"<!ENTITY" in stream.head():
        reject(
            RecordError(
                stream.name,
                "a DOCTYPE, which may define entities",
                "an export as WordPress writes it",
                "Remove the <!DOCTYPE …> declaration if you trust the file.",
            )
        )
        return
    items = etree.iterparse(
        stream.raw,
        events=("end",),
        tag="item",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    number = 0
    try:
        for _, item in items:
            number += 1
            article = _article(item, f"{stream.name}, item {number}", reject)
            if article is not None:
                yield article
            # What was read is let go, with the siblings before it: memory stays that of one post.
            item.clear()
            while item.getprevious() is not None:
                del item.getparent()[0]
    except etree.XMLSyntaxError as error:
        reject(
            RecordError(
                f"{stream.name}, after item {number}",
                f"broken XML: {error.msg.splitlines()[0]}",
                "a complete export",
                "Export the site again; the posts before this place were read.",
            )
        )
        return
    if number == 0:
        reject(RecordError(stream.name, "XML without any <item>", "a WordPress export", "Export all content (WXR)."))


def _fields(element: "_Element") -> dict[str, str]:
    """Return the texts of an element's children by local name; `content` for `content:encoded`."""
    fields: dict[str, str] = {}
    for child in element:
        if isinstance(child.tag, str):
            space, _, name = child.tag.rpartition("}")
            if name == "encoded":
                name = "content" if "content" in space else "excerpt"
            fields.setdefault(name, (child.text or "").strip())
    return fields


def _article(item: "_Element", where: str, reject: Reject) -> Article | None:
    fields = _fields(item)
    if fields.get("post_type", "") not in _TYPES or fields.get("status", "") not in _STATUSES:
        return None
    date, meta = read_date(_date(fields), {})
    return Article(
        id=fields.get("post_id") or fields.get("guid") or fields.get("link") or where,
        text=fragment_text(fields.get("content") or fields.get("description", "")),
        title=fragment_text(fields.get("title", "")) or None,
        date=date,
        author=fields.get("creator") or None,
        url=fields.get("link") or None,
        source=where,
        comments=build_comments(_comments(item), where, reject),
        meta=meta,
    )


def _date(fields: dict[str, str]) -> str | None:
    gmt = fields.get("post_date_gmt", "")
    # A draft that was published by hand has a zero here; then the local date counts.
    return f"{gmt}+00:00" if gmt and not gmt.startswith("0000") else fields.get("post_date") or fields.get("pubDate")


def _comments(item: "_Element") -> Iterator[RawComment]:
    for element in item:
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] != "comment":
            continue
        fields = _fields(element)
        if fields.get("comment_approved", "") in _APPROVED and fields.get("comment_type", "") not in _PINGS:
            gmt = fields.get("comment_date_gmt", "")
            parent = fields.get("comment_parent", "")
            yield RawComment(
                fields.get("comment_id"),
                fragment_text(fields.get("comment_content", "")),
                fields.get("comment_author") or None,
                f"{gmt}+00:00" if gmt and not gmt.startswith("0000") else fields.get("comment_date"),
                None if parent in ("", "0") else parent,
            )
