"""Signed cookies, links and tokens, and the tokens of forms."""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache, TTLCache
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from dist_perf.serve.problems import Problem
from dist_perf.serve.settings import Settings

COOKIE = "dist_perf_session"
# A form carries it in this field, or a script in this header.
FORM_TOKEN = "form_token"  # noqa: S105 - a name
FORM_TOKEN_HEADER = "X-Form-Token"  # noqa: S105
MOST_ENDED = 100_000
MOST_OPENED = 2_000
# What a token of each kind is called to whoever sent it, and what it holds.
NAMES = {"token": "token", "embed": "link", "oidc": "sign-in"}
HELD = {
    "token": {"login", "session_number", "until"},
    "embed": {"page", "login", "session_number", "filters", "origins", "until"},
    "oidc": {"state", "verifier", "nonce", "next", "until"},
}


@dataclass(frozen=True)
class Session:
    """What a browser shows: who signed in and when. What the person may do, the database says."""

    login: str
    session_number: int
    began: int
    form_token: str

    @classmethod
    def begun(cls, login: str, session_number: int) -> Session:
        """Return a session that begins now."""
        return cls(login, session_number, int(time.time()), secrets.token_urlsafe(24))


class Signer:
    """Signs what leaves the server, each kind with a key of its own."""

    def __init__(self, settings: Settings) -> None:
        """Sign with the secret of the settings."""
        self._settings = settings
        # Sessions that were ended, as long as their cookies would be good.
        self._ended: TTLCache[str, bool] = TTLCache(MOST_ENDED, settings.session_hours * 3600)
        self._serializers: dict[str, URLSafeTimedSerializer] = {}
        # What good tokens hold and when they were signed, so that a signature is checked once.
        self._opened: LRUCache[tuple[str, str], tuple[Any, float]] = LRUCache(MOST_OPENED)

    def _serializer(self, kind: str) -> URLSafeTimedSerializer:
        if kind not in self._serializers:
            self._serializers[kind] = URLSafeTimedSerializer(
                self._settings.signing_secret, salt=f"dist_perf {kind}"
            )
        return self._serializers[kind]

    def _open(self, kind: str, token: str) -> tuple[Any, float]:
        """Return the content of a token and when it was signed.

        Raises:
            BadSignature: it is forged.
        """
        found = self._opened.get((kind, token))
        if found is None:
            content, signed_at = self._serializer(kind).loads(token, return_timestamp=True)
            found = self._opened[kind, token] = content, signed_at.timestamp()
        return found

    def sign(self, kind: str, content: dict[str, Any]) -> str:
        """Return the content as a token of this kind."""
        signed: str | bytes = self._serializer(kind).dumps(content)
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, kind: str, token: str) -> dict[str, Any]:
        """Return the content of a token.

        Raises:
            Problem: it is forged, or past its `until`.
        """
        try:
            content, _ = self._open(kind, token)
        except BadSignature:
            content = None
        if not isinstance(content, dict) or content.keys() != HELD[kind]:
            raise Problem("link-expired", f"The {NAMES[kind]} is not one that this server made.")
        if content["until"] < time.time():
            raise Problem("link-expired", f"The {NAMES[kind]} has expired: ask for a new one.")
        return dict(content)

    def session(self, request: Request) -> Session | None:
        """Return the session of the request's cookie, None if it has none that is valid."""
        cookie = request.cookies.get(COOKIE)
        if cookie is None:
            return None
        try:
            content, signed_at = self._open("session", cookie)
            session = Session(**content)
        except (BadSignature, TypeError):
            return None
        now = time.time()
        is_idle = not 0 <= now - signed_at <= self._settings.idle_minutes * 60
        is_over = session.began + self._settings.session_hours * 3600 < now
        return None if is_idle or is_over or session.form_token in self._ended else session

    def keep(self, response: Response, session: Session) -> None:
        """Give the browser its cookie, which idles from now on."""
        response.set_cookie(
            COOKIE,
            self.sign("session", vars(session)),
            max_age=self._settings.session_hours * 3600,
            httponly=True,
            samesite="lax",
            secure=self._settings.secure_cookies,
        )

    def end(self, response: Response, session: Session | None = None) -> None:
        """Take the cookie back; a copy of it is good no more either."""
        if session is not None:
            self._ended[session.form_token] = True
        response.delete_cookie(
            COOKIE, httponly=True, samesite="lax", secure=self._settings.secure_cookies
        )


def is_same(one: str, other: str) -> bool:
    """Return whether two secrets are the same, in a time that does not say where they differ."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def require_form_token(session: Session | None, given: str | None) -> None:
    """Refuse a change that no form of ours asked for.

    Raises:
        Problem: the token is missing or that of another session.
    """
    if session is None or not is_same(session.form_token, given or ""):
        raise Problem(
            "form-expired", "The form is too old, or is not ours: open the page again and repeat."
        )
