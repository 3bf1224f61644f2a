"""The pack that a head of distribution reads each month."""

from __future__ import annotations

from dist_perf.serve.pages.distribution import (
    aum,
    flows,
    overview,
    retention,
    revenue,
    scorecard,
)
from dist_perf.serve.reports.definition import Report, Section

REPORT = Report(
    name="monthly",
    title="Distribution, month by month",
    question="Which money came, what stayed, what it earns and what it cost.",
    sections=(
        Section(
            "The last month",
            "Against the month before and the same month a year before.",
            overview.PAGE,
            ("summary", "wholesalers"),
        ),
        Section(
            "What came and what went",
            "Sales, redemptions and what moved between products and accounts.",
            flows.PAGE,
            ("steps", "months"),
        ),
        Section(
            "What stays",
            "Of what was bought in a month, the share that is still there after so many days.",
            retention.PAGE,
            ("cohorts", "curves"),
        ),
        Section(
            "What is held",
            "Opening assets plus every line are closing assets; what no line explains is shown.",
            aum.PAGE,
            ("steps", "trend"),
        ),
        Section(
            "What it earns",
            "Fees by month, and what price and mix did to the rate.",
            revenue.PAGE,
            ("months", "rates"),
        ),
        Section(
            "What it costs",
            "Wholesalers by sales, what stayed, revenue and cost.",
            scorecard.PAGE,
            ("wholesalers", "net_flows", "returns"),
        ),
    ),
)
