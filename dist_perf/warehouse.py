"""Opens the warehouse that dbt builds: PostgreSQL or the DuckDB file."""

from __future__ import annotations

import os
from pathlib import Path

import click
import duckdb
import psycopg

from dist_perf import profile, project

# DuckDB calls a database by its file, so no schema may have that name.
DUCKDB_FILE = "warehouse.duckdb"
# What Python reads or writes, also where the file has it not yet.
SCHEMAS = ("raw", "quarantine", "common", "health")


def connect_postgres() -> psycopg.Connection:
    """Connect to PostgreSQL where dbt's target `postgres` does, in autocommit.

    Raises:
        click.ClickException: the server does not answer or refuses; the message says where
            it was looked for and how to start it.
    """
    parameters = profile.postgres()
    try:
        return psycopg.connect(**parameters, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise unreachable(error) from None


def unreachable(error: psycopg.OperationalError) -> click.ClickException:
    """Return what to say where PostgreSQL does not let dbt's login in."""
    parameters = profile.postgres()
    place = f"{parameters['host']}, port {parameters['port']}"
    message = str(error).strip().splitlines()[0]
    return click.ClickException(
        f"PostgreSQL at {place} cannot be reached: {message}. "
        "`dist-perf server start` starts the embedded server; PG* variables lead to another"
    )


def duckdb_path() -> Path:
    """Return the file that dbt's target `duckdb` builds."""
    return project.root() / os.environ.get("DIST_PERF_DUCKDB", DUCKDB_FILE)


def connect_duckdb() -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file of dbt's target `duckdb`.

    Raises:
        click.ClickException: another process holds it, it is no DuckDB file, or it is called
            like a schema in it.
    """
    try:
        connection = duckdb.connect(str(duckdb_path()))
    except duckdb.Error as error:
        message = str(error).splitlines()[0]
        raise click.ClickException(
            f"`{duckdb_path()}` cannot be opened: {message}. DuckDB lets in one writer at a "
            "time: close the other program, or set DIST_PERF_DUCKDB to another file"
        ) from None
    rows = connection.execute(
        "select schema_name, current_database() from information_schema.schemata"
    ).fetchall()
    schemas = {schema for schema, _ in rows} | {project.schema_name(name) for name in SCHEMAS}
    database: str = rows[0][1]
    if database.lower() in {schema.lower() for schema in schemas}:
        connection.close()
        raise click.ClickException(
            f"`{duckdb_path()}` is called like the schema `{database}` in it, so DuckDB cannot say "
            f"what `{database}.` means: rename the file and set DIST_PERF_DUCKDB to its new name, "
            f"one that no schema has, such as `{DUCKDB_FILE}`"
        )
    return connection
