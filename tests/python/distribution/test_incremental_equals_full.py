"""However flows arrive, a run that goes on from the last one gives what a full one gives.

`DIST_PERF_HISTORIES` sets how many histories are cut up, `DIST_PERF_HISTORY_SEED` draws others
than the usual ones.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Relation, Warehouse, WarehouseMaker, differences
from distribution import flow_histories
from distribution.flow_histories import AGES, AS_OF, CODES, FIRST_DAY, PRICES
from distribution.lot_oracle import Flow

pytestmark = [pytest.mark.soak, pytest.mark.long]

HISTORIES = int(os.environ.get("DIST_PERF_HISTORIES", "200"))
SEED = os.environ.get("DIST_PERF_HISTORY_SEED")
MODELS = (
    "fact_aum_flows",
    "fact_retention_snapshots",
    "retention_curves",
    "unmatched_redemptions",
    "net_retained_aum",
    "hot_money",
    "aum_rollforward_monthly",
    "net_flows_monthly",
    "flow_restatements_monthly",
    "fact_revenue",
    "revenue_contribution",
    "sales_credit_monthly",
    "incentive_pay",
)
# What is built anew is built in parts of so many rows.
ROWS_AT_A_TIME = 300
# What they remember of earlier runs.
MEMORIES = {
    "int_flow_changes_logged",
    "int_holdings_changed",
    "int_revenue_term_changes_logged",
    "int_revenue_months_changed",
    "int_credit_term_changes_logged",
    "int_credit_flows_changed",
}

Row = tuple[Any, ...]

# Advisors, of whom each history has one: the first four work where things change.
ADVISORS = tuple(f"AD{number}" for number in range(20))
PLACES = (0, 1, 2, 2, *[3] * 16)
# What is told of members, prices and fees at first.
FIRST: dict[str, list[Row]] = {
    "advisors": [(advisor, advisor) for advisor in ADVISORS if advisor != "AD3"],
    "wholesalers": [("W0", "W0")],
    "channels": [("C0", "C0"), ("C1", "C1")],
    "regions": [("R0", "R0"), ("R1", "R1")],
    "firms": [(f"F{number}", f"F{number}", None, f"C{number}") for number in range(4)],
    "territories": [(f"T{number}", f"T{number}", f"R{number}") for number in range(4)],
    "advisor_affiliations": [
        (advisor, f"F{place}", f"T{place}", FIRST_DAY)
        for advisor, place in zip(ADVISORS, PLACES, strict=True)
    ],
    "territory_assignments": [("T0", "W0", FIRST_DAY), ("T1", "W1", FIRST_DAY)],
    "product_prices": [("PA", date(2024, 6, 3), "12.75")],
    "fee_schedules": [("PA", "0.0075", FIRST_DAY), ("PB", "0.005", FIRST_DAY)],
    "fee_agreements": [
        ("AG0", None, "H0", None, "household", "marginal", None, "12", None, FIRST_DAY)
    ],
    "fee_tiers": [("AG0", "0", "0.01")],
    "pay_periods": [
        ("Q1", FIRST_DAY, date(2024, 3, 31), date(2024, 4, 15)),
        ("Q2", date(2024, 4, 1), date(2024, 6, 30)),
    ],
    "exchange_rates": [("EUR", FIRST_DAY, "1.1"), ("EUR", date(2024, 6, 20), "1.08")],
    "compensation_plans": [
        ("GROSS", "GROSS", None, "gross", None, None, 90),
        ("KEPT", "KEPT", "external", "retained", "marginal", 30, 90),
    ],
    "compensation_plan_tiers": [("GROSS", "0", "0.001"), ("KEPT", "0", "0.002")],
    "compensation_plan_assignments": [("W0", "GROSS", FIRST_DAY), ("W1", "KEPT", FIRST_DAY)],
    # It ends between two as-of dates.
    "credit_splits": [("advisor", "AD5", None, "W0", "0.6", FIRST_DAY, date(2024, 9, 1))],
}
# What becomes known or another one later; a row takes the place of one of the same key.
CHANGES: list[tuple[str, Row]] = [
    ("advisors", ("AD3", "AD3")),
    ("wholesalers", ("W1", "W1")),
    ("channels", ("C2", "C2")),
    ("regions", ("R2", "R2")),
    ("firms", ("F0", "F0", None, "C1")),
    ("territories", ("T0", "T0", "R1")),
    ("advisor_affiliations", ("AD1", "F0", "T2", date(2024, 5, 1))),
    ("territory_assignments", ("T2", "W0", date(2024, 4, 1))),
    ("transaction_types", ("ADJ", "ADJ", "purchase", 1)),
    ("transaction_types", ("a code that no taxonomy knows", "", "distribution", 1)),
    ("products", ("PB", "PB", None, "group of PA")),
    ("product_prices", ("PA", date(2024, 5, 2), "13.25")),
    ("product_prices", ("PB", FIRST_DAY, "0.3")),
    ("product_prices", ("PC", date(2024, 3, 1), "7")),
    ("fee_schedules", ("PA", "0.007", date(2024, 7, 1), None, date(2024, 8, 5))),
    ("fee_schedules", ("PC", "0.01", date(2024, 2, 1))),
    ("fee_waivers", ("FW0", "PB", None, "0.001", date(2024, 5, 1), date(2024, 6, 1))),
    ("fee_tiers", ("AG0", "100", "0.005")),
    ("exchange_rates", ("EUR", date(2024, 5, 15), "1.05")),
    ("compensation_plans", ("KEPT", "KEPT", "external", "retained", "marginal", 60, 90)),
    ("compensation_plan_assignments", ("W1", "GROSS", date(2024, 4, 1))),
    ("pay_periods", ("Q2", date(2024, 4, 1), date(2024, 6, 30), date(2024, 7, 15))),
    ("credit_splits", ("territory", "T0", "internal", "W1", "0.5", date(2024, 5, 1))),
    ("credit_splits", ("advisor", "AD6", None, "W0", "0.4", date(2024, 3, 1))),
]
# Who covers whom changes again when no price, fee or day does, which would reach all revenue.
LAST_CHANGES: list[tuple[str, Row]] = [
    ("advisor_affiliations", (advisor, "F0", "T0", date(2024, 6, 15))) for advisor in ADVISORS[4:10]
]


@dataclass(frozen=True)
class Delivery:
    """What arrives between two runs, and the settings of the run that follows.

    Before the run that `forgets`, what runs remember of earlier ones is lost.
    """

    flows: list[Flow]
    withdrawn: list[str]
    others: list[tuple[str, Row]]
    as_of: date
    ages: tuple[int, ...] = AGES
    forgets: bool = False


def deliveries(flows: list[Flow], rng: random.Random) -> list[Delivery]:
    """Cut flows into batches in random order, with resent, changed and withdrawn rows.

    Members become known after their flows, others change, and the as-of date may move back.
    """
    as_of_dates = [AS_OF - timedelta(60), AS_OF - timedelta(20), AS_OF - timedelta(45), AS_OF]
    count = len(as_of_dates)
    batches: list[list[Flow]] = [[] for _ in range(count)]
    withdrawn: list[list[str]] = [[] for _ in range(count)]
    others: list[list[tuple[str, Row]]] = [[] for _ in range(count)]
    accounts = sorted({flow.account_id for flow in flows if flow.account_id})
    for flow in flows:
        first = rng.choices(range(count), [6, 1, 1, 1])[0]
        batches[first].append(flow)
        later = rng.randrange(first, count)
        if later == first:
            continue
        fate = rng.random()
        if fate < 0.1:
            batches[later].append(flow)
        elif fate < 0.15:
            batches[later].append(replace(flow, amount=flow.amount * 2))
        elif fate < 0.2:
            batches[later].append(replace(flow, account_id=rng.choice(accounts)))
        elif fate < 0.25:
            batches[later].append(replace(flow, trade_date=flow.trade_date - timedelta(9)))
        elif fate < 0.3:
            withdrawn[later].append(flow.flow_id)
    accounts = [account for account in accounts if account.strip()]
    tell_members(accounts, others, rng)
    book_fees(accounts, others, withdrawn, rng)
    split = ("flow", flows[0].flow_id, None, "W0", "0.5", FIRST_DAY)
    others[rng.randrange(1, count)].append(("credit_splits", split))
    made = []
    for number, as_of in enumerate(as_of_dates):
        rng.shuffle(batches[number])
        made.append(Delivery(batches[number], withdrawn[number], others[number], as_of))
    # Then nothing changes but who covers whom, and a setting that revenue does not hang on. At
    # last flows go, and nothing remembers where they were.
    ages = (*AGES, 45)
    gone = [flow.flow_id for flow in rng.sample(flows, len(flows) // 10)]
    return [
        *made,
        Delivery([], [], LAST_CHANGES, AS_OF, ages),
        Delivery([], gone, [], AS_OF, ages, forgets=True),
    ]


def tell_members(
    accounts: list[str], others: list[list[tuple[str, Row]]], rng: random.Random
) -> None:
    """Add when accounts become known, and what else becomes known or another."""
    count = len(others)
    for account in accounts:
        if not account.endswith("UNKNOWN"):
            first = rng.choices(range(count), [20, 1, 1, 1])[0]
            others[first].append(("accounts", account_of(account)))
    one, two, three = rng.sample(accounts, 3)
    for change in [
        *CHANGES,
        ("accounts", (*account_of(one)[:3], "AD0")),
        ("fee_waivers", ("FW1", "PA", two, "0.002", date(2024, 3, 9), None, date(2024, 8, 9))),
        ("credit_splits", ("account", two, None, "W1", "1", FIRST_DAY)),
        ("fee_agreements", ("AG1", three, *[None] * 4, "0.004", None, None, date(2024, 2, 2))),
    ]:
        others[rng.randrange(1, count)].append(change)


def book_fees(
    accounts: list[str],
    others: list[list[tuple[str, Row]]],
    withdrawn: list[list[str]],
    rng: random.Random,
) -> None:
    """Add fees that were invoiced; some change their amount or account, some are withdrawn."""
    count = len(others)
    for account in rng.sample(accounts, len(accounts) // 5):
        day = rng.choice((date(2024, 3, 31), date(2024, 7, 31)))
        fee = (f"{account}-{day}", account, "PA", day.replace(day=11), day, None, 9)
        first = rng.randrange(count)
        others[first].append(("actual_revenue", fee))
        later = rng.randrange(first, count)
        fate = rng.random()
        if fate < 0.3:
            others[later].append(("actual_revenue", (*fee[:-1], 7)))
        elif fate < 0.6:
            moved = (fee[0], rng.choice(accounts), "PB", *fee[3:])
            others[later].append(("actual_revenue", moved))
        elif fate < 0.8 and later > first:
            withdrawn[later].append(fee[0])


def prepare(warehouse: Warehouse) -> None:
    """Deliver the feeds that stay as they are."""
    warehouse.create_feeds()
    warehouse.deliver(
        "transaction_types",
        ((name, name, code.flow_class, code.amount_sign) for name, code in CODES.items()),
    )
    warehouse.deliver(
        "products",
        (
            (name, name, None, f"group of {name}", *[None] * 4, "EUR" if name == "PB" else None)
            for name in PRICES
        ),
    )
    warehouse.deliver(
        "product_prices",
        ((name, FIRST_DAY, price) for name, price in PRICES.items() if price is not None),
    )
    for feed, rows in FIRST.items():
        warehouse.deliver(feed, rows)


def advisor_of(name: str) -> str:
    """Return whom a flow or an account belongs to, always the same in one history."""
    return ADVISORS[int(name[:6]) % len(ADVISORS)]


def account_of(name: str) -> Row:
    """Return the row of an account; some accounts are of one household."""
    household = "H0" if int(name[:6]) % 10 == 0 else None
    return (name, None, None, advisor_of(name), household)


def take(
    warehouse: Warehouse, number: int, delivery: Delivery, *options: str, **variables: Any
) -> None:
    """Take one delivery and build."""
    if delivery.forgets:
        warehouse.execute(
            "drop table intermediate.int_flow_changes_logged",
            "drop table intermediate.int_revenue_term_changes_logged",
            "drop table intermediate.int_credit_term_changes_logged",
        )
    if delivery.withdrawn:
        names = ", ".join(f"'{name}'" for name in delivery.withdrawn)
        warehouse.execute(
            f"delete from raw.aum_flows where flow_id in ({names})",
            f"delete from raw.actual_revenue where revenue_id in ({names})",
        )
    loaded_on = str(date(2025, 7, 2) + timedelta(number))
    warehouse.deliver(
        "aum_flows",
        (
            (
                flow.flow_id, flow.account_id, advisor_of(flow.flow_id), flow.product_id,
                flow.transaction_type_id, flow.trade_date, flow.booked_date, flow.amount,
                flow.units, flow.corrects_flow_id, flow.transfer_id,
            )
            for flow in delivery.flows
        ),
        loaded_on,
    )  # fmt: skip
    by_feed: dict[str, list[Row]] = {}
    for feed, row in delivery.others:
        by_feed.setdefault(feed, []).append(row)
    for feed, rows in by_feed.items():
        warehouse.deliver(feed, rows, loaded_on)
    warehouse.dbt(
        "build", *NO_TESTS, *options, "--select", *(f"+{model}" for model in MODELS),
        feed_schema="raw", as_of_date=str(delivery.as_of), retention_ages=list(delivery.ages),
        **variables,
    )  # fmt: skip


def built(warehouse: Warehouse) -> list[Relation]:
    """Return what the models made, but for their memories."""
    present = warehouse.columns()
    return [
        Relation(node["schema"], node["alias"], tuple(node["config"]["meta"]["grain"]))
        for node in warehouse.manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["name"] not in MEMORIES
        and node["path"].startswith(("intermediate/distribution", "marts/distribution"))
        and (node["schema"], node["alias"]) in present
    ]


@pytest.fixture(scope="module")
def pairs(make_warehouse: WarehouseMaker) -> Iterator[dict[str, tuple[Warehouse, Warehouse]]]:
    """On each engine two warehouses of the same deliveries: one goes on, one starts anew."""
    with ExitStack() as stack:
        yield {
            engine: (
                stack.enter_context(make_warehouse(engine)),
                stack.enter_context(make_warehouse(engine)),
            )
            for engine in ENGINES
        }


def test_incremental_runs_equal_full_ones_after_every_delivery(
    pairs: dict[str, tuple[Warehouse, Warehouse]],
) -> None:
    flows = flow_histories.draw(HISTORIES, None if SEED is None else int(SEED))
    rng = random.Random(SEED or 1)  # noqa: S311
    made = deliveries(flows, rng)
    with ThreadPoolExecutor() as pool:
        list(pool.map(prepare, (warehouse for pair in pairs.values() for warehouse in pair)))
        for number, delivery in enumerate(made):
            runs = [
                run
                for going_on, anew in pairs.values()
                for run in (
                    pool.submit(take, going_on, number, delivery),
                    pool.submit(
                        take, anew, number, delivery, "--full-refresh",
                        rows_at_a_time=ROWS_AT_A_TIME,
                    ),
                )
            ]  # fmt: skip
            for run in runs:
                run.result()
            lines = [
                f"{engine} after delivery {number}, incremental first, full second: {line}"
                for engine, (going_on, anew) in pairs.items()
                for relation in built(anew)
                for line in differences(going_on.read(relation), anew.read(relation))
            ]
            assert not lines, "\n".join(lines)
            if 0 < number < len(made) - 2:
                for going_on, _ in pairs.values():
                    assert_less_than_all_changed(going_on, delivery)


def assert_less_than_all_changed(warehouse: Warehouse, delivery: Delivery) -> None:
    """Else the run was a full one, and equal to a full one by nature."""
    tables = {"int_holdings_changed": "account_id, product_id"}
    if all(feed != "pay_periods" for feed, _ in delivery.others):
        tables["int_credit_flows_changed"] = "flow_id"
    for changed, columns in tables.items():
        ((some,),) = warehouse.query(f"select count(*) from intermediate.{changed}")
        ((every,),) = warehouse.query(
            f"select count(*) from (select distinct {columns}"
            " from intermediate.int_flow_changes_logged) as every"
        )
        assert 0 < some < every, changed
