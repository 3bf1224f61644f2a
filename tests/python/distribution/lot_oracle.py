"""What every lot keeps, worked out one redemption at a time in exact fractions.

Written from the definitions of the subject and not from the SQL: lots lie in an explicit list,
and each redemption takes from them what it can. Slow, and plain enough to be believed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

NO_ACCOUNT = "unassigned"
COHORT_CLASSES = frozenset({"purchase"})
# Units that come without a movement, or go where they are below zero.
SPLIT_CLASSES = frozenset({"share_split"})
OPENING_CLASSES = COHORT_CLASSES | {
    "share_split",
    "exchange_in",
    "transfer_in",
    "conversion_in",
    "merger_in",
    "reinvestment",
    "seed_purchase",
    "acquisition",
}
# A negative flow of these that names no other one takes a flow of its class back.
UNDONE_CLASSES = frozenset({"purchase", "reinvestment", "seed_purchase"})
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
    transfer_id: str | None = None


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
    is_split: bool = False

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


@dataclass(frozen=True)
class Split:
    """From a day on, so many units of a product are what one was before."""

    day: date
    ratio: Fraction


@dataclass(frozen=True)
class Leg:
    """Whether a flow arrives or leaves, and the transfer that joins it to other flows."""

    transfer: tuple[str, str]
    arrives: bool


@dataclass(frozen=True)
class Facts:
    """What no flow says alone: the legs of matched transfers, and the splits of products.

    What legs take along is followed.
    """

    legs: Mapping[str, Leg] = field(default_factory=dict)
    splits: Mapping[str, Sequence[Split]] = field(default_factory=dict)


@dataclass(frozen=True)
class Slice:
    """What one flow took from a lot: from one place in the order of its relief to another."""

    lot: Lot
    start: Fraction
    stop: Fraction


@dataclass(frozen=True)
class Segment:
    """A part of a lot that a transfer moved, and the part of the lot it comes from."""

    start: Fraction
    stop: Fraction
    source: Slice | None
    departed: date


@dataclass(frozen=True)
class Piece:
    """A part of a lot that a transfer moved, and its original lot."""

    carrier: Lot
    start: Fraction
    stop: Fraction
    origin: Slice
    departed: date

    def kept_at(self, day: date, method: str) -> Fraction:
        """Return what the origin still has in this piece at the close of a day."""
        size = self.origin.stop - self.origin.start
        if day < self.departed:
            return Fraction(0)
        if day < self.carrier.trade.trade_date:
            return size
        left = self.carrier.left_at(day)
        if method == "pro_rata":
            return size * left / self.carrier.quantity
        kept = self.stop - max(self.start, self.carrier.quantity - left)
        return size * max(kept, Fraction(0)) / (self.stop - self.start)


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
    in_product_quantity: Fraction
    in_product_amount: Decimal
    held_quantity: Fraction
    held_amount: Decimal
    pieces: int


@dataclass(frozen=True)
class Relieved:
    """What one flow took from one lot."""

    lot: Trade
    by: Trade
    method: str
    quantity: Fraction


@dataclass(frozen=True)
class Unmatched:
    """The part of a redemption beyond all known lots."""

    trade: Trade
    basis: str
    quantity: Fraction
    amount: Decimal


@dataclass(frozen=True)
class Balance:
    """What the known lots of an account and product hold at the close of a day, in its units."""

    account_id: str
    product_id: str
    basis: str
    day: date
    quantity: Fraction


@dataclass
class Verdict:
    """All that follows from a set of flows."""

    retained: list[Retained] = field(default_factory=list)
    relieved: list[Relieved] = field(default_factory=list)
    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    unmatched: list[Unmatched] = field(default_factory=list)
    balances: list[Balance] = field(default_factory=list)


def rounded(value: Fraction, places: int) -> Decimal:
    """Round to decimals, halves away from zero."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def judge(
    flows: Iterable[Flow],
    codes: Mapping[str, Code],
    ages: Sequence[int],
    as_of: date,
    facts: Facts | None = None,
) -> Verdict:
    """Work out every lot of every account and product up to the close of `as_of`, in its units."""
    facts = facts or Facts()
    verdict = Verdict()
    holdings: dict[tuple[str, str], list[Trade]] = defaultdict(list)
    for trade in net_of_corrections(flows, codes):
        if trade.trade_date <= as_of:
            holdings[trade.account_id, trade.product_id].append(trade)
    for method, relieve in RELIEFS.items():
        queues = [
            _judge_holding(verdict, trades, method, relieve, facts.splits.get(product, ()))
            for (_, product), trades in holdings.items()
        ]
        pieces = Transfers(queues, facts.legs, method).pieces()
        verdict.pieces[method] = pieces
        carried: dict[str, list[Piece]] = defaultdict(list)
        for piece in pieces:
            carried[piece.origin.lot.trade.flow_id].append(piece)
        for queue in queues:
            for lot in queue.lots:
                horizons: list[tuple[int | None, date]] = [
                    (age, lot.trade.trade_date + timedelta(age)) for age in ages
                ]
                for horizon in [*horizons, (None, as_of)]:
                    if horizon[1] <= as_of:
                        parts = carried[lot.trade.flow_id]
                        verdict.retained.append(_retained(lot, parts, method, queue.basis, horizon))
    return verdict


def net_of_corrections(flows: Iterable[Flow], codes: Mapping[str, Code]) -> list[Trade]:
    """Net corrections against the flow at the root of their chain, per account and product.

    A correction takes the class and the date of that flow. Where it moves another account or
    product, it is a trade of its own there. One that leads to no flow changes no lot. A negative
    purchase that names none goes with the purchase that it undoes.
    """
    by_id = {flow.flow_id: flow for flow in flows}
    linked: dict[tuple[str, str, str], list[Flow]] = defaultdict(list)
    for flow in by_id.values():
        root = _root(flow, by_id)
        if root is not None:
            account = (flow.account_id or "").strip() or NO_ACCOUNT
            linked[root.flow_id, account, flow.product_id].append(flow)
    undone = _undone_by_reversals(linked, by_id, codes)
    groups: dict[tuple[str, str, str], list[Flow]] = defaultdict(list)
    for (root_id, account, product), members in linked.items():
        leads_to = undone.get(root_id, root_id)
        if leads_to is not None:
            groups[leads_to, account, product] += members

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
                # A split costs nothing, whatever a source says that its units are worth.
                amount=Fraction(0) if flow_class in SPLIT_CLASSES else money,
                units=units if units_known else None,
                # What corrections leave at a negative cost was not sold.
                is_cohort_member=flow_class in COHORT_CLASSES and money >= 0,
                is_split=flow_class in SPLIT_CLASSES,
            )
        )
    return trades


@dataclass(frozen=True)
class _Movement:
    """What is left of a flow after the corrections that name it, and when it was."""

    day: date
    flow_id: str
    amount: Fraction


def _undone_by_reversals(
    linked: Mapping[tuple[str, str, str], list[Flow]],
    by_id: Mapping[str, Flow],
    codes: Mapping[str, Code],
) -> dict[str, str | None]:
    """Return the flow that each reversal takes back, or None where there is none.

    In the order of days, a reversal takes the last purchase of its amount that is still there;
    else the last one of that amount that comes later; else the last one before it of any amount.
    """
    bought: dict[tuple[str, str, str], list[_Movement]] = defaultdict(list)
    bounced: dict[tuple[str, str, str], list[_Movement]] = defaultdict(list)
    for (root_id, account, product), members in linked.items():
        root = by_id[root_id]
        flow_class = _code(root, codes).flow_class
        if flow_class not in UNDONE_CLASSES:
            continue
        amount = sum(
            (_direction(each, flow_class, codes) * Fraction(each.amount) for each in members),
            Fraction(0),
        )
        movement = _Movement(root.trade_date, root_id, amount)
        if amount > 0:
            bought[account, product, flow_class].append(movement)
        elif root in members and _direction(root, flow_class, codes) * root.amount < 0 > amount:
            bounced[account, product, flow_class].append(movement)
    undone: dict[str, str | None] = {}
    for place, reversals in bounced.items():
        purchases = sorted(bought[place], key=lambda each: (each.day, each.flow_id))
        left = list(purchases)
        for chosen in (_last_before_of_amount, _last_of_amount):
            # Those without one before it look at the end of the list, the latest first.
            waiting = [each for each in reversals if each.flow_id not in undone]
            waiting.sort(
                key=lambda each: (each.day, each.flow_id), reverse=chosen is _last_of_amount
            )
            for reversal in waiting:
                purchase = chosen(left, reversal)
                if purchase is not None:
                    undone[reversal.flow_id] = purchase.flow_id
                    left.remove(purchase)
        for reversal in reversals:
            before = [each for each in left if each.day <= reversal.day]
            if reversal.flow_id not in undone:
                undone[reversal.flow_id] = before[-1].flow_id if before else None
    return undone


def _last_before_of_amount(left: Sequence[_Movement], reversal: _Movement) -> _Movement | None:
    earlier = [each for each in left if each.day <= reversal.day]
    return _last_of_amount(earlier, reversal)


def _last_of_amount(left: Sequence[_Movement], reversal: _Movement) -> _Movement | None:
    return next((each for each in reversed(left) if each.amount == -reversal.amount), None)


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


@dataclass(frozen=True)
class Queue:
    """The lots of an account and product, and what each flow took from them, in order."""

    basis: str
    lots: list[Lot]
    takings: list[tuple[Trade, list[Slice]]]


def units_now(splits: Sequence[Split], day: date) -> Fraction:
    """Return how many of today's units one unit of a day is."""
    now = Fraction(1)
    for split in splits:
        if split.day > day:
            now *= split.ratio
    return now


def units_held(trades: Iterable[Trade], before: date) -> Fraction:
    """Return what known trades leave before a day, in its units; splits come first on theirs."""
    held = Fraction(0)
    for trade in sorted(
        (trade for trade in trades if trade.trade_date < before and trade.units),
        key=lambda trade: (trade.trade_date, not trade.is_split, (trade.units or 0) < 0),
    ):
        held = max(held + (trade.units or 0), Fraction(0))
    return held


def _restated(trades: Sequence[Trade], splits: Sequence[Split]) -> list[Trade]:
    """Restate trades to the units of today, by their running total and rounded as it is.

    Of a split itself the part of a unit stays by which it differs from its ratio.
    """
    in_own_units = []
    for trade in trades:
        units = trade.units or Fraction(0)
        if trade.is_split:
            units = _remainder(trade, trades, splits)
        in_own_units.append(replace(trade, units=units))
    in_own_units.sort(key=lambda trade: (trade.trade_date, (trade.units or 0) <= 0, trade.flow_id))
    restated, total = [], Fraction(0)
    for trade in in_own_units:
        before = Fraction(rounded(total, 6))
        total += (trade.units or 0) * units_now(splits, trade.trade_date)
        restated.append(replace(trade, units=Fraction(rounded(total, 6)) - before))
    return restated


def _remainder(trade: Trade, trades: Sequence[Trade], splits: Sequence[Split]) -> Fraction:
    of_day = [each for each in trades if each.is_split and each.trade_date == trade.trade_date]
    held = units_held(trades, trade.trade_date)
    ratio = next((split.ratio for split in splits if split.day == trade.trade_date), None)
    moving = [each for each in of_day if each.units]
    if ratio is None or not held or not moving or trade != min(moving, key=lambda e: e.flow_id):
        return Fraction(0)
    reported = sum((each.units or Fraction(0) for each in moving), Fraction(0))
    remainder = reported - Fraction(rounded(held * (ratio - 1), 6))
    return remainder if abs(remainder) < 1 else Fraction(0)


def _judge_holding(
    verdict: Verdict, trades: list[Trade], method: str, relieve: Relief, splits: Sequence[Split]
) -> Queue:
    # Units and money do not mix in one queue.
    in_units = all(trade.units is not None for trade in trades if trade.amount)
    basis = "units" if in_units else "amount"
    if in_units:
        trades = _restated(trades, splits)
    else:
        splits = ()
    moves = sorted(
        (trade for trade in trades if trade.quantity(basis)),
        key=lambda trade: (trade.trade_date, trade.quantity(basis) < 0, trade.flow_id),
    )
    queue, unmatched = _run_queue(moves, basis, relieve, newest_first=method == "lifo")
    for by, slices in queue.takings:
        for each in slices:
            taken = each.stop - each.start
            verdict.relieved.append(Relieved(each.lot.trade, by, method, taken))
    if method == "fifo":
        verdict.unmatched.extend(unmatched)
        verdict.balances.extend(_balances(queue.lots, moves, basis, splits))
    return queue


class Transfers:
    """What the transfers of all holdings carry, by one method of relief."""

    MOST_STEPS = 100

    def __init__(self, queues: Sequence[Queue], legs: Mapping[str, Leg], method: str) -> None:
        self._method = method
        self._arrivals: dict[tuple[str, str], list[tuple[Trade, Lot]]] = defaultdict(list)
        self._departures: dict[tuple[str, str], list[tuple[Trade, list[Slice]]]]
        self._departures = defaultdict(list)
        self._basis: dict[str, str] = {}
        self._transfer: dict[str, tuple[str, str]] = {}
        for queue in queues:
            for lot in queue.lots:
                leg = legs.get(lot.trade.flow_id)
                self._basis[lot.trade.flow_id] = queue.basis
                if leg is not None and leg.arrives:
                    self._arrivals[leg.transfer].append((lot.trade, lot))
                    self._transfer[lot.trade.flow_id] = leg.transfer
            for trade, slices in queue.takings:
                leg = legs.get(trade.flow_id)
                self._basis[trade.flow_id] = queue.basis
                if leg is not None and not leg.arrives:
                    self._departures[leg.transfer].append((trade, slices))

    def pieces(self) -> list[Piece]:
        """Return the origin of every part of every lot that a transfer moved."""
        lots = [lot for arrivals in self._arrivals.values() for _, lot in arrivals]
        if self._method == "pro_rata":
            return self._mixed(lots)
        return [piece for lot in lots for piece in self._traced(lot, Fraction(0), lot.quantity, 1)]

    def _places(self, trades: list[Trade]) -> list[tuple[Fraction, Fraction]]:
        """Lay the legs of one side end to end, by money if each of them has some."""
        weights = [abs(trade.amount) for trade in trades]
        if any(trade.amount * trade.quantity(self._basis[trade.flow_id]) <= 0 for trade in trades):
            weights = [abs(trade.quantity(self._basis[trade.flow_id])) for trade in trades]
        total, places, start = sum(weights, Fraction(0)), [], Fraction(0)
        for weight in weights:
            places.append((start, start + weight / total))
            start += weight / total
        return places

    def _segments(self, lot: Lot) -> Iterator[Segment]:
        transfer = self._transfer[lot.trade.flow_id]

        def by_day(side: tuple[Trade, object]) -> tuple[date, str]:
            return side[0].trade_date, side[0].flow_id

        arrivals = sorted(self._arrivals[transfer], key=by_day)
        departures = sorted(self._departures[transfer], key=by_day)
        place = [arrived.flow_id for arrived, _ in arrivals].index(lot.trade.flow_id)
        first, last = self._places([arrived for arrived, _ in arrivals])[place]
        stretches = self._places([left for left, _ in departures])
        for (trade, slices), (start, stop) in zip(departures, stretches, strict=True):
            scale = lot.quantity * (stop - start) / -trade.quantity(self._basis[trade.flow_id])
            at = lot.quantity * start
            for each in slices:
                size = each.stop - each.start
                source = Slice(each.lot, each.start + size * first, each.start + size * last)
                yield Segment(at, at + size * scale, source, trade.trade_date)
                at += size * scale
            if at < lot.quantity * stop:
                yield Segment(at, lot.quantity * stop, None, trade.trade_date)

    def _traced(self, lot: Lot, start: Fraction, stop: Fraction, steps: int) -> Iterator[Piece]:
        """Follow a stretch of a lot back through the queues; what has no beginning is left out."""
        for segment in self._segments(lot):
            low, high = max(start, segment.start), min(stop, segment.stop)
            if segment.source is None or low >= high:
                continue
            source = segment.source
            scale = (source.stop - source.start) / (segment.stop - segment.start)
            first = source.start + (low - segment.start) * scale
            last = source.start + (high - segment.start) * scale
            if source.lot.trade.flow_id not in self._transfer:
                yield Piece(lot, low, high, Slice(source.lot, first, last), segment.departed)
            elif steps < self.MOST_STEPS:
                for piece in self._traced(source.lot, first, last, steps + 1):
                    yield Piece(
                        lot,
                        low + (piece.start - first) / scale,
                        low + (piece.stop - first) / scale,
                        piece.origin,
                        max(piece.departed, segment.departed),
                    )

    def _mixed(self, lots: list[Lot]) -> list[Piece]:
        """Let every origin flow forward, transfer by transfer; only quantities count."""
        arrived: dict[tuple[str, str, date], Fraction] = defaultdict(Fraction)
        carriers = {lot.trade.flow_id: lot for lot in lots}
        origins: dict[str, Lot] = {}
        onward: dict[str, list[tuple[str, Fraction, date]]] = defaultdict(list)
        flowing: dict[tuple[str, str, date], Fraction] = defaultdict(Fraction)
        for lot in lots:
            for segment in self._segments(lot):
                if segment.source is None:
                    continue
                source, size = segment.source.lot, segment.source.stop - segment.source.start
                if source.trade.flow_id in self._transfer:
                    onward[source.trade.flow_id].append(
                        (lot.trade.flow_id, size / source.quantity, segment.departed)
                    )
                else:
                    origins[source.trade.flow_id] = source
                    flowing[lot.trade.flow_id, source.trade.flow_id, segment.departed] += size
        for _ in range(self.MOST_STEPS):
            moved: dict[tuple[str, str, date], Fraction] = defaultdict(Fraction)
            for (carrier, origin, departed), quantity in flowing.items():
                arrived[carrier, origin, departed] += quantity
                for receiver, share, day in onward[carrier]:
                    part = quantity * share
                    if part > Fraction(1, 10**15):
                        moved[receiver, origin, max(departed, day)] += part
            flowing = moved
        return [
            Piece(
                carriers[carrier],
                Fraction(0),
                Fraction(1),
                Slice(origins[origin], Fraction(0), quantity),
                departed,
            )
            for (carrier, origin, departed), quantity in arrived.items()
        ]


def _balances(
    lots: list[Lot], moves: list[Trade], basis: str, splits: Sequence[Split]
) -> Iterator[Balance]:
    days = {trade.trade_date for trade in moves}
    if days:
        days |= {split.day for split in splits if split.day > min(days)}
    for day in sorted(days):
        held = sum((lot.left_at(day) for lot in lots if lot.trade.trade_date <= day), Fraction(0))
        units = held / units_now(splits, day)
        yield Balance(moves[0].account_id, moves[0].product_id, basis, day, units)


def _retained(
    lot: Lot, pieces: Sequence[Piece], method: str, basis: str, horizon: tuple[int | None, date]
) -> Retained:
    age, day = horizon
    held = lot.left_at(day)
    kept = [(piece, piece.kept_at(day, method)) for piece in pieces]
    in_product = sum(
        (
            quantity
            for piece, quantity in kept
            if piece.carrier.trade.product_id == lot.trade.product_id
        ),
        held,
    )
    left = sum((quantity for _, quantity in kept), held)

    def cost(quantity: Fraction) -> Decimal:
        return rounded(lot.trade.amount * quantity / lot.quantity, 2)

    return Retained(
        trade=lot.trade,
        method=method,
        basis=basis,
        age_days=age,
        snapshot_date=day,
        original_quantity=lot.quantity,
        quantity=left,
        amount=cost(left),
        in_product_quantity=in_product,
        in_product_amount=cost(in_product),
        held_quantity=held,
        held_amount=cost(held),
        pieces=len(pieces),
    )


def _run_queue(
    moves: list[Trade], basis: str, relieve: Relief, *, newest_first: bool
) -> tuple[Queue, list[Unmatched]]:
    """Let each movement open a lot or relieve the lots there are; nothing is ever borrowed."""
    queue = Queue(basis, [], [])
    lots = queue.lots
    unmatched: list[Unmatched] = []
    for position, trade in enumerate(moves):
        quantity = trade.quantity(basis)
        if quantity > 0:
            lots.append(Lot(trade, quantity, quantity))
        else:
            before = [lot.left for lot in lots]
            short = relieve(lots, -quantity)
            if short:
                amount = rounded(abs(trade.amount) * short / -quantity, 2)
                unmatched.append(Unmatched(trade, basis, short, amount))
            slices = [
                Slice(lot, lot.quantity - had, lot.quantity - lot.left)
                for lot, had in zip(lots, before, strict=True)
                if lot.left < had
            ]
            queue.takings.append((trade, slices[::-1] if newest_first else slices))
        later = moves[position + 1 :]
        if not later or later[0].trade_date > trade.trade_date:
            for lot in lots:
                lot.close_day(trade.trade_date)
    return queue, unmatched


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
