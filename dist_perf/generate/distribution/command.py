"""`dist-perf generate` for this area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pyarrow as pa
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from dist_perf.generate.distribution.feed_tables import all_tables
from dist_perf.generate.distribution.settings import SAMPLE_FLOWS, Settings
from dist_perf.generate.tables import FORMATS
from dist_perf.generate.writing import Generator
from dist_perf.generate.writing import write_feeds as write_feeds_of

# The folder is named as the area is.
AREA = Path(__file__).parent.name
SAMPLE = Settings(flows=SAMPLE_FLOWS, seed=20250701)
DATE = click.DateTime(["%Y-%m-%d"])


def write_feeds(
    settings: Settings,
    directory: Path,
    file_format: str,
    on_flows: Callable[[int], None] = lambda _: None,
) -> None:
    """Write one file for each feed into `directory`, which is made if need be.

    Args:
        settings: size, seed and period.
        directory: where the files go; files of the same names are replaced.
        file_format: one of `FORMATS`.
        on_flows: called with how many more flows have been written.

    Raises:
        click.ClickException: the directory cannot be written to.
    """

    def count(name: str, rows: int) -> None:
        if name == "aum_flows":
            on_flows(rows)

    write_feeds_of(AREA, all_tables(settings), directory, file_format, count)


@click.command()
@click.option("--flows", type=int, help="How many flows; the other feeds grow with them.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--out", type=click.Path(path_type=Path), help="Directory for the files.")
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True
)
@click.option("--start", type=DATE, default="2023-01-01", show_default=True, help="First day.")
@click.option("--end", type=DATE, default="2025-06-30", show_default=True, help="Last day.")
def command(  # noqa: PLR0913, PLR0917
    flows: int | None,
    seed: int,
    out: Path | None,
    file_format: str,
    start: dt.datetime,
    end: dt.datetime,
) -> None:
    """Make flows and all other feeds of the area, one file for each feed."""
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


def _sample() -> Iterator[tuple[str, pa.Table]]:
    return all_tables(SAMPLE)


GENERATOR = Generator(AREA, command, _sample)
