"""Signing in and out, and the first administrator."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Annotated
from urllib.parse import quote, urlsplit

import anyio.to_thread
from fastapi import APIRouter, Form
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy.orm import Session as OrmSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dist_perf.files import replace_private
from dist_perf.serve import context
from dist_perf.serve.access import changing, passwords
from dist_perf.serve.access.changing import By
from dist_perf.serve.access.tables import Person
from dist_perf.serve.database import Postgres
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import FORM_TOKEN, Session, is_same, require_form_token
from dist_perf.serve.settings import private_directory
from dist_perf.serve.templates import render

router = APIRouter(include_in_schema=False)

_MINUTES = 5

_limiter = FixedWindowRateLimiter(MemoryStorage())

OF_PERSON = """
    select login, password_hash, session_number
    from {access}.people
    where login = :login and is_active
"""
ANY_ADMINISTRATOR = """
    select
        exists (
            select from {access}.people
            inner join {access}.roles on people.role = roles.role
            where
                roles.may_administer
                and people.is_active
                and (people.password_hash is not null or :has_oidc)
        ) as is_there
"""


async def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        Problem: it is too short or too long.
    """
    return await anyio.to_thread.run_sync(passwords.hashed, password, limiter=_argon2())


async def is_right(password: str, kept: str | None) -> bool:
    """Return whether a password is the one that was kept."""
    return await anyio.to_thread.run_sync(passwords.is_right, password, kept, limiter=_argon2())


@cache
def _argon2() -> anyio.CapacityLimiter:
    """Return what lets few of them run at once.

    Argon2 takes time and memory by design: in the event loop all others would wait, and many at
    once would take the memory of the machine.
    """
    return anyio.CapacityLimiter(2)


def first_word() -> str:
    """Return the word that the first administrator shows, from a private file made if missing."""
    file = private_directory() / "first_administrator"
    if not file.exists():
        replace_private(file, secrets.token_urlsafe(18))
    return file.read_text(encoding="utf-8")


def _database(request: Request) -> Postgres:
    database = context.of(request).database
    if not isinstance(database, Postgres):
        raise Problem("not-found", "On DuckDB nobody signs in: the pages are yours alone.")
    return database


def local_address(given: str) -> str:
    """Return an address of this server to go on to, the front page where it is another's."""
    parts = urlsplit(given)
    is_local = not parts.scheme and not parts.netloc and given.startswith("/")
    return (
        given if is_local and not given.startswith(("//", "/\\")) and given.isprintable() else "/"
    )


@router.get("/sign-in")
async def form(request: Request, next: str = "/") -> Response:
    """Show the form to sign in, or the one of the first administrator."""
    if not await _has_administrator(request):
        return RedirectResponse("/first-visit", status_code=303)
    oidc = bool(context.of(request).settings.oidc_issuer)
    return render(request, "sign_in.html", next=local_address(next), problem="", oidc=oidc)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    login: Annotated[str, Form()],
    password: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session for who knows the password."""
    here = context.of(request)
    name = login.strip().lower()
    _count_try(request, name)
    async with _database(request).unsigned() as reader:
        found = await reader.rows(OF_PERSON, {"login": name})
    kept = found[0]["password_hash"] if found else None
    if not await is_right(password, kept):
        return render(
            request,
            "sign_in.html",
            status=401,
            next=local_address(next),
            problem="The name or the password is wrong.",
            oidc=bool(here.settings.oidc_issuer),
        )
    _forget_tries(request, name)
    response = RedirectResponse(local_address(next), status_code=303)
    here.signer.keep(response, Session.begun(name, found[0]["session_number"]))
    return response


def _client(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _limits(request: Request, name: str) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    """Return how often somebody may try: a name from one address, a name, and an address.

    Whoever tries a name from elsewhere does not keep its person out for the first tries.
    """
    tries = context.of(request).settings.sign_in_tries
    client = _client(request)
    few, many = (RateLimitItemPerMinute(each, _MINUTES) for each in (tries, tries * 10))
    return [(few, ("both", name[:100], client)), (many, ("name", name[:100])), (many, (client,))]


def _count_try(request: Request, name: str) -> None:
    """Count a try before it is known whether it is right, or many at once would all be let in.

    Raises:
        Problem: there were too many.
    """
    if not all([_limiter.hit(limit, *key) for limit, key in _limits(request, name)]):  # noqa: C419
        raise Problem(
            "too-many-requests",
            f"Too many failed sign-ins: try again in {_MINUTES} minutes.",
            retry_after=_MINUTES * 60,
        )


def _forget_tries(request: Request, name: str) -> None:
    *of_name, (limit, client) = _limits(request, name)
    for each, key in of_name:
        _limiter.clear(each, *key)
    # Many people may come from one address: what was right is no failure of it.
    _limiter.hit(limit, *client, cost=-1)


@router.post("/sign-out")
async def sign_out(
    request: Request, form_token: Annotated[str, Form(alias=FORM_TOKEN)] = ""
) -> Response:
    """End the session in this browser."""
    here = context.of(request)
    session = here.signer.session(request)
    require_form_token(session, form_token)
    response = RedirectResponse("/sign-in", status_code=303)
    here.signer.end(response, session)
    return response


@router.get("/first-visit")
async def first_visit(request: Request) -> Response:
    """Show the form of the first administrator, as long as there is none."""
    await _require_no_administrator(request)
    first_word()
    return render(request, "first_visit.html", problem="")


@router.post("/first-visit")
async def first_administrator(
    request: Request,
    word: Annotated[str, Form()],
    login: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> Response:
    """Make the first administrator, who has read the word in the server's private file."""
    await _require_no_administrator(request)
    if not _limiter.hit(RateLimitItemPerMinute(10, _MINUTES), "first visit", _client(request)):
        raise Problem("too-many-requests", f"Try again in {_MINUTES} minutes.")
    if not is_same(word.strip(), first_word()):
        return render(
            request,
            "first_visit.html",
            status=403,
            problem="That is not the word in the file.",
        )
    name = login.strip().lower()
    kept = await hashed(password)
    made = await _database(request).change(name, lambda session: _begin(session, name, kept))
    (private_directory() / "first_administrator").unlink(missing_ok=True)
    response = RedirectResponse("/", status_code=303)
    context.of(request).signer.keep(response, Session.begun(made.login, made.session_number))
    return response


def _begin(session: OrmSession, login: str, kept: str) -> Person:
    """Make the first administrator, or make somebody who is there already the first."""
    by = By(login, "first visit")
    if session.get(Person, login) is None:
        return changing.add_person(session, by, login, login, "administrator", kept)
    return changing.change_person(
        session, by, login, role="administrator", is_active=True, password_hash=kept
    )


async def _has_administrator(request: Request) -> bool:
    values = {"has_oidc": bool(context.of(request).settings.oidc_issuer)}
    async with _database(request).unsigned() as reader:
        (found,) = await reader.rows(ANY_ADMINISTRATOR, values)
    return bool(found["is_there"])


async def _require_no_administrator(request: Request) -> None:
    if await _has_administrator(request):
        raise Problem("not-found", "There is an administrator: sign in.")


@router.get("/password")
async def password_form(request: Request) -> Response:
    """Show the form to change one's password."""
    asked = await context.of(request).asked(request)
    return render(request, "password.html", asked=asked, problem="")


@router.post("/password")
async def change_password(
    request: Request,
    old: Annotated[str, Form()],
    password: Annotated[str, Form()],
    form_token: Annotated[str, Form(alias=FORM_TOKEN)] = "",
) -> Response:
    """Change one's password; all other sessions of the person end."""
    here = context.of(request)
    asked = await here.asked(request)
    require_form_token(asked.session, form_token)
    login = asked.person.login
    _count_try(request, login)
    async with _database(request).unsigned() as reader:
        found = await reader.rows(OF_PERSON, {"login": login})
    if not await is_right(old, found[0]["password_hash"] if found else None):
        return render(
            request, "password.html", status=403, asked=asked, problem="The old password is wrong."
        )
    _forget_tries(request, login)
    kept = await hashed(password)
    made = await _database(request).change(
        login,
        lambda session: changing.change_person(
            session, By(login, "own password"), login, password_hash=kept
        ),
    )
    response = RedirectResponse("/", status_code=303)
    here.signer.keep(response, Session.begun(login, made.session_number))
    return response


def sign_in_address(request: Request) -> str:
    """Return where to sign in, and come back from."""
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(address, safe='')}"
