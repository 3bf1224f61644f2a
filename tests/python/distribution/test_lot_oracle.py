"""The oracle itself, on worked examples whose answers were found by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from distribution import flow_histories
from distribution.lot_oracle import Code, Facts, Flow, Leg, Split, Verdict, judge, rounded

CLASSES = (
    "purchase", "redemption", "reinvestment", "correction", "exchange_out", "exchange_in",
    "share_split",
)  # fmt: skip
CODES = {name: Code(name) for name in CLASSES}
AS_OF = date(2025, 12, 31)


def flow(
    flow_id: str, day: str, code: str, amount: int, corrects_flow_id: str | None = None
) -> Flow:
    on = date.fromisoformat(day)
    return Flow(flow_id, "A", "P", code, on, on, Decimal(amount), None, corrects_flow_id)


def kept(verdict: Verdict, method: str, age: int) -> dict[str, Decimal]:
    return {
        retained.trade.flow_id: retained.amount
        for retained in verdict.retained
        if retained.method == method and retained.age_days == age
    }


@pytest.mark.parametrize(
    ("method", "first", "second", "third"),
    [
        ("fifo", (100, 50, 50, 20), (60, 60, 60, 60), (40, 40, 40, 40)),
        ("lifo", (100, 100, 100, 100), (10, 10, 10, 10), (40, 10, 10, 10)),
        ("pro_rata", (100, 68.75, 68.75, 55), (41.25, 41.25, 33, 33), (40, 32, 32, 32)),
    ],
)
def test_three_lots_and_two_redemptions_leave_what_the_worked_example_says(
    method: str, first: tuple[float, ...], second: tuple[float, ...], third: tuple[float, ...]
) -> None:
    flows = [
        flow("L1", "2025-01-10", "purchase", 100_000),
        flow("L2", "2025-02-14", "purchase", 60_000),
        flow("R1", "2025-03-01", "redemption", 50_000),
        flow("L3", "2025-03-20", "purchase", 40_000),
        flow("R2", "2025-04-25", "redemption", 30_000),
    ]
    verdict = judge(flows, CODES, [30, 60, 90, 120], AS_OF)
    for position, age in enumerate((30, 60, 90, 120)):
        thousands = {"L1": first[position], "L2": second[position], "L3": third[position]}
        assert kept(verdict, method, age) == {lot: 1000 * t for lot, t in thousands.items()}


@pytest.mark.parametrize(
    ("bounces", "left"),
    [
        # The nearest earlier one of the amount, then the other one.
        ([("B1", "2025-03-01", -100)], {"L1": 100, "L2": 60}),
        ([("B1", "2025-03-01", -100), ("B2", "2025-03-02", -100)], {"L2": 60}),
        # Of no purchase's amount: the latest takes it.
        ([("B1", "2025-03-01", -40)], {"L1": 100, "L2": 60, "L3": 60}),
        # Dated before its purchase: still that one.
        ([("B1", "2025-01-15", -60)], {"L1": 100, "L3": 100}),
        # A third of an amount that was bought twice takes from the latest that is left.
        (
            [("B1", "2025-03-01", -100), ("B2", "2025-03-02", -100), ("B3", "2025-03-03", -100)],
            {},
        ),
        # Before anything was bought, and of no amount: nothing is undone.
        ([("B1", "2025-01-01", -7)], {"L1": 100, "L2": 60, "L3": 100}),
    ],
)
def test_a_bounced_purchase_undoes_the_purchase_that_it_mirrors(
    bounces: list[tuple[str, str, int]], left: dict[str, int]
) -> None:
    flows = [
        flow("L1", "2025-01-10", "purchase", 100),
        flow("L2", "2025-01-20", "purchase", 60),
        flow("L3", "2025-02-10", "purchase", 100),
        *(flow(name, day, "purchase", amount) for name, day, amount in bounces),
    ]
    assert kept(judge(flows, CODES, [30], AS_OF), "fifo", 30) == left


def test_an_age_beyond_the_as_of_date_is_not_reached() -> None:
    flows = [flow("L1", "2025-01-10", "purchase", 100)]
    verdict = judge(flows, CODES, [30, 60], date(2025, 2, 9))
    assert kept(verdict, "fifo", 30) == {"L1": 100}
    assert kept(verdict, "fifo", 60) == {}


def test_a_redemption_before_the_purchase_falls_on_the_opening_balance() -> None:
    flows = [
        flow("L1", "2025-01-10", "purchase", 20_000),
        flow("R1", "2025-02-01", "redemption", 50_000),
        flow("L2", "2025-03-01", "purchase", 60_000),
        flow("R2", "2025-04-01", "redemption", 10_000),
    ]
    verdict = judge(flows, CODES, [60], AS_OF)
    assert kept(verdict, "fifo", 60) == {"L1": 0, "L2": 50_000}
    assert [(each.trade.flow_id, each.quantity) for each in verdict.unmatched] == [("R1", 30_000)]


def test_a_reinvested_dividend_queues_as_a_lot_and_is_no_cohort_member() -> None:
    flows = [
        flow("L1", "2025-01-01", "purchase", 1_000),
        flow("D1", "2025-01-22", "reinvestment", 20),
        flow("R1", "2025-02-11", "redemption", 510),
    ]
    verdict = judge(flows, CODES, [90], AS_OF)
    assert kept(verdict, "fifo", 90) == {"L1": 490, "D1": 20}
    assert {each.trade.flow_id for each in verdict.retained if each.trade.is_cohort_member} == {
        "L1"
    }


@pytest.mark.parametrize("method", ["fifo", "lifo", "pro_rata"])
def test_an_exchange_carries_the_lot_and_its_date(method: str) -> None:
    flows = [
        flow("L1", "2025-01-10", "purchase", 100_000),
        flow("XO", "2025-02-20", "exchange_out", 40_000),
        replace(flow("XI", "2025-02-22", "exchange_in", 40_000), product_id="Q"),
        replace(flow("R1", "2025-03-15", "redemption", 10_000), product_id="Q"),
    ]
    legs = {"XO": Leg(("T", "exchange_in"), False), "XI": Leg(("T", "exchange_in"), True)}
    verdict = judge(flows, CODES, [42, 60, 90], AS_OF, Facts(legs))
    assert kept(verdict, method, 42)["L1"] == 100_000  # in transit
    assert kept(verdict, method, 60)["L1"] == 100_000
    assert kept(verdict, method, 90)["L1"] == 90_000
    assert [
        each.in_product_amount
        for each in verdict.retained
        if (each.trade.flow_id, each.method, each.age_days) == ("L1", method, 90)
    ] == [60_000]
    alone = judge(flows, CODES, [90], AS_OF)
    assert kept(alone, method, 90)["L1"] == 60_000


def test_a_chain_of_exchanges_leads_back_to_the_first_lots() -> None:
    """The second exchange takes the first 50 of the 60 that came: 40 of the elder lot, then 10."""
    flows = [
        flow("L1", "2025-01-10", "purchase", 40),
        flow("L2", "2025-01-20", "purchase", 60),
        flow("X1O", "2025-02-01", "exchange_out", 60),
        replace(flow("X1I", "2025-02-01", "exchange_in", 60), product_id="Q"),
        replace(flow("X2O", "2025-03-01", "exchange_out", 50), product_id="Q"),
        replace(flow("X2I", "2025-03-01", "exchange_in", 50), product_id="R"),
    ]
    legs = {name: Leg((name[:2], "exchange_in"), name.endswith("I")) for name in ("X1O", "X1I")}
    legs |= {name: Leg((name[:2], "exchange_in"), name.endswith("I")) for name in ("X2O", "X2I")}
    found = [
        (piece.origin.lot.trade.flow_id, piece.origin.start, piece.origin.stop)
        for piece in judge(flows, CODES, [90], AS_OF, Facts(legs)).pieces["fifo"]
        if piece.carrier.trade.flow_id == "X2I"
    ]
    assert found == [("L1", 0, 40), ("L2", 0, 10)]


@pytest.mark.parametrize(
    ("bought", "ratio", "split", "left"),
    [
        (100, Fraction(4), "300", "200"),
        (400, Fraction(1, 4), "-300", "50"),
        # Half a unit is paid in cash; what was held before the first flow changes nothing.
        (100, Fraction(4), "299.5", "199.5"),
        (100, Fraction(4), "1500", "200"),
    ],
)
def test_a_split_keeps_the_lot_with_its_date_and_cost(
    bought: int, ratio: Fraction, split: str, left: str
) -> None:
    lot = bought * ratio
    flows = [
        replace(flow("L1", "2025-01-10", "purchase", 4_000), units=Decimal(bought)),
        replace(flow("S1", "2025-02-03", "share_split", 0), units=Decimal(split)),
        replace(flow("R1", "2025-03-01", "redemption", 2_000), units=Decimal(int(lot / 2))),
    ]
    splits = {"P": [Split(date(2025, 2, 3), ratio)]}
    verdict = judge(flows, CODES, [90], AS_OF, Facts(splits=splits))
    (retained,) = (
        each for each in verdict.retained if (each.method, each.age_days) == ("fifo", 90)
    )
    assert (retained.trade.flow_id, retained.original_quantity) == ("L1", lot)
    assert retained.quantity == Fraction(left)
    assert retained.amount == rounded(4_000 * Fraction(left) / lot, 2)
    assert verdict.balances[0].quantity == bought


def test_a_cancel_of_a_cancel_leaves_the_purchase() -> None:
    flows = [
        flow("L1", "2025-03-28", "purchase", 100),
        flow("C1", "2025-04-02", "purchase", -100, "L1"),
        flow("C2", "2025-04-05", "correction", 100, "C1"),
        flow("C3", "2025-04-05", "correction", -100, "unknown"),
    ]
    assert kept(judge(flows, CODES, [0], AS_OF), "lifo", 0) == {"L1": 100}


def test_a_snapshot_once_reached_changes_only_with_the_basis_of_its_holding() -> None:
    """A later flow without units turns its account and product to money, and their past too."""
    flows = flow_histories.draw(150)
    months = [date(2024, month, 28) for month in range(3, 12)]
    verdicts = [judge(flows, flow_histories.CODES, [0, 30, 60], month) for month in months]
    for earlier, later in pairwise(verdicts):
        bases = [
            {(each.account_id, each.product_id, each.basis) for each in verdict.balances}
            for verdict in (earlier, later)
        ]
        same = bases[0] & bases[1]
        then, now = (
            {
                (each.trade.flow_id, each.method, each.age_days, each.quantity)
                for each in verdict.retained
                if each.age_days is not None
                and (each.trade.account_id, each.trade.product_id, each.basis) in same
            }
            for verdict in (earlier, later)
        )
        assert then
        assert then <= now


@pytest.mark.parametrize(
    ("value", "expected"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00")]
)
def test_halves_are_rounded_away_from_zero(value: str, expected: str) -> None:
    assert rounded(Fraction(value), 2) == Decimal(expected)
