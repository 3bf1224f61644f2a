-- No split gives away more than there is: on any day on which one starts, the parts of
-- what it is agreed for add up to one at most, as known now. Such trades are held out
-- of pay (`over_allocated` in fact_sales_credit) until someone mends `credit_splits`.
{{ config(severity='warn') }}

with

splits as (

    select * from {{ ref('stg_distribution__credit_splits') }}
    where {{ is_known('booked_date') }}

),

latest_told as (

    select
        *,
        row_number() over (
            partition by scope, scope_id, role, wholesaler_id, valid_from
            order by booked_date desc
        ) as telling_rank
    from splits

),

parts as (

    select
        scope,
        scope_id,
        role,
        wholesaler_id,
        split_rate,
        valid_from,
        {{ period_end(
            'valid_to', 'valid_from', 'scope, scope_id, role, wholesaler_id'
        ) }} as valid_to
    from latest_told
    where
        telling_rank = 1
        and {{ is_period() }}

),

starts as (

    select distinct
        scope,
        scope_id,
        role,
        valid_from as start_date
    from parts

)

select
    starts.scope,
    starts.scope_id,
    starts.role,
    starts.start_date,
    'parts above one: these trades are held out of pay' as reason,
    sum(parts.split_rate) as total_rate
from starts
inner join parts
    on
        starts.scope = parts.scope
        and starts.scope_id = parts.scope_id
        and starts.role = parts.role
        and starts.start_date >= parts.valid_from
        and starts.start_date < parts.valid_to
group by starts.scope, starts.scope_id, starts.role, starts.start_date
having sum(parts.split_rate) > 1.000001
