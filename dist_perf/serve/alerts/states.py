"""Which rules break now, what was reported of them, and what is to be."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal

import click

from dist_perf import project
from dist_perf.loading import store
from dist_perf.serve.alerts.checks import SEVERITIES, AlertKey, Check

Kind = Literal["new", "repeat", "recovery"]
# Channel and number of the address in it: whom it goes to.
Recipient = tuple[str, int]


@dataclass(frozen=True)
class Reported:
    """The last message about an alert that a recipient got: a row of `alerts.sent`."""

    kind: Kind
    as_of_date: datetime.date
    severity: str
    member_name: str
    message: str


@dataclass(frozen=True)
class Notice:
    """A line of a message.

    Attributes:
        check: what was measured; None where a rule that broke measures the member no more.
        reported: what was reported to the recipient before, if anything.
    """

    kind: Kind
    key: AlertKey
    as_of_date: datetime.date
    check: Check | None
    reported: Reported | None

    @property
    def severity(self) -> str:
        """How grave the breach is, or was."""
        reported = self.reported.severity if self.reported else SEVERITIES[-1]
        return self.check.severity if self.check else reported


@dataclass(frozen=True)
class State:
    """What the warehouse says after its last build.

    Attributes:
        checks: the current ones, of every rule and member.
        as_of_dates: by area.
        channels: those that rules in use name.
        problems: rules that cannot be evaluated.
    """

    checks: Mapping[AlertKey, Check]
    as_of_dates: Mapping[str, datetime.date]
    channels: frozenset[str]
    problems: int


def _table(name: str) -> str:
    return f'"{project.schema_name("common")}".{name}'


def read(database: store.Store) -> State:
    """Read what the last build found.

    Raises:
        click.ClickException: the marts are not there.
    """
    try:
        with database.transaction():
            checks = _checks(database, "is_current")
            as_of = database.execute(f"select area, as_of_date from {_table('as_of_dates')}")  # noqa: S608
            rules = database.execute(
                f"select channel, is_used, problem is not null from {_table('alert_rules')}"  # noqa: S608
            )
    except store.DatabaseError as error:
        raise refused(error) from None
    return State(
        {check.key: check for check in checks},
        dict(as_of),
        frozenset(channel for channel, is_used, _ in rules if is_used),
        sum(1 for _, _, has_problem in rules if has_problem),
    )


def breaches(database: store.Store) -> list[Check]:
    """Read the breaches of every period, the latest first.

    Raises:
        click.ClickException: the marts are not there.
    """
    try:
        return _checks(database, "is_breach")
    except store.DatabaseError as error:
        raise refused(error) from None


def _checks(database: store.Store, condition: str) -> list[Check]:
    names = ", ".join(each.name for each in fields(Check))
    rows = database.execute(
        f"select {names} from {_table('alert_checks')} where {condition} "  # noqa: S608
        "order by period_start_date desc, area, rule_id, member_kind, member_id"
    )
    return [Check(*row) for row in rows]


def refused(error: Exception) -> click.ClickException:
    """Return an error of the database as people understand it."""
    problem = str(error).strip().splitlines()[0]
    return click.ClickException(
        f"the database says: {problem}. Where tables are missing, `dist-perf build` makes them"
    )


def notices(state: State, channel: str, reported: Mapping[AlertKey, Reported]) -> list[Notice]:
    """Return what is to be reported to a recipient.

    A breach is reported once, again when it goes on for the days that its rule names, and its end
    once. Where an area was built as of an earlier date than was reported, nothing is: the past is
    no news.

    Args:
        state: what the warehouse says.
        channel: the recipient's.
        reported: what was last reported to the recipient of each alert.
    """
    past = {
        key[0]
        for key, last in reported.items()
        if key[0] in state.as_of_dates and state.as_of_dates[key[0]] < last.as_of_date
    }
    breaking = {
        key: check
        for key, check in state.checks.items()
        if check.is_breach and check.channel == channel and key[0] not in past
    }
    found = [
        *_of_breaches(state, breaking, reported),
        *(
            Notice("recovery", key, state.as_of_dates[key[0]], state.checks.get(key), last)
            for key, last in reported.items()
            if last.kind != "recovery"
            and key not in breaking
            and key[0] in state.as_of_dates
            and key[0] not in past
        ),
    ]
    kinds: tuple[Kind, ...] = ("new", "repeat", "recovery")
    return sorted(
        found,
        key=lambda each: (kinds.index(each.kind), SEVERITIES.index(each.severity), each.key),
    )


def _of_breaches(
    state: State, breaking: Mapping[AlertKey, Check], reported: Mapping[AlertKey, Reported]
) -> Iterable[Notice]:
    for key, check in breaking.items():
        last = reported.get(key)
        as_of_date = state.as_of_dates[check.area]
        if last is None or last.kind == "recovery":
            yield Notice("new", key, as_of_date, check, last)
        elif (
            check.repeat_after_days is not None
            and (as_of_date - last.as_of_date).days >= check.repeat_after_days
        ):
            yield Notice("repeat", key, as_of_date, check, last)
