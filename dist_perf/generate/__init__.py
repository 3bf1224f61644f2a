"""Makes believable, reproducible feeds of any size, area by area.

Each area has a package here whose `GENERATOR` says how its feeds are made.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from dist_perf.generate.tables import FORMATS
from dist_perf.generate.writing import Generator, write_feeds, write_sample

__all__ = ["FORMATS", "Generator", "generators", "write_feeds", "write_sample"]


@cache
def generators() -> dict[str, Generator]:
    """Return the generator of every area that has one, by the area's name."""
    packages = [each.name for each in pkgutil.iter_modules(__path__) if each.ispkg]
    return {
        name: importlib.import_module(f"{__name__}.{name}").GENERATOR for name in sorted(packages)
    }
