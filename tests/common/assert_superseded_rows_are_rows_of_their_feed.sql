-- Every key of a feed keeps one row, so fewer rows are superseded than the feed has.
with

feeds as (

    select * from {{ ref('feeds') }}

),

superseded as (

    select
        feed,
        count(*) as superseded_row_count
    from {{ ref('superseded_rows') }}
    where superseding_row_number is not null
    group by feed

)

select
    superseded.feed,
    superseded.superseded_row_count,
    feeds.row_count
from superseded
left join feeds
    on superseded.feed = feeds.feed
where
    feeds.feed is null
    or superseded.superseded_row_count >= feeds.row_count
