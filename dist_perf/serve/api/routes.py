"""Addresses of the API."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from dist_perf.serve import context
from dist_perf.serve.api.resources import Field, Resource, resources
from dist_perf.serve.database import Reader
from dist_perf.serve.pages import all_pages, filtering, rendering
from dist_perf.serve.pages.definition import Choice, Page
from dist_perf.serve.pages.routes import data_of
from dist_perf.serve.problems import CATALOGUE, Problem, unknown_parameter, unknown_value

ROWS = 100
MOST_ROWS = 1000
MOST_OFFSET = 10_000_000
MOST_DIGITS = 18
PAGING = ("limit", "offset", "sort")

Answer = Callable[[Request], Any]


def router() -> APIRouter:
    """Return all routes of the API, a mart and a page each with its own."""
    made = APIRouter(prefix="/api/v1")
    made.add_api_route("/problems", problems, tags=["about"], summary="Kinds of errors")
    made.add_api_route("/me", me, tags=["about"], summary="Who asks")
    for resource in resources():
        made.add_api_route(
            f"/{resource.area}/{resource.name}",
            _rows_of(resource),
            tags=[resource.area],
            summary=resource.description.split("\n")[0].split(". ")[0],
            description=resource.description,
            operation_id=f"{resource.area}_{resource.name}",
            openapi_extra={"parameters": _parameters(resource)},
            responses=_responses(_example(resource)),
            response_model=None,
        )
    for (area, _), page in all_pages().items():
        made.add_api_route(
            f"/{area}/pages/{page.name}",
            _figures_of(area, page),
            tags=[f"{area} pages"],
            summary=page.question,
            operation_id=f"{area}_page_{page.name}",
            openapi_extra={"parameters": _page_parameters(page)},
            responses=_responses({"area": area, "page": page.name, "blocks": []}),
            response_model=None,
        )
    return made


async def problems() -> dict[str, Any]:
    """List the kinds of errors that an answer's `type` may name."""
    return {kind: {"status": status, "title": title} for kind, (status, title) in CATALOGUE.items()}


async def me(request: Request) -> dict[str, Any]:
    """Say who asks, and what the person may do."""
    person = (await context.of(request).asked(request)).person
    return {
        "login": person.login,
        "name": person.person_name,
        "role": person.role,
        "sees_all": person.sees_all,
        "sees_firm": person.sees_firm,
        "may_edit": person.may_edit,
        "may_administer": person.may_administer,
    }


def _rows_of(resource: Resource) -> Answer:
    async def answered(request: Request) -> Response:
        here = context.of(request)
        asked = await here.asked(request)
        query = _Query(resource, request.query_params)

        async def make() -> dict[str, Any]:
            async with here.database.reading(asked.person) as reader:
                return await query.answer(reader)

        key = f"rows {resource.area} {resource.name} {query.key}"
        as_of = await _as_of(request, asked, resource.area)
        headers = {"X-As-Of-Date": as_of} if as_of else {}
        return await here.answer(request, asked, key, make, headers)

    return answered


async def _as_of(request: Request, asked: context.Asked, area: str) -> str:
    """Return the area's as-of date, kept as long as the build."""
    here = context.of(request)

    async def make() -> str:
        async with here.database.reading(asked.person) as reader:
            rows = await reader.rows(rendering.AS_OF, {"area": area})
        return rows[0]["as_of_date"].isoformat() if rows and rows[0]["as_of_date"] else ""

    _, kept = await here.made(asked, f"as of {area}", make)
    return kept.plain.decode().strip('"')


def _figures_of(area: str, page: Page) -> Answer:
    async def answered(request: Request) -> Response:
        asked = await context.of(request).asked(request)
        query = filtering.renamed(page, request.query_params)
        return await data_of(request, asked, area, page, query)

    return answered


class _Query:
    """What an address asks of a mart."""

    def __init__(self, resource: Resource, query: QueryParams) -> None:
        """Read the address.

        Raises:
            Problem: a parameter is not known, or its value cannot be read.
        """
        self._resource = resource
        self.limit, self.offset = ROWS, 0
        self._conditions: list[str] = []
        self._values: dict[str, Any] = {}
        # Values that a column must have, with the texts that the address gives.
        self._wanted: dict[str, list[str]] = {}
        self._order = [resource.named(name).ordered() for name in resource.grain]
        given: dict[str, list[str]] = {}
        for name, text in query.multi_items():
            given.setdefault(name, []).append(text.strip())
        for name, texts in given.items():
            self._read(name, texts)
        self._refuse_reversed(given)
        self.key = f"{sorted(given.items())}"

    def _read(self, name: str, texts: list[str]) -> None:
        if name == "limit":
            self.limit = _whole(name, texts[0], 1, MOST_ROWS)
            return
        if name == "offset":
            self.offset = _whole(name, texts[0], 0, MOST_OFFSET)
            return
        if name == "sort":
            self._sort(texts[0])
            return
        field = self._resource.field(name)
        if field is not None and field.is_filter:
            if len(texts) > filtering.MOST_VALUES:
                raise Problem("bad-value", f"`{name}` takes {filtering.MOST_VALUES} values.", name)
            self._values[name] = [_value(field, name, text) for text in texts]
            self._wanted[name] = texts
            self._conditions.append(f"{field.expression} = any(:{name})")
            return
        for ending, sign in (("_from", ">="), ("_to", "<=")):
            field = self._resource.field(name.removesuffix(ending))
            if name.endswith(ending) and field is not None and field.is_day:
                self._values[name] = _value(field, name, texts[0])
                self._conditions.append(f"{field.expression} {sign} :{name}")
                return
        raise unknown_parameter(name, _names(self._resource))

    def _sort(self, text: str) -> None:
        order = []
        for part in text.split(","):
            name = part.strip().removeprefix("-")
            field = self._resource.field(name)
            if field is None:
                known = [each.name for each in self._resource.fields]
                raise unknown_value("sort", name, known)
            order.append(field.ordered("desc" if part.strip().startswith("-") else "asc"))
        # What is equal otherwise has an order too, or pages of rows would overlap.
        self._order = list(dict.fromkeys([*order, *self._order]))

    def _refuse_reversed(self, given: dict[str, list[str]]) -> None:
        for name in given:
            stem = name.removesuffix("_from")
            end = self._values.get(f"{stem}_to")
            if name.endswith("_from") and end is not None and self._values[name] > end:
                raise Problem(
                    "range-reversed", f"`{name}` is after `{stem}_to`: exchange them.", name
                )

    async def answer(self, reader: Reader) -> dict[str, Any]:
        """Return the rows, how many there are in all, and where this part of them stands."""
        made = self._resource
        where = " and ".join(self._conditions) or "true"
        order = ", ".join(self._order)
        chosen = f"where {where}\norder by {order}\nlimit {self.limit} offset {self.offset}"
        columns = ", ".join(f"{field.said} as {field.name}" for field in made.fields)
        counted_in = f"from {made.relation} as mart"
        if made.asks_members(where + order):
            counted_in += f"\n{made.joins}"
            text = f"select {columns}\nfrom {made.relation} as mart\n{made.joins}\n{chosen}"
        else:
            # Members are looked up for the rows that are shown, not for all.
            text = f"""
                select {columns}
                from (select mart.* from {made.relation} as mart {chosen}) as mart
                {made.joins}
                order by {order}
            """  # noqa: S608
        counted = f"select count(*) as total {counted_in} where {where}"
        data, total = await reader.as_json(text, counted, self._values)
        if not total:
            await self._refuse_unknown(reader)
        return {"data": data, "total": total, "limit": self.limit, "offset": self.offset}

    async def _refuse_unknown(self, reader: Reader) -> None:
        """Say which value no row has, where no row is left."""
        made = self._resource
        for name, texts in self._wanted.items():
            field = made.named(name)
            source = f"from {made.relation} as mart\n{made.joins}"
            for text, value in zip(texts, self._values[name], strict=True):
                found = await reader.rows(
                    f"select 1 as one {source} where {field.expression} = :value limit 1",
                    {"value": value},
                )
                if found:
                    continue
                known = await reader.rows(
                    f"select distinct {field.expression} as known {source}"
                    f" where {field.expression} is not null order by 1 limit 1000"
                )
                raise unknown_value(
                    name, text, [str(rendering.plain(row["known"])) for row in known]
                )


def _names(resource: Resource) -> list[str]:
    names = [*PAGING, *(field.name for field in resource.fields if field.is_filter)]
    days = [field.name for field in resource.fields if field.is_day]
    return names + [f"{name}{ending}" for name in days for ending in ("_from", "_to")]


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text[:12]) <= most:
        raise Problem("bad-value", f"`{name}` takes a whole number from {least} to {most}.", name)
    return int(text)


def _value(field: Field, name: str, text: str) -> Any:
    readers: dict[type, tuple[Callable[[str], Any], str]] = {
        bool: (_flag, "true or false"),
        int: (_integer, "a whole number"),
        Decimal: (Decimal, "a number"),
        datetime.date: (datetime.date.fromisoformat, "a day as 2025-03-31"),
        datetime.datetime: (_moment, "a moment as 2025-03-31T12:00:00"),
    }
    read, mend = readers.get(field.kind, (_text, "text without control characters"))
    try:
        return read(text)
    except (ValueError, InvalidOperation):
        shown = text[:40]
        raise Problem("bad-value", f"`{name}` is `{shown}`: give {mend}.", name) from None


def _text(text: str) -> str:
    # PostgreSQL has no text with the character 0.
    if not text.isprintable():
        raise ValueError
    return text


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _refused()


def _refused() -> bool:
    raise ValueError


def _integer(text: str) -> int:
    if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > MOST_DIGITS + 2:
        raise ValueError
    value = int(text)
    if abs(value) >= 2**63:
        raise ValueError
    return value


# ------------------------------------------------------------------- what OpenAPI says


def _schema(field: Field) -> dict[str, Any]:
    kinds: dict[type, dict[str, Any]] = {
        bool: {"type": "boolean"},
        datetime.date: {"type": "string", "format": "date"},
        datetime.datetime: {"type": "string", "format": "date-time"},
        int: {"type": "string" if field.name.endswith("_key") else "integer"},
        Decimal: {"type": "string", "format": "decimal"},
    }
    return kinds.get(field.kind, {"type": "string"})


def _parameters(resource: Resource) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = [
        _parameter("limit", {"type": "integer", "default": ROWS}, f"Rows, 1 to {MOST_ROWS}"),
        _parameter("offset", {"type": "integer", "default": 0}, "Rows before the first"),
        _parameter("sort", {"type": "string"}, "Columns by commas; `-` before one for descending"),
    ]
    for field in resource.fields:
        if field.is_filter:
            schema = {"type": "array", "items": _schema(field)}
            made.append(_parameter(field.name, schema, field.description))
        if field.is_day:
            made.append(_parameter(f"{field.name}_from", _schema(field), "From this one"))
            made.append(_parameter(f"{field.name}_to", _schema(field), "Up to this one"))
    return made


def _page_parameters(page: Page) -> list[dict[str, Any]]:
    made = []
    for each in page.filters:
        if isinstance(each, Choice):
            schema: dict[str, Any] = {"type": "string"}
            if each.is_multiple:
                schema = {"type": "array", "items": schema}
            made.append(_parameter(each.name, schema, each.label))
        else:
            for name in filtering.MONTH_PARAMETERS:
                text = f"{each.label}: {name} this month"
                made.append(_parameter(name, {"type": "string", "example": "2025-03"}, text))
    return made


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": description,
    }


def _example(resource: Resource) -> dict[str, Any]:
    values: dict[type, Any] = {
        bool: True,
        datetime.date: "2025-03-31",
        datetime.datetime: "2025-03-31T12:00:00",
        int: 1,
        Decimal: "1234.50",
    }
    row = {
        field.name: "739701523725569714"
        if field.name.endswith("_key")
        else values.get(field.kind, field.name.upper())
        for field in resource.fields
    }
    return {"data": [row], "total": 1, "limit": ROWS, "offset": 0}


def _responses(example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    problem = {
        "type": "/api/v1/problems#unknown-value",
        "title": CATALOGUE["unknown-value"][1],
        "status": 400,
        "detail": "`sort` has no value `amont`. Known are amount and others.",
        "parameter": "sort",
    }
    content = {"application/problem+json": {"example": problem}}
    return {
        200: {"description": "Rows", "content": {"application/json": {"example": example}}},
        304: {"description": "Nothing changed since the answer of that ETag"},
        400: {"description": "A parameter cannot be answered", "content": content},
        401: {"description": "Nobody is signed in", "content": content},
    }
