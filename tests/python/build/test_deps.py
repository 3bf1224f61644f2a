from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
import yaml

from dist_perf import deps, project

PROGRAMS = Path(sys.executable).parent
STAND_INS = project.root() / "offline_packages"
INSTALLED = project.root() / "dbt_packages"
PROFILE = {
    "empty": {"target": "duckdb", "outputs": {"duckdb": {"type": "duckdb", "path": "it.duckdb"}}}
}

# Rows on which each rule is tried. Ranges: 1-3 and 3-5 are adjacent, then a gap before 7-9.
MODELS = {
    "ranges": """
        select 'a' as part, 1 as low, 3 as high union all
        select 'a', 3, 5 union all
        select 'a', 7, 9 union all
        select 'b', 2, 4
    """,
    "values_with_null": "select 1 as number union all select 2 union all select null",
    "twice": "select 1 as number, 'x' as letter union all select 1, 'x' union all select 1, 'y'",
    "once": "select 1 as number, 'x' as letter union all select 1, 'y'",
    "empty_range": "select 4 as low, 4 as high",
    "missing_bound": "select 4 as low, cast(null as integer) as high",
    "keys": """
        select
            {{ dbt_utils.generate_surrogate_key(["'a'", "1", "cast(null as integer)"]) }} as key,
            {{ dbt_utils.generate_surrogate_key(["'b'"]) }} as single_key
    """,
    "days": """
        {{ dbt_utils.date_spine('day', "cast('2024-02-28' as date)",
            "cast('2024-03-02' as date)") }}
    """,
}

RANGES = {"lower_bound_column": "low", "upper_bound_column": "high"}
PARTS = {**RANGES, "partition_by": "part"}
PAIR = {"column_A": "high", "column_B": "low"}
EXCLUSIVE = "dbt_utils.mutually_exclusive_ranges"
UNIQUE = "dbt_utils.unique_combination_of_columns"
TRUE = "dbt_utils.expression_is_true"
WITHIN = "dbt_utils.accepted_range"
BETWEEN = "dbt_expectations.expect_column_values_to_be_between"
GREATER = "dbt_expectations.expect_column_pair_values_A_to_be_greater_than_B"
COUNTS = "dbt_expectations.expect_table_row_count_to_equal_other_table"

# (whether it passes, model, test, arguments), as the packages' own pages describe them.
RULES = [
    (True, "ranges", EXCLUSIVE, PARTS),
    (False, "ranges", EXCLUSIVE, RANGES),
    (False, "ranges", EXCLUSIVE, {**PARTS, "gaps": "not_allowed"}),
    (False, "ranges", EXCLUSIVE, {**PARTS, "gaps": "required"}),
    (False, "empty_range", EXCLUSIVE, RANGES),
    (True, "empty_range", EXCLUSIVE, {**RANGES, "zero_length_range_allowed": True}),
    (False, "missing_bound", EXCLUSIVE, RANGES),
    (True, "once", UNIQUE, {"combination_of_columns": ["number", "letter"]}),
    (True, "once", UNIQUE, {"combination_of_columns": ["letter"], "quote_columns": True}),
    (False, "twice", UNIQUE, {"combination_of_columns": ["number", "letter"]}),
    (True, "values_with_null", TRUE, {"expression": "number < 3"}),
    (False, "values_with_null", TRUE, {"expression": "number < 2"}),
    (False, "values_with_null", TRUE, {"expression": "< 2", "column_name": "number"}),
    (True, "values_with_null", WITHIN, {"column_name": "number", "min_value": 1}),
    (True, "values_with_null", WITHIN, {"column_name": "number", "max_value": 2}),
    (False, "values_with_null", WITHIN,
        {"column_name": "number", "min_value": 1, "inclusive": False}),
    (False, "values_with_null", WITHIN,
        {"column_name": "number", "max_value": 2, "inclusive": False}),
    (True, "values_with_null", BETWEEN,
        {"column_name": "number", "min_value": 1, "max_value": 2}),
    (False, "values_with_null", BETWEEN,
        {"column_name": "number", "min_value": 1, "strictly": True}),
    (True, "values_with_null", BETWEEN,
        {"column_name": "number", "max_value": 1, "row_condition": "number < 2"}),
    (False, "values_with_null", BETWEEN, {"column_name": "number", "max_value": 1}),
    (True, "ranges", GREATER, PAIR),
    (False, "empty_range", GREATER, PAIR),
    (True, "empty_range", GREATER, {**PAIR, "or_equal": True}),
    (True, "empty_range", GREATER, {**PAIR, "row_condition": "low > 4"}),
    (True, "missing_bound", GREATER, PAIR),
    (True, "twice", COUNTS, {"compare_model": "ref('values_with_null')"}),
    (False, "once", COUNTS, {"compare_model": "ref('values_with_null')"}),
    (True, "ranges", COUNTS, {"compare_model": "ref('once')", "factor": 2}),
    (True, "twice", COUNTS,
        {"compare_model": "ref('once')", "row_condition": "letter = 'y'"}),
    (True, "twice", COUNTS, {
        "compare_model": "ref('once')",
        "row_condition": "letter = 'x'",
        "compare_row_condition": "letter <> 'z'",
    }),
    (False, "twice", COUNTS, {"compare_model": "ref('once')", "group_by": ["letter"]}),
    (True, "ranges", COUNTS, {
        "compare_model": "ref('ranges')",
        "group_by": ["part"],
        "compare_group_by": ["case when low = 2 then 'b' else 'a' end"],
    }),
]  # fmt: skip


def write_project(directory: Path) -> None:
    """Write a dbt project that tries each rule; what must fail is named so."""
    (directory / "models").mkdir()
    (directory / "profiles.yml").write_text(yaml.safe_dump(PROFILE))
    (directory / project.PROJECT_FILE).write_text(
        "name: empty\nprofile: empty\nflags: {send_anonymous_usage_stats: false}\n"
    )
    shutil.copy(project.root() / deps.PACKAGES_FILE, directory)
    for name, text in MODELS.items():
        (directory / f"models/{name}.sql").write_text(text)
    tests: dict[str, list[dict]] = {}
    for number, (passes, model, test, arguments) in enumerate(RULES):
        name = f"rule_{number}_{'passes' if passes else 'fails'}"
        tests.setdefault(model, []).append({test: {"name": name, "arguments": arguments}})
    declared = [{"name": model, "data_tests": listed} for model, listed in tests.items()]
    (directory / "models/models.yml").write_text(yaml.safe_dump({"models": declared}))


ONLY_STAND_INS = pytest.mark.skipif(
    (INSTALLED / "dbt_utils" / deps.MARK).exists(), reason="no real packages are installed"
)


@pytest.mark.parametrize(
    "packages",
    [
        pytest.param(STAND_INS, id="stand_ins"),
        pytest.param(INSTALLED, id="installed", marks=ONLY_STAND_INS),
    ],
)
def test_stand_ins_and_installed_packages_keep_the_documented_rules(
    packages: Path, tmp_path: Path
) -> None:
    write_project(tmp_path)
    shutil.copytree(packages, tmp_path / "dbt_packages")
    built = subprocess.run(
        [PROGRAMS / "dbt", "build"],
        cwd=tmp_path, env={"PATH": os.defpath, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    results = json.loads((tmp_path / "target/run_results.json").read_text())["results"]
    found = {
        result["unique_id"].split(".")[2]: result["status"]
        for result in results
        if result["unique_id"].startswith("test.")
    }
    assert len(found) == len(RULES), built.stdout
    wrong = [
        (RULES[int(name.split("_")[1])], status)
        for name, status in found.items()
        if status != ("pass" if name.endswith("passes") else "fail")
    ]
    assert wrong == []
    with duckdb.connect(str(tmp_path / "it.duckdb")) as connection:
        keys = connection.execute("from keys").fetchone()
        days = [str(day)[:10] for (day,) in connection.execute("from days").fetchall()]
    assert keys == (
        hashlib.md5(b"a-1-_dbt_utils_surrogate_key_null_", usedforsecurity=False).hexdigest(),
        hashlib.md5(b"b", usedforsecurity=False).hexdigest(),
    )
    assert sorted(days) == ["2024-02-28", "2024-02-29", "2024-03-01"]


def test_stand_ins_cover_every_package_that_is_declared() -> None:
    declared = {name.split("/")[-1] for name in deps._declared()}
    assert declared == {path.name for path in STAND_INS.iterdir()}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with nothing installed."""
    write_project(tmp_path)
    shutil.copytree(STAND_INS, tmp_path / "offline_packages")
    return tmp_path


def install(checkout: Path, hub: str, expect: int = 0) -> str:
    done = subprocess.run(
        [PROGRAMS / "dist-perf", "deps"],
        cwd=checkout, env={"PATH": os.defpath, "DBT_PACKAGE_HUB_URL": hub},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


NO_HUB = "http://127.0.0.1:9/"


def test_without_the_hub_stand_ins_are_used_and_refreshed(checkout: Path) -> None:
    said = install(checkout, NO_HUB)
    assert "does not deliver" in said
    assert "stand-ins are used: `dbt_utils`, `dbt_expectations`" in said
    changed = checkout / "offline_packages/dbt_utils/macros/new.sql"
    changed.write_text("{% macro new() %}{% endmacro %}")
    install(checkout, NO_HUB)
    assert (checkout / "dbt_packages/dbt_utils/macros/new.sql").exists()
    changed.unlink()
    install(checkout, NO_HUB)
    assert not (checkout / "dbt_packages/dbt_utils/macros/new.sql").exists()


def test_a_real_package_is_never_overwritten_by_a_stand_in(checkout: Path) -> None:
    real = checkout / "dbt_packages/dbt_utils/dbt_project.yml"
    real.parent.mkdir(parents=True)
    real.write_text("name: dbt_utils\n")
    said = install(checkout, NO_HUB)
    assert "stay: `dbt_utils`" in said
    assert real.read_text() == "name: dbt_utils\n"
    assert (checkout / "dbt_packages/dbt_expectations" / deps.MARK).exists()


def test_a_package_without_a_stand_in_is_an_error_with_the_mend(checkout: Path) -> None:
    shutil.rmtree(checkout / "offline_packages/dbt_utils")
    said = install(checkout, NO_HUB, expect=1)
    assert "package `dbt_utils` of `packages.yml` has no stand-in: put the package" in said


@contextmanager
def hub(*versions: str) -> Iterator[str]:
    """Serve dbt's hub on this machine, with all packages in these versions."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("/")[-1].split(".")[0]
            if name == "index":
                body = json.dumps(deps._declared()).encode()
            elif self.path.endswith(".json"):
                described = {
                    "name": name,
                    "packages": [],
                    "downloads": {"tarball": f"{address}{name}.tar.gz"},
                }
                released = {version: {**described, "version": version} for version in versions}
                body = json.dumps({"name": name, "versions": released}).encode()
            else:
                body = archive(name)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()


def archive(name: str) -> bytes:
    text = f"name: {name}\nversion: '1.0'\n".encode()
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as file:
        top = tarfile.TarInfo(f"{name}-1")
        top.type, top.mode = tarfile.DIRTYPE, 0o755
        file.addfile(top)
        entry = tarfile.TarInfo(f"{name}-1/dbt_project.yml")
        entry.size = len(text)
        file.addfile(entry, io.BytesIO(text))
    return written.getvalue()


def test_packages_of_the_hub_replace_stand_ins(checkout: Path) -> None:
    install(checkout, NO_HUB)
    with hub("0.10.9", "1.3.1") as address:
        said = install(checkout, address)
    assert "from the dbt package hub: `dbt_expectations`, `dbt_utils`" in said
    assert not (checkout / "dbt_packages/dbt_utils" / deps.MARK).exists()
    assert (checkout / "dbt_packages/dbt_utils/dbt_project.yml").exists()


def test_a_hub_without_the_versions_changes_nothing_and_dbt_says_why(checkout: Path) -> None:
    with hub("0.0.1") as address:
        said = install(checkout, address)
    assert "0.0.1" in said
    assert "stand-ins are used" in said
    assert (checkout / "dbt_packages/dbt_utils" / deps.MARK).exists()
