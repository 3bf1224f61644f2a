-- What transfers took from lots is in the parts of the lots that they brought, and
-- those parts fill them: by FIFO and LIFO to the last decimal of a share.
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

filled as (

    select
        relief_method,
        flow_id,
        sum(position_to - position_from) as found_share
    from carried
    group by relief_method, flow_id

),

-- Of a lot that no transfer brought: what legs took, against its parts one step on.
taken as (

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

brought as (

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
from filled
where
    abs(found_share - 1)
    > case relief_method when 'pro_rata' then 0.000000000001 else 0 end

union all

select
    'what legs took is not in their parts' as finding,
    taken.relief_method,
    taken.flow_id,
    brought.found_share,
    taken.found_share as expected_share
from taken
left join brought
    on
        taken.relief_method = brought.relief_method
        and taken.flow_id = brought.flow_id
where
    abs(taken.found_share - coalesce(brought.found_share, 0))
    > case taken.relief_method when 'pro_rata' then 0.000000000001 else 0 end
