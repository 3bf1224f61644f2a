-- Members that a feed calls by a name that the warehouse gives to one of its own. They
-- do not come in as members, and what names them counts for the warehouse's own.
{{ config(severity='warn') }}

with

reserved_names as (

    select
        'accounts' as feed,
        account_id as row_key
    from {{ ref('stg_distribution__accounts') }}
    where account_id in ('unassigned', 'in_transit')

    union all

    select
        'advisors' as feed,
        advisor_id as row_key
    from {{ ref('stg_distribution__advisors') }}
    where advisor_id in ('unassigned')

    union all

    select
        'asset_classes' as feed,
        asset_class_id as row_key
    from {{ ref('stg_distribution__asset_classes') }}
    where asset_class_id in ('unassigned')

    union all

    select
        'channels' as feed,
        channel_id as row_key
    from {{ ref('stg_distribution__channels') }}
    where channel_id in ('unassigned')

    union all

    select
        'expense_categories' as feed,
        expense_category_id as row_key
    from {{ ref('stg_distribution__expense_categories') }}
    where expense_category_id in ('unassigned')

    union all

    select
        'expense_types' as feed,
        expense_type_id as row_key
    from {{ ref('stg_distribution__expense_types') }}
    where expense_type_id in ('unassigned')

    union all

    select
        'firm_types' as feed,
        firm_type_id as row_key
    from {{ ref('stg_distribution__firm_types') }}
    where firm_type_id in ('unassigned')

    union all

    select
        'firms' as feed,
        firm_id as row_key
    from {{ ref('stg_distribution__firms') }}
    where firm_id in ('unassigned')

    union all

    select
        'products' as feed,
        product_id as row_key
    from {{ ref('stg_distribution__products') }}
    where product_id in ('unassigned')

    union all

    select
        'regions' as feed,
        region_id as row_key
    from {{ ref('stg_distribution__regions') }}
    where region_id in ('unassigned')

    union all

    select
        'territories' as feed,
        territory_id as row_key
    from {{ ref('stg_distribution__territories') }}
    where territory_id in ('unassigned')

    union all

    select
        'vehicle_types' as feed,
        vehicle_type_id as row_key
    from {{ ref('stg_distribution__vehicle_types') }}
    where vehicle_type_id in ('unassigned')

    union all

    select
        'wholesalers' as feed,
        wholesaler_id as row_key
    from {{ ref('stg_distribution__wholesalers') }}
    where wholesaler_id in ('unassigned', 'unallocated')

    union all

    select
        'pay_periods' as feed,
        pay_period_id as row_key
    from {{ ref('stg_distribution__pay_periods') }}
    where pay_period_id in ('unassigned', 'history', 'open')

    union all

    select distinct
        'aum_flows' as feed,
        account_id as row_key
    from {{ ref('stg_distribution__aum_flows') }}
    where account_id in ('in_transit')

)

select
    *,
    'the warehouse keeps this name for a member of its own' as reason
from reserved_names
