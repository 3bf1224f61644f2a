from __future__ import annotations

from dbt_warehouse import Warehouse, differences


def test_every_mart_holds_the_same_rows_on_every_engine(sample: dict[str, Warehouse]) -> None:
    postgres, duckdb = sample["postgres"], sample["duckdb"]
    lines = [
        line
        for relation in postgres.published()
        for line in differences(postgres.read(relation), duckdb.read(relation))
    ]
    assert not lines, "\n".join(["PostgreSQL first, DuckDB second:", *lines])
