-- Exchanges, transfers, conversions and mergers of which more arrived than had left, or
-- of which less arrived than `transfer_charge_tolerance_bps` of what left allows. The
-- difference is in `transfer_charges_amount` of the AUM roll-forward all the same.
{{ config(severity='warn') }}

with

charges as (

    select * from {{ ref('int_transfer_charges_allocated') }}

),

legs as (

    select * from {{ ref('int_transfers_matched') }}
    where is_matched

),

charged as (

    select
        transfer_id,
        transfer_class,
        sum(charge_amount) as charge_amount
    from charges
    group by transfer_id, transfer_class

),

moved as (

    select
        transfer_id,
        transfer_class,
        min(trade_date) as first_trade_date,
        sum(case leg when 'out' then amount else 0 end) as left_amount,
        sum(case leg when 'in' then amount else 0 end) as arrived_amount
    from legs
    group by transfer_id, transfer_class

)

select
    moved.*,
    charged.charge_amount,
    case
        when charged.charge_amount > 0 then 'more arrived than had left'
        else 'less arrived than a charge would explain'
    end as reason
from charged
inner join moved
    on
        charged.transfer_id = moved.transfer_id
        and charged.transfer_class = moved.transfer_class
where
    charged.charge_amount > 0
    or -charged.charge_amount * 10000
    > abs(moved.left_amount)
    * {{ whole_number_setting('transfer_charge_tolerance_bps') }}
