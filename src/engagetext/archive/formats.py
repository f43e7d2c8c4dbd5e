"""The two forms of an output: Parquet and JSONL. Both hold `documents` and `mentions`."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from engagetext.archive.files import json_line
from engagetext.errors import MissingExtraError, OptionError
from engagetext.rows import document_rows, mention_rows
from engagetext.scoring import SCORED, Scored

if TYPE_CHECKING:
    import pyarrow as pa

# What became of a record, and why, stands in the rejects and the skipped: documents are those that were scored.
_INTERNAL = ("outcome", "reason")
_SUFFIXES = ".jsonl, .parquet, or none for a folder of Parquet files"


class Format(Protocol):
    """How the rows of a table become bytes. A table is an Arrow table, or a list of lines."""

    suffix: str

    def make(self, parts: Iterable[Scored]) -> tuple[Any, Any, list[int]]:
        """Return documents and mentions of some records in their order, and the mentions of each record."""

    def to_bytes(self, table: Any) -> bytes:
        """Return a table as the bytes of a file."""

    def from_bytes(self, raw: bytes) -> Any:
        """Return the table of a file."""

    def join(self, pieces: Sequence[tuple[Any, int, int]]) -> Any:
        """Return one table of rows `first` to `last` (half-open) of others."""

    def with_sources(self, documents: Any, sources: Sequence[str | None]) -> Any:
        """Return documents that were read from other places, one a row."""

    def count_articles(self, documents: Any) -> int:
        """Return how many documents are articles."""

    def merge(self, stream: IO[bytes], shards: Iterable[bytes], table: str) -> None:
        """Write one file of the files of all shards."""

    def split(self, path: Path, sizes: Sequence[tuple[int, int]]) -> Iterator[bytes]:
        """Yield the files of the shards again, from the rows and the bytes of each."""


class JsonLines:
    """One JSON object a line."""

    suffix = ".jsonl"

    def make(self, parts: Iterable[Scored]) -> tuple[list[bytes], list[bytes], list[int]]:
        """Return documents and mentions as lines."""
        found: dict[int, tuple[bytes | None, list[bytes]]] = {}
        for part in parts:
            rows = zip(part.rows, part.outcomes, document_rows(part), mention_rows(part), strict=True)
            for place, outcome, row, mentions in rows:
                kept = {name: value for name, value in row.items() if name not in _INTERNAL}
                found[place] = (json_line(kept) if outcome == SCORED else None, [json_line(one) for one in mentions])
        ordered = [found[place] for place in sorted(found)]
        documents = [line for line, _ in ordered if line is not None]
        return documents, [line for _, lines in ordered for line in lines], [len(lines) for _, lines in ordered]

    def to_bytes(self, table: list[bytes]) -> bytes:
        """Return lines as bytes."""
        return b"".join(table)

    def from_bytes(self, raw: bytes) -> list[bytes]:
        """Return the lines of a file."""
        return [line + b"\n" for line in raw.split(b"\n")[:-1]]

    def join(self, pieces: Sequence[tuple[list[bytes], int, int]]) -> list[bytes]:
        """Return lines `first` to `last` of others."""
        return [line for table, first, last in pieces for line in table[first:last]]

    def with_sources(self, documents: list[bytes], sources: Sequence[str | None]) -> list[bytes]:
        """Return lines with other sources."""
        rows = zip(map(json.loads, documents), sources, strict=True)
        return [json_line({**row, "source": source}) for row, source in rows]

    def count_articles(self, documents: list[bytes]) -> int:
        """Return how many lines are articles."""
        return sum(json.loads(line)["kind"] == "article" for line in documents)

    def merge(self, stream: IO[bytes], shards: Iterable[bytes], table: str) -> None:
        """Write the lines of all shards."""
        for raw in shards:
            stream.write(raw)

    def split(self, path: Path, sizes: Sequence[tuple[int, int]]) -> Iterator[bytes]:
        """Yield the lines of each shard."""
        with path.open("rb") as stream:
            for _, size in sizes:
                yield stream.read(size)


class Parquet:
    """Parquet, a row group a shard."""

    suffix = ".parquet"

    def __init__(self) -> None:
        try:
            import pyarrow.parquet  # noqa: F401
        except ImportError as error:
            raise MissingExtraError(
                "output", "no pyarrow", "pyarrow", 'Run: pip install "engagetext[arrow]", or write .jsonl.'
            ) from error

    def make(self, parts: Iterable[Scored]) -> "tuple[pa.Table, pa.Table, list[int]]":
        """Return documents and mentions as Arrow tables."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from engagetext.tables import TableBuilder

        builder = TableBuilder()
        for part in parts:
            builder.add(part)
        documents = builder.documents()
        kept = documents.filter(pc.equal(documents["outcome"], pa.scalar(SCORED))).drop_columns(list(_INTERNAL))
        return kept, *builder.mentions()

    def to_bytes(self, table: "pa.Table") -> bytes:
        """Return a table as a Parquet file of one row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        # A table that was read from a file carries notes of that file: the bytes are to tell of the rows alone.
        schema = self._schema("documents" if "keywords" in table.column_names else "mentions")
        table = pa.Table.from_arrays(table.combine_chunks().columns, schema=schema)
        stream = io.BytesIO()
        pq.write_table(table, stream, compression="zstd", row_group_size=max(table.num_rows, 1))
        return stream.getvalue()

    def from_bytes(self, raw: bytes) -> "pa.Table":
        """Return the table of a Parquet file."""
        import pyarrow.parquet as pq

        return pq.read_table(io.BytesIO(raw))

    def join(self, pieces: "Sequence[tuple[pa.Table, int, int]]") -> "pa.Table":
        """Return rows `first` to `last` of other tables."""
        import pyarrow as pa

        return pa.concat_tables([table.slice(first, last - first) for table, first, last in pieces])

    def with_sources(self, documents: "pa.Table", sources: Sequence[str | None]) -> "pa.Table":
        """Return rows with other sources."""
        import pyarrow as pa

        place = documents.schema.get_field_index("source")
        return documents.set_column(place, documents.schema.field(place), pa.array(sources, pa.string()))

    def count_articles(self, documents: "pa.Table") -> int:
        """Return how many rows are articles."""
        return sum(kind == "article" for kind in documents["kind"].to_pylist())

    def merge(self, stream: IO[bytes], shards: Iterable[bytes], table: str) -> None:
        """Write the tables of all shards, a row group each."""
        import pyarrow.parquet as pq

        with pq.ParquetWriter(stream, self._schema(table), compression="zstd") as writer:
            for raw in shards:
                rows = self.from_bytes(raw)
                if rows.num_rows:
                    writer.write_table(rows.combine_chunks(), row_group_size=rows.num_rows)

    def split(self, path: Path, sizes: Sequence[tuple[int, int]]) -> Iterator[bytes]:
        """Yield the files of the shards again."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            group = 0
            for n_rows, _ in sizes:
                table = file.read_row_group(group) if n_rows else file.schema_arrow.empty_table()
                group += n_rows > 0
                yield self.to_bytes(table)

    def _schema(self, table: str) -> "pa.Schema":
        from engagetext.tables import document_schema, mention_schema

        if table == "mentions":
            return mention_schema()
        schema = document_schema()
        for name in _INTERNAL:
            schema = schema.remove(schema.get_field_index(name))
        return schema


def find_format(name: str) -> Format:
    """Return a format by the suffix of its files."""
    return JsonLines() if name == JsonLines.suffix else Parquet()


def format_of(out: Path) -> str:
    """Return the suffix of the files that an output is made of: its own, or Parquet for a folder.

    Raises
    ------
    OptionError
        If the suffix is another one.
    """
    if out.suffix not in ("", JsonLines.suffix, Parquet.suffix):
        raise OptionError(f"output {str(out)!r}", f"the suffix {out.suffix!r}", _SUFFIXES, _remedy(out))
    return out.suffix or Parquet.suffix


def _remedy(out: Path) -> str:
    if out.suffix.lower() not in (".csv", ".tsv", ".xlsx"):
        return "Name the output scores.jsonl."
    # Documents hold lists; mentions are flat.
    made = 'pandas.read_parquet("scores.mentions.parquet").to_csv("scores.csv")'
    return f"Name the output scores.parquet; a CSV of what it finds is one line then: {made}."
