-- The `default__` forms, which the next engine starts from, give what the engine's own forms give.
with

pairs as (

    select
        cast('2024-02-28' as date) as date_day,
        cast(7 as bigint) as numerator,
        cast(2 as bigint) as denominator,
        cast(12.345678 as numeric(18, 6)) as quantity,
        3 as days

    union all

    select
        cast('2025-12-31' as date) as date_day,
        cast(123456789012345678 as bigint) as numerator,
        cast(1000 as bigint) as denominator,
        cast(-0.000001 as numeric(18, 6)) as quantity,
        -60 as days

),

computed as (

    select
        {{ add_days('date_day', 'days') }} as own_day,
        {{ default__add_days('date_day', 'days') }} as standard_day,
        {{ days_between('date_day', "cast('2026-01-01' as date)") }} as own_days,
        {{ default__days_between('date_day', "cast('2026-01-01' as date)") }}
            as standard_days,
        cast(
            {{ integer_quotient("numerator", "denominator") }} as numeric(38, 0)
        ) as own_quotient,
        {{ default__integer_quotient('numerator', 'denominator') }} as standard_quotient,
        cast({{ scaled_integer('quantity', 6) }} as numeric(38, 0)) as own_integer,
        {{ default__scaled_integer('quantity', 6) }} as standard_integer
    from pairs

)

select *
from computed
where
    own_day <> standard_day
    or own_days <> standard_days
    or own_quotient <> standard_quotient
    or own_integer <> standard_integer
