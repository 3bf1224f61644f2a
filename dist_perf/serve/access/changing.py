"""Changes of people and scopes; each is written down with who, when, why, before and after."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import errors
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from dist_perf import project
from dist_perf.serve.access.tables import Base, Change, Person, Role, Scope
from dist_perf.serve.problems import Problem, near

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}", re.ASCII)
LONGEST_TEXT = 500
# What nobody reads in the list of changes.
_SECRET = ("password_hash", "session_number")

MEMBERS = "select member_kind, member_id, owners from {}.members(:area) order by 1, 2"


@dataclass(frozen=True)
class By:
    """Who makes a change, and why."""

    login: str
    reason: str


@dataclass(frozen=True)
class Member:
    """A member that a scope may name.

    Attributes:
        owners: how many owners of rows it stands for.
    """

    kind: str
    id: str
    owners: int


def state(row: Base) -> dict[str, Any]:
    """Return the values of a row as the list of changes has them, without secrets."""
    values: dict[str, Any] = {}
    for column in row.__table__.columns:
        value = getattr(row, column.name)
        if column.name == "password_hash":
            values["has_password"] = value is not None
        elif column.name not in _SECRET and column.server_default is None:
            values[column.name] = value if isinstance(value, bool | int | None) else str(value)
    return values


def record(  # noqa: PLR0913 - a change has so many parts
    session: Session,
    by: By,
    subject: str,
    subject_id: str,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down a change.

    Raises:
        Problem: it has no reason.
    """
    session.add(
        Change(
            changed_by=by.login,
            subject=subject,
            subject_id=subject_id,
            reason=said("reason", by.reason),
            row_before=dict(before) if before is not None else None,
            row_after=dict(after) if after is not None else None,
        )
    )
    session.flush()


def said(name: str, given: str) -> str:
    """Return a text that a person typed, without spaces around it.

    Raises:
        Problem: there is none, or it cannot be written down.
    """
    found = given.strip()
    if not found or len(found) > LONGEST_TEXT or not found.isprintable():
        raise Problem("bad-value", f"`{name}` is a line of 1 to {LONGEST_TEXT} characters.", name)
    return found


def refuse_stale(shown: int | None, row: Person | Scope | Any, given: Mapping[str, Any]) -> None:
    """Refuse a change of a row that is not as the person saw it.

    Args:
        shown: version that the person saw; None asks for none.
        row: as it is now.
        given: values that the person wants.

    Raises:
        Problem: somebody else changed it; the message has both values.
    """
    if shown is None or shown == row.version_number:
        return
    now = {name: getattr(row, name) for name in given}
    parts = [
        f"`{name}` is {value!s} now, you give {given[name]!s}"
        for name, value in now.items()
        if value != given[name] and name not in _SECRET
    ]
    raise Problem(
        "stale-form",
        "Somebody else changed this meanwhile: "
        + ("; ".join(parts) or "all that you give is so already")
        + ". Open it again and repeat what is still right.",
    )


def person(session: Session, login: str) -> Person:
    """Return a person, whom nobody else changes until the session ends.

    Raises:
        Problem: there is none of that login.
    """
    found = session.scalar(select(Person).where(Person.login == login).with_for_update())
    if found is None:
        known = near(login, session.scalars(select(Person.login)))
        raise Problem("not-found", f"There is no person `{login}`. Known are {known}.", "login")
    return found


def active_person(session: Session, login: str) -> Person:
    """Return a person who may sign in.

    Raises:
        Problem: there is none of that login, or the person is not active.
    """
    found = person(session, login)
    if not found.is_active:
        raise Problem("not-allowed", f"`{login}` is not active.", "login")
    return found


def require_role(session: Session, name: str) -> Role:
    """Return a role.

    Raises:
        Problem: there is none of that name; the message names all.
    """
    roles = {role.role: role for role in session.scalars(select(Role))}
    if name not in roles:
        raise Problem(
            "unknown-value", f"There is no role `{name}`. Roles are {', '.join(sorted(roles))}.",
            "role",
        )  # fmt: skip
    return roles[name]


def add_person(  # noqa: PLR0913, PLR0917 - a person has so many parts
    session: Session,
    by: By,
    login: str,
    person_name: str,
    role: str,
    password_hash: str | None = None,
) -> Person:
    """Add somebody.

    Raises:
        Problem: the login is somebody else's, or a value cannot be.
    """
    if LOGIN.fullmatch(login) is None:
        raise Problem(
            "bad-value",
            f"`{login}` is no login: give 1 to 100 of a-z, 0-9 and . _ @ + -, the first of them a "
            "letter or a digit.",
            "login",
        )
    require_role(session, role)
    if session.get(Person, login) is not None:
        raise Problem("bad-value", f"There is a person `{login}` already.", "login")
    added = Person(
        login=login,
        person_name=said("name", person_name),
        role=role,
        password_hash=password_hash,
    )
    session.add(added)
    session.flush()
    record(session, by, "people", login, after=state(added))
    return added


def change_person(
    session: Session, by: By, login: str, shown: int | None = None, **values: Any
) -> Person:
    """Change a person's name, role, password, or whether the person is active.

    Args:
        session: makes the change.
        by: who wants it.
        login: whose.
        shown: version of the row that was looked at.
        values: new values by column.

    Raises:
        Problem: a value cannot be, the row is another by now, or nobody would be left to
            administer.
    """
    if "role" in values:
        require_role(session, values["role"])
    if "person_name" in values:
        values["person_name"] = said("name", values["person_name"])
    # One at a time: of two administrators who deactivate each other one stays.
    session.execute(text("select pg_advisory_xact_lock(hashtext('dist_perf_dw administrators'))"))
    found = person(session, login)
    refuse_stale(shown, found, values)
    before = state(found)
    was_administrator = _administers(session, found)
    ends_sessions = "password_hash" in values or (
        found.is_active and not values.get("is_active", True)
    )
    for name, value in values.items():
        setattr(found, name, value)
    if ends_sessions:
        found.session_number += 1
    found.version_number += 1
    session.flush()
    if was_administrator and not _administers(session, found):
        _require_administrator(session, login)
    after = state(found)
    if "password_hash" in values:
        after["is_new_password"] = True
    record(session, by, "people", login, before=before, after=after)
    return found


def _administers(session: Session, found: Person) -> bool:
    return found.is_active and require_role(session, found.role).may_administer


def _require_administrator(session: Session, login: str) -> None:
    others = session.scalar(
        select(Person.login)
        .join(Role, Person.role == Role.role)
        .where(Role.may_administer, Person.is_active)
        .limit(1)
    )
    if others is None:
        raise Problem(
            "not-allowed",
            f"`{login}` is the last administrator: make another one first.",
            "login",
        )


def scoped_areas(session: Session) -> list[str]:
    """Return the areas that have members."""
    return [area for area in project.areas() if members(session, area)]


def members(session: Session, area: str) -> list[Member]:
    """Return the members of an area, by the mart that has them; none if it is not built."""
    access = project.schema_name("access")
    function = session.scalar(
        text("select to_regprocedure(:name) is not null"), {"name": f"{access}.members(text)"}
    )
    if not function:
        raise Problem(
            "being-built", "The warehouse is older than these commands: run `make build` first."
        )
    with session.begin_nested() as attempt:
        try:
            rows = session.execute(text(MEMBERS.format(access)), {"area": area}).all()
        except ProgrammingError as error:
            if not isinstance(error.orig, errors.UndefinedTable):
                raise
            attempt.rollback()
            return []
    return [Member(row.member_kind, row.member_id, row.owners) for row in rows]


def add_scope(  # noqa: PLR0913, PLR0917 - a scope has so many parts
    session: Session,
    by: By,
    login: str,
    area: str,
    kind: str,
    member_id: str,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> Scope:
    """Let a person see the rows of a member.

    Raises:
        Problem: there is no such person, area or member, or the person has it already.
    """
    person(session, login)
    require_member(session, area, kind, member_id)
    first = valid_from or _today(session)
    if valid_to is not None and valid_to < first:
        raise Problem("range-reversed", f"It ends on {valid_to}, before it begins.", "valid_to")
    of_member = select(Scope).where(
        Scope.login == login,
        Scope.area == area,
        Scope.member_kind == kind,
        Scope.member_id == member_id,
    )
    for other in session.scalars(of_member):
        ends = other.valid_to or datetime.date.max
        if (
            other.valid_from < ends
            and first < ends
            and other.valid_from < (valid_to or datetime.date.max)
        ):
            raise Problem(
                "bad-value",
                f"`{login}` has {kind} `{member_id}` already, from {other.valid_from}"
                + (f" to {other.valid_to}." if other.valid_to else " on."),
                "member_id",
            )
    same_day = session.scalar(of_member.where(Scope.valid_from == first))
    if same_day is not None:
        # It began and ended on this day.
        return change_scope(session, by, same_day.scope_id, valid_to=valid_to)
    added = Scope(
        login=login,
        area=area,
        member_kind=kind,
        member_id=member_id,
        valid_from=first,
        valid_to=valid_to,
    )
    session.add(added)
    session.flush()
    record(session, by, "scopes", str(added.scope_id), after=state(added))
    return added


def require_member(session: Session, area: str, kind: str, member_id: str) -> None:
    """Refuse a member that the area does not have.

    Raises:
        Problem: the message names near ones.
    """
    found = members(session, area)
    if not found:
        areas = scoped_areas(session)
        known = f"Areas with members are {', '.join(areas)}" if areas else "No area is built yet"
        raise Problem("unknown-value", f"Area `{area}` has no members. {known}.", "area")
    kinds = sorted({member.kind for member in found})
    if kind not in kinds:
        raise Problem(
            "unknown-value",
            f"`{area}` has no members of kind `{kind}`. Kinds are {', '.join(kinds)}.",
            "member_kind",
        )
    ids = [member.id for member in found if member.kind == kind]
    if member_id not in ids:
        raise Problem(
            "unknown-value",
            f"`{area}` has no {kind} `{member_id}`. Known are {near(member_id, ids)}.",
            "member_id",
        )


def end_scope(  # noqa: PLR0913, PLR0917 - a scope has so many parts
    session: Session, by: By, login: str, area: str, kind: str, member_id: str
) -> list[Scope]:
    """Take a member from a person, from today on.

    Raises:
        Problem: the person does not have it.
    """
    person(session, login)
    today = _today(session)
    held = session.scalars(
        select(Scope).where(
            Scope.login == login,
            Scope.area == area,
            Scope.member_kind == kind,
            Scope.member_id == member_id,
            (Scope.valid_to.is_(None)) | (Scope.valid_to > today),
        )
    ).all()
    held = [scope for scope in held if scope.valid_to is None or scope.valid_to > scope.valid_from]
    if not held:
        has = session.scalars(
            select(Scope).where(Scope.login == login).order_by(Scope.area, Scope.member_id)
        )
        known = ", ".join(f"{each.area} {each.member_kind} {each.member_id}" for each in has)
        raise Problem(
            "not-found",
            f"`{login}` does not have {area} {kind} `{member_id}`. "
            + (f"There is {known}." if known else "The person has no scope."),
        )
    return [
        change_scope(session, by, scope.scope_id, valid_to=max(today, scope.valid_from))
        for scope in held
    ]


def change_scope(
    session: Session, by: By, scope_id: int, shown: int | None = None, **values: Any
) -> Scope:
    """Change the day on which a scope ends.

    Raises:
        Problem: there is no such scope, it is another by now, or it would end before it begins.
    """
    found = session.scalar(select(Scope).where(Scope.scope_id == scope_id).with_for_update())
    if found is None:
        raise Problem("not-found", "There is no such scope.")
    refuse_stale(shown, found, values)
    last = values.get("valid_to", found.valid_to)
    if last is not None and last < found.valid_from:
        raise Problem(
            "range-reversed", f"It begins on {found.valid_from}, after {last}.", "valid_to"
        )
    before = state(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.version_number += 1
    session.flush()
    record(session, by, "scopes", str(scope_id), before=before, after=state(found))
    return found


def _today(session: Session) -> datetime.date:
    """Return the day that row security goes by."""
    today: datetime.date = session.scalars(text("select current_date")).one()
    return today
