"""Opens the warehouse that dbt builds: PostgreSQL or the DuckDB file."""

from __future__ import annotations

import os
from pathlib import Path

import click
import duckdb
import psycopg

from dist_perf import profile, project

DUCKDB_FILE = "dist_perf_dw.duckdb"


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
        place = f"{parameters['host']}, port {parameters['port']}"
        message = str(error).strip().splitlines()[0]
        raise click.ClickException(
            f"PostgreSQL at {place} cannot be reached: {message}. "
            "`dist-perf server start` starts the embedded server; PG* variables lead to another"
        ) from None


def duckdb_path() -> Path:
    """Return the file that dbt's target `duckdb` builds."""
    return project.root() / os.environ.get("DIST_PERF_DUCKDB", DUCKDB_FILE)


def connect_duckdb() -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file of dbt's target `duckdb`.

    Raises:
        click.ClickException: another process holds it, or it is no DuckDB file.
    """
    try:
        return duckdb.connect(str(duckdb_path()))
    except duckdb.Error as error:
        message = str(error).splitlines()[0]
        raise click.ClickException(
            f"`{duckdb_path()}` cannot be opened: {message}. DuckDB lets in one writer at a "
            "time: close the other program, or set DIST_PERF_DUCKDB to another file"
        ) from None
