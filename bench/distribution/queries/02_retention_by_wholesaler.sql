-- Retention by age of one year's cohorts, for each wholesaler
select
    dim_wholesalers.wholesaler_name,
    retention_cohorts.age_days,
    sum(retention_cohorts.lots_at_risk) as lots_at_risk,
    round(
        sum(retention_cohorts.retained_amount)
        / nullif(sum(retention_cohorts.original_amount_at_risk), 0), 4
    ) as retention_rate
from dist_perf_dw.retention_cohorts
inner join dist_perf_dw.dim_wholesalers
    on retention_cohorts.wholesaler_key = dim_wholesalers.wholesaler_key
where
    retention_cohorts.relief_method = 'fifo'
    and retention_cohorts.cohort_month between date '2024-01-01' and date '2024-12-01'
group by dim_wholesalers.wholesaler_name, retention_cohorts.age_days
order by dim_wholesalers.wholesaler_name, retention_cohorts.age_days
