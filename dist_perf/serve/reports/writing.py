"""Writes reports: the same data gives the same bytes."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import psycopg
from psycopg.rows import dict_row
from starlette.datastructures import QueryParams

from dist_perf import profile, warehouse
from dist_perf.serve import templates
from dist_perf.serve.assets import FILES, text_of
from dist_perf.serve.database import Duckdb, PostgresReader, Reader, explained
from dist_perf.serve.pages import filtering, rendering
from dist_perf.serve.pages.definition import Chart
from dist_perf.serve.people import LOCAL
from dist_perf.serve.problems import Problem
from dist_perf.serve.reports.definition import Report

IMAGE_WIDTH, IMAGE_HEIGHT = 1000, 560


async def contents(area: str, report: Report, reader: Reader) -> dict[str, Any]:
    """Return all that a report shows."""
    as_of = await reader.rows(rendering.AS_OF, {"area": area})
    freshness = await reader.rows(rendering.FRESHNESS, {"area": area})
    sections = []
    for number, section in enumerate(report.sections, start=1):
        query = QueryParams(
            [(name, text) for name, texts in section.chosen.items() for text in texts]
        )
        chosen = await filtering.read(section.page, query, reader)
        blocks = []
        for block in section.shown():
            rows = await rendering.rows_of(block, section.page, chosen, reader, area)
            made = rendering.shaped(block, rows, chosen, section.page)
            # Two sections may show blocks of one name.
            blocks.append(made | {"name": f"{number}-{block.name}", "links": None})
        sections.append(
            {
                "title": section.title,
                "text": section.text,
                "chips": [f"{chip['label']}: {chip['text']}" for chip in chosen.chips],
                "blocks": blocks,
            }
        )
    return {
        "area": area,
        "as_of_date": rendering.plain(as_of[0]["as_of_date"]) if as_of else None,
        "last_loaded_at": rendering.plain(freshness[0]["last_loaded_at"]) if freshness else None,
        "sections": sections,
    }


async def read(target: str, wanted: Iterable[tuple[str, Report]]) -> list[dict[str, Any]]:
    """Return what the reports show, of one moment, with all rows of the warehouse.

    Raises:
        Problem: the warehouse is not built.
        click.ClickException: it does not answer.
    """
    if target == "duckdb":
        async with Duckdb().reading(LOCAL) as reader:
            return [await contents(area, report, reader) for area, report in wanted]
    try:
        connection = await psycopg.AsyncConnection.connect(
            **profile.postgres(), row_factory=dict_row, connect_timeout=10
        )
    except psycopg.OperationalError as error:
        raise warehouse.unreachable(error) from error
    try:
        async with connection:
            await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await connection.set_read_only(True)
            reading = PostgresReader(connection)
            return [await contents(area, report, reading) for area, report in wanted]
    except psycopg.Error as error:
        raise explained(error) from error


def page(report: Report, shown: dict[str, Any]) -> str:
    """Return a report as HTML with all scripts, styles and figures in it."""
    return templates.text(
        "report.html",
        report=report,
        shown=shown,
        data=json.dumps(shown),
        style=text_of("style.css"),
        script=text_of("page.js"),
        plotly=text_of("plotly.js"),
    )


def write(
    target: str, wanted: list[tuple[str, Report]], directory: Path, images: str | None
) -> list[Path]:
    """Write reports into a directory, made if missing, and their charts beside them.

    Args:
        target: dbt's target to read.
        wanted: areas and their reports.
        directory: where to write.
        images: `svg` or `png` for the charts as images too, None for none.

    Returns:
        The files that were written.

    Raises:
        click.ClickException: the warehouse cannot be read, or there is no browser to draw with.
    """
    try:
        shown = asyncio.run(read(target, wanted))
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for (area, report), content in zip(wanted, shown, strict=True):
        file = directory / f"{area}-{report.name}.html"
        file.write_text(page(report, content), encoding="utf-8")
        written.append(file)
        if images is not None:
            written += _draw(file, content, images)
    return written


def _draw(file: Path, content: dict[str, Any], kind: str) -> list[Path]:
    """Draw the charts of a report, all in one run of the browser."""
    if not any(shutil.which(name) for name in ("chromium", "google-chrome", "chrome")):
        raise click.ClickException(
            "images are drawn by a browser and there is none: install chromium, on Debian and "
            "Ubuntu by `apt install chromium`"
        )
    # It starts a browser, and is needed for nothing else.
    import kaleido  # noqa: PLC0415

    charts = [
        block
        for section in content["sections"]
        for block in section["blocks"]
        if block["kind"] == "chart" and not block["empty"]
    ]
    files = [file.with_name(f"{file.stem}-{block['name']}.{kind}") for block in charts]
    options = {"format": kind, "width": IMAGE_WIDTH, "height": IMAGE_HEIGHT}
    drawings = [
        {"fig": _titled(block), "path": str(path), "opts": options}
        for block, path in zip(charts, files, strict=True)
    ]
    # It is drawn with our own copy of Plotly: nothing is asked of another host.
    kaleido.write_fig_from_object_sync(
        drawings,
        cancel_on_error=True,
        kopts={"plotlyjs": str(FILES["plotly.js"]), "mathjax": False, "n": 2},
    )
    if kind == "svg":
        for path in files:
            path.write_text(_with_own_ids(path), encoding="utf-8")
    return files


def _with_own_ids(file: Path) -> str:
    """Return a drawing with ids made of its name, in place of those that Plotly drew by lot.

    They differ from those of other drawings, so that one page can hold several.
    """
    drawing = file.read_text(encoding="utf-8")
    drawn = re.search(r'id="defs-([0-9a-f]{6})"', drawing)
    if drawn is None:
        return drawing
    own = hashlib.sha256(file.stem.encode()).hexdigest()[:6]
    # Right after a letter or a dash; colours and numbers may have the same digits.
    return re.sub(rf"(?<=[a-z-]){drawn[1]}", own, drawing)


def _titled(block: dict[str, Any]) -> dict[str, Any]:
    figure = block["figure"]
    title = {"text": block["title"], "x": 0.02}
    margin = {**figure["layout"].get("margin", {}), "t": 56}
    # Without an id of ours a trace gets one by lot.
    data = [{**trace, "uid": f"{at:06x}"} for at, trace in enumerate(figure["data"])]
    return {"data": data, "layout": {**figure["layout"], "title": title, "margin": margin}}


def counted(report: Report) -> int:
    """Return how many charts a report has."""
    return sum(isinstance(block, Chart) for section in report.sections for block in section.shown())
