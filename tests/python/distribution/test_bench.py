"""The benchmark compares what is equal, and its page shows what was measured."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from dbt_warehouse import Warehouse
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import dbt_runs, engines, machine, results
from bench.dbt_runs import Node, Run
from bench.distribution import feeds, lots, page, queries
from bench.distribution.goals import GOAL_FLOWS, SMALLER_FLOWS

AGES = (0, 2, 5)

flows = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 9),
        st.integers(-6, 6).filter(bool),
    ),
    min_size=1,
    max_size=25,
)


def as_flows(history: list[tuple[int, int, int]]) -> lots.Flows:
    pair, day, cents = (np.array(column, dtype=np.int64) for column in zip(*history, strict=True))
    return lots.Flows(pair, day, np.arange(len(history)), cents)


def left_by_brute_force(history: list[tuple[int, int, int]], place: int, age: int) -> int:
    """Play the whole history up to the day on which one lot is measured."""
    pair, bought_on, _ = history[place]
    events = sorted(
        (day, cents < 0, number, cents)
        for number, (its_pair, day, cents) in enumerate(history)
        if its_pair == pair and day <= bought_on + age
    )
    queue: list[list[int]] = []
    for _, _, number, cents in events:
        if cents > 0:
            queue.append([number, cents])
        due = max(-cents, 0)
        for lot in queue:
            taken = min(lot[1], due)
            lot[1] -= taken
            due -= taken
    return dict(map(tuple, queue))[place]


@given(flows)
@settings(max_examples=150, deadline=None)
def test_every_program_leaves_what_brute_force_leaves(history: list[tuple[int, int, int]]) -> None:
    expected = [
        [left_by_brute_force(history, place, age) if cents > 0 else 0 for age in AGES]
        for place, (_, _, cents) in enumerate(history)
    ]
    for name, implementation in lots.IMPLEMENTATIONS.items():
        assert implementation(as_flows(history), AGES).tolist() == expected, name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> feeds.Feeds:
    return feeds.generate(3_000, tmp_path_factory.mktemp("feeds"))


def one(query: str, **files: Path) -> Any:
    with duckdb.connect() as connection:
        for name, file in files.items():
            connection.execute(f"create view {name} as select * from read_parquet('{file}')")
        return connection.execute(query).fetchall()


def test_the_day_comes_after_the_history_and_one_flow_in_a_hundred_is_late(
    made: feeds.Feeds,
) -> None:
    history, day = made.history / "aum_flows.parquet", made.day_files["aum_flows"]
    [(first, last, count, late, longest)] = one(
        "select min(booked_date), max(booked_date), count(*),"
        " count_if(trade_date < booked_date), max(booked_date - trade_date) from day",
        day=day,
    )
    assert (first, last, count) == (made.day, made.day, made.day_flows) == (first, first, 30)
    assert late == made.late_flows >= count // feeds.ONE_LATE_IN
    assert longest <= feeds.LATEST_DAYS + 7  # a late flow falls on a trading day
    [(known, traded)] = one(
        "select max(booked_date), max(trade_date) from history", history=history
    )
    assert max(known, traded) < made.day


def test_history_and_day_share_no_flow_and_no_price(made: feeds.Feeds) -> None:
    for feed, key in (("aum_flows", "flow_id"), ("product_prices", "price_date")):
        assert one(
            f"select count(*) from history inner join day using ({key})",
            history=made.history / f"{feed}.parquet",
            day=made.day_files[feed],
        ) == [(0,)]


def comparable(row: tuple[Any, ...]) -> list[Any]:
    """Return a row with quotients, which are floats on one engine only, to the same digits."""
    return [round(float(cell), 4) if isinstance(cell, float | Decimal) else cell for cell in row]


def test_every_question_has_the_same_answer_on_both_engines(sample: dict[str, Warehouse]) -> None:
    asked = list(queries.questions())
    assert len(asked) == 10
    for question, query in asked:
        one, other = (
            [comparable(row) for row in warehouse.query(query)] for warehouse in sample.values()
        )
        assert one, question
        assert one == other, question


def test_time_in_which_two_statements_run_counts_once() -> None:
    assert dbt_runs.union_seconds([(5, 6), (0, 2), (1, 3)]) == 4


def test_the_longest_way_through_models_leaves_tests_out() -> None:
    def node(name: str, layer: str, seconds: float, *parents: str) -> Node:
        return Node(name, name, layer, seconds, seconds, parents, "", "")

    nodes = [
        node("flows", "staging", 1),
        node("lots", "intermediate", 2, "flows"),
        node("fees", "intermediate", 4, "flows"),
        node("mart", "marts", 1, "lots"),
        node("check", "test", 9, "mart"),
    ]
    run = Run(1, 0, 0, 0, 0, 0, 0, nodes)
    assert run.critical_seconds() == 5


def test_a_run_tells_databases_time_from_dbts(tmp_path: Path) -> None:
    small = tmp_path / "small"
    (small / "models" / "staging").mkdir(parents=True)
    (small / "dbt_project.yml").write_text("{name: small, profile: dist_perf_dw}")
    (small / "models" / "staging" / "numbers.sql").write_text("select 1 as number")
    (small / "models" / "sums.sql").write_text("select sum(number) from {{ ref('numbers') }}")
    with engines.opened("duckdb", tmp_path) as engine:
        run = dbt_runs.run(engine, "build", variables={}, project_directory=small)
        assert engine.size_bytes() > 0
    assert {node.name: node.parents for node in run.nodes} == {
        "numbers": (),
        "sums": ("model.small.numbers",),
    }
    assert [node.name for node in run.of_layer("staging")] == ["numbers"]
    assert 0 < run.critical_seconds() <= run.statement_seconds
    assert run.data_seconds <= run.seconds - run.start_seconds - run.parse_seconds - run.end_seconds
    assert min(run.start_seconds, run.parse_seconds, run.end_seconds) > 0
    assert run.peak_bytes > 10_000_000


def day(data_seconds: float) -> dict[str, Any]:
    return {
        "measured_on": "2026-01-01",
        "commit": "abc",
        "load_before": 0.0,
        "floor_seconds": [1.0],
        "history_flows": 1,
        "flows": 1,
        "late_flows": 0,
        "full": [{"data_seconds": 100.0, "seconds": 1.0}],
        "day": {"data_seconds": data_seconds},
    }


def measured(at_smaller: float, at_goal: float) -> dict[str, Any]:
    sizes = {SMALLER_FLOWS: at_smaller, GOAL_FLOWS: at_goal}
    return {
        "machine": {"processor": "some"},
        "sizes": {
            str(flows): {"duckdb": {"day": day(seconds)}} for flows, seconds in sizes.items()
        },
    }


def test_the_page_judges_goals_and_leaves_out_what_was_not_measured() -> None:
    lines = page.Tables(measured(1.0, 5.0)).goals({"day duckdb": "it bears it."}).splitlines()
    [growth] = [line for line in lines if "after 10M" in line and line.startswith("| ") and
                "DuckDB" in line]  # fmt: skip
    assert growth.endswith("| 1.50 x | - | 5.00 x **missed** |")
    [share] = [line for line in lines if "beside that of the full" in line and "| DuckDB" in line]
    assert share.endswith("| 0.040 x full | 0.010 x full met | 0.050 x full **missed** |")
    assert any(line.startswith("- DuckDB") and line.endswith("it bears it.") for line in lines)
    assert any(line.startswith("- DuckDB") and page.UNEXPLAINED in line for line in lines)


def test_a_sentence_about_no_goal_is_refused() -> None:
    with pytest.raises(ValueError, match="no goals"):
        page.Tables(measured(1, 1)).goals({"speed duckdb": "..."})


def test_figures_of_another_machine_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "file", lambda _: tmp_path / "benchmarks.json")
    results.keep("an_area", 1000, "duckdb", "day", {"seconds": [1 / 3]})
    results.keep("an_area", 1000, "duckdb", "load", {"seconds": 2})
    assert results.read("an_area")["sizes"]["1000"]["duckdb"] == {
        "day": {"seconds": [0.3333]},
        "load": {"seconds": 2},
    }
    monkeypatch.setattr(machine, "described", lambda: {"processor": "another"})
    results.keep("an_area", 1000, "duckdb", "load", {"seconds": 1})
    assert results.read("an_area")["sizes"]["1000"]["duckdb"] == {"load": {"seconds": 1}}


def test_the_page_is_what_its_figures_and_sentences_make() -> None:
    assert page.file().read_text(encoding="utf-8") == page.rendered(results.read(page.AREA))
