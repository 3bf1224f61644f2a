"""The password file of the PostgreSQL client library, from which every client logs in."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dist_perf.files import locked, replace_private

THIS_MACHINE = ("localhost", "127.0.0.1")


def path() -> Path:
    """Return the file in which the client library looks for passwords."""
    return Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")


def _escaped(field: str) -> str:
    return field.replace("\\", r"\\").replace(":", r"\:")


def remember(port: int, user: str, password: str, hosts: tuple[str, ...] = THIS_MACHINE) -> None:
    """Write the password of `user` on the `port` of `hosts`, and keep every other line.

    Our lines come first, since the client library takes the first line that matches.

    Args:
        port: Where the server listens.
        user: Role that logs in.
        password: Its password.
        hosts: Every name by which clients call the server.

    Raises:
        click.ClickException: the file cannot be written.
    """
    keys = tuple(f"{_escaped(host)}:{port}:*:{user}:" for host in hosts)
    own = [key + _escaped(password) for key in keys]
    file = path().resolve()
    try:
        with locked(file.parent):
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
            kept = [line for line in lines if not line.startswith(keys)]
            replace_private(file, "\n".join([*own, *kept]) + "\n")
    except OSError as error:
        raise click.ClickException(
            f"cannot write the password file `{file}`: {error.strerror}; "
            "name one that can be written in `PGPASSFILE`"
        ) from error
