"""What dbt and the loader found stands in `warehouse_health`, on each engine."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dbt_artifacts_parser.parsers.run_results import run_results_v6
from dbt_warehouse import ENGINES, DuckDBWarehouse, Row, Warehouse, WarehouseMaker

from dist_perf import feeds, project

COMMAND = Path(sys.executable).with_name("dist-perf")
# The source of the feed that is made to fail.
SOURCE = feeds.find("vehicle_types").source
MODELS = (
    "check_statuses", "stg_dbt__nodes", "stg_dbt__results", "stg_loader__loads",
    f"stg_{SOURCE}__feeds", "feeds", "warehouse_health",
)  # fmt: skip
RECORDS = "select * from health.results order by 1, 3", "select * from health.nodes order by 1"


def dist_perf(warehouse: Warehouse, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=project.root(),
        env={
            **os.environ,
            **warehouse.environment,
            "DIST_PERF_SCHEMA_PREFIX": "",
            "DBT_TARGET_PATH": str(warehouse.directory / "target"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def health(warehouse: Warehouse) -> dict[str, dict[str, Any]]:
    """Return the rows of the mart by kind and name, such as `load regions`."""
    columns, rows = warehouse.fetch("select * from common.warehouse_health")
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return {f"{row['kind']} {row['check_name']}": row for row in found}


@dataclass
class Story:
    """What was seen of a warehouse on its way."""

    warehouse: Warehouse
    empty: dict[str, dict[str, Any]]
    recorded: subprocess.CompletedProcess[str]
    records: list[list[Row]]
    checks: dict[str, dict[str, Any]]


def told(warehouse: Warehouse) -> Story:
    """Build health on empty feeds; then load, break a model and a test, and record that."""
    warehouse.create_feeds()
    warehouse.dbt("build", "--select", *MODELS, feed_schema="raw")
    empty = health(warehouse)

    regions = warehouse.directory / "regions.csv"
    regions.write_text("region_id,region_name\nR1,North\n,Nowhere\n", encoding="utf-8")
    channels = warehouse.directory / "channels.csv"
    channels.write_text("what,is,this\n1,2,3\n", encoding="utf-8")
    for feed, file in (("regions", regions), ("channels", channels)):
        dist_perf(warehouse, "load", feed, str(file), "--target", warehouse.target)
    warehouse.deliver("aum_flows", [["F1", None, None, "P1", "purchase", "2024-12-30"]])
    warehouse.deliver("products", [["P1"]])
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    warehouse.execute(
        f"insert into raw.product_prices (product_id, _loaded_at) values ('P1', '{now}')",
        "alter table raw.vehicle_types rename column vehicle_type_id to something_else",
        "insert into reference.check_statuses (status) values ('one'), ('two')",
    )
    with pytest.raises(AssertionError, match="vehicle_type"):
        warehouse.dbt(
            "build", "--select", "stg_loader__loads", f"stg_{SOURCE}__feeds", "feeds",
            f"stg_{SOURCE}__vehicle_types", "not_null_check_statuses_kind", "--write-json",
            feed_schema="raw",
        )  # fmt: skip
    with pytest.raises(AssertionError, match="STALE"):
        warehouse.dbt("source", "freshness", "--write-json", feed_schema="raw")
    recorded = dist_perf(warehouse, "health", "record")
    records = [warehouse.query(each) for each in RECORDS]
    return Story(warehouse, empty, recorded, records, health(warehouse))


@pytest.fixture(scope="module")
def stories(make_warehouse: WarehouseMaker) -> Iterator[dict[str, Story]]:
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        made = [stack.enter_context(make_warehouse(engine)) for engine in ENGINES]
        yield dict(zip(ENGINES, pool.map(told, made), strict=True))


@pytest.fixture(params=ENGINES)
def story(stories: dict[str, Story], request: pytest.FixtureRequest) -> Story:
    return stories[request.param]


def test_a_warehouse_without_rows_and_records_has_feeds_that_are_unused(story: Story) -> None:
    assert {row["kind"] for row in story.empty.values()} == {"load"}
    assert {row["status"] for row in story.empty.values()} == {"unused"}


def test_the_sample_has_what_each_feed_brought(sample: dict[str, Warehouse]) -> None:
    for warehouse in sample.values():
        checks = health(warehouse)
        flows = warehouse.query("select count(*), max(booked_date) from sample.aum_flows")[0]
        assert {row["status"] for row in checks.values() if row["kind"] == "load"} == {"pass"}
        row = checks["load aum_flows"]
        assert (row["row_count"], row["last_business_date"]) == flows
        assert row["last_loaded_at"] == datetime.datetime(2025, 7, 1, 6)


def test_a_failing_test_shows_its_failing_rows(story: Story) -> None:
    row = story.checks["test not_null_check_statuses_kind"]
    assert (row["status"], row["is_failing"], row["severity"]) == ("fail", True, "error")
    assert row["subject"] == "check_statuses"
    assert row["failing_row_count"] == 2
    kept = story.warehouse.query(f"select status from {row['failing_rows_relation']} order by 1")
    assert kept == [("one",), ("two",)]


def test_a_failed_build_is_recorded_with_its_reason(story: Story) -> None:
    failed = story.checks[f"model stg_{SOURCE}__vehicle_types"]
    assert (failed["status"], failed["is_failing"]) == ("error", True)
    assert "vehicle_type_id" in failed["message"]
    skipped = story.checks[f"test unique_stg_{SOURCE}__vehicle_types_vehicle_type_id"]
    assert (skipped["status"], skipped["subject"]) == ("skipped", f"stg_{SOURCE}__vehicle_types")
    built = story.checks[f"model stg_{SOURCE}__feeds"]
    assert (built["status"], built["invocation_id"]) == ("pass", failed["invocation_id"])
    assert built["duration_seconds"] > 0


def test_what_never_ran_is_unknown_and_fails_nothing(story: Story) -> None:
    row = story.checks["model net_flows_daily"]
    assert (row["status"], row["is_failing"], row["measured_at"]) == ("unknown", False, None)


@pytest.mark.parametrize(
    ("feed", "status"),
    [
        ("aum_flows", "fail"),
        ("products", "warn"),
        ("product_prices", "pass"),
        ("exchange_rates", "unused"),
    ],
)
def test_a_stale_feed_shows_as_stale(story: Story, feed: str, status: str) -> None:
    row = story.checks[f"freshness {feed}"]
    assert (row["status"], row["is_failing"]) == (status, status == "fail")
    age = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) - row["measured_at"]
    assert datetime.timedelta() < age < datetime.timedelta(minutes=30)
    if feed == "aum_flows":
        assert row["last_loaded_at"] == datetime.datetime(2025, 7, 1)
        assert "warns after 4 days, fails after 10 days" in row["message"]


def test_quarantined_rows_and_a_failed_load_show_at_their_feed(story: Story) -> None:
    row = story.checks["load regions"]
    assert (row["status"], row["row_count"], row["failing_row_count"]) == ("warn", 1, 1)
    reasons = story.warehouse.query(f"select reason from {row['failing_rows_relation']}")
    assert reasons == [("is required and empty",)]
    failed = story.checks["load channels"]
    assert (failed["status"], failed["is_failing"], failed["row_count"]) == ("fail", True, 0)
    assert "channels.csv" in failed["message"]


def test_recording_twice_changes_nothing(story: Story) -> None:
    assert story.recorded.returncode == 0, story.recorded.stderr
    assert "results of `dbt build`" in story.recorded.stdout
    again = dist_perf(story.warehouse, "health", "record")
    assert again.returncode == 0, again.stderr
    assert "recorded before; nothing changes" in again.stdout
    assert [story.warehouse.query(each) for each in RECORDS] == story.records
    assert all(story.records)


def test_showing_prints_what_fails_and_exits_with_1(story: Story) -> None:
    shown = dist_perf(story.warehouse, "health", "show", "--target", story.warehouse.target)
    assert shown.returncode == 1, shown.stderr
    assert "select * from test_failures.not_null_check_statuses_kind" in shown.stdout
    failing = sum(row["is_failing"] for row in story.checks.values())
    assert f"{failing} of {len(story.checks)} checks fail." in shown.stdout


def test_an_older_manifest_takes_no_newer_ones_place(story: Story, tmp_path: Path) -> None:
    target = story.warehouse.directory / "target"
    for name in ("manifest.json", "sources.json"):
        artifact = json.loads((target / name).read_text(encoding="utf-8"))
        artifact["metadata"] |= {
            "generated_at": "2025-01-01T00:00:00Z", "invocation_id": "an older run",
        }  # fmt: skip
        if name == "manifest.json":
            artifact["sources"] = {}
        (tmp_path / name).write_text(json.dumps(artifact), encoding="utf-8")
    done = dist_perf(story.warehouse, "health", "record", "--artifacts", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "results of `dbt source freshness`" in done.stdout
    assert story.warehouse.query(RECORDS[1]) == story.records[1]
    story.warehouse.execute("delete from health.results where invocation_id = 'an older run'")


def test_every_status_that_dbt_reports_is_classified(stories: dict[str, Story]) -> None:
    reported = {
        *(("model", each.value) for each in run_results_v6.Status),
        *(("test", each.value) for each in run_results_v6.Status1),
        *(("freshness", each.value) for each in run_results_v6.Status2),
    }
    classified = stories["duckdb"].warehouse.query(
        "select kind, reported_status from reference.check_statuses"
    )
    assert not reported - set(classified)


def test_without_artifacts_recording_says_what_to_run(
    tmp_path: Path, stories: dict[str, Story]
) -> None:
    story = stories["duckdb"]
    (tmp_path / "run_results.json").write_text('{"metadata": {}}', encoding="utf-8")
    torn = dist_perf(story.warehouse, "health", "record", "--artifacts", str(tmp_path))
    (tmp_path / "run_results.json").unlink()
    nothing = dist_perf(story.warehouse, "health", "record", "--artifacts", str(tmp_path))
    assert torn.returncode == nothing.returncode == 1
    assert "run_results.json` is not what this version of dbt writes" in torn.stderr
    assert "run `dbt build` or `dbt source freshness` first" in nothing.stderr


def test_a_file_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    nowhere = DuckDBWarehouse("duckdb", {"DIST_PERF_DUCKDB": str(missing)}, tmp_path)
    shown = dist_perf(nowhere, "health", "show", "--target", "duckdb")
    assert (shown.returncode, missing.exists()) == (1, False)
    assert f"`{missing}` is not there: `dbt build --target duckdb` makes it" in shown.stderr
