"""Units become shards: what an earlier run has scored already is taken over, the rest is scored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from engagetext.archive.changes import Changes
from engagetext.archive.formats import Format, find_format
from engagetext.archive.shards import TABLES, JobFolder, OldArticles, Place, ShardRecord
from engagetext.archive.summary import Counts
from engagetext.archive.units import Result, Row, Task, Unit, fingerprints, reject_row
from engagetext.keywords.domain import TermList
from engagetext.scoring import Records


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done for a unit: keep a shard as it is, or make it of old articles and new ones."""

    ids: list[str]
    fingerprints: list[str]
    sources: list[str | None]
    unread: list[Row]
    kept: ShardRecord | None
    old: Mapping[int, Place]


class Settler:
    """Decide for each unit what is scored, and write its shard.

    Parameters
    ----------
    job : JobFolder
    """

    def __init__(self, job: JobFolder) -> None:
        self.counts = Counts()
        self._job = job
        self._changes = Changes(job)
        self._planned = self._settled = self._written = 0
        self._plans: list[_Plan] = []
        self._old: OldArticles | None = None
        self._tables: dict[tuple[str, int], Any] = {}

    def task(
        self, unit: Unit, model: str | None, terms: TermList | None, languages: tuple[str, ...], format: str
    ) -> Task | None:
        """Return what is to be scored of the next unit; None if nothing is."""
        sizes = [1 + len(article.comments) for article in unit.articles]
        records = Records.from_articles(unit.articles)
        found = fingerprints(records, sizes)
        ids = [article.id for article in unit.articles]
        unread = [reject_row(error) for error in unit.errors]
        number = self._planned
        self._planned += 1
        sources = [article.source for article in unit.articles]
        kept = self._kept(number, found, sources, unread)
        old = {} if kept is not None else self._places(number, found)
        self._plans.append(_Plan(ids, found, sources, unread, kept, old))
        if kept is not None or len(old) == len(found):
            return None
        rows: list[int] = []
        first = 0
        for article, size in enumerate(sizes):
            if article not in old:
                rows += range(first, first + size)
            first += size
        fresh = [size for article, size in enumerate(sizes) if article not in old]
        return Task(model, terms, languages, format, records.take(rows) if old else records, fresh)

    def _kept(self, number: int, found: list[str], sources: list[str | None], unread: list[Row]) -> ShardRecord | None:
        """Return the record of a shard that is still what it has to be."""
        if self._old is None:
            record = self._job.record(number)
            if _is_same(record, found, sources, unread):
                return record
            # From here on the archive is another one than it was, or had not been scored.
            self._job.set_aside(number)
            self._old = self._job.old_articles()
            return None
        record = self._job.old_record(number)
        return record if _is_same(record, found, sources, unread) else None

    def _places(self, number: int, found: list[str]) -> dict[int, Place]:
        if self._old is None or not len(self._old.digests):
            return {}
        places = ((article, self._old.find(fingerprint)) for article, fingerprint in enumerate(found))
        return {article: place for article, place in places if place is not None}

    def settle(self, unit: Unit, result: Result | None) -> None:
        """Write the shard of the next unit, with what was scored of it."""
        number, plan = self._settled, self._plans.pop(0)
        self._settled += 1
        if plan.kept is not None:
            if self._job.record(number) is None:
                self._copy(number, plan.kept)
            record = plan.kept
        elif plan.fingerprints or plan.unread or number == 0:
            record, tables = self._made(plan, result)
            self._job.write(number, record, tables)
        else:
            return
        self._written = number + 1
        self._count(plan, record)

    def _copy(self, number: int, record: ShardRecord) -> None:
        # Other units may still take articles from the old shard: it stays where it is.
        tables = {table: self._job.old_file(table, number).read_bytes() for table in TABLES}
        self._job.write(number, record, tables)

    def _made(self, plan: _Plan, result: Result | None) -> tuple[ShardRecord, dict[str, bytes]]:
        old = {place.shard: self._job.old_record(place.shard) for place in plan.old.values()}
        format = find_format(self._job.suffix)
        pieces: dict[str, list[tuple[Any, int, int]]] = {table: [] for table in TABLES}
        record = ShardRecord(plan.ids, plan.fingerprints, plan.sources, [], [], {}, 0, [], [], plan.unread)
        fresh = self._tables_of(format, result) if plan.old and result is not None else {}
        at = dict.fromkeys(TABLES, 0)
        number = 0
        for article in range(len(plan.fingerprints)):
            place = plan.old.get(article)
            source = None if place is None else old[place.shard]
            if place is not None and source is not None:
                for table in TABLES:
                    rows = source.rows(table)
                    first = sum(rows[: place.number])
                    pieces[table].append(
                        (self._old_table(format, table, place.shard), first, first + rows[place.number])
                    )
                record.n_documents.append(source.n_documents[place.number])
                record.n_mentions.append(source.n_mentions[place.number])
                before, now = source.sources[place.number], plan.sources[article]
                record.skipped.append([{**row, "source": now} for row in source.skipped[place.number]])
                record.rejected.append([_moved(row, before, now) for row in source.rejected[place.number]])
            elif result is not None:
                counts = {"documents": result.n_documents, "mentions": result.n_mentions}
                for table in fresh:
                    pieces[table].append((fresh[table], at[table], at[table] + counts[table][number]))
                    at[table] += counts[table][number]
                record.n_documents.append(result.n_documents[number])
                record.n_mentions.append(result.n_mentions[number])
                record.skipped.append(result.skipped[number])
                record.rejected.append(result.rejected[number])
                number += 1
        if not plan.old:
            made = result or _nothing(format)
            tables = {"documents": made.documents, "mentions": made.mentions}
            n_articles = made.n_articles
        else:
            joined = {table: format.join(pieces[table]) for table in TABLES}
            sizes_of = zip(plan.sources, record.n_documents, strict=True)
            sources = [source for source, size in sizes_of for _ in range(size)]
            joined["documents"] = format.with_sources(joined["documents"], sources)
            tables = {table: format.to_bytes(joined[table]) for table in TABLES}
            n_articles = format.count_articles(joined["documents"])
        sizes = {table: len(raw) for table, raw in tables.items()}
        return replace(record, sizes=sizes, n_articles=n_articles), tables

    def _tables_of(self, format: Format, result: Result) -> dict[str, Any]:
        return {
            "documents": format.from_bytes(result.documents),
            "mentions": format.from_bytes(result.mentions),
        }

    def _old_table(self, format: Format, table: str, shard: int) -> Any:
        """Return a table of an old shard; the last few are held, since neighbours lie together."""
        key = (table, shard)
        if key not in self._tables:
            while len(self._tables) >= 2 * len(TABLES):
                self._tables.pop(next(iter(self._tables)))
            self._tables[key] = format.from_bytes(self._job.old_file(table, shard).read_bytes())
        return self._tables[key]

    def _count(self, plan: _Plan, record: ShardRecord) -> None:
        counts = self.counts
        counts.scored += sum(record.n_documents)
        counts.articles += record.n_articles
        counts.met += len(record.ids)
        counts.skipped += sum(map(len, record.skipped))
        counts.rejected += sum(map(len, record.rejected)) + len(record.unread)
        counts.taken_over += len(plan.fingerprints) if plan.kept is not None else len(plan.old)
        self._changes.count(plan.ids, plan.fingerprints)

    def finish(self) -> None:
        """Remove shards that the archive no longer fills, and old ones; tell what has changed."""
        self._job.set_aside(self._written)
        self._job.forget_old()
        self.counts.new, self.counts.changed = self._changes.new, self._changes.changed
        self.counts.removed = self._changes.removed()


def _is_same(
    record: ShardRecord | None, found: list[str], sources: list[str | None], unread: list[Row]
) -> TypeGuard[ShardRecord]:
    """Tell whether a shard is what a unit would be made into."""
    return record is not None and record.fingerprints == found and record.sources == sources and record.unread == unread


def _moved(reject: Row, before: str | None, now: str | None) -> Row:
    """Return a reject of an article that is read from another place: its `where` begins with it."""
    where = reject["where"]
    return {**reject, "where": f"{now}{where[len(before) :]}"} if before and where.startswith(before) else reject


def _nothing(format: Format) -> Result:
    """Return the result of no record."""
    documents, mentions, _ = format.make([])
    return Result(format.to_bytes(documents), format.to_bytes(mentions), [], [], 0, [], [])
