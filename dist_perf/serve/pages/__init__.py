"""Pages: each has filters and blocks; a block is a query on marts and how its rows are drawn."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dist_perf import project
from dist_perf.serve.pages.definition import Page

__all__ = ["all_pages", "find", "title_of"]

# Pages that belong to no area, after those of the areas.
COMMON = "common"


@cache
def all_pages() -> dict[tuple[str, str], Page]:
    """Return every page by area and name, areas and pages in the order of their menus.

    A page is the value `PAGE` of a module in `dist_perf/serve/pages/<area>/`, or `common`.
    """
    found: list[tuple[str, Page]] = []
    for area in (*project.areas(), COMMON):
        try:
            package = importlib.import_module(f"{__name__}.{area}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{area}":
                raise
            continue
        modules = [
            importlib.import_module(f"{package.__name__}.{module.name}")
            for module in pkgutil.iter_modules(package.__path__)
        ]
        pages = [module.PAGE for module in modules if hasattr(module, "PAGE")]
        found += [(area, page) for page in sorted(pages, key=lambda page: page.order)]
    return {(area, page.name): page for area, page in found}


def find(area: str, name: str) -> Page | None:
    """Return a page, None if there is none of that name."""
    return all_pages().get((area, name))


def title_of(area: str) -> str:
    """Return what the menu calls an area: the `TITLE` of its pages, or its name."""
    package = importlib.import_module(f"{__name__}.{area}")
    title: str = getattr(package, "TITLE", area.capitalize())
    return title
