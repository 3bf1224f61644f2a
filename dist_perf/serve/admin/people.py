"""People, their scopes, and the list of changes."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from wtforms import (
    BooleanField,
    DateField,
    Form,
    PasswordField,
    SelectField,
    StringField,
    validators,
)

from dist_perf.serve import context, signing_in
from dist_perf.serve.access import changing
from dist_perf.serve.access.changing import By
from dist_perf.serve.access.tables import Change, Person, Role, Scope
from dist_perf.serve.admin.editing import Editable, as_text, without
from dist_perf.serve.database import Postgres

Choices = list[tuple[str, str]]


class PeopleView(Editable, model=Person):
    """People who sign in, and logins of the database."""

    name = "person"
    name_plural = "People"
    icon = "fa-solid fa-user"
    needs = "may_administer"
    order = 10
    about = "Who may sign in, and as what."
    column_list: ClassVar = ["login", "person_name", "role", "is_active", "created_at"]
    column_details_list = column_list
    column_searchable_list: ClassVar = ["login", "person_name", "role"]
    column_sortable_list: ClassVar = ["login", "person_name", "role", "is_active", "created_at"]
    column_default_sort = "login"
    column_labels: ClassVar = {
        "login": "Login",
        "person_name": "Name",
        "role": "Role",
        "is_active": "May sign in",
        "created_at": "Since",
    }

    async def form_of(self, request: Request, *, is_new: bool) -> type[Form]:
        """Return the form of a person; a password is only ever given, never shown."""
        roles = [
            (role.role, f"{role.role}: {role.description}")
            for role in await _read(request, lambda session: session.scalars(select(Role)).all())
        ]

        class Named(Form):  # type: ignore[misc]
            person_name = StringField(
                "Name", [validators.InputRequired(), validators.Length(max=200)]
            )
            role = SelectField("Role", choices=sorted(roles))

        class New(Form):  # type: ignore[misc]
            login = StringField(
                "Login", [validators.InputRequired(), validators.Length(max=100)],
                description="In lower case; by the firm's account, its e-mail or name there",
            )  # fmt: skip

        class Added(New, Named):
            password = PasswordField(
                "Password", description="Empty for who signs in by the firm's account alone"
            )

        class Changed(Named):
            is_active = BooleanField("May sign in")
            password = PasswordField(
                "New password", description="Empty keeps it. A new one ends all sessions"
            )

        return Added if is_new else Changed

    async def insert_model(self, request: Request, data: dict[str, Any]) -> Any:  # type: ignore[override]
        """Add a person; the password is hashed first."""
        return await super().insert_model(request, await _with_hash(data))

    async def update_model(self, request: Request, pk: str, data: dict[str, Any]) -> Any:  # type: ignore[override]
        """Change a person; the password is hashed first."""
        return await super().update_model(request, pk, await _with_hash(data))

    def insert(self, session: Session, by: By, values: dict[str, Any]) -> Person:
        """Add a person."""
        return changing.add_person(
            session,
            by,
            values["login"].strip().lower(),
            values["person_name"],
            values["role"],
            values.get("password_hash"),
        )

    def update(
        self, session: Session, by: By, row_id: str, shown: int, values: dict[str, Any]
    ) -> Person:
        """Change a person."""
        return changing.change_person(session, by, row_id, shown, **values)


class ScopesView(Editable, model=Scope):
    """Whose rows each person sees."""

    name = "scope"
    name_plural = "Scopes"
    icon = "fa-solid fa-eye"
    needs = "may_administer"
    order = 20
    about = "Whose rows each person sees, from a day on and until another."
    column_list: ClassVar = [
        "login", "area", "member_kind", "member_id", "valid_from", "valid_to",
    ]  # fmt: skip
    column_details_list = column_list
    column_searchable_list: ClassVar = ["login", "area", "member_id"]
    column_sortable_list = column_list
    column_default_sort: ClassVar = [("login", False), ("area", False), ("member_id", False)]
    column_labels: ClassVar = {
        "login": "Person",
        "area": "Area",
        "member_kind": "Kind",
        "member_id": "Member",
        "valid_from": "From",
        "valid_to": "Until, not included",
    }

    async def form_of(self, request: Request, *, is_new: bool) -> type[Form]:
        """Return the form of a scope; of one that is there only its end changes."""

        class Ending(Form):  # type: ignore[misc]
            valid_to = DateField("Until, not included", [validators.Optional()])

        if not is_new:
            return Ending
        people, areas, kinds = await _read(request, _choices)

        class Added(Form):  # type: ignore[misc]
            login = SelectField("Person", choices=people)
            area = SelectField("Area", choices=areas)
            member_kind = SelectField("Kind", choices=kinds)
            member_id = StringField(
                "Member", [validators.InputRequired(), validators.Length(max=200)],
                description="Its natural key, as its dimension has it",
            )  # fmt: skip
            valid_from = DateField("From", [validators.Optional()], description="Empty is today")
            valid_to = DateField("Until, not included", [validators.Optional()])

        return Added

    def insert(self, session: Session, by: By, values: dict[str, Any]) -> Scope:
        """Add a scope."""
        return changing.add_scope(
            session,
            by,
            values["login"],
            values["area"],
            values["member_kind"],
            values["member_id"].strip(),
            values["valid_from"],
            values["valid_to"],
        )

    def update(
        self, session: Session, by: By, row_id: str, shown: int, values: dict[str, Any]
    ) -> Scope:
        """Change the day on which a scope ends."""
        return changing.change_scope(session, by, int(row_id), shown, **values)


class ChangesView(Editable, model=Change):
    """What was changed; nobody changes it."""

    name = "change"
    name_plural = "Changes"
    icon = "fa-solid fa-clock-rotate-left"
    needs = "may_administer"
    order = 900
    about = "Who changed what, when and why, with the values before and after."
    can_create = False
    can_edit = False
    column_list: ClassVar = [
        "changed_at", "changed_by", "subject", "subject_id", "reason", "row_before", "row_after",
    ]  # fmt: skip
    column_details_list: ClassVar = ["change_id", *column_list]
    column_searchable_list: ClassVar = ["changed_by", "subject", "subject_id", "reason"]
    column_sortable_list: ClassVar = ["changed_at", "changed_by", "subject"]
    column_default_sort: ClassVar = [("change_id", True)]
    column_labels: ClassVar = {
        "changed_at": "When",
        "changed_by": "Who",
        "subject": "What",
        "subject_id": "Which",
        "reason": "Why",
        "row_before": "Before",
        "row_after": "After",
    }
    column_formatters: ClassVar = {"row_before": as_text, "row_after": as_text}
    column_formatters_detail = column_formatters


def _choices(session: Session) -> tuple[Choices, Choices, Choices]:
    """Return the people, the areas and the kinds of members that a scope may name."""
    people = session.scalars(select(Person).where(Person.is_active).order_by(Person.login)).all()
    areas = changing.scoped_areas(session)
    kinds = sorted({member.kind for area in areas for member in changing.members(session, area)})
    return (
        [(person.login, f"{person.login}: {person.person_name}") for person in people],
        [(area, area) for area in areas],
        [(kind, kind) for kind in kinds],
    )


async def _read(request: Request, ask: Any) -> Any:
    database = cast(Postgres, context.of(request).database)
    return await database.change(request.state.asked.person.login, ask)


async def _with_hash(data: dict[str, Any]) -> dict[str, Any]:
    """Return the values with a hash in the password's place, without either if there is none."""
    values = without(data, "password")
    if data["password"]:
        values["password_hash"] = await signing_in.hashed(data["password"])
    return values


VIEWS = (PeopleView, ScopesView, ChangesView)
