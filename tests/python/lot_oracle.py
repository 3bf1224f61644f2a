"""What every lot keeps, worked out one redemption at a time in exact fractions.

Written from the definitions of the subject and not from the SQL: lots lie in an explicit list,
and each redemption takes from them what it can. Slow, and plain enough to be believed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

NO_ACCOUNT = "unassigned"
COHORT_CLASSES = frozenset({"purchase"})
OPENING_CLASSES = COHORT_CLASSES | {
    "exchange_in",
    "transfer_in",
    "conversion_in",
    "merger_in",
    "reinvestment",
    "seed_purchase",
    "acquisition",
}
RELIEVING_CLASSES = frozenset(
    {
        "redemption",
        "exchange_out",
        "transfer_out",
        "conversion_out",
        "merger_out",
        "fee_deduction",
        "seed_redemption",
    }
)


@dataclass(frozen=True)
class Flow:
    """A row of feed `aum_flows`."""

    flow_id: str
    account_id: str | None
    product_id: str
    transaction_type_id: str
    trade_date: date
    booked_date: date
    amount: Decimal
    units: Decimal | None
    corrects_flow_id: str | None = None


@dataclass(frozen=True)
class Code:
    """A transaction code: its flow class, and -1 where it reports reversals as positive."""

    flow_class: str
    amount_sign: int = 1


@dataclass(frozen=True)
class Trade:
    """A flow net of its corrections; money and units are positive where they come in."""

    flow_id: str
    account_id: str
    product_id: str
    trade_date: date
    amount: Fraction
    units: Fraction | None
    is_cohort_member: bool

    def quantity(self, basis: str) -> Fraction:
        """What moved, in the basis of the account and product."""
        return self.amount if basis == "amount" else self.units or Fraction(0)


@dataclass
class Lot:
    """One purchase, and what is left of it after each day on which anything moved."""

    trade: Trade
    quantity: Fraction
    left: Fraction
    days: list[date] = field(default_factory=list)
    left_after: list[Fraction] = field(default_factory=list)

    def close_day(self, day: date) -> None:
        """Remember what is left at the close of a day."""
        self.days.append(day)
        self.left_after.append(self.left)

    def left_at(self, day: date) -> Fraction:
        """Return what is left at the close of a day on or after the trade date."""
        return self.left_after[bisect_right(self.days, day) - 1]


# Takes a quantity from lots, oldest first in the list, and returns what it could not take.
Relief = Callable[[list[Lot], Fraction], Fraction]


@dataclass(frozen=True)
class Retained:
    """What one method leaves of a lot at one age, or at the as-of date (no age)."""

    trade: Trade
    method: str
    basis: str
    age_days: int | None
    snapshot_date: date
    original_quantity: Fraction
    quantity: Fraction
    amount: Decimal


@dataclass(frozen=True)
class Unmatched:
    """The part of a redemption that no known lot could bear."""

    trade: Trade
    basis: str
    quantity: Fraction
    amount: Decimal


@dataclass(frozen=True)
class Balance:
    """What the known lots of an account and product hold at the close of a day."""

    account_id: str
    product_id: str
    basis: str
    day: date
    quantity: Fraction


@dataclass
class Verdict:
    """All that follows from a set of flows."""

    retained: list[Retained] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)


def rounded(value: Fraction, places: int) -> Decimal:
    """Round to decimals, halves away from zero."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def judge(
    flows: Iterable[Flow], codes: Mapping[str, Code], ages: Sequence[int], as_of: date
) -> Verdict:
    """Work out every lot of every account and product up to the close of `as_of`."""
    verdict = Verdict()
    holdings: dict[tuple[str, str], list[Trade]] = defaultdict(list)
    for trade in net_of_corrections(flows, codes):
        if trade.trade_date <= as_of:
            holdings[trade.account_id, trade.product_id].append(trade)
    for trades in holdings.values():
        _judge_holding(verdict, trades, ages, as_of)
    return verdict


def net_of_corrections(flows: Iterable[Flow], codes: Mapping[str, Code]) -> list[Trade]:
    """Net corrections against the flow at the root of their chain, per account and product.

    A correction takes the class and the date of that flow. Where it moves another account or
    product, it is a trade of its own there. One that leads to no flow touches no lot.
    """
    by_id = {flow.flow_id: flow for flow in flows}
    groups: dict[tuple[str, str, str], list[Flow]] = defaultdict(list)
    for flow in by_id.values():
        root = _root(flow, by_id)
        if root is not None:
            account = (flow.account_id or "").strip() or NO_ACCOUNT
            groups[root.flow_id, account, flow.product_id].append(flow)

    trades = []
    for (root_id, account, product), members in groups.items():
        root = by_id[root_id]
        flow_class = _code(root, codes).flow_class
        if flow_class not in OPENING_CLASSES | RELIEVING_CLASSES:
            continue
        money, units = Fraction(0), Fraction(0)
        units_known = True
        for flow in members:
            sign = _direction(flow, flow_class, codes)
            money += sign * Fraction(flow.amount)
            if flow.units is None:
                units_known = False
            else:
                units += sign * Fraction(flow.units)
        ids = [flow.flow_id for flow in members]
        trades.append(
            Trade(
                flow_id=root_id if root_id in ids else min(ids),
                account_id=account,
                product_id=product,
                trade_date=root.trade_date,
                amount=money,
                units=units if units_known else None,
                is_cohort_member=flow_class in COHORT_CLASSES,
            )
        )
    return trades


def _root(flow: Flow, by_id: Mapping[str, Flow]) -> Flow | None:
    seen = set()
    while flow.corrects_flow_id is not None:
        if flow.flow_id in seen or flow.corrects_flow_id not in by_id:
            return None
        seen.add(flow.flow_id)
        flow = by_id[flow.corrects_flow_id]
    return flow


def _code(flow: Flow, codes: Mapping[str, Code]) -> Code:
    return codes.get(flow.transaction_type_id, Code("unassigned"))


def _direction(flow: Flow, root_class: str, codes: Mapping[str, Code]) -> int:
    """1 where a positive amount comes in, -1 where it goes out.

    The flow's own class says so; a plain correction has no direction but that of its root.
    """
    code = _code(flow, codes)
    known = OPENING_CLASSES | RELIEVING_CLASSES
    flow_class = code.flow_class if code.flow_class in known else root_class
    return code.amount_sign * (1 if flow_class in OPENING_CLASSES else -1)


def _judge_holding(verdict: Verdict, trades: list[Trade], ages: Sequence[int], as_of: date) -> None:
    # Units and money do not mix in one queue.
    in_units = all(trade.units is not None for trade in trades if trade.amount)
    basis = "units" if in_units else "amount"
    moves = sorted(
        (trade for trade in trades if trade.quantity(basis)),
        key=lambda trade: (trade.trade_date, trade.quantity(basis) < 0, trade.flow_id),
    )
    for method, relieve in RELIEFS.items():
        lots, unmatched = _run_queue(moves, basis, relieve)
        for lot in lots:
            horizons: list[tuple[int | None, date]] = [
                (age, lot.trade.trade_date + timedelta(age)) for age in ages
            ]
            for age, day in [*horizons, (None, as_of)]:
                if day <= as_of:
                    verdict.retained.append(_retained(lot, method, basis, age, day))
        if method == "fifo":
            verdict.unmatched.extend(unmatched)
            verdict.balances.extend(_balances(lots, moves, basis))


def _balances(lots: list[Lot], moves: list[Trade], basis: str) -> Iterator[Balance]:
    for day in sorted({trade.trade_date for trade in moves}):
        held = sum((lot.left_at(day) for lot in lots if lot.trade.trade_date <= day), Fraction(0))
        yield Balance(moves[0].account_id, moves[0].product_id, basis, day, held)


def _retained(lot: Lot, method: str, basis: str, age: int | None, day: date) -> Retained:
    left = lot.left_at(day)
    return Retained(
        trade=lot.trade,
        method=method,
        basis=basis,
        age_days=age,
        snapshot_date=day,
        original_quantity=lot.quantity,
        quantity=left,
        amount=rounded(lot.trade.amount * left / lot.quantity, 2),
    )


def _run_queue(
    moves: list[Trade], basis: str, relieve: Relief
) -> tuple[list[Lot], list[Unmatched]]:
    """Let each movement open a lot or relieve the lots there are; nothing is ever borrowed."""
    lots: list[Lot] = []
    unmatched: list[Unmatched] = []
    for position, trade in enumerate(moves):
        quantity = trade.quantity(basis)
        if quantity > 0:
            lots.append(Lot(trade, quantity, quantity))
        else:
            short = relieve(lots, -quantity)
            if short:
                amount = rounded(abs(trade.amount) * short / -quantity, 2)
                unmatched.append(Unmatched(trade, basis, short, amount))
        later = moves[position + 1 :]
        if not later or later[0].trade_date > trade.trade_date:
            for lot in lots:
                lot.close_day(trade.trade_date)
    return lots, unmatched


def _in_turn(lots: Iterable[Lot], wanted: Fraction) -> Fraction:
    for lot in lots:
        taken = min(lot.left, wanted)
        lot.left -= taken
        wanted -= taken
    return wanted


def _oldest_first(lots: list[Lot], wanted: Fraction) -> Fraction:
    return _in_turn(lots, wanted)


def _newest_first(lots: list[Lot], wanted: Fraction) -> Fraction:
    return _in_turn(reversed(lots), wanted)


def _from_all_alike(lots: list[Lot], wanted: Fraction) -> Fraction:
    held = sum((lot.left for lot in lots), Fraction(0))
    taken = min(held, wanted)
    for lot in lots:
        if held:
            lot.left -= lot.left * taken / held
    return wanted - taken


RELIEFS: dict[str, Relief] = {
    "fifo": _oldest_first,
    "lifo": _newest_first,
    "pro_rata": _from_all_alike,
}
