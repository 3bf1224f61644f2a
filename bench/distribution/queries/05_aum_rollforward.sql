-- AUM roll-forward of one product, day by day for a year
select
    aum_rollforward_daily.aum_date,
    aum_rollforward_daily.opening_aum_amount,
    aum_rollforward_daily.inflows_amount,
    aum_rollforward_daily.outflows_amount,
    aum_rollforward_daily.exchanges_amount,
    aum_rollforward_daily.transfers_amount,
    aum_rollforward_daily.market_movement_amount,
    aum_rollforward_daily.closing_aum_amount
from dist_perf_dw.aum_rollforward_daily
inner join dist_perf_dw.dim_products
    on aum_rollforward_daily.product_key = dim_products.product_key
where
    dim_products.product_id = 'P005'
    and aum_rollforward_daily.aum_date between date '2024-05-01' and date '2025-04-30'
order by aum_rollforward_daily.aum_date
