-- Sections 1.4 and 1.5: an incentive and a fee, marginal and cliff, an amount on a
-- threshold, and zero.
with

tiers as (

    select
        'incentive' as plan,
        cast(0 as numeric(18, 2)) as tier_from_amount,
        cast(100000000 as numeric(18, 2)) as tier_to_amount,
        cast(0.0008 as numeric(10, 8)) as rate
    union all
    select
        'incentive',
        100000000,
        null,
        0.0010
    union all
    select
        'fee',
        0,
        500000,
        0.0100
    union all
    select
        'fee',
        500000,
        1000000,
        0.0080
    union all
    select
        'fee',
        1000000,
        null,
        0.0060
    union all
    select
        'breakpoint',
        0,
        1000000,
        0.0100
    union all
    select
        'breakpoint',
        1000000,
        null,
        0.0075

),

cases as (

    select
        'incentive' as plan,
        'marginal' as method,
        cast(130000000 as numeric(18, 2)) as amount,
        cast(110000 as numeric(18, 6)) as expected
    union all
    select
        'incentive',
        'cliff',
        130000000,
        130000
    union all
    select
        'fee',
        'marginal',
        1800000,
        13800
    union all
    select
        'fee',
        'cliff',
        1800000,
        10800
    union all
    select
        'breakpoint',
        'cliff',
        1000000,
        10000
    union all
    select
        'breakpoint',
        'cliff',
        1000001,
        7500.0075
    union all
    select
        'fee',
        'marginal',
        0,
        0
    union all
    select
        'fee',
        'cliff',
        -5,
        0

),

computed as (

    select
        cases.plan,
        cases.method,
        cases.amount,
        cases.expected,
        {{ tiered_amount(
            'cases.amount',
            'tiers.tier_from_amount',
            'tiers.tier_to_amount',
            'tiers.rate',
            'cases.method'
        ) }} as actual
    from cases
    inner join tiers
        on cases.plan = tiers.plan
    group by
        cases.plan,
        cases.method,
        cases.amount,
        cases.expected

)

select
    plan,
    method,
    amount,
    expected,
    actual
from computed
where
    actual is null
    or actual <> expected
