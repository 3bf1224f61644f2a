-- Splits over which the price did not move as the units did: less than half or more
-- than twice of what it should be. Prices must be as published on their day, not
-- restated for later splits.
{{ config(severity='warn') }}

with

splits as (

    select * from {{ ref('int_share_splits_derived') }}
    where units_before is not null

),

product_days as (

    select * from {{ ref('int_product_days_priced') }}

)

select
    splits.product_id,
    splits.valid_from as split_date,
    splits.units_before,
    splits.units_after,
    product_days.price_before,
    product_days.price
from splits
inner join product_days
    on
        splits.product_id = product_days.product_id
        and splits.valid_from = product_days.date_day
where
    product_days.price * splits.units_after
    not between product_days.price_before * splits.units_before / 2
    and product_days.price_before * splits.units_before * 2
