with

restatements as (

    select * from {{ ref('flow_restatements_monthly') }}

),

summed as (

    select
        booked_month,
        cast(sum(gross_sales_amount) as numeric(18, 2)) as booked_gross_sales_amount,
        cast(
            sum(case when is_restatement then gross_sales_amount else 0 end)
            as numeric(18, 2)
        ) as as_of_correction_amount
    from restatements
    group by booked_month

),

rated as (

    select
        *,
        {{ ratio('abs(as_of_correction_amount)', 'booked_gross_sales_amount') }}
            as restatement_ratio
    from summed

)

select * from rated
