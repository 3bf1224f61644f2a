"""Firms, advisors, territories and wholesalers, and who belonged where at which time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dist_perf.generate.distribution.calendar import Calendar, Floats
from dist_perf.generate.distribution.names import (
    FIRM_NAMES,
    FIRST_NAMES,
    LAST_NAMES,
    REGION_NAMES,
    TERRITORY_NAMES,
)
from dist_perf.generate.distribution.settings import Settings

# An advisor on flows whom the feed of advisors does not know.
UNKNOWN_ADVISOR_ID = "A900001"

FIRM_TYPES = {
    "FT1": "Wirehouse",
    "FT2": "Independent broker-dealer",
    "FT3": "Registered investment adviser",
    "FT4": "Bank and trust",
    "FT5": "Retirement platform",
}
CHANNELS = {
    "CH1": "National accounts",
    "CH2": "Independent",
    "CH3": "Adviser",
    "CH4": "Bank",
    "CH5": "Retirement",
}
CHANGING_FIRM = 0.09
PAUSING = 1 / 3
KEEPING_TERRITORY = 0.5
REALIGNED = 0.1
KNOWN_AFTER = 120
FIRM_SUFFIXES = ("Securities", "Financial Network", "Advisors", "Bank & Trust", "Retirement")


class Period(NamedTuple):
    """What is true in [valid_from, valid_to), such as a territory's wholesaler.

    `booked` is when it became known, where that was later.
    """

    subject: int
    held: int
    valid_from: dt.date
    valid_to: dt.date | None
    territory: int = -1
    role: str | None = None
    booked: dt.date | None = None


class Wholesaler(NamedTuple):
    """One wholesaler's time with the firm."""

    name: str
    hired_date: dt.date
    left_date: dt.date | None


@dataclass(frozen=True)
class SalesForce:
    """Who sells, numbered from 0 each.

    Attributes:
        firm_names: name of each firm; its kind is its number modulo the kinds.
        advisor_names: name of each advisor; the first two share one name at one firm.
        affiliations: advisor's firm and territory over time.
        territories: number and name of the region, and name, of each territory.
        wholesalers: everyone in the field who was employed at some time.
        desk: the internal wholesalers and, last, a hybrid; their numbers follow the field's.
        assignments: territory's wholesalers over time.
        impatience: how many times faster than usual the money of each advisor leaves.
        book: relative size of each advisor's business.
    """

    firm_names: tuple[str, ...]
    advisor_names: tuple[str, ...]
    affiliations: tuple[Period, ...]
    territories: tuple[tuple[int, str], ...]
    wholesalers: tuple[Wholesaler, ...]
    desk: tuple[Wholesaler, ...]
    assignments: tuple[Period, ...]
    impatience: Floats
    book: Floats


def build(settings: Settings, calendar: Calendar) -> SalesForce:
    """Draw the sales force and its changes over the period."""
    random = settings.random("sales force")
    territories = tuple(_territories(settings.scaled(12, 0.5)))
    advisors = settings.scaled(120, 1.0)
    firms = settings.scaled(40, 0.5)
    first_territory = random.integers(0, len(territories), advisors)
    first_firm = np.minimum(
        random.integers(0, firms, advisors), random.integers(0, firms, advisors)
    )
    first_firm[1] = first_firm[0]
    names = _people(random, advisors)
    names[1] = names[0]
    wholesalers, field = _coverage(settings, calendar, len(territories))
    desk, inside = _desk(settings, calendar, len(wholesalers), field)
    realigned_on = _july_firsts(calendar)[-1]
    return SalesForce(
        firm_names=tuple(_firm_names(firms)),
        advisor_names=tuple(names),
        affiliations=_one_booked_late(
            tuple(
                _affiliations(
                    random,
                    calendar,
                    list(zip(first_firm.tolist(), first_territory.tolist(), strict=True)),
                    firms,
                )
            ),
            realigned_on,
        ),
        territories=territories,
        wholesalers=wholesalers,
        desk=desk,
        assignments=(*_one_booked_late(field, realigned_on), *inside),
        impatience=_impatience(random, advisors)
        * random.lognormal(0, 0.35, len(territories))[first_territory],
        book=random.lognormal(0, 0.8, advisors),
    )


def _people(random: np.random.Generator, count: int) -> list[str]:
    first = random.integers(0, len(FIRST_NAMES), count)
    last = random.integers(0, len(LAST_NAMES), count)
    return [f"{FIRST_NAMES[f]} {LAST_NAMES[n]}" for f, n in zip(first, last, strict=True)]


def _firm_names(count: int) -> Iterator[str]:
    for number in range(count):
        generation, name = divmod(number, len(FIRM_NAMES))
        series = f" {generation + 1}" if generation else ""
        yield f"{FIRM_NAMES[name]} {FIRM_SUFFIXES[number % len(FIRM_SUFFIXES)]}{series}"


def _territories(count: int) -> Iterator[tuple[int, str]]:
    for number in range(count):
        round_, region = divmod(number, len(REGION_NAMES))
        names = TERRITORY_NAMES[REGION_NAMES[region]]
        generation, name = divmod(round_, len(names))
        yield region, names[name] + (f" {generation + 1}" if generation else "")


def _impatience(random: np.random.Generator, advisors: int) -> Floats:
    """Draw mostly usual advisors, some whose clients stay and some with hot money."""
    kinds: npt.NDArray[np.float64] = np.array([1.0, 0.45, 5.0])
    return np.asarray(kinds[random.choice(3, advisors, p=[0.66, 0.2, 0.14])])


def _july_firsts(calendar: Calendar) -> list[dt.date]:
    years = range(calendar.start.year, calendar.end.year + 1)
    firsts = [dt.date(year, 7, 1) for year in years]
    return [first for first in firsts if calendar.start <= first <= calendar.end]


def _affiliations(
    random: np.random.Generator, calendar: Calendar, first: list[tuple[int, int]], firms: int
) -> Iterator[Period]:
    """Give every advisor a firm and a territory over time, from the `first` of both.

    Some change firm, and one in three of them is without a firm for some weeks in between. The
    last 1 July of the period moves every tenth of the others to another territory.
    """
    realigned_on = _july_firsts(calendar)[-1]
    days = (calendar.end - calendar.start).days
    changes_firm = random.random(len(first)) < CHANGING_FIRM
    pauses = random.random(len(first)) < PAUSING
    realigned = random.random(len(first)) < REALIGNED
    keeps_territory = random.random(len(first)) < KEEPING_TERRITORY
    # Even the smallest set shows two of one name at one firm, changes at once and after a pause.
    changes_firm[:6] = [False, False, True, True, True, True]
    realigned[:2] = False
    pauses[2:6] = [False, False, True, True]
    for advisor, (firm, territory) in enumerate(first):
        since = calendar.start - dt.timedelta(int(random.integers(200, 4000)))
        now = Period(advisor, firm, since, None, territory)
        other_territory = first[(advisor + 1) % len(first)][1]
        if changes_firm[advisor]:
            leaves = calendar.start + dt.timedelta(int(days * random.uniform(0.2, 0.85)))
            pause = int(random.integers(25, 80)) if pauses[advisor] else 0
            yield now._replace(valid_to=leaves)
            yield now._replace(
                held=(firm + int(random.integers(1, firms))) % firms,
                valid_from=leaves + dt.timedelta(pause),
                territory=territory if keeps_territory[advisor] else other_territory,
            )
        elif realigned[advisor] and other_territory != territory:
            yield now._replace(valid_to=realigned_on)
            yield now._replace(valid_from=realigned_on, territory=other_territory)
        else:
            yield now


def _coverage(
    settings: Settings, calendar: Calendar, territories: int
) -> tuple[tuple[Wholesaler, ...], tuple[Period, ...]]:
    """Cover the territories with wholesalers.

    Every 1 July a third of the territories passes to the next wholesaler. Every seventh
    wholesaler leaves on the way, and the territories wait some weeks for a successor.
    """
    random = settings.random("coverage")
    starting = max(territories * 7 // 12, 2)
    leavers = list(range(1, starting, 7))
    stayers = [number for number in range(starting) if number not in leavers]
    names = _people(random, starting + len(leavers))
    wholesalers = [
        Wholesaler(name, calendar.start - dt.timedelta(int(random.integers(300, 4000))), None)
        for name in names[:starting]
    ]
    covered_since = dt.date(calendar.start.year - 1, 1, 1)
    current = {
        territory: Period(territory, territory % starting, covered_since, None)
        for territory in range(territories)
    }
    periods = []
    departures = {}
    days = (calendar.end - calendar.start).days
    for order, leaver in enumerate(leavers):
        left = calendar.start + dt.timedelta(int(days * random.uniform(0.35, 0.55)))
        hired = left + dt.timedelta(int(random.integers(25, 45)))
        wholesalers[leaver] = wholesalers[leaver]._replace(left_date=left)
        wholesalers.append(Wholesaler(names[starting + order], hired, None))
        departures[leaver] = (left, hired, starting + order)

    def pass_on(territory: int, to: int, until: dt.date, since: dt.date) -> None:
        periods.append(current[territory]._replace(valid_to=until))
        current[territory] = Period(territory, to, since, None)

    for leaver, (left, hired, successor) in departures.items():
        for territory in range(territories):
            if current[territory].held == leaver:
                pass_on(territory, successor, left, hired)
    for first in _july_firsts(calendar):
        for territory in range(first.year % 3, territories, 3):
            if current[territory].valid_from < first and current[territory].held in stayers:
                following = stayers.index(current[territory].held) + 1
                pass_on(territory, stayers[following % len(stayers)], first, first)
    periods.extend(current.values())
    return tuple(wholesalers), tuple(
        sorted(periods, key=lambda period: (period.subject, period.valid_from))
    )


def _desk(
    settings: Settings, calendar: Calendar, first_number: int, field: tuple[Period, ...]
) -> tuple[tuple[Wholesaler, ...], tuple[Period, ...]]:
    """Cover the territories from inside, each internal a run of them.

    One territory passes to the next internal on the last 1 July, the last territory has none.
    A hybrid fills in for the first wholesaler who leaves a territory waiting.
    """
    random = settings.random("desk")
    territories = 1 + max(period.subject for period in field)
    internals = max(territories // 4, 2)
    names = _people(random, internals + 1)
    people = tuple(
        Wholesaler(name, calendar.start - dt.timedelta(int(random.integers(300, 2000))), None)
        for name in names
    )
    since = dt.date(calendar.start.year - 1, 1, 1)
    realigned_on = _july_firsts(calendar)[-1]
    periods = []
    for territory in range(territories - 1):
        internal = first_number + territory % internals
        own = Period(territory, internal, since, None, role="internal")
        if territory == 0:
            periods.append(own._replace(valid_to=realigned_on))
            own = own._replace(held=internal + 1, valid_from=realigned_on)
        periods.append(own)
    for left, following in itertools.pairwise(field):
        left_on = left.valid_to
        if left.subject == following.subject and left_on and left_on < following.valid_from:
            away = Period(
                left.subject,
                first_number + internals,
                left_on,
                following.valid_from,
                role="hybrid",
            )
            periods.append(away)
            break
    return people, tuple(periods)


def _one_booked_late(periods: tuple[Period, ...], realigned_on: dt.date) -> tuple[Period, ...]:
    """Let one realignment become known months late, by booking its start and end again."""
    realigned = (
        number
        for number, period in enumerate(periods)
        if period.valid_from == realigned_on and periods[number - 1].subject == period.subject
    )
    late = next(realigned, None)
    if late is None:
        return periods
    booked = realigned_on + dt.timedelta(KNOWN_AFTER)
    earlier, later = periods[late - 1], periods[late]
    return (
        *periods[: late - 1],
        earlier._replace(valid_to=None),
        earlier._replace(booked=booked),
        later._replace(booked=booked),
        *periods[late + 1 :],
    )
