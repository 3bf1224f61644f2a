"""Settings of the server, from the environment or the file `.env` of the project."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import click
from dotenv import dotenv_values
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dist_perf import project
from dist_perf.files import replace_private

PREFIX = "DIST_PERF_SERVE_"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ORIGIN = re.compile(
    r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?", re.ASCII
)


class Settings(BaseSettings):
    """What whoever runs the server may set; each has a default that is safe on one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on")
    target: Literal["postgres", "duckdb"] = Field("postgres", description="Warehouse to read")
    secret: str = Field(
        "", repr=False, description="Signs cookies and links; without it a private file has one"
    )
    hosts: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Names that browsers may call the server by, by commas; without them it "
        "answers to this machine's own if it listens on this machine alone, otherwise to any",
    )
    secure_cookies: bool = Field(
        False, description="true behind TLS: browsers then send cookies over https alone"
    )
    idle_minutes: int = Field(30, ge=1, description="Minutes after which an unused session ends")
    session_hours: int = Field(12, ge=1, description="Hours after which any session ends")
    sign_in_tries: int = Field(
        5,
        ge=1,
        description="Failed sign-ins in 5 minutes of one person from one address; "
        "ten times as many in all",
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Addresses or networks of reverse proxies, by commas: what they forward is "
        "counted as of the address that their `X-Forwarded-For` names",
    )
    requests_per_minute: int = Field(
        6000, ge=1, description="Requests of one person or address that are answered a minute"
    )
    origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Other sites whose scripts may call the API, by commas"
    )
    embed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Sites that may embed pages by a signed link, by commas"
    )
    database_connections: int = Field(8, ge=1, description="Connections to PostgreSQL at most")
    statement_seconds: int = Field(20, ge=1, description="Seconds that a query may take")
    oidc_issuer: str = Field(
        "", description="Address of the firm's OpenID Connect provider; people sign in by it too"
    )
    oidc_client_id: str = Field("", description="Client that the provider knows this server as")
    oidc_client_secret: str = Field("", repr=False, description="That client's secret")
    public_address: str = Field(
        "", description="Address that links to this server begin with, as https://dash.firm.com"
    )

    @field_validator("origins", "embed_origins", "hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [origin.strip() for origin in value.split(",") if origin.strip()]
        return value

    @field_validator("origins", "embed_origins")
    @classmethod
    def _are_origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            if ORIGIN.fullmatch(origin) is None:
                raise ValueError(
                    f"`{origin}` is no origin: give one as `https://intranet.firm.com`"
                )
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: list[str]) -> list[str]:
        for network in value:
            try:
                ipaddress.ip_network(network)
            except ValueError:
                raise ValueError(
                    f"`{network}` is no address: give one as `127.0.0.1` or `10.0.0.0/24`"
                ) from None
        return value

    @field_validator("public_address")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and ORIGIN.fullmatch(value.rstrip("/")) is None:
            raise ValueError("give it as `https://dash.firm.com`, without a path")
        return value.rstrip("/")

    @property
    def known_hosts(self) -> frozenset[str]:
        """Names that browsers may call the server by; none where any will do."""
        if not self.hosts and self.host not in LOOPBACK:
            return frozenset()
        address = urlsplit(self.public_address).hostname
        return frozenset(name.lower() for name in [*self.hosts, address or "", *LOOPBACK] if name)

    @cached_property
    def signing_secret(self) -> str:
        """What signs cookies and links, made at the first start."""
        if self.secret:
            return self.secret
        file = private_directory() / "secret"
        if not file.exists():
            replace_private(file, secrets.token_urlsafe(48))
        return file.read_text(encoding="utf-8")


def read_env_file() -> None:
    """Take variables of `.env` into the environment, which keeps what it has.

    They are those that say where the warehouse is and how it is served.

    Raises:
        click.ClickException: the file cannot be read.
    """
    file = project.root() / ".env"
    if not file.is_file():
        return
    try:
        found = dotenv_values(file)
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"`{file}` cannot be read: {error}") from None
    for name, value in found.items():
        if value and name.startswith(("PG", "DIST_PERF_")):
            os.environ.setdefault(name, value)


def private_directory() -> Path:
    """Return the directory of what belongs to this server and to nobody else, made if missing."""
    directory = project.state_dir() / "serve"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


def load(**chosen: object) -> Settings:
    """Read the settings; what is chosen here, by an option of a command, comes first.

    Raises:
        click.ClickException: a variable has a value that it cannot have; the message names it.
    """
    given = {name: value for name, value in chosen.items() if value is not None}
    try:
        return Settings(_env_file=project.root() / ".env", **given)  # type: ignore[call-arg, arg-type]
    except ValidationError as error:
        lines = [
            f"{PREFIX}{str(each['loc'][0]).upper()} is {each['input']!r}: "
            f"{each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
            if each["loc"]
        ]
        raise click.ClickException("\n".join(lines)) from None
