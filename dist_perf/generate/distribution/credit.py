"""The splits of sales credit beside the territory's wholesaler, and the pay periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from dist_perf.generate.distribution.calendar import Calendar
from dist_perf.generate.distribution.sales_force import SalesForce

# Pay of a quarter is settled some weeks after its end.
LOCKED_AFTER = 15
QUARTER_MONTHS = 3


class PayPeriod(NamedTuple):
    """A quarter, and when it was locked."""

    pay_period_id: str
    period_start_date: dt.date
    period_end_date: dt.date
    locked_date: dt.date | None


class Split(NamedTuple):
    """Part of the credit of an advisor, territory, account or flow, each by number."""

    scope: str
    subject: int
    role: str
    wholesaler: int
    split_rate: Decimal
    valid_from: dt.date
    valid_to: dt.date | None = None
    booked_date: dt.date | None = None


def pay_periods(calendar: Calendar) -> Iterator[PayPeriod]:
    """Yield the quarters of the period; the last ones are not locked yet."""
    first = dt.date(calendar.start.year, _quarter(calendar.start) * QUARTER_MONTHS + 1, 1)
    while first <= calendar.end:
        following = (first + dt.timedelta(31 * QUARTER_MONTHS)).replace(day=1)
        last = following - dt.timedelta(1)
        locked = last + dt.timedelta(LOCKED_AFTER)
        name = f"{first.year}-Q{_quarter(first) + 1}"
        yield PayPeriod(name, first, last, locked if locked <= calendar.end else None)
        first = following


def _quarter(date: dt.date) -> int:
    return (date.month - 1) // QUARTER_MONTHS


def splits(calendar: Calendar, force: SalesForce) -> Iterator[Split]:
    """Yield the agreed splits: a few, one of each kind.

    The advisor with the largest business is shared 60/40 and, from a 15 May on, 50/50. The second
    is shared too, which becomes known after the quarter was locked. The internals of one territory
    leave a tenth unallocated. An account and a flow are split by three.
    """
    always = calendar.start
    largest, second = (int(number) for number in np.argsort(-force.book)[:2])
    agreed = dt.date(calendar.end.year - 1, 5, 15)
    for wholesaler, before, after in ((0, "0.6", "0.5"), (2, "0.4", "0.5")):
        yield Split("advisor", largest, "external", wholesaler, Decimal(before), always, agreed)
        yield Split("advisor", largest, "external", wholesaler, Decimal(after), agreed)
    shared = dt.date(calendar.end.year - 1, 8, 1)
    booked = shared + dt.timedelta(111)
    for wholesaler in (0, 2):
        rate = Decimal("0.5")
        yield Split("advisor", second, "external", wholesaler, rate, shared, None, booked)
    desk = len(force.wholesalers)
    for internal, rate in ((desk, Decimal("0.7")), (desk + 1, Decimal("0.2"))):
        yield Split("territory", 3, "internal", internal, rate, always)
    for scope, subject in (("account", 100), ("flow", 500)):
        for wholesaler, part in ((0, "0.33333334"), (2, "0.33333333"), (3, "0.33333333")):
            yield Split(scope, subject, "external", wholesaler, Decimal(part), always)
