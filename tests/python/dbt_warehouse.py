"""A warehouse of a test's own on either engine: rows in, `dbt`, rows out."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import duckdb
import psycopg
from dbt_process import ANY_DATABASE, SETTINGS, TRUSTING, SharedParses, run

from dist_perf import feeds, project
from dist_perf.loading.store import METADATA

DBT = Path(sys.executable).with_name("dbt")
ENGINES = ("postgres", "duckdb")
NO_TESTS = ("--exclude-resource-types", "test", "unit_test")


Row = tuple[Any, ...]


@dataclass(frozen=True)
class Relation:
    """A table that dbt built, and the columns that make its rows unique."""

    schema: str
    name: str
    grain: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Table:
    """What a relation holds; no two rows are alike."""

    relation: Relation
    columns: tuple[str, ...]
    rows: frozenset[Row]

    def key(self, row: Row) -> Row:
        """Return the values of a row's grain."""
        return tuple(row[self.columns.index(column)] for column in self.relation.grain)


@dataclass
class Warehouse:
    """One engine, one database; `directory` holds what dbt writes beside it."""

    target: str
    environment: dict[str, str]
    directory: Path
    parses: SharedParses | None = None

    def dbt(self, *arguments: str, **variables: Any) -> None:
        """Run a dbt command to its end.

        Raises:
            AssertionError: it failed; the message is what it printed.
        """
        status, printed = self.try_dbt("--quiet", *arguments, **variables)
        assert status == 0, printed

    def try_dbt(self, *arguments: str, **variables: Any) -> tuple[int, str]:
        """Run a dbt command to its end, and return its exit status and what it printed.

        The manifest is there; writing it would take longer than most commands. Ask for
        `--write-json` where dbt's results are read.
        """
        output = self.directory / "dbt.out"
        trusted = self._is_read(variables)
        if trusted and "--write-json" not in arguments:
            arguments = ("--no-write-json", *arguments)
        arguments = self._arguments(*arguments, **variables)
        status = run(arguments, self._variables(), output, trusted=trusted)
        return status, output.read_text(encoding="utf-8")

    def start_dbt(
        self, *arguments: str, reads_project: bool = False, **variables: Any
    ) -> subprocess.Popen[str]:
        """Start a dbt command; it prints into a pipe.

        Args:
            arguments: What follows `dbt`.
            reads_project: Whether it reads the project's files for itself.
            variables: The settings.
        """
        program: list[str | Path] = [DBT]
        if reads_project:
            (self.directory / "target" / SETTINGS).unlink(missing_ok=True)
        elif self._is_read(variables):
            program = [sys.executable, "-c", TRUSTING]
        return subprocess.Popen(
            [*program, *self._arguments(*arguments, **variables)],
            cwd=project.root(),
            env=self._variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _is_read(self, variables: dict[str, Any]) -> bool:
        """Return whether what is read of the project holds for these settings."""
        return self.parses is not None and self.parses.give(
            self.target, variables, self.database, self.directory / "target"
        )

    def _arguments(self, *arguments: str, **variables: Any) -> tuple[str, ...]:
        return (
            "--no-use-colors", *arguments,
            "--target", self.target,
            "--vars", json.dumps(variables),
            "--profiles-dir", str(project.root()),
            "--target-path", str(self.directory / "target"),
            "--log-path", str(self.directory / "logs"),
        )  # fmt: skip

    def _variables(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "DIST_PERF_SCHEMA_PREFIX": ""}

    @property
    def database(self) -> str:
        """How the database is called."""
        raise NotImplementedError

    @property
    def manifest(self) -> dict[str, Any]:
        """What dbt wrote about the project in its last run."""
        text = (self.directory / "target" / "manifest.json").read_text(encoding="utf-8")
        return json.loads(text)

    def published(self) -> list[Relation]:
        """Return the tables that people read: every mart, and what quarantine shows.

        Views hold nothing of their own.
        """
        return [
            Relation(node["schema"], node["alias"], tuple(node["config"]["meta"]["grain"]))
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "model"
            and node["config"]["materialized"] != "view"
            and (node["path"].startswith("marts/") or node["schema"] == "quarantine")
        ]

    def read(self, relation: Relation) -> Table:
        """Return all rows of a table."""
        columns, rows = self.fetch(f"select * from {relation}")
        table = Table(relation, columns, frozenset(rows))
        first: dict[Row, Row] = {}
        for row in rows:
            other = first.setdefault(table.key(row), row)
            assert other is row, f"`{relation}` has two rows of one key: {other}, {row}"
        return table

    def query(self, sql: str) -> list[Row]:
        """Return the rows of a query."""
        return self.fetch(sql)[1]

    def fetch(self, sql: str) -> tuple[tuple[str, ...], list[Row]]:
        """Return the names of a query's columns, and its rows."""
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
            declared = ", ".join(f"{name} {kind}" for name, kind in (*columns, *METADATA.items()))
            self.execute(f"create table raw.{feed.name} ({declared})")

    def deliver(
        self, feed: str, rows: Iterable[Sequence[Any]], loaded_on: str = "2025-07-01"
    ) -> None:
        """Append rows to a feed's raw table, in the order of the feed's columns.

        A row may end early; the columns that it leaves out have no value. Of rows with one key
        those loaded last count.
        """
        columns = feeds.find(feed).column_names
        self.copy(
            f"raw.{feed}",
            [*columns, *METADATA],
            (
                [
                    *row,
                    *[None] * (len(columns) - len(row)),
                    *(loaded_on, "a batch", "a file", number),
                ]
                for number, row in enumerate(rows, start=1)
            ),
        )


class PostgresWarehouse(Warehouse):
    """In a PostgreSQL database that the `PG*` variables of the environment lead to."""

    @property
    def database(self) -> str:
        return self.environment["PGDATABASE"]

    def connect(self) -> psycopg.Connection:
        """Connect in autocommit mode."""
        return psycopg.connect(
            host=self.environment["PGHOST"],
            port=int(self.environment["PGPORT"]),
            user=self.environment["PGUSER"],
            password=self.environment["PGPASSWORD"],
            dbname=self.environment["PGDATABASE"],
            autocommit=True,
        )

    def fetch(self, sql: str) -> tuple[tuple[str, ...], list[Row]]:
        with self.connect() as connection:
            result = connection.execute(sql)
            return tuple(column[0] for column in result.description or ()), result.fetchall()

    def execute(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        into = f"copy {table} ({', '.join(columns)}) from stdin (format csv)"
        with self.connect() as connection, connection.cursor().copy(into) as copy:
            copy.write(_csv(rows))


class DuckDBWarehouse(Warehouse):
    """In a DuckDB file."""

    @property
    def database(self) -> str:
        return Path(self._file).stem

    @property
    def _file(self) -> str:
        return self.environment["DIST_PERF_DUCKDB"]

    def fetch(self, sql: str) -> tuple[tuple[str, ...], list[Row]]:
        with duckdb.connect(self._file, read_only=True) as connection:
            result = connection.execute(sql)
            return tuple(column[0] for column in result.description), result.fetchall()

    def execute(self, *statements: str) -> None:
        with duckdb.connect(self._file) as connection:
            for statement in statements:
                connection.execute(statement)

    def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        file = self.directory / "rows.csv"
        file.write_text(_csv(rows), encoding="utf-8")
        self.execute(
            f"copy {table} ({', '.join(columns)}) from '{file}' (format csv, auto_detect false)"
        )


def differences(one: Table, other: Table) -> list[str]:
    """Describe how two states of a relation differ: ten of the rows, and how many there are."""
    name = one.relation
    if one.columns != other.columns:
        return [f"`{name}` has columns {one.columns} and {other.columns}"]
    ours = {one.key(row): row for row in one.rows - other.rows}
    theirs = {one.key(row): row for row in other.rows - one.rows}
    keys = sorted(ours.keys() | theirs.keys(), key=str)
    lines = []
    for key in keys[:10]:
        if key not in ours or key not in theirs:
            lines.append(f"`{name}` {key}: only in the {'first' if key in ours else 'second'}")
            continue
        lines += [
            f"`{name}` {key} `{column}`: {our_value} and {their_value}"
            for column, our_value, their_value in zip(
                one.columns, ours[key], theirs[key], strict=True
            )
            if our_value != their_value
        ]
    return [*lines, f"`{name}`: {len(keys)} rows differ"] if keys else []


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def in_postgres(
    variables: dict[str, str], directory: Path, parses: SharedParses | None = None
) -> Warehouse:
    """Return the warehouse in the database of the `PG*` variables."""
    return PostgresWarehouse("postgres", variables, directory, parses)


def in_duckdb(directory: Path, parses: SharedParses | None = None) -> Warehouse:
    """Return a warehouse in a new DuckDB file."""
    file = str(directory / f"{ANY_DATABASE}.duckdb")
    return DuckDBWarehouse("duckdb", {"DIST_PERF_DUCKDB": file}, directory, parses)


class WarehouseMaker(Protocol):
    """Makes an empty warehouse on the engine that is named, or one like another; drops it."""

    def __call__(
        self, engine: str, like: Warehouse | None = None
    ) -> AbstractContextManager[Warehouse]: ...
