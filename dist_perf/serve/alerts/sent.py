"""The log of what was reported, which no build replaces: the table `alerts.sent` of PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from dist_perf import project
from dist_perf.loading import store
from dist_perf.serve.alerts.checks import AlertKey
from dist_perf.serve.alerts.states import Notice, Recipient, Reported

# A row for each line of each message, also of those that could not be delivered.
COLUMNS = {
    "message_id": "text not null",
    "channel": "text not null",
    "address_number": "integer not null",
    "kind": "text not null check (kind in ('new', 'repeat', 'recovery'))",
    "area": "text not null",
    "rule_id": "text not null",
    "member_kind": "text not null",
    "member_id": "text not null",
    "member_name": "text not null",
    "period_start_date": "date",
    "value": "numeric(28, 8)",
    "threshold": "numeric(28, 8)",
    "severity": "text not null",
    "message": "text not null",
    "as_of_date": "date not null",
    "is_delivered": "boolean not null",
    "error": "text",
}


def last_reported(database: store.Store) -> dict[AlertKey, Reported]:
    """Return what was last reported of each alert, to anybody."""
    latest: dict[AlertKey, Reported] = {}
    for alerts in reported(database).values():
        for key, last in alerts.items():
            if key not in latest or latest[key].as_of_date <= last.as_of_date:
                latest[key] = last
    return latest


def _schema() -> str:
    return f'"{project.schema_name("alerts")}"'


def _is_there(database: store.Store) -> bool:
    return bool(
        database.execute(
            "select 1 from information_schema.tables where table_schema = ? and table_name = ?",
            (project.schema_name("alerts"), "sent"),
        )
    )


def prepare(database: store.Store) -> None:
    """Create the log where it is missing."""
    declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    database.execute(f"create schema if not exists {_schema()}")
    database.execute(
        f"create table if not exists {_schema()}.sent ("
        "sent_id bigint generated always as identity primary key, "
        f"sent_at timestamptz not null default now(), {declared})"
    )


def reported(database: store.Store) -> dict[Recipient, dict[AlertKey, Reported]]:
    """Return the last delivered line of each alert, by recipient; none before the first."""
    if not _is_there(database):
        return {}
    rows = database.execute(
        "select distinct on (channel, address_number, area, rule_id, member_kind, member_id) "  # noqa: S608
        "channel, address_number, area, rule_id, member_kind, member_id, "
        f"kind, as_of_date, severity, member_name, message from {_schema()}.sent "
        "where is_delivered "
        "order by channel, address_number, area, rule_id, member_kind, member_id, sent_id desc"
    )
    found: dict[Recipient, dict[AlertKey, Reported]] = {}
    for channel, number, area, rule_id, member_kind, member_id, *last in rows:
        alerts = found.setdefault((channel, number), {})
        alerts[area, rule_id, member_kind, member_id] = Reported(*last)
    return found


def append(
    database: store.Store, recipient: Recipient, notices: Sequence[Notice], error: str | None
) -> None:
    """Log a message.

    Args:
        database: the warehouse.
        recipient: whom it went to.
        notices: its lines.
        error: why it was not delivered; None if it was.
    """
    message_id = str(uuid.uuid4())
    names = ", ".join(COLUMNS)
    marks = ", ".join("?" for _ in COLUMNS)
    with database.transaction():
        for notice in notices:
            check, before = notice.check, notice.reported
            values = (
                message_id,
                *recipient,
                notice.kind,
                *notice.key,
                check.member_name if check else before.member_name if before else notice.key[3],
                check.period_start_date if check else None,
                check.measured_value if check else None,
                check.threshold if check else None,
                notice.severity,
                check.message if check else before.message if before else notice.key[1],
                notice.as_of_date,
                error is None,
                error,
            )
            database.execute(f"insert into {_schema()}.sent ({names}) values ({marks})", values)  # noqa: S608
