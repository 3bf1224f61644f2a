-- Sales credit of a quarter by territory, as is
select
    dim_territories.territory_name,
    sum(fact_sales_credit.gross_sales_credit_amount) as gross_sales_credit_amount,
    sum(fact_sales_credit.firm_net_flow_credit_amount) as firm_net_flow_credit_amount
from dist_perf_dw.fact_sales_credit
inner join dist_perf_dw.dim_advisors
    on fact_sales_credit.advisor_key = dim_advisors.advisor_key
inner join dist_perf_dw.dim_territories
    on dim_advisors.territory_key = dim_territories.territory_key
where
    fact_sales_credit.attribution_mode = 'as_is'
    and fact_sales_credit.role = 'external'
    and fact_sales_credit.trade_date between date '2025-01-01' and date '2025-03-31'
group by dim_territories.territory_name
order by gross_sales_credit_amount desc, dim_territories.territory_name asc
