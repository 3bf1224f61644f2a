"""Renders HTML from the folder `html`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from dist_perf.serve.assets import address_of

HTML = Path(__file__).parent / "html"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HTML), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["as_script"] = _as_script
    environment.globals["asset"] = address_of
    return environment


def _as_script(given: Any) -> Markup:
    """Return JSON that stands inside a `script` element and cannot end it."""
    text = json.dumps(given).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - escaped above


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page of the folder `html`."""
    # Pages import what renders them.
    from dist_perf.serve.pages import all_pages, title_of  # noqa: PLC0415

    values.setdefault("asked", None)
    menu = all_pages()
    titles = {area: title_of(area) for area, _ in menu}
    text = (
        _environment()
        .get_template(name)
        .render(request=request, menu=menu, titles=titles, **values)
    )
    return HTMLResponse(text, status_code=status)
