"""`.gz` and `.zip` -> the streams in them, one by one; bombs, archives in archives and damage are rejected."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import Any

from engagetext.errors import RecordError
from engagetext.reading.limits import MAX_RECORD
from engagetext.reading.sniffing import FOREIGN_SUFFIXES
from engagetext.reading.streams import DAMAGE, ByteStream, Reject, buffered, seekable, suffix_of

# A zip member may unfold to this many times its packed size: text reaches 30, a bomb 1,000.
_MAX_RATIO = 200
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_AGAIN = "Fetch or pack the file again."


def unpack(name: str, short: str, stream: Any, reject: Reject) -> Iterator[ByteStream]:
    """Yield the stream itself, what a `.gz` holds, or each member of a `.zip`.

    Parameters
    ----------
    name, short : str
        Name and id of the stream.
    stream : file object
        Anything with `read(n)`.
    reject : callable
        Called with the error of what cannot be unpacked.

    Yields
    ------
    ByteStream
    """
    raw = buffered(stream)
    try:
        magic = raw.peek(4)[:4]
    except DAMAGE as error:
        reject(_broken(name, error, "a readable stream"))
        return
    if magic.startswith(_GZIP):
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield from _inner(name, short, buffered(unpacked), reject)
    elif magic in _ZIP and suffix_of(name) not in FOREIGN_SUFFIXES:  # .docx and .odt are zips as well
        yield from _members(name, short, raw, reject)
    else:
        yield ByteStream(name, short, raw)


def _inner(
    name: str, short: str, raw: io.BufferedReader, reject: Reject, *, may_be_gzip: bool = False
) -> Iterator[ByteStream]:
    """Yield what a compressed stream holds, unless that is an archive in its turn: some hold themselves."""
    try:
        magic = raw.peek(4)[:4]
    except DAMAGE as error:
        reject(_broken(name, error, "a complete file"))
        return
    if may_be_gzip and magic.startswith(_GZIP):
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield from _inner(name, short, buffered(unpacked), reject)
    elif magic.startswith(_GZIP) or (magic in _ZIP and suffix_of(name) not in FOREIGN_SUFFIXES):
        reject(RecordError(name, "an archive inside an archive", "files", "Unpack the outer archive first."))
    else:
        yield ByteStream(name, short, raw)


def _members(name: str, short: str, raw: io.BufferedReader, reject: Reject) -> Iterator[ByteStream]:
    with ExitStack() as stack:
        try:
            whole = stack.enter_context(seekable(raw, name))
            archive = stack.enter_context(zipfile.ZipFile(whole))
        except RecordError as error:
            reject(error)
            return
        except (ValueError, NotImplementedError, *DAMAGE) as error:
            reject(_broken(name, error, "a complete .zip file"))
            return
        members = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename)]
        if sum(info.compress_size for info in members) > whole.seek(0, io.SEEK_END):
            found = "members that overlap, as in a zip bomb"
            reject(RecordError(name, found, "an archive of separate files", "Do not open it: it is made to do harm."))
            return
        if not members:
            reject(RecordError(name, "an archive without files", "at least one file", "Pack the archive again."))
        for info in sorted(members, key=lambda info: info.filename):
            yield from _member(archive, info, f"{name}!{info.filename}", f"{short}!{info.filename}", reject)


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, short: str, reject: Reject
) -> Iterator[ByteStream]:
    if info.file_size > MAX_RECORD and info.file_size > _MAX_RATIO * max(info.compress_size, 1):
        found = f"{info.file_size:,} bytes packed into {info.compress_size:,}"
        expected = f"at most {_MAX_RATIO} times its packed size"
        reject(RecordError(name, found, expected, "Unpack it yourself if you trust it."))
        return
    try:
        member = archive.open(info)
    except (RuntimeError, NotImplementedError, ValueError, *DAMAGE) as error:
        reject(_broken(name, error, "a member that can be read without a password"))
        return
    with member:
        yield from _inner(name, short, buffered(member), reject, may_be_gzip=True)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _broken(name: str, error: Exception, expected: str) -> RecordError:
    return RecordError(name, str(error) or type(error).__name__, expected, _AGAIN)
