"""The application: one process of ASGI that answers all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dist_perf.serve import assets, context, database, pages, signing_in
from dist_perf.serve.admin import site
from dist_perf.serve.api import embedding
from dist_perf.serve.api import routes as api
from dist_perf.serve.context import Context
from dist_perf.serve.gate import Gate
from dist_perf.serve.pages import routes
from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import Signer
from dist_perf.serve.settings import LOOPBACK, Settings
from dist_perf.serve.shortcut import Shortcut
from dist_perf.serve.templates import render

log = logging.getLogger("dist_perf.serve")

DESCRIPTION = """
Rows of the warehouse's marts, as the person who asks may see them.

Amounts and keys are text with all their digits, days are ISO dates, what is not known is null.
Errors are `application/problem+json` (RFC 9457); `/api/v1/problems` lists their kinds.
"""


def create_app(settings: Settings) -> FastAPI:
    """Return the application over the warehouse that the settings name."""
    here = Context(settings, database.connect(settings), Signer(settings))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await here.database.open()
        # The first visitor does not wait until the largest script is compressed.
        preparing = asyncio.create_task(anyio.to_thread.run_sync(assets.address_of, "plotly.js"))
        yield
        await preparing
        await here.database.close()

    app = FastAPI(
        title="dist_perf_dw",
        version="1",
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    # The page of the API reads this version.
    app.openapi_version = "3.0.3"
    app.state.context = here
    app.add_middleware(GZipMiddleware, minimum_size=2048, compresslevel=5)
    app.add_middleware(Shortcut, here=here)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET"],
            allow_headers=["Authorization", "If-None-Match"],
            expose_headers=["ETag", "X-As-Of-Date", "X-Request-Id"],
        )
    app.add_middleware(Gate, settings=settings, on_mistake=_on_mistake)
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_route("/static/{digest}/{name}", assets.send, include_in_schema=False)
    app.add_route("/api/v1/docs", api_page, include_in_schema=False)
    app.add_api_route("/health", health, include_in_schema=False)
    app.add_api_route("/metrics", metrics, include_in_schema=False)
    app.include_router(signing_in.router)
    if settings.oidc_issuer:
        # It brings libraries that take 25 MB, for those firms alone that have a provider.
        from dist_perf.serve import oidc  # noqa: PLC0415

        app.include_router(oidc.router)
    app.include_router(embedding.router)
    app.include_router(api.router())
    site.add_to(app, _on_problem, _on_http, _on_mistake)
    for (area, _), page in pages.all_pages().items():
        if page.older_address:
            app.include_router(routes.answer_at(area, page))
    app.include_router(routes.router)
    return app


async def api_page(request: Request) -> Response:
    """Show what the API answers, to try it out."""
    return render(request, "api.html")


async def health(request: Request) -> Response:
    """Say whether the server and its database answer; for whoever watches them."""
    here = context.of(request)
    try:
        await here.database.who("")
    except Problem as problem:
        return _json({"status": "down", "database": problem.detail}, 503)
    return _json({"status": "up", "database": "up"}, 200)


async def metrics(request: Request) -> Response:
    """Return counts for Prometheus, to this machine alone."""
    client = request.client.host if request.client else ""
    if client not in LOOPBACK or "x-forwarded-for" in request.headers:
        raise Problem("not-found", "Counts are shown to this machine alone.")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _json(content: Any, status: int, media_type: str = "application/json") -> Response:
    return Response(orjson.dumps(content), status_code=status, media_type=media_type)


def _wants_page(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "text/html" in accepted and not request.url.path.startswith("/api/")


async def _on_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - as registered
    if problem.kind == "not-signed-in" and _wants_page(request) and request.method == "GET":
        return RedirectResponse(signing_in.sign_in_address(request), status_code=303)
    number = request.state.request_id
    response: Response
    if _wants_page(request):
        response = render(request, "problem.html", problem.status, problem=problem, number=number)
    else:
        content = problem.as_json(number)
        response = _json(content, problem.status, "application/problem+json")
    if problem.kind == "not-signed-in":
        response.headers["WWW-Authenticate"] = "Bearer"
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as registered
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    if place[0] == "path":
        return await _on_problem(request, Problem("not-found", "Nothing is at this address."))
    name = place[-1]
    detail = f"`{name}`: {first['msg'][:1].lower()}{first['msg'][1:]}."
    return await _on_problem(request, Problem("bad-value", detail, name))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as registered
    kinds = {403: "not-allowed", 404: "not-found", 405: "method-not-allowed"}
    kind = kinds.get(error.status_code, "bad-value")
    detail = {
        "not-allowed": "Your role does not allow this.",
        "not-found": "Nothing is at this address.",
        "method-not-allowed": f"This address does not take {request.method}.",
    }.get(kind, "The request cannot be read.")
    return await _on_problem(request, Problem(kind, detail))


async def _on_mistake(request: Request, error: Exception) -> Response:
    log.exception("request %s failed", request.state.request_id, exc_info=error)
    problem = Problem(
        "internal",
        "This is a mistake of the server. Its log has the reason beside "
        f"{request.state.request_id}.",
    )
    return await _on_problem(request, problem)
