"""Every metric of the semantic layer equals the mart that it names, cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dbt_warehouse import ENGINES, DuckDBWarehouse, Row, Warehouse
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from dist_perf import project

SCHEMA = "dist_perf_dw"
DIALECTS = {
    "postgres": (SqlEngine.POSTGRES, PostgresSQLSqlPlanRenderer()),
    "duckdb": (SqlEngine.DUCKDB, DuckDbSqlPlanRenderer()),
}
# What a double loses: MetricFlow and DuckDB divide in it.
DOUBLE = Decimal("1e-12")
# The chain-ladder rate in the mart is rounded at each of four steps.
ROUNDINGS = {"retention_km_rate": 4}
# Metrics that no column of a mart holds: running totals and comparisons over time, by month
# up to the as-of date and wholesaler, asked of the marts in another way.
MONTHS = f"(select distinct aum_month as month from {SCHEMA}.aum_rollforward_monthly)"
RUNNING = {
    f"{metric}_{name}": (
        f"select months.month, wholesaler_key, sum({column}) as expected from {SCHEMA}.{mart}"
        f" inner join {MONTHS} as months on {condition.format(month=month)}"
        " group by 1, 2"
    )
    for metrics, name, condition in (
        (
            {"gross_sales", "redemptions", "net_flows_firm", "revenue"},
            "year_to_date",
            "{month} >= date_trunc('year', month) and {month} < month + interval '1 month'",
        ),
        (
            {"gross_sales", "net_flows_firm", "revenue"},
            "12_months",
            "{month} >= month - interval '11 months' and {month} < month + interval '1 month'",
        ),
        ({"net_flows_firm"}, "to_date", "{month} < month + interval '1 month'"),
    )
    for metric, mart, month, column in (
        ("gross_sales", "net_flows_daily", "flow_date", "gross_sales_amount"),
        ("redemptions", "net_flows_daily", "flow_date", "redemption_amount"),
        ("net_flows_firm", "net_flows_daily", "flow_date", "firm_net_flow_amount"),
        ("revenue", "revenue_contribution", "revenue_month", "reported_amount"),
    )
    if metric in metrics
}
RUNNING["gross_sales_growth_on_year"] = f"""
    with sales as (
        select flow_month as month, wholesaler_key, sum(gross_sales_amount) as amount
        from {SCHEMA}.net_flows_monthly group by 1, 2
    )
    select sales.month, sales.wholesaler_key, sales.amount / before.amount - 1 as expected
    from sales inner join sales as before
        on sales.wholesaler_key = before.wholesaler_key
        and sales.month = before.month + interval '1 year'
    where before.amount > 0
"""
# Ratios at a coarser grain: the metric, its mart and time column, numerator, denominator, rows.
DEFAULT_90 = "age_days = 90 and relief_method = 'fifo'"
FEES = "reported_amount * day_count_basis * 10000"
RATIOS = (
    ("net_sales_efficiency", "net_flows_monthly", "flow_month",
     "gross_sales_amount - redemption_amount", "gross_sales_amount", "true"),
    ("restatement_ratio", "restatement_ratios", "booked_month",
     "as_of_correction_amount", "booked_gross_sales_amount", "true"),
    ("retention_rate_90", "retention_cohorts", "cohort_month",
     "retained_amount", "original_amount_at_risk", DEFAULT_90),
    ("retention_in_product_rate_90", "retention_cohorts", "cohort_month",
     "retained_in_product_amount", "original_amount_at_risk", DEFAULT_90),
    ("account_retention_90", "account_cohorts", "cohort_month",
     "accounts_alive", "accounts_at_risk", "age_days = 90 and cohort_type = 'open'"),
    ("renewal_retention_90", "account_cohorts", "cohort_month",
     "retained_amount", "starting_amount", "age_days = 90 and cohort_type = 'renewal'"),
    ("hot_money_ratio", "hot_money", "cohort_month",
     "early_redemption_amount", "gross_sales_amount_at_risk", "true"),
    ("effective_fee_rate", "effective_fee_rates", "revenue_month", FEES, "aum_days", "true"),
    ("fee_capture", "effective_fee_rates", "revenue_month",
     "estimate_amount", "gross_revenue_amount", "true"),
    ("cost_per_gross_sale", "wholesaler_efficiency", "activity_month",
     "total_cost_amount * 10000", "gross_sales_amount", "true"),
    ("cost_per_retained_sale", "wholesaler_efficiency", "activity_month",
     "total_cost_amount * 10000", "retained_amount", "is_retention_mature"),
    ("payback", "wholesaler_efficiency", "activity_month",
     "total_cost_amount * 12", "retained_annual_revenue_amount", "true"),
    ("redemption_rate", "aum_growth", "period_start_date",
     "-outflows_amount * 365", "aum_days", "period_type = 'month'"),
    ("territory_share", "territory_performance", "sales_month",
     "gross_sales_amount", "market_sales_amount", "market_sales_amount is not null"),
)  # fmt: skip
# Balances and counts of the last month, or the first, of a period.
BALANCES = (
    ("closing_aum", "aum_rollforward_monthly", "aum_month", "closing_aum_amount", "max"),
    ("opening_aum", "aum_rollforward_monthly", "aum_month", "opening_aum_amount", "min"),
    ("daily_aum", "aum_rollforward_daily", "aum_date", "closing_aum_amount", "max"),
    ("active_advisors", "advisor_activity_monthly", "activity_month", "active_advisors", "max"),
    ("active_accounts", "account_activity_monthly", "activity_month", "active_accounts", "max"),
    ("universe_advisors", "territory_performance", "sales_month", "universe_advisors", "max"),
    (
        "opening_annualised_revenue", "annualised_revenue_flows", "flow_month",
        "opening_annual_revenue_amount", "min",
    ),
)  # fmt: skip
# Metrics that the dictionary names otherwise.
OTHERWISE = {
    "early_redemption_amount_90": "early_redemption_amount",
    "advisor_activity": "active_advisors",
    "account_activity": "active_accounts",
}
QUESTION = ("retention_rate_90", "net_flows_firm"), ("metric_time__month", "wholesaler")


@dataclass(frozen=True)
class Metric:
    """A metric's declaration in the project; `mart` is the column that it equals."""

    name: str
    kind: str
    mart: str | None = None
    column: str = ""
    rows: str = "true"
    grain: tuple[str, ...] = ()
    expected: str | None = None

    @property
    def is_sum(self) -> bool:
        """Whether it adds up, so that nothing is zero."""
        return self.kind in ("simple", "cumulative")

    @property
    def is_read(self) -> bool:
        """Whether the figure exists only in a row of the mart and not as a sum over rows."""
        return self.mart is not None and not self.is_sum and self.expected is None

    @property
    def expectation(self) -> str:
        """The mart's figure, in SQL."""
        return self.expected or f"sum({self.column})"


@dataclass(frozen=True)
class Comparison:
    """Metrics of one mart and grain, queried together."""

    mart: str
    rows: str
    group_by: tuple[tuple[str, str], ...]
    metrics: tuple[Metric, ...]


class Layer:
    """The semantic layer of a built warehouse."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        written = warehouse.directory / "target" / "semantic_manifest.json"
        self.manifest = parse_manifest_from_dbt_generated_manifest(
            manifest_json_string=written.read_text(encoding="utf-8")
        )
        engine, renderer = DIALECTS[warehouse.target]
        client = SimpleNamespace(sql_engine_type=engine, sql_plan_renderer=renderer)
        # MetricFlow plans the SQL; the warehouse runs it, and decimals stay what they are.
        self._engine = MetricFlowEngine(
            SemanticManifestLookup(self.manifest), cast(SqlClient, client)
        )

    def ask(
        self,
        metrics: Sequence[str] = (),
        group_by: Sequence[str] = (),
        where: Sequence[str] = (),
        saved_query: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return the rows that answer a query, by the names of their columns."""
        columns, rows = self.warehouse.fetch(self.plan(metrics, group_by, where, saved_query))
        return [dict(zip(columns, map(plain, row), strict=True)) for row in rows]

    def plan(
        self,
        metrics: Sequence[str] = (),
        group_by: Sequence[str] = (),
        where: Sequence[str] = (),
        saved_query: str | None = None,
    ) -> str:
        """Return the SQL that answers a query."""
        plan = self._engine.explain(
            MetricFlowQueryRequest.create(
                saved_query_name=saved_query,
                metric_names=metrics or None,
                group_by_names=group_by or None,
                where_constraints=where or None,
            )
        )
        return plan.sql_statement.without_descriptions.sql

    @cached_property
    def _model_of_measure(self) -> dict[str, Any]:
        return {
            measure.name: model
            for model in self.manifest.semantic_models
            for measure in model.measures
        }

    def models(self, name: str) -> list[Any]:
        """Return the semantic models that a metric reads, its own first."""
        metric = next(each for each in self.manifest.metrics if each.name == name)
        read = [self._model_of_measure[each.name] for each in metric.type_params.input_measures]
        return sorted(read, key=lambda model: model.name)

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """All metrics, by name."""
        measures = {
            measure.name: measure
            for model in self.manifest.semantic_models
            for measure in model.measures
        }
        found = {}
        for metric in self.manifest.metrics:
            meta = dict(metric.config.meta) if metric.config else {}
            if not meta and metric.name in measures:
                # Made by `create_metric`, which leaves `meta` with the measure.
                config = measures[metric.name].config
                meta = dict(config.meta) if config else {}
            mart, _, column = meta.pop("mart", "").partition(".")
            grain = tuple(meta.pop("grain", ()))
            found[metric.name] = Metric(
                metric.name, metric.type.value, mart or None, column, grain=grain, **meta
            )
        return found

    def item(self, metric: Metric, column: str) -> str:
        """Return what to group a metric by for a column of its mart."""
        assert metric.mart is not None
        data_type = self.contract(metric.mart)[column]["data_type"]
        for model in self.models(metric.name):
            local = {dimension.name: dimension for dimension in model.dimensions}
            is_time = column == model.defaults.agg_time_dimension
            if column in local and not is_time:
                primary = model.primary_entity or next(
                    entity.name for entity in model.entities if entity.type.value == "primary"
                )
                parts = [primary, column]
                if local[column].type_params:
                    parts.append(local[column].type_params.time_granularity.value)
                return "__".join(parts)
        if data_type == "date":
            by_month = column.endswith("_month") or metric.mart == "aum_growth"
            return f"metric_time__{'month' if by_month else 'day'}"
        if column.endswith("_key"):
            return column.removesuffix("_key")
        return f"product__{column}"

    def contract(self, mart: str) -> dict[str, Any]:
        """Return the columns of a mart, by name."""
        columns: dict[str, Any] = self._marts[mart]["columns"]
        return columns

    @cached_property
    def _marts(self) -> dict[str, Any]:
        return {
            node["name"]: node
            for node in self.warehouse.manifest["nodes"].values()
            if node["resource_type"] == "model"
        }

    def comparisons(self) -> list[Comparison]:
        """Return the metrics to compare with marts."""
        together: dict[tuple[Any, ...], list[Metric]] = defaultdict(list)
        for metric in self.metrics.values():
            if metric.mart is None:
                continue
            grain = metric.grain or self._marts[metric.mart]["config"]["meta"]["grain"]
            pinned = re.findall(r"(\w+) = ", metric.rows)
            group_by = tuple(
                (column, self.item(metric, column)) for column in grain if column not in pinned
            )
            together[metric.mart, metric.rows, group_by].append(metric)
        return [Comparison(*key, tuple(metrics)) for key, metrics in together.items()]

    def difference(self, metric: Metric, ours: str, theirs: str) -> str:
        """Return the SQL condition that a result differs from the mart."""
        if metric.is_sum:
            return f"coalesce({ours}, 0) <> coalesce({theirs}, 0)"
        rounding = Decimal(0)
        if metric.mart is not None and metric.is_read:
            data_type = self.contract(metric.mart)[metric.column]["data_type"]
            scale = re.search(r",\s*(\d+)\)", data_type)
            unit = Decimal(1).scaleb(-int(scale[1]) if scale else 0)
            rounding = unit / 2 * ROUNDINGS.get(metric.column, 1)
        return (
            f"{'n = 1 and ' if metric.is_read else ''}(({ours} is null) <> ({theirs} is null)"
            f" or abs({ours} - {theirs}) > {rounding:f} + abs({theirs}) * {DOUBLE:f})"
        )


def plain(value: Any) -> Any:
    """Return dates for midnights and decimals for all numbers."""
    if isinstance(value, dt.datetime):
        assert value.time() == dt.time()
        return value.date()
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    return value


def keyed(rows: Iterable[Mapping[str, Any]], items: Sequence[str]) -> dict[Row, Mapping[str, Any]]:
    """Return rows by their keys, which are unique."""
    rows = list(rows)
    found = {tuple(row[item] for item in items): row for row in rows}
    assert len(found) == len(rows)
    return found


def compare(layer: Layer, comparison: Comparison) -> list[str]:
    """Return the cells in which answers and mart differ.

    Both are stacked and compared in the database. Sums are equal to the cent; where there is
    nothing, a mart may say 0. Ratios are equal once rounded as the mart's, and unknown where it
    is.
    """
    metrics = comparison.metrics
    contract = layer.contract(comparison.mart)
    keys = [
        (f"cast({item} as date)" if contract[column]["data_type"] == "date" else item, column)
        for column, item in comparison.group_by
    ]
    columns = ", ".join(column for _, column in keys)
    numbers = range(len(metrics))
    ours = layer.plan(
        [metric.name for metric in metrics], [item for _, item in comparison.group_by]
    )
    # A rate is read, never added up: where several rows have one key, none is compared.
    query = f"""
        with ours as ({ours}),
        theirs as (
            select {columns}, count(*) as n,
            {", ".join(f"{each.expectation} as their_{i}" for i, each in enumerate(metrics))}
            from {SCHEMA}.{comparison.mart} where {comparison.rows} group by {columns}
        ),
        stacked as (
            select {", ".join(f"{ours} as {column}" for ours, column in keys)}, null as n,
            {", ".join(f"{metrics[i].name} as our_{i}, null as their_{i}" for i in numbers)}
            from ours
            union all
            select {columns}, n, {", ".join(f"null, their_{i}" for i in numbers)} from theirs
        ),
        cells as (
            select {columns}, coalesce(max(n), 1) as n,
            {", ".join(f"max(our_{i}) as our_{i}, max(their_{i}) as their_{i}" for i in numbers)}
            from stacked group by {columns}
        )
    """
    differences = [
        layer.difference(each, f"our_{i}", f"their_{i}") for i, each in enumerate(metrics)
    ]
    shares = ", ".join(
        f"sum(case when {difference} then 1 else 0 end), count(their_{i}),"
        f" sum(case when {each.is_read} and n > 1 then 1 else 0 end)"
        for i, (each, difference) in enumerate(zip(metrics, differences, strict=True))
    )
    (total, *counts), *_ = layer.warehouse.query(f"{query} select count(*), {shares} from cells")
    found = []
    for i, metric in enumerate(metrics):
        different, known, several = counts[3 * i : 3 * i + 3]
        assert known, f"`{metric.name}` is unknown in all of `{comparison.mart}`"
        assert 10 * several <= total, f"`{metric.name}` cannot be read by {columns}"
        if different:
            found.append(
                f"`{metric.name}` by {columns}: {different} of {total} cells differ, as in"
            )
            found += [
                str(row)
                for row in layer.warehouse.query(
                    f"{query} select {columns}, our_{i}, their_{i} from cells"
                    f" where {differences[i]} order by {columns} limit 3"
                )
            ]
    return found


@pytest.fixture(scope="module")
def layers(sample: dict[str, Warehouse]) -> dict[str, Layer]:
    return {engine: Layer(sample[engine]) for engine in ENGINES}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_metric_equals_its_mart(engine: str, layers: dict[str, Layer]) -> None:
    layer = layers[engine]
    found = [line for each in layer.comparisons() for line in compare(layer, each)]
    assert not found, "\n".join([f"{len(found)} cells differ", *found[:50]])


@pytest.mark.parametrize("engine", ENGINES)
def test_running_totals_equal_what_the_marts_add_up_to(
    engine: str, layers: dict[str, Layer]
) -> None:
    layer = layers[engine]
    found = []
    for name, query in RUNNING.items():
        ours = layer.plan([name], ["metric_time__month", "wholesaler"])
        difference = layer.difference(layer.metrics[name], f"ours.{name}", "theirs.expected")
        (both, different), *_ = layer.warehouse.query(
            f"select count(*), sum(case when {difference} then 1 else 0 end)"
            f" from ({ours}) as ours full join ({query}) as theirs"
            " on cast(ours.metric_time__month as date) = theirs.month"
            " and ours.wholesaler = theirs.wholesaler_key"
        )
        assert both, name
        found += [f"`{name}`: {different} of {both} cells differ"] if different else []
    assert not found, "\n".join(found)


def test_no_metric_goes_without_a_comparison(layers: dict[str, Layer]) -> None:
    metrics = layers["duckdb"].metrics
    missing = [name for name, each in metrics.items() if each.mart is None and name not in RUNNING]
    assert not missing, f"say `meta: mart` of {missing}"
    assert RUNNING.keys() <= metrics.keys()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_ratio_of_quarters_is_a_sum_over_a_sum(engine: str, layers: dict[str, Layer]) -> None:
    layer = layers[engine]
    for name, mart, month, numerator, denominator, rows in RATIOS:
        ours = {
            row["metric_time__quarter"]: row[name]
            for row in layer.ask([name], ["metric_time__quarter"])
        }
        sums = layer.warehouse.query(
            f"select cast(date_trunc('quarter', {month}) as date), sum({numerator}),"
            f" sum({denominator}) from {SCHEMA}.{mart} where {rows} group by 1"
        )
        known = 0
        for quarter, above, below in sums:
            value = ours.get(quarter)
            if above is None or below is None or below <= 0:
                assert value is None, (name, quarter)
                continue
            known += 1
            # AUM-days of fees and of growth agree to half a cent a day.
            exact = abs(Fraction(above) / Fraction(below))
            tolerance = exact * Fraction(1, 10**8 if name == "redemption_rate" else 10**12)
            assert abs(abs(Fraction(value)) - exact) <= tolerance, (name, quarter, value)
        assert known, name


@pytest.mark.parametrize("engine", ENGINES)
def test_a_balance_does_not_add_up_over_time(engine: str, layers: dict[str, Layer]) -> None:
    layer = layers[engine]
    for name, mart, column, amount, choice in BALANCES:
        for period in ("quarter", "year"):
            item = f"metric_time__{period}"
            ours = {row[item]: row[name] for row in layer.ask([name], [item])}
            theirs = layer.warehouse.query(
                f"select cast(date_trunc('{period}', {column}) as date), sum({amount})"
                f" from {SCHEMA}.{mart} where {column} in (select {choice}({column})"
                f" from {SCHEMA}.{mart} group by date_trunc('{period}', {column})) group by 1"
            )
            assert ours == {start: plain(value) for start, value in theirs}, (name, period)
        ((everything,),) = layer.warehouse.query(
            f"select sum({amount}) from {SCHEMA}.{mart}"
            f" where {column} = (select {choice}({column}) from {SCHEMA}.{mart})"
        )
        assert [row[name] for row in layer.ask([name])] == [plain(everything)], name


@pytest.mark.parametrize("engine", ENGINES)
def test_the_balance_of_a_past_month_is_had_by_ending_there(
    engine: str, layers: dict[str, Layer]
) -> None:
    layer = layers[engine]
    until = "{{ TimeDimension('metric_time', 'month') }} <= '2024-06-01'"
    (answer,) = layer.ask(["closing_aum"], where=[until])
    ((expected,),) = layer.warehouse.query(
        f"select sum(closing_aum_amount) from {SCHEMA}.aum_rollforward_monthly"
        " where aum_month = date '2024-06-01'"
    )
    assert answer["closing_aum"] == expected


def test_growth_of_a_quarter_is_that_of_the_mart_though_asked_of_months(
    layers: dict[str, Layer],
) -> None:
    layer = layers["duckdb"]
    rates = {
        "organic_growth_rate": "organic_growth_rate",
        "organic_growth_annualised": "organic_growth_act_365_rate",
        "organic_growth_times_periods": "organic_growth_times_periods_rate",
        "market_return_contribution": "market_return_contribution_rate",
        "market_return_dietz": "market_return_dietz_rate",
        "total_aum_growth": "total_aum_growth_rate",
        "redemption_rate": "redemption_act_365_rate",
        "redemption_rate_times_periods": "redemption_times_periods_rate",
        "average_daily_aum": "average_daily_aum_amount",
        "average_monthly_aum": "average_month_end_aum_amount",
    }
    items = ["metric_time__quarter", "product"]
    ours = keyed(layer.ask(list(rates), items), items)
    # Products that were held in every month of the quarter; others have fewer days here.
    theirs = layer.warehouse.query(
        f"select period_start_date, product_key, {', '.join(rates.values())}"
        f" from {SCHEMA}.aum_growth as growth where period_type = 'quarter' and 3 = ("
        f" select count(*) from {SCHEMA}.aum_growth as months where months.period_type = 'month'"
        " and months.product_id = growth.product_id"
        " and date_trunc('quarter', months.period_start_date) = growth.period_start_date)"
        f" and product_key <> (select product_key from {SCHEMA}.dim_products"
        " where product_id = 'unassigned')"
    )
    assert len(theirs) > 50
    for quarter, product, *values in theirs:
        answer = ours[quarter, Decimal(product)]
        for name, value in zip(rates, values, strict=True):
            ours_value = answer[name]
            assert (ours_value is None) == (value is None), (name, quarter, product)
            if value is not None:
                # The mart rounds to six decimals, and AUM of accounts to the cent.
                allowed = max(Decimal("1e-5"), abs(value) * Decimal("1e-6"))
                assert abs(ours_value - value) <= allowed, (name, quarter, product)


def test_what_is_unknown_in_part_is_unknown_and_what_is_too_young_is_no_zero(
    layers: dict[str, Layer], tmp_path: Path
) -> None:
    built = layers["duckdb"].warehouse
    # DuckDB names a database by its file, and so does the plan.
    copied = shutil.copy(built.environment["DIST_PERF_DUCKDB"], tmp_path)
    warehouse = DuckDBWarehouse("duckdb", {"DIST_PERF_DUCKDB": str(copied)}, built.directory)
    ((month, holding),) = warehouse.query(
        "select aum_month, min(account_id || product_id) from dist_perf_dw.aum_rollforward_monthly"
        " where aum_month = date '2025-03-01' and closing_aum_amount > 0 group by 1"
    )
    warehouse.execute(
        "update dist_perf_dw.aum_rollforward_monthly set closing_aum_amount = null,"
        " market_movement_amount = null, fx_movement_amount = null, residual_amount = null"
        f" where aum_month = date '{month}' and account_id || product_id = '{holding}'"
    )
    layer = Layer(warehouse)
    names = ["closing_aum", "market_movement", "total_aum_growth", "closing_aum_known"]
    answers = keyed(layer.ask(names, ["metric_time__month"]), ["metric_time__month"])
    unknown = answers[(month,)]
    assert [unknown[name] for name in names[:3]] == [None] * 3
    assert unknown["closing_aum_known"] > 0
    assert all(answers[(dt.date(2025, 2, 1),)][name] is not None for name in names)
    young = keyed(
        layer.ask(["gross_sales", "retention_rate_90", "matured_share_90"], ["metric_time__month"]),
        ["metric_time__month"],
    )[(dt.date(2025, 6, 1),)]
    assert young["gross_sales"] > 0
    assert young["retention_rate_90"] is None
    assert young["matured_share_90"] == 0


def test_what_does_not_add_up_is_unknown_over_several(layers: dict[str, Layer]) -> None:
    layer = layers["duckdb"]
    for name, where in {
        "retention_rate": "{{ Dimension('lot__relief_method') }} = 'lifo'"
        " and {{ Dimension('lot__age_days') }} = 60",
        "sales_credit": "{{ Dimension('credit__role') }} = 'external'"
        " and {{ Dimension('credit__attribution_mode') }} = 'as_is'",
        "lot_holding_period_wtd": "{{ Dimension('relief__basis') }} = 'units'",
        "advisor_concentration": "{{ Dimension('concentration__scope') }} = 'firm'",
    }.items():
        assert [row[name] for row in layer.ask([name])] == [None], name
        assert all(row[name] > 0 for row in layer.ask([name], where=[where])), name


@pytest.mark.parametrize("engine", ENGINES)
def test_every_saved_query_answers(engine: str, layers: dict[str, Layer]) -> None:
    layer = layers[engine]
    for query in layer.manifest.saved_queries:
        rows = layer.ask(saved_query=query.name)
        assert rows, query.name
        for metric in query.query_params.metrics:
            assert any(row[metric] is not None for row in rows), (query.name, metric)


def test_saved_queries_and_commands_show_names_and_not_keys(layers: dict[str, Layer]) -> None:
    layer = layers["duckdb"]
    for query in layer.manifest.saved_queries:
        assert not [each for each in query.query_params.group_by if "Entity(" in each], query.name
    for page in ("README.md", "docs/semantic_layer.md"):
        text = (project.root() / page).read_text(encoding="utf-8")
        for command in re.findall(r"^mf query .*", text, flags=re.MULTILINE):
            grouped = re.findall(r"--group-by (\S+)", command)
            assert all("__" in item for items in grouped for item in items.split(",")), command
            assert "--decimals" in command, command


def test_every_command_of_the_page_answers(layers: dict[str, Layer]) -> None:
    page = (project.root() / "docs" / "semantic_layer.md").read_text(encoding="utf-8")
    commands = [shlex.split(line) for line in re.findall(r"^mf query .*", page, flags=re.MULTILINE)]
    assert commands
    for _, _, *given in commands:
        # How an answer is shown: in which order, with how many decimals.
        words = [word for word in given if not word.startswith("--order=")]
        options = dict(zip(words[::2], words[1::2], strict=True))
        options.pop("--decimals")
        assert layers["duckdb"].ask(
            [name for name in options.pop("--metrics", "").split(",") if name],
            [item for item in options.pop("--group-by", "").split(",") if item],
            [condition for condition in (options.pop("--where", ""),) if condition],
            options.pop("--saved-query", None),
        ), words
        assert not options, words


def test_every_metric_of_the_dictionary_can_be_asked_for(layers: dict[str, Layer]) -> None:
    page = (project.root() / "docs" / "distribution" / "metrics.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| ([a-z0-9_, ()]+?) \|", page, flags=re.MULTILINE)
    names = {
        re.sub(r"_n$", "_90", re.sub(r" \(\d+\)", "", name))
        for cell in named
        for name in cell.split(", ")
        if "_" in name and " by " not in name
    }
    missing = names - layers["duckdb"].metrics.keys() - OTHERWISE.keys()
    assert len(names) > 40
    assert not missing, sorted(missing)
    assert OTHERWISE.keys() <= names
    assert set(OTHERWISE.values()) <= layers["duckdb"].metrics.keys()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_command_answers_as_the_marts_do(
    engine: str, layers: dict[str, Layer], tmp_path: Path
) -> None:
    layer = layers[engine]
    warehouse = layer.warehouse
    root = project.root()
    # `mf` reads `target` of the project's directory, wherever else dbt wrote.
    shutil.copy(root / "dbt_project.yml", tmp_path)
    (tmp_path / "target").symlink_to(warehouse.directory / "target")
    metrics, items = QUESTION
    done = subprocess.run(
        [
            Path(sys.executable).with_name("mf"), "query",
            "--metrics", ",".join(metrics),
            "--group-by", ",".join(items),
            "--csv", "answer.csv",
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            **warehouse.environment,
            "DBT_TARGET": warehouse.target,
            "DBT_PROFILES_DIR": str(root),
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
        answers = {
            (row["metric_time__month"][:10], row["wholesaler"]): [row[name] for name in metrics]
            for row in csv.DictReader(file)
        }
    theirs = warehouse.query(
        f"""
        with flows as (
            select flow_month as month, wholesaler_key, sum(firm_net_flow_amount) as amount
            from {SCHEMA}.net_flows_monthly group by 1, 2
        ), lots as (
            select cohort_month as month, wholesaler_key,
                sum(retained_amount) as retained, sum(original_amount_at_risk) as at_risk
            from {SCHEMA}.retention_cohorts where {DEFAULT_90} group by 1, 2
        )
        select cast(flows.month as text), cast(flows.wholesaler_key as text), retained, at_risk,
            amount
        from flows left join lots
            on flows.month = lots.month and flows.wholesaler_key = lots.wholesaler_key
        """
    )
    assert answers.keys() == {(month, wholesaler) for month, wholesaler, *_ in theirs}
    for month, wholesaler, retained, at_risk, amount in theirs:
        rate, flow = answers[month, wholesaler]
        assert Decimal(flow) == amount
        if at_risk is None:
            assert not rate
        else:
            exact = Fraction(retained) / Fraction(at_risk)
            assert abs(Fraction(rate) - exact) <= exact * Fraction(1, 10**12)
