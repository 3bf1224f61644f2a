"""Whole builds of the distribution area: the full one, a day's, and one with nothing to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bench import dbt_runs
from bench.dbt_runs import TESTS, Node, Run
from bench.distribution import feeds
from bench.distribution.feeds import Feeds
from bench.distribution.lot_engine import FEEDS
from bench.engines import Engine

Figures = dict[str, Any]

# The folder is named as the area is, and so is its selector.
SELECTION = ("--selector", Path(__file__).parent.name)
HEAVIEST = 10
SAMPLE = "sample_only_"
REFRESHED = "refreshed_"
MODEL_LAYERS = ("staging", "intermediate", "marts")


def full(engine: Engine) -> Run:
    """Build everything from the loaded feeds as if for the first time."""
    return dbt_runs.run(engine, "build", "--full-refresh", *SELECTION, variables=FEEDS)


def models(engine: Engine, threads: int | None = None) -> Run:
    """Build everything as if for the first time, without tests."""
    chosen = () if threads is None else ("--threads", str(threads))
    return dbt_runs.run(
        engine, "build", "--full-refresh", *SELECTION, *dbt_runs.NO_TESTS, *chosen,
        variables=FEEDS,
    )  # fmt: skip


def again(engine: Engine) -> Run:
    """Build everything, incremental models from where they are, as `dist-perf build` does."""
    return dbt_runs.run(engine, "build", *SELECTION, *dbt_runs.NO_UNIT_TESTS, variables=FEEDS)


def day(engine: Engine, made: Feeds) -> tuple[Figures, Run]:
    """Load the day after the history, and build again."""
    load_seconds = feeds.load_day(engine, made)
    run = again(engine)
    return {"load_seconds": load_seconds, **figures(run)}, run


def refuse_difference(engine: Engine, incremental: Run) -> int:
    """Build the loaded feeds once more from nothing, and compare every table.

    Returns:
        How many tables are equal.

    Raises:
        click.ClickException: a table differs; the message names each.
    """
    feeds.mirror(engine, REFRESHED)
    fresh = dbt_runs.run(
        engine, "build", "--full-refresh", *SELECTION, *dbt_runs.NO_TESTS,
        variables=FEEDS, prefix=REFRESHED,
    )  # fmt: skip
    relations = {node.unique_id: node.relation for node in fresh.of_layer(*MODEL_LAYERS)}
    differing = []
    with engine.connected() as connection:
        for node in incremental.of_layer(*MODEL_LAYERS):
            one, other = node.relation, relations[node.unique_id]
            extra, missing = (
                connection.rows(
                    f"select count(*) from (select * from {ours}"  # noqa: S608
                    f" except all select * from {theirs}) as difference"
                )[0][0]
                for ours, theirs in ((one, other), (other, one))
            )
            if extra or missing:
                differing.append(
                    f"`{node.name}`: {extra:,} rows only in the incremental build, {missing:,} "
                    "only in the full one"
                )
    if differing:
        raise click.ClickException("\n".join(differing))
    return len(relations)


def on_the_sample(engine: Engine, repeats: int) -> Figures:
    """Build the sample, then again with nothing changed; measure where dbt's time goes."""

    def seconds(*command: str) -> list[float]:
        return [dbt_runs.plain_seconds(engine, *command, prefix=SAMPLE) for _ in range(repeats)]

    dbt_runs.plain_seconds(engine, "dist-perf", "build", prefix=SAMPLE)
    return {
        "unchanged_seconds": seconds("dist-perf", "build"),
        "plain_seconds": seconds("dbt", "build"),
        **figures(dbt_runs.run(engine, "build", variables={}, prefix=SAMPLE)),
    }


def figures(run: Run) -> Figures:
    """Return the figures of a run that the page shows."""
    models = [node for node in run.nodes if node.layer not in TESTS]
    tests = run.of_layer(*TESTS)
    return {
        "seconds": run.seconds,
        "start_seconds": run.start_seconds,
        "parse_seconds": run.parse_seconds,
        "end_seconds": run.end_seconds,
        "data_seconds": run.data_seconds,
        "dbt_seconds": run.dbt_seconds,
        "processor_seconds": run.processor_seconds,
        "statement_seconds": run.statement_seconds,
        "critical_seconds": run.critical_seconds(),
        "model_data_seconds": run.busy_seconds(node.unique_id for node in models),
        "test_data_seconds": run.busy_seconds(node.unique_id for node in tests),
        "models": len(models),
        "tests": len(tests),
        "own_milliseconds_a_node": 1000
        * sum(node.seconds - node.statement_seconds for node in run.nodes)
        / len(run.nodes),
        "peak_bytes": run.peak_bytes,
        "spill_bytes": run.spill_bytes,
        "layers": {
            layer: sum(node.statement_seconds for node in run.of_layer(layer))
            for layer in ("seed", "staging", "snapshot", "intermediate", "marts", *TESTS)
        },
        "heaviest_models": _heaviest(models),
        "heaviest_tests": _heaviest(tests),
    }


def _heaviest(nodes: list[Node]) -> list[tuple[str, float]]:
    ranked = sorted(nodes, key=lambda node: node.statement_seconds, reverse=True)
    return [(node.name, node.statement_seconds) for node in ranked[:HEAVIEST]]
