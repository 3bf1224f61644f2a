"""SQLAdmin behind our sign-in: its lists and forms, our rules for who changes what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from fastapi import FastAPI
from sqladmin import Admin
from sqladmin.authentication import AuthenticationBackend, login_required
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker
from starlette.datastructures import URL
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from wtforms import Form, HiddenField, StringField, validators

from dist_perf.serve import context
from dist_perf.serve.access.changing import LONGEST_TEXT
from dist_perf.serve.admin import all_views
from dist_perf.serve.admin.editing import REASON, VERSION, Editable
from dist_perf.serve.assets import address_of
from dist_perf.serve.database import Postgres, explained
from dist_perf.serve.gate import SAFE_METHODS
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import FORM_TOKEN, require_form_token
from dist_perf.serve.templates import HTML

ADDRESS = "/admin"
# What of SQLAdmin is there: it deletes, imports and signs in nowhere.
ROUTES = ("statics", "index", "list", "details", "create", "edit")

OnError = Callable[[Request, Exception], Awaitable[Response]]

_person: ContextVar[str] = ContextVar("person", default="")


class _PersonSession(Session):
    """A session that reads as the person who is signed in."""


@event.listens_for(_PersonSession, "after_begin")
def _read_as_person(_: Session, __: Any, connection: Any) -> None:
    values = {"login": _person.get()}
    connection.execute(text("select set_config('dist_perf.person', :login, true)"), values)


class _SignedIn(AuthenticationBackend):
    """Lets in who is signed in and may change something; forms need their token."""

    def __init__(self) -> None:  # our session is a cookie of our own
        self.middlewares = []

    async def authenticate(self, request: Request) -> bool:
        """Say who asks.

        Raises:
            Problem: nobody is signed in by the browser, the person changes nothing, or the form
                is not ours.
        """
        asked = await context.of(request).asked(request)
        if asked.session is None or not asked.person.may_edit:
            raise Problem("not-allowed", "Editors and administrators change rows, by a browser.")
        if request.method not in SAFE_METHODS:
            form = await request.form()
            require_form_token(asked.session, str(form.get(FORM_TOKEN, "")))
        request.state.asked = asked
        _person.set(asked.person.login)
        return True

    async def get_user_id(self, request: Request) -> str:
        """Return who changes."""
        login: str = request.state.asked.person.login
        return login


class _Mistakes:
    """Says a mistake as the rest of the application does."""

    def __init__(self, app: ASGIApp, say: OnError) -> None:
        self._app = app
        self._say = say

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noted(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as error:
            if has_begun:
                raise
            response = await self._say(Request(scope), error)
            await response(scope, receive, send)


class _Site(Admin):
    """SQLAdmin's pages, with forms that ask for a reason and know what the person saw."""

    @login_required
    async def create(self, request: Request) -> Response:
        """Show the form of a new row, or add it."""
        await self._create(request)
        return await self._answer(request, None)

    @login_required
    async def edit(self, request: Request) -> Response:
        """Show the form of a row, or change it."""
        await self._edit(request)
        view = self._find_model_view(request.path_params["identity"])
        row = await view.get_object_for_edit(request)
        if row is None:
            raise Problem("not-found", "There is no such row.")
        return await self._answer(request, row)

    async def _answer(self, request: Request, row: Any) -> Response:
        view: Any = self._find_model_view(request.path_params["identity"])
        assert isinstance(view, Editable)  # noqa: S101 - others are not added
        columns = await view.form_of(request, is_new=row is None)
        form = _with_reason(columns, is_new=row is None)
        status, problem = 200, ""
        if request.method == "POST":
            given = form(await request.form())
            try:
                if given.validate():
                    made = await self._save(request, view, given.data, row is None)
                    return RedirectResponse(made, status_code=303)
                status = 400
            except Problem as found:
                status, problem = found.status, found.detail
        elif row is None:
            given = form()
        else:
            given = form(data={**await self._shown(row, columns), VERSION: row.version_number})
        return await self.templates.TemplateResponse(
            request,
            "sqladmin/edit.html" if row is not None else "sqladmin/create.html",
            {"model_view": view, "form": given, "obj": row, "error": problem},
            status_code=status,
        )

    @staticmethod
    async def _shown(row: Any, columns: type[Form]) -> dict[str, Any]:
        names = [name for name in columns()._fields if name != "password"]
        return {name: getattr(row, name, None) for name in names}

    @staticmethod
    async def _save(request: Request, view: Editable, data: dict[str, Any], is_new: bool) -> URL:
        if is_new:
            await view.insert_model(request, data)
        else:
            await view.update_model(request, request.path_params["pk"], data)
        return request.url_for("admin:list", identity=view.identity)


def _with_reason(columns: type[Form], *, is_new: bool) -> type[Form]:
    """Return the form with what every form of ours has."""

    class Reasoned(columns):  # type: ignore[misc]
        reason = StringField(
            "Why", [validators.InputRequired(), validators.Length(max=LONGEST_TEXT)],
            description="For the list of changes",
        )  # fmt: skip

    if is_new:
        return Reasoned

    class Versioned(Reasoned):
        version_number = HiddenField(filters=[_number], validators=[validators.InputRequired()])

    return Versioned


def _number(given: Any) -> int | None:
    """Return a number that a form has; none if it is something else, which is refused then."""
    text_given = str(given or "")
    return int(text_given) if text_given.isascii() and text_given.isdecimal() else None


def add_to(app: FastAPI, on_problem: OnError, on_http: OnError, on_mistake: OnError) -> None:
    """Add the administration to the application, if its database has people.

    Args:
        app: the application.
        on_problem: says what is refused.
        on_http: says what Starlette refuses.
        on_mistake: says a mistake.
    """
    database = app.state.context.database
    if not isinstance(database, Postgres):
        return
    site = _Site(
        app,
        session_maker=sessionmaker(bind=database.changes, class_=_PersonSession),
        base_url=ADDRESS,
        title="Administration",
        favicon_url=address_of("icon.svg"),
        templates_dir=str(HTML / "admin"),
        middlewares=[Middleware(_Mistakes, say=on_mistake)],
        authentication_backend=_SignedIn(),
    )
    site.admin.state.context = app.state.context
    site.admin.router.routes = [
        route for route in site.admin.router.routes if getattr(route, "name", "") in ROUTES
    ]

    async def on_database(request: Request, error: Exception) -> Response:
        assert isinstance(error, DBAPIError)  # noqa: S101 - as registered
        return await on_problem(request, explained(error.orig or error))

    site.admin.exception_handlers = {
        Problem: on_problem, HTTPException: on_http, DBAPIError: on_database,
    }  # fmt: skip
    site.templates.env.globals |= {"asset": address_of, "FORM_TOKEN": FORM_TOKEN, "REASON": REASON}
    for view in all_views():
        site.add_view(view)
