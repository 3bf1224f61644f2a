"""The lot engine's SQL against the lot-by-lot oracle, on random histories and both engines.

`DIST_PERF_HISTORIES` sets how many histories an engine is given, `DIST_PERF_HISTORY_SEED` draws
others than the usual ones.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker
from distribution import flow_histories
from distribution.flow_histories import AGES, AS_OF, CODES, FIRST_DAY, PRICES, SPLITS
from distribution.lot_oracle import (
    Facts,
    Flow,
    Leg,
    Retained,
    Split,
    Trade,
    Verdict,
    judge,
    rounded,
)

pytestmark = [pytest.mark.soak, pytest.mark.long]

HISTORIES = int(os.environ.get("DIST_PERF_HISTORIES", "1200"))
SEED = os.environ.get("DIST_PERF_HISTORY_SEED")
MODELS = (
    "fact_retention_snapshots",
    "retention_cohorts",
    "unmatched_redemptions",
    "net_retained_aum",
    "int_balances_held",
    "int_lots_relieved",
)
UNKNOWN, UNKNOWN_GROUP = "unassigned", "Unassigned"

Row = tuple[Any, ...]
Rows = dict[Row, Row]

CENT = Decimal("0.01")
EXACT = ("fifo", "lifo")
METHODS = (*EXACT, "pro_rata")
# Pro rata divides, and so does a transfer: each lot is right to the last decimal of quantity
# and of money.
CLOSE: Row = (Decimal("0.000001"), CENT)
TOLERANCE: dict[str, Row] = {"pro_rata": CLOSE}


@dataclass
class Case:
    """Histories, the oracle's results for them, and the warehouse built from them."""

    flows: list[Flow]
    verdict: Verdict
    warehouse: Warehouse

    def rows(self, sql: str, key: int) -> Rows:
        """Return a query's rows, by their first `key` columns."""
        rows = self.warehouse.query(sql)
        keyed = {row[:key]: row[key:] for row in rows}
        assert len(keyed) == len(rows), f"two rows have the same first {key} columns: {sql}"
        return keyed

    def explain(self, wrong: Mapping[Row, tuple[Row | None, Row | None]]) -> str:
        """Describe the shortest histories among the wrong rows: flows, expected and actual."""
        histories: dict[str, list[Flow]] = defaultdict(list)
        for flow in self.flows:
            histories[flow.flow_id[:6]].append(flow)
        blamed: dict[str, list[Row]] = defaultdict(list)
        for key in wrong:
            blamed[str(key[0])[:6]].append(key)
        shortest = sorted(blamed, key=lambda name: (len(histories.get(name, self.flows)), name))
        lines = [f"{len(wrong)} rows in {len(blamed)} histories are wrong; the shortest:"]
        for name in shortest[:3]:
            lines += [f"history {name}", *map(_text_of, histories.get(name, []))]
            for key in blamed[name]:
                expected, actual = wrong[key]
                lines += [f"  at {_values(key)}"]
                lines += [f"    expected {_values(expected)}", f"    actual   {_values(actual)}"]
        return "\n".join(lines)

    def compare(self, expected: Rows, actual: Rows, tolerance: Row = ()) -> None:
        """Require equal rows; `tolerance` allows the last columns of a row that much."""
        wrong: dict[Row, tuple[Row | None, Row | None]] = {}
        for key in expected.keys() | actual.keys():
            wanted, found = expected.get(key), actual.get(key)
            if wanted is None or found is None or not _agree(wanted, found, tolerance):
                wrong[key] = (wanted, found)
        assert not wrong, self.explain(dict(sorted(wrong.items(), key=str)))


def is_known(account_id: str | None) -> bool:
    return bool((account_id or "").strip()) and not str(account_id).endswith("UNKNOWN")


def _agree(wanted: Row, found: Row, tolerance: Row) -> bool:
    exact = len(wanted) - len(tolerance)
    close = zip(wanted[exact:], found[exact:], tolerance, strict=True)
    return wanted[:exact] == found[:exact] and all(
        want == got
        if want is None or got is None
        else abs(Fraction(want) - Fraction(got)) <= Fraction(allowed)
        for want, got, allowed in close
    )


def _values(row: Row | None) -> str:
    if row is None:
        return "no row"
    shown = (rounded(value, 9) if isinstance(value, Fraction) else value for value in row)
    return " | ".join(str(value) for value in shown)


def _text_of(flow: Flow) -> str:
    moved = f"{flow.amount} money, {'no' if flow.units is None else flow.units} units"
    corrects = f", corrects {flow.corrects_flow_id}" if flow.corrects_flow_id else ""
    where = f"{flow.account_id!r} {flow.product_id}"
    return (
        f"  {flow.flow_id} {flow.trade_date} {flow.transaction_type_id} {where}: {moved}{corrects}"
    )


@pytest.fixture(scope="module")
def cases(make_warehouse: WarehouseMaker) -> Iterator[dict[str, Case]]:
    """The same histories built on both engines, side by side.

    Which legs belong together, and which splits there were, is asked of the warehouse; what
    follows from it is not.
    """
    flows = flow_histories.draw(HISTORIES, None if SEED is None else int(SEED))
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        made = {
            engine: Case(flows, Verdict(), stack.enter_context(make_warehouse(engine)))
            for engine in ENGINES
        }
        list(pool.map(build, made.values()))
        matched = [legs(case.warehouse) for case in made.values()]
        assert matched[0] == matched[1]
        found = [splits(case.warehouse) for case in made.values()]
        assert found[0] == found[1]
        verdict = judge(flows, CODES, AGES, AS_OF, Facts(matched[0], found[0]))
        for case in made.values():
            case.verdict = verdict
        yield made


def legs(warehouse: Warehouse) -> dict[str, Leg]:
    """Return the legs of matched transfers."""
    return {
        flow_id: Leg((transfer_id, transfer_class), leg == "in")
        for flow_id, transfer_id, transfer_class, leg in warehouse.query(
            """
            select flow_id, transfer_id, transfer_class, leg
            from intermediate.int_transfers_matched
            where is_matched
            """
        )
    }


def splits(warehouse: Warehouse) -> dict[str, list[Split]]:
    """Return the splits of each product."""
    found: dict[str, list[Split]] = defaultdict(list)
    for product_id, day, after, before in warehouse.query(
        """
        select product_id, valid_from, units_after, units_before
        from intermediate.int_share_splits_derived
        where units_before is not null
        order by product_id, valid_from
        """
    ):
        found[product_id].append(Split(day, Fraction(int(after), int(before))))
    return dict(found)


@pytest.fixture(params=ENGINES)
def case(request: pytest.FixtureRequest, cases: dict[str, Case]) -> Case:
    return cases[request.param]


def build(case: Case) -> None:
    """Deliver the feeds that the lot engine reads and build what is compared."""
    warehouse = case.warehouse
    warehouse.create_feeds()
    warehouse.deliver(
        "aum_flows",
        (
            (
                flow.flow_id, flow.account_id, None, flow.product_id, flow.transaction_type_id,
                flow.trade_date, flow.booked_date, flow.amount, flow.units, flow.corrects_flow_id,
                flow.transfer_id,
            )
            for flow in case.flows
        ),
    )  # fmt: skip
    warehouse.deliver(
        "transaction_types",
        ((name, name, code.flow_class, code.amount_sign) for name, code in CODES.items()),
    )
    accounts = {flow.account_id or "" for flow in case.flows if is_known(flow.account_id)}
    warehouse.deliver("accounts", ([account, *[None] * 6] for account in sorted(accounts)))
    warehouse.deliver(
        "products",
        ((name, name, None, f"group of {name}", *[None] * 4) for name in PRICES),
    )
    warehouse.deliver(
        "product_prices",
        ((name, FIRST_DAY, price) for name, price in PRICES.items() if price is not None),
    )
    warehouse.dbt(
        "build", *NO_TESTS, "--select", *(f"+{model}" for model in MODELS),
        feed_schema="raw", as_of_date=str(AS_OF), retention_ages=list(AGES),
    )  # fmt: skip


def member(trade: Trade) -> tuple[str, str]:
    """Account and product as a mart shows them: unassigned where they are in no feed."""
    return (
        trade.account_id if is_known(trade.account_id) else UNKNOWN,
        trade.product_id if trade.product_id in PRICES else UNKNOWN,
    )


def summed(values: Iterable[Decimal | Fraction | None]) -> Fraction | None:
    """Sum as SQL does: nulls are skipped, and the sum of no values is null."""
    known = [Fraction(value) for value in values if value is not None]
    return sum(known, Fraction(0)) if known else None


def grouped(items: Iterable[Any], key: Any) -> dict[Row, list[Any]]:
    groups: dict[Row, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def snapshot(retained: Retained) -> tuple[Row, Row]:
    trade = retained.trade
    account, product = member(trade)
    return (
        (trade.flow_id, retained.method, retained.age_days),
        (
            account, product, trade.trade_date, retained.snapshot_date, retained.basis,
            trade.is_cohort_member, rounded(trade.amount, 2),
            rounded(retained.original_quantity, 6), *left(retained),
        ),
    )  # fmt: skip


def left(retained: Retained) -> Row:
    """Quantity and money wherever the lot is now, then in its product."""
    quantities: list[Decimal | Fraction] = [retained.quantity, retained.in_product_quantity]
    if is_exact(retained):
        quantities = [rounded(retained.quantity, 6), rounded(retained.in_product_quantity, 6)]
    return (quantities[0], retained.amount, quantities[1], retained.in_product_amount)


def is_exact(retained: Retained) -> bool:
    return retained.method in EXACT and not retained.pieces


def test_the_histories_hold_every_hard_case(cases: dict[str, Case]) -> None:
    flows, verdict = cases["duckdb"].flows, cases["duckdb"].verdict
    by_id = {flow.flow_id: flow for flow in flows}
    corrected = {
        flow.flow_id: by_id[flow.corrects_flow_id]
        for flow in flows
        if flow.corrects_flow_id in by_id and flow.corrects_flow_id != flow.flow_id
    }
    lots = grouped(verdict.retained, lambda each: (each.trade.flow_id, each.age_days))
    days = grouped(flows, lambda each: (each.account_id, each.product_id, each.trade_date))
    redeemed_first = (
        [flow.transaction_type_id for flow in sorted(day, key=lambda each: each.flow_id)]
        for day in days.values()
    )
    found = {
        "redemption beyond all lots": len(verdict.unmatched),
        "relief method that matters": sum(
            len({retained.quantity for retained in methods}) == 3 for methods in lots.values()
        ),
        "lot in money": sum(retained.basis == "amount" for retained in verdict.retained),
        "lot in units": sum(retained.basis == "units" for retained in verdict.retained),
        "redemption reported before a purchase of the day": sum(
            codes.index("RED") < codes.index("BUY")
            for codes in redeemed_first
            if "RED" in codes and "BUY" in codes
        ),
        "correction of a correction": sum(flow.flow_id in corrected for flow in corrected.values()),
        "correction booked to another account": sum(
            by_id[name].account_id != original.account_id for name, original in corrected.items()
        ),
        "correction booked after the as-of date": sum(
            by_id[name].booked_date > AS_OF >= original.trade_date
            for name, original in corrected.items()
        ),
        "orphan": sum(flow.corrects_flow_id == "missing" for flow in flows),
        "flow without an account": sum(flow.account_id is None for flow in flows),
        "flow of nothing": sum(not flow.amount for flow in flows),
    }
    pieces = [piece for method in METHODS for piece in verdict.pieces[method]]
    legs_of = legs(cases["duckdb"].warehouse)
    arrived = {flow_id for flow_id, leg in legs_of.items() if leg.arrives}
    found |= {
        "lot that a transfer carries": len(pieces),
        "lot that is in transit for days": sum(
            piece.departed < piece.carrier.trade.trade_date for piece in pieces
        ),
        "lot that arrives before it leaves": sum(
            piece.departed > piece.carrier.trade.trade_date for piece in pieces
        ),
        "lot that comes from several lots": sum(
            len(parts) > 1
            for parts in grouped(
                verdict.pieces["fifo"], lambda piece: piece.carrier.trade.flow_id
            ).values()
        ),
        "transfer that moves what an earlier transfer moved": sum(
            relieved.lot.flow_id in arrived and relieved.by.flow_id in legs_of
            for relieved in verdict.relieved
        ),
        "transfer with several legs on a side": sum(
            len(side) > 1 for side in grouped(legs_of.values(), lambda leg: leg).values()
        ),
    }
    split_days = {
        (product, split.day) for product, of_product in SPLITS.items() for split in of_product
    }
    found |= {
        "lot that a split restates": sum(
            any(split.day > trade.trade_date for split in SPLITS.get(trade.product_id, ()))
            for trade in (retained.trade for retained in verdict.retained)
        ),
        "split of which an account has a part of a unit more or less": sum(
            trade.is_split and (trade.product_id, trade.trade_date) in split_days
            for trade in [
                *(retained.trade for retained in verdict.retained),
                *(relieved.by for relieved in verdict.relieved),
            ]
        ),
        "split that one account alone reports": sum(
            flow.transaction_type_id == "SPL"
            and (flow.product_id, flow.trade_date) not in split_days
            for flow in flows
        ),
    }
    rare = {case: count for case, count in found.items() if count < HISTORIES / 50}
    assert not rare, rare


def test_splits_have_the_ratio_that_most_accounts_show(case: Case) -> None:
    found = splits(case.warehouse)
    assert {product: found[product] for product in SPLITS} == SPLITS


@pytest.mark.parametrize("method", METHODS)
def test_every_lot_keeps_at_every_age_what_the_oracle_says(case: Case, method: str) -> None:
    lots = [
        retained
        for retained in case.verdict.retained
        if retained.method == method and retained.age_days is not None
    ]
    actual = case.rows(
        f"""
        select
            flow_id, relief_method, age_days, account_id, product_id, trade_date, snapshot_date,
            basis, is_cohort_member, original_amount, original_quantity, retained_quantity,
            retained_amount, retained_in_product_quantity, retained_in_product_amount
        from dist_perf_dw.fact_retention_snapshots
        inner join dist_perf_dw.dim_accounts using (account_key)
        inner join dist_perf_dw.dim_products using (product_key)
        where relief_method = '{method}'
        """,
        key=3,
    )
    compare_lots(case, {snapshot(lot)[0]: (lot, snapshot(lot)[1]) for lot in lots}, actual)


@pytest.mark.parametrize("method", METHODS)
def test_every_lot_keeps_at_the_as_of_date_what_the_oracle_says(case: Case, method: str) -> None:
    lots = [
        retained
        for retained in case.verdict.retained
        if retained.method == method and retained.age_days is None
    ]
    actual = case.rows(
        f"""
        select
            flow_id, retained_quantity, retained_amount, retained_in_product_quantity,
            retained_in_product_amount
        from intermediate.int_lots_retained
        where is_as_of and relief_method = '{method}'
        """,
        key=1,
    )
    compare_lots(case, {(lot.trade.flow_id,): (lot, left(lot)) for lot in lots}, actual)


def compare_lots(case: Case, expected: dict[Row, tuple[Retained, Row]], actual: Rows) -> None:
    """Compare lots that never divided exactly, and the others up to their last decimals."""
    exact = {key: row for key, (lot, row) in expected.items() if is_exact(lot)}
    close = {key: row for key, (lot, row) in expected.items() if not is_exact(lot)}
    case.compare(exact, {key: row for key, row in actual.items() if key not in close})
    case.compare(close, {key: row for key, row in actual.items() if key in close}, CLOSE * 2)


@pytest.mark.parametrize("method", METHODS)
def test_every_flow_takes_from_every_lot_what_the_oracle_says(case: Case, method: str) -> None:
    """The default method has every relief, the others those of transfers."""
    departures = {name for name, leg in legs(case.warehouse).items() if not leg.arrives}
    expected = {
        (relieved.lot.flow_id, relieved.by.flow_id): (
            relieved.by.trade_date,
            (relieved.by.trade_date - relieved.lot.trade_date).days,
            relieved.quantity,
        )
        for relieved in case.verdict.relieved
        if relieved.method == method
        and (method == "fifo" or relieved.by.flow_id in departures)
        and (method != "pro_rata" or relieved.quantity >= CLOSE[0])
    }
    actual = case.rows(
        f"""
        select lot_flow_id, relieving_flow_id, relief_date, held_days, relieved_quantity
        from intermediate.int_lots_relieved
        where relief_method = '{method}'
        """,
        key=2,
    )
    if method == "pro_rata":
        # What rounds to nothing has no row; near that, either is right.
        actual = {key: row for key, row in actual.items() if key in expected}
        expected = {
            key: row for key, row in expected.items() if key in actual or row[-1] > 2 * CLOSE[0]
        }
    case.compare(expected, actual, () if method in EXACT else CLOSE[:1])


def test_redemptions_beyond_known_lots_are_unmatched_to_the_unit(case: Case) -> None:
    groups = grouped(case.verdict.unmatched, lambda each: (*member(each.trade), each.basis))
    expected = {
        key: (
            len(parts),
            sum(rounded(part.quantity, 6) for part in parts),
            sum(part.amount for part in parts),
            min(part.trade.trade_date for part in parts),
            max(part.trade.trade_date for part in parts),
        )
        for key, parts in groups.items()
    }
    actual = case.rows(
        """
        select
            account_id, product_id, basis, redemptions, unmatched_quantity, unmatched_amount,
            first_trade_date, last_trade_date
        from dist_perf_dw.unmatched_redemptions
        inner join dist_perf_dw.dim_accounts using (account_key)
        inner join dist_perf_dw.dim_products using (product_key)
        """,
        key=3,
    )
    case.compare(expected, actual)


def test_balance_held_is_what_the_lots_hold_at_each_days_close(case: Case) -> None:
    expected = {
        (balance.account_id, balance.product_id, balance.day): (
            balance.basis,
            rounded(balance.quantity, 6),
        )
        for balance in case.verdict.balances
    }
    actual = case.rows(
        """
        select account_id, product_id, valid_from, basis, held_quantity
        from intermediate.int_balances_held
        """,
        key=3,
    )
    case.compare(expected, actual)


@pytest.mark.parametrize("method", METHODS)
def test_open_lots_add_up_to_net_retained_aum(case: Case, method: str) -> None:
    open_lots = [
        (retained, rounded(retained.held_quantity, 6))
        for retained in case.verdict.retained
        if retained.age_days is None
        and retained.method == method
        and rounded(retained.held_quantity, 6) > 0
    ]

    def value(retained: Retained, quantity: Decimal) -> Decimal | None:
        if retained.basis == "amount":
            return retained.held_amount
        price = PRICES.get(retained.trade.product_id)
        return None if price is None else rounded(Fraction(quantity) * Fraction(price), 6)

    groups = grouped(
        open_lots,
        lambda lot: (member(lot[0].trade)[1], lot[0].basis, lot[0].trade.is_cohort_member),
    )
    expected = {}
    for key, lots in groups.items():
        values = [value(*lot) for lot in lots]
        worth = summed(values)
        expected[key] = (
            AS_OF,
            len(lots),
            values.count(None),
            None if worth is None else rounded(worth, 2),
            sum(retained.held_amount for retained, _ in lots),
        )
    actual = case.rows(
        f"""
        select
            product_id, basis, is_cohort_member, as_of_date, open_lots, unpriced_lots,
            net_retained_aum_amount, retained_amount
        from dist_perf_dw.net_retained_aum
        inner join dist_perf_dw.dim_products using (product_key)
        where relief_method = '{method}'
        """,
        key=3,
    )
    many_cents = len(open_lots) * CENT
    case.compare(expected, actual, () if method in EXACT else (many_cents, many_cents))


@pytest.mark.parametrize("method", EXACT)
def test_cohorts_are_sums_over_mature_lots_only(case: Case, method: str) -> None:
    def months(retained: Retained) -> Row:
        product = retained.trade.product_id
        group = f"group of {product}" if product in PRICES else UNKNOWN_GROUP
        return (retained.trade.trade_date.replace(day=1), group)

    cohort_lots = [
        retained
        for retained in case.verdict.retained
        if retained.method == method and retained.trade.is_cohort_member
    ]
    by_age = grouped(cohort_lots, lambda lot: (*months(lot), lot.age_days))
    bought = {key[:2]: lots for key, lots in by_age.items() if key[2] is None}
    expected: Rows = {}
    for key, lots in bought.items():
        month_end = (key[0] + timedelta(31)).replace(day=1) - timedelta(1)
        for age in AGES:
            at_risk = by_age[*key, age]
            original = summed(lot.trade.amount for lot in at_risk)
            retained = summed(lot.amount for lot in at_risk)
            in_product = summed(lot.in_product_amount for lot in at_risk)
            rate = None
            if original is not None and retained is not None and original > 0:
                rate = rounded(retained / original, 8)
            is_mature = month_end + timedelta(age) <= AS_OF
            expected[*key, age] = (
                "mature" if is_mature else "partial" if at_risk else "immature",
                len(lots),
                summed(lot.trade.amount for lot in lots),
                len(at_risk),
                original,
                retained,
                in_product,
                rate,
            )
    actual = case.rows(
        f"""
        select
            cohort_month, product_group, age_days, maturity, lots, original_amount, lots_at_risk,
            original_amount_at_risk, retained_amount, retained_in_product_amount, retention_rate
        from dist_perf_dw.retention_cohorts
        where relief_method = '{method}'
        """,
        key=3,
    )
    cents = sum(bool(lot.pieces) for lot in cohort_lots) * CENT
    case.compare(expected, actual, (cents, cents, Decimal("0.05")))
