"""A part of the project builds in an empty warehouse: no test looks at what is not built."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_warehouse import ENGINES, WarehouseMaker

from dist_perf import feeds, project

SOURCE = feeds.find("aum_flows").source
AREA = next(area for area, sources in project.areas().items() if SOURCE in sources)
# A selection of each kind; `+` is what it is made of, without which nothing is built from nothing.
SELECTIONS = (
    "--select +advisor_activity_monthly",
    "--select +fact_aum_flows +warehouse_health",
    f"--select +path:models/marts/{AREA}/credit",
    f"--select +marts.{AREA}.retention",
    f"--select +stg_{SOURCE}__aum_flows",
    f"--select tag:{AREA}",
    f"--selector {AREA}",
    f"--selector {AREA}_marts",
    "--selector lot_engine",
    "--select +semantic_model:net_flows",
    "--select +metric:net_flows_firm",
    "--select +exposure:*",
    "--select +common --exclude seeds/sample",
)
KEYS = ("unique_id", "resource_type", "depends_on")


def invoked(dbt: dbtRunner, *arguments: str) -> Any:
    """Return what a command of dbt returns, whose own warnings are not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        done = dbt.invoke(["--quiet", *arguments])
    assert done.success, done.exception
    return done.result


@pytest.fixture(scope="module")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dbtRunner]:
    """Runs dbt in this process, which reads the project only once."""
    directory = tmp_path_factory.mktemp("selections")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.root())
        patch.setenv("DBT_TARGET", "duckdb")
        patch.setenv("DBT_TARGET_PATH", str(directory / "target"))
        patch.setenv("DBT_LOG_PATH", str(directory / "logs"))
        patch.setenv("DIST_PERF_DUCKDB", str(directory / "warehouse.duckdb"))
        parsed = invoked(dbtRunner(), "parse")
        assert isinstance(parsed, Manifest)
        yield dbtRunner(manifest=parsed)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_selection_runs_only_tests_of_what_it_builds(dbt: dbtRunner, selection: str) -> None:
    arguments = ("ls", "--output", "json", "--output-keys", *KEYS, *selection.split())
    nodes: list[dict[str, Any]] = [json.loads(line) for line in invoked(dbt, *arguments)]
    built = {node["unique_id"] for node in nodes}
    tests = [node for node in nodes if node["resource_type"] == "test"]
    lost = [
        f"`{test['unique_id']}` looks at {sorted(missing)}"
        for test in tests
        if (missing := {each for each in test["depends_on"]["nodes"] if not is_there(each, built)})
    ]
    assert tests
    assert not lost, "\n".join(lost)


def is_there(identifier: str, built: set[str]) -> bool:
    return identifier in built or identifier.startswith("source.")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_mart_alone_builds_in_an_empty_warehouse(
    make_warehouse: WarehouseMaker, engine: str
) -> None:
    with make_warehouse(engine) as warehouse:
        warehouse.dbt("build", "--select", "+advisor_activity_monthly")
        [(months,)] = warehouse.query("select count(*) from dist_perf_dw.advisor_activity_monthly")
        assert months
