"""Reaches the PostgreSQL warehouse, to read it."""

from __future__ import annotations

from functools import cache

import psycopg
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, scoped_session

from dist_perf import project, warehouse
from dist_perf.orm.base import Base


@cache
def engine() -> Engine:
    """Return the engine of the warehouse that dbt's target `postgres` builds.

    It connects at the first query, and cannot write. Each statement is a transaction of its
    own: a session that stays open would otherwise lock tables that dbt wants to swap.

    Raises:
        click.ClickException: at the first query, if the server does not answer; the message
            says where it was looked for and how to start it.
    """
    schemas = {table.schema for table in Base.metadata.tables.values() if table.schema}
    return create_engine(
        "postgresql+psycopg://",
        creator=_connect,
        isolation_level="AUTOCOMMIT",
        execution_options={
            "schema_translate_map": {schema: project.schema_name(schema) for schema in schemas}
        },
    )


def _connect() -> psycopg.Connection:
    connection = warehouse.connect_postgres()
    connection.execute("set default_transaction_read_only = on")
    return connection


session: scoped_session[Session] = scoped_session(
    lambda: Session(engine())  # type: ignore[arg-type]  # any factory will do
)
"""The session of this thread, on `engine()`; `session.remove()` ends it."""
