"""`dist-perf deps`."""

from __future__ import annotations

import click

from dist_perf import deps as packages


@click.command()
def deps() -> None:
    """Install the dbt packages, or stand-ins where the hub cannot be reached."""
    try:
        fetched = packages.fetch_from_hub()
    except packages.HubError as error:
        placed, kept = packages.place_stand_ins()
        click.echo(f"The dbt package hub does not deliver: {error}")
        if kept:
            click.echo(f"Packages that were installed stay: {_listed(kept)}.")
        if placed:
            click.echo(
                f"This project's own stand-ins are used: {_listed(placed)}. They hold all that "
                "it calls; `make deps` tries the hub again."
            )
    else:
        click.echo(f"Packages from the dbt package hub: {_listed(fetched)}.")


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
