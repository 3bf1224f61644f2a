"""Filters that several pages have."""

from __future__ import annotations

from dataclasses import replace

from dist_perf.serve.pages.definition import FIRST, Choice, Months

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


NOBODY = (
    "You see the rows of wholesalers in your scope, and there is none: ask an administrator for a "
    "scope. What is published to everyone is shown."
)
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
    without=NOBODY,
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

# Months of the warehouse, which ranks are published for; the last complete one first.
MONTH = Choice(
    "month",
    "Up to month",
    """
    select
        substr(cast(last_month as text), 1, 7) as value,
        substr(cast(last_month as text), 1, 7)
        || case when is_complete then '' else ' (not complete)' end as label
    from (
        select distinct
            wholesaler_ranks.last_month,
            cast(wholesaler_ranks.last_month + interval '1 month' as date)
            <= as_of_dates.as_of_date + 1 as is_complete
        from {dist_perf_dw}.wholesaler_ranks
        cross join {common}.as_of_dates
        where wholesaler_ranks.period_type = 'month' and as_of_dates.area = 'distribution'
    ) as months
    order by case when is_complete then 0 else 1 end, last_month desc
    """,
    is_multiple=False,
    default=FIRST,
)
PERIOD = Choice(
    "period",
    "Period",
    """
    select 'month' as value, 'the month' as label
    union all select 'three_months', 'three months'
    union all select 'year_to_date', 'year to date'
    union all select 'twelve_months', 'twelve months'
    """,
    is_multiple=False,
    default="month",
)
# Sales of the last months have not reached the age at which their retention is measured.
YEAR = replace(PERIOD, default="twelve_months")
# The chosen period, as many months right before it, and the same months of the year before.
# What reaches back beyond the first month is not known, where there is no row within it is zero.
PERIODS = """
with given as (
    select
        cast(cast(:month as text) || '-01' as date) as last_month,
        case cast(:period as text)
            when 'month' then 1
            when 'three_months' then 3
            when 'year_to_date' then cast(substr(cast(:month as text), 6, 2) as integer)
            else 12
        end as months
),
shifted as (
    select 'chosen' as compared, last_month, months from given
    union all
    select 'prior', cast(last_month - months * interval '1 month' as date), months from given
    union all
    select 'year', cast(last_month - interval '1 year' as date), months from given
),
periods as (
    select
        shifted.compared,
        cast(shifted.last_month - (shifted.months - 1) * interval '1 month' as date)
            as first_month,
        shifted.last_month,
        shifted.last_month - (shifted.months - 1) * interval '1 month'
        >= (select min(last_month) from {dist_perf_dw}.wholesaler_ranks) as is_known
    from shifted
)
"""


def compared(column: str) -> str:
    """Return a column of a row for each of `PERIODS` as three columns of one row."""
    return ", ".join(
        f"max(case when compared = '{period}' then {column} end) as {column}{ending}"
        for period, ending in (("chosen", ""), ("prior", "_prior"), ("year", "_year"))
    )


# The months up to the chosen one that charts show.
TREND = (
    "{column} <= cast(cast(:month as text) || '-01' as date)"
    " and {column} > cast(cast(cast(:month as text) || '-01' as date) - interval '24 months'"
    " as date)"
)


def trend(column: str) -> str:
    """Return the condition that a month is one of the two years up to the chosen month."""
    return TREND.replace("{column}", column)


def by(*names: str) -> Choice:
    """Return the filter of what the rows of a table are, the first by default."""
    options = " union all ".join(
        f"select '{name}' as value, '{DIMENSIONS[name][0].lower()}' as label" for name in names
    )
    return Choice("by", "Table by", options, is_multiple=False, default=names[0])


# What a table may be by: label, and of a row with keys the identifier and the name.
DIMENSIONS = {
    "wholesaler": ("Wholesaler", "wholesaler_id", "wholesaler_name"),
    "territory": ("Territory", "territory_id", "territory_name"),
    "region": ("Region", "region_id", "region_name"),
    "channel": ("Channel", "channel_id", "channel_name"),
    "firm": ("Firm", "firm_id", "firm_name"),
    "advisor": ("Advisor", "advisor_id", "advisor_name"),
    "product": ("Product", "product_id", "product_name"),
    "product_group": ("Product group", "product_group", "product_group"),
    "asset_class": ("Asset class", "asset_class_id", "asset_class_name"),
}
_JOINED = {
    "wholesaler": ("{dist_perf_dw}.dim_wholesalers", "wholesaler_key"),
    "territory": ("{dist_perf_dw}.dim_territories", "territory_key"),
    "region": ("{dist_perf_dw}.dim_regions", "region_key"),
    "channel": ("{dist_perf_dw}.dim_channels", "channel_key"),
    "firm": ("{dist_perf_dw}.dim_firms", "firm_key"),
    "advisor": ("{dist_perf_dw}.dim_advisors", "advisor_key"),
    "product": ("{dist_perf_dw}.dim_products", "product_key"),
    "asset_class": ("{dist_perf_dw}.dim_asset_classes", "asset_class_key"),
}
_REACHED_THROUGH = {"region": "territory", "product_group": "product", "asset_class": "product"}


def named(rows: str, *names: str) -> str:
    """Return a query of `rows` with `member_id` and `member`, what the filter `by` chose.

    Args:
        rows: a table or CTE with the keys of the dimensions.
        names: what `by` may be.
    """
    needed = dict.fromkeys(_REACHED_THROUGH.get(name, name) for name in names)
    needed |= dict.fromkeys(name for name in names if name in _JOINED)
    joins = []
    for name in needed:
        table, key = _JOINED[name]
        through = _REACHED_THROUGH.get(name, "")
        left = through or rows
        joins.append(f"left join {table} as {name} on {left}.{key} = {name}.{key}")

    def chosen(position: int) -> str:
        cases = []
        for name in names:
            table = name if name in _JOINED else _REACHED_THROUGH[name]
            cases.append(f"when '{name}' then {table}.{DIMENSIONS[name][position]}")
        return f"case cast(:by as text) {' '.join(cases)} end"

    return (
        f"select {rows}.*, {chosen(1)} as member_id, {chosen(2)} as member"
        f" from {rows} {' '.join(joins)}"
    )


def months(mart: str, column: str, shown: int = 12, label: str = "Months") -> Months:
    """Return the filter of months of a mart, and of the warehouse for whom sees none of it."""
    ranked = "select {}(last_month) from {{dist_perf_dw}}.wholesaler_ranks"
    return Months(
        label,
        "select"
        f" coalesce(min({column}), ({ranked.format('min')})) as first_month,"
        f" coalesce(max({column}), ({ranked.format('max')})) as last_month"
        f" from {{dist_perf_dw}}.{mart}",
        months=shown,
    )


# Of a row of `dim_wholesalers`, whom the page of one wholesaler is about: somebody with a name.
LINKED = """case
    when dim_wholesalers.wholesaler_key in (
        select wholesaler_key from {dist_perf_dw}.wholesaler_ranks
    ) then wholesaler_id
end as linked_id"""
TO_WHOLESALER = "/distribution/wholesaler?wholesaler={linked_id}"
