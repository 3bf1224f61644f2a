-- Rows of dated feeds that end where they begin, or before. No day lies in such a
-- period, so nothing is true by it; one that takes the place of an earlier row takes
-- that back.
{{ config(severity='warn') }}

with

periods as (

    select
        'advisor_affiliations' as feed,
        advisor_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__advisor_affiliations') }}
    where valid_to <= valid_from

    union all

    select
        'territory_assignments' as feed,
        territory_id || ', ' || role as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__territory_assignments') }}
    where valid_to <= valid_from

    union all

    select
        'credit_splits' as feed,
        scope || ' ' || scope_id || ', ' || role || ', ' || wholesaler_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__credit_splits') }}
    where valid_to <= valid_from

    union all

    select
        'advisor_universe' as feed,
        territory_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__advisor_universe') }}
    where valid_to <= valid_from

    union all

    select
        'fee_schedules' as feed,
        product_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__fee_schedules') }}
    where valid_to <= valid_from

    union all

    select
        'fee_waivers' as feed,
        waiver_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__fee_waivers') }}
    where valid_to <= valid_from

    union all

    select
        'fee_agreements' as feed,
        agreement_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__fee_agreements') }}
    where valid_to <= valid_from

    union all

    select
        'compensation_plan_assignments' as feed,
        wholesaler_id || ', ' || plan_id as row_key,
        valid_from as begins_on,
        valid_to as ends_on
    from {{ ref('stg_distribution__compensation_plan_assignments') }}
    where valid_to <= valid_from

    union all

    select
        'wholesalers' as feed,
        wholesaler_id as row_key,
        hired_date as begins_on,
        left_date as ends_on
    from {{ ref('stg_distribution__wholesalers') }}
    where left_date <= hired_date

    union all

    select
        'pay_periods' as feed,
        pay_period_id as row_key,
        period_start_date as begins_on,
        period_end_date as ends_on
    from {{ ref('stg_distribution__pay_periods') }}
    where period_end_date < period_start_date

    union all

    select
        'actual_revenue' as feed,
        revenue_id as row_key,
        period_start_date as begins_on,
        period_end_date as ends_on
    from {{ ref('stg_distribution__actual_revenue') }}
    where period_end_date < period_start_date

    union all

    select
        'wholesaler_compensation' as feed,
        compensation_id as row_key,
        period_start_date as begins_on,
        period_end_date as ends_on
    from {{ ref('stg_distribution__wholesaler_compensation') }}
    where period_end_date < period_start_date

    union all

    select
        'accounts' as feed,
        account_id as row_key,
        opened_date as begins_on,
        closed_date as ends_on
    from {{ ref('stg_distribution__accounts') }}
    where closed_date < opened_date

)

select
    *,
    'no day lies between its beginning and its end' as reason
from periods
