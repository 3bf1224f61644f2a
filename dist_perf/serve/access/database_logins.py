"""Logins of the database for people who use BI tools: each sees the rows of its own person."""

from __future__ import annotations

import psycopg
from psycopg import sql

from dist_perf import reporter
from dist_perf.serve import logins
from dist_perf.serve.problems import Problem

ROLE = """
    select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as is_mighty
    from pg_roles
    where rolname = %s
"""


def make(connection: psycopg.Connection, login: str, password: str) -> bool:
    """Make a login of the database that is called as a person, or give it another password.

    Row security goes by the name of the login, so it sees what the person sees.

    Returns:
        Whether it is new.

    Raises:
        Problem: the server has a role of that name that does other things, or the connected role
            may not make roles.
    """
    role = sql.Identifier(login)
    kept_for = {logins.API, reporter.ROLE, connection.info.user}
    found = connection.execute(ROLE, [login]).fetchone()
    if login in kept_for or login.startswith("pg_") or (found and found[0]):
        raise Problem(
            "not-allowed",
            f"`{login}` is a role of the server's own: choose another login.",
            "login",
        )
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    how = "alter" if found else "create"
    statements = [
        sql.SQL(how + " role {} login password {}").format(role, sql.Literal(verifier)),
        sql.SQL("alter role {} set default_transaction_read_only = on").format(role),
        sql.SQL("grant {} to {}").format(sql.Identifier(reporter.ROLE), role),
    ]
    try:
        for statement in statements:
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Problem(
            "not-allowed",
            f"`{connection.info.user}` may not make roles on this server: let an administrator run "
            f'`create role "{login}" login password \'...\'; grant {reporter.ROLE} to "{login}"`',
        ) from error
    return found is None
