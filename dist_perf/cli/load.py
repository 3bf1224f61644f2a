"""`dist-perf load`."""

from __future__ import annotations

import datetime
import sys
from contextlib import nullcontext
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from dist_perf import feeds, project
from dist_perf.loading import LoadedFile, load_files, mapping, store


@click.command()
@click.argument("feed")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    help="YAML file that says what the columns mean; docs/loading.md describes it.",
)
@click.option(
    "--target",
    type=click.Choice(["postgres", "duckdb"]),
    default="postgres",
    show_default=True,
    help="The dbt target whose warehouse takes the rows.",
)
@click.option("--source", help="Who sends the files, if their names do not say it.")
@click.option(
    "--business-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date that the files are about, if neither names nor rows say it.",
)
@click.option("--strict", is_flag=True, help="Exit with an error if any row is quarantined.")
def load(  # noqa: PLR0913 - one parameter an option
    feed: str,
    files: tuple[Path, ...],
    mapping_file: Path | None,
    target: str,
    source: str | None,
    business_date: datetime.datetime | None,
    strict: bool,
) -> None:
    """Load FILES, CSV or Parquet, into FEED.

    A file is taken as a whole or not at all. Content that was loaded before changes nothing; a
    later file of the same source and business dates takes the place of the earlier one. Rows that
    cannot be taken go to `quarantine.rejected_rows`.
    """
    found = feeds.find(feed)
    rules = mapping.read(mapping_file, found) if mapping_file else None
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    tasks = {path: progress.add_task(path.name, start=False, visible=False) for path in files}

    def show(path: Path, done: int, size: int) -> None:
        progress.start_task(tasks[path])
        progress.update(tasks[path], completed=done, total=size, visible=True)

    with progress if console.is_terminal else nullcontext():
        loaded = load_files(
            store.opened(target),
            found,
            files,
            mapping=rules,
            source=source,
            business_date=business_date.date() if business_date else None,
            on_progress=show,
        )
    for each in loaded:
        _report(each)
    quarantined = sum(each.entry.rows_quarantined for each in loaded)
    nothing_taken = any(
        each.entry.status == "loaded" and not each.entry.rows_taken and each.entry.rows_read
        for each in loaded
    )
    if nothing_taken or (strict and quarantined):
        sys.exit(1)


def _report(loaded: LoadedFile) -> None:
    entry = loaded.entry
    name = Path(entry.file).name
    if entry.status == "unchanged":
        click.echo(f"`{name}`: this content is loaded already; nothing changes.")
        return
    blank = f", {entry.rows_blank:,} blank" if entry.rows_blank else ""
    click.echo(
        f"`{name}`: {entry.rows_read:,} rows read, {entry.rows_taken:,} taken, "
        f"{entry.rows_quarantined:,} quarantined{blank}."
    )
    for earlier in loaded.replaced:
        click.echo(
            f"  It takes the place of {earlier.rows_taken:,} rows of `{Path(earlier.file).name}`, "
            f"loaded {earlier.started_at:%Y-%m-%d %H:%M}: the same source `{entry.source}`"
            + (
                f", business dates {earlier.first_business_date} to {earlier.last_business_date}."
                if earlier.first_business_date
                else "."
            )
        )
    for reject in loaded.rejects:
        column = f"column `{reject.column_name}`, " if reject.column_name else ""
        value = f"`{reject.value}` " if reject.value is not None else ""
        click.echo(f"  row {reject.row_number}, {column}{value}{reject.reason}")
    if entry.rows_quarantined:
        quarantine = project.schema_name("quarantine")
        click.echo(
            f"  All of them: select * from {quarantine}.rejected_rows "
            f"where batch_id = '{entry.batch_id}'"
        )
