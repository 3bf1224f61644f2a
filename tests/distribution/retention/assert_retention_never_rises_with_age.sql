-- A lot only shrinks: at a higher age it cannot hold more.
with

snapshots as (

    select * from {{ ref('fact_retention_snapshots') }}
    where {{ is_changed('fact_retention_snapshots', month_start('trade_date')) }}

),

aged as (

    select
        flow_id,
        relief_method,
        age_days,
        retained_quantity,
        retained_amount,
        original_quantity,
        lag(retained_quantity) over (
            partition by flow_key, relief_method
            order by age_days
        ) as younger_retained_quantity
    from snapshots

)

select *
from aged
where
    retained_quantity > coalesce(younger_retained_quantity, original_quantity)
    or retained_quantity < 0
