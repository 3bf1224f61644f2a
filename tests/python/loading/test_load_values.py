"""What the loader makes of files: rows, values and rejects, before any database."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dist_perf import feeds, project
from dist_perf.loading import json_records, reading
from dist_perf.loading import mapping as mappings
from dist_perf.loading.checking import Checker, Rounded
from dist_perf.loading.mapping import CsvOptions, Mapping

FLOW = {
    "flow_id": "{id}",
    "product_id": "P",
    "transaction_type_id": "purchase",
    "trade_date": "2024-01-05",
    "amount": "1",
}


class Outcome:
    """Rows taken and rejected of one file."""

    def __init__(self, feed: str, path: Path, mapping: Mapping | None = None) -> None:
        contract = feeds.find(feed)
        self.taken: list[dict[str, Any]] = []
        self.rejected: list[dict[str, Any]] = []
        self.blank = 0
        self.skipped = 0
        self.rounded: dict[str, Rounded] = {}
        options = mapping.csv if mapping else CsvOptions()
        with reading.opened(path, options) as file:
            if mapping is None:
                mapping = mappings.from_header(contract, file.header, path)
            else:
                mappings.check_header(mapping, file.header, path)
            checker = Checker(contract, mapping, file.header)
            for batch in file.batches:
                checked = checker.check(batch)
                self.taken += checked.taken.to_pylist()
                self.rejected += checked.rejected.to_pylist()
                self.blank += checked.blank
                self.skipped += checked.skipped
                self.rounded |= checked.rounded
        self.period = checker.period

    def values(self, column: str) -> list[Any]:
        return [row[column] for row in self.taken]

    def numbers(self, column: str) -> list[int]:
        return [row[column] for row in self.taken]

    @property
    def reasons(self) -> list[tuple[int, str | None, str | None, str]]:
        return [
            (row["row_number"], row["column_name"], row["value"], row["reason"])
            for row in self.rejected
        ]


def flows(tmp_path: Path, text: str | bytes, **mapping: Any) -> Outcome:
    """Read a CSV of flows by a mapping; without one it has the feed's own names."""
    path = tmp_path / "flows.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Outcome("aum_flows", path, mapped(tmp_path, **mapping) if mapping else None)


def mapped(tmp_path: Path, **mapping: Any) -> Mapping:
    path = tmp_path / "mapping.yml"
    path.write_text(yaml.safe_dump({"feed": "aum_flows", **mapping}))
    return mappings.read(path, feeds.find("aum_flows"))


def one_column(tmp_path: Path, name: str, written: list[str], **rules: Any) -> Outcome:
    """Read values, each in a row of its own, as one column of flows by these rules."""
    rows = "".join(
        '{}|"{}"\n'.format(i, value.replace('"', '""')) for i, value in enumerate(written)
    )
    columns = {key: {"constant": value} for key, value in FLOW.items()}
    return flows(
        tmp_path,
        f"id|value\n{rows}",
        csv={"delimiter": "|"},
        columns={**columns, "flow_id": {"from": "id"}, name: {"from": "value", **rules}},
    )


# ---------------------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("written", "rules", "amount"),
    [
        ("1234.5", {}, "1234.50"),
        ("+5", {}, "5.00"),
        (".5", {}, "0.50"),
        ("12.", {}, "12.00"),
        ("007", {}, "7.00"),
        ("-0.01", {}, "-0.01"),
        ("12.500000", {}, "12.50"),
        ("5e-02", {}, "0.05"),
        ("(12.5)", {}, "-12.50"),
        ("($1234.50)", {}, "-1234.50"),
        ("$ 12", {}, "12.00"),
        ("-£12", {}, "-12.00"),
        ("50.00-", {}, "-50.00"),
        ("$ 1,250.00 -", {"thousands": ","}, "-1250.00"),
        ("50,00- €", {"decimal": ","}, "-50.00"),
        ("12.50 €-", {}, "-12.50"),
        ("$(50.00)", {}, "-50.00"),
        ("£ (1,250.00)", {"thousands": ","}, "-1250.00"),
        ("(50.00) €", {}, "-50.00"),
        ("\u221250.00", {}, "-50.00"),
        ("\u2013 $50.00", {}, "-50.00"),
        ("50.00\u2212", {}, "-50.00"),
        ("-5e-02", {}, "-0.05"),
        ("\t50.00\u200b", {}, "50.00"),
        ("\u20b912,34,567.89", {"thousands": ","}, "1234567.89"),
        ("$-12", {}, "-12.00"),
        ("12,50 €", {"decimal": ","}, "12.50"),
        ("1,234.50", {"thousands": ","}, "1234.50"),
        ("12,34,567.89", {"thousands": ","}, "1234567.89"),
        ("(1,234)", {"thousands": ","}, "-1234.00"),
        ("1.234,50", {"thousands": ".", "decimal": ","}, "1234.50"),
        ("1.234", {"thousands": ".", "decimal": ","}, "1234.00"),
        ("1 234 567,5", {"thousands": " ", "decimal": ","}, "1234567.50"),
        ("1\u00a0234\u202f567", {"thousands": " "}, "1234567.00"),
        ("1'234.5", {"thousands": "'"}, "1234.50"),
        ("1.5", {"scale": 1000000}, "1500000.00"),
        ("-30.2", {"scale": 1000000, "absolute": True}, "30200000.00"),
        ("-3", {"absolute": True}, "3.00"),
        ("250", {"scale": 0.01}, "2.50"),
        ("9999999999999999.99", {}, "9999999999999999.99"),
        ("999999999999.99", {"scale": 1000}, "999999999999990.00"),
    ],
)
def test_a_number_is_read_exactly_as_it_is_written(
    tmp_path: Path, written: str, rules: dict[str, Any], amount: str
) -> None:
    outcome = one_column(tmp_path, "amount", [written], **rules)
    assert outcome.values("amount") == [amount], outcome.reasons


@pytest.mark.parametrize(
    ("written", "rules", "reason"),
    [
        ("n/a", {}, "is no number"),
        ("1,234.50", {}, "is no number"),
        ("1,5", {"thousands": ","}, "is no number"),
        ("1,2345", {"thousands": ","}, "is no number"),
        ("1.5", {"thousands": ".", "decimal": ","}, "is no number"),
        ("12 34", {}, "is no number"),
        ("(-5)", {}, "is no number"),
        ("-5-", {}, "is no number"),
        ("-(5)", {}, "is no number"),
        ("(5)-", {}, "is no number"),
        ("(5", {}, "is no number"),
        ("5-3", {}, "is no number"),
        ("\u2212\u22125", {}, "is no number"),
        ("1.23E+06", {}, "is no number"),
        ("nan", {}, "is no number"),
        ("0x10", {}, "is no number"),
        ("1_000", {}, "is no number"),
        ("1.005", {}, "has more than 2 decimals; it is not rounded silently"),
        ("0.1234567890123", {}, "has more than 2 decimals; it is not rounded silently"),
        (
            "0.0000000001",
            {"scale": 1000000},
            "has more than 2 decimals; it is not rounded silently",
        ),
        ("10000000000000000", {}, "is too large for numeric(18,2)"),
        ("-10000000000000000", {}, "is too large for numeric(18,2)"),
        ("99999999999", {"scale": 1000000}, "is too large for numeric(18,2)"),
        ("-", {}, "is required and empty"),
        ("", {}, "is required and empty"),
        ("  ", {}, "is required and empty"),
    ],
)
def test_a_number_that_could_be_meant_otherwise_is_refused(
    tmp_path: Path, written: str, rules: dict[str, Any], reason: str
) -> None:
    outcome = one_column(tmp_path, "amount", [written], **rules)
    assert outcome.reasons == [(1, "value", written.strip(), reason)]
    assert [row["feed_column"] for row in outcome.rejected] == ["amount"]


STYLES = st.fixed_dictionaries(
    {
        "point": st.sampled_from([".", ","]),
        "thousands": st.sampled_from([None, ",", ".", " ", "'"]),
        "brackets": st.booleans(),
        "currency": st.sampled_from(["", "$", "€", "£ "]),
        "zeros": st.integers(0, 3),
    }
).filter(lambda style: style["point"] != style["thousands"])
AMOUNTS = st.decimals(
    min_value=-(10**16) + 1, max_value=10**16 - 1, allow_nan=False, places=2
) | st.decimals(min_value=-1000, max_value=1000, allow_nan=False, places=2)


def written(amount: Decimal, style: dict[str, Any]) -> str:
    """Write an amount as people and programs do."""
    text = f"{abs(amount):,.2f}" if style["thousands"] else f"{abs(amount):.2f}"
    text = text.replace(",", "T").replace(".", style["point"]) + "0" * style["zeros"]
    text = style["currency"] + text.replace("T", style["thousands"] or "")
    if amount >= 0:
        return text
    return f"({text})" if style["brackets"] else f"-{text}"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(style=STYLES, amounts=st.lists(AMOUNTS, min_size=1, max_size=30))
def test_any_amount_in_any_style_comes_back_exact(
    tmp_path: Path, style: dict[str, Any], amounts: list[Decimal]
) -> None:
    rules = {"decimal": style["point"], "thousands": style["thousands"]}
    outcome = one_column(tmp_path, "amount", [written(each, style) for each in amounts], **rules)
    assert outcome.reasons == []
    assert [Decimal(each) for each in outcome.values("amount")] == amounts


# ------------------------------------------------------------------------------ dates


def test_dates_come_in_the_styles_that_the_mapping_names(tmp_path: Path) -> None:
    styles = ["%d %b %Y", "%m/%d/%Y", "%Y%m%d", "%d.%m.%y"]
    outcome = one_column(
        tmp_path,
        "trade_date",
        ["11 Jan 2024", "01/12/2024", "20240113", "14.01.24", "15-01-2024", "31 Feb 2024"],
        date_format=styles,
    )
    assert outcome.values("trade_date") == [f"2024-01-{day}" for day in (11, 12, 13, 14)]
    reason = "is no date written as `%d %b %Y` or `%m/%d/%Y` or `%Y%m%d` or `%d.%m.%y`"
    assert outcome.reasons == [
        (5, "value", "15-01-2024", reason),
        (6, "value", "31 Feb 2024", reason),
    ]


def test_without_a_style_dates_are_iso_and_within_the_calendar(tmp_path: Path) -> None:
    outcome = one_column(
        tmp_path,
        "trade_date",
        ["2024-02-29", "2024-02-29 00:00:00", "2024-02-29T00:00:00", "2024-02-29 10:30:00",
         "2023-02-29", "1899-12-31", "2050-01-01", "2024-02-29 25:00:00"],
    )  # fmt: skip
    assert outcome.values("trade_date") == ["2024-02-29"] * 4
    assert [(row, reason.split(" written")[0]) for row, _, _, reason in outcome.reasons] == [
        (5, "is no date"),
        (6, "is beyond the calendar, 1990-01-01 to 2049-12-31"),
        (7, "is beyond the calendar, 1990-01-01 to 2049-12-31"),
        (8, "is no date"),
    ]


LATE = "2025-03-09T23:10:00"
NEW_YORK = {"timezone": "America/New_York"}
TOKYO = {"timezone": "Asia/Tokyo"}


@pytest.mark.parametrize(
    ("written", "rules", "day"),
    [
        (f"{LATE}-0400", {}, 9),
        (f"{LATE}-04:00", {}, 9),
        (f"{LATE}.123456789-04", {}, 9),
        (f"{LATE}Z", {}, 9),
        (f"{LATE}.5Z", {}, 9),
        (f"{LATE},5", {}, 9),
        ("2025-03-09 23:10 +05:30", {}, 9),
        (f"{LATE}-0400", NEW_YORK, 9),
        (f"{LATE}-0400", TOKYO, 10),
        (f"{LATE}Z", TOKYO, 10),
        ("2025-03-10T03:10:00Z", NEW_YORK, 9),
        ("2025-03-10 03:10:00,25 +00", NEW_YORK, 9),
        # The clocks went forward on this day: 04:30 at UTC is 00:30, not 23:30 of the day before.
        ("2025-03-10T04:30:00Z", NEW_YORK, 10),
        ("2025-03-09T04:30:00Z", NEW_YORK, 8),
        # A clock without an offset is that of the business.
        (LATE, TOKYO, 9),
        ("2025-03-09", TOKYO, 9),
        (f"{LATE}-0400", {"date_format": "%Y-%m-%dT%H:%M:%S%z"}, 9),
        (f"{LATE}Z", {"date_format": "%Y-%m-%dT%H:%M:%S%z"}, 9),
        (f"{LATE}.75Z", {"date_format": "%Y-%m-%dT%H:%M:%SZ"}, 9),
        (f"{LATE}.75Z", {"date_format": "%Y-%m-%dT%H:%M:%SZ", **TOKYO}, 10),
        ("Sun Mar 09 23:10:00 -0400 2025", {"date_format": "%a %b %d %H:%M:%S %z %Y"}, 9),
        ("09-03-2025 11:10 PM -04:00", {"date_format": "%d-%m-%Y %I:%M %p %z"}, 9),
        ("09-03-2025 11:10 PM -04:00", {"date_format": "%d-%m-%Y %I:%M %p %z", **TOKYO}, 10),
        ("9.3.2025 23:10 America/New_York", {"date_format": "%d.%m.%Y %H:%M %Z"}, 9),
        ("9.3.2025 23:10 America/New_York", {"date_format": "%d.%m.%Y %H:%M %Z", **TOKYO}, 10),
        ("45725", {"date_format": "excel"}, 9),
        ("45725.9652", {"date_format": ["%Y-%m-%d", "excel"]}, 9),
        ("44263", {"date_format": "excel-1904"}, 9),
    ],
)
def test_a_timestamp_is_of_the_day_that_is_written_unless_a_zone_is_named(
    tmp_path: Path, written: str, rules: dict[str, Any], day: int
) -> None:
    outcome = one_column(tmp_path, "trade_date", [written], **rules)
    assert outcome.values("trade_date") == [f"2025-03-{day:02}"], outcome.reasons


def test_a_zone_of_the_mapping_holds_for_every_date_that_names_none(tmp_path: Path) -> None:
    columns = {key: {"constant": value} for key, value in FLOW.items()}
    columns["flow_id"] = {"from": "id"}
    columns["trade_date"] = {"from": "at"}
    columns["booked_date"] = {"from": "at", "timezone": "UTC"}
    outcome = flows(tmp_path, f"id,at\n1,{LATE}Z\n", columns=columns, **TOKYO)
    assert outcome.values("trade_date") == ["2025-03-10"]
    assert outcome.values("booked_date") == ["2025-03-09"]


DAYS_OF_A_FILE = """
import sys
from pathlib import Path
from dist_perf import feeds
from dist_perf.loading import mapping, reading
from dist_perf.loading.checking import Checker

feed = feeds.find("aum_flows")
for path in map(Path, sys.argv[1:]):
    with reading.opened(path, mapping.CsvOptions()) as file:
        checker = Checker(feed, mapping.from_header(feed, file.header, path), file.header)
        for batch in file.batches:
            print(path.suffix, *checker.check(batch).taken["trade_date"].to_pylist())
"""


@pytest.mark.parametrize("machine", ["America/Los_Angeles", "Pacific/Auckland"])
def test_the_zone_of_the_machine_moves_no_day(tmp_path: Path, machine: str) -> None:
    written = [f"{LATE}-0400", f"{LATE}Z", "2025-03-09T00:10:00+05:30"]
    rows = [{**FLOW, "flow_id": f"{i}", "trade_date": day} for i, day in enumerate(written)]
    lines = [",".join(FLOW), *(",".join(row.values()) for row in rows)]
    (tmp_path / "flows.csv").write_text("\n".join(lines))
    (tmp_path / "flows.json").write_text(json.dumps(rows))
    (tmp_path / "flows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    instants = [dt.datetime.fromisoformat(each) for each in written]
    # What Parquet keeps of an offset is the zone of the whole column.
    zoned = pa.array(instants[:1] * 3, pa.timestamp("us", "America/New_York"))
    constants = {key: pa.repeat(value, 3) for key, value in FLOW.items()}
    pq.write_table(pa.table({**constants, "trade_date": zoned}), tmp_path / "flows.parquet")
    suffixes = (".csv", ".json", ".jsonl", ".parquet")
    done = subprocess.run(
        [sys.executable, "-c", DAYS_OF_A_FILE, *(f"{tmp_path}/flows{each}" for each in suffixes)],
        env={**os.environ, "TZ": machine},
        capture_output=True,
        text=True,
        check=True,
    )
    days = " 2025-03-09" * 3
    assert done.stdout.splitlines() == [f"{suffix}{days}" for suffix in suffixes]


def test_the_period_is_the_first_date_that_is_filled(tmp_path: Path) -> None:
    outcome = flows(
        tmp_path,
        "flow_id,product_id,transaction_type_id,trade_date,booked_date,amount\n"
        "1,P,purchase,2024-01-02,2024-01-09,1\n"
        "2,P,purchase,2024-01-03,,1\n"
        "3,P,purchase,2024-01-01,2024-01-05,wrong\n",
    )
    assert outcome.period == (dt.date(2024, 1, 3), dt.date(2024, 1, 9))


# ----------------------------------------------------------------- what a mapping says


def test_a_mapping_renames_fills_in_translates_and_ignores(tmp_path: Path) -> None:
    outcome = flows(
        tmp_path,
        "Ref;Kind;When;Value;Account;Junk\nA1;B;05.01.2024;1;acc;x\nA2;S;05.01.2024;2;N/A;y\n",
        csv={"delimiter": ";"},
        ignore="Junk",
        null_values=["N/A"],
        columns={
            "flow_id": {"template": "bank {Ref}/{When}"},
            "account_id": {"from": "Account"},
            "product_id": {"constant": 7},
            "transaction_type_id": {"from": "Kind", "values": {"B": "purchase", "S": "redemption"}},
            "trade_date": {"from": "When", "date_format": "%d.%m.%Y"},
            "amount": {"from": "Value"},
        },
    )
    assert outcome.taken == [
        {
            "flow_id": f"bank A{number}/05.01.2024",
            "account_id": account,
            "product_id": "7",
            "transaction_type_id": kind,
            "trade_date": "2024-01-05",
            "amount": f"{number}.00",
            "_row_number": number,
        }
        for number, account, kind in [(1, "acc", "purchase"), (2, None, "redemption")]
    ]


def test_a_wide_table_becomes_a_row_a_cell_and_blank_cells_none(tmp_path: Path) -> None:
    outcome = flows(
        tmp_path,
        "Date,btc,BTC,Total\n11 Jan 2024,1.5,-2,-0.5\n12 Jan 2024,,0.0,0\n13 Jan 2024, ,-,0\n"
        "14 Jan 2024,x,1,1\n",
        ignore="Total",
        unpivot={"keep": "Date", "name": "fund", "value": "millions"},
        columns={
            "flow_id": {"template": "{fund} {Date}"},
            "product_id": {"from": "fund"},
            "trade_date": {"from": "Date", "date_format": "%d %b %Y"},
            "transaction_type_id": {
                "from": "millions",
                "by_sign": {"negative": "redemption", "otherwise": "purchase"},
            },
            "amount": {"from": "millions", "scale": 1000000, "absolute": True},
        },
    )
    assert [tuple(row.values()) for row in outcome.taken] == [
        ("btc 11 Jan 2024", "btc", "purchase", "2024-01-11", "1500000.00", 1),
        ("BTC 11 Jan 2024", "BTC", "redemption", "2024-01-11", "2000000.00", 1),
        ("BTC 12 Jan 2024", "BTC", "purchase", "2024-01-12", "0.00", 2),
        ("BTC 14 Jan 2024", "BTC", "purchase", "2024-01-14", "1000000.00", 4),
    ]
    assert outcome.blank == 3
    # The column is the one of the file, which is no column of the unpivoted rows.
    assert outcome.reasons == [(4, "btc", "x", "is no number, so it has no sign")]
    assert json.loads(outcome.rejected[0]["row_content"]) == {
        "Date": "14 Jan 2024",
        "fund": "btc",
        "millions": "x",
    }


def test_a_sign_is_read_in_the_style_of_the_number(tmp_path: Path) -> None:
    outcome = one_column(
        tmp_path,
        "transaction_type_id",
        ["(1.234,50)", "1.234,50", "0", "1,234.50", "-"],
        by_sign={"negative": "redemption", "otherwise": "purchase"},
        thousands=".",
        decimal=",",
    )
    assert outcome.values("transaction_type_id") == ["redemption", "purchase", "purchase"]
    assert [(row, reason) for row, _, _, reason in outcome.reasons] == [
        (4, "is no number, so it has no sign"),
        (5, "is required and empty"),
    ]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"colums": {}}, "`colums`: no such key; there are `feed`, `source`, `csv`"),
        ({"colums": {}}, "did you mean `columns`?"),
        ({"columns": {"amonut": {"from": "a"}}}, "for `amonut` did you mean `amount`?"),
        ({"columns": {"amount": {"form": "x"}}}, "`columns.amount.form`: no such key; there are"),
        ({"columns": {"amount": {}}}, "give one of `from`, `constant` and `template`"),
        (
            {"columns": {"amount": {"from": "a", "decimal": ",", "thousands": ","}}},
            "`thousands` and `decimal` cannot be the same",
        ),
        ({"columns": {"price": {"from": "a"}}}, "names `price`, but feed `aum_flows` has"),
        ({"columns": {"amount": {"from": "a"}}}, "says nothing of `flow_id`, `product_id`"),
        ({"feed": "accounts", "columns": {}}, "is for feed `accounts`, not for `aum_flows`"),
        ({"skip": {"column": "a"}, "columns": {}}, "give one of `matches`, `equals`, `not_equals`"),
        ({"skip": {"blank": True}, "columns": {}}, "give the `column`"),
        ({"skip": {"matches": "("}, "columns": {}}, "`(` is no regular expression"),
        ({"skip": [{"matchs": "x"}], "columns": {}}, "for `matchs` did you mean `matches`?"),
        (
            {"columns": {"flow_id": {"template": "k-{_occurrence}"}}},
            "name beside `{_occurrence}` the columns",
        ),
        ({"timezone": "America/NewYork", "columns": {}}, "did you mean `America/New_York`"),
        (
            {"csv": {"delimiter": "||"}, "columns": {}},
            "`csv.delimiter`: String should have at most",
        ),
    ],
)
def test_a_wrong_mapping_is_told_with_the_key_that_is_wrong(
    tmp_path: Path, mapping: dict[str, Any], message: str
) -> None:
    with pytest.raises(click.ClickException) as raised:
        mapped(tmp_path, **mapping)
    assert message in raised.value.message


COLUMNS = {name: {"from": name} for name in FLOW}


@pytest.mark.parametrize(
    ("header", "mapping", "message"),
    [
        (
            "flow_id,product,transaction_type_id,trade_date,amount",
            None,
            "which the feed lacks; for `product` did you mean `product_id`?",
        ),
        (",".join([*FLOW, "", " "]), None, "(the header of `column 6`, `column 7` is blank)"),
        (
            "flow_id,product_id,transaction_type_id,trade_date,ammount",
            {"columns": COLUMNS},
            "for `amount` did you mean `ammount`?",
        ),
        (
            "flow_id,product_id,transaction_type_id,trade_date,AMOUNT,Amount",
            {"columns": COLUMNS},
            "for `amount` did you mean `AMOUNT` or `Amount`?",
        ),
        (",".join([*FLOW, ""]), {"columns": COLUMNS}, "has `column 6`, of which the mapping says"),
        ("flow_id,amount", None, "lacks `product_id`, `transaction_type_id`, `trade_date`"),
        (",".join([*FLOW, "fee"]), None, "has `fee`, which the feed lacks"),
        (",".join([*FLOW, "Amount"]), None, "has both `amount` and `Amount`"),
        (",".join([*FLOW, "amount"]), None, "names `amount` twice"),
        ("flow_id,amount", {"columns": COLUMNS}, "lacks `product_id`, `trade_date`"),
        (
            ",".join([*FLOW, "fee"]),
            {"columns": COLUMNS},
            "has `fee`, of which the mapping says nothing: map them, or list them under `ignore`",
        ),
        (
            "day,a",
            {"columns": COLUMNS, "unpivot": {"keep": "day", "name": "fund", "value": "cash"}},
            "`, but unpivoting leaves `cash`, `day`, `fund`",
        ),
        ("", None, "holds no header where one is expected"),
    ],
)
def test_a_header_that_does_not_fit_is_told_with_the_columns(
    tmp_path: Path, header: str, mapping: dict[str, Any] | None, message: str
) -> None:
    with pytest.raises(click.ClickException) as raised:
        flows(tmp_path, header + "\n", **mapping or {})
    assert message in raised.value.message


# ------------------------------------------------------------------------------ rejects


def test_every_reason_names_row_column_and_value(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("product_id,price_date,price\n,2024-01-05,1\nP,2024-01-05,-1\nP,2024-01-05\n")
    outcome = Outcome("product_prices", path)
    assert outcome.reasons == [
        (1, "product_id", "", "is required and empty"),
        (2, "price", "-1", "is below 0"),
        (3, None, None, "has 2 fields where the header has 3"),
    ]
    assert json.loads(outcome.rejected[0]["row_content"]) == {
        "product_id": "",
        "price_date": "2024-01-05",
        "price": "1",
    }
    assert outcome.rejected[2]["row_content"] == "P,2024-01-05"

    path.write_text("product_id,annual_fee_rate,valid_from\nP,1.5,2024-01-05\nP,5e-05,2024-01-05\n")
    outcome = Outcome("fee_schedules", path)
    assert outcome.reasons == [(1, "annual_fee_rate", "1.5", "is above 1")]
    assert outcome.values("annual_fee_rate") == ["0.00005000"]

    path.write_text(
        "transaction_type_id,flow_class,amount_sign\na,purchase,0\nb,purchase,-1\nc,purchase,1.5\n"
    )
    outcome = Outcome("transaction_types", path)
    assert outcome.reasons == [
        (1, "amount_sign", "0", "is none of 1, -1"),
        (3, "amount_sign", "1.5", "has more than 0 decimals; it is not rounded silently"),
    ]

    path.write_text("account_id,account_type\na\0b,retail\nc,savings\n")
    outcome = Outcome("accounts", path)
    assert outcome.reasons == [
        (1, "account_id", r"a\0b", "holds the character NUL"),
        (
            2,
            "account_type",
            "savings",
            "is none of retail, retirement, model_portfolio, omnibus, house",
        ),
    ]


def test_row_numbers_hold_among_broken_rows_and_quoted_newlines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", 200)
    good, broken, blank, wrong = [], [], [], []
    lines = ["account_id,account_name,household_id", ""]
    for number in range(1, 400):
        if number % 7 in {0, 1}:
            broken.append(number)
            lines.append(f"{number},too few" if number % 2 else f"{number},too,many,{number}")
        elif number % 13 == 0:
            blank.append(number)
            lines.append(",, " if number % 2 else "")
        elif number % 11 == 0:
            wrong.append(number)
            lines.append(f",no id,{number}")
        else:
            good.append(number)
            lines.append(f'{number},"two\nlines, ""{number}""",{number}')
    lines.remove("")
    path = tmp_path / "accounts.csv"
    path.write_text("\n".join(lines) + "\n")
    outcome = Outcome("accounts", path)
    assert outcome.numbers("_row_number") == good
    assert [int(each) for each in outcome.values("household_id")] == good
    assert outcome.values("account_name") == [f'two\nlines, "{number}"' for number in good]
    rejected = {row["row_number"]: row for row in outcome.rejected}
    assert sorted(rejected) == sorted([*broken, *wrong])
    assert all(rejected[number]["row_content"].startswith(f"{number},") for number in broken)
    assert outcome.blank == len(blank)


# ------------------------------------------------------------------ rounding and skipping


def test_rounding_is_exact_and_what_it_moved_is_counted(tmp_path: Path) -> None:
    written = ["1.005", "2.004", "-1.005", "3.10", "x", "1.2345678", "12"]
    outcome = one_column(tmp_path, "amount", written, round=2)
    assert outcome.values("amount") == ["1.01", "2.00", "-1.01", "3.10", "1.23", "12.00"]
    # 0.005 - 0.004 - 0.005 - 0.0045678
    assert outcome.rounded == {"amount": Rounded(4, Decimal("-0.0085678"))}
    assert outcome.reasons == [(5, "value", "x", "is no number")]


@pytest.mark.parametrize(
    ("written", "rules", "amount", "difference"),
    [
        ("0.1234567", {"scale": 1000, "round": 2}, "123.46", "0.0033"),
        ("2.5", {"round": 0}, "3.00", "0.5"),
        ("-2.5", {"round": 0, "absolute": True}, "3.00", "0.5"),
        ("(1.234,567)", {"round": 2, "decimal": ",", "thousands": "."}, "-1234.57", "-0.003"),
    ],
)
def test_rounding_comes_after_every_other_rule_of_a_number(
    tmp_path: Path, written: str, rules: dict[str, Any], amount: str, difference: str
) -> None:
    outcome = one_column(tmp_path, "amount", [written], **rules)
    assert outcome.values("amount") == [amount]
    assert outcome.rounded == {"amount": Rounded(1, Decimal(difference))}


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.decimals(-1000, 1000, allow_nan=False, places=5), min_size=1, max_size=20))
def test_what_rounding_moved_is_what_the_sums_differ_by(
    tmp_path: Path, amounts: list[Decimal]
) -> None:
    outcome = one_column(tmp_path, "amount", [f"{each:f}" for each in amounts], round=2)
    taken = sum((Decimal(each) for each in outcome.values("amount")), Decimal(0))
    assert outcome.rounded["amount"].difference == taken - sum(amounts)


SKIPPED = "id;day;value\nNote of the day\nA;2024-01-05;1\nTotal;;1\n;;\nB;2024-01-05;2\nC;;\n"


@pytest.mark.parametrize(
    ("skip", "taken", "skipped", "rejected"),
    [
        ([{"matches": "^Note"}, {"column": "ID", "matches": "(?i)^total$"}], "AB", 2, 1),
        ([{"matches": "^(Note|Total)"}, {"column": "value", "blank": True}], "AB", 3, 0),
        ({"column": "day", "not_equals": "2024-01-05"}, "AB", 2, 1),
        ([{"column": "value", "equals": [1, 2]}, {"column": "id", "equals": "Note of the day"}],
         "", 4, 1),
    ],
)  # fmt: skip
def test_rows_are_skipped_by_pattern_and_by_value_and_counted(
    tmp_path: Path, skip: Any, taken: str, skipped: int, rejected: int
) -> None:
    columns = {
        **{key: {"constant": value} for key, value in FLOW.items()},
        "flow_id": {"from": "id"},
        "trade_date": {"from": "day"},
        "amount": {"from": "value"},
    }
    outcome = flows(tmp_path, SKIPPED, csv={"delimiter": ";"}, skip=skip, columns=columns)
    assert "".join(outcome.values("flow_id")) == taken
    assert (outcome.skipped, len(outcome.rejected), outcome.blank) == (skipped, rejected, 1)


def test_cells_of_a_wide_table_are_skipped_too(tmp_path: Path) -> None:
    outcome = flows(
        tmp_path,
        "Date,a,b\n2024-01-05,1,n/a\nTotal,1,2\n",
        unpivot={"keep": "date", "name": "fund", "value": "cash"},
        skip=[{"column": "DATE", "equals": "Total"}, {"column": "cash", "equals": "n/a"}],
        columns={
            **{key: {"constant": value} for key, value in FLOW.items()},
            "flow_id": {"from": "fund"},
            "amount": {"from": "cash"},
        },
    )
    assert (outcome.values("flow_id"), outcome.skipped, outcome.blank) == (["a"], 3, 0)


# -------------------------------------------------------------- keys of rows without one


def purchases(tmp_path: Path, rows: list[str], template: str, **rules: Any) -> Outcome:
    columns = {
        **{key: {"constant": value} for key, value in FLOW.items()},
        "flow_id": {"template": template},
        "account_id": {"from": "Account"},
        "amount": {"from": "Value"},
    }
    text = "\n".join(["Account,Value,Memo", *rows]) + "\n"
    return flows(tmp_path, text, columns=columns, ignore="Memo", **rules)


def test_equal_rows_are_told_apart_by_their_number_among_equals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Equal rows lie in different blocks.
    monkeypatch.setattr(reading, "BLOCK_BYTES", 40)
    rows = ["A,20.10,x", "B,5,", "A,20.10,x", "A,7,", "A, 20.10,y", "B,5,"]
    template = "{Account}/{value}/{_occurrence}"
    outcome = purchases(tmp_path, rows, template)
    keys = outcome.values("flow_id")
    assert keys == ["A/20.10/1", "B/5/1", "A/20.10/2", "A/7/1", "A/20.10/3", "B/5/2"]
    assert sum(Decimal(row["amount"]) for row in outcome.taken if "/20.10/" in row["flow_id"]) == (
        Decimal("60.30")
    )
    # In another order and with more rows each old row has the key that it had.
    resent = purchases(tmp_path, ["C,1,", *reversed(rows), "A,20.10,z"], template)
    assert set(resent.values("flow_id")) == {*keys, "C/1/1", "A/20.10/4"}
    assert len(resent.taken) == 8


def test_a_key_may_hold_the_number_of_the_row(tmp_path: Path) -> None:
    outcome = purchases(tmp_path, ["A,1,", ",,", "A,1,"], "{Account}-{_row_number}")
    assert outcome.values("flow_id") == ["A-1", "A-3"]


# ------------------------------------------------------------------------------ headers


def test_names_of_a_mapping_and_of_a_header_may_differ_by_case_and_spaces(tmp_path: Path) -> None:
    outcome = flows(
        tmp_path,
        "\ufeffREF,Trade  Date,\u200bvalue\t,Memo\n1,2024-01-05,x,\n",
        ignore="MEMO",
        columns={
            **{key: {"constant": value} for key, value in FLOW.items()},
            "flow_id": {"template": "bank-{Ref}"},
            "trade_date": {"from": "trade date"},
            "amount": {"from": "Value"},
        },
    )
    assert outcome.reasons == [(1, "value", "x", "is no number")]
    assert json.loads(outcome.rejected[0]["row_content"])["Trade  Date"] == "2024-01-05"


def test_a_name_that_fits_as_it_is_written_beats_one_of_another_case(tmp_path: Path) -> None:
    columns = {**{key: {"constant": value} for key, value in FLOW.items()}}
    columns["flow_id"] = {"from": "ref"}
    outcome = flows(tmp_path, "REF,ref,Ref\na,b,c\n", ignore=["REF", "Ref"], columns=columns)
    assert outcome.values("flow_id") == ["b"]


def test_columns_with_a_blank_header_are_ignored_or_named_by_their_place(tmp_path: Path) -> None:
    columns = {**{key: {"constant": value} for key, value in FLOW.items()}}
    columns["flow_id"] = {"from": "id"}
    text = "id,,x, \n1,A,2,\n"
    outcome = flows(tmp_path, text, ignore=["", "x"], columns=columns)
    assert outcome.values("flow_id") == ["1"]
    columns["account_id"] = {"from": "column 2"}
    outcome = flows(tmp_path, text, ignore=["column 4", "x"], columns=columns)
    assert outcome.values("account_id") == ["A"]


@pytest.mark.parametrize(
    "written",
    ["\u200bA 1", "A 1\ufeff", "\tA 1\t", "A\u200b 1", "\u00a0A 1\u2060", "A 1\r\n", "\u200eA 1"],
)
def test_an_identifier_has_nothing_that_nobody_sees(tmp_path: Path, written: str) -> None:
    assert one_column(tmp_path, "account_id", [written]).values("account_id") == ["A 1"]
    path = tmp_path / "flows.json"
    path.write_text(json.dumps([{**FLOW, "account_id": written}]))
    assert Outcome("aum_flows", path).values("account_id") == ["A 1"]
    plain = pa.array([written])
    assert parquet_flows(tmp_path, account_id=plain).values("account_id") == ["A 1"]


def test_columns_may_be_apart_by_any_spaces_and_tabs(tmp_path: Path) -> None:
    columns = {**{key: {"constant": value} for key, value in FLOW.items()}}
    columns |= {"flow_id": {"from": "Ref"}, "product_id": {"from": "Fund name"}}
    columns["amount"] = {"from": "Value", "thousands": ","}
    text = (
        "Report of the day\n"
        '  Ref   "Fund name"\t Value  \n'
        "  1     GROWTH       1,250.00\r\n"
        '  2     "Zoë  \tA\nB"  -3\n'
        "  3     GROWTH\n"
        "\n"
        "  4\tINCOME\t\t\t7.5"
    )
    outcome = flows(
        tmp_path, text, csv={"delimiter": "whitespace", "skip_rows": 1}, columns=columns
    )
    assert outcome.values("product_id") == ["GROWTH", "Zoë  \tA\nB", "INCOME"]
    assert outcome.values("amount") == ["1250.00", "-3.00", "7.50"]
    assert outcome.numbers("_row_number") == [1, 2, 5]
    assert [(row, reason) for row, _, _, reason in outcome.reasons] == [
        (3, "has 2 fields where the header has 3")
    ]
    assert outcome.blank == 1


# -------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("name\r\nZoë €\r\n".encode(), {}),
        ("\ufeffname\nZoë €\n".encode(), {}),
        ('\ufeff"name"\n"Zoë €"'.encode(), {}),
        ("name\rZoë €\r".encode(), {}),
        ("name\nZoë €\n".encode("cp1252"), {"encoding": "windows-1252"}),
        ("name\nZoë €\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("Report\nof, \"all\n\nname\n'Zoë €'\n".encode(), {"skip_rows": 3, "quote": "'"}),
        ('" name "\nZoë €\n'.encode(), {}),
    ],
)
def test_text_is_read_however_the_file_is_written(
    tmp_path: Path, content: bytes, options: dict[str, Any]
) -> None:
    columns = {key: {"constant": value} for key, value in FLOW.items()}
    columns["flow_id"] = {"from": "name"}
    outcome = flows(tmp_path, content, csv=options, columns=columns)
    assert outcome.values("flow_id") == ["Zoë €"]
    assert outcome.numbers("_row_number") == [1]


def test_rows_are_numbered_after_a_preamble_and_a_header_of_two_lines(tmp_path: Path) -> None:
    columns = {key: {"constant": value} for key, value in FLOW.items()}
    columns["flow_id"] = {"from": "the\nname"}
    text = '# report\n"the\nname",b\n1,\n2\n3,\n'
    outcome = flows(tmp_path, text, csv={"skip_rows": 1}, columns=columns, ignore="b")
    assert outcome.numbers("_row_number") == [1, 3]
    assert [row["row_number"] for row in outcome.rejected] == [2]


@pytest.mark.parametrize("header", ["account_id", "account_id\n", "account_id,account_name\r\n"])
def test_a_file_of_a_header_alone_is_a_file_of_no_rows(tmp_path: Path, header: str) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(header)
    outcome = Outcome("accounts", path)
    assert (outcome.taken, outcome.rejected, outcome.blank) == ([], [], 0)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x1f\x8b\x08\x00", "is compressed: unpack it first"),
        (b"PK\x03\x04....", "is an Excel workbook or a zip archive"),
        ("account_id\nZoë\n".encode("cp1252"), "can't decode byte 0xeb"),
        ("account_id,Zoë\n".encode("cp1252"), "can't decode byte"),
        (b"PAR1 and no more", "cannot be read as CSV or Parquet"),
        (b"", "holds no header"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_mend(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(content)
    with pytest.raises(click.ClickException) as raised:
        Outcome("accounts", path)
    assert message in raised.value.message
    assert str(path) in raised.value.message


GOOD = "3,Gamma,300\n" * 50


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('1,a,100\n2,"Acme,100\n' + GOOD, 3),
        ('1,a,100\n2,b,"100\n' + GOOD, 3),
        # The quote of a later row closes the value, and the number of fields is right by chance.
        ('1,"Acme,100\n2,"Beta",200\n' + GOOD, 2),
        ('1,"Acme,100\n' + GOOD + '3,"Beta,200\n' + GOOD, 2),
        ('1,"Acme,100\n' + GOOD + '3,Beta,"200"\n', 2),
        ('1,"Two\nlines, ""a""",1\n2,"",1\n\n3,"b,1\n' + GOOD, 6),
        ('1,a,100\n2,b,"300', 3),
        ('1,a,100\n2,b,"', 3),
        (GOOD * 30 + '"2,b,3\n' + GOOD * 30, 1502),
        ('1,a,"x""\n' + GOOD, 2),
    ],
)
def test_a_quote_that_never_closes_refuses_the_file_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int
) -> None:
    monkeypatch.setattr(reading, "BLOCK_BYTES", 500)
    path = tmp_path / "accounts.csv"
    path.write_text("account_id,account_name,household_id\n" + text)
    with pytest.raises(click.ClickException) as raised:
        Outcome("accounts", path)
    assert raised.value.message.startswith(f'`{path}`, line {line}: the quote " that opens here')


def test_a_quote_that_never_closes_is_found_in_every_style(tmp_path: Path) -> None:
    columns = {key: {"constant": value} for key, value in FLOW.items()}
    rules = {"columns": {**columns, "flow_id": {"from": "a"}}, "ignore": "b"}
    for text, options, line in [
        ("\"t\n\na;b\n1;'x\n2;y\n", {"delimiter": ";", "quote": "'", "skip_rows": 2}, 4),
        ('a  b\n1   "x y"\n2   "z\n3   w\n', {"delimiter": "whitespace"}, 3),
        ('a,"b\n1,2\n3,4\n', {}, 1),
        ('a,b\r\n1,"\r\n3,4\r\n', {"encoding": "utf-16"}, 2),
    ]:
        content = text.encode(str(options.get("encoding", "utf-8")))
        with pytest.raises(click.ClickException, match=f"line {line}: the quote"):
            flows(tmp_path, content, csv=options, **rules)


@pytest.mark.parametrize(
    "row",
    ['1,a"b,1', '1,"a"b,1', '1,"a "b" c",1', '1,"two\nlines",1', '1,"a""b",1', '1,"",1', '1,5",1'],
)
def test_a_quote_that_closes_is_no_fault(tmp_path: Path, row: str) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(f"account_id,account_name,household_id\n{row}\n2,b,1\n3,c,{row[-1]}")
    outcome = Outcome("accounts", path)
    assert (outcome.values("household_id"), outcome.reasons) == (["1", "1", "1"], [])


def parquet_flows(tmp_path: Path, **columns: pa.Array) -> Outcome:
    count = len(next(iter(columns.values())))
    constants = {key: pa.repeat(value, count) for key, value in FLOW.items()}
    path = tmp_path / "flows.parquet"
    pq.write_table(pa.table({**constants, **columns}), path)
    return Outcome("aum_flows", path)


def test_doubles_are_the_decimals_that_they_stand_for(tmp_path: Path) -> None:
    doubles = [0.1 + 0.2, 1234567890123.45, -1.1 * 3, 1e15, 0.07 * 100, None, float("nan"), 0.005]
    outcome = parquet_flows(tmp_path, amount=pa.array(doubles, from_pandas=False))
    assert outcome.values("amount") == [
        "0.30", "1234567890123.45", "-3.30", "1000000000000000.00", "7.00",
    ]  # fmt: skip
    assert [(row, reason.split(";")[0]) for row, _, _, reason in outcome.reasons] == [
        (6, "is required and empty"),
        (7, "is no number"),
        (8, "has more than 2 decimals"),
    ]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.decimals(min_value=-(10**13) + 1, max_value=10**13 - 1, allow_nan=False, places=2),
        min_size=1,
        max_size=30,
    )
)
def test_amounts_of_fifteen_digits_survive_a_double(tmp_path: Path, amounts: list[Decimal]) -> None:
    doubles = pa.array([float(each) for each in amounts])
    outcome = parquet_flows(tmp_path, amount=doubles)
    assert [Decimal(each) for each in outcome.values("amount")] == amounts


@pytest.mark.parametrize(
    ("column", "values", "data_type", "read"),
    [
        ("amount", [Decimal("9999999999999999.99")], pa.decimal128(18, 2), "9999999999999999.99"),
        ("units", [Decimal("0.00000100")], pa.decimal128(18, 8), "0.000001"),
        ("amount", [2**53], pa.int64(), "9007199254740992.00"),
        ("trade_date", [dt.date(2024, 1, 5)], pa.date32(), "2024-01-05"),
        ("trade_date", [dt.datetime(2024, 1, 5)], pa.timestamp("ns"), "2024-01-05"),
        ("trade_date", [dt.datetime(2024, 1, 5)], pa.timestamp("us"), "2024-01-05"),
        ("trade_date", ["2024-01-05"], pa.dictionary(pa.int8(), pa.string()), "2024-01-05"),
        ("flow_id", [17], pa.int32(), "17"),
        ("flow_id", ['Zoë, "€"\n'], pa.large_string(), 'Zoë, "€"'),
    ],
)
def test_parquet_columns_of_every_type_are_read(
    tmp_path: Path, column: str, values: list[Any], data_type: pa.DataType, read: str
) -> None:
    outcome = parquet_flows(tmp_path, **{column: pa.array(values, data_type)})
    assert outcome.reasons == []
    assert outcome.values(column)[0].removesuffix("\n") == read


def test_the_day_of_an_instant_is_the_day_of_its_zone(tmp_path: Path) -> None:
    midnight = dt.datetime(2024, 1, 4, 23, tzinfo=dt.UTC)
    zoned = pa.array([midnight], pa.timestamp("us", "Europe/Berlin"))
    assert parquet_flows(tmp_path, trade_date=zoned).values("trade_date") == ["2024-01-05"]
    utc = pa.array([midnight], pa.timestamp("ns", "UTC"))
    assert parquet_flows(tmp_path, trade_date=utc).values("trade_date") == ["2024-01-04"]
    late = pa.array([dt.datetime(2024, 1, 5, 18, 30)], pa.timestamp("us"))
    assert parquet_flows(tmp_path, trade_date=late).values("trade_date") == ["2024-01-05"]
    columns = {name: {"from": name} for name in FLOW}
    rules = mapped(tmp_path, columns=columns, timezone="Europe/Berlin")
    parquet_flows(tmp_path, trade_date=utc)
    outcome = Outcome("aum_flows", tmp_path / "flows.parquet", rules)
    assert outcome.values("trade_date") == ["2024-01-05"]


# --------------------------------------------------------------------------------- JSON


@pytest.mark.parametrize("name", ["flows.json", "flows.jsonl", "flows.txt"])
@pytest.mark.parametrize("form", ["array", "lines", "pretty", "joined"])
def test_objects_are_rows_however_json_is_laid_out(tmp_path: Path, name: str, form: str) -> None:
    rows = [
        {**FLOW, "flow_id": "a", "amount": "AMOUNT", "advisor_id": 'Zoë, "€"'},
        {**FLOW, "flow_id": 2, "units": None},
        {**FLOW, "flow_id": "c", "amount": True},
    ]
    text = {
        "array": json.dumps(rows),
        "lines": "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n",
        "pretty": json.dumps(rows, indent=2),
        "joined": "".join(json.dumps(row) for row in rows),
    }[form]
    path = tmp_path / name
    # More digits than a float has: every one of them counts.
    path.write_text("\ufeff" + text.replace('"AMOUNT"', "1234567890123456.78"), encoding="utf-8")
    outcome = Outcome("aum_flows", path)
    assert outcome.values("flow_id") == ["a", "2"]
    assert outcome.values("amount") == ["1234567890123456.78", "1.00"]
    assert outcome.values("advisor_id") == ['Zoë, "€"', None]
    assert outcome.reasons == [(3, "amount", "true", "is no number")]
    assert json.loads(outcome.rejected[0]["row_content"])["flow_id"] == "c"


def test_objects_within_objects_are_columns_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "flows.json"
    path.write_text('[{"id": 7, "fund": {"code": "G", "fees": {"rate": 0.10}}, "tags": ["x"]}]')
    columns = {key: {"constant": value} for key, value in FLOW.items()}
    columns["flow_id"] = {"template": "{id}/{fund.fees.rate}"}
    columns["product_id"] = {"from": "fund.code"}
    outcome = Outcome("aum_flows", path, mapped(tmp_path, columns=columns, ignore="tags"))
    assert (outcome.values("flow_id"), outcome.values("product_id")) == (["7/0.10"], ["G"])


def test_json_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_records, "READ_CHARACTERS", 7)
    monkeypatch.setattr(reading, "BATCH_ROWS", 3)
    path = tmp_path / "flows.json"
    rows = [{**FLOW, "flow_id": f"{i}", "amount": i} for i in range(10)]
    path.write_text(json.dumps(rows, indent=1))
    outcome = Outcome("aum_flows", path)
    assert outcome.values("amount") == [f"{i}.00" for i in range(10)]
    assert outcome.numbers("_row_number") == list(range(1, 11))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"flow_id": 1},\n{"flow_id": 2}', "line 2: the array does not end"),
        ('{"flow_id": 1}\n{"flow_id": }\n', "line 2: Expecting value"),
        ('{"flow_id": 1}\n{"flow_id": "x', "line 2: Unterminated string"),
        ('[{"flow_id": 1}\n{"flow_id": 2}]', "line 2: a comma is missing between two objects"),
        ('[{"flow_id": 1},\n\n7]', "line 3: an object is expected"),
        ('[{"flow_id": 1}]\n{"flow_id": 1}', "line 2: more follows after the array's end"),
        ("[]", "holds no object with a key"),
    ],
)
def test_json_that_cannot_be_read_is_refused_with_its_line(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "flows.json"
    path.write_text(text)
    with pytest.raises(click.ClickException) as raised:
        Outcome("aum_flows", path)
    assert message in raised.value.message
    assert str(path) in raised.value.message


def test_small_decimals_of_parquet_are_exact(tmp_path: Path) -> None:
    path = tmp_path / "fees.parquet"
    rates = pa.array([Decimal("0.00000001"), Decimal("0.00750000")], pa.decimal128(10, 8))
    table = {"product_id": ["a", "b"], "annual_fee_rate": rates, "valid_from": ["2024-01-01"] * 2}
    pq.write_table(pa.table(table), path)
    assert Outcome("fee_schedules", path).values("annual_fee_rate") == ["0.00000001", "0.00750000"]


def test_a_parquet_column_of_lists_is_told_by_a_message(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match="cannot be read as CSV or Parquet"):
        parquet_flows(tmp_path, flow_id=pa.array([{"a": 1}]))


def test_the_documentation_describes_every_key_of_a_mapping() -> None:
    text = (project.root() / "docs" / "loading.md").read_text(encoding="utf-8")
    models = (
        Mapping,
        CsvOptions,
        mappings.ColumnMapping,
        mappings.BySign,
        mappings.Skip,
        mappings.Unpivot,
    )
    for model in models:
        for name, field in model.model_fields.items():
            assert re.search(rf"\b{field.alias or name}\b", text), name
