"""Ordinary business: purchases, their redemptions and exchanges, and income on holdings."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from dist_perf.generate.distribution.block import (
    MODEL_PORTFOLIO,
    NO_ADVISOR,
    NOT_BOOKED,
    OMNIBUS,
    RETAIL,
    RETIREMENT,
    Block,
    Holding,
    Rows,
    units_for,
    worth_of,
)
from dist_perf.generate.distribution.calendar import MONTHS_A_YEAR, Flags, Floats, Ints
from dist_perf.generate.distribution.products import ASSET_CLASSES
from dist_perf.generate.distribution.transaction_types import HOLDING_SIGNS, NUMBER

FLOWS_PER_ACCOUNT = 34
LARGEST_BASKET = 4
AMOUNT_ONLY = 0.05

# By account type, in the order retail, retirement, model portfolio, omnibus.
TYPE_SHARES = np.array([0.53, 0.32, 0.13, 0.02])
BUSYNESS = np.array([1.0, 1.5, 3.0, 5.0])
MEDIAN_TICKET_DOLLARS = np.array([45_000, 20_000, 190_000, 240_000])
TICKET_SPREAD = np.array([1.1, 0.9, 1.1, 0.8])
LARGEST_TICKET_CENTS = 5_000_000_000
SMALLEST_TICKET_CENTS = 2_500
# Tickets are typed in to the cent, the dollar or the hundred dollars.
TICKET_STEPS_CENTS = np.array([1, 100, 10_000])
REINVESTS = np.array([0.7, 1.0, 0.5, 0.0])

# By account type: code, its share, and how its ticket compares with the usual one.
BUY_CODES = {
    RETAIL: (("BUY", 0.8, 1.0), ("SIP", 0.2, 0.1)),
    RETIREMENT: (("SIP", 0.5, 0.15), ("BUY", 0.3, 1.0), ("RLV", 0.2, 3.0)),
    MODEL_PORTFOLIO: (("BUY", 1.0, 1.0),),
    OMNIBUS: (("purchase", 1.0, 1.0),),
}
SELL_CODES = {
    RETAIL: (("RED", 0.85, 1.0), ("SWP", 0.15, 1.0)),
    RETIREMENT: (("RED", 0.65, 1.0), ("SWP", 0.15, 1.0), ("RMD", 0.2, 1.0)),
    MODEL_PORTFOLIO: (("RED", 1.0, 1.0),),
    OMNIBUS: (("redemption", 1.0, 1.0),),
}
# Share of purchases, by accounts older than the period, that are a book taken over at its start.
OPENING_BOOK = 0.04
OPENING_BOOK_DAYS = 10
OPENING_BOOK_TICKETS = 6.0

# Money leaves after a Weibull time on the product's clock: this scale in days, divided by the
# advisor's impatience; with a shape above 1, the longer it has stayed the likelier it goes.
USUAL_STAY_DAYS = 650.0
STAY_SHAPE = 1.05
LEAVES_WHOLLY = 0.45
IS_EXCHANGED = 0.12

INCOME_SHARE = 0.12
# Distributions are paid this many business days before a quarter ends.
PAID_BEFORE_QUARTER_END = 8
SMALLEST_INCOME_CENTS = 100

BOOKED_NEXT_DAY = 0.28
BOOKED_LATER = 0.015
BOOKED_EMPTY = 0.005


@dataclass(frozen=True)
class Holders:
    """The accounts that do ordinary business, by position.

    Attributes:
        account: number of the account in its block.
        type: number of its type.
        first_day: first business day on which it may trade.
        is_older: whether it was opened before the period.
        impatience: how many times faster than usual its money leaves.
        basket: products that it may hold, one row an account.
        basket_size: how many of these it does hold.
    """

    account: Ints
    type: Ints
    first_day: Ints
    is_older: Flags
    impatience: Floats
    basket: Ints
    basket_size: Ints


def ordinary(block: Block, count: int) -> Rows:
    """Return exactly `count` flows of ordinary business.

    Purchases come with all flows that follow them, then income on the holdings; the rest is filled
    with purchases that stay.
    """
    holders = _holders(block, count)
    bought, holder, slot = _purchases(block, holders, count)
    later, sizes = _what_becomes_of(block, holders, bought, holder, slot)
    income_room = int(count * INCOME_SHARE)
    kept = int(np.searchsorted(np.cumsum(sizes), count - income_room, side="right"))
    business = np.concatenate([bought[:kept], *(rows[of < kept] for rows, of in later)])
    income = _income(block, holders, business)[:income_room]
    fill = count - len(business) - len(income)
    rows = np.concatenate([business, income, bought[kept : kept + fill]])
    _book(block, rows)
    return rows


def _holders(block: Block, count: int) -> Holders:
    random = block.random
    products = block.world.products
    number = max(count // FLOWS_PER_ACCOUNT, 8)
    account = block.open_accounts(random.choice(len(TYPE_SHARES), number, p=TYPE_SHARES))
    opened = block.accounts[account]
    block.accounts["reports_units"][account] = random.random(number) >= AMOUNT_ONLY
    is_older = opened["days_before"] > 0
    advisor = opened["advisor"]
    choices = products.open_count
    # Steps without a common divisor never meet a product twice.
    strides: Ints = np.array([step for step in range(1, choices) if gcd(step, choices) == 1])
    stride = random.choice(strides, number)
    slots = np.arange(LARGEST_BASKET)
    first = random.integers(0, choices, number)
    basket = np.remainder(first[:, None] + stride[:, None] * slots, choices)
    return Holders(
        account=account,
        type=opened["type"].astype(np.int64),
        first_day=np.where(is_older, 0, random.integers(0, block.world.last_day, number)),
        is_older=is_older,
        impatience=np.where(
            advisor == NO_ADVISOR, 1.0, block.world.sales_force.impatience[advisor]
        ),
        basket=basket,
        basket_size=random.integers(1, LARGEST_BASKET + 1, number),
    )


def _purchases(block: Block, holders: Holders, count: int) -> tuple[Rows, Ints, Ints]:
    """Return purchases, with the position of each one's holder and the slot in its basket."""
    random = block.random
    products = block.world.products
    calendar = block.world.calendar
    # An account opened late has less time to trade in.
    time_left = 1 - np.concatenate(([0.0], calendar.activity))[holders.first_day]
    weight = np.cumsum(BUSYNESS[holders.type] * time_left)
    holder = np.searchsorted(weight / weight[-1], random.random(count), side="right")
    holder = np.minimum(holder, len(weight) - 1)
    slot = (random.random(count) ** 1.6 * holders.basket_size[holder]).astype(np.int64)
    product = holders.basket[holder, slot]
    kind = holders.type[holder]
    day = calendar.busy_days(
        random, np.maximum(holders.first_day[holder], products.launch[product])
    )
    code, size = _codes(random, kind, BUY_CODES)
    taken_over = (
        holders.is_older[holder]
        & (products.launch[product] == 0)
        & (random.random(count) < OPENING_BOOK)
    )
    day[taken_over] = random.integers(0, OPENING_BOOK_DAYS, taken_over.sum())
    code[taken_over] = NUMBER["ACQ"]
    size[taken_over] = OPENING_BOOK_TICKETS
    ticket = np.exp(TICKET_SPREAD[kind] * random.standard_normal(count))
    step = random.choice(TICKET_STEPS_CENTS, count, p=[0.35, 0.35, 0.3])
    cents = np.rint(MEDIAN_TICKET_DOLLARS[kind] * size * ticket * 100 / step).astype(np.int64)
    cents = np.clip(cents * step, SMALLEST_TICKET_CENTS, LARGEST_TICKET_CENTS)
    return (
        block.by_amount(code, Holding(holders.account[holder], product), day, cents),
        holder,
        slot,
    )


def _codes(
    random: np.random.Generator,
    kind: Ints,
    options: dict[int, tuple[tuple[str, float, float], ...]],
) -> tuple[Ints, Floats]:
    """Draw a code, and its ticket's relative size, for each account type in `kind`."""
    code = np.empty(len(kind), dtype=np.int64)
    size = np.empty(len(kind))
    for account_type, codes in options.items():
        of_type = np.flatnonzero(kind == account_type)
        shares = [share for _, share, _ in codes]
        drawn = random.choice(len(codes), len(of_type), p=shares)
        code[of_type] = np.array([NUMBER[name] for name, _, _ in codes])[drawn]
        size[of_type] = np.array([relative for _, _, relative in codes])[drawn]
    return code, size


def _what_becomes_of(
    block: Block, holders: Holders, bought: Rows, holder: Ints, slot: Ints
) -> tuple[list[tuple[Rows, Ints]], Ints]:
    """Return the flows that follow the purchases, and how many flows each purchase ends up as.

    Units leave wholly, or in two parts, the first of which may be an exchange within the house.
    Each list entry is flows with the positions of the purchases that they follow.
    """
    random = block.random
    last_day = block.world.last_day
    count = len(bought)
    product = bought["product"].astype(np.int64)
    kind = holders.type[holder]
    impatience = holders.impatience[holder]
    first_exit = _exit_day(block, product, bought["trade"], impatience)
    second_exit = _exit_day(block, product, np.minimum(first_exit, last_day), impatience)
    wholly = random.random(count) < LEAVES_WHOLLY
    per_mille = np.where(wholly, 1_000, random.integers(100, 801, count))
    first_units = bought["units"] * per_mille // 1_000
    other = holders.basket[holder, (slot + 1) % holders.basket_size[holder]]
    sell_code, _ = _codes(random, kind, SELL_CODES)
    leaves = first_exit <= last_day
    exchanged = (
        leaves
        & (random.random(count) < IS_EXCHANGED)
        & (kind != OMNIBUS)
        & (other != product)
        & (block.world.products.launch[other] <= first_exit)
    )
    leaves_again = leaves & ~wholly & (second_exit <= last_day)

    def held(which: Ints, product: Ints) -> Holding:
        return Holding(holders.account[holder[which]], product[which])

    first = np.flatnonzero(leaves)
    first_code = np.where(exchanged, NUMBER["XOUT"], sell_code)[first]
    out = block.by_units(first_code, held(first, product), first_exit[first], first_units[first])
    moved = np.flatnonzero(exchanged)
    moved_cents = out["amount"][exchanged[first]]
    into = block.by_amount("XIN", held(moved, other), first_exit[moved], moved_cents)
    second = np.flatnonzero(leaves_again)
    rest = block.by_units(
        sell_code[second],
        held(second, product),
        second_exit[second],
        (bought["units"] - first_units)[second],
    )
    sizes = 1 + leaves.astype(np.int64) + exchanged + leaves_again
    return [(out, first), (into, moved), (rest, second)], sizes


def _exit_day(block: Block, product: Ints, since: Ints, impatience: Floats) -> Ints:
    """Draw the business day on which money leaves; beyond the last day it stays."""
    stay = USUAL_STAY_DAYS / impatience * block.random.weibull(STAY_SHAPE, len(product))
    clock = block.world.products.clock
    # All products' clocks in one rising line: a stay beyond the period falls into the gap.
    gap = clock.max() + 1
    line = (clock + np.arange(len(clock))[:, None] * gap).ravel()
    due = np.minimum(clock[product, since] + stay, gap - 1) + product * gap
    found = np.searchsorted(line, due) - product * clock.shape[1]
    return np.asarray(np.clip(found, since + 1, clock.shape[1]))


def _income(block: Block, holders: Holders, business: Rows) -> Rows:
    """Return distributions on the holdings at each pay day, reinvested or in cash.

    All payments of a holding are adjacent, so that a cut leaves few holdings with gaps.
    """
    random = block.random
    products = block.world.products
    calendar = block.world.calendar
    pay_days = calendar.quarter_ends - PAID_BEFORE_QUARTER_END
    pay_days = pay_days[pay_days > 0]
    key = business["account"].astype(np.int64) * products.open_count + business["product"]
    pairs, pair = np.unique(key, return_inverse=True)
    held = np.zeros((len(pairs), len(pay_days) + 1), dtype=np.int64)
    quarter = np.searchsorted(pay_days, business["trade"])
    np.add.at(held, (pair, quarter), business["units"] * HOLDING_SIGNS[business["code"]])
    held = np.cumsum(held[:, :-1], axis=1)

    asset_class = np.array([each.asset_class for each in products.catalogue])
    quarterly = np.array([each.pays_quarterly for each in ASSET_CLASSES])[asset_class]
    payout = np.array([each.payout for each in ASSET_CLASSES])[asset_class]
    in_december = calendar.month_of_year[pay_days] == MONTHS_A_YEAR - 1
    shuffled = random.permutation(len(pairs))
    account, product = np.divmod(pairs[shuffled], products.open_count)
    pays = (held[shuffled] > 0) & (quarterly[product][:, None] | in_december)
    row, payment = np.nonzero(pays)
    account, product, day = account[row], product[row], pay_days[payment]
    price = products.prices[product, day]
    a_unit = np.rint(price * payout[product] / np.where(quarterly[product], 4, 1))
    cents = worth_of(held[shuffled][row, payment], a_unit.astype(np.int64))
    kind = holders.type[np.searchsorted(holders.account, account)]
    # The choice between cash and reinvestment belongs to the holding, not to the payment.
    choice = random.random(len(pairs))[row]
    reinvested = choice < REINVESTS[kind]
    code = np.where(quarterly[product], NUMBER["DRI"], NUMBER["CGR"])
    code = np.where(reinvested, code, NUMBER["DIV"])
    units = np.where(reinvested, units_for(cents, price), 0)
    income = block.rows(code, Holding(account, product), day, cents, units)
    return income[cents >= SMALLEST_INCOME_CENTS]


def _book(block: Block, rows: Rows) -> None:
    """Book most flows on their trade day, many on the next, a few weeks late or without a date."""
    random = block.random
    drawn = random.random(len(rows))
    next_day = drawn < BOOKED_NEXT_DAY
    later = (drawn >= BOOKED_NEXT_DAY) & (drawn < BOOKED_NEXT_DAY + BOOKED_LATER)
    delay = next_day + later * random.integers(2, 30, len(rows))
    rows["booked"] = np.minimum(rows["trade"] + delay, block.world.last_day)
    rows["booked"][drawn >= 1 - BOOKED_EMPTY] = NOT_BOOKED
