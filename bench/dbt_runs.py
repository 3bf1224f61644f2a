"""Runs dbt and says where its time went, from its own log and artifacts."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import psutil

from bench.engines import Engine
from bench.watching import Watch
from dist_perf import project

DBT = Path(sys.executable).with_name("dbt")
NO_UNIT_TESTS = ("--exclude-resource-types", "unit_test")
NO_TESTS = ("--exclude-resource-types", "test", "unit_test")
TESTS = ("test", "unit_test")
BAD = ("error", "fail", "runtime error", "skipped", "partial success")

Interval = tuple[float, float]


@dataclass(frozen=True)
class Node:
    """One node of a run: a model, a seed, a snapshot or a test.

    Attributes:
        layer: its layer if it is a model, else what it is.
        seconds: all that dbt spent on it.
        statement_seconds: the part of it in which a statement ran in the database.
        parents: what it reads.
        sql: its query as compiled; empty for seeds.
        relation: the table or view that it made; empty for some tests.
    """

    unique_id: str
    name: str
    layer: str
    seconds: float
    statement_seconds: float
    parents: tuple[str, ...]
    sql: str
    relation: str


@dataclass
class Run:
    """One run of dbt, all in seconds of wall time unless said otherwise.

    Attributes:
        seconds: from the command to the prompt.
        start_seconds: until Python and dbt are imported.
        parse_seconds: until the project is parsed.
        end_seconds: from the last node to the prompt.
        processor_seconds: of all cores, for dbt and the server together.
        peak_bytes: memory of dbt and the server together.
        spill_bytes: temporary files; the peak on DuckDB, the sum on PostgreSQL.
        nodes: what ran.
        busy: when statements ran, by node.
    """

    seconds: float
    start_seconds: float
    parse_seconds: float
    end_seconds: float
    processor_seconds: float
    peak_bytes: int
    spill_bytes: int
    nodes: list[Node]
    busy: dict[str, list[Interval]] = field(default_factory=dict, repr=False)

    @property
    def data_seconds(self) -> float:
        """Seconds in which at least one statement ran in the database."""
        return self.busy_seconds()

    def busy_seconds(self, only: Iterable[str] | None = None) -> float:
        """Return the seconds in which a statement ran for at least one of the nodes named."""
        chosen = self.busy.values() if only is None else (self.busy.get(each, []) for each in only)
        return union_seconds(interval for intervals in chosen for interval in intervals)

    @property
    def statement_seconds(self) -> float:
        """Seconds of all statements, also of those that ran at the same time."""
        return sum(end - start for each in self.busy.values() for start, end in each)

    @property
    def dbt_seconds(self) -> float:
        """Seconds in which no statement ran: dbt's own share."""
        return self.seconds - self.data_seconds

    def critical_seconds(self) -> float:
        """Return the statements' seconds along the longest way through the models."""
        nodes = {node.unique_id: node for node in self.nodes if node.layer not in TESTS}
        reached: dict[str, float] = {}

        def until(name: str) -> float:
            if name not in reached:
                node = nodes[name]
                before = [until(parent) for parent in node.parents if parent in nodes]
                reached[name] = node.statement_seconds + max(before, default=0.0)
            return reached[name]

        return max((until(name) for name in nodes), default=0.0)

    def of_layer(self, *layers: str) -> list[Node]:
        """Return the nodes of some layers."""
        return [node for node in self.nodes if node.layer in layers]


def run(
    engine: Engine,
    *arguments: str,
    variables: Mapping[str, Any],
    prefix: str = "",
    project_directory: Path | None = None,
) -> Run:
    """Run dbt to its end and say where its time went.

    Args:
        engine: where; its name is the target.
        arguments: the command, such as `build`, and its options.
        variables: what the project's variables are set to.
        prefix: what all schemas' names begin with.
        project_directory: another directory than this project's, with a project like it.

    Raises:
        click.ClickException: a node failed; the message names the first of them.
    """
    directory = project_directory or project.root()
    target = _target(engine, prefix, directory)
    results_file = target / "run_results.json"
    results_file.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="dist_perf_bench_") as logs:
        command = [
            str(DBT), "--quiet", "--no-use-colors",
            "--log-format-file", "json", "--log-level-file", "debug", "--log-file-max-bytes", "0",
            *arguments,
            "--target", engine.name,
            "--vars", json.dumps(dict(variables)),
            "--project-dir", str(directory), "--profiles-dir", str(project.root()),
            "--log-path", logs, "--target-path", str(target),
        ]  # fmt: skip
        spilled = engine.spilled_bytes()
        started = dt.datetime.now(dt.UTC).timestamp()
        process = subprocess.Popen(  # noqa: S603
            command,
            cwd=directory,
            env=_environment(prefix),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        roots = [psutil.Process(process.pid), *engine.server()]
        with Watch(lambda: roots, engine.spill_directory()) as watch:
            printed, _ = process.communicate()
        if not results_file.exists():
            raise click.ClickException(f"dbt {' '.join(arguments)} on {engine.name}: {printed}")
        results = _read(results_file)["results"]
        _refuse_failures(results, printed)
        return _run(
            watch,
            started,
            engine.spilled_bytes() - spilled,
            list(_events(Path(logs) / "dbt.log")),
            results,
            _read(target / "manifest.json"),
        )


def plain_seconds(engine: Engine, program: str, *arguments: str, prefix: str) -> float:
    """Run `dbt` or `dist-perf` with the project's settings; return its wall time.

    Raises:
        click.ClickException: it failed; the message is what it printed.
    """
    target = str(_target(engine, prefix, project.root()))
    command = [str(DBT.with_name(program)), *arguments, "--target", engine.name]
    started = time.perf_counter()
    done = subprocess.run(  # noqa: S603
        command,
        cwd=project.root(),
        env={**_environment(prefix), "DBT_TARGET_PATH": target, "DBT_LOG_PATH": target},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise click.ClickException(
            f"{program} {' '.join(arguments)} on {engine.name}: {done.stdout}"
        )
    return seconds


def _target(engine: Engine, prefix: str, directory: Path) -> Path:
    """Return dbt's target directory; kept, so that the next run need not parse again."""
    return engine.directory / f"target_{prefix}{directory.name}"


def _environment(prefix: str) -> dict[str, str]:
    return {
        **os.environ,
        "DBT_PROFILES_DIR": str(project.root()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DIST_PERF_SCHEMA_PREFIX": prefix,
    }


def _run(  # noqa: PLR0913, PLR0917
    watch: Watch,
    started: float,
    spilled_bytes: int,
    events: list[tuple[str, float, dict[str, Any]]],
    results: list[dict[str, Any]],
    manifest: dict[str, Any],
) -> Run:
    when = {name: moment for name, moment, _ in reversed(events)}
    busy: dict[str, list[Interval]] = {}
    for name, moment, data in events:
        if name == "SQLQueryStatus":
            # Hooks and the catalogue queries at the start belong to no node.
            node = data.get("node_info", {}).get("unique_id", "")
            busy.setdefault(node, []).append((moment - data["elapsed"], moment))
    first, parsed = when["MainReportVersion"], when["FoundStats"]
    return Run(
        seconds=watch.seconds,
        start_seconds=first - started,
        parse_seconds=parsed - first,
        end_seconds=started + watch.seconds - when["FinishedRunningStats"],
        processor_seconds=watch.processor_seconds,
        peak_bytes=watch.peak_bytes,
        spill_bytes=watch.peak_spill_bytes + spilled_bytes,
        nodes=[
            _node(result, manifest, busy)
            for result in results
            if not result["unique_id"].startswith("operation.")
        ],
        busy=busy,
    )


def _node(
    result: dict[str, Any], manifest: dict[str, Any], busy: dict[str, list[Interval]]
) -> Node:
    name = result["unique_id"]
    described = manifest["nodes"].get(name) or manifest["unit_tests"].get(name) or {}
    kind = name.split(".", 1)[0]
    return Node(
        unique_id=name,
        name=described.get("name", name),
        layer=described["fqn"][1] if kind == "model" else kind,
        seconds=result["execution_time"],
        statement_seconds=union_seconds(busy.get(name, [])),
        parents=tuple(described.get("depends_on", {}).get("nodes", ())),
        sql=result.get("compiled_code") or "",
        relation=result.get("relation_name") or "",
    )


def _refuse_failures(results: list[dict[str, Any]], printed: str) -> None:
    bad = [each for each in results if each["status"] in BAD]
    if bad:
        messages = "\n".join(
            f"  {each['status']}: {each['unique_id']}: {each['message']}" for each in bad[:20]
        )
        raise click.ClickException(
            f"{len(bad)} nodes did not succeed:\n{messages}\n{printed[-2000:]}"
        )


def _events(log: Path) -> Iterator[tuple[str, float, dict[str, Any]]]:
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            moment = dt.datetime.fromisoformat(event["info"]["ts"]).timestamp()
            yield event["info"]["name"], moment, event["data"]


def _read(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def union_seconds(intervals: Iterable[Interval]) -> float:
    """Return how long at least one of the intervals lasts; overlaps count once."""
    total, reached = 0.0, float("-inf")
    for start, end in sorted(intervals):
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
