"""A share split from feed to marts: lots keep date and cost, and nothing moves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker

Row = tuple[Any, ...]

MODELS = ("net_flows_daily", "aum_rollforward_daily", "fact_retention_snapshots", "fact_revenue")
SPLIT_DAY = date(2025, 6, 2)
# P splits 4 for 1, Q is merged 1 for 4. Half of each is redeemed; B has two lots of P.
FLOWS: list[Row] = [
    ("A1", "A", "P", "purchase", date(2025, 5, 1), 4000, 100),
    ("B1", "B", "P", "purchase", date(2025, 5, 2), 400, 10),
    ("B2", "B", "P", "purchase", date(2025, 5, 3), 1200, 30),
    ("A2", "A", "Q", "purchase", date(2025, 5, 1), 4000, 400),
    ("A3", "A", "P", "redemption", date(2025, 6, 10), 2000, 200),
    ("B3", "B", "P", "redemption", date(2025, 6, 10), 600, 60),
    ("A4", "A", "Q", "redemption", date(2025, 6, 10), 2000, 50),
]
SPLITS: list[Row] = [
    ("A5", "A", "P", "share_split", SPLIT_DAY, 0, 300),
    ("B4", "B", "P", "share_split", SPLIT_DAY, 0, 120),
    ("A6", "A", "Q", "share_split", SPLIT_DAY, 0, -300),
]
PRICES: list[Row] = [("P", date(2025, 5, 1), 40), ("P", SPLIT_DAY, 10)]
PRICES += [("Q", date(2025, 5, 1), 10), ("Q", SPLIT_DAY, 40)]


def deliver(warehouse: Warehouse, flows: list[Row], *options: str) -> None:
    warehouse.deliver(
        "aum_flows",
        (
            (flow_id, account, None, product, code, day, day, amount, units, None, None)
            for flow_id, account, product, code, day, amount, units in flows
        ),
    )
    warehouse.dbt(
        "build", *options, "--select", *(f"+{model}" for model in MODELS),
        feed_schema="raw", as_of_date="2025-06-30", retention_ages=[30, 50],
    )  # fmt: skip


def kept(warehouse: Warehouse) -> list[Row]:
    return warehouse.query(
        """
        select flow_id, trade_date, age_days, original_amount, original_quantity,
            retained_quantity, retained_amount
        from dist_perf_dw.fact_retention_snapshots
        where relief_method = 'fifo'
        order by flow_id, age_days
        """
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_lots_keep_date_and_cost_over_a_split_that_is_booked_late(
    engine: str, make_warehouse: WarehouseMaker
) -> None:
    with make_warehouse(engine) as warehouse:
        warehouse.create_feeds()
        warehouse.deliver("products", [(name, name, *[None] * 6) for name in "PQ"])
        warehouse.deliver("product_prices", PRICES)
        warehouse.deliver("fee_schedules", [(name, "0.01", date(2025, 1, 1)) for name in "PQ"])
        deliver(warehouse, FLOWS, *NO_TESTS)
        before = revenue(warehouse)
        # With all tests of data: sums and balances hold over splits too.
        deliver(warehouse, SPLITS, "--exclude-resource-types", "unit_test")
        assert [tuple(map(str, row)) for row in kept(warehouse)] == [
            ("A1", "2025-05-01", "30", "4000.00", "400.000000", "400.000000", "4000.00"),
            ("A1", "2025-05-01", "50", "4000.00", "400.000000", "200.000000", "2000.00"),
            ("A2", "2025-05-01", "30", "4000.00", "100.000000", "100.000000", "4000.00"),
            ("A2", "2025-05-01", "50", "4000.00", "100.000000", "50.000000", "2000.00"),
            ("B1", "2025-05-02", "30", "400.00", "40.000000", "40.000000", "400.00"),
            ("B1", "2025-05-02", "50", "400.00", "40.000000", "0.000000", "0.00"),
            ("B2", "2025-05-03", "30", "1200.00", "120.000000", "120.000000", "1200.00"),
            ("B2", "2025-05-03", "50", "1200.00", "120.000000", "100.000000", "1000.00"),
        ]
        days = warehouse.query(
            """
            select product_id, aum_date, closing_units, closing_aum_amount
            from dist_perf_dw.aum_rollforward_daily
            where aum_date in (date '2025-06-01', date '2025-06-02')
            order by product_id, aum_date
            """
        )
        assert days == [
            ("P", date(2025, 6, 1), Decimal(140), Decimal(5600)),
            ("P", SPLIT_DAY, Decimal(560), Decimal(5600)),
            ("Q", date(2025, 6, 1), Decimal(400), Decimal(4000)),
            ("Q", SPLIT_DAY, Decimal(100), Decimal(4000)),
        ]
        (moved,) = warehouse.query(
            """
            select sum(abs(market_movement_amount)), sum(abs(residual_amount))
            from dist_perf_dw.aum_rollforward_daily
            """
        )
        assert moved == (0, 0)
        flows = warehouse.query(
            """
            select sum(gross_sales_amount), sum(redemption_amount),
                sum(case when flow_date = date '2025-06-02' then abs(firm_net_flow_amount) end)
            from dist_perf_dw.net_flows_daily
            """
        )
        assert flows[0][:2] == (9600, 4600)
        assert not flows[0][2]
        # What was earned before the split is what it was before it was known.
        assert revenue(warehouse) == before != []


def revenue(warehouse: Warehouse) -> list[Row]:
    return warehouse.query(
        """
        select account_key, product_id, sum(revenue_amount)
        from dist_perf_dw.fact_revenue
        inner join dist_perf_dw.dim_products using (product_key)
        where revenue_month = date '2025-05-01'
        group by account_key, product_id
        order by account_key, product_id
        """
    )
