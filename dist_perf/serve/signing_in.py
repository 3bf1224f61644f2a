"""Signing in and out, and the first administrator."""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated
from urllib.parse import quote, urlsplit

import anyio.to_thread
from fastapi import APIRouter, Form
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pwdlib import PasswordHash
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dist_perf.files import replace_private
from dist_perf.serve import context
from dist_perf.serve.database import Postgres
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import FORM_TOKEN, Session, require_form_token
from dist_perf.serve.settings import private_directory
from dist_perf.serve.templates import render

router = APIRouter(include_in_schema=False)

# Argon2 takes so long by design that it runs in a thread, or all others would wait.
_hash = PasswordHash.recommended()
# Who is not there takes as long to refuse as who is.
_NOBODY = _hash.hash(secrets.token_urlsafe(16))
SHORTEST_PASSWORD = 12
_MINUTES = 5

_storage = MemoryStorage()
_limiter = FixedWindowRateLimiter(_storage)

OF_PERSON = """
    select login, password_hash, session_number
    from {access}.people
    where login = :login and is_active
"""
SET_HASH = """
    update {access}.people
    set
        password_hash = :password_hash,
        session_number = session_number + 1,
        version_number = version_number + 1
    where login = :login and is_active
    returning login, session_number
"""
ANY_ADMINISTRATOR = """
    select
        exists (
            select from {access}.people
            inner join {access}.roles on people.role = roles.role
            where roles.may_administer and people.password_hash is not null and people.is_active
        ) as is_there
"""
ADD_ADMINISTRATOR = """
    insert into {access}.people (login, person_name, role, password_hash)
    values (:login, :login, 'administrator', :password_hash)
    on conflict (login) do update
    set
        role = 'administrator',
        password_hash = :password_hash,
        is_active = true,
        session_number = people.session_number + 1
    returning login, session_number
"""


def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        Problem: it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Problem(
            "bad-value", f"A password has {SHORTEST_PASSWORD} characters or more.", "password"
        )
    return _hash.hash(password)


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
    async with _database(request).unsigned() as reader:
        (found,) = await reader.rows(ANY_ADMINISTRATOR)
    if not found["is_there"]:
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
    client = request.client.host if request.client else "unknown"
    limit = RateLimitItemPerMinute(here.settings.sign_in_tries, _MINUTES)
    far_limit = RateLimitItemPerMinute(here.settings.sign_in_tries * 10, _MINUTES)
    may_try = _limiter.test(limit, name) and _limiter.test(far_limit, client)
    if not may_try:
        raise Problem(
            "too-many-requests",
            f"Too many failed sign-ins: try again in {_MINUTES} minutes.",
            retry_after=_MINUTES * 60,
        )
    async with _database(request).unsigned() as reader:
        found = await reader.rows(OF_PERSON, {"login": name})
    kept = found[0]["password_hash"] if found else None
    is_right = await anyio.to_thread.run_sync(_hash.verify, password, kept or _NOBODY)
    if not (kept and is_right):
        _limiter.hit(limit, name)
        _limiter.hit(far_limit, client)
        return render(
            request,
            "sign_in.html",
            status=401,
            next=local_address(next),
            problem="The name or the password is wrong.",
            oidc=bool(here.settings.oidc_issuer),
        )
    _limiter.clear(limit, name)
    response = RedirectResponse(local_address(next), status_code=303)
    here.signer.keep(response, Session.begun(name, found[0]["session_number"]))
    return response


@router.post("/sign-out")
async def sign_out(
    request: Request, form_token: Annotated[str, Form(alias=FORM_TOKEN)] = ""
) -> Response:
    """End the session in this browser."""
    here = context.of(request)
    require_form_token(here.signer.session(request), form_token)
    response = RedirectResponse("/sign-in", status_code=303)
    here.signer.end(response)
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
    if not hmac.compare_digest(word.strip(), first_word()):
        client = request.client.host if request.client else "unknown"
        limit = RateLimitItemPerMinute(10, _MINUTES)
        if not _limiter.hit(limit, "first visit", client):
            raise Problem("too-many-requests", f"Try again in {_MINUTES} minutes.")
        return render(
            request,
            "first_visit.html",
            status=403,
            problem="That is not the word in the file.",
        )
    name = login.strip().lower()
    kept = await anyio.to_thread.run_sync(hashed, password)
    async with _database(request).unsigned() as writer:
        (made,) = await writer.rows(ADD_ADMINISTRATOR, {"login": name, "password_hash": kept})
    (private_directory() / "first_administrator").unlink(missing_ok=True)
    response = RedirectResponse("/", status_code=303)
    session = Session.begun(made["login"], made["session_number"])
    context.of(request).signer.keep(response, session)
    return response


async def _require_no_administrator(request: Request) -> None:
    async with _database(request).unsigned() as reader:
        (found,) = await reader.rows(ANY_ADMINISTRATOR)
    if found["is_there"]:
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
    async with _database(request).unsigned() as reader:
        found = await reader.rows(OF_PERSON, {"login": login})
    kept = found[0]["password_hash"] if found else None
    if not await anyio.to_thread.run_sync(_hash.verify, old, kept or _NOBODY) or not kept:
        return render(
            request, "password.html", status=403, asked=asked, problem="The old password is wrong."
        )
    new = await anyio.to_thread.run_sync(hashed, password)
    async with _database(request).unsigned() as writer:
        (made,) = await writer.rows(SET_HASH, {"login": login, "password_hash": new})
    response = RedirectResponse("/", status_code=303)
    here.signer.keep(response, Session.begun(login, made["session_number"]))
    return response


def sign_in_address(request: Request) -> str:
    """Return where to sign in, and come back from."""
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(address, safe='')}"
