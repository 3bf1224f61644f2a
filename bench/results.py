"""The recorded measurements, kept beside the page that shows them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench import machine
from dist_perf import project

Figures = dict[str, Any]


def file(area: str) -> Path:
    """Return the file of an area's results."""
    return project.root() / "docs" / area / "benchmarks.json"


def read(area: str) -> Figures:
    """Return the results: the machine, and by size, engine and section the figures."""
    if not file(area).exists():
        return {"machine": {}, "sizes": {}}
    results: Figures = json.loads(file(area).read_text(encoding="utf-8"))
    return results


def keep(area: str, flows: int, engine: str, section: str, figures: Figures) -> None:
    """Write a section's figures over the earlier ones.

    Results of another machine are discarded, so that the page never mixes machines.
    """
    results = read(area)
    if results["machine"] != machine.described():
        results = {"machine": machine.described(), "sizes": {}}
    results["sizes"].setdefault(str(flows), {}).setdefault(engine, {})[section] = _rounded(figures)
    text = json.dumps(results, indent=1, sort_keys=True)
    file(area).write_text(text + "\n", encoding="utf-8")


def _rounded(value: Any) -> Any:
    """Return the figures with seconds to the tenth of a millisecond."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value
