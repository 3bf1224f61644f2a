"""Filters that several pages have."""

from __future__ import annotations

from dist_perf.serve.pages.definition import Choice

# Each condition says a filter's chosen ids by the keys of a mart.
BY_KEY = {
    "wholesaler": """wholesaler_key in (
        select wholesaler_key from {dist_perf_dw}.dim_wholesalers
        where wholesaler_id = any(:wholesaler)
    )""",
    "territory": """territory_key in (
        select territory_key from {dist_perf_dw}.dim_territories
        where territory_id = any(:territory)
    )""",
    "channel": """channel_key in (
        select channel_key from {dist_perf_dw}.dim_channels where channel_id = any(:channel)
    )""",
    "product": """product_key in (
        select product_key from {dist_perf_dw}.dim_products where product_id = any(:product)
    )""",
    "product_group": """product_key in (
        select product_key from {dist_perf_dw}.dim_products
        where product_group = any(:product_group)
    )""",
}


def by_key(*names: str) -> dict[str, str]:
    """Return the conditions of some filters on the keys of a mart."""
    return {name: BY_KEY[name] for name in names}


# Whom a person may see no rows of is not in the person's list.
WHOLESALER = Choice(
    "wholesaler",
    "Wholesaler",
    """
    select dim_wholesalers.wholesaler_id as value, dim_wholesalers.wholesaler_name as label
    from {dist_perf_dw}.dim_wholesalers
    where exists (
        select 1 from {dist_perf_dw}.wholesaler_efficiency
        where wholesaler_efficiency.wholesaler_key = dim_wholesalers.wholesaler_key
    )
    order by 2, 1
    """,
)
TERRITORY = Choice(
    "territory",
    "Territory",
    """
    select territory_id as value, territory_name as label
    from {dist_perf_dw}.dim_territories
    order by 2, 1
    """,
)
CHANNEL = Choice(
    "channel",
    "Channel",
    """
    select channel_id as value, channel_name as label
    from {dist_perf_dw}.dim_channels
    order by 2, 1
    """,
)
PRODUCT_GROUP = Choice(
    "product_group",
    "Product group",
    """
    select distinct product_group as value, product_group as label
    from {dist_perf_dw}.dim_products
    where product_group is not null
    order by 1
    """,
)
RELIEF_METHOD = Choice(
    "relief_method",
    "Relief method",
    """
    select 'fifo' as value, 'first in, first out' as label
    union all select 'lifo', 'last in, first out'
    union all select 'pro_rata', 'in proportion'
    """,
    is_multiple=False,
    default="fifo",
)
