"""Files, folders, patterns, archives and standard input -> named byte streams, one after the other."""

import gzip
import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from glob import glob, has_magic
from os import PathLike, fspath
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from engagetext.errors import InputTypeError, RecordError, SourceNotFoundError

Reject = Callable[[RecordError], None]
Source = str | PathLike[str] | IO[bytes] | IO[str] | Sequence[str | PathLike[str] | IO[bytes] | IO[str]]

# What is read as one document or one record. The largest books have three million characters.
MAX_RECORD_BYTES = 20_000_000
# A zip member may unfold to this many times its packed size: text reaches 30, a bomb 1,000.
_MAX_RATIO = 200
_HEAD_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class ByteStream:
    """One document, or one file of records.

    Parameters
    ----------
    name : str
        What errors and records call it: a path, or `archive.zip!member`.
    raw : io.BufferedReader
        Its bytes; `peek` shows the first ones.
    """

    name: str
    raw: io.BufferedReader

    @property
    def suffix(self) -> str:
        """Last suffix in lower case, without that of a compression."""
        return PurePosixPath(self.name.split("!")[-1].lower().removesuffix(".gz")).suffix

    def head(self) -> bytes:
        """Return the first bytes without moving on."""
        return self.raw.peek(_HEAD_BYTES)[:_HEAD_BYTES]

    def read_document(self) -> bytes:
        """Return all bytes.

        Raises
        ------
        RecordError
            If there are more than a document may hold.
        """
        content = self.raw.read(MAX_RECORD_BYTES + 1)
        if len(content) > MAX_RECORD_BYTES:
            raise RecordError(
                self.name,
                f"more than {MAX_RECORD_BYTES:,} bytes in one document",
                "a document of at most that size",
                "Split it, or give its records one a line (JSONL).",
            )
        return content


def check_source(source: Source) -> None:
    """Tell at once if a source cannot be one.

    Raises
    ------
    InputTypeError
        If it is neither a path, a pattern, a file object, nor a list of these; or an address on the net.
    SourceNotFoundError
        If no file has that name.
    """
    if isinstance(source, (list, tuple)):
        for one in source:
            check_source(one)
    elif isinstance(source, (str, PathLike)):
        path = fspath(source)
        if path.startswith(("http://", "https://")):
            raise InputTypeError(
                "read(source)",
                f"the address {path}",
                "a file on this machine",
                "Save the page first: engagetext has no network.",
            )
        if path != "-" and not Path(path).exists() and not (has_magic(path) and glob(path, recursive=True)):
            found = "no file that fits this pattern" if has_magic(path) else "no such file or folder"
            raise SourceNotFoundError(
                path, found, "a file, folder or pattern", "Check the path; for a text itself call the analyzer on it."
            )
    elif not hasattr(source, "read"):
        raise InputTypeError(
            "read(source)",
            f"a {type(source).__name__}",
            "a path, a pattern, a file object or a list of these",
            "For texts that you hold already call the analyzer on them.",
        )


def open_streams(source: Source, reject: Reject) -> Iterator[ByteStream]:
    """Yield every stream of a source: folders in sorted order, members of archives one by one.

    Parameters
    ----------
    source : str, PathLike, file object, or list of these
        `"-"` is standard input.
    reject : callable
        Called with the error of a file that cannot be opened.

    Yields
    ------
    ByteStream
        Closed when the next one is asked for.
    """
    if isinstance(source, (list, tuple)):
        for one in source:
            yield from open_streams(one, reject)
    elif isinstance(source, (str, PathLike)):
        path = fspath(source)
        if path == "-":
            yield from _unpack("standard input", sys.stdin.buffer, reject)
        elif not Path(path).exists():
            for found in sorted(glob(path, recursive=True)):
                yield from _open_path(Path(found), reject)
        else:
            yield from _open_path(Path(path), reject)
    else:
        yield from _unpack(str(getattr(source, "name", "file object")), _binary(source), reject)


def _binary(stream: object) -> IO[bytes]:
    """Return a byte stream for a file object of either kind."""
    if isinstance(stream, io.TextIOBase):
        buffer = getattr(stream, "buffer", None)
        return buffer if buffer is not None else io.BytesIO(stream.read().encode("utf-8", "surrogatepass"))
    return cast(IO[bytes], stream)


def _open_path(path: Path, reject: Reject) -> Iterator[ByteStream]:
    if path.is_dir():
        for child in sorted(path.iterdir(), key=lambda child: child.name):
            # Hidden files are the system's, not the user's.
            if not child.name.startswith("."):
                yield from _open_path(child, reject)
        return
    try:
        stream = path.open("rb")
    except OSError as error:
        reject(RecordError(str(path), error.strerror or str(error), "a readable file", "Check its permissions."))
        return
    with stream:
        yield from _unpack(path.as_posix(), stream, reject)


def _unpack(name: str, stream: IO[bytes], reject: Reject) -> Iterator[ByteStream]:
    """Yield the stream itself, what a `.gz` holds, or each member of a `.zip`."""
    raw = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(_Raw(stream), _HEAD_BYTES)
    magic = raw.peek(4)[:4]
    if magic.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=raw) as unpacked:
            try:
                yield ByteStream(name, io.BufferedReader(unpacked, _HEAD_BYTES))
            except (EOFError, OSError, zlib.error) as error:
                reject(_broken(name, error, "a complete .gz file"))
    elif magic == b"PK\x03\x04" or magic == b"PK\x05\x06":
        yield from _members(name, raw, reject)
    else:
        yield ByteStream(name, raw)


def _members(name: str, raw: io.BufferedReader, reject: Reject) -> Iterator[ByteStream]:
    # A zip's table stands at its end: a stream that cannot go there is held in memory.
    whole: IO[bytes] = raw if raw.seekable() else io.BytesIO(raw.read())
    try:
        archive = zipfile.ZipFile(whole)
    except zipfile.BadZipFile as error:
        reject(_broken(name, error, "a complete .zip file"))
        return
    with archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            place = f"{name}!{info.filename}"
            hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(info.filename).parts)
            if info.is_dir() or hidden:
                continue
            if info.file_size > MAX_RECORD_BYTES and info.file_size > _MAX_RATIO * max(info.compress_size, 1):
                reject(
                    RecordError(
                        place,
                        f"{info.file_size:,} bytes packed into {info.compress_size:,}",
                        f"at most {_MAX_RATIO} times its packed size",
                        "Unpack it yourself if you trust it.",
                    )
                )
                continue
            try:
                with archive.open(info) as member:
                    yield from _unpack(place, io.BufferedReader(_Raw(member), _HEAD_BYTES), reject)
            except (zipfile.BadZipFile, EOFError, OSError, zlib.error, RuntimeError, NotImplementedError) as error:
                reject(_broken(place, error, "a readable member"))


def _broken(name: str, error: Exception, expected: str) -> RecordError:
    return RecordError(name, str(error) or type(error).__name__, expected, "Fetch or pack the file again.")


class _Raw(io.RawIOBase):
    """Any object with `read(n) -> bytes` as a raw stream."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)
