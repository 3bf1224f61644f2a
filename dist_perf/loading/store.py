"""Raw tables, quarantine and load log, in PostgreSQL or in DuckDB."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.csv

from dist_perf import feeds, project, warehouse
from dist_perf.feeds import Feed
from dist_perf.loading.deliveries import Dates, Period

METADATA = {
    "_loaded_at": "timestamp",
    "_batch_id": "text",
    "_source_file": "text",
    "_row_number": "bigint",
}
REJECTED_ROWS = {
    "batch_id": "text",
    "source_name": "text",
    "feed": "text",
    "source_file": "text",
    "row_number": "bigint",
    "column_name": "text",
    "feed_column": "text",
    "value": "text",
    "reason": "text",
    "row_content": "text",
    "loaded_at": "timestamp",
}
LOG_COLUMNS = {
    "batch_id": "text",
    "feed": "text",
    "source": "text",
    "first_business_date": "date",
    "last_business_date": "date",
    "file": "text",
    "file_hash": "text",
    "rows_read": "bigint",
    "rows_taken": "bigint",
    "rows_superseded": "bigint",
    "rows_quarantined": "bigint",
    "rows_blank": "bigint",
    "rows_skipped": "bigint",
    "rounded": "text",
    "rows_replaced": "bigint",
    "replaced_by": "text",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "withdrawn_at": "timestamp",
    "status": "text",
    "error": "text",
}


@dataclass
class LogEntry:
    """One load of one file; a row of `raw.load_log`.

    `status` is `running`, `loaded`, `unchanged` (the content was loaded before), `replaced`
    (a later delivery took its place), `withdrawn`, `failed` or `interrupted`. Rows read are rows
    taken, quarantined and blank. Of those taken, rows superseded have a key that a later row of
    the same file has too.
    """

    batch_id: str
    feed: str
    source: str
    file: str
    started_at: datetime.datetime
    file_hash: str | None = None
    first_business_date: datetime.date | None = None
    last_business_date: datetime.date | None = None
    rows_read: int = 0
    rows_taken: int = 0
    rows_superseded: int = 0
    rows_quarantined: int = 0
    rows_blank: int = 0
    rows_skipped: int = 0
    rounded: str | None = None
    rows_replaced: int = 0
    replaced_by: str | None = None
    finished_at: datetime.datetime | None = None
    withdrawn_at: datetime.datetime | None = None
    status: str = "running"
    error: str | None = None

    @property
    def quarantined_share(self) -> float:
        """Part of its rows that could not be taken, as a fraction; blank rows count for none."""
        rows = self.rows_taken + self.rows_quarantined
        return self.rows_quarantined / rows if rows else 0.0

    @property
    def period(self) -> Period:
        """Its business dates."""
        if self.first_business_date is None or self.last_business_date is None:
            return None
        return self.first_business_date, self.last_business_date

    @period.setter
    def period(self, period: Period) -> None:
        self.first_business_date, self.last_business_date = period or (None, None)


@dataclass(frozen=True)
class Superseded:
    """A row whose key a later row of the same file has too, so that the later one counts."""

    row_number: int
    by_row_number: int
    key: tuple[Any, ...]


class Store(ABC):
    """What a load needs of a database. Every method but `transaction` commits at once."""

    def __init__(self) -> None:
        """Name the schemas of this environment, with quotes as dbt does."""
        self._raw = f'"{project.schema_name("raw")}"'
        self._quarantine = f'"{project.schema_name("quarantine")}"'

    @abstractmethod
    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for values and return its rows, if it has any."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    @abstractmethod
    def append(self, table: str, rows: pa.Table) -> None:
        """Append rows whose columns bear the table's names."""

    @abstractmethod
    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that happens within visible at once, or not at all."""

    @abstractmethod
    @contextmanager
    def only_loader_of(self, feed: str) -> Iterator[None]:
        """Wait for other loads of the feed and keep new ones out."""

    @abstractmethod
    def finish(self, feed: str) -> None:
        """Do what the database wants after a load."""

    def prepare(self) -> None:
        """Create schemas, load log, quarantine and every feed's table where they are missing."""
        tables = {
            (self._raw, "load_log"): LOG_COLUMNS,
            (self._quarantine, "rejected_rows"): REJECTED_ROWS,
        }
        for feed in feeds.all_feeds().values():
            tables[self._raw, feed.name] = _columns(feed)
        for schema in (self._raw, self._quarantine):
            self.execute(f"create schema if not exists {schema}")
        self._make(tables)

    def _make(self, tables: dict[tuple[str, str], dict[str, str]]) -> None:
        """Create tables, or the columns that they lack."""
        present: dict[tuple[str, str], set[str]] = {}
        for schema, table, name in self.execute(
            "select table_schema, table_name, column_name from information_schema.columns"
        ):
            present.setdefault((f'"{schema}"', table), set()).add(name)
        for (schema, table), columns in tables.items():
            if (schema, table) not in present:
                declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
                self.execute(f"create table {schema}.{table} ({declared})")
                continue
            for name in columns.keys() - present[schema, table]:
                self.execute(f"alter table {schema}.{table} add column {name} {columns[name]}")

    def append_rows(self, feed: Feed, rows: pa.Table) -> None:
        """Append taken rows, with their metadata, to the feed's table."""
        self.append(f"{self._raw}.{feed.name}", rows)

    def append_rejects(self, rows: pa.Table) -> None:
        """Append rejects to the quarantine."""
        self.append(f"{self._quarantine}.rejected_rows", rows)

    def remove(self, feed: Feed, batch_ids: list[str]) -> int:
        """Put the rows and rejects of batches aside; return how many rows were taken of them."""
        self._make_aside(feed)
        return self._move(feed, batch_ids, back=False)

    def restore(self, feed: Feed, batch_id: str) -> int:
        """Put the rows and rejects of a batch back that were put aside; return how many rows."""
        return self._move(feed, [batch_id], back=True)

    def rows_aside(self, feed: Feed, batch_id: str) -> int:
        """Count the rows of a batch that were put aside."""
        self._make_aside(feed)
        rows = self.execute(
            f"select count(*) from {self._quarantine}.removed_{feed.name} where _batch_id = ?",  # noqa: S608
            (batch_id,),
        )
        return int(rows[0][0])

    def forget_replaced_by(self, feed: Feed, batch_ids: list[str]) -> None:
        """Drop what was put aside when these batches came, so that it does not grow for ever."""
        marks = ", ".join("?" for _ in batch_ids)
        older = f"select batch_id from {self._raw}.load_log where replaced_by in ({marks})"  # noqa: S608
        for _, aside, batch in self._places(feed):
            self.execute(f"delete from {aside} where {batch} in ({older})", tuple(batch_ids))  # noqa: S608

    def _make_aside(self, feed: Feed) -> None:
        self._make(
            {
                (self._quarantine, f"removed_{feed.name}"): _columns(feed),
                (self._quarantine, "removed_rejected_rows"): REJECTED_ROWS,
            }
        )

    def _places(self, feed: Feed) -> tuple[tuple[str, str, str], ...]:
        """Return where rows and rejects are, where they are put aside, and what is their batch."""
        aside = f"{self._quarantine}.removed_"
        return (
            (f"{self._raw}.{feed.name}", f"{aside}{feed.name}", "_batch_id"),
            (f"{self._quarantine}.rejected_rows", f"{aside}rejected_rows", "batch_id"),
        )

    def _move(self, feed: Feed, batch_ids: list[str], *, back: bool) -> int:
        """Move rows and rejects aside, or back; return how many rows were taken of them."""
        marks, values = ", ".join("?" for _ in batch_ids), tuple(batch_ids)
        counts = []
        columns = (_columns(feed), REJECTED_ROWS)
        for (place, aside, batch), names in zip(self._places(feed), columns, strict=True):
            start, end = (aside, place) if back else (place, aside)
            which = f"from {start} where {batch} in ({marks})"
            listed = ", ".join(names)
            counts.append(self.execute(f"select count(*) {which}", values)[0][0])
            self.execute(f"insert into {end} ({listed}) select {listed} {which}", values)
            self.execute(f"delete {which}", values)
        return int(counts[0])

    def business_dates(self, feed: Feed, batch_id: str) -> set[datetime.date]:
        """Return the business dates of a batch's rows."""
        date = f"coalesce({', '.join([*feed.business_date, 'null'])})"
        rows = self.execute(
            f"select distinct {date} from {self._raw}.{feed.name} where _batch_id = ?",  # noqa: S608
            (batch_id,),
        )
        return {row[0] for row in rows if row[0] is not None}

    def latest(
        self, feed: str, column: str, value: str, names: tuple[str, ...]
    ) -> tuple[Any, ...] | None:
        """Return columns of the feed's latest row that has a value, None if none has."""
        rows = self.execute(
            f"select {', '.join(names)} from {self._raw}.{feed} where {column} = ? "  # noqa: S608
            "order by _loaded_at desc, _row_number desc limit 1",
            (value,),
        )
        return rows[0] if rows else None

    def count_superseded(self, feed: Feed, batch_id: str) -> int:
        """Count the rows of a batch whose key a later row of it has too."""
        table = f"{self._raw}.{feed.name}"
        kept = f"select distinct {', '.join(feed.key)} from {table} where _batch_id = ?"  # noqa: S608
        rows = self.execute(
            f"select (select count(*) from {table} where _batch_id = ?) "  # noqa: S608
            f"- (select count(*) from ({kept}) as kept)",
            (batch_id, batch_id),
        )
        return int(rows[0][0])

    def first_superseded(self, feed: Feed, batch_id: str, count: int) -> list[Superseded]:
        """Return the first rows of a batch whose key a later row of it has too."""
        keys = ", ".join(feed.key)
        rows = self.execute(
            f"select _row_number, last_row_number, {keys} from (select _row_number, {keys}, "  # noqa: S608
            "first_value(_row_number) over last_first as last_row_number, "
            "row_number() over last_first as recency "
            f"from {self._raw}.{feed.name} where _batch_id = ? "
            f"window last_first as (partition by {keys} order by _row_number desc)) as ranked "
            f"where recency > 1 order by _row_number limit {count}",
            (batch_id,),
        )
        return [Superseded(row, last, tuple(key)) for row, last, *key in rows]

    def missing_keys(self, feed: Feed, earlier: str, later: str, dates: Dates) -> int:
        """Count the keys that one batch has on some days and a later one has not at all."""
        table, keys = f"{self._raw}.{feed.name}", ", ".join(feed.key)
        date = f"coalesce({', '.join([*feed.business_date, 'null'])})"
        when = f" and {date} between ? and ?" if feed.business_date else ""
        rows = self.execute(
            f"select count(*) from (select {keys} from {table} where _batch_id = ?{when} "  # noqa: S608
            f"except select {keys} from {table} where _batch_id = ?) as missing",
            (earlier, *(dates if when else ()), later),
        )
        return int(rows[0][0])

    def log(self, entry: LogEntry) -> None:
        """Write a new row of the load log."""
        values = asdict(entry)
        names = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        self.execute(
            f"insert into {self._raw}.load_log ({names}) values ({marks})",  # noqa: S608
            tuple(values.values()),
        )

    def update_log(self, entry: LogEntry) -> None:
        """Bring the load log's row of an entry up to date."""
        values = asdict(entry)
        batch_id = values.pop("batch_id")
        marks = ", ".join(f"{name} = ?" for name in values)
        self.execute(
            f"update {self._raw}.load_log set {marks} where batch_id = ?",  # noqa: S608
            (*values.values(), batch_id),
        )

    def entries(self, feed: str, status: str) -> list[LogEntry]:
        """Return the feed's log entries of one status, oldest first."""
        return self._entries("feed = ? and status = ?", feed, status)

    def loaded(self) -> list[LogEntry]:
        """Return the log entries of all that is in the raw tables, oldest first."""
        return self._entries("status = 'loaded'")

    def entry(self, batch_id: str) -> LogEntry | None:
        """Return the log entry of one batch."""
        return next(iter(self._entries("batch_id = ?", batch_id)), None)

    def _entries(self, condition: str, *values: str) -> list[LogEntry]:
        names = [each.name for each in fields(LogEntry)]
        rows = self.execute(
            f"select {', '.join(names)} from {self._raw}.load_log "  # noqa: S608
            f"where {condition} order by started_at, batch_id",
            values,
        )
        entries = (dict(zip(names, row, strict=True)) for row in rows)
        # A column that is younger than a row is empty there.
        return [
            LogEntry(**{name: value for name, value in entry.items() if value is not None})
            for entry in entries
        ]


def _columns(feed: Feed) -> dict[str, str]:
    return {**{column.name: column.data_type for column in feed.columns}, **METADATA}


class PostgresStore(Store):
    """The store in PostgreSQL."""

    def __init__(self) -> None:
        """Connect."""
        super().__init__()
        self._connection = warehouse.connect_postgres()
        self._connection.execute("set client_min_messages = warning")

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for values and return its rows, if it has any."""
        cursor = self._connection.execute(statement.replace("?", "%s").encode(), values or None)
        return cursor.fetchall() if cursor.description else []

    def close(self) -> None:
        """End the session."""
        self._connection.close()

    def append(self, table: str, rows: pa.Table) -> None:
        """Append rows whose columns bear the table's names."""
        sink = pa.BufferOutputStream()
        options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
        pa.csv.write_csv(rows, sink, options)
        statement = f"copy {table} ({', '.join(rows.column_names)}) from stdin (format csv)"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            copy.write(memoryview(sink.getvalue()))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that happens within visible at once, or not at all."""
        with self._connection.transaction():
            yield

    @contextmanager
    def only_loader_of(self, feed: str) -> Iterator[None]:
        """Hold an advisory lock, which ends with the session if the load dies."""
        key = f"{self._raw}.{feed}"
        self.execute("select pg_advisory_lock(hashtextextended(?, 0))", (key,))
        try:
            yield
        finally:
            if not self._connection.broken:
                self.execute("select pg_advisory_unlock(hashtextextended(?, 0))", (key,))

    def finish(self, feed: str) -> None:
        """Gather statistics, which the planner of the next build needs."""
        self.execute(f"analyze {self._raw}.{feed}")


class DuckDBStore(Store):
    """The store in the DuckDB file, which lets in one process at a time."""

    def __init__(self) -> None:
        """Open the file."""
        super().__init__()
        self._connection = warehouse.connect_duckdb()

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Run a statement with `?` for values and return its rows, if it has any."""
        return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def append(self, table: str, rows: pa.Table) -> None:  # noqa: ARG002
        """Append rows whose columns bear the table's names."""
        # DuckDB finds `rows` by its name here. A registered table would live as long as the
        # transaction, and the file would end up in memory.
        self._connection.execute(f"insert into {table} by name select * from rows")  # noqa: S608

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that happens within visible at once, or not at all."""
        self._connection.execute("begin")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")

    @contextmanager
    def only_loader_of(self, feed: str) -> Iterator[None]:  # noqa: ARG002
        """Do nothing: the file itself keeps other processes out."""
        yield

    def finish(self, feed: str) -> None:
        """Write the log file back, so that the next program opens one clean file."""
        del feed
        self.execute("checkpoint")


@contextmanager
def opened(target: str) -> Iterator[Store]:
    """Open the store of a dbt target, `postgres` or `duckdb`, and close it in the end."""
    store = DuckDBStore() if target == "duckdb" else PostgresStore()
    try:
        yield store
    finally:
        store.close()


DatabaseError = (psycopg.Error, duckdb.Error)
