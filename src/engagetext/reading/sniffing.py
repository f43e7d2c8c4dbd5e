"""What kind of file a stream is: by its first bytes, then by its suffix."""

import json
import re

from engagetext.errors import RecordError
from engagetext.reading.encoding import sniff_encoding
from engagetext.reading.fields import has_text_column
from engagetext.reading.streams import ByteStream

FORMATS = ("text", "markdown", "html", "wxr", "jsonl", "json", "csv", "tsv", "parquet")
_SUFFIXES = {
    ".txt": "text", ".text": "text", "": "text", ".md": "markdown", ".markdown": "markdown", ".html": "html",
    ".htm": "html", ".xhtml": "html", ".xml": "wxr", ".wxr": "wxr", ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json", ".csv": "csv", ".tsv": "tsv", ".parquet": "parquet",
}  # fmt: skip
# Files of these kinds lie in folders beside texts; none is read, each is reported.
FOREIGN_SUFFIXES = frozenset([
    ".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp", ".epub", ".png", ".jpg",
    ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".ico", ".mp3", ".mp4", ".wav", ".ogg", ".avi", ".mov",
    ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst", ".jar", ".exe", ".dll", ".so", ".css", ".js", ".py", ".pyc", ".woff",
    ".woff2", ".ttf", ".sqlite", ".db", ".pkl", ".npz", ".npy", ".bin",
])  # fmt: skip
_SHEETS = (".xls", ".xlsx", ".ods")
_SAVE_AS_CSV = "Save it as CSV (UTF-8): in Excel « Fichier, Enregistrer sous, CSV UTF-8 », one sheet a file."
_FOREIGN_HEADS = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"BZh9", b"\xfd7zXZ",
    b"7z\xbc\xaf", b"Rar!", b"{\\rtf", b"\x7fELF", b"SQLite format 3",
)  # fmt: skip
_HTML = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_OBJECT = re.compile(r'(?:\[\s*)?\{\s*"(?:[^"\\\n]|\\.)*"\s*:')
_HEADER_CELL = re.compile(r"\"?[\w .’'/()-]{1,40}\"?")


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
    if suffix in FOREIGN_SUFFIXES or head.startswith(_FOREIGN_HEADS):
        remedy = _SAVE_AS_CSV if suffix in _SHEETS else "Export its text, or leave it out."
        found = f"a file of another kind ({suffix or 'by its content'})"
        raise RecordError(stream.name, found, f"one of {', '.join(FORMATS)}", remedy)
    text = head.decode(sniff_encoding(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")
    by_suffix = _SUFFIXES.get(suffix, "text")
    if by_suffix == "markdown":  # it may begin with HTML, or show JSON
        return by_suffix
    start = text[:4096]
    if start.startswith("<") and _HTML.search(start) and "<rss" not in start:
        return "html"
    if start.startswith(("<?xml", "<rss")):
        return "wxr"
    if by_suffix in ("jsonl", "json") or _OBJECT.match(text):
        return _json_kind(text, lines=by_suffix == "jsonl")
    if by_suffix == "text" and _is_table(text):
        return "csv"
    return by_suffix


def _json_kind(text: str, *, lines: bool) -> str:
    """Tell one JSON document from one object a line; `lines` is what the suffix says."""
    first, _, rest = text.partition("\n")
    first = first.strip()
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        if first in ("{", "[") or first.startswith("[{"):
            return "json"
        return "jsonl" if lines or not first or rest.lstrip().startswith("{") else "json"
    return "jsonl" if isinstance(value, dict) or (lines and rest.strip()) else "json"


def _is_table(text: str) -> bool:
    """Tell whether a text is a table: a line of short names, one of them a name of the text, and a like line below."""
    lines = text.split("\n", 2)
    if len(lines) < 2:
        return False
    separator = max(",;\t|", key=lines[0].count)
    cells = [cell.strip() for cell in lines[0].split(separator)]
    return (
        len(cells) > 1
        and all(_HEADER_CELL.fullmatch(cell) for cell in cells)
        and has_text_column([cell.strip('"') for cell in cells])
        and not (separator == "," and ", " in lines[0])  # « Remarques, suggestions » heads a note, not a table
        and lines[1].count(separator) >= len(cells) - 1
    )
