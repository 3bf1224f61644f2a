"""Tables of `models/marts/common`, from their contracts; `make orm` writes this file."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from dist_perf.orm.base import Base

__all__ = [
    "AlertBreaches",
    "AlertChecks",
    "AlertRules",
    "AlertValues",
    "AsOfDates",
    "DimDates",
    "Feeds",
    "SupersededRows",
    "TradingDays",
]


class AlertBreaches(Base):
    """One row per area, rule, member and complete period in which the rule breaks, with value
    and threshold beside. What `dist-perf alerts send` delivers are the current ones.
    """

    __tablename__ = "alert_breaches"
    __table_args__ = {"schema": "common"}

    alert_breach_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of area, rule, member and period; the same in every build."""
    area: Mapped[str]
    """Area of the warehouse: a folder of `models/marts`."""
    rule_id: Mapped[str]
    """Identifier of the rule, unique in its area."""
    metric: Mapped[str]
    """Name of the metric, as the area's page of metrics lists it for alerts."""
    unit: Mapped[str]
    """What the value counts: `money`, `ratio` (a fraction), `bps` or `days`."""
    member_kind: Mapped[str]
    """Kind of member that is measured: `firm`, `feed`, or a kind of the area, such as
    `wholesaler`."""
    member_id: Mapped[str]
    """Natural key of the member, as in its dimension; `firm` for the firm."""
    member_name: Mapped[str]
    """Name of the member for people."""
    owner_key: Mapped[int | None] = mapped_column(BigInteger)
    """Whose row it is: key of the member that scopes of the area name, such as the wholesaler.
    NULL for rows of the firm."""
    period_type: Mapped[str]
    """Length of the period: `day`, `month`, `quarter` or `year`."""
    period_start_date: Mapped[datetime.date]
    """First day of the period; of `day`, the as-of date."""
    is_current: Mapped[bool]
    """Whether it is the latest complete period of the metric; only these are reported."""
    metric_value: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    """Value of the metric in the period."""
    earlier_value: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    """Value of the period that the rule compares with. NULL where the rule compares with none."""
    measured_value: Mapped[Decimal] = mapped_column(Numeric(28, 8))
    """What is held against the threshold: the value, or its change."""
    measure: Mapped[str]
    """What is held against the threshold: `value`, `change` (value - earlier value) or
    `relative_change` (change / size of the earlier value)."""
    compared_with: Mapped[str | None]
    """Period of the earlier value: `prior_month`, `prior_quarter` or `prior_year`. Empty where
    `measure` is `value`."""
    comparator: Mapped[str]
    """On which side of the threshold the rule breaks: `below` or `above`. Equal does not break."""
    threshold: Mapped[Decimal] = mapped_column(Numeric(28, 8))
    """Limit, in the unit of the metric; of a relative change, a fraction."""
    periods_in_a_row: Mapped[int]
    """How many periods in a row must break before the rule does, 1 or more."""
    streak_periods: Mapped[int]
    """Periods in a row, this one included, that are on the wrong side of the threshold."""
    streak_start_date: Mapped[datetime.date]
    """First day of the first of these periods: since when it is on the wrong side of the
    threshold. NULL where it is not."""
    severity: Mapped[str]
    """How grave it is: `info`, `warning` or `critical`."""
    channel: Mapped[str]
    """Name of the channel that it goes to; its addresses are in the environment, never in the
    warehouse."""
    repeat_after_days: Mapped[int | None]
    """Days of the as-of date after which a breach that goes on is reported again, 1 or more.
    Empty for never."""
    message: Mapped[str]
    """What the rule says to people."""


class AlertChecks(Base):
    """One row per area, rule, member and complete period with a known value: what the rule
    measured, and whether it breaks.
    """

    __tablename__ = "alert_checks"
    __table_args__ = {"schema": "common"}

    area: Mapped[str] = mapped_column(primary_key=True)
    """Area of the warehouse: a folder of `models/marts`."""
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    """Identifier of the rule, unique in its area."""
    metric: Mapped[str]
    """Name of the metric, as the area's page of metrics lists it for alerts."""
    unit: Mapped[str]
    """What the value counts: `money`, `ratio` (a fraction), `bps` or `days`."""
    member_kind: Mapped[str] = mapped_column(primary_key=True)
    """Kind of member that is measured: `firm`, `feed`, or a kind of the area, such as
    `wholesaler`."""
    member_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the member, as in its dimension; `firm` for the firm."""
    member_name: Mapped[str]
    """Name of the member for people."""
    owner_key: Mapped[int | None] = mapped_column(BigInteger)
    """Whose row it is: key of the member that scopes of the area name, such as the wholesaler.
    NULL for rows of the firm."""
    period_type: Mapped[str]
    """Length of the period: `day`, `month`, `quarter` or `year`."""
    period_start_date: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the period; of `day`, the as-of date."""
    is_current: Mapped[bool]
    """Whether it is the latest complete period of the metric; only these are reported."""
    metric_value: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    """Value of the metric in the period."""
    earlier_value: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    """Value of the period that the rule compares with. NULL where the rule compares with none."""
    measured_value: Mapped[Decimal] = mapped_column(Numeric(28, 8))
    """What is held against the threshold: the value, or its change."""
    measure: Mapped[str]
    """What is held against the threshold: `value`, `change` (value - earlier value) or
    `relative_change` (change / size of the earlier value)."""
    compared_with: Mapped[str | None]
    """Period of the earlier value: `prior_month`, `prior_quarter` or `prior_year`. Empty where
    `measure` is `value`."""
    comparator: Mapped[str]
    """On which side of the threshold the rule breaks: `below` or `above`. Equal does not break."""
    threshold: Mapped[Decimal] = mapped_column(Numeric(28, 8))
    """Limit, in the unit of the metric; of a relative change, a fraction."""
    periods_in_a_row: Mapped[int]
    """How many periods in a row must break before the rule does, 1 or more."""
    streak_periods: Mapped[int]
    """Periods in a row, this one included, that are on the wrong side of the threshold."""
    streak_start_date: Mapped[datetime.date | None]
    """First day of the first of these periods: since when it is on the wrong side of the
    threshold. NULL where it is not."""
    severity: Mapped[str]
    """How grave it is: `info`, `warning` or `critical`."""
    channel: Mapped[str]
    """Name of the channel that it goes to; its addresses are in the environment, never in the
    warehouse."""
    repeat_after_days: Mapped[int | None]
    """Days of the as-of date after which a breach that goes on is reported again, 1 or more.
    Empty for never."""
    message: Mapped[str]
    """What the rule says to people."""
    is_breach: Mapped[bool]
    """Whether enough periods in a row are beyond the threshold for the rule to break."""


class AlertRules(Base):
    """One row per area and rule of alerts: the rule of the seed, unless an administrator changed
    it. A rule that cannot be evaluated says why; the test
    `assert_alert_rules_can_be_evaluated` warns of it.
    """

    __tablename__ = "alert_rules"
    __table_args__ = {"schema": "common"}

    area: Mapped[str] = mapped_column(primary_key=True)
    """Area of the warehouse: a folder of `models/marts`."""
    rule_id: Mapped[str] = mapped_column(primary_key=True)
    """Identifier of the rule, unique in its area."""
    origin: Mapped[str]
    """Where the rule comes from: `seed`, or `administrator` where a row of `access.alert_rules`
    replaces or adds it."""
    metric: Mapped[str | None]
    """Name of the metric, as the area's page of metrics lists it for alerts."""
    unit: Mapped[str | None]
    """What the value counts: `money`, `ratio` (a fraction), `bps` or `days`."""
    member_kind: Mapped[str | None]
    """Kind of member that is measured: `firm`, `feed`, or a kind of the area, such as
    `wholesaler`."""
    member_id: Mapped[str | None]
    """The only member that the rule looks at. Empty for all members of the kind."""
    period_type: Mapped[str | None]
    """Length of the period: `day`, `month`, `quarter` or `year`."""
    measure: Mapped[str | None]
    """What is held against the threshold: `value`, `change` (value - earlier value) or
    `relative_change` (change / size of the earlier value)."""
    compared_with: Mapped[str | None]
    """Period of the earlier value: `prior_month`, `prior_quarter` or `prior_year`. Empty where
    `measure` is `value`."""
    comparator: Mapped[str | None]
    """On which side of the threshold the rule breaks: `below` or `above`. Equal does not break."""
    threshold: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    """Limit, in the unit of the metric; of a relative change, a fraction."""
    periods_in_a_row: Mapped[int | None]
    """How many periods in a row must break before the rule does, 1 or more."""
    severity: Mapped[str | None]
    """How grave it is: `info`, `warning` or `critical`."""
    channel: Mapped[str | None]
    """Name of the channel that it goes to; its addresses are in the environment, never in the
    warehouse."""
    repeat_after_days: Mapped[int | None]
    """Days of the as-of date after which a breach that goes on is reported again, 1 or more.
    Empty for never."""
    message: Mapped[str | None]
    """What the rule says to people."""
    is_active: Mapped[bool]
    """Whether the rule is in use."""
    is_used: Mapped[bool]
    """Whether the rule is evaluated: it is active and nothing is wrong with it."""
    problem: Mapped[str | None]
    """Why the rule cannot be evaluated. NULL where nothing is wrong."""


class AlertValues(Base):
    """One row per area, metric, member and period: the value that rules of alerts are held
    against. Besides the metrics of the areas it has `feed_age`, the days from the last
    business date of a feed to the as-of date of its area.
    """

    __tablename__ = "alert_values"
    __table_args__ = {"schema": "common"}

    area: Mapped[str] = mapped_column(primary_key=True)
    """Area of the warehouse: a folder of `models/marts`."""
    metric: Mapped[str] = mapped_column(primary_key=True)
    """Name of the metric, as the area's page of metrics lists it for alerts."""
    unit: Mapped[str]
    """What the value counts: `money`, `ratio` (a fraction), `bps` or `days`."""
    member_kind: Mapped[str] = mapped_column(primary_key=True)
    """Kind of member that is measured: `firm`, `feed`, or a kind of the area, such as
    `wholesaler`."""
    member_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the member, as in its dimension; `firm` for the firm."""
    member_name: Mapped[str]
    """Name of the member for people."""
    owner_key: Mapped[int | None] = mapped_column(BigInteger)
    """Whose row it is: key of the member that scopes of the area name, such as the wholesaler.
    NULL for rows of the firm."""
    period_type: Mapped[str] = mapped_column(primary_key=True)
    """Length of the period: `day`, `month`, `quarter` or `year`."""
    period_start_date: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the period; of `day`, the as-of date."""
    is_complete: Mapped[bool]
    """Whether the period is over and all that it measures has reached its age."""
    metric_value: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    """Value of the metric in the period. NULL while the period is not complete, and where the
    metric is unknown."""


class AsOfDates(Base):
    """One row per area: the last date that counts in this run. A late or early feed of one area
    changes no figure of another.
    """

    __tablename__ = "as_of_dates"
    __table_args__ = {"schema": "common"}

    area: Mapped[str] = mapped_column(primary_key=True)
    """Area of the warehouse: a folder of `models/marts`."""
    as_of_date: Mapped[datetime.date]
    """Last date that counts: variable `as_of_date`, else the latest business date in the feeds."""


class DimDates(Base):
    """One row per day of the calendar, with ISO and fiscal parts."""

    __tablename__ = "dim_dates"
    __table_args__ = {"schema": "dist_perf_dw"}

    date_day: Mapped[datetime.date] = mapped_column(primary_key=True)
    """The day; primary key."""
    iso_day_of_week: Mapped[int]
    """1 for Monday to 7 for Sunday."""
    day_name: Mapped[str]
    """Name of the day, without padding."""
    day_of_month: Mapped[int]
    """1 to 31."""
    day_of_year: Mapped[int]
    """1 to 366."""
    iso_year: Mapped[int]
    """Year that the ISO week belongs to; 2024-12-30 is in 2025."""
    iso_week: Mapped[int]
    """ISO week, 1 to 53."""
    iso_week_start_date: Mapped[datetime.date]
    """Monday of the ISO week."""
    calendar_month: Mapped[int]
    """1 to 12."""
    month_name: Mapped[str]
    """Name of the month, without padding."""
    month_start_date: Mapped[datetime.date]
    """First day of the month."""
    month_end_date: Mapped[datetime.date]
    """Last day of the month."""
    calendar_quarter: Mapped[int]
    """1 to 4."""
    quarter_start_date: Mapped[datetime.date]
    """First day of the calendar quarter."""
    calendar_year: Mapped[int]
    """Calendar year."""
    year_start_date: Mapped[datetime.date]
    """First of January."""
    fiscal_month: Mapped[int]
    """Month of the fiscal year, 1 to 12."""
    fiscal_quarter: Mapped[int]
    """Quarter of the fiscal year, 1 to 4."""
    fiscal_year: Mapped[int]
    """Fiscal year, named by the calendar year in which it ends."""
    fiscal_year_start_date: Mapped[datetime.date]
    """First day of the fiscal year."""
    fiscal_quarter_start_date: Mapped[datetime.date]
    """First day of the quarter of the fiscal year."""
    fiscal_week: Mapped[int]
    """Run of seven days from the first day of the fiscal year, from 1."""
    is_weekend: Mapped[bool]
    """Saturday or Sunday."""
    is_month_end: Mapped[bool]
    """Last day of the month."""


class Feeds(Base):
    """One row per feed of any area, with its rows when the warehouse was last built."""

    __tablename__ = "feeds"
    __table_args__ = {"schema": "common"}

    area: Mapped[str]
    """Area of the warehouse: a folder of `models/marts`."""
    source_name: Mapped[str]
    """The dbt source that declares the feed; `models/staging` has a folder for it."""
    feed: Mapped[str] = mapped_column(primary_key=True)
    """Name of the feed, unique in the warehouse."""
    row_count: Mapped[int] = mapped_column(BigInteger)
    """Rows of the feed when the warehouse was last built, also those that staging left out."""
    last_business_date: Mapped[datetime.date | None]
    """Latest date that a row of the feed is about, but for dates far ahead of their load. NULL
    for a list without dates and for an empty feed."""
    last_loaded_at: Mapped[datetime.datetime | None]
    """When the latest row of the feed was loaded, in UTC. NULL for an empty feed."""


class SupersededRows(Base):
    """One row per raw row of any area that staging leaves out because a later row has the same
    key, in the same file or in a later delivery, or because a business date of it lies far
    ahead of its load.
    """

    __tablename__ = "superseded_rows"
    __table_args__ = {"schema": "quarantine"}

    source_name: Mapped[str]
    """The dbt source that declares the feed; `models/staging` has a folder for it."""
    feed: Mapped[str] = mapped_column(primary_key=True)
    """Name of the feed, unique in the warehouse."""
    row_key: Mapped[str | None] = mapped_column(primary_key=True)
    """Natural key of the row, its parts joined by bars."""
    reason: Mapped[str]
    """Why the row is not in staging; of a date far ahead of its load, which column and what it
    says."""
    batch_id: Mapped[str | None] = mapped_column(primary_key=True)
    """Load of the row."""
    source_file: Mapped[str | None] = mapped_column(primary_key=True)
    """File that held the row."""
    row_number: Mapped[int | None] = mapped_column(BigInteger, primary_key=True)
    """Row of the file, from 1; a row of a wide file holds several records."""
    superseding_batch_id: Mapped[str | None]
    """Load of the row that counts instead; the same load where both rows are of one file. NULL
    where no row does."""
    superseding_row_number: Mapped[int | None] = mapped_column(BigInteger)
    """Row of that load's file, from 1. NULL where no row counts instead."""
    loaded_at: Mapped[datetime.datetime | None]
    """When the row was loaded, in UTC."""


class TradingDays(Base):
    """One row per area and day on which any of its feeds reported a flow, even of zero, or a
    price.
    """

    __tablename__ = "trading_days"
    __table_args__ = {"schema": "common"}

    area: Mapped[str] = mapped_column(primary_key=True)
    """Area of the warehouse: a folder of `models/marts`."""
    date_day: Mapped[datetime.date] = mapped_column(primary_key=True)
    """Day on which a feed of the area reported."""
