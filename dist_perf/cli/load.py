"""`dist-perf load`."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dist_perf import feeds, project
from dist_perf.cli import options
from dist_perf.loading import LoadedFile, load_files, mapping, store, withdrawing
from dist_perf.loading.deliveries import Period

# Exit status where a file was loaded and too much of it went to quarantine.
TOO_MANY_REJECTED = 3
SHOWN_REASONS = 10
# Wide enough for a batch beside its file where the output is no terminal.
WIDTH = 180


@click.command()
@click.argument("feed", required=False)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path),
    help="YAML file that says what the columns mean; docs/loading.md describes it.",
)
@options.target("The dbt target whose warehouse takes the rows.")
@click.option("--source", help="Who sends the files, if their names do not say it.")
@click.option(
    "--business-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date that the files are about, if neither names nor rows say it.",
)
@click.option(
    "--max-rejected",
    type=click.FloatRange(0, 100),
    default=5,
    show_default=True,
    metavar="PERCENT",
    help="Exit with status 3 if more of a file's rows are quarantined; the others stay loaded.",
)
@click.option(
    "--accept-fewer",
    is_flag=True,
    help="Replace an earlier delivery also by one with far fewer rows.",
)
@click.option("--strict", is_flag=True, help="The same as --max-rejected 0.")
@click.option("--list", "is_list", is_flag=True, help="Show what is loaded, into FEED if named.")
@click.option("--withdraw", metavar="BATCH", help="Take a delivery out; --list shows batches.")
def load(  # noqa: PLR0913, PLR0917 - one parameter an option
    feed: str | None,
    files: tuple[Path, ...],
    mapping_file: Path | None,
    target: str,
    source: str | None,
    business_date: datetime.datetime | None,
    max_rejected: float,
    accept_fewer: bool,
    strict: bool,
    is_list: bool,
    withdraw: str | None,
) -> None:
    """Load FILES, CSV, Parquet or JSON, into FEED.

    A file is taken as a whole or not at all. Content that was loaded before changes nothing; a
    later file of the same source and business dates takes the place of the earlier one. Rows that
    cannot be taken go to `quarantine.rejected_rows`.
    """
    if withdraw is not None:
        _refuse_further(is_list or feed or files, "--withdraw BATCH")
        with _answering(target) as database:
            _report_withdrawn(withdrawing.withdraw(database, withdraw), target)
        return
    if is_list:
        _refuse_further(files, "--list [FEED]")
        wanted = feeds.find(feed).name if feed else None
        with _answering(target) as database:
            _show(withdrawing.loaded(database), wanted)
        return
    if not feed or not files:
        raise click.UsageError("name a feed and its files: dist-perf load FEED FILES...")
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
            _answering(target) as database,
            progress if console.is_terminal else nullcontext(),
        ):
            for each in load_files(
                database,
                found,
                files,
                mapping=rules,
                source=source,
                business_date=business_date.date() if business_date else None,
                accept_fewer=accept_fewer,
                on_progress=show,
            ):
                loaded.append(each)
    finally:
        # What was loaded before a failure stays loaded.
        for each in loaded:
            _report(each)
    limit = 0 if strict else max_rejected
    excessive = [each for each in loaded if _is_beyond(each, limit)]
    for each in excessive:
        click.echo(_warning(each, limit, target), err=True)
    if excessive:
        sys.exit(TOO_MANY_REJECTED)


def _refuse_further(given: object, usage: str) -> None:
    if given:
        raise click.UsageError(f"this takes nothing else: dist-perf load {usage}")


@contextmanager
def _answering(target: str) -> Iterator[store.Store]:
    """Open a target's database, and say it in one sentence if it refuses something."""
    try:
        with store.opened(target) as database:
            yield database
    except store.DatabaseError as error:
        message = str(error).strip()
        raise click.ClickException(f"the database of target `{target}` says: {message}") from None


def _is_beyond(loaded: LoadedFile, limit: float) -> bool:
    entry = loaded.same_as or loaded.entry
    nothing_taken = entry.rows_quarantined > 0 and not entry.rows_taken
    return nothing_taken or entry.quarantined_share * 100 > limit


def _warning(loaded: LoadedFile, limit: float, target: str) -> str:
    entry = loaded.same_as or loaded.entry
    return (
        f"Error: `{loaded.entry.file}` lost {_percent(entry.quarantined_share)} of its rows to "
        f"quarantine, more than the {limit:g}% of `--max-rejected`. The {entry.rows_taken:,} rows "
        "taken stay loaded. Mend the file or its mapping and load it again: it takes its own "
        f"place. Or take it out: `{_withdrawal(entry.batch_id, target)}`"
    )


def _percent(share: float) -> str:
    return "less than 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"  # noqa: PLR2004


def _report(loaded: LoadedFile) -> None:
    entry = loaded.entry
    name = Path(entry.file).name
    if loaded.same_as:
        click.echo(
            f"`{name}`: this content is loaded already, from `{Path(loaded.same_as.file).name}` "
            f"at {loaded.same_as.started_at:%Y-%m-%d %H:%M}; nothing changes."
        )
        return
    share = f" ({_percent(entry.quarantined_share)})" if entry.rows_quarantined else ""
    blank = f", {entry.rows_blank:,} blank" if entry.rows_blank else ""
    skipped = f", {entry.rows_skipped:,} skipped" if entry.rows_skipped else ""
    click.echo(
        f"`{name}`: {entry.rows_read:,} rows read, {entry.rows_taken:,} taken, "
        f"{entry.rows_quarantined:,} quarantined{share}{blank}{skipped}."
    )
    if entry.rounded:
        click.echo(f"  Rounded by the mapping: {entry.rounded}.")
    for warning in loaded.warnings:
        click.echo(f"  Warning: {warning}.")
    for earlier in loaded.replaced:
        click.echo(f"  It takes the place of {_described(earlier)}.")
    for overlap in loaded.overlapped:
        click.echo(
            f"  It shares business dates with {_described(overlap.entry)}, which stays beside it: "
            f"{_days(overlap.dates)}. Where a key is in both, the later row counts; "
            "keys on these dates that only the earlier one has, and that stay: "
            f"{overlap.missing:,}."
        )
    if entry.rows_superseded:
        _report_superseded(loaded)
    for found in loaded.reasons[:SHOWN_REASONS]:
        many = f"{found.rows:,} rows, the first of them " if found.rows > 1 else ""
        column = f"column `{found.column_name}`, " if found.column_name else ""
        value = f"`{found.first_value}` " if found.first_value is not None else ""
        click.echo(f"  {many}row {found.first_row}, {column}{value}{found.reason}")
    others = loaded.reasons[SHOWN_REASONS:]
    if others:
        rows = sum(each.rows for each in others)
        click.echo(f"  {rows:,} rows more, for {len(others):,} other reasons")
    if entry.rows_quarantined:
        quarantine = project.schema_name("quarantine")
        click.echo(
            f"  All of them: select * from {quarantine}.rejected_rows "  # noqa: S608
            f"where batch_id = '{entry.batch_id}'"
        )


def _report_superseded(loaded: LoadedFile) -> None:
    entry = loaded.entry
    names = ", ".join(f"`{name}`" for name in feeds.find(entry.feed).key)
    click.echo(
        f"  Of the rows taken {entry.rows_superseded:,} are superseded: a later row of the file "
        f"has the same {names}, and the last one counts."
    )
    for row in loaded.superseded:
        key = ", ".join("" if part is None else str(part) for part in row.key)
        click.echo(f"  row {row.row_number} is superseded by row {row.by_row_number}, key `{key}`")
    quarantine = project.schema_name("quarantine")
    click.echo(
        f"  All of them, after the next build: select * from {quarantine}.superseded_rows "  # noqa: S608
        f"where batch_id = '{entry.batch_id}'"
    )


def _described(earlier: store.LogEntry) -> str:
    dates = _days(earlier.period)
    return (
        f"`{Path(earlier.file).name}` ({earlier.rows_taken:,} rows of source `{earlier.source}`"
        f"{f', {dates}' if dates else ''}; loaded {earlier.started_at:%Y-%m-%d %H:%M})"
    )


def _days(period: Period) -> str:
    return " to ".join(dict.fromkeys(str(date) for date in period or ()))


def _withdrawal(batch_id: str, target: str) -> str:
    return f"dist-perf load --withdraw {batch_id}{_at(target)}"


def _at(target: str) -> str:
    return f" --target {target}" if target != "postgres" else ""


def _show(entries: list[store.LogEntry], feed: str | None) -> None:
    """Print the deliveries that are loaded, the oldest first."""
    shown = [each for each in entries if feed in {None, each.feed}]
    table = Table(box=SIMPLE_HEAD)
    for column in ("batch", "feed", "source", "business dates", "file", "loaded (UTC)"):
        table.add_column(column, overflow="fold", no_wrap=column == "batch")
    for column in ("rows", "quarantined", "replaced"):
        table.add_column(column, justify="right")
    for each in shown:
        table.add_row(
            each.batch_id,
            each.feed,
            each.source,
            _days(each.period),
            Path(each.file).name,
            f"{each.started_at:%Y-%m-%d %H:%M}",
            f"{each.rows_taken:,}",
            f"{each.rows_quarantined:,}",
            f"{each.rows_replaced:,}",
        )
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    if shown:
        console.print(table)
    click.echo(f"Deliveries that are loaded{f' into `{feed}`' if feed else ''}: {len(shown):,}.")


def _report_withdrawn(done: withdrawing.Withdrawn, target: str) -> None:
    entry = done.entry
    dates = _days(entry.period)
    click.echo(
        f"`{Path(entry.file).name}` is withdrawn: {done.rows:,} rows are out of `{entry.feed}` "
        f"(source `{entry.source}`{f', {dates}' if dates else ''}), and "
        f"{entry.rows_quarantined:,} out of the quarantine."
    )
    for each in done.returned:
        click.echo(f"  Back is what it had replaced: {_described(each)}.")
    for each in done.gone:
        click.echo(
            f"  Not back is {_described(each)}: only what was replaced last is kept. If it is "
            f"wanted, load `{each.file}` again."
        )
    if not done.returned and not done.gone:
        click.echo("  It had replaced nothing, so nothing comes back.")
    aside = f"{project.schema_name('quarantine')}.removed_{entry.feed}"
    click.echo(f"  Its rows: select * from {aside} where _batch_id = '{entry.batch_id}'")  # noqa: S608
    click.echo(
        f"  Marts follow with the next `dist-perf build{_at(target)} --vars 'feed_schema: raw'`."
    )
