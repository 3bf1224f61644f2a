-- An engine's own forms against the exact ones, where a float is not enough: at halves
-- of a cent and next to them, with both signs, for small amounts and for the greatest.
with

numbers as (

    select
        cast(row_number() over (order by date_day) as bigint) as whole_number
    from {{ ref('int_days_spined') }}

),

drawn as (

    select
        numbers.whole_number,
        signs.factor
    from numbers
    cross join (
        select 1 as factor
        union all
        select -1
        union all
        select 1000003
        union all
        select -1000000007
    ) as signs

),

cases as (

    select
        cast(factor * whole_number * 0.01 as numeric(18, 2)) as amount,
        cast(mod(whole_number * 7919, 1000) * 0.5 as numeric(28, 6)) as part,
        cast((mod(whole_number, 50) - 1) * 4 as numeric(18, 6)) as whole
    from drawn
    union all
    -- A half, and a millionth of a unit to both sides of it.
    select
        cast(factor * (2 * whole_number + 1) * 0.01 as numeric(18, 2)) as amount,
        cast(
            500000 + (mod(whole_number, 3) - 1) * 0.000001 as numeric(28, 6)
        ) as part,
        cast(1000000 as numeric(18, 6)) as whole
    from drawn

),

computed as (

    select
        amount,
        part,
        whole,
        {{ prorated_amount('amount', 'part', 'whole') }} as prorated,
        {{ default__prorated_amount('amount', 'part', 'whole') }} as exact_prorated,
        {{ rounded_product('amount', 'part', 38, 2) }} as product,
        {{ default__rounded_product('amount', 'part', 38, 2) }} as exact_product
    from cases

)

select * from computed
where
    prorated <> exact_prorated
    or (prorated is null) <> (whole <= 0)
    or (exact_prorated is null) <> (whole <= 0)
    or product <> exact_product
