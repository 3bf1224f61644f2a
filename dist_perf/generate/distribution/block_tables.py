"""The feeds that grow with the flows, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dist_perf import feeds
from dist_perf.generate.distribution import hard_cases, revenue
from dist_perf.generate.distribution.block import (
    ACCOUNT_TYPES,
    ADVISOR_OF_RECORD,
    MODEL_PORTFOLIO,
    NO_ADVISOR,
    NO_UNITS,
    NOT_BOOKED,
    NOT_LINKED,
    ORPHAN,
    Block,
    Rows,
    join,
)
from dist_perf.generate.distribution.calendar import Calendar, Days, Flags, Ints
from dist_perf.generate.distribution.names import FIRST_NAMES, LAST_NAMES
from dist_perf.generate.distribution.ordinary import ordinary
from dist_perf.generate.distribution.transaction_types import CODES, HOLDING_SIGNS
from dist_perf.generate.distribution.world import World
from dist_perf.generate.tables import decimals, from_rows, identifiers, table

FLOWS_PER_HARD_CASE = 6_000
FEWEST_HARD_CASES = 2
CHANGED_ADVISOR = 0.06
NEW_HOUSEHOLD = 0.65
# Business days after the last flow of an account that holds nothing.
CLOSED_AFTER = 21
RENEWED = 0.3
RENEWED_AFTER_DAYS = 365
NAME_SUFFIXES = ("", " IRA", " Model", " Omnibus", " House")


@dataclass
class Counters:
    """How many rows earlier blocks have numbered."""

    accounts: int = 0
    flows: int = 0
    revenues: int = 0


def block_tables(
    world: World, number: int, flows: int, counters: Counters
) -> Iterator[tuple[str, pa.Table]]:
    """Yield the feeds of block `number`, of exactly `flows` flows.

    `counters` numbers the rows on from earlier blocks, and is moved on.
    """
    block = Block(world, number)
    repeats = max(flows // FLOWS_PER_HARD_CASE, FEWEST_HARD_CASES)
    parts = [case(block, repeats) for case in hard_cases.HARD_CASES]
    if number == 0:
        parts.append(hard_cases.seed_capital(block))
    business = ordinary(block, flows - sum(len(part) for part in parts))
    hard_cases.transfers_from_and_to_elsewhere(block, business, repeats)
    fees = revenue.invoiced(block, business, block.accounts)
    rows = join([*parts, business])
    order = np.lexsort((rows["account"], _known_on(rows)))
    # Accounts of hard cases are mixed with the others.
    account_numbers = 1 + counters.accounts + block.random.permutation(len(block.accounts))
    accounts = _accounts(block, rows, account_numbers)
    yield "accounts", accounts
    yield "account_renewals", _renewals(world, number, accounts)
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
    transfer = rows["transfer"]
    linked = identifiers("X", numbers[np.maximum(transfer, 0)], 9)
    reports_units = block.accounts["reports_units"][rows["account"]]
    advisor = _advisor_on_trade(block, rows)
    days = world.calendar.days
    feed = table(
        feeds.find("aum_flows"),
        {
            "flow_id": identifiers("F", numbers, 9),
            "account_id": _account_ids(account_numbers[rows["account"]]),
            "advisor_id": world.advisor_ids.take(pa.array(advisor, mask=advisor == NO_ADVISOR)),
            "product_id": world.product_ids.take(pa.array(rows["product"])),
            "transaction_type_id": pa.array(CODES.tolist()).take(pa.array(rows["code"])),
            "trade_date": pa.array(days[rows["trade"]]),
            "booked_date": pa.array(days[rows["booked"]], mask=rows["booked"] == NOT_BOOKED),
            "amount": decimals(rows["amount"].copy(), 2),
            "units": decimals(rows["units"].copy(), 6, reports_units & (rows["units"] != NO_UNITS)),
            "corrects_flow_id": corrected,
            "transfer_id": pc.if_else(pa.array(transfer != NOT_LINKED), linked, None),
            "discretion": pc.if_else(pa.array(rows["home_office"]), "home_office", None),
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
            "advisor_id": block.world.advisor_ids.take(
                pa.array(advisor, mask=advisor == NO_ADVISOR)
            ),
            "household_id": pc.if_else(pa.array(is_private), identifiers("H", household, 8), None),
            "opened_date": pa.array(opened),
            "closed_date": pa.array(closed_on, mask=~closed),
        },
    )
    return feed.sort_by("account_id")


def _renewals(world: World, number: int, accounts: pa.Table) -> pa.Table:
    """Return the renewals of a few accounts, on the anniversaries of their opening."""
    random = world.settings.random("renewals", number)
    last_day = world.calendar.days[-1]
    opened = accounts["opened_date"].to_numpy()
    renewed = random.random(len(opened)) < RENEWED
    renewed &= opened >= world.calendar.days[0]
    rows = [
        (account, day)
        for account, first in zip(
            accounts["account_id"].filter(pa.array(renewed)).to_pylist(),
            opened[renewed],
            strict=True,
        )
        for day in np.arange(first, last_day, RENEWED_AFTER_DAYS)[1:].tolist()
    ]
    return from_rows(feeds.find("account_renewals"), rows)


def _closed(rows: Rows, count: int, calendar: Calendar) -> tuple[Flags, Days]:
    """Return which accounts are closed and when: a month after their last holding ended."""
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
            "product_id": world.product_ids.take(pa.array(fees.product)),
            "period_start_date": pa.array(fees.period_start),
            "period_end_date": pa.array(fees.period_end),
            "booked_date": pa.array(fees.booked),
            "amount": decimals(fees.cents, 2),
        },
    )
