"""Figures of the pages of distribution, against SQL that shares nothing with theirs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import served
from dbt_warehouse import ENGINES, Warehouse

pytestmark = pytest.mark.parametrize("engine", ENGINES)

AREA = "distribution"
YEAR = "from=2024-07&to=2025-06"


def one(warehouse: Warehouse, sql: str) -> tuple[Any, ...]:
    """Return the only row of a query."""
    (row,) = warehouse.query(sql)
    return row


def kpis(warehouse: Warehouse, name: str, query: str = "") -> dict[str, Any]:
    """Return the figures of a page by column, with those of the periods before."""
    (block,) = [
        each
        for each in served.answer(warehouse, AREA, name, query)["blocks"].values()
        if each["kind"] == "kpis"
    ]
    return {
        item["column"] + ending: item.get(field)
        for item in block["items"]
        for field, ending in (("value", ""), ("prior", "_prior"), ("year", "_year"))
    }


def total_of(rows: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the total of a table, and its other rows."""
    (total,) = [row for row in rows if row["is_total"]]
    return total, [row for row in rows if not row["is_total"]]


@pytest.mark.parametrize(
    ("query", "periods"),
    [
        (
            "",
            (
                ("2025-06-01", "2025-06-30"), ("2025-05-01", "2025-05-31"),
                ("2024-06-01", "2024-06-30"),
            ),
        ),
        (
            "period=three_months",
            (
                ("2025-04-01", "2025-06-30"), ("2025-01-01", "2025-03-31"),
                ("2024-04-01", "2024-06-30"),
            ),
        ),
        (
            "period=year_to_date&month=2025-02",
            (
                ("2025-01-01", "2025-02-28"), ("2024-11-01", "2024-12-31"),
                ("2024-01-01", "2024-02-29"),
            ),
        ),
    ],
)  # fmt: skip
def test_overview_compares_the_period_with_those_before(
    sample: dict[str, Warehouse],
    engine: str,
    query: str,
    periods: tuple[tuple[str, str], ...],
) -> None:
    warehouse = sample[engine]
    shown = kpis(warehouse, "overview", query)
    for (first, last), ending in zip(periods, ("", "_prior", "_year"), strict=True):
        within = f"between date '{first}' and date '{last}'"
        gross, redeemed, net = one(
            warehouse,
            "select sum(gross_sales_amount), sum(redemption_amount), sum(firm_net_flow_amount)"
            f" from dist_perf_dw.net_flows_daily where flow_date {within}",
        )
        (aum,) = one(
            warehouse,
            "select sum(closing_aum_amount) from dist_perf_dw.aum_rollforward_monthly"
            f" where period_end_date = date '{last}'",
        )
        (revenue,) = one(
            warehouse,
            "select sum(revenue_amount) from dist_perf_dw.fact_revenue"
            f" where revenue_month {within}",
        )
        assert {
            "gross_sales": gross, "redemptions": redeemed, "net_flows": net,
            "closing_aum": aum, "revenue": revenue,
        } == {
            column: Decimal(shown[column + ending])
            for column in ("gross_sales", "redemptions", "net_flows", "closing_aum", "revenue")
        }  # fmt: skip


def test_what_reaches_back_beyond_the_first_month_is_not_known(
    sample: dict[str, Warehouse], engine: str
) -> None:
    shown = kpis(sample[engine], "overview", "month=2023-03&period=three_months")
    assert shown["gross_sales"] is not None
    assert [shown["gross_sales_prior"], shown["net_flows_year"], shown["revenue_year"]] == [
        None
    ] * 3


def test_fee_rate_of_a_page_is_a_sum_over_a_sum(sample: dict[str, Warehouse], engine: str) -> None:
    warehouse = sample[engine]
    revenue, days = one(
        warehouse,
        "select sum(reported_amount * day_count_basis), sum(aum_days)"
        " from dist_perf_dw.effective_fee_rates where revenue_month >= date '2024-07-01'",
    )
    expected = round(Decimal(revenue) * 10000 / Decimal(days), 4)
    total, members = total_of(served.rows(warehouse, AREA, "revenue", "table", YEAR))
    assert abs(total["effective_fee_rate_bps"] - expected) <= Decimal("0.0001")
    mean = sum(row["effective_fee_rate_bps"] for row in members) / len(members)
    assert abs(mean - expected) > Decimal("0.01"), "the sample cannot tell a sum from a mean"


@pytest.mark.parametrize(
    "by",
    ["wholesaler", "territory", "region", "channel", "firm", "advisor", "product",
     "product_group", "asset_class"],
)  # fmt: skip
def test_net_flows_add_up_by_any_dimension(
    sample: dict[str, Warehouse], engine: str, by: str
) -> None:
    warehouse = sample[engine]
    total, members = total_of(served.rows(warehouse, AREA, "flows", "table", f"{YEAR}&by={by}"))
    expected = one(
        warehouse,
        "select sum(gross_sales_amount), sum(redemption_amount), sum(product_net_flow_amount),"
        " sum(firm_net_flow_amount) from dist_perf_dw.net_flows_daily"
        " where flow_date >= date '2024-07-01'",
    )
    columns = (
        "gross_sales_amount", "redemption_amount", "product_net_flow_amount",
        "firm_net_flow_amount",
    )  # fmt: skip
    assert tuple(total[column] for column in columns) == expected
    assert tuple(sum(row[column] for row in members) for column in columns) == expected
    names = [(row["member_id"], row["member"]) for row in members]
    assert len(set(names)) == len(names)
    assert all(identifier and name for identifier, name in names)


def test_net_flows_of_a_member_are_its_rows(sample: dict[str, Warehouse], engine: str) -> None:
    warehouse = sample[engine]
    shown = served.rows(
        warehouse, AREA, "flows", "table", f"{YEAR}&by=territory&wholesaler=W003&channel=CH2"
    )
    expected = warehouse.query(
        "select territory_id, sum(gross_sales_amount) from dist_perf_dw.net_flows_wide"
        " where flow_date >= date '2024-07-01' and wholesaler_id = 'W003'"
        " and channel_name = 'Independent' group by territory_id"
    )
    assert expected
    assert {
        row["member_id"]: row["gross_sales_amount"] for row in shown if not row["is_total"]
    } == (dict(expected))


@pytest.mark.parametrize(
    "query", ["", YEAR, "wholesaler=W003", "product_group=Elm Real Assets ETF"]
)
def test_steps_from_gross_sales_end_at_net_flows(
    sample: dict[str, Warehouse], engine: str, query: str
) -> None:
    steps = served.rows(sample[engine], AREA, "flows", "steps", query)
    total, parts = total_of(steps)
    assert sum(step["amount"] for step in parts) == total["amount"]
    summary = kpis(sample[engine], "flows", query)
    assert total["amount"] == Decimal(summary["product_net_flow_amount"])


@pytest.mark.parametrize(
    "query",
    ["", "from=2023-01", "from=2025-03&to=2025-03", "to=2024-05", "wholesaler=W003",
     "wholesaler=W002&from=2023-01", "wholesaler=W008&from=2023-01",
     "product_group=Birch Fixed Income&from=2024-02&to=2025-01"],
)  # fmt: skip
def test_roll_forward_closes(sample: dict[str, Warehouse], engine: str, query: str) -> None:
    warehouse = sample[engine]
    steps = served.rows(warehouse, AREA, "aum", "steps", query)
    opening, closing = (step["amount"] for step in steps if step["is_total"])
    assert opening + sum(step["amount"] for step in steps if not step["is_total"]) == closing
    assert Decimal(kpis(warehouse, "aum", query)["check_amount"]) == 0
    for by in ("product_group", "wholesaler", "product", "asset_class"):
        total, members = total_of(served.rows(warehouse, AREA, "aum", "table", f"{query}&by={by}"))
        assert {row["check_amount"] for row in [total, *members]} == {0}
        assert (total["opening_aum_amount"], total["closing_aum_amount"]) == (opening, closing)
        assert sum(row["closing_aum_amount"] for row in members) == closing
    months = served.rows(warehouse, AREA, "aum", "months", query)
    assert {row["check_amount"] for row in months} == {0}
    assert months[0]["closing_aum_amount"] == closing


def test_roll_forward_ends_at_the_firms_aum(sample: dict[str, Warehouse], engine: str) -> None:
    warehouse = sample[engine]
    shown = kpis(warehouse, "aum", YEAR)
    opening, closing = one(
        warehouse,
        "select sum(case when aum_month = date '2024-07-01' then opening_aum_amount end),"
        " sum(case when aum_month = date '2025-06-01' then closing_aum_amount end)"
        " from dist_perf_dw.aum_rollforward_monthly",
    )
    assert Decimal(shown["opening_aum_amount"]) == opening
    assert Decimal(shown["closing_aum_amount"]) == closing


def test_what_moves_between_wholesalers_is_a_line(
    sample: dict[str, Warehouse], engine: str
) -> None:
    total, members = total_of(
        served.rows(sample[engine], AREA, "aum", "table", "from=2023-01&by=wholesaler")
    )
    assert total["reclassified_amount"] == 0
    assert any(row["reclassified_amount"] for row in members), "the sample moves no account"


def test_revenue_of_a_page_is_that_of_the_facts(sample: dict[str, Warehouse], engine: str) -> None:
    warehouse = sample[engine]
    expected = dict(
        warehouse.query(
            "select wholesaler_id, sum(revenue_amount) from dist_perf_dw.revenue_wide"
            " where revenue_month >= date '2024-07-01' group by wholesaler_id"
        )
    )
    total, members = total_of(served.rows(warehouse, AREA, "revenue", "table", YEAR))
    assert {row["member_id"]: row["reported_amount"] for row in members} == expected
    assert total["reported_amount"] == sum(expected.values())
    for row in [total, *members]:
        parts = (row["actual_amount"] or 0) + row["open_estimate_amount"]
        assert parts == row["reported_amount"]
    months = served.rows(warehouse, AREA, "revenue", "months", YEAR)
    assert sum(row["revenue_amount"] for row in months) == total["reported_amount"]


def test_price_and_mix_are_the_change_of_the_rate(
    sample: dict[str, Warehouse], engine: str
) -> None:
    rows = served.rows(sample[engine], AREA, "revenue", "changes", YEAR)
    assert len(rows) == 12
    for row in rows:
        effects = row["price_effect_bps"] + row["mix_effect_bps"] + row["rounding_remainder_bps"]
        assert effects == row["change_bps"]


@pytest.mark.parametrize(
    ("query", "first"),
    [("", "2024-07-01"), ("period=month", "2025-06-01"), ("period=year_to_date", "2025-01-01")],
)
def test_scorecard_has_sums_over_sums_and_published_places(
    sample: dict[str, Warehouse], engine: str, query: str, first: str
) -> None:
    warehouse = sample[engine]
    expected = {
        row[0]: row[1:]
        for row in warehouse.query(
            "select wholesaler_id, sum(firm_net_flow_amount), sum(total_cost_amount),"
            " sum(retained_amount), sum(matured_sales_amount),"
            " sum(retained_annual_revenue_amount)"
            " from dist_perf_dw.wholesaler_efficiency"
            " inner join dist_perf_dw.dim_wholesalers"
            " on wholesaler_efficiency.wholesaler_key = dim_wholesalers.wholesaler_key"
            f" where activity_month >= date '{first}' group by wholesaler_id"
        )
    }
    total, members = total_of(served.rows(warehouse, AREA, "scorecard", "wholesalers", query))
    assert {row["wholesaler_id"] for row in members} == set(expected)
    for row in members:
        net, cost, retained, matured, annual = expected[row["wholesaler_id"]]
        assert (row["firm_net_flow_amount"], row["total_cost_amount"]) == (net, cost)
        rate = None if not matured else retained / matured
        assert (row["retention_rate"] is None) == (rate is None)
        if rate is not None:
            assert abs(row["retention_rate"] - rate) < Decimal("1e-7")
        if cost:
            assert abs(row["distribution_roi_rate"] - (annual / cost - 1)) < Decimal("1e-7")
            assert abs(row["payback_months"] - cost * 12 / annual) < Decimal("1e-3")
        parts = ("direct_expense_amount", "allocated_expense_amount", "compensation_amount")
        assert sum(row[part] for part in parts) == cost
    assert total["total_cost_amount"] == sum(values[1] for values in expected.values())
    named = sorted(
        (
            (values[0], identifier)
            for identifier, values in expected.items()
            if identifier != "unassigned"
        ),
        reverse=True,
    )
    places = {row["wholesaler_id"]: row["net_flow_rank"] for row in members}
    assert places == {"unassigned": None} | {
        identifier: place for place, (_, identifier) in enumerate(named, start=1)
    }


def test_a_wholesaler_has_own_figures_and_a_place(
    sample: dict[str, Warehouse], engine: str
) -> None:
    warehouse = sample[engine]
    blocks = served.answer(warehouse, AREA, "wholesaler", "wholesaler=W003")["blocks"]
    summary = kpis(warehouse, "wholesaler", "wholesaler=W003")
    (card,) = [
        row
        for row in served.rows(warehouse, AREA, "scorecard", "wholesalers")
        if row["wholesaler_id"] == "W003"
    ]
    for column in ("firm_net_flow_amount", "revenue_amount", "retention_rate", "payback_months"):
        assert Decimal(summary[column]) == card[column]
    places = {row[0]: row[1:] for row in blocks["places"]["rows"]}
    assert places["Net flows"][0] == card["net_flow_rank"]
    assert places["Retention"][0] == card["retention_rank"]
    assert [trace["name"] for trace in blocks["retention"]["figure"]["data"]] == [
        "Laura Stein", "The firm",
    ]  # fmt: skip
    held, flowed = (
        total_of(served.rows(warehouse, AREA, "wholesaler", name, "wholesaler=W003"))[0]
        for name in ("accounts", "products")
    )
    assert held["closing_aum_amount"] == Decimal(summary["closing_aum_amount"])
    assert flowed["closing_aum_amount"] == held["closing_aum_amount"]
    assert flowed["firm_net_flow_amount"] == card["firm_net_flow_amount"]


def test_curves_are_the_firm_and_a_few_or_those_chosen(
    sample: dict[str, Warehouse], engine: str
) -> None:
    warehouse = sample[engine]

    def names(query: str) -> list[str]:
        rows = served.rows(warehouse, AREA, "retention", "curves", query)
        return list(dict.fromkeys(row["member"] for row in rows))

    few = names("")
    assert (few[0], len(few)) == ("Firm", 5)
    assert names("wholesaler=W003&wholesaler=W005") == ["Firm", "Laura Stein", "Scott Hoffman"]


def test_what_everyone_sees_has_no_amount(sample: dict[str, Warehouse], engine: str) -> None:
    columns = sample[engine].columns()
    published = {
        "firm_retention_curves": [
            "as_of_date", "relief_method", "age_days", "retention_rate", "retention_km_rate",
        ],
        "wholesaler_ranks": [
            "period_type", "last_month", "measure", "wholesaler_key", "first_month",
            "wholesaler_rank", "ranked_wholesalers",
        ],
    }  # fmt: skip
    for name, expected in published.items():
        assert columns["dist_perf_dw", name] == expected


def test_a_filter_that_a_query_reads_itself_is_not_called_idle(
    sample: dict[str, Warehouse], engine: str
) -> None:
    blocks = served.answer(sample[engine], AREA, "overview", "period=year_to_date")["blocks"]
    assert blocks["summary"]["unfiltered"] == []
    assert blocks["flows"]["unfiltered"] == ["Period"]


def test_a_person_without_rows_gets_a_sentence_instead_of_figures(
    sample: dict[str, Warehouse], engine: str
) -> None:
    """As a person sees whose scope is empty: marts with an owner have no row."""
    answer = served.answer(sample[engine], AREA, "flows", "from=1999-01&to=1999-02")
    assert {block["empty"] for block in answer["blocks"].values()} == {
        "There is no flow in these months."
    }
    assert not answer["notice"]
