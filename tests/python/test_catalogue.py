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
    where contype = 'f'
"""
UNDESCRIBED = """
    select table_schema || '.' || table_name || '.' || column_name
    from information_schema.columns
    where
        table_schema in ('dist_perf_dw', 'intermediate', 'staging')
        and col_description(
            (table_schema || '.' || table_name)::regclass::oid, ordinal_position::int
        ) is null
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


def test_foreign_keys_are_back_after_a_part_is_rebuilt(sample: dict[str, Warehouse]) -> None:
    warehouse = sample["postgres"]
    before = set(warehouse.query(FOREIGN_KEYS))
    warehouse.dbt("run", "--select", "dim_products")
    assert set(warehouse.query(FOREIGN_KEYS)) == before


def test_every_column_bears_its_description(sample: dict[str, Warehouse]) -> None:
    assert sample["postgres"].query(UNDESCRIBED) == []
