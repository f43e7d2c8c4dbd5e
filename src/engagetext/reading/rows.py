"""Rows of fields -> articles: JSONL, JSON, CSV, TSV and Parquet, with columns mapped by name."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engagetext.errors import MissingExtraError, RecordError
from engagetext.reading.build import RawComment, build_comments, read_date
from engagetext.reading.encoding import decode, decode_cp1252, decode_line, sniff_encoding
from engagetext.reading.sources import MAX_RECORD_BYTES, ByteStream, Reject
from engagetext.records import Article

# Field -> the names under which it is found, the first that is there; without case, `-` and blanks read as `_`.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "uid", "article_id", "post_id", "identifiant", "guid", "reference"),
    "text": ("text", "texte", "body", "content", "contenu", "article", "message", "comment", "commentaire", "verbatim",
             "contribution", "description", "corps"),
    "title": ("title", "titre", "headline", "subject", "sujet", "objet"),
    "date": ("date", "published", "published_at", "created_at", "date_publication", "datepublished", "timestamp",
             "date_creation", "createdat", "publishedat"),
    "author": ("author", "auteur", "auteure", "user", "username", "name", "nom", "author_name", "pseudo"),
    "url": ("url", "link", "lien", "permalink", "href"),
    "lang": ("lang", "language", "langue"),
    "comments": ("comments", "commentaires", "replies", "reactions", "reponses"),
    "parent_id": ("parent_id", "parent", "in_reply_to", "reply_to", "parentid"),
}  # fmt: skip
_ARTICLE_FIELDS = ("id", "text", "title", "date", "author", "url", "lang", "comments")
_MEND_LINE = "Mend or remove this record."


def find_columns(names: Iterable[str], columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return field -> column for the columns that are there.

    Parameters
    ----------
    names : iterable of str
        Columns of the source.
    columns : mapping of str to str, optional
        The caller's own mapping, which wins.
    """
    known = list(names)
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.strip().lower().replace("-", "_").replace(" ", "_"), name)
    found = {}
    for field, aliases in ALIASES.items():
        asked = (columns or {}).get(field)
        if asked is not None:
            if asked in known:
                found[field] = asked
        else:
            match = next((folded[alias] for alias in aliases if alias in folded), None)
            if match is not None and match not in found.values():
                found[field] = match
    return found


def build_article(
    row: Mapping[str, Any], where: str, default_id: str, columns: Mapping[str, str] | None, reject: Reject
) -> Article:
    """Turn one row into an article.

    Raises
    ------
    RecordError
        If the row has no text, or a field of another type than its own.
    """
    mapping = find_columns([name for name in row if isinstance(name, str)], columns)
    if "text" not in mapping:
        asked = (columns or {}).get("text")
        raise RecordError(
            where,
            f"the fields {', '.join(sorted(map(str, row))) or '(none)'}",
            f"the field {asked!r}" if asked else "a field text, body, content, contenu or the like",
            'Name the field that holds the text: columns={"text": "…"}, or --column text=….',
        )
    values = {field: row[mapping[field]] for field in _ARTICLE_FIELDS if field in mapping}
    texts = {field: _text(where, field, values.get(field)) for field in _ARTICLE_FIELDS if field != "comments"}
    if texts["text"] is None:
        raise RecordError(where, "no text (null)", "a text", _MEND_LINE)
    rest = {
        name: str(value)
        for name, value in row.items()
        if name not in mapping.values() and isinstance(value, (str, int, float, bool))
    }
    date, meta = read_date(texts["date"], rest)
    return Article(
        id=texts["id"] or default_id,
        text=texts["text"],
        title=texts["title"] or None,
        date=date,
        author=texts["author"] or None,
        url=texts["url"] or None,
        source=where,
        lang=texts["lang"] or None,
        comments=build_comments(_comments(values.get("comments"), where, reject), where, reject),
        meta=meta,
    )


def _text(where: str, field: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool) and field in ("id", "date"):
        return str(value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if not isinstance(value, str):
        raise RecordError(where, f"{field} = {value!r:.40} ({type(value).__name__})", "a text", _MEND_LINE)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        found = f"half a character (a lone surrogate) in {field}"
        raise RecordError(where, found, "Unicode text", "Export the record again.") from error
    if len(value) > MAX_RECORD_BYTES:
        raise RecordError(where, f"{len(value):,} characters", f"at most {MAX_RECORD_BYTES:,}", "Split the text.")
    return value


def _comments(value: Any, where: str, reject: Reject) -> Iterator[RawComment]:
    if value is None:
        return
    if not isinstance(value, list):
        raise RecordError(where, f"comments = {value!r:.40}", "a list of objects", _MEND_LINE)
    for number, row in enumerate(value, start=1):
        place = f"{where}, comment {number}"
        try:
            if isinstance(row, str):
                row = {"text": row}
            if not isinstance(row, dict):
                raise RecordError(place, f"a {type(row).__name__}", "an object with a text", _MEND_LINE)
            mapping = find_columns([name for name in row if isinstance(name, str)], None)
            texts = {
                field: _text(place, field, row[column]) for field, column in mapping.items() if field != "comments"
            }
            if "parent_id" in mapping and isinstance(row[mapping["parent_id"]], int):
                texts["parent_id"] = str(row[mapping["parent_id"]])
            if texts.get("text") is None:
                raise RecordError(place, "no text", "a comment with a text", _MEND_LINE)
            yield RawComment(
                texts.get("id"), texts["text"] or "", texts.get("author"), texts.get("date"), texts.get("parent_id")
            )
        except RecordError as error:
            reject(error)


def read_jsonl(stream: ByteStream, columns: Mapping[str, str] | None, reject: Reject) -> Iterator[Article]:
    """Yield the articles of a file with one JSON object a line; a bad line costs itself only."""
    for number, line in enumerate(_lines(stream, reject), start=1):
        if line is None or not line.strip():
            continue
        where = f"{stream.name}, line {number}"
        try:
            row = _parse(decode_line(line, where) if isinstance(line, bytes) else line, where)
            yield build_article(row, where, f"{stream.name}#{number}", columns, reject)
        except RecordError as error:
            reject(error)


def _lines(stream: ByteStream, reject: Reject) -> Iterator[bytes | str | None]:
    """Yield lines; None stands for one that is too long to be held."""
    encoding = sniff_encoding(stream.head())
    if encoding is not None and encoding != "utf-8-sig":
        yield from decode(stream.read_document(), stream.name).splitlines()
        return
    number = 0
    while line := stream.raw.readline(MAX_RECORD_BYTES):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) < MAX_RECORD_BYTES or line.endswith(b"\n"):
            yield line
            continue
        while rest := stream.raw.readline(MAX_RECORD_BYTES):
            if rest.endswith(b"\n"):
                break
        where = f"{stream.name}, line {number}"
        found = f"a line of more than {MAX_RECORD_BYTES:,} bytes"
        reject(RecordError(where, found, "one record a line", "Split the record."))
        yield None


def _parse(line: str, where: str) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        found = f"broken JSON: {error.msg} at character {error.pos + 1}"
        raise RecordError(where, found, "one JSON object", _MEND_LINE) from error
    except RecursionError as error:
        raise RecordError(where, "JSON nested too deep", "one flat JSON object", _MEND_LINE) from error
    if not isinstance(row, dict):
        raise RecordError(where, f"a JSON {type(row).__name__}", "a JSON object", _MEND_LINE)
    return row


def read_json(stream: ByteStream, columns: Mapping[str, str] | None, reject: Reject) -> Iterator[Article]:
    """Yield the articles of one JSON document: an array of objects, or one object."""
    source = decode(stream.read_document(), stream.name)
    try:
        value = json.loads(source)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RecordError(stream.name, f"broken JSON: {error}", "a JSON array of objects", _MEND_LINE) from error
    rows = value if isinstance(value, list) else [value]
    for number, row in enumerate(rows, start=1):
        where = stream.name if row is value else f"{stream.name}, record {number}"
        try:
            if not isinstance(row, dict):
                raise RecordError(where, f"a JSON {type(row).__name__}", "a JSON object", _MEND_LINE)
            yield build_article(row, where, f"{stream.name}#{number}", columns, reject)
        except RecordError as error:
            reject(error)


def read_csv(
    stream: ByteStream, delimiter: str | None, columns: Mapping[str, str] | None, reject: Reject
) -> Iterator[Article]:
    """Yield the rows of a table with a header line; `delimiter=None` is sniffed among `, ; tab |`."""
    head = stream.head()
    encoding = sniff_encoding(head) or "utf-8"
    if encoding == "utf-8" and b"\0" in head:
        raise RecordError(stream.name, "NUL bytes", "a table in UTF-8 or cp1252", "Export it as CSV in UTF-8.")
    # The module's limit is that of the whole process; a field may hold as much as a record.
    csv.field_size_limit(MAX_RECORD_BYTES)
    lines = io.TextIOWrapper(stream.raw, encoding, "surrogateescape", newline="")
    first = head.decode(encoding, "replace").split("\n", 1)[0]
    separator = delimiter or max(",;\t|", key=first.count)
    reader = csv.reader(lines, delimiter=separator)
    try:
        header = [_mended(cell).strip() for cell in next(reader, [])]
        if "text" not in find_columns(header, columns):
            # The same for every row: one error for the table, not one a row.
            build_article(dict.fromkeys(header, ""), f"{stream.name}, header", "", columns, reject)
        yield from _csv_rows(reader, header, stream.name, columns, reject)
    finally:
        lines.detach()


def _csv_rows(
    reader: Any, header: list[str], name: str, columns: Mapping[str, str] | None, reject: Reject
) -> Iterator[Article]:
    number = 1
    while True:
        number += 1
        where = f"{name}, row {number}"
        try:
            cells = next(reader)
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                found = f"{len(cells)} fields"
                raise RecordError(
                    where, found, f"{len(header)}, as in the header", "Quote fields that hold a separator."
                )
            row = dict(zip(header, map(_mended, cells), strict=False))
            yield build_article(row, where, f"{name}#{number}", columns, reject)
        except StopIteration:
            return
        except csv.Error as error:
            reject(RecordError(where, f"a broken row: {error}", "a row of the table", _MEND_LINE))
        except RecordError as error:
            reject(error)


def _mended(cell: str) -> str:
    """Read a cell again as cp1252 if it is no UTF-8."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return decode_cp1252(cell.encode("utf-8", "surrogateescape"))
    return cell


def read_parquet(stream: ByteStream, columns: Mapping[str, str] | None, reject: Reject) -> Iterator[Article]:
    """Yield the rows of a Parquet file, a row group at a time."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError(
            stream.name, "no pyarrow", "pyarrow", 'Run: pip install "engagetext[arrow]".'
        ) from error
    whole = stream.raw if stream.raw.seekable() else io.BytesIO(stream.raw.read())
    try:
        table = pq.ParquetFile(whole)
        if "text" not in find_columns(table.schema_arrow.names, columns):
            build_article(dict.fromkeys(table.schema_arrow.names, ""), stream.name, "", columns, reject)
        number = 0
        for batch in table.iter_batches(batch_size=512):
            for row in batch.to_pylist():
                number += 1
                where = f"{stream.name}, row {number}"
                try:
                    yield build_article(row, where, f"{stream.name}#{number}", columns, reject)
                except RecordError as error:
                    reject(error)
    except pa.ArrowException as error:
        found = f"broken Parquet: {str(error).splitlines()[0]}"
        raise RecordError(stream.name, found, "a complete Parquet file", "Write the file again.") from error
