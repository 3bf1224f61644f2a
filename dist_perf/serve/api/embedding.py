"""Makes links by which other sites show a page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.requests import Request

from dist_perf.serve import context
from dist_perf.serve.access import changing, links
from dist_perf.serve.access.changing import By
from dist_perf.serve.access.tables import Person
from dist_perf.serve.database import Postgres
from dist_perf.serve.pages import filtering, find
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import FORM_TOKEN_HEADER, require_form_token

router = APIRouter(prefix="/api/v1")


class Wanted(BaseModel):
    """A link that is asked for."""

    model_config = ConfigDict(extra="forbid")

    area: str = Field(max_length=60, description="Area of the page")
    page: str = Field(max_length=60, description="Name of the page")
    filters: dict[str, str | list[str]] = Field(
        default_factory=dict, description="Filters that whoever opens the link cannot change"
    )
    origins: list[str] = Field(
        default_factory=list, description="Sites that may show the page; those of the settings"
    )
    days: int = Field(30, description=f"Days that the link is good for, 1 to {links.MOST_DAYS}")
    login: str = Field(
        "", max_length=100, description="Whose rows it shows; another's for administrators alone"
    )
    reason: str = Field("link to an embedded page", description="Why, for the list of changes")


@router.post("/embed-links", status_code=201, tags=["about"], summary="Link to embed a page")
async def embed_link(request: Request, wanted: Annotated[Wanted, Body()]) -> dict[str, Any]:
    """Sign a link to a page that opens without signing in, in frames of the origins.

    A program sends its bearer token; a page of ours the token of its form in `X-Form-Token`.
    """
    here = context.of(request)
    asked = await here.asked(request)
    if not isinstance(here.database, Postgres):
        raise Problem("not-allowed", "Pages are embedded from PostgreSQL alone.")
    if asked.session is not None or "authorization" not in request.headers:
        require_form_token(asked.session, request.headers.get(FORM_TOKEN_HEADER))
    login = wanted.login.strip().lower() or asked.person.login
    if login != asked.person.login and not asked.person.may_administer:
        raise Problem("not-allowed", "Administrators alone make links for others.", "login")
    page = find(wanted.area, wanted.page)
    if page is None:
        raise Problem("not-found", "There is no such page: the menu has them all.", "page")
    origins = links.origins(here.settings, wanted.origins)
    filters = {
        name: [values] if isinstance(values, str) else values
        for name, values in wanted.filters.items()
    }
    links.until(wanted.days)

    def noted(session: Session) -> Person:
        found = changing.person(session, login)
        after = {
            "page": f"{wanted.area}/{wanted.page}",
            "filters": filters,
            "origins": origins,
            "days": wanted.days,
        }
        changing.record(
            session, By(asked.person.login, wanted.reason), "embed links", login, after=after
        )
        return found

    of_person, _ = await here.database.who(login)
    if of_person is None:
        raise Problem("unknown-value", "There is no such active person.", "login")
    async with here.database.reading(of_person) as reader:
        # A filter or value that the page does not have would show everything, or nothing.
        query = QueryParams([(name, text) for name, texts in filters.items() for text in texts])
        await filtering.read(page, query, reader)
    found = await here.database.change(asked.person.login, noted)
    address = links.embed_address(
        here.signer,
        f"{wanted.area}/{wanted.page}",
        login,
        found.session_number,
        filters,
        wanted.days,
        origins,
    )
    base = here.settings.public_address or str(request.base_url).rstrip("/")
    return {"address": base + address, "origins": origins, "days": wanted.days}
