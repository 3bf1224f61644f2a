"""Builds with dbt what changed inputs require: nothing where they are as at the last build."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from dist_perf import feeds, project
from dist_perf.loading import store

DBT = Path(sys.executable).with_name("dbt")
# Row of `build_progress` with the inputs of the last whole build. Every run of dbt that changes
# tables deletes it (macro `prepare_build_progress`).
RECORD = "(built)"
# Directories of the project that dbt builds from, as `dbt_project.yml` names them.
PATHS = ("model-paths", "macro-paths", "seed-paths", "snapshot-paths", "test-paths")
FILES = (project.PROJECT_FILE, "profiles.yml")
PACKAGES = "dbt_packages"
LIBRARIES = ("dbt-core", "dbt-postgres", "dbt-duckdb", "duckdb")
SEEDED = "sample"
# Tables that administrators change between builds.
CHANGED_BY_HAND = (("access", "alert_rules"),)
# Environment variable with which dbt leaves kinds of nodes out.
UNTESTED = "DBT_EXCLUDE_RESOURCE_TYPES"
# Kinds of nodes that have tables, which must exist.
RELATIONS = ("model", "seed", "snapshot")


@dataclass(frozen=True)
class Inputs:
    """The inputs of a build.

    Attributes:
        project: digest of the project's files, of the settings and of dbt's version.
        feeds: how many rows each feed's table has, when the last was loaded, and how many
            deliveries were withdrawn; and what administrators wrote into tables of their own.
        runs: how many runs of dbt have changed tables.
    """

    project: str
    feeds: dict[str, str]
    runs: int


@dataclass(frozen=True)
class Plan:
    """What has to be built.

    Attributes:
        reason: the reason, as text for the user.
        select: dbt's selection; empty for everything.
        is_needed: False if nothing has to be built.
    """

    reason: str
    select: tuple[str, ...] = ()
    is_needed: bool = True


def inputs(target: str, variables: str) -> Inputs:
    """Read the state of the project and of the feeds' tables.

    Args:
        target: The dbt target.
        variables: The project's variables that are set, in YAML.

    Raises:
        click.ClickException: the variables are no mapping, or the database does not answer.
    """
    given = _parsed(variables)
    schema = project.schema_name(given.get("feed_schema", project.variables()["feed_schema"]))
    # The sample's feeds are seeds, so files of the project.
    names = () if schema == project.schema_name(SEEDED) else feeds.all_feeds()
    with store.opened(target) as database:
        present = _tables(database)
        withdrawals = _withdrawals(database, present, schema) if names else {}
        loaded = {
            name: _loaded(database, schema, name, withdrawals.get(name, 0))
            for name in names
            if (schema, name) in present
        }
        loaded |= _changed_by_hand(database, present)
        return Inputs(_project_digest(given), loaded, _runs(database, present))


def plan(target: str, now: Inputs) -> Plan:
    """Compare the inputs with those of the last whole build.

    Raises:
        click.ClickException: the database does not answer.
    """
    with store.opened(target) as database:
        present = _tables(database)
        recorded = _recorded(database, present)
    if recorded is None:
        return Plan("No whole build is on record since dbt last changed the tables: building all.")
    missing = [name for name in recorded["relations"] if tuple(name.split(".")) not in present]
    if missing:
        return Plan(f"`{missing[0]}` is missing: building all.")
    if recorded["project"] != now.project:
        return Plan("The project or its settings changed since the last build: building all.")
    changed = [
        name
        for name in sorted(now.feeds.keys() | recorded["feeds"].keys())
        if now.feeds.get(name) != recorded["feeds"].get(name)
    ]
    if changed:
        return Plan(
            f"Feeds that changed since the last build: {', '.join(changed)}. "
            "Building what depends on them.",
            tuple(f"source:*.{name}+" for name in changed),
        )
    return Plan("Nothing changed since the last build: nothing to do.", is_needed=False)


def run(target: str, variables: str, chosen: Plan, *, full_refresh: bool) -> int:
    """Run `dbt build`, which prints what it does, and return its exit status."""
    command = [str(DBT), "build", "--target", target]
    if variables:
        command += ["--vars", variables]
    if full_refresh:
        command.append("--full-refresh")
    if chosen.select:
        # The warehouse is whole, so tests that also look at what is not selected can run.
        command += ["--select", *chosen.select, "--indirect-selection", "eager"]
    environment = {"DBT_PROFILES_DIR": str(project.root()), **os.environ}
    if chosen.select:
        # Unit tests depend on the project's files only, which are unchanged since they passed.
        environment.setdefault(UNTESTED, "unit_test")
    return subprocess.run(  # noqa: S603
        command, cwd=project.root(), env=environment, check=False
    ).returncode


def record(target: str, seen: Inputs) -> bool:
    """Record in the warehouse the inputs of a complete build.

    Args:
        target: The dbt target.
        seen: The inputs before the build; rows loaded meanwhile are new to the next one.

    Returns:
        Whether it was recorded. It is not if another run of dbt began meanwhile.
    """
    manifest = json.loads((project.artifacts_dir() / "manifest.json").read_bytes())
    relations = sorted(
        f"{node['schema']}.{node['alias']}"
        for node in manifest["nodes"].values()
        if node["resource_type"] in RELATIONS
    )
    recorded = json.dumps({"project": seen.project, "feeds": seen.feeds, "relations": relations})
    with store.opened(target) as database, database.transaction():
        if _runs(database, _tables(database)) != seen.runs + 1:
            return False
        database.execute(
            f"insert into {_progress()} (model_name, definition) values (?, ?)",  # noqa: S608
            (RECORD, recorded),
        )
    return True


def _parsed(variables: str) -> dict[str, Any]:
    try:
        given = yaml.safe_load(variables or "{}")
    except yaml.YAMLError as error:
        raise click.ClickException(f"`--vars` is not YAML: {error}") from None
    if not isinstance(given, dict):
        raise click.ClickException(
            f"`--vars {variables}` is no mapping: write it as '{{feed_schema: raw}}'"
        )
    return given


def _project_digest(variables: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(f"\0{path.relative_to(project.root())}\0".encode())
        digest.update(path.read_bytes())
    settings = {
        # Such as `UNTESTED`. The directories that dbt writes to do not matter.
        name: value
        for name, value in os.environ.items()
        if name.startswith("DBT_") and not name.endswith(("_PATH", "_DIR"))
    }
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    digest.update(json.dumps([variables, settings, versions], sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    root = project.root()
    settled = yaml.safe_load((root / project.PROJECT_FILE).read_text(encoding="utf-8"))
    directories = [name for key in PATHS for name in settled[key]]
    for name in (*directories, PACKAGES):
        yield from sorted(path for path in (root / name).rglob("*") if path.is_file())
    yield from (root / name for name in FILES)


def _progress() -> str:
    return f'"{project.schema_name("intermediate")}".build_progress'


def _tables(database: store.Store) -> set[tuple[str, str]]:
    rows = database.execute("select table_schema, table_name from information_schema.tables")
    return {(schema, name) for schema, name in rows}


def _runs(database: store.Store, present: set[tuple[str, str]]) -> int:
    if (project.schema_name("intermediate"), "build_progress") not in present:
        return 0
    rows = database.execute(f"select coalesce(max(change_number), 0) from {_progress()}")  # noqa: S608
    return int(rows[0][0])


def _recorded(database: store.Store, present: set[tuple[str, str]]) -> dict[str, Any] | None:
    if (project.schema_name("intermediate"), "build_progress") not in present:
        return None
    rows = database.execute(
        f"select definition from {_progress()} where model_name = ?",  # noqa: S608
        (RECORD,),
    )
    return json.loads(rows[0][0]) if rows else None


def _loaded(database: store.Store, schema: str, name: str, withdrawals: int) -> str:
    rows = database.execute(f'select count(*), max(_loaded_at) from "{schema}".{name}')  # noqa: S608
    count, last = rows[0]
    # What a withdrawal brings back may be as many rows as it takes away.
    withdrawn = f", {withdrawals} withdrawals" if withdrawals else ""
    return f"{count} rows, the last of {last}{withdrawn}"


def _changed_by_hand(database: store.Store, present: set[tuple[str, str]]) -> dict[str, str]:
    """Return a digest of what administrators wrote, by table; what is empty is left out."""
    found = {}
    for schema, name in CHANGED_BY_HAND:
        place = project.schema_name(schema), name
        if place in present:
            rows = database.execute(f'select * from "{place[0]}".{name} order by 1, 2')  # noqa: S608
            if rows:
                found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


def _withdrawals(
    database: store.Store, present: set[tuple[str, str]], schema: str
) -> dict[str, int]:
    """Return how many deliveries were withdrawn from feeds."""
    if (schema, "load_log") not in present:
        return {}
    rows = database.execute(
        f"select feed, count(*) from \"{schema}\".load_log where status = 'withdrawn' group by feed"  # noqa: S608
    )
    return dict(rows)
