"""Files that are complete or not there at all."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from engagetext.errors import OutputError


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name only when the block ends without an error; until then it is `<name>.part`.

    Raises
    ------
    OutputError
        If the folder cannot be made or written to, or the disk is full; nothing of the file is left.
    """
    part = path.with_name(path.name + ".part")
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = part.open("wb")
        try:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            stream.close()
            part.replace(path)
        except BaseException:
            # On a full disk closing fails as well: what is held back has no place.
            with suppress(OSError):
                stream.close()
            part.unlink(missing_ok=True)
            raise
        _settle(path.parent)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one that names the output and the remedy."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            str(path),
            f"{error.strerror or error}",
            "a disk that takes the output, and a folder that can be written to",
            "Make room, or choose another output.",
        ) from error


def _settle(folder: Path) -> None:
    """Bring the new name of a file to the disk, where the system has a way to."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # not every file system can
            os.fsync(handle)
    finally:
        os.close(handle)


def json_line(value: Any) -> bytes:
    """Return a value as one line of JSON in UTF-8."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # A lone surrogate in a text has no UTF-8 form; JSON has an escape for it.
    return line.encode("utf-8", "backslashreplace") + b"\n"
