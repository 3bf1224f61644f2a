"""The lot engine alone, over the floor and beside other programs on the same flows."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench import dbt_runs
from bench.dbt_runs import NO_TESTS, Run
from bench.distribution import feeds, lots
from bench.engines import Engine, timed
from dist_perf import project

Figures = dict[str, Any]

FLOWS = "int_lot_flows_netted"
# The tables of the closed forms. The other models that their view needs resolve corrections, net
# them and follow lots through transfers.
EVENTS, LOTS = "int_lot_events_ordered", "int_lots_followed"
RETAINED = "int_lots_retained"
AGES = (30, 60, 90, 120)
FEEDS = {"feed_schema": "raw"}
# A copy of the feeds without units, in which the engine counts in money.
AMOUNTS = "amounts_"
FIFO = "fifo_"

# A lot loop in plain Python takes minutes for more.
PLAIN_FLOWS = 1_000_000


def floor_seconds(engine: Engine, repeats: int) -> list[float]:
    """Return what it takes to copy the raw flows with `create table as`."""
    raw = project.schema_name("raw")
    seconds = []
    with engine.connected() as connection:
        for _ in range(repeats):
            seconds.append(
                timed(connection, f"create table {raw}.floor as select * from {raw}.{feeds.FLOWS}")  # noqa: S608
            )
            connection.run(f"drop table {raw}.floor")
    return seconds


def over_the_floor(engine: Engine, repeats: int) -> Figures:
    """Measure the engine from the raw flows to lots at each age: by FIFO, by all methods."""
    feeds.mirror(engine, FIFO)
    figures: Figures = {}
    with fifo_project() as only_fifo:
        for name, prefix, directory in (("fifo", FIFO, only_fifo), ("all_methods", "", None)):
            runs = [_build(engine, prefix, directory) for _ in range(repeats)]
            figures[name] = {
                "closed_forms_seconds": [_closed_forms_seconds(run) for run in runs],
                "from_raw_seconds": [run.busy_seconds(_models(run)) for run in runs],
                "peak_bytes": max(run.peak_bytes for run in runs),
                "models": {
                    name: median(seconds)
                    for name, seconds in _by_model(runs).items()
                    if median(seconds) >= 0.01  # noqa: PLR2004 - the rest is nothing
                },
            }
    with engine.connected() as connection:
        schema = project.schema_name("intermediate")
        figures["lots"] = connection.rows(
            f"select count(*) from {schema}.{EVENTS} where signed_quantity > 0"  # noqa: S608
        )[0][0]
    return figures


def against_others(engine: Engine, repeats: int) -> Figures:
    """Measure FIFO in cents on the engine and in other programs, and compare the results.

    Raises:
        click.ClickException: two of them do not agree to the cent.
    """
    feeds.mirror(engine, AMOUNTS, {"units": "cast(null as numeric(18, 6))"})
    with fifo_project() as only_fifo:
        runs = [_build(engine, AMOUNTS, only_fifo) for _ in range(repeats)]
    flows, identifiers, days_left = _flows(engine)
    retained = _retained(engine, identifiers)
    lots.compile_loop()
    figures: Figures = {
        "flows": len(identifiers),
        "lots": int((flows.cents > 0).sum()),
        "engine_seconds": [_closed_forms_seconds(run) for run in runs],
        "others": {},
    }
    for name, implementation in lots.IMPLEMENTATIONS.items():
        times = repeats
        if name == "plain Python":
            times = 1
            if len(identifiers) > PLAIN_FLOWS:
                continue
        seconds = []
        for _ in range(times):
            started = time.perf_counter()
            left = implementation(flows, AGES)
            seconds.append(time.perf_counter() - started)
        figures["others"][name] = seconds
        _refuse_difference(name, left, retained, flows, days_left)
    ordered, _ = flows.sorted()
    figures["loop_alone_seconds"] = []
    for _ in range(repeats):
        started = time.perf_counter()
        lots.loop(ordered.pair, ordered.day, ordered.cents, np.array(AGES))
        figures["loop_alone_seconds"].append(time.perf_counter() - started)
    return figures


@contextmanager
def fifo_project() -> Iterator[Path]:
    """Copy this project with FIFO as its only relief method; yield its directory."""
    with tempfile.TemporaryDirectory(prefix="dist_perf_fifo_") as scratch:
        directory = Path(scratch) / "fifo"
        directory.mkdir()
        root = project.root()
        for entry in root.iterdir():
            if entry.name not in ("macros", ".git", "target", "logs"):
                (directory / entry.name).symlink_to(entry)
        shutil.copytree(root / "macros", directory / "macros")
        (directory / "macros" / "definitions" / "relief_methods.sql").write_text(
            "{% macro relief_methods() -%}{{ return(['fifo']) }}{%- endmacro %}\n",
            encoding="utf-8",
        )
        yield directory


def _build(engine: Engine, prefix: str, directory: Path | None) -> Run:
    return dbt_runs.run(
        engine, "build", "--full-refresh", "--select", f"+{RETAINED}", *NO_TESTS,
        variables=FEEDS, prefix=prefix, project_directory=directory,
    )  # fmt: skip


def _models(run: Run) -> list[str]:
    return [node.unique_id for node in run.of_layer("staging", "intermediate", "snapshot", "marts")]


def _closed_forms_seconds(run: Run) -> float:
    names = {node.name: node.unique_id for node in run.nodes}
    if EVENTS not in names or LOTS not in names:
        raise click.ClickException(f"no model `{EVENTS}` or `{LOTS}`: mend `{__name__}`")
    return run.busy_seconds([names[EVENTS], names[LOTS]])


def _by_model(runs: Sequence[Run]) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {}
    for run in runs:
        for node in run.of_layer("staging", "intermediate"):
            seconds.setdefault(node.name, []).append(node.statement_seconds)
    return seconds


def _flows(engine: Engine) -> tuple[lots.Flows, pa.Array, lots.Ints]:
    """Return the netted flows, their identifiers, and the days from each to the as-of date."""
    schema = f"{AMOUNTS}{project.schema_name('intermediate')}"
    query = f"""
        select
            flow_id,
            account_id || '|' || product_id as pair,
            trade_date - cast('1970-01-01' as date) as trade_day,
            cast(lot_sign * quantity * 100 as bigint) as cents,
            as_of_date - trade_date as days_left
        from {schema}.{FLOWS}
        cross join {schema}.int_distribution_as_of_date_settled
        where quantity <> 0 and basis = 'amount'
    """  # noqa: S608
    types = {"flow_id": pa.string(), "pair": pa.string()} | dict.fromkeys(
        ("trade_day", "cents", "days_left"), pa.int64()
    )
    with engine.connected() as connection:
        table = connection.table(query, types).combine_chunks()
    identifiers = table["flow_id"].combine_chunks()
    order = np.empty(len(identifiers), dtype=np.int64)
    order[pc.sort_indices(identifiers).to_numpy()] = np.arange(len(identifiers))
    pair = table["pair"].combine_chunks().dictionary_encode().indices
    return (
        lots.Flows(
            pair=pair.to_numpy().astype(np.int64),
            day=table["trade_day"].to_numpy(),
            order=order,
            cents=table["cents"].to_numpy(),
        ),
        identifiers,
        table["days_left"].to_numpy(),
    )


def _retained(engine: Engine, identifiers: pa.Array) -> lots.Ints:
    """Return the engine's results in the form of the others; -1 where there is none."""
    schema = f"{AMOUNTS}{project.schema_name('intermediate')}"
    query = f"""
        select
            flow_id,
            age_days,
            cast(held_quantity * 100 as bigint) as cents
        from {schema}.{RETAINED}
        where relief_method = 'fifo' and not is_as_of
    """  # noqa: S608
    types = {"flow_id": pa.string(), "age_days": pa.int64(), "cents": pa.int64()}
    with engine.connected() as connection:
        table = connection.table(query, types)
    cents = np.full((len(identifiers), len(AGES)), -1, dtype=np.int64)
    places = pc.index_in(table["flow_id"], identifiers).to_numpy()
    cents[places, np.searchsorted(AGES, table["age_days"].to_numpy())] = table["cents"].to_numpy()
    return cents


def _refuse_difference(
    name: str, left: lots.Ints, retained: lots.Ints, flows: lots.Flows, days_left: lots.Ints
) -> None:
    """Compare, for every lot, the ages that it has reached."""
    reached = (flows.cents > 0)[:, None] & (days_left[:, None] >= np.array(AGES))
    expected = np.where(reached, left, -1)
    differs = expected != retained
    if differs.any():
        place, age = np.argwhere(differs)[0]
        raise click.ClickException(
            f"{name} and the engine differ on {differs.sum():,} of {reached.sum():,} lots and "
            f"ages: flow {place} at {AGES[age]} days is {expected[place, age]} cents here and "
            f"{retained[place, age]} there"
        )
