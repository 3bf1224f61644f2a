"""Measures the chosen sections, one engine after the other."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import ENGINES, SECTIONS, engines, machine
from bench.dbt_runs import Run
from bench.distribution import builds, feeds, lot_engine, plans, queries, settings
from bench.distribution.feeds import Feeds
from bench.engines import Engine
from dist_perf import project

Figures = dict[str, Any]

# Sections that read a built warehouse.
NEED_BUILD = {"build", "queries", "day", "nothing_new", "plans"}


@dataclass(frozen=True)
class Asked:
    """What to measure.

    Attributes:
        flows: how many, history and day together.
        names: engines, of `ENGINES`.
        sections: of `SECTIONS`.
        repeats: how often the lot engine, the floor and fast sections are measured.
        build_repeats: how often whole builds are measured.
        check: whether the tables after the day are compared with those of a full build.
    """

    flows: int
    names: tuple[str, ...] = ENGINES
    sections: tuple[str, ...] = SECTIONS
    repeats: int = 3
    build_repeats: int = 1
    check: bool = False


@dataclass
class _Session:
    """One engine with the history loaded, and its measurements."""

    engine: Engine
    made: Feeds
    asked: Asked
    builds: list[Run] = field(default_factory=list)

    def measure(self, section: str) -> Figures:
        figures: Figures = getattr(self, f"_{section}")()
        return figures

    def build(self) -> None:
        """Build the history; several times if builds are measured."""
        times = self.asked.build_repeats if "build" in self.asked.sections else 1
        self.builds = [builds.full(self.engine) for _ in range(times)]

    def _engine(self) -> Figures:
        return lot_engine.over_the_floor(self.engine, self.asked.repeats)

    def _others(self) -> Figures:
        return lot_engine.against_others(self.engine, self.asked.repeats)

    def _build(self) -> Figures:
        return {
            "runs": [builds.figures(run) for run in self.builds],
            "database_bytes": self.engine.size_bytes(),
        }

    def _queries(self) -> Figures:
        return {"questions": queries.asked(self.engine)}

    def _day(self) -> Figures:
        figures, run = builds.day(self.engine, self.made)
        equal = builds.refuse_difference(self.engine, run) if self.asked.check else None
        return {
            "flows": self.made.day_flows,
            "late_flows": self.made.late_flows,
            "full": [builds.figures(each) for each in self.builds],
            "day": figures,
            "equal_tables": equal,
        }

    def _nothing_new(self) -> Figures:
        return builds.figures(builds.again(self.engine))

    def _plans(self) -> Figures:
        return {"heaviest": plans.heaviest(self.engine, self.builds[-1])}

    def _settings(self) -> Figures:
        return {"variants": settings.compared(self.engine)}

    def _dbt(self) -> Figures:
        return builds.on_the_sample(self.engine, self.asked.repeats)


def measured(asked: Asked, say: Callable[[str], None]) -> Iterator[tuple[str, str, Figures]]:
    """Measure, and yield each section as soon as it is known.

    Args:
        asked: what to measure.
        say: called with what begins.

    Yields:
        The engine's name, the section's and its figures. Each has the floor and the
        circumstances of its own run.
    """
    with _directory() as directory:
        say(f"generating {asked.flows:,} flows")
        made = feeds.generate(asked.flows, directory)
        for name in asked.names:
            with engines.opened(name, directory) as engine:
                yield from _on_engine(engine, made, asked, say)


def _on_engine(
    engine: Engine, made: Feeds, asked: Asked, say: Callable[[str], None]
) -> Iterator[tuple[str, str, Figures]]:
    common: Figures = machine.circumstances()
    say(f"{engine.name}: loading the history")
    loaded = feeds.load_history(engine, made)
    say(f"{engine.name}: floor")
    common |= {
        "history_flows": made.history_flows,
        "floor_seconds": lot_engine.floor_seconds(engine, asked.repeats),
    }
    if "load" in asked.sections:
        yield engine.name, "load", {**common, "generated": made.generated, "loaded": loaded}
    session = _Session(engine, made, asked)
    for section in _in_order(asked.sections):
        if section in NEED_BUILD and not session.builds:
            say(f"{engine.name}: building the history")
            session.build()
        say(f"{engine.name}: {section}")
        yield engine.name, section, {**common, **session.measure(section)}


def _in_order(sections: Iterable[str]) -> list[str]:
    return [section for section in SECTIONS if section in sections and section != "load"]


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    """Make a directory of this run's own beside the warehouse, and remove it in the end."""
    state = project.state_dir()
    state.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="bench_", dir=state))
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
