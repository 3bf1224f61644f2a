"""Pages: each has filters and blocks; a block is a query on marts and how its rows are drawn."""

from __future__ import annotations

import importlib
from functools import cache

from dist_perf.serve import areas
from dist_perf.serve.pages.definition import Page

__all__ = ["all_pages", "find", "title_of"]


@cache
def all_pages() -> dict[tuple[str, str], Page]:
    """Return every page by area and name, areas and pages in the order of their menus.

    A page is the value `PAGE` of a module in `dist_perf/serve/pages/<area>/`, or `common`.
    """
    found: list[tuple[str, Page]] = areas.found(__name__, "PAGE")
    in_order = [area for area, _ in found]
    found.sort(key=lambda each: (in_order.index(each[0]), each[1].order))
    return {(area, page.name): page for area, page in found}


def find(area: str, name: str) -> Page | None:
    """Return a page, None if there is none of that name."""
    return all_pages().get((area, name))


def title_of(area: str) -> str:
    """Return what the menu calls an area: the `TITLE` of its pages, or its name."""
    package = importlib.import_module(f"{__name__}.{area}")
    title: str = getattr(package, "TITLE", area.capitalize())
    return title
