"""What kind of file a stream is: by its first bytes, then by its suffix."""

import json

from engagetext.errors import RecordError
from engagetext.reading.encoding import sniff_encoding
from engagetext.reading.sources import ByteStream

FORMATS = ("text", "markdown", "html", "wxr", "jsonl", "json", "csv", "tsv", "parquet")
_SUFFIXES = {
    ".txt": "text", ".text": "text", "": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".xml": "wxr", ".wxr": "wxr", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
}  # fmt: skip
_FOREIGN = frozenset(
    [
        ".pdf",
        ".doc",
        ".docx",
        ".odt",
        ".rtf",
        ".xls",
        ".xlsx",
        ".ods",
        ".ppt",
        ".pptx",
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".svg",
        ".mp3",
        ".mp4",
        ".zip",
        ".7z",
        ".rar",
        ".exe",
        ".css",
        ".js",
        ".py",
        ".ico",
        ".woff",
        ".woff2",
        ".sqlite",
        ".db",
    ]
)


def sniff_format(stream: ByteStream) -> str:
    """Return the format of a stream.

    Raises
    ------
    RecordError
        If it is of a kind that no reader knows.
    """
    head = stream.head()
    if head.startswith(b"PAR1"):
        return "parquet"
    suffix = stream.suffix
    if suffix in _FOREIGN or head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0")):
        raise RecordError(
            stream.name, f"a file of another kind ({suffix or 'by its content'})", f"one of {', '.join(FORMATS)}",
            "Export its text, or leave it out.",
        )  # fmt: skip
    text = head.decode(sniff_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")
    start = text[:2000].lower()
    if start.startswith(("<!doctype html", "<html")) or ("<html" in start and start.startswith("<")):
        return "html"
    if start.startswith("<?xml") or start.startswith("<rss") or "wordpress.org/export" in start:
        return "wxr"
    if suffix in (".jsonl", ".ndjson"):
        return "jsonl"
    if text.startswith("{") and suffix != ".json" and _is_object(text.split("\n", 1)[0]):
        return "jsonl"
    if text.startswith(("{", "[")) and suffix == ".json":
        return "jsonl" if _is_object(text.split("\n", 1)[0]) and "\n{" in text else "json"
    return _SUFFIXES.get(suffix, "text")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
