"""`dist-perf generate`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dist_perf import project
from dist_perf.generate import FORMATS, Settings, write_feeds, write_sample

DATE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--flows", type=int, help="How many flows; the other feeds grow with them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--out", type=click.Path(path_type=Path), help="Directory for the files.")
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True
)
@click.option("--start", type=DATE, default="2023-01-01", show_default=True, help="First day.")
@click.option("--end", type=DATE, default="2025-06-30", show_default=True, help="Last day.")
@click.option("--sample", is_flag=True, help="Rewrite the project's own seeds/sample instead.")
def generate(  # noqa: PLR0913, PLR0917
    flows: int | None,
    seed: int,
    out: Path | None,
    file_format: str,
    start: dt.datetime,
    end: dt.datetime,
    sample: bool,
) -> None:
    """Make believable feeds, one file for each feed."""
    if sample:
        directory = project.root() / "seeds" / "sample"
        write_sample(directory)
        click.echo(f"Wrote the sample to {directory}.")
        return
    if flows is None or out is None:
        raise click.UsageError("give `--flows` and `--out`")
    settings = Settings(flows, seed, start.date(), end.date())
    console = Console(stderr=True)
    with Progress(
        TextColumn("flows"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task("flows", total=flows)
        write_feeds(settings, out, file_format, lambda more: progress.advance(task, more))
    click.echo(f"Wrote {flows:,} flows and all other feeds to {out}.")
