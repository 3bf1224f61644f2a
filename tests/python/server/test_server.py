from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import psutil
import psycopg
import pytest

from dist_perf import os_account, passfile, project, reporter
from dist_perf.server import Server, _free_port

COMMAND = Path(sys.executable).with_name("dist-perf")
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")


@dataclass
class Checkout:
    """A project of its own, as a newcomer has it: no environment but a home and a free port."""

    directory: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.defpath, "HOME": str(self.directory), "PGPORT": str(self.port)}

    def popen(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [COMMAND, "server", *arguments],
            cwd=self.directory,
            env={**self.environment, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            umask=0o077,  # the strictest that people use
        )

    def run(self, *arguments: str, expect: int = 0, **variables: str) -> str:
        with self.popen(*arguments, **variables) as process:
            output, _ = process.communicate(timeout=60)
        assert process.returncode == expect, output
        return output

    def status(self) -> dict:
        return json.loads(self.run("status", "--json"))


def make_checkout(directory: Path) -> Checkout:
    for name in (project.PROJECT_FILE, "profiles.yml"):
        shutil.copy(project.root() / name, directory)
    return Checkout(directory, _free_port())


@pytest.fixture(scope="module")
def checkout() -> Iterator[Checkout]:
    """A checkout whose server runs. Below pytest's own directories no other account comes."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        made = make_checkout(directory)
        made.run("start")
        yield made
        made.run("stop")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that tests may maltreat; each begins with a start or a stop."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        directory.chmod(0o755)
        made = Server(directory / "postgres", _free_port())
        yield made
        made.stop()


def psql(checkout: Checkout, *arguments: str, **options: object) -> subprocess.CompletedProcess:
    program = Server(checkout.directory, checkout.port).binaries / "psql"
    address = ["-h", "localhost", "-p", str(checkout.port), "-U", "dist_perf", "dist_perf_dw"]
    return subprocess.run(
        [program, "--no-password", "--tuples-only", "--no-align", *address, *arguments],
        cwd="/", capture_output=True, text=True, check=False, **options,
    )  # fmt: skip


def passwords(checkout: Checkout) -> str:
    return (checkout.directory / ".pgpass").read_text(encoding="utf-8")


def family(server: Server) -> list[psutil.Process]:
    status = server.status()
    assert status is not None
    main = psutil.Process(status.pid)
    return [main, *main.children(recursive=True)]


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        # The postmaster's children may follow it before their turn comes.
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)


def test_the_owner_gets_in_with_no_environment_set(checkout: Checkout) -> None:
    got = psql(checkout, "-c", "select 1", env={"HOME": str(checkout.directory)})
    assert got.stdout == "1\n", got.stderr


@ROOT_ONLY
def test_another_account_is_refused_without_a_password(checkout: Checkout) -> None:
    nobody = os_account.switch(pwd.getpwnam("nobody"))
    refused = psql(checkout, "-c", "select 1", env={}, **nobody)
    assert refused.returncode != 0
    assert "no password supplied" in refused.stderr
    wrong = psql(checkout, "-c", "select 1", env={"PGPASSWORD": "wrong"}, **nobody)
    assert "password authentication failed" in wrong.stderr
    password = psql(checkout, "-c", "select 1", env={"HOME": str(checkout.directory)}, **nobody)
    assert password.returncode != 0


@ROOT_ONLY
def test_another_account_reads_neither_data_nor_password(checkout: Checkout) -> None:
    nobody = os_account.switch(pwd.getpwnam("nobody"))
    data = Path(checkout.status()["data_directory"])
    for private in (data / "PG_VERSION", data.parents[1] / "password"):
        read = subprocess.run(["cat", private], capture_output=True, check=False, **nobody)
        assert b"Permission denied" in read.stderr


def test_the_reporter_gets_in_and_its_password_can_be_chosen(checkout: Checkout) -> None:
    home = {"HOME": str(checkout.directory)}
    who = ("-U", reporter.ROLE, "-c", "select current_user")
    assert psql(checkout, *who, env=home).stdout == "reporter\n"
    before = passwords(checkout)
    assert "keeps its password" in checkout.run("reporter")
    assert passwords(checkout) == before
    chosen = {reporter.PASSWORD_VARIABLE: "a:b"}
    assert "logs in at localhost" in checkout.run("reporter", **chosen)
    assert rf"localhost:{checkout.port}:*:reporter:a\:b" in passwords(checkout)
    checkout.run("start")
    assert psql(checkout, *who, env=home).stdout == "reporter\n"


def test_who_may_not_make_roles_is_told_what_an_administrator_runs(checkout: Checkout) -> None:
    psql(
        checkout,
        "-c",
        "create role humble login password 'h'",
        env={"HOME": str(checkout.directory)},
    )
    humble = {"PGHOST": "localhost", "PGUSER": "humble", "PGPASSWORD": "h"}
    refused = checkout.run("reporter", expect=1, **humble, **{reporter.PASSWORD_VARIABLE: "other"})
    assert "`alter role reporter login password '...'`" in refused


def test_it_listens_on_this_machine_only_and_outlives_its_starter(checkout: Checkout) -> None:
    main = psutil.Process(checkout.status()["pid"])
    listening = [
        connection.laddr.ip
        for connection in main.net_connections("all")
        if connection.status == psutil.CONN_LISTEN or connection.family == socket.AF_UNIX
    ]
    assert {*listening} <= {"127.0.0.1", "::1"}
    assert listening
    assert os.getsid(main.pid) == main.pid


def test_start_twice_is_start_once(checkout: Checkout) -> None:
    before = checkout.status()["pid"]
    assert "already running" in checkout.run("start")
    assert checkout.status()["pid"] == before


def test_status_says_where_it_is(checkout: Checkout) -> None:
    status = checkout.status()
    assert status["running"] is True
    assert (status["host"], status["port"]) == ("localhost", checkout.port)
    assert (status["database"], status["user"]) == ("dist_perf_dw", "dist_perf")
    assert status["version"].startswith("18.")
    assert status["size_bytes"] > 0
    assert status["password_file"] == str(checkout.directory / ".pgpass")
    assert str(checkout.port) in checkout.run("status")


def test_another_port_than_that_it_runs_on_is_an_error_with_the_mend(checkout: Checkout) -> None:
    said = checkout.run("start", expect=1, PGPORT=str(_free_port()))
    assert f"export PGPORT={checkout.port}" in said


def test_pghost_means_that_another_server_is_used(checkout: Checkout) -> None:
    said = checkout.run("start", PGHOST="warehouse.example")
    assert "the server at warehouse.example is used" in said


def test_status_of_an_outside_server_asks_it(checkout: Checkout) -> None:
    said = checkout.run("status", "--json", PGHOST="127.0.0.1")
    assert json.loads(said)["data_directory"] is None
    unreached = checkout.run("status", PGHOST="127.0.0.1", PGPORT=str(_free_port()), expect=3)
    assert "no connection to PostgreSQL" in unreached


def test_stop_keeps_the_data_and_status_tells() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        checkout = make_checkout(Path(name))
        assert "was not running" in checkout.run("stop")
        starts = [checkout.popen("start") for _ in range(2)]
        said = sorted(process.communicate(timeout=60)[0] for process in starts)
        assert ["started" in text for text in said] == [True, False], said
        psql(checkout, "-c", "create table kept ()", env={"HOME": name})
        assert "PostgreSQL stopped." in checkout.run("stop")
        assert "not running" in checkout.run("status", expect=3)
        assert json.loads(checkout.run("status", "--json", expect=3)) == {"running": False}
        checkout.run("start")
        assert psql(checkout, "-c", r"\dt", env={"HOME": name}).stdout.count("kept") == 1
        checkout.run("stop")


@ROOT_ONLY
def test_a_project_out_of_reach_keeps_its_data_in_the_system_directory(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    checkout = make_checkout(tmp_path)
    home = os_account.SYSTEM_DIR
    try:
        checkout.run("start")
        data = Path(checkout.status()["data_directory"])
        home = data.parents[1]
        assert home.parent == os_account.SYSTEM_DIR
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    finally:
        checkout.run("stop")
        assert home != os_account.SYSTEM_DIR
        shutil.rmtree(home)


def test_what_was_committed_survives_the_kill_of_all_processes(server: Server) -> None:
    server.start()
    committed: list[int] = []

    def write() -> None:
        with server.connect() as connection:
            connection.execute("create table if not exists written (number integer)")
            while True:
                number = len(committed)
                try:
                    connection.execute("insert into written values (%s)", [number])
                except psycopg.OperationalError:
                    return
                committed.append(number)

    for already in (0, 200):
        writer = threading.Thread(target=write)
        writer.start()
        while len(committed) < already + 200:
            time.sleep(0.01)
        kill(family(server))
        writer.join()
        assert server.start()
        with server.connect() as connection:
            found = {row[0] for row in connection.execute("select number from written")}
        assert found >= {*committed}


def test_a_busy_session_of_a_killed_server_does_not_hold_up_the_next(server: Server) -> None:
    server.start()
    busy = server.connect()
    busy.pgconn.send_query(b"select count(*) from generate_series(1, 1000000000)")
    try:
        kill(family(server)[:1])
        assert server.start()
    finally:
        busy.close()


def test_the_number_of_a_dead_server_may_belong_to_another_process(server: Server) -> None:
    server.start()
    kill(family(server))
    other = subprocess.Popen(["sleep", "60"], **os_account.switch(os_account.server_account()))
    try:
        file = server.data / "postmaster.pid"
        lines = file.read_text().splitlines()
        file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        assert server.start()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_an_interrupted_initialisation_is_begun_again(server: Server) -> None:
    server.stop()
    shutil.rmtree(server.home, ignore_errors=True)
    code = (
        f"from dist_perf.server import *; Server(Path({str(server.home)!r}), {server.port}).start()"
    )
    first = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    while not (server.home / "cluster/initialising/data/base").exists():
        assert first.poll() is None
        time.sleep(0.005)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert not server.data.exists()
    assert server.start()
    assert not (server.home / "cluster/initialising").exists()


def test_a_taken_port_is_named_with_its_holder_and_the_mend(server: Server) -> None:
    server.stop()
    with (
        socket.create_server(("127.0.0.1", server.port)),
        pytest.raises(click.ClickException) as caught,
    ):
        server.start()
    assert f"port {server.port} is taken by" in caught.value.message
    assert f"process {os.getpid()}" in caught.value.message
    assert f"export PGPORT={server.port + 1}" in caught.value.message


def test_a_server_that_cannot_start_shows_the_end_of_its_log(server: Server) -> None:
    server.start()
    server.stop()
    control = server.data / "global/pg_control"
    control.rename(control.with_suffix(".aside"))
    with pytest.raises(click.ClickException, match="could not find the database system"):
        server.start()
    control.with_suffix(".aside").rename(control)


def test_a_throwaway_server_lives_as_long_as_its_command(checkout: Checkout) -> None:
    code = "import os; print(os.environ['PGPORT'], os.environ['PGPASSWORD']); raise SystemExit(7)"
    said = checkout.run("run", "--", sys.executable, "-c", code, expect=7)
    port = int(said.split()[0])
    assert port != checkout.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_only_what_is_thrown_away_does_not_wait_for_the_disk(
    server: Server, postgres: Server
) -> None:
    server.start()
    waits = []
    for each in (server, postgres):
        with each.connect() as connection:
            waits.append(connection.execute("show fsync").fetchone())
    assert waits == [("on",), ("off",)]


def test_a_throwaway_server_goes_even_if_its_command_is_killed(checkout: Checkout) -> None:
    code = (
        "import psycopg, time; from pathlib import Path;"
        "print(psycopg.connect().execute('show data_directory').fetchone()[0], flush=True);"
        "time.sleep(60)"
    )
    with checkout.popen("run", "--", sys.executable, "-c", code) as running:
        assert running.stdout is not None
        data = Path(running.stdout.readline().strip())
        main = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        children = psutil.Process(running.pid).children()
        running.kill()
        kill([child for child in children if child.cmdline()[-1] == code])
    assert not psutil.wait_procs([main], timeout=60)[1]
    deadline = time.monotonic() + 30
    while data.parents[1].exists():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_what_a_killed_client_asked_for_ends(server: Server) -> None:
    server.start()
    code = "import psycopg; psycopg.connect().execute('select pg_sleep(600)')"
    environment = {**os.environ, **server.environment()}
    asked = "select from pg_stat_activity where query like '%pg_sleep(600)' and state = 'active'"
    with server.connect() as connection:
        with subprocess.Popen([sys.executable, "-c", code], env=environment) as client:
            while not connection.execute(asked).rowcount:
                assert client.poll() is None
            client.kill()
        deadline = time.monotonic() + 20
        while connection.execute(asked).rowcount:
            assert time.monotonic() < deadline


def test_the_password_file_keeps_all_other_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "passwords"
    file.write_text("# mine\n*:*:*:*:any\nlocalhost:54320:*:dist_perf:old\n")
    monkeypatch.setenv("PGPASSFILE", str(file))
    passfile.remember(54320, "dist_perf", "new")
    passfile.remember(5432, "reporter", r"a:b\c", hosts=("::1",))
    assert file.read_text().splitlines() == [
        r"\:\:1:5432:*:reporter:a\:b\\c",
        "localhost:54320:*:dist_perf:new",
        "127.0.0.1:54320:*:dist_perf:new",
        "# mine",
        "*:*:*:*:any",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_password_file_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "missing" / "passwords"))
    with pytest.raises(click.ClickException, match="missing/passwords"):
        passfile.remember(54320, "dist_perf", "new")
