"""Pages of the server, read from a warehouse of a test's own by whoever owns it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import duckdb
import psycopg
from dbt_warehouse import Warehouse
from psycopg.rows import dict_row
from starlette.datastructures import QueryParams

from dist_perf.serve.database import DuckdbReader, PostgresReader, Reader, Row
from dist_perf.serve.pages import filtering, find, rendering
from dist_perf.serve.pages.definition import Page


def read(warehouse: Warehouse, work: Callable[[Reader], Awaitable[Any]]) -> Any:
    """Return what a function makes of a reader of the warehouse."""
    return anyio.run(
        _in_postgres if warehouse.target == "postgres" else _in_duckdb, warehouse, work
    )


async def _in_postgres(warehouse: Warehouse, work: Callable[[Reader], Awaitable[Any]]) -> Any:
    variables = warehouse.environment
    connection = await psycopg.AsyncConnection.connect(
        host=variables["PGHOST"],
        port=int(variables["PGPORT"]),
        user=variables["PGUSER"],
        password=variables["PGPASSWORD"],
        dbname=variables["PGDATABASE"],
        row_factory=dict_row,
    )
    async with connection:
        return await work(PostgresReader(connection))


async def _in_duckdb(warehouse: Warehouse, work: Callable[[Reader], Awaitable[Any]]) -> Any:
    with duckdb.connect(warehouse.environment["DIST_PERF_DUCKDB"], read_only=True) as connection:
        return await work(DuckdbReader(connection))


def page(area: str, name: str) -> Page:
    """Return a page."""
    found = find(area, name)
    assert found is not None, f"there is no page `{name}` of `{area}`"
    return found


def answer(warehouse: Warehouse, area: str, name: str, query: str = "") -> dict[str, Any]:
    """Return what the browser gets of a page, blocks by name."""

    async def work(reader: Reader) -> Any:
        return await rendering.answer(area, page(area, name), QueryParams(query), reader)

    made = read(warehouse, work)
    return made | {"blocks": {block["name"]: block for block in made["blocks"]}}


def options(warehouse: Warehouse, area: str, name: str) -> dict[str, list[str]]:
    """Return what each filter of a page offers."""

    async def work(reader: Reader) -> Any:
        return await filtering.read(page(area, name), QueryParams(""), reader)

    chosen = read(warehouse, work)
    return {each: [option.value for option in found] for each, found in chosen.options.items()}


def rows(warehouse: Warehouse, area: str, name: str, block: str, query: str = "") -> list[Row]:
    """Return all rows of a block, as downloads have them."""
    of = page(area, name)
    part = of.block(block)
    assert part is not None, f"`{name}` has no block `{block}`"

    async def work(reader: Reader) -> Any:
        chosen = await filtering.read(of, QueryParams(query), reader)
        return await rendering.rows_of(part, of, chosen, reader, area)

    found: list[Row] = read(warehouse, work)
    return found
