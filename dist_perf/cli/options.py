"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def target(text: str) -> Callable[[Any], Any]:
    """Return the option for the dbt target, which `DBT_TARGET` names too.

    Args:
        text: what the command does with it.
    """
    return click.option(
        "--target",
        type=click.Choice(["postgres", "duckdb"]),
        default="postgres",
        show_default=True,
        envvar="DBT_TARGET",
        help=text,
    )
