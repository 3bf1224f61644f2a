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

retold_flows as (

    select distinct flow_id
    from shares
    where next_sequence is not null

),

-- The amount without its sign, so that a cancel takes back exactly what its purchase
-- gave.
placed as (

    select
        shares.*,
        cast(abs(flows.amount) as numeric(18, 2)) as amount,
        divided_flows.flow_id is not null as is_divided,
        retold_flows.flow_id is not null as is_retold
    from shares
    inner join flows
        on shares.flow_id = flows.flow_id
    left join divided_flows
        on shares.flow_id = divided_flows.flow_id
    left join retold_flows
        on shares.flow_id = retold_flows.flow_id

),

weighed as (

    select
        *,
        {{ scaled_integer('amount', 2) }} as amount_cents,
        {{ scaled_integer('split_rate', 8) }} as share_weight,
        sum({{ scaled_integer('split_rate', 8) }}) over (
            partition by flow_id, role, is_as_is, period_sequence
        ) as total_weight
    from placed
    where is_divided

),

-- Nearly all credit has one owner. Among equals the first wholesaler gets the cent that
-- is left over.
allocated as (

    select
        flow_id,
        role,
        is_as_is,
        period_sequence,
        next_sequence,
        wholesaler_id,
        credit_status,
        is_retold,
        split_rate,
        amount as part_amount
    from placed
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
        is_retold,
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
    from weighed

),

-- What was paid stays. Where a later period knows better, that period takes the old
-- credit back beside the new one.
retold as (

    select
        flow_id,
        role,
        period_sequence,
        wholesaler_id,
        credit_status,
        split_rate,
        part_amount
    from allocated
    where not is_as_is and is_retold

    union all

    select
        flow_id,
        role,
        next_sequence as period_sequence,
        wholesaler_id,
        credit_status,
        -split_rate as split_rate,
        -part_amount as part_amount
    from allocated
    where not is_as_is and next_sequence is not null

),

moded as (

    select
        'as_was' as attribution_mode,
        flow_id,
        role,
        cast(null as integer) as period_sequence,
        wholesaler_id,
        credit_status,
        split_rate,
        part_amount
    from allocated
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
    from allocated
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
    from allocated
    where not is_as_is and not is_retold

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
    from retold
    group by flow_id, role, period_sequence, wholesaler_id, credit_status
    having sum(split_rate) <> 0 or sum(part_amount) <> 0

),

-- A part counts where its flow does, with the flow's sign.
credited as (

    select
        moded.attribution_mode,
        moded.flow_id,
        moded.role,
        moded.period_sequence,
        moded.wholesaler_id,
        moded.credit_status,
        moded.split_rate,
        {% for measure in ['gross_sales', 'redemption', 'firm_net_flow'] -%}
            cast(
                moded.part_amount
                * sign(flows.{{ measure }}_amount) as numeric(18, 2)
            ) as {{ measure }}_credit_amount,
        {% endfor -%}
        flows.account_id,
        flows.advisor_id,
        flows.product_id,
        flows.trade_date,
        flows.booked_date
    from moded
    inner join flows
        on moded.flow_id = flows.flow_id

)

select * from credited
