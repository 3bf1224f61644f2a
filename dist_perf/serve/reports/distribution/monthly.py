"""The pack that a head of distribution reads each month."""

from __future__ import annotations

from dist_perf.serve.pages.distribution import retention
from dist_perf.serve.reports.definition import Report, Section

REPORT = Report(
    name="monthly",
    title="Distribution, month by month",
    question="Which money came, what stayed, what it earns and what it cost.",
    sections=(
        Section(
            "What stays",
            "Of what was bought in a month, the share that is still there after so many days.",
            retention.PAGE,
            ("cohorts", "curves"),
        ),
    ),
)
