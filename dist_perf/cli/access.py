"""`dist-perf access`."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from dist_perf.cli.serve import require_extra

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from dist_perf.serve.access.changing import By

PASSWORD_VARIABLE = "DIST_PERF_PASSWORD"  # noqa: S105 - a name, no password
WIDTH = 160
DATE = click.DateTime(["%Y-%m-%d"])

reason = click.option("--reason", help="Why, for the list of changes [default: the command].")


@click.group()
def access() -> None:
    """Say who may sign in and whose rows each person sees.

    Every change is written down with who made it, when, why, and the values before and after.
    """
    require_extra()
    # The packages of the extra take long to import.
    from dist_perf.serve import settings  # noqa: PLC0415

    settings.read_env_file()


@contextmanager
def changing_people(reason: str | None) -> Iterator[tuple[Session, By]]:
    """Open a session of the owner, and say what is refused as commands do."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from dist_perf.serve.access import tables  # noqa: PLC0415
    from dist_perf.serve.access.changing import By  # noqa: PLC0415
    from dist_perf.serve.problems import Problem  # noqa: PLC0415

    command = click.get_current_context().command_path
    by = By(f"os:{getpass.getuser()}", reason or command)
    engine = tables.engine()
    try:
        with tables.changing(engine) as session:
            yield session, by
    except Problem as problem:
        raise click.ClickException(problem.detail.removesuffix(".")) from None
    except DBAPIError as error:
        kind = type(error.orig).__name__
        if kind in {"UndefinedTable", "InvalidSchemaName", "UndefinedColumn"}:
            raise click.ClickException(
                "the warehouse has no people yet, or is older than this command: run `make build`"
            ) from None
        problem_said = str(error.orig).strip().splitlines()[0]
        raise click.ClickException(f"the database says: {problem_said}") from None
    finally:
        engine.dispose()


def _password(login: str) -> str:
    """Return the password that the environment has, or that a person types twice."""
    chosen = os.environ.get(PASSWORD_VARIABLE)
    if chosen:
        return chosen
    if not sys.stdin.isatty():
        raise click.ClickException(f"nobody is here to type a password: set {PASSWORD_VARIABLE}")
    typed: str = click.prompt(f"Password of {login}", hide_input=True, confirmation_prompt=True)
    return typed


def _hashed(password: str) -> str:
    from dist_perf.serve.access import passwords  # noqa: PLC0415
    from dist_perf.serve.problems import Problem  # noqa: PLC0415

    try:
        return passwords.hashed(password)
    except Problem as problem:
        raise click.ClickException(problem.detail.removesuffix(".")) from None


@access.command()
def init() -> None:
    """Make the database login by which pages and API read, or mend its password and rights."""
    from dist_perf import warehouse  # noqa: PLC0415
    from dist_perf.serve import logins  # noqa: PLC0415

    with warehouse.connect_postgres() as connection:
        logins.prepare(connection)
    click.echo(f"Login `{logins.API}` of the database is ready. `dist-perf serve` uses it.")


@access.command()
@click.argument("login")
@click.option("--name", required=True, help="Name of the person, as pages show it.")
@click.option("--role", required=True, help="Role: `dist-perf access list` shows all.")
@click.option("--no-password", is_flag=True, help="The person signs in by the firm's account only.")
@reason
def add(login: str, name: str, role: str, no_password: bool, reason: str | None) -> None:
    """Let a person in, as LOGIN.

    DIST_PERF_PASSWORD holds the password; without it you are asked.
    """
    from dist_perf.serve.access import changing  # noqa: PLC0415

    login = login.strip().lower()
    with changing_people(reason) as (session, _):
        changing.require_role(session, role)
    kept = None if no_password else _hashed(_password(login))
    with changing_people(reason) as (session, by):
        added = changing.add_person(session, by, login, name, role, kept)
        sees = changing.require_role(session, role)
        click.echo(f"`{added.login}` may sign in as {role}: {sees.description.lower()}.")
        if not sees.sees_all:
            click.echo(f"Say whose rows: `dist-perf access scope {login} AREA KIND ID`.")


@access.command()
@click.argument("login")
@click.argument("area")
@click.argument("kind")
@click.argument("member_id", metavar="ID")
@click.option("--from", "valid_from", type=DATE, help="First day [default: today].")
@click.option("--to", "valid_to", type=DATE, help="First day on which it no longer holds.")
@click.option("--remove", is_flag=True, help="Take the member away, from today on.")
@reason
def scope(  # noqa: PLR0913, PLR0917 - its arguments and options
    login: str,
    area: str,
    kind: str,
    member_id: str,
    valid_from: datetime | None,
    valid_to: datetime | None,
    remove: bool,
    reason: str | None,
) -> None:
    """Let LOGIN see the rows of a member of an area.

    KIND and ID name the member as the area's mart of scopes has it. An ID that is not there is
    refused with those that are like it.
    """
    from dist_perf.serve.access import changing  # noqa: PLC0415

    with changing_people(reason) as (session, by):
        if remove:
            for ended in changing.end_scope(session, by, login, area, kind, member_id):
                click.echo(f"`{login}` has {area} {kind} `{member_id}` until {ended.valid_to}.")
            return
        added = changing.add_scope(
            session, by, login, area, kind, member_id,
            valid_from.date() if valid_from else None, valid_to.date() if valid_to else None,
        )  # fmt: skip
        ends = f" to {added.valid_to}" if added.valid_to else " on"
        click.echo(
            f"`{login}` sees the rows of {area} {kind} `{member_id}` from {added.valid_from}{ends}."
        )


@access.command()
@click.argument("login")
@reason
def password(login: str, reason: str | None) -> None:
    """Give LOGIN another password; all sessions of the person end.

    DIST_PERF_PASSWORD holds it; without it you are asked.
    """
    from dist_perf.serve.access import changing  # noqa: PLC0415

    with changing_people(reason) as (session, _):
        changing.person(session, login)
    kept = _hashed(_password(login))
    with changing_people(reason) as (session, by):
        changing.change_person(session, by, login, password_hash=kept)
        click.echo(f"`{login}` has another password, and is signed in nowhere.")


@access.command()
@click.argument("login")
@click.argument("new_role", metavar="ROLE")
@reason
def role(login: str, new_role: str, reason: str | None) -> None:
    """Give LOGIN another role, from the next request on."""
    from dist_perf.serve.access import changing  # noqa: PLC0415

    with changing_people(reason) as (session, by):
        changing.change_person(session, by, login, role=new_role)
        click.echo(f"`{login}` is {new_role}.")


@access.command()
@click.argument("login")
@reason
def deactivate(login: str, reason: str | None) -> None:
    """Let LOGIN in no more; sessions, tokens and links of the person end at once."""
    _set_active(login, reason, is_active=False, said="may not sign in any more")


@access.command()
@click.argument("login")
@reason
def activate(login: str, reason: str | None) -> None:
    """Let LOGIN in again."""
    _set_active(login, reason, is_active=True, said="may sign in again")


def _set_active(login: str, reason: str | None, *, is_active: bool, said: str) -> None:
    from dist_perf.serve.access import changing  # noqa: PLC0415

    with changing_people(reason) as (session, by):
        changing.change_person(session, by, login, is_active=is_active)
        click.echo(f"`{login}` {said}.")


@access.command("list")
def list_all() -> None:
    """Show roles, people and their scopes."""
    from sqlalchemy import select  # noqa: PLC0415

    from dist_perf.serve.access.tables import Person, Role, Scope  # noqa: PLC0415

    with changing_people(None) as (session, _):
        roles = session.scalars(select(Role).order_by(Role.role)).all()
        people = session.scalars(select(Person).order_by(Person.login)).all()
        scopes = session.scalars(select(Scope).order_by(Scope.area, Scope.member_id)).all()
    held: dict[str, list[str]] = {}
    for each in scopes:
        days = f" {each.valid_from} to {each.valid_to}" if each.valid_to else ""
        held.setdefault(each.login, []).append(
            f"{each.area} {each.member_kind} {each.member_id}{days}"
        )
    _show(("role", "what it sees and does"), [(each.role, each.description) for each in roles])
    _show(
        ("login", "name", "role", "active", "password", "scopes"),
        [
            (
                each.login,
                each.person_name,
                each.role,
                "yes" if each.is_active else "no",
                "yes" if each.password_hash else "no",
                ", ".join(held.get(each.login, [])),
            )
            for each in people
        ],
    )


def _show(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)


@access.command()
@click.argument("login")
@click.option("--days", type=int, default=30, show_default=True, help="Days it is good for.")
@reason
def token(login: str, days: int, reason: str | None) -> None:
    """Print a token by which a program asks the API as LOGIN.

    It is sent as `Authorization: Bearer TOKEN`. It ends early when the person is deactivated or
    gets another password.
    """
    from dist_perf.serve import settings  # noqa: PLC0415
    from dist_perf.serve.access import changing, links  # noqa: PLC0415
    from dist_perf.serve.sessions import Signer  # noqa: PLC0415

    with changing_people(reason) as (session, by):
        found = changing.active_person(session, login)
        signer = Signer(settings.load())
        made = links.token(signer, found.login, found.session_number, days)
        changing.record(session, by, "tokens", login, after={"days": days})
    click.echo(made)


@access.command("database-login")
@click.argument("login")
@reason
def database_login(login: str, reason: str | None) -> None:
    """Let LOGIN read marts from a BI tool, as a login of the database of the same name.

    Row security goes by that name: the person sees the same rows as on the pages, and none when
    deactivated. DIST_PERF_PASSWORD holds the password; without it you are asked.
    """
    from dist_perf import warehouse  # noqa: PLC0415
    from dist_perf.serve.access import changing, database_logins  # noqa: PLC0415

    with changing_people(reason) as (session, _):
        changing.active_person(session, login)
    chosen = _password(login)
    _hashed(chosen)
    with changing_people(reason) as (session, by):
        changing.active_person(session, login)
        with warehouse.connect_postgres() as connection:
            is_new = database_logins.make(connection, login, chosen)
            host, port = connection.info.host, connection.info.port
        changing.record(session, by, "database logins", login, after={"is_new": is_new})
    verb = "may log in" if is_new else "has another password"
    click.echo(
        f"`{login}` {verb} at {host}, port {port}, and sees the rows of the person `{login}`."
    )


@access.command()
@click.option("--force", is_flag=True, help="Also where there are other people already.")
def demo(force: bool) -> None:
    """Make one person of every role to try the pages with, and print their passwords once."""
    from dist_perf.serve.access import demo as demos  # noqa: PLC0415

    with changing_people("demonstration") as (session, by):
        made = demos.make(session, by, forced=force)
    _show(
        ("login", "password", "role", "sees"),
        [(each.login, each.password, each.role, each.scope) for each in made],
    )
    click.echo("These passwords are nowhere else; `dist-perf access demo` makes others.")
