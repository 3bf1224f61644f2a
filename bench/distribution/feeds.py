"""Feeds for a benchmark: a history, and the day that is delivered after it.

Both come from one run of the generator. The day takes the last flows of the set, dated back to its
first trading day; later data is left out of both.
"""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import psutil

from bench.engines import Engine
from bench.watching import Watch
from dist_perf import feeds, project
from dist_perf.loading import load_files, store

DIST_PERF = Path(sys.executable).with_name("dist-perf")
FLOWS = "aum_flows"
PRICES = "product_prices"
SEED = 7

DAY_FLOWS = 10_000
# A small history gets a small day.
DAY_SHARE = 100
# The last days must hold some more flows than the day takes: not every flow can be moved.
SPARE = 1.3
ONE_LATE_IN = 100
LATEST_DAYS = 90

# A flow can move to another day unless it corrects or matches one that does not move with it.
_DAY = """
create temp table candidates as
select
    flows.*,
    corrected.trade_date < first_day.day as corrects_history,
    accounts.opened_date
from flows
cross join first_day
inner join accounts using (account_id)
left join flows as corrected on flows.corrects_flow_id = corrected.flow_id
where
    flows.trade_date >= first_day.day
    and flows.transfer_id is null
    and accounts.opened_date <= first_day.day
    and (flows.corrects_flow_id is null or corrected.trade_date < first_day.day)
    and flows.flow_id not in (
        select corrects_flow_id from flows where corrects_flow_id is not null
    );

create temp table chosen as
select
    *,
    row_number() over (
        partition by corrects_flow_id is null and opened_date <= day - {latest_days}
        order by hash(flow_id)
    ) as place,
    corrects_flow_id is null and opened_date <= day - {latest_days} as may_be_late
from (select * from candidates order by trade_date, account_id, flow_id limit {count})
cross join first_day;

create temp table moved as
select
    chosen.* exclude (trade_date, booked_date),
    case
        when may_be_late and place <= {late} then (
            select max(trade_date) from trading_days
            where trade_date <= chosen.day - cast(1 + place * 37 % {latest_days} as integer)
        )
        else chosen.day
    end as trade_date,
    chosen.day as booked_date
from chosen;
"""
# A moved flow buys units at the price of its new day.
_MOVED_UNITS = """case
    when moved.corrects_flow_id is not null or coalesce(moved.units, 0) = 0 then moved.units
    else coalesce(cast(round(moved.amount / prices.price, 6) as decimal(18, 6)), moved.units)
end"""


@dataclass(frozen=True)
class Feeds:
    """Files of a history and of the day after it.

    Attributes:
        history: directory with one Parquet file for each feed.
        day_files: the day's files by feed: flows and prices.
        history_flows: how many flows the history has.
        day_flows: how many flows the day has.
        late_flows: how many of these were traded on an earlier day.
        day: the date of the day.
        generated: what the generator took: seconds and peak bytes.
    """

    history: Path
    day_files: dict[str, Path]
    history_flows: int
    day_flows: int
    late_flows: int
    day: dt.date
    generated: dict[str, float]


def generate(flows: int, directory: Path) -> Feeds:
    """Generate feeds of a size and cut the last day off.

    Args:
        flows: how many, in history, day and what is left out after the day.
        directory: where the files go.
    """
    everything = directory / "generated"
    command = [
        str(DIST_PERF), "generate", "--flows", str(flows), "--seed", str(SEED),
        "--format", "parquet", "--out", str(everything),
    ]  # fmt: skip
    generated = _measured(command)
    history, day = directory / "history", directory / "day"
    for made in (history, day):
        made.mkdir(exist_ok=True)
    for file in everything.glob("*.parquet"):
        if file.stem not in (FLOWS, PRICES):
            file.replace(history / file.name)
    return _cut(flows, everything, history, day, generated)


def _cut(
    flows: int, everything: Path, history: Path, day: Path, generated: dict[str, float]
) -> Feeds:
    count = min(DAY_FLOWS, flows // DAY_SHARE)
    columns = ", ".join(
        f"{_MOVED_UNITS} as units" if name == "units" else f"moved.{name}"
        for name in feeds.find(FLOWS).column_names
    )
    with duckdb.connect() as connection:
        for feed, file in ((FLOWS, everything), (PRICES, everything), ("accounts", history)):
            connection.execute(
                f"create view {feed} as select * from read_parquet('{file / feed}.parquet')"  # noqa: S608
            )
        connection.execute("create view flows as select * from aum_flows")
        connection.execute(
            "create temp table trading_days as"
            " select trade_date, count(*) as flows from flows group by trade_date"
        )
        connection.execute(
            "create temp table first_day as select max(trade_date) as day from ("  # noqa: S608
            " select trade_date, sum(flows) over (order by trade_date desc) as later"
            f" from trading_days) where later >= {int(count * SPARE)}"
        )
        connection.execute(
            _DAY.format(count=count, late=count // ONE_LATE_IN, latest_days=LATEST_DAYS)
        )
        date = _one(connection, "select day from first_day")
        files = {
            FLOWS: day / f"{FLOWS}_{date}.parquet",
            PRICES: day / f"{PRICES}_{date}.parquet",
        }
        _write(
            connection,
            files[FLOWS],
            f"select {columns} from moved left join product_prices as prices"  # noqa: S608
            " on moved.product_id = prices.product_id and moved.trade_date = prices.price_date",
        )
        _write(
            connection,
            files[PRICES],
            f"select * from product_prices where price_date = date '{date}'",  # noqa: S608
        )
        _write(
            connection,
            history / f"{FLOWS}.parquet",
            f"select * replace (least(booked_date, date '{date}' - 1) as booked_date)"  # noqa: S608
            f" from flows where trade_date < date '{date}'",
        )
        _write(
            connection,
            history / f"{PRICES}.parquet",
            f"select * from product_prices where price_date < date '{date}'",  # noqa: S608
        )
        return Feeds(
            history=history,
            day_files=files,
            history_flows=_one(
                connection,
                f"select count(*) from flows where trade_date < date '{date}'",  # noqa: S608
            ),
            day_flows=_one(connection, "select count(*) from moved"),
            late_flows=_one(
                connection, "select count(*) from moved where trade_date < booked_date"
            ),
            day=date,
            generated=generated,
        )


def _write(connection: duckdb.DuckDBPyConnection, file: Path, query: str) -> None:
    connection.execute(f"copy ({query}) to '{file}' (format parquet, compression zstd)")


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    rows = connection.execute(query).fetchall()
    return rows[0][0]


def load_history(engine: Engine, made: Feeds) -> dict[str, float]:
    """Load the history; return what its flows took: seconds, peak bytes and rows a second."""
    flows = made.history / f"{FLOWS}.parquet"
    with store.opened(engine.name) as database:
        for file in sorted(made.history.glob("*.parquet")):
            if file != flows:
                list(load_files(database, feeds.find(file.stem), [file]))
    loaded = _measured(
        [str(DIST_PERF), "load", FLOWS, str(flows), "--target", engine.name, "--strict"], engine
    )
    return {**loaded, "rows_a_second": made.history_flows / loaded["seconds"]}


def load_day(engine: Engine, made: Feeds) -> float:
    """Load the day's files and return the seconds that it took."""
    return sum(
        _measured(
            [str(DIST_PERF), "load", feed, str(file), "--target", engine.name, "--strict"], engine
        )["seconds"]
        for feed, file in made.day_files.items()
    )


def _measured(command: list[str], engine: Engine | None = None) -> dict[str, float]:
    """Run a command and return its seconds and the peak memory of it and of the server."""
    with ExitStack() as stack:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603
        roots = [psutil.Process(process.pid), *(engine.server() if engine else ())]
        watch = stack.enter_context(Watch(lambda: roots))
        code = process.wait()
    if code != 0:
        raise subprocess.CalledProcessError(code, command)
    return {"seconds": watch.seconds, "peak_bytes": watch.peak_bytes}


def mirror(engine: Engine, prefix: str, columns: dict[str, str] | None = None) -> None:
    """Make views of the loaded feeds in the schema that dbt reads with a prefix.

    Args:
        engine: where.
        prefix: what the schemas' names begin with.
        columns: expressions for columns of the flows, by name, in place of what was loaded.
    """
    raw = project.schema_name("raw")
    changed = columns or {}
    with engine.connected() as connection:
        connection.run(f"create schema if not exists {prefix}{raw}")
        for feed in feeds.all_feeds().values():
            names = (*feed.column_names, *store.METADATA)
            shown = ", ".join(
                f"{changed[name]} as {name}" if feed.name == FLOWS and name in changed else name
                for name in names
            )
            connection.run(
                f"create or replace view {prefix}{raw}.{feed.name} as"  # noqa: S608
                f" select {shown} from {raw}.{feed.name}"
            )
