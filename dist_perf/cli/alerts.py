"""The `alerts` commands."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from rich import get_console
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from dist_perf import warehouse
from dist_perf.cli import options
from dist_perf.loading import store
from dist_perf.serve.alerts import checks, messages, planning, sent, states
from dist_perf.serve.alerts.checks import Check
from dist_perf.serve.alerts.planning import Delivery
from dist_perf.serve.alerts.states import Reported

# Wider than any table.
WIDEST = 1000
STYLES = {"critical": "bold red", "warning": "yellow", "info": "dim"}


@click.group()
def alerts() -> None:
    """Tell people which rules break."""


@alerts.command()
@options.target("The warehouse to look at.")
@click.option("--dry-run", is_flag=True, help="Print the messages; send and log nothing.")
def send(target: str, dry_run: bool) -> None:
    """Send each channel one message of what is new, goes on, or has recovered.

    The environment has the addresses of a channel, DIST_PERF_ALERT_<CHANNEL>, as URLs of Apprise.
    Run it after each build: what was sent is not sent again. Exit status 1 if a channel failed.
    """
    if dry_run:
        _preview(target)
        return
    if target == "duckdb":
        raise click.ClickException(
            "alerts are sent from PostgreSQL only, which keeps the log of what was sent: "
            "on DuckDB `--dry-run` prints the messages, and `dist-perf alerts list` what breaks"
        )
    try:
        # Who only builds does not have it.
        from dist_perf.serve.alerts import sending  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"`{error.name}` is not installed: `pip install 'dist-perf-dw[serve]'` brings it"
        ) from None
    done: list[Delivery] = []

    def report(delivery: Delivery) -> None:
        done.append(delivery)
        outcome = f"failed: {delivery.error}" if delivery.error else "sent"
        click.echo(
            f"{_recipient(delivery)}: {delivery.message.title}: {outcome}",
            err=delivery.error is not None,
        )

    with store.opened(target) as database:
        all_delivered = sending.send(database, report)
    if not done:
        click.echo("Nothing to send.")
    if not all_delivered:
        sys.exit(1)


def _preview(target: str) -> None:
    _refuse_missing_file(target)
    with store.opened(target) as database:
        state = states.read(database)
        reported = sent.reported(database) if target == "postgres" else {}
    if target == "duckdb":
        click.echo("DuckDB has no log of what was sent: all that breaks counts as new.\n")
    deliveries = list(planning.planned(state, reported))
    for delivery in deliveries:
        click.echo(f"To {_recipient(delivery)}: {delivery.message.title}\n")
        click.echo(f"{delivery.message.body}\n")
    if not deliveries:
        click.echo("Nothing to send.")


@alerts.command("list")
@options.target("The warehouse to look at.")
@click.option("--all", "every", is_flag=True, help="Also show breaches of earlier periods.")
def list_(target: str, every: bool) -> None:
    """Show what breaks now, and as of when it was reported."""
    _refuse_missing_file(target)
    with store.opened(target) as database:
        state = states.read(database)
        found = states.breaches(database)
        reported = sent.last_reported(database) if target == "postgres" else {}
    current = [check for check in found if check.is_current]
    earlier = [check for check in found if not check.is_current] if every else []
    shown = [
        (check, _reported(reported.get(check.key)) if check.is_current else "")
        for check in [*sorted(current, key=_rank), *earlier]
    ]
    console = get_console()
    table = _table(shown)
    unlimited = console.options.update(width=WIDEST)
    if not shown:
        console.print("No rule breaks.")
    elif console.measure(table, options=unlimited).maximum <= console.width:
        console.print(table)
    else:
        # Cells of some letters each are read by nobody, nor by `grep`.
        for check, when in shown:
            console.print(_line(check, when), soft_wrap=True)
    if state.problems:
        console.print(
            f"{state.problems} rules cannot be evaluated: `problem` of common.alert_rules says why"
        )
    if target == "duckdb":
        console.print("What was reported is known where it is sent from, which is PostgreSQL only.")


def _table(shown: Iterable[tuple[Check, str]]) -> Table:
    table = Table(title="Breaches", title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    for column in ("severity", "rule", "member", "period", "value", "limit", "reported as of"):
        table.add_column(column, overflow="fold", no_wrap=column in ("severity", "period"))
    for check, when in shown:
        table.add_row(
            Text(check.severity, style=STYLES.get(check.severity, "")),
            f"{check.area} {check.rule_id}",
            Text(check.member_name),
            checks.period(check),
            checks.value(check),
            f"{check.comparator} {checks.limit(check)}",
            when,
        )
    return table


def _line(check: Check, when: str) -> Text:
    reported = f", reported as of {when}" if when else ""
    return Text.assemble(
        (check.severity, STYLES.get(check.severity, "")),
        f" {check.area} {check.rule_id}: {messages.measured(check)}{reported}",
    )


def _reported(last: Reported | None) -> str:
    return str(last.as_of_date) if last and last.kind != "recovery" else ""


def _rank(check: Check) -> tuple[object, ...]:
    return checks.SEVERITIES.index(check.severity), check.key


def _refuse_missing_file(target: str) -> None:
    if target == "duckdb" and not warehouse.duckdb_path().exists():
        raise click.ClickException(
            f"`{warehouse.duckdb_path()}` is not there: `dbt build --target duckdb` makes it, or "
            "DIST_PERF_DUCKDB names another file"
        )


def _recipient(delivery: Delivery) -> str:
    number = delivery.address_number
    return delivery.channel if number == 1 else f"{delivery.channel}, address {number}"
