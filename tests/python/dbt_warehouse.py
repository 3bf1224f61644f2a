"""A warehouse of a test's own on either engine: rows in, `dbt`, rows out."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psycopg

from dist_perf import feeds, project

METADATA = (
    ("_loaded_at", "timestamp"),
    ("_batch_id", "text"),
    ("_source_file", "text"),
    ("_row_number", "bigint"),
)
DBT = Path(sys.executable).with_name("dbt")
ENGINES = ("postgres", "duckdb")
NO_TESTS = ("--exclude-resource-types", "test", "unit_test")


@dataclass
class Warehouse:
    """One engine, one database; `directory` holds what dbt writes beside it."""

    target: str
    environment: dict[str, str]
    directory: Path

    def dbt(self, *arguments: str, **variables: Any) -> None:
        """Run a dbt command to its end.

        Raises:
            AssertionError: it failed; the message is what it printed.
        """
        done = subprocess.run(
            [
                DBT, "--quiet", "--no-use-colors", *arguments,
                "--target", self.target,
                "--vars", json.dumps(variables),
                "--profiles-dir", str(project.root()),
                "--target-path", str(self.directory / "target"),
                "--log-path", str(self.directory / "logs"),
            ],
            cwd=project.root(),
            env={**os.environ, **self.environment, "DIST_PERF_SCHEMA_PREFIX": ""},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    @property
    def manifest(self) -> dict[str, Any]:
        """What dbt wrote about the project in its last run."""
        text = (self.directory / "target" / "manifest.json").read_text(encoding="utf-8")
        return json.loads(text)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        raise NotImplementedError

    def execute(self, *statements: str) -> None:
        """Run statements one after the other."""
        raise NotImplementedError

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Append rows to a table; None is no value."""
        raise NotImplementedError

    def columns(self) -> dict[tuple[str, str], list[str]]:
        """Return the columns of every table and view, by schema and name."""
        found: dict[tuple[str, str], list[str]] = {}
        for schema, table, column in self.query(
            "select table_schema, table_name, column_name from information_schema.columns"
            " order by table_schema, table_name, ordinal_position"
        ):
            found.setdefault((schema, table), []).append(column)
        return found

    def create_feeds(self) -> None:
        """Make the empty raw table of every feed, as a loader would."""
        self.execute("create schema raw")
        for feed in feeds.all_feeds().values():
            columns = [(column.name, column.data_type) for column in feed.columns]
            declared = ", ".join(f"{name} {kind}" for name, kind in (*columns, *METADATA))
            self.execute(f"create table raw.{feed.name} ({declared})")

    def deliver(self, feed: str, rows: Iterable[Sequence[Any]], batch: str = "1") -> None:
        """Append rows to a feed's raw table, in the order of the feed's columns."""
        loaded_at = f"2025-01-01 00:00:{int(batch):02}"
        self.copy(
            f"raw.{feed}",
            [*feeds.find(feed).column_names, *(name for name, _ in METADATA)],
            (
                [*row, loaded_at, batch, f"{feed}.csv", number]
                for number, row in enumerate(rows, start=1)
            ),
        )


class PostgresWarehouse(Warehouse):
    """In a PostgreSQL database that the `PG*` variables of the environment lead to."""

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=self.environment["PGHOST"],
            port=int(self.environment["PGPORT"]),
            user=self.environment["PGUSER"],
            password=self.environment["PGPASSWORD"],
            dbname=self.environment["PGDATABASE"],
            autocommit=True,
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with self._connect() as connection:
            return connection.execute(sql).fetchall()

    def execute(self, *statements: str) -> None:
        with self._connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        into = f"copy {table} ({', '.join(columns)}) from stdin (format csv)"
        with self._connect() as connection, connection.cursor().copy(into) as copy:
            copy.write(_csv(rows))


class DuckDBWarehouse(Warehouse):
    """In a DuckDB file."""

    @property
    def _file(self) -> str:
        return self.environment["DIST_PERF_DUCKDB"]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self._file, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, *statements: str) -> None:
        with duckdb.connect(self._file) as connection:
            for statement in statements:
                connection.execute(statement)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        file = self.directory / "rows.csv"
        file.write_text(_csv(rows), encoding="utf-8")
        self.execute(f"copy {table} ({', '.join(columns)}) from '{file}' (format csv)")


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def in_postgres(variables: dict[str, str], directory: Path) -> Warehouse:
    """Return the warehouse in the database of the `PG*` variables."""
    return PostgresWarehouse("postgres", variables, directory)


def in_duckdb(directory: Path) -> Warehouse:
    """Return a warehouse in a new DuckDB file."""
    file = str(directory / "warehouse.duckdb")
    return DuckDBWarehouse("duckdb", {"DIST_PERF_DUCKDB": file}, directory)


WarehouseMaker = Callable[[str], AbstractContextManager[Warehouse]]
