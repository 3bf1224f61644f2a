"""A real server on loopback over a warehouse of a test's own, and people who use it."""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import requests
from dbt_warehouse import PostgresWarehouse
from psycopg import sql
from sqlalchemy import Engine

from dist_perf import project
from dist_perf.serve import logins
from dist_perf.serve.access import changing, passwords, tables
from dist_perf.serve.access.changing import By
from dist_perf.serve.sessions import Signer
from dist_perf.serve.settings import Settings

COMMAND = Path(sys.executable).with_name("dist-perf")
PASSWORD = "correct horse battery"
API_PASSWORD = "of the login of the API"
BY = By("the test", "a test")
STARTS_SECONDS = 120


@dataclass
class Site:
    """A server, the warehouse below it, and what it logged."""

    warehouse: PostgresWarehouse
    port: int
    log: Path
    secret: str
    api_password: str
    variables: dict[str, str]
    secrets: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def owner(self) -> Engine:
        """The engine of the owner, who changes people without being asked why."""
        return tables.engine(self.parameters())

    @cached_property
    def signer(self) -> Signer:
        """Signs as the server does."""
        return Signer(Settings(secret=self.secret))

    def parameters(self, user: str | None = None, password: str | None = None) -> dict[str, Any]:
        """Return how a user of the database connects; the owner if none is named."""
        found = self.warehouse.environment
        return {
            "host": found["PGHOST"],
            "port": int(found["PGPORT"]),
            "dbname": found["PGDATABASE"],
            "user": user or found["PGUSER"],
            "password": password or found["PGPASSWORD"],
        }

    def add(self, login: str, role: str, *scopes: tuple[str, str, str], password: str = "") -> None:
        """Add a person who has scopes of area, kind and id."""
        kept = passwords.hashed(password or PASSWORD)
        with tables.changing(self.owner) as session:
            changing.add_person(session, BY, login, login.capitalize(), role, kept)
            for area, kind, member in scopes:
                changing.add_scope(session, BY, login, area, kind, member)

    def change(self, login: str, **values: Any) -> None:
        """Change a person."""
        with tables.changing(self.owner) as session:
            changing.change_person(session, BY, login, **values)

    def session_number(self, login: str) -> int:
        """Return the number that valid sessions of a person have."""
        with tables.changing(self.owner) as session:
            return changing.person(session, login).session_number

    def token(self, login: str, **content: Any) -> str:
        """Return a token of a person."""
        made = {
            "login": login,
            "session_number": self.session_number(login),
            "until": int(time.time()) + 3600,
        }
        token = self.signer.sign("token", {**made, **content})
        self.secrets.append(token)
        return token

    def program(self, login: str) -> requests.Session:
        """Return what asks by a token."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token(login)}"
        return session

    def browser(self, login: str, password: str = PASSWORD) -> requests.Session:
        """Return what asks by the cookie of a person who signed in."""
        session = requests.Session()
        answer = session.post(
            f"{self.address}/sign-in",
            data={"login": login, "password": password},
            allow_redirects=False,
            timeout=30,
        )
        assert answer.status_code == 303, answer.text
        self.secrets += [cookie.value for cookie in session.cookies if cookie.value]
        return session

    def form_token(self, browser: requests.Session) -> str:
        """Return the token that the forms of a browser's session carry."""
        page = browser.get(f"{self.address}/password", timeout=30).text
        found = re.search(r'name="form_token" value="([^"]+)"', page)
        assert found, page
        self.secrets.append(found[1])
        return found[1]

    def get(self, who: requests.Session, path: str, **parameters: Any) -> requests.Response:
        """Ask."""
        return who.get(f"{self.address}{path}", params=parameters, timeout=60)

    def json(self, who: requests.Session, path: str, **parameters: Any) -> Any:
        """Ask, and return the answer, which must be one."""
        answer = self.get(who, path, **parameters)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    @contextmanager
    def connected(self, user: str, password: str) -> Iterator[psycopg.Connection]:
        """Connect to the database as somebody."""
        parameters = self.parameters(user, password)
        with psycopg.connect(**parameters, autocommit=True) as connection:
            yield connection

    def command(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `dist-perf` with the variables of the server."""
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=project.root(),
            env={**self.variables, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def serving(
    warehouse: PostgresWarehouse, directory: Path, like: Site | None = None, **settings: str
) -> Iterator[Site]:
    """Start a server with settings, by their names in lower case; end it afterwards.

    Args:
        warehouse: what it reads.
        directory: where its log goes.
        like: another server of the same warehouse, whose secrets it has.
        settings: its settings.
    """
    secret = like.secret if like else secrets.token_urlsafe(32)
    # The login belongs to the server of the session, which all its workers share.
    api_password = API_PASSWORD
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    variables = {
        **os.environ,
        **warehouse.environment,
        "DIST_PERF_SCHEMA_PREFIX": "",
        "DIST_PERF_SERVE_SECRET": secret,
        "DIST_PERF_API_PASSWORD": api_password,
        "DIST_PERF_SERVE_PORT": str(port),
        "DIST_PERF_SERVE_REQUESTS_PER_MINUTE": "1000000",
        **{f"DIST_PERF_SERVE_{name.upper()}": value for name, value in settings.items()},
    }
    log = directory / f"server_{port}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [COMMAND, "serve"], cwd=project.root(), env=variables, stdout=output, stderr=output
        )
    site = Site(warehouse, port, log, secret, api_password, variables, [secret, api_password])
    try:
        _wait(site, process)
        yield site
    finally:
        site.owner.dispose()
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(site: Site, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + STARTS_SECONDS
    while time.monotonic() < ends:
        assert process.poll() is None, site.log.read_text(encoding="utf-8")
        try:
            answer = requests.get(f"{site.address}/health", timeout=20)
        except requests.RequestException:
            time.sleep(0.1)
            continue
        if answer.status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError(site.log.read_text(encoding="utf-8"))


def read_as(connection: psycopg.Connection, login: str, query: str) -> list[tuple[Any, ...]]:
    """Return the rows of a query as the login of the API has them for a person."""
    with connection.transaction():
        connection.execute("select set_config('dist_perf.person', %s, true)", [login])
        return connection.execute(query).fetchall()


def digest(relation: str, condition: str = "true") -> str:
    """Return a query of how many rows a relation has, and of a digest of all of them."""
    return (
        "select count(*), md5(string_agg(cast(rows as text), '|' order by cast(rows as text)))"
        f" from {relation} as rows where {condition}"
    )


def quoted(name: str) -> str:
    """Return a name as SQL has it."""
    return sql.Identifier(name).as_string()


API = logins.API
