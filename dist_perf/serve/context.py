"""What a request needs of the application: the database, the person, kept answers."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import time
from collections.abc import Awaitable, Callable
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

KEPT_BYTES = 64 * 1024 * 1024
# Past this an answer is made anew though no build ended: tables are swapped during a build.
KEPT_SECONDS = 300
# What is smaller is not compressed.
SMALL = 1024


@dataclass(frozen=True)
class Asked:
    """Who asks, and which build the answer is of."""

    person: Person
    build: int
    session: Session | None = None


@dataclass(frozen=True)
class Kept:
    """An answer that is kept, and the same compressed, so that it is compressed once."""

    at: float
    plain: bytes
    compressed: bytes


@dataclass
class Context:
    """What all requests share."""

    settings: Settings
    database: Postgres | Duckdb
    signer: Signer
    kept: LRUCache[str, Kept] = field(
        default_factory=lambda: LRUCache(
            KEPT_BYTES, getsizeof=lambda kept: len(kept.plain) + len(kept.compressed)
        )
    )
    making: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def asked(self, request: Request) -> Asked:
        """Return who asks.

        Raises:
            Problem: nobody is signed in, or the person may not come in any more.
        """
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
        scope = f"{asked.build} {asked.person.scope} {asked.person.sees_firm} {key}"
        tag = '"' + hashlib.sha256(scope.encode()).hexdigest()[:32] + '"'
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
                    compressed = gzip.compress(plain, 5) if len(plain) > SMALL else b""
                    found = Kept(time.monotonic(), plain, compressed)
                    if len(plain) < KEPT_BYTES // 8:
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
        sent = {"ETag": tag, "Vary": "Cookie, Authorization, Accept-Encoding", **(headers or {})}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=sent)
        is_compressed = bool(found.compressed) and "gzip" in request.headers.get(
            "accept-encoding", ""
        )
        if is_compressed:
            sent["Content-Encoding"] = "gzip"
        content = found.compressed if is_compressed else found.plain
        return Response(content, media_type="application/json", headers=sent)

    def _kept(self, scope: str) -> Kept | None:
        found = self.kept.get(scope)
        return found if found and found.at + KEPT_SECONDS > time.monotonic() else None


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
