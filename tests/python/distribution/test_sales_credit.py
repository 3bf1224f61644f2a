"""Sales credit: against an oracle on random rules, and locked pay periods that never move.

`DIST_PERF_CREDIT_SEED` draws other rules than the usual ones.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker
from distribution.credit_oracle import SCOPES, Book, Period, Rule, Sale, credit

SEED = int(os.environ.get("DIST_PERF_CREDIT_SEED", "3"))
AS_OF = date(2025, 1, 31)
FIRST_DAY = date(2024, 1, 1)
ROLES = ("external", "external", "internal", "hybrid")
RATES = ("1", "0.5", "0.5", "0.6", "0.4", "0.33333333", "0.33333333", "0.9", "0.1", "0")
WHOLESALERS = [f"W{number}" for number in range(5)]
TERRITORIES = [f"T{number}" for number in range(4)]
ADVISORS = [f"A{number}" for number in range(6)]
ACCOUNTS = [f"C{number}" for number in range(8)]
SPLIT_FOR = {
    "flow": ["F0003", "F0005"],
    "account": ACCOUNTS[:2],
    "advisor": ADVISORS[:2],
    "territory": TERRITORIES[:1],
}

CREDIT = """
    select
        flow_id, role, attribution_mode, pay_period_id, wholesaler_id,
        sum(gross_sales_credit_amount), sum(redemption_credit_amount),
        sum(firm_net_flow_credit_amount)
    from dist_perf_dw.fact_sales_credit
    inner join dist_perf_dw.dim_pay_periods using (pay_period_key)
    inner join dist_perf_dw.dim_wholesalers using (wholesaler_key)
    group by flow_id, role, attribution_mode, pay_period_id, wholesaler_id
"""
LOCKED = """
    select fact_sales_credit.*
    from dist_perf_dw.fact_sales_credit
    inner join dist_perf_dw.dim_pay_periods using (pay_period_key)
    where attribution_mode = 'as_paid' and locked_date <= date '{}'
"""

Feeds = dict[str, list[Sequence[Any]]]


@dataclass
class Story:
    """What is delivered, and the same for the oracle."""

    rules: list[Rule] = field(default_factory=list)
    sales: list[Sale] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    feeds: Feeds = field(default_factory=dict)


def day(random: Random, until: date = AS_OF) -> date:
    return FIRST_DAY + timedelta(random.randint(0, (until - FIRST_DAY).days))


def booked_on(random: Random, valid_from: date) -> date:
    """Return when a row became known: at once, somewhat before, or months late."""
    return valid_from + timedelta(random.choice((0, 0, 0, -20, 3, 15, 40, 90, 200)))


def draw_rules(random: Random) -> list[Rule]:
    """Draw rules that overlap, leave gaps, are booked late and booked again."""
    kinds = [("affiliation", advisor, "", TERRITORIES, ("1",)) for advisor in ADVISORS[:-1]] * 4
    kinds += [("assignment", each, ROLES, WHOLESALERS, ("1",)) for each in TERRITORIES] * 6
    for scope, ids in SPLIT_FOR.items():
        kinds += [(scope, each, ROLES[:3], WHOLESALERS, RATES) for each in ids] * 6
    # Few starts, so that the same start is booked again.
    starts = [day(random) for _ in range(8)]
    rules = {}
    for scope, scope_id, roles, holders, rates in kinds:
        role, holder = random.choice(roles or [""]), random.choice(holders)
        since = random.choice(starts)
        valid_to = since + timedelta(random.randint(1, 200)) if random.random() < 0.3 else None
        booked = booked_on(random, since)
        rate = Decimal(random.choice(rates))
        rule = Rule(scope, scope_id, role, holder, rate, since, valid_to, booked)
        rules[scope, scope_id, role, holder if scope in SCOPES else "", since, booked] = rule
    return list(rules.values())


def draw_periods(random: Random) -> list[Period]:
    """Draw months from the second on, one of them locked before it ends, the last two open."""
    starts = [date(2024, month, 1) for month in range(2, 12)]
    locks = [start + timedelta(random.randint(33, 55)) for start in starts]
    locks[4] = starts[4] + timedelta(25)
    locks[-2:] = [date.max, date.max]
    months = [
        Period(f"{start:%Y-%m}", start, lock) for start, lock in zip(starts, locks, strict=True)
    ]
    return [
        Period("history", date.min, date(2024, 1, 31)),
        *months,
        Period("open", date(2024, 12, 1), date.max),
    ]


def draw(seed: int, flows: int) -> Story:
    random = Random(seed)  # noqa: S311
    story = Story(draw_rules(random), [], draw_periods(random))
    rows: list[Sequence[Any]] = []
    for number in range(flows):
        flow_id = f"F{number:04}"
        account, advisor = random.choice(ACCOUNTS), random.choice([*ADVISORS, None])
        traded = day(random)
        booked = traded + timedelta(random.choice((0, 0, 0, 2, 30, 90)))
        amount = Decimal(random.randint(1, 1_000_000)) / 100
        code = random.choice(("purchase", "purchase", "purchase", "redemption", "seed_purchase"))
        discretion = "home_office" if random.random() < 0.1 else None
        held_out = code == "seed_purchase" or discretion is not None
        originals = [sale for sale in story.sales if sale.flow_id == sale.original_id]
        corrects = None
        if originals and random.random() < 0.2:
            # A cancel, whole or in part, or a booking to another account and advisor.
            original = random.choice(originals)
            code, corrects, traded = "correction", original.flow_id, original.traded
            booked = max(booked, original.booked)
            whole = abs(original.amount)
            amount = random.choice((whole, whole / 3, -whole)).quantize(Decimal("0.01"))
            if random.random() < 0.5:
                account, advisor = original.account_id, original.advisor_id
            held_out = discretion is not None or original.flow_id in seeds(rows)
        rows.append(
            (flow_id, account, advisor, "P", code, traded, booked, amount, None, corrects, None,
             discretion)
        )  # fmt: skip
        story.sales.append(
            Sale(flow_id, corrects or flow_id, account, advisor, traded, booked, amount, held_out)
        )
    story.feeds = {"aum_flows": rows, **feeds_of(story)}
    return story


def seeds(rows: list[Sequence[Any]]) -> set[str]:
    return {row[0] for row in rows if row[4] == "seed_purchase"}


def feeds_of(story: Story) -> Feeds:
    splits, affiliations, assignments = [], [], []
    for rule in story.rules:
        dates = (rule.valid_from, rule.valid_to)
        if rule.scope == "affiliation":
            affiliations.append((rule.scope_id, "FIRM", rule.holder, *dates, rule.booked))
        elif rule.scope == "assignment":
            assignments.append((rule.scope_id, rule.holder, *dates, rule.role, rule.booked))
        else:
            splits.append(
                (rule.scope, rule.scope_id, rule.role, rule.holder, rule.rate, *dates, rule.booked)
            )
    following = [period.start for period in story.periods[1:]]
    periods = [
        (period.period_id, period.start, until - timedelta(1),
         None if period.locked == date.max else period.locked)
        for period, until in zip(story.periods, following, strict=False)
    ]  # fmt: skip
    return {
        "credit_splits": splits,
        "advisor_affiliations": affiliations,
        "territory_assignments": assignments,
        "pay_periods": periods[1:],
        "wholesalers": [(name, name, None, None) for name in WHOLESALERS],
        "advisors": [(name, name, None) for name in ADVISORS],
        "products": [("P", "P", None, "P", *[None] * 4)],
    }


def build(warehouse: Warehouse, **variables: Any) -> None:
    warehouse.dbt("build", *NO_TESTS, "--select", "+fact_sales_credit", **variables)


def booked_of(feed: str, row: Sequence[Any]) -> date | None:
    """Return when a delivered row became known, if its feed says so."""
    position = {
        "aum_flows": 6, "advisor_affiliations": 5, "territory_assignments": 5, "credit_splits": 7,
    }.get(feed)  # fmt: skip
    return None if position is None else row[position]


@pytest.mark.parametrize("engine", ENGINES)
def test_credit_is_what_the_oracle_says(make_warehouse: WarehouseMaker, engine: str) -> None:
    story = draw(SEED, flows=400)
    expected: dict[Any, Decimal] = {}
    for key, amount in credit(story.sales, Book(story.rules), story.periods, AS_OF):
        assert key not in expected
        expected[key] = amount
    with make_warehouse(engine) as warehouse:
        warehouse.create_feeds()
        for feed, rows in story.feeds.items():
            warehouse.deliver(feed, rows)
        build(warehouse, feed_schema="raw", as_of_date=str(AS_OF))
        found = {
            tuple(row[:5]): row[5] + row[6] + (row[7] if row[5] == row[6] == 0 else 0)
            for row in warehouse.query(CREDIT)
            if any(row[5:])
        }
    wrong = {
        key: (expected.get(key), found.get(key))
        for key in expected.keys() | found.keys()
        if expected.get(key) != found.get(key)
    }
    assert len({key[3] for key in expected}) == len(story.periods) + 1
    assert not wrong, "\n".join(f"{key}: {values}" for key, values in sorted(wrong.items())[:20])


def test_a_locked_period_stays_when_later_rows_arrive(make_warehouse: WarehouseMaker) -> None:
    story = draw(SEED + 1, flows=400)
    lock = story.periods[6].locked
    later: Feeds = {}
    with make_warehouse("duckdb") as warehouse:
        warehouse.create_feeds()
        for feed, rows in story.feeds.items():
            early = [row for row in rows if (booked_of(feed, row) or lock) <= lock]
            later[feed] = [row for row in rows if row not in early]
            warehouse.deliver(feed, early)
        build(warehouse, feed_schema="raw", as_of_date=str(AS_OF))
        locked = set(warehouse.query(LOCKED.format(lock)))
        for feed in filter(later.get, later):
            warehouse.deliver(feed, later[feed])
        build(warehouse, feed_schema="raw", as_of_date=str(AS_OF))
        assert len(locked) > 100
        assert sum(map(len, later.values())) > 100
        assert set(warehouse.query(LOCKED.format(lock))) == locked


def test_the_sample_as_known_at_a_lock_has_paid_the_same(
    sample: dict[str, Warehouse], make_warehouse: WarehouseMaker
) -> None:
    lock = "2024-10-15"
    with make_warehouse("duckdb") as warehouse:
        build(warehouse, known_date=lock)
        assert set(warehouse.query(LOCKED.format(lock))) == set(
            sample["duckdb"].query(LOCKED.format(lock))
        )


def test_case_13_a_pooled_trade_as_known_in_march_and_now(make_warehouse: WarehouseMaker) -> None:
    march, may = date(2025, 3, 12), date(2025, 5, 20)
    flow = ("P", "purchase", march)
    feeds: Feeds = {
        "aum_flows": [
            ("F1", "OMNI", None, *flow, march, 10_000_000),
            ("F2", "OMNI", None, "P", "correction", march, may, -6_000_000, None, "F1"),
            ("F3", "HERS", "A1", "P", "correction", march, may, 6_000_000, None, "F1"),
        ],
        "advisor_affiliations": [("A1", "FIRM", "T1", date(2024, 1, 1))],
        "territory_assignments": [("T1", "W1", date(2024, 1, 1))],
        "wholesalers": [("W1", "W1")],
        "pay_periods": [
            ("March", date(2025, 3, 1), date(2025, 3, 31), date(2025, 4, 10)),
            ("April", date(2025, 4, 1), date(2025, 4, 30), date(2025, 5, 10)),
            ("May", date(2025, 5, 1), date(2025, 5, 31)),
        ],
    }
    by_holder = (
        "select attribution_mode, pay_period_id, wholesaler_id, sum(gross_sales_credit_amount)"
        " from dist_perf_dw.fact_sales_credit"
        " inner join dist_perf_dw.dim_pay_periods using (pay_period_key)"
        " inner join dist_perf_dw.dim_wholesalers using (wholesaler_key)"
        " group by attribution_mode, pay_period_id, wholesaler_id"
    )
    with make_warehouse("duckdb") as warehouse:
        warehouse.create_feeds()
        for feed, rows in feeds.items():
            warehouse.deliver(feed, rows)
        build(warehouse, feed_schema="raw", as_of_date="2025-05-31")
        assert set(warehouse.query(by_holder)) == {
            ("as_was", "unassigned", "unassigned", 4_000_000),
            ("as_was", "unassigned", "W1", 6_000_000),
            ("as_is", "unassigned", "unassigned", 4_000_000),
            ("as_is", "unassigned", "W1", 6_000_000),
            ("as_paid", "March", "unassigned", 10_000_000),
            ("as_paid", "May", "unassigned", -6_000_000),
            ("as_paid", "May", "W1", 6_000_000),
        }
        build(warehouse, feed_schema="raw", as_of_date="2025-05-31", known_date="2025-03-31")
        found = {(mode, holder, amount) for mode, _, holder, amount in warehouse.query(by_holder)}
        modes = ("as_was", "as_is", "as_paid")
        assert found == {(mode, "unassigned", 10_000_000) for mode in modes}
