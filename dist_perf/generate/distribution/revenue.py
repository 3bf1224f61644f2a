"""Fees that were invoiced on the larger accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dist_perf.generate.distribution.block import Block, Rows
from dist_perf.generate.distribution.calendar import Days, Floats, Ints
from dist_perf.generate.distribution.products import FEE_SCALE, PRICE_SCALE
from dist_perf.generate.distribution.transaction_types import HOLDING_SIGNS

DAYS_A_YEAR = 365
# Share of the accounts by their type: retail, retirement, model portfolio, omnibus, house.
INVOICED = np.array([0.0, 0.0, 0.25, 1.0, 0.0])
AS_ACCRUED = 0.5
USUAL_DIFFERENCE = 0.004
NEVER_INVOICED = 0.03
EARLIEST_INVOICE_DAYS = 15
LATEST_INVOICE_DAYS = 40


@dataclass(frozen=True)
class Revenue:
    """Fees by account, product and month, by position; dates are NumPy dates."""

    account: Ints
    product: Ints
    period_start: Days
    period_end: Days
    booked: Days
    cents: Ints


def invoiced(block: Block, rows: Rows, accounts: Rows) -> Revenue:
    """Return what was invoiced on some of the accounts in `rows`, as known at the period's end.

    The amount is the daily accrual of a month, units held times price times fee rate over 365,
    exactly or within about a per cent. Invoices come some weeks after the month, so the latest
    months have none.
    """
    random = block.random
    calendar = block.world.calendar
    is_invoiced = random.random(len(accounts)) < INVOICED[accounts["type"]]
    rows = rows[is_invoiced[rows["account"]]]
    products = block.world.products
    key = rows["account"].astype(np.int64) * len(products.catalogue) + rows["product"]
    pairs, pair = np.unique(key, return_inverse=True)
    account, product = np.divmod(pairs, len(products.catalogue))

    dates = calendar.dates
    # Prices hold until the next business day; before the first one there is nothing to hold.
    priced = np.maximum(np.searchsorted(calendar.days, dates, side="right") - 1, 0)
    changes = np.zeros((len(pairs), len(dates)), dtype=np.int64)
    traded = np.searchsorted(dates, calendar.days)[rows["trade"]]
    np.add.at(changes, (pair, traded), rows["units"] * HOLDING_SIGNS[rows["code"]])
    rates = _fee_rates(block, dates)[product] / 10**FEE_SCALE
    prices = products.prices[product][:, priced] / 10**PRICE_SCALE
    balances = np.cumsum(changes, axis=1) / 10**PRICE_SCALE * prices
    months = dates.astype("datetime64[M]")
    starts = np.flatnonzero(np.concatenate(([True], months[1:] != months[:-1])))
    accrued = np.add.reduceat(balances * rates / DAYS_A_YEAR, starts, axis=1)

    period_start = dates[starts]
    period_end = np.append(period_start[1:], dates[-1] + 1) - 1
    difference = random.normal(0, USUAL_DIFFERENCE, accrued.shape)
    difference[random.random(accrued.shape) < AS_ACCRUED] = 0
    cents = np.rint(accrued * (1 + difference) * 100).astype(np.int64)
    lag = random.integers(EARLIEST_INVOICE_DAYS, LATEST_INVOICE_DAYS + 1, accrued.shape)
    arrives = np.searchsorted(calendar.days, period_end + lag)
    known = (arrives < len(calendar)) & (cents > 0)
    known &= random.random(accrued.shape) >= NEVER_INVOICED
    row, month = np.nonzero(known)
    return Revenue(
        account=account[row],
        product=product[row],
        period_start=period_start[month],
        period_end=period_end[month],
        booked=calendar.days[arrives[row, month]],
        cents=cents[row, month],
    )


def _fee_rates(block: Block, dates: Days) -> Floats:
    rates = np.zeros((len(block.world.products.catalogue), len(dates)))
    for fee in block.world.products.fees:
        since = np.searchsorted(dates, np.datetime64(fee.valid_from))
        until = len(dates)
        if fee.valid_to:
            until = int(np.searchsorted(dates, np.datetime64(fee.valid_to)))
        rates[fee.product, since:until] = fee.rate
    return rates
