"""All feeds as Arrow tables, in the shape of their contracts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dist_perf import feeds
from dist_perf.generate import costs, hard_cases, products, revenue, sales_force
from dist_perf.generate.block import (
    ACCOUNT_TYPES,
    ADVISOR_OF_RECORD,
    MODEL_PORTFOLIO,
    NO_ADVISOR,
    NO_UNITS,
    NOT_BOOKED,
    ORIGINAL,
    ORPHAN,
    Block,
    Rows,
    World,
    join,
)
from dist_perf.generate.calendar import Calendar, Ints
from dist_perf.generate.names import FIRST_NAMES, LAST_NAMES, REGION_NAMES
from dist_perf.generate.ordinary import ordinary
from dist_perf.generate.products import ASSET_CLASSES, FEE_SCALE, PRICE_SCALE, VEHICLE_TYPES
from dist_perf.generate.settings import Settings
from dist_perf.generate.tables import decimals, from_rows, identifiers, table
from dist_perf.generate.transaction_types import CODES, HOLDING_SIGNS, TRANSACTION_TYPES

FLOWS_PER_BLOCK = 200_000
FLOWS_PER_HARD_CASE = 6_000
FEWEST_HARD_CASES = 2

CHANGED_ADVISOR = 0.06
NEW_HOUSEHOLD = 0.65
CLOSED_AFTER = 21
NAME_SUFFIXES = ("", " IRA", " Model", " Omnibus", " House")


@dataclass
class _Counters:
    """How many rows earlier blocks have numbered."""

    accounts: int = 0
    flows: int = 0
    revenues: int = 0


def build_world(settings: Settings) -> World:
    """Return what all blocks share."""
    calendar = Calendar(settings.start, settings.end)
    return World(
        settings,
        calendar,
        products.build(settings, calendar),
        sales_force.build(settings, calendar),
    )


def all_tables(settings: Settings) -> Iterator[tuple[str, pa.Table]]:
    """Yield feed names with rows; feeds that grow with the flows come in several tables."""
    world = build_world(settings)
    for name, rows in _reference_rows(world).items():
        yield name, from_rows(feeds.find(name), rows)
    yield "product_prices", _prices(world)
    blocks = -(-settings.flows // FLOWS_PER_BLOCK)
    counters = _Counters()
    for number in range(blocks):
        flows = settings.flows * (number + 1) // blocks - settings.flows * number // blocks
        yield from _block_tables(world, number, flows, counters)


def _block_tables(
    world: World, number: int, flows: int, counters: _Counters
) -> Iterator[tuple[str, pa.Table]]:
    block = Block(world, number)
    told = max(flows // FLOWS_PER_HARD_CASE, FEWEST_HARD_CASES)
    parts = [case(block, told) for case in hard_cases.HARD_CASES]
    if number == 0:
        parts.append(hard_cases.seed_capital(block))
    business = ordinary(block, flows - sum(len(part) for part in parts))
    fees = revenue.invoiced(block, business, block.accounts)
    rows = join([*parts, business])
    order = np.lexsort((rows["account"], _known_on(rows)))
    # Accounts of hard cases stand among the others.
    account_numbers = 1 + counters.accounts + block.random.permutation(len(block.accounts))
    yield "accounts", _accounts(block, rows, account_numbers)
    yield "aum_flows", _flows(block, rows, order, account_numbers, counters.flows)
    yield "actual_revenue", _revenue(fees, world, account_numbers, counters.revenues)
    counters.accounts += len(block.accounts)
    counters.flows += len(rows)
    counters.revenues += len(fees.cents)


def _known_on(rows: Rows) -> Ints:
    return np.where(rows["booked"] == NOT_BOOKED, rows["trade"], rows["booked"])


def _flows(
    block: Block, rows: Rows, order: Ints, account_numbers: Ints, flows_before: int
) -> pa.Table:
    world = block.world
    numbers = np.empty(len(rows), dtype=np.int64)
    numbers[order] = flows_before + 1 + np.arange(len(rows))
    corrects = rows["corrects"]
    known = identifiers("F", numbers[np.maximum(corrects, 0)], 9)
    orphans = identifiers("L", np.maximum(ORPHAN - corrects, 0), 9)
    corrected = pc.case_when(pc.make_struct(corrects >= 0, corrects <= ORPHAN), known, orphans)
    reports_units = block.accounts["reports_units"][rows["account"]]
    advisor = _advisor_on_trade(block, rows)
    days = world.calendar.days
    feed = table(
        feeds.find("aum_flows"),
        {
            "flow_id": identifiers("F", numbers, 9),
            "account_id": _account_ids(account_numbers[rows["account"]]),
            "advisor_id": _advisor_ids(world).take(pa.array(advisor, mask=advisor == NO_ADVISOR)),
            "product_id": _product_ids(world).take(pa.array(rows["product"])),
            "transaction_type_id": pa.array(CODES.tolist()).take(pa.array(rows["code"])),
            "trade_date": pa.array(days[rows["trade"]]),
            "booked_date": pa.array(days[rows["booked"]], mask=rows["booked"] == NOT_BOOKED),
            "amount": decimals(rows["amount"].copy(), 2),
            "units": decimals(rows["units"].copy(), 6, reports_units & (rows["units"] != NO_UNITS)),
            "corrects_flow_id": corrected,
        },
    )
    return feed.take(pa.array(order))


def _advisor_on_trade(block: Block, rows: Rows) -> Ints:
    """Return who advised on each flow: some accounts had another advisor before."""
    random = block.random
    accounts = block.accounts
    changed = (random.random(len(accounts)) < CHANGED_ADVISOR) & (accounts["advisor"] != NO_ADVISOR)
    earlier = random.integers(0, len(block.world.sales_force.advisor_names), len(accounts))
    changed_on = np.where(changed, random.integers(0, len(block.world.calendar), len(changed)), 0)
    account = rows["account"]
    of_record = np.where(
        rows["trade"] < changed_on[account], earlier[account], accounts["advisor"][account]
    )
    return np.where(rows["advisor"] == ADVISOR_OF_RECORD, of_record, rows["advisor"])


def _account_ids(numbers: Ints) -> pa.Array:
    return identifiers("AC", numbers, 8)


def _advisor_ids(world: World) -> pa.Array:
    known = np.arange(1, len(world.sales_force.advisor_names) + 1)
    unknown = pa.array(sales_force.UNKNOWN_ADVISOR_IDS)
    return pa.concat_arrays([identifiers("A", known, 6), unknown])


def _product_ids(world: World) -> pa.Array:
    known = [product.product_id for product in world.products.catalogue]
    return pa.array([*known, *products.UNKNOWN_PRODUCT_IDS])


def _accounts(block: Block, rows: Rows, account_numbers: Ints) -> pa.Table:
    random = block.random
    calendar = block.world.calendar
    accounts = block.accounts
    count = len(accounts)
    first_trade = np.full(count, len(calendar) - 1)
    np.minimum.at(first_trade, rows["account"], rows["trade"])
    opened = np.where(
        accounts["days_before"] > 0,
        np.datetime64(calendar.start) - accounts["days_before"],
        calendar.days[first_trade],
    )
    closed, closed_on = _closed(rows, count, calendar)
    # Households are runs of private accounts with one advisor.
    by_advisor = np.lexsort((random.random(count), accounts["advisor"]))
    starts = random.random(count) < NEW_HOUSEHOLD
    starts |= np.diff(accounts["advisor"][by_advisor], prepend=-9) != 0
    household = np.empty(count, dtype=np.int64)
    household[by_advisor] = account_numbers.min() - 1 + np.cumsum(starts)
    is_private = accounts["type"] <= MODEL_PORTFOLIO
    names = pc.binary_join_element_wise(
        pa.array(FIRST_NAMES).take(pa.array(random.integers(0, len(FIRST_NAMES), count))),
        pa.array(LAST_NAMES).take(pa.array(random.integers(0, len(LAST_NAMES), count))),
        " ",
    )
    advisor = accounts["advisor"]
    feed = table(
        feeds.find("accounts"),
        {
            "account_id": _account_ids(account_numbers),
            "account_name": pc.binary_join_element_wise(
                names, pa.array(NAME_SUFFIXES).take(pa.array(accounts["type"])), ""
            ),
            "account_type": pa.array(ACCOUNT_TYPES).take(pa.array(accounts["type"])),
            "advisor_id": _advisor_ids(block.world).take(
                pa.array(advisor, mask=advisor == NO_ADVISOR)
            ),
            "household_id": pc.if_else(pa.array(is_private), identifiers("H", household, 8), None),
            "opened_date": pa.array(opened),
            "closed_date": pa.array(closed_on, mask=~closed),
        },
    )
    return feed.sort_by("account_id")


def _closed(
    rows: Rows, count: int, calendar: Calendar
) -> tuple[np.typing.NDArray[np.bool_], np.typing.NDArray[np.datetime64]]:
    """Return which accounts are closed and when: a month after their last holding was gone."""
    signed = rows["units"] * HOLDING_SIGNS[rows["code"]]
    signed[rows["units"] == NO_UNITS] = 1
    key = rows["account"].astype(np.int64) * (rows["product"].max() + 1) + rows["product"]
    pairs, pair = np.unique(key, return_inverse=True)
    left = np.zeros(len(pairs), dtype=np.int64)
    np.add.at(left, pair, signed)
    still_holding = np.zeros(count, dtype=np.int64)
    np.add.at(still_holding, pairs // (rows["product"].max() + 1), left != 0)
    last_known = np.zeros(count, dtype=np.int64)
    np.maximum.at(last_known, rows["account"], _known_on(rows))
    closing = last_known + CLOSED_AFTER
    closed = (still_holding == 0) & (last_known > 0) & (closing < len(calendar))
    return closed, calendar.days[np.minimum(closing, len(calendar) - 1)]


def _revenue(
    fees: revenue.Revenue, world: World, account_numbers: Ints, revenues_before: int
) -> pa.Table:
    return table(
        feeds.find("actual_revenue"),
        {
            "revenue_id": identifiers("R", revenues_before + 1 + np.arange(len(fees.cents)), 8),
            "account_id": _account_ids(account_numbers[fees.account]),
            "product_id": _product_ids(world).take(pa.array(fees.product)),
            "period_start_date": pa.array(fees.period_start),
            "period_end_date": pa.array(fees.period_end),
            "booked_date": pa.array(fees.booked),
            "amount": decimals(fees.cents, 2),
        },
    )


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
            "product_id": _product_ids(world).take(pa.array(product)),
            "price_date": pa.array(world.calendar.days[day]),
            "price": decimals(world.products.prices[product, day], PRICE_SCALE),
        },
    )


def _reference_rows(world: World) -> dict[str, Sequence[Sequence[object]]]:
    """Return the rows of the feeds whose size does not grow with the flows one to one."""
    force = world.sales_force
    catalogue = world.products.catalogue
    firm_types = list(sales_force.FIRM_TYPES)
    channels = list(sales_force.CHANNELS)
    advisor_ids = _advisor_ids(world).to_pylist()
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
            for number, wholesaler in enumerate(force.wholesalers)
        ],
        "territory_assignments": [
            (
                _territory_id(period.subject),
                costs.wholesaler_id(period.held),
                period.valid_from,
                period.valid_to,
            )
            for period in force.assignments
        ],
        "products": [
            product._replace(asset_class=ASSET_CLASSES[product.asset_class].asset_class_id)
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
            )
            for fee in world.products.fees
        ],
        "transaction_types": list(TRANSACTION_TYPES),
        "expense_categories": list(costs.EXPENSE_CATEGORIES.items()),
        "expense_types": [each[:3] for each in costs.EXPENSE_TYPES],
        "distribution_expenses": list(
            costs.expenses(world.settings, world.calendar, force.wholesalers)
        ),
        "wholesaler_compensation": list(
            costs.compensation(world.settings, world.calendar, force.wholesalers)
        ),
    }


def _firm_id(number: int) -> str:
    return f"FI{number + 1:04d}"


def _region_id(number: int) -> str:
    return f"RG{number + 1}"


def _territory_id(number: int) -> str:
    return f"T{number + 1:03d}"
