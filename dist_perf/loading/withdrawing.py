"""Takes a delivery out of the warehouse again, and what it had replaced back in."""

from __future__ import annotations

import datetime
import difflib
from dataclasses import dataclass, field

import click

from dist_perf import feeds
from dist_perf.loading.store import LogEntry, Store


@dataclass
class Withdrawn:
    """What a withdrawal did.

    Attributes:
        entry: Log entry of the delivery that was withdrawn.
        rows: How many rows went out of the raw table.
        returned: Log entries of the deliveries that it had replaced and that are back.
        gone: Log entries of those that it had replaced and whose rows are not kept any more.
    """

    entry: LogEntry
    rows: int
    returned: list[LogEntry] = field(default_factory=list)
    gone: list[LogEntry] = field(default_factory=list)


def loaded(store: Store) -> list[LogEntry]:
    """Return the log entries of all deliveries that are in the raw tables, oldest first."""
    with store.only_loader_of("every feed"):
        store.prepare()
    return store.loaded()


def withdraw(store: Store, batch_id: str) -> Withdrawn:
    """Take a delivery out of its raw table, and what it had replaced back in.

    Its rows and rejects stay in the quarantine. All of it happens in one transaction.

    Args:
        store: Where it was loaded.
        batch_id: Its batch, from the load log.

    Raises:
        click.ClickException: there is no such batch, or it is not in the raw table.
    """
    with store.only_loader_of("every feed"):
        store.prepare()
    feed = feeds.find(_entry(store, batch_id).feed)
    with store.only_loader_of(feed.name):
        entry = _entry(store, batch_id)
        if entry.status != "loaded":
            raise click.ClickException(_why_not(store, entry))
        with store.transaction():
            done = Withdrawn(entry, store.remove(feed, [batch_id]))
            for each in store.entries(feed.name, "replaced"):
                if each.replaced_by != batch_id:
                    continue
                if store.rows_aside(feed, each.batch_id) < each.rows_taken:
                    done.gone.append(each)
                    continue
                store.restore(feed, each.batch_id)
                each.status, each.replaced_by = "loaded", None
                store.update_log(each)
                done.returned.append(each)
            entry.status = "withdrawn"
            entry.withdrawn_at = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
            store.update_log(entry)
        store.finish(feed.name)
    return done


def _entry(store: Store, batch_id: str) -> LogEntry:
    entry = store.entry(batch_id)
    if entry is None:
        close = difflib.get_close_matches(batch_id, [each.batch_id for each in store.loaded()], n=1)
        meant = f"; did you mean `{close[0]}`?" if close else "."
        raise click.ClickException(
            f"there is no batch `{batch_id}`{meant} `dist-perf load --list` shows all"
        )
    return entry


def _why_not(store: Store, entry: LogEntry) -> str:
    start = f"batch `{entry.batch_id}` (`{entry.file}`) cannot be withdrawn: "
    if entry.status == "withdrawn":
        return f"{start}it was, at {entry.withdrawn_at:%Y-%m-%d %H:%M}"
    if entry.status == "replaced":
        later = store.entry(entry.replaced_by or "")
        return (
            f"{start}batch `{entry.replaced_by}`{f' (`{later.file}`)' if later else ''} took its "
            "place; withdraw that one, and this one comes back"
        )
    return f"{start}it is `{entry.status}`, so it has no rows in the warehouse"
