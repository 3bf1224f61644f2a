"""What a file is a delivery of: its source and its business dates."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

# First and last business date.
Dates = tuple[datetime.date, datetime.date]
# The same, None where there is none.
Period = Dates | None

VERSION = re.compile(
    r"(?i)(?:^|[-_. ]|(?<=\)))(?:v\d+|version\d+|rev\d+|corrected|correction|resend|resent|final"
    r"|copy|\(\d+\))(?=[-_. (]|$)"
)
SEPARATORS = "-_. ~\N{EN DASH}"
# What may stand before the first date of a period, and between the first and the last.
FROM = re.compile(rf"(?i)(?<![a-z])from[{SEPARATORS}]*$")
UNTIL = re.compile(rf"(?i)[{SEPARATORS}]*(?:to|thru|through|until)?[{SEPARATORS}]*")
EMPTY_BRACKETS = re.compile(rf"[(\[][{SEPARATORS}]*[)\]]")

YEAR = r"(?P<year>(?:19|20)\d\d)"
NAME = (
    "(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
JOINT = "[-_. ]?"
# The time at which a file was written: `20250401063000`, `2025-04-01T06:30`.
TIME = r"(?:(?<=\d{8})\d{6}|T\d\d[-_.]?\d\d(?:[-_.]?\d\d)?Z?)?"


def _month_number(found: re.Match[str]) -> int:
    parts = found.groupdict()
    return int(parts.get("month") or MONTHS.index(parts["name"][:3].lower()) + 1)


def _months(year: str, first: int, last: int) -> Dates:
    days = calendar.monthrange(int(year), last)[1]
    return datetime.date(int(year), first, 1), datetime.date(int(year), last, days)


def _day(found: re.Match[str]) -> Dates:
    day = datetime.date(int(found["year"]), _month_number(found), int(found["day"]))
    return day, day


def _week(found: re.Match[str]) -> Dates:
    monday = datetime.date.fromisocalendar(int(found["year"]), int(found["week"]), 1)
    return monday, monday + datetime.timedelta(days=6)


def _month(found: re.Match[str]) -> Dates:
    return _months(found["year"], _month_number(found), _month_number(found))


def _quarter(found: re.Match[str]) -> Dates:
    first = int(found["quarter"])
    return _months(found["year"], 3 * first - 2, 3 * int(found["last"] or first))


def _half(found: re.Match[str]) -> Dates:
    half = int(found["half"])
    return _months(found["year"], 6 * half - 5, 6 * half)


# Dates that can be read in one way only; `01-04-2025` and a bare year are none. What an earlier
# shape has read, a later one leaves alone.
SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Dates]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (
            rf"(?<!\d){YEAR}(?P<joint>[-_.]?)(?P<month>\d\d)(?P=joint)(?P<day>\d\d){TIME}(?!\d)",
            _day,
        ),
        (rf"(?<!\d)(?P<day>\d\d?){JOINT}{NAME}{JOINT}{YEAR}(?!\d)", _day),
        (rf"(?<!\d){YEAR}{JOINT}{NAME}{JOINT}(?P<day>\d\d)(?![a-z\d])", _day),
        (rf"(?<!\d){YEAR}{JOINT}W(?P<week>\d\d)(?![a-z\d])", _week),
        (
            rf"(?<!\d){YEAR}{JOINT}Q(?P<quarter>[1-4])"
            rf"(?:{JOINT}(?:to)?{JOINT}Q(?P<last>[1-4]))?(?![a-z\d])",
            _quarter,
        ),
        (rf"(?<![a-z\d])Q(?P<quarter>[1-4])(?P<last>){JOINT}{YEAR}(?!\d)", _quarter),
        (rf"(?<!\d){YEAR}{JOINT}H(?P<half>[12])(?![a-z\d])", _half),
        (rf"(?<![a-z\d])H(?P<half>[12]){JOINT}{YEAR}(?!\d)", _half),
        (rf"(?<!\d){YEAR}{JOINT}{NAME}(?![a-z\d])", _month),
        (rf"(?<![a-z\d]){NAME}{JOINT}{YEAR}(?!\d)", _month),
        (
            # Not the beginning of a day: `2025-04-31` is no date at all.
            rf"(?<!\d){YEAR}(?P<joint>[-_.]?)(?P<month>0[1-9]|1[0-2])(?!\d)"
            r"(?!(?P=joint)\d\d?(?!\d))",
            _month,
        ),
    )
)


def covers(later: Period, earlier: Period) -> bool:
    """Tell whether all of one delivery's period is in that of a later one."""
    if later is None or earlier is None:
        return later is earlier
    return later[0] <= earlier[0] and earlier[1] <= later[1]


def shared(one: Period, other: Period) -> Period:
    """Return the dates from the first to the last that two periods share."""
    if one is None or other is None:
        return None
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


@dataclass(frozen=True)
class Delivery:
    """Identity of a file: a later one of the same source and dates takes its place.

    Attributes:
        source: Who sends it: the file's name without dates and version, unless one is given.
        period: The dates that it is about, None where only its rows can tell.
    """

    source: str
    period: Period


@dataclass(frozen=True)
class _Named:
    """Dates that stand in a file's name, from `start` to before `end`."""

    start: int
    end: int
    dates: Dates

    @property
    def is_day(self) -> bool:
        return self.dates[0] == self.dates[1]


def identify(
    path: Path, source: str | None = None, business_date: datetime.date | None = None
) -> Delivery:
    """Return what a file is a delivery of, from its name and from what is given.

    Two dates in a name are the first and the last of a period, of which the file holds all.

    Raises:
        click.ClickException: the name holds two dates of which the later comes first.
    """
    stem = path.stem
    named = _named(stem)
    period = (business_date, business_date) if business_date else _period(path, named)
    name = re.sub(rf"[{SEPARATORS}]{{2,}}", "_", VERSION.sub("", _without(stem, named)))
    return Delivery(source=source or name.strip(SEPARATORS) or stem, period=period)


def _named(stem: str) -> list[_Named]:
    found: list[_Named] = []
    for pattern, read in SHAPES:
        for match in pattern.finditer(stem):
            if any(match.start() < each.end and each.start < match.end() for each in found):
                continue
            try:
                found.append(_Named(match.start(), match.end(), read(match)))
            except ValueError:
                continue
    return sorted(found, key=lambda each: each.start)


def _period(path: Path, named: list[_Named]) -> Period:
    """Return the period that a name's first two dates make; a third is when it was sent."""
    if len(named) < 2:  # noqa: PLR2004
        return named[0].dates if named else None
    one, other = named[:2]
    if one.is_day != other.is_day:
        day, span = (one, other) if one.is_day else (other, one)
        # A month and a day after it, on which it was sent; or a day of that month.
        if day.dates[0] > span.dates[1]:
            return span.dates
        if covers(span.dates, day.dates):
            return day.dates
    elif one.dates[0] <= other.dates[0]:
        return one.dates[0], max(one.dates[1], other.dates[1])
    raise click.ClickException(
        f"the name of `{path}` has two dates, {one.dates[0]} and then {other.dates[0]}, that are "
        "no first and last day of a period: rename the file, or give `--business-date`"
    )


def _without(stem: str, named: list[_Named]) -> str:
    """Return a name without its dates and what joins them."""
    pieces, position = [], 0
    for each in named:
        between = stem[position : each.start]
        pieces.append("" if position and UNTIL.fullmatch(between) else FROM.sub("", between))
        position = each.end
    return EMPTY_BRACKETS.sub("", "".join([*pieces, stem[position:]]))
