"""The role that BI tools log in as. It reads what dbt grants it, the marts, and writes nothing."""

from __future__ import annotations

import os

import click
import psycopg
from psycopg import sql

ROLE = "reporter"

# From here comes the password of the role; never from a file of the repository.
PASSWORD_VARIABLE = "DIST_PERF_REPORTER_PASSWORD"  # noqa: S105 - a name, no password


def chosen_password() -> str | None:
    """Return the password that the environment gives the role, None if it gives none."""
    return os.environ.get(PASSWORD_VARIABLE) or None


def exists(connection: psycopg.Connection) -> bool:
    """Return whether the server has the role."""
    found = connection.execute("select from pg_roles where rolname = %s", [ROLE])
    return found.fetchone() is not None


def make(connection: psycopg.Connection, password: str) -> None:
    """Make the role if it is missing, and give it the password.

    Raises:
        click.ClickException: the connected role may not; the message says which right is missing.
    """
    role = sql.Identifier(ROLE)
    # What the server gets, and may log, is a hash.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), ROLE.encode(), b"scram-sha-256"
    ).decode()
    made = "alter" if exists(connection) else "create"
    statements = [
        sql.SQL(made + " role {} login password {}").format(role, sql.Literal(verifier)),
        # Its rights let it write nowhere; nor does it make temporary tables by mistake.
        sql.SQL("alter role {} set default_transaction_read_only = on").format(role),
    ]
    try:
        for statement in statements:
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise click.ClickException(
            f"`{connection.info.user}` may not {made} roles on this server: let an administrator "
            f"run `{made} role {ROLE} login password '...'`"
        ) from error
