-- Organic growth by month, wholesaler and asset class
select
    aum_slices_monthly.aum_month,
    dim_wholesalers.wholesaler_name,
    dim_asset_classes.asset_class_name,
    aum_slices_monthly.closing_aum_amount,
    aum_slices_monthly.organic_growth_rate
from dist_perf_dw.aum_slices_monthly
inner join dist_perf_dw.dim_wholesalers
    on aum_slices_monthly.wholesaler_key = dim_wholesalers.wholesaler_key
inner join dist_perf_dw.dim_asset_classes
    on aum_slices_monthly.asset_class_key = dim_asset_classes.asset_class_key
where aum_slices_monthly.aum_month >= date '2024-06-01'
order by
    aum_slices_monthly.aum_month,
    dim_wholesalers.wholesaler_name,
    dim_asset_classes.asset_class_name
