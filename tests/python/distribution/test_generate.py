"""The generator: reproducible, within the contract, believable, with every hard case."""

from __future__ import annotations

import datetime as dt
import filecmp
from pathlib import Path

import click
import duckdb
import pytest
from click.testing import CliRunner

from dist_perf import feeds, project
from dist_perf.cli.generate import generate
from dist_perf.generate import write_sample
from dist_perf.generate.distribution import GENERATOR, Settings
from dist_perf.generate.distribution.command import write_feeds

SAMPLE = project.root() / "seeds" / "sample"
SMALL = Settings(flows=3_000, seed=7)


@pytest.fixture(scope="module")
def sample() -> duckdb.DuckDBPyConnection:
    """The committed sample as tables named like the feeds, of the contracts' types."""
    connection = duckdb.connect()
    for feed in feeds.all_feeds().values():
        types = {column.name: column.data_type for column in feed.columns}
        path = feed.sample_path
        connection.execute(f"create table {feed.name} as from read_csv('{path}', types={types})")
    connection.execute(
        """
        create view flows as
        select
            aum_flows.*,
            coalesce(flow_class, transaction_type_id) as flow_class,
            coalesce(booked_date, trade_date) as known_date,
            amount * coalesce(amount_sign, 1) as class_amount,
            units * coalesce(amount_sign, 1) as class_units
        from aum_flows left join transaction_types using (transaction_type_id)
        """
    )
    return connection


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Count the rows of a query."""
    row = connection.execute(f"select count(*) from ({query})").fetchone()
    assert row
    return int(row[0])


def generated(directory: Path, file_format: str, settings: Settings = SMALL) -> Path:
    write_feeds(settings, directory, file_format)
    return directory


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_same_seed_gives_the_same_bytes(tmp_path: Path, file_format: str) -> None:
    first = generated(tmp_path / "first", file_format)
    second = generated(tmp_path / "second", file_format)
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(f"{name}.{file_format}" for name in feeds.all_feeds())
    assert filecmp.cmpfiles(first, second, names, shallow=False) == (names, [], [])


def test_another_seed_gives_other_flows(tmp_path: Path) -> None:
    first = generated(tmp_path / "first", "csv")
    second = generated(tmp_path / "second", "csv", Settings(flows=3_000, seed=8))
    assert (first / "aum_flows.csv").read_bytes() != (second / "aum_flows.csv").read_bytes()


def test_csv_and_parquet_hold_equal_rows(tmp_path: Path) -> None:
    generated(tmp_path, "csv")
    generated(tmp_path, "parquet")
    for feed in feeds.all_feeds().values():
        types = {column.name: column.data_type for column in feed.columns}
        text = f"from read_csv('{tmp_path / feed.name}.csv', types={types})"
        binary = f"from '{tmp_path / feed.name}.parquet'"
        assert count(duckdb.connect(), f"{text} except all {binary}") == 0, feed.name
        assert count(duckdb.connect(), f"{binary} except all {text}") == 0, feed.name


@pytest.mark.parametrize("flows", [1_000, 12_345, 400_001])
def test_exactly_as_many_flows_as_asked_for_with_keys_across_blocks(
    tmp_path: Path, flows: int
) -> None:
    generated(tmp_path, "parquet", Settings(flows, seed=3))
    connection = duckdb.connect()
    for feed in feeds.all_feeds().values():
        connection.execute(f"create table {feed.name} as from '{tmp_path / feed.name}.parquet'")
        key = ", ".join(feed.key)
        repeated = f"from {feed.name} select {key} group by {key} having count(*) > 1"
        assert count(connection, repeated) == 0, feed.name
    assert count(connection, "from aum_flows") == flows
    assert count(connection, "from aum_flows anti join accounts using (account_id)") == 0
    assert count(connection, "from actual_revenue anti join accounts using (account_id)") == 0
    orphans = """
        from aum_flows anti join aum_flows as original
            on original.flow_id = aum_flows.corrects_flow_id
        where corrects_flow_id is not null and corrects_flow_id not like 'L%'
    """
    assert count(connection, orphans) == 0


def test_a_year_is_the_shortest_period(tmp_path: Path) -> None:
    year = Settings(1_000, seed=1, start=dt.date(2023, 7, 1), end=dt.date(2024, 6, 30))
    path = generated(tmp_path, "parquet", year) / "aum_flows.parquet"
    outside = "trade_date not between date '2023-07-01' and date '2024-06-30'"
    assert count(duckdb.connect(), f"from '{path}' where {outside}") == 0
    with pytest.raises(click.ClickException, match="less than 365 days"):
        Settings(1_000, seed=1, start=dt.date(2023, 7, 1), end=dt.date(2024, 6, 1))


def files_below(directory: Path) -> list[str]:
    return sorted(str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file())


def test_the_committed_sample_is_what_the_command_writes(tmp_path: Path) -> None:
    write_sample(GENERATOR, tmp_path)
    names = files_below(tmp_path)
    assert names == files_below(SAMPLE)
    assert filecmp.cmpfiles(tmp_path, SAMPLE, names, shallow=False) == (names, [], [])


def test_the_sample_keeps_the_contract(sample: duckdb.DuckDBPyConnection) -> None:
    for feed in feeds.all_feeds().values():
        loader = ("_loaded_at", "_batch_id", "_source_file", "_row_number")
        described = sample.execute(f"describe {feed.name}").fetchall()
        assert tuple(row[0] for row in described) == feed.column_names + loader
        for column in feed.columns:
            bad = [f"{column.name} is null"] if column.required else []
            if column.accepted_values:
                bad.append(f"{column.name} not in {column.accepted_values}")
            if column.minimum is not None:
                bad.append(f"{column.name} < {column.minimum}")
            if column.maximum is not None:
                bad.append(f"{column.name} > {column.maximum}")
            for condition in bad:
                assert count(sample, f"from {feed.name} where {condition}") == 0, condition


@pytest.mark.parametrize(
    ("feed", "column", "parent"),
    [
        ("accounts", "advisor_id", "advisors"),
        ("advisor_affiliations", "advisor_id", "advisors"),
        ("advisor_affiliations", "firm_id", "firms"),
        ("advisor_affiliations", "territory_id", "territories"),
        ("firms", "firm_type_id", "firm_types"),
        ("firms", "channel_id", "channels"),
        ("territories", "region_id", "regions"),
        ("territory_assignments", "territory_id", "territories"),
        ("territory_assignments", "wholesaler_id", "wholesalers"),
        ("products", "asset_class_id", "asset_classes"),
        ("products", "vehicle_type_id", "vehicle_types"),
        ("product_prices", "product_id", "products"),
        ("fee_schedules", "product_id", "products"),
        ("fee_waivers", "product_id", "products"),
        ("fee_waivers", "account_id", "accounts"),
        ("fee_agreements", "account_id", "accounts"),
        ("fee_agreements", "household_id", "accounts"),
        ("fee_tiers", "agreement_id", "fee_agreements"),
        ("actual_revenue", "account_id", "accounts"),
        ("actual_revenue", "product_id", "products"),
        ("aum_flows", "account_id", "accounts"),
        ("expense_types", "expense_category_id", "expense_categories"),
        ("distribution_expenses", "expense_type_id", "expense_types"),
        ("distribution_expenses", "wholesaler_id", "wholesalers"),
        ("wholesaler_compensation", "wholesaler_id", "wholesalers"),
    ],
)
def test_references_hold(
    sample: duckdb.DuckDBPyConnection, feed: str, column: str, parent: str
) -> None:
    missing = f"from {feed} anti join {parent} using ({column}) where {feed}.{column} is not null"
    assert count(sample, missing) == 0


@pytest.mark.parametrize(
    ("table", "subject"),
    [
        ("advisor_affiliations", "advisor_id"),
        ("territory_assignments", "territory_id, role"),
        ("fee_schedules", "product_id"),
    ],
)
def test_dated_tables_do_not_overlap(
    sample: duckdb.DuckDBPyConnection, table: str, subject: str
) -> None:
    following = f"lead(valid_from) over (partition by {subject} order by valid_from)"
    tellings = f"partition by {subject}, valid_from order by booked_date desc nulls last"
    latest = f"(from {table} qualify row_number() over ({tellings}) = 1)"
    overlapping = f"""
        from (select *, {following} as next_from from {latest})
        where valid_to <= valid_from or next_from < coalesce(valid_to, date '9999-12-31')
    """
    assert count(sample, overlapping) == 0


@pytest.mark.parametrize("date", ["trade_date", "booked_date"])
def test_nothing_is_traded_or_booked_on_a_weekend_or_market_holiday(
    sample: duckdb.DuckDBPyConnection, date: str
) -> None:
    holidays = "date '2023-04-07', date '2024-07-04', date '2024-12-25', date '2025-01-09'"
    closed = f"isodow({date}) > 5 or {date} in ({holidays})"
    assert count(sample, f"from flows where {closed}") == 0
    assert count(sample, "from flows where booked_date < trade_date") == 0
    priced = "product_prices on price_date = trade_date"
    unpriced = f"from flows anti join {priced} and product_prices.product_id = flows.product_id"
    assert count(sample, f"{unpriced} where product_id not like 'P9%'") == 0


def test_units_are_the_amount_over_the_price(sample: duckdb.DuckDBPyConnection) -> None:
    # A transfer in arrives at its sender's value; a reversal has the units of what it reverses.
    off = """
        from flows inner join product_prices
            on product_prices.product_id = flows.product_id and price_date = trade_date
        inner join products on products.product_id = flows.product_id
        left join exchange_rates
            on exchange_rates.currency_code = products.currency_code and rate_date = trade_date
        where
            abs(units - amount / (price * coalesce(rate, 1)::double))
            > 0.01 / price + 0.000001 + abs(units) * 0.000001 / price
            and flow_class not in ('distribution', 'transfer_in')
            and corrects_flow_id is null
    """
    assert count(sample, off) == 0
    assert count(sample, "from flows where sign(units) * sign(amount) < 0") == 0


@pytest.mark.parametrize("kind", ["exchange", "transfer", "conversion", "merger"])
def test_pairs_of_legs_balance(sample: duckdb.DuckDBPyConnection, kind: str) -> None:
    assert count(sample, f"from flows where flow_class = '{kind}_in'") > 1
    sides = [
        f"select amount from flows where flow_class = '{kind}_{side}'" for side in ("in", "out")
    ]
    # Only accounts transfer from and to outside; a block of this size has each case three times.
    alone = 3 if kind == "transfer" else 0
    assert count(sample, f"{sides[0]} except all {sides[1]}") == alone
    assert count(sample, f"{sides[1]} except all {sides[0]}") == alone


def test_only_hard_cases_redeem_more_than_was_bought(sample: duckdb.DuckDBPyConnection) -> None:
    # Accounts of ordinary business have many flows, those of hard cases a handful.
    over_redeemed = """
        from (
            select
                *,
                sum(
                    case
                        when flow_class = 'distribution' then 0
                        when flow_class like '%_out' then -class_units
                        when flow_class in ('redemption', 'fee_deduction', 'seed_redemption')
                            then -class_units
                        else class_units
                    end
                ) over (
                    partition by account_id, product_id order by trade_date
                ) as held,
                count(*) over (partition by account_id) as account_flows
            from flows
        )
        where held < 0
    """
    assert count(sample, over_redeemed) > 0
    assert count(sample, f"{over_redeemed} and account_flows > 4") == 0


HARD_CASES = {
    "a cancel booked in the month after its trade": """
        from flows as cancel inner join flows as original
            on original.flow_id = cancel.corrects_flow_id
        where cancel.class_amount = -original.class_amount
            and cancel.trade_date = original.trade_date
            and month(cancel.known_date) != month(original.known_date)
    """,
    "a rebook by the code of corrections": """
        from flows as rebook inner join flows as original
            on original.flow_id = rebook.corrects_flow_id
        where rebook.flow_class = 'correction' and rebook.amount = original.amount * 0.98
    """,
    "a cancel whose original is in no feed": """
        from flows anti join aum_flows as original
            on original.flow_id = flows.corrects_flow_id
        where corrects_flow_id is not null
    """,
    "a redemption before a purchase": """
        from flows as sold inner join flows as bought
            on bought.account_id = sold.account_id and bought.product_id = sold.product_id
        where sold.flow_class = 'redemption' and bought.flow_class = 'purchase'
            and bought.trade_date > sold.trade_date and sold.amount * 6 = bought.amount * 5
    """,
    "a redemption of what was never bought": """
        from flows anti join (from flows where flow_class != 'redemption') as others
            on others.account_id = flows.account_id and others.product_id = flows.product_id
    """,
    "a purchase and redemption of one day": """
        from flows as sold inner join flows as bought
            on bought.account_id = sold.account_id and bought.product_id = sold.product_id
        where sold.flow_class = 'redemption' and bought.flow_class = 'purchase'
            and bought.trade_date = sold.trade_date and sold.flow_id < bought.flow_id
            and bought.amount = 5 * sold.amount
    """,
    "an exchange within the house": """
        from flows as gone inner join flows as came using (account_id, trade_date, amount)
        where gone.flow_class = 'exchange_out' and came.flow_class = 'exchange_in'
            and gone.product_id != came.product_id
    """,
    "a conversion within a product group": """
        from flows as gone inner join flows as came using (account_id, trade_date, amount)
        inner join products as old on old.product_id = gone.product_id
        inner join products as new on new.product_id = came.product_id
        where gone.flow_class = 'conversion_out' and came.flow_class = 'conversion_in'
            and old.product_group = new.product_group and old.share_class != new.share_class
    """,
    "a reinvested dividend": "from flows where flow_class = 'reinvestment'",
    "a transfer across a month end": """
        from flows as gone inner join flows as came using (product_id, amount, units)
        where gone.flow_class = 'transfer_out' and came.flow_class = 'transfer_in'
            and gone.account_id != came.account_id
            and month(gone.trade_date) != month(came.trade_date)
    """,
    "legs that the source links": """
        from flows as gone inner join flows as came using (transfer_id, amount)
        where gone.flow_class = 'transfer_out' and came.flow_class = 'transfer_in'
    """,
    "legs that no source links": """
        from flows where flow_class = 'exchange_out' and transfer_id is null
    """,
    "a switch decided by the home office for many advisors": """
        select trade_date from flows
        where flow_class = 'exchange_out' and discretion = 'home_office'
        group by trade_date having count(distinct advisor_id) > 5
    """,
    "an advisor who changes firm": """
        select advisor_id from advisor_affiliations
        group by advisor_id having count(distinct firm_id) > 1
    """,
    "an advisor without affiliation for some time, who still sells": """
        from flows semi join advisors using (advisor_id)
        anti join advisor_affiliations
            on advisor_affiliations.advisor_id = flows.advisor_id
            and trade_date >= valid_from and trade_date < coalesce(valid_to, date '9999-12-31')
    """,
    "two advisors of one name at one firm": """
        select advisor_name, firm_id
        from advisors inner join advisor_affiliations using (advisor_id)
        group by advisor_name, firm_id having count(distinct advisor_id) > 1
    """,
    "a territory realigned on 1 July": """
        from territory_assignments where month(valid_from) = 7 and day(valid_from) = 1
    """,
    "a territory without wholesaler for some weeks": """
        from (
            select *, lead(valid_from) over (
                partition by territory_id order by valid_from
            ) as next_from
            from territory_assignments where role is null
        )
        where next_from > valid_to
    """,
    "a realignment booked after the quarter was locked": """
        from territory_assignments inner join pay_periods
            on valid_from between period_start_date and period_end_date
        where booked_date > locked_date
    """,
    "an advisor whose move is booked late": """
        from advisor_affiliations where booked_date > valid_from
    """,
    "a hybrid who fills in for an external": """
        from territory_assignments as hybrid inner join territory_assignments as external
            on external.territory_id = hybrid.territory_id
            and external.valid_to = hybrid.valid_from
        where hybrid.role = 'hybrid' and external.role is null
    """,
    "a split that changes on 15 May": """
        from credit_splits as old inner join credit_splits as new
            using (scope, scope_id, role, wholesaler_id)
        where old.valid_to = new.valid_from and old.split_rate = 0.6 and new.split_rate = 0.5
            and strftime(new.valid_from, '%m-%d') = '05-15'
    """,
    "a split that leaves a tenth unallocated": """
        select scope_id from credit_splits
        group by scope, scope_id, role, valid_from having sum(split_rate) = 0.9
    """,
    "a sale split by three": """
        select flow_id from flows inner join credit_splits on scope_id = flow_id
        where scope = 'flow' and flow_class = 'purchase' and flows.advisor_id is not null
        group by flow_id having count(*) = 3
    """,
    "a pooled trade resolved to another account later": """
        from flows as resolved
        inner join flows as pooled on pooled.flow_id = resolved.corrects_flow_id
        inner join accounts on accounts.account_id = pooled.account_id
        where account_type in ('omnibus', 'house') and resolved.amount = pooled.amount * 0.6
            and resolved.account_id != pooled.account_id and resolved.advisor_id is not null
    """,
    "a switch of many model accounts on one day": """
        select trade_date from flows where transaction_type_id = 'MXO'
        group by trade_date having count(distinct account_id) > 5
    """,
    "a fee waiver that starts inside a month": """
        from fee_schedules as waived inner join fee_schedules as usual
            on usual.product_id = waived.product_id and usual.valid_to = waived.valid_from
        where day(waived.valid_from) = 16 and waived.annual_fee_rate < usual.annual_fee_rate
    """,
    "a trade known weeks late": "from flows where known_date > trade_date + 14",
    "a trade without booked date": "from flows where booked_date is null",
    "a purchase reversed after its payment bounced": """
        from flows as bounced inner join flows as original
            on original.flow_id = bounced.corrects_flow_id
        where bounced.flow_class = 'purchase' and bounced.class_amount = -original.class_amount
            and bounced.trade_date > original.trade_date
    """,
    "a reversal reported as a positive amount": """
        from flows where amount > 0 and class_amount < 0
    """,
    "a cancel of a cancel": """
        from flows as restored
        inner join flows as cancel on cancel.flow_id = restored.corrects_flow_id
        inner join flows as original on original.flow_id = cancel.corrects_flow_id
    """,
    "a cancelled redemption": """
        from flows where flow_class = 'redemption' and class_amount < 0
    """,
    "an advisor of no feed": """
        from flows anti join advisors using (advisor_id) where flows.advisor_id is not null
    """,
    "no advisor on a private account": """
        from flows inner join accounts using (account_id)
        where flows.advisor_id is null and account_type = 'retail'
    """,
    "a product of no feed": "from flows anti join products using (product_id)",
    "an adjustment downwards": "from flows where flow_class = 'adjustment' and amount < 0",
    "an account that reports amounts only": """
        select account_id from flows where flow_class = 'purchase'
        group by account_id having count(units) = 0 and count(*) > 5
    """,
    "a flow class in place of a code": """
        from flows where transaction_type_id = 'purchase'
    """,
    "seed capital at a launch": """
        from flows inner join products using (product_id)
        where flow_class = 'seed_purchase' and trade_date = launch_date
    """,
    "a book of business taken over": "from flows where flow_class = 'acquisition'",
    "an invoice weeks after its month": """
        from actual_revenue where booked_date > period_end_date + 14
    """,
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_the_sample_has(sample: duckdb.DuckDBPyConnection, case: str) -> None:
    assert count(sample, HARD_CASES[case]) > 0


def test_every_transaction_code_occurs(sample: duckdb.DuckDBPyConnection) -> None:
    unused = "from transaction_types anti join flows using (transaction_type_id)"
    assert count(sample, unused) == 0
    assert count(sample, "select distinct flow_class from transaction_types") == 18


def test_the_latest_month_has_no_actual_revenue(sample: duckdb.DuckDBPyConnection) -> None:
    assert count(sample, "from actual_revenue") > 500
    assert count(sample, "from actual_revenue where period_end_date >= date '2025-06-01'") == 0


def test_purchases_outweigh_and_grow(sample: duckdb.DuckDBPyConnection) -> None:
    purchases = "from flows where flow_class = 'purchase'"
    assert count(sample, purchases) > 1.2 * count(
        sample, "from flows where flow_class = 'redemption'"
    )
    by_year = [count(sample, f"{purchases} and year(trade_date) = {y}") for y in (2023, 2024)]
    assert by_year[1] > by_year[0]


def test_the_command_says_what_it_wrote(tmp_path: Path) -> None:
    out = tmp_path / "new" / "feeds"
    done = CliRunner().invoke(generate, ["--flows", "1000", "--out", str(out)])
    assert done.exit_code == 0
    assert done.stdout == f"Wrote 1,000 flows and all other feeds to {out}.\n"
    assert done.stderr == ""
    assert not list(out.glob("*.part"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--flows", "10", "--out", "."], "`--flows` is 10: fewer than 1000"),
        (["--flows", "-5", "--out", "."], "`--flows` is -5: fewer than 1000"),
        (["--flows", "many", "--out", "."], "'many' is not a valid integer"),
        (["--flows", "1000", "--out", ".", "--seed", "-1"], "`--seed` is -1"),
        (["--flows", "1000"], "give `--flows` and `--out`"),
        (["--flows", "1000", "--out", ".", "--format", "xml"], "'xml' is not one of"),
        (["--flows", "1000", "--out", ".", "--start", "1.1.2023"], "does not match the format"),
    ],
)
def test_a_bad_option_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(generate, arguments)
    assert refused.exit_code != 0
    assert message in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_directory_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    refused = CliRunner().invoke(generate, ["--flows", "1000", "--out", str(in_the_way / "out")])
    assert refused.exit_code == 1
    assert f"cannot write to `{in_the_way / 'out'}`" in refused.stderr
    assert "give `--out` a directory" in refused.stderr


def test_a_failed_run_leaves_no_feed_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("dist_perf.generate.tables.FeedWriter.write", run_full)
    with pytest.raises(click.ClickException, match="No space left on device"):
        generated(tmp_path, "csv")
    assert not list(tmp_path.iterdir())
