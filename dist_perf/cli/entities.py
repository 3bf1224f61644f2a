"""`dist-perf entities`."""

from __future__ import annotations

from pathlib import Path

import click

from dist_perf import project


@click.command()
@click.argument("artifacts", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--check", is_flag=True, help="Write nothing; fail where a page is out of date.")
def entities(artifacts: Path, check: bool) -> None:
    """Draw the marts and their keys, from the manifest and the catalog in ARTIFACTS."""
    # dbterd takes seconds to import, which no other command should wait for.
    from dist_perf.entities import pages  # noqa: PLC0415

    for path, text in pages(artifacts).items():
        name = path.relative_to(project.root())
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            click.echo(f"{name} is up to date.")
        elif check:
            raise click.ClickException(f"`{name}` no longer shows the contracts: run `make docs`")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            click.echo(f"Wrote {name}.")
