"""Renders HTML from the folder `html`."""

from __future__ import annotations

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
    environment.filters["as_code"] = _as_code
    environment.globals["asset"] = address_of
    return environment


def _as_script(given: str) -> Markup:
    """Return JSON that stands inside a `script` element and cannot end it.

    What it replaces stands in texts alone, where it means the same.
    """
    text = given.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - escaped above


def _as_code(given: str) -> Markup:
    """Return a script or a style of ours as it stands inside its element."""
    return Markup(given.replace("</script", "<\\/script"))  # noqa: S704 - ours, and cannot end it


def text(name: str, **values: Any) -> str:
    """Return what a file of the folder `html` becomes with these values."""
    return _environment().get_template(name).render(**values)


def render(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page of the folder `html`."""
    # Pages import what renders them.
    from dist_perf.serve.pages import all_pages, title_of  # noqa: PLC0415

    values.setdefault("asked", None)
    menu = all_pages()
    titles = {area: title_of(area) for area, _ in menu}
    content = text(name, request=request, menu=menu, titles=titles, **values)
    return HTMLResponse(content, status_code=status)
