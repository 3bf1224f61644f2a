"""A data test that found nothing looks on at what changed; one that failed, at everything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker

MODEL = "int_lots_followed"
TEST = (
    "dbt_utils_unique_combination_of_columns_int_lots_followed_"
    "flow_id__relief_method__age_days__is_as_of"
)
FLOWS = [
    ["F1", "A1", None, "P1", "purchase", "2024-01-02", "2024-01-02", "1000", "100"],
    ["F2", "A2", None, "P1", "purchase", "2024-01-03", "2024-01-03", "1000", "100"],
]
LATER = ["F3", "A2", None, "P1", "redemption", "2024-02-01", "2024-02-01", "500", "50"]


@pytest.fixture(params=ENGINES)
def warehouse(
    make_warehouse: WarehouseMaker, request: pytest.FixtureRequest
) -> Iterator[Warehouse]:
    """Two lots of two accounts."""
    with make_warehouse(request.param) as made:
        made.create_feeds()
        made.deliver("products", [["P1", "One"]])
        made.deliver("aum_flows", FLOWS)
        build(made, f"+{MODEL}")
        yield made


def build(warehouse: Warehouse, selected: str, *options: str) -> None:
    warehouse.dbt("build", *NO_TESTS, "--select", selected, *options, feed_schema="raw")


def duplicate(warehouse: Warehouse, flow_id: str) -> None:
    warehouse.execute(
        f"insert into intermediate.{MODEL}"
        f" select * from intermediate.{MODEL} where flow_id = '{flow_id}'"
    )


def failing(warehouse: Warehouse) -> set[str]:
    """Run the test alone, and return the flows of the rows that it keeps."""
    with warehouse.start_dbt("test", "--select", TEST, feed_schema="raw") as running:
        printed, _ = running.communicate()
    kept = [name for schema, name in warehouse.columns() if schema == "test_failures"]
    assert running.returncode == len(kept), printed
    return {
        flow_id
        for name in kept
        for (flow_id,) in warehouse.query(f'select flow_id from test_failures."{name}"')
    }


def test_what_did_not_change_is_not_looked_at_again(warehouse: Warehouse) -> None:
    assert failing(warehouse) == set()
    duplicate(warehouse, "F1")
    duplicate(warehouse, "F2")
    assert failing(warehouse) == set()
    # The model is told of F3 only later: until then its holding has what was planted.
    warehouse.deliver("aum_flows", [LATER], "2025-01-02")
    build(warehouse, "+int_holdings_touched")
    assert failing(warehouse) == {"F2"}
    # A test that failed begins anew.
    assert failing(warehouse) == {"F1", "F2"}
    # The model mends what it was told of, and nothing else.
    build(warehouse, MODEL)
    assert failing(warehouse) == {"F1"}
    build(warehouse, MODEL, "--full-refresh")
    assert failing(warehouse) == set()
