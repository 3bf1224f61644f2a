"""All feeds as Arrow tables, in the shape of their contracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa

from dist_perf import feeds
from dist_perf.generate.distribution import costs, credit, fees, market, pay, sales_force
from dist_perf.generate.distribution.block_tables import Counters, block_tables
from dist_perf.generate.distribution.names import REGION_NAMES
from dist_perf.generate.distribution.products import (
    ASSET_CLASSES,
    FEE_SCALE,
    FOREIGN_CURRENCY,
    PRICE_SCALE,
    RATE_SCALE,
    VEHICLE_TYPES,
)
from dist_perf.generate.distribution.settings import Settings
from dist_perf.generate.distribution.transaction_types import TRANSACTION_TYPES
from dist_perf.generate.distribution.world import World, build
from dist_perf.generate.tables import decimals, from_rows, table

FLOWS_PER_BLOCK = 200_000
# Identifiers of what a split of credit is agreed for.
_SCOPE_IDS = {
    "advisor": "A{:06d}",
    "territory": "T{:03d}",
    "account": "AC{:08d}",
    "flow": "F{:09d}",
}


def all_tables(settings: Settings) -> Iterator[tuple[str, pa.Table]]:
    """Yield feed names with rows; feeds that grow with the flows come in several tables."""
    world = build(settings)
    for name, rows in _reference_rows(world).items():
        yield name, from_rows(feeds.find(name), rows)
    yield "product_prices", _prices(world)
    yield "exchange_rates", _exchange_rates(world)
    blocks = -(-settings.flows // FLOWS_PER_BLOCK)
    counters = Counters()
    for number in range(blocks):
        flows = settings.flows * (number + 1) // blocks - settings.flows * number // blocks
        yield from block_tables(world, number, flows, counters)


def _prices(world: World) -> pa.Table:
    """Return the prices of the business days on which each product could be held."""
    catalogue = world.products.catalogue
    spans = [
        (world.products.launch[number], world.products.published_until(number, world.last_day) + 1)
        for number in range(len(catalogue))
    ]
    product = np.repeat(np.arange(len(catalogue)), [stop - first for first, stop in spans])
    day = np.concatenate([np.arange(first, stop) for first, stop in spans])
    return table(
        feeds.find("product_prices"),
        {
            "product_id": world.product_ids.take(pa.array(product)),
            "price_date": pa.array(world.calendar.days[day]),
            "price": decimals(world.products.local_prices()[product, day], PRICE_SCALE),
        },
    )


def _exchange_rates(world: World) -> pa.Table:
    return table(
        feeds.find("exchange_rates"),
        {
            "currency_code": pa.repeat(FOREIGN_CURRENCY, len(world.calendar)),
            "rate_date": pa.array(world.calendar.days),
            "rate": decimals(world.products.rates, RATE_SCALE),
        },
    )


def _reference_rows(world: World) -> dict[str, Sequence[Sequence[object]]]:
    """Return the rows of the feeds whose size does not grow with the flows one to one."""
    force = world.sales_force
    catalogue = world.products.catalogue
    firm_types = list(sales_force.FIRM_TYPES)
    channels = list(sales_force.CHANNELS)
    advisor_ids = world.advisor_ids.to_pylist()
    crd_numbers = world.settings.random("crd").permutation(900_000)[: len(force.advisor_names)]
    return {
        "advisors": [
            (advisor_ids[number], name, str(1_000_000 + int(crd)))
            for number, (name, crd) in enumerate(zip(force.advisor_names, crd_numbers, strict=True))
        ],
        "advisor_affiliations": [
            (
                advisor_ids[period.subject],
                _firm_id(period.held),
                _territory_id(period.territory),
                period.valid_from,
                period.valid_to,
                period.booked,
            )
            for period in force.affiliations
        ],
        "firms": [
            (
                _firm_id(number),
                name,
                firm_types[number % len(firm_types)],
                channels[number % len(channels)],
            )
            for number, name in enumerate(force.firm_names)
        ],
        "firm_types": list(sales_force.FIRM_TYPES.items()),
        "channels": list(sales_force.CHANNELS.items()),
        "regions": [(_region_id(number), name) for number, name in enumerate(REGION_NAMES)],
        "territories": [
            (_territory_id(number), name, _region_id(region))
            for number, (region, name) in enumerate(force.territories)
        ],
        "wholesalers": [
            (costs.wholesaler_id(number), *wholesaler)
            for number, wholesaler in enumerate((*force.wholesalers, *force.desk))
        ],
        "territory_assignments": [
            (
                _territory_id(period.subject),
                costs.wholesaler_id(period.held),
                period.valid_from,
                period.valid_to,
                period.role,
                period.booked,
            )
            for period in force.assignments
        ],
        "products": [
            (
                *product[:4],
                ASSET_CLASSES[product.asset_class].asset_class_id,
                *product[5:],
            )
            for product in catalogue
        ],
        "asset_classes": [each[:2] for each in ASSET_CLASSES],
        "vehicle_types": list(VEHICLE_TYPES.items()),
        "fee_schedules": [
            (
                catalogue[fee.product].product_id,
                Decimal(fee.rate).scaleb(-FEE_SCALE),
                fee.valid_from,
                fee.valid_to,
                None,
            )
            for fee in world.products.fees
        ],
        "transaction_types": list(TRANSACTION_TYPES),
        "expense_categories": list(costs.EXPENSE_CATEGORIES.items()),
        "expense_types": [each[:3] for each in costs.EXPENSE_TYPES],
        "distribution_expenses": list(
            costs.expenses(world.settings, world.calendar, force.wholesalers)
        ),
        "advisor_universe": [
            (_territory_id(territory), *rest)
            for territory, *rest in market.universe(
                world.settings, world.calendar, _advisors_by_territory(force)
            )
        ],
        "compensation_plan_assignments": [
            (costs.wholesaler_id(each.wholesaler), each.plan_id, *each[2:])
            for each in pay.assignments(world.calendar, force)
        ],
        "compensation_plan_tiers": list(pay.TIERS),
        "compensation_plans": list(pay.PLANS),
        "credit_splits": [
            (
                split.scope,
                _SCOPE_IDS[split.scope].format(split.subject + 1),
                split.role,
                costs.wholesaler_id(split.wholesaler),
                *split[4:],
            )
            for split in credit.splits(world.calendar, force)
        ],
        "fee_agreements": list(fees.agreements(world.calendar)),
        "fee_tiers": list(fees.tiers()),
        "fee_waivers": list(fees.waivers(world.calendar, [each.product_id for each in catalogue])),
        "market_sales": [
            (_territory_id(territory), *rest)
            for territory, *rest in market.sales(
                world.settings, world.calendar, len(force.territories)
            )
        ],
        "pay_periods": list(credit.pay_periods(world.calendar)),
        "wholesaler_compensation": list(
            costs.compensation(world.settings, world.calendar, force.wholesalers)
        ),
    }


def _advisors_by_territory(force: sales_force.SalesForce) -> list[int]:
    advisors: list[set[int]] = [set() for _ in force.territories]
    for period in force.affiliations:
        advisors[period.territory].add(period.subject)
    return [len(each) for each in advisors]


def _firm_id(number: int) -> str:
    return f"FI{number + 1:04d}"


def _region_id(number: int) -> str:
    return f"RG{number + 1}"


def _territory_id(number: int) -> str:
    return f"T{number + 1:03d}"
