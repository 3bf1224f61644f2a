"""Loads files into one feed."""

from __future__ import annotations

import datetime
import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.compute as pc

from dist_perf import project
from dist_perf.feeds import Feed
from dist_perf.loading import mapping as mappings
from dist_perf.loading import reading
from dist_perf.loading.checking import Checked, Checker, Rounded
from dist_perf.loading.deliveries import Dates, Delivery, Period, covers, identify, shared
from dist_perf.loading.mapping import CsvOptions, Mapping
from dist_perf.loading.signs import Signs
from dist_perf.loading.store import DatabaseError, LogEntry, Store, Superseded

SHOWN_SUPERSEDED = 5


class HeldBackError(click.ClickException):
    """A file would replace deliveries with far more rows, so nothing is changed."""

    exit_code = 4


@dataclass(frozen=True)
class Reason:
    """Why rows of a file were quarantined, with the first of them.

    Attributes:
        column_name: Column of the file, None where the whole row is at fault.
        feed_column: Column of the feed that its values are for.
        reason: What is wrong with the values.
        rows: How many rows it keeps out.
        first_row: Number of the first of them.
        first_value: Value of that row.
    """

    column_name: str | None
    feed_column: str | None
    reason: str
    rows: int
    first_row: int
    first_value: str | None


@dataclass(frozen=True)
class Overlap:
    """An earlier delivery of the same source that stays beside a new one.

    Attributes:
        entry: Its row of the load log.
        dates: The first and the last date that both are about.
        missing: Keys that it has on these dates and the new one has nowhere.
    """

    entry: LogEntry
    dates: Dates
    missing: int


@dataclass
class LoadedFile:
    """What became of one file.

    Attributes:
        entry: Its row of the load log.
        same_as: Log entry of the load that brought this content, if one did.
        replaced: Log entries of the deliveries whose place it took.
        overlapped: Deliveries of its source that share some of its business dates and stay.
        reasons: Why rows were quarantined, what keeps out most of them first.
        superseded: The first of its rows whose key a later row of it has too.
        warnings: What of its rows taken is most likely meant otherwise, with the mend.
    """

    entry: LogEntry
    same_as: LogEntry | None = None
    replaced: list[LogEntry] = field(default_factory=list)
    overlapped: list[Overlap] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    superseded: list[Superseded] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Planned:
    path: Path
    mapping: Mapping
    header: tuple[str, ...]
    delivery: Delivery
    file_hash: str


def load_files(  # noqa: PLR0913
    store: Store,
    feed: Feed,
    paths: Sequence[Path],
    *,
    mapping: Mapping | None = None,
    source: str | None = None,
    business_date: datetime.date | None = None,
    accept_fewer: bool = False,
    on_progress: Callable[[Path, int, int], None] = lambda _path, _done, _size: None,
) -> Iterator[LoadedFile]:
    """Load files into a feed's raw table; each is taken as a whole or not at all.

    Every header is checked before the first file is loaded. A file whose content was loaded
    before changes nothing. A file takes the place of earlier deliveries of its source that have
    its dates in their name or whose business dates are all among its own; no file of one call
    may take another's place.

    Args:
        store: Where to load.
        feed: What the files hold.
        paths: CSV, Parquet or JSON files.
        mapping: What their columns mean; None where they bear the feed's own names.
        source: Who sends them; None takes it from the mapping or from each file's name.
        business_date: The date they are about; None takes it from the name or the rows.
        accept_fewer: Whether a file may replace deliveries with far more rows.
        on_progress: Called with the file, the bytes read and the bytes in all.

    Yields:
        What became of each file, once that is settled.

    Raises:
        click.ClickException: a file cannot be read or two files would be one delivery; the
            load log has a row that says so, and no row of that file is in the database.
    """
    # Two first loads at once would both make the schemas.
    with store.only_loader_of("every feed"):
        store.prepare()
    with store.only_loader_of(feed.name):
        for entry in store.entries(feed.name, "running"):
            entry.status = "interrupted"
            store.update_log(entry)
        planned = [_planned(store, feed, path, mapping, source, business_date) for path in paths]
        _refuse_twins(store, feed, planned)
        changed = False
        for plan in planned:
            loaded = _load(store, feed, plan, on_progress, accept_fewer=accept_fewer)
            changed = changed or loaded.same_as is None
            yield loaded
        if changed:
            store.finish(feed.name)


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


def _planned(  # noqa: PLR0913, PLR0917
    store: Store,
    feed: Feed,
    path: Path,
    mapping: Mapping | None,
    source: str | None,
    business_date: datetime.date | None,
) -> _Planned:
    given = source or (mapping.source if mapping else None)
    try:
        delivery = identify(path, given, business_date)
    except click.ClickException as error:
        _log_failure(store, _entry(feed, path, given or path.stem), error.message)
        raise
    try:
        with reading.opened(path, mapping.csv if mapping else CsvOptions()) as file:
            if mapping is None:
                applied = mappings.from_header(feed, file.header, path)
            else:
                applied = mapping
                mappings.check_header(mapping, file.header, path)
            settled = f"{feed.name}|{given}|{business_date}|{applied.model_dump_json()}"
            file_hash = hashlib.sha256(
                f"{reading.content_hash(path)}|{settled}".encode()
            ).hexdigest()
            return _Planned(path, applied, file.header, delivery, file_hash)
    except click.ClickException as error:
        _log_failure(store, _entry(feed, path, delivery.source), error.message)
        raise


def _log_failure(store: Store, entry: LogEntry, message: str) -> None:
    store.log(replace(entry, status="failed", error=message, finished_at=_now()))


def _refuse_twins(store: Store, feed: Feed, planned: list[_Planned]) -> None:
    """Refuse files of one command of which one would take the other's place."""
    periods = [
        _period(feed, plan)
        if any(plan.delivery.source == each.delivery.source for each in planned if each is not plan)
        else None
        for plan in planned
    ]
    for (one, its), (other, others) in combinations(zip(planned, periods, strict=True), 2):
        if one.delivery.source != other.delivery.source:
            continue
        if covers(its, others) or covers(others, its):
            about = f"business dates {others[0]} to {others[1]}" if others else "no business date"
            message = (
                f"`{one.path}` and `{other.path}` would be one delivery: both are of source "
                f"`{one.delivery.source}`, the second has {about}. Nothing is loaded. If they are "
                "parts, let their names differ by more than a date and a version; if one corrects "
                "the other, load it by a command of its own"
            )
            for plan in (one, other):
                _log_failure(store, _entry(feed, plan.path, plan.delivery.source), message)
            raise click.ClickException(message)


def _period(feed: Feed, plan: _Planned) -> Period:
    """Return the business dates of a file, from its rows if they alone tell."""
    if plan.delivery.period:
        return plan.delivery.period
    if not any(name in plan.mapping.columns for name in feed.business_date):
        return None
    checker = Checker(feed, plan.mapping, plan.header)
    with reading.opened(plan.path, plan.mapping.csv) as file:
        for batch in file.batches:
            checker.check(batch)
    return checker.period


def _load(
    store: Store,
    feed: Feed,
    plan: _Planned,
    on_progress: Callable[[Path, int, int], None],
    *,
    accept_fewer: bool,
) -> LoadedFile:
    entry = _entry(feed, plan.path, plan.delivery.source)
    entry.file_hash = plan.file_hash
    entry.period = plan.delivery.period
    is_named = entry.period is not None
    earlier = store.entries(feed.name, "loaded")
    same = next(
        (
            each
            for each in earlier
            if each.file_hash == plan.file_hash
            and (not entry.period or not each.period or entry.period == each.period)
        ),
        None,
    )
    if same is not None:
        entry.period = entry.period or same.period
        # The same content under a name whose rows are others by now is a correction.
        corrected = (each for each in earlier if each.file_hash != plan.file_hash)
        covered = _covered(store, feed, entry, same.batch_id, is_named=is_named)
        if not any(covered(each) for each in corrected):
            entry.status = "unchanged"
            entry.finished_at = _now()
            store.log(entry)
            return LoadedFile(entry, same_as=same)
    result = LoadedFile(entry)
    started = replace(entry)
    store.log(started)
    try:
        with store.transaction():
            _take(store, feed, plan, result, on_progress)
            entry.rows_superseded = store.count_superseded(feed, entry.batch_id)
            if entry.rows_superseded:
                result.superseded = store.first_superseded(feed, entry.batch_id, SHOWN_SUPERSEDED)
            covered = _covered(store, feed, entry, entry.batch_id, is_named=is_named)
            for each in earlier:
                dates = shared(entry.period, each.period)
                if covered(each):
                    result.replaced.append(each)
                elif each.source == entry.source and dates:
                    missing = store.missing_keys(feed, each.batch_id, entry.batch_id, dates)
                    result.overlapped.append(Overlap(each, dates, missing))
            _refuse_loss(plan.path, entry, result.replaced, accept_fewer=accept_fewer)
            if result.replaced:
                batch_ids = [each.batch_id for each in result.replaced]
                entry.rows_replaced = store.remove(feed, batch_ids)
                # What they replaced themselves does not come back any more.
                store.forget_replaced_by(feed, batch_ids)
            for each in result.replaced:
                each.status = "replaced"
                each.replaced_by = entry.batch_id
                store.update_log(each)
            entry.status = "loaded"
            entry.finished_at = _now()
            store.update_log(entry)
    except (click.ClickException, *DatabaseError) as error:
        message = error.message if isinstance(error, click.ClickException) else str(error).strip()
        # Without a connection the row says `running`, until the next load finds it so.
        with suppress(*DatabaseError):
            store.update_log(replace(started, status="failed", error=message, finished_at=_now()))
        if isinstance(error, click.ClickException):
            raise
        raise click.ClickException(
            f"`{plan.path}` was not loaded, nothing of it is kept: {message}"
        ) from None
    return result


def _refuse_loss(
    path: Path, entry: LogEntry, replaced: list[LogEntry], *, accept_fewer: bool
) -> None:
    """Refuse a file that would replace rows by none, or by far fewer."""
    before = sum(each.rows_taken for each in replaced)
    names = ", ".join(f"`{Path(each.file).name}`" for each in replaced)
    if before and not entry.rows_taken:
        raise click.ClickException(
            f"`{path}` holds no row that can be taken, and it would take the place of {names}: "
            "nothing is changed. Mend the file"
        )
    percent = project.whole_number("replacement_min_rows_percent")
    if entry.rows_taken * 100 < before * percent and not accept_fewer:
        raise HeldBackError(
            f"`{path}` is held back, nothing is changed: it has {entry.rows_taken:,} rows to take, "
            f"and it would take the place of {names} with {before:,}, of which less than "
            f"{percent}% (`replacement_min_rows_percent` in `dbt_project.yml`) would be left. If "
            "the file is whole, load it again with `--accept-fewer`"
        )


def _take(
    store: Store,
    feed: Feed,
    plan: _Planned,
    result: LoadedFile,
    on_progress: Callable[[Path, int, int], None],
) -> None:
    entry = result.entry
    reasons: dict[tuple[str | None, str], Reason] = {}
    rounded: dict[str, Rounded] = {}
    signs = Signs(feed, plan.mapping)
    checker = Checker(feed, plan.mapping, plan.header, entry.started_at.date())
    with reading.opened(plan.path, plan.mapping.csv) as file:
        for batch in file.batches:
            checked = checker.check(batch)
            signs.watch(checked.taken)
            _append(store, feed, entry, checked)
            entry.rows_taken += checked.taken.num_rows
            entry.rows_quarantined += checked.rejected.num_rows
            entry.rows_blank += checked.blank
            entry.rows_skipped += checked.skipped
            for name, each in checked.rounded.items():
                rounded[name] = rounded[name] + each if name in rounded else each
            for found in _reasons(checked.rejected):
                key = found.feed_column, found.reason
                before = reasons.get(key)
                reasons[key] = replace(before, rows=before.rows + found.rows) if before else found
            on_progress(plan.path, file.position, file.size)
    result.warnings = signs.warnings(store)
    result.reasons = sorted(reasons.values(), key=lambda each: (-each.rows, each.first_row))
    entry.rows_read = sum(
        (entry.rows_taken, entry.rows_quarantined, entry.rows_blank, entry.rows_skipped)
    )
    changes = [f"{name}: {each}" for name, each in rounded.items() if each.rows]
    entry.rounded = "; ".join(changes) or None
    entry.period = entry.period or checker.period


def _reasons(rejected: pa.Table) -> Iterator[Reason]:
    options = pc.ScalarAggregateOptions(skip_nulls=False)
    # One thread keeps the order of the file, so that the first row is the first.
    counted = rejected.group_by(["feed_column", "reason"], use_threads=False).aggregate(
        [
            ("row_number", "count"),
            ("row_number", "first", options),
            ("column_name", "first", options),
            ("value", "first", options),
        ]
    )
    for row in counted.to_pylist():
        yield Reason(
            column_name=row["column_name_first"],
            feed_column=row["feed_column"],
            reason=row["reason"],
            rows=row["row_number_count"],
            first_row=row["row_number_first"],
            first_value=row["value_first"],
        )


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
            .append_column("source_name", repeated(feed.source, count))
            .append_column("feed", repeated(feed.name, count))
            .append_column("source_file", repeated(Path(entry.file).name, count))
            .append_column("loaded_at", repeated(entry.started_at.isoformat(" "), count))
        )


def _covered(
    store: Store, feed: Feed, entry: LogEntry, batch_id: str, *, is_named: bool
) -> Callable[[LogEntry], bool]:
    """Return what tells whether a delivery is a later version of an earlier one.

    The same dates in both names say so. Else each date on which the earlier one has a row must be
    one on which the later has a row: a day of which it says nothing is no day that it corrects.

    Args:
        store: Where both are.
        feed: What they hold.
        entry: The later delivery.
        batch_id: The batch that holds its rows.
        is_named: Whether its period stands in its name or was given, and is not that of its rows.
    """

    @cache
    def dates() -> set[datetime.date]:
        return store.business_dates(feed, batch_id)

    def covered(earlier: LogEntry) -> bool:
        if entry.source != earlier.source or not covers(entry.period, earlier.period):
            return False
        if entry.period is None:
            return True
        if is_named and entry.period == earlier.period and _is_named(earlier):
            return True
        return store.business_dates(feed, earlier.batch_id) <= dates()

    return covered


def _is_named(entry: LogEntry) -> bool:
    """Tell whether a delivery's period stands in its name; one of a day may have been given."""
    if entry.first_business_date == entry.last_business_date:
        return True
    try:
        return identify(Path(entry.file)).period == entry.period
    except click.ClickException:
        return False
