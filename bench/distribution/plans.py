"""A summary of the engines' plans for the heaviest models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.dbt_runs import Run
from bench.engines import Engine

MODELS = 5
# An incremental model filters to changed rows; its plan is taken without that filter.
RESTRICTION = re.compile(r"/\* changed by .*?/\* end of change filter \*/", re.DOTALL)
KINDS = 5


@dataclass(frozen=True)
class Step:
    """One step of a plan, with the time that it took without those below it."""

    kind: str
    rows: int
    seconds: float


def heaviest(engine: Engine, run: Run) -> list[dict[str, Any]]:
    """Explain the heaviest models' queries and return their most expensive kinds of steps."""
    models = [node for node in run.of_layer("intermediate", "marts") if node.sql]
    models.sort(key=lambda node: node.statement_seconds, reverse=True)
    read = _duckdb_steps if engine.name == "duckdb" else _postgres_steps
    analyse = "analyze, format json" + (", costs off" if engine.name == "postgres" else "")
    plans_by_model = []
    with engine.connected() as connection:
        for node in models[:MODELS]:
            query = RESTRICTION.sub("true", node.sql)
            explained = connection.rows(f"explain ({analyse}) {query}")[0][-1]
            plan = json.loads(explained) if isinstance(explained, str) else explained
            steps = list(read(plan))
            plans_by_model.append(
                {
                    "model": node.name,
                    "seconds": node.statement_seconds,
                    "work_seconds": sum(step.seconds for step in steps),
                    "steps_in_all": len(steps),
                    "kinds": _dearest(steps),
                }
            )
    return plans_by_model


def _dearest(steps: list[Step]) -> list[tuple[str, int, int, float]]:
    """Return kind, number, most rows and seconds of the kinds of steps that took most."""
    kinds: dict[str, list[Step]] = {}
    for step in steps:
        kinds.setdefault(step.kind, []).append(step)
    totals = [
        (kind, len(each), max(step.rows for step in each), sum(step.seconds for step in each))
        for kind, each in kinds.items()
    ]
    return sorted(totals, key=lambda each: each[-1], reverse=True)[:KINDS]


def _postgres_steps(plan: list[dict[str, Any]]) -> Iterator[Step]:
    """Walk through a plan; times of parallel workers are added up."""

    def work(node: dict[str, Any]) -> float:
        return float(node["Actual Total Time"]) * int(node["Actual Loops"]) / 1000

    def walk(node: dict[str, Any]) -> Iterator[Step]:
        below = node.get("Plans", [])
        name = node["Node Type"]
        for detail in ("Join Type", "Strategy", "Relation Name", "CTE Name"):
            if node.get(detail) not in (None, "Inner", "Plain"):
                name += f" {node[detail]}"
        if node.get("Sort Space Type") == "Disk":
            name += " on disk"
        own = max(0.0, work(node) - sum(work(each) for each in below))
        yield Step(name, int(node["Actual Rows"] * node["Actual Loops"]), own)
        for each in below:
            yield from walk(each)

    return walk(plan[0]["Plan"])


def _duckdb_steps(plan: dict[str, Any]) -> Iterator[Step]:
    """Walk through a plan; times of parallel threads are added up."""
    for node in plan.get("operator", plan.get("children", [])):
        details = node["extra_info"]
        table = str(details.get("Table", "")).rsplit(".", maxsplit=1)[-1]
        name = " ".join(part for part in (node["type"], details.get("Join Type"), table) if part)
        yield Step(name, int(node["intermediate_rows"]), float(node["timing"]))
        yield from _duckdb_steps(node)
