"""The hard cases of distribution data, a function a case.

Each case is generated `count` times with new accounts, so that nothing else affects its holdings.
Where a case has several forms, the forms take turns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dist_perf.generate.distribution.block import (
    HOUSE,
    MODEL_PORTFOLIO,
    NO_ADVISOR,
    NO_UNITS,
    OMNIBUS,
    ORPHAN,
    RETAIL,
    RETIREMENT,
    Block,
    Holding,
    Rows,
    chain,
)
from dist_perf.generate.distribution.calendar import Ints
from dist_perf.generate.distribution.products import UNKNOWN_PRODUCT_IDS
from dist_perf.generate.distribution.transaction_types import NUMBER

SEED_CENTS = 500_000_000
SEED_STAYS_DAYS = 190


def cancel_and_rebook(block: Block, count: int) -> Rows:
    """Case 1: a purchase at month end, cancelled in the next month and rebooked at 98%.

    The cancel is a negative purchase, a correction (which then also rebooks), or a code that
    reports reversals as positive.
    """
    holding = _holdings(block, count, RETAIL)
    month_end = _month_ends(block, count)
    day = month_end - 1
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 20, 200))
    cancel = _reversal(bought, 0)
    rebook = block.by_amount("BUY", holding, day, bought["amount"] * 98 // 100)
    rebook["corrects"] = 0
    cancel["booked"] = rebook["booked"] = month_end + 3
    cancel["code"][1::3] = rebook["code"][1::3] = NUMBER["COR"]
    _report_positive(cancel, slice(2, None, 3), "BUX")
    return chain(bought, cancel, rebook)


def orphan_cancel(block: Block, count: int) -> Rows:
    """Case 2: the cancel of a flow older than the feed, as a correction or a negative purchase."""
    day = _days(block, count, 1) // 4
    holding = _holdings(block, count, RETAIL)
    rows = _reversal(block.by_amount("BUY", holding, day, _dollars(block, count, 5, 60)), 0)
    rows["code"][::2] = NUMBER["COR"]
    rows["corrects"] = ORPHAN - block.random.permutation(90_000)[:count]
    return rows


def redemption_before_purchase(block: Block, count: int) -> Rows:
    """Case 3: bought 20, redeemed 50, bought 60, redeemed 10; 30 are unmatched."""
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 60)
    thousand = _dollars(block, count, 1, 3)
    return chain(
        block.by_amount("BUY", holding, day, thousand * 20),
        block.by_amount("RED", holding, day + 15, thousand * 50),
        block.by_amount("BUY", holding, day + 35, thousand * 60),
        block.by_amount("RED", holding, day + 55, thousand * 10),
    )


def redemption_of_unknown_holding(block: Block, count: int) -> Rows:
    """Case 3: a redemption where no purchase was ever reported."""
    day = _days(block, count, 1)
    holding = _holdings(block, count, RETIREMENT)
    return block.by_amount("RED", holding, day, _dollars(block, count, 5, 40))


def same_day_round_trip(block: Block, count: int) -> Rows:
    """Case 4: 100 out and 500 in on one day, the redemption reported first."""
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 1)
    thousand = _dollars(block, count, 1, 1)
    return chain(
        block.by_amount("RED", holding, day, thousand * 100),
        block.by_amount("BUY", holding, day, thousand * 500),
    )


def exchange_in_the_family(block: Block, count: int) -> Rows:
    """Case 5: 40% of a purchase goes to another fund of the house, a quarter of it then leaves.

    Of every other exchange the source links the legs.
    """
    holding = _holdings(block, count, RETAIL)
    other = _other_product(block, holding)
    day = _days(block, count, 80)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 50, 200))
    out = block.by_amount("XOUT", holding, day + 29, bought["amount"] * 4 // 10)
    into = block.by_amount("XIN", other, day + 29, out["amount"])
    left = block.by_units("RED", other, day + 45, into["units"] // 4)
    out["transfer"][::2] = into["transfer"][::2] = 1
    return chain(bought, out, into, left)


def share_class_conversion(block: Block, count: int) -> Rows:
    """Case 6: a large holding converts from the dearer to the cheaper class of its fund."""
    dearer = _holdings(block, count, RETIREMENT)
    cheaper = dearer._replace(product=dearer.product + 1)
    day = _days(block, count, 80)
    bought = block.by_amount("BUY", dearer, day, _dollars(block, count, 800, 1_200))
    out = block.by_units("CVO", dearer, day + 60, bought["units"])
    into = block.by_amount("CVI", cheaper, day + 60, out["amount"])
    return chain(bought, out, into)


def reinvested_dividend(block: Block, count: int) -> Rows:
    """Case 7: 2% reinvested after three weeks, then 51% of the purchase redeemed."""
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 80)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 20, 80))
    reinvested = block.by_units("DRI", holding, day + 15, bought["units"] // 50)
    redeemed = block.by_units("RED", holding, day + 29, bought["units"] * 51 // 100)
    return chain(bought, reinvested, redeemed)


def transfer_across_a_month_end(block: Block, count: int) -> Rows:
    """Case 8: in kind to an account elsewhere; out before the month's end, in after it.

    Both legs carry the units and the value of the day on which they left. Of every other transfer
    the source links them.
    """
    giver = _holdings(block, count, RETAIL)
    taker = giver._replace(account=_accounts(block, count, RETAIL))
    month_end = _month_ends(block, count)
    bought_on = block.random.integers(0, month_end - 5)
    bought = block.by_amount("BUY", giver, bought_on, _dollars(block, count, 100, 2_000))
    out = block.by_units("ACO", giver, month_end - 1, bought["units"])
    into = block.rows("ACI", taker, month_end + 1, out["amount"], out["units"])
    out["transfer"][::2] = into["transfer"][::2] = 1
    return chain(bought, out, into)


def transfer_on_one_day(block: Block, count: int) -> Rows:
    """Case 8: in kind to an account elsewhere, both legs on one day; part is redeemed later."""
    giver = _holdings(block, count, RETIREMENT)
    taker = giver._replace(account=_accounts(block, count, RETIREMENT))
    day = _days(block, count, 120)
    bought = block.by_amount("RLV", giver, day, _dollars(block, count, 40, 400))
    out = block.by_units("ACO", giver, day + 50, bought["units"])
    into = block.by_units("ACI", taker, day + 50, bought["units"])
    redeemed = block.by_units("RED", taker, day + 110, into["units"] // 3)
    return chain(bought, out, into, redeemed)


def omnibus_resolved_later(block: Block, count: int) -> Rows:
    """Case 13: 60% of a pooled trade turns out two months later to be an advisor's client's.

    The pool is a house account or an omnibus account.
    """
    client = _holdings(block, count, RETAIL)
    kinds = np.where(np.arange(count) % 2 == 0, HOUSE, OMNIBUS)
    pool = client._replace(account=block.open_accounts(kinds))
    day = _days(block, count, 60)
    pooled = block.by_amount("BUY", pool, day, _dollars(block, count, 2_000, 5_000))
    resolved = block.by_amount("BUY", client, day, pooled["amount"] * 6 // 10)
    resolved["corrects"] = 0
    taken_back = _reversal(resolved, 0)
    taken_back["account"] = pool.account
    resolved["booked"] = taken_back["booked"] = day + 42
    return chain(pooled, taken_back, resolved)


def model_portfolio_switch(block: Block, count: int) -> Rows:
    """Case 14: the home office switches all accounts of a model on one day, one decision."""
    accounts = _accounts(block, 4 * count, MODEL_PORTFOLIO)
    holding = Holding(accounts, np.repeat(_products(block, 1), len(accounts)))
    switched_on = np.repeat(block.world.last_day * 2 // 3, len(accounts))
    day = block.random.integers(10, switched_on - 20)
    bought = block.by_amount("BUY", holding, day, _dollars(block, len(accounts), 50, 250))
    out = block.by_units("MXO", holding, switched_on, bought["units"])
    into = block.by_amount("MXI", _other_product(block, holding), switched_on, out["amount"])
    out["home_office"] = into["home_office"] = True
    return chain(bought, out, into)


def late_booking(block: Block, count: int) -> Rows:
    """A purchase and a redemption become known weeks after their trade day."""
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 110)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 10, 90))
    redeemed = block.by_units("RED", holding, day + 45, bought["units"] // 2)
    bought["booked"] += block.random.integers(10, 45, count)
    redeemed["booked"] += block.random.integers(10, 60, count)
    return chain(bought, redeemed)


def bounced_purchase(block: Block, count: int) -> Rows:
    """A purchase is taken back three days later because its payment bounced.

    The reversal is a negative purchase or a positive reversal code, never a redemption.
    """
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 10)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 2, 30))
    bounced = _reversal(bought, 0)
    bounced["trade"] = bounced["booked"] = day + 3
    _report_positive(bounced, slice(1, None, 2), "BUX")
    return chain(bought, bounced)


def cancel_of_a_cancel(block: Block, count: int) -> Rows:
    """A purchase is cancelled by mistake and the cancel is cancelled: the purchase is valid.

    The first cancel is a negative purchase or a correction, the second always a correction.
    """
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 20)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 10, 120))
    cancel = _reversal(bought, 0)
    restored = _reversal(cancel, 1)
    cancel["code"][1::2] = restored["code"] = NUMBER["COR"]
    cancel["booked"] = day + 4
    restored["booked"] = day + 9
    return chain(bought, cancel, restored)


def cancelled_redemption(block: Block, count: int) -> Rows:
    """A redemption is cancelled, by a negative amount or a positive reversal code."""
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 60)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 20, 90))
    redeemed = block.by_units("RED", holding, day + 40, bought["units"] // 3)
    cancel = _reversal(redeemed, 1)
    cancel["booked"] = day + 44
    _report_positive(cancel, slice(1, None, 2), "REX")
    return chain(bought, redeemed, cancel)


def unknown_advisor(block: Block, count: int) -> Rows:
    """A purchase by an advisor who is in no feed, or without an advisor."""
    day = _days(block, count, 1)
    holding = _holdings(block, count, RETAIL)
    rows = block.by_amount("BUY", holding, day, _dollars(block, count, 5, 70))
    rows["advisor"] = len(block.world.sales_force.advisor_names)
    rows["advisor"][1::2] = NO_ADVISOR
    return rows


def unknown_product(block: Block, count: int) -> Rows:
    """A purchase of a product that is in no feed, so without units."""
    strangers = len(block.world.products.catalogue)
    product = strangers + np.arange(count) % len(UNKNOWN_PRODUCT_IDS)
    holding = Holding(_accounts(block, count, RETAIL), product)
    day = _days(block, count, 1)
    return block.rows("BUY", holding, day, _dollars(block, count, 5, 25), NO_UNITS)


def adjustment(block: Block, count: int) -> Rows:
    """A purchase, and a small adjustment of the record of either sign."""
    holding = _holdings(block, count, RETAIL)
    day = _days(block, count, 60)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 10, 90))
    adjusted = block.by_units("ADJ", holding, day + 30, bought["units"] // 2_000)
    adjusted["amount"][::2] *= -1
    adjusted["units"][::2] *= -1
    return chain(bought, adjusted)


def fund_merger(block: Block, count: int) -> Rows:
    """All holdings of the closing fund pass to the first product on one day."""
    products = block.world.products
    accounts = _accounts(block, 2 * count, RETAIL)
    closing = Holding(accounts, np.repeat(products.closing, len(accounts)))
    first = closing._replace(product=np.zeros_like(accounts))
    day = block.random.integers(0, products.merger_day - 10, len(accounts))
    merged_on = np.repeat(products.merger_day, len(accounts))
    bought = block.by_amount("BUY", closing, day, _dollars(block, len(accounts), 5, 60))
    out = block.by_units("MGO", closing, merged_on, bought["units"])
    into = block.by_amount("MGI", first, merged_on, out["amount"])
    return chain(bought, out, into)


def fee_deduction(block: Block, count: int) -> Rows:
    """A quarter's advisory fee is taken out of a holding, twice, in units."""
    holding = _holdings(block, count, MODEL_PORTFOLIO)
    day = _days(block, count, 140)
    bought = block.by_amount("BUY", holding, day, _dollars(block, count, 60, 300))
    fees = [
        block.by_units("FEE", holding, day + quarter, bought["units"] // 400)
        for quarter in (62, 124)
    ]
    return chain(bought, *fees)


def seed_capital(block: Block) -> Rows:
    """The house seeds every product that it launches, and takes half back after nine months."""
    launch = block.world.products.launch
    product = np.flatnonzero(launch)
    holding = Holding(_accounts(block, len(product), HOUSE), product)
    seeded = block.by_amount("SDB", holding, launch[product], np.repeat(SEED_CENTS, len(product)))
    out_on = np.minimum(launch[product] + SEED_STAYS_DAYS, block.world.last_day)
    return chain(seeded, block.by_units("SDS", holding, out_on, seeded["units"] // 2))


def transfers_from_and_to_elsewhere(block: Block, rows: Rows, count: int) -> None:
    """Case 8: turn `count` rollovers and redemptions into transfers from and to elsewhere.

    Their other legs are in no feed. The other leg of the last ones may still come.
    """
    random = block.world.settings.random("transfers from and to elsewhere", block.number)
    for from_code, to_code in (("RLV", "ACI"), ("RED", "ACO")):
        by_day = np.flatnonzero(rows["code"] == NUMBER[from_code])
        by_day = by_day[np.argsort(rows["trade"][by_day], kind="stable")]
        rows["code"][random.choice(by_day[:-1], count - 1, replace=False)] = NUMBER[to_code]
        rows["code"][by_day[-1]] = NUMBER[to_code]


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


def _accounts(block: Block, count: int, account_type: int) -> Ints:
    return block.open_accounts(np.full(count, account_type))


def _holdings(block: Block, count: int, account_type: int) -> Holding:
    """Return new accounts, each with a product to hold."""
    return Holding(_accounts(block, count, account_type), _products(block, count))


def _products(block: Block, count: int) -> Ints:
    """Draw dearer share classes that were there from the start."""
    launch = block.world.products.launch
    dearer = np.arange(0, block.world.products.open_count - 1, 2)
    return np.asarray(block.random.choice(dearer[launch[dearer] == 0], count))


def _other_product(block: Block, holding: Holding) -> Holding:
    """Return the same accounts with a product of another group, there from the start."""
    launch = block.world.products.launch
    candidates = np.flatnonzero(launch[: block.world.products.open_count] == 0)
    following = np.searchsorted(candidates, holding.product) + 2
    return holding._replace(product=candidates[following % len(candidates)])


def _days(block: Block, count: int, room: int) -> Ints:
    """Draw days that leave `room` business days after them."""
    return block.random.integers(5, block.world.last_day - room, count)


def _month_ends(block: Block, count: int) -> Ints:
    return np.asarray(block.random.choice(block.world.calendar.month_ends[1:-1], count))


def _dollars(block: Block, count: int, low: int, high: int) -> Ints:
    """Draw amounts in cents, in whole thousands of dollars from `low` to `high` thousand."""
    return block.random.integers(low, high + 1, count) * 100_000


def _reversal(of: Rows, leg: int) -> Rows:
    """Return flows that take back all of leg number `leg`, with negative amounts."""
    back = of.copy()
    back["amount"] = -of["amount"]
    back["units"] = -of["units"]
    back["corrects"] = leg
    return back


def _report_positive(reversals: Rows, which: slice, code: str) -> None:
    """Report some reversals by a code that means a reversal, with positive amounts."""
    reversals["code"][which] = NUMBER[code]
    reversals["amount"][which] *= -1
    reversals["units"][which] *= -1
