"""The world of all flows: the calendar, the products and the sales force."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from dist_perf.generate.distribution import products, sales_force
from dist_perf.generate.distribution.calendar import Calendar
from dist_perf.generate.distribution.products import UNKNOWN_PRODUCT_IDS, Products
from dist_perf.generate.distribution.sales_force import UNKNOWN_ADVISOR_ID, SalesForce
from dist_perf.generate.distribution.settings import Settings
from dist_perf.generate.tables import identifiers


@dataclass(frozen=True)
class World:
    """What all blocks share."""

    settings: Settings
    calendar: Calendar
    products: Products
    sales_force: SalesForce

    @property
    def last_day(self) -> int:
        """Return the last business day."""
        return len(self.calendar) - 1

    @cached_property
    def advisor_ids(self) -> pa.Array:
        """Identifiers of the advisors by number, and after them the unknown one."""
        known = np.arange(1, len(self.sales_force.advisor_names) + 1)
        return pa.concat_arrays([identifiers("A", known, 6), pa.array([UNKNOWN_ADVISOR_ID])])

    @cached_property
    def product_ids(self) -> pa.Array:
        """Identifiers of the products by number, and after them the unknown ones."""
        known = [product.product_id for product in self.products.catalogue]
        return pa.array([*known, *UNKNOWN_PRODUCT_IDS])


def build(settings: Settings) -> World:
    """Draw the world of one run."""
    calendar = Calendar(settings.start, settings.end)
    return World(
        settings,
        calendar,
        products.build(settings, calendar),
        sales_force.build(settings, calendar),
    )
