-- Accounts whose units do not follow a share split: it gave them a fraction of a unit
-- more or fewer, units that they are not known to have held, or nothing; or there is no
-- ratio, and then it changed no lot.
{{ config(severity='warn') }}

with

holdings as (

    select * from {{ ref('int_split_holdings_measured') }}

),

splits as (

    select * from {{ ref('int_share_splits_derived') }}

),

expected as (

    select
        holdings.product_id,
        holdings.split_date,
        holdings.account_id,
        holdings.flow_id,
        holdings.held_units,
        holdings.split_units,
        splits.units_before,
        splits.units_after,
        {{ restated_quantity(
            'holdings.held_units',
            'splits.units_after - splits.units_before',
            'splits.units_before'
        ) }} as expected_units
    from holdings
    left join splits
        on
            holdings.product_id = splits.product_id
            and holdings.split_date = splits.valid_from

)

select
    *,
    case
        when expected_units is null then 'no ratio that most accounts show'
        when split_units is null then 'the account reports no split'
        when held_units = 0 or abs(split_units - expected_units) >= 1
            then 'units that were not known before, or a wrong number of them'
        else 'a fraction of a unit, rounded or paid in cash'
    end as reason
from expected
where
    expected_units is null
    or split_units is null
    or split_units <> expected_units
