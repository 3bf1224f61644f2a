-- Every day the firm's exchanges and transfers net to zero, what is in transit
-- included, but for flows that are no leg of a matched or pending transfer. What linked
-- legs differ by is a line of its own.
with

lines as (

    select * from {{ ref('int_aum_lines_summed') }}

),

legs as (

    select * from {{ ref('int_transfers_matched') }}
    where match_status <> 'unmatched'

),

flows as (

    select * from {{ ref('int_flows_attributed') }}

),

as_of as (

    select * from {{ ref('int_distribution_as_of_date_settled') }}

),

moved as (

    select
        trade_date,
        exchanges_amount + transfers_amount as amount
    from lines

    union all

    select
        flows.trade_date,
        flows.exchange_out_amount
        + flows.transfer_out_amount
        - flows.exchange_in_amount
        - flows.transfer_in_amount as amount
    from flows
    inner join as_of
        on flows.trade_date <= as_of.as_of_date
    left join legs
        on
            flows.original_flow_id = legs.original_flow_id
            and coalesce(flows.account_id, 'unassigned') = legs.account_id
            and flows.product_id = legs.product_id
    where
        legs.flow_id is null
        or flows.lot_sign = 0

)

select
    trade_date,
    sum(amount) as amount
from moved
group by trade_date
having sum(amount) <> 0
