-- A view: who reads it takes what it needs, and writes that.
{{ config(materialized='view') }}

with

flows as (

    select * from {{ ref('stg_distribution__aum_flows') }}
    where {{ is_known('booked_date') }}

),

corrections as (

    select * from {{ ref('int_corrections_resolved') }}

),

transaction_types as (

    select * from {{ ref('int_transaction_types_classified') }}

),

flow_classes as (

    select * from {{ ref('flow_classes') }}

),

-- Each class beside the one that orphans fall to.
classes as (

    select
        *,
        max(case when takes_orphans then flow_class end) over () as orphan_class
    from flow_classes

),

reported as (

    select
        flows.*,
        corrections.original_flow_id,
        corrections.original_trade_date,
        original_types.flow_class as original_flow_class,
        coalesce(own_types.amount_sign, 1) as amount_sign,
        coalesce(own_types.flow_class, 'unassigned') as reported_flow_class,
        flows.corrects_flow_id is not null
        or coalesce(corrections.is_reversal, false) as is_taking_back
    from flows
    left join corrections
        on flows.flow_id = corrections.flow_id
    left join transaction_types as own_types
        on flows.transaction_type_id = own_types.transaction_type_id
    left join transaction_types as original_types
        on corrections.original_transaction_type_id = original_types.transaction_type_id

),

-- A correction nets the class of its original, on the original's date. Without one it
-- must not push gross sales or redemptions below what was sold, so it stands alone.
matched as (

    select
        reported.*,
        case
            when reported.original_flow_id is not null
                then coalesce(reported.original_flow_class, 'unassigned')
            when
                reported_classes.needs_original
                or (
                    reported.is_taking_back
                    and reported_classes.gross_sales_sign
                    + reported_classes.redemption_sign > 0
                )
                then reported_classes.orphan_class
            else reported.reported_flow_class
        end as flow_class,
        -- A code of the other direction undoes its original: a redemption that names a
        -- purchase takes from it.
        reported.amount_sign * case
            when reported_classes.lot_sign * original_classes.lot_sign < 0
                then -1
            when
                reported.original_flow_id is null
                and reported.is_taking_back
                and reported_classes.redemption_sign = 1
                then -1
            else 1
        end as applied_sign
    from reported
    inner join classes as reported_classes
        on reported.reported_flow_class = reported_classes.flow_class
    left join flow_classes as original_classes
        on reported.original_flow_class = original_classes.flow_class

),

signed as (

    select
        flow_id,
        advisor_id,
        product_id,
        transaction_type_id,
        corrects_flow_id,
        transfer_id,
        discretion,
        flow_class,
        is_taking_back,
        booked_date,
        cast(amount * applied_sign as numeric(18, 2)) as amount,
        -- Sources that write units without a sign mean that of the money.
        cast(
            case
                when
                    (amount < 0 and units > 0)
                    or (amount > 0 and units < 0)
                    then -units
                else units
            end * applied_sign as numeric(18, 6)
        ) as units,
        coalesce(original_flow_id, flow_id) as original_flow_id,
        coalesce(original_trade_date, trade_date) as trade_date,
        -- The warehouse's own account for what is under way.
        nullif(account_id, 'in_transit') as account_id
    from matched

),

classified as (

    select
        signed.flow_id,
        signed.original_flow_id,
        signed.corrects_flow_id,
        signed.account_id,
        signed.advisor_id,
        signed.product_id,
        signed.transaction_type_id,
        signed.transfer_id,
        signed.discretion,
        signed.flow_class,
        signed.amount,
        signed.units,
        {% for measure in flow_measures() -%}
            cast(
                signed.amount * flow_classes.{{ measure }}_sign as numeric(18, 2)
            ) as {{ measure }}_amount,
        {% endfor -%}
        -- What a correction without an original would undo lies before the first flow,
        -- in no lot.
        case
            when
                signed.is_taking_back
                and signed.original_flow_id = signed.flow_id
                then 0
            else flow_classes.lot_sign
        end as lot_sign,
        flow_classes.is_cohort_member,
        signed.trade_date,
        signed.booked_date
    from signed
    inner join flow_classes
        on signed.flow_class = flow_classes.flow_class

)

select * from classified
