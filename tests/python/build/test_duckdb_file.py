"""No schema is called like the DuckDB file: one that is, is refused before anything runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from dbt_warehouse import DBT, Warehouse

from dist_perf import project, warehouse

SAID = "one that no schema has, such as `warehouse.duckdb`"


def dbt(directory: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run dbt as the README says it, but for where it writes its artifacts."""
    inherited = {name: value for name, value in os.environ.items() if name[:9] != "DIST_PERF"}
    return subprocess.run(
        [DBT, "--no-use-colors", *arguments, "--target", "duckdb", "--target-path", directory],
        cwd=project.root(),
        env={**inherited, "DBT_LOG_PATH": str(directory / "logs"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_schema_has_the_name_of_the_default_file(
    sample: dict[str, Warehouse], tmp_path: Path
) -> None:
    manifest = sample["duckdb"].manifest
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    schemas = {node["schema"] for node in nodes} | {"raw", *warehouse.SCHEMAS}
    assert Path(warehouse.DUCKDB_FILE).stem not in schemas
    # dbt and Python mean the same file, whatever the environment lacks.
    done = dbt(tmp_path, "parse")
    assert done.returncode == 0, done.stdout
    parsed = json.loads((tmp_path / "manifest.json").read_bytes())
    assert {node["database"] for node in parsed["nodes"].values()} == {
        Path(warehouse.DUCKDB_FILE).stem
    }


@pytest.mark.parametrize("name", ["common.duckdb", "Dist_Perf_DW.db", "main.duckdb"])
def test_dbt_refuses_a_file_that_is_called_like_a_schema(name: str, tmp_path: Path) -> None:
    done = dbt(tmp_path, "parse", DIST_PERF_DUCKDB=str(tmp_path / name))
    assert done.returncode == 2
    assert f"`{tmp_path / name}` is called like the schema" in done.stdout
    assert SAID in done.stdout
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["raw.duckdb", "sip.duckdb"])
def test_python_refuses_a_file_that_is_called_like_a_schema(name: str, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / name)) as connection:
        connection.execute("create schema if not exists sip")
    done = subprocess.run(
        [Path(sys.executable).with_name("dist-perf"), "health", "show", "--target", "duckdb"],
        cwd=project.root(),
        env={**os.environ, "DIST_PERF_DUCKDB": str(tmp_path / name), "DIST_PERF_SCHEMA_PREFIX": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"is called like the schema `{Path(name).stem}` in it" in done.stderr
    assert SAID in done.stderr
