"""What BI tools, the ORM and the entity diagram read from the database's catalogue."""

from __future__ import annotations

import re
from typing import Any

from dbt_warehouse import Warehouse

# The last word of `ref('x')` and of `"database"."schema"."x"`, as dbt writes either.
WORD = re.compile(r"\w+")
FOREIGN_KEYS = """
    select
        conrelid::regclass::text, attname, confrelid::regclass::text
    from pg_constraint
    inner join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and connamespace <> 'access'::regnamespace
"""
DESCRIPTIONS = """
    select
        nspname || '.' || relname,
        attname,
        col_description(pg_class.oid, attnum),
        obj_description(pg_class.oid, 'pg_class')
    from pg_class
    inner join pg_namespace on pg_namespace.oid = relnamespace
    inner join pg_attribute on attrelid = pg_class.oid and attnum > 0
    where relkind in ('r', 'v')
"""


def contracted(manifest: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {
        (
            f"{node['schema']}.{node['alias']}",
            column["name"],
            "dist_perf_dw." + WORD.findall(constraint["to"])[-1],
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        for column in node["columns"].values()
        for constraint in column["constraints"]
        if constraint["type"] == "foreign_key"
    }


def test_every_foreign_key_of_the_contracts_is_declared(sample: dict[str, Warehouse]) -> None:
    warehouse = sample["postgres"]
    expected = contracted(warehouse.manifest)
    assert expected
    assert set(warehouse.query(FOREIGN_KEYS)) == expected


def in_the_database(warehouse: Warehouse) -> dict[tuple[str, str], str | None]:
    """Return what is said of each column of each table and view; of these themselves under ''."""
    shown = {}
    for table, column, of_column, of_table in warehouse.query(DESCRIPTIONS):
        shown |= {(table, column): of_column, (table, ""): of_table}
    return shown


def in_the_project(manifest: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {
        (f"{node['schema']}.{node['alias']}", name): text
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "snapshot")
        for name, text in (
            ("", node["description"]),
            *((column["name"], column["description"]) for column in node["columns"].values()),
        )
    }


def test_every_model_and_column_bears_its_description(sample: dict[str, Warehouse]) -> None:
    warehouse = sample["postgres"]
    expected = in_the_project(warehouse.manifest)
    shown = in_the_database(warehouse)
    assert len(expected) > 1000
    assert {key: shown.get(key) for key in expected} == expected


def test_a_part_rebuilt_leaves_the_catalogue_as_it_was(sample: dict[str, Warehouse]) -> None:
    warehouse = sample["postgres"]
    before = set(warehouse.query(FOREIGN_KEYS)), in_the_database(warehouse)
    warehouse.dbt("run", "--select", "dim_products")
    assert (set(warehouse.query(FOREIGN_KEYS)), in_the_database(warehouse)) == before
