"""What assets earn, and why the fee rate moves."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import Chart, Column, Kpi, Kpis, Page, Table
from dist_perf.serve.pages.distribution import _filters

BY = ("wholesaler", "product", "product_group", "asset_class")
FILTERED = {
    "months": "revenue_month",
    **_filters.by_key("wholesaler", "product_group"),
}
RATES = """
    cast(sum(gross_revenue_amount * day_count_basis) / nullif(sum(aum_days), 0) * 10000
        as numeric(18, 4)) as gross_fee_rate_bps,
    cast(sum(reported_amount * day_count_basis) / nullif(sum(aum_days), 0) * 10000
        as numeric(18, 4)) as effective_fee_rate_bps
"""
SUMMARY = f"""
with rates as (
    select
        count(*) as months_of_members,
        sum(reported_amount) as reported_amount,
        sum(gross_revenue_amount) as gross_revenue_amount,
        sum(waiver_amount) as waiver_amount,
        {RATES}
    from {{dist_perf_dw}}.effective_fee_rates
    where {{where}}
),
entries as (
    select
        sum(true_up_amount) as true_up_amount,
        coalesce(sum(estimate_amount), 0) + coalesce(sum(restatement_amount), 0)
        + coalesce(sum(reversal_amount), 0) as open_estimate_amount
    from {{dist_perf_dw}}.revenue_restatements
    where {{where}}
)
select
    reported_amount, gross_fee_rate_bps, effective_fee_rate_bps, waiver_amount, true_up_amount,
    case when months_of_members > 0 then open_estimate_amount end as open_estimate_amount
from rates
cross join entries
"""
MONTHS = """
select
    revenue_month,
    cast(coalesce(sum(actual_amount), 0) as numeric(18, 2)) as actual_amount,
    cast(
        coalesce(sum(estimate_amount), 0) + coalesce(sum(restatement_amount), 0)
        + coalesce(sum(reversal_amount), 0) as numeric(18, 2)
    ) as open_estimate_amount,
    sum(true_up_amount) as true_up_amount,
    sum(revenue_amount) as revenue_amount
from {dist_perf_dw}.revenue_restatements
where {where}
group by revenue_month
order by revenue_month
"""
CHANGES = """
select
    revenue_month,
    sum(price_effect_bps) as price_effect_bps,
    sum(mix_effect_bps) as mix_effect_bps,
    sum(rounding_remainder_bps) as rounding_remainder_bps,
    max(firm_fee_rate_bps) - max(prior_firm_fee_rate_bps) as change_bps
from {dist_perf_dw}.fee_rate_changes
where price_effect_bps is not null and {where}
group by revenue_month
order by revenue_month
"""
TABLE = f"""
with entries as (
    select
        wholesaler_key, product_key,
        sum(actual_amount) as actual_amount,
        coalesce(sum(estimate_amount), 0) + coalesce(sum(restatement_amount), 0)
        + coalesce(sum(reversal_amount), 0) as open_estimate_amount,
        sum(true_up_amount) as true_up_amount
    from {{dist_perf_dw}}.revenue_restatements
    where {{where}}
    group by wholesaler_key, product_key
),
rated as (
    select
        wholesaler_key, product_key,
        sum(reported_amount) as reported_amount,
        sum(waiver_amount) as waiver_amount,
        sum(reported_amount * day_count_basis) as annual_revenue,
        sum(gross_revenue_amount * day_count_basis) as annual_gross_revenue,
        sum(aum_days) as aum_days
    from {{dist_perf_dw}}.effective_fee_rates
    where {{where}}
    group by wholesaler_key, product_key
),
keyed as (
    select
        coalesce(rated.wholesaler_key, entries.wholesaler_key) as wholesaler_key,
        coalesce(rated.product_key, entries.product_key) as product_key,
        reported_amount, waiver_amount, annual_revenue, annual_gross_revenue, aum_days,
        actual_amount, open_estimate_amount, true_up_amount
    from rated
    full join entries
        on
            rated.wholesaler_key = entries.wholesaler_key
            and rated.product_key = entries.product_key
),
named as ({_filters.named("keyed", *BY)})
select
    member_id, member, grouping(member_id) = 1 as is_total,
    sum(reported_amount) as reported_amount,
    sum(actual_amount) as actual_amount,
    sum(open_estimate_amount) as open_estimate_amount,
    sum(true_up_amount) as true_up_amount,
    sum(waiver_amount) as waiver_amount,
    cast(sum(annual_gross_revenue) / nullif(sum(aum_days), 0) * 10000 as numeric(18, 4))
        as gross_fee_rate_bps,
    cast(sum(annual_revenue) / nullif(sum(aum_days), 0) * 10000 as numeric(18, 4))
        as effective_fee_rate_bps
from named
group by grouping sets ((member_id, member), ())
order by is_total, reported_amount desc nulls last, member_id
"""

PAGE = Page(
    name="revenue",
    title="Revenue and fees",
    question="What do assets earn, how much of it is still an estimate, and what moves the rate?",
    order=40,
    filters=(
        _filters.months("effective_fee_rates", "revenue_month"),
        _filters.WHOLESALER,
        _filters.PRODUCT_GROUP,
        _filters.by(*BY),
    ),
    blocks=(
        Kpis(
            name="summary",
            title="The months",
            note="Rates are revenue over average daily AUM, a year. A true-up is what actual fees "
            "were above the estimates that they replaced.",
            sql=SUMMARY,
            filters=FILTERED,
            empty="There is no revenue in these months.",
            items=(
                Kpi("reported_amount", "Revenue", "money"),
                Kpi("effective_fee_rate_bps", "Effective fee rate", "bps"),
                Kpi("gross_fee_rate_bps", "Fee rate before waivers", "bps"),
                Kpi("open_estimate_amount", "Still an estimate", "money", polarity=0),
                Kpi("true_up_amount", "True-up", "money", polarity=0),
                Kpi("waiver_amount", "Waived", "money", polarity=-1),
            ),
        ),
        Chart(
            name="months",
            title="Revenue by month earned",
            sql=MONTHS,
            filters=FILTERED,
            empty="There is no revenue in these months.",
            draw=figures.monthly_bars(
                "revenue_month",
                (
                    ("actual_amount", "Actual"),
                    ("open_estimate_amount", "Still an estimate"),
                ),
                "money",
                line=("true_up_amount", "True-up within actual"),
            ),
        ),
        Chart(
            name="rates",
            title="Fee rates",
            note="The effective rate counts actual fees, which may exceed what contracts say.",
            sql=f"""
            select revenue_month, 'Effective' as rate, effective_fee_rate_bps as rate_bps
            from (
                select revenue_month, {RATES}
                from {{dist_perf_dw}}.effective_fee_rates where {{where}} group by revenue_month
            ) as effective
            union all
            select revenue_month, 'Before waivers', gross_fee_rate_bps
            from (
                select revenue_month, {RATES}
                from {{dist_perf_dw}}.effective_fee_rates where {{where}} group by revenue_month
            ) as gross
            order by 2 desc, 1
            """,
            filters=FILTERED,
            empty="There is no revenue in these months.",
            draw=lambda rows: figures.months_axis(
                figures.lines(rows, "revenue_month", "rate_bps", "rate", "bps")
            ),
        ),
        Chart(
            name="changes",
            title="What changed the firm's fee rate",
            note="Price is what products' own rates changed, mix what their shares of AUM changed, "
            "each against the month before.",
            is_wide=True,
            sql=CHANGES,
            filters={
                "months": "revenue_month",
                **_filters.by_key("product_group"),
            },
            empty="No month of these has a month before it, or you see your own rows and not the "
            "firm's: price and mix are those of the firm.",
            draw=figures.monthly_bars(
                "revenue_month",
                (("price_effect_bps", "Price"), ("mix_effect_bps", "Mix")),
                "bps",
            ),
        ),
        Table(
            name="table",
            title="Revenue by what you choose",
            sql=TABLE,
            filters=FILTERED,
            empty="There is no revenue in these months.",
            columns=(
                Column("member", "Member"),
                Column("reported_amount", "Revenue", "money"),
                Column("actual_amount", "Actual", "money"),
                Column("open_estimate_amount", "Still an estimate", "money"),
                Column("true_up_amount", "True-up", "money"),
                Column("waiver_amount", "Waived", "money"),
                Column("gross_fee_rate_bps", "Before waivers", "bps"),
                Column("effective_fee_rate_bps", "Effective", "bps"),
            ),
        ),
    ),
)
