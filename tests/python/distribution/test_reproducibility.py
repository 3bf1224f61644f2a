"""The same rows give the same marts, however they arrive and whatever is not yet known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

import pytest
from dbt_warehouse import NO_TESTS, Relation, Table, Warehouse, WarehouseMaker, differences

from dist_perf import feeds

SNAPSHOTS = Relation(
    "dist_perf_dw", "fact_retention_snapshots", ("flow_key", "relief_method", "age_days")
)
EARLIER = date(2024, 12, 31)


@dataclass
class Rebuilt:
    """The sample again: delivered twice in another order, and at an earlier as-of date."""

    redelivered: Warehouse
    earlier: Warehouse


@pytest.fixture(scope="module")
def rebuilt(sample: dict[str, Warehouse], make_warehouse: WarehouseMaker) -> Iterator[Rebuilt]:
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        made = Rebuilt(*(stack.enter_context(make_warehouse("duckdb")) for _ in range(2)))
        for warehouse in (made.redelivered, made.earlier):
            shutil.copy(
                sample["duckdb"].environment["DIST_PERF_DUCKDB"],
                warehouse.environment["DIST_PERF_DUCKDB"],
            )
        deliver_twice_in_another_order(made.redelivered)
        runs = [
            pool.submit(made.redelivered.dbt, "build", *NO_TESTS, feed_schema="raw"),
            pool.submit(
                made.earlier.dbt, "build", *NO_TESTS,
                "--select", "+fact_retention_snapshots", "--exclude", "resource_type:seed",
                as_of_date=str(EARLIER),
            ),
        ]  # fmt: skip
        for run in runs:
            run.result()
        yield made


def deliver_twice_in_another_order(warehouse: Warehouse) -> None:
    """Fill `raw` with the rows of the sample, shuffled, and again a day later as another batch."""
    warehouse.create_feeds()
    as_it_is = ["_loaded_at", "_batch_id"]
    as_another_batch = ["_loaded_at + interval '1 day'", "'again'"]
    for feed in feeds.all_feeds().values():
        columns = ", ".join(feed.column_names)
        for loaded_at, batch_id in (as_it_is, as_another_batch):
            warehouse.execute(
                f"insert into raw.{feed.name}"
                f" select {columns}, {loaded_at}, {batch_id}, _source_file, _row_number"
                f" from sample.{feed.name} order by hash(_row_number, {batch_id})"
            )


def test_rows_in_another_order_and_delivered_twice_change_no_mart(
    sample: dict[str, Warehouse], rebuilt: Rebuilt
) -> None:
    first, second = sample["duckdb"], rebuilt.redelivered
    lines = [
        line
        for relation in first.published()
        # Of what was delivered twice `feeds` counts more rows, and quarantine shows them.
        if relation.schema != "quarantine" and relation.name != "feeds"
        for line in differences(first.read(relation), second.read(relation))
    ]
    assert not lines, "\n".join(["as first built, then as built again:", *lines])


def test_every_row_that_was_delivered_again_shows_as_superseded(rebuilt: Rebuilt) -> None:
    delivered = " union all ".join(
        f"select '{name}', _source_file, _row_number from raw.{name} where _batch_id <> 'again'"
        for name in feeds.all_feeds()
    )
    superseded = "select feed, source_file, row_number from quarantine.superseded_rows"
    older = rebuilt.redelivered.query(f"{superseded} where batch_id <> 'again'")
    assert sorted(older) == sorted(rebuilt.redelivered.query(delivered))


def test_a_snapshot_once_reached_never_changes(
    sample: dict[str, Warehouse], rebuilt: Rebuilt
) -> None:
    later = sample["duckdb"].read(SNAPSHOTS)
    snapshot_date = later.columns.index("snapshot_date")
    reached = frozenset(row for row in later.rows if row[snapshot_date] <= EARLIER)
    assert reached
    earlier = rebuilt.earlier.read(SNAPSHOTS)
    lines = differences(earlier, Table(SNAPSHOTS, later.columns, reached))
    assert not lines, "\n".join([f"as of {EARLIER}, then as of the sample's end:", *lines])
