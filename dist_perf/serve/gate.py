"""What every request passes: its number, limits, headers, log line and counts."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dist_perf.serve.problems import Problem
from dist_perf.serve.settings import Settings

LARGEST_BODY = 64 * 1024
LONGEST_ADDRESS = 8 * 1024
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

OnMistake = Callable[[Request, Exception], Awaitable[Response]]

log = logging.getLogger("dist_perf.serve")

REQUESTS = Counter(
    "dist_perf_requests", "Requests by route, method and status", ["route", "method", "status"]
)
SECONDS = Histogram("dist_perf_request_seconds", "Seconds to answer by route", ["route"])

# Scripts and styles come from here alone. Plotly sets styles of its own on elements that it draws.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {ancestors}"
)
# A page that another site may show in a frame.
FRAMED = re.compile(r"frame-ancestors http")
_REQUEST_ID = re.compile(r"[\w-]{8,64}", re.ASCII)


def policy(ancestors: str = "'none'") -> str:
    """Return the content security policy of a page that these origins may frame."""
    return POLICY.format(ancestors=ancestors)


class Gate:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings, on_mistake: OnMistake) -> None:
        """Let through to the application what the settings allow.

        Args:
            app: answers.
            settings: limits.
            on_mistake: what to say where the application fails.
        """
        self._app = app
        self._on_mistake = on_mistake
        self._hosts = settings.known_hosts
        self._address = settings.public_address.lower()
        self._limit = RateLimitItemPerMinute(settings.requests_per_minute)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._is_secure = settings.secure_cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        number = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = number
        if self._is_secure:
            # TLS ends before this server; addresses that it makes are those that browsers use.
            scope["scheme"] = "https"
        began = time.perf_counter()
        status = 500
        has_begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                status = message["status"]
                sent = MutableHeaders(scope=message)
                sent["X-Request-Id"] = number
                sent.setdefault("Content-Security-Policy", policy())
                sent.setdefault("Cache-Control", "private, no-cache")
                sent["X-Content-Type-Options"] = "nosniff"
                sent.setdefault("Referrer-Policy", "same-origin")
                sent.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
                if FRAMED.search(sent["Content-Security-Policy"]) is None:
                    sent["X-Frame-Options"] = "DENY"
                    sent.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                    sent.setdefault("Cross-Origin-Resource-Policy", "same-origin")
                if self._is_secure:
                    sent["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        try:
            refused = self._refusal(scope, headers)
            if refused is None:
                await self._app(scope, _limited(receive), send_with_headers)
            else:
                await _refuse(send_with_headers, refused, number)
        except BodyTooLargeError:
            problem = Problem("body-too-large", "The request is larger than is read.")
            await _refuse(send_with_headers, problem, number)
        except Exception as error:
            # Nothing else may be said once an answer has begun.
            if has_begun:
                log.exception("request %s broke off", number)
                raise
            response = await self._on_mistake(Request(scope), error)
            await response(scope, receive, send_with_headers)
        finally:
            self._note(scope, status, time.perf_counter() - began, number)

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()) or int(length[:20]) > LARGEST_BODY:
            return Problem("body-too-large", f"Send at most {LARGEST_BODY:,} bytes.")
        if len(scope["raw_path"] or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            return Problem(
                "body-too-large", f"An address has at most {LONGEST_ADDRESS:,} characters."
            )
        host = headers.get("host", "")
        if self._hosts and _name_of(host) not in self._hosts:
            return Problem(
                "unknown-host",
                "This server is not called by that name: DIST_PERF_SERVE_HOSTS has its names.",
            )
        origin = headers.get("origin")
        if scope["method"] not in SAFE_METHODS and origin is not None:
            # Browsers say which site a form is from, so that no other site sends one for a person.
            is_ours = origin.partition("://")[2].lower() == host.lower()
            if not is_ours and origin.lower() != self._address:
                return Problem("other-site", "The form was sent from another site: open it here.")
        client = scope["client"][0] if scope.get("client") else "unknown"
        if not self._limiter.hit(self._limit, client):
            return Problem("too-many-requests", "Too many requests: wait a minute.", retry_after=60)
        return None

    def _note(self, scope: Scope, status: int, seconds: float, number: str) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        REQUESTS.labels(route, scope["method"], status).inc()
        SECONDS.labels(route).observe(seconds)
        # Parameters may hold tokens and names, so that they are not in the log.
        log.info(
            json.dumps(
                {
                    "request_id": number,
                    "method": scope["method"],
                    "path": scope["path"] if "/embed/" not in scope["path"] else route,
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                    "person": scope["state"].get("login"),
                    "client": scope["client"][0] if scope.get("client") else None,
                }
            )
        )


def _name_of(host: str) -> str:
    """Return the name in a header `Host`, without its port."""
    name = host.lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name.partition(":")[0]


class BodyTooLargeError(Exception):
    """A body that goes on after its limit."""


def _limited(receive: Receive) -> Receive:
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > LARGEST_BODY:
            raise BodyTooLargeError
        return message

    return receive_some


async def _refuse(send: Send, problem: Problem, number: str) -> None:
    body = json.dumps(problem.as_json(number)).encode()
    headers = [(b"content-type", b"application/problem+json")]
    if problem.retry_after:
        headers.append((b"retry-after", str(problem.retry_after).encode()))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
