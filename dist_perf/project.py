"""Where the project lives on disk, and what its `dbt_project.yml` settles for Python too."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

PROJECT_FILE = "dbt_project.yml"
# What belongs to no area, or to all of them.
COMMON = "common"


@cache
def root() -> Path:
    """Return the project's directory.

    It is the nearest directory upwards from the working directory that holds
    `dbt_project.yml`, else the checkout that this package is installed from.

    Raises:
        click.ClickException: there is no project in either place.
    """
    here = Path.cwd()
    candidates = [here, *here.parents, Path(__file__).resolve().parents[1]]
    for candidate in candidates:
        if (candidate / PROJECT_FILE).is_file():
            return candidate
    raise click.ClickException(
        f"no `{PROJECT_FILE}` in `{here}` or above it: run this in the project's directory"
    )


def state_dir() -> Path:
    """Return the directory for what belongs to this checkout and not to git."""
    return root() / ".dist_perf"


def artifacts_dir() -> Path:
    """Return where dbt writes its artifacts."""
    return root() / os.environ.get("DBT_TARGET_PATH", "target")


@cache
def variables() -> dict[str, Any]:
    """Return the `vars` of `dbt_project.yml`."""
    with (root() / PROJECT_FILE).open(encoding="utf-8") as file:
        variables: dict[str, Any] = yaml.safe_load(file)["vars"]
    return variables


def areas() -> dict[str, list[str]]:
    """Return the sources of each area, as the variable `areas` has them."""
    found: dict[str, list[str]] = variables()["areas"]
    return found


def area_of(path: Path) -> str:
    """Return the area that a file of the project belongs to.

    Args:
        path: Its path from the project's root.

    Returns:
        The area whose folder holds it, or which has the source whose folder does; `common` for
        what belongs to none.
    """
    owners = {source: area for area, sources in areas().items() for source in sources}
    owners |= {area: area for area in areas()}
    return next((owners[part] for part in path.parts[1:-1] if part in owners), COMMON)


def whole_number(name: str) -> int:
    """Return a variable of `dbt_project.yml` that is a whole number, 0 or more.

    Raises:
        click.ClickException: it is something else.
    """
    value = variables().get(name)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise click.ClickException(
            f"`{name}` in `{root() / PROJECT_FILE}` is `{value}`: give a whole number, 0 or more"
        )
    return value


def schema_name(name: str) -> str:
    """Return a schema's name in this environment; a developer or a CI run sets a prefix."""
    return os.environ.get("DIST_PERF_SCHEMA_PREFIX", "") + name
