"""The laws that `dbt-bouncer.yml` cannot hold, and proof that it holds its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dbt_warehouse import Warehouse

from dist_perf import feeds, project

Node = dict[str, Any]

# How SQL, YAML and classes name a table that they read.
TABLE = re.compile(r"""(?:ref\(['"]|dist_perf_dw\}{0,2}\.|table_name: |__tablename__ = ")(\w+)""")
# A row of docs/<area>/metrics.md: metric, where, grain, unit, guarded by, settings.
METRIC_BARS = 7
# How paths, names, modules and selections name an area or a source; prose may use the word.
NAMED = (
    r"(?<![\w-]){0}/",
    r"/{0}(?![\w-])",
    r"(['\"`]){0}\1",
    r"(?:\b|_){0}__",
    r"\bint_{0}_(?:as_of_date_settled|days_observed)\b",
    r"\b(?:orm|generate|bench)\.{0}\b",
    r"\b(?:tag|group|selector)[: ]+{0}\b",
)
# Files that name areas outside the areas' folders.
MAY_NAME = {
    "dbt_project.yml": "has the areas, and the settings of their folders",
    "selectors.yml": "has a selector for each",
    "dist_perf/orm/__init__.py": "is written by `make orm`",
    "docs/entities.md": "is written by `make docs`, and leads to each",
    "README.md": "shows what there is",
    "CHANGELOG.md": "says what there was",
}
MOST_YAML_LINES = 800
# Dates come from the feeds and casts are spelt out; SQL is portable.
FORBIDDEN = {
    r"\bcurrent_date\b": "reads the clock",
    r"\bcurrent_timestamp\b": "reads the clock",
    r"\bnow\s*\(": "reads the clock",
    r"::": "is one engine's way to cast",
    r"\b(postgres\w*|duckdb|spark|snowflake)\b": "is an engine's name",
    r"\btarget\s*\.": "asks for the engine",
    r"\badapter\s*\.": "asks for the engine",
}


@pytest.fixture(scope="module")
def built(sample: dict[str, Warehouse]) -> Warehouse:
    return sample["duckdb"]


@pytest.fixture(scope="module")
def manifest(built: Warehouse) -> dict[str, Any]:
    return built.manifest


@pytest.fixture(scope="module")
def nodes(manifest: dict[str, Any]) -> dict[str, Node]:
    """Our own models, seeds and snapshots, and the sources, by their unique id."""
    own = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["package_name"] == manifest["metadata"]["project_name"]
        and node["resource_type"] in ("model", "seed", "snapshot")
    }
    return own | manifest["sources"]


def area_folders() -> list[Path]:
    """Folders of the subject areas' marts, without what the areas share."""
    marts = project.root() / "models" / "marts"
    return sorted(path for path in marts.iterdir() if path.is_dir() and path.name != "common")


def models(nodes: dict[str, Node]) -> Iterator[Node]:
    return (node for node in nodes.values() if node["resource_type"] == "model")


# A feed whose models are made to break laws.
FIRMS = feeds.find("firms")
AREA = next(area for area, sources in project.areas().items() if FIRMS.source in sources)
# What breaks a law: a check of `dbt-bouncer.yml`, what it says, and a change to a manifest.
BREACHES: dict[str, tuple[str, Callable[[dict[str, Node]], object]]] = {
    "check_model_upstream": (
        f"`stg_{FIRMS.source}__firms` reads `dim_firms`",
        lambda own: reads(own[f"stg_{FIRMS.source}__firms"], own["dim_firms"]),
    ),
    "check_snapshot_upstream": (
        f"`snap_{FIRMS.source}__products` reads `dim_firms`",
        lambda own: reads(own[f"snap_{FIRMS.source}__products"], own["dim_firms"]),
    ),
    "check_staging_names": (
        "`nodes` does not begin with `stg_dbt__`",
        lambda own: own["stg_dbt__nodes"].update(name="nodes"),
    ),
    "check_snapshot_folder_names": (
        f"`snap_{FIRMS.source}__accounts` does not begin with `snap_toys__`",
        lambda own: own[f"snap_{FIRMS.source}__accounts"].update(
            original_file_path="snapshots/toys/accounts.yml"
        ),
    ),
    "check_feed_names": (
        f"`regions` by `{FIRMS.source}` and `toys`",
        lambda own: own[f"{FIRMS.source}.firms"].update(source_name="toys", identifier="regions"),
    ),
    "check_model_topic_order": (
        "`int_lots_redeemed` of retention reads `fact_revenue` of revenue",
        lambda own: reads(own["int_lots_redeemed"], own["fact_revenue"]),
    ),
    "check_model_leaves_rows_out_that_lie_far_ahead": (
        f"`stg_{FIRMS.source}__aum_flows` reads `aum_flows` and does not ask `is_far_ahead`",
        lambda own: own[f"stg_{FIRMS.source}__aum_flows"]["depends_on"]["macros"].clear(),
    ),
    "check_model_tags_reach_upstream": (
        f"`stg_{FIRMS.source}__regions` lacks `{AREA}`",
        lambda own: own[f"stg_{FIRMS.source}__regions"]["tags"].clear(),
    ),
    "check_model_names": (
        "`int_lots_retained` does not match",
        lambda own: own["int_lots_retained"].update(name="retained"),
    ),
    "check_model_access": (
        "`dim_products`",
        lambda own: own["dim_products"].update(access="protected"),
    ),
    "check_model_grain": (
        "`dim_regions`: no key and no test of uniqueness guards ['region_id']",
        lambda own: own["dim_regions"]["config"]["meta"].update(grain=["region_id"]),
    ),
    "check_snapshot_grain": (
        f"`snap_{FIRMS.source}__accounts` states no grain",
        lambda own: own[f"snap_{FIRMS.source}__accounts"]["config"]["meta"].clear(),
    ),
    "check_macro_is_described": (
        "Macro `ratio`: arguments without description, or described and not there: {'surplus'}",
        lambda own: own["ratio"]["arguments"].append({"name": "surplus", "description": "None."}),
    ),
    "check_shared_texts": (
        "['As everybody knows.']",
        lambda own: [says(column, "As everybody knows.") for column in columns(own["dim_firms"])],
    ),
    "check_coverage": (
        "not ['dim_channels.channel_name']",
        lambda own: says(own["dim_channels"]["columns"]["channel_name"], ""),
    ),
}


def reads(node: Node, other: Node) -> None:
    node["depends_on"]["nodes"].append(other["unique_id"])


def columns(node: Node) -> list[Node]:
    return list(node["columns"].values())


def says(described: Node, text: str) -> None:
    described["description"] = text


@pytest.fixture(scope="module")
def findings(built: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> list[Node]:
    """What dbt-bouncer finds in a manifest that breaks each law once."""
    directory = tmp_path_factory.mktemp("breaches")
    manifest = built.manifest
    own = {
        node["name"]: node
        for node in (*manifest["nodes"].values(), *manifest["macros"].values())
        if node["package_name"] == manifest["metadata"]["project_name"]
    }
    for source in manifest["sources"].values():
        own[f"{source['source_name']}.{source['name']}"] = source
    for _, breach in BREACHES.values():
        breach(own)
    (directory / "target").mkdir()
    (directory / "target" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    report = directory / "report.json"
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt-bouncer"), "run", "--output-file", report],
        cwd=project.root(),
        env={**os.environ, "DBT_PROJECT_DIR": str(directory)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    results: list[Node] = json.loads(report.read_bytes())
    return [result for result in results if result["outcome"] == "failed"]


@pytest.mark.parametrize("law", BREACHES)
def test_a_breach_of_the_law_is_found(law: str, findings: list[Node]) -> None:
    said, _ = BREACHES[law]
    messages = [each["failure_message"] for each in findings if law in each["check_run_id"]]
    assert any(said in message for message in messages), messages


def test_no_law_fails_within_itself(findings: list[Node]) -> None:
    # dbt-bouncer takes an exception in a check for a warning.
    assert [finding for finding in findings if finding["severity"] != "error"] == []


def test_the_columns_described_are_the_columns_there_are(
    built: Warehouse, nodes: dict[str, Node]
) -> None:
    real = built.columns()
    violations = []
    for node in nodes.values():
        if node["resource_type"] == "source":
            continue
        there = set(real.get((node["schema"], node["alias"]), ()))
        described = set(node["columns"])
        kind, name = node["resource_type"], node["name"]
        violations += [f"{kind} `{name}`: `{c}` is not described" for c in there - described]
        violations += [f"{kind} `{name}`: `{c}` is not there" for c in described - there]
    assert not violations, "\n".join(sorted(violations))


def test_sql_outside_macros_reads_no_clock_and_knows_no_engine() -> None:
    root = project.root()
    violations = []
    for folder in ("models", "tests", "seeds", "snapshots", "analyses"):
        for path in sorted((root / folder).rglob("*.sql")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                for pattern, reason in FORBIDDEN.items():
                    violations += [
                        f"{path.relative_to(root)}:{number}: `{found[0]}` {reason}"
                        for found in re.finditer(pattern, line, flags=re.IGNORECASE)
                    ]
    assert not violations, "\n".join(violations)


def named_areas(path: Path, text: str) -> set[str]:
    """Areas and sources that a file names and in whose folders it is not."""
    places = {*path.parts, path.stem}
    return {
        area
        for area, sources in project.areas().items()
        if places.isdisjoint({area, *sources})
        for name in (area, *sources)
        if any(re.search(pattern.format(name), text, flags=re.MULTILINE) for pattern in NAMED)
    }


def test_no_file_names_an_area_outside_its_folders() -> None:
    root = project.root()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        stdout=subprocess.PIPE,
        check=True,
    )
    paths = [Path(os.fsdecode(each)) for each in listed.stdout.split(b"\0") if each]
    looked_at, violations, needed = 0, [], set()
    for path in paths:
        try:
            text = (root / path).read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            continue
        looked_at += 1
        named = named_areas(path, text)
        allowed = {each for each in MAY_NAME if path.is_relative_to(each)}
        needed |= allowed if named else set()
        if named and not allowed:
            violations.append(
                f"{path} names {sorted(named)}: find it by its folder or by `project.areas()`, or "
                "move what is the area's to its folder"
            )
    assert looked_at > len(MAY_NAME)
    assert not violations, "\n".join(violations)
    assert needed == MAY_NAME.keys(), "these need not be allowed any more"


@pytest.mark.parametrize(
    "line",
    [
        "{{{{ ref('stg_{0}__things') }}}}",
        "ref('int_{0}_as_of_date_settled')",
        "models/marts/{0}/things.sql",
        "pytest tests/python/{0}",
        "AREA = '{0}'",
        "from dist_perf.orm.{0} import DimThings",
        "dbt build --select tag:{0}",
    ],
)
def test_a_name_of_an_area_is_found_outside_its_folders_only(line: str) -> None:
    for area in project.areas():
        text = line.format(area)
        assert named_areas(Path("macros/sql/one.sql"), text) == {area}
        assert named_areas(Path(f"dist_perf/orm/{area}.py"), text) == set()
        assert named_areas(Path(f"models/marts/{area}/flows/one.sql"), text) == set()
        assert named_areas(Path("macros/sql/one.sql"), f"the {area} of things") == set()


def test_no_yaml_is_longer_than_a_reader_takes_in() -> None:
    root = project.root()
    folders = ("models", "macros", "seeds", "snapshots", "analyses")
    lengths = {
        str(path.relative_to(root)): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in (root / folder).rglob("*.yml")
    }
    too_long = {name: lines for name, lines in lengths.items() if lines > MOST_YAML_LINES}
    assert lengths
    assert not too_long, f"more than {MOST_YAML_LINES} lines; split by topic: {too_long}"


def test_every_hard_case_has_a_test_that_carries_its_number(manifest: dict[str, Any]) -> None:
    listed = {
        (page.parent.name, int(number))
        for page in (project.root() / "docs").glob("*/hard_cases.md")
        for number in re.findall(r"^\| (\d+) \|", page.read_text("utf-8"), flags=re.MULTILINE)
    }
    areas = [folder.name for folder in area_folders()]
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    tested = {
        (area, int(found[1]))
        for node in (*tests, *manifest["unit_tests"].values())
        if (found := re.match(r"case_(\d\d)_", node["name"]))
        for area in areas
        if area in node["fqn"]
    }
    assert listed
    assert listed == tested, f"{sorted(listed ^ tested)} are listed or tested, not both"


def test_every_metric_names_columns_and_guards_that_are_there(
    manifest: dict[str, Any], nodes: dict[str, Node]
) -> None:
    rows = [
        line.split("|")[1:-1]
        for page in (project.root() / "docs").glob("*/metrics.md")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.count("|") == METRIC_BARS
    ]
    columns = {node["name"]: set(node["columns"]) for node in models(nodes)}
    guards = {node["name"] for node in manifest["nodes"].values()}
    guards |= {node["name"] for node in manifest["unit_tests"].values()}
    python = "".join(
        path.read_text(encoding="utf-8")
        for path in (project.root() / "tests" / "python").rglob("test_*.py")
    )
    wrong = []
    for metric, where, _, _, guarded_by, _ in rows:
        wrong += [
            f"{metric.strip()}: `{model}.{column}` is not there"
            for model, column in re.findall(r"`(\w+)\.(\w+)`", where)
            if column not in columns.get(model, ())
        ]
        wrong += [
            f"{metric.strip()}: no test `{name}`"
            for name in re.findall(r"`([a-z]\w+)`", guarded_by)
            if name not in guards and name not in columns and f"def {name}(" not in python
        ]
    assert rows
    assert not wrong, "\n".join(wrong)


def test_exposures_depend_on_what_their_files_read(manifest: dict[str, Any]) -> None:
    public = {
        identifier: node["name"]
        for identifier, node in manifest["nodes"].items()
        if node.get("access") == "public"
    }
    wrong = []
    for exposure in manifest["exposures"].values():
        files = [path for glob in exposure["meta"]["files"] for path in project.root().glob(glob)]
        named = {name for path in files for name in TABLE.findall(path.read_text("utf-8"))}
        read = named & set(public.values())
        declared = {public[identifier] for identifier in exposure["depends_on"]["nodes"]}
        if read != declared:
            wrong.append(
                f"`{exposure['name']}`: {sorted(read ^ declared)} are read or declared, not both"
            )
    assert manifest["exposures"]
    assert not wrong, "\n".join(wrong)
