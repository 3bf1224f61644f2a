"""Measures the pages and the API over the built warehouse, beside the same page in Dash."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import click
import duckdb
import psutil
from playwright.sync_api import Browser, Response, sync_playwright

from bench import machine
from bench.dash_page import charts_of
from dist_perf import project, server, warehouse
from dist_perf.serve.access import passwords
from dist_perf.serve.database import with_schemas

CONNECTIONS = 50
PAGE = Path("docs") / "serving" / "benchmarks.md"
LOGIN = "bench"
BROWSER_SECONDS = 60
TEXT = """# What pages and API cost

`make bench-serve` measures the built warehouse, here one of {rows:,} rows in `{table}`, and writes
this page. {connections} connections ask at once, for {seconds:g} s each; server, database, client
and browser share the machine. `anew` asks for other rows each time, so that the database answers;
`kept` asks for the same, which is answered from memory once the person was looked up.
`processor` is what the server itself used for a request, without the database, which changes little
with what else runs. Times change: where the load before the measurement is above the number of
cores, other work had its part of them, and all times are too long.
Measured on: {about}.

{measured}
"""
AT_SIZE = "## Figures of pages at size\n"
FIGURES = """
All figures of a page, asked for one question after the other with nothing kept, once for each of
the first values of each filter. {rows:,} flows, target `{target}`. Measured on: {about}.

{measured}
"""
PARTS = ("load", "figures")
COLD, WARM = 3, 5


@dataclass(frozen=True)
class Served:
    """A server, and the password of who asks it."""

    process: psutil.Process
    address: str
    password: str

    def processor(self) -> float:
        """Return the seconds of processor that the server used until now."""
        used = self.process.cpu_times()
        return float(used.user + used.system)


@dataclass(frozen=True)
class Answered:
    """How requests were answered: seconds of each, how long all took, the server's processor."""

    seconds: list[float]
    took: float
    failed: int
    processor: float

    def __str__(self) -> str:
        """Show the middle, the 95th and 99th of a hundred, and requests a second."""
        cut = statistics.quantiles(self.seconds, n=100)
        per_second = len(self.seconds) / self.took
        return (
            f"{cut[49] * 1000:,.0f} | {cut[94] * 1000:,.0f} | {cut[98] * 1000:,.0f} "
            f"| {per_second:,.0f} | {self.processor / len(self.seconds) * 1000:.2f} | {self.failed}"
        )


@contextmanager
def running(*command: str, address: str, **variables: str) -> Iterator[psutil.Process]:
    """Run a server until it answers, and end it."""
    with subprocess.Popen(  # noqa: S603
        command,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            asyncio.run(_wait_for(address))
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


async def _wait_for(address: str) -> None:
    async with aiohttp.ClientSession() as client:
        for _ in range(300):
            try:
                async with client.get(address) as answer:
                    await answer.read()
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    raise click.ClickException(f"nothing answers at {address}")


def administrator() -> str:
    """Make a person who sees all, and return the password."""
    password = secrets.token_urlsafe(12)
    with warehouse.connect_postgres() as connection:
        connection.execute(
            with_schemas(
                "insert into {access}.people (login, person_name, role, password_hash)"
                " values (%s, 'Benchmark', 'analyst', %s)"
                " on conflict (login) do update set"
                " password_hash = excluded.password_hash, is_active = true"
            ),
            [LOGIN, passwords.hashed(password)],
        )
    return password


async def _load(served: Served, paths: list[str], seconds: float, *, anew: bool) -> Answered:
    """Ask for the paths in turn by many connections, for some seconds."""
    took: list[float] = []
    failed = 0
    numbers = itertools.count()
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(
        served.address, connector=connector, cookie_jar=aiohttp.CookieJar(unsafe=True)
    ) as client:
        await client.post("/sign-in", data={"login": LOGIN, "password": served.password})
        began = time.perf_counter()
        used = served.processor()

        async def ask() -> None:
            nonlocal failed
            while time.perf_counter() - began < seconds:
                number = next(numbers)
                path = paths[number % len(paths)]
                if anew:
                    path += f"{'&' if '?' in path else '?'}offset={number % 500}"
                asked = time.perf_counter()
                async with client.get(path) as answer:
                    await answer.read()
                    failed += answer.status >= 400  # noqa: PLR2004 - not answered
                took.append(time.perf_counter() - asked)

        await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
        ended = time.perf_counter() - began
        return Answered(took, ended, failed, served.processor() - used)


def _until_drawn(
    browser: Browser, sign_in: str | None, page: str, chart: str, password: str
) -> tuple[list[float], list[float], int]:
    """Return the seconds until charts are drawn, cold and warm, and bytes sent cold."""
    cold: list[float] = []
    warm: list[float] = []
    sent = 0
    for number in range(COLD):
        context = browser.new_context()
        tab = context.new_page()
        if sign_in is not None:
            tab.goto(sign_in)
            tab.fill("[name=login]", LOGIN)
            tab.fill("[name=password]", password)
            with tab.expect_navigation(wait_until="commit"):
                tab.click("button.first")
            context.clear_permissions()
        received: list[int] = []

        def note(answer: Response, received: list[int] = received) -> None:
            received.append(int(answer.headers.get("content-length", "0")))

        tab.on("response", note)
        for visit in range(1 + WARM):
            began = time.perf_counter()
            tab.goto(page, wait_until="commit")
            tab.wait_for_selector(chart, timeout=BROWSER_SECONDS * 1000)
            (warm if visit else cold).append(time.perf_counter() - began)
            if not visit and not number:
                sent = sum(received)
        context.close()
    return cold, warm, sent


def measure(area: str, seconds: float) -> str:
    """Measure, and return the page that shows it.

    Args:
        area: whose questions are asked; its folder here has them.
        seconds: that each question is asked for.
    """
    asked = importlib.import_module(f"bench.{area}.questions")
    password = administrator()
    port, dash_port = server._free_port(), server._free_port()
    address = f"http://127.0.0.1:{port}"
    script = str(Path(sys.executable).parent / "dist-perf")
    lines: list[str] = []
    with running(
        script, "serve", "--port", str(port), address=f"{address}/health",
        DIST_PERF_SERVE_REQUESTS_PER_MINUTE="100000000",
    ) as process:  # fmt: skip
        served = Served(process, address, password)
        lines += [
            "| Question | p50, ms | p95 | p99 | a second | processor, ms | failed |",
            "|---|---|---|---|---|---|---|",
        ]
        for name, path, anew in asked.QUESTIONS:
            answered = asyncio.run(_load(served, [path], seconds, anew=anew))
            lines.append(f"| {name} | {answered} |")
            click.echo(lines[-1])
        paths = [path for _, path, _ in asked.QUESTIONS]
        mixed = asyncio.run(_load(served, paths[1:], seconds, anew=True))
        kept = asyncio.run(_load(served, paths, seconds, anew=False))
        lines += [f"| all ten, anew | {mixed} |", f"| all ten, kept | {kept} |"]
        for name in asked.PAGES:
            data = [f"/{area}/{name}/data"]
            answered = asyncio.run(_load(served, data, seconds, anew=False))
            lines.append(f"| figures of the page `{name}`, kept | {answered} |")
            click.echo(lines[-1])
        memory = process.memory_info().rss
        lines += ["", f"The process held {memory / 1e6:,.0f} MB after that.", ""]
        lines += _beside_dash(address, area, asked.PAGES[0], dash_port, password)
    return "\n".join(lines)


def _beside_dash(address: str, area: str, page: str, dash_port: int, password: str) -> list[str]:
    chart = f"#{charts_of(area, page)[-1].name}"
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.ClickException("pages are measured in chromium: `apt install chromium`")
    dash = f"http://127.0.0.1:{dash_port}/"
    with (
        running(sys.executable, "-m", "bench.dash_page", area, page, str(dash_port), address=dash),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        sides = {
            "these pages": _until_drawn(
                browser, f"{address}/sign-in", f"{address}/{area}/{page}",
                f"{chart.replace('#', '#block-')} .main-svg", password,
            ),
            "Dash": _until_drawn(browser, None, dash, f"{chart} .main-svg", password),
        }  # fmt: skip
        browser.close()
    lines = [f"| The page `{page}` | cold, s | warm, s | MB sent |", "|---|---|---|---|"]
    for name, (cold, warm, sent) in sides.items():
        lines.append(
            f"| {name} | {statistics.median(cold):.2f} | {statistics.median(warm):.2f} "
            f"| {sent / 1e6:.1f} |"
        )
        click.echo(lines[-1])
    return lines


def write(area: str, seconds: float, target: str, parts: Collection[str]) -> Path:
    """Measure and write the page of benchmarks; a part that is not measured stays as it is.

    Args:
        area: whose pages and questions are asked for.
        seconds: that each question is asked for.
        target: dbt's target that figures are read from; the load is on PostgreSQL.
        parts: of `PARTS`.
    """
    file = project.root() / PAGE
    load, _, at_size = file.read_text(encoding="utf-8").partition(AT_SIZE)
    if "load" in parts:
        load = _load_part(area, seconds)
    if "figures" in parts:
        # It needs this module.
        from bench import figures  # noqa: PLC0415

        rows = _counted(area, target)
        measured = figures.measure(area, target)
        at_size = FIGURES.format(rows=rows, target=target, about=_about(), measured=measured)
    file.write_text(
        load.rstrip() + "\n" + (f"\n{AT_SIZE}{at_size}" if at_size else ""), encoding="utf-8"
    )
    return file


def _load_part(area: str, seconds: float) -> str:
    measured = measure(area, seconds)
    return TEXT.format(
        rows=_counted(area, "postgres"),
        table=_table(area).split(".")[1],
        connections=CONNECTIONS,
        seconds=seconds,
        about=_about(),
        measured=measured,
    )


def _about() -> str:
    facts = {**machine.described(), **machine.circumstances()}
    shown = ("processor", "cores", "memory", "measured_on", "commit", "load_before")
    return ", ".join(f"{name.replace('_', ' ')} {facts[name]}" for name in shown)


def _table(area: str) -> str:
    counted: str = importlib.import_module(f"bench.{area}.questions").COUNTED
    return counted


def _counted(area: str, target: str) -> int:
    query = with_schemas(f"select count(*) from {_table(area)}")  # noqa: S608
    if target == "duckdb":
        with duckdb.connect(str(warehouse.duckdb_path()), read_only=True) as file:
            row = file.execute(query).fetchone()
    else:
        with warehouse.connect_postgres() as connection:
            row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
