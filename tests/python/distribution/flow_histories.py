"""Random histories of flows, each in accounts of its own, with every hard case mixed in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from distribution.lot_oracle import Code, Flow, Split, net_of_corrections, rounded, units_held
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

FIRST_DAY = date(2024, 1, 1)
AS_OF = date(2024, 9, 30)
# What is dated after its load is not taken.
LAST_BOOKED = date(2025, 6, 30)

CODES = {
    # Firms may use the names of the classes as codes.
    "purchase": Code("purchase"),
    "redemption": Code("redemption"),
    "BUY": Code("purchase"),
    "BUX": Code("purchase", -1),
    "RED": Code("redemption"),
    "REX": Code("redemption", -1),
    "COR": Code("correction"),
    "XIN": Code("exchange_in"),
    "XOUT": Code("exchange_out"),
    "ACI": Code("transfer_in"),
    "ACO": Code("transfer_out"),
    "CVI": Code("conversion_in"),
    "CVO": Code("conversion_out"),
    "MGI": Code("merger_in"),
    "MGO": Code("merger_out"),
    "DRI": Code("reinvestment"),
    "FEE": Code("fee_deduction"),
    "SDB": Code("seed_purchase"),
    "SDS": Code("seed_redemption"),
    "ACQ": Code("acquisition"),
    "DIV": Code("distribution"),
    "ADJ": Code("adjustment"),
    "SPL": Code("share_split"),
}
# What leaves, and what arrives for it.
TRANSFERS = {"XOUT": "XIN", "ACO": "ACI", "CVO": "CVI", "MGO": "MGI"}
ORDINARY = ["BUY"] * 30 + ["RED"] * 30 + [*CODES, "a code that no taxonomy knows"]
CORRECTIONS = ["COR", "its own code", "its own code", "its reversal", "its opposite"]
REVERSALS = {"BUY": "BUX", "RED": "REX"}
OPPOSITES = {"BUY": "RED", "RED": "BUY", "XIN": "XOUT", "XOUT": "XIN"}

# What bounces now and then, without a word of what it was.
BOUNCING = ("BUY", "BUX", "purchase", "DRI", "SDB")

# Days between flows: many on one day, many just before, on and after an age.
GAPS = [0] * 10 + [1, 1, 2, 6, 7, 7, 8, 22, 23, 24, 29, 30, 31, 60]
AGES = (0, 7, 30, 60, 90, 120)
ORPHAN, ITSELF = -1, -2
PRICES = {
    "PA": Decimal("12.5"),
    "PB": Decimal("0.333333"),
    "PC": None,
    "PS": Decimal("9.75"),
    "PR": Decimal("30"),
}
# Products that split, most of whose accounts report it; one never divides, one has a reverse.
SPLITS = {
    "PS": [Split(date(2024, 6, 14), Fraction(4))],
    "PR": [Split(date(2024, 4, 22), Fraction(3, 2)), Split(date(2024, 7, 15), Fraction(1, 7))],
}
# How an account reports a split: as the ratio gives it, without the part of a unit that is paid in
# cash, for more units than are known of it, twice and half of it taken back, or not at all.
REPORTS = ["right"] * 8 + ["whole units", "unknown units", "corrected", "not at all"]


@dataclass(frozen=True)
class Step:
    """One flow as drawn, before it knows its history."""

    code: str
    gap: int
    units: Decimal
    price: Decimal
    account: str | None
    product: str
    tag: str
    corrects: int | None
    correction_code: str
    share: Decimal
    booked_after: int
    has_units: bool
    sign: int
    bounces: int | None
    transfer: str | None
    legs: tuple[int, int]
    transit: int
    to_account: str
    to_product: str
    to_price: Decimal


def _sampled(*values: str) -> st.SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(value) for value in values])


STEPS = st.builds(
    Step,
    code=st.sampled_from(ORDINARY),
    gap=st.sampled_from(GAPS),
    units=st.one_of(
        _sampled("0", "1", "1", "2", "2", "3", "5", "10", "100"),
        st.integers(1, 10**10).map(lambda millionths: Decimal(millionths).scaleb(-6)),
    ),
    price=_sampled("1", "1", "10", "12.34", "0.004", "333.333333"),
    account=st.sampled_from(["A"] * 12 + ["B", "B", "UNKNOWN", None, "  "]),
    product=st.sampled_from(["PA"] * 8 + ["PB", "PC", "PS", "PS", "PR", "PR"]),
    tag=st.sampled_from("abc"),
    corrects=st.sampled_from([None] * 14 + [ORPHAN, ITSELF, 0, 0, 0, 1, 1, 2, 3, 5]),
    correction_code=st.sampled_from(CORRECTIONS),
    share=_sampled("1", "1", "0.5", "0.3", "1.5", "-0.25"),
    booked_after=st.sampled_from([0, 0, 1, 40, 200]),
    has_units=st.sampled_from([True, True, True, False]),
    sign=st.sampled_from([1] * 15 + [-1]),
    bounces=st.sampled_from([None] * 8 + [0, 1, 2]),
    transfer=st.sampled_from([None] * 6 + list(TRANSFERS)),
    legs=st.sampled_from([(1, 1)] * 4 + [(1, 2), (2, 1), (2, 2)]),
    transit=st.sampled_from([0] * 6 + [1, 2, 8, 40, -1]),
    to_account=st.sampled_from("AAB"),
    to_product=st.sampled_from(["PA", "PB", "PB", "PC", "PS", "PR"]),
    to_price=_sampled("1", "1", "7", "0.25"),
)
BASES = st.sampled_from(["units", "units", "amount", "mixed"])
HISTORIES = st.tuples(
    BASES,
    st.integers(0, 200),
    st.lists(STEPS, min_size=2, max_size=14),
    st.sampled_from(REPORTS),
)


def history(
    number: int, basis: str, start: int, steps: list[Step], report: str = "right"
) -> list[Flow]:
    """Turn drawn steps into flows whose ids and accounts belong to this history alone."""
    flows = _moved(number, basis, start, steps)
    return flows + _split(f"{number:06}", flows, report)


def _split(number: str, flows: list[Flow], report: str) -> list[Flow]:
    """Return what the accounts of a history report of the splits of what they hold."""
    reported: list[Flow] = []
    places = {
        (flow.account_id, flow.product_id)
        for flow in flows
        if flow.account_id and flow.product_id in SPLITS
    }
    for position, (account, product) in enumerate(sorted(places, key=str)):
        for place, split in enumerate(SPLITS[product]):
            trades = [
                trade
                for trade in net_of_corrections([*flows, *reported], CODES)
                if (trade.account_id, trade.product_id) == (account, product)
            ]
            held = units_held(trades, split.day)
            after = Fraction(int(held * split.ratio)) if report == "whole units" else None
            units = rounded((held * split.ratio if after is None else after) - held, 6)
            if report == "unknown units":
                units *= 3
            if not units or report == "not at all":
                continue
            flow = Flow(
                flow_id=f"{number}-s{position:02}{place}",
                account_id=account,
                product_id=product,
                transaction_type_id="SPL",
                trade_date=split.day,
                booked_date=split.day,
                amount=Decimal(0),
                units=units,
            )
            if report == "corrected":
                flow = replace(flow, units=2 * units)
                back = replace(
                    flow,
                    flow_id=f"{flow.flow_id}c",
                    transaction_type_id="COR",
                    units=-units,
                    corrects_flow_id=flow.flow_id,
                )
                reported.append(back)
            reported.append(flow)
    return reported


def _moved(number: int, basis: str, start: int, steps: list[Step]) -> list[Flow]:
    day = FIRST_DAY + timedelta(start)
    flows: list[Flow] = []
    for position, step in enumerate(steps):
        day += timedelta(step.gap)
        nameless = not (step.account or "").strip()
        if step.transfer is not None and not nameless:
            flows += _transfer(f"{number:06}", position, step, day, has_units=basis != "amount")
            continue
        flow = Flow(
            flow_id=f"{number:06}-{step.tag}{position:02}",
            account_id=step.account if nameless else f"{number:06}-{step.account}",
            # Flows without an account share one queue a product: histories must not meet there.
            product_id=f"{number:06}-P" if nameless else step.product,
            transaction_type_id=step.code,
            trade_date=day,
            booked_date=min(day + timedelta(step.booked_after), max(day, LAST_BOOKED)),
            amount=round(step.sign * step.units * step.price, 2),
            units=step.sign * step.units,
        )
        if step.corrects is not None:
            flow = _correction(flow, step, flows)
        elif step.bounces is not None:
            flow = _bounce(flow, step, flows)
        if basis == "amount" or (basis == "mixed" and not step.has_units):
            flow = replace(flow, units=None)
        flows.append(flow)
    return flows


def _bounce(flow: Flow, step: Step, earlier: list[Flow]) -> Flow:
    """Make a flow the negative of an earlier purchase, which it does not name."""
    assert step.bounces is not None
    bought = [each for each in earlier if each.transaction_type_id in BOUNCING]
    if not bought:
        return flow
    target = bought[-1 - step.bounces % len(bought)]
    return replace(
        flow,
        account_id=target.account_id,
        product_id=target.product_id,
        transaction_type_id=target.transaction_type_id,
        amount=-target.amount,
        units=None if target.units is None else -target.units,
    )


def _transfer(number: str, position: int, step: Step, day: date, *, has_units: bool) -> list[Flow]:
    """Return the legs of a transfer: several on a side have its quantity in unequal parts."""
    assert step.transfer is not None
    account = step.account or ""
    places = [(account, step.product), (account, "PB"), ("B", step.product)]
    to_places = [
        (step.to_account, step.to_product),
        ("B", step.to_product),
        (step.to_account, "PC"),
        ("B", "PA"),
    ]
    to_places = [place for place in to_places if place != places[0]]
    arrives, to_price = TRANSFERS[step.transfer], step.price * step.to_price
    sides = [
        (step.transfer, places[: step.legs[0]], day, step.price),
        (arrives, to_places[: step.legs[1]], day + timedelta(step.transit), to_price),
    ]
    flows = []
    for code, side, on, price in sides:
        parts = [Decimal(1)] if len(side) == 1 else [Decimal("0.25"), Decimal("0.75")]
        for leg, ((account, product), part) in enumerate(zip(side, parts, strict=True)):
            units = round(step.units * part, 6)
            amount = round(units * step.price, 2)
            flows.append(
                Flow(
                    flow_id=f"{number}-{step.tag}{position:02}{code}{leg}",
                    account_id=f"{number}-{account}",
                    product_id=product,
                    transaction_type_id=code,
                    trade_date=on,
                    booked_date=on,
                    amount=amount,
                    units=round(units * step.price / price, 6) if has_units else None,
                    transfer_id=f"{number}-{position:02}",
                )
            )
    return flows


def _correction(flow: Flow, step: Step, earlier: list[Flow]) -> Flow:
    """Make a flow correct an earlier one, one that is not there, or itself."""
    assert step.corrects is not None
    assert flow.units is not None
    if step.corrects == ITSELF:
        return replace(flow, corrects_flow_id=flow.flow_id)
    if step.corrects == ORPHAN or not earlier:
        return replace(flow, corrects_flow_id="missing", amount=-flow.amount, units=-flow.units)
    target = earlier[-1 - step.corrects % len(earlier)]
    sign = -1
    code = target.transaction_type_id
    if step.correction_code == "COR":
        code = "COR"
    elif step.correction_code == "its reversal" and code in REVERSALS:
        code, sign = REVERSALS[code], 1
    elif step.correction_code == "its opposite" and code in OPPOSITES:
        code, sign = OPPOSITES[code], 1
    units = target.units if target.units is not None else Decimal(0)
    # Mostly the account of the flow that is corrected; else the trade moves to another account.
    same_holding = step.tag != "c"
    return replace(
        flow,
        account_id=target.account_id if same_holding else flow.account_id,
        product_id=target.product_id if same_holding else flow.product_id,
        transaction_type_id=code,
        corrects_flow_id=target.flow_id,
        amount=round(sign * step.share * target.amount, 2),
        units=round(sign * step.share * units, 6),
    )


def draw(count: int, seed_number: int | None = None) -> list[Flow]:
    """Draw unlike histories by hypothesis; without a seed number always the same ones.

    Of the same modules, that is: hypothesis also tries constants that it finds in those loaded.
    """
    drawn: dict[tuple[Flow, ...], list[Flow]] = {}

    def collect(parts: tuple[str, int, list[Step], str]) -> None:
        if len(drawn) < count:
            drawn.setdefault(tuple(history(0, *parts)), history(len(drawn), *parts))

    collect = settings(
        # It likes to try variants, and many make no difference to the flows.
        max_examples=3 * count,
        derandomize=seed_number is None,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )(given(HISTORIES)(collect))
    if seed_number is not None:
        collect = seed(seed_number)(collect)
    collect()
    return [flow for flows in drawn.values() for flow in flows]
