"""A slip in a year moves no figure, also in rows that no loader looked at, on each engine."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from dbt_warehouse import ENGINES, Warehouse, WarehouseMaker

from dist_perf import feeds

SOURCE = feeds.find("pay_periods").source
LOADED_ON = "2025-07-01"
# Purchases, each with its trade date and the day on which it was booked.
FLOWS = {
    "F1": ("2025-06-27", "2025-06-30"),
    "at the limit": ("2025-07-08", None),
    "beyond it": ("2025-07-09", None),
    "mistyped": ("2029-06-27", "2025-06-30"),
    "booked too far ahead": ("2025-06-27", "2052-06-30"),
}
PRICES = {"2025-06-30": "10", "2027-01-04": "12"}
TEST = "assert_no_row_is_dated_far_ahead_of_its_load"
SELECTED = (
    "+as_of_dates", "+net_flows_monthly", "+superseded_rows", "+feeds",
    f"stg_{SOURCE}__pay_periods",
)  # fmt: skip


def deliver(warehouse: Warehouse) -> None:
    warehouse.create_feeds()
    for name, (traded, booked) in FLOWS.items():
        row = [name, "A1", None, "P1", "purchase", traded, booked, "100", "10"]
        warehouse.deliver("aum_flows", [row], LOADED_ON)
    warehouse.deliver(
        "product_prices", [["P1", day, price] for day, price in PRICES.items()], LOADED_ON
    )
    # A good row that a mistyped one followed still counts.
    again = ["F1", "A1", None, "P1", "purchase", "2052-06-27", None, "100", "10"]
    warehouse.deliver("aum_flows", [again], "2025-07-02")
    # The end of a period may lie ahead.
    warehouse.deliver("pay_periods", [["2029", "2029-01-01", "2029-12-31"]], LOADED_ON)


@pytest.fixture(scope="module")
def built(make_warehouse: WarehouseMaker) -> Iterator[dict[str, Warehouse]]:
    """Warehouses whose feeds hold mistyped dates, on every engine."""
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        made = {engine: stack.enter_context(make_warehouse(engine)) for engine in ENGINES}

        def build(warehouse: Warehouse) -> None:
            deliver(warehouse)
            warehouse.dbt(
                "build", "--exclude-resource-types", "unit_test", "--select", *SELECTED,
                feed_schema="raw",
            )  # fmt: skip

        list(pool.map(build, made.values()))
        yield made


@pytest.fixture(params=ENGINES)
def warehouse(request: pytest.FixtureRequest, built: dict[str, Warehouse]) -> Warehouse:
    return built[request.param]


def test_the_as_of_date_is_the_last_believable_day(warehouse: Warehouse) -> None:
    assert warehouse.query("select as_of_date from common.as_of_dates") == [
        (datetime.date(2025, 7, 8),)
    ]
    assert warehouse.query(
        "select last_business_date from common.feeds where feed = 'product_prices'"
    ) == [(datetime.date(2025, 6, 30),)]


def test_rows_dated_far_ahead_are_in_no_figure(warehouse: Warehouse) -> None:
    months = "select flow_month, sum(gross_sales_amount) from dist_perf_dw.net_flows_monthly"
    assert warehouse.query(f"{months} group by flow_month order by flow_month") == [
        (datetime.date(2025, 6, 1), 100),
        (datetime.date(2025, 7, 1), 100),
    ]
    prices = f"select price_date from staging.stg_{SOURCE}__product_prices"
    assert warehouse.query(prices) == [(datetime.date(2025, 6, 30),)]
    assert len(warehouse.query(f"select * from staging.stg_{SOURCE}__pay_periods")) == 1


def test_rows_dated_far_ahead_are_named_with_column_and_date(warehouse: Warehouse) -> None:
    reason = "`{}` {} lies more than 7 days after its load on {}: deliver the row with the right"
    expected = [
        ("2027-01-04 | P1", "price_date", "2027-01-04", LOADED_ON),
        ("F1", "trade_date", "2052-06-27", "2025-07-02"),
        ("beyond it", "trade_date", "2025-07-09", LOADED_ON),
        ("booked too far ahead", "booked_date", "2052-06-30", LOADED_ON),
        ("mistyped", "trade_date", "2029-06-27", LOADED_ON),
    ]
    rows = warehouse.query("select row_key, reason from quarantine.superseded_rows")
    assert sorted(
        (" | ".join(sorted(key.split(" | "))), why.split(" date,")[0]) for key, why in rows
    ) == [(key, reason.format(column, value, loaded)) for key, column, value, loaded in expected]


def test_a_build_warns_of_them(warehouse: Warehouse) -> None:
    found = warehouse.query(f"select row_key from test_failures.{TEST}")
    assert len(found) == 5


def test_an_as_of_date_that_is_given_counts(make_warehouse: WarehouseMaker) -> None:
    with make_warehouse("duckdb") as other:
        deliver(other)
        other.dbt(
            "build", "--exclude-resource-types", "test", "unit_test", "--select", "+as_of_dates",
            feed_schema="raw", as_of_date="2030-01-31",
        )  # fmt: skip
        assert other.query("select as_of_date from common.as_of_dates") == [
            (datetime.date(2030, 1, 31),)
        ]
