"""Distribution expenses and the wholesalers' pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from dist_perf.generate.distribution.calendar import MONTH_ACTIVITY, Calendar
from dist_perf.generate.distribution.sales_force import Wholesaler
from dist_perf.generate.distribution.settings import Settings

EXPENSE_CATEGORIES = {
    "TRV": "Travel and entertainment",
    "EVT": "Events and sponsorship",
    "MKT": "Marketing and literature",
    "TEC": "Data and technology",
}


class ExpenseType(NamedTuple):
    """One type of expense: its category, how often a month has it and its usual dollars."""

    expense_type_id: str
    expense_type_name: str
    category: str
    chance: float
    dollars: int
    is_team_wide: bool = False


EXPENSE_TYPES = (
    ExpenseType("AIR", "Air travel", "TRV", 0.8, 1_600),
    ExpenseType("HTL", "Hotels", "TRV", 0.8, 1_100),
    ExpenseType("CAR", "Car and mileage", "TRV", 0.9, 450),
    ExpenseType("MEA", "Client meals", "TRV", 0.9, 900),
    ExpenseType("SEM", "Advisor seminar", "EVT", 0.3, 3_500),
    ExpenseType("SPO", "Conference sponsorship", "EVT", 0.1, 9_000),
    ExpenseType("LIT", "Literature", "MKT", 0.25, 700),
    ExpenseType("ADV", "Advertising", "MKT", 0.7, 22_000, True),
    ExpenseType("CRM", "Sales software", "TEC", 1.0, 8_500, True),
    ExpenseType("DAT", "Market data", "TEC", 1.0, 12_000, True),
)
REFUNDED = 0.02


def months(calendar: Calendar) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield the first and last day of every calendar month, within the period."""
    first = calendar.start
    while first <= calendar.end:
        following = (first.replace(day=1) + dt.timedelta(32)).replace(day=1)
        yield first, min(following - dt.timedelta(1), calendar.end)
        first = following


def expenses(
    settings: Settings, calendar: Calendar, wholesalers: tuple[Wholesaler, ...]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the feed of expenses; now and then one is partly refunded."""
    random = settings.random("expenses")
    everyone = [*enumerate(wholesalers), (-1, None)]
    number = 0
    for first, last in months(calendar):
        for wholesaler, person in everyone:
            for kind in EXPENSE_TYPES:
                if kind.is_team_wide != (person is None) or random.random() > kind.chance:
                    continue
                day = first + dt.timedelta(int(random.integers(0, (last - first).days + 1)))
                if person and not _employed(person, day):
                    continue
                amount = _dollars(kind.dollars * random.lognormal(0, 0.45))
                items = [(amount, kind.expense_type_name)]
                if random.random() < REFUNDED:
                    back = _dollars(-float(amount) * random.uniform(0.2, 0.9))
                    items.append((back, f"{kind.expense_type_name} refunded"))
                owner = None if person is None else wholesaler_id(wholesaler)
                for cost, text in items:
                    number += 1
                    yield f"E{number:06d}", day, kind.expense_type_id, owner, cost, text


def wholesaler_id(number: int) -> str:
    """Return the identifier of a wholesaler."""
    return f"W{number + 1:03d}"


def compensation(
    settings: Settings, calendar: Calendar, wholesalers: tuple[Wholesaler, ...]
) -> Iterator[tuple[object, ...]]:
    """Yield the rows of the feed of pay: a month's base and incentive, paid in the next month.

    A month that is employed in part is paid in part; some incentives are clawed back.
    """
    random = settings.random("compensation")
    yearly_base = random.integers(78, 126, len(wholesalers)) * 1_000
    skill = random.lognormal(0, 0.35, len(wholesalers))
    number = 0
    for first, last in months(calendar):
        paid = calendar.on_or_after(last + dt.timedelta(15))
        paid_date = calendar.date(paid) if paid < len(calendar) else None
        for wholesaler, person in enumerate(wholesalers):
            begin = max(first, person.hired_date)
            stop = min(last, (person.left_date or dt.date.max) - dt.timedelta(1))
            if begin > stop:
                continue
            share = ((stop - begin).days + 1) / ((last - first).days + 1)
            base = _dollars(yearly_base[wholesaler] / 12 * share)
            season = MONTH_ACTIVITY[first.month - 1] * skill[wholesaler]
            incentive = _dollars(9_500 * season * share * random.lognormal(0, 0.3))
            clawed_back = _dollars(-float(incentive) * random.uniform(0.03, 0.15))
            payments = [("base", base), ("incentive", incentive)]
            if random.random() < REFUNDED:
                payments.append(("incentive", clawed_back))
            for kind, amount in payments:
                number += 1
                yield (
                    f"C{number:06d}",
                    wholesaler_id(wholesaler),
                    kind,
                    begin,
                    stop,
                    amount,
                    paid_date,
                )


def _employed(person: Wholesaler, day: dt.date) -> bool:
    return person.hired_date <= day and (person.left_date is None or day < person.left_date)


def _dollars(amount: float | np.float64) -> Decimal:
    return Decimal(round(amount * 100)) / 100
