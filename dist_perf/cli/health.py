"""`dist-perf health`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dist_perf import project
from dist_perf.cli import options

if TYPE_CHECKING:
    from dist_perf.health import Check

STYLES = {
    "pass": "green", "warn": "yellow", "fail": "red", "error": "red", "skipped": "magenta",
    "unused": "dim", "unknown": "dim",
}  # fmt: skip
# Wide enough for the names of tests where the output is no terminal, such as a scheduler's log.
WIDTH = 160


@click.group()
def health() -> None:
    """Record dbt's results in the warehouse, and show them."""


@health.command()
@click.option(
    "--artifacts",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where dbt wrote its artifacts, if not to DBT_TARGET_PATH or `target`.",
)
def record(artifacts: Path | None) -> None:
    """Record the results of dbt's last runs in the warehouse that they ran on.

    These are the last run that built or tested and the last check of the feeds' freshness. A run
    that is recorded already changes nothing.
    """
    # The models of dbt's artifacts take long to import.
    from dist_perf import health as records  # noqa: PLC0415

    directory = artifacts or project.artifacts_dir()
    new = [run for run in records.record(directory) if run.is_new]
    for run in new:
        click.echo(f"Recorded the {run.results:,} results of `dbt {run.command}`.")
    if not new:
        click.echo(f"What dbt left in `{directory}` was recorded before; nothing changes.")


@health.command()
@options.target("The dbt target whose warehouse to read.")
def show(target: str) -> None:
    """Print the state of feeds, models and tests; exit with 1 if any of them fails.

    It is a summary of the mart `warehouse_health`. Times are in UTC.
    """
    from dist_perf import health as records  # noqa: PLC0415

    checks = records.checks(target)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(_summary(checks))
    console.print(_feeds(checks))
    findings = _findings(checks)
    if findings.row_count:
        console.print(findings)
    skipped = sum(check.status == "skipped" for check in checks)
    if skipped:
        console.print(f"{skipped:,} more were skipped, since something before them failed.")
    if not any(check.kind == "model" for check in checks):
        console.print("No run of dbt is recorded: `dist-perf health record` does it after one.")
    failing = sum(check.is_failing for check in checks)
    console.print(
        f"{failing:,} of {len(checks):,} checks fail."
        if failing
        else f"None of {len(checks):,} checks fails."
    )
    if failing:
        sys.exit(1)


def _table(title: str, *columns: str, numbers: tuple[str, ...] = ()) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column in numbers else "left")
    return table


def _colored(status: str) -> Text:
    return Text(status, style=STYLES.get(status, ""))


def _summary(checks: list[Check]) -> Table:
    counts = Counter((check.kind, check.status) for check in checks)
    statuses = [status for status in STYLES if any(status == found for _, found in counts)]
    table = _table("Checks", "kind", *statuses, "last measured", numbers=tuple(statuses))
    for kind in sorted({check.kind for check in checks}):
        measured = [
            check.measured_at for check in checks if check.kind == kind and check.measured_at
        ]
        table.add_row(
            kind,
            *(f"{counts[kind, status]:,}" if counts[kind, status] else "" for status in statuses),
            f"{max(measured):%Y-%m-%d %H:%M}" if measured else "never",
        )
    return table


def _feeds(checks: list[Check]) -> Table:
    freshness = {check.subject: check.status for check in checks if check.kind == "freshness"}
    table = _table(
        "Feeds", "feed", "load", "freshness", "rows", "quarantined", "last loaded", "last date",
        "what went wrong", numbers=("rows", "quarantined"),
    )  # fmt: skip
    for check in checks:
        if check.kind == "load":
            table.add_row(
                check.subject,
                _colored(check.status),
                _colored(freshness.get(check.subject, "")),
                f"{check.row_count or 0:,}",
                f"{check.failing_row_count:,}" if check.failing_row_count else "",
                f"{check.last_loaded_at:%Y-%m-%d %H:%M}" if check.last_loaded_at else "",
                str(check.last_business_date or ""),
                _first_line(check.message),
            )
    return table


def _findings(checks: list[Check]) -> Table:
    table = _table(
        "Models and tests that need a look", "status", "subject", "check", "rows",
        "the rows, or the reason", numbers=("rows",),
    )  # fmt: skip
    for check in checks:
        if check.kind in ("model", "test") and check.status in ("error", "fail", "warn"):
            rows = check.failing_rows_relation
            table.add_row(
                _colored(check.status),
                check.subject,
                "" if check.check_name == check.subject else check.check_name,
                f"{check.failing_row_count:,}" if check.failing_row_count else "",
                f"select * from {rows}" if rows else _first_line(check.message),  # noqa: S608
            )
    return table


def _first_line(message: str | None) -> str:
    return message.strip().splitlines()[0] if message and message.strip() else ""
