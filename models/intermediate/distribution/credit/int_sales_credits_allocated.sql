{{ config(
    materialized='incremental_by_change',
    meta={'changes_with': 'credit', 'parts_of': 'int_flows_attributed'},
) }}

with

shares as (

    select * from {{ ref('int_credit_shares_resolved') }}
    where {{ is_changed('credit') }}

),

flows as (

    select * from {{ ref('int_flows_attributed') }}
    where {{ is_changed('credit') }}

),

divided_flows as (

    select distinct flow_id
    from shares
    where split_rate <> 1

),

adjusted_flows as (

    select distinct flow_id
    from shares
    where next_sequence is not null

),

-- The amount is split without its sign, so that a cancel takes back exactly what its
-- purchase gave.
flow_shares as (

    select
        shares.*,
        cast(abs(flows.amount) as numeric(18, 2)) as amount,
        divided_flows.flow_id is not null as is_divided,
        adjusted_flows.flow_id is not null as is_adjusted
    from shares
    inner join flows
        on shares.flow_id = flows.flow_id
    left join divided_flows
        on shares.flow_id = divided_flows.flow_id
    left join adjusted_flows
        on shares.flow_id = adjusted_flows.flow_id

),

weighted_shares as (

    select
        *,
        {{ scaled_integer('amount', 2) }} as amount_cents,
        {{ scaled_integer('split_rate', 8) }} as share_weight,
        sum({{ scaled_integer('split_rate', 8) }}) over (
            partition by flow_id, role, is_as_is, period_sequence
        ) as total_weight
    from flow_shares
    where is_divided

),

-- Most credit has one owner and needs no division. Among equal remainders the first
-- wholesaler gets the remaining cent.
allocated_shares as (

    select
        flow_id,
        role,
        is_as_is,
        period_sequence,
        next_sequence,
        wholesaler_id,
        credit_status,
        is_adjusted,
        split_rate,
        amount as part_amount
    from flow_shares
    where not is_divided

    union all

    select
        flow_id,
        role,
        is_as_is,
        period_sequence,
        next_sequence,
        wholesaler_id,
        credit_status,
        is_adjusted,
        split_rate,
        cast(
            (
                {{ largest_remainder(
                    'amount_cents',
                    'share_weight',
                    'total_weight',
                    'flow_id, role, is_as_is, period_sequence',
                    bytewise('wholesaler_id')
                ) }}
            ) * {{ decimal_unit(2) }} as numeric(18, 2)
        ) as part_amount
    from weighted_shares

),

-- Paid credit is never changed. A later period whose rules differ reverses the old
-- credit and adds the new one.
paid_shares as (

    select
        flow_id,
        role,
        period_sequence,
        wholesaler_id,
        credit_status,
        split_rate,
        part_amount
    from allocated_shares
    where not is_as_is and is_adjusted

    union all

    select
        flow_id,
        role,
        next_sequence as period_sequence,
        wholesaler_id,
        credit_status,
        -split_rate as split_rate,
        -part_amount as part_amount
    from allocated_shares
    where not is_as_is and next_sequence is not null

),

shares_by_mode as (

    select
        'as_was' as attribution_mode,
        flow_id,
        role,
        cast(null as integer) as period_sequence,
        wholesaler_id,
        credit_status,
        split_rate,
        part_amount
    from allocated_shares
    where not is_as_is and next_sequence is null

    union all

    select
        'as_is' as attribution_mode,
        flow_id,
        role,
        cast(null as integer) as period_sequence,
        wholesaler_id,
        credit_status,
        split_rate,
        part_amount
    from allocated_shares
    where is_as_is

    union all

    select
        'as_paid' as attribution_mode,
        flow_id,
        role,
        period_sequence,
        wholesaler_id,
        credit_status,
        split_rate,
        part_amount
    from allocated_shares
    where not is_as_is and not is_adjusted

    union all

    select
        'as_paid' as attribution_mode,
        flow_id,
        role,
        period_sequence,
        wholesaler_id,
        credit_status,
        cast(sum(split_rate) as numeric(10, 8)) as split_rate,
        cast(sum(part_amount) as numeric(18, 2)) as part_amount
    from paid_shares
    group by flow_id, role, period_sequence, wholesaler_id, credit_status
    having sum(split_rate) <> 0 or sum(part_amount) <> 0

),

-- A part counts in the measures that its flow counts in, with the flow's sign.
credits as (

    select
        shares_by_mode.attribution_mode,
        shares_by_mode.flow_id,
        shares_by_mode.role,
        shares_by_mode.period_sequence,
        shares_by_mode.wholesaler_id,
        shares_by_mode.credit_status,
        shares_by_mode.split_rate,
        {% for measure in ['gross_sales', 'redemption', 'firm_net_flow'] -%}
            cast(
                shares_by_mode.part_amount
                * sign(flows.{{ measure }}_amount) as numeric(18, 2)
            ) as {{ measure }}_credit_amount,
        {% endfor -%}
        flows.account_id,
        flows.advisor_id,
        flows.product_id,
        flows.trade_date,
        flows.booked_date
    from shares_by_mode
    inner join flows
        on shares_by_mode.flow_id = flows.flow_id

)

select * from credits
