-- Exact halves, both signs, thirds, and no ratio without a denominator above zero.
with

cases as (

    select
        cast(1 as numeric(18, 2)) as numerator,
        cast(8 as numeric(18, 2)) as denominator,
        cast(0.13 as numeric(18, 2)) as expected
    union all
    select
        -1,
        8,
        -0.13
    union all
    select
        2,
        3,
        0.67
    union all
    select
        0,
        5,
        0
    union all
    select
        5,
        0,
        null
    union all
    select
        5,
        -1,
        null
    union all
    select
        9999999999999.99,
        0.01,
        999999999999999

),

computed as (

    select
        numerator,
        denominator,
        expected,
        {{ ratio('numerator', 'denominator', scale=2) }} as actual
    from cases

)

select
    numerator,
    denominator,
    expected,
    actual
from computed
where
    actual <> expected
    or (actual is null) <> (expected is null)
