"""Administration: rows that people may change, each change with its reason.

A module here, or in the folder of an area, adds its views by a tuple `VIEWS` and nothing else.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from dist_perf.serve.admin.editing import Editable

__all__ = ["all_views"]


def all_views() -> list[type[Editable]]:
    """Return the views of all modules, in the order that they give."""
    found: list[Any] = []
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        found += getattr(importlib.import_module(module.name), "VIEWS", ())
    return sorted(found, key=lambda view: (view.order, view.name_plural))
