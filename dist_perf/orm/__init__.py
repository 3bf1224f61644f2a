"""The warehouse as classes: `session.query(FactRevenue)`. docs/orm.md has recipes.

`make orm` writes this file: a module for each area.
"""

from __future__ import annotations

from dist_perf.orm import common, distribution
from dist_perf.orm.base import Base
from dist_perf.orm.common import *  # noqa: F403
from dist_perf.orm.connection import engine, session
from dist_perf.orm.distribution import *  # noqa: F403

__all__ = ["Base", "engine", "session"]
__all__ += common.__all__
__all__ += distribution.__all__
