"""`dist-perf server`."""

from __future__ import annotations

import dataclasses
import json
import os
import secrets
import signal
import subprocess
import sys
from typing import Any, NoReturn

import click

from dist_perf import passfile, profile, reporter
from dist_perf import server as servers


@click.group()
def server() -> None:
    """Start, stop and inspect the warehouse's own PostgreSQL."""


def _outside() -> str | None:
    return os.environ.get("PGHOST")


@server.command()
def start() -> None:
    """Start the server, unless PGHOST names another one."""
    if _outside():
        click.echo(f"PGHOST is set: the server at {_outside()} is used, none is started.")
        return
    own = servers.own_server()
    started = own.start()
    environment = own.environment()
    passfile.remember(own.port, environment["PGUSER"], environment["PGPASSWORD"])
    passfile.remember(own.port, reporter.ROLE, own.reporter_password())
    verb = "started" if started else "was already running"
    click.echo(f"PostgreSQL {verb} on {servers.HOST}, port {own.port}.")


@server.command()
def stop() -> None:
    """Stop the server; the data stays."""
    if _outside():
        click.echo(f"PGHOST is set: the server at {_outside()} is not ours to stop.")
        return
    stopped = servers.own_server().stop()
    click.echo("PostgreSQL stopped." if stopped else "PostgreSQL was not running.")


@server.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say where the server is; exit with 3 if it does not run."""
    found = servers.outside_status() if _outside() else servers.own_server().status()
    shown: dict[str, Any] = {"running": found is not None}
    if found is not None:
        shown |= dataclasses.asdict(found)
    if found is not None and not _outside():
        shown["read_only_user"] = reporter.ROLE
        shown["password_file"] = str(passfile.path())
    if as_json:
        click.echo(json.dumps(shown))
    elif found is None:
        click.echo("PostgreSQL is not running; `dist-perf server start` starts it.")
    else:
        shown["size"] = f"{shown.pop('size_bytes') / 1e6:,.0f} MB"
        for name in [name for name, value in shown.items() if value is not None]:
            click.echo(f"{name.replace('_', ' '):15} {shown[name]}")
    if found is None:
        sys.exit(servers.UnreachableError.exit_code)


@server.command("reporter")
def make_reporter() -> None:
    """Make the role that only reads the marts, or change its password.

    DIST_PERF_REPORTER_PASSWORD holds the password. Without it a new role gets a random one and a
    role that is there keeps its own. It is written to the password file.
    """
    chosen = reporter.chosen_password()
    own = None if _outside() else servers.own_server()
    with servers.connect_outside() if own is None else own.connect() as connection:
        if chosen is None and reporter.exists(connection):
            click.echo(
                f"Role `{reporter.ROLE}` is there and keeps its password; "
                f"{reporter.PASSWORD_VARIABLE} would give it another."
            )
            return
        password = chosen or secrets.token_urlsafe(24)
        host, port = connection.info.host, connection.info.port
        if own is None:
            reporter.make(connection, password)
            passfile.remember(port, reporter.ROLE, password, hosts=(host,))
        else:
            own.set_reporter_password(password)
            passfile.remember(port, reporter.ROLE, password)
    click.echo(
        f"Role `{reporter.ROLE}` logs in at {host}, port {port}; its password is in "
        f"`{passfile.path()}`. What it may read, `dbt build` grants."
    )


@server.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql on the warehouse, or run it with ARGUMENTS."""
    own = servers.own_server()
    program = str(own.binaries / "psql")
    os.environ.update(profile.variables() if _outside() else own.environment())
    os.execv(program, [program, *arguments])  # noqa: S606


@server.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(command: tuple[str, ...]) -> None:
    """Run COMMAND with the PG* variables of an empty server that lives as long as it does."""
    signal.signal(signal.SIGTERM, _leave)
    with servers.throwaway_server() as throwaway:
        environment = {**os.environ, **throwaway.environment()}
        done = subprocess.run(command, env=environment, check=False)  # noqa: S603
    sys.exit(done.returncode)


def _leave(*_: object) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)
