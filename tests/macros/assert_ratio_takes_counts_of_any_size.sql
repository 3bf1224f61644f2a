-- Counts are whole numbers of the engine's own types, whose products may not fit into these.
with

counts as (

    select
        cast(1500000000 as integer) as part,
        cast(2000000000 as integer) as whole,
        cast(1500000000000000 as bigint) as large_part,
        cast(2000000000000000 as bigint) as large_whole

),

computed as (

    select
        {{ ratio('part', 'whole', input_scale=0) }} as share,
        {{ ratio('large_part', 'large_whole', input_scale=0) }} as large_share
    from counts

)

select * from computed
where
    share is distinct from 0.75
    or large_share is distinct from 0.75
