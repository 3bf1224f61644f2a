"""Fee terms beside the products' schedules: waivers, agreements and tiers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from dist_perf.generate.distribution.calendar import Calendar

# Accounts and households with large holdings that live as long as the sample.
WAIVED_ACCOUNT = "AC00000458"
NEGOTIATING_ACCOUNT = "AC00000506"
CAPPED_ACCOUNT = "AC00000557"
MARGINAL_HOUSEHOLD = "H00000461"
CLIFF_HOUSEHOLD = "H00000066"
KNOWN_AFTER = 35


class Waiver(NamedTuple):
    """Part of a fee that is not charged, of a product, an account or both."""

    waiver_id: str
    product_id: str | None
    account_id: str | None
    waiver_rate: Decimal
    valid_from: dt.date
    valid_to: dt.date | None = None
    booked_date: dt.date | None = None


class Agreement(NamedTuple):
    """Terms of an account or a household that replace the schedule."""

    agreement_id: str
    account_id: str | None
    household_id: str | None
    product_id: str | None
    billing_basis: str | None
    tier_method: str | None
    negotiated_rate: Decimal | None
    minimum_amount: Decimal | None
    cap_amount: Decimal | None
    valid_from: dt.date
    valid_to: dt.date | None = None
    booked_date: dt.date | None = None


def waivers(calendar: Calendar, products: list[str]) -> Iterator[Waiver]:
    """Yield one waiver of each kind.

    One of a product from a 16th, booked in the next month; one of another product for a quarter,
    known in time; one of an account on everything.
    """
    late = calendar.end.replace(month=3, day=16)
    booked = late + dt.timedelta(KNOWN_AFTER)
    yield Waiver("FW1", products[1], None, Decimal("0.0010"), late, None, booked)
    last_year = late.year - 1
    quarter = (dt.date(last_year, 4, 1), dt.date(last_year, 7, 1))
    yield Waiver("FW2", products[4], None, Decimal("0.0005"), *quarter)
    yield Waiver("FW3", None, WAIVED_ACCOUNT, Decimal("0.0015"), dt.date(last_year, 10, 1))


def agreements(calendar: Calendar) -> Iterator[Agreement]:
    """Yield one agreement of each kind.

    A household in marginal tiers, one in cliff tiers, an account with a negotiated rate and a
    minimum, and one with a cap that is booked two months late.
    """
    since = dt.date(calendar.end.year - 1, 1, 1)
    late = calendar.end.replace(month=2, day=10)
    booked = late + dt.timedelta(2 * KNOWN_AFTER)
    of_household = (None, "household")
    no_terms = (None, None, None)
    for number, household, method in (
        (1, MARGINAL_HOUSEHOLD, "marginal"),
        (2, CLIFF_HOUSEHOLD, "cliff"),
    ):
        yield Agreement(f"FA{number}", None, household, *of_household, method, *no_terms, since)
    rate, minimum, cap = Decimal("0.0035"), Decimal(120_000), Decimal(60_000)
    of_account = (None, None, None, None)
    yield Agreement("FA3", NEGOTIATING_ACCOUNT, *of_account, rate, minimum, None, since)
    yield Agreement("FA4", CAPPED_ACCOUNT, *of_account, None, None, cap, late, None, booked)


def tiers() -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield agreement, from-amount and rate of every tier."""
    for agreement_id in ("FA1", "FA2"):
        for millions, rate in ((0, "0.0080"), (10, "0.0060"), (20, "0.0045")):
            yield agreement_id, Decimal(millions * 1_000_000), Decimal(rate)
