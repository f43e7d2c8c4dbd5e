"""Where a job writes: one file with others beside it, or a folder."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from engagetext.archive.files import json_line, writable, writing
from engagetext.archive.formats import find_format, format_of
from engagetext.archive.shards import LEFT_AT_START, MANIFEST, REJECTS, SKIPPED, TABLES, JobFolder, ShardRecord
from engagetext.archive.summary import Counts, Summary
from engagetext.archive.units import Row
from engagetext.errors import OutputError


class Outputs:
    """The files of an output.

    Parameters
    ----------
    path : Path
        As it was asked for.

    Attributes
    ----------
    suffix : str
        Of the files of shards.
    folder : Path
        Of the job: the output itself, or `<name>.job` beside a single file.
    documents, mentions, rejects, skipped : Path
        What users read: files, or folders of files.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.suffix = format_of(path)
        self.is_folder = path.suffix == ""
        if self.is_folder:
            self.folder = path
            self.documents, self.mentions = (path / table for table in TABLES)
            self.rejects, self.skipped = path / REJECTS, path / SKIPPED
        else:
            self.folder = path.with_name(f"{path.name}.job")
            self.documents = path
            self.mentions = path.with_name(f"{path.stem}.mentions{path.suffix}")
            self.rejects = path.with_name(f"{path.stem}.rejects.jsonl")
            self.skipped = path.with_name(f"{path.stem}.skipped.jsonl")

    @property
    def paths(self) -> tuple[Path, ...]:
        """All that is written."""
        return (self.path, self.folder, self.mentions, self.rejects, self.skipped)

    def check(self) -> None:
        """Tell at once what cannot be written.

        Raises
        ------
        MissingExtraError
            If the package for the format is not installed.
        OutputError
            If a folder has the name of a file that is to be written, a file that of a folder, or the folder holds
            something else than a job.
        """
        find_format(self.suffix)
        if not self.is_folder and self.path.is_dir():
            raise OutputError(str(self.path), "a folder", "a file to write", "Name a file inside the folder.")
        if self.is_folder and self.path.is_file():
            raise OutputError(str(self.path), "a file", "a folder to fill", "Choose another name.")
        if self.is_folder and self.path.is_dir() and not (self.path / MANIFEST).exists():
            # A job that was killed before its first manifest leaves these.
            others = sorted(child.name for child in self.path.iterdir() if child.name not in LEFT_AT_START)
            if others:
                found = f"a folder with other files: {', '.join(others[:3])}"
                raise OutputError(str(self.path), found, "a new or empty folder", "Choose another folder.")

    def are_there(self, job: JobFolder) -> bool:
        """Tell whether what a finished job wrote is still there."""
        files = [self.rejects, self.skipped]
        if self.is_folder:
            return all(path.is_file() for path in files) and all(
                job.record(shard) is not None for shard in range(job.n_shards())
            )
        return all(path.is_file() for path in (*files, self.documents, self.mentions))

    def restore(self, job: JobFolder) -> None:
        """Make shards again of the single file of a finished job, so that what has not changed is taken over."""
        if self.is_folder:
            return
        kind = find_format(self.suffix)
        records = list(job.records())
        shards: Iterator[dict[str, bytes]] = (
            dict(zip(TABLES, raws, strict=True))
            for raws in zip(
                *(
                    kind.split(path, [(sum(record.rows(table)), record.sizes[table]) for record in records])
                    for table, path in ((TABLES[0], self.documents), (TABLES[1], self.mentions))
                ),
                strict=True,
            )
        )
        for shard, (record, tables) in enumerate(zip(records, shards, strict=True)):
            sizes = {table: len(raw) for table, raw in tables.items()}
            job.write(shard, replace(record, sizes=sizes), tables)

    def publish(self, job: JobFolder) -> None:
        """Write what users read of all shards."""
        self._write_rows(job, self.rejects, _reject_rows)
        self._write_rows(job, self.skipped, _skipped_rows)
        if self.is_folder:
            return
        kind = find_format(self.suffix)
        for table, path in ((TABLES[0], self.documents), (TABLES[1], self.mentions)):
            with writing(path) as stream, writable(path):
                kind.merge(stream, (job.read(table, shard) for shard in range(job.n_shards())), table)

    def tidy(self, job: JobFolder) -> None:
        """Remove the files of shards that one file holds."""
        if not self.is_folder:
            job.drop_files()

    def summary(self, counts: Counts) -> Summary:
        """Return what a job did, from its counts."""
        return Summary.from_counts(counts, self.path, self.mentions, self.rejects, self.skipped)

    def _write_rows(self, job: JobFolder, path: Path, rows: Callable[[ShardRecord], Iterator[Row]]) -> None:
        with writing(path) as stream:
            for record in job.records():
                for row in rows(record):
                    stream.write(json_line(row))


def _reject_rows(record: ShardRecord) -> Iterator[Row]:
    yield from record.unread
    for rows in record.rejected:
        yield from rows


def _skipped_rows(record: ShardRecord) -> Iterator[Row]:
    for rows in record.skipped:
        yield from rows
