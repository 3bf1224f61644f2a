"""The ORM's classes are the tables of the contracts, and its recipes work."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import click
import pytest
from dbt_warehouse import ENGINES, Warehouse
from sqlalchemy import Numeric, func, select, text
from sqlalchemy.exc import InternalError

from dist_perf import orm, orm_classes, project
from dist_perf.orm import Base, DimRegions, engine, session

PROMISED = {
    "DimAdvisors", "DimAssetClasses", "DimChannels", "DimDates", "DimExpenseCategories",
    "DimExpenseTypes", "DimFirms", "DimFirmTypes", "DimProducts", "DimRegions", "DimTerritories",
    "DimTransactionTypes", "DimVehicleTypes", "DimWholesalers", "FactAUMFlow",
    "FactDistributionExpense", "FactRetentionSnapshots", "FactRevenue", "FactWholesalerComp",
}  # fmt: skip
CLASSES = sorted(
    (mapper.class_ for mapper in Base.registry.mappers), key=lambda each: each.__name__
)
COLUMNS = """
    select
        table_schema, table_name, column_name, data_type, numeric_precision, numeric_scale,
        is_nullable
    from information_schema.columns
    inner join information_schema.tables using (table_schema, table_name)
    where table_type = 'BASE TABLE'
"""
# What PostgreSQL calls a type in short, by what DuckDB, SQLAlchemy and it call it.
TYPES = {
    "varchar": "text",
    "decimal": "numeric",
    "datetime": "timestamp",
    "timestamp without time zone": "timestamp",
}
RECIPE = re.compile(r"```python\n(?P<code>.*?)```(?:\n\n```\n(?P<printed>.*?)```)?", re.DOTALL)
PAGE = project.root() / "docs" / "orm.md"


def recipes() -> list[tuple[str, str]]:
    found = RECIPE.finditer(PAGE.read_text(encoding="utf-8"))
    return [(recipe["code"], recipe["printed"] or "") for recipe in found]


@contextmanager
def reaching(environment: dict[str, str]) -> Iterator[None]:
    """Let the ORM reach the database that the `PG*` variables lead to."""
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in environment.items():
            patch.setenv(variable, value)
        engine.cache_clear()
        try:
            yield
        finally:
            session.remove()
            engine().dispose()
            engine.cache_clear()


@pytest.fixture
def reached(sample: dict[str, Warehouse]) -> Iterator[None]:
    with reaching(sample["postgres"].environment):
        yield


def test_classes_are_written_from_the_contracts_as_they_are(sample: dict[str, Warehouse]) -> None:
    for name, source in orm_classes.modules(sample["duckdb"].manifest).items():
        path = Path(orm.__file__).with_name(name)
        assert path.read_text(encoding="utf-8") == source, f"`{name}` is stale: run `make orm`"


def test_every_promised_class_is_there() -> None:
    assert set(orm.__all__) >= PROMISED


@pytest.mark.parametrize("engine_name", ENGINES)
def test_columns_of_classes_are_those_of_the_database(
    engine_name: str, sample: dict[str, Warehouse]
) -> None:
    marts = {(each.schema, each.name) for each in sample[engine_name].published()}
    there = set()
    for schema, table, column, kind, precision, scale, nullable in sample[engine_name].query(
        COLUMNS
    ):
        if (schema, table) not in marts:
            continue
        name = kind.partition("(")[0].lower()
        digits = (precision, scale) if name in ("decimal", "numeric") else (None, None)
        there.add((schema, table, column, TYPES.get(name, name), *digits, nullable == "YES"))
    mapped = set()
    for table in Base.metadata.tables.values():
        for column in table.columns:
            kind = column.type
            digits = (kind.precision, kind.scale) if isinstance(kind, Numeric) else (None, None)
            name = kind.compile().partition("(")[0].lower()
            mapped.add(
                (
                    table.schema,
                    table.name,
                    column.name,
                    TYPES.get(name, name),
                    *digits,
                    column.nullable,
                )
            )
    assert mapped == there


@pytest.mark.usefixtures("reached")
def test_every_key_leads_to_a_row() -> None:
    lost = []
    for mapper in Base.registry.mappers:
        for relationship in mapper.relationships:
            (key,) = relationship.local_columns
            orphans = select(func.count()).where(
                key.is_not(None), ~relationship.class_attribute.has()
            )
            if count := session.scalar(orphans):
                lost.append(f"{relationship}: {count} rows lead nowhere")
    assert not lost, "\n".join(lost)


@pytest.mark.usefixtures("reached")
def test_recipes_print_what_the_page_says() -> None:
    known: dict[str, Any] = {}
    for code, printed in recipes():
        with redirect_stdout(io.StringIO()) as out:
            exec(compile(code, str(PAGE), "exec"), known)  # noqa: S102
        assert out.getvalue() == printed, code


def test_recipes_are_typed(tmp_path: Path) -> None:
    program = tmp_path / "recipes.py"
    program.write_text("\n".join(code for code, _ in recipes()), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", str(program)],
        cwd=project.root(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("reached")
def test_session_cannot_write() -> None:
    with pytest.raises(InternalError, match="read-only transaction"):
        session.execute(text("delete from dist_perf_dw.dim_regions"))


@pytest.mark.usefixtures("reached")
def test_open_session_lets_dbt_swap_tables(sample: dict[str, Warehouse]) -> None:
    assert session.scalars(select(DimRegions)).first() is not None
    held = "select 1 from pg_locks where relation = 'dist_perf_dw.dim_regions'::regclass"
    assert sample["postgres"].query(held) == []


def test_classes_read_the_schema_with_the_prefix(
    database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIST_PERF_SCHEMA_PREFIX", "dev_")
    with reaching(database):
        with engine().connect() as connection:
            connection.execute(text("set default_transaction_read_only = off"))
            connection.execute(text("create schema dev_dist_perf_dw"))
            connection.execute(
                text(
                    "create table dev_dist_perf_dw.dim_regions as"
                    " select 1::bigint as region_key, 'N' as region_id, 'North' as region_name"
                )
            )
        assert session.scalars(select(DimRegions.region_name)).all() == ["North"]


def test_database_that_does_not_answer_says_how_to_start_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    with (
        reaching({"PGHOST": "localhost"}),
        pytest.raises(click.ClickException, match="dist-perf server start"),
    ):
        session.scalar(select(func.count()).select_from(DimRegions))


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"data_type": "json"}, r"`dim_things.thing_key` has the type `json`.*use one of bigint"),
        ({"constraints": [{"type": "foreign_key", "to": "ref('dim_a')", "to_columns": ["a_key"]}]},
         r"`dim_things.thing` is also how the row is called that `thing_key` leads to"),
    ],
)  # fmt: skip
def test_contract_that_makes_no_class_is_an_error(column: dict[str, Any], message: str) -> None:
    plain = {"description": "", "data_type": "bigint", "constraints": []}
    manifest = {
        "nodes": {
            "model.dim_things": {
                "name": "dim_things",
                "resource_type": "model",
                "path": "marts/things/dim_things.sql",
                "fqn": ["dist_perf_dw", "marts", "things", "dim_things"],
                "alias": "dim_things",
                "schema": "things",
                "description": "",
                "config": {
                    "contract": {"enforced": True},
                    "materialized": "table",
                    "meta": {"grain": ["thing_key"]},
                },
                "columns": {
                    "thing_key": {"name": "thing_key", **plain, **column},
                    "thing": {"name": "thing", **plain},
                },
            }
        }
    }
    with pytest.raises(click.ClickException, match=message):
        orm_classes.modules(manifest)


def test_two_models_that_would_be_one_class_are_an_error() -> None:
    def model(name: str, **meta: str) -> dict[str, Any]:
        return {
            "name": name,
            "alias": name,
            "schema": "things",
            "fqn": ["dist_perf_dw", "marts", "things", name],
            "resource_type": "model",
            "path": f"marts/things/{name}.sql",
            "description": "",
            "config": {
                "contract": {"enforced": True},
                "materialized": "table",
                "meta": {"grain": [], **meta},
            },
            "columns": {},
        }

    nodes = {"one": model("dim_things"), "other": model("things", orm_class="DimThings")}
    with pytest.raises(click.ClickException, match="`dim_things` and `things` would both be"):
        orm_classes.modules({"nodes": nodes})
