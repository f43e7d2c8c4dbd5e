"""CSV, TSV and Parquet -> articles."""

import csv
import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from engagetext.errors import MissingExtraError, RecordError
from engagetext.reading.encoding import LineReader
from engagetext.reading.fields import Columns, Row, check_header, read_rows
from engagetext.reading.limits import MAX_RECORD
from engagetext.reading.streams import ByteStream, Reject, seekable
from engagetext.records import Article

if TYPE_CHECKING:
    import pyarrow as pa

_MEND = "Mend or remove this record."
_QUOTED = re.compile(r'"[^"]*"')
# No table uses it: a header without any separator is a table of one column, whose texts may hold commas.
_NO_SEPARATOR = "\x1f"


def read_csv(stream: ByteStream, delimiter: str | None, columns: Columns | None, reject: Reject) -> Iterator[Article]:
    """Yield the rows of a table with a header line.

    Parameters
    ----------
    stream : ByteStream
        The table. Fields may be quoted and then hold line ends.
    delimiter : str or None
        None is told from the header, among `, ; tab |`.
    columns : mapping of str to str, optional
        The caller's own mapping of fields to columns.
    reject : callable
        Called with the error of a row that cannot be used.

    Raises
    ------
    RecordError
        If the table has no column of texts: one error for all of its rows.
    """

    def check(names: list[str], where: str) -> None:
        check_header(names, columns, where)

    yield from read_rows(csv_rows(stream, delimiter, check, reject), columns, reject, flat=True)


def csv_rows(
    stream: ByteStream, delimiter: str | None, check: Callable[[list[str], str], None], reject: Reject
) -> Iterator[tuple[Row, str, str]]:
    """Yield the rows of a table with a header line by the names in it, each with its place and an id.

    Parameters
    ----------
    stream, delimiter, reject
        As for `read_csv`.
    check : callable
        Called once with the names and the place of the header; it raises if they do not do.
    """
    lines = _RecordLines(stream)
    first = next(lines, "")
    if first.lower().startswith("sep="):  # Excel's own hint
        delimiter, first = first[4:5], next(lines, "")
    separator = delimiter or _separator(first)
    lines.put_back(first)
    # The limit is that of the whole process; rows are bounded by `_RecordLines` below it.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * MAX_RECORD))
    reader = csv.reader(lines, delimiter=separator)
    try:
        header = _unique([cell.strip() for cell in next(reader, [])])
    except csv.Error as error:
        where = f"{stream.name}, header"
        raise RecordError(
            where, f"a broken row: {error}", "a line of names", "Export it with Unix line ends."
        ) from error
    check(header, f"{stream.name}, header")
    while True:
        start = lines.begin_record()
        where = f"{stream.name}, line {start}"
        try:
            cells = next(reader)
            if any(cell.strip() for cell in cells):
                yield _row(header, cells, where), where, f"{stream.id}#{start}"
        except StopIteration:
            return
        except csv.Error as error:
            reject(RecordError(where, f"a broken row: {error}", "a row of the table", _MEND))
        except RecordError as error:
            reject(error)


def _separator(header: str) -> str:
    bare = _QUOTED.sub("", header)
    best = max(",;\t|", key=bare.count)
    return best if best in bare else _NO_SEPARATOR


def _unique(header: list[str]) -> list[str]:
    names: list[str] = []
    for cell in header:
        name, number = cell, 2
        while name in names:
            name, number = f"{cell} ({number})", number + 1
        names.append(name)
    return names


def _row(header: list[str], cells: list[str], where: str) -> Row:
    while len(cells) > len(header) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > len(header):
        found, expected = f"{len(cells)} fields", f"{len(header)}, as in the header"
        raise RecordError(where, found, expected, "Quote fields that hold a separator or a line end.")
    return dict(zip_longest(header, cells))


class _RecordLines:
    """The lines of a table, watched: a record that never ends is told, not taken for a text."""

    def __init__(self, stream: ByteStream) -> None:
        self._lines = LineReader(stream)
        self._name = stream.name
        self._waiting: list[str] = []
        self._start = self._size = self._quotes = 0

    def put_back(self, line: str) -> None:
        if line:
            self._waiting.append(line)

    def begin_record(self) -> int:
        """Return the number of the line at which the next record begins."""
        self._start, self._size, self._quotes = self._lines.number + 1, 0, 0
        return self._start

    def __iter__(self) -> "_RecordLines":
        return self

    def __next__(self) -> str:
        if self._waiting:
            return self._waiting.pop()
        try:
            line = next(self._lines)
        except StopIteration:
            if self._quotes % 2:
                self._quotes = 0
                raise self._unended("at the end of the file") from None
            raise
        self._size += len(line)
        self._quotes += line.count('"')
        if self._size > MAX_RECORD:
            raise self._unended(f"after {MAX_RECORD:,} characters")
        return line

    def _unended(self, place: str) -> RecordError:
        where = f"{self._name}, line {self._start}"
        found = f"a quoted field that is still open {place} (line {self._lines.number})"
        return RecordError(where, found, "a closing quote", "Close the quote, or double it inside a text.")


def read_parquet(stream: ByteStream, columns: Columns | None, reject: Reject) -> Iterator[Article]:
    """Yield the rows of a Parquet file, some hundred at a time.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    RecordError
        If the file is broken or has no column of texts.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        remedy = 'Run: pip install "engagetext[arrow]".'
        raise MissingExtraError(stream.name, f"no pyarrow ({error})", "pyarrow", remedy) from error
    try:
        with seekable(stream.raw, stream.name) as whole, pq.ParquetFile(whole) as table:
            check_header(table.schema_arrow.names, columns, stream.name)
            yield from read_rows(_parquet_rows(table, stream, reject), columns, reject)
    except pa.ArrowException as error:
        found = f"broken Parquet: {(str(error).splitlines() or ['?'])[0]}"
        raise RecordError(stream.name, found, "a complete Parquet file", "Write the file again.") from error


def _parquet_rows(table: Any, stream: ByteStream, reject: Reject) -> Iterator[tuple[Row, str, str]]:
    number = 0
    for batch in table.iter_batches(batch_size=512):
        for row in _batch_rows(batch):
            number += 1
            where = f"{stream.name}, row {number}"
            if isinstance(row, Exception):
                reject(RecordError(where, f"a value that cannot be read: {row}", "a row of the table", _MEND))
            else:
                yield row, where, f"{stream.id}#{number}"


def _batch_rows(batch: "pa.RecordBatch") -> Iterator[Row | Exception]:
    """Yield the rows of a batch; where one holds a date of no calendar or broken UTF-8, that one's error."""
    try:
        yield from batch.to_pylist()
    except (ValueError, OverflowError):  # nothing was yielded yet: the list is built first
        for number in range(batch.num_rows):
            try:
                yield batch.slice(number, 1).to_pylist()[0]
            except (ValueError, OverflowError) as error:
                yield error
