"""What the whole industry sells in each territory, and how many advisors could sell there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from dist_perf.generate.distribution.calendar import MONTH_ACTIVITY, Calendar
from dist_perf.generate.distribution.costs import months
from dist_perf.generate.distribution.settings import Settings

# The provider reports a month after two more have passed.
REPORTED_AFTER_MONTHS = 2
YEARLY_GROWTH = 1.03


def sales(
    settings: Settings, calendar: Calendar, territories: int
) -> Iterator[tuple[int, dt.date, Decimal]]:
    """Yield territory number, first day of the month and dollars sold by all fund houses."""
    random = settings.random("market")
    size = random.lognormal(0, 0.5, territories) * 60_000_000 * settings.flows / 20_000
    reported = [first for first, _ in months(calendar)][:-REPORTED_AFTER_MONTHS]
    for first in reported:
        noise = random.lognormal(0, 0.08, territories)
        season = MONTH_ACTIVITY[first.month - 1]
        for territory in range(territories):
            dollars = round(size[territory] * season * noise[territory])
            yield territory, first.replace(day=1), Decimal(dollars)


def universe(
    settings: Settings, calendar: Calendar, advisors_by_territory: list[int]
) -> Iterator[tuple[int, int, dt.date, dt.date | None]]:
    """Yield territory number, advisors, and the period; the last territory has no count."""
    random = settings.random("universe")
    for territory, selling in enumerate(advisors_by_territory[:-1]):
        count = selling * int(random.integers(3, 9)) + 20
        first = calendar.start.replace(month=1, day=1)
        while first <= calendar.end:
            following = first.replace(year=first.year + 1)
            yield territory, count, first, following if following <= calendar.end else None
            count = round(count * YEARLY_GROWTH)
            first = following
