-- Bounced purchases, and other negative flows that name none, of whose amount no flow
-- is there that they could undo. They take from the latest earlier one; without any
-- they count as corrections whose original is not in the feed.
{{ config(severity='warn') }}

with

reversals as (

    select * from {{ ref('int_reversals_mirrored') }}
    where not is_of_one_amount

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

)

select
    reversals.flow_id,
    reversals.account_id,
    reversals.product_id,
    reversals.original_flow_id,
    flows.flow_class,
    flows.amount,
    flows.trade_date,
    flows.booked_date,
    case
        when reversals.original_flow_id is null
            then 'no earlier flow that it could undo: it moves no lot'
        else 'no flow of its amount is left: it takes from the latest earlier one'
    end as reason
from reversals
inner join flows
    on reversals.flow_id = flows.flow_id
