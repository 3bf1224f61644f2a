{{ config(severity='warn') }}
-- A rule that cannot be evaluated is a finding: whoever changed it sees why.
with

rules as (

    select * from {{ ref('alert_rules') }}

)

select
    area,
    rule_id,
    origin,
    problem as reason
from rules
where problem is not null
