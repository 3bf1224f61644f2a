"""A build that is killed, or runs out of disk, costs nobody a table, and readers notice nothing.

Flows are delivered in two states in turn: all of them, or some left out. So at any time a mart
must hold what one of the two states makes of it, to the last row.
"""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
import pytest
from dbt_process import ANY_DATABASE, SharedParses
from dbt_warehouse import ENGINES, NO_TESTS, Row, Warehouse, in_duckdb, in_postgres

from dist_perf import feeds
from dist_perf.server import Server, throwaway_server

pytestmark = pytest.mark.long

BUILD = ("build", *NO_TESTS, "--select", "+retention_wide", "+net_flows_monthly")
# What a build has made when it is killed: little, and half of it.
KILLED_AFTER = ("dim_products", "fact_aum_flows")
# Number and checksum of the rows of a table or view.
FINGERPRINT = {
    "postgres": "select count(*), sum(hashtextextended(content::text, 0)) from {} as content",
    "duckdb": "select count(*), sum(hash(content)) from {} as content",
}
# A view of an analyst's own.
OWN_VIEW = "analyst.net_flows"
DISK_BYTES = 1 << 30
# Room for the first models of a build.
LAST_BYTES = 2 << 20


@dataclass
class Marts:
    """A warehouse, and what undisturbed builds made of either state of the flows."""

    warehouse: Warehouse
    is_complete: bool = True
    expected: dict[bool, dict[str, Row]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Deliver the sample, and build both states."""
        self.warehouse.create_feeds()
        for name, feed in feeds.all_feeds().items():
            with feed.sample_path.open(encoding="utf-8", newline="") as file:
                rows = [
                    [row[column] or None for column in feed.column_names]
                    for row in csv.DictReader(file)
                ]
            # An eighth of the flows is enough to have a case of everything.
            self.warehouse.deliver(name, rows[::8] if name == "aum_flows" else rows)
        self.warehouse.execute(
            "create schema delivered",
            "create table delivered.aum_flows as select * from raw.aum_flows",
        )
        self.build()
        self.warehouse.execute(
            "create schema analyst",
            f"create view {OWN_VIEW} as select wholesaler_name, sum(gross_sales_amount) as amount"
            " from dist_perf_dw.net_flows_monthly"
            " inner join dist_perf_dw.dim_wholesalers using (wholesaler_key)"
            " group by wholesaler_name",
        )
        self.expected[self.is_complete] = self.read()
        self.deliver_other()
        self.build()
        self.expected[self.is_complete] = self.read()

    def deliver_other(self) -> None:
        """Deliver the other state than the last."""
        self.is_complete = not self.is_complete
        kept = "true" if self.is_complete else "_row_number % 7 <> 3"
        self.warehouse.execute(
            "delete from raw.aum_flows",
            f"insert into raw.aum_flows select * from delivered.aum_flows where {kept}",
        )

    def build(self, *options: str) -> None:
        self.warehouse.dbt(*BUILD, *options, feed_schema="raw")

    def start_build(self) -> subprocess.Popen[str]:
        return self.warehouse.start_dbt(*BUILD, feed_schema="raw")

    def names(self) -> list[str]:
        """Return what people read of what is built: marts, wide views and the own view."""
        return sorted(
            f"{schema}.{name}"
            for schema, name in self.warehouse.columns()
            if schema in ("dist_perf_dw", "common", "analyst") and "__dbt_" not in name
        )

    def fingerprint(self, name: str) -> str:
        return FINGERPRINT[self.warehouse.target].format(name)

    def read(self) -> dict[str, Row]:
        return {name: self.warehouse.query(self.fingerprint(name))[0] for name in self.names()}

    def assert_whole(self) -> None:
        """Everything is there with all rows of one state."""
        now = self.read()
        torn = [
            name
            for name in self.expected[True]
            if now.get(name) not in [self.expected[state][name] for state in (True, False)]
        ]
        assert not torn

    def assert_repaired(self) -> None:
        """Everything is what an undisturbed build makes of the last delivery."""
        assert self.read() == self.expected[self.is_complete]
        assert not [name for _, name in self.warehouse.columns() if "__dbt_" in name]


def wait_for(running: subprocess.Popen[str], model: str) -> None:
    """Wait until a build has made a model."""
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if " OK " in line and f".{model} " in line:
            return
    pytest.fail("".join(["it ended first:\n", *said]))


class Readers:
    """Threads that read PostgreSQL all the time, and what they saw."""

    def __init__(self, marts: Marts) -> None:
        self.marts = marts
        self.seen: dict[str, set[Row]] = defaultdict(set)
        self.joined: set[Row] = set()
        self.errors: list[str] = []
        self._is_over = threading.Event()

    def _read_alone(self, connection: psycopg.Connection) -> None:
        for name in self.marts.expected[True]:
            self.seen[name].update(connection.execute(self.marts.fingerprint(name)).fetchall())

    def _read_joined(self, connection: psycopg.Connection) -> None:
        """Lock the fact before its dimension, and the other way round."""
        for tables in (("fact_aum_flows", "dim_products"), ("dim_products", "fact_aum_flows")):
            first, second = (f"dist_perf_dw.{table}" for table in tables)
            self.joined.update(
                connection.execute(
                    f"select count(*) from {first} inner join {second} using (product_key)"
                ).fetchall()
            )

    def _read_in_one_transaction(self, connection: psycopg.Connection) -> None:
        """Hold a table until the build waits for it, then ask for everything else."""
        held_up = "select from pg_locks where pg_backend_pid() = any(pg_blocking_pids(pid)) limit 1"
        for table in ("dim_products", "net_flows_daily"):
            with connection.transaction():
                connection.execute(f"select from dist_perf_dw.{table} limit 1")
                while not self._is_over.is_set() and not connection.execute(held_up).rowcount:
                    time.sleep(0.05)
                self._read_alone(connection)

    def _loop(self, read: Callable[[psycopg.Connection], None]) -> None:
        with self.marts.warehouse.connect() as connection:
            while not self._is_over.is_set():
                try:
                    read(connection)
                except psycopg.Error as error:
                    self.errors.append(f"{read.__name__}: {error}")
                self._is_over.wait(0.1)

    @contextmanager
    def reading(self) -> Iterator[None]:
        reads = (self._read_alone, self._read_joined, self._read_in_one_transaction)
        threads = [threading.Thread(target=self._loop, args=[read]) for read in reads]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join()

    def assert_only_whole_states(self) -> None:
        assert not self.errors, "\n".join(self.errors)
        states = self.marts.expected.values()
        assert self.seen.keys() == self.marts.expected[True].keys()
        for name, rows in self.seen.items():
            assert rows <= {state[name] for state in states}, name
        assert self.joined <= {state["dist_perf_dw.fact_aum_flows"][:1] for state in states}


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A directory, which is a small file system of its own where we may mount one."""
    with tempfile.TemporaryDirectory(prefix="dist_perf_") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", name]
        is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
        directory = Path(name)
        directory.chmod(0o711)
        try:
            yield directory
        finally:
            if is_mounted:
                subprocess.run(["umount", name], check=True)


@pytest.fixture(scope="module")
def server(disk: Path) -> Iterator[Server]:
    """A server that may be killed, and syncs as a warehouse's server does."""
    with throwaway_server(disk, is_synced=True) as made:
        yield made


@pytest.fixture(scope="module")
def postgres_marts(server: Server, disk: Path, parses: SharedParses) -> Marts:
    (disk / "postgres").mkdir()
    with server.connect("postgres") as connection:
        connection.execute(f"create database {ANY_DATABASE}")
    variables = {**server.environment(), "PGDATABASE": ANY_DATABASE}
    marts = Marts(in_postgres(variables, disk / "postgres", parses))
    marts.prepare()
    return marts


@pytest.fixture(scope="module")
def duckdb_marts(disk: Path, parses: SharedParses) -> Marts:
    (disk / "duckdb").mkdir()
    marts = Marts(in_duckdb(disk / "duckdb", parses))
    marts.prepare()
    return marts


def kill(server: Server) -> None:
    """Kill all processes of a server."""
    status = server.status()
    assert status is not None
    main = psutil.Process(status.pid)
    processes = [main, *main.children(recursive=True)]
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_build_killed_again_and_again_is_made_good_by_the_next(
    engine: str, request: pytest.FixtureRequest
) -> None:
    """Readers see no error and no half table from the first kill to the end of the repair.

    DuckDB lets no reader in while a build writes.
    """
    marts: Marts = request.getfixturevalue(f"{engine}_marts")
    readers = Readers(marts)
    marts.deliver_other()
    with readers.reading() if engine == "postgres" else nullcontext():
        for model in KILLED_AFTER:
            with marts.start_build() as running:
                wait_for(running, model)
                running.kill()
            marts.assert_whole()
        marts.build()
    marts.assert_repaired()
    if engine == "postgres":
        readers.assert_only_whole_states()


def test_readers_notice_nothing_of_a_full_refresh(postgres_marts: Marts) -> None:
    readers = Readers(postgres_marts)
    postgres_marts.deliver_other()
    with readers.reading():
        postgres_marts.build("--full-refresh")
    postgres_marts.assert_repaired()
    readers.assert_only_whole_states()


def test_a_killed_server_comes_back_with_every_mart(server: Server, postgres_marts: Marts) -> None:
    postgres_marts.deliver_other()
    with postgres_marts.start_build() as running:
        wait_for(running, "fact_aum_flows")
        kill(server)
        running.communicate()
    assert running.returncode != 0
    assert server.start()
    postgres_marts.assert_whole()
    postgres_marts.build()
    postgres_marts.assert_repaired()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_full_disk_costs_no_mart(
    engine: str, disk: Path, server: Server, request: pytest.FixtureRequest
) -> None:
    """Logs and artifacts of dbt are on the same disk."""
    if psutil.disk_usage(str(disk)).total > DISK_BYTES:
        pytest.skip("we may not mount a small disk here")
    marts: Marts = request.getfixturevalue(f"{engine}_marts")
    marts.deliver_other()
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, psutil.disk_usage(str(disk)).free - LAST_BYTES)
    with marts.start_build() as running:
        said, _ = running.communicate()
    assert running.returncode != 0
    assert "No space left on device" in said + server.log.read_text(encoding="utf-8")
    ballast.unlink()
    # Where it was PostgreSQL's log of transactions that found no room, the server went down.
    server.start()
    marts.assert_whole()
    marts.build()
    marts.assert_repaired()
