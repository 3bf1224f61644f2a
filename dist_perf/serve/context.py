"""What a request needs of the application: the database, the person, kept answers."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

from dist_perf.serve.database import Duckdb, Postgres, RebuiltError
from dist_perf.serve.people import Person
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import Session, Signer
from dist_perf.serve.settings import Settings

Result = TypeVar("Result")

KEPT_BYTES = 32 * 1024 * 1024
# Past this an answer is made anew though no build ended: tables are swapped during a build.
KEPT_SECONDS = 300
# What is smaller is not compressed.
SMALL = 1024
MOST_REMEMBERED = 2_000
API = "/api/v1/"
# A script says by this header that no person asked.
REFRESH = "x-refresh"


@dataclass(frozen=True)
class Asked:
    """Who asks, and which build the answer is of."""

    person: Person
    build: int
    session: Session | None = None


@dataclass(frozen=True)
class Kept:
    """An answer that is kept, compressed once unless it is small."""

    at: float
    body: bytes
    is_compressed: bool

    @property
    def plain(self) -> bytes:
        """Return what whoever asks without compression gets."""
        return gzip.decompress(self.body) if self.is_compressed else self.body


@dataclass(frozen=True)
class Remembered:
    """What an address asked for, to answer it again without the way through routes."""

    build: int
    key: str
    headers: Mapping[str, str]
    route: Any


@dataclass
class Context:
    """What all requests share."""

    settings: Settings
    database: Postgres | Duckdb
    signer: Signer
    kept: LRUCache[str, Kept] = field(
        default_factory=lambda: LRUCache(KEPT_BYTES, getsizeof=lambda kept: len(kept.body))
    )
    making: dict[str, asyncio.Lock] = field(default_factory=dict)
    remembered: LRUCache[tuple[str, bytes], Remembered] = field(
        default_factory=lambda: LRUCache(MOST_REMEMBERED)
    )

    async def asked(self, request: Request) -> Asked:
        """Return who asks, whom a request looks up once.

        Raises:
            Problem: nobody is signed in, or the person may not come in any more.
        """
        found: Asked | None = getattr(request.state, "asked", None)
        if found is None:
            found = request.state.asked = await self._signed_in(request)
        return found

    async def _signed_in(self, request: Request) -> Asked:
        bearer = request.headers.get("authorization", "")
        session = None
        if self.database.name == "duckdb":
            login, session_number = "local", 0
        elif bearer:
            kind, _, token = bearer.partition(" ")
            if kind.lower() != "bearer":
                raise Problem("not-signed-in", "Send the token as `Authorization: Bearer TOKEN`.")
            content = self.signer.read("token", token.strip())
            login, session_number = content["login"], content["session_number"]
        else:
            session = self.signer.session(request)
            if session is None:
                raise Problem(
                    "not-signed-in",
                    "Sign in at /sign-in, or send a token as `Authorization: Bearer TOKEN`; "
                    "`dist-perf access token` makes one.",
                )
            login, session_number = session.login, session.session_number
        return await self.known(request, login, session_number, session)

    def renewed(self, response: Response, asked: Asked) -> Response:
        """Return an answer that lets the session idle from now on."""
        if asked.session is not None:
            self.signer.keep(response, asked.session)
        return response

    async def known(
        self, request: Request, login: str, session_number: int, session: Session | None = None
    ) -> Asked:
        """Return a person whom a session or a token names, as the database has the person now.

        Raises:
            Problem: the person is no longer active, or the session was ended.
        """
        person, build = await self.database.who(login)
        if person is None or person.session_number != session_number:
            raise Problem("not-signed-in", "The session has ended: sign in again.")
        request.state.login = person.login
        return Asked(person, build, session)

    async def link(
        self, request: Request, token: str, address: str
    ) -> tuple[Asked, dict[str, Any]]:
        """Return whose an embedded page is, and what its link fixes.

        Raises:
            Problem: the link is forged, has expired, or is one to another page.
        """
        content = self.signer.read("embed", token)
        if content["page"] != address:
            raise Problem("not-allowed", "The link is one to another page.")
        if self.database.name == "duckdb":
            raise Problem("not-allowed", "Pages are embedded from PostgreSQL alone.")
        return await self.known(request, content["login"], content["session_number"]), content

    async def made(
        self, asked: Asked, key: str, make: Callable[[], Awaitable[Any]]
    ) -> tuple[str, Kept]:
        """Return an answer, kept from before if nothing has changed since, and its tag.

        Args:
            asked: who asks; what is kept is kept for those who see the same rows.
            key: says what is asked.
            make: makes the answer.
        """
        scope = _scope(asked, key)
        tag = _tag(scope)
        found = self._kept(scope)
        if found is not None:
            return tag, found
        # Those who ask for the same at once wait for the first.
        lock = self.making.setdefault(scope, asyncio.Lock())
        try:
            async with lock:
                found = self._kept(scope)
                if found is None:
                    plain = orjson.dumps(await steady(make))
                    is_large = len(plain) > SMALL
                    body = gzip.compress(plain, 3) if is_large else plain
                    found = Kept(time.monotonic(), body, is_large)
                    if len(body) < KEPT_BYTES // 8:
                        self.kept[scope] = found
        finally:
            self.making.pop(scope, None)
        return tag, found

    async def answer(
        self,
        request: Request,
        asked: Asked,
        key: str,
        make: Callable[[], Awaitable[Any]],
        headers: dict[str, str] | None = None,
    ) -> Response:
        """Return a JSON answer, or only that the asker has it already; see `made`."""
        tag, found = await self.made(asked, key, make)
        if _is_data(request.scope["path"]):
            address = request.scope["path"], request.scope["query_string"]
            self.remembered[address] = Remembered(
                asked.build, key, headers or {}, request.scope.get("route")
            )
        return self._sent(request, asked, tag, found, headers or {})

    async def again(self, request: Request) -> Response | None:
        """Return the answer to an address that was answered before, None if it must be made."""
        known = self.remembered.get((request.scope["path"], request.scope["query_string"]))
        if known is None:
            return None
        try:
            asked = await self.asked(request)
        except Problem:
            # Its route says what is wrong.
            return None
        scope = _scope(asked, known.key)
        found = self._kept(scope)
        if found is None or known.build != asked.build:
            return None
        request.scope["route"] = known.route
        return self._sent(request, asked, _tag(scope), found, known.headers)

    def _sent(
        self, request: Request, asked: Asked, tag: str, found: Kept, headers: Mapping[str, str]
    ) -> Response:
        sent = {"ETag": tag, "Vary": "Cookie, Authorization, Accept-Encoding", **headers}
        if tag in request.headers.get("if-none-match", ""):
            return self._awake(request, asked, Response(status_code=304, headers=sent))
        content = found.body
        if found.is_compressed and "gzip" in request.headers.get("accept-encoding", ""):
            sent["Content-Encoding"] = "gzip"
        else:
            content = found.plain
        response = Response(content, media_type="application/json", headers=sent)
        return self._awake(request, asked, response)

    def _awake(self, request: Request, asked: Asked, response: Response) -> Response:
        """Return the answer to a page, which lets the session idle from now on.

        A page that refreshes by itself, or a program, keeps nobody signed in.
        """
        path = request.scope["path"]
        is_of_page = _is_data(path) and not path.startswith(API)
        return (
            self.renewed(response, asked)
            if is_of_page and REFRESH not in request.headers
            else response
        )

    def _kept(self, scope: str) -> Kept | None:
        found = self.kept.get(scope)
        return found if found and found.at + KEPT_SECONDS > time.monotonic() else None


def _scope(asked: Asked, key: str) -> str:
    """Return what an answer is kept by: the build, who sees the same rows, what is asked."""
    return f"{asked.build} {asked.person.scope} {asked.person.sees_firm} {key}"


def _tag(scope: str) -> str:
    return '"' + hashlib.sha256(scope.encode()).hexdigest()[:32] + '"'


def _is_data(path: str) -> bool:
    """Return whether an address is answered alike to all who see the same rows.

    Embedded pages are not: a link in the address says whose rows they show.
    """
    return path.startswith(API) or (path.endswith("/data") and not path.startswith("/embed/"))


async def steady(make: Callable[[], Awaitable[Result]]) -> Result:
    """Return what was read of tables that nobody replaced meanwhile.

    Raises:
        Problem: they were replaced each time.
    """
    for seconds in (0.0, 0.05, 0.2, 0.5, 1.0, 2.0):
        await asyncio.sleep(seconds)
        with suppress(RebuiltError):
            return await make()
    return await make()


def of(request: Request) -> Context:
    """Return the context of the application that answers a request."""
    context: Context = request.app.state.context
    return context
