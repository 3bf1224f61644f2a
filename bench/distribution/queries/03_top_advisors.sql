-- Top ten advisors by gross sales of twelve months
select
    dim_advisors.advisor_name,
    dim_firms.firm_name,
    sum(net_flows_monthly.gross_sales_amount) as gross_sales_amount,
    sum(net_flows_monthly.firm_net_flow_amount) as firm_net_flow_amount
from dist_perf_dw.net_flows_monthly
inner join dist_perf_dw.dim_advisors
    on net_flows_monthly.advisor_key = dim_advisors.advisor_key
inner join dist_perf_dw.dim_firms
    on dim_advisors.firm_key = dim_firms.firm_key
where
    net_flows_monthly.flow_month between date '2024-06-01' and date '2025-05-01'
group by dim_advisors.advisor_key, dim_advisors.advisor_name, dim_firms.firm_name
order by gross_sales_amount desc, dim_advisors.advisor_name asc
limit 10
