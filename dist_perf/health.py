"""Records the results of dbt's runs in the warehouse, and reads the checks."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
import pyarrow as pa
from dbt_artifacts_parser.parsers.manifest.manifest_v12 import ManifestV12
from dbt_artifacts_parser.parsers.run_results.run_results_v6 import RunResultsV6
from dbt_artifacts_parser.parsers.sources.sources_v3 import Results1, SourcesV3
from pydantic import BaseModel, ValidationError

from dist_perf import project, warehouse
from dist_perf.loading import store

# Commands of dbt that build or test; the others write results too, but not about the data.
COMMANDS = ("build", "run", "test", "seed", "snapshot", "retry")
FRESHNESS = "source freshness"
# Kinds of nodes that have a state; sources have one if they have a freshness limit.
BUILT = ("model", "seed", "snapshot", "operation")
# dbt's word for the age of a table without rows.
NEVER = 1

Artifact = TypeVar("Artifact", bound=BaseModel)
Row = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """The outcome of recording one run of dbt.

    Attributes:
        command: What was run.
        results: How many results it had.
        is_new: False if they were recorded before, so that nothing changed.
    """

    command: str
    results: int
    is_new: bool


@dataclass(frozen=True)
class Check:
    """A row of the mart `warehouse_health`, with the columns that are shown.

    Times are in UTC.
    """

    kind: str
    check_name: str
    subject: str
    status: str
    is_failing: bool
    failing_row_count: int | None
    failing_rows_relation: str | None
    row_count: int | None
    last_loaded_at: datetime.datetime | None
    last_business_date: datetime.date | None
    message: str | None
    measured_at: datetime.datetime | None


def record(directory: Path) -> list[Recorded]:
    """Append the results of dbt's last runs to the warehouse that they ran on.

    A run that is recorded already changes nothing. The nodes of the project are replaced by
    those of a newer manifest.

    Args:
        directory: Where dbt wrote its artifacts.

    Returns:
        The last run that built or tested and the last check of freshness, where dbt wrote them.

    Raises:
        click.ClickException: there are no artifacts, they are not what this version of dbt
            writes, or the warehouse refuses them.
    """
    manifest = _read(directory / "manifest.json", ManifestV12)
    built = _read(directory / "run_results.json", RunResultsV6)
    looked = _read(directory / "sources.json", SourcesV3)
    runs = []
    if built and (built.args or {}).get("which") in COMMANDS:
        runs.append(list(_results(built)))
    if looked:
        runs.append(list(_freshness(looked)))
    runs = [rows for rows in runs if rows]
    if manifest is None or not runs:
        raise click.ClickException(
            f"dbt wrote nothing to record into `{directory}`: run `dbt build` or `dbt source "
            "freshness` first, or name the directory with `--artifacts`"
        )
    target = "duckdb" if manifest.metadata.adapter_type == "duckdb" else "postgres"
    try:
        with (
            store.opened(target) as database,
            database.only_loader_of("health"),
            database.transaction(),
        ):
            recorded = [_append(database, rows) for rows in runs]
            _replace_nodes(database, list(_nodes(manifest)))
    except store.DatabaseError as error:
        raise _refused(error) from None
    return recorded


def checks(target: str) -> list[Check]:
    """Return every check of a target's warehouse, failing ones first.

    Raises:
        click.ClickException: the mart is not there, or the warehouse does not answer.
    """
    if target == "duckdb" and not warehouse.duckdb_path().exists():
        raise click.ClickException(
            f"`{warehouse.duckdb_path()}` is not there: `dbt build --target duckdb` makes it, or "
            "DIST_PERF_DUCKDB names another file"
        )
    columns = ", ".join(Check.__dataclass_fields__)
    statement = (
        f'select {columns} from "{project.schema_name("common")}".warehouse_health '  # noqa: S608
        "order by is_failing desc, kind, status, subject, check_id"
    )
    try:
        with store.opened(target) as database:
            return [Check(*row) for row in database.execute(statement)]
    except store.DatabaseError as error:
        raise _refused(error) from None


def _refused(error: Exception) -> click.ClickException:
    problem = str(error).strip().splitlines()[0]
    return click.ClickException(
        f"the database says: {problem}. Where tables are missing, `dbt build` makes them"
    )


def _read(path: Path, kind: type[Artifact]) -> Artifact | None:
    try:
        return kind.model_validate(json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, ValidationError) as error:
        problem = str(error).splitlines()[0]
        raise click.ClickException(
            f"`{path}` is not what this version of dbt writes: {problem}. Run dbt again"
        ) from None


def _results(artifact: RunResultsV6) -> Iterator[Row]:
    for result in artifact.results:
        done = result.timing[-1].completed_at if result.timing else None
        yield _row(
            artifact,
            command=(artifact.args or {})["which"],
            unique_id=result.unique_id,
            status=result.status.value,
            message=result.message,
            failures=result.failures,
            execution_seconds=result.execution_time,
            completed_at=done,
        )


def _freshness(artifact: SourcesV3) -> Iterator[Row]:
    for result in artifact.results:
        if isinstance(result, Results1):
            loaded_at = _utc(result.max_loaded_at)
            age = datetime.timedelta(seconds=round(result.max_loaded_at_time_ago_in_s))
            limits = [
                f"{verb} after {limit.count} {limit.period.value}{'s' * (limit.count > 1)}"
                for verb, limit in (
                    ("warns", result.criteria.warn_after),
                    ("fails", result.criteria.error_after),
                )
                if limit and limit.count and limit.period
            ]
            yield _row(
                artifact,
                command=FRESHNESS,
                unique_id=result.unique_id,
                status=result.status.value,
                message=f"last loaded {age} ago; {', '.join(limits)}",
                max_loaded_at=None if loaded_at.year == NEVER else loaded_at.isoformat(" "),
                execution_seconds=result.execution_time,
                completed_at=result.snapshotted_at,
            )
        else:
            yield _row(
                artifact,
                command=FRESHNESS,
                unique_id=result.unique_id,
                status=result.status.value,
                message=None if result.error is None else str(result.error),
            )


def _row(artifact: RunResultsV6 | SourcesV3, **values: Any) -> Row:
    """Return a row of `health.results`; what it lacks is NULL."""
    metadata = artifact.metadata
    completed_at = values.get("completed_at") or metadata.generated_at
    seconds = values.get("execution_seconds")
    return {
        "invocation_id": metadata.invocation_id,
        "command": values["command"],
        "unique_id": values["unique_id"],
        "status": values["status"],
        "message": values.get("message"),
        "failures": values.get("failures"),
        "max_loaded_at": values.get("max_loaded_at"),
        "execution_seconds": None if seconds is None else f"{seconds:.3f}",
        "completed_at": _utc(completed_at).isoformat(" "),
    }


def _nodes(manifest: ManifestV12) -> Iterator[Row]:
    """Yield the rows of `health.nodes`."""
    things = {**manifest.nodes, **manifest.sources}
    for node in manifest.nodes.values():
        if node.resource_type == "test":
            attached = getattr(node, "attached_node", None)
            read = node.depends_on.nodes if node.depends_on else None
            about = [attached] if attached else list(read or ())
            # A name is not enough: a model that a test reads may be missing from a partial
            # manifest.
            known = [things[each].name for each in about if each in things]
            subject = known[0] if len(about) == len(known) == 1 else node.name
            severity = (node.config.severity if node.config else None) or "error"
        elif node.resource_type in BUILT:
            subject, severity = node.name, "error"
        else:
            continue
        relation = f"{node.schema_}.{node.alias}" if node.relation_name else None
        yield _node(manifest, node, subject, severity.lower(), relation)
    for unit_test in manifest.unit_tests.values() if manifest.unit_tests else ():
        yield _node(manifest, unit_test, unit_test.model, "error", None)
    for source in manifest.sources.values():
        limits = source.freshness
        warned = limits and limits.warn_after and limits.warn_after.count
        failed = limits and limits.error_after and limits.error_after.count
        if warned or failed:
            severity = "error" if failed else "warn"
            relation = f"{source.schema_}.{source.identifier}"
            yield _node(manifest, source, source.name, severity, relation)


def _node(
    manifest: ManifestV12, node: Any, subject: str, severity: str, relation: str | None
) -> Row:
    return {
        "unique_id": node.unique_id,
        "area": project.area_of(Path(node.original_file_path)),
        # The library has an enumeration for some kinds of nodes and a text for others.
        "resource_type": str(getattr(node.resource_type, "value", node.resource_type)),
        "name": node.name,
        "subject": subject,
        "severity": severity,
        "relation_name": relation,
        "generated_at": _utc(manifest.metadata.generated_at).isoformat(" "),
    }


def _utc(text: str | None) -> datetime.datetime:
    """Return a time of dbt's, which is written with its zone, without it."""
    if text is None:
        raise click.ClickException("dbt's artifacts bear no time: run dbt again")
    return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC).replace(tzinfo=None)


def _table(name: str) -> str:
    return f'"{project.schema_name("health")}".{name}'


def _append(database: store.Store, rows: list[Row]) -> Recorded:
    """Append the results of a run unless they are recorded already."""
    first = rows[0]
    found = database.execute(
        f"select count(*) from {_table('results')} where invocation_id = ?",  # noqa: S608
        (first["invocation_id"],),
    )
    is_new = not found[0][0]
    if is_new:
        database.append(_table("results"), pa.Table.from_pylist(rows))
    return Recorded(first["command"], len(rows), is_new)


def _replace_nodes(database: store.Store, rows: list[Row]) -> None:
    """Replace the nodes of an older manifest by those of a newer one."""
    newer = database.execute(
        f"select count(*) from {_table('nodes')} where generated_at >= cast(? as timestamp)",  # noqa: S608
        (rows[0]["generated_at"],),
    )
    if not newer[0][0]:
        database.execute(f"delete from {_table('nodes')}")  # noqa: S608
        database.append(_table("nodes"), pa.Table.from_pylist(rows))
