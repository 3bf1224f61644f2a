"""Reports: blocks of pages and texts in one file of HTML, which opens without a server."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dist_perf import project
from dist_perf.serve.reports.definition import Report

__all__ = ["all_reports"]


@cache
def all_reports() -> dict[tuple[str, str], Report]:
    """Return every report by area and name.

    A report is the value `REPORT` of a module in `dist_perf/serve/reports/<area>/`.
    """
    found: dict[tuple[str, str], Report] = {}
    for area in project.areas():
        try:
            package = importlib.import_module(f"{__name__}.{area}")
        except ModuleNotFoundError as error:
            if error.name != f"{__name__}.{area}":
                raise
            continue
        for module in pkgutil.iter_modules(package.__path__):
            made = importlib.import_module(f"{package.__name__}.{module.name}")
            if hasattr(made, "REPORT"):
                found[area, made.REPORT.name] = made.REPORT
    return found
