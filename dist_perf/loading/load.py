"""Loads files into one feed."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import pyarrow as pa

from dist_perf.feeds import Feed
from dist_perf.loading import mapping as mappings
from dist_perf.loading import reading
from dist_perf.loading.checking import Checked, Checker
from dist_perf.loading.deliveries import Delivery, identify
from dist_perf.loading.mapping import CsvOptions, Mapping
from dist_perf.loading.store import DatabaseError, LogEntry, Store

SHOWN_REJECTS = 5


@dataclass(frozen=True)
class Reject:
    """One quarantined row, for showing."""

    row_number: int
    column_name: str | None
    value: str | None
    reason: str


@dataclass
class LoadedFile:
    """What became of one file.

    Attributes:
        entry: Its row of the load log.
        replaced: Log entries of the deliveries whose place it took.
        rejects: The first rejects, at most five.
    """

    entry: LogEntry
    replaced: list[LogEntry] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


@dataclass(frozen=True)
class _Planned:
    path: Path
    mapping: Mapping
    header: tuple[str, ...]
    delivery: Delivery
    file_hash: str


def load_files(
    store: Store,
    feed: Feed,
    paths: Sequence[Path],
    *,
    mapping: Mapping | None = None,
    source: str | None = None,
    business_date: datetime.date | None = None,
    on_progress: Callable[[Path, int, int], None] = lambda _path, _done, _size: None,
) -> list[LoadedFile]:
    """Load files into a feed's raw table; each is taken as a whole or not at all.

    Every header is checked before the first file is loaded. A file whose content was loaded
    before changes nothing. A file takes the place of earlier deliveries of its source whose
    business dates lie within its own; files of one call never take each other's place.

    Args:
        store: Where to load.
        feed: What the files hold.
        paths: CSV or Parquet files.
        mapping: What their columns mean; None where they bear the feed's own names.
        source: Who sends them; None takes it from the mapping or from each file's name.
        business_date: The date they are about; None takes it from the name or the rows.
        on_progress: Called with the file, the bytes read and the bytes in all.

    Raises:
        click.ClickException: a file cannot be read or two files would be one delivery; the
            load log has a row that says so, and no row of that file is in the database.
    """
    store.prepare()
    with store.only_loader_of(feed.name):
        for entry in store.entries(feed.name, "running"):
            entry.status = "interrupted"
            store.update_log(entry)
        planned = [_planned(store, feed, path, mapping, source, business_date) for path in paths]
        _refuse_twins(planned)
        loaded = []
        for plan in planned:
            kept = [each.entry.batch_id for each in loaded]
            loaded.append(_load(store, feed, plan, kept, on_progress))
        if any(each.entry.status == "loaded" for each in loaded):
            store.finish(feed.name)
    return loaded


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def _entry(feed: Feed, path: Path, source: str) -> LogEntry:
    now = _now()
    return LogEntry(
        batch_id=f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}",
        feed=feed.name,
        source=source,
        file=str(path),
        started_at=now,
    )


def _planned(
    store: Store,
    feed: Feed,
    path: Path,
    mapping: Mapping | None,
    source: str | None,
    business_date: datetime.date | None,
) -> _Planned:
    given = source or (mapping.source if mapping else None)
    delivery = identify(path, given, business_date)
    try:
        with reading.opened(path, mapping.csv if mapping else CsvOptions()) as file:
            if mapping is None:
                applied = mappings.from_header(feed, file.header, path)
            else:
                applied = mapping
                mappings.check_header(mapping, file.header, path)
            settled = f"{feed.name}|{delivery}|{applied.model_dump_json()}"
            file_hash = hashlib.sha256(
                f"{reading.content_hash(path)}|{settled}".encode()
            ).hexdigest()
            return _Planned(path, applied, file.header, delivery, file_hash)
    except click.ClickException as error:
        _log_failure(store, _entry(feed, path, delivery.source), error.message)
        raise


def _log_failure(store: Store, entry: LogEntry, message: str) -> None:
    store.log(replace(entry, status="failed", error=message, finished_at=_now()))


def _refuse_twins(planned: list[_Planned]) -> None:
    seen: dict[Delivery, Path] = {}
    for plan in planned:
        twin = seen.setdefault(plan.delivery, plan.path)
        if twin is not plan.path:
            date = plan.delivery.business_date
            raise click.ClickException(
                f"`{twin}` and `{plan.path}` would be one delivery: source "
                f"`{plan.delivery.source}`, {f'business date {date}' if date else 'no date'} in "
                "the name. If they are parts, let their names differ by more than a version or "
                "give each its own --source; if one corrects the other, load them one by one"
            )


def _load(
    store: Store,
    feed: Feed,
    plan: _Planned,
    kept: list[str],
    on_progress: Callable[[Path, int, int], None],
) -> LoadedFile:
    entry = _entry(feed, plan.path, plan.delivery.source)
    entry.file_hash = plan.file_hash
    earlier = store.entries(feed.name, "loaded")
    if any(each.file_hash == plan.file_hash for each in earlier):
        entry.status = "unchanged"
        entry.finished_at = _now()
        store.log(entry)
        return LoadedFile(entry)
    store.log(entry)
    result = LoadedFile(entry)
    try:
        with store.transaction():
            _take(store, feed, plan, result, on_progress)
            result.replaced = [
                each for each in earlier if each.batch_id not in kept and _covers(entry, each)
            ]
            if result.replaced:
                entry.rows_replaced = store.remove(
                    feed, [each.batch_id for each in result.replaced]
                )
            for each in result.replaced:
                each.status = "replaced"
                each.replaced_by = entry.batch_id
                store.update_log(each)
            entry.status = "loaded"
            entry.finished_at = _now()
            store.update_log(entry)
    except (click.ClickException, *DatabaseError) as error:
        message = error.message if isinstance(error, click.ClickException) else str(error)
        store.update_log(
            replace(
                _entry(feed, plan.path, plan.delivery.source),
                batch_id=entry.batch_id,
                started_at=entry.started_at,
                file_hash=plan.file_hash,
                status="failed",
                error=message,
                finished_at=_now(),
            )
        )
        if isinstance(error, click.ClickException):
            raise
        raise click.ClickException(
            f"`{plan.path}` was not loaded, nothing of it is kept: {message.strip()}"
        ) from None
    return result


def _take(
    store: Store,
    feed: Feed,
    plan: _Planned,
    result: LoadedFile,
    on_progress: Callable[[Path, int, int], None],
) -> None:
    entry = result.entry
    checker = Checker(feed, plan.mapping, plan.header)
    dates: list[str] = []
    with reading.opened(plan.path, plan.mapping.csv) as file:
        for batch in file.batches:
            checked = checker.check(batch)
            _append(store, feed, entry, checked)
            entry.rows_taken += checked.taken.num_rows
            entry.rows_quarantined += checked.rejected.num_rows
            entry.rows_blank += checked.blank
            dates += [date for date in (checked.first_date, checked.last_date) if date]
            room = SHOWN_REJECTS - len(result.rejects)
            for row in checked.rejected.slice(0, room).to_pylist():
                row.pop("row_content")
                result.rejects.append(Reject(**row))
            on_progress(plan.path, file.position, file.size)
    entry.rows_read = entry.rows_taken + entry.rows_quarantined + entry.rows_blank
    if plan.delivery.business_date:
        entry.first_business_date = entry.last_business_date = plan.delivery.business_date
    elif dates:
        entry.first_business_date = datetime.date.fromisoformat(min(dates))
        entry.last_business_date = datetime.date.fromisoformat(max(dates))


def _append(store: Store, feed: Feed, entry: LogEntry, checked: Checked) -> None:
    def repeated(value: str, count: int) -> pa.Array:
        return pa.repeat(pa.scalar(value), count)

    if checked.taken.num_rows:
        count = checked.taken.num_rows
        store.append_rows(
            feed,
            checked.taken.append_column(
                "_loaded_at", repeated(entry.started_at.isoformat(" "), count)
            )
            .append_column("_batch_id", repeated(entry.batch_id, count))
            .append_column("_source_file", repeated(Path(entry.file).name, count)),
        )
    if checked.rejected.num_rows:
        count = checked.rejected.num_rows
        store.append_rejects(
            checked.rejected.append_column("batch_id", repeated(entry.batch_id, count))
            .append_column("feed", repeated(feed.name, count))
            .append_column("source_file", repeated(Path(entry.file).name, count))
            .append_column("loaded_at", repeated(entry.started_at.isoformat(" "), count))
        )


def _covers(entry: LogEntry, earlier: LogEntry) -> bool:
    """Tell whether an earlier delivery is an earlier version of this one."""
    if entry.source != earlier.source:
        return False
    if entry.first_business_date is None or entry.last_business_date is None:
        return earlier.first_business_date is None
    return (
        earlier.first_business_date is not None
        and earlier.last_business_date is not None
        and entry.first_business_date <= earlier.first_business_date
        and earlier.last_business_date <= entry.last_business_date
    )
