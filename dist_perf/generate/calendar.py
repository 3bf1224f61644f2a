"""Business days, and how busy each of them is."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import holidays
import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

YEARLY_GROWTH = 0.18
# January's new plans, the tax date in April, a quiet August, year end.
MONTH_ACTIVITY = np.array([1.15, 1.0, 1.12, 1.1, 0.95, 0.95, 0.9, 0.8, 0.97, 1.0, 1.0, 1.1])
WEEKDAY_ACTIVITY = np.array([1.08, 1.0, 1.0, 1.0, 0.92])
QUARTER_END_ACTIVITY = 1.8


class Calendar:
    """The days on which the New York market is open, counted from 0.

    Everything in the generator tells time as such a count; dates appear only in what is written.
    """

    def __init__(self, start: dt.date, end: dt.date) -> None:
        """Lay out the business days of a period, both ends included."""
        closed = holidays.financial_holidays("NYSE", years=range(start.year, end.year + 1))
        calendar_days = np.arange(start, end + dt.timedelta(1), dtype="datetime64[D]")
        is_open = np.is_busday(calendar_days, holidays=sorted(closed))
        self.start = start
        self.end = end
        self.days: Days = calendar_days[is_open]

    def __len__(self) -> int:
        """Return the number of business days."""
        return len(self.days)

    def on_or_after(self, date: dt.date) -> int:
        """Return the first business day that is not before a date."""
        return int(np.searchsorted(self.days, np.datetime64(date)))

    def date(self, day: int) -> dt.date:
        """Return the date of a business day."""
        date: dt.date = self.days[day].item()
        return date

    @cached_property
    def month(self) -> Ints:
        """Number of the calendar month of each business day, from 0 for the first."""
        months = self.days.astype("datetime64[M]").astype(np.int64)
        return months - months[0]

    @cached_property
    def month_ends(self) -> Ints:
        """Last business day of every month that is followed by another."""
        return np.flatnonzero(np.diff(self.month))

    @cached_property
    def quarter_ends(self) -> Ints:
        """Last business day of every calendar quarter that is followed by another."""
        months_since_epoch = self.days.astype("datetime64[M]").astype(np.int64)
        return np.flatnonzero(np.diff(months_since_epoch // 3))

    @cached_property
    def activity(self) -> Floats:
        """Share of all new business that is done up to each business day, rising to 1."""
        month_of_year = self.days.astype("datetime64[M]").astype(np.int64) % 12
        # 1970-01-01 was a Thursday.
        weekday = (self.days.astype(np.int64) + 3) % 7
        years = np.arange(len(self)) / 252
        weight = MONTH_ACTIVITY[month_of_year] * WEEKDAY_ACTIVITY[weekday]
        weight *= (1 + YEARLY_GROWTH) ** years
        for days_before in range(3):
            weight[self.quarter_ends - days_before] *= QUARTER_END_ACTIVITY
        return np.asarray(np.cumsum(weight) / weight.sum())

    def busy_days(self, random: np.random.Generator, first: Ints) -> Ints:
        """Draw a business day for each entry of `first`, not before it, busy days more often."""
        done = np.concatenate(([0.0], self.activity))[first]
        drawn = done + (1 - done) * random.random(len(first))
        return np.clip(np.searchsorted(self.activity, drawn), first, len(self) - 1)
