"""How far a reading has come, in bytes of its files: what a progress bar can know beforehand."""

from typing import IO


class Meter:
    """Count the bytes of the files that are read.

    Parameters
    ----------
    total : int or None
        Bytes of all files; None if nobody knows.
    """

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._before = 0
        self._size = 0
        self._stream: IO[bytes] | None = None

    def opened(self, stream: IO[bytes], size: int) -> None:
        """Note the file that is read from now on, and its bytes."""
        self._before += self._size
        self._stream, self._size = stream, size

    def expected(self, done: int) -> int | None:
        """Return how many records are to be expected in all, of which `done` came from the bytes read so far."""
        if not self._total or self._stream is None:
            return None
        read = self._before + (self._size if self._stream.closed else min(self._stream.tell(), self._size))
        return max(done, round(done * self._total / read)) if read else None
