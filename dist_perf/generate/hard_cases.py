"""The hard cases of distribution data, a function a case.

Each is a story told `count` times with fresh accounts, so that nothing else touches its holdings.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dist_perf.generate.block import (
    HOUSE,
    MODEL_PORTFOLIO,
    NO_ADVISOR,
    NO_UNITS,
    OMNIBUS,
    ORPHAN,
    RETAIL,
    RETIREMENT,
    Block,
    Rows,
    chain,
    worth_of,
)
from dist_perf.generate.calendar import Ints
from dist_perf.generate.products import UNKNOWN_PRODUCT_IDS
from dist_perf.generate.sales_force import UNKNOWN_ADVISOR_IDS
from dist_perf.generate.transaction_types import NUMBER


def _accounts(block: Block, count: int, account_type: int) -> Ints:
    return block.open_accounts(np.full(count, account_type))


def _days(block: Block, count: int, room: int) -> Ints:
    """Draw days that leave `room` business days after them."""
    return block.random.integers(5, block.world.last_day - room, count)


def _month_ends(block: Block, count: int) -> Ints:
    return block.random.choice(block.world.calendar.month_ends[1:-1], count)


def _products(block: Block, count: int) -> Ints:
    """Draw dearer share classes that were there from the start."""
    launch = block.world.products.launch
    dearer = np.arange(0, block.world.products.open_count - 1, 2)
    return block.random.choice(dearer[launch[dearer] == 0], count)


def _other_product(block: Block, product: Ints) -> Ints:
    """Return another product of the house that was there from the start."""
    launch = block.world.products.launch
    candidates = np.arange(block.world.products.open_count)
    candidates = candidates[launch[candidates] == 0]
    return candidates[(np.searchsorted(candidates, product) + 2) % len(candidates)]


def _dollars(block: Block, count: int, low: int, high: int) -> Ints:
    """Draw amounts in cents, in whole thousands of dollars from `low` to `high` thousand."""
    return block.random.integers(low, high + 1, count) * 100_000


def _reversal(of: Rows, leg: int, code: str | None = None) -> Rows:
    """Return flows that take back all of leg number `leg`, with negative amounts."""
    back = of.copy()
    back["amount"] = -of["amount"]
    back["units"] = -of["units"]
    back["corrects"] = leg
    if code:
        back["code"] = NUMBER[code]
    return back


def cancel_and_rebook(block: Block, count: int) -> Rows:
    """Case 1: a purchase at month end, cancelled in the next month and rebooked at 98%.

    The three told ways to cancel take turns: the purchase's own code with a negative amount, the
    code of corrections (which then also rebooks), and a code that reports reversals as positive.
    """
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    month_end = _month_ends(block, count)
    day = month_end - 1
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 20, 200))
    cancel = _reversal(bought, 0)
    rebook = block.by_amount("BUY", account, product, day, bought["amount"] * 98 // 100)
    rebook["corrects"] = 0
    cancel["booked"] = rebook["booked"] = month_end + 3
    by_correction = np.arange(count) % 3 == 1
    cancel["code"][by_correction] = rebook["code"][by_correction] = NUMBER["COR"]
    positive = np.arange(count) % 3 == 2  # noqa: PLR2004
    cancel["code"][positive] = NUMBER["BUX"]
    cancel["amount"][positive] *= -1
    cancel["units"][positive] *= -1
    return chain(bought, cancel, rebook)


def orphan_cancel(block: Block, count: int) -> Rows:
    """Case 2: a cancel whose original is older than the feed."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 1) // 4
    cents = _dollars(block, count, 5, 60)
    rows = _reversal(block.by_amount("BUY", account, product, day, cents), 0)
    rows["code"][::2] = NUMBER["COR"]
    rows["corrects"] = ORPHAN - block.random.permutation(90_000)[:count]
    return rows


def redemption_before_purchase(block: Block, count: int) -> Rows:
    """Case 3: bought 20, redeemed 50, bought 60, redeemed 10; 30 are unmatched."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 60)
    thousand = _dollars(block, count, 1, 3)
    return chain(
        block.by_amount("BUY", account, product, day, thousand * 20),
        block.by_amount("RED", account, product, day + 15, thousand * 50),
        block.by_amount("BUY", account, product, day + 35, thousand * 60),
        block.by_amount("RED", account, product, day + 55, thousand * 10),
    )


def redemption_of_unknown_holding(block: Block, count: int) -> Rows:
    """Case 3: a redemption where no purchase was ever reported."""
    account = _accounts(block, count, RETIREMENT)
    day = _days(block, count, 1)
    cents = _dollars(block, count, 5, 40)
    return block.by_amount("RED", account, _products(block, count), day, cents)


def same_day_round_trip(block: Block, count: int) -> Rows:
    """Case 4: 100 out and 500 in on one day, the redemption reported first."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 1)
    thousand = _dollars(block, count, 1, 1)
    return chain(
        block.by_amount("RED", account, product, day, thousand * 100),
        block.by_amount("BUY", account, product, day, thousand * 500),
    )


def exchange_in_the_family(block: Block, count: int) -> Rows:
    """Case 5: 40% of a purchase goes to another fund of the house, a quarter of it then leaves."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    other = _other_product(block, product)
    day = _days(block, count, 80)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 50, 200))
    out = block.by_amount("XOUT", account, product, day + 29, bought["amount"] * 4 // 10)
    into = block.by_amount("XIN", account, other, day + 29, out["amount"])
    left = block.by_units("RED", account, other, day + 45, into["units"] // 4)
    return chain(bought, out, into, left)


def share_class_conversion(block: Block, count: int) -> Rows:
    """Case 6: a large holding converts from the dearer to the cheaper class of its fund."""
    account = _accounts(block, count, RETIREMENT)
    product = _products(block, count)
    day = _days(block, count, 80)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 800, 1_200))
    out = block.by_units("CVO", account, product, day + 60, bought["units"])
    into = block.by_amount("CVI", account, product + 1, day + 60, out["amount"])
    return chain(bought, out, into)


def reinvested_dividend(block: Block, count: int) -> Rows:
    """Case 7: 2% reinvested after three weeks, then 51% of the purchase redeemed."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 80)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 20, 80))
    reinvested = block.by_units("DRI", account, product, day + 15, bought["units"] // 50)
    redeemed = block.by_units("RED", account, product, day + 29, bought["units"] * 51 // 100)
    return chain(bought, reinvested, redeemed)


def transfer_across_a_month_end(block: Block, count: int) -> Rows:
    """Case 8: in kind to an account elsewhere; out before the month's end, in after it.

    Both legs carry the units and the value of the day on which they left.
    """
    giver = _accounts(block, count, RETAIL)
    taker = _accounts(block, count, RETAIL)
    product = _products(block, count)
    month_end = _month_ends(block, count)
    bought_on = block.random.integers(0, month_end - 5)
    bought = block.by_amount("BUY", giver, product, bought_on, _dollars(block, count, 100, 2_000))
    out = block.by_units("ACO", giver, product, month_end - 1, bought["units"])
    into = block.rows("ACI", taker, product, month_end + 1, out["amount"], out["units"])
    return chain(bought, out, into)


def transfer_on_one_day(block: Block, count: int) -> Rows:
    """Case 8: in kind to an account elsewhere, both legs on one day; part is redeemed later."""
    giver = _accounts(block, count, RETIREMENT)
    taker = _accounts(block, count, RETIREMENT)
    product = _products(block, count)
    day = _days(block, count, 120)
    bought = block.by_amount("RLV", giver, product, day, _dollars(block, count, 40, 400))
    out = block.by_units("ACO", giver, product, day + 50, bought["units"])
    into = block.by_units("ACI", taker, product, day + 50, bought["units"])
    redeemed = block.by_units("RED", taker, product, day + 110, into["units"] // 3)
    return chain(bought, out, into, redeemed)


def omnibus_resolved_later(block: Block, count: int) -> Rows:
    """Case 13: 60% of a pooled trade turns out two months later to belong to an advisor's client.

    Omnibus and house accounts take turns as the pool.
    """
    pool = block.open_accounts(np.where(np.arange(count) % 2 == 0, HOUSE, OMNIBUS))
    client = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 60)
    pooled = block.by_amount("BUY", pool, product, day, _dollars(block, count, 2_000, 5_000))
    resolved = block.by_amount("BUY", client, product, day, pooled["amount"] * 6 // 10)
    resolved["corrects"] = 0
    taken_back = _reversal(resolved, 0)
    taken_back["account"] = pool
    resolved["booked"] = taken_back["booked"] = day + 42
    return chain(pooled, taken_back, resolved)


def model_portfolio_switch(block: Block, count: int) -> Rows:
    """Case 14: the home office switches all accounts of a model on one day, one decision."""
    account = _accounts(block, 4 * count, MODEL_PORTFOLIO)
    product = np.repeat(_products(block, 1), len(account))
    other = _other_product(block, product)
    switched_on = np.repeat(block.world.last_day * 2 // 3, len(account))
    day = block.random.integers(10, switched_on - 20)
    cents = _dollars(block, len(account), 50, 250)
    bought = block.by_amount("BUY", account, product, day, cents)
    out = block.by_units("MXO", account, product, switched_on, bought["units"])
    into = block.by_amount("MXI", account, other, switched_on, out["amount"])
    return chain(bought, out, into)


def late_booking(block: Block, count: int) -> Rows:
    """A purchase and a redemption that became known weeks after their trade day."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 110)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 10, 90))
    redeemed = block.by_units("RED", account, product, day + 45, bought["units"] // 2)
    bought["booked"] += block.random.integers(10, 45, count)
    redeemed["booked"] += block.random.integers(10, 60, count)
    return chain(bought, redeemed)


def bounced_purchase(block: Block, count: int) -> Rows:
    """A purchase is taken back some days later because its payment bounced.

    The reversal is a negative purchase or a positive reversal code, in turn, never a redemption.
    """
    account = _accounts(block, count, RETAIL)
    day = _days(block, count, 10)
    cents = _dollars(block, count, 2, 30)
    bought = block.by_amount("BUY", account, _products(block, count), day, cents)
    bounced = _reversal(bought, 0)
    bounced["trade"] = bounced["booked"] = day + 3
    bounced["amount"][1::2] *= -1
    bounced["units"][1::2] *= -1
    bounced["code"][1::2] = NUMBER["BUX"]
    return chain(bought, bounced)


def cancel_of_a_cancel(block: Block, count: int) -> Rows:
    """A purchase is cancelled by mistake, and the cancel is cancelled: the purchase stands.

    The first cancel has the purchase's code or the code of corrections, in turn.
    """
    account = _accounts(block, count, RETAIL)
    day = _days(block, count, 20)
    cents = _dollars(block, count, 10, 120)
    bought = block.by_amount("BUY", account, _products(block, count), day, cents)
    cancel = _reversal(bought, 0)
    cancel["code"][1::2] = NUMBER["COR"]
    restored = _reversal(cancel, 1, "COR")
    cancel["booked"] = day + 4
    restored["booked"] = day + 9
    return chain(bought, cancel, restored)


def cancelled_redemption(block: Block, count: int) -> Rows:
    """A redemption is cancelled, by a positive reversal code or a negative amount in turn."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 60)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 20, 90))
    redeemed = block.by_units("RED", account, product, day + 40, bought["units"] // 3)
    cancel = _reversal(redeemed, 1)
    cancel["booked"] = day + 44
    cancel["amount"][1::2] *= -1
    cancel["units"][1::2] *= -1
    cancel["code"][1::2] = NUMBER["REX"]
    return chain(bought, redeemed, cancel)


def unknown_advisor(block: Block, count: int) -> Rows:
    """Flows by an advisor whom no feed knows, and flows that name none, in turn."""
    account = _accounts(block, count, RETAIL)
    day = _days(block, count, 1)
    cents = _dollars(block, count, 5, 70)
    rows = block.by_amount("BUY", account, _products(block, count), day, cents)
    strangers = len(block.world.sales_force.advisor_names)
    rows["advisor"] = strangers + np.arange(count) % len(UNKNOWN_ADVISOR_IDS)
    rows["advisor"][1::2] = NO_ADVISOR
    return rows


def unknown_product(block: Block, count: int) -> Rows:
    """Purchases of a product that no feed knows, so without units."""
    account = _accounts(block, count, RETAIL)
    strangers = len(block.world.products.catalogue)
    product = strangers + np.arange(count) % len(UNKNOWN_PRODUCT_IDS)
    cents = _dollars(block, count, 5, 25)
    return block.rows("BUY", account, product, _days(block, count, 1), cents, NO_UNITS)


def adjustment(block: Block, count: int) -> Rows:
    """A purchase, and small adjustments of the record of either sign."""
    account = _accounts(block, count, RETAIL)
    product = _products(block, count)
    day = _days(block, count, 60)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 10, 90))
    adjusted = block.by_units("ADJ", account, product, day + 30, bought["units"] // 2_000)
    adjusted["amount"][::2] *= -1
    adjusted["units"][::2] *= -1
    return chain(bought, adjusted)


def fund_merger(block: Block, count: int) -> Rows:
    """All holdings of the closing fund pass to the first product on one day."""
    products = block.world.products
    account = _accounts(block, 2 * count, RETAIL)
    closing = np.repeat(products.closing, len(account))
    day = block.random.integers(0, products.merger_day - 10, len(account))
    merged_on = np.repeat(products.merger_day, len(account))
    cents = _dollars(block, len(account), 5, 60)
    bought = block.by_amount("BUY", account, closing, day, cents)
    out = block.by_units("MGO", account, closing, merged_on, bought["units"])
    into = block.by_amount("MGI", account, np.zeros_like(account), merged_on, out["amount"])
    return chain(bought, out, into)


def fee_deduction(block: Block, count: int) -> Rows:
    """A quarter's advisory fee is taken out of the holding, in units."""
    account = _accounts(block, count, MODEL_PORTFOLIO)
    product = _products(block, count)
    day = _days(block, count, 140)
    bought = block.by_amount("BUY", account, product, day, _dollars(block, count, 60, 300))
    fees = [
        block.by_units("FEE", account, product, day + quarter, bought["units"] // 400)
        for quarter in (62, 124)
    ]
    return chain(bought, *fees)


def seed_capital(block: Block) -> Rows:
    """The house seeds every product that it launches, and takes half back after nine months."""
    launch = block.world.products.launch
    product = np.flatnonzero(launch)
    account = _accounts(block, len(product), HOUSE)
    cents = np.repeat(500_000_000, len(product))
    seeded = block.by_amount("SDB", account, product, launch[product], cents)
    out_on = np.minimum(launch[product] + 190, block.world.last_day)
    price = block.world.products.prices[product, out_on]
    units = seeded["units"] // 2
    back = block.rows("SDS", account, product, out_on, worth_of(units, price), units)
    return chain(seeded, back)


HARD_CASES: tuple[Callable[[Block, int], Rows], ...] = (
    cancel_and_rebook,
    orphan_cancel,
    redemption_before_purchase,
    redemption_of_unknown_holding,
    same_day_round_trip,
    exchange_in_the_family,
    share_class_conversion,
    reinvested_dividend,
    transfer_across_a_month_end,
    transfer_on_one_day,
    omnibus_resolved_later,
    model_portfolio_switch,
    late_booking,
    bounced_purchase,
    cancel_of_a_cancel,
    cancelled_redemption,
    unknown_advisor,
    unknown_product,
    adjustment,
    fund_merger,
    fee_deduction,
)
