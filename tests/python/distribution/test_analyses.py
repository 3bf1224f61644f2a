"""Analyses answer on the sample what the comment at their end says."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from answers import cells, shown
from dbt_warehouse import ENGINES, Warehouse

from dist_perf import project

FOLDER = project.root() / "analyses"
ANALYSES = sorted(FOLDER.rglob("*.sql"))
ANSWER = re.compile(r"\n/\*\n(?P<answer>.*?)\*/$", re.DOTALL)


@pytest.fixture(scope="module")
def compiled(sample: dict[str, Warehouse]) -> dict[str, Path]:
    """The folder with what dbt made of the analyses, by engine."""
    arguments = ("compile", "--select", "resource_type:analysis")
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda warehouse: warehouse.dbt(*arguments), sample.values()))
    return {
        engine: warehouse.directory / "target/compiled/dist_perf_dw/analyses"
        for engine, warehouse in sample.items()
    }


@pytest.fixture(scope="module")
def analyses(sample: dict[str, Warehouse]) -> list[dict[str, Any]]:
    nodes = sample["duckdb"].manifest["nodes"].values()
    return [node for node in nodes if node["resource_type"] == "analysis"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", ANALYSES, ids=lambda path: path.stem)
def test_analysis_answers_what_its_comment_says(
    path: Path, engine: str, compiled: dict[str, Path], sample: dict[str, Warehouse]
) -> None:
    query = (compiled[engine] / path.relative_to(FOLDER)).read_text(encoding="utf-8").rstrip()
    answer = ANSWER.search(query)
    assert answer is not None, f"`{path.name}` does not end with its answer in a comment"
    assert shown(*sample[engine].fetch(query)) == cells(answer["answer"])


def test_ten_questions_are_asked_and_described(analyses: list[dict[str, Any]]) -> None:
    assert len(analyses) >= 10
    for node in analyses:
        question = node["raw_code"].splitlines()[0].removeprefix("-- ")
        assert question.endswith("?"), f"`{node['name']}` does not begin with its question"
        assert node["description"].startswith(question), f"`{node['name']}` describes another"


def test_analyses_read_marts_only(
    analyses: list[dict[str, Any]], sample: dict[str, Warehouse]
) -> None:
    nodes = sample["duckdb"].manifest["nodes"]
    for node in analyses:
        for name in node["depends_on"]["nodes"]:
            assert nodes[name]["path"].startswith("marts/"), f"`{node['name']}` reads `{name}`"
