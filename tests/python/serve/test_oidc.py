"""Signing in by a real provider of OpenID Connect on loopback, which tests make lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from serving import Site, serving

pytestmark = pytest.mark.long

CLIENT = "dist-perf"
SECRET = "the client's secret"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """A provider; `claims` and `sign` say what it lies about."""

    port: int
    claims: dict[str, Any] = field(default_factory=dict)
    sign: Callable[[dict[str, Any]], str] | None = None
    keys: list[RSAKey] = field(default_factory=lambda: [KEY])
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> Any:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        if path == "/keys":
            return {"keys": [key.as_dict(private=False) for key in self.keys]}
        return None

    def token(self, form: dict[str, str], basic: str) -> tuple[int, Any]:
        given = self.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        is_right = (
            given is not None
            and basic == base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            and form["redirect_uri"] == given["redirect_uri"]
            and base64.urlsafe_b64encode(challenge).decode().rstrip("=") == given["code_challenge"]
        )
        if not is_right or given is None:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": now,
            "exp": now + 60,
            "nonce": given["nonce"],
            "email": "Anna.Oidc@Firm.com",
            "email_verified": True,
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        sign = self.sign or (lambda made: jwt.encode({"alg": "RS256", "kid": "one"}, made, KEY))
        token = {"access_token": "x", "token_type": "Bearer", "id_token": sign(claims)}
        return 200, token


@pytest.fixture
def provider() -> Iterator[Provider]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            made.asked.append(parts.path)
            if parts.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                code = f"code-{len(made.codes)}-{time.monotonic_ns()}"
                made.codes[code] = query
                back = urlencode({"code": code, "state": query["state"]})
                self.send_response(302)
                self.send_header("Location", f"{query['redirect_uri']}?{back}")
                self.end_headers()
                return
            found = made.answer(parts.path)
            self._say(404 if found is None else 200, found)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            basic = self.headers.get("Authorization", "").removeprefix("Basic ")
            self._say(*made.token(form, basic))

        def _say(self, status: int, content: Any) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Provider(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            server.shutdown()


@pytest.fixture
def firm(
    site: Site, provider: Provider, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("oidc")
    with serving(
        site.warehouse,
        directory,
        site,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    ) as started:
        if not site.warehouse.query("select from access.people where login = 'anna.oidc@firm.com'"):
            started.add("anna.oidc@firm.com", "analyst")
            started.add("ben.oidc", "manager")
        yield started
        text = started.log.read_text(encoding="utf-8")
        assert SECRET not in text
        assert "code-" not in text
        assert "Traceback" not in text, text


def signed_in(firm: Site, next_page: str = "/api/v1/me") -> requests.Response:
    browser = requests.Session()
    return browser.get(f"{firm.address}/sign-in/oidc", params={"next": next_page}, timeout=30)


def test_person_signs_in_by_the_firms_account(firm: Site, provider: Provider) -> None:
    assert "/sign-in/oidc" in requests.get(f"{firm.address}/sign-in", timeout=30).text
    answer = signed_in(firm)
    assert answer.status_code == 200, answer.text
    assert answer.json()["login"] == "anna.oidc@firm.com"
    provider.claims = {"email": None, "preferred_username": "Ben.OIDC"}
    assert signed_in(firm).json()["login"] == "ben.oidc"
    provider.claims = {"email": "stranger@firm.com", "preferred_username": "ben.oidc"}
    assert signed_in(firm).json()["login"] == "ben.oidc"
    # It is not asked for its keys at each sign-in.
    assert provider.asked.count("/keys") == 1


def test_who_is_not_known_or_not_active_is_refused(firm: Site, provider: Provider) -> None:
    for claims in (
        {"email": "stranger@firm.com"},
        {"email": None},
        {"email": ["anna.oidc@firm.com"]},
        {"email": "anna.oidc@firm.com\x00"},
        {"email": "anna.oidc@firm.com", "email_verified": False},
        {"email": "gone"},
    ):
        provider.claims = claims
        assert signed_in(firm).status_code in (400, 403), claims
    provider.claims = {}
    firm.change("anna.oidc@firm.com", is_active=False)
    assert signed_in(firm).status_code == 403
    firm.change("anna.oidc@firm.com", is_active=True)
    assert signed_in(firm).status_code == 200


def test_tokens_that_are_not_right_are_refused(firm: Site, provider: Provider) -> None:
    now = int(time.time())
    for claims in (
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"azp": "another"},
        {"exp": now - 3600, "iat": now - 7200},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"iss": None},
        {"aud": None},
    ):
        provider.claims = claims
        assert signed_in(firm).status_code == 401, claims
    provider.claims = {}

    def plain(claims: dict[str, Any]) -> str:
        parts = [{"alg": "none"}, claims]
        texts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
        return b".".join(text.rstrip(b"=") for text in texts).decode() + "."

    def by_public_key(claims: dict[str, Any]) -> str:
        """Take the public key, which anybody has, for a secret."""
        parts = [{"alg": "HS256", "kid": "one"}, claims]
        texts = [base64.urlsafe_b64encode(json.dumps(part).encode()) for part in parts]
        signed = b".".join(text.rstrip(b"=") for text in texts)
        signature = hmac.new(KEY.as_pem(private=False), signed, "sha256").digest()
        return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    by_secret = OctKey.import_key(SECRET)
    lies: list[Callable[[dict[str, Any]], str]] = [
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, OTHER_KEY),
        lambda claims: jwt.encode({"alg": "HS256"}, claims, by_secret),
        by_public_key,
        plain,
        lambda _: "no token at all",
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)[:-8],
    ]
    for lie in lies:
        provider.sign = lie
        assert signed_in(firm).status_code == 401
    provider.sign = None
    assert signed_in(firm).status_code == 200


def test_provider_that_changed_its_keys_is_asked_again(firm: Site, provider: Provider) -> None:
    assert signed_in(firm).status_code == 200
    new = RSAKey.generate_key(2048, {"kid": "two"})
    provider.keys = [new]
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, new)
    assert signed_in(firm).status_code == 200


def test_answers_that_nobody_asked_for_are_refused(firm: Site) -> None:
    callback = f"{firm.address}/sign-in/oidc/callback"
    assert requests.get(callback, params={"code": "x", "state": "y"}, timeout=30).status_code == 401
    browser = requests.Session()
    begun = browser.get(f"{firm.address}/sign-in/oidc", timeout=30, allow_redirects=False)
    query = parse_qs(urlsplit(begun.headers["location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["scope"] == ["openid email profile"]
    given = requests.get(begun.headers["location"], timeout=30, allow_redirects=False)
    back = given.headers["location"]
    wrong = back.replace(query["state"][0], "another")
    assert browser.get(wrong, timeout=30).status_code == 401
    # The answer for one browser is no good in another.
    assert requests.get(back, timeout=30).status_code == 401
    cookie = begun.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    right = browser.get(back, timeout=30, allow_redirects=False)
    assert right.status_code == 303
    assert right.headers["location"] == "/"
    # Nor twice.
    assert browser.get(back, timeout=30, allow_redirects=False).status_code == 401


def test_sign_in_leads_back_here_alone(firm: Site) -> None:
    for given in ("//evil.com", "https://evil.com"):
        browser = requests.Session()
        answer = browser.get(
            f"{firm.address}/sign-in/oidc", params={"next": given}, timeout=30,
            headers={"Accept": "application/json"},
        )  # fmt: skip
        assert answer.url.startswith(firm.address)


def test_provider_that_is_down_is_said(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("down")
    with serving(
        site.warehouse, directory, site, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT
    ) as started:
        answer = requests.get(f"{started.address}/sign-in/oidc", timeout=30)
        assert answer.status_code == 503
        assert "does not answer" in answer.json()["detail"]
        # By name and password people sign in all the same.
        started.browser("analyst")
