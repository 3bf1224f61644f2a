"""The laws of the dbt project, on its manifest and its files; a failure names each violation."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbt_warehouse import Warehouse

from dist_perf import project

Node = dict[str, Any]

AREAS = ("common", "distribution", "sales", "banking", "sip")
NAMES = {
    "staging": r"stg_{folder}__[a-z0-9_]+",
    "intermediate": r"int_[a-z0-9_]+_([a-z0-9]+ed|held)",
    "marts": r"(?!stg_|int_|snap_)[a-z][a-z0-9_]+",
    "snapshots": r"snap_{folder}__[a-z0-9_]+",
}
# A row of docs/metrics.md: metric, where, grain, unit, guarded by, settings.
METRIC_BARS = 7
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


def models(nodes: dict[str, Node]) -> Iterator[Node]:
    return (node for node in nodes.values() if node["resource_type"] == "model")


def snapshots(nodes: dict[str, Node]) -> Iterator[Node]:
    return (node for node in nodes.values() if node["resource_type"] == "snapshot")


def layer_and_folder(node: Node) -> tuple[str, str]:
    """Return where a model lives: its layer, and its source or area. Snapshots are a layer."""
    if node["resource_type"] == "snapshot":
        return "snapshots", Path(node["original_file_path"]).parts[1]
    layer, folder, *_ = Path(node["path"]).parts
    return layer, folder


def may_read(reader: Node, read: Node) -> bool:
    layer, area = layer_and_folder(reader)
    kind = read["resource_type"]
    if kind == "source":
        return layer == "staging"
    if kind == "seed":
        # The sample is what sources read by default, so its seeds are their upstream.
        return read["name"].startswith("sample_") == (layer == "staging")
    read_layer, read_area = layer_and_folder(read)
    if kind == "snapshot":
        return layer == "intermediate"
    if layer == "snapshots":
        return (read_layer, read_area) == ("staging", area)
    if layer == "intermediate":
        return read_layer == "staging" or (
            read_layer == "intermediate" and read_area in (area, "common")
        )
    return layer == "marts" and (read_layer == "staging" or read_area in (area, "common"))


def test_layers_and_areas_read_only_what_the_law_allows(nodes: dict[str, Node]) -> None:
    violations = [
        f"`{node['original_file_path']}` reads `{nodes[name]['name']}`"
        for node in (*models(nodes), *snapshots(nodes))
        for name in node["depends_on"]["nodes"]
        if not may_read(node, nodes[name])
    ]
    assert not violations, "\n".join(violations)


def test_a_tag_that_selects_a_model_selects_all_that_it_reads(nodes: dict[str, Node]) -> None:
    violations = [
        f"`tag:{tag}` selects `{node['name']}` but not `{nodes[name]['name']}`, which it reads"
        for node in (*models(nodes), *snapshots(nodes))
        for name in node["depends_on"]["nodes"]
        for tag in node["tags"]
        if tag not in nodes[name]["tags"]
    ]
    assert not violations, "\n".join(violations)


def test_everything_that_has_a_name_has_a_description(
    manifest: dict[str, Any], nodes: dict[str, Node]
) -> None:
    undescribed = []
    for node in nodes.values():
        kind, name = node["resource_type"], node["name"]
        described = {f"{kind} `{name}`": node["description"]}
        if kind == "source":
            described[f"source `{node['source_name']}`"] = node["source_description"]
        for column in node["columns"].values():
            described[f"column `{column['name']}` of {kind} `{name}`"] = column["description"]
        undescribed += [what for what, description in described.items() if not description.strip()]
    for macro in own_macros(manifest):
        name = macro["name"]
        if not macro["description"].strip():
            undescribed.append(f"macro `{name}`")
        arguments = {each["name"]: each["description"] for each in macro["arguments"]}
        undescribed += [
            f"argument `{argument}` of macro `{name}`"
            for argument in signature(macro)
            if not (arguments.get(argument) or "").strip()
        ]
        undescribed += [
            f"argument `{argument}` of macro `{name}`, which has none such"
            for argument in arguments
            if argument not in signature(macro)
        ]
    assert not undescribed, "\n".join(["not described:", *undescribed])


def own_macros(manifest: dict[str, Any]) -> list[Node]:
    """Return our macros but those of one engine, which the macro that chooses them speaks for."""
    own = {
        macro["name"]: macro
        for macro in manifest["macros"].values()
        if macro["package_name"] == manifest["metadata"]["project_name"]
    }
    return [
        macro
        for name, macro in own.items()
        if "__" not in name or name.split("__", 1)[1] not in own
    ]


def signature(macro: Node) -> list[str]:
    """Return the names of a macro's arguments, as written where it is defined."""
    written = re.search(
        rf"{{%-?\s*(?:macro|test)\s+\w*{macro['name'].removeprefix('test_')}\s*\(([^)]*)\)",
        macro["macro_sql"],
    )
    assert written is not None, macro["name"]
    return [part.split("=")[0].strip() for part in written[1].split(",") if part.strip()]


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


def guarded(manifest: dict[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what is unique in a model, by its key or by a test: its id and the columns."""
    for name, node in manifest["nodes"].items():
        for constraint in node.get("constraints", ()):
            if constraint["type"] in ("primary_key", "unique"):
                yield name, frozenset(constraint["columns"])
        for column in node["columns"].values():
            if {"primary_key", "unique"} & {each["type"] for each in column["constraints"]}:
                yield name, frozenset([column["name"]])
        metadata = node.get("test_metadata") or {"name": None}
        if metadata["name"] == "unique":
            yield node["attached_node"], frozenset([node["column_name"]])
        elif metadata["name"] == "unique_combination_of_columns":
            yield (
                node["attached_node"],
                frozenset(metadata["kwargs"]["combination_of_columns"]),
            )


def test_every_model_states_its_grain_and_something_guards_it(
    manifest: dict[str, Any], nodes: dict[str, Node]
) -> None:
    guards = set(guarded(manifest))
    violations = []
    for node in (*models(nodes), *snapshots(nodes)):
        grain = frozenset(node["config"]["meta"].get("grain", ()))
        if not grain:
            violations.append(f"`{node['name']}` states no grain in `config.meta.grain`")
        elif not grain <= set(node["columns"]):
            violations.append(f"`{node['name']}`: its grain names columns that it has not")
        elif (node["unique_id"], grain) not in guards:
            violations.append(f"`{node['name']}`: no key or test guards {sorted(grain)}")
    assert not violations, "\n".join(violations)


def test_models_are_named_by_the_pattern_of_their_folder(nodes: dict[str, Node]) -> None:
    violations = []
    for node in (*models(nodes), *snapshots(nodes)):
        layer, folder = layer_and_folder(node)
        pattern = NAMES[layer].format(folder=folder)
        if not re.fullmatch(pattern, node["name"]):
            violations.append(f"`{node['original_file_path']}` is not named `{pattern}`")
        if layer not in ("staging", "snapshots") and folder not in AREAS:
            violations.append(f"`{node['original_file_path']}`: `{folder}` is no area")
    assert not violations, "\n".join(violations)


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


def test_every_hard_case_has_a_test_that_carries_its_number(manifest: dict[str, Any]) -> None:
    page = (project.root() / "docs" / "hard_cases.md").read_text(encoding="utf-8")
    told = {int(number) for number in re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)}
    tests = [node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    tests += [node["name"] for node in manifest["unit_tests"].values()]
    guarded_cases = {int(found[1]) for name in tests if (found := re.match(r"case_(\d\d)_", name))}
    assert told == guarded_cases, f"told {sorted(told)}, tested {sorted(guarded_cases)}"


def test_no_model_and_no_law_names_a_flow_class() -> None:
    root = project.root()
    with (root / "seeds/reference/flow_classes.csv").open(encoding="utf-8", newline="") as seed:
        # Anything unknown is `unassigned`, flows or not.
        classes = {row["flow_class"] for row in csv.DictReader(seed)} - {"unassigned"}
    violations = []
    for folder in ("models", "tests", "macros"):
        for path in sorted((root / folder).rglob("*.sql")):
            # Within Jinja stand names of measures and sources, which may be called the same.
            sql = re.sub(r"{{.*?}}|{%.*?%}|{#.*?#}", "", path.read_text("utf-8"), flags=re.DOTALL)
            violations += [
                f"{path.relative_to(root)}: `{literal}` is a class of `flow_classes.csv`; ask for a"
                " column of it instead"
                for literal in re.findall(r"'([^'\n]*)'", sql)
                if literal in classes
            ]
    assert not violations, "\n".join(violations)


def test_every_metric_names_columns_and_guards_that_are_there(
    manifest: dict[str, Any], nodes: dict[str, Node]
) -> None:
    page = (project.root() / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in page.splitlines() if line.count("|") == METRIC_BARS]
    columns = {node["name"]: set(node["columns"]) for node in models(nodes)}
    guards = {node["name"] for node in manifest["nodes"].values()}
    guards |= {node["name"] for node in manifest["unit_tests"].values()}
    python = "".join(
        path.read_text(encoding="utf-8")
        for path in (project.root() / "tests" / "python").glob("test_*.py")
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
