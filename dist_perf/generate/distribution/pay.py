"""The plans of incentive pay, and the wholesalers under each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from dist_perf.generate.distribution.calendar import Calendar
from dist_perf.generate.distribution.sales_force import SalesForce

# Some weeks after the start of a year, when its first quarter is not locked yet.
KNOWN_AFTER = 60
UNDER_TWO_PLANS = 2


class Plan(NamedTuple):
    """What a plan pays on, and when it takes pay back."""

    plan_id: str
    plan_name: str
    role: str | None
    credit_basis: str
    tier_method: str | None
    retained_days: int | None = None
    clawback_days: int | None = None


class Tier(NamedTuple):
    """Rate of pay on credit above an amount."""

    plan_id: str
    tier_from_amount: Decimal
    pay_rate: Decimal


class Assignment(NamedTuple):
    """A wholesaler, by number, under a plan."""

    plan_id: str
    wholesaler: int
    valid_from: dt.date
    valid_to: dt.date | None = None
    booked_date: dt.date | None = None


GROSS, NET, KEPT = "GROSS", "NET", "KEPT"
DESK, HYBRID = "DESK", "HYBRID"

PLANS = (
    Plan(GROSS, "Gross sales with claw-back", None, "gross", None, clawback_days=90),
    Plan(NET, "Net flows at one rate", "external", "net", "cliff"),
    Plan(KEPT, "Sales that stayed 90 days", "external", "retained", "marginal", 90, 180),
    Plan(DESK, "Gross sales of the desk", "internal", "gross", "marginal", clawback_days=90),
    Plan(HYBRID, "Gross sales of hybrids", "hybrid", "gross", "marginal", clawback_days=90),
)
TIERS = tuple(
    Tier(plan, Decimal(millions) * 1_000_000, Decimal(rate))
    for plan, millions, rate in (
        (GROSS, "0", "0.0008"),
        (GROSS, "20", "0.0010"),
        (NET, "0", "0.0010"),
        (NET, "10", "0.0014"),
        (KEPT, "0", "0.0012"),
        (KEPT, "15", "0.0015"),
        (DESK, "0", "0.0002"),
        (DESK, "40", "0.00025"),
        (HYBRID, "0", "0.0007"),
    )
)


def assignments(calendar: Calendar, force: SalesForce) -> Iterator[Assignment]:
    """Yield the plan of each wholesaler, from the day of joining.

    The plan of the first wholesaler changes with a year, which is booked some weeks into it. The
    third is under two plans at once.
    """
    since = calendar.start.replace(month=1, day=1)
    field = len(force.wholesalers)
    change = dt.date(calendar.end.year, 1, 1)
    booked = change + dt.timedelta(KNOWN_AFTER)
    for number, person in enumerate((*force.wholesalers, *force.desk)):
        joined = max(since, person.hired_date)
        if number == 0:
            yield Assignment(GROSS, number, joined)
            yield Assignment(GROSS, number, joined, change, booked)
            yield Assignment(NET, number, change, None, booked)
        elif number == UNDER_TWO_PLANS:
            yield Assignment(GROSS, number, joined)
            yield Assignment(KEPT, number, joined)
        elif number < field:
            yield Assignment((GROSS, NET, KEPT)[number % 3], number, joined, person.left_date)
        else:
            hybrid = number == field + len(force.desk) - 1
            yield Assignment(HYBRID if hybrid else DESK, number, joined)
