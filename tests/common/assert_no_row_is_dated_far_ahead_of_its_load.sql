-- No row of a feed has a business date more than `future_tolerance_days` after its
-- load. Such a row is in no figure until it is delivered with the right date; `reason`
-- names the column.
{{ config(severity='warn') }}

select
    source_name,
    feed,
    row_key,
    reason,
    batch_id,
    source_file,
    row_number,
    loaded_at
from {{ ref('superseded_rows') }}
where superseding_row_number is null
