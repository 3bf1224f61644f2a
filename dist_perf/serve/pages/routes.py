"""Addresses of pages: the page, its data as JSON, and downloads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from dist_perf.serve import context, downloads, gate
from dist_perf.serve.context import Asked
from dist_perf.serve.database import Row
from dist_perf.serve.pages import all_pages, filtering, find, rendering
from dist_perf.serve.pages.definition import Page, Table
from dist_perf.serve.problems import Problem
from dist_perf.serve.templates import render

router = APIRouter(include_in_schema=False)

Name = Annotated[str, Path(pattern="^[a-z0-9_-]{1,60}$")]
# Parameter of an embedded page that holds its link.
TOKEN = "token"  # noqa: S105 - a name


def page_of(area: str, name: str) -> Page:
    """Return a page.

    Raises:
        Problem: there is none.
    """
    page = find(area, name)
    if page is None:
        raise Problem("not-found", f"There is no page `{name}` of `{area}`: the menu has them all.")
    return page


def _figures(  # noqa: PLR0913, PLR0917 - who asks what of which page
    here: context.Context,
    asked: Asked,
    area: str,
    page: Page,
    query: QueryParams,
    fixed: Mapping[str, list[str]] | None,
) -> tuple[str, Callable[[], Awaitable[dict[str, Any]]]]:
    """Return what says which figures are asked for, and what makes them."""

    async def make() -> dict[str, Any]:
        async with here.database.reading(asked.person) as reader:
            return await rendering.answer(area, page, query, reader, fixed)

    chosen = urlencode(sorted(query.multi_items()))
    return f"page {area} {page.name} {chosen} {sorted((fixed or {}).items())}", make


async def data_of(  # noqa: PLR0913, PLR0917 - who asks what of which page
    request: Request,
    asked: Asked,
    area: str,
    page: Page,
    query: QueryParams,
    fixed: Mapping[str, list[str]] | None = None,
) -> Response:
    """Return all figures of a page as JSON."""
    here = context.of(request)
    return await here.answer(request, asked, *_figures(here, asked, area, page, query, fixed))


async def _first_figures(  # noqa: PLR0913, PLR0917 - who asks what of which page
    request: Request,
    asked: Asked,
    area: str,
    page: Page,
    query: QueryParams,
    fixed: Mapping[str, list[str]] | None = None,
) -> str:
    """Return all figures of a page as JSON that a page holds."""
    here = context.of(request)
    _, kept = await here.made(asked, *_figures(here, asked, area, page, query, fixed))
    return kept.plain.decode()


@router.get("/")
async def front(request: Request) -> Response:
    """Lead to the first page."""
    await context.of(request).asked(request)
    area, name = next(iter(all_pages()))
    return RedirectResponse(f"/{area}/{name}", status_code=303)


def answer_at(area: str, page: Page) -> APIRouter:
    """Return the route of a page's older address: the page, or its figures as JSON."""
    older = APIRouter(include_in_schema=False)

    @older.get(page.older_address)
    async def answered(request: Request) -> Response:
        asked = await context.of(request).asked(request)
        query = filtering.renamed(page, request.query_params)
        if "application/json" in request.headers.get("accept", ""):
            return await data_of(request, asked, area, page, query)
        return await shown(request, asked, area, page, query)

    return older


async def shown(
    request: Request, asked: Asked, area: str, page: Page, query: QueryParams
) -> Response:
    """Return a page with its first figures in it."""
    data = await _first_figures(request, asked, area, page, query)
    response = render(
        request,
        "page.html",
        asked=asked,
        area=area,
        page=page,
        data=data,
        address=f"/{area}/{page.name}",
    )
    return context.of(request).renewed(response, asked)


@router.get("/embed/{area}/{name}")
async def embedded(request: Request, area: Name, name: Name) -> Response:
    """Return a page for a frame of another site, by a signed link."""
    asked, fixed, origins = await _linked(request, area, name)
    page = page_of(area, name)
    query = _without_token(request.query_params)
    data = await _first_figures(request, asked, area, page, query, fixed)
    response = render(
        request,
        "embedded.html",
        asked=asked,
        area=area,
        page=page,
        data=data,
        address=f"/embed/{area}/{name}",
        token=request.query_params[TOKEN],
    )
    response.headers["Content-Security-Policy"] = gate.policy(" ".join(origins) or "'none'")
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@router.get("/embed/{area}/{name}/data")
async def embedded_data(request: Request, area: Name, name: Name) -> Response:
    """Return the figures of an embedded page."""
    asked, fixed, _ = await _linked(request, area, name)
    query = _without_token(request.query_params)
    return await data_of(request, asked, area, page_of(area, name), query, fixed)


async def _linked(
    request: Request, area: str, name: str
) -> tuple[Asked, dict[str, list[str]], list[str]]:
    token = request.query_params.get(TOKEN, "")
    asked, content = await context.of(request).link(request, token, f"{area}/{name}")
    return asked, content["filters"], content["origins"]


def _without_token(query: QueryParams) -> QueryParams:
    return QueryParams([(name, text) for name, text in query.multi_items() if name != TOKEN])


@router.get("/{area}/{name}")
async def page(request: Request, area: Name, name: Name) -> Response:
    """Return a page."""
    asked = await context.of(request).asked(request)
    return await shown(request, asked, area, page_of(area, name), request.query_params)


@router.get("/{area}/{name}/data")
async def page_data(request: Request, area: Name, name: Name) -> Response:
    """Return the figures of a page as JSON."""
    asked = await context.of(request).asked(request)
    return await data_of(request, asked, area, page_of(area, name), request.query_params)


@router.get("/{area}/{name}/{block}.{kind}")
async def download(request: Request, area: Name, name: Name, block: Name, kind: str) -> Response:
    """Return all rows of a block that the filters leave, as CSV or XLSX."""
    here = context.of(request)
    asked = await here.asked(request)
    found = page_of(area, name)
    part = found.block(block)
    if part is None or kind not in ("csv", "xlsx"):
        raise Problem("not-found", f"`{found.title}` has no download `{block}.{kind}`.")

    async def read() -> list[Row]:
        async with here.database.reading(asked.person) as reader:
            chosen = await filtering.read(found, request.query_params, reader)
            return await rendering.rows_of(part, found, chosen, reader, area)

    rows = await context.steady(read)
    if isinstance(part, Table):
        columns = [column.name for column in part.columns]
        columns += ["is_total"] if rows and "is_total" in rows[0] else []
    else:
        columns = [*rows[0]] if rows else []
    file = f'attachment; filename="{area}-{name}-{block}.{kind}"'
    headers = {"Content-Disposition": file, "Cache-Control": "private, no-store"}
    if kind == "csv":
        body: Any = downloads.as_csv(rows, columns)
        return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=headers)
    return StreamingResponse(
        downloads.as_xlsx(rows, columns, part.title),
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers=headers,
    )
