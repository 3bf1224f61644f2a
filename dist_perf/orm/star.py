"""Dimensions and facts, from the contracts of `models/marts`; `make orm` writes this file."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from dist_perf.orm.base import Base, member

__all__ = [
    "DimAccounts",
    "DimAdvisors",
    "DimAssetClasses",
    "DimChannels",
    "DimDates",
    "DimExpenseCategories",
    "DimExpenseTypes",
    "DimFirmTypes",
    "DimFirms",
    "DimPayPeriods",
    "DimProducts",
    "DimRegions",
    "DimTerritories",
    "DimTransactionTypes",
    "DimVehicleTypes",
    "DimWholesalers",
    "FactAUMFlow",
    "FactDistributionExpense",
    "FactRetentionSnapshots",
    "FactRevenue",
    "FactSalesCredit",
    "FactWholesalerComp",
]


class DimWholesalers(Base):
    """One row per wholesaler, the member `unassigned` for facts that have none, and the member
    `unallocated` for sales credit that nobody earns.
    """

    __tablename__ = "dim_wholesalers"
    __table_args__ = {"schema": "dist_perf_dw"}

    wholesaler_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    wholesaler_id: Mapped[str]
    """Natural key of the wholesaler; `unassigned` for the unassigned member."""
    wholesaler_name: Mapped[str | None]
    """Name of the wholesaler."""
    hired_date: Mapped[datetime.date | None]
    """First day of employment."""
    left_date: Mapped[datetime.date | None]
    """First day after employment. NULL while employed."""


class DimAssetClasses(Base):
    """One row per asset class."""

    __tablename__ = "dim_asset_classes"
    __table_args__ = {"schema": "dist_perf_dw"}

    asset_class_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the asset class; the unassigned member where it is missing or unknown."""
    asset_class_id: Mapped[str]
    """Natural key of the asset class; `unassigned` for the unassigned member."""
    asset_class_name: Mapped[str | None]
    """Name of the asset class."""


class DimChannels(Base):
    """One row per distribution channel."""

    __tablename__ = "dim_channels"
    __table_args__ = {"schema": "dist_perf_dw"}

    channel_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the distribution channel; the unassigned member where it is missing or
    unknown."""
    channel_id: Mapped[str]
    """Natural key of the distribution channel; `unassigned` for the unassigned member."""
    channel_name: Mapped[str | None]
    """Name of the distribution channel."""


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


class DimExpenseCategories(Base):
    """One row per category of distribution expense."""

    __tablename__ = "dim_expense_categories"
    __table_args__ = {"schema": "dist_perf_dw"}

    expense_category_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the expense category; the unassigned member where it is missing or
    unknown."""
    expense_category_id: Mapped[str]
    """Natural key of the expense category; `unassigned` for the unassigned member."""
    expense_category_name: Mapped[str | None]
    """Name of the expense category."""


class DimFirmTypes(Base):
    """One row per kind of firm."""

    __tablename__ = "dim_firm_types"
    __table_args__ = {"schema": "dist_perf_dw"}

    firm_type_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the kind of firm; the unassigned member where it is missing or unknown."""
    firm_type_id: Mapped[str]
    """Natural key of the kind of firm; `unassigned` for the unassigned member."""
    firm_type_name: Mapped[str | None]
    """Name of the kind of firm."""


class DimPayPeriods(Base):
    """One row per period that wholesalers are paid for, and the members `history`, `open` and
    `unassigned`.
    """

    __tablename__ = "dim_pay_periods"
    __table_args__ = {"schema": "dist_perf_dw"}

    pay_period_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the pay period; the unassigned member unless the credit is as paid."""
    pay_period_id: Mapped[str]
    """Natural key of the pay period; `history` before the first that was delivered, `open` after
    the last, `unassigned` for credit that is not as paid."""
    period_start_date: Mapped[datetime.date | None]
    """First day of the period; NULL where it is open to the past."""
    period_end_date: Mapped[datetime.date | None]
    """Last day of the period; NULL where it has none yet."""
    locked_date: Mapped[datetime.date | None]
    """Day at whose end the period and all before it were closed; NULL while one of them is open."""
    is_locked: Mapped[bool]
    """Whether the period is locked; its credit and pay never change again."""


class DimVehicleTypes(Base):
    """One row per legal wrapper of a product."""

    __tablename__ = "dim_vehicle_types"
    __table_args__ = {"schema": "dist_perf_dw"}

    vehicle_type_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the vehicle type; the unassigned member where it is missing or unknown."""
    vehicle_type_id: Mapped[str]
    """Natural key of the vehicle type; `unassigned` for the unassigned member."""
    vehicle_type_name: Mapped[str | None]
    """Name of the vehicle type."""


class DimRegions(Base):
    """One row per region."""

    __tablename__ = "dim_regions"
    __table_args__ = {"schema": "dist_perf_dw"}

    region_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the region; the unassigned member where it is missing or unknown."""
    region_id: Mapped[str]
    """Natural key of the region; `unassigned` for the unassigned member."""
    region_name: Mapped[str | None]
    """Name of the region."""


class DimTransactionTypes(Base):
    """One row per transaction code, with all the ways in which its flow class counts."""

    __tablename__ = "dim_transaction_types"
    __table_args__ = {"schema": "dist_perf_dw"}

    transaction_type_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the transaction type; the unassigned member where it is missing or
    unknown."""
    transaction_type_id: Mapped[str]
    """Natural key of the transaction type; `unassigned` for the unassigned member."""
    transaction_type_name: Mapped[str | None]
    """Name of the transaction type."""
    flow_class: Mapped[str]
    """Flow class under which the row counts, a key of `flow_classes`. A correction takes the
    class of its original."""
    flow_class_name: Mapped[str]
    """Name of the flow class."""
    rollforward_line: Mapped[str | None]
    """Line of the AUM roll-forward that the class belongs to."""
    lot_date_rule: Mapped[str | None]
    """Which date a lot of the class bears."""
    counterpart_class: Mapped[str | None]
    """Class of the other leg, for classes that move a holding from one place to another."""
    leg_moves: Mapped[str | None]
    """What changes between the legs, `product` or `account`. NULL for classes without a
    counterpart."""
    amount_sign: Mapped[int]
    """-1 where the source reports reversals of the class as positive amounts, else 1."""
    gross_sales_sign: Mapped[int]
    """How the class counts in `gross_sales_amount`: 1, -1 or 0."""
    redemption_sign: Mapped[int]
    """How the class counts in `redemption_amount`: 1, -1 or 0."""
    exchange_in_sign: Mapped[int]
    """How the class counts in `exchange_in_amount`: 1, -1 or 0."""
    exchange_out_sign: Mapped[int]
    """How the class counts in `exchange_out_amount`: 1, -1 or 0."""
    transfer_in_sign: Mapped[int]
    """How the class counts in `transfer_in_amount`: 1, -1 or 0."""
    transfer_out_sign: Mapped[int]
    """How the class counts in `transfer_out_amount`: 1, -1 or 0."""
    external_transfer_sign: Mapped[int]
    """How the class counts in `external_transfer_amount`: 1, -1 or 0."""
    reinvestment_sign: Mapped[int]
    """How the class counts in `reinvestment_amount`: 1, -1 or 0."""
    distribution_sign: Mapped[int]
    """How the class counts in `distribution_amount`: 1, -1 or 0."""
    fee_sign: Mapped[int]
    """How the class counts in `fee_amount`: 1, -1 or 0."""
    seed_sign: Mapped[int]
    """How the class counts in `seed_amount`: 1, -1 or 0."""
    adjustment_sign: Mapped[int]
    """How the class counts in `adjustment_amount`: 1, -1 or 0."""
    acquisition_sign: Mapped[int]
    """How the class counts in `acquisition_amount`: 1, -1 or 0."""
    unmatched_correction_sign: Mapped[int]
    """How the class counts in `unmatched_correction_amount`: 1, -1 or 0."""
    product_net_flow_sign: Mapped[int]
    """How the class counts in `product_net_flow_amount`: 1, -1 or 0."""
    firm_net_flow_sign: Mapped[int]
    """How the class counts in `firm_net_flow_amount`: 1, -1 or 0."""
    lot_sign: Mapped[int]
    """1 where the class opens a lot, -1 where it relieves lots, 0 where it does neither."""
    is_cohort_member: Mapped[bool]
    """Whether the lot counts in retention cohorts: sales do; exchanges, transfers and
    reinvestments do not."""
    is_organic: Mapped[bool]
    """Whether the class counts in organic growth."""
    needs_original: Mapped[bool]
    """Whether the class is that of the flow which a row names as corrected."""
    takes_orphans: Mapped[bool]
    """Whether corrections whose original is not in the feed fall to the class."""


class FactWholesalerComp(Base):
    """One row per payment to a wholesaler, base or incentive, for a period."""

    __tablename__ = "fact_wholesaler_comp"
    __table_args__ = {"schema": "dist_perf_dw"}

    compensation_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the payment."""
    compensation_id: Mapped[str]
    """Identifier of the payment."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    compensation_type: Mapped[str]
    """Kind of pay."""
    period_start_date: Mapped[datetime.date]
    """First day of the period."""
    period_end_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Last day of the period."""
    paid_date: Mapped[datetime.date | None] = mapped_column(ForeignKey(DimDates.date_day))
    """Day of payment. NULL while unpaid."""
    compensation_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Pay in money; adjustments may be negative."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    period_end_day: Mapped[DimDates] = member(period_end_date)
    paid_day: Mapped[DimDates | None] = member(paid_date)


class DimExpenseTypes(Base):
    """One row per type of distribution expense."""

    __tablename__ = "dim_expense_types"
    __table_args__ = {"schema": "dist_perf_dw"}

    expense_type_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the expense type; the unassigned member where it is missing or unknown."""
    expense_category_key: Mapped[int] = mapped_column(
        ForeignKey(DimExpenseCategories.expense_category_key)
    )
    """Surrogate key of the expense category; the unassigned member where it is missing or
    unknown."""
    expense_type_id: Mapped[str]
    """Natural key of the expense type; `unassigned` for the unassigned member."""
    expense_type_name: Mapped[str | None]
    """Name of the expense type."""

    expense_category: Mapped[DimExpenseCategories] = member(expense_category_key)


class DimFirms(Base):
    """One row per firm."""

    __tablename__ = "dim_firms"
    __table_args__ = {"schema": "dist_perf_dw"}

    firm_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the firm; the unassigned member where it is missing or unknown."""
    firm_type_key: Mapped[int] = mapped_column(ForeignKey(DimFirmTypes.firm_type_key))
    """Surrogate key of the kind of firm; the unassigned member where it is missing or unknown."""
    channel_key: Mapped[int] = mapped_column(ForeignKey(DimChannels.channel_key))
    """Surrogate key of the distribution channel; the unassigned member where it is missing or
    unknown."""
    firm_id: Mapped[str]
    """Natural key of the firm; `unassigned` for the unassigned member."""
    firm_name: Mapped[str | None]
    """Name of the firm."""

    firm_type: Mapped[DimFirmTypes] = member(firm_type_key)
    channel: Mapped[DimChannels] = member(channel_key)


class DimProducts(Base):
    """One row per product (share class)."""

    __tablename__ = "dim_products"
    __table_args__ = {"schema": "dist_perf_dw"}

    product_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    asset_class_key: Mapped[int] = mapped_column(ForeignKey(DimAssetClasses.asset_class_key))
    """Surrogate key of the asset class; the unassigned member where it is missing or unknown."""
    vehicle_type_key: Mapped[int] = mapped_column(ForeignKey(DimVehicleTypes.vehicle_type_key))
    """Surrogate key of the vehicle type; the unassigned member where it is missing or unknown."""
    product_id: Mapped[str]
    """Natural key of the product; `unassigned` for the unassigned member."""
    product_name: Mapped[str | None]
    """Name of the product."""
    ticker: Mapped[str | None]
    """Exchange or fund ticker."""
    product_group: Mapped[str]
    """Group of products that are reported together."""
    share_class: Mapped[str | None]
    """Letter or name of the share class."""
    launch_date: Mapped[datetime.date | None]
    """First day on which the product could be bought."""

    asset_class: Mapped[DimAssetClasses] = member(asset_class_key)
    vehicle_type: Mapped[DimVehicleTypes] = member(vehicle_type_key)


class DimTerritories(Base):
    """One row per territory, with its wholesaler at the as-of date."""

    __tablename__ = "dim_territories"
    __table_args__ = {"schema": "dist_perf_dw"}

    territory_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the territory; the unassigned member where it is missing or unknown."""
    region_key: Mapped[int] = mapped_column(ForeignKey(DimRegions.region_key))
    """Surrogate key of the region; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Wholesaler of record at the as-of date, the external or else the hybrid."""
    territory_id: Mapped[str]
    """Natural key of the territory; `unassigned` for the unassigned member."""
    territory_name: Mapped[str | None]
    """Name of the territory."""

    region: Mapped[DimRegions] = member(region_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class FactDistributionExpense(Base):
    """One row per expense item."""

    __tablename__ = "fact_distribution_expense"
    __table_args__ = {"schema": "dist_perf_dw"}

    expense_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the expense item."""
    expense_id: Mapped[str]
    """Identifier of the expense item."""
    expense_type_key: Mapped[int] = mapped_column(ForeignKey(DimExpenseTypes.expense_type_key))
    """Surrogate key of the expense type; the unassigned member where it is missing or unknown."""
    expense_category_key: Mapped[int] = mapped_column(
        ForeignKey(DimExpenseCategories.expense_category_key)
    )
    """Surrogate key of the expense category; the unassigned member where it is missing or
    unknown."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    expense_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Day on which the expense was incurred."""
    description: Mapped[str | None]
    """Free text of the source."""
    expense_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distribution expense in money; adjustments may be negative."""

    expense_type: Mapped[DimExpenseTypes] = member(expense_type_key)
    expense_category: Mapped[DimExpenseCategories] = member(expense_category_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    expense_day: Mapped[DimDates] = member(expense_date)


class DimAdvisors(Base):
    """One row per advisor, with firm and territory at the as-of date."""

    __tablename__ = "dim_advisors"
    __table_args__ = {"schema": "dist_perf_dw"}

    advisor_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key))
    """Firm of the advisor at the as-of date. Facts bear the firm of their own date."""
    territory_key: Mapped[int] = mapped_column(ForeignKey(DimTerritories.territory_key))
    """Territory of the advisor at the as-of date."""
    advisor_id: Mapped[str]
    """Durable natural key of the advisor; it survives a change of firm."""
    advisor_name: Mapped[str | None]
    """Name of the advisor. Two advisors may share one; it is never a key."""
    crd_number: Mapped[str | None]
    """Central Registration Depository number."""

    firm: Mapped[DimFirms] = member(firm_key)
    territory: Mapped[DimTerritories] = member(territory_key)


class DimAccounts(Base):
    """One row per client account."""

    __tablename__ = "dim_accounts"
    __table_args__ = {"schema": "dist_perf_dw"}

    account_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Advisor of record today. Flows bear the advisor of the trade."""
    account_id: Mapped[str]
    """Natural key of the account; `unassigned` for the unassigned member."""
    account_name: Mapped[str | None]
    """Name of the account."""
    account_type: Mapped[str | None]
    """Kind of account."""
    household_id: Mapped[str | None]
    """Household that the account belongs to."""
    opened_date: Mapped[datetime.date | None]
    """Date on which the account was opened."""
    closed_date: Mapped[datetime.date | None]
    """Date on which the account was closed. NULL while it is open."""

    advisor: Mapped[DimAdvisors] = member(advisor_key)


class FactSalesCredit(Base):
    """One row per flow, role, attribution mode, wholesaler and status, as paid also per pay
    period. It holds the sales credit (metric 49): a flow times its split. Every flow up to
    the as-of date that counts in gross sales, redemptions or the firm's net flow has external
    credit, so external credit adds up to the firm in each mode. Other roles have credit where
    a rule gives it, and it adds up to its flow. Filter on one mode and one role before you
    add up.
    """

    __tablename__ = "fact_sales_credit"
    __table_args__ = {"schema": "dist_perf_dw"}

    sales_credit_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the credit."""
    flow_id: Mapped[str]
    """Identifier of the movement in its source."""
    role: Mapped[str]
    """Role in which a wholesaler covers or earns: `external`, `internal` or `hybrid`."""
    attribution_mode: Mapped[str]
    """Rules by which credit is given: `as_was`, those of the trade date as known now; `as_is`,
    those of the as-of date, restated over history; `as_paid`, those known when the pay period
    was locked, with later changes as adjustments of a later period."""
    pay_period_key: Mapped[int] = mapped_column(ForeignKey(DimPayPeriods.pay_period_key))
    """Surrogate key of the pay period; the unassigned member unless the credit is as paid."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Wholesaler who earns the credit, or the member `unallocated` or `unassigned`."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    credit_status: Mapped[str]
    """Reason why the credit has its wholesaler.

    | Status | Meaning |
    |---|---|
    | `credited` | a rule gives the credit to the wholesaler |
    | `unallocated` | the part that a split does not give away |
    | `unassigned` | no rule, or a wholesaler who is in no feed |
    | `over_allocated` | the split gives away more than one; the whole trade is held out of pay |
    | `home_office` | decided by a home office, and `home_office_credit` is none |
    | `not_creditable` | the class of the flow earns no credit, such as seed capital |"""
    is_adjustment: Mapped[bool]
    """Whether credit as paid is for a trade from before its pay period."""
    credit_month: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """First day of the month in which the credit counts: the month of the trade; for credit as
    paid the month of the booking, or the first month of the pay period where that begins
    later."""
    trade_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Event date of the movement. A correction has the date of its original."""
    booked_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Date on which the row became known."""
    split_rate: Mapped[Decimal] = mapped_column(Numeric(10, 8))
    """Part of the credit as a fraction of one; negative where a later period takes credit back."""
    gross_sales_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the flow's `gross_sales_amount`, in money; negative where it is taken back."""
    redemption_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the flow's `redemption_amount`, in money, positive for outflows."""
    firm_net_flow_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the flow's `firm_net_flow_amount`, in money; negative for outflows."""

    pay_period: Mapped[DimPayPeriods] = member(pay_period_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    product: Mapped[DimProducts] = member(product_key)
    credit_month_day: Mapped[DimDates] = member(credit_month)
    trade_day: Mapped[DimDates] = member(trade_date)
    booked_day: Mapped[DimDates] = member(booked_date)


class FactAUMFlow(Base):
    """One row per flow as received, by event date, with the members in force on that date. Flows
    after the as-of date are here too; metric marts leave them out.
    """

    __tablename__ = "fact_aum_flows"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the flow."""
    flow_id: Mapped[str]
    """Identifier of the movement in its source."""
    original_flow_id: Mapped[str]
    """First flow of the chain of corrections; the flow itself where it corrects none."""
    corrects_flow_id: Mapped[str | None]
    """The flow that this one cancels or corrects. NULL for an original."""
    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key))
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key))
    """The advisor's firm on the trade date."""
    channel_key: Mapped[int] = mapped_column(ForeignKey(DimChannels.channel_key))
    """Channel of that firm."""
    territory_key: Mapped[int] = mapped_column(ForeignKey(DimTerritories.territory_key))
    """The advisor's territory on the trade date."""
    region_key: Mapped[int] = mapped_column(ForeignKey(DimRegions.region_key))
    """Region of that territory."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Wholesaler of record of that territory on the trade date, the external or else the hybrid."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    transaction_type_key: Mapped[int] = mapped_column(
        ForeignKey(DimTransactionTypes.transaction_type_key)
    )
    """Surrogate key of the transaction type; the unassigned member where it is missing or
    unknown."""
    transfer_id: Mapped[str | None]
    """Identifier in the source that the legs of one exchange, transfer, conversion or merger
    share. NULL where the source links none."""
    discretion: Mapped[str]
    """Who decided on the trade: `advisor`, `client` or `home_office`."""
    flow_class: Mapped[str]
    """Flow class under which the row counts, a key of `flow_classes`. A correction takes the
    class of its original."""
    trade_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Event date of the movement. A correction has the date of its original."""
    booked_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Date on which the row became known."""
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Money in the reporting currency, positive in its class; a reversal is negative."""
    units: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Units moved, with the sign of the amount. NULL where the source has none."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Purchases and their corrections, in money."""
    redemption_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions and their corrections, as a positive figure, in money."""
    exchange_in_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Exchanged in from another product of the family, in money."""
    exchange_out_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Exchanged out to another product of the family, as a positive figure, in money."""
    transfer_in_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Transferred, converted or merged in, in money."""
    transfer_out_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Transferred, converted or merged out, as a positive figure, in money."""
    external_transfer_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Transfers from outside less transfers to outside, a flow of the firm, in money. These are
    legs whose other leg is in none of our accounts."""
    reinvestment_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions reinvested; neither a sale nor a flow, in money."""
    distribution_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions paid in cash; not a redemption, in money."""
    fee_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Fees and taxes taken from accounts; not a redemption, in money."""
    seed_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Seed and proprietary capital, in less out, in money; not part of gross sales."""
    adjustment_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Adjustments of either sign; not a flow, in money."""
    acquisition_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Assets acquired or lifted out; not a flow, in money."""
    unmatched_correction_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Corrections whose original is not in the feed, in money; in net flows, not in gross sales."""
    product_net_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Net flow of the product in money: gross sales - redemptions + exchanges + transfers + seed
    + unmatched corrections."""
    firm_net_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Net flow of the firm in money: gross sales - redemptions + seed + unmatched corrections +
    external transfers. Exchanges and transfers between our accounts cancel out."""

    account: Mapped[DimAccounts] = member(account_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    firm: Mapped[DimFirms] = member(firm_key)
    channel: Mapped[DimChannels] = member(channel_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    region: Mapped[DimRegions] = member(region_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    product: Mapped[DimProducts] = member(product_key)
    transaction_type: Mapped[DimTransactionTypes] = member(transaction_type_key)
    trade_day: Mapped[DimDates] = member(trade_date)
    booked_day: Mapped[DimDates] = member(booked_date)


class FactRevenue(Base):
    """One row per entry of revenue of an account, product and month: the estimate, its
    restatements, actual fees, and the reversal of the estimate that they replace. A plain sum
    by earned month is the reported revenue, one by booked date the booked revenue.
    """

    __tablename__ = "fact_revenue"
    __table_args__ = {"schema": "dist_perf_dw"}

    revenue_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the revenue row."""
    revenue_id: Mapped[str]
    """Identifier of the fee in its source; account, product and month for an estimate."""
    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key))
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key))
    """Surrogate key of the firm; the unassigned member where it is missing or unknown."""
    channel_key: Mapped[int] = mapped_column(ForeignKey(DimChannels.channel_key))
    """Surrogate key of the distribution channel; the unassigned member where it is missing or
    unknown."""
    territory_key: Mapped[int] = mapped_column(ForeignKey(DimTerritories.territory_key))
    """Surrogate key of the territory; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    revenue_month: Mapped[datetime.date]
    """First day of the month in which the revenue was earned."""
    period_start_date: Mapped[datetime.date]
    """First day of the period."""
    period_end_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Last day of the period."""
    booked_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Date on which the row became known."""
    is_estimate: Mapped[bool]
    """True for an accrual, false for a fee invoiced or received."""
    entry_type: Mapped[str]
    """Kind of the revenue entry; sums of `revenue_amount` take all kinds.

    | Value | Meaning |
    |---|---|
    | estimate | accrual of a month, as known at its end |
    | restatement | change of the estimate by a fee, waiver or agreement booked later |
    | reversal | part of the estimate that an actual fee replaces, negative |
    | actual | a fee invoiced or received |"""
    basis: Mapped[str | None]
    """How lots are counted: in `units`, or by `amount` where any flow of the account and product
    lacks units."""
    revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Revenue in money, rounded to the cent once per row."""
    accrued_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Estimate before rounding to the cent. NULL for actual revenue and where no fee rate is
    known."""
    rounding_remainder_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Accrued amount - revenue amount: the rounding difference; in a restatement, its change."""
    gross_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Accrued revenue before waivers, in money, after schedule, negotiated rate, tiers, minimum
    and cap. NULL for actual revenue and reversals."""
    waiver_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross - net accrued revenue: the effect of waivers, in money. A shared bill may move a
    cent of it. NULL for actual revenue and reversals."""
    aum_days: Mapped[Decimal | None] = mapped_column(Numeric(28, 6))
    """Sum of end-of-day AUM over the days of the month, in money x days. NULL where nothing
    could be valued."""

    account: Mapped[DimAccounts] = member(account_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    firm: Mapped[DimFirms] = member(firm_key)
    channel: Mapped[DimChannels] = member(channel_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    product: Mapped[DimProducts] = member(product_key)
    period_end_day: Mapped[DimDates] = member(period_end_date)
    booked_day: Mapped[DimDates] = member(booked_date)


class FactRetentionSnapshots(Base):
    """One row per lot, relief method and age that the lot has reached by the as-of date. What is
    left of it is told twice: wherever it is now in the family, and in its product only.
    Settings that do not vary: purchases of a day come before its redemptions; a row exists
    only where trade date + age is reached.
    """

    __tablename__ = "fact_retention_snapshots"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_key: Mapped[int] = mapped_column(ForeignKey(FactAUMFlow.flow_key), primary_key=True)
    """Surrogate key of the flow."""
    flow_id: Mapped[str]
    """Identifier of the movement in its source."""
    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key))
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key))
    """Surrogate key of the firm; the unassigned member where it is missing or unknown."""
    territory_key: Mapped[int] = mapped_column(ForeignKey(DimTerritories.territory_key))
    """Surrogate key of the territory; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    trade_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Event date of the movement. A correction has the date of its original."""
    age_days: Mapped[int] = mapped_column(primary_key=True)
    """Age of the lot in days, at the close of which the retained part is measured."""
    snapshot_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Trade date + age: the day at whose close the retained part is measured."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    basis: Mapped[str]
    """How lots are counted: in `units`, or by `amount` where any flow of the account and product
    lacks units."""
    is_cohort_member: Mapped[bool]
    """Whether the lot counts in retention cohorts: sales do; exchanges, transfers and
    reinvestments do not."""
    lot_date_source: Mapped[str]
    """Origin of the lot's date.

    | Value | Meaning |
    |---|---|
    | own | trade date of the flow that opened the lot |
    | carried | a matched transfer moved the lot here: its parts keep the dates of the lots they come from and count there; this row shows only what is held here |
    | transfer | date of a transfer whose origin is unknown, because the lot's own date is unknown |"""
    original_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost of the lots, net of corrections."""
    retained_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost of the retained part of the lots, anywhere in the family: original amount x retained
    quantity / original quantity, rounded to the cent per lot. Exchanges, transfers,
    conversions and mergers are followed; what is in transit counts as retained."""
    retained_in_product_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost of the part of the lots retained in the product that was bought, in any account; what
    was exchanged away does not count."""
    original_quantity: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    """Size of the lot, in the basis."""
    retained_quantity: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    """Quantity of the lot retained anywhere in the family, in its own units, or money where the
    basis is amount."""
    retained_in_product_quantity: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    """Quantity of the lot retained in its own product, in the basis."""

    flow: Mapped[FactAUMFlow] = member(flow_key)
    account: Mapped[DimAccounts] = member(account_key)
    product: Mapped[DimProducts] = member(product_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    firm: Mapped[DimFirms] = member(firm_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    trade_day: Mapped[DimDates] = member(trade_date)
    snapshot_day: Mapped[DimDates] = member(snapshot_date)
