"""Questions that dashboards ask, on the marts of a built warehouse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.engines import Engine

DIRECTORY = Path(__file__).with_name("queries")
RUNS = 30


def questions() -> Iterator[tuple[str, str]]:
    """Yield each question, which is the comment at the head of its file, and its query."""
    for file in sorted(DIRECTORY.glob("*.sql")):
        head, query = file.read_text(encoding="utf-8").split("\n", 1)
        yield head.removeprefix("-- "), query


def asked(engine: Engine) -> dict[str, dict[str, Any]]:
    """Run each question often, one after the other in one session, and fetch the whole result.

    Returns:
        For each question the medians and 95th percentiles in milliseconds, and the rows.
    """
    figures = {}
    with engine.connected() as connection:
        for question, query in questions():
            milliseconds = []
            rows = connection.rows(query)
            for _ in range(RUNS):
                started = time.perf_counter()
                connection.rows(query)
                milliseconds.append(1000 * (time.perf_counter() - started))
            cuts = quantiles(milliseconds, n=20, method="inclusive")
            figures[question] = {"p50": cuts[9], "p95": cuts[18], "rows": len(rows)}
    return figures
