"""A block of accounts with their flows: the unit in which feeds of any size are made.

A block is made from its own stream of random numbers and discarded once it is written, so memory
does not grow with the number of flows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dist_perf.generate.distribution.calendar import Ints
from dist_perf.generate.distribution.products import PRICE_SCALE
from dist_perf.generate.distribution.transaction_types import NUMBER
from dist_perf.generate.distribution.world import World

# One row a flow. Accounts, advisors, products and codes by number, dates as business days,
# amounts in cents, units in millionths; `transfer` is the row of the leg that left, where the
# source links the legs.
ROW = np.dtype(
    [
        ("account", np.int32),
        ("advisor", np.int32),
        ("product", np.int32),
        ("code", np.int32),
        ("trade", np.int32),
        ("booked", np.int32),
        ("amount", np.int64),
        ("units", np.int64),
        ("corrects", np.int64),
        ("transfer", np.int64),
        ("home_office", np.bool_),
    ]
)
# The fields that name another row.
LINKS = ("corrects", "transfer")
# One row an account. `days_before` is how long before the period it was opened, 0 if within.
ACCOUNT = np.dtype(
    [
        ("type", np.int32),
        ("advisor", np.int32),
        ("days_before", np.int32),
        ("reports_units", np.bool_),
    ]
)
Rows = npt.NDArray[np.void]

NO_ADVISOR = -1
ADVISOR_OF_RECORD = -2
NOT_BOOKED = -1
NO_UNITS = np.iinfo(np.int64).min
ORIGINAL = -1
NOT_LINKED = -1
# Numbers from here downwards correct a flow that is in no feed.
ORPHAN = -2

OPENED_BEFORE = 0.7

ACCOUNT_TYPES = ("retail", "retirement", "model_portfolio", "omnibus", "house")
RETAIL, RETIREMENT, MODEL_PORTFOLIO, OMNIBUS, HOUSE = range(len(ACCOUNT_TYPES))


class Holding(NamedTuple):
    """Accounts with one product each, by position."""

    account: Ints
    product: Ints


class Block:
    """The accounts and the randomness of one block.

    Attributes:
        number: which block it is, from 0.
        random: the block's own stream of random numbers.
        accounts: the accounts opened so far, of type `ACCOUNT`, by number.
    """

    def __init__(self, world: World, number: int) -> None:
        """Start block `number` without accounts."""
        self.world = world
        self.number = number
        self.random = world.settings.random("block", number)
        self.accounts: Rows = np.empty(0, ACCOUNT)

    def open_accounts(self, types: Ints) -> Ints:
        """Open an account of each of the given types and return their numbers."""
        force = self.world.sales_force
        advisors = self.random.choice(len(force.book), len(types), p=force.book / force.book.sum())
        opened_before = self.random.random(len(types)) < OPENED_BEFORE
        accounts = np.empty(len(types), ACCOUNT)
        accounts["type"] = types
        accounts["advisor"] = np.where(np.isin(types, (OMNIBUS, HOUSE)), NO_ADVISOR, advisors)
        accounts["days_before"] = self.random.integers(30, 4_000, len(types)) * opened_before
        accounts["reports_units"] = True
        first = len(self.accounts)
        self.accounts = np.concatenate([self.accounts, accounts])
        return np.arange(first, len(self.accounts))

    def by_amount(self, code: str | Ints, holding: Holding, day: Ints, cents: Ints) -> Rows:
        """Return flows of given amounts, with the units that these buy at the day's price."""
        price = self.world.products.prices[holding.product, day]
        return self.rows(code, holding, day, cents, units_for(cents, price))

    def by_units(self, code: str | Ints, holding: Holding, day: Ints, units: Ints) -> Rows:
        """Return flows of given units, with what these are worth at the day's price."""
        price = self.world.products.prices[holding.product, day]
        return self.rows(code, holding, day, worth_of(units, price), units)

    @staticmethod
    def rows(code: str | Ints, holding: Holding, day: Ints, cents: Ints, units: Ints | int) -> Rows:
        """Return original flows by the advisors of record, booked on the trade day."""
        rows = np.empty(len(day), ROW)
        rows["account"] = holding.account
        rows["advisor"] = ADVISOR_OF_RECORD
        rows["product"] = holding.product
        rows["code"] = NUMBER[code] if isinstance(code, str) else code
        rows["trade"] = rows["booked"] = day
        rows["amount"] = cents
        rows["units"] = units
        rows["corrects"] = ORIGINAL
        rows["transfer"] = NOT_LINKED
        rows["home_office"] = False
        return rows


def units_for(cents: Ints, price: Ints) -> Ints:
    """Return millionths of units: positive cents by a price in millionths, rounded half up."""
    whole, rest = np.divmod(cents * 10 ** (PRICE_SCALE - 2), price)
    fraction = (2 * rest * 10**PRICE_SCALE + price) // (2 * price)
    units: Ints = whole * 10**PRICE_SCALE + fraction
    return units


def worth_of(units: Ints, price: Ints) -> Ints:
    """Return cents: positive millionths of units at a price in millionths, rounded half up."""
    whole, fraction = np.divmod(units, 10**PRICE_SCALE)
    millionths = whole * price + fraction * price // 10**PRICE_SCALE
    to_cents = 10 ** (PRICE_SCALE - 2)
    cents: Ints = (millionths + to_cents // 2) // to_cents
    return cents


def chain(*legs: Rows) -> Rows:
    """Join the legs of several stories; `corrects` and `transfer` on a leg are numbers of legs.

    All legs have one row a story, in the same order.
    """
    for leg in legs:
        for link in LINKS:
            links = leg[link] >= 0
            leg[link][links] = (leg[link] * len(leg) + np.arange(len(leg)))[links]
    return np.concatenate(legs)


def join(parts: list[Rows]) -> Rows:
    """Join parts whose `corrects` and `transfer` count rows within the part."""
    offset = 0
    for part in parts:
        for link in LINKS:
            part[link][part[link] >= 0] += offset
        offset += len(part)
    return np.concatenate(parts)
