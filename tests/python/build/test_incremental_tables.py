"""Incremental tables and their tests: who finds duplicates, which changes reach which rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker

pytestmark = pytest.mark.long

FLOWS = [
    ["F1", "A1", None, "P1", "purchase", "2024-01-02", "2024-01-02", "1000", "100"],
    ["F2", "A2", None, "P1", "purchase", "2024-01-03", "2024-01-03", "1000", "100"],
]
LATER = ["F3", "A2", None, "P1", "redemption", "2024-02-01", "2024-02-01", "500", "50"]
LOTS = "intermediate.int_lots_followed"
ATTRIBUTED = "intermediate.int_flows_attributed"
UNIQUE_LOTS = (
    "dbt_utils_unique_combination_of_columns_int_lots_followed_"
    "flow_id__relief_method__age_days__is_as_of"
)
REFUSED = r"duplicate key value violates unique constraint|would have 2 rows of one primary key"

Story = Callable[[Warehouse], None]
OnEngines = Callable[..., None]


@pytest.fixture
def on_engines(make_warehouse: WarehouseMaker) -> OnEngines:
    """Let a story happen on engines at the same time, each with two lots of two accounts."""

    def happen(story: Story, engines: tuple[str, ...] = ENGINES) -> None:
        def on(engine: str, warehouse: Warehouse) -> None:
            try:
                warehouse.create_feeds()
                warehouse.deliver("products", [["P1", "One"]])
                warehouse.deliver("aum_flows", FLOWS)
                story(warehouse)
            except BaseException as error:
                error.add_note(f"on {engine}")
                raise

        with ExitStack() as stack, ThreadPoolExecutor() as pool:
            made = [stack.enter_context(make_warehouse(engine)) for engine in engines]
            list(pool.map(on, engines, made))

    return happen


def build(warehouse: Warehouse, selected: str, *options: str, **variables: Any) -> None:
    warehouse.dbt(
        "build", *NO_TESTS, "--select", *selected.split(), *options, feed_schema="raw", **variables
    )


def duplicate(warehouse: Warehouse, table: str, flow_id: str) -> None:
    warehouse.execute(f"insert into {table} select * from {table} where flow_id = '{flow_id}'")


def failing(warehouse: Warehouse, test: str, **variables: Any) -> set[str]:
    """Run a test alone, and return the flows of the rows that it keeps."""
    status, printed = warehouse.try_dbt("test", "--select", test, feed_schema="raw", **variables)
    kept = [name for schema, name in warehouse.columns() if schema == "test_failures"]
    assert status == len(kept), printed
    return {
        flow_id
        for name in kept
        for (flow_id,) in warehouse.query(f'select flow_id from test_failures."{name}"')
    }


def test_what_did_not_change_is_not_looked_at_again(on_engines: OnEngines) -> None:
    def story(warehouse: Warehouse) -> None:
        build(warehouse, "+int_lots_followed")
        assert failing(warehouse, UNIQUE_LOTS) == set()
        duplicate(warehouse, LOTS, "F1")
        duplicate(warehouse, LOTS, "F2")
        assert failing(warehouse, UNIQUE_LOTS) == set()
        # The model is told of F3 only later: until then its holding has what was planted.
        warehouse.deliver("aum_flows", [LATER], "2025-07-02")
        build(warehouse, "+int_holdings_changed")
        assert failing(warehouse, UNIQUE_LOTS) == {"F2"}
        # A test that failed begins anew.
        assert failing(warehouse, UNIQUE_LOTS) == {"F1", "F2"}
        # The model mends what it was told of, and nothing else.
        build(warehouse, "int_lots_followed")
        assert failing(warehouse, UNIQUE_LOTS) == {"F1"}
        build(warehouse, "int_lots_followed", "--full-refresh")
        assert failing(warehouse, UNIQUE_LOTS) == set()

    on_engines(story)


def test_rows_that_come_in_twice_are_refused(on_engines: OnEngines) -> None:
    def story(warehouse: Warehouse) -> None:
        def flows() -> list[str]:
            rows = warehouse.query(
                "select flow_id from dist_perf_dw.fact_aum_flows order by flow_id"
            )
            return [flow_id for (flow_id,) in rows]

        build(warehouse, "+fact_aum_flows")
        duplicate(warehouse, ATTRIBUTED, "F1")
        with pytest.raises(AssertionError) as whole:
            build(warehouse, "fact_aum_flows", "--full-refresh")
        assert re.search(REFUSED, str(whole.value))
        assert flows() == ["F1", "F2"]
        warehouse.deliver("aum_flows", [LATER], "2025-07-02")
        build(warehouse, "+int_holdings_changed")
        duplicate(warehouse, ATTRIBUTED, "F3")
        with pytest.raises(AssertionError) as part:
            build(warehouse, "fact_aum_flows")
        assert re.search(REFUSED, str(part.value))
        assert flows() == ["F1", "F2"]
        build(warehouse, "+fact_aum_flows")
        assert flows() == ["F1", "F2", "F3"]

    on_engines(story)


def test_rows_that_are_there_twice_are_refused_where_all_is_built_anew(
    on_engines: OnEngines,
) -> None:
    def story(warehouse: Warehouse) -> None:
        def codes() -> list[tuple[Any, ...]]:
            return sorted(
                warehouse.query("select * from dist_perf_dw.dim_transaction_types"), key=str
            )

        build(warehouse, "+dim_transaction_types")
        before = codes()
        classified = "intermediate.int_transaction_types_classified"
        warehouse.execute(f"insert into {classified} select * from {classified}")
        with pytest.raises(AssertionError) as refused:
            build(warehouse, "dim_transaction_types")
        assert re.search(REFUSED, str(refused.value))
        assert before
        assert codes() == before

    on_engines(story)


def test_sums_are_replaced_where_a_row_changed(on_engines: OnEngines) -> None:
    def story(warehouse: Warehouse) -> None:
        mart = "dist_perf_dw.sales_credit_monthly"
        months = f"select activity_month, sum(gross_sales_credit_amount) from {mart} group by 1"

        def plant() -> dict[str, Decimal]:
            warehouse.execute(f"update {mart} set gross_sales_credit_amount = 7")
            return sums()

        def sums() -> dict[str, Decimal]:
            return {str(month): amount for month, amount in warehouse.query(months)}

        build(warehouse, "+sales_credit_monthly")
        right = sums()
        assert set(right) == {"2024-01-01"}
        planted = plant()
        assert planted != right
        warehouse.deliver("aum_flows", [LATER], "2025-07-02")
        build(warehouse, "+sales_credit_monthly")
        assert sums() == {**planted, "2024-02-01": Decimal(0)}
        right |= {"2024-02-01": Decimal(0)}
        # What is told begins anew with its table, and where it is lost: then all sums do.
        plant()
        build(warehouse, "fact_sales_credit", "--full-refresh")
        build(warehouse, "sales_credit_monthly")
        assert sums() == right
        plant()
        warehouse.execute("drop table intermediate.fact_sales_credit__changes")
        build(warehouse, "+sales_credit_monthly")
        assert sums() == right

    on_engines(story)


def test_rows_that_come_back_as_they_are_stay(on_engines: OnEngines) -> None:
    """Rows of a holding that had a change lie where they lay; those there twice are put right."""
    address = {"postgres": "cast(ctid as text)", "duckdb": "rowid"}

    def story(warehouse: Warehouse) -> None:
        table = "intermediate.int_lot_events_ordered"

        def events() -> list[tuple[Any, ...]]:
            query = f"select flow_id, {address[warehouse.target]} from {table} order by 1, 2"
            return warehouse.query(query)

        build(warehouse, "+int_lot_events_ordered")
        bought = events()
        assert [flow_id for flow_id, _ in bought] == ["F1", "F2"]
        warehouse.deliver("aum_flows", [LATER], "2025-07-02")
        build(warehouse, "+int_lot_events_ordered")
        assert events()[:2] == bought
        duplicate(warehouse, table, "F2")
        warehouse.deliver("aum_flows", [[*LATER[:-2], "400", "40"]], "2025-07-03")
        build(warehouse, "+int_lot_events_ordered")
        assert [flow_id for flow_id, _ in events()] == ["F1", "F2", "F3"]

    on_engines(story)


def test_a_table_in_parts_is_the_table(on_engines: OnEngines) -> None:
    """Histories of more rows are in `test_incremental_equals_full.py`."""

    def story(warehouse: Warehouse) -> None:
        test = "assert_credit_adds_up_to_every_flow"
        selected = (
            "+int_lots_followed +int_sales_followed +int_sales_credits_planned +fact_sales_credit"
            " +fact_aum_flows"
        )
        warehouse.deliver("aum_flows", [LATER], "2025-07-02")
        build(warehouse, selected)
        tables = [
            f"{node['schema']}.{node['alias']}"
            for node in warehouse.manifest["nodes"].values()
            if node["resource_type"] == "model" and node["config"]["meta"].get("parts_of")
        ]
        whole = {
            table: sorted(warehouse.query(f"select * from {table}"), key=str) for table in tables
        }
        assert whole[LOTS]
        build(warehouse, selected, "--full-refresh", rows_at_a_time=1)
        log = (warehouse.directory / "logs" / "dbt.log").read_text(encoding="utf-8")
        for table in tables:
            assert sorted(warehouse.query(f"select * from {table}"), key=str) == whole[table]
            schema, name = table.split(".")
            # What has no rows yet is created anew by the next part.
            part = "insert into" if whole[table] else "drop table"
            assert f'{part} "{warehouse.database}"."{schema}"."{name}__dbt_tmp"' in log
        assert failing(warehouse, test, rows_at_a_time=1) == set()
        warehouse.execute(
            "update dist_perf_dw.fact_sales_credit set split_rate = 0.5 where flow_id = 'F2'",
            f"delete from intermediate.build_progress where model_name = '{test}'",
        )
        assert failing(warehouse, test, rows_at_a_time=1) == {"F2"}

    on_engines(story, ("duckdb",))
