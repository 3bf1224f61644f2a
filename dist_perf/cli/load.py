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
from dist_perf.loading.deliveries import Period


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
def load(  # noqa: PLR0913, PLR0917 - one parameter an option
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

    loaded = []
    try:
        with (
            store.opened(target) as database,
            progress if console.is_terminal else nullcontext(),
        ):
            for each in load_files(
                database,
                found,
                files,
                mapping=rules,
                source=source,
                business_date=business_date.date() if business_date else None,
                on_progress=show,
            ):
                loaded.append(each)
    except store.DatabaseError as error:
        message = str(error).strip()
        raise click.ClickException(f"the database of target `{target}` says: {message}") from None
    finally:
        # What was loaded before a failure stays loaded.
        for each in loaded:
            _report(each)
    quarantined = sum(each.entry.rows_quarantined for each in loaded)
    nothing_taken = any(
        each.entry.rows_quarantined and not each.entry.rows_taken for each in loaded
    )
    if nothing_taken or (strict and quarantined):
        sys.exit(1)


def _report(loaded: LoadedFile) -> None:
    entry = loaded.entry
    name = Path(entry.file).name
    if loaded.same_as:
        click.echo(
            f"`{name}`: this content is loaded already, from `{Path(loaded.same_as.file).name}` "
            f"at {loaded.same_as.started_at:%Y-%m-%d %H:%M}; nothing changes."
        )
        return
    blank = f", {entry.rows_blank:,} blank" if entry.rows_blank else ""
    click.echo(
        f"`{name}`: {entry.rows_read:,} rows read, {entry.rows_taken:,} taken, "
        f"{entry.rows_quarantined:,} quarantined{blank}."
    )
    for earlier in loaded.replaced:
        click.echo(f"  It takes the place of {_told(earlier)}.")
    for overlap in loaded.overlapped:
        click.echo(
            f"  It shares business dates with {_told(overlap.entry)}, which stays beside it: "
            f"{_days(overlap.dates)}. Where a key is in both, the later row counts; "
            f"keys on these dates that only the earlier one has, and that stay: {overlap.missing:,}."
        )
    for reject in loaded.rejects:
        column = f"column `{reject.column_name}`, " if reject.column_name else ""
        value = f"`{reject.value}` " if reject.value is not None else ""
        click.echo(f"  row {reject.row_number}, {column}{value}{reject.reason}")
    if entry.rows_quarantined:
        quarantine = project.schema_name("quarantine")
        click.echo(
            f"  All of them: select * from {quarantine}.rejected_rows "  # noqa: S608
            f"where batch_id = '{entry.batch_id}'"
        )


def _told(earlier: store.LogEntry) -> str:
    dates = _days(earlier.period)
    return (
        f"`{Path(earlier.file).name}` ({earlier.rows_taken:,} rows of source `{earlier.source}`"
        f"{f', {dates}' if dates else ''}; loaded {earlier.started_at:%Y-%m-%d %H:%M})"
    )


def _days(period: Period) -> str:
    return " to ".join(dict.fromkeys(str(date) for date in period or ()))
