-- The keys are written out, so that an engine or package that hashes differently fails
-- here. No natural key gives the unassigned member's key.
with

computed as (

    select
        {{ surrogate_key(["'W1'"]) }} as single_key,
        {{ surrogate_key(["'A'", '1']) }} as double_key,
        {{ surrogate_key(['cast(null as text)']) }} as missing_key,
        {{ unassigned_key() }} as unassigned_key

)

select
    single_key,
    double_key,
    missing_key,
    unassigned_key
from computed
where
    single_key <> 137804326251915975
    or double_key <> 309855726259298422
    or missing_key <> unassigned_key
    or unassigned_key <> 841339101697899086
