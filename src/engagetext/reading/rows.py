"""JSONL and JSON -> articles."""

import json
from collections.abc import Iterator
from typing import Any

from engagetext.errors import RecordError
from engagetext.reading.encoding import LineReader, decode
from engagetext.reading.fields import Columns, Row, read_rows
from engagetext.reading.streams import ByteStream, Reject
from engagetext.records import Article

_MEND = "Mend or remove this record."


def read_jsonl(stream: ByteStream, columns: Columns | None, reject: Reject) -> Iterator[Article]:
    """Yield the articles of a file with one JSON object a line; a bad line costs itself only, an empty one nothing."""
    yield from read_rows(_objects(stream, reject), columns, reject)


def _objects(stream: ByteStream, reject: Reject) -> Iterator[tuple[Row, str, str]]:
    lines = LineReader(stream)
    while True:
        try:
            line = next(lines)
            if line.strip():
                where = f"{stream.name}, line {lines.number}"
                yield _object(parse_json(line, where), where), where, f"{stream.id}#{lines.number}"
        except StopIteration:
            return
        except RecordError as error:
            reject(error)


def read_json(stream: ByteStream, columns: Columns | None, reject: Reject) -> Iterator[Article]:
    """Yield the articles of one JSON document: an array of objects, or one object."""
    value = parse_json(decode(stream.read_document(), stream.name), stream.name)
    yield from read_rows(_elements(value, stream, reject), columns, reject)


def _elements(value: Any, stream: ByteStream, reject: Reject) -> Iterator[tuple[Row, str, str]]:
    if not isinstance(value, list):
        yield _object(value, stream.name), stream.name, stream.id
        return
    for number, row in enumerate(value, start=1):
        where = f"{stream.name}, record {number}"
        try:
            yield _object(row, where), where, f"{stream.id}#{number}"
        except RecordError as error:
            reject(error)


def _object(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        raise RecordError(where, f"a JSON {type(value).__name__}", "a JSON object", _MEND)
    return value


def parse_json(source: str, where: str) -> Any:
    """Parse JSON.

    Raises
    ------
    RecordError
        If it is broken, nested deeper than Python's stack, or holds a number of more than 4,300 digits.
    """
    try:
        return json.loads(source)
    except json.JSONDecodeError as error:
        found = f"broken JSON: {error.msg} at character {error.pos + 1}"
        raise RecordError(where, found, "one JSON object", _MEND) from error
    except RecursionError as error:
        raise RecordError(where, "JSON nested too deep", "one flat JSON object", _MEND) from error
    except ValueError as error:
        raise RecordError(where, "JSON with a number of thousands of digits", "one JSON object", _MEND) from error
