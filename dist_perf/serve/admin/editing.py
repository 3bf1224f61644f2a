"""What every table has that people change: who may, the reason, and no overwriting of others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from sqladmin import ModelView
from sqladmin.helpers import get_object_identifier
from sqlalchemy import Select
from sqlalchemy.orm import Session
from starlette.requests import Request
from wtforms import Form

from dist_perf.serve import context
from dist_perf.serve.access import changing
from dist_perf.serve.access.changing import By
from dist_perf.serve.database import Postgres
from dist_perf.serve.problems import Problem

REASON = "reason"
VERSION = "version_number"


class Editable(ModelView):
    """A table that people change; its class has a column `version_number`.

    Attributes:
        needs: what a person must be allowed to, to see and change it.
        order: its place in the menu.
        about: what it is for, in a sentence.
        until_build: whether pages show a change after the next build only.
    """

    needs: ClassVar[Literal["may_edit", "may_administer"]] = "may_edit"
    order: ClassVar[int] = 100
    about: ClassVar[str] = ""
    until_build: ClassVar[bool] = False

    can_delete = False
    can_export = False
    can_import = False
    page_size = 50
    page_size_options: ClassVar = [25, 50, 100]

    def is_accessible(self, request: Request) -> bool:
        """Return whether the person may see and change the rows."""
        return bool(getattr(request.state.asked.person, self.needs))

    async def form_of(self, request: Request, *, is_new: bool) -> type[Form]:  # noqa: ARG002
        """Return the form of a row; here one with all columns but the version."""
        form: type[Form] = await self.scaffold_form()
        return form

    def insert(self, session: Session, by: By, values: dict[str, Any]) -> Any:
        """Add a row."""
        added = self.model(**values)
        session.add(added)
        session.flush()
        after = changing.state(added)
        changing.record(session, by, self._subject, self._id_of(added), after=after)
        return added

    def update(
        self, session: Session, by: By, row_id: str, shown: int, values: dict[str, Any]
    ) -> Any:
        """Change a row that is still as the person saw it."""
        found: Any = session.scalar(self._stmt_by_identifier(row_id).with_for_update())
        if found is None:
            raise Problem("not-found", "There is no such row any more.")
        changing.refuse_stale(shown, found, values)
        before = changing.state(found)
        for name, value in values.items():
            setattr(found, name, value)
        found.version_number += 1
        session.flush()
        after = changing.state(found)
        changing.record(session, by, self._subject, row_id, before=before, after=after)
        return found

    @property
    def _subject(self) -> str:
        return str(self._mapper.local_table.name)

    @staticmethod
    def _id_of(row: Any) -> str:
        return str(get_object_identifier(row))

    async def insert_model(self, request: Request, data: Mapping[str, Any]) -> Any:
        """Add what a form has."""
        by, values = By(request.state.asked.person.login, data[REASON]), without(data, REASON)
        return await _database(request).change(
            by.login, lambda session: self.insert(session, by, values)
        )

    async def update_model(self, request: Request, pk: str, data: Mapping[str, Any]) -> Any:
        """Change what a form has."""
        by = By(request.state.asked.person.login, data[REASON])
        values = without(data, REASON, VERSION)
        shown = data[VERSION]
        return await _database(request).change(
            by.login, lambda session: self.update(session, by, pk, shown, values)
        )

    def _stmt_by_identifier(self, identifier: str) -> Select[Any]:
        try:
            found: Select[Any] = super()._stmt_by_identifier(identifier)
        except (ValueError, TypeError):
            raise Problem("not-found", "There is no such row.") from None
        return found


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the values but those of these names."""
    return {name: value for name, value in data.items() if name not in names}


def as_text(row: Any, name: str) -> str:
    """Return a value of the list of changes as a person reads it."""
    value = getattr(row, name)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value is not None else ""


def _database(request: Request) -> Postgres:
    database = context.of(request).database
    assert isinstance(database, Postgres)  # noqa: S101 - there is no administration elsewhere
    return database
