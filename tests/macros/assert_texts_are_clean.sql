-- Outer blanks are removed; a text of blanks only becomes null.
with

cases as (

    select
        '  W1 ' as raw_text,
        'W1' as expected
    union all
    select
        '   ' as raw_text,
        null as expected

),

computed as (

    select
        raw_text,
        expected,
        {{ clean_text('raw_text') }} as actual
    from cases

)

select
    raw_text,
    expected,
    actual
from computed
where coalesce(actual, 'none') <> coalesce(expected, 'none')
