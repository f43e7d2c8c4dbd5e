"""Rows of results -> one JSONL or Parquet file, complete or not there at all."""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from engagetext.archive.rows import Row
from engagetext.errors import MissingExtraError, OptionError, OutputError

if TYPE_CHECKING:
    import pyarrow as pa

SUFFIXES = (".jsonl", ".parquet")


class AtomicFile:
    """A file that takes its name only when it is complete.

    Parameters
    ----------
    path : Path
        Final name; `<name>.part` holds what is written until then.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + ".part")

    def open(self) -> IO[bytes]:
        """Open the unfinished file for writing.

        Raises
        ------
        OutputError
            If the folder cannot be made or written to.
        """
        if self.path.is_dir():
            raise OutputError(str(self.path), "a folder", "a file to write", "Name a file inside the folder.")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self.part.open("wb")
        except OSError as error:
            raise self.failure(error) from error

    def finish(self, stream: IO[bytes]) -> None:
        """Flush to the disk and give the file its name.

        Raises
        ------
        OutputError
            If the disk does not take it; nothing is left.
        """
        try:
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            self.part.replace(self.path)
        except OSError as error:
            self.abandon(stream)
            raise self.failure(error) from error

    def abandon(self, stream: IO[bytes]) -> None:
        """Remove what was written."""
        try:
            # On a full disk closing fails as well: what is held back has no place.
            with suppress(OSError):
                stream.close()
        finally:
            self.part.unlink(missing_ok=True)

    def failure(self, error: OSError) -> OutputError:
        """Return what to raise when the file cannot be written."""
        return OutputError(
            str(self.path),
            f"{error.strerror or error}",
            "a disk that takes the output, and a folder that can be written to",
            "Make room, or choose another output.",
        )


class RowWriter:
    """Write rows to JSONL; the file appears when the `with` block ends without an error.

    Parameters
    ----------
    path : Path
        File to write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = AtomicFile(path)

    def __enter__(self) -> Self:
        self._stream = self._file.open()
        return self

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, allow_nan=False)
            # A lone surrogate in a text has no UTF-8 form; JSON has an escape for it.
            try:
                self._stream.write(line.encode("utf-8", "backslashreplace") + b"\n")
            except OSError as error:
                raise self._file.failure(error) from error

    def close(self) -> None:
        """Write what is still held back."""

    def discard(self) -> None:
        """Let go of what is still held back."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.discard()
            self._file.abandon(self._stream)
            return
        try:
            self.close()
        except OSError as failure:
            self._file.abandon(self._stream)
            raise self._file.failure(failure) from failure
        self._file.finish(self._stream)


class ParquetWriter(RowWriter):
    """Write rows to Parquet, a row group a call of `write`."""

    def __enter__(self) -> Self:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise MissingExtraError(
                str(self._file.path), "no pyarrow", "pyarrow", 'Run: pip install "engagetext[arrow]", or write .jsonl.'
            ) from error
        super().__enter__()
        self._schema = document_schema()
        self._parquet: pq.ParquetWriter = pq.ParquetWriter(self._stream, self._schema, compression="zstd")
        self._table = pa.Table
        return self

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows as one row group."""
        if rows:
            table = self._table.from_pylist([_utf8(row) for row in rows], schema=self._schema)
            try:
                self._parquet.write_table(table)
            except OSError as error:
                raise self._file.failure(error) from error

    def close(self) -> None:
        """Write the footer."""
        self._parquet.close()

    def discard(self) -> None:
        """Close pyarrow's writer before the file under it."""
        with suppress(OSError):
            self._parquet.close()


def _utf8(value: Any) -> Any:
    """Return a value whose texts all have a UTF-8 form."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _utf8(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_utf8(item) for item in value]
    return value


def document_schema() -> "pa.Schema":
    """Return the Arrow schema of the rows of results."""
    import pyarrow as pa

    text, number, score = pa.string(), pa.int64(), pa.float64()
    keyword: dict[str, pa.DataType] = {"text": text, "lemma": text, "score": score, "count": number, "theme": text}
    label: dict[str, pa.DataType] = {"label": text, "name": text, "score": score, "n_passages": number}
    label |= {"start": number, "end": number, "quote": text, "carrier": text}
    columns: dict[str, pa.DataType] = {
        **dict.fromkeys(("id", "kind", "article_id", "source", "lang"), text),
        "lang_score": score,
        **dict.fromkeys(("parent_id", "title", "date", "author", "url"), text),
        "n_tokens": number,
        "keywords": pa.list_(pa.struct([*keyword.items(), ("spans", pa.list_(pa.list_(number)))])),
        "themes": pa.list_(pa.struct(list(label.items()))),
        "obstacles": pa.list_(pa.struct([*label.items(), ("status", text)])),
        "model": text,
    }
    return pa.schema(columns)


def open_writer(path: Path) -> RowWriter:
    """Return the writer for a file, by its suffix.

    Raises
    ------
    OptionError
        If the suffix is neither `.jsonl` nor `.parquet`.
    """
    if path.suffix == ".jsonl":
        return RowWriter(path)
    if path.suffix == ".parquet":
        return ParquetWriter(path)
    raise OptionError(
        f"output {str(path)!r}", f"the suffix {path.suffix!r}", " or ".join(SUFFIXES), "Name the output scores.jsonl."
    )
