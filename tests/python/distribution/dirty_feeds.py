"""Feeds that the loader takes and that no two of fit together, drawn from their contracts.

Values come from pools so small that rows meet: members that exist and members that do not,
periods that overlap or end before they begin, amounts of either sign, nothing at all.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dist_perf import feeds
from dist_perf.feeds import Feed, FeedColumn

FIRST_DAY = date(2024, 1, 1)
AS_OF = date(2024, 9, 30)

# How a column's name tells what it refers to; what stands first wins.
POOLS: dict[str, tuple[str, ...]] = {
    "corrects_flow_id": ("F001", "F002", "F003", "F010", "F020", "missing"),
    "flow_id": tuple(f"F{number:03}" for number in range(400)),
    "account_id": ("A1", "A2", "A3", "A4", "A5", "nobody", "unassigned", "in_transit"),
    "advisor_id": ("V1", "V2", "V3", "nobody", "unassigned"),
    "household_id": ("H1", "H2"),
    "firm_id": ("M1", "M2", "nobody"),
    "firm_type_id": ("MT1", "nothing"),
    "channel_id": ("C1", "C2", "nothing"),
    "region_id": ("R1", "R2", "nowhere"),
    "territory_id": ("T1", "T2", "T3", "nowhere"),
    "wholesaler_id": ("W1", "W2", "W3", "nobody", "unallocated", "unassigned"),
    "product_id": ("P1", "P2", "P3", "P4", "nothing"),
    "asset_class_id": ("AC1", "nothing"),
    "vehicle_type_id": ("VT1", "nothing"),
    "currency_code": ("EUR", "USD", "XXX"),
    "plan_id": ("PL1", "PL2", "PL3", "nothing"),
    "agreement_id": ("AG1", "AG2", "AG3", "nothing"),
    "pay_period_id": ("Q1", "Q2", "Q3", "open", "history"),
    "transfer_id": ("X1", "X2", "X3", "X4", "X5", "X6"),
    "expense_type_id": ("ET1", "ET2", "nothing"),
    "expense_category_id": ("EC1", "nothing"),
    "scope_id": ("F001", "F002", "A1", "A2", "V1", "V2", "T1", "T2", "nothing"),
    "flow_class": (
        "purchase", "redemption", "exchange_in", "exchange_out", "transfer_in", "correction",
        "fee_deduction", "a class of nobody",
    ),
}  # fmt: skip
CODES = (
    *["purchase"] * 8, *["redemption"] * 8, "exchange_in", "exchange_out", "exchange_in",
    "exchange_out", "transfer_in", "transfer_out", "conversion_in", "conversion_out",
    "merger_in", "merger_out", "reinvestment", "distribution", "fee_deduction", "seed_purchase",
    "seed_redemption", "adjustment", "acquisition", "correction", "a code of nobody", "OWN1",
    "OWN2", "split", "unmatched_correction", "unassigned",
)  # fmt: skip
ROWS = {"aum_flows": 160, "product_prices": 60, "credit_splits": 40, "exchange_rates": 12}


def draw(rng: random.Random) -> dict[str, list[tuple[Any, ...]]]:
    """Draw rows for feeds; some feeds stay empty."""
    drawn = {}
    for feed in feeds.all_feeds().values():
        count = rng.choice((0, 1, 4, 8, 8, 16)) if feed.name not in ROWS else ROWS[feed.name]
        if feed.name == "product_prices" and rng.random() < 0.2:
            count = 0
        drawn[feed.name] = [_row(feed, rng) for _ in range(count)]
    return drawn


def _row(feed: Feed, rng: random.Random) -> tuple[Any, ...]:
    row = {column.name: _value(feed, column, rng) for column in feed.columns}
    if feed.name == "aum_flows":
        _make_flow(row, rng)
    return tuple(row[column.name] for column in feed.columns)


def _make_flow(row: dict[str, Any], rng: random.Random) -> None:
    """Give a flow units that are of its amount mostly, and seldom a correction or a leg."""
    row["units"] = rng.choice((row["amount"] / 10, row["amount"], row["units"], None))
    if rng.random() < 0.85:
        row["corrects_flow_id"] = None
    elif rng.random() < 0.1:
        row["corrects_flow_id"] = row["flow_id"]
    if rng.random() < 0.6 and not row["transaction_type_id"].endswith(("_in", "_out")):
        row["transfer_id"] = None


def _value(feed: Feed, column: FeedColumn, rng: random.Random) -> Any:
    if not column.required and rng.random() < 0.2:
        return None
    if column.accepted_values:
        return rng.choice(column.accepted_values)
    if column.data_type == "date":
        return _date(feed, column, rng)
    if column.data_type == "text":
        if column.name == "transaction_type_id":
            return rng.choice(CODES)
        return rng.choice(POOLS.get(column.name) or tuple(f"{column.name} {n}" for n in range(9)))
    return _number(column, rng)


def _date(feed: Feed, column: FeedColumn, rng: random.Random) -> date:
    if column.name in feed.business_date and column.name not in feed.business_date_may_lie_ahead:
        return FIRST_DAY + timedelta(rng.choice((0, 0, 30, 30, 31, rng.randrange(273))))
    if rng.random() < 0.05:
        return rng.choice((date(1990, 1, 1), date(2049, 12, 31)))
    day = FIRST_DAY + timedelta(rng.randrange(-60, 330))
    return day.replace(day=1) if rng.random() < 0.3 else day


def _number(column: FeedColumn, rng: random.Random) -> Decimal | int:
    if column.data_type == "integer":
        return rng.choice((column.minimum or 0, 1, 30, 90))
    least = Decimal(column.minimum if column.minimum is not None else -1_000_000)
    most = Decimal(column.maximum if column.maximum is not None else 1_000_000)
    smallest = Decimal("0.00000001") if "10,8" in column.data_type else Decimal("0.01")
    usual = [Decimal(each) for each in ("0.5", "1", "10", "100", "100", "500", "499.97", "33.33")]
    pool = [*usual, *usual, least, most, Decimal(0), smallest, *[-each for each in usual[2:5]]]
    return rng.choice([each for each in pool if least <= each <= most])
