-- The smaller number of a split's two is at most this: 5 new for 4, or 21 for 20.
{%- set most_lesser_term = 20 %}
-- Units that become more than so many times as many, or as few, did not by a split.
{%- set most_times = 1000 %}
with recursive

holdings as (

    select * from {{ ref('int_split_holdings_measured') }}

),

lesser_terms as (

    {% for term in range(1, most_lesser_term + 1) -%}
        select {{ term }} as lesser_term
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- One wrong row of one account must not restate a product: a split is one that most of
-- the accounts report that held the product.
reported_splits as (

    select
        product_id,
        split_date
    from holdings
    group by product_id, split_date
    having
        2 * sum(case when held_units > 0 and split_units is not null then 1 else 0 end)
        > sum(case when held_units > 0 then 1 else 0 end)

),

units_around as (

    select
        holdings.account_id,
        holdings.product_id,
        holdings.split_date,
        holdings.held_units,
        {{ scaled_integer('holdings.held_units', 6) }} as held_millionths,
        {{ scaled_integer('holdings.held_units + holdings.split_units', 6) }}
            as left_millionths
    from holdings
    inner join reported_splits
        on
            holdings.product_id = reported_splits.product_id
            and holdings.split_date = reported_splits.split_date
    where
        holdings.held_units > 0
        and holdings.held_units + holdings.split_units
        between holdings.held_units / {{ most_times }}
        and holdings.held_units * {{ most_times }}

),

nearest_ratios as (

    select
        units_around.*,
        lesser_terms.lesser_term,
        {{ rounded_quotient(
            'lesser_terms.lesser_term * greatest(held_millionths, left_millionths)',
            'least(held_millionths, left_millionths)'
        ) }} as greater_term
    from units_around
    cross join lesser_terms

),

directed_ratios as (

    select
        *,
        case
            when left_millionths > held_millionths then lesser_term
            else greater_term
        end as units_before,
        case
            when left_millionths > held_millionths then greater_term
            else lesser_term
        end as units_after
    from nearest_ratios

),

differences as (

    select
        *,
        abs(
            left_millionths * units_before - held_millionths * units_after
        ) as difference
    from directed_ratios
    where units_before <> units_after

),

-- The simplest ratio that explains an account's units: to a ten-thousandth of a unit,
-- or else to less than one, because a fraction of a unit may be paid in cash.
account_ratios as (

    select
        *,
        row_number() over (
            partition by account_id, product_id, split_date
            order by
                case when difference <= units_before * 100 then 0 else 1 end,
                lesser_term
        ) as choice
    from differences
    where difference < units_before * 1000000

),

-- Accounts that held more than is known of them show other ratios, few the same one.
ratios_by_accounts as (

    select
        product_id,
        split_date,
        units_before,
        units_after,
        row_number() over (
            partition by product_id, split_date
            order by
                count(*) desc,
                sum(held_units) desc,
                least(units_before, units_after),
                units_after
        ) as choice
    from account_ratios
    where choice = 1
    group by
        product_id,
        split_date,
        units_before,
        units_after

),

splits as (

    select
        product_id,
        split_date,
        cast(units_before as numeric(38, 0)) as units_before,
        cast(units_after as numeric(38, 0)) as units_after,
        row_number() over (partition by product_id order by split_date) as split_number
    from ratios_by_accounts
    where choice = 1

),

periods as (

    select distinct
        product_id,
        cast(0 as bigint) as split_number,
        {{ start_of_time() }} as valid_from,
        cast(null as numeric(38, 0)) as units_before,
        cast(null as numeric(38, 0)) as units_after,
        cast(1 as numeric(38, 0)) as all_before,
        cast(1 as numeric(38, 0)) as all_after
    from splits

    union all

    select
        splits.product_id,
        splits.split_number,
        splits.split_date as valid_from,
        splits.units_before,
        splits.units_after,
        cast(periods.all_before * splits.units_before as numeric(38, 0)) as all_before,
        cast(periods.all_after * splits.units_after as numeric(38, 0)) as all_after
    from periods
    inner join splits
        on
            periods.product_id = splits.product_id
            and periods.split_number + 1 = splits.split_number

),

-- All periods of a product have the same denominator, so that restated units can be
-- added up before they are rounded.
dated_ratios as (

    select
        product_id,
        valid_from,
        {{ period_end('cast(null as date)', 'valid_from', 'product_id') }} as valid_to,
        units_before,
        units_after,
        cast(
            {{ integer_quotient(
                scaled_integer('all_before', 0)
                ~ ' * ' ~ scaled_integer(
                    'max(all_after) over (partition by product_id)', 0
                ),
                scaled_integer('all_after', 0)
            ) }} as numeric(38, 0)
        ) as units_now,
        cast(
            max(all_before) over (partition by product_id) as numeric(38, 0)
        ) as units_then
    from periods

)

select * from dated_ratios
