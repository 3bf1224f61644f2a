"""Signing in by the firm's own account, through OpenID Connect."""

from __future__ import annotations

import secrets
import time
from typing import Any

import anyio.to_thread
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from fastapi import APIRouter
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dist_perf.serve import context
from dist_perf.serve.database import Postgres
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import Session, is_same
from dist_perf.serve.settings import Settings
from dist_perf.serve.signing_in import OF_PERSON, local_address

router = APIRouter(include_in_schema=False)

COOKIE = "dist_perf_oidc"
CALLBACK = "/sign-in/oidc/callback"
# So long somebody may take at the provider.
MINUTES = 10
SECONDS = 10
# Keys are asked for again after this, or when a token names one that is not known.
KEYS_SECONDS = 600
# Signatures by a key that the provider alone has; never `none`, nor one by a shared secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
SCOPE = "openid email profile"
REFUSED = "The firm's account could not be read: sign in again, or by name and password."


class Provider:
    """The firm's provider, as it describes itself."""

    def __init__(self, settings: Settings) -> None:
        """Ask the provider that the settings name, at the first sign-in."""
        self._settings = settings
        self._description: dict[str, Any] = {}
        self._keys: tuple[float, KeySet] | None = None

    def _get(self, address: str) -> dict[str, Any]:
        answered = requests.get(address, timeout=SECONDS, allow_redirects=False)
        answered.raise_for_status()
        found: dict[str, Any] = answered.json()
        return found

    def description(self) -> dict[str, Any]:
        """Return the addresses of the provider."""
        if not self._description:
            issuer = self._settings.oidc_issuer.rstrip("/")
            found = self._get(f"{issuer}/.well-known/openid-configuration")
            if found["issuer"].rstrip("/") != issuer:
                raise ValueError("the provider calls itself by another name")
            self._description = found
        return self._description

    def keys(self, *, fresh: bool = False) -> KeySet:
        """Return the keys by which the provider signs."""
        if fresh or self._keys is None or self._keys[0] + KEYS_SECONDS < time.monotonic():
            found: Any = self._get(self.description()["jwks_uri"])
            self._keys = time.monotonic(), KeySet.import_key_set(found)
        return self._keys[1]

    def client(self, redirect: str) -> OAuth2Session:
        """Return what speaks to the provider."""
        return OAuth2Session(
            self._settings.oidc_client_id,
            self._settings.oidc_client_secret or None,
            scope=SCOPE,
            redirect_uri=redirect,
            code_challenge_method="S256",
        )

    def begin(self, redirect: str, verifier: str, nonce: str) -> tuple[str, str]:
        """Return where to sign in, and what the provider gives back."""
        address, state = self.client(redirect).create_authorization_url(
            self.description()["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        return str(address), str(state)

    def claims(self, redirect: str, code: str, verifier: str) -> dict[str, Any]:
        """Return what the provider says of whoever signed in, once its signature is right."""
        with self.client(redirect) as client:
            given = client.fetch_token(
                self.description()["token_endpoint"],
                code=code,
                code_verifier=verifier,
                timeout=SECONDS,
            )
        try:
            token = jwt.decode(given["id_token"], self.keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since.
            token = jwt.decode(given["id_token"], self.keys(fresh=True), algorithms=ALGORITHMS)
        client_id = self._settings.oidc_client_id
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self.description()["issuer"]},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(token.claims)
        audience = token.claims["aud"]
        is_shared = isinstance(audience, list) and len(audience) > 1
        if (is_shared or "azp" in token.claims) and token.claims.get("azp") != client_id:
            raise ValueError("the token is for another client")
        return dict(token.claims)


def _of(request: Request) -> Provider:
    here = context.of(request)
    if not here.settings.oidc_issuer or not isinstance(here.database, Postgres):
        raise Problem("not-found", "There is no account of the firm to sign in by.")
    if not hasattr(request.app.state, "oidc"):
        request.app.state.oidc = Provider(here.settings)
    provider: Provider = request.app.state.oidc
    return provider


def _redirect(request: Request) -> str:
    address = context.of(request).settings.public_address
    return (address or str(request.base_url).rstrip("/")) + CALLBACK


@router.get("/sign-in/oidc")
async def begin(request: Request, next: str = "/") -> Response:
    """Lead to the provider."""
    provider = _of(request)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    redirect = _redirect(request)
    try:
        address, state = await anyio.to_thread.run_sync(provider.begin, redirect, verifier, nonce)
    except (requests.RequestException, ValueError, KeyError) as error:
        raise _unreachable() from error
    here = context.of(request)
    kept = {
        "state": state,
        "verifier": verifier,
        "nonce": nonce,
        "next": local_address(next),
        "until": int(time.time()) + MINUTES * 60,
    }
    response = RedirectResponse(address, status_code=303)
    response.set_cookie(
        COOKIE,
        here.signer.sign("oidc", kept),
        max_age=MINUTES * 60,
        path="/sign-in/oidc",
        httponly=True,
        samesite="lax",
        secure=here.settings.secure_cookies,
    )
    return response


@router.get(CALLBACK)
async def end(request: Request, code: str = "", state: str = "") -> Response:
    """Begin a session for whom the provider names, if the person is one of ours and active."""
    provider = _of(request)
    here = context.of(request)
    kept = here.signer.read("oidc", request.cookies.get(COOKIE, ""))
    if not code or not is_same(kept["state"], state):
        raise Problem("link-expired", REFUSED)
    try:
        claims = await anyio.to_thread.run_sync(
            provider.claims, _redirect(request), code, kept["verifier"]
        )
    except requests.RequestException as error:
        raise _unreachable() from error
    except (JoseError, OAuthError, ValueError, KeyError, TypeError) as error:
        raise Problem("link-expired", REFUSED) from error
    if not is_same(kept["nonce"], str(claims.get("nonce", ""))):
        raise Problem("link-expired", REFUSED)
    found = await _person(request, claims)
    response = RedirectResponse(kept["next"], status_code=303)
    response.delete_cookie(COOKIE, path="/sign-in/oidc")
    here.signer.keep(response, Session.begun(found["login"], found["session_number"]))
    return response


async def _person(request: Request, claims: dict[str, Any]) -> dict[str, Any]:
    """Return the person whose login is the e-mail or the name at the provider."""
    database = context.of(request).database
    assert isinstance(database, Postgres)  # noqa: S101 - as found before
    names = []
    # An address that its owner has not shown to be the owner's could be anybody's.
    if claims.get("email_verified", True) in (True, "true"):
        names.append(claims.get("email"))
    names.append(claims.get("preferred_username"))
    for name in names:
        if not isinstance(name, str):
            continue
        async with database.unsigned() as reader:
            found = await reader.rows(OF_PERSON, {"login": name.strip().lower()})
        if found:
            return found[0]
    raise Problem(
        "not-allowed",
        "The firm's account is right, but nobody here is called so: ask an administrator.",
    )


def _unreachable() -> Problem:
    return Problem(
        "provider-down",
        "The firm's sign-in does not answer. Try again in a minute.",
        retry_after=30,
    )
