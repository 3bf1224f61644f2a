"""Measures what the figures of each page take where no answer is kept, with each of its filters."""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import requests

from bench import serving
from dist_perf import server
from dist_perf.serve.pages import all_pages

# Values of each filter that are asked for, from the begin of its list.
VALUES = 6
SECONDS = 120


def measure(area: str, target: str) -> str:
    """Return a table of all pages of an area.

    Args:
        area: whose pages are asked for.
        target: dbt's target that is served.
    """
    password = serving.administrator() if target == "postgres" else ""
    port = server._free_port()
    address = f"http://127.0.0.1:{port}"
    script = str(Path(sys.executable).parent / "dist-perf")
    lines = ["| Page | questions | p50, s | p95 | the slowest |", "|---|---|---|---|---|"]
    with (
        serving.running(
            script, "serve", "--port", str(port), "--target", target, address=f"{address}/health"
        ),
        requests.Session() as client,
    ):
        if password:
            given = {"login": serving.LOGIN, "password": password}
            client.post(f"{address}/sign-in", data=given, timeout=SECONDS)
        for of_area, name in all_pages():
            if of_area != area:
                continue
            took: dict[str, float] = {}
            for question in ["", *_questions(client, f"{address}/{area}/{name}/data")]:
                began = time.perf_counter()
                answer = client.get(f"{address}/{area}/{name}/data?{question}", timeout=SECONDS)
                # The first question was asked already, to learn what there is to choose.
                if question:
                    took[question] = time.perf_counter() - began
                if not answer.ok:
                    raise click.ClickException(f"{name}?{question}: {answer.text[:300]}")
            lines.append(_line(name, took))
            click.echo(lines[-1])
    return "\n".join(lines)


def _questions(client: requests.Session, address: str) -> Iterator[str]:
    """Yield what the filters of a page can ask for, one filter at a time."""
    shown: dict[str, Any] = client.get(address, timeout=SECONDS).json()
    for each in shown["filters"]:
        if each["kind"] == "months":
            first, last = each["bounds"]
            yield f"from={first}"
            yield f"from={last}&to={last}"
        else:
            for option in each["options"][:VALUES]:
                if option["value"] not in each["chosen"]:
                    yield f"{each['name']}={option['value']}"


def _line(name: str, took: dict[str, float]) -> str:
    ordered = sorted(took.values())
    at = ordered[math.ceil(len(ordered) * 0.95) - 1]
    slowest = max(took, key=lambda question: took[question])
    return (
        f"| `{name}` | {len(took)} | {statistics.median(ordered):.2f} | {at:.2f} "
        f"| `{slowest}`, {took[slowest]:.2f} s |"
    )
