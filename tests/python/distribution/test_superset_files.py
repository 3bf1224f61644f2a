"""The files of docs/bi/superset fit the marts that they draw; `make test-superset` draws them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from dbt_warehouse import Warehouse
from sqlalchemy import make_url

from dist_perf import project, reporter

File = dict[str, Any]


@pytest.fixture(scope="module")
def built(sample: dict[str, Warehouse]) -> Warehouse:
    return sample["postgres"]


def files(kind: str) -> list[File]:
    folder = project.root() / "docs" / "bi" / "superset" / kind
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.rglob("*.yaml")]
    assert found
    return found


def contract(built: Warehouse, dataset: File) -> dict[str, Any]:
    (node,) = (
        node
        for node in built.manifest["nodes"].values()
        if node["resource_type"] == "model"
        and (node["schema"], node["alias"]) == (dataset["schema"], dataset["table_name"])
        and node["path"].startswith("marts/")
    )
    return node


def test_the_connection_is_the_reporter_without_a_password() -> None:
    (database,) = files("databases")
    url = make_url(database["sqlalchemy_uri"])
    assert (url.username, url.password) == (reporter.ROLE, None)


@pytest.mark.parametrize("dataset", files("datasets"), ids=lambda each: each["table_name"])
def test_a_dataset_has_the_columns_of_its_mart(built: Warehouse, dataset: File) -> None:
    node = contract(built, dataset)
    expected = [
        {
            "column_name": column["name"],
            "type": column["data_type"].upper(),
            "is_dttm": column["data_type"] == "date",
            "description": column["description"],
        }
        for column in node["columns"].values()
    ]
    assert dataset["description"] == node["description"].strip()
    assert dataset["columns"] == expected, (
        f"`{dataset['table_name']}`: let its `columns` be\n"
        + yaml.safe_dump(expected, sort_keys=False, allow_unicode=True, width=100)
    )


@pytest.mark.parametrize("dataset", files("datasets"), ids=lambda each: each["table_name"])
def test_the_metrics_of_a_dataset_can_be_computed(built: Warehouse, dataset: File) -> None:
    metrics = ", ".join(metric["expression"] for metric in dataset["metrics"])
    (row,) = built.query(f"select {metrics} from {dataset['schema']}.{dataset['table_name']}")
    assert None not in row


def asked(chart: File) -> Iterator[str]:
    """Yield the columns and metrics that a chart asks for."""
    params = chart["params"]
    groupby = params["groupby"]
    yield params["x_axis"]
    yield from groupby if isinstance(groupby, list) else [groupby]
    yield from params.get("metrics", []) or [params["metric"]]
    yield from (each["subject"] for each in params["adhoc_filters"])


@pytest.mark.parametrize("chart", files("charts"), ids=lambda each: each["slice_name"])
def test_a_chart_asks_for_what_its_dataset_has(chart: File) -> None:
    (dataset,) = (each for each in files("datasets") if each["uuid"] == chart["dataset_uuid"])
    there = {column["column_name"] for column in dataset["columns"]}
    there |= {metric["metric_name"] for metric in dataset["metrics"]}
    assert set(asked(chart)) <= there


def test_the_dashboard_shows_every_chart_and_filters_by_columns_that_are_there() -> None:
    (dashboard,) = files("dashboards")
    shown = {
        part["meta"]["uuid"]
        for part in dashboard["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    assert shown == {chart["uuid"] for chart in files("charts")}
    columns = {
        (dataset["uuid"], column["column_name"])
        for dataset in files("datasets")
        for column in dataset["columns"]
    }
    filtered = {
        (target["datasetUuid"], target["column"]["name"])
        for each in dashboard["metadata"]["native_filter_configuration"]
        for target in each["targets"]
        if target
    }
    assert filtered
    assert filtered <= columns
