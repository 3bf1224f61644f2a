"""Rows that come in twice end the build of a mart, and leave it as it was, on each engine."""

from __future__ import annotations

import re

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker

MART = "fact_aum_flows"
FLOWS = [
    ["F1", "A1", None, "P1", "purchase", "2024-01-02", "2024-01-02", "1000", "100"],
    ["F2", "A2", None, "P1", "purchase", "2024-01-03", "2024-01-03", "1000", "100"],
]
LATER = ["F3", "A2", None, "P1", "redemption", "2024-02-01", "2024-02-01", "500", "50"]
REFUSED = r"duplicate key value violates unique constraint|would have 2 rows of one primary key"


def build(warehouse: Warehouse, selected: str, *options: str) -> None:
    warehouse.dbt("build", *NO_TESTS, "--select", selected, *options, feed_schema="raw")


def flows(warehouse: Warehouse) -> set[str]:
    rows = warehouse.query(f"select flow_id from dist_perf_dw.{MART}")
    names = {flow_id for (flow_id,) in rows}
    assert len(names) == len(rows)
    return names


def plant(warehouse: Warehouse, flow_id: str) -> None:
    table = "intermediate.int_flows_attributed"
    warehouse.execute(f"insert into {table} select * from {table} where flow_id = '{flow_id}'")


@pytest.mark.parametrize("engine", ENGINES)
def test_rows_that_come_in_twice_are_refused(make_warehouse: WarehouseMaker, engine: str) -> None:
    with make_warehouse(engine) as warehouse:
        warehouse.create_feeds()
        warehouse.deliver("products", [["P1", "One"]])
        warehouse.deliver("aum_flows", FLOWS)
        build(warehouse, f"+{MART}")
        plant(warehouse, "F1")
        with pytest.raises(AssertionError) as whole:
            build(warehouse, MART, "--full-refresh")
        assert re.search(REFUSED, str(whole.value))
        assert flows(warehouse) == {"F1", "F2"}
        warehouse.deliver("aum_flows", [LATER], "2025-01-02")
        build(warehouse, "+int_holdings_touched")
        plant(warehouse, "F3")
        with pytest.raises(AssertionError) as part:
            build(warehouse, MART)
        assert re.search(REFUSED, str(part.value))
        assert flows(warehouse) == {"F1", "F2"}
        build(warehouse, f"+{MART}")
        assert flows(warehouse) == {"F1", "F2", "F3"}
