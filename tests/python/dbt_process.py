"""Runs dbt as its command does, in a process forked off one that has imported dbt already.

What dbt made of the project's files is shared too: reading them takes it longer than most of what
tests ask for. A warehouse is given it under the name of its own database.
"""

from __future__ import annotations

import gc
import hashlib
import json
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dist_perf import project
from dist_perf.files import locked

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb", "dbt.adapters.postgres"])
# A database that is called so stands for any other with a name of that length.
ANY_DATABASE = "test_" + "0" * 12
# Says in a target directory for which settings the project was read.
SETTINGS = "shared_settings.json"
ARTIFACTS = ("partial_parse.msgpack", "manifest.json", "semantic_manifest.json", SETTINGS)
# Settings that only what runs reads; `test_settings.py` proves it.
READ_LATE = frozenset({"as_of_date", "known_date", "rows_at_a_time"})
# dbt makes many objects that live as long as it does: Python looks less often which ones do not.
COLLECT_AFTER = 100_000
# `dbt`, taking what was read of the project's files for what holds.
TRUSTING = """
from dbt.parser.manifest import ManifestLoader
ManifestLoader.is_partial_parsable = lambda *_: (True, None)
from dbt.cli.main import cli
cli()
"""


def run(
    arguments: Sequence[str], environment: dict[str, str], output: Path, *, trusted: bool
) -> int:
    """Run a dbt command to its end and return its exit status; it prints into a file.

    Args:
        arguments: What follows `dbt`.
        environment: All variables that it has.
        output: The file.
        trusted: Whether what was read of the project's files holds for these settings, whatever
            dbt thinks. It looks itself which files changed since.
    """
    process = CONTEXT.Process(target=_dbt, args=(arguments, environment, output, trusted))
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _dbt(
    arguments: Sequence[str], environment: dict[str, str], output: Path, trusted: bool
) -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager  # noqa: PLC0415
    from dbt.cli.main import cli  # noqa: PLC0415 - the forked process has it
    from dbt.parser.manifest import ManifestLoader  # noqa: PLC0415

    gc.set_threshold(COLLECT_AFTER)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(project.root())
    with output.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if trusted:
        ManifestLoader.is_partial_parsable = lambda *_: (True, None)
    sys.argv = ["dbt", *arguments]
    try:
        cli()
    finally:
        # A forked process runs no exit handlers: rows would stay beside the file, in its log.
        DuckDBConnectionManager.close_all_connections()


def copy_artifacts(target: Path, database: str, to: Path, as_database: str) -> None:
    """Copy what dbt read of the project from one target directory to another.

    The names of their databases are of one length, which the files count.
    """
    to.mkdir(exist_ok=True)
    for name in ARTIFACTS:
        content = (target / name).read_bytes()
        (to / name).write_bytes(content.replace(database.encode(), as_database.encode()))


@dataclass(frozen=True)
class SharedParses:
    """What dbt makes of the project's files for an engine and settings, once for all workers."""

    directory: Path

    def give(self, target: str, variables: dict[str, Any], database: str, to: Path) -> bool:
        """Lay what dbt makes of the files into a target directory, unless dbt itself did.

        Args:
            target: The engine.
            variables: The settings.
            database: How the warehouse's database is called.
            to: The target directory.

        Returns:
            Whether what is there holds for these settings.
        """
        settled = {name: value for name, value in variables.items() if name not in READ_LATE}
        text = json.dumps([target, settled], sort_keys=True)
        mark = to / SETTINGS
        if mark.exists():
            if mark.read_text(encoding="utf-8") == text:
                return True
        elif (to / ARTIFACTS[0]).exists():
            return False
        made = self._made(target, settled, text)
        if made is None or len(database) != len(ANY_DATABASE):
            return False
        copy_artifacts(made, ANY_DATABASE, to, database)
        return True

    def _made(self, target: str, settled: dict[str, Any], text: str) -> Path | None:
        """Return the directory in which dbt read the files; None if it refuses the settings."""
        made = self.directory / hashlib.sha256(text.encode()).hexdigest()
        with locked(self.directory / f"{made.name}.lock"):
            if not (made / ARTIFACTS[0]).exists():
                arguments = [
                    "parse", "--target", target, "--vars", json.dumps(settled),
                    "--profiles-dir", str(project.root()),
                    "--target-path", str(made), "--log-path", str(made),
                ]  # fmt: skip
                output = self.directory / f"{made.name}.out"
                environment = {
                    **os.environ, "DIST_PERF_SCHEMA_PREFIX": "",
                    "PGDATABASE": ANY_DATABASE, "DIST_PERF_DUCKDB": f"{ANY_DATABASE}.duckdb",
                }  # fmt: skip
                if run(arguments, environment, output, trusted=False):
                    return None
                (made / SETTINGS).write_text(text, encoding="utf-8")
        return made
