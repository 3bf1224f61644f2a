with

source as (

    select * from {{ recorded('access', 'alert_rules') }}

),

-- As text, like the rules of the seeds: what cannot be read is a finding, not an error.
renamed as (

    select
        {{ clean_text('area') }} as area,
        {{ clean_text('rule_id') }} as rule_id,
        {{ clean_text('metric') }} as metric,
        {{ clean_text('member_kind') }} as member_kind,
        {{ clean_text('member_id') }} as member_id,
        {{ clean_text('period_type') }} as period_type,
        {{ clean_text('measure') }} as measure,
        {{ clean_text('compared_with') }} as compared_with,
        {{ clean_text('comparator') }} as comparator,
        {{ clean_text('severity') }} as severity,
        {{ clean_text('channel') }} as channel,
        {{ clean_text('message') }} as message,
        cast(threshold as text) as threshold,
        cast(periods_in_a_row as text) as periods_in_a_row,
        cast(repeat_after_days as text) as repeat_after_days,
        cast(is_active as text) as is_active
    from source

)

select * from renamed
