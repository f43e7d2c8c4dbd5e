"""The folder of a job: finished shards, each with a record of what it holds, and a manifest of what the job is.

A shard counts once its record is written, which comes last; every file is written under another name first. So a job
that is killed at any instant leaves finished shards and nothing half done, and goes on from there::

    manifest.json               what is scored, with what; whether the job is done
    shards/00000.json           the articles of a shard, by fingerprint, and its rows: its record
    documents/part-00000.*      its files
    mentions/part-00000.*
    old/                        shards of an earlier state of the archive, until their rows are taken over
    rejects.jsonl, skipped.jsonl    of a finished job whose output is the folder
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from engagetext.archive.files import json_line, writable, writing
from engagetext.archive.units import Row
from engagetext.errors import OutputError

TABLES = ("documents", "mentions")
REJECTS, SKIPPED = "rejects.jsonl", "skipped.jsonl"
MANIFEST = "manifest.json"
_LOCK = "lock"
LEFT_AT_START = frozenset({_LOCK, f"{MANIFEST}.part"})
_RECORDS, _OLD = "shards", "old"


@dataclass(frozen=True, slots=True)
class ShardRecord:
    """What a shard holds.

    Parameters
    ----------
    ids, fingerprints : list of str
        Of its articles.
    sources : list of str or None
        Where each article was read from.
    n_documents, n_mentions : list of int
        Rows of each article.
    sizes : dict of str to int
        Bytes of its file, by table.
    n_articles : int
        Articles among its documents.
    skipped, rejected : list of list of dict
        Rows of each article.
    unread : list of dict
        Rejects of what the reader met on the way to these articles.
    """

    ids: list[str]
    fingerprints: list[str]
    sources: list[str | None]
    n_documents: list[int]
    n_mentions: list[int]
    sizes: dict[str, int]
    n_articles: int
    skipped: list[list[Row]]
    rejected: list[list[Row]]
    unread: list[Row]

    def rows(self, table: str) -> list[int]:
        """Return the rows of each article in a table."""
        return self.n_documents if table == "documents" else self.n_mentions


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of an article lie: article `number` of old shard `shard`."""

    shard: int
    number: int


class JobFolder:
    """The folder of one job, which no other job may use meanwhile.

    Parameters
    ----------
    path : Path
    suffix : str
        Of the files of the shards.
    """

    def __init__(self, path: Path, suffix: str) -> None:
        self.path = path
        self.suffix = suffix

    def __enter__(self) -> Self:
        with writable(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self.path / _LOCK)
            try:
                self._lock.acquire(timeout=0)
            except Timeout as error:
                remedy = "Wait for it, or choose another output."
                raise OutputError(str(self.path), "a job that is running", "one job an output", remedy) from error
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        left = kind is not None and not self.n_shards() and not (self.path / _OLD).exists()
        if left:
            self.clear()
        self._lock.release()
        if left:
            # Nothing was finished: nothing is left behind, unless the folder was there before.
            with suppress(OSError):
                (self.path / _LOCK).unlink(missing_ok=True)
                self.path.rmdir()

    def manifest(self) -> dict[str, Any] | None:
        """Return the manifest, None if there is none that can be read."""
        try:
            found: dict[str, Any] = json.loads((self.path / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def write_manifest(self, manifest: dict[str, Any]) -> None:
        """Write the manifest."""
        with writing(self.path / MANIFEST) as stream:
            stream.write(json.dumps(manifest, ensure_ascii=False, indent=1).encode())

    def clear(self) -> None:
        """Remove all that a job has written into its folder: the next one may start in it."""
        with writable(self.path):
            for name in (_RECORDS, _OLD, *TABLES):
                shutil.rmtree(self.path / name, ignore_errors=True)
            # The manifest goes last: without it a folder with other files is no job's.
            for name in (REJECTS, SKIPPED, MANIFEST):
                (self.path / name).unlink(missing_ok=True)

    def file(self, table: str, shard: int) -> Path:
        """Return the file of a shard."""
        return self.path / table / f"part-{shard:05d}{self.suffix}"

    def record(self, shard: int) -> ShardRecord | None:
        """Return the record of a finished shard whose files are there."""
        found = self._record(self.path, shard)
        return found if found is not None and self._is_whole(self.path, shard, found) else None

    def records(self) -> Iterator[ShardRecord]:
        """Yield the records of all shards, in order."""
        for shard in range(self.n_shards()):
            record = self._record(self.path, shard)
            if record is not None:
                yield record

    def n_shards(self) -> int:
        """Return the number of shards that have a record."""
        return len(self._numbers(self.path))

    def is_empty(self) -> bool:
        """Tell whether no shard, old ones too, holds a scored record; one that cannot be read may hold some."""
        places = ((root, shard) for root in (self.path, self.path / _OLD) for shard in self._numbers(root))
        records = (self._record(root, shard) for root, shard in places)
        return all(record is not None and not any(record.n_documents) for record in records)

    def write(self, shard: int, record: ShardRecord, tables: dict[str, bytes]) -> None:
        """Write a shard: its files, then its record."""
        for table, raw in tables.items():
            with writing(self.file(table, shard)) as stream:
                stream.write(raw)
        with writing(self._record_path(self.path, shard)) as stream:
            stream.write(json_line({field.name: getattr(record, field.name) for field in fields(record)}))

    def read(self, table: str, shard: int) -> bytes:
        """Return a file of a shard."""
        return self.file(table, shard).read_bytes()

    def set_aside(self, first: int) -> None:
        """Make old all shards from `first` on: what they hold may still be taken over."""
        with writable(self.path):
            for shard in self._numbers(self.path):
                if shard >= first:
                    self._move(self.path, self.path / _OLD, shard)

    def old_record(self, shard: int) -> ShardRecord | None:
        """Return the record of an old shard whose files are there."""
        found = self._record(self.path / _OLD, shard)
        return found if found is not None and self._is_whole(self.path / _OLD, shard, found) else None

    def old_file(self, table: str, shard: int) -> Path:
        """Return the file of an old shard."""
        return self.path / _OLD / table / f"part-{shard:05d}{self.suffix}"

    def old_articles(self) -> "OldArticles":
        """Return the articles of all old shards."""
        shards: list[tuple[int, ShardRecord]] = []
        for shard in self._numbers(self.path / _OLD):
            record = self.old_record(shard)
            if record is not None:
                shards.append((shard, record))
        return OldArticles.from_records(shards)

    def forget_old(self) -> None:
        """Remove the old shards."""
        with writable(self.path):
            shutil.rmtree(self.path / _OLD, ignore_errors=True)

    def drop_files(self) -> None:
        """Remove the files of the shards, not their records."""
        with writable(self.path):
            for table in TABLES:
                shutil.rmtree(self.path / table, ignore_errors=True)

    def _move(self, source: Path, target: Path, shard: int) -> None:
        # The record goes last where it comes from: without it the files count for nothing.
        record = self._record_path(target, shard)
        for table in TABLES:
            name = self.file(table, shard).name
            (target / table).mkdir(parents=True, exist_ok=True)
            if (source / table / name).exists():
                (source / table / name).replace(target / table / name)
        record.parent.mkdir(parents=True, exist_ok=True)
        self._record_path(source, shard).replace(record)

    def _numbers(self, root: Path) -> list[int]:
        folder = root / _RECORDS
        return sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdigit())

    def _record_path(self, root: Path, shard: int) -> Path:
        return root / _RECORDS / f"{shard:05d}.json"

    def _record(self, root: Path, shard: int) -> ShardRecord | None:
        try:
            return ShardRecord(**json.loads(self._record_path(root, shard).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _is_whole(self, root: Path, shard: int, record: ShardRecord) -> bool:
        files = ((root / table / self.file(table, shard).name, record.sizes.get(table)) for table in TABLES)
        return all(path.is_file() and path.stat().st_size == size for path, size in files)


@dataclass(frozen=True, slots=True)
class OldArticles:
    """The articles of old shards, looked up by what they are made of.

    Parameters
    ----------
    digests : ndarray of shape (n_articles,), uint64
        Of fingerprints, sorted.
    shards, numbers : ndarray of shape (n_articles,), int64
        Place of each.
    """

    digests: NDArray[np.uint64]
    shards: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @classmethod
    def from_records(cls, records: Sequence[tuple[int, ShardRecord]]) -> "OldArticles":
        """Return the articles of some shards."""
        rows = [
            (_digest(fingerprint), shard, number)
            for shard, record in records
            for number, fingerprint in enumerate(record.fingerprints)
        ]
        rows.sort()
        digests, shards, numbers = zip(*rows, strict=True) if rows else ((), (), ())
        return cls(
            np.array(digests, dtype=np.uint64),
            np.array(shards, dtype=np.int64),
            np.array(numbers, dtype=np.int64),
        )

    def find(self, fingerprint: str) -> Place | None:
        """Return where an article lies that has this fingerprint."""
        digest = np.uint64(_digest(fingerprint))
        row = int(np.searchsorted(self.digests, digest))
        if row == len(self.digests) or self.digests[row] != digest:
            return None
        return Place(int(self.shards[row]), int(self.numbers[row]))


def _digest(fingerprint: str) -> int:
    """Return the first 8 bytes of a fingerprint: of a million articles two in thirty billion runs would collide."""
    return int(fingerprint[:16], 16)
