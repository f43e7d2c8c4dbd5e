"""Files of labels, packed or not: read and written whole."""

import gzip
from pathlib import Path

from engagetext.errors import SourceError, SourceNotFoundError, unread
from engagetext.reading.streams import DAMAGE

_EXPECTED = "a JSONL or CSV file"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file, unpacked if its name ends in `.gz`.

    Raises
    ------
    SourceError
        If it cannot be read or is damaged.
    SourceNotFoundError
        If it is not there.
    """
    try:
        raw = path.read_bytes()
        return gzip.decompress(raw) if _is_packed(path) else raw
    except FileNotFoundError as error:
        raise SourceNotFoundError(str(path), "no file", _EXPECTED, "Check the path.") from error
    except DAMAGE as error:
        raise SourceError(str(path), unread(error), _EXPECTED, "Check the file.") from error


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, packed without a time stamp if its name ends in `.gz`.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    path.write_bytes(gzip.compress(content, mtime=0) if _is_packed(path) else content)


def _is_packed(path: Path) -> bool:
    return path.suffix.lower() == ".gz"
