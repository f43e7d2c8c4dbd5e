"""One named stream of bytes, whose first bytes can be looked at."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import PurePosixPath
from typing import IO, Any

from engagetext.errors import RecordError
from engagetext.reading.limits import MAX_RECORD

Reject = Callable[[RecordError], None]

HEAD_BYTES = 65_536
# What a stream raises that ends in the middle or is damaged.
DAMAGE = (EOFError, OSError, zlib.error, zipfile.BadZipFile, LZMAError)
# A Parquet file or a zip in a pipe is copied to disk, for its table of contents stands at its end.
_MAX_COPY = 4_000_000_000


@dataclass(frozen=True, slots=True)
class ByteStream:
    """One document, or one file of records.

    Parameters
    ----------
    name : str
        What errors and records call it: the path as given, or `archive.zip!member`.
    id : str
        What records without an id are named after; the same wherever the archive lies.
    raw : io.BufferedReader
        Its bytes, with a buffer of at least `HEAD_BYTES`.
    """

    name: str
    id: str
    raw: io.BufferedReader

    @property
    def suffix(self) -> str:
        """Last suffix in lower case, without that of a compression."""
        return suffix_of(self.name)

    def head(self) -> bytes:
        """Return the first bytes without moving on."""
        return self.raw.peek(HEAD_BYTES)[:HEAD_BYTES]

    def read_document(self) -> bytes:
        """Return all bytes.

        Raises
        ------
        RecordError
            If there are more than a document may hold.
        """
        content = self.raw.read(MAX_RECORD + 1)
        if len(content) > MAX_RECORD:
            raise RecordError(
                self.name,
                f"more than {MAX_RECORD:,} bytes in one document",
                "a document of at most that size",
                "Split it, or give its records one a line (JSONL).",
            )
        return content


def suffix_of(name: str) -> str:
    """Return the last suffix of a name in lower case, without that of a compression."""
    return PurePosixPath(name.split("!")[-1].lower().removesuffix(".gz")).suffix


def buffered(stream: Any) -> io.BufferedReader:
    """Return any object with `read(n)` as a buffered stream whose first `peek` shows a full head."""
    return io.BufferedReader(_Raw(stream), HEAD_BYTES)


@contextmanager
def seekable(raw: io.BufferedReader, name: str) -> Iterator[IO[bytes]]:
    """Give a stream in which one can go back: itself, or a copy on disk that is removed at the end.

    Raises
    ------
    RecordError
        If the copy would be larger than 4 GB.
    """
    if raw.seekable():
        yield raw
        return
    from tempfile import TemporaryFile  # here: few streams need it

    with TemporaryFile() as copy:
        size = 0
        while block := raw.read(1 << 20):
            size += len(block)
            if size > _MAX_COPY:
                found, expected = f"more than {_MAX_COPY:,} bytes", "a stream of at most that size"
                raise RecordError(name, found, expected, "Save it to a file first.")
            copy.write(block)
        copy.seek(0)
        yield copy


class _Raw(io.RawIOBase):
    """Any object with `read(n)` as a raw stream that fills what it is asked to fill.

    What stands before damage is given first; the error is raised by the next call.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        # What `read` has collected before it meets damage is lost; `read1` collects nothing.
        self._read = getattr(stream, "read1", stream.read)
        self._rest = b""
        self._failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        # A compressed stream says that it is, and starts anew for every step back.
        plain = isinstance(self._stream, (io.BufferedReader, io.BytesIO, io.FileIO))
        return plain and not isinstance(self._stream, gzip.GzipFile) and self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._rest = b""
        return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell()) - len(self._rest)

    def readinto(self, buffer: Any) -> int:
        if self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        filled = 0
        while filled < len(buffer):
            if not self._rest:
                try:
                    content = self._read(len(buffer) - filled) or b""
                except DAMAGE as failure:
                    if not filled:
                        raise
                    self._failure = failure
                    break
                self._rest = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
                if not self._rest:
                    break
            part = self._rest[: len(buffer) - filled]
            buffer[filled : filled + len(part)] = part
            self._rest = self._rest[len(part) :]
            filled += len(part)
        return filled
