"""`dist-perf orm`."""

from __future__ import annotations

from pathlib import Path

import click

from dist_perf import orm_classes, project


@click.command()
@click.argument("artifacts", type=click.Path(path_type=Path, exists=True, file_okay=False))
def orm(artifacts: Path) -> None:
    """Write the classes of the ORM, from the contracts in the manifest in ARTIFACTS."""
    for path in orm_classes.write(artifacts):
        click.echo(f"Wrote {path.relative_to(project.root())}.")
