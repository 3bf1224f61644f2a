"""Business days, and how busy each of them is."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import holidays
import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

MONTHS_A_YEAR = 12
YEARLY_GROWTH = 0.12
# January's new plans, the tax date in April, a quiet August, year end.
MONTH_ACTIVITY = np.array([1.15, 1.0, 1.12, 1.1, 0.95, 0.95, 0.9, 0.8, 0.97, 1.0, 1.0, 1.1])
WEEKDAY_ACTIVITY = np.array([1.08, 1.0, 1.0, 1.0, 0.92])
QUARTER_END_ACTIVITY = 1.8


class Calendar:
    """The days on which the New York market is open, counted from 0.

    Everything in the generator uses such a count for time; dates appear only in the files written.
    """

    def __init__(self, start: dt.date, end: dt.date) -> None:
        """Lay out the business days of a period, both ends included."""
        closed = holidays.financial_holidays("NYSE", years=range(start.year, end.year + 1))
        self.start = start
        self.end = end
        self.dates: Days = np.arange(np.datetime64(start), np.datetime64(end) + 1)
        self.days: Days = self.dates[np.is_busday(self.dates, holidays=sorted(closed))]

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
    def _months(self) -> Ints:
        """Number of the calendar month of each business day, from 0 for January 1970."""
        return np.asarray(self.days.astype("datetime64[M]"), dtype=np.int64)

    @cached_property
    def month(self) -> Ints:
        """Number of the calendar month of each business day, from 0 for the first."""
        return np.asarray(self._months - self._months[0])

    @cached_property
    def month_of_year(self) -> Ints:
        """Calendar month of each business day, from 0 for January."""
        return np.asarray(self._months % MONTHS_A_YEAR)

    @cached_property
    def month_ends(self) -> Ints:
        """Last business day of every month that is followed by another."""
        return np.flatnonzero(np.diff(self.month))

    @cached_property
    def quarter_ends(self) -> Ints:
        """Last business day of every calendar quarter that is followed by another."""
        return np.flatnonzero(np.diff(self.month_of_year // 3))

    @cached_property
    def activity(self) -> Floats:
        """Share of all new business that is done up to each business day, rising to 1."""
        # 1970-01-01 was a Thursday.
        weekday = (self.days.astype(np.int64) + 3) % 7
        years = np.arange(len(self)) / 252
        weight = MONTH_ACTIVITY[self.month_of_year] * WEEKDAY_ACTIVITY[weekday]
        weight *= (1 + YEARLY_GROWTH) ** years
        for days_before in range(3):
            weight[self.quarter_ends - days_before] *= QUARTER_END_ACTIVITY
        return np.asarray(np.cumsum(weight) / weight.sum())

    def busy_days(self, random: np.random.Generator, first: Ints) -> Ints:
        """Draw a business day for each entry of `first`, not before it, busy days more often."""
        done = np.concatenate(([0.0], self.activity))[first]
        drawn = done + (1 - done) * random.random(len(first))
        return np.clip(np.searchsorted(self.activity, drawn), first, len(self) - 1)
