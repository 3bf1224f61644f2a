"""`dist-perf serve`."""

from __future__ import annotations

import importlib.util
import sys

import click

MISSING = "the pages need further packages: pip install 'dist-perf-dw[serve]'"


def require_extra() -> None:
    """Refuse to go on where the packages of the extra `serve` are missing.

    Raises:
        click.ClickException: they are; the message says how to get them.
    """
    if any(importlib.util.find_spec(name) is None for name in ("fastapi", "uvicorn", "plotly")):
        raise click.ClickException(MISSING)


@click.group(invoke_without_command=True)
@click.option("--host", help="Address to listen on [default: 127.0.0.1].")
@click.option("--port", type=int, help="Port to listen on [default: 8000].")
@click.option("--target", type=click.Choice(["postgres", "duckdb"]), help="Warehouse to read.")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None, target: str | None) -> None:
    """Serve pages and API over the built warehouse, on this machine alone unless told otherwise.

    `.env` and the environment hold its settings; `.env.sample` lists them.
    """
    if ctx.invoked_subcommand is not None:
        return
    require_extra()
    # The packages of the extra take long to import.
    from dist_perf.serve import running  # noqa: PLC0415
    from dist_perf.serve import settings as settings_of  # noqa: PLC0415

    sys.exit(running.run(settings_of.load(host=host, port=port, target=target)))
