"""Of what was bought, how much is still there."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.pages.definition import Chart, Choice, Column, Page, Table
from dist_perf.serve.pages.distribution import _filters

AGE = Choice(
    "age",
    "Age",
    """
    select distinct cast(age_days as text) as value, age_days || ' days' as label, age_days
    from {dist_perf_dw}.retention_curves
    order by age_days
    """,
)
COHORTS = _filters.months("retention_cohorts", "cohort_month", shown=36, label="Cohorts")
IN_COHORTS = {
    "months": "cohort_month",
    "product_group": "product_group",
    "age": "age_days = any(cast(:age as integer[]))",
    "relief_method": "relief_method",
    **_filters.by_key("wholesaler"),
}
# Of a million flows there are millions of lots and ages: conditions are on their own columns, not
# on those that a view joins to them or computes of each.
IN_LOTS = {
    "months": """trade_date >= cast(:from_month as date)
        and trade_date < cast(:to_month as date) + interval '1 month'""",
    "age": IN_COHORTS["age"],
    "relief_method": "relief_method",
    **_filters.by_key("wholesaler", "territory", "product_group"),
    "channel": """firm_key in (
        select firm_key from {dist_perf_dw}.dim_firms
        where channel_key in (
            select channel_key from {dist_perf_dw}.dim_channels where channel_id = any(:channel)
        )
    )""",
}
# Sums of cohorts, from the mart of cohorts or, for filters that it lacks, from lots. A lot is not
# yet among those of an age that it has not reached.
SUMS = """
with summed as (
    select
        cohort_month, age_days,
        sum(lots) as lots,
        sum(lots_at_risk) as lots_at_risk,
        sum(original_amount_at_risk) as original_amount_at_risk,
        sum(retained_amount) as retained_amount
    from {dist_perf_dw}.retention_cohorts
    where {where}
    group by cohort_month, age_days
)
"""
LOTS = """
with days as (
    select
        trade_date, age_days,
        count(*) as lots_at_risk,
        sum(original_amount) as original_amount_at_risk,
        sum(retained_amount) as retained_amount
    from {dist_perf_dw}.fact_retention_snapshots
    where is_cohort_member and {where}
    group by trade_date, age_days
),
reached as (
    select
        cast(date_trunc('month', trade_date) as date) as cohort_month, age_days,
        cast(sum(lots_at_risk) as bigint) as lots_at_risk,
        sum(original_amount_at_risk) as original_amount_at_risk,
        sum(retained_amount) as retained_amount
    from days
    group by cast(date_trunc('month', trade_date) as date), age_days
),
summed as (
    select
        reached.*,
        case
            when cast(cohort_month + interval '1 month' as date) + age_days - 1 <= as_of_date
                then lots_at_risk
        end as lots
    from reached
    cross join {common}.as_of_dates
    where area = :area
)
"""
CELLS = """
select
    summed.*,
    substr(cast(cohort_month as text), 1, 7) as cohort,
    cast(age_days as text) || ' days' as age,
    cast(retained_amount / nullif(original_amount_at_risk, 0) as numeric(18, 8)) as retention_rate,
    case
        when lots_at_risk = 0 then 'immature'
        when lots_at_risk = lots then 'mature'
        else 'partial'
    end as maturity,
    case when lots_at_risk = 0 then '·' end as mark
from summed
order by cohort_month, age_days
"""
# Without a choice the greatest sellers stand for all, so that a legend can be read.
CURVES = """
with chosen as (
    select
        retention_curves.wholesaler_key, dim_wholesalers.wholesaler_name,
        row_number() over (
            order by max(original_amount_at_risk) desc nulls last, wholesaler_id
        ) as place
    from {dist_perf_dw}.retention_curves
    inner join {dist_perf_dw}.dim_wholesalers
        on retention_curves.wholesaler_key = dim_wholesalers.wholesaler_key
    where
        scope = 'wholesaler'
        and case
            when cast(:wholesaler as text[]) is null
                then retention_curves.wholesaler_key in (
                    select wholesaler_key from {dist_perf_dw}.wholesaler_ranks
                )
            else wholesaler_id = any(cast(:wholesaler as text[]))
        end
    group by retention_curves.wholesaler_key, wholesaler_name, wholesaler_id
),
lines as (
    select 0 as place, 'Firm' as member, age_days, retention_km_rate, retention_rate, relief_method
    from {dist_perf_dw}.firm_retention_curves
    union all
    select
        place, wholesaler_name, age_days, retention_km_rate, retention_rate, relief_method
    from chosen
    inner join {dist_perf_dw}.retention_curves
        on chosen.wholesaler_key = retention_curves.wholesaler_key
    where
        scope = 'wholesaler'
        and (cast(:wholesaler as text[]) is not null or place <= 4)
)
select * from lines
where {where}
order by place, age_days
"""

PAGE = Page(
    name="retention",
    title="Retention",
    question="Of what was bought, how much is still there after so many days?",
    order=20,
    older_address="/retention",
    older_parameters={
        "cohort": ("from", "to"),
        "cohort_month": ("from", "to"),
        "start_date": ("from",),
        "end_date": ("to",),
        "date_from": ("from",),
        "date_to": ("to",),
        "wholesaler_id": ("wholesaler",),
        "age_days": ("age",),
        "days": ("age",),
    },
    filters=(
        COHORTS,
        _filters.WHOLESALER,
        _filters.TERRITORY,
        _filters.CHANNEL,
        _filters.PRODUCT_GROUP,
        AGE,
        _filters.RELIEF_METHOD,
    ),
    blocks=(
        Chart(
            name="cohorts",
            title="Share retained, by month of purchase",
            note="A dot stands where no purchase of the month has reached the age yet. A partial "
            "cohort has only the purchases that have.",
            sql=SUMS + CELLS,
            filters=IN_COHORTS,
            detail_sql=LOTS + CELLS,
            detail_filters=IN_LOTS,
            empty="No cohort is left by these filters.",
            draw=lambda rows: figures.heatmap(
                rows, "age", "cohort", "retention_rate", "share", marked="mark"
            ),
        ),
        Chart(
            name="curves",
            title="Curves, against the firm",
            note="Chained over the steps between ages (Kaplan and Meier), so that purchases count "
            "as far as they have come. All purchases up to the as-of date. Of wholesalers those "
            "whom you choose, else the four with the greatest sales.",
            sql=CURVES,
            filters={"relief_method": "relief_method", "age": IN_COHORTS["age"]},
            empty="No curve has reached these ages.",
            draw=lambda rows: figures.lines(
                rows, "age_days", "retention_km_rate", "member", "share", height=480
            ),
        ),
        Table(
            name="table",
            title="Cohorts",
            sql=SUMS
            + """
            select
                cohort_month, age_days, lots, lots_at_risk, original_amount_at_risk,
                retained_amount,
                cast(retained_amount / nullif(original_amount_at_risk, 0) as numeric(18, 8))
                    as retention_rate,
                case
                    when lots_at_risk = 0 then 'immature'
                    when lots_at_risk = lots then 'mature'
                    else 'partial'
                end as maturity
            from summed
            order by cohort_month desc, age_days
            """,
            filters=IN_COHORTS,
            detail_sql=LOTS
            + """
            select
                cohort_month, age_days, lots, lots_at_risk, original_amount_at_risk,
                retained_amount,
                cast(retained_amount / nullif(original_amount_at_risk, 0) as numeric(18, 8))
                    as retention_rate,
                case when lots_at_risk = lots then 'mature' else 'partial' end as maturity
            from summed
            order by cohort_month desc, age_days
            """,
            detail_filters=IN_LOTS,
            columns=(
                Column("cohort_month", "Bought in", "month"),
                Column("age_days", "Age in days", "count"),
                Column("maturity", "Maturity"),
                Column("lots", "Purchases", "count"),
                Column("lots_at_risk", "of that age", "count"),
                Column("original_amount_at_risk", "Bought", "money"),
                Column("retained_amount", "Retained", "money"),
                Column("retention_rate", "Share retained", "share"),
            ),
        ),
    ),
)
