"""The database login of the API: it reads marts as a person, and changes people and rules."""

from __future__ import annotations

import os
import random
import secrets
import time
from collections.abc import Callable

import click
import psycopg
from psycopg import sql

from dist_perf import project, reporter
from dist_perf.files import replace_private
from dist_perf.serve.settings import private_directory

API = "dist_perf_api"
# From here comes its password; without it a private file has one.
PASSWORD_VARIABLE = "DIST_PERF_API_PASSWORD"  # noqa: S105 - a name, no password

# What it needs to know people and to write changes; `grant_access_to_api` grants the same at each
# build. It deletes nothing, changes no role, and what was written of changes stays.
GRANTS = (
    "grant select on {0}.roles, {0}.people, {0}.scopes, {0}.changes, {0}.builds to {1}",
    "grant insert on {0}.people, {0}.scopes, {0}.changes to {1}",
    "grant update (person_name, role, is_active, password_hash, session_number, version_number)"
    " on {0}.people to {1}",
    "grant update (valid_to, version_number) on {0}.scopes to {1}",
    "grant select, insert, update, delete on {0}.alert_rules to {1}",
)

TRIES = 20
SOMEBODY_ELSE = (
    psycopg.errors.InternalError_,
    psycopg.errors.DuplicateObject,
    psycopg.errors.UniqueViolation,
)


def api_password() -> str:
    """Return the password of the login, made at the first call."""
    chosen = os.environ.get(PASSWORD_VARIABLE)
    if chosen:
        return chosen
    file = private_directory() / "api_password"
    if not file.exists():
        replace_private(file, secrets.token_urlsafe(32))
    return file.read_text(encoding="utf-8")


def _make_roles(connection: psycopg.Connection, verifier: str) -> None:
    for role, how in ((reporter.ROLE, "nologin"), (API, "login")):
        there = connection.execute("select from pg_roles where rolname = %s", [role]).fetchone()
        if there is None:
            connection.execute(sql.SQL("create role {} " + how).format(sql.Identifier(role)))
    connection.execute(
        sql.SQL("alter role {} login password {}").format(
            sql.Identifier(API), sql.Literal(verifier)
        )
    )
    connection.execute(
        sql.SQL("grant {} to {}").format(sql.Identifier(reporter.ROLE), sql.Identifier(API))
    )


def prepare(connection: psycopg.Connection) -> None:
    """Make the login if it is missing, give it its password and its rights; as the owner.

    Raises:
        click.ClickException: the connected role may not make roles, or dbt has not run yet.
    """
    verifier = connection.pgconn.encrypt_password(
        api_password().encode(), API.encode(), b"scram-sha-256"
    ).decode()
    try:
        _repeated(lambda: _make_roles(connection, verifier))
    except psycopg.errors.InsufficientPrivilege as error:
        raise click.ClickException(
            f"`{connection.info.user}` may not make roles on this server: let an administrator "
            f"run `create role {API} login password '...'; grant {reporter.ROLE} to {API}`"
        ) from error
    try:
        _repeated(lambda: _grant(connection))
    except (psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedTable) as error:
        raise click.ClickException(
            "the warehouse has no table of people yet: run `make build` first"
        ) from error


def _grant(connection: psycopg.Connection) -> None:
    access = sql.Identifier(project.schema_name("access"))
    for grant in GRANTS:
        connection.execute(sql.SQL(grant).format(access, sql.Identifier(API)))


def _repeated(change: Callable[[], None]) -> None:
    """Make a change of roles or rights, again where another start or a build makes it meanwhile."""
    for tries_left in reversed(range(TRIES)):
        try:
            change()
        except SOMEBODY_ELSE:
            if not tries_left:
                raise
            time.sleep(random.uniform(0.05, 0.5))  # noqa: S311 - no secret
        else:
            return
