"""How fresh feeds are, what loads left out and what tests found."""

from __future__ import annotations

from dist_perf.serve import figures
from dist_perf.serve.alerts import checks
from dist_perf.serve.alerts.checks import Check
from dist_perf.serve.pages.definition import Chart, Choice, Column, Kpi, Kpis, Page, Row, Table

AREA = Choice(
    "of_area",
    "Area",
    """
    select distinct area as value, area as label
    from {common}.warehouse_health
    where area is not null
    order by 1
    """,
)
KIND = Choice(
    "kind",
    "Kind of check",
    """
    select distinct kind as value, kind as label
    from {common}.warehouse_health
    order by 1
    """,
)
IN_AREA = {"of_area": "area"}
IN_CHECKS = {"of_area": "area", "kind": "kind"}
CHECKS = """
select
    kind, area, check_name, subject, status, is_failing, failing_row_count, failing_rows_relation,
    message, measured_at
from {common}.warehouse_health
where {where}
"""
CHECK_COLUMNS = (
    Column("kind", "Kind"),
    Column("area", "Area"),
    Column("status", "Status"),
    Column("subject", "About"),
    Column("check_name", "Check"),
    Column("failing_row_count", "Failing rows", "count"),
    Column("failing_rows_relation", "Where they are"),
    Column("measured_at", "Measured", "time"),
    Column("message", "Message"),
)


def _limit(row: Row) -> str:
    check = Check.of(row)
    return f"{check.comparator} {checks.limit(check)}"


PAGE = Page(
    name="health",
    title="Health",
    question="Is the warehouse fresh, built and tested?",
    order=900,
    filters=(AREA, KIND),
    blocks=(
        Kpis(
            name="summary",
            title="Now",
            note="Tests and the age of feeds are as `make health` last recorded them; loads are "
            "those of the last build.",
            sql="""
            select
                cast(sum(case when is_failing then 1 else 0 end) as integer) as failing_checks,
                cast(count(*) as integer) as checks,
                cast(sum(case when kind = 'test' then 1 else 0 end) as integer) as tests,
                cast(sum(case when kind = 'load' then failing_row_count else 0 end) as bigint)
                    as quarantined_rows,
                max(case when kind = 'load' then last_loaded_at end) as last_loaded_at,
                max(case when kind <> 'load' then measured_at end) as last_recorded_at
            from {common}.warehouse_health
            where {where}
            having count(*) > 0
            """,
            filters=IN_CHECKS,
            empty="Nothing is checked: the warehouse is not built yet.",
            items=(
                Kpi("failing_checks", "Checks that fail", "count", polarity=-1),
                Kpi("checks", "Checks", "count", polarity=0),
                Kpi("tests", "Tests recorded", "count", polarity=0),
                Kpi("quarantined_rows", "Rows in quarantine", "count", polarity=-1),
                Kpi("last_loaded_at", "Last load", "time", polarity=0),
                Kpi("last_recorded_at", "Last record", "time", polarity=0),
            ),
        ),
        Table(
            name="alerts",
            title="Rules that break",
            note="Of the latest complete period of each rule, among the rows that you may see. "
            "Since when: the first of the periods in a row that break. The age of a feed is "
            "measured on the as-of date alone.",
            sql="""
            select alert_breaches.*, true as is_breach
            from {common}.alert_breaches
            where is_current and {where}
            order by
                case severity when 'critical' then 1 when 'warning' then 2 else 3 end,
                area, rule_id, member_kind, member_id
            """,
            filters=IN_AREA,
            empty="No rule breaks.",
            columns=(
                Column("severity", "Severity"),
                Column("area", "Area"),
                Column("message", "What it says"),
                Column("rule_id", "Rule"),
                Column("member_name", "Of"),
                Column("measured_value", "Value", said=lambda row: checks.value(Check.of(row))),
                Column("threshold", "Limit", said=_limit),
                Column("period_start_date", "In", said=lambda row: checks.period(Check.of(row))),
                Column(
                    "streak_start_date", "Since when", said=lambda row: checks.since(Check.of(row))
                ),
            ),
        ),
        Table(
            name="failing",
            title="What fails",
            sql=CHECKS + " and is_failing order by kind, subject, check_name",
            filters=IN_CHECKS,
            empty="Nothing fails.",
            columns=CHECK_COLUMNS,
        ),
        Chart(
            name="states",
            title="Checks by kind and status",
            is_wide=True,
            sql="""
            select kind || ': ' || status as state, cast(count(*) as integer) as checks
            from {common}.warehouse_health
            where {where}
            group by kind, status
            order by kind, status
            """,
            filters=IN_CHECKS,
            empty="Nothing is checked.",
            draw=lambda rows: figures.ranked(rows, "state", "checks", "count"),
        ),
        Table(
            name="areas",
            title="Areas",
            note="The as-of date is the last day that counts.",
            sql="""
            select
                feeds.area, max(as_of_dates.as_of_date) as as_of_date,
                cast(count(*) as integer) as feeds,
                cast(sum(row_count) as bigint) as row_count,
                max(last_loaded_at) as last_loaded_at
            from {common}.feeds
            left join {common}.as_of_dates on feeds.area = as_of_dates.area
            where {where}
            group by feeds.area
            order by feeds.area
            """,
            filters={"of_area": "feeds.area"},
            empty="There is no area.",
            columns=(
                Column("area", "Area"),
                Column("as_of_date", "As of", "date"),
                Column("feeds", "Feeds", "count"),
                Column("row_count", "Rows", "count"),
                Column("last_loaded_at", "Last load", "time"),
            ),
        ),
        Table(
            name="feeds",
            title="Feeds, the oldest load first",
            sql="""
            select
                feeds.area, source_name, feeds.feed, feeds.row_count, feeds.last_business_date,
                feeds.last_loaded_at, loads.status, loads.failing_row_count, loads.message
            from {common}.feeds
            left join {common}.warehouse_health as loads
                on loads.kind = 'load' and loads.subject = feeds.feed
            where {where}
            order by feeds.last_loaded_at nulls first, feeds.area, feeds.feed
            """,
            filters={"of_area": "feeds.area"},
            empty="There is no feed.",
            columns=(
                Column("area", "Area"),
                Column("source_name", "Source"),
                Column("feed", "Feed"),
                Column("row_count", "Rows", "count"),
                Column("last_business_date", "Last business date", "date"),
                Column("last_loaded_at", "Last load", "time"),
                Column("status", "Last load is"),
                Column("failing_row_count", "In quarantine", "count"),
                Column("message", "Message"),
            ),
        ),
        Table(
            name="checks",
            title="All checks",
            sql=CHECKS + " order by is_failing desc, kind, status, subject, check_name",
            filters=IN_CHECKS,
            empty="Nothing is checked.",
            columns=CHECK_COLUMNS,
        ),
    ),
)
