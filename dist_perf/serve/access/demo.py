"""People to try the pages with: one of every role."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from dist_perf import reporter
from dist_perf.serve.access import changing, passwords
from dist_perf.serve.access.changing import By, Member
from dist_perf.serve.access.tables import Person, Role, Scope
from dist_perf.serve.problems import Problem, near

PREFIX = "demo-"


@dataclass(frozen=True)
class DemoPerson:
    """A person to try the pages with.

    Attributes:
        scope: whose rows the person sees, in words.
    """

    login: str
    role: str
    scope: str
    password: str


def make(session: Session, by: By, *, forced: bool = False) -> list[DemoPerson]:
    """Make one person of every role, each with a new password.

    A role that does not see all gets a member: one that stands for many owners if it sees totals
    of the firm, otherwise one of its own kind.

    Raises:
        Problem: there are people already who are no demonstration.
    """
    others = [
        login
        for login in session.scalars(select(Person.login))
        if not login.startswith(PREFIX) and login != reporter.ROLE
    ]
    if others and not forced:
        raise Problem(
            "not-allowed",
            f"There are people already ({near('', others)}): a demonstration would let in "
            "who has its passwords. --force makes it all the same.",
        )
    areas = {area: changing.members(session, area) for area in changing.scoped_areas(session)}
    made = []
    for role in session.scalars(select(Role).order_by(Role.role)).all():
        chosen = _chosen(role, areas)
        if not role.sees_all and not chosen:
            continue
        login = PREFIX + role.role
        password = secrets.token_urlsafe(12)
        kept = passwords.hashed(password)
        if session.get(Person, login) is None:
            name = f"Demo {role.role}"
            changing.add_person(session, by, login, name, role.role, kept)
        else:
            changing.change_person(
                session, by, login, role=role.role, is_active=True, password_hash=kept
            )
        held = {
            (scope.area, scope.member_kind, scope.member_id)
            for scope in session.scalars(select(Scope).where(Scope.login == login))
        }
        for area, member in chosen:
            if (area, member.kind, member.id) not in held:
                changing.add_scope(session, by, login, area, member.kind, member.id)
        scope = ", ".join(f"{area} {member.kind} {member.id}" for area, member in chosen)
        made.append(DemoPerson(login, role.role, scope or "all rows", password))
    return made


def _chosen(role: Role, areas: dict[str, list[Member]]) -> list[tuple[str, Member]]:
    if role.sees_all:
        return []
    chosen = []
    for area, members in areas.items():
        if role.sees_firm:
            chosen.append((area, max(members, key=lambda member: (member.owners, member.id))))
        else:
            own = [member for member in members if member.kind == role.role]
            chosen += [(area, own[0])] if own else []
    return chosen
