"""Measures the warehouse at size and writes docs/<area>/benchmarks.md.

Nothing here is part of the warehouse: it generates feeds, loads and builds them into databases of
its own, and drops these.
"""

# Left to right on the page, and measured in this order.
ENGINES = ("duckdb", "postgres")
SECTIONS = (
    "load",
    "engine",
    "others",
    "build",
    "queries",
    "day",
    "nothing_new",
    "plans",
    "settings",
    "dbt",
)
