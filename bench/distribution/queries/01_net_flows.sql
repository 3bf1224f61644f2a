-- Net flows by month and region
select
    net_flows_monthly.flow_month,
    dim_regions.region_name,
    sum(net_flows_monthly.gross_sales_amount) as gross_sales_amount,
    sum(net_flows_monthly.redemption_amount) as redemption_amount,
    sum(net_flows_monthly.firm_net_flow_amount) as firm_net_flow_amount
from dist_perf_dw.net_flows_monthly
inner join dist_perf_dw.dim_territories
    on net_flows_monthly.territory_key = dim_territories.territory_key
inner join dist_perf_dw.dim_regions
    on dim_territories.region_key = dim_regions.region_key
group by net_flows_monthly.flow_month, dim_regions.region_name
order by net_flows_monthly.flow_month, dim_regions.region_name
