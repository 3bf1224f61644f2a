"""Starts the server."""

from __future__ import annotations

import errno
import logging
import socket
import sys

import click
import uvicorn

from dist_perf import ports, warehouse
from dist_perf.serve import logins, signing_in
from dist_perf.serve.app import create_app
from dist_perf.serve.database import with_schemas
from dist_perf.serve.settings import LOOPBACK, Settings, private_directory


def run(settings: Settings) -> int:
    """Serve until told to stop.

    Returns:
        The exit status.

    Raises:
        click.ClickException: it cannot start; the message says why and what mends it.
    """
    listening = _listen(settings)
    port = listening.getsockname()[1]
    if settings.target == "duckdb":
        _require_one_machine(settings)
    else:
        with warehouse.connect_postgres() as connection:
            logins.prepare(connection)
    _log_as_json()
    address = f"http://{settings.host}:{port}"
    click.echo(f"Serving at {address}")
    if settings.target == "duckdb":
        click.echo(
            "DuckDB has no row security: the pages are for one person on this machine, to read. "
            "PostgreSQL serves several."
        )
    else:
        _say_first_visit(address, settings)
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            log_config=None,
            access_log=False,
            server_header=False,
            # Whoever else sends such headers is counted by where the request comes from.
            proxy_headers=bool(settings.trusted_proxies),
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )
    )
    server.run(sockets=[listening])
    return 0 if server.started else 1


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(512)
    except OSError as error:
        who = ports.listener(settings.port) if error.errno == errno.EADDRINUSE else error.strerror
        raise click.ClickException(
            f"cannot listen on {settings.host}, port {settings.port}: {who}. "
            "Choose another with --port or DIST_PERF_SERVE_PORT"
        ) from None
    return listening


def _require_one_machine(settings: Settings) -> None:
    if settings.host not in LOOPBACK:
        raise click.ClickException(
            f"on DuckDB the server listens on this machine alone, not on {settings.host}: DuckDB "
            "has no row security. Serve PostgreSQL to others"
        )
    if not warehouse.duckdb_path().exists():
        raise click.ClickException(
            f"there is no `{warehouse.duckdb_path()}`: run `dbt build --target duckdb` first"
        )


def _say_first_visit(address: str, settings: Settings) -> None:
    has_oidc = "true" if settings.oidc_issuer else "false"
    query = with_schemas(signing_in.ANY_ADMINISTRATOR).replace(":has_oidc", has_oidc)
    with warehouse.connect_postgres() as connection:
        found = connection.execute(query).fetchone()
    if found and not found[0]:
        signing_in.first_word()
        click.echo(
            f"There is no administrator yet: open {address}/first-visit and give the word in "
            f"`{private_directory() / 'first_administrator'}`, or run `dist-perf access add`."
        )


def _log_as_json() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name, level in (("dist_perf.serve", logging.INFO), ("uvicorn.error", logging.WARNING)):
        log = logging.getLogger(name)
        log.handlers = [handler]
        log.setLevel(level)
        log.propagate = False
    # The pool says each second that it waits; the answer says so anyway.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
