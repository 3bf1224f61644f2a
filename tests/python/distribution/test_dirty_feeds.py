"""Whatever a user's files hold, everything is built, and what is wrong in them is a finding.

`DIRTY_DRAWS` sets how many draws are built beside the story, `DIRTY_SEED` draws others.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dbt_warehouse import ENGINES, Row, Warehouse, WarehouseMaker
from distribution import dirty_feeds

from dist_perf import project

SEED = int(os.environ.get("DIRTY_SEED", "1"))
DRAWS = int(os.environ.get("DIRTY_DRAWS", "1"))
COMMAND = Path(sys.executable).with_name("dist-perf")
BUILD = (
    "build", "--exclude-resource-types", "unit_test", "--exclude", "path:seeds/sample",
)  # fmt: skip
GOOD = {"pass", "warn", "success", "no-op"}


def flow(  # noqa: PLR0913
    flow_id: str,
    code: str,
    day: str,
    amount: str,
    units: str | None,
    *,
    account: str | None = "S1",
    product: str = "SP1",
    corrects: str | None = None,
    transfer: str | None = None,
) -> Row:
    """Return a row of `aum_flows`."""
    return (
        flow_id, account, "SV1", product, code, date.fromisoformat(day), None,
        Decimal(amount), None if units is None else Decimal(units), corrects, transfer,
    )  # fmt: skip


# Each of these is taken by the loader, and each would be mended by whoever sent it.
STORY: dict[str, list[Row]] = {
    "aum_flows": [
        flow("S001", "purchase", "2024-01-02", "1000.00", "100"),
        # Case 21: a charge of three cents, and one on the way over a month's end.
        flow("S002", "exchange_out", "2024-01-10", "500.00", "50", transfer="SX1"),
        flow("S003", "exchange_in", "2024-01-10", "499.97", "25", product="SP2", transfer="SX1"),
        flow("S042", "purchase", "2024-01-02", "500.00", "50", product="SP8"),
        flow("S004", "transfer_out", "2024-01-30", "100.00", "10", product="SP8", transfer="SX2"),
        flow("S005", "transfer_in", "2024-02-02", "95.00", "9.5",
             account="S2", product="SP8", transfer="SX2"),
        # Three legs; legs of unlike products; more arrives than left; two transfers, one link.
        flow("S006", "purchase", "2024-01-02", "900.00", "90", account="S3"),
        flow("S007", "exchange_out", "2024-02-05", "300.00", "30", account="S3", transfer="SX3"),
        flow("S008", "exchange_in", "2024-02-05", "150.00", "7",
             account="S3", product="SP2", transfer="SX3"),
        flow("S009", "exchange_in", "2024-02-06", "20.00", "2",
             account="S3", product="SP3", transfer="SX3"),
        flow("S010", "transfer_out", "2024-02-07", "50.00", "5", account="S3", transfer="SX4"),
        flow("S011", "transfer_in", "2024-02-07", "80.00", "1",
             account="S4", product="SP2", transfer="SX4"),
        flow("S012", "transfer_out", "2024-02-09", "10.00", "1", account="S3", transfer="SX4"),
        flow("S013", "exchange_in", "2024-02-09", "-40.00", "-4", account="S3"),
        # Money after the last unit is gone, with units of none and with none that are known.
        flow("S014", "purchase", "2024-01-02", "100.00", "10", account="S5"),
        flow("S015", "redemption", "2024-02-12", "101.00", "10", account="S5"),
        flow("S016", "redemption", "2024-03-01", "5.25", "0", account="S5"),
        flow("S017", "distribution", "2024-03-04", "7.00", None, account="S5"),
        flow("S018", "purchase", "2024-01-02", "100.00", "10", account="S6"),
        flow("S019", "redemption", "2024-02-12", "130.00", "10", account="S6"),
        flow("S020", "reinvestment", "2024-03-01", "2.00", None, account="S6"),
        flow("S039", "purchase", "2024-01-02", "10.00", "1", account="S7", product="SP9"),
        flow("S040", "redemption", "2024-01-03", "10.00", "1", account="S7", product="SP9"),
        flow("S041", "redemption", "2024-03-03", "4.00", "0", account="S7", product="SP9"),
        # Signs that contradict each other, redemptions before purchases, nothing at all.
        flow("S021", "purchase", "2024-01-15", "-50.00", "5", account="S3"),
        flow("S022", "redemption", "2024-01-01", "77.00", "7", account="S8"),
        flow("S023", "purchase", "2024-02-01", "70.00", "7", account="S8"),
        flow("S024", "purchase", "2024-02-01", "0.00", "0", account="S8"),
        flow("S025", "purchase", "2024-02-01", "60.00", "-6", account=None),
        # Payments that bounced: of one purchase twice, of none, and of more than was bought.
        flow("S043", "purchase", "2024-02-10", "81.00", "8", account="S4"),
        flow("S044", "purchase", "2024-02-13", "-81.00", "-8", account="S4"),
        flow("S045", "purchase", "2024-02-14", "-81.00", None, account="S4"),
        flow("S046", "purchase", "2024-02-14", "-82.00", "-8", account="S7"),
        flow("S047", "reinvestment", "2024-02-14", "-3.00", "-1", account="S7"),
        # Corrections of what is not there, of themselves, and of each other.
        flow("S026", "correction", "2024-02-20", "-90000.00", "-1", corrects="nowhere"),
        flow("S027", "purchase", "2024-02-20", "9.00", "1", corrects="S027"),
        flow("S028", "correction", "2024-02-20", "8.00", None, corrects="S029"),
        flow("S029", "correction", "2024-02-20", "8.00", "1", corrects="S028"),
        flow("S030", "purchase", "2024-02-21", "-90.00", "9", account="S3", corrects="S006"),
        # Corrections that leave units at a negative cost, beside a sale that is redeemed.
        flow("S048", "purchase", "2024-01-02", "100.00", "10", account="S9"),
        flow("S049", "correction", "2024-01-09", "-150.00", "-5", account="S9", corrects="S048"),
        flow("S050", "purchase", "2024-01-03", "60.00", "6", account="S9"),
        flow("S051", "redemption", "2024-01-20", "50.00", "5", account="S9"),
        # Nobody knows the code, the product, or what a unit is worth.
        flow("S031", "what is this", "2024-02-22", "33.00", "3"),
        flow("S032", "purchase", "2024-02-22", "33.00", "3", product="SP-unknown"),
        flow("S033", "purchase", "2024-02-22", "44.00", "4", product="SP4"),
        flow("S034", "purchase", "2024-02-22", "55.00", "5", product="SP5", account="S-unknown"),
        flow("S035", "purchase", "2024-02-22", "1000000.00", "999999999", product="SP6"),
    ],
    "products": [
        ("SP1", "One"), ("SP2", "Two"), ("SP3", "Three"), ("SP9", "Nine"), ("SP8", "Eight"),
        ("SP4", "Four", *[None] * 6, "CHF"),
        ("SP5", "Five"),
        ("SP6", "Six", *[None] * 6, "JPY"),
    ],
    "product_prices": [
        *(("SP1", date(2024, 1, day), "10") for day in (1, 2, 10)), ("SP1", date(2024, 3, 1), "11"),
        ("SP2", date(2024, 1, 1), "20"), ("SP3", date(2024, 1, 1), "0"),
        ("SP4", date(2024, 1, 1), "9"), ("SP6", date(2024, 1, 1), "1000000"),
        ("SP9", date(2024, 1, 1), "10"), ("SP8", date(2024, 1, 1), "10"),
    ],
    # The product in CHF has no rate, that in JPY one of which no price comes out.
    "exchange_rates": [("JPY", date(2024, 1, 1), "1000000000")],
    "accounts": [(f"S{number}", None, None, "SV1") for number in range(1, 10)],
    "advisors": [("SV1", "An advisor")],
    "wholesalers": [("SW1", "One"), ("SW2", "Two")],
    "territories": [("ST1", "A territory", "nowhere")],
    "advisor_affiliations": [
        ("SV1", "SM1", "ST1", date(2023, 1, 1)),
        ("SV1", "SM1", "ST1", date(2024, 2, 10), date(2024, 2, 1)),
        ("SV1", "SM2", "ST1", date(2024, 2, 20), date(2024, 2, 20)),
    ],
    "territory_assignments": [
        ("ST1", "SW1", date(2023, 1, 1)), ("ST1", "SW2", date(2024, 1, 5), date(2024, 1, 1)),
        ("ST1", "SW2", date(2024, 2, 1), date(2024, 9, 1)), ("ST1", "nobody", date(2024, 3, 1)),
    ],
    "credit_splits": [
        ("advisor", "SV1", None, "SW1", "0.9", date(2024, 1, 1)),
        ("advisor", "SV1", None, "SW2", "0.9", date(2024, 1, 1)),
        ("flow", "S001", None, "nobody", "1", date(2025, 1, 1), date(2024, 1, 1)),
    ],
    "fee_schedules": [
        ("SP1", "0.01", date(2024, 1, 1), date(2024, 12, 31)),
        ("SP1", "0.02", date(2024, 1, 20), date(2024, 2, 1)),
        ("SP2", "1", date(2024, 3, 1), date(2024, 1, 1)),
    ],
    "fee_waivers": [("SF1", "SP1", "S1", "1", date(2024, 1, 1))],
    "fee_agreements": [
        ("SA1", "S3", "SH1", None, "household", "cliff", None, "50", "1", date(2024, 1, 1)),
    ],
    "fee_tiers": [("SA1", "100", "0.5"), ("of nobody", "0", "1")],
    "pay_periods": [
        ("SQ1", date(2024, 1, 1), date(2024, 3, 31), date(2023, 1, 1)),
        ("SQ2", date(2024, 1, 1), date(2024, 2, 28)),
        ("SQ3", date(2024, 6, 30), date(2024, 4, 1), date(2024, 7, 1)),
    ],
    "compensation_plans": [("SC1", None, None, "retained"), ("SC2", None, None, "gross")],
    "compensation_plan_assignments": [
        ("SW1", "SC1", date(2023, 1, 1)), ("SW1", "of nobody", date(2023, 1, 1)),
        ("SW2", "SC2", date(2024, 3, 1), date(2024, 1, 1)),
    ],
    "distribution_expenses": [("SE1", date(2024, 2, 1), "what", "nobody", "-5.00")],
    "wholesaler_compensation": [
        ("SP1", "nobody", "base", date(2024, 2, 28), date(2024, 2, 1), "100.00"),
    ],
    "actual_revenue": [
        ("SR1", "S1", "SP1", date(2024, 1, 20), date(2024, 1, 1), None, "-3.00"),
        ("SR2", None, "SP-unknown", date(2024, 1, 1), date(2024, 3, 31), None, "3.00"),
    ],
    "account_renewals": [("S1", date(2020, 1, 1)), ("S-unknown", date(2024, 2, 1))],
    "advisor_universe": [
        ("ST1", 0, date(2024, 1, 1)), ("ST1", 5, date(2024, 3, 1), date(2024, 2, 1)),
    ],
    "market_sales": [("ST1", date(2024, 2, 1), "0"), ("nowhere", date(2024, 2, 9), "1.00")],
}  # fmt: skip


@dataclass
class Built:
    """A warehouse of dirty feeds, and what dbt and `warehouse_health` say of its build."""

    warehouse: Warehouse
    results: list[dict[str, Any]]
    printed: str
    health: dict[str, dict[str, Any]]


def build(warehouse: Warehouse, draws: list[dict[str, list[Row]]]) -> Built:
    """Load rows, build everything and record what came of it."""
    warehouse.create_feeds()
    for drawn in draws:
        for feed, rows in drawn.items():
            if rows:
                warehouse.deliver(feed, rows)
    with warehouse.start_dbt("--quiet", *BUILD, feed_schema="raw") as running:
        printed, _ = running.communicate()
    results = json.loads((warehouse.directory / "target" / "run_results.json").read_bytes())
    subprocess.run(
        [COMMAND, "health", "record"],
        cwd=project.root(),
        env={
            **os.environ,
            **warehouse.environment,
            "DIST_PERF_SCHEMA_PREFIX": "",
            "DBT_TARGET_PATH": str(warehouse.directory / "target"),
        },
        check=True,
        capture_output=True,
    )
    columns, rows = warehouse.fetch("select * from common.warehouse_health where kind = 'test'")
    checks = [dict(zip(columns, row, strict=True)) for row in rows]
    return Built(
        warehouse, results["results"], printed, {each["check_name"]: each for each in checks}
    )


@pytest.fixture(scope="module")
def made(make_warehouse: WarehouseMaker) -> Iterator[dict[str, list[Built]]]:
    """On every engine the story, and on DuckDB draws too."""
    rng = random.Random(SEED)  # noqa: S311
    drawn = [dirty_feeds.draw(rng) for _ in range(DRAWS)]
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        wanted = [(engine, [STORY]) for engine in ENGINES]
        wanted += [("duckdb", [each]) for each in drawn]
        warehouses = [stack.enter_context(make_warehouse(engine)) for engine, _ in wanted]
        built = list(pool.map(build, warehouses, [draws for _, draws in wanted]))
        yield {"postgres": built[:1], "duckdb": built[1:]}


@pytest.fixture(params=ENGINES)
def story(made: dict[str, list[Built]], request: pytest.FixtureRequest) -> Built:
    return made[request.param][0]


@pytest.mark.parametrize("engine", ENGINES)
def test_everything_is_built_and_nothing_fails(made: dict[str, list[Built]], engine: str) -> None:
    for built in made[engine]:
        wrong = [
            f"{each['unique_id']}: {each['status']} {each['message']}"
            for each in built.results
            if each["status"] not in GOOD
        ]
        assert not wrong, "\n".join(wrong)
        assert Counter(each["status"] for each in built.results)["warn"] > 0
        assert "Traceback" not in built.printed


@pytest.mark.parametrize(
    ("check", "named"),
    [
        ("assert_linked_legs_agree", "SX3"),
        ("assert_money_comes_with_units", "S016"),
        ("assert_aum_is_explained", "SP9"),
        ("assert_flows_find_their_members", "S032"),
        ("assert_orphan_corrections_stay_small", ""),
        ("assert_splits_sum_to_one_at_most", "SV1"),
        ("assert_coverage_periods_do_not_overlap", "territory ST1, external"),
        ("assert_periods_end_after_they_begin", "SQ3"),
        ("assert_agreements_can_be_billed", "SA1"),
        ("assert_plans_can_be_paid", "SC1"),
        ("assert_prices_are_known", "SP4"),
        ("assert_reversals_mirror_a_flow", "S045"),
    ],
)
def test_what_is_wrong_is_a_finding(story: Built, check: str, named: str) -> None:
    row = story.health[check]
    assert (row["status"], row["is_failing"], row["severity"]) == ("warn", False, "warn")
    kept = story.warehouse.query(f"select * from {row['failing_rows_relation']}")
    assert len(kept) == row["failing_row_count"]
    assert any(named in str(value) for each in kept for value in each), kept


def test_a_charge_between_linked_legs_is_a_line(story: Built) -> None:
    lines = story.warehouse.query(
        """
        select account_id, product_id, aum_month, exchanges_amount, transfers_amount,
            transfer_charges_amount, residual_amount
        from dist_perf_dw.aum_rollforward_monthly
        where transfer_charges_amount <> 0
            and (account_id, product_id) in (('S1', 'SP1'), ('in_transit', 'SP8'))
        order by aum_month
        """
    )
    assert lines == [
        (
            "S1", "SP1", date(2024, 1, 1), Decimal("-499.97"), Decimal("0.00"),
            Decimal("-0.03"), Decimal("0.00"),
        ),
        (
            "in_transit", "SP8", date(2024, 2, 1), Decimal("0.00"), Decimal("-95.00"),
            Decimal("-5.00"), Decimal("0.00"),
        ),
    ]  # fmt: skip


def test_what_is_known_is_right_beside_what_is_not(story: Built) -> None:
    ((closing,),) = story.warehouse.query(
        """
        select closing_aum_amount from dist_perf_dw.aum_rollforward_monthly
        where account_id = 'S1' and product_id = 'SP2' and aum_month = date '2024-03-01'
        """
    )
    assert closing == Decimal("500.00")
