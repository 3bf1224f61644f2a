"""The goals of the warehouse, and whether they are met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

Figures = dict[str, Any]

GOAL_FLOWS = 10_000_000
SMALLER_FLOWS = 1_000_000
LARGER_FLOWS = 100_000_000
GIGABYTE = 1e9


@dataclass(frozen=True)
class Goal:
    """An upper limit for a figure.

    Attributes:
        key: short name.
        text: what is limited.
        limits: by engine.
        unit: how the figure is written, with `{}` in its place.
        figure: takes the sections of an engine at one size and those by all sizes; raises
            KeyError where what it needs was not measured.
        flows: the only size at which the figure has a meaning; None if any has.
    """

    key: str
    text: str
    limits: dict[str, float]
    unit: str
    figure: Callable[[Figures, dict[int, Figures]], float]
    flows: int | None = None


def floor(section: Figures) -> float:
    """Return the median seconds of the floor of a section's own run."""
    return float(median(section["floor_seconds"]))


def over_floor(section: Figures, seconds: float) -> float:
    """Return seconds as a multiple of the floor of a section's own run."""
    return seconds / floor(section)


def engine_seconds(section: Figures, methods: str, part: str) -> float:
    """Return the median seconds of the lot engine, `part` being closed_forms or from_raw."""
    return float(median(section[methods][f"{part}_seconds"]))


def build_median(runs: list[Figures], figure: str) -> float:
    """Return the median of a figure of several builds."""
    return float(median(run[figure] for run in runs))


def _beside(other: str) -> Callable[[Figures, dict[int, Figures]], float]:
    return lambda at, _: (
        median(at["others"]["engine_seconds"]) / median(at["others"]["others"][other])
    )


GOALS = (
    Goal(
        "engine",
        "lot engine from the raw flows, FIFO, four ages",
        {"duckdb": 5, "postgres": 8},
        "{:.1f} x floor",
        lambda at, _: over_floor(at["engine"], engine_seconds(at["engine"], "fifo", "from_raw")),
    ),
    Goal(
        "numba",
        "lot engine beside a compiled loop over sorted arrays",
        {"duckdb": 1},
        "{:.2f} x numba",
        _beside("numba"),
    ),
    Goal(
        "pandas",
        "lot engine beside pandas",
        {"postgres": 1},
        "{:.2f} x pandas",
        _beside("pandas"),
    ),
    Goal(
        "methods",
        "all three relief methods in one pass, beside FIFO alone",
        {"duckdb": 1.6, "postgres": 1.6},
        "{:.2f} x FIFO",
        lambda at, _: (
            engine_seconds(at["engine"], "all_methods", "closed_forms")
            / engine_seconds(at["engine"], "fifo", "closed_forms")
        ),
    ),
    Goal(
        "build",
        "whole build, every mart and test, from the command to the prompt",
        {"duckdb": 25, "postgres": 60},
        "{:.0f} x floor",
        lambda at, _: over_floor(at["build"], build_median(at["build"]["runs"], "seconds")),
    ),
    Goal(
        "memory",
        "peak memory of client and server together in that build",
        {"duckdb": 4, "postgres": 4},
        "{:.2f} GB",
        lambda at, _: max(run["peak_bytes"] for run in at["build"]["runs"]) / GIGABYTE,
    ),
    Goal(
        "day",
        "data time of a day's build, beside that of the full build",
        {"duckdb": 1 / 25, "postgres": 1 / 25},
        "{:.3f} x full",
        lambda at, _: (
            at["day"]["day"]["data_seconds"] / build_median(at["day"]["full"], "data_seconds")
        ),
    ),
    Goal(
        "day_growth",
        "data time of a day after 10M flows, beside the same day after 1M",
        {"duckdb": 1.5, "postgres": 1.5},
        "{:.2f} x",
        lambda at, sizes: (
            at["day"]["day"]["data_seconds"]
            / sizes[SMALLER_FLOWS]["day"]["day"]["data_seconds"]
        ),
        flows=GOAL_FLOWS,
    ),
    Goal(
        "unchanged",
        "`dist-perf build` on the sample with nothing changed, from the command to the prompt",
        {"duckdb": 10, "postgres": 10},
        "{:.1f} s",
        lambda at, _: median(at["dbt"]["unchanged_seconds"]),
    ),
    Goal(
        "queries",
        "slowest of ten mart queries, 95th percentile",
        {"duckdb": 200, "postgres": 200},
        "{:.0f} ms",
        lambda at, _: max(asked["p95"] for asked in at["queries"]["questions"].values()),
    ),
    Goal(
        "linear",
        "lot engine at 100M flows, beside 10M",
        {"duckdb": 12},
        "{:.1f} x",
        lambda at, sizes: (
            engine_seconds(at["engine"], "fifo", "from_raw")
            / engine_seconds(sizes[GOAL_FLOWS]["engine"], "fifo", "from_raw")
        ),
        flows=LARGER_FLOWS,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """A goal on one engine at one size; `value` is None where nothing was measured."""

    goal: Goal
    engine: str
    flows: int
    value: float | None

    @property
    def is_met(self) -> bool:
        """Whether the figure keeps to the limit."""
        return self.value is not None and self.value <= self.goal.limits[self.engine]


def outcomes(sizes: dict[int, dict[str, Figures]]) -> list[Outcome]:
    """Return every goal on every engine at every size that was measured.

    Args:
        sizes: by number of flows and engine the sections.
    """
    return [
        Outcome(goal, engine, flows, _value(goal, flows, engine, sizes))
        for goal in GOALS
        for engine in goal.limits
        for flows in sizes
        if goal.flows in (None, flows)
    ]


def _value(
    goal: Goal, flows: int, engine: str, sizes: dict[int, dict[str, Figures]]
) -> float | None:
    by_size = {each: engines[engine] for each, engines in sizes.items() if engine in engines}
    try:
        return goal.figure(by_size[flows], by_size)
    except KeyError:
        return None
