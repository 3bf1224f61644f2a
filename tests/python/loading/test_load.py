"""`dist-perf load` on real PostgreSQL and DuckDB: what is loaded, replaced, logged and survived."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result
from dbt_warehouse import WarehouseMaker

from dist_perf import build, feeds, project
from dist_perf.cli import main
from dist_perf.loading import LoadedFile, load_files, reading, store
from dist_perf.loading.checking import Checker
from dist_perf.loading.deliveries import Delivery, identify
from dist_perf.loading.mapping import CsvOptions, from_header
from dist_perf.loading.store import Store

HEADER = "flow_id,product_id,transaction_type_id,trade_date,amount"
# For what the engine does not decide.
ON_ONE_ENGINE = pytest.mark.parametrize("place", ["duckdb"], indirect=True)
LOG = ("status", "source", "file", "rows_read", "rows_taken", "rows_quarantined", "rows_blank")


class Place:
    """An empty warehouse to load into, and a directory for files."""

    def __init__(self, target: str, directory: Path) -> None:
        self.target = target
        self.directory = directory

    @contextmanager
    def opened(self) -> Iterator[Store]:
        with store.opened(self.target) as database:
            yield database

    def load(self, *paths: Path, feed: str = "aum_flows", **options: Any) -> list[LoadedFile]:
        with self.opened() as database:
            return list(load_files(database, feeds.find(feed), paths, **options))

    def run(self, *arguments: str | Path) -> Result:
        """Run the command in this process."""
        words = ["load", "--target", self.target, *map(str, arguments)]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return rows; `raw.` and `quarantine.` stand for this test's schemas."""
        for schema in ("raw", "quarantine"):
            sql = sql.replace(f"{schema}.", f'"{project.schema_name(schema)}".')
        with self.opened() as database:
            return database.execute(sql)

    def rows(self, feed: str = "aum_flows") -> list[tuple[Any, ...]]:
        return self.query(f"select * from raw.{feed} order by _batch_id, _row_number, 1")

    def ids(self) -> list[str]:
        return [each for (each,) in self.query("select flow_id from raw.aum_flows order by 1")]

    def log(self, *columns: str) -> list[tuple[Any, ...]]:
        names = ", ".join(columns or LOG)
        return self.query(f"select {names} from raw.load_log order by started_at, batch_id")

    def file(self, name: str, *flows: str, header: str = HEADER) -> Path:
        """Write flows, each `id amount date`, as a file; a name may hold a directory."""
        lines = [header]
        for flow in flows:
            number, amount, date = flow.split(" ", 2)
            lines.append(f"{number},P,purchase,{date},{amount}")
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        return path


@pytest.fixture(params=["postgres", "duckdb"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    if request.param == "postgres":
        for name, value in request.getfixturevalue("module_database").items():
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("DIST_PERF_DUCKDB", str(tmp_path / "warehouse.duckdb"))
    # Capitals, since dbt quotes what the environment says.
    monkeypatch.setenv("DIST_PERF_SCHEMA_PREFIX", f"T{secrets.token_hex(4)}_")
    return Place(request.param, tmp_path)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("generated")
    for file_format in ("csv", "parquet"):
        options = ["--flows", "1000", "--seed", "1", "--format", file_format]
        done = CliRunner().invoke(main, ["generate", *options, "--out", str(directory)])
        assert done.exit_code == 0, done.output
    return directory


def test_every_feed_loads_alike_from_csv_and_from_parquet(place: Place, generated: Path) -> None:
    with place.opened() as database:
        for name, feed in feeds.all_feeds().items():
            contents = []
            for suffix in ("csv", "parquet"):
                path = generated / f"{name}.{suffix}"
                (loaded,) = load_files(database, feed, [path])
                assert loaded.entry.rows_quarantined == 0, loaded.reasons
                columns = ", ".join(f'"{column}"' for column in (*feed.column_names, "_row_number"))
                schema = project.schema_name("raw")
                contents.append(
                    database.execute(
                        f'select {columns} from "{schema}".{name} '
                        f"where _batch_id = '{loaded.entry.batch_id}' order by _row_number"
                    )
                )
            with (generated / f"{name}.csv").open() as file:
                assert len(contents[0]) == sum(1 for _ in file) - 1
            assert contents[0] == contents[1], name


def test_values_arrive_as_they_were_written(place: Place) -> None:
    text = 'a "b", \\N \\.\n\tZoë €'
    table = pa.table(
        {
            "flow_id": [text, "2", "3"],
            "account_id": [None, "", "NULL"],
            "product_id": ["P", "\\.", "''"],
            "transaction_type_id": ["purchase"] * 3,
            "trade_date": [dt.date(2024, 2, 29)] * 3,
            "amount": [Decimal("9999999999999999.99"), Decimal("-0.01"), Decimal("0.30")],
            "units": [Decimal("123456789012.000001"), None, Decimal("0.000001")],
        }
    )
    path = place.directory / "flows.csv"
    pa.csv.write_csv(table, path)
    place.load(path)
    names = ", ".join(table.column_names)
    assert place.query(f"select {names} from raw.aum_flows order by _row_number") == [
        (text, None, "P", "purchase", dt.date(2024, 2, 29),
         Decimal("9999999999999999.99"), Decimal("123456789012.000001")),
        ("2", None, "\\.", "purchase", dt.date(2024, 2, 29), Decimal("-0.01"), None),
        ("3", "NULL", "''", "purchase", dt.date(2024, 2, 29),
         Decimal("0.30"), Decimal("0.000001")),
    ]  # fmt: skip


# -------------------------------------------------------------------------- deliveries


def test_content_that_is_loaded_changes_nothing(place: Place) -> None:
    path = place.file("flows.csv", "1 10 2024-01-05", "2 x 2024-01-05")
    place.load(path)
    before = place.rows(), place.query("select * from quarantine.rejected_rows")
    copy = place.file("renamed/other.csv", "1 10 2024-01-05", "2 x 2024-01-05")
    for again in (path, copy):
        (loaded,) = place.load(again)
        assert loaded.same_as is not None
        assert (place.rows(), place.query("select * from quarantine.rejected_rows")) == before
    assert place.log("status", "rows_read") == [("loaded", 2), ("unchanged", 0), ("unchanged", 0)]


@pytest.mark.parametrize(
    ("first", "second", "options"),
    [
        ("flows_2024-01-05.csv", "later/flows_2024-01-05.csv", {}),
        ("flows_2024-01-05.csv", "flows_2024-01-05_v2.csv", {}),
        ("flows_20240105.csv", "flows_20240105 (1).csv", {}),
        ("flows.csv", "later/flows.csv", {}),
        ("one.csv", "other.csv", {"source": "bank", "business_date": dt.date(2024, 1, 5)}),
    ],
)
def test_a_corrected_file_takes_the_place_of_its_earlier_version_and_of_nothing_else(
    place: Place, first: str, second: str, options: dict[str, Any]
) -> None:
    place.load(place.file("custodian_2024-01-05.csv", "custodian 1 2024-01-05"))
    place.load(place.file("otherday/flows.csv", "otherday 1 2024-01-04"))
    place.load(place.file("otherday/flows_2024-01-03.csv", "dated 1 2024-01-03"))
    place.load(place.file(first, "1 10 2024-01-05", "2 20 2024-01-05", "3 x 2024-01-05"), **options)
    (loaded,) = place.load(place.file(second, "1 11 2024-01-05"), **options)
    assert [Path(each.file).name for each in loaded.replaced] == [Path(first).name]
    assert place.query("select flow_id, amount from raw.aum_flows order by 1") == [
        ("1", 11), ("custodian", 1), ("dated", 1), ("otherday", 1),
    ]  # fmt: skip
    assert place.query("select * from quarantine.rejected_rows") == []
    *_, replaced, correction = place.log("status", "replaced_by", "rows_replaced", "batch_id")
    assert replaced[:2] == ("replaced", correction[3])
    assert correction[:3] == ("loaded", None, 2)


def test_what_was_replaced_can_come_back(place: Place) -> None:
    first = place.file("a/flows.csv", "1 10 2024-01-05")
    second = place.file("b/flows.csv", "1 11 2024-01-05")
    for path in (first, second, first):
        place.load(path)
    assert place.query("select amount from raw.aum_flows") == [(10,)]
    assert [status for (status,) in place.log("status")] == ["replaced", "replaced", "loaded"]


def test_a_correction_counts_even_if_its_content_is_another_days(place: Place) -> None:
    place.load(place.file("flows_2024-01-04.csv", "1 10 2024-01-04"))
    place.load(place.file("flows_2024-01-05.csv", "2 10 2024-01-05"))
    place.load(place.file("v2/flows_2024-01-05.csv", "1 10 2024-01-04"))
    assert place.ids() == ["1", "1"]


def test_days_that_a_delivery_skips_keep_what_they_have(place: Place) -> None:
    for day in (3, 4, 5):
        place.load(place.file("flows.csv", f"{day} 10 2024-03-0{day}"))
    result = place.run("aum_flows", place.file("flows.csv", "10 1 2024-03-10", "1 1 2024-03-01"))
    assert place.ids() == ["1", "10", "3", "4", "5"]
    assert "It takes the place" not in result.output


@pytest.mark.parametrize(
    ("after", "percent", "is_held_back"),
    [(5, 50, False), (4, 50, True), (9, 100, True), (2, 0, False)],
)
def test_a_replacement_with_far_fewer_rows_is_held_back_until_it_is_accepted(
    place: Place,
    after: int,
    percent: int,
    is_held_back: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(project.variables(), "replacement_min_rows_percent", percent)
    whole = [f"{number} 1 2024-01-0{1 + number % 2}" for number in range(10)]
    place.run("aum_flows", place.file("flows.csv", *whole))
    rows = place.rows()
    path = place.file("later/flows.csv", *whole[:after], "x y 2024-01-05")
    result = place.run("aum_flows", "--max-rejected", "50", path)
    if is_held_back:
        assert result.exit_code == 4
        assert f"`{path}` is held back, nothing is changed: it has {after} rows to take" in (
            result.stderr
        )
        assert "load it again with `--accept-fewer`" in result.stderr
        assert place.rows() == rows
        assert place.log("status", "error")[-1] == (
            "failed", result.stderr.removeprefix("Error: ").strip(),
        )  # fmt: skip
        result = place.run("aum_flows", "--accept-fewer", "--max-rejected", "50", path)
    assert result.exit_code == 0
    assert len(place.ids()) == after


def test_the_rows_of_all_that_a_file_replaces_count_together(place: Place) -> None:
    for month in (4, 5, 6):
        flows = [f"{month}-{number} 1 2025-0{month}-01" for number in range(3)]
        place.load(place.file(f"flows_2025-0{month}.csv", *flows))
    quarter = [f"{month}-0 1 2025-0{month}-01" for month in (4, 5, 6)]
    with pytest.raises(click.ClickException, match=r"has 3 rows to take, .* with 9, of which"):
        place.load(place.file("flows_2025Q2.csv", *quarter))
    place.load(place.file("flows_2025Q2.csv", *quarter), accept_fewer=True)
    assert place.ids() == ["4-0", "5-0", "6-0"]


APRIL, JUNE = dt.date(2025, 4, 1), dt.date(2025, 6, 30)
PERIODS = {
    "flows_2025-04-01_2025-06-30": (APRIL, JUNE),
    "flows 2025-04-01 to 2025-06-30": (APRIL, JUNE),
    "flows (2025-04-01 \N{EN DASH} 2025-06-30)": (APRIL, JUNE),
    "flows_from_2025-04-01_through_2025-06-30": (APRIL, JUNE),
    "20250401-20250630 flows": (APRIL, JUNE),
    "2025-04-01_flows_2025-06-30_v2": (APRIL, JUNE),
    "flows_2025.04.01..2025.06.30 (2)": (APRIL, JUNE),
    "flows_2025-04_2025-06": (APRIL, JUNE),
    "flows_202504-202506": (APRIL, JUNE),
    "flows_01Apr2025_30-June-2025": (APRIL, JUNE),
    "flows_2025-Apr-2025-Jun": (APRIL, JUNE),
    "flows_2025Q2": (APRIL, JUNE),
    "flows_Q2-2025": (APRIL, JUNE),
    "flows_2025-Q2_2025-07-02": (APRIL, JUNE),
    "flows_2025-04-01_2025-06-30_20250702": (APRIL, JUNE),
    "flows_2025Q1-Q2": (dt.date(2025, 1, 1), JUNE),
    "flows_2025H1": (dt.date(2025, 1, 1), JUNE),
    "flows_2025-04": (APRIL, dt.date(2025, 4, 30)),
    "flows_202402": (dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
    "April_2025_flows": (APRIL, dt.date(2025, 4, 30)),
    "flows_2025-04_2025-05-02": (APRIL, dt.date(2025, 4, 30)),
    "flows_2025-04_2025-04-01": (APRIL, APRIL),
    "flows_2025-W14": (dt.date(2025, 3, 31), dt.date(2025, 4, 6)),
    "flows_2025-04-01": (APRIL, APRIL),
    "flows_2025-04-01T063000Z": (APRIL, APRIL),
    "flows_20250401063000": (APRIL, APRIL),
    "flows": None,
}
UNREAD = ("flows_01-04-2025", "flows_2025-04-31", "flows_2025", "flows_12345678", "may_flows")


@pytest.mark.parametrize("name", PERIODS)
def test_a_name_says_who_sent_a_file_and_which_dates_it_is_about(name: str) -> None:
    assert identify(Path(f"{name}.csv")) == Delivery("flows", PERIODS[name])


@pytest.mark.parametrize("name", UNREAD)
def test_what_could_be_read_in_two_ways_or_is_no_date_stays_in_the_source(name: str) -> None:
    assert identify(Path(f"{name}.csv")) == Delivery(name, None)


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    "name", ["flows_2025-06-30_2025-04-01", "flows_2025Q2_2025Q1", "flows_2025-04-01_2025-05"]
)
def test_two_dates_that_make_no_period_are_refused(place: Place, name: str) -> None:
    path = place.file(f"{name}.csv", "1 10 2025-04-01")
    with pytest.raises(click.ClickException, match="no first and last day of a period: rename"):
        place.load(path)
    assert place.log("status", "file") == [("failed", str(path))]
    place.load(path, business_date=APRIL)
    assert place.ids() == ["1"]


QUARTER = ("a 1 2025-04-01", "b 1 2025-05-15", "c 1 2025-06-30")


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    ("quarter", "april"),
    [
        ("flows_2025-04-01_2025-06-30.csv", "flows_2025-04-01_2025-04-30.csv"),
        ("flows_20250401-20250630.csv", "flows_2025-04.csv"),
        ("flows_2025Q2.csv", "flows_202504.csv"),
        ("flows_2025-04-01_2025-06-30.csv", "flows_2025-04-01.csv"),
        ("flows_2025-04-01.csv", "flows_2025-04.csv"),
        ("flows.csv", "flows_2025-04.csv"),
        ("flows_2025Q2.csv", "later/flows.csv"),
    ],
)
def test_a_delivery_of_one_month_leaves_the_others_of_a_quarter(
    place: Place, quarter: str, april: str
) -> None:
    place.load(place.file(quarter, *QUARTER))
    (loaded,) = place.load(place.file(april, "a 2 2025-04-01", "d 2 2025-04-01"))
    assert loaded.replaced == []
    assert place.ids() == ["a", "a", "b", "c", "d"]


def test_a_delivery_that_overlaps_says_which_dates_and_how_many_keys_stay(place: Place) -> None:
    place.load(place.file("flows_2025Q2.csv", *QUARTER, "gone 1 2025-04-30"))
    result = place.run("aum_flows", place.file("flows_2025-04.csv", "a 2 2025-04-01"))
    assert "stays beside it: 2025-04-01 to 2025-04-30. Where a key is in both, the later row " in (
        result.output
    )
    assert "that only the earlier one has, and that stay: 1." in result.output


def test_a_quarter_takes_the_place_of_its_months_if_it_holds_all_their_days(place: Place) -> None:
    place.load(place.file("flows_2025-04.csv", "a 1 2025-04-01", "gone 1 2025-04-01"))
    place.load(place.file("flows_2025-05.csv", "other 1 2025-05-02"))
    (loaded,) = place.load(place.file("flows_2025Q2.csv", *QUARTER))
    assert [Path(each.file).name for each in loaded.replaced] == ["flows_2025-04.csv"]
    assert [Path(each.entry.file).name for each in loaded.overlapped] == ["flows_2025-05.csv"]
    assert place.ids() == ["a", "b", "c", "other"]
    (loaded,) = place.load(place.file("flows_2025-04-01_2025-06-30.csv", *QUARTER[:2]))
    assert [Path(each.file).name for each in loaded.replaced] == ["flows_2025Q2.csv"]
    assert place.ids() == ["a", "b", "other"]


@pytest.mark.parametrize("flows", [(), ("1 x 2024-01-05",)])
def test_a_correction_without_a_row_to_take_changes_nothing(
    place: Place, flows: tuple[str, ...]
) -> None:
    place.load(place.file("flows_2024-01-05.csv", "1 10 2024-01-05"))
    with pytest.raises(click.ClickException, match="holds no row that can be taken"):
        place.load(place.file("v2/flows_2024-01-05.csv", *flows))
    assert place.ids() == ["1"]
    assert [status for (status,) in place.log("status")] == ["loaded", "failed"]


def test_a_column_of_32_bit_floats_is_refused(place: Place) -> None:
    path = place.directory / "flows.parquet"
    columns = dict(
        zip(HEADER.split(","), (["1"], ["P"], ["purchase"], ["2024-01-05"]), strict=False)
    )
    amounts = pa.array([1234567.89], pa.float32())
    pa.parquet.write_table(pa.table({**columns, "amount": amounts}), path)
    with pytest.raises(click.ClickException, match="cannot tell the cents of a million"):
        place.load(path)
    assert place.rows() == []


def test_a_day_without_booked_dates_does_not_take_another_days_place(place: Place) -> None:
    place.load(place.file("mon/flows.csv", "1 10 2024-01-08"))
    place.load(place.file("tue/flows.csv", "2 10 2024-01-09"))
    assert place.ids() == ["1", "2"]


def test_a_delivery_that_only_overlaps_stays_and_is_told(place: Place) -> None:
    place.load(place.file("a/flows.csv", "1 10 2024-01-05", "2 10 2024-01-31"))
    result = place.run("aum_flows", place.file("b/flows.csv", "1 11 2024-01-05", "3 1 2024-01-30"))
    assert place.ids() == ["1", "1", "2", "3"]
    assert "It shares business dates with `flows.csv` (2 rows of source `flows`" in result.output
    assert "2024-01-05 to 2024-01-31" in result.output


def test_a_list_without_dates_is_replaced_as_a_whole(place: Place) -> None:
    path = place.directory / "accounts.csv"
    path.write_text("account_id\n1\n2\n")
    place.load(path, feed="accounts")
    path.write_text("account_id\n2\n3\n")
    result = place.run("accounts", path)
    assert "It takes the place of `accounts.csv` (2 rows of source `accounts`; loaded" in (
        result.output
    )
    assert [row[0] for row in place.rows("accounts")] == ["2", "3"]


def test_a_column_that_is_new_in_a_contract_is_added_to_its_table(place: Place) -> None:
    place.load(place.file("a.csv", "1 10 2024-01-05"))
    place.query("alter table raw.aum_flows drop column units")
    path = place.directory / "b.csv"
    path.write_text(f"{HEADER},units\n2,P,purchase,2024-01-05,10,7\n")
    place.load(path)
    assert place.query("select flow_id, amount, units from raw.aum_flows order by 1") == [
        ("1", 10, None), ("2", 10, 7),
    ]  # fmt: skip


def test_files_of_one_command_stand_side_by_side(place: Place) -> None:
    paths = [
        place.file("a_2024-01-05.csv", "1 1 2024-01-05"),
        place.file("b_2024-01-05.csv", "2 1 2024-01-05"),
        place.file("a_2024-01-06.csv", "3 1 2024-01-05"),
        place.file("jan.csv", "4 1 2024-01-05", "5 1 2024-01-31"),
    ]
    place.load(*paths)
    place.load(*paths)
    assert place.ids() == ["1", "2", "3", "4", "5"]
    place.load(place.file("x.csv", "6 1 2024-02-01"), place.file("y.csv", "7 1 2024-03-01"),
               source="bank")  # fmt: skip
    assert place.ids() == ["1", "2", "3", "4", "5", "6", "7"]


@pytest.mark.parametrize(
    ("names", "dates"),
    [
        (("flows_2024-01-05.csv", "flows_2024-01-05_v2.csv"), ("2024-01-05", "2024-01-06")),
        (("a/flows.csv", "b/flows.csv"), ("2024-01-05", "2024-01-05")),
        (("flows.csv", "flows_2024-01-05.csv"), ("2024-01-05", "2024-01-05")),
    ],
)
def test_twins_are_refused_before_anything_is_loaded(
    place: Place, names: tuple[str, str], dates: tuple[str, str]
) -> None:
    other = place.file("other.csv", "0 1 2024-01-05")
    twins = [place.file(name, f"{name} 1 {date}") for name, date in zip(names, dates, strict=True)]
    result = place.run("aum_flows", other, *twins)
    assert result.exit_code == 1
    assert f"`{twins[0]}` and `{twins[1]}` would be one delivery" in result.output
    assert place.ids() == []
    assert place.log("status", "file") == [("failed", str(path)) for path in twins]


# -------------------------------------------------------------------------- withdrawals

REJECTS = "select * from quarantine.rejected_rows order by batch_id, row_number"


def batches(place: Place) -> list[str]:
    return [batch for (batch,) in place.log("batch_id")]


def test_a_withdrawn_correction_leaves_what_was_there_before_it(place: Place) -> None:
    place.load(place.file("other_2024-01-05.csv", "other 1 2024-01-05"))
    first = place.file("flows_2024-01-05.csv", "1 10 2024-01-05", "2 x 2024-01-05")
    place.load(first)
    before = place.rows(), place.query(REJECTS)
    second = place.file("v2/flows_2024-01-05.csv", "1 99 2024-01-05", "3 9 2024-01-05")
    place.load(second)
    withdrawn = [row for row in place.rows() if row[0] in {"1", "3"}]
    *_, batch = batches(place)
    result = place.run("--withdraw", batch)
    assert result.exit_code == 0
    assert result.output.startswith(
        "`flows_2024-01-05.csv` is withdrawn: 2 rows are out of `aum_flows` (source `flows`, "
        "2024-01-05), and 0 out of the quarantine."
    )
    assert "Back is what it had replaced: `flows_2024-01-05.csv` (1 rows of source" in result.output
    assert (place.rows(), place.query(REJECTS)) == before
    assert place.log("status", "replaced_by") == [
        ("loaded", None), ("loaded", None), ("withdrawn", None),
    ]  # fmt: skip
    kept = "select * from quarantine.removed_aum_flows order by _batch_id, _row_number"
    assert place.query(kept) == withdrawn
    # It can be loaded again, and be withdrawn again.
    place.load(second)
    assert place.ids() == ["1", "3", "other"]
    place.run("--withdraw", batches(place)[-1])
    assert (place.rows(), place.query(REJECTS)) == before


def test_a_build_sees_a_withdrawal_that_leaves_as_many_rows_as_before(place: Place) -> None:
    for name in ("a_2024-01-05.csv", "v2/a_2024-01-05.csv", "later_2024-01-06.csv"):
        place.load(place.file(name, f"{name} 1 2024-01-05"))
    _, correction, _ = batches(place)
    raw = "{feed_schema: raw}"
    before = build.inputs(place.target, raw)
    assert build.inputs(place.target, raw) == before
    place.run("--withdraw", correction)
    after = build.inputs(place.target, raw)
    changed = {name for name in after.feeds if after.feeds[name] != before.feeds[name]}
    assert changed == {"aum_flows"}


def test_only_what_was_replaced_last_comes_back(place: Place) -> None:
    files = [place.file(f"v{n}/flows_2024-01-05.csv", f"{n} 1 2024-01-05") for n in (1, 2, 3)]
    for path in files:
        place.load(path)
    first, second, third = batches(place)
    assert place.query("select flow_id from quarantine.removed_aum_flows") == [("2",)]
    place.run("--withdraw", third)
    assert place.ids() == ["2"]
    result = place.run("--withdraw", second)
    assert place.ids() == []
    assert f"If it is wanted, load `{files[0]}` again." in result.output
    assert place.log("status", "replaced_by") == [
        ("replaced", second), ("withdrawn", None), ("withdrawn", None),
    ]  # fmt: skip
    assert place.run("--withdraw", first).exit_code == 1


def test_a_quarter_that_is_withdrawn_brings_all_its_months_back(place: Place) -> None:
    for month in (4, 5):
        place.load(place.file(f"flows_2025-0{month}.csv", f"{month} 1 2025-0{month}-01"))
    place.load(place.file("flows_2025Q2.csv", "4 2 2025-04-01", "5 2 2025-05-01"))
    assert place.run("--withdraw", batches(place)[-1]).output.count("Back is") == 2
    assert place.query("select flow_id, amount from raw.aum_flows order by 1") == [
        ("4", 1), ("5", 1),
    ]  # fmt: skip


def test_what_has_no_rows_in_the_warehouse_cannot_be_withdrawn(place: Place) -> None:
    result = place.run("--withdraw", "b")
    assert result.exit_code == 1
    assert result.output == ("Error: there is no batch `b`. `dist-perf load --list` shows all\n")
    place.load(place.file("flows.csv", "1 1 2024-01-05"))
    place.load(place.file("v2/flows.csv", "1 2 2024-01-05"))
    place.run("aum_flows", place.directory / "missing.csv")
    replaced, later, failed = batches(place)
    before = place.rows()
    for batch, message in [
        (later[:-1], f"did you mean `{later}`?"),
        (replaced, f"batch `{later}` (`{place.directory}/v2/flows.csv`) took its place; withdraw"),
        (failed, "it is `failed`, so it has no rows in the warehouse"),
    ]:
        result = place.run("--withdraw", batch)
        assert result.exit_code == 1
        assert message in result.output
    assert place.rows() == before
    place.run("--withdraw", later)
    result = place.run("--withdraw", later)
    assert "cannot be withdrawn: it was, at 20" in result.output


def test_what_is_loaded_is_listed(place: Place) -> None:
    assert place.run("--list").output == "Deliveries that are loaded: 0.\n"
    for name in ("flows_2025-04.csv", "v2/flows_2025-04.csv", "flows_2025-05.csv"):
        place.load(place.file(name, f"{name} 1 2025-04-01"))
    accounts = place.directory / "accounts.csv"
    accounts.write_text("account_id\nA\n")
    place.load(accounts, feed="accounts")
    _, second, third, fourth = batches(place)
    lines = place.run("--list").output.splitlines()
    listed = [line.split() for line in lines if line.strip().startswith("20")]
    assert [words[:3] for words in listed] == [
        [second, "aum_flows", "flows"],
        [third, "aum_flows", "flows"],
        [fourth, "accounts", "accounts"],
    ]
    assert listed[0][3:7] == ["2025-04-01", "to", "2025-04-30", "flows_2025-04.csv"]
    assert listed[0][-3:] == ["1", "0", "1"]
    assert lines[-1] == "Deliveries that are loaded: 3."
    assert place.run("--list", "accounts").output.endswith(
        "Deliveries that are loaded into `accounts`: 1.\n"
    )


@pytest.mark.parametrize(
    "words",
    [(), ("aum_flows",), ("--list", "aum_flows", "a.csv"), ("--withdraw", "b", "aum_flows")],
)
def test_a_command_line_that_asks_for_nothing_or_two_things_is_refused(
    words: tuple[str, ...],
) -> None:
    result = CliRunner().invoke(main, ["load", *words])
    assert result.exit_code == 2
    assert "dist-perf load" in result.stderr


# ------------------------------------------------------------------------ log and rejects


def test_the_log_and_the_quarantine_say_what_became_of_every_row(place: Place) -> None:
    path = place.file("flows.csv", "1 10 2024-01-05", "2 1.005 2024-01-05", "3 1 2024-13-01")
    with path.open("a") as file:
        file.write(",,,,\n4,too,few\n")
    result = place.run("aum_flows", path)
    assert result.exit_code == 3
    (batch,) = place.query("select batch_id from raw.load_log")[0]
    assert result.stdout.splitlines() == [
        "`flows.csv`: 5 rows read, 1 taken, 3 quarantined (75.0%), 1 blank.",
        "  row 2, column `amount`, `1.005` has more than 2 decimals; it is not rounded silently",
        "  row 3, column `trade_date`, `2024-13-01` is no date written as `2024-12-31` "
        "or `2024-12-31T18:30:00.5-05:00`",
        "  row 5, has 3 fields where the header has 5",
        f"  All of them: select * from {project.schema_name('quarantine')}.rejected_rows "
        f"where batch_id = '{batch}'",
    ]
    assert place.log() == [("loaded", "flows", str(path), 5, 1, 3, 1)]
    assert place.log("first_business_date", "last_business_date", "error", "feed") == [
        (dt.date(2024, 1, 5), dt.date(2024, 1, 5), None, "aum_flows")
    ]
    source = feeds.find("aum_flows").source
    assert place.query(
        "select source_name, feed, source_file, row_number, column_name, value, row_content "
        "from quarantine.rejected_rows order by row_number"
    ) == [
        (source, "aum_flows", "flows.csv", 2, "amount", "1.005",
         '{"flow_id":"2","product_id":"P","transaction_type_id":"purchase",'
         '"trade_date":"2024-01-05","amount":"1.005"}'),
        (source, "aum_flows", "flows.csv", 3, "trade_date", "2024-13-01",
         '{"flow_id":"3","product_id":"P","transaction_type_id":"purchase",'
         '"trade_date":"2024-13-01","amount":"1"}'),
        (source, "aum_flows", "flows.csv", 5, None, None, "4,too,few"),
    ]  # fmt: skip
    assert place.run("aum_flows", path).output.startswith(
        "`flows.csv`: this content is loaded already, from `flows.csv` at "
    )


def filled(feed: feeds.Feed, **given: dt.date) -> pa.Table:
    """Return one row of a feed, its required columns filled, as the text of a file."""
    row = {}
    for column in feed.columns:
        if column.name in given:
            row[column.name] = str(given[column.name])
        elif column.required and column.accepted_values:
            row[column.name] = str(column.accepted_values[0])
        elif column.required:
            row[column.name] = "2024-01-05" if column.data_type == "date" else "1"
    return pa.Table.from_pylist([row])


BUSINESS_DATES = [
    (feed.name, column) for feed in feeds.all_feeds().values() for column in feed.business_date
]


@pytest.mark.parametrize(("name", "column"), BUSINESS_DATES)
def test_a_business_date_far_ahead_of_its_load_is_quarantined_unless_the_feed_says_it_may(
    name: str, column: str, tmp_path: Path
) -> None:
    feed = feeds.find(name)
    path = tmp_path / "file.csv"
    loaded_on = dt.date(2025, 7, 1)
    rejected = []
    for days in (-1, 0, 7, 8, 1461):
        pa.csv.write_csv(filled(feed, **{column: loaded_on + dt.timedelta(days)}), path)
        with reading.opened(path, CsvOptions()) as file:
            rules = from_header(feed, file.header, path)
            checker = Checker(feed, rules, file.header, loaded_on)
            checked = [checker.check(batch) for batch in file.batches]
        rejected += [row for each in checked for row in each.rejected.to_pylist()]
    if column in feed.business_date_may_lie_ahead:
        assert rejected == []
        return
    assert [(row["column_name"], row["value"]) for row in rejected] == [
        (column, "2025-07-09"), (column, "2029-07-01"),
    ]  # fmt: skip
    assert rejected[0]["reason"] == (
        "lies more than 7 days after its load on 2025-07-01: correct the file's column "
        f"`{column}` and load the file again, or set `future_tolerance_days` in "
        "`dbt_project.yml` higher"
    )


def test_only_business_dates_are_named_as_such_that_may_lie_ahead() -> None:
    declared = [feed for feed in feeds.all_feeds().values() if feed.business_date_may_lie_ahead]
    assert declared
    for feed in declared:
        assert set(feed.business_date_may_lie_ahead) <= set(feed.business_date), feed.name


def test_one_mistyped_year_reaches_quarantine_and_not_the_raw_table(place: Place) -> None:
    year = dt.datetime.now(dt.UTC).year + 4
    path = place.file("flows.csv", "1 10 2024-01-05", f"2 10 {year}-01-05")
    result = place.run("aum_flows", path)
    assert place.ids() == ["1"]
    assert f"column `trade_date`, `{year}-01-05` lies more than 7 days after its load" in (
        result.output
    )
    assert place.log("last_business_date") == [(dt.date(2024, 1, 5),)]


@ON_ONE_ENGINE
@pytest.mark.parametrize("days", [-1, "seven", None, True])
def test_a_tolerance_that_is_no_number_of_days_is_refused(
    place: Place, days: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(project.variables(), "future_tolerance_days", days)
    with pytest.raises(click.ClickException, match="give a whole number, 0 or more"):
        place.load(place.file("flows.csv", "1 10 2024-01-05"))
    assert place.ids() == []


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    ("good", "bad", "options", "status"),
    [
        (19, 0, (), 0),
        (19, 1, (), 0),
        (18, 1, (), 3),
        (71, 29, (), 3),
        (71, 29, ("--max-rejected", "29"), 0),
        (71, 29, ("--max-rejected", "28.9"), 3),
        (999, 1, ("--strict",), 3),
        (19, 0, ("--strict",), 0),
        (0, 2, ("--max-rejected", "100"), 3),
        (0, 0, (), 0),
    ],
)
def test_a_file_that_loses_too_many_rows_ends_in_a_status_of_its_own_and_stays_loaded(
    place: Place, good: int, bad: int, options: tuple[str, ...], status: int
) -> None:
    flows = [f"{number} 1 2024-01-05" for number in range(good)]
    path = place.file("flows.csv", *flows, *["x y 2024-01-05"] * bad)
    # The same file once more changes nothing; what it lost is lost all the same.
    for _ in range(2):
        result = place.run("aum_flows", *options, path)
        assert result.exit_code == status
        assert (f"Error: `{path}` lost {bad / (good + bad or 1):.1%} of its rows to quarantine" in (
            result.stderr
        )) == (status == 3)  # fmt: skip
    assert len(place.ids()) == good


def test_reasons_are_counted_and_the_most_frequent_comes_first(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", 2_000)
    flows = [f"{number} {'1.005' if number % 2 else '1'} 2024-01-05" for number in range(1000)]
    path = place.file("flows.csv", "a 1 never", *flows)
    with path.open("a") as file:
        file.writelines(f"{',' * count}x\n" for count in range(5, 16))
    output = place.run("aum_flows", path).stdout.splitlines()
    assert output[0] == "`flows.csv`: 1,012 rows read, 500 taken, 512 quarantined (50.6%)."
    assert output[1] == (
        "  500 rows, the first of them row 3, column `amount`, `1.005` has more than 2 decimals; "
        "it is not rounded silently"
    )
    assert output[2].startswith("  row 1, column `trade_date`, `never` is no date")
    assert output[3] == "  row 1002, has 6 fields where the header has 5"
    assert output[-2] == "  3 rows more, for 3 other reasons"


def test_rows_of_one_key_in_one_file_are_counted_and_named(place: Place) -> None:
    flows = ["1 10 2024-01-05", "2 10 2024-01-05", "1 11 2024-01-05", "3 x 2024-01-05"]
    result = place.run("aum_flows", place.file("flows.csv", *flows, "1 12 2024-01-06"))
    (batch,) = place.query("select batch_id from raw.load_log")[0]
    quarantine = project.schema_name("quarantine")
    assert result.stdout.splitlines()[:5] == [
        "`flows.csv`: 5 rows read, 4 taken, 1 quarantined (20.0%).",
        "  Of the rows taken 2 are superseded: a later row of the file has the same `flow_id`, "
        "and the last one counts.",
        "  row 1 is superseded by row 5, key `1`",
        "  row 3 is superseded by row 5, key `1`",
        f"  All of them, after the next build: select * from {quarantine}.superseded_rows "
        f"where batch_id = '{batch}'",
    ]
    assert place.log("rows_taken", "rows_superseded") == [(4, 2)]
    assert place.ids() == ["1", "1", "1", "2"]


def test_a_key_of_several_columns_is_one_only_if_all_are_equal(place: Place) -> None:
    path = place.directory / "advisor_affiliations.csv"
    path.write_text(
        "advisor_id,firm_id,valid_from,booked_date\n"
        "A,F,2024-01-01,\nA,F,2024-01-01,2024-02-01\nA,F,2024-01-02,\nA,G,2024-01-01,\n"
    )
    result = place.run("advisor_affiliations", path)
    assert "Of the rows taken 1 are superseded" in result.stdout
    assert "  row 1 is superseded by row 4, key `A, 2024-01-01, `\n" in result.stdout


def test_superseded_rows_of_a_file_stand_in_quarantine_after_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_warehouse: WarehouseMaker
) -> None:
    with make_warehouse("duckdb") as warehouse:
        monkeypatch.setenv("DIST_PERF_DUCKDB", warehouse.environment["DIST_PERF_DUCKDB"])
        place = Place("duckdb", tmp_path)
        place.load(place.file("a.csv", "1 1 2024-01-05", "1 2 2024-01-05", "2 1 2024-01-05"))
        place.load(place.file("b.csv", "2 2 2024-01-05"))
        warehouse.dbt("run", "--select", "+superseded_rows", feed_schema="raw")
        rows = warehouse.query(
            "select row_key, source_file, row_number, superseding_row_number, reason, "
            "superseding_batch_id = batch_id from quarantine.superseded_rows order by row_key"
        )
    assert rows == [
        ("1", "a.csv", 1, 2, "a later row of the same file holds the same key", True),
        ("2", "a.csv", 3, 1, "a later delivery holds the same key", False),
    ]


@ON_ONE_ENGINE
def test_a_share_too_small_to_show_is_not_shown_as_none(place: Place) -> None:
    flows = [f"{number} 1 2024-01-05" for number in range(2001)]
    result = place.run("aum_flows", place.file("flows.csv", *flows, "x y 2024-01-05"))
    assert "1 quarantined (less than 0.1%)." in result.stdout


def test_a_wide_table_is_loaded_by_the_mapping_of_the_worked_example(place: Place) -> None:
    mapping = project.root() / "docs" / "examples" / "etf_flows" / "aum_flows.yml"
    path = place.directory / "btc_daily_flows.csv"
    path.write_text("Date,IBIT,GBTC,Total\n11 Jan 2024,50.5,-30.2,20.3\n12 Jan 2024,,0.0,0.0\n")
    result = place.run("aum_flows", "--mapping", mapping, path)
    assert result.output == (
        "`btc_daily_flows.csv`: 4 rows read, 3 taken, 0 quarantined, 1 blank.\n"
    )
    assert place.query(
        "select flow_id, product_id, transaction_type_id, trade_date, amount, _row_number "
        "from raw.aum_flows order by 1"
    ) == [
        ("GBTC 11 Jan 2024", "GBTC", "redemption", dt.date(2024, 1, 11), 30200000, 1),
        ("GBTC 12 Jan 2024", "GBTC", "purchase", dt.date(2024, 1, 12), 0, 2),
        ("IBIT 11 Jan 2024", "IBIT", "purchase", dt.date(2024, 1, 11), 50500000, 1),
    ]


def test_the_summary_and_the_log_say_what_was_rounded_and_skipped(place: Place) -> None:
    mapping = place.directory / "mapping.yml"
    columns = "".join(f"  {name}: {{from: {name}}}\n" for name in HEADER.split(",")[:-1])
    mapping.write_text(
        "feed: aum_flows\nskip: {column: flow_id, matches: ^total}\n"
        f"columns:\n{columns}  amount: {{from: amount, round: 2}}\n"
    )
    path = place.file(
        "flows.csv", "1 1.0039 2024-01-05", "2 2 2024-01-05", "3 1.005 2024-01-05", "total 9 x"
    )
    result = place.run("aum_flows", "--mapping", mapping, path)
    rounded = "amount: 2 values rounded, which adds +0.0011 in all"
    assert result.output.splitlines() == [
        "`flows.csv`: 4 rows read, 3 taken, 0 quarantined, 1 skipped.",
        f"  Rounded by the mapping: {rounded}.",
    ]
    assert place.log("rows_skipped", "rounded") == [(1, rounded)]
    assert place.query("select sum(amount) from raw.aum_flows") == [(Decimal("4.01"),)]


def test_equal_rows_without_an_identifier_all_count_and_keep_their_keys(place: Place) -> None:
    mapping = place.directory / "mapping.yml"
    mapping.write_text(
        "feed: aum_flows\nsource: shop\ncolumns:\n"
        '  flow_id: {template: "{trade_date}/{amount}/{_occurrence}"}\n'
        "  product_id: {from: product_id}\n  transaction_type_id: {constant: purchase}\n"
        "  trade_date: {from: trade_date}\n  amount: {from: amount}\n"
    )
    header = "trade_date,product_id,amount"
    path = place.directory / "sales.csv"
    rows = [f"2024-01-05,P,{amount}" for amount in ("20.10", "7", "20.10", "20.10")]
    path.write_text("\n".join([header, *rows]) + "\n")
    assert "4 taken" in place.run("aum_flows", "--mapping", mapping, path).output
    totals = "select sum(amount), count(distinct flow_id) from raw.aum_flows where amount > 10"
    assert place.query(totals) == [(Decimal("60.30"), 3)]
    before = set(place.ids())
    path.write_text("\n".join([header, "2024-01-05,P,1", *reversed(rows)]) + "\n")
    assert "5 taken" in place.run("aum_flows", "--mapping", mapping, path).output
    assert place.query(totals) == [(Decimal("60.30"), 3)]
    assert before < set(place.ids())


SIGNED = """feed: aum_flows
source: bank
columns:
  flow_id: {from: Ref}
  product_id: {constant: P}
  transaction_type_id: {from: Kind, values: {S: redemption}}
  trade_date: {constant: "2024-01-05"}
  amount: {from: Value, thousands: ","}
  units: {from: Units}
  corrects_flow_id: {from: Of}
"""


def test_numbers_that_are_negative_in_every_row_of_a_kind_are_said_with_the_mend(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", 60)
    mapping = place.directory / "bank.yml"
    mapping.write_text(SIGNED)
    path = place.directory / "trades.csv"
    rows = [
        "1,purchase,50,5,",
        "2,purchase,-1,-1,",  # a reversal among purchases
        '3,S,"-1,000.50",-10,',
        "4,S,0,0,",
        "5,S,-7,-7,",
        "6,adjustment,-3,,",  # of either sign
        "7,exchange_out,-3,,1",  # says what it reverses
    ]
    path.write_text("\n".join(["Ref,Kind,Value,Units,Of", *rows]) + "\n")
    result = place.run("aum_flows", "--mapping", mapping, path)
    assert result.output.splitlines() == [
        "`trades.csv`: 7 rows read, 7 taken, 0 quarantined.",
        "  Warning: `Value` is negative in every row whose `transaction_type_id` is `redemption` "
        "(2 rows, the first of them row 3). Feed `aum_flows` takes a negative `amount` for a "
        "reversal. If these are none, write into the mapping's `columns` "
        "`amount: {from: Value, thousands: ',', absolute: true}` and "
        "`units: {from: Units, absolute: true}` and load the file again; if the file has "
        "reversals too, give `redemption` the `amount_sign` -1 in feed `transaction_types` "
        "instead.",
    ]
    mended = SIGNED.replace('thousands: ","', 'thousands: ",", absolute: true')
    mapping.write_text(mended)
    assert "Warning" not in place.run("aum_flows", "--mapping", mapping, path).output
    # Or the list of types says it.
    types = place.directory / "transaction_types.csv"
    types.write_text("transaction_type_id,flow_class,amount_sign\nredemption,redemption,-1\n")
    place.run("transaction_types", types)
    mapping.write_text(SIGNED)
    assert "Warning" not in place.run("aum_flows", "--mapping", mapping, path).output


# ------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        (b"PK\x03\x04", "is an Excel workbook or a zip archive"),
        (b"PAR1 torn off", "cannot be read as CSV or Parquet"),
        (b"flow_id;amount\n1;2\n", "lacks `flow_id`, `product_id`"),
        (HEADER.encode() + b"\nZo\xeb,P,purchase,2024-01-05,1\n", "encoding"),
        (
            # The fault lies beyond the first block, when rows are in the transaction already.
            HEADER.encode()
            + b"\n1,P,purchase,2024-01-05,1" * 5000
            + b"\nZo\xeb,P,purchase,2024-01-05,1\n",
            "invalid continuation byte",
        ),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing_and_is_logged(
    place: Place, content: bytes | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", 20_000)
    place.load(place.file("v1/flows.csv", "1 10 2024-01-05"))
    before = place.rows()
    path = place.directory / "flows.csv"
    if content is not None:
        path.write_bytes(content)
    result = place.run("aum_flows", path)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert message in result.output
    assert str(path) in result.output
    assert place.rows() == before
    status, error = place.log("status", "error")[-1]
    assert (status, f"Error: {error}\n") == ("failed", result.output)


def test_one_bad_header_keeps_all_files_out(place: Place) -> None:
    good = place.file("a.csv", "1 1 2024-01-05")
    bad = place.file("b.csv", header="flow_id,amount")
    result = place.run("aum_flows", good, bad)
    assert result.exit_code == 1
    assert place.ids() == []
    assert place.log("status", "file") == [("failed", str(bad))]


def test_files_before_a_failure_stay_and_are_told(place: Place) -> None:
    good = place.file("a.csv", "1 1 2024-01-05")
    bad = place.directory / "b.csv"
    bad.write_bytes(good.read_bytes() + b"1,P,purchase,2024-01-05,1\n" * 1000 + b"Zo\xeb,,,,\n")
    result = place.run("aum_flows", good, bad)
    assert result.exit_code == 1
    assert "`a.csv`: 1 rows read, 1 taken" in result.output
    assert f"`{bad}` cannot be read" in result.output
    assert place.ids() == ["1"]


def test_a_failure_of_the_database_leaves_nothing_but_a_failed_entry(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = place.file("v1/flows.csv", "1 10 2024-01-05", "2 x 2024-01-05")
    place.load(old)

    def fail(self: Store, *_: Any) -> int:
        self.execute("select * from no_such_table")
        raise AssertionError

    monkeypatch.setattr(Store, "remove", fail)
    new = place.file("v2/flows.csv", "1 11 2024-01-05", "2 y 2024-01-05")
    with pytest.raises(click.ClickException, match=r"nothing of it is kept: .*no_such_table"):
        place.load(new)
    assert place.query("select amount from raw.aum_flows") == [(10,)]
    assert place.query("select value from quarantine.rejected_rows") == [("x",)]
    assert place.log("status", "rows_taken") == [("loaded", 1), ("failed", 0)]


SLOW_LOAD = """
import sys, time
from pathlib import Path
from dist_perf.cli import main
from dist_perf.loading import reading, store
reading.BLOCK_BYTES = 20_000
append_rows = store.Store.append_rows
def slow(self, feed, rows):
    append_rows(self, feed, rows)
    Path(sys.argv[1]).touch()
    time.sleep(60)
store.Store.append_rows = slow
main(["load", *sys.argv[2:]])
"""


def test_a_killed_load_leaves_no_row_and_the_next_one_succeeds(place: Place) -> None:
    place.load(place.file("v1/flows.csv", "old 10 2024-01-05"))
    flows = [f"{number} 1 2024-01-05" for number in range(5000)]
    path = place.file("flows.csv", *flows)
    marker = place.directory / "first batch is in"
    command = [
        sys.executable, "-c", SLOW_LOAD, marker, "aum_flows", path, "--target", place.target
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=project.root()) as child:
        while not marker.exists():
            assert child.poll() is None
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
    assert place.ids() == ["old"]
    assert place.log("status") == [("loaded",), ("running",)]
    place.load(path)
    assert place.log("status") == [("replaced",), ("interrupted",), ("loaded",)]
    assert sorted(place.ids(), key=int) == [str(number) for number in range(5000)]


@pytest.mark.parametrize("place", ["postgres"], indirect=True)
def test_a_second_load_of_a_feed_waits_for_the_first(place: Place) -> None:
    path = place.file("flows.csv", "1 1 2024-01-05")
    with place.opened() as first, ThreadPoolExecutor() as pool:
        with first.only_loader_of("aum_flows"):
            second = pool.submit(place.load, path)
            assert not wait([second], timeout=0.5).done
        (loaded,) = second.result(timeout=30)
    assert loaded.entry.rows_taken == 1


@pytest.mark.parametrize("place", ["duckdb"], indirect=True)
def test_a_file_that_another_program_holds_is_told(place: Place) -> None:
    path = place.file("flows.csv", "1 1 2024-01-05")
    command = [Path(sys.executable).with_name("dist-perf"), "load", "--target", "duckdb"]
    with duckdb.connect(os.environ["DIST_PERF_DUCKDB"]):
        done = subprocess.run(
            [*command, "aum_flows", path],
            cwd=project.root(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "DuckDB lets in one writer at a time: close the other program" in done.stderr


PEAK_MEMORY = """
import resource, sys
from dist_perf.cli import main
main(["load", *sys.argv[1:]], standalone_mode=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_file(place: Place) -> None:
    peaks = []
    for count in (200_000, 1_000_000):
        path = place.directory / f"prices{count}.csv"
        numbers = pa.array(range(count))
        prices = {
            "product_id": pc.cast(numbers, pa.string()),
            "price_date": pa.repeat("2024-01-05", count),
            "price": numbers,
        }
        pa.csv.write_csv(pa.table(prices), path)
        command = [
            sys.executable, "-c", PEAK_MEMORY, "product_prices", path, "--target", place.target
        ]  # fmt: skip
        done = subprocess.run(
            command, cwd=project.root(), stdout=subprocess.PIPE, text=True, check=True
        )
        assert f"{count:,} taken" in done.stdout
        peaks.append(int(done.stdout.split()[-1]))
    assert peaks[1] < 1.3 * peaks[0]


def test_a_name_with_a_slip_is_told_the_close_ones(place: Place) -> None:
    result = place.run("aum_flow", place.directory)
    assert result.exit_code == 1
    assert result.output == "Error: no feed `aum_flow`; did you mean `aum_flows`?\n"
    result = place.run("aum_flows", place.directory)
    assert result.exit_code == 1
    assert "cannot be read: Is a directory" in result.output
    result = place.run("aum_flows", "--mapping", "none.yml", place.directory)
    assert "mapping `none.yml` cannot be read: No such file or directory" in result.output


def test_a_database_that_refuses_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.file("flows.csv", "1 1 2024-01-05")
    if place.target == "duckdb":
        Path(os.environ["DIST_PERF_DUCKDB"]).write_bytes(b"no database" * 1000)
        message = "cannot be opened"
    else:
        monkeypatch.setenv("PGPORT", "1")
        message = "`dist-perf server start` starts the embedded server"
    result = place.run("aum_flows", path)
    assert result.exit_code == 1
    assert message in result.output
