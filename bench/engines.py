"""The two engines, each with a database that belongs to one run of the benchmark."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
import psutil
import psycopg
import pyarrow as pa
import pyarrow.csv

from dist_perf import warehouse
from dist_perf.server import Server, throwaway_server

Row = tuple[Any, ...]
Types = Mapping[str, pa.DataType]


class Connection(Protocol):
    """A session that runs statements one after the other."""

    def run(self, sql: str) -> None:
        """Run a statement and wait for its end."""

    def rows(self, sql: str) -> list[Row]:
        """Run a query and fetch all its rows."""

    def table(self, sql: str, types: Types) -> pa.Table:
        """Run a query and fetch it as a table with columns of the types."""


class Engine(Protocol):
    """A database that dbt's target of the same name builds.

    Attributes:
        name: of the target.
        environment: variables with which dbt and the loader connect to it.
        directory: for files of this run.
    """

    name: str
    environment: dict[str, str]
    directory: Path

    def connected(self) -> Any:
        """Open a session, as a context manager that yields a `Connection`."""

    def set(self, settings: Mapping[str, str]) -> None:
        """Apply these settings beside the project's own, and no others."""

    def server(self) -> list[psutil.Process]:
        """Return the processes of the server, none where the engine lives in its client."""

    def spill_directory(self) -> Path | None:
        """Return the directory that queries spill to, if its files show how much."""

    def spilled_bytes(self) -> int:
        """Return the bytes spilled so far, as far as the server counts them."""

    def size_bytes(self) -> int:
        """Return the size of the database on disk."""


class _PostgresConnection:
    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        # A dashboard's query is planned each time it is asked.
        self._connection.prepare_threshold = None

    def run(self, sql: str) -> None:
        self._connection.execute(sql.encode())

    def rows(self, sql: str) -> list[Row]:
        return self._connection.execute(sql.encode()).fetchall()

    def table(self, sql: str, types: Types) -> pa.Table:
        sink = pa.BufferOutputStream()
        statement = f"copy ({sql}) to stdout (format csv, header)"
        with self._connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for part in copy:
                sink.write(part)
        options = pa.csv.ConvertOptions(column_types=types)
        return pa.csv.read_csv(pa.BufferReader(sink.getvalue()), convert_options=options)


class _DuckDBConnection:
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def run(self, sql: str) -> None:
        self._connection.execute(sql)

    def rows(self, sql: str) -> list[Row]:
        return self._connection.execute(sql).fetchall()

    def table(self, sql: str, types: Types) -> pa.Table:
        fetched: pa.Table = self._connection.sql(sql).to_arrow_table()
        return fetched.cast(pa.schema(types))


class Postgres:
    """An embedded server of the run's own."""

    name = "postgres"

    def __init__(self, server: Server, directory: Path) -> None:
        """Take a running server, and a directory for what dbt writes."""
        self._server = server
        self.directory = directory
        self.environment = server.environment()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Open a session."""
        with warehouse.connect_postgres() as connection:
            yield _PostgresConnection(connection)

    def set(self, settings: Mapping[str, str]) -> None:
        """Set the server's parameters and restart it, which some of them need."""
        with self.connected() as connection:
            connection.run("alter system reset all")
            for name, value in settings.items():
                connection.run(f"alter system set {name} = '{value}'")
        self._server.stop()
        self._server.start()

    def server(self) -> list[psutil.Process]:
        """Return the server's main process."""
        status = self._server.status()
        return [psutil.Process(status.pid)] if status and status.pid else []

    def spill_directory(self) -> Path | None:
        """Return nothing: the server itself counts."""
        return None

    def spilled_bytes(self) -> int:
        """Return what queries have written to temporary files since the server started."""
        return self._number("select temp_bytes from pg_stat_database where datname = ")

    def size_bytes(self) -> int:
        """Return the size of the database."""
        return self._number("select pg_database_size(oid) from pg_database where datname = ")

    def _number(self, query: str) -> int:
        with self.connected() as connection:
            return int(connection.rows(f"{query} current_database()")[0][0])


class DuckDB:
    """A file."""

    name = "duckdb"

    def __init__(self, directory: Path) -> None:
        """Take the directory for the file and for what dbt writes."""
        self.directory = directory
        self._file = directory / "warehouse.duckdb"
        self.environment = {"DIST_PERF_DUCKDB": str(self._file)}
        self._settings: Mapping[str, str] = {}

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Open the file; no other process may have it open."""
        with warehouse.connect_duckdb() as connection:
            yield _DuckDBConnection(connection)

    def set(self, settings: Mapping[str, str]) -> None:
        """Set variables of the environment that profiles.yml reads."""
        for name in self._settings:
            os.environ.pop(name, None)
        os.environ.update(settings)
        self._settings = settings

    def server(self) -> list[psutil.Process]:
        """Return nothing: DuckDB runs in its client."""
        return []

    def spill_directory(self) -> Path | None:
        """Return the directory that DuckDB makes beside the file."""
        return self._file.with_name(f"{self._file.name}.tmp")

    def spilled_bytes(self) -> int:
        """Return zero: the directory shows it."""
        return 0

    def size_bytes(self) -> int:
        """Return the size of the file."""
        return self._file.stat().st_size


@contextmanager
def opened(name: str, directory: Path) -> Iterator[Engine]:
    """Make an empty database for this process and those it starts, and drop it in the end.

    Args:
        name: `duckdb` or `postgres`.
        directory: where DuckDB's file and what dbt writes go.
    """
    before = dict(os.environ)
    work = directory / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        if name == "duckdb":
            engine: Engine = DuckDB(work)
            os.environ.update(engine.environment)
            yield engine
        else:
            with throwaway_server(is_synced=True) as server:
                engine = Postgres(server, work)
                os.environ.update(engine.environment)
                yield engine
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(work)


def timed(connection: Connection, sql: str) -> float:
    """Run a statement and return the seconds that it took."""
    started = time.perf_counter()
    connection.run(sql)
    return time.perf_counter() - started
