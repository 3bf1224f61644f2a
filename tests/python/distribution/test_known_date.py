"""A report of an earlier day can be reproduced without storing it."""

from __future__ import annotations

from datetime import date

from dbt_warehouse import NO_TESTS, Warehouse, WarehouseMaker, differences

from dist_perf import feeds

KNOWN = date(2025, 3, 31)
# When a row of a feed became known; the first column that is filled counts.
BOOKED = {
    "aum_flows": ("booked_date", "trade_date"),
    "actual_revenue": ("booked_date", "period_end_date"),
    "product_prices": ("price_date",),
    "exchange_rates": ("rate_date",),
    "advisor_affiliations": ("booked_date", "valid_from"),
    "territory_assignments": ("booked_date", "valid_from"),
    "credit_splits": ("booked_date", "valid_from"),
    "compensation_plan_assignments": ("booked_date", "valid_from"),
    "fee_schedules": ("booked_date", "valid_from"),
    "fee_waivers": ("booked_date", "valid_from"),
    "fee_agreements": ("booked_date", "valid_from"),
}


def deliver_sample(warehouse: Warehouse, sample: Warehouse, known: date | None) -> None:
    """Deliver the sample's feeds, or what of them was booked up to a day."""
    warehouse.create_feeds()
    for name, feed in feeds.all_feeds().items():
        condition = "true"
        if known is not None and name in BOOKED:
            condition = f"coalesce({', '.join(BOOKED[name])}) <= date '{known}'"
        columns = list(feed.column_names)
        if known is not None and "locked_date" in columns:
            # Before it was closed a period was open.
            locked = f"case when locked_date <= date '{known}' then locked_date end"
            columns[columns.index("locked_date")] = locked
        rows = sample.query(f"select {', '.join(columns)} from sample.{name} where {condition}")
        warehouse.deliver(name, rows)


def test_a_run_as_of_what_was_known_is_the_run_of_that_day(
    make_warehouse: WarehouseMaker, sample: dict[str, Warehouse]
) -> None:
    with make_warehouse("duckdb") as today, make_warehouse("duckdb") as that_day:
        deliver_sample(today, sample["duckdb"], None)
        deliver_sample(that_day, sample["duckdb"], KNOWN)
        today.dbt("build", *NO_TESTS, feed_schema="raw", known_date=str(KNOWN))
        that_day.dbt("build", *NO_TESTS, feed_schema="raw")
        lines = [
            line
            for relation in that_day.published()
            # It counts what was delivered, whatever of that a run reads.
            if relation.name != "feeds"
            for line in differences(that_day.read(relation), today.read(relation))
        ]
        assert not lines, "\n".join(["that day first, known to that day second:", *lines])


def test_pay_of_a_locked_period_is_what_its_lock_knew(
    make_warehouse: WarehouseMaker, sample: dict[str, Warehouse]
) -> None:
    locked_pay = f"""
        select * from dist_perf_dw.incentive_pay
        where pay_period_key in (
            select pay_period_key from dist_perf_dw.dim_pay_periods
            where locked_date <= date '{KNOWN}'
        )
    """
    with make_warehouse("duckdb") as that_day:
        deliver_sample(that_day, sample["duckdb"], KNOWN)
        that_day.dbt("build", *NO_TESTS, "--select", "+incentive_pay", feed_schema="raw")
        settled = sorted(that_day.query(locked_pay))
    assert any(row[-1] for row in settled)
    assert settled == sorted(sample["duckdb"].query(locked_pay))
