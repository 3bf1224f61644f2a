"""Makes believable, reproducible feeds of any size."""

from dist_perf.generate.settings import Settings
from dist_perf.generate.tables import FORMATS
from dist_perf.generate.writing import write_feeds, write_sample

__all__ = ["FORMATS", "Settings", "write_feeds", "write_sample"]
