"""Makes the feeds of distribution: flows of two and a half years and all that goes with them."""

from dist_perf.generate.distribution.command import GENERATOR
from dist_perf.generate.distribution.settings import Settings

__all__ = ["GENERATOR", "Settings"]
