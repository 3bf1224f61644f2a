"""Runs the queries of a page for a person, and shapes rows for the browser."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from string import Formatter
from typing import Any

from starlette.datastructures import QueryParams

from dist_perf.serve.database import Reader, Row
from dist_perf.serve.pages import filtering
from dist_perf.serve.pages.definition import Block, Chart, Choice, Kpis, Page, Table
from dist_perf.serve.pages.filtering import Chosen

# A table on the page shows so many rows; downloads have all.
ROWS_SHOWN = 200

# Pages about the warehouse itself are as of its latest area.
AS_OF = """
    select max(as_of_date) as as_of_date
    from {common}.as_of_dates
    where cast(:area as text) in (area, 'common')
"""
FRESHNESS = """
    select
        max(last_loaded_at) as last_loaded_at,
        max(last_business_date) as last_business_date
    from {common}.feeds
    where cast(:area as text) in (area, 'common')
"""


def plain(given: Any) -> Any:
    """Return a value as JSON has it: amounts as text with all digits, days in ISO form."""
    if given is None or isinstance(given, bool | str):
        return given
    if isinstance(given, int):
        # Beyond that a browser rounds.
        return given if abs(given) < 2**53 else str(given)
    if isinstance(given, datetime.date | datetime.datetime):
        return given.isoformat()
    return str(given)


async def rows_of(block: Block, page: Page, chosen: Chosen, reader: Reader, area: str) -> list[Row]:
    """Return all rows of a block that the filters leave."""
    text = chosen.query(block, page.filters)
    values = {**chosen.values, "area": area}
    # What no filter of a list chose is null, so that a query can say what that means.
    for each in page.filters:
        if isinstance(each, Choice):
            values.setdefault(each.name, None)
    return await reader.rows(text, values)


def shaped(block: Block, rows: list[Row], chosen: Chosen, page: Page) -> dict[str, Any]:
    """Return a block as the browser draws it."""
    made: dict[str, Any] = {
        "name": block.name,
        "title": block.title,
        "note": block.note,
        "unfiltered": chosen.without_effect_on(block, page.filters),
        "empty": "" if rows else block.empty,
    }
    if isinstance(block, Kpis):
        row = rows[0] if rows else {}
        if all(row.get(item.column) is None for item in block.items):
            made["empty"] = block.empty
        made |= {"kind": "kpis", "items": [_kpi(item, row) for item in block.items]}
    elif isinstance(block, Chart):
        made |= {"kind": "chart", "is_wide": block.is_wide, "count": len(rows)}
        if rows:
            made["figure"] = block.draw(rows)
    elif isinstance(block, Table):
        made |= _table(block, rows)
    return made


def _kpi(item: Any, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "column": item.column,
        "label": item.label,
        "format": item.format,
        "polarity": item.polarity,
        "value": plain(row.get(item.column)),
        **{
            name: plain(row[f"{item.column}_{name}"])
            for name in ("prior", "year")
            if f"{item.column}_{name}" in row
        },
    }


def _fields(link: str) -> list[str]:
    """Return the columns that an address of a cell takes values from."""
    return [name for _, name, _, _ in Formatter().parse(link) if name]


def _table(block: Table, rows: list[Row]) -> dict[str, Any]:
    members = [row for row in rows if not row.get("is_total")]
    totals = [row for row in rows if row.get("is_total")]

    def cells(row: Row) -> list[Any]:
        return [
            column.said(row) if column.said else plain(row[column.name]) for column in block.columns
        ]

    def total(row: Row) -> list[Any]:
        # What names a member names none here.
        made = cells(row)
        return made if "All" in made else ["All" if made[0] is None else made[0], *made[1:]]

    def links(row: Row) -> list[str | None]:
        return [
            column.link.format_map({name: plain(each) for name, each in row.items()})
            if column.link and all(row[name] is not None for name in _fields(column.link))
            else None
            for column in block.columns
        ]

    return {
        "kind": "table",
        "columns": [
            {"name": column.name, "label": column.label, "format": column.format}
            for column in block.columns
        ],
        "rows": [cells(row) for row in members[:ROWS_SHOWN]],
        "links": [links(row) for row in members[:ROWS_SHOWN]]
        if any(column.link for column in block.columns)
        else None,
        "total": total(totals[0]) if totals else None,
        "count": len(members),
        "empty": "" if members else block.empty,
    }


async def answer(
    area: str,
    page: Page,
    query: QueryParams,
    reader: Reader,
    fixed: Mapping[str, list[str]] | None = None,
) -> dict[str, Any]:
    """Return all that the browser draws of a page."""
    chosen = await filtering.read(page, query, reader, fixed)
    as_of = await reader.rows(AS_OF, {"area": area})
    freshness = await reader.rows(FRESHNESS, {"area": area})
    blocks = [
        shaped(block, await rows_of(block, page, chosen, reader, area), chosen, page)
        for block in page.blocks
    ]
    fixed_names = set(fixed or {})
    return {
        "area": area,
        "page": page.name,
        "title": page.title,
        "as_of_date": plain(as_of[0]["as_of_date"]) if as_of else None,
        "last_loaded_at": plain(freshness[0]["last_loaded_at"]) if freshness else None,
        "last_business_date": plain(freshness[0]["last_business_date"]) if freshness else None,
        "filters": [_filter(each, chosen) for each in page.filters if each.name not in fixed_names],
        "chips": chosen.chips,
        "notice": next(
            (
                each.without
                for each in page.filters
                if isinstance(each, Choice) and each.without and not chosen.options[each.name]
            ),
            "",
        ),
        "blocks": blocks,
    }


def _filter(each: Any, chosen: Chosen) -> dict[str, Any]:
    made = {"name": each.name, "label": each.label}
    if isinstance(each, Choice):
        value = chosen.values.get(each.name)
        picked = [] if value is None else value if isinstance(value, list) else [value]
        return made | {
            "kind": "choice",
            "is_multiple": each.is_multiple,
            "has_default": each.default is not None,
            "default": each.default_among([option.value for option in chosen.options[each.name]]),
            "options": [vars(option) for option in chosen.options[each.name]],
            "chosen": picked,
        }
    return made | {"kind": "months", "chosen": chosen.months, "bounds": chosen.bounds}
