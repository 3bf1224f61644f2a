-- Fifty largest accounts of one product at a month's end
select
    dim_accounts.account_name,
    dim_wholesalers.wholesaler_name,
    aum_rollforward_monthly.closing_aum_amount,
    aum_rollforward_monthly.organic_flow_amount
from dist_perf_dw.aum_rollforward_monthly
inner join dist_perf_dw.dim_accounts
    on aum_rollforward_monthly.account_key = dim_accounts.account_key
inner join dist_perf_dw.dim_products
    on aum_rollforward_monthly.product_key = dim_products.product_key
inner join dist_perf_dw.dim_wholesalers
    on aum_rollforward_monthly.wholesaler_key = dim_wholesalers.wholesaler_key
where
    dim_products.product_id = 'P005'
    and aum_rollforward_monthly.aum_month = date '2025-03-01'
order by aum_rollforward_monthly.closing_aum_amount desc, dim_accounts.account_name asc
limit 50
