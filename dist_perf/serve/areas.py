"""What the folders of areas hold for the serving layer."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from dist_perf import project


def found(package: str, name: str) -> list[tuple[str, Any]]:
    """Return the values of a name in the modules of each area's folder, with their areas.

    Args:
        package: whose folders they are; an area without a folder there has none, and `common`
            comes last.
        name: of the value; modules without it are passed over.
    """
    values = []
    for area in (*project.areas(), project.COMMON):
        try:
            folder = importlib.import_module(f"{package}.{area}")
        except ModuleNotFoundError as error:
            if error.name != f"{package}.{area}":
                raise
            continue
        for each in pkgutil.iter_modules(folder.__path__):
            module = importlib.import_module(f"{folder.__name__}.{each.name}")
            if hasattr(module, name):
                values.append((area, getattr(module, name)))
    return values
