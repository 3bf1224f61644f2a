"""`dist-perf build` builds what the inputs ask for, on each engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker, differences

from dist_perf import build, feeds, project

COMMAND = Path(sys.executable).with_name("dist-perf")
RAW = "feed_schema: raw"
Done = subprocess.CompletedProcess[str]


def environment(warehouse: Warehouse) -> dict[str, str]:
    """Return what leads the command to a warehouse. Tests would take the most time here."""
    return {
        **warehouse.environment,
        "DIST_PERF_SCHEMA_PREFIX": "",
        "DBT_TARGET_PATH": str(warehouse.directory / "target"),
        "DBT_LOG_PATH": str(warehouse.directory / "logs"),
        "DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test",
    }


def dist_perf_build(warehouse: Warehouse, *arguments: str) -> Done:
    return subprocess.run(
        [COMMAND, "build", "--target", warehouse.target, "--vars", RAW, *arguments],
        cwd=project.root(),
        env={**os.environ, **environment(warehouse)},
        capture_output=True,
        text=True,
        check=False,
    )


def load(warehouse: Warehouse, *arguments: str | Path) -> None:
    """Run `dist-perf load` to its end."""
    subprocess.run(
        [COMMAND, "load", "--target", warehouse.target, *arguments],
        cwd=project.root(),
        env={**os.environ, **environment(warehouse)},
        check=True,
    )


def load_flow(warehouse: Warehouse, name: str, flow: str) -> None:
    """Load a file with one flow."""
    path = warehouse.directory / name
    path.write_text(
        f"flow_id,account_id,product_id,transaction_type_id,trade_date,amount\n{flow}\n"
    )
    load(warehouse, "aum_flows", path)


def ran(warehouse: Warehouse) -> set[str]:
    """Return the names of what dbt's last run built."""
    return {name.rsplit(".", 1)[1] for name in last_run(warehouse)}


def kinds(warehouse: Warehouse) -> set[str]:
    """Return of what kinds the nodes are that dbt ran last."""
    return {name.split(".", 1)[0] for name in last_run(warehouse)}


def last_run(warehouse: Warehouse) -> list[str]:
    results = json.loads((warehouse.directory / "target" / "run_results.json").read_bytes())
    return [each["unique_id"] for each in results["results"]]


@dataclass
class Story:
    """What was seen of a warehouse on its way."""

    warehouse: Warehouse
    runs: dict[str, Done]
    built: dict[str, set[str]]
    lines: list[str]


def told(warehouse: Warehouse) -> Story:
    """Build, build again, take a fee, withdraw a file, run dbt by hand, and let a build fail."""
    runs: dict[str, Done] = {}
    built: dict[str, set[str]] = {}

    def run(name: str, *arguments: str) -> None:
        (warehouse.directory / "target" / "run_results.json").unlink(missing_ok=True)
        runs[name] = dist_perf_build(warehouse, *arguments)
        if (warehouse.directory / "target" / "run_results.json").exists():
            built[name] = ran(warehouse)

    warehouse.create_feeds()
    warehouse.deliver("products", [["P1", "One"]])
    warehouse.deliver("accounts", [["A1"]])
    warehouse.deliver("fee_schedules", [["P1", "0.01", "2024-01-01"]])
    warehouse.deliver("product_prices", [["P1", "2024-01-02", "10"], ["P1", "2024-02-29", "11"]])
    warehouse.deliver(
        "aum_flows",
        [["F1", "A1", None, "P1", "purchase", "2024-01-02", "2024-01-02", "1000", "100"]],
    )
    load_flow(warehouse, "bank_2024-01-03.csv", "F2,A1,P1,purchase,2024-01-03,700")
    load_flow(warehouse, "bank_2024-01-03_v2.csv", "F2,A1,P1,purchase,2024-01-03,900")
    load_flow(warehouse, "bank_2024-01-04.csv", "F3,A1,P1,purchase,2024-01-04,100")
    run("first")
    run("again")
    warehouse.deliver("fee_schedules", [["P1", "0.02", "2024-01-15"]], "2025-07-02")
    run("fee")
    # As many rows as before are there then, and the last was loaded when it was.
    (correction,) = warehouse.query(
        "select batch_id from raw.load_log where file like '%_v2.csv' and status = 'loaded'"
    )
    load(warehouse, "--withdraw", *correction)
    run("withdrawn")
    marts = warehouse.published()
    after_the_withdrawal = [warehouse.read(mart) for mart in marts]
    warehouse.dbt("build", "--full-refresh", *NO_TESTS, feed_schema="raw")
    lines = [
        line
        for mart, one in zip(marts, after_the_withdrawal, strict=True)
        for line in differences(one, warehouse.read(mart))
    ]
    warehouse.execute("alter table raw.vehicle_types rename column vehicle_type_id to other")
    run("failing")
    warehouse.execute("alter table raw.vehicle_types rename column other to vehicle_type_id")
    run("mended")
    return Story(warehouse, runs, built, lines)


@pytest.fixture(scope="module")
def stories(make_warehouse: WarehouseMaker) -> Iterator[dict[str, Story]]:
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        made = [stack.enter_context(make_warehouse(engine)) for engine in ENGINES]
        yield dict(zip(ENGINES, pool.map(told, made), strict=True))


@pytest.fixture(params=ENGINES)
def story(stories: dict[str, Story], request: pytest.FixtureRequest) -> Story:
    return stories[request.param]


def test_the_first_build_takes_everything(story: Story) -> None:
    first = story.runs["first"]
    assert first.returncode == 0, first.stdout
    assert "No whole build is on record" in first.stdout
    assert {"fact_revenue", "dim_regions"} <= story.built["first"]


def test_a_build_with_nothing_new_does_not_run_dbt(story: Story) -> None:
    again = story.runs["again"]
    assert (again.returncode, "again" in story.built) == (0, False)
    assert again.stdout == "Nothing changed since the last build: nothing to do.\n"


def test_a_fee_builds_what_stands_on_fees(story: Story) -> None:
    fee = story.runs["fee"]
    assert fee.returncode == 0, fee.stdout
    assert "Feeds that changed since the last build: fee_schedules." in fee.stdout
    assert {
        f"stg_{feeds.find('fee_schedules').source}__fee_schedules",
        "fact_revenue",
    } <= story.built["fee"]
    assert not {"dim_regions", "fact_sales_credit", "int_lots_followed"} & story.built["fee"]


def test_a_withdrawal_builds_what_stands_on_the_feed(story: Story) -> None:
    withdrawn = story.runs["withdrawn"]
    assert withdrawn.returncode == 0, withdrawn.stdout
    assert "Feeds that changed since the last build: aum_flows." in withdrawn.stdout
    amounts = story.warehouse.query(
        "select flow_id, cast(amount as varchar) from dist_perf_dw.fact_aum_flows order by 1"
    )
    assert amounts == [("F1", "1000.00"), ("F2", "700.00"), ("F3", "100.00")]


def test_a_build_of_a_part_leaves_what_a_full_one_gives(story: Story) -> None:
    assert not story.lines, "\n".join(story.lines)


def test_dbt_run_by_hand_makes_the_next_build_take_everything(story: Story) -> None:
    assert "No whole build is on record" in story.runs["failing"].stdout


def test_a_build_that_fails_exits_with_its_status_and_is_not_on_record(story: Story) -> None:
    failing, mended = story.runs["failing"], story.runs["mended"]
    assert (failing.returncode, mended.returncode) == (1, 0), mended.stdout
    assert "No whole build is on record" in mended.stdout


@pytest.fixture
def led_to(story: Story, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """The warehouse of a story; functions called in this process find it, too."""
    for name, value in environment(story.warehouse).items():
        monkeypatch.setenv(name, value)
    return story.warehouse


def test_what_else_makes_a_build_take_everything(
    led_to: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = led_to.target

    def reason(variables: str = RAW) -> str:
        return build.plan(target, build.inputs(target, variables)).reason

    assert reason().startswith("Nothing changed")
    assert reason("{feed_schema: raw, stale_price_days: 8}").startswith("The project")
    monkeypatch.setenv("DBT_EXCLUDE_RESOURCE_TYPES", "test")
    assert reason().startswith("The project")


def test_a_table_that_is_gone_is_built_again(led_to: Warehouse) -> None:
    led_to.execute("drop table dist_perf_dw.net_flows_monthly cascade")
    plan = build.plan(led_to.target, build.inputs(led_to.target, RAW))
    assert plan == build.Plan("`dist_perf_dw.net_flows_monthly` is missing: building all.")


def test_a_build_is_not_on_record_if_dbt_ran_meanwhile(led_to: Warehouse) -> None:
    seen = build.inputs(led_to.target, RAW)
    led_to.dbt("seed", "--select", "flow_classes")
    led_to.dbt("seed", "--select", "flow_classes")
    assert not build.record(led_to.target, seen)


def test_what_changed_in_a_feed_asks_for_no_unit_test(
    led_to: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBT_EXCLUDE_RESOURCE_TYPES")
    one_feed = build.Plan("A feed changed.", ("source:*.expense_types+",))
    assert build.run(led_to.target, RAW, one_feed, full_refresh=False) == 0
    assert {"model", "test"} <= kinds(led_to)
    assert "unit_test" not in kinds(led_to)


def test_variables_that_are_no_mapping_are_refused(story: Story) -> None:
    refused = subprocess.run(
        [COMMAND, "build", "--target", story.warehouse.target, "--vars", "feed_schema"],
        env={**os.environ, **environment(story.warehouse)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "write it as '{feed_schema: raw}'" in refused.stderr
