"""The build under other settings than the project's own, each for itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.distribution import builds
from bench.engines import Engine

Figures = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """One setting that differs.

    Attributes:
        label: on the page.
        settings: of the engine, as `Engine.set` takes them.
        threads: of dbt; None leaves those of profiles.yml.
    """

    label: str
    settings: Mapping[str, str] = field(default_factory=dict)
    threads: int | None = None


AS_THEY_ARE = Variant("as they are")
# The project's own come first and last; a difference no larger than between these two is noise.
VARIANTS = {
    "duckdb": (
        AS_THEY_ARE,
        Variant("dbt: 1 thread", threads=1),
        Variant("dbt: 4 threads", threads=4),
        Variant("memory 1 GB", {"DIST_PERF_DUCKDB_MEMORY": "1GB"}),
        Variant("memory 2 GB", {"DIST_PERF_DUCKDB_MEMORY": "2GB"}),
        Variant("memory 6 GB", {"DIST_PERF_DUCKDB_MEMORY": "6GB"}),
        Variant("as they are, again"),
    ),
    "postgres": (
        AS_THEY_ARE,
        Variant("dbt: 2 threads", threads=2),
        Variant("dbt: 8 threads", threads=8),
        Variant("shared_buffers 128 MB", {"shared_buffers": "128MB"}),
        Variant("shared_buffers 2 GB", {"shared_buffers": "2GB"}),
        Variant("work_mem 16 MB", {"work_mem": "16MB"}),
        Variant("work_mem 256 MB", {"work_mem": "256MB"}),
        Variant("no parallel plans", {"max_parallel_workers_per_gather": "0"}),
        Variant("jit on", {"jit": "on"}),
        Variant("as they are, again"),
    ),
}


def compared(engine: Engine) -> list[Figures]:
    """Rebuild all models under each variant, one after the other.

    Returns:
        For each variant its label and the figures of its build.
    """
    variants = []
    for variant in VARIANTS[engine.name]:
        engine.set(variant.settings)
        run = builds.models(engine, variant.threads)
        variants.append({"label": variant.label, **builds.figures(run)})
    engine.set({})
    return variants
