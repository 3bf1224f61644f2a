-- Latest hundred flows of one advisor, with product and code
select
    fact_aum_flows.trade_date,
    dim_products.product_name,
    dim_transaction_types.transaction_type_name,
    fact_aum_flows.amount
from dist_perf_dw.fact_aum_flows
inner join dist_perf_dw.dim_advisors
    on fact_aum_flows.advisor_key = dim_advisors.advisor_key
inner join dist_perf_dw.dim_products
    on fact_aum_flows.product_key = dim_products.product_key
inner join dist_perf_dw.dim_transaction_types
    on fact_aum_flows.transaction_type_key = dim_transaction_types.transaction_type_key
where dim_advisors.advisor_id = 'A000042'
order by fact_aum_flows.trade_date desc, fact_aum_flows.flow_id asc
limit 100
