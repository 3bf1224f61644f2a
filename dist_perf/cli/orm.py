"""`dist-perf orm`."""

from __future__ import annotations

import click

from dist_perf import orm_classes, project


@click.command()
def orm() -> None:
    """Write the classes of the ORM anew, from the contracts of the marts."""
    for path in orm_classes.write():
        click.echo(f"Wrote {path.relative_to(project.root())}.")
