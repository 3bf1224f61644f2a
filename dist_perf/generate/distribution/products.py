"""Products, their prices and their fees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dist_perf.generate.distribution.calendar import Calendar, Floats, Ints
from dist_perf.generate.distribution.names import FUND_FAMILIES
from dist_perf.generate.distribution.settings import Settings

PRICE_SCALE = 6
FEE_SCALE = 8
BASIS_POINT = 10 ** (FEE_SCALE - 4)

# Codes on flows that no product has, as when a product is traded before it is set up.
UNKNOWN_PRODUCT_IDS = ("P901", "P902")

CLOSING_FUND_VEHICLE = "VMF"
ETF_VEHICLE = "VETF"
VEHICLE_TYPES = {
    CLOSING_FUND_VEHICLE: "Mutual fund",
    ETF_VEHICLE: "Exchange traded fund",
    "VCIT": "Collective investment trust",
    "VSMA": "Separately managed account",
}
TWO_CLASS_VEHICLES = (CLOSING_FUND_VEHICLE, CLOSING_FUND_VEHICLE, CLOSING_FUND_VEHICLE, "VCIT")


class AssetClass(NamedTuple):
    """What products of one asset class have in common; yearly figures as fractions."""

    asset_class_id: str
    asset_class_name: str
    drift: float
    volatility: float
    fee_bps: int
    payout: float
    pays_quarterly: bool


ASSET_CLASSES = (
    AssetClass("USEQ", "US Equity", 0.09, 0.16, 75, 0.012, False),
    AssetClass("FIXD", "Fixed Income", 0.035, 0.055, 45, 0.042, True),
    AssetClass("GLEQ", "Global Equity", 0.07, 0.15, 85, 0.018, False),
    AssetClass("MULT", "Multi-Asset", 0.055, 0.09, 60, 0.024, True),
    AssetClass("REAL", "Real Assets", 0.06, 0.13, 90, 0.03, False),
)
MARKET_CORRELATION = 0.7
# The cheaper class of the global funds is sold abroad.
FOREIGN_CURRENCY = "EUR"
FOREIGN_CLASS = ("GLEQ", "I")
RATE_SCALE = 8
PUBLISHED_RATE_SCALE = 4
CHEAPER_CLASS_BPS = 25


class FeePeriod(NamedTuple):
    """A product's fee rate in [valid_from, valid_to); the rate is a fraction times 10**8."""

    product: int
    rate: int
    valid_from: dt.date
    valid_to: dt.date | None


class Product(NamedTuple):
    """One share class."""

    product_id: str
    product_name: str
    ticker: str
    product_group: str
    asset_class: int
    vehicle_type_id: str
    share_class: str
    launch_date: dt.date
    currency_code: str | None = None


@dataclass(frozen=True)
class Products:
    """The catalogue with prices.

    Products are numbered from 0: pairs of share classes (even the dearer, odd the cheaper), then
    an exchange traded fund launched on the way, last a fund that closes by merger.

    Attributes:
        catalogue: the products.
        launch: business day of each product's launch, 0 where it was before the period.
        merger_day: business day on which the last product merges into the first.
        prices: price in millionths of the reporting currency, product x business day.
        rates: reporting currency for one unit of `FOREIGN_CURRENCY` in 10**-8, by business day.
        clock: market days that have run up to a business day, product x business day; one for
            a calendar day in a calm market, more after falling prices: money leaves faster.
        fees: the fee periods of all products, in order.
    """

    catalogue: tuple[Product, ...]
    launch: Ints
    merger_day: int
    prices: Ints
    rates: Ints
    clock: Floats
    fees: tuple[FeePeriod, ...]

    @property
    def closing(self) -> int:
        """Return the product that closes by merger."""
        return len(self.catalogue) - 1

    @property
    def open_count(self) -> int:
        """Return how many products, counted from 0, take ordinary business."""
        return self.closing

    def published_until(self, product: int, last_day: int) -> int:
        """Return the last business day with a price of the product."""
        return self.merger_day if product == self.closing else last_day

    def local_prices(self) -> Ints:
        """Return the prices in each product's own currency, as they are published."""
        foreign = np.array([product.currency_code is not None for product in self.catalogue])
        converted = np.rint(self.prices / (self.rates / 10**RATE_SCALE)).astype(np.int64)
        return np.where(foreign[:, None], converted, self.prices)


def build(settings: Settings, calendar: Calendar) -> Products:
    """Lay out the catalogue, draw the price paths and set the fees."""
    random = settings.random("products")
    pairs = settings.scaled(8, 0.35) // 2
    launch = np.zeros(2 * pairs + 2, dtype=np.int64)
    for pair in range(3, pairs, 4):
        launch[2 * pair : 2 * pair + 2] = len(calendar) // 4
    launch[2 * pairs] = len(calendar) * 9 // 20
    catalogue = tuple(_catalogue(random, calendar, pairs, launch))
    returns = _returns(random, catalogue, len(calendar))
    first_price = random.uniform(9, 80, len(catalogue))
    prices = np.rint(first_price[:, None] * np.exp(np.cumsum(returns, axis=1)) * 10**PRICE_SCALE)
    return Products(
        catalogue=catalogue,
        launch=launch,
        merger_day=int(calendar.month_ends[len(calendar.month_ends) * 3 // 5]),
        prices=prices.astype(np.int64),
        rates=_rates(settings.random("exchange_rates"), len(calendar)),
        clock=_clock(returns, catalogue, calendar),
        fees=tuple(_fees(catalogue, calendar)),
    )


def _catalogue(
    random: np.random.Generator, calendar: Calendar, pairs: int, launch: Ints
) -> Iterator[Product]:
    for pair in range(pairs):
        asset_class = pair % len(ASSET_CLASSES)
        old_launch = dt.date(int(random.integers(2004, 2020)), int(random.integers(1, 13)), 15)
        group = _group_name(pair, ASSET_CLASSES[asset_class])
        for number, share_class in enumerate("AI", start=2 * pair):
            yield Product(
                _product_id(number),
                f"{group} {share_class}",
                _ticker(pair, share_class),
                group,
                asset_class,
                TWO_CLASS_VEHICLES[pair % len(TWO_CLASS_VEHICLES)],
                share_class,
                calendar.date(launch[number]) if launch[number] else old_launch,
                FOREIGN_CURRENCY
                if (ASSET_CLASSES[asset_class].asset_class_id, share_class) == FOREIGN_CLASS
                else None,
            )
    singles = (("ETF", ETF_VEHICLE, 4), ("Opportunities", CLOSING_FUND_VEHICLE, 0))
    for number, (kind, vehicle, asset_class) in enumerate(singles, start=2 * pairs):
        group = f"{_group_name(number - pairs, ASSET_CLASSES[asset_class])} {kind}"
        yield Product(
            _product_id(number),
            group,
            _ticker(number - pairs, "X"),
            group,
            asset_class,
            vehicle,
            "Single",
            calendar.date(launch[number]) if launch[number] else dt.date(2016, 3, 1),
        )


def _product_id(number: int) -> str:
    return f"P{number + 1:03d}"


def _group_name(group: int, asset_class: AssetClass) -> str:
    generation, family = divmod(group, len(FUND_FAMILIES))
    series = f" {generation + 1}" if generation else ""
    return f"{FUND_FAMILIES[family]} {asset_class.asset_class_name}{series}"


def _ticker(group: int, share_class: str) -> str:
    generation, family = divmod(group, len(FUND_FAMILIES))
    return f"{FUND_FAMILIES[family][:3].upper()}{chr(ord('A') + generation)}{share_class}"


def _returns(random: np.random.Generator, catalogue: tuple[Product, ...], days: int) -> Floats:
    """Draw daily log returns; share classes of one group differ by their fee only."""
    market = random.standard_normal(days)
    own: dict[str, Floats] = {}
    returns = np.empty((len(catalogue), days))
    for number, product in enumerate(catalogue):
        if product.product_group not in own:
            own[product.product_group] = random.standard_normal(days)
        asset_class = ASSET_CLASSES[product.asset_class]
        shock = MARKET_CORRELATION * market
        shock = shock + np.sqrt(1 - MARKET_CORRELATION**2) * own[product.product_group]
        drift = asset_class.drift - _fee_bps(product) / 10_000
        returns[number] = drift / 252 + asset_class.volatility / np.sqrt(252) * shock
    return returns


def _rates(random: np.random.Generator, days: int) -> Ints:
    """Draw the path of an exchange rate, published with four decimals."""
    steps = 0.075 / np.sqrt(252) * random.standard_normal(days)
    published = np.rint(1.07 * np.exp(np.cumsum(steps)) * 10**PUBLISHED_RATE_SCALE)
    return np.asarray(published * 10 ** (RATE_SCALE - PUBLISHED_RATE_SCALE), dtype=np.int64)


def _clock(returns: Floats, catalogue: tuple[Product, ...], calendar: Calendar) -> Floats:
    month = 21
    volatility = np.array([ASSET_CLASSES[each.asset_class].volatility for each in catalogue])
    summed = np.cumsum(returns, axis=1)
    trailing = summed - np.pad(summed, ((0, 0), (month, 0)))[:, : len(calendar)]
    surprise = trailing / (volatility[:, None] * np.sqrt(month / 252))
    speed = np.clip(np.exp(-0.6 * surprise), 0.4, 3.0)
    calendar_days = np.diff(calendar.days, prepend=calendar.days[:1]).astype(np.float64)
    return np.asarray(np.cumsum(speed * calendar_days, axis=1))


def _fee_bps(product: Product) -> int:
    return ASSET_CLASSES[product.asset_class].fee_bps - (
        CHEAPER_CLASS_BPS if product.share_class == "I" else 0
    )


def _fees(catalogue: tuple[Product, ...], calendar: Calendar) -> Iterator[FeePeriod]:
    """Set one rate for most products, a cut at new year for some, a waiver inside a month for one.

    The waiver takes 10 basis points off the first product for three months from a 16th.
    """
    new_year = dt.date(calendar.start.year + 1, 1, 1)
    waiver_month = int(calendar.month[-1] * 9 / 10)
    waived_from = _sixteenth(calendar.start, waiver_month)
    waived_to = _sixteenth(calendar.start, waiver_month + 3)
    for number, product in enumerate(catalogue):
        rate = _fee_bps(product) * BASIS_POINT
        launched = product.launch_date
        if number == 0:
            yield FeePeriod(number, rate, launched, waived_from)
            yield FeePeriod(number, rate - 10 * BASIS_POINT, waived_from, waived_to)
            yield FeePeriod(number, rate, waived_to, None)
        elif number % 8 in (2, 3) and launched < new_year:
            yield FeePeriod(number, rate, launched, new_year)
            yield FeePeriod(number, rate - 5 * BASIS_POINT, new_year, None)
        else:
            yield FeePeriod(number, rate, launched, None)


def _sixteenth(start: dt.date, months_later: int) -> dt.date:
    years, month = divmod(start.month - 1 + months_later, 12)
    return dt.date(start.year + years, month + 1, 16)
