"""The tables of people, as classes, and sessions that change them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, ClassVar

import psycopg
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Engine,
    FetchedValue,
    ForeignKey,
    Identity,
    MetaData,
    Numeric,
    Text,
    create_engine,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from dist_perf import project, warehouse

SCHEMA = "access"


class Base(DeclarativeBase):
    """A row of the schema `access`."""

    metadata = MetaData(schema=SCHEMA)
    type_annotation_map: ClassVar = {
        str: Text,
        dict[str, Any]: JSONB,
        datetime.datetime: DateTime(timezone=True),
    }


class Role(Base):
    """What a person of the role may do."""

    __tablename__ = "roles"

    role: Mapped[str] = mapped_column(primary_key=True)
    sees_all: Mapped[bool]
    sees_firm: Mapped[bool]
    may_edit: Mapped[bool]
    may_administer: Mapped[bool]
    description: Mapped[str]


class Person(Base):
    """Somebody who may sign in, or a login of the database."""

    __tablename__ = "people"

    login: Mapped[str] = mapped_column(primary_key=True)
    person_name: Mapped[str]
    role: Mapped[str] = mapped_column(ForeignKey(Role.role))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    password_hash: Mapped[str | None] = mapped_column(default=None)
    session_number: Mapped[int] = mapped_column(default=1)
    version_number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime.datetime] = mapped_column(server_default=FetchedValue())


class Scope(Base):
    """A member of an area whose rows a person sees, from a day on and until another."""

    __tablename__ = "scopes"

    scope_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey(Person.login))
    area: Mapped[str]
    member_kind: Mapped[str]
    member_id: Mapped[str]
    valid_from: Mapped[datetime.date] = mapped_column(Date)
    valid_to: Mapped[datetime.date | None] = mapped_column(Date, default=None)
    version_number: Mapped[int] = mapped_column(default=1)


class AlertRule(Base):
    """A rule of alerts that takes the place of one of an area's seed, or is a further one."""

    __tablename__ = "alert_rules"

    area: Mapped[str] = mapped_column(primary_key=True)
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str | None]
    member_kind: Mapped[str | None]
    member_id: Mapped[str | None]
    period_type: Mapped[str | None]
    measure: Mapped[str | None]
    compared_with: Mapped[str | None]
    comparator: Mapped[str | None]
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    periods_in_a_row: Mapped[int | None]
    severity: Mapped[str | None]
    channel: Mapped[str | None]
    repeat_after_days: Mapped[int | None]
    message: Mapped[str | None]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    version_number: Mapped[int] = mapped_column(default=1)


class Change(Base):
    """Who changed what of people, scopes and rules, when and why."""

    __tablename__ = "changes"

    change_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    changed_at: Mapped[datetime.datetime] = mapped_column(server_default=FetchedValue())
    changed_by: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    reason: Mapped[str]
    row_before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    row_after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


def engine(parameters: dict[str, Any] | None = None) -> Engine:
    """Return an engine that reaches the schema by the name that it has in this environment.

    Args:
        parameters: of `psycopg.connect`; None connects as dbt does, the owner.
    """

    def connect() -> psycopg.Connection:
        if parameters is not None:
            return psycopg.connect(**parameters)
        connection = warehouse.connect_postgres()
        connection.autocommit = False
        return connection

    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        pool_size=2,
        max_overflow=2,
        pool_timeout=5,
        pool_pre_ping=True,
        execution_options={"schema_translate_map": {SCHEMA: project.schema_name(SCHEMA)}},
    )


@contextmanager
def changing(of_engine: Engine, login: str = "") -> Iterator[Session]:
    """Open a session whose changes are all made in the end, or none.

    Args:
        of_engine: reaches the database.
        login: the person who changes, as whom the login of the API reads.
    """
    with Session(of_engine, expire_on_commit=False) as session, session.begin():
        session.execute(
            text("select set_config('dist_perf.person', :login, true)"), {"login": login}
        )
        yield session
