"""A report is one file: it opens without a server, and the same data gives the same bytes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dbt_warehouse import ENGINES, Warehouse
from playwright.sync_api import Request, sync_playwright

from dist_perf.serve.reports import all_reports
from dist_perf.serve.reports.writing import counted

MOST_CHARTS = 12
DIST_PERF = str(Path(sys.executable).parent / "dist-perf")


def written(warehouse: Warehouse, directory: Path, *options: str) -> list[Path]:
    done = subprocess.run(
        [DIST_PERF, "reports", "--target", warehouse.target, "--out", str(directory), *options],
        env={**os.environ, **warehouse.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return sorted(directory.iterdir())


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_data_gives_the_same_bytes(
    engine: str, sample: dict[str, Warehouse], tmp_path: Path
) -> None:
    first = written(sample[engine], tmp_path / "first")
    second = written(sample[engine], tmp_path / "second")
    assert len(first) == len(all_reports())
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_the_same_data_gives_the_same_drawings(
    kind: str, sample: dict[str, Warehouse], tmp_path: Path
) -> None:
    first, second = (
        written(sample["duckdb"], tmp_path / name, "--images", kind) for name in ("first", "second")
    )
    assert [file.name for file in first] == [file.name for file in second]
    drawings = [
        (one, other) for one, other in zip(first, second, strict=True) if one.suffix == f".{kind}"
    ]
    assert len(drawings) == sum(map(counted, all_reports().values()))
    for one, other in drawings:
        assert one.read_bytes() == other.read_bytes(), one.name
    if kind == "svg":
        # One page can hold several: an id is that of one drawing, and what an id names is there.
        texts = [one.read_text(encoding="utf-8") for one, _ in drawings]
        ids = [set(re.findall(r'\bid="([^"]+)"', text)) for text in texts]
        assert len(set.union(*ids)) == sum(map(len, ids))
        for text, own in zip(texts, ids, strict=True):
            named = set(re.findall(r"url\((?:&quot;|['\"])?#([\w-]+)", text))
            assert named
            assert named <= own


def test_both_engines_give_the_same_figures(sample: dict[str, Warehouse], tmp_path: Path) -> None:
    shown = []
    for engine in ENGINES:
        for file in written(sample[engine], tmp_path / engine):
            found = re.search(r'id="report">(.*?)</script>', file.read_text(encoding="utf-8"))
            assert found
            shown.append(json.loads(found[1])["sections"])
    half = len(shown) // 2
    assert shown[:half] == shown[half:]


def test_no_report_has_more_charts_than_a_reader_takes_in() -> None:
    assert all(0 < counted(report) <= MOST_CHARTS for report in all_reports().values())


def test_it_opens_without_a_server_and_asks_nobody(
    sample: dict[str, Warehouse], tmp_path: Path
) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "the browser is missing: install chromium"
    asked: list[str] = []
    wrong: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            asked.append(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for (_, report), file in zip(
            sorted(all_reports().items()), written(sample["duckdb"], tmp_path), strict=True
        ):
            for width in (1400, 360):
                tab = browser.new_page(viewport={"width": width, "height": 900})
                tab.on("request", note)
                tab.on("pageerror", lambda error: wrong.append(str(error)))
                tab.on(
                    "console",
                    lambda said: wrong.append(said.text) if said.type == "error" else None,
                )
                tab.goto(file.as_uri())
                charts = tab.locator(".chart .main-svg:first-child")
                charts.nth(counted(report) - 1).wait_for(timeout=30_000)
                assert tab.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert not asked
    assert not wrong


def test_an_unknown_report_is_an_error_that_names_those_there_are(
    sample: dict[str, Warehouse],
) -> None:
    done = subprocess.run(
        [DIST_PERF, "reports", "--only", "nothing"],
        env={**os.environ, **sample["duckdb"].environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "no report `nothing`" in done.stderr
    assert all(name in done.stderr for _, name in all_reports())
