"""What is asked of the area's API and pages."""

from __future__ import annotations

ROWS = "/api/v1/distribution"
# Name, address, and whether another part of its rows can be asked for each time.
QUESTIONS = (
    ("who asks", "/api/v1/me", False),
    ("a dimension", f"{ROWS}/dim_wholesalers?limit=100", True),
    ("cohorts of a month", f"{ROWS}/retention_cohorts?cohort_month=2024-03-01", True),
    ("flows of a year", f"{ROWS}/net_flows_monthly?flow_month_from=2024-01-01", True),
    ("newest flows", f"{ROWS}/fact_aum_flows?sort=-trade_date", True),
    ("efficiency", f"{ROWS}/wholesaler_efficiency?limit=1000", True),
    ("roll-forward", f"{ROWS}/aum_rollforward_monthly?limit=200", True),
    ("revenue", f"{ROWS}/revenue_contribution?limit=200", True),
    ("credit", f"{ROWS}/sales_credit_monthly?limit=200", True),
    ("retained AUM", f"{ROWS}/net_retained_aum?limit=200", True),
)
# The first is measured in a browser too.
PAGES = ("retention", "flows", "scorecard")
# How large the warehouse is, in rows of this table.
COUNTED = "{dist_perf_dw}.fact_aum_flows"
