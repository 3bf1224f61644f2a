"""Every page of every area: its queries on both engines, its filters and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import served
from dbt_warehouse import ENGINES, Warehouse

from dist_perf import project
from dist_perf.serve.alerts.checks import SEVERITIES
from dist_perf.serve.assets import TRACES
from dist_perf.serve.pages import all_pages, title_of
from dist_perf.serve.pages.definition import Choice, Kpis, Months, Table
from dist_perf.serve.problems import Problem

PAGES = list(all_pages())
# Money and counts agree to the last digit. Rates do not: one engine divides numerics, the other
# doubles, before both round.
RATES = ("share", "bps", "number")


def drawn(block: dict[str, Any]) -> list[Any]:
    """Return the values of a figure that are not its looks."""
    traces = block["figure"]["data"]
    return [[trace.get("name"), trace["x"], trace["y"], trace.get("z")] for trace in traces]


def same(one: Any, other: Any) -> bool:
    """Return whether two values agree, numbers to eight digits."""
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    try:
        first, second = Decimal(str(one)), Decimal(str(other))
    except ArithmeticError:
        return bool(one == other)
    return abs(first - second) <= max(abs(first), 1) * Decimal("1e-7")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("area", "name"), PAGES)
def test_every_query_runs_with_each_filter(
    sample: dict[str, Warehouse], engine: str, area: str, name: str
) -> None:
    warehouse = sample[engine]
    page = served.page(area, name)
    offered = served.options(warehouse, area, name)
    queries = [""]
    for each in page.filters:
        if isinstance(each, Months):
            queries += ["from=2025-03&to=2025-03", "to=2024-06", "from=1999-01", "from=2060-01"]
        else:
            assert offered[each.name], f"filter `{each.name}` offers nothing"
            chosen = offered[each.name] if not each.is_multiple else offered[each.name][-1:]
            queries += [f"{each.name}={value}" for value in chosen[-10:]]
    everything = [
        f"{each.name}={value}"
        for each in page.filters
        if isinstance(each, Choice)
        for value in (offered[each.name] if each.is_multiple else offered[each.name][:1])
    ]
    for query in [*queries, "&".join(everything)]:
        blocks = served.answer(warehouse, area, name, query)["blocks"]
        assert [*blocks] == [block.name for block in page.blocks]
        for block in blocks.values():
            # What has nothing to show says why, in a sentence.
            assert not block["empty"] or block["empty"].endswith("."), query
    everywhere = served.answer(warehouse, area, name)["blocks"]
    shown = [each for each in everywhere.values() if not each["empty"]]
    assert len(shown) > len(page.blocks) / 2, "the sample shows too little of the page"


@pytest.mark.parametrize(("area", "name"), PAGES)
def test_browsers_get_the_kinds_of_traces_that_are_drawn(
    sample: dict[str, Warehouse], area: str, name: str
) -> None:
    drawn_kinds = {
        trace["type"]
        for block in served.answer(sample["duckdb"], area, name)["blocks"].values()
        if "figure" in block
        for trace in block["figure"]["data"]
    }
    assert drawn_kinds <= {*TRACES, "scatter"}, "name the kind in `TRACES`"


@pytest.mark.parametrize(("area", "name"), PAGES)
def test_engines_say_the_same(sample: dict[str, Warehouse], area: str, name: str) -> None:
    one, other = (served.answer(sample[engine], area, name)["blocks"] for engine in ENGINES)
    for block in served.page(area, name).blocks:
        ours, theirs = one[block.name], other[block.name]
        assert ours["empty"] == theirs["empty"]
        if ours["empty"]:
            continue
        if isinstance(block, Kpis):
            for our, their in zip(ours["items"], theirs["items"], strict=True):
                if block.items[0].format == "time" or our["format"] == "time":
                    continue
                for field in ("value", "prior", "year"):
                    values = our.get(field), their.get(field)
                    agree = same(*values) if our["format"] in RATES else values[0] == values[1]
                    assert agree, (block.name, our["column"], field, values)
        elif isinstance(block, Table):
            formats = [column.format for column in block.columns]
            lines = zip(
                [*ours["rows"], ours["total"] or []],
                [*theirs["rows"], theirs["total"] or []],
                strict=True,
            )
            for our_line, their_line in lines:
                for form, our_cell, their_cell in zip(formats, our_line, their_line, strict=False):
                    if form == "time":
                        continue
                    agree = same(our_cell, their_cell) if form in RATES else our_cell == their_cell
                    assert agree, (block.name, our_line, their_line)
        else:
            assert same(drawn(ours), drawn(theirs)), block.name


@pytest.mark.parametrize(("area", "name"), PAGES)
def test_what_a_filter_does_not_know_is_refused_in_a_sentence(
    sample: dict[str, Warehouse], area: str, name: str
) -> None:
    warehouse = sample["duckdb"]
    refused = ["colour=blue"]
    for each in served.page(area, name).filters:
        if isinstance(each, Months):
            refused += ["from=yesterday", "from=2025-06&to=2025-01", "to=2025-13"]
        else:
            refused += [f"{each.name}=no-such-thing", f"{each.name}=x' or '1'='1"]
            if not each.is_multiple:
                refused.append(f"{each.name}=a&{each.name}=b")
    for query in refused:
        with pytest.raises(Problem) as caught:
            served.answer(warehouse, area, name, query)
        assert caught.value.status == 400, query
        assert caught.value.detail.endswith((".", "?")), query


@pytest.mark.parametrize("engine", ENGINES)
def test_health_shows_the_rules_that_break_now(sample: dict[str, Warehouse], engine: str) -> None:
    warehouse = sample[engine]
    block = served.answer(warehouse, "common", "health")["blocks"]["alerts"]
    labels = [column["label"] for column in block["columns"]]
    shown = [dict(zip(labels, cells, strict=True)) for cells in block["rows"]]
    breaches = warehouse.query(
        "select severity, area, rule_id, member_name, message from common.alert_breaches"
        " where is_current"
    )
    found = [
        tuple(row[label] for label in ("Severity", "Area", "Rule", "Of", "What it says"))
        for row in shown
    ]
    assert len(found) > 1
    assert sorted(found) == sorted(map(tuple, breaches))
    ranks = [SEVERITIES.index(row["Severity"]) for row in shown]
    assert ranks == sorted(ranks)
    # In units, as messages have them; out of plan since May, which the rule lets pass.
    (rate,) = [row for row in shown if row["Rule"] == "fee_rate_below_plan"]
    assert (rate["Value"], rate["Limit"]) == ("57.3 bps", "below 57.5 bps")
    assert (rate["In"], rate["Since when"]) == ("2025-06", "2025-05")


def test_the_menu_ends_with_the_warehouse_and_is_in_order() -> None:
    areas = list(dict.fromkeys(area for area, _ in PAGES))
    assert areas == [*(area for area in project.areas() if area in areas), "common"]
    for each in areas:
        orders = [served.page(area, name).order for area, name in PAGES if area == each]
        assert orders == sorted(orders)
        assert title_of(each)[0].isupper()
