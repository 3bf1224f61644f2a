"""The warehouse as classes: `session.query(FactRevenue)`. docs/orm.md has recipes."""

from __future__ import annotations

from dist_perf.orm import marts, star
from dist_perf.orm.base import Base
from dist_perf.orm.connection import engine, session
from dist_perf.orm.marts import *  # noqa: F403
from dist_perf.orm.star import *  # noqa: F403

__all__ = ["Base", "engine", "session"]
__all__ += star.__all__
__all__ += marts.__all__
