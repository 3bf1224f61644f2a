-- Scorecard of wholesalers over twelve months: sales, cost, revenue
select
    dim_wholesalers.wholesaler_name,
    sum(wholesaler_efficiency.gross_sales_amount) as gross_sales_amount,
    sum(wholesaler_efficiency.firm_net_flow_amount) as firm_net_flow_amount,
    sum(wholesaler_efficiency.revenue_amount) as revenue_amount,
    sum(wholesaler_efficiency.total_cost_amount) as total_cost_amount,
    round(
        sum(wholesaler_efficiency.total_cost_amount) * 10000
        / nullif(sum(wholesaler_efficiency.gross_sales_amount), 0), 2
    ) as cost_per_gross_sale_bps
from dist_perf_dw.wholesaler_efficiency
inner join dist_perf_dw.dim_wholesalers
    on wholesaler_efficiency.wholesaler_key = dim_wholesalers.wholesaler_key
where
    wholesaler_efficiency.activity_month between date '2024-06-01' and date '2025-05-01'
group by dim_wholesalers.wholesaler_name
order by gross_sales_amount desc, dim_wholesalers.wholesaler_name asc
