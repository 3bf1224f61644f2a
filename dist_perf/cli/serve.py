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
    require_extra()
    # The packages of the extra take long to import.
    from dist_perf.serve import settings as settings_of  # noqa: PLC0415

    settings_of.read_env_file()
    if ctx.invoked_subcommand is not None:
        return
    from dist_perf.serve import running  # noqa: PLC0415

    sys.exit(running.run(settings_of.load(host=host, port=port, target=target)))


@serve.command("embed-link")
@click.argument("area")
@click.argument("page")
@click.option("--login", required=True, help="Person whose rows the page shows.")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="Fixed filter.")
@click.option("--days", type=int, default=30, show_default=True, help="Days it is good for.")
@click.option("--origin", "origins", multiple=True, help="Site that may show it in a frame.")
@click.option("--reason", help="Why, for the list of changes [default: the command].")
def embed_link(  # noqa: PLR0913, PLR0917 - its arguments and options
    area: str,
    page: str,
    login: str,
    filters: tuple[str, ...],
    days: int,
    origins: tuple[str, ...],
    reason: str | None,
) -> None:
    """Print a link to PAGE of AREA that opens in a frame of another site without signing in.

    Whoever opens it sees the rows of the person, and cannot change the fixed filters. It ends
    early when the person is deactivated or gets another password.
    """
    from dist_perf.cli.access import changing_people  # noqa: PLC0415
    from dist_perf.serve import settings as settings_of  # noqa: PLC0415
    from dist_perf.serve.access import changing, links  # noqa: PLC0415
    from dist_perf.serve.pages import all_pages, filtering, find  # noqa: PLC0415
    from dist_perf.serve.problems import unknown_parameter  # noqa: PLC0415
    from dist_perf.serve.sessions import Signer  # noqa: PLC0415

    settings = settings_of.load()
    found = find(area, page)
    if found is None:
        known = ", ".join(f"{each} {name}" for each, name in all_pages())
        raise click.ClickException(f"there is no page `{area} {page}`. Pages are {known}")
    fixed: dict[str, list[str]] = {}
    for each in filters:
        name, sign, value = each.partition("=")
        if not sign:
            raise click.UsageError(f"`--filter {each}` is no filter: give it as NAME=VALUE")
        fixed.setdefault(name, []).append(value)
    with changing_people(reason) as (session, by):
        parameters = filtering.parameters_of(found)
        for name in fixed:
            if name not in parameters:
                raise unknown_parameter(name, parameters)
        named = links.origins(settings, origins)
        person = changing.active_person(session, login)
        signed = links.embed_address(
            Signer(settings), f"{area}/{page}", login, person.session_number, fixed, days, named
        )
        after = {"page": f"{area}/{page}", "filters": fixed, "origins": named, "days": days}
        changing.record(session, by, "embed links", login, after=after)
    base = settings.public_address or f"http://{settings.host}:{settings.port}"
    click.echo(base + signed)
