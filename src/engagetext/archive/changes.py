"""What an archive has gained, changed and lost since the run before."""

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from engagetext.archive.files import json_line, writable, writing
from engagetext.archive.shards import JobFolder

_FILE = "previous.jsonl"


class Changes:
    """Compare the articles of this run with those of the last one that was done.

    Parameters
    ----------
    job : JobFolder
        The comparison outlives a kill: what is compared with lies in a file there.
    """

    def __init__(self, job: JobFolder) -> None:
        self._path = job.path / _FILE
        self._left = {_digest(name): _digest(fingerprint) for name, fingerprint in self._previous()}
        self._known = self._path.exists()
        self.new = self.changed = 0

    @staticmethod
    def begin(job: JobFolder) -> None:
        """Note what the job held when it was done."""
        with writing(job.path / _FILE) as stream:
            for record in job.records():
                for pair in zip(record.ids, record.fingerprints, strict=True):
                    stream.write(json_line(pair))

    def _previous(self) -> Iterator[tuple[str, str]]:
        if self._path.exists():
            with self._path.open(encoding="utf-8") as lines:
                for line in lines:
                    name, fingerprint = json.loads(line)
                    yield name, fingerprint

    def count(self, ids: Sequence[str], fingerprints: Sequence[str]) -> None:
        """Compare the next articles."""
        if self._known:
            for name, fingerprint in zip(ids, fingerprints, strict=True):
                before = self._left.pop(_digest(name), None)
                self.new += before is None
                self.changed += before is not None and before != _digest(fingerprint)

    def removed(self) -> list[str]:
        """Return the ids of the articles that have not come again, sorted."""
        return sorted(name for name, _ in self._previous() if _digest(name) in self._left)

    @staticmethod
    def end(job: JobFolder) -> None:
        """Forget the run before: the job is done."""
        with writable(job.path):
            (job.path / _FILE).unlink(missing_ok=True)


def _digest(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
