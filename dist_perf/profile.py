"""How dbt reaches PostgreSQL, so that Python reaches the same database."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import jinja2
import yaml

from dist_perf import project


def postgres(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return host, port, user, password and dbname of target `postgres` in `profiles.yml`.

    They are the keyword arguments of `psycopg.connect`. An empty password means that the
    client library looks it up.

    Args:
        environment: Variables that the profile reads; an empty mapping gives its defaults.
    """
    with (project.root() / "profiles.yml").open(encoding="utf-8") as file:
        output = yaml.safe_load(file)["dist_perf_dw"]["outputs"]["postgres"]
    jinja = jinja2.Environment(autoescape=False)  # noqa: S701 - a password is not HTML
    jinja.filters["as_number"] = int
    rendered = {
        key: jinja.from_string(output[key]).render(env_var=environment.get)
        for key in ("host", "port", "user", "password", "dbname")
    }
    return {**rendered, "port": int(rendered["port"])}


def variables() -> dict[str, str]:
    """Return the `PG*` variables with which libpq's programs go where dbt goes."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "dbname": "PGDATABASE"}
    reached = postgres()
    return {variable: str(reached[key]) for key, variable in names.items()}
