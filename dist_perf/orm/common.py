"""Tables of `models/marts/common`, from their contracts; `make orm` writes this file."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from dist_perf.orm.base import Base

__all__ = [
    "AsOfDates",
    "DimDates",
    "Feeds",
    "SupersededRows",
    "TradingDays",
]


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
