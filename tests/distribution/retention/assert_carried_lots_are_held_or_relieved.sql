-- The quantity that transfers took from lots is in the parts of the lots they moved,
-- and these parts make up those lots: under FIFO and LIFO to the last decimal of a
-- share.
with

carried as (

    select * from {{ ref('int_lots_carried') }}

),

reliefs as (

    select * from {{ ref('int_lots_relieved') }}

),

transfers as (

    select * from {{ ref('int_transfers_matched') }}
    where is_matched

),

part_shares as (

    select
        relief_method,
        flow_id,
        sum(position_to - position_from) as found_share
    from carried
    group by relief_method, flow_id

),

-- For a lot that no transfer moved here: the quantity that legs took, against its parts
-- one step on.
relieved_shares as (

    select
        reliefs.relief_method,
        reliefs.lot_flow_id as flow_id,
        sum(reliefs.relieved_to_share - reliefs.relieved_from_share) as found_share
    from reliefs
    inner join transfers
        on
            reliefs.relieving_flow_id = transfers.flow_id
            and transfers.leg = 'out'
    left join transfers as arrivals
        on
            reliefs.lot_flow_id = arrivals.flow_id
            and arrivals.leg = 'in'
    where arrivals.flow_id is null
    group by reliefs.relief_method, reliefs.lot_flow_id

),

first_step_shares as (

    select
        relief_method,
        origin_flow_id as flow_id,
        sum(origin_to - origin_from) as found_share
    from carried
    where steps = 1 and has_known_origin
    group by relief_method, origin_flow_id

)

select
    'parts do not fill the lot' as finding,
    relief_method,
    flow_id,
    found_share,
    1 as expected_share
from part_shares
where
    abs(found_share - 1)
    > case relief_method when 'pro_rata' then 0.000000000001 else 0 end

union all

select
    'what legs took is not in their parts' as finding,
    relieved_shares.relief_method,
    relieved_shares.flow_id,
    first_step_shares.found_share,
    relieved_shares.found_share as expected_share
from relieved_shares
left join first_step_shares
    on
        relieved_shares.relief_method = first_step_shares.relief_method
        and relieved_shares.flow_id = first_step_shares.flow_id
where
    abs(relieved_shares.found_share - coalesce(first_step_shares.found_share, 0))
    > case relieved_shares.relief_method when 'pro_rata' then 0.000000000001 else 0 end
