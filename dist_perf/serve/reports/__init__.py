"""Reports: blocks of pages and texts in one file of HTML, which opens without a server."""

from __future__ import annotations

from functools import cache

from dist_perf.serve import areas
from dist_perf.serve.reports.definition import Report

__all__ = ["all_reports"]


@cache
def all_reports() -> dict[tuple[str, str], Report]:
    """Return every report by area and name.

    A report is the value `REPORT` of a module in `dist_perf/serve/reports/<area>/`.
    """
    found: list[tuple[str, Report]] = areas.found(__name__, "REPORT")
    return {(area, report.name): report for area, report in found}
