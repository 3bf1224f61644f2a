"""Attempts to see rows of others, to act for others, and to break the server; none gets anywhere.

Each is sent to a real server. Whatever it answers, it holds no row of anybody else, no trace of
the program, and is no error of the server; its log holds no secret.
"""

from __future__ import annotations

import base64
import csv
import http.client
import io
import json
import re
import socket
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
from people import AREA, Cast
from serving import PASSWORD, Site, serving
from starlette.routing import Route

from dist_perf.serve import downloads
from dist_perf.serve.app import create_app
from dist_perf.serve.pages import all_pages
from dist_perf.serve.sessions import Signer
from dist_perf.serve.settings import Settings

pytestmark = pytest.mark.long

TRACES = ("Traceback", "psycopg", 'File "', "site-packages", "sqlalchemy", "argon2", "SELECT ")
PAGE = next(
    name
    for (area, name), page in all_pages().items()
    if area == AREA and any(each.name == "wholesaler" for each in page.filters)
)
MART = "net_flows_monthly"
ROWS = f"/api/v1/{AREA}/{MART}"
DATA = f"/{AREA}/{PAGE}/data"
REFUSED = frozenset({400, 401, 403, 404, 405, 413, 421, 431})
ORIGIN = "https://intranet.firm.com"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass(frozen=True)
class Attack:
    """An attempt.

    Args:
        target: what stands in the request line, as it is sent.
        who: the person by whose token it is sent; nobody if there is none.
        allowed: statuses that may come back.
    """

    name: str
    target: str
    method: str = "GET"
    who: str | None = "seller"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    allowed: frozenset[int] = REFUSED

    def __str__(self) -> str:
        return re.sub(r"[^\w.-]+", "_", self.name, flags=re.ASCII)[:60]


OK = frozenset({200})
OK_OR_REFUSED = REFUSED | OK


@dataclass
class Door:
    """Sends requests as they are, and keeps the tokens that it has."""

    site: Site
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, login: str) -> str:
        if login not in self.tokens:
            self.tokens[login] = self.site.token(login)
        return self.tokens[login]

    def send(self, attack: Attack) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        headers = list(attack.headers)
        names = {name.lower() for name, _ in headers}
        connection.putrequest(
            attack.method, attack.target, skip_host="host" in names, skip_accept_encoding=True
        )
        if attack.who is not None and "authorization" not in names:
            headers.append(("Authorization", f"Bearer {self.token(attack.who)}"))
        if attack.body is not None and not names & {"content-length", "transfer-encoding"}:
            headers.append(("Content-Length", str(len(attack.body))))
        for name, value in headers:
            connection.putheader(name, value.encode("latin-1", "ignore"))
        try:
            connection.endheaders(attack.body)
            found = connection.getresponse()
            text = found.read().decode("utf-8", "replace")
            return Answer(found.status, {k.lower(): v for k, v in found.getheaders()}, text)
        except (ConnectionError, http.client.HTTPException):
            # A server may hang up on what is no request at all.
            return Answer(400, {}, "")
        finally:
            connection.close()


class From(requests.adapters.HTTPAdapter):
    """Asks from another address of this machine."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **kwargs)


@pytest.fixture(scope="module")
def door(site: Site) -> Door:
    return Door(site)


@pytest.fixture(scope="module", autouse=True)
def log_is_clean(site: Site) -> Iterator[None]:
    """After all attempts the log has neither a trace of a mistake nor a secret."""
    yield
    text = site.log.read_text(encoding="utf-8")
    assert "Traceback" not in text, text[text.index("Traceback") :][:3000]
    assert '"status": 500' not in text
    for secret in [*site.secrets, PASSWORD]:
        assert secret not in text


def assert_harmless(answer: Answer, members: Cast, allowed: frozenset[int]) -> None:
    assert answer.status in allowed, f"{answer.status}: {answer.text[:500]}"
    for trace in TRACES:
        assert trace not in answer.text, answer.text[:500]
    own = {str(key) for key in members.keys[members.own]}
    foreign = {str(key) for keys in members.keys.values() for key in keys} - own
    found = set(re.findall(r"\d{12,}", answer.text)) & foreign
    assert not found, answer.text[:500]
    if answer.status == 200 and answer.text.startswith('{"data"'):
        for row in json.loads(answer.text)["data"]:
            assert str(row[members.owner]) in own


# ------------------------------------------------------------------ what is tried

SQL = {
    "or": "' or 1=1 --",
    "or in quotes": '" or ""="',
    "drop": "1; drop table access.people; --",
    "principal": "x'); select set_config('dist_perf.person', 'boss', true); --",
    "union": "1 union all select login, password_hash from access.people",
    "sleep": "(select pg_sleep(30))",
    "dollars": "$$; select 1; $$",
    "placeholder": "%(login)s %s",
    "named": ":login",
    "schema": "{access}.people",
    "format": "{0.__class__.__mro__}",
    "template": "{{ 7 * 7 }}{% raw %}",
    "backslash": "\\'; --",
    "null byte": "a\x00b",
    "comment": "1/**/or/**/1=1",
    "array": "{1,2,3}",
    "cast": "1)::text[]) or (true",
    "regular expression": "(a+)+$",
}
API_PARAMETERS = ("limit", "offset", "sort", "wholesaler_key", "wholesaler_id", "flow_month_from")
PAGE_PARAMETERS = ("wholesaler", "from", "age", "token")


def sql_attacks() -> Iterator[Attack]:
    for name, text in SQL.items():
        for parameter in API_PARAMETERS:
            yield Attack(f"{name} in {parameter}", f"{ROWS}?{urlencode({parameter: text})}")
        for parameter in PAGE_PARAMETERS:
            yield Attack(f"{name} in page {parameter}", f"{DATA}?{urlencode({parameter: text})}")
        yield Attack(f"{name} as a name", f"{ROWS}?{quote(text)}=1")
        yield Attack(f"{name} as a path", f"/{AREA}/{quote(text, safe='')}")
        yield Attack(f"{name} as a block", f"/{AREA}/{PAGE}/{quote(text, safe='')}.csv")


def number_attacks() -> Iterator[Attack]:
    numbers = (
        "0", "-1", "1001", "10000000001", "9" * 40, "1e9", "0x10", "1,000", "1.5", "NaN", "inf",
        "\u0663", "\uff11\uff10", "+-5", "true", "null", "[]", " ", "1_000", "\u00b2",
    )  # fmt: skip
    for number in numbers:
        allowed = OK_OR_REFUSED if number in {"0", "1001", "1_000", " "} else REFUSED
        yield Attack(f"limit {number}", f"{ROWS}?{urlencode({'limit': number})}", allowed=allowed)
        yield Attack(
            f"offset {number}", f"{ROWS}?{urlencode({'offset': number})}", allowed=OK_OR_REFUSED
        )
        yield Attack(f"page of {number}", f"{DATA}?{urlencode({'from': number})}",
                     allowed=OK_OR_REFUSED)  # fmt: skip
    yield Attack("days that are none", f"{ROWS}?flow_month_from=2025-02-30")
    yield Attack("a day too far", f"{ROWS}?flow_month_from=99999-01-01")
    yield Attack("a year of nothing", f"{ROWS}?flow_month_from=0000-01-01")
    yield Attack("backwards", f"{ROWS}?flow_month_from=2025-02-01&flow_month_to=2025-01-01")
    yield Attack("a key too large", f"{ROWS}?wholesaler_key={'9' * 30}", allowed=OK_OR_REFUSED)
    many = "&".join(f"wholesaler_key={number}" for number in range(250))
    yield Attack("a thousand values", f"{ROWS}?{many}")


def path_attacks() -> Iterator[Attack]:
    targets = (
        "/../../../../etc/passwd",
        "/static/../../../../etc/passwd",
        "/static/x/../../settings.py",
        "/static/x/..%2f..%2fsettings.py",
        "/static/%2e%2e/%2e%2e/app.py",
        "/static/x/%252e%252e%252fapp.py",
        "/static//etc/passwd",
        "/static/x/.env",
        "/.env",
        "/.git/config",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%c0%ae%c0%ae/etc/passwd",
        "/%ff%fe",
        "/..%5c..%5cwindows",
        "/\\..\\..\\etc\\passwd",
        "//evil.com/",
        "///evil.com/%2f..",
        f"//{AREA}/{PAGE}",
        f"/{AREA}//{PAGE}",
        f"/{AREA}/{PAGE}%00",
        f"/{AREA}/{PAGE}%00.csv",
        f"/{AREA}/{PAGE}/../../admin/person/list",
        f"/{AREA}/{PAGE}/..%2f..%2fadmin",
        f"/{AREA.upper()}/{PAGE.upper()}",
        f"/{AREA}/{PAGE};admin=true",
        f"/{AREA}/{PAGE}/data/",
        f"/{AREA}/%EF%BC%8E%EF%BC%8E",
        f"/{AREA}/{PAGE}/nothing.csv",
        f"/{AREA}/{PAGE}/..csv",
        f"/{AREA}/{PAGE}/curves.exe",
        "/api/v1/../../admin",
        f"/api/v1/{AREA}/dim_wholesalers%00",
        "/api/v1/access/people",
        "/api/v1/access.people",
        f"/api/v1/{AREA}/people",
        "/api/v1/embed-links",
        "/api/v2/",
        "/docs",
        "/redoc",
        "/openapi.json",
        "/admin",
        "/admin/",
        "/admin/person/list",
        "/admin/person/edit/boss",
        "/admin/person/export/csv",
        "/admin/login",
        "/admin/statics/../../../../etc/passwd",
        "/admin/statics/%2e%2e/%2e%2e/application.py",
        "/admin/person/..%2fdownload/",
        "/first-visit",
        "/sign-in/oidc",
        "/sign-in/oidc/callback?code=x&state=y",
        "http://evil.com/api/v1/me",
        "/a" * 5000,
        "/" + "%41" * 3000,
        "*",
    )
    for target in targets:
        yield Attack(
            f"path {target[:50]}", target, allowed=REFUSED | {303, 307, 301} | (
                OK if target.startswith("http://evil.com") else frozenset()
            ),
        )  # fmt: skip


def header_attacks() -> Iterator[Attack]:
    names = (
        "X-Person", "X-User", "X-Forwarded-User", "Remote-User", "X-Remote-User", "dist_perf",
        "X-Original-User", "From", "PGOPTIONS", "X-Auth-Request-Email",
    )  # fmt: skip
    for name in names:
        yield Attack(f"header {name}", ROWS, headers=((name, "boss"),), allowed=OK)
        yield Attack(f"header {name} by nobody", ROWS, who=None, headers=((name, "boss"),))
    for name in ("dist_perf.person", "person", "login", "principal", "options", "role", "scope",
                 "as", "user", "set_config"):  # fmt: skip
        yield Attack(f"parameter {name}", f"{ROWS}?{name}=boss")
        yield Attack(f"page parameter {name}", f"{DATA}?{name}=boss")
    for cookie in ("login=boss", "role=administrator", "dist_perf_session=boss", "session=boss",
                   "dist_perf_session=" + "a" * 5000, "dist_perf_session=\xff\xfe",
                   "dist_perf.person=boss; ; ;=;"):  # fmt: skip
        yield Attack(f"cookie {cookie[:40]}", ROWS, who=None, headers=(("Cookie", cookie),))
    hosts = (
        "evil.com", "evil.com:80", "127.0.0.1.evil.com", "localhost@evil.com", "", "a" * 3000,
        "127.0.0.1, evil.com", "localhost/evil",
    )  # fmt: skip
    for host in hosts:
        yield Attack(f"host {host[:30]}", "/sign-in", who=None, headers=(("Host", host),),
                     allowed=REFUSED)  # fmt: skip
    yield Attack("forwarded host", "/admin", who=None, headers=(("X-Forwarded-Host", "evil.com"),),
                 allowed=REFUSED | {303, 307})  # fmt: skip
    for text in (
        "a\tb",
        "<script>alert(1)</script>",
        "x" * 500,
        "'; drop table x; --",
        "\xe9\xe9\xe9\xe9\xe9\xe9\xe9\xe9",
    ):
        yield Attack(f"request id {text[:20]}", ROWS, headers=(("X-Request-Id", text),), allowed=OK)
    for text in ("*", '"', "W/" + '"a"' * 500, "\xff"):
        yield Attack(f"etag {text[:20]}", ROWS, headers=(("If-None-Match", text),),
                     allowed=frozenset({200, 304}))  # fmt: skip
    yield Attack("a thousand headers", ROWS,
                 headers=tuple((f"X-{number}", "x" * 100) for number in range(900)),
                 allowed=OK_OR_REFUSED)  # fmt: skip
    yield Attack("counts for others", "/metrics", who=None,
                 headers=(("X-Forwarded-For", "127.0.0.1"),))  # fmt: skip
    yield Attack("upgrade", ROWS, headers=(("Connection", "Upgrade"), ("Upgrade", "websocket")),
                 allowed=OK_OR_REFUSED)  # fmt: skip
    yield Attack("another site's script", ROWS, headers=(("Origin", "https://evil.com"),),
                 allowed=OK)  # fmt: skip


def method_attacks() -> Iterator[Attack]:
    for method in ("PUT", "PATCH", "DELETE", "POST", "TRACE", "PROPFIND", "get", "BREW"):
        for target in (ROWS, f"/{AREA}/{PAGE}", "/api/v1/me", "/admin/person/delete?pks=boss"):
            yield Attack(f"{method} {target}", target, method=method, body=b"{}")
    yield Attack("override", ROWS, headers=(("X-HTTP-Method-Override", "DELETE"),), allowed=OK)
    yield Attack("head", ROWS, method="HEAD", allowed=OK_OR_REFUSED)
    yield Attack("options", ROWS, method="OPTIONS", who=None)
    yield Attack("delete a person", "/admin/person/delete?pks=boss", method="DELETE")
    yield Attack("import people", "/admin/person/import", method="POST", body=b"a,b")


UPLOAD = b'--x\r\nContent-Disposition: form-data; name="login"; filename="a"\r\n\r\nx\r\n--x--'
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")


def body_attacks() -> Iterator[Attack]:
    large = b"login=a&password=" + b"a" * 70_000
    sign_in = {"target": "/sign-in", "method": "POST", "who": None}
    yield Attack("large form", headers=(FORM,), body=large, **sign_in)  # type: ignore[arg-type]
    yield Attack("large json", "/api/v1/embed-links", "POST", headers=(JSON,),
                 body=b'{"area": "' + b"a" * 70_000 + b'"}')  # fmt: skip
    yield Attack("deep json", "/api/v1/embed-links", "POST", headers=(JSON,),
                 body=b"[" * 30_000)  # fmt: skip
    for text in ("", "{", "null", "[]", '"x"', "{}", '{"area": null}', '{"area": {"$ne": 1}}',
                 '{"area": NaN}', "\xff\xfe", '{"__proto__": {}}', '{"area": "a", "page": "b"}',
                 '{"area": "a\\u0000", "page": "\\ud800"}'):  # fmt: skip
        yield Attack(f"json {text}", "/api/v1/embed-links", "POST", headers=(JSON,),
                     body=text.encode("latin-1"))  # fmt: skip
    lengths = ("-1", "99999999999", "\xb2", "1e3")
    for name, value in (
        *(("Content-Length", length) for length in lengths),
        ("Transfer-Encoding", "identity, chunked"),
        ("Transfer-Encoding", "x"),
    ):
        yield Attack(f"{name} {value}", headers=(FORM, (name, value)), body=b"login=a",
                     **sign_in)  # type: ignore[arg-type]  # fmt: skip
    chunks = b"".join(b"4000\r\n" + b"a" * 0x4000 + b"\r\n" for _ in range(8)) + b"0\r\n\r\n"
    yield Attack("chunks", headers=(FORM, ("Transfer-Encoding", "chunked")), body=chunks, **sign_in)  # type: ignore[arg-type]
    for kind, body in (
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=", b"--\r\n"),
        ("multipart/form-data; boundary=x", UPLOAD),
        ("application/x-www-form-urlencoded; charset=utf-16", b"login=%ff%fe&password=%00"),
        ("application/x-www-form-urlencoded", b"login=%ff%fe&password=%c0%ae"),
        ("application/x-www-form-urlencoded", b"login=a%00b&password=" + b"b" * 20),
        ("application/x-www-form-urlencoded", b"login=" + b"a" * 60_000 + b"&password=x"),
        ("application/x-www-form-urlencoded", b"login=a&password=" + b"a" * 60_000),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
        ("application/x-www-form-urlencoded", b"login[]=a&password[$ne]=1"),
        ("application/x-www-form-urlencoded", "login=bøss&password=ünïcode".encode()),
        ("application/json", b'{"login": "boss", "password": "x"}'),
        ("text/plain", b"login=boss&password=x"),
        ("", b"login=boss&password=x"),
    ):  # fmt: skip
        yield Attack(
            f"{kind} {body[:20]!r}", headers=(("Content-Type", kind),), body=body, **sign_in
        )  # type: ignore[arg-type]
    yield Attack(
        "compressed", headers=(FORM, ("Content-Encoding", "gzip")), body=b"\x1f\x8b\x08", **sign_in
    )  # type: ignore[arg-type]
    yield Attack("first visit", "/first-visit", "POST", who=None, headers=(FORM,),
                 body=b"word=x&login=boss&password=" + b"y" * 20)  # fmt: skip


ATTACKS = [
    *sql_attacks(), *number_attacks(), *path_attacks(), *header_attacks(), *method_attacks(),
    *body_attacks(),
]  # fmt: skip


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 100


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_attack_gets_nowhere(door: Door, members: Cast, attack: Attack) -> None:
    answer = door.send(attack)
    assert_harmless(answer, members, attack.allowed)
    location = answer.headers.get("location", "")
    if location:
        assert re.match(rf"/(?![/\\])|http://127\.0\.0\.1:{door.site.port}/", location), location


# ------------------------------------------------------------------ tokens and cookies


def bare(site: Site) -> dict[str, Any]:
    return {
        "login": "boss",
        "session_number": site.session_number("boss"),
        "until": int(time.time()) + 600,
    }


def _jwt(site: Site) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, bare(site)]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(encoded) + "."


def _flipped(token: str, place: int) -> str:
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


OTHER = Signer(Settings(secret="x" * 40))
TOKENS: dict[str, Callable[[Site], str]] = {
    "empty": lambda _: "",
    "words": lambda _: "boss",
    "long": lambda _: "a" * 20_000,
    "unsigned": lambda site: base64.urlsafe_b64encode(json.dumps(bare(site)).encode()).decode(),
    "jwt without a signature": _jwt,
    "signed by another secret": lambda site: OTHER.sign("token", bare(site)),
    "signed by nothing": lambda site: Signer(Settings(secret=" ")).sign("token", bare(site)),
    "an embed link": lambda site: site.signer.sign("embed", bare(site)),
    "a session": lambda site: site.signer.sign("session", bare(site)),
    "expired": lambda site: site.signer.sign("token", {**bare(site), "until": time.time() - 1}),
    "without an end": lambda site: site.signer.sign("token", {"login": "boss"}),
    "a list": lambda site: site.signer.sign("token", ["boss"]),  # type: ignore[arg-type]
    "ended sessions": lambda site: site.token("boss", session_number=0),
    "of who is gone": lambda site: site.token("gone"),
    "of nobody known": lambda site: site.signer.sign("token", {**bare(site), "login": "x"}),
    "truncated": lambda site: site.token("boss")[:-1],
    "first letter changed": lambda site: _flipped(site.token("boss"), 0),
    "middle changed": lambda site: _flipped(site.token("boss"), 20),
    "signature changed": lambda site: _flipped(site.token("boss"), -3 % len(site.token("boss"))),
    "twice": lambda site: site.token("boss") + site.token("boss"),
    "letters beyond": lambda _: "\xe9\xff\xe9",
    "null bytes": lambda site: site.token("boss").replace(".", "\x00.", 1).replace("\x00", "%00"),
    "other kind of dots": lambda site: site.token("boss").replace(".", "\xb7"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TOKENS)
def test_token_that_is_not_good_is_refused(
    site: Site, door: Door, members: Cast, kind: str
) -> None:
    token = TOKENS[kind](site)
    for scheme in ("Bearer", "bearer", "Basic", "Token"):
        headers = (("Authorization", f"{scheme} {token}"),)
        answer = door.send(Attack(kind, ROWS, who=None, headers=headers))
        assert_harmless(answer, members, frozenset({401, 400, 431}))
    cookie = (("Cookie", f"dist_perf_session={token}"),)
    answer = door.send(Attack(kind, ROWS, who=None, headers=cookie))
    assert_harmless(answer, members, frozenset({401, 400, 431}))
    target = f"/embed/{AREA}/{PAGE}?{urlencode({'token': token})}"
    answer = door.send(Attack(kind, target, who=None))
    assert_harmless(answer, members, frozenset({401, 413}))


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site) -> None:
    answer = requests.post(
        f"{site.address}/sign-in",
        data={"login": "analyst", "password": PASSWORD},
        allow_redirects=False,
        timeout=30,
    )
    cookie = answer.headers["set-cookie"].lower()
    site.secrets += [each.value for each in answer.cookies if each.value]
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    "given",
    ["//evil.com", "https://evil.com", "/\\evil.com", "\\\\evil.com", "javascript:alert(1)",
     "/%09/evil.com", "/\t/evil.com", "/\n/evil.com", "///evil.com", "http:evil.com", "evil.com",
     "/a\r\nSet-Cookie: a=b", "data:text/html,x", " //evil.com", "/\u2028/evil.com",
     "//evil.com/%2f..", "https:/evil.com", "?//evil.com", "/;@evil.com", ""],
)  # fmt: skip
def test_sign_in_leads_nowhere_else(site: Site, given: str) -> None:
    answer = requests.post(
        f"{site.address}/sign-in",
        data={"login": "analyst", "password": PASSWORD, "next": given},
        allow_redirects=False,
        timeout=30,
    )
    assert answer.status_code in (303, 400)
    site.secrets += [each.value for each in answer.cookies if each.value]
    location = answer.headers.get("location", "/")
    assert re.match(r"/(?![/\\])", location), location
    assert "set-cookie: a=b" not in str(answer.headers).lower()
    page = requests.get(f"{site.address}/sign-in", params={"next": given}, timeout=30)
    found = re.search(r'name="next" value="([^"]*)"', page.text)
    assert found
    assert re.match(r"/(?![/\\])", found[1])


# ------------------------------------------------------------------ forms


FORMS: dict[str, dict[str, str]] = {
    "/sign-out": {},
    "/password": {"old": PASSWORD, "password": "a password of evil"},
    "/admin/person/create": {
        "login": "evil", "person_name": "E", "role": "administrator", "password": "",
        "reason": "x",
    },
    "/admin/person/edit/seller": {
        "person_name": "E", "role": "administrator", "is_active": "y", "password": "",
        "reason": "x", "version_number": "1",
    },
    "/admin/scope/create": {
        "login": "seller", "area": AREA, "member_kind": "wholesaler", "member_id": "W002",
        "reason": "x",
    },
    "/admin/scope/edit/1": {"valid_to": "", "reason": "x", "version_number": "1"},
}  # fmt: skip
# Those need no session: a form of another site gains nothing by them, or is told by its origin.
WITHOUT_SESSION = {"/sign-in", "/first-visit"}


def routes(given: Sequence[Any]) -> Iterator[Route]:
    """Return routes with those of routers that are included."""
    for each in given:
        if isinstance(each, Route):
            yield each
        elif hasattr(each, "original_router"):
            yield from routes(each.original_router.routes)


def test_every_form_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIST_PERF_API_PASSWORD", "x")
    app = create_app(Settings(secret="x"))
    posts = {route.path for route in routes(app.routes) if "POST" in (route.methods or ())}
    assert posts == {"/sign-out", "/password", "/api/v1/embed-links"} | WITHOUT_SESSION


def changes(site: Site) -> int:
    ((found,),) = site.warehouse.query("select count(*) from access.changes")
    return int(found)


@pytest.mark.parametrize("path", FORMS)
def test_form_without_its_token_is_refused(site: Site, path: str) -> None:
    browser = site.browser("boss")
    token = site.form_token(browser)
    others = site.form_token(site.browser("boss"))
    before = changes(site)
    for given in (None, "", "x", others, token[:-1], token + "x", "ü", token.swapcase()):
        content = FORMS[path] | ({} if given is None else {"form_token": given})
        answer = browser.post(site.address + path, data=content, timeout=30, allow_redirects=False)
        assert answer.status_code == 403, given
        answer = browser.post(
            f"{site.address}{path}?form_token={given or ''}", data=FORMS[path], timeout=30,
            allow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 403, given
    for origin in ("https://evil.com", "null", "http://127.0.0.1", f"http://localhost:{site.port}",
                   f"{site.address}.evil.com", f"https://evil.com#{site.address}"):  # fmt: skip
        answer = browser.post(
            site.address + path,
            data=FORMS[path] | {"form_token": token},
            headers={"Origin": origin},
            timeout=30,
            allow_redirects=False,
        )
        assert answer.status_code == 403, origin
    assert changes(site) == before
    assert site.get(browser, "/api/v1/me").status_code == 200


@pytest.mark.parametrize("path", [path for path in FORMS if path.startswith("/admin")])
def test_form_of_administrators_is_not_for_others(site: Site, path: str) -> None:
    before = changes(site)
    for login in ("editor", "analyst", "manager", "seller"):
        browser = site.browser(login)
        content = FORMS[path] | {"form_token": site.form_token(browser)}
        answer = browser.post(site.address + path, data=content, timeout=30, allow_redirects=False)
        assert answer.status_code == 403, login
        program = site.program(login)
        answer = program.post(site.address + path, data=content, timeout=30, allow_redirects=False)
        assert answer.status_code == 403, login
    # Nor does the token of an administrator do by itself: forms are for browsers.
    boss = site.program("boss")
    assert boss.post(site.address + path, data=FORMS[path], timeout=30).status_code == 403
    assert changes(site) == before


def test_other_sites_sign_nobody_in(site: Site) -> None:
    for path in WITHOUT_SESSION:
        answer = requests.post(
            site.address + path,
            data={"login": "analyst", "password": PASSWORD},
            headers={"Origin": "https://evil.com"},
            timeout=30,
            allow_redirects=False,
        )
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_sign_in_is_slowed_down(site: Site, tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("slow")
    with serving(site.warehouse, directory, like=site, sign_in_tries="3") as slow:

        def status(login: str, password: str) -> int:
            return requests.post(
                f"{slow.address}/sign-in",
                data={"login": login, "password": password},
                timeout=30,
                allow_redirects=False,
            ).status_code

        assert [status("rival", "wrong") for _ in range(4)] == [401, 401, 401, 429]
        assert status("rival", PASSWORD) == 429
        assert status(" RIVAL ", PASSWORD) == 429
        # Others sign in meanwhile, as often as they like.
        assert {status("analyst", PASSWORD) for _ in range(10)} == {303}
        assert [status("x" * 99 + str(number), "wrong") for number in range(30)][-1] == 429


def test_password_of_a_session_is_not_guessed(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("guess")
    with serving(site.warehouse, directory, like=site, sign_in_tries="3") as slow:
        browser = slow.browser("rival")
        content = {"old": "x", "password": "y" * 20, "form_token": slow.form_token(browser)}
        found = [
            browser.post(f"{slow.address}/password", data=content, timeout=30).status_code
            for _ in range(4)
        ]
        assert found == [403, 403, 403, 429]


def test_too_many_requests_are_refused(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("busy")
    with serving(site.warehouse, directory, like=site, requests_per_minute="20") as busy:
        program = busy.program("seller")
        found = [busy.get(program, "/api/v1/me") for _ in range(45)]
        refused = [answer for answer in found if answer.status_code == 429]
        assert refused
        assert refused[0].headers["retry-after"]
        assert {answer.status_code for answer in found} == {200, 429}


def test_requests_through_a_proxy_are_counted_by_who_sent_them(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("proxied")
    with serving(
        site.warehouse, directory, site, requests_per_minute="40", trusted_proxies="127.0.0.1"
    ) as proxied:

        def statuses(client: requests.Session, *forwarded_for: str) -> list[int]:
            return [
                client.get(
                    f"{proxied.address}/sign-in", headers={"X-Forwarded-For": each}, timeout=30
                ).status_code
                for each in forwarded_for
            ]

        proxy = requests.Session()
        assert statuses(proxy, *["203.0.113.1"] * 40) == [200] * 40
        assert statuses(proxy, "203.0.113.1", "203.0.113.2") == [429, 200]
        # What the sender wrote stands before what the proxy added.
        assert statuses(proxy, "203.0.113.9, 203.0.113.1", "127.0.0.1, 203.0.113.1") == [429] * 2
        # Who comes past the proxy cannot choose by which address to be counted.
        directly = requests.Session()
        directly.mount("http://", From("127.0.0.2"))
        invented = [f"198.51.100.{number}" for number in range(41)]
        assert statuses(directly, *invented) == [200] * 40 + [429]
        assert (
            proxy.get(
                f"{proxied.address}/metrics", headers={"X-Forwarded-For": "127.0.0.1"}, timeout=30
            ).status_code
            == 404
        )


# ------------------------------------------------------------------ ids of others


def test_ids_of_others_give_no_row(site: Site, door: Door, members: Cast) -> None:
    key = members.key(members.other)
    empty = {f"wholesaler_key={key}", f"wholesaler_id={members.other[1]}"}
    for chosen in empty:
        answer = door.send(Attack(chosen, f"{ROWS}?{chosen}"))
        assert answer.status in (200, 400)
        assert answer.status == 400 or json.loads(answer.text)["total"] == 0
    both = f"wholesaler_key={key}&wholesaler_key={members.key(members.own)}"
    own = site.json(site.program("seller"), ROWS)["total"]
    assert json.loads(door.send(Attack("both", f"{ROWS}?{both}")).text)["total"] == own


def test_answers_that_are_kept_are_kept_for_one_person(site: Site, members: Cast) -> None:
    boss, seller, rival = (site.program(login) for login in ("boss", "seller", "rival"))
    first = site.get(boss, ROWS, limit=7)
    assert site.get(boss, ROWS, limit=7).headers["etag"] == first.headers["etag"]
    for who in (seller, rival):
        answer = who.get(
            f"{site.address}{ROWS}",
            params={"limit": 7},
            headers={"If-None-Match": first.headers["etag"]},
            timeout=30,
        )
        assert answer.status_code == 200
        assert answer.headers["etag"] != first.headers["etag"]
        assert "cookie" in answer.headers["vary"].lower()
    own = {str(row[members.owner]) for row in site.json(seller, ROWS, limit=7)["data"]}
    other = {str(row[members.owner]) for row in site.json(rival, ROWS, limit=7)["data"]}
    assert own == {str(members.key(members.own))}
    assert other == {str(members.key(members.other))}


# ------------------------------------------------------------------ embedded pages


def link(site: Site, by: str = "seller", /, **wanted: Any) -> requests.Response:
    content = {"area": AREA, "page": PAGE, "origins": [ORIGIN], **wanted}
    answer = site.program(by).post(f"{site.address}/api/v1/embed-links", json=content, timeout=30)
    if answer.status_code == 201:
        site.secrets.append(answer.json()["address"].partition("token=")[2])
    return answer


def test_embedded_page_opens_in_frames_of_its_origins_without_cookies(site: Site) -> None:
    address = link(site, origins=[ORIGIN, "http://localhost:3000"]).json()["address"]
    answer = requests.get(address, timeout=30)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {ORIGIN} http://localhost:3000")
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert "x-frame-options" not in answer.headers
    assert "cross-origin-opener-policy" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in answer.headers["cache-control"]
    usual = requests.get(f"{site.address}/sign-in", timeout=30)
    assert usual.headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in usual.headers["content-security-policy"]
    assert usual.headers["cross-origin-resource-policy"] == "same-origin"


def test_link_opens_its_page_and_nothing_else(site: Site, members: Cast) -> None:
    address = link(site).json()["address"]
    token = address.partition("?token=")[2]
    pages = [f"/embed/{area}/{name}" for area, name in all_pages() if name != PAGE]
    for path in [*pages, f"/embed/{AREA}/nothing", f"/embed/{AREA}/nothing/data"]:
        answer = requests.get(f"{site.address}{path}?token={token}", timeout=30)
        assert answer.status_code == 403, path
    for path in (f"/{AREA}/{PAGE}", DATA, ROWS, "/api/v1/me", "/admin/"):
        answer = requests.get(
            f"{site.address}{path}?token={token}", timeout=30, allow_redirects=False
        )
        assert answer.status_code in (401, 303), path
        bearer = {"Authorization": f"Bearer {token}"}
        answer = requests.get(
            site.address + path, headers=bearer, timeout=30, allow_redirects=False
        )
        assert answer.status_code == 401, path
    for broken in (token[:-2], token[5:], _flipped(token, 12), ""):
        answer = requests.get(f"{site.address}/embed/{AREA}/{PAGE}?token={broken}", timeout=30)
        assert answer.status_code == 401
    expired = site.signer.sign(
        "embed",
        {
            "page": f"{AREA}/{PAGE}",
            "login": "seller",
            "session_number": site.session_number("seller"),
            "filters": {},
            "origins": [ORIGIN],
            "until": int(time.time()) - 1,
        },
    )
    answer = requests.get(f"{site.address}/embed/{AREA}/{PAGE}?token={expired}", timeout=30)
    assert answer.status_code == 401
    assert str(members.key(members.other)) not in answer.text


def test_fixed_filters_of_a_link_hold(site: Site, members: Cast) -> None:
    own, other = members.own[1], members.other[1]
    address = link(site, "analyst", filters={"wholesaler": own}).json()["address"]
    data = address.replace(f"/{PAGE}?", f"/{PAGE}/data?", 1)
    fixed = requests.get(data, timeout=30).json()
    assert "wholesaler" not in {each["name"] for each in fixed["filters"]}
    for extra in (f"&wholesaler={other}", f"&wholesaler={own}&wholesaler={other}", "&wholesaler="):
        answer = requests.get(data + extra, timeout=30)
        assert answer.status_code == 200
        assert answer.json()["blocks"] == fixed["blocks"]
        twice = data.replace("?", f"?{extra[1:]}&", 1)
        assert requests.get(twice, timeout=30).json()["blocks"] == fixed["blocks"]


def test_links_that_may_not_be_are_refused(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cases: list[tuple[str, dict[str, Any], int]] = [
        ("seller", {"login": "boss"}, 403),
        ("manager", {"login": "seller"}, 403),
        ("editor", {"login": "seller"}, 403),
        ("boss", {"login": "gone"}, 400),
        ("boss", {"login": "stranger"}, 400),
        ("seller", {"page": "nothing"}, 404),
        ("seller", {"area": "access"}, 404),
        ("seller", {"days": 0}, 400),
        ("seller", {"days": 100_000}, 400),
        ("seller", {"days": 10**30}, 400),
        ("seller", {"origins": []}, 400),
        ("seller", {"origins": ["*"]}, 400),
        ("seller", {"origins": ["https://*.firm.com"]}, 400),
        ("seller", {"origins": ["https://a.b; script-src *"]}, 400),
        ("seller", {"origins": ["https://a.b\nX: y"]}, 400),
        ("seller", {"origins": ["https://a.b https://evil.com"]}, 400),
        ("seller", {"origins": ["'self'"]}, 400),
        ("seller", {"origins": ["javascript:x"]}, 400),
        ("seller", {"origins": ["https://a.b/path"]}, 400),
        ("seller", {"filters": {"nothing": "x"}}, 400),
        ("seller", {"filters": {"wholesaler": "' or 1=1 --"}}, 400),
        ("seller", {"filters": {"from": "soon"}}, 400),
        ("seller", {"reason": ""}, 400),
        ("seller", {"reason": "a\nb"}, 400),
        ("seller", {"extra": 1}, 400),
    ]
    for login, wanted, status in cases:
        assert link(site, login, **wanted).status_code == status, wanted
    assert link(site, "boss", login="seller").status_code == 201
    content = {"area": AREA, "page": PAGE, "origins": [ORIGIN]}
    address = f"{site.address}/api/v1/embed-links"
    assert requests.post(address, json=content, timeout=30).status_code == 401
    browser = site.browser("seller")
    assert browser.post(address, json=content, timeout=30).status_code == 403
    token = {"X-Form-Token": site.form_token(browser)}
    made = browser.post(address, json=content, headers=token, timeout=30)
    assert made.status_code == 201
    site.secrets.append(made.json()["address"].partition("token=")[2])
    directory = tmp_path_factory.mktemp("origins")
    with serving(site.warehouse, directory, like=site, embed_origins=ORIGIN) as strict:
        assert link(strict).status_code == 201
        assert link(strict, origins=[]).json()["origins"] == [ORIGIN]
        assert link(strict, origins=["https://evil.com"]).status_code == 403


# ------------------------------------------------------------------ spreadsheets


FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@sum(1)", "=cmd|' /c calc'!a1", "\t=1+1", "\r=1+1",
    '=hyperlink("https://evil.com")', "=1+1;2", "\n=1+1", " =1+1", "\uff1d1+1",
)  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_cells_are_no_formulas(formula: str) -> None:
    rows = [{"name": formula, "amount": -5}]
    text = "".join(downloads.as_csv(rows, ["name", "amount"]))
    _, (name, amount) = csv.reader(io.StringIO(text))
    assert not name.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert amount == "-5"
    book = b"".join(downloads.as_xlsx(rows, ["name", "amount"], "x"))
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


# ------------------------------------------------------------------ what is no HTTP


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n X: folded\r\n\r\n",
        b"GET /api/v1/me HTTP/1.1\nHost: localhost\n\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=lambda sent: re.sub(r"\W+", "_", sent[:40].decode("latin-1"), flags=re.ASCII),
)
def test_what_is_no_request_ends_the_connection(site: Site, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", site.port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(65536)
        except OSError:
            answer = b""
    assert not re.match(rb"HTTP/1.1 (2|5)\d\d", answer), answer[:200]
    assert site.get(requests.Session(), "/health").status_code == 200
