"""The role that BI tools log in as sees the marts and nothing else, and a build keeps it so."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from dbt_warehouse import NO_TESTS, Warehouse, in_postgres

from dist_perf import project, reporter
from dist_perf.server import Server, throwaway_server

COMMAND = Path(sys.executable).with_name("dist-perf")
# What the catalogue lets the role read outside the server's own schemas.
READABLE = """
    select nspname || '.' || relname
    from pg_class
    inner join pg_namespace on pg_namespace.oid = relnamespace
    where
        relkind in ('r', 'v')
        and nspname !~ '^(pg_|information_schema)'
        and has_schema_privilege('reporter', pg_namespace.oid, 'usage')
        and has_table_privilege('reporter', pg_class.oid, 'select')
"""
TABLES = """
    select table_schema || '.' || table_name
    from information_schema.tables
    where table_schema !~ '^(pg_|information_schema)'
"""


@pytest.fixture
def built(sample: dict[str, Warehouse]) -> Warehouse:
    return sample["postgres"]


def marts(warehouse: Warehouse) -> set[str]:
    return {
        f"{node['schema']}.{node['alias']}"
        for node in warehouse.manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


def names(warehouse: Warehouse, sql: str) -> set[str]:
    return {name for (name,) in warehouse.query(sql)}


@pytest.fixture
def reader(built: Warehouse, postgres: Server) -> Iterator[psycopg.Connection]:
    """A session of the role in the built sample."""
    with psycopg.connect(
        host=built.environment["PGHOST"],
        port=postgres.port,
        dbname=built.environment["PGDATABASE"],
        user=reporter.ROLE,
        password=postgres.reporter_password(),
        autocommit=True,
    ) as connection:
        yield connection


def test_the_project_grants_to_the_role_that_the_server_makes(built: Warehouse) -> None:
    granted = {
        layer: {str(node["config"]["grants"]) for node in built.manifest["nodes"].values()
                if node["resource_type"] == "model" and node["path"].startswith(layer)}
        for layer in ("marts", "intermediate", "staging")
    }  # fmt: skip
    assert granted["marts"] == {str({"select": [reporter.ROLE]})}
    assert granted["intermediate"] == granted["staging"] == {"{}"}


def test_the_reporter_reads_every_mart(built: Warehouse, reader: psycopg.Connection) -> None:
    wide = {name for name in marts(built) if name.endswith("_wide")}
    assert wide
    for name in sorted(marts(built)):
        assert reader.execute(f"select count(*) from {name}").fetchone() is not None


def test_the_reporter_reads_nothing_but_marts(built: Warehouse, reader: psycopg.Connection) -> None:
    assert names(built, READABLE) == marts(built)
    hidden = names(built, TABLES) - marts(built)
    assert {name.split(".")[0] for name in hidden} >= {
        "sample", "staging", "intermediate", "sample_snapshots", "reference",
    }  # fmt: skip
    for name in sorted(hidden):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(f"select count(*) from {name}")


@pytest.mark.parametrize("read_only", ["on", "off"])
@pytest.mark.parametrize(
    "statement",
    [
        "insert into dist_perf_dw.dim_regions (region_key) values (1)",
        "update dist_perf_dw.dim_regions set region_name = 'mine'",
        "delete from dist_perf_dw.retention_wide",
        "truncate dist_perf_dw.fact_revenue",
        "drop view dist_perf_dw.retention_wide",
        "create table dist_perf_dw.mine (number integer)",
        "create table public.mine (number integer)",
        "create schema mine",
    ],
)
def test_the_reporter_writes_nothing(
    statement: str, read_only: str, reader: psycopg.Connection
) -> None:
    reader.execute(f"set default_transaction_read_only = {read_only}")
    with pytest.raises(
        (
            psycopg.errors.InsufficientPrivilege,
            psycopg.errors.ReadOnlySqlTransaction,
            psycopg.errors.ObjectNotInPrerequisiteState,
        )
    ):
        reader.execute(statement)


def test_a_part_rebuilt_keeps_what_reads_it(built: Warehouse, reader: psycopg.Connection) -> None:
    """Dbt drops the old table and what hangs on it: the wide views, an analyst's own view."""
    before = names(built, READABLE)
    assert reader.execute("select count(*) from dist_perf_dw.revenue_wide").fetchone()
    built.execute(
        "create view public.products_named as select product_name from dist_perf_dw.dim_products",
        "alter table dist_perf_dw.dim_products add column extra text",
        "create view public.products_extra as select extra from dist_perf_dw.dim_products",
    )
    try:
        # `aum_wide` is then rebuilt in place of the one repointed to the new table.
        built.dbt("run", "--select", "dim_products", "dim_wholesalers", "aum_wide")
        assert names(built, READABLE) == before
        own = names(built, TABLES) & {"public.products_named", "public.products_extra"}
        assert own == {"public.products_named"}
    finally:
        built.execute("drop view if exists public.products_named, public.products_extra cascade")


def test_a_server_without_the_role_is_built_and_told_what_makes_it(
    tmp_path: Path,
) -> None:
    with throwaway_server() as server:
        with server.connect() as connection:
            connection.execute(f"drop role {reporter.ROLE}")
        warehouse = in_postgres(server.environment(), tmp_path)
        build = ("build", "--select", "+dim_regions", *NO_TESTS)
        warehouse.dbt(*build)
        log = tmp_path / "logs" / "dbt.log"
        assert "`dist-perf server reporter` makes the role" in log.read_text(encoding="utf-8")

        passwords = tmp_path / "passwords"
        environment = {
            **os.environ,
            **server.environment(),
            "PGPASSFILE": str(passwords),
            reporter.PASSWORD_VARIABLE: r"with : and \ in it",
        }
        done = subprocess.run(
            [COMMAND, "server", "reporter"],
            cwd=project.root(), env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert r"with \: and \\ in it" in passwords.read_text(encoding="utf-8")
        warehouse.dbt(*build)
        # libpq finds the password in the file.
        read = subprocess.run(
            [server.binaries / "psql", "--no-password", "--username", reporter.ROLE,
             "--tuples-only", "--command", "select count(*) > 0 from dist_perf_dw.dim_regions"],
            env={name: value for name, value in environment.items() if name != "PGPASSWORD"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert read.stdout.strip() == "t", read.stderr
