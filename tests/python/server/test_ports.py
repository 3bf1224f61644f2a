"""The port of the embedded server is looked at before `make build` spends minutes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dist_perf import ports, project


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this process listens."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(project.root() / "profiles.yml", tmp_path)
    return tmp_path


def look(checkout: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Look as `make` does: with Python's own library alone (-S leaves out installed packages)."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "dist_perf.ports"],
        cwd=checkout,
        env={"PATH": os.defpath, "PYTHONPATH": str(project.root()), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def run_by_us(checkout: Path, port: int, pid: int) -> None:
    """Write what a server writes that runs in this checkout."""
    data = checkout / ".dist_perf" / "postgres" / "cluster" / "data"
    data.mkdir(parents=True)
    (data / "postmaster.pid").write_text(f"{pid}\n{data}\n1751430000\n{port}\n")


def test_a_port_that_somebody_has_is_refused_with_who_has_it_and_the_mend(
    checkout: Path, taken: int
) -> None:
    looked = look(checkout, PGPORT=str(taken))
    assert looked.returncode == 1
    assert looked.stderr.startswith(f"Error: port {taken} is taken by `")
    assert f"(process {os.getpid()} of `" in looked.stderr
    assert f"in `{Path.cwd()}`" in looked.stderr
    free = int(looked.stderr.split("PGPORT=")[1].split("`")[0])
    assert look(checkout, PGPORT=str(free)).returncode == 0


def test_a_server_of_this_checkout_and_one_elsewhere_are_no_hindrance(
    checkout: Path, taken: int
) -> None:
    assert look(checkout, PGPORT=str(taken), PGHOST="db.example.com").returncode == 0
    run_by_us(checkout, taken, os.getpid())
    assert look(checkout, PGPORT=str(taken)).returncode == 0


@pytest.mark.parametrize(("shift", "is_alive"), [(1, True), (0, False)])
def test_a_server_of_this_checkout_on_another_port_or_killed_does_not_count(
    checkout: Path, taken: int, shift: int, is_alive: bool
) -> None:
    with subprocess.Popen(["true"]) as ended:
        ended.wait()
    run_by_us(checkout, taken + shift, os.getpid() if is_alive else ended.pid)
    assert look(checkout, PGPORT=str(taken)).returncode == 1


@pytest.mark.parametrize("port", ["many", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(checkout: Path, port: str) -> None:
    looked = look(checkout, PGPORT=port)
    assert looked.returncode == 1
    assert looked.stderr == f"Error: `PGPORT` is `{port}`: give a number up to 65535\n"


def test_who_cannot_be_seen_is_asked_for_by_account(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "_open", lambda _: [])
    assert ports.listener(taken).startswith("a process of account `")
    monkeypatch.setattr(ports, "TABLES", ())
    assert f"`lsof -i :{taken}`" in ports.listener(taken)


def test_make_looks_at_the_port_before_it_makes_the_environment() -> None:
    planned = subprocess.run(
        ["make", "--dry-run", "build", "VENV=.dist_perf/none/.installed"],
        cwd=project.root(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert -1 < planned.find("-m dist_perf.ports") < planned.find("-m venv")
