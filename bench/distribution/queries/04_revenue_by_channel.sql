-- Revenue by month and channel
select
    revenue_contribution.revenue_month,
    dim_channels.channel_name,
    sum(revenue_contribution.reported_amount) as reported_amount,
    sum(revenue_contribution.waiver_amount) as waiver_amount
from dist_perf_dw.revenue_contribution
inner join dist_perf_dw.dim_firms
    on revenue_contribution.firm_key = dim_firms.firm_key
inner join dist_perf_dw.dim_channels
    on dim_firms.channel_key = dim_channels.channel_key
group by revenue_contribution.revenue_month, dim_channels.channel_name
order by revenue_contribution.revenue_month, dim_channels.channel_name
