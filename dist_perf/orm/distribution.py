"""Tables of `models/marts/distribution`, from their contracts; `make orm` writes this file."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from dist_perf.orm.base import Base, member
from dist_perf.orm.common import DimDates

__all__ = [
    "AUMByWholesalerMonthly",
    "AUMGrowth",
    "AUMRollforwardDaily",
    "AUMRollforwardMonthly",
    "AUMSlicesMonthly",
    "AccountActivity",
    "AccountActivityMonthly",
    "AccountCohorts",
    "AdvisorActivity",
    "AdvisorActivityMonthly",
    "AnnualisedRevenueFlows",
    "AverageDailyFlows",
    "DimAccounts",
    "DimAdvisors",
    "DimAssetClasses",
    "DimChannels",
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
    "DistributionAlertValues",
    "EffectiveFeeRates",
    "FactAUMFlow",
    "FactDistributionExpense",
    "FactRetentionSnapshots",
    "FactRevenue",
    "FactSalesCredit",
    "FactWholesalerComp",
    "FeeRateChanges",
    "FirmRetentionCurves",
    "FlowRestatementsMonthly",
    "HoldingPeriods",
    "HotMoney",
    "IncentivePay",
    "IncentivePayDifferences",
    "NetFlowsByTerritoryMonthly",
    "NetFlowsDaily",
    "NetFlowsMonthly",
    "NetRetainedAUM",
    "ReportedDays",
    "RestatementRatios",
    "RetentionCohorts",
    "RetentionCurves",
    "RevenueContribution",
    "RevenueRestatements",
    "SalesConcentration",
    "SalesCreditMonthly",
    "TerritoryPerformance",
    "UnmatchedRedemptions",
    "UnmatchedTransfers",
    "WholesalerEfficiency",
    "WholesalerRanks",
    "WholesalerScopes",
]


class DimWholesalers(Base):
    """One row per wholesaler, the member `unassigned` for facts without one, and the member
    `unallocated` for sales credit that no one earns.
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
    """First day of the period; NULL where it has no start."""
    period_end_date: Mapped[datetime.date | None]
    """Last day of the period; NULL while it has no end."""
    locked_date: Mapped[datetime.date | None]
    """Day at whose end the period and all before it were locked; NULL while one of them is open."""
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
    """One row per transaction code, with the sign of its flow class in every measure."""

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
    """Rule for the date of a lot of the class."""
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
    """Whether rows of the class take the class of the flow that they correct."""
    takes_orphans: Mapped[bool]
    """Whether corrections whose original is not in the feed get the class."""


class DistributionAlertValues(Base):
    """One row per metric, member and period of distribution: the values that rules of alerts are
    held against. Ratios are sums over sums at the grain of the member;
    docs/distribution/metrics.md lists the metrics.
    """

    __tablename__ = "distribution_alert_values"
    __table_args__ = {"schema": "dist_perf_dw"}

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


class FirmRetentionCurves(Base):
    """One row per relief method and age: the firm's curve of `retention_curves`, published to
    everyone who may read marts, so that wholesalers can compare themselves. It has rates
    only, neither lots nor amounts.
    """

    __tablename__ = "firm_retention_curves"
    __table_args__ = {"schema": "dist_perf_dw"}

    as_of_date: Mapped[datetime.date]
    """Last date that counts: variable `as_of_date`, else the latest business date in the feeds."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    age_days: Mapped[int] = mapped_column(primary_key=True)
    """Age of the lot in days, at the close of which the retained part is measured."""
    retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained amount / original amount of the firm's lots that have reached the age. NULL when
    none has."""
    retention_km_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 12))
    """The firm's retention to the age, chained over the steps between ages. NULL from the first
    age that no lot has reached."""


class ReportedDays(Base):
    """One row per calendar day from the month of the first flow to the as-of date. It is the
    time spine of the semantic layer, so that running totals begin and end as reports do.
    """

    __tablename__ = "reported_days"
    __table_args__ = {"schema": "dist_perf_dw"}

    date_day: Mapped[datetime.date] = mapped_column(primary_key=True)
    """The day; primary key."""
    fiscal_quarter_start_date: Mapped[datetime.date]
    """First day of the quarter of the fiscal year."""
    fiscal_year_start_date: Mapped[datetime.date]
    """First day of the fiscal year."""


class RestatementRatios(Base):
    """One row per month in which flows were booked: how much of its gross sales belongs to
    earlier months.
    """

    __tablename__ = "restatement_ratios"
    __table_args__ = {"schema": "dist_perf_dw"}

    booked_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the flows became known."""
    booked_gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales booked in the month, of any event month."""
    as_of_correction_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales booked in the month for events of earlier months; negative where cancels
    exceed them."""
    restatement_ratio: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Absolute value of `as_of_correction_amount` / gross sales booked. NULL without gross
    sales."""


class AccountCohorts(Base):
    """One row per cohort type, cohort month, wholesaler and age: accounts alive and money
    retained, by days since opening or renewal. An account is in one `open` cohort for good,
    and in a `renewal` cohort for each renewal, with a new denominator. Filter on one cohort
    type before you add up.
    """

    __tablename__ = "account_cohorts"
    __table_args__ = {"schema": "dist_perf_dw"}

    cohort_type: Mapped[str] = mapped_column(primary_key=True)
    """`open`, by the day on which the account was opened, or its first flow where no feed has
    that day; `renewal`, by the day of a renewal."""
    cohort_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the opening or renewal."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler who covered the account's advisor on the day of the opening or renewal; the
    unassigned member where none is known."""
    age_days: Mapped[int] = mapped_column(primary_key=True)
    """Days since the opening or renewal."""
    relief_method: Mapped[str]
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    account_count: Mapped[int]
    """Accounts of the cohort, whether or not they have reached the age."""
    accounts_before_history: Mapped[int]
    """Accounts whose cohort began before the first flow in the feeds; their holding then is
    unknown, so they are never at risk."""
    accounts_at_risk: Mapped[int]
    """Accounts that have reached the age by the as-of date: the count behind the rates."""
    accounts_alive: Mapped[int | None]
    """Accounts at risk with a balance above zero at the close of the day, each counted once
    however often it was funded again. NULL when none is at risk."""
    starting_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Denominator of the money rate, of accounts at risk. `open`: cost of lots bought within
    `initial_funding_days` (30 unless set), up to the age; `renewal`: cost of all lots held at
    the close of the renewal. NULL when none is at risk."""
    retained_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost of the part of those lots retained at the age; later purchases never raise it. NULL
    when none is at risk."""
    account_retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Accounts alive / accounts at risk; metric 37 where the cohort type is `open`. NULL when
    none is at risk."""
    amount_retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained amount / starting amount; metric 38 where the cohort type is `renewal`. NULL when
    none is at risk or the starting amount is zero."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class HotMoney(Base):
    """One row per month of purchase, wholesaler, product group and relief method. It holds how
    much of the sales was redeemed early, that is younger than `early_redemption_days` (90
    unless set).
    """

    __tablename__ = "hot_money"
    __table_args__ = {"schema": "dist_perf_dw"}

    cohort_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the lots were bought."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    product_group: Mapped[str] = mapped_column(primary_key=True)
    """Group of products that are reported together."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    lots: Mapped[int]
    """Lots of the cohort, whether or not they are old enough."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales of the cohort: cost of its lots, net of corrections."""
    lots_at_risk: Mapped[int]
    """Lots that are too old at the as-of date to be redeemed early: the count behind the rate."""
    gross_sales_amount_at_risk: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross sales of the lots that are too old to be redeemed early: the denominator of the
    rate. NULL when there is none."""
    early_redemption_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost redeemed early of the same lots. NULL when there is none."""
    hot_money_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Early redemptions / gross sales of the same lots (metric 35, ratio). NULL while no lot is
    old enough."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class RetentionCohorts(Base):
    """One row per month of purchase, wholesaler, product group, age and relief method: retention
    of the cohort in the family and in its products, with the number of lots.
    """

    __tablename__ = "retention_cohorts"
    __table_args__ = {"schema": "dist_perf_dw"}

    cohort_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the lots were bought."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    product_group: Mapped[str] = mapped_column(primary_key=True)
    """Group of products that are reported together."""
    age_days: Mapped[int] = mapped_column(primary_key=True)
    """Age of the lot in days, at the close of which the retained part is measured."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    maturity: Mapped[str]
    """`mature` when every lot of the month has reached the age, `partial` when some have,
    `immature` when none has."""
    lots: Mapped[int]
    """Lots of the cohort, whether or not they have reached the age."""
    original_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost of the lots, net of corrections."""
    lots_at_risk: Mapped[int]
    """Lots that have reached the age by the as-of date: the count behind the rate."""
    original_amount_at_risk: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost of the lots that have reached the age: the denominator of the rate. NULL when none
    has."""
    amount_at_risk: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Amount retained at the age before, of the lots that have reached this age; at the first
    age their cost. A step of the curve starts from it. NULL when none has."""
    retained_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost of the retained part of the lots, anywhere in the family: original amount x retained
    quantity / original quantity, rounded to the cent per lot. Exchanges, transfers,
    conversions and mergers are followed; what is in transit counts as retained."""
    retained_in_product_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost of the part of the lots retained in the product that was bought, in any account; what
    was exchanged away does not count."""
    retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained amount / original amount of the lots that have reached the age, exchanges and
    transfers followed. NULL when none has, never zero."""
    retention_in_product_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retention of the same lots within the product that was bought; never above
    `retention_rate`."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class RetentionCurves(Base):
    """One row per scope, wholesaler, relief method and age: retention of all sales of the
    wholesaler or of the firm, pooled over months. It holds the rate of mature lots and the
    chain-ladder estimate (metric 32), which also uses younger lots. Filter on one scope and
    one relief method before you add up.
    """

    __tablename__ = "retention_curves"
    __table_args__ = {"schema": "dist_perf_dw"}

    as_of_date: Mapped[datetime.date]
    """Last date that counts: variable `as_of_date`, else the latest business date in the feeds."""
    scope: Mapped[str] = mapped_column(primary_key=True)
    """`wholesaler`, or `firm` for the curve of the whole firm, which has the unassigned
    wholesaler."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    age_days: Mapped[int] = mapped_column(primary_key=True)
    """Age of the lot in days, at the close of which the retained part is measured."""
    lots: Mapped[int]
    """Lots sold, whether or not they have reached the age."""
    lots_at_risk: Mapped[int]
    """Lots that have reached the age by the as-of date: the count behind both rates."""
    original_amount_at_risk: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost of the lots that have reached the age: the denominator of the mature rate. NULL when
    none has."""
    amount_at_risk: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Amount retained at the age before, of the lots that have reached this age; at the first
    age their cost. The denominator of the step. NULL when none has."""
    retained_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Cost of the retained part of the lots, anywhere in the family: original amount x retained
    quantity / original quantity, rounded to the cent per lot. Exchanges, transfers,
    conversions and mergers are followed; what is in transit counts as retained."""
    retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained amount / original amount of the lots that have reached the age. NULL when none
    has, never zero."""
    interval_retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained amount / amount at risk: the share retained from the age before to this one. NULL
    when nothing was at risk."""
    retention_km_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 12))
    """Product of retained amount / amount at risk over the ages up to this one (metric 32,
    ratio); an estimate beside the mature rate, never instead of it. Each step is rounded at
    12 decimals and the next starts from the rounded one, so no remainder is hidden. NULL when
    no lot has reached the age, and when the lots that have reached it held nothing before
    while younger lots still hold something; zero once nothing is held at all."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class SalesConcentration(Base):
    """One row per month, scope and wholesaler with sales in the window. It measures how much
    sales depend on a few advisors. The window ends with the month and is
    `activity_window_months` long. An advisor whose sales in the window are zero or below has
    no share and does not lower that of others. The firm's rows are not sums of the others.
    """

    __tablename__ = "sales_concentration"
    __table_args__ = {"schema": "dist_perf_dw"}

    sales_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    scope: Mapped[str] = mapped_column(primary_key=True)
    """`wholesaler`, or `firm` for all wholesalers together. Filter on one."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler of record of the sales on their trade dates; unassigned on the firm's rows."""
    is_partial: Mapped[bool]
    """Whether the month is not over at the as-of date."""
    selling_advisors: Mapped[int]
    """Advisors whose sales in the window are above zero."""
    window_gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales of these advisors in the window, in money."""
    top_gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """The part of the `concentration_top_advisors` advisors with the most sales."""
    top_share_rate: Mapped[Decimal] = mapped_column(Numeric(18, 8))
    """Top sales / sales, a ratio; 1 where there are no other advisors."""
    herfindahl_rate: Mapped[Decimal] = mapped_column(Numeric(18, 8))
    """HHI: sum of the squared shares of the advisors, from near 0 to 1 for a single advisor;
    times 10,000 for points. Shares are rounded at 12 decimals before they are squared."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class WholesalerEfficiency(Base):
    """One row per wholesaler and month. It holds sales, how much of them is retained, the
    revenue of that, and the cost.
    """

    __tablename__ = "wholesaler_efficiency"
    __table_args__ = {"schema": "dist_perf_dw"}

    activity_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which sales were made, revenue earned and cost incurred."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Purchases and their corrections, in money."""
    redemption_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions and their corrections, as a positive figure, in money."""
    firm_net_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Net flow of the firm in money: gross sales - redemptions + seed + unmatched corrections +
    external transfers. Exchanges and transfers between our accounts cancel out."""
    matured_sales_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sales of the month that have reached the retention age. NULL while none has."""
    retained_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Part of those sales retained at that age, by `default_relief_method`."""
    revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Reported revenue earned in the month on all assets, old and new."""
    retained_annual_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Annual revenue of the month's sales that are still held at the as-of date, at the as-of
    price and fee."""
    direct_expense_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Expense of the wholesaler alone, in money; refunds are negative."""
    allocated_expense_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the expense of the whole team, by `expense_allocation`; for `unassigned` the part
    that no wholesaler could bear."""
    expense_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Direct + allocated distribution expense in money; adjustments may be negative."""
    compensation_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Pay in money; adjustments may be negative."""
    total_cost_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distribution expense (metric 52): direct + allocated + compensation, in money."""
    retention_age_days: Mapped[int]
    """Age in days at which retention is measured, by `efficiency_retention_age`."""
    is_retention_mature: Mapped[bool]
    """Whether every sale of the month has reached that age by the as-of date."""
    retention_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained amount / matured sales. NULL while no sale has reached the age."""
    cost_per_gross_sale_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Total cost / gross sales, in basis points. NULL without gross sales."""
    cost_per_net_sale_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Total cost / net flow of the firm, in basis points. NULL unless the net flow is above
    zero."""
    cost_per_retained_sale_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Total cost / retained amount, in basis points. NULL until every sale of the month has
    reached the retention age, and where nothing was retained."""
    distribution_roi_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Retained annual revenue / total cost - 1 (metric 54), of the month's cohort of sales.
    Horizon: one year of revenue at the as-of price and fee. NULL unless the cost is above
    zero."""
    payback_months: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Months of retained annual revenue that pay the month's total cost: cost x 12 / retained
    annual revenue. NULL where nothing that earns revenue is still held."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class WholesalerRanks(Base):
    """One row per kind of period, its last month, measure and wholesaler: the place among all
    wholesalers, and out of how many. It is published to everyone who may read marts; it has
    places only, no amount and no rate of anyone.
    """

    __tablename__ = "wholesaler_ranks"
    __table_args__ = {"schema": "dist_perf_dw"}

    period_type: Mapped[str] = mapped_column(primary_key=True)
    """Kind of the period, which ends with its last month: `month`, `three_months`,
    `year_to_date` from January, or `twelve_months`."""
    last_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the last month of the period."""
    measure: Mapped[str] = mapped_column(primary_key=True)
    """What is compared, the greatest first: `gross_sales`; `net_flow`, that of the firm;
    `retention`, retained amount / matured sales of the period at `efficiency_retention_age`;
    `revenue`, reported for the period."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    first_month: Mapped[datetime.date]
    """First day of the first month of the period."""
    wholesaler_rank: Mapped[int]
    """Place by the measure, 1 the greatest; equal values have equal places."""
    ranked_wholesalers: Mapped[int]
    """Wholesalers for whom the measure is known in the period."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class WholesalerScopes(Base):
    """One row per wholesaler whose rows a person sees whose scope names the member: the
    wholesaler alone, or all of a territory or a region at the as-of date.
    """

    __tablename__ = "wholesaler_scopes"
    __table_args__ = {"schema": "dist_perf_dw"}

    member_kind: Mapped[str] = mapped_column(primary_key=True)
    """Kind of member that a scope names."""
    member_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the member, as in its dimension."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class AUMSlicesMonthly(Base):
    """One row per month, wholesaler and asset class with AUM or a movement. A holding opens in
    the slice in which it closes. AUM that this moves between slices is a separate line and
    does not affect organic growth. Add up rows for any wider slice.
    """

    __tablename__ = "aum_slices_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    aum_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler of the account's advisor on the last day of the month."""
    asset_class_key: Mapped[int] = mapped_column(
        ForeignKey(DimAssetClasses.asset_class_key), primary_key=True
    )
    """Asset class of the product on the last day of the month."""
    prior_closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM at the end of the calendar month before, by the slices of that month."""
    reclassified_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM that a realignment or a new class moved into the slice at the month's opening,
    negative where it moved out. 0 over the firm."""
    opening_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Prior closing AUM + reclassified AUM. NULL where a part could not be valued."""
    inflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales, net of their corrections, as reported."""
    outflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions, zero or below, as reported. Bounced purchases are not among them."""
    other_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """All other lines of the roll-forward between opening and market, added up."""
    market_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sum over days of units held at the start x change of the price, before distributions paid
    in cash, without the exchange rate's part. Without prices it is all that no other line
    explains, and `is_market_plug` is true. NULL where AUM is unknown."""
    fx_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """The exchange rate's part of the price changes: units held at the start x yesterday's price
    in its own currency x change of the rate. 0 for products in the reporting currency."""
    residual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM less opening AUM and all lines; balances whose market is a plug add nothing to
    it. NULL where AUM is unknown."""
    closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Units held x price at the end of the period's last day, prices carried forward; money
    where the basis is amount. NULL where a price is missing, never 0. It adds up over
    accounts and products, not over time."""
    organic_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Flows of the classes that count in organic growth, by event date: gross sales less
    redemptions."""
    organic_growth_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Organic flows / opening AUM, a fraction, not annualised. NULL where opening AUM is 0 or
    unknown, so for new business."""
    market_return_contribution_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Market movement / opening AUM, a fraction."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    asset_class: Mapped[DimAssetClasses] = member(asset_class_key)


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


class IncentivePay(Base):
    """One row per pay period, wholesaler and plan. It holds the incentive (metric 50) that
    follows from sales credit as paid, the plan's tiers and its claw-back (metric 51). What
    becomes known after a period is locked is an adjustment in the first open period.
    Wholesalers without a plan have no row; see `incentive_pay_differences`.
    """

    __tablename__ = "incentive_pay"
    __table_args__ = {"schema": "dist_perf_dw"}

    pay_period_key: Mapped[int] = mapped_column(
        ForeignKey(DimPayPeriods.pay_period_key), primary_key=True
    )
    """Surrogate key of the pay period; the unassigned member unless the credit is as paid."""
    period_end_date: Mapped[datetime.date | None]
    """Last day of the pay period. NULL while it has no end."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    plan_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the compensation plan."""
    role: Mapped[str]
    """Role in which a wholesaler covers or earns: `external`, `internal` or `hybrid`."""
    credit_basis: Mapped[str]
    """What the plan pays on: `gross` sales, `net` flows of the firm, or sales `retained` to the
    plan's age."""
    tier_method: Mapped[str]
    """`marginal` pays the credit in each tier at the tier's rate; `cliff` pays all credit at the
    rate of the highest tier reached."""
    is_locked: Mapped[bool]
    """Whether the period is locked. A locked row never changes."""
    credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Credit of the period itself, on the plan's basis, in money."""
    adjusted_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Credit of earlier periods, booked after they were locked."""
    earned_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Pay on the period's own credit by the tiers."""
    adjustment_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Pay on the adjusted credit, by the tiers of the period that it belongs to, on top of the
    credit paid there. The rate of a cliff stays as it was first paid."""
    clawback_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Pay taken back for sales redeemed within the plan's window (metric 51), at the rate that
    each sale earned and never more than it earned; negative where pay is returned."""
    payable_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Earned + adjustment - claw-back. May be negative; it is not carried forward."""
    rounding_remainder_amount: Mapped[Decimal] = mapped_column(Numeric(18, 10))
    """Rounding difference of earned and adjustment: the three together are exactly rate x
    credit."""

    pay_period: Mapped[DimPayPeriods] = member(pay_period_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class IncentivePayDifferences(Base):
    """One row per pay period and wholesaler with incentive pay, due or paid, or with credit that
    no plan pays. It compares pay by the plans with pay by the feed.
    """

    __tablename__ = "incentive_pay_differences"
    __table_args__ = {"schema": "dist_perf_dw"}

    pay_period_key: Mapped[int] = mapped_column(
        ForeignKey(DimPayPeriods.pay_period_key), primary_key=True
    )
    """Surrogate key of the pay period; the unassigned member unless the credit is as paid."""
    period_end_date: Mapped[datetime.date | None]
    """Last day of the pay period. NULL while it has no end."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    payable_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Payable by all plans of the wholesaler, in money."""
    paid_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Incentive paid for the period, from the feed of compensation."""
    difference_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Paid - payable."""
    unplanned_gross_sales_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales credit of the period for which the wholesaler had no plan in its role."""

    pay_period: Mapped[DimPayPeriods] = member(pay_period_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


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
    """Wholesaler of record at the as-of date: the external, else the hybrid."""
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


class AnnualisedRevenueFlows(Base):
    """One row per month, product and wholesaler with a flow or opening assets. It holds the
    annual revenue of the month's flows, each at its product's annual fee rate of the trade
    date, net of product-wide waivers. Net flows and net new annualised revenue may differ in
    sign. A move between products of the family is mix, not new revenue.
    """

    __tablename__ = "annualised_revenue_flows"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the flows, by event date."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler of record of the flows, and for the opening the wholesaler of the account's
    advisor."""
    inflow_annual_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Gross sales x fee rate, in money a year, not rounded. NULL where no flow has a rate."""
    outflow_annual_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Redemptions x fee rate, as a positive figure, in money a year, not rounded. NULL where no
    flow has a rate."""
    net_new_annual_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Net new annualised revenue: net flows of the firm x fee rate, which is inflow less outflow
    plus seed, external transfers and unmatched corrections, in money a year, not rounded.
    NULL where no flow has a rate."""
    mix_annual_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Exchanges, conversions, mergers and transfers between our accounts x fee rate: over all
    products the annual effect of moves to dearer or cheaper ones; neither sale nor
    redemption. NULL where no flow has a rate."""
    opening_annual_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 10))
    """Run-rate revenue: AUM at the month's opening x that day's fee rate, in money a year. NULL
    where nothing was held or AUM or rate are unknown."""
    unrated_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales and redemptions on days without a known fee rate, which the revenue figures
    leave out, in money."""
    organic_fee_growth_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Net new annualised revenue / run-rate revenue at opening, for the month, not annualised.
    NULL without an opening."""

    product: Mapped[DimProducts] = member(product_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class AUMByWholesalerMonthly(Base):
    """One row per month, wholesaler and product with AUM or a movement:
    `aum_rollforward_monthly` without accounts. A holding opens with the wholesaler with whom
    it closes; what this moves between wholesalers is a line of its own, so that months add up
    to a roll-forward from the first opening to the last closing.
    """

    __tablename__ = "aum_by_wholesaler_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    aum_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the roll-forward."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler of the account's advisor on the last day of the month, as in
    `aum_slices_monthly`."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    prior_closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM at the end of the calendar month before, by the wholesalers of that month."""
    reclassified_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM that a realignment moved to the wholesaler at the month's opening, negative where it
    moved away. 0 over the firm."""
    opening_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Prior closing AUM + reclassified AUM. NULL where an account could not be valued."""
    inflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales, net of their corrections, as reported."""
    outflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions, zero or below, as reported. Bounced purchases are not among them."""
    exchanges_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Exchanges within the family, in less out; charges between the legs have a line of their
    own."""
    transfers_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Transfers in kind, conversions and mergers, in less out; what is under way is on account
    `in_transit`."""
    transfer_charges_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """What arrived less what left of exchanges, transfers, conversions and mergers whose legs
    belong together: below zero for a charge. Exchanges and transfers then net to zero over
    the firm."""
    reinvested_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions taken in units. The fall of the price that paid for them is in the market
    line."""
    distributions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions paid in cash, zero or below. The market line is before them: the price fell
    by the payment."""
    fees_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Fees and taxes taken in units, zero or below."""
    seed_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Seed and proprietary capital, in less out."""
    adjustments_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Adjustments of either sign, as reported."""
    acquisitions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Assets acquired or lifted out."""
    unmatched_corrections_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Corrections whose original is not in the feed, as reported."""
    history_gap_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Reverses what the lines above report without any change of a known lot: redemptions beyond
    known lots, corrections without an original, adjustments."""
    market_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sum over days of units held at the start x change of the price, before distributions paid
    in cash, without the exchange rate's part. Without prices it is all that no other line
    explains, and `is_market_plug` is true. NULL where AUM is unknown."""
    fx_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """The exchange rate's part of the price changes: units held at the start x yesterday's price
    in its own currency x change of the rate. 0 for products in the reporting currency."""
    residual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM less opening AUM and all lines, as in `aum_slices_monthly`."""
    closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Units held x price at the end of the period's last day, prices carried forward; money
    where the basis is amount. NULL where a price is missing, never 0. It adds up over
    accounts and products, not over time."""
    organic_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Flows of the classes that count in organic growth, by event date: gross sales less
    redemptions."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    product: Mapped[DimProducts] = member(product_key)


class AUMGrowth(Base):
    """One row per period and product with a holding or a movement. Periods are calendar months,
    quarters and years. For a higher level, add up numerators and denominators and divide
    again. Periods do not add up to longer ones, which have their own rows.
    """

    __tablename__ = "aum_growth"
    __table_args__ = {"schema": "dist_perf_dw"}

    period_type: Mapped[str] = mapped_column(primary_key=True)
    """Length of the period: `month`, `quarter` or `year`."""
    period_start_date: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the period."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    product_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the product; `unassigned` for the unassigned member."""
    period_end_date: Mapped[datetime.date]
    """Last day of the period, or the as-of date."""
    calendar_days: Mapped[int]
    """Days from the start of the period to its end, both counted."""
    is_partial: Mapped[bool]
    """Whether the period ends after the as-of date."""
    is_incomplete: Mapped[bool]
    """Whether AUM was unknown on any day of the period or at its opening."""
    has_acquisitions: Mapped[bool]
    """Whether total growth includes acquired assets."""
    opening_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM at the end of the calendar period before, 0 where nothing was held. NULL where it
    could not be valued."""
    inflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales, net of their corrections, as reported."""
    outflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions, zero or below, as reported. Bounced purchases are not among them."""
    acquisitions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Assets acquired or lifted out."""
    other_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """All other lines of the roll-forward between opening and market, added up."""
    market_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sum over days of units held at the start x change of the price, before distributions paid
    in cash, without the exchange rate's part. Without prices it is all that no other line
    explains, and `is_market_plug` is true. NULL where AUM is unknown."""
    fx_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """The exchange rate's part of the price changes: units held at the start x yesterday's price
    in its own currency x change of the rate. 0 for products in the reporting currency."""
    residual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM less opening AUM and all lines of the days, added up. NULL where AUM is
    unknown."""
    closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Units held x price at the end of the period's last day, prices carried forward; money
    where the basis is amount. NULL where a price is missing, never 0. It adds up over
    accounts and products, not over time."""
    organic_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Flows of the classes that count in organic growth, by event date: gross sales less
    redemptions."""
    aum_days: Mapped[Decimal | None] = mapped_column(Numeric(28, 2))
    """Sum of end-of-day AUM over the days of the period, carried forward over days without a
    price, in money x days. NULL where a day is unknown."""
    flow_days: Mapped[Decimal] = mapped_column(Numeric(28, 2))
    """Sum of all lines except market and exchange rate, each x the days from its day to the end
    of the period, in money x days."""
    average_daily_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM-days / calendar days."""
    average_month_end_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Simple mean of month-end AUM. Points: the opening and every month end of the period, or
    the as-of date for a month that is not over."""
    organic_growth_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Organic flows / opening AUM, a fraction, not annualised. NULL where opening AUM is 0 or
    unknown, so for new business."""
    organic_growth_act_365_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Organic growth x 365 / calendar days, a fraction a year. NULL below 28 days."""
    organic_growth_times_periods_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Organic growth x periods a year, that is x 12, x 4 or x 1. NULL for a partial period."""
    organic_growth_compounded_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """(1 + organic growth) to the power of 12, 4 or 1, less 1. NULL for a partial period and
    where growth is above 100% or below -100%."""
    market_return_contribution_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Market movement / opening AUM, a fraction."""
    market_return_dietz_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Market movement / (opening AUM + flow-days / calendar days), a fraction: the modified
    Dietz return, flows at the end of their day."""
    total_aum_growth_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Closing / opening AUM less 1, with acquisitions."""
    redemption_act_365_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Redemptions / average daily AUM x 365 / calendar days, a fraction a year."""
    redemption_times_periods_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    """Redemptions / average daily AUM x periods a year, that is x 12, x 4 or x 1. NULL for a
    partial period."""
    implied_holding_period_years: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """1 / `redemption_times_periods_rate`, in years. Biased, because few holders redeem often
    and most not at all. NULL without redemptions."""

    product: Mapped[DimProducts] = member(product_key)


class AUMRollforwardDaily(Base):
    """One row per product and day with a holding or a movement, over all accounts. Opening AUM
    plus every line is closing AUM, with a residual line.
    """

    __tablename__ = "aum_rollforward_daily"
    __table_args__ = {"schema": "dist_perf_dw"}

    aum_date: Mapped[datetime.date] = mapped_column(primary_key=True)
    """The day."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    product_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the product; `unassigned` for the unassigned member."""
    price_date: Mapped[datetime.date | None]
    """Day on which the price was published. NULL without one."""
    closing_units: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Units held by known lots at the end of the day, without balances of money."""
    amount_basis_aum_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Part of closing AUM in balances of money, for which the market line is a plug."""
    opening_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM at the end of the calendar period before, 0 where nothing was held. NULL where it
    could not be valued."""
    inflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales, net of their corrections, as reported."""
    outflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions, zero or below, as reported. Bounced purchases are not among them."""
    exchanges_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Exchanges within the family, in less out; charges between the legs have a line of their
    own."""
    transfers_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Transfers in kind, conversions and mergers, in less out; what is under way is on account
    `in_transit`."""
    transfer_charges_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """What arrived less what left of exchanges, transfers, conversions and mergers whose legs
    belong together: below zero for a charge. Exchanges and transfers then net to zero over
    the firm."""
    reinvested_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions taken in units. The fall of the price that paid for them is in the market
    line."""
    distributions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions paid in cash, zero or below. The market line is before them: the price fell
    by the payment."""
    fees_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Fees and taxes taken in units, zero or below."""
    seed_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Seed and proprietary capital, in less out."""
    adjustments_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Adjustments of either sign, as reported."""
    acquisitions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Assets acquired or lifted out."""
    unmatched_corrections_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Corrections whose original is not in the feed, as reported."""
    history_gap_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Reverses what the lines above report without any change of a known lot: redemptions beyond
    known lots, corrections without an original, adjustments."""
    market_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sum over days of units held at the start x change of the price, before distributions paid
    in cash, without the exchange rate's part. Without prices it is all that no other line
    explains, and `is_market_plug` is true. NULL where AUM is unknown."""
    fx_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """The exchange rate's part of the price changes: units held at the start x yesterday's price
    in its own currency x change of the rate. 0 for products in the reporting currency."""
    residual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM less opening AUM and all lines: flows whose amount is not units x the day's
    price, and cents of rounding. Balances of money add nothing to it. NULL where AUM is
    unknown."""
    closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Units held x price at the end of the period's last day, prices carried forward; money
    where the basis is amount. NULL where a price is missing, never 0. It adds up over
    accounts and products, not over time."""
    organic_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Flows of the classes that count in organic growth, by event date: gross sales less
    redemptions."""
    is_incomplete: Mapped[bool]
    """Whether opening or closing AUM is unknown because a price or an exchange rate is missing;
    flows are still shown."""
    is_market_plug: Mapped[bool]
    """Whether the market line, or part of it, is what no other line explains."""
    is_stale_price: Mapped[bool]
    """Whether the closing price is older than `stale_price_days`."""

    product: Mapped[DimProducts] = member(product_key)


class AverageDailyFlows(Base):
    """One row per product and month from its first flow: net flow averaged over trading days."""

    __tablename__ = "average_daily_flows"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the flows, by event date."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    trading_days: Mapped[int]
    """Days of the month on which any feed reported a flow, even of zero, or a price, from the
    product's first flow to the as-of date."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Purchases and their corrections, in money."""
    product_net_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Net flow of the product in money: gross sales - redemptions + exchanges + transfers + seed
    + unmatched corrections."""
    average_daily_net_flow_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Net flow of the product / trading days, never calendar days."""

    product: Mapped[DimProducts] = member(product_key)


class EffectiveFeeRates(Base):
    """One row per month, product and wholesaler: revenue annualised over average daily AUM. For
    a rate over several rows, divide sums of revenue by sums of AUM-days.
    """

    __tablename__ = "effective_fee_rates"
    __table_args__ = {"schema": "dist_perf_dw"}

    revenue_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the revenue was earned."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    calendar_days: Mapped[int]
    """Calendar days of the month up to the as-of date."""
    estimate_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Accrued estimates, in money."""
    gross_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Accrued revenue before waivers, in money, after schedule, negotiated rate, tiers, minimum
    and cap. NULL for actual revenue and reversals."""
    waiver_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross - net accrued revenue: the effect of waivers, in money. A shared bill may move a
    cent of it. NULL for actual revenue and reversals."""
    reported_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Actual revenue for the days that it covers, else the estimate, in money."""
    aum_days: Mapped[Decimal | None] = mapped_column(Numeric(28, 6))
    """Sum of end-of-day AUM over the days of the month, in money x days. NULL where nothing
    could be valued."""
    average_daily_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM-days / calendar days of the month up to the as-of date."""
    day_count_basis: Mapped[int]
    """Days in a year by the variable `day_count`: 365; 366 in a leap year under act_act; 12 x
    the days of the month under thirty_360."""
    fee_capture_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Estimate / gross revenue: the part of the contractual fee that waivers leave. NULL without
    a gross fee."""
    gross_fee_rate_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Gross revenue x day-count basis / AUM-days: the contractual fee before waivers, weighted
    by tiers, in basis points a year."""
    accrued_fee_rate_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Accrued revenue before rounding x day-count basis / AUM-days, in basis points a year."""
    effective_fee_rate_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Reported revenue x day-count basis / AUM-days, in basis points a year: annualised over
    average daily AUM."""

    product: Mapped[DimProducts] = member(product_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class FeeRateChanges(Base):
    """One row per month and product held in it or in the calendar month before. It explains why
    the firm's effective fee rate changed. Price is the change of the product's own rate x its
    new share of AUM-days. Mix is the change of its share x the old distance of its rate from
    the firm's. A product that is new or gone has a mix effect only; one without a known fee
    rate is left out. Over a month price, mix and remainder add up exactly to the change of
    the firm's rate.
    """

    __tablename__ = "fee_rate_changes"
    __table_args__ = {"schema": "dist_perf_dw"}

    revenue_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the revenue was earned."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    fee_rate_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Effective fee rate of the product, in basis points a year. NULL where the product is no
    longer held."""
    prior_fee_rate_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Effective fee rate of the product in the calendar month before. NULL where the product was
    not held then."""
    aum_share_rate: Mapped[Decimal] = mapped_column(Numeric(18, 12))
    """Share of the product in the firm's AUM-days."""
    prior_aum_share_rate: Mapped[Decimal] = mapped_column(Numeric(18, 12))
    """Share of the product in the firm's AUM-days of the calendar month before."""
    firm_fee_rate_bps: Mapped[Decimal] = mapped_column(Numeric(18, 8))
    """Effective fee rate of all products with a known rate, in basis points a year."""
    prior_firm_fee_rate_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Effective fee rate of the firm in the calendar month before. NULL in the first month, as
    are all effects."""
    price_effect_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Change of the firm's rate that the product's own rate explains, in basis points a year."""
    mix_effect_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Change of the firm's rate that the product's share of AUM explains, in basis points a
    year."""
    rounding_remainder_bps: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Rounding difference of all effects, on the product with the largest share; 0 on the
    others."""

    product: Mapped[DimProducts] = member(product_key)


class FlowRestatementsMonthly(Base):
    """One row per event month, booked month, product and wholesaler, with every flow measure.
    Summed by `flow_month` it is the event view: March as known now. Summed by `booked_month`
    it is the booked view, which never changes: what was booked in March. By `flow_month` with
    `booked_month` up to March, it is March as known in March. Both views have the same total.
    """

    __tablename__ = "flow_restatements_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the flows, by event date."""
    booked_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the flows became known."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    is_restatement: Mapped[bool]
    """Whether the row was booked after the end of its event month."""
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
    flow_count: Mapped[int]
    """Number of rows of `fact_aum_flows` summed."""

    product: Mapped[DimProducts] = member(product_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class HoldingPeriods(Base):
    """One row per month of redemption, wholesaler who sold the lots, product, basis, cohort
    membership and relief method. It holds how long the redeemed lots had been held. Exchanges
    and transfers relieve lots too but are not included. Redemptions from the opening balance
    have no lot date and are in `unmatched_redemptions`. A lot that a transfer moved counts
    from its arrival.
    """

    __tablename__ = "holding_periods"
    __table_args__ = {"schema": "dist_perf_dw"}

    relief_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the redemption."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    basis: Mapped[str] = mapped_column(primary_key=True)
    """How lots are counted: in `units`, or by `amount` where any flow of the account and product
    lacks units."""
    is_cohort_member: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the lot counts in retention cohorts: sales do; exchanges, transfers and
    reinvestments do not."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    relieved_quantity: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Quantity that redemptions took from the lots, in the basis."""
    quantity_days: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Sum of relieved quantity x days held, in the basis x days."""
    relieved_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost of the relieved quantity, in money."""
    early_redemption_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost relieved from sold lots younger than `early_redemption_days` (90 unless set), in
    money (metric 34). Zero for lots that no sale opened."""
    lot_holding_period_wtd_days: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Quantity-days / relieved quantity, in days (metric 27). It covers relieved lots only, so
    it is shorter than that of lots still held; `net_retained_aum` has their age."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    product: Mapped[DimProducts] = member(product_key)


class NetRetainedAUM(Base):
    """One row per wholesaler, product, relief method, basis and cohort membership at the as-of
    date: the lots still held. Sum over rows of one relief method only.
    """

    __tablename__ = "net_retained_aum"
    __table_args__ = {"schema": "dist_perf_dw"}

    as_of_date: Mapped[datetime.date]
    """Last date that counts: variable `as_of_date`, else the latest business date in the feeds."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    relief_method: Mapped[str] = mapped_column(primary_key=True)
    """How redemptions choose lots: `fifo`, `lifo` or `pro_rata`."""
    basis: Mapped[str] = mapped_column(primary_key=True)
    """How lots are counted: in `units`, or by `amount` where any flow of the account and product
    lacks units."""
    is_cohort_member: Mapped[bool] = mapped_column(primary_key=True)
    """Whether the lot counts in retention cohorts: sales do; exchanges, transfers and
    reinvestments do not."""
    open_lots: Mapped[int]
    """Lots with a retained quantity above zero."""
    unpriced_lots: Mapped[int]
    """Open lots without a price, which the market value leaves out."""
    retained_quantity: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Retained quantity of the lots, in the basis."""
    quantity_days: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Sum of retained quantity x age in days, in the basis x days."""
    retained_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Cost of the retained part of the lots, anywhere in the family: original amount x retained
    quantity / original quantity, rounded to the cent per lot. Exchanges, transfers,
    conversions and mergers are followed; what is in transit counts as retained."""
    net_retained_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Market value of the retained part of known lots. The opening balance, which has no lot, is
    not in it."""
    open_lot_age_wtd_days: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """Quantity-days / retained quantity, in days (metric 28). The opening balance, of unknown
    age, is not in it."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    product: Mapped[DimProducts] = member(product_key)


class RevenueContribution(Base):
    """One row per earned month, wholesaler, firm and product: estimated, actual and reported
    revenue.
    """

    __tablename__ = "revenue_contribution"
    __table_args__ = {"schema": "dist_perf_dw"}

    revenue_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the revenue was earned."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key), primary_key=True)
    """Surrogate key of the firm; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    estimate_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Accrued estimates, in money."""
    gross_revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Accrued revenue before waivers, in money, after schedule, negotiated rate, tiers, minimum
    and cap. NULL for actual revenue and reversals."""
    waiver_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross - net accrued revenue: the effect of waivers, in money. A shared bill may move a
    cent of it. NULL for actual revenue and reversals."""
    actual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Fees invoiced or received, in money. NULL where none are."""
    true_up_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Actual revenue + the (negative) part of the estimate that it replaces, in money. NULL
    where nothing was invoiced."""
    reported_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Actual revenue for the days that it covers, else the estimate, in money."""
    reported_estimate_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Part of the reported amount that is still an estimate."""
    aum_days: Mapped[Decimal | None] = mapped_column(Numeric(28, 6))
    """Sum of end-of-day AUM over the days of the month, in money x days. NULL where nothing
    could be valued."""
    revenue_share_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Share of the month's reported revenue of the firm."""

    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    firm: Mapped[DimFirms] = member(firm_key)
    product: Mapped[DimProducts] = member(product_key)


class RevenueRestatements(Base):
    """One row per earned month, booked month, product and wholesaler. It shows in which month
    revenue of another month was booked. Summed over booked months it is the reported revenue.
    """

    __tablename__ = "revenue_restatements"
    __table_args__ = {"schema": "dist_perf_dw"}

    revenue_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the revenue was earned."""
    booked_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month in which the entries were booked."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    estimate_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """First estimates, in money. NULL where there is none."""
    restatement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Change of the estimates by fees, waivers and agreements booked later, in money."""
    reversal_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Part of the estimates that actual fees replaced, in money, negative."""
    actual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Fees invoiced or received, in money. NULL where none are."""
    true_up_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Actual revenue + the (negative) part of the estimate that it replaces, in money. NULL
    where nothing was invoiced."""
    waiver_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross - net accrued revenue: the effect of waivers, in money. A shared bill may move a
    cent of it. NULL for actual revenue and reversals."""
    revenue_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sum of all entries, in money."""

    product: Mapped[DimProducts] = member(product_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class SalesCreditMonthly(Base):
    """One row per month, time mode, attribution mode, role, wholesaler and product. It holds the
    sales credit (metric 49) of the month. Filter on one time mode, attribution mode and role
    before you add up.
    """

    __tablename__ = "sales_credit_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    activity_month: Mapped[datetime.date] = mapped_column(
        ForeignKey(DimDates.date_day), primary_key=True
    )
    """First day of the month, by the date that the time mode names."""
    time_mode: Mapped[str] = mapped_column(primary_key=True)
    """Date that decides the month: `event`, the trade date; `booked`, the date on which it
    became known, and for credit as paid the pay period."""
    attribution_mode: Mapped[str] = mapped_column(primary_key=True)
    """Rules by which credit is given: `as_was`, those of the trade date as known now; `as_is`,
    those of the as-of date, restated over history; `as_paid`, those known when the pay period
    was locked, with later changes as adjustments of a later period."""
    role: Mapped[str] = mapped_column(primary_key=True)
    """Role in which a wholesaler covers or earns: `external`, `internal` or `hybrid`."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler who earns the credit, or the member `unallocated` or `unassigned`."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    gross_sales_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the flow's `gross_sales_amount`, in money; negative where it is taken back."""
    redemption_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the flow's `redemption_amount`, in money, positive for outflows."""
    firm_net_flow_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Share of the flow's `firm_net_flow_amount`, in money; negative for outflows."""
    adjusted_gross_sales_credit_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Part of `gross_sales_credit_amount` paid for trades from before the pay period; 0 unless
    as paid."""

    activity_month_day: Mapped[DimDates] = member(activity_month)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    product: Mapped[DimProducts] = member(product_key)


class AccountActivityMonthly(Base):
    """One row per month, territory and wholesaler of accounts that have ever bought. It counts
    how many are active, new, lost and reactivated. For the firm, active = active of the month
    before + new + reactivated - lost; within a territory, accounts move with their advisors
    too.
    """

    __tablename__ = "account_activity_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    activity_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    territory_key: Mapped[int] = mapped_column(
        ForeignKey(DimTerritories.territory_key), primary_key=True
    )
    """Territory of the advisor on the month's last day, or on the as-of date if that is earlier."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler of record of the advisor on the month's last day, or on the as-of date if that
    is earlier."""
    is_partial: Mapped[bool]
    """Whether the month is not over at the as-of date."""
    active_accounts: Mapped[int]
    """Accounts that bought in the window, new and reactivated ones among them."""
    new_accounts: Mapped[int]
    """Accounts whose first sale is in the month."""
    reactivated_accounts: Mapped[int]
    """Accounts that bought in the month after being lost."""
    lost_accounts: Mapped[int]
    """Accounts in the first month whose window holds no sale."""
    inactive_accounts: Mapped[int]
    """Accounts lost in an earlier month that have not bought since."""

    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class AdvisorActivityMonthly(Base):
    """One row per month, territory and wholesaler of advisors who have ever sold. It counts how
    many are active, new, lost and reactivated. For the firm, active = active of the month
    before + new + reactivated - lost; within a territory, realignment moves advisors too.
    """

    __tablename__ = "advisor_activity_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    activity_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    territory_key: Mapped[int] = mapped_column(
        ForeignKey(DimTerritories.territory_key), primary_key=True
    )
    """Territory of the advisor on the month's last day, or on the as-of date if that is earlier."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Wholesaler of record of the advisor on the month's last day, or on the as-of date if that
    is earlier."""
    is_partial: Mapped[bool]
    """Whether the month is not over at the as-of date."""
    active_advisors: Mapped[int]
    """Advisors with a sale in the window, new and reactivated ones among them."""
    new_advisors: Mapped[int]
    """Advisors whose first sale is in the month."""
    reactivated_advisors: Mapped[int]
    """Advisors who sold in the month after being lost."""
    lost_advisors: Mapped[int]
    """Advisors in the first month whose window holds no sale."""
    inactive_advisors: Mapped[int]
    """Advisors lost in an earlier month who have not sold since."""

    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class DimAdvisors(Base):
    """One row per advisor, with firm and territory at the as-of date."""

    __tablename__ = "dim_advisors"
    __table_args__ = {"schema": "dist_perf_dw"}

    advisor_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key))
    """Firm of the advisor at the as-of date. Facts have the firm of their own date."""
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


class NetFlowsByTerritoryMonthly(Base):
    """One row per month, product, channel, territory and wholesaler with a flow up to the as-of
    date: `net_flows_monthly` without advisors and firms, a fraction of its rows, for pages.
    """

    __tablename__ = "net_flows_by_territory_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the flows, by event date."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    channel_key: Mapped[int] = mapped_column(ForeignKey(DimChannels.channel_key), primary_key=True)
    """Surrogate key of the distribution channel; the unassigned member where it is missing or
    unknown."""
    territory_key: Mapped[int] = mapped_column(
        ForeignKey(DimTerritories.territory_key), primary_key=True
    )
    """Surrogate key of the territory; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
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
    flow_count: Mapped[int]
    """Number of rows of `fact_aum_flows` summed."""

    product: Mapped[DimProducts] = member(product_key)
    channel: Mapped[DimChannels] = member(channel_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class TerritoryPerformance(Base):
    """One row per month and territory, from the month of the first flow to that of the as-of
    date. It compares own sales with those of the market (territory_share) and selling
    advisors with all advisors (penetration). What no provider has reported is NULL, never 0.
    Windows hold this month and those before, `activity_window_months` in all.
    """

    __tablename__ = "territory_performance"
    __table_args__ = {"schema": "dist_perf_dw"}

    sales_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    territory_key: Mapped[int] = mapped_column(
        ForeignKey(DimTerritories.territory_key), primary_key=True
    )
    """Territory of the sales on their trade dates."""
    is_partial: Mapped[bool]
    """Whether the month is not over at the as-of date."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Purchases and their corrections, in money."""
    window_gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales of the window, in money."""
    market_sales_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross sales of all fund houses in the month, in money. NULL where none are loaded."""
    window_market_sales_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Gross sales of all fund houses in the window, in money. NULL unless every month of it is
    loaded."""
    territory_share_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Gross sales / market sales of the month, a ratio. NULL without market sales."""
    window_territory_share_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Gross sales / market sales of the window, a ratio. NULL without market sales in every
    month of it."""
    share_quintile: Mapped[int | None]
    """Fifth of the territories by the month's territory share, 1 the best. Only territories with
    market sales are ranked, equal shares by key. NULL for the others."""
    selling_advisors: Mapped[int]
    """Advisors with a sale in the territory within the window; a sale is a month with gross
    sales above zero."""
    universe_advisors: Mapped[int | None]
    """Advisors at all firms of the territory on the month's last day. NULL where no count is
    loaded."""
    penetration_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """Selling advisors / universe, a ratio. NULL without a universe above zero; not capped, so
    above 1 where the universe is counted too low."""

    territory: Mapped[DimTerritories] = member(territory_key)


class AdvisorActivity(Base):
    """One row per advisor and month, from the month of the advisor's first sale to that of the
    as-of date: whether the advisor still sells (advisor_activity). A sale is a month with
    gross sales above zero, so cancelled purchases do not count. The window is this calendar
    month and those before it, `activity_window_months` in all. An advisor who changes firm
    stays one advisor, by identifier and not by name.
    """

    __tablename__ = "advisor_activity"
    __table_args__ = {"schema": "dist_perf_dw"}

    activity_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key), primary_key=True)
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    territory_key: Mapped[int] = mapped_column(ForeignKey(DimTerritories.territory_key))
    """Territory of the advisor on the month's last day, or on the as-of date if that is earlier."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Wholesaler of record of the advisor on the month's last day, or on the as-of date if that
    is earlier."""
    first_sale_month: Mapped[datetime.date]
    """First day of the month of the first sale."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Purchases and their corrections, in money."""
    window_gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales of the window, in money; months before the first sale count as zero."""
    activity_status: Mapped[str]
    """`new` in the month of the first sale; `active` with a sale in this window and in the
    window before; `lost` in the first month whose window holds no sale; `inactive` after
    that; `reactivated` in the month of the first sale after being lost."""
    is_active: Mapped[bool]
    """Whether the window holds a sale: true for new, active and reactivated."""
    is_partial: Mapped[bool]
    """Whether the month is not over at the as-of date."""

    advisor: Mapped[DimAdvisors] = member(advisor_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class DimAccounts(Base):
    """One row per client account."""

    __tablename__ = "dim_accounts"
    __table_args__ = {"schema": "dist_perf_dw"}

    account_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Current advisor of record. Flows have the advisor of the trade."""
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


class NetFlowsDaily(Base):
    """One row per day, product, advisor, firm, channel, territory and wholesaler with a flow up
    to the as-of date.
    """

    __tablename__ = "net_flows_daily"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_date: Mapped[datetime.date] = mapped_column(
        ForeignKey(DimDates.date_day), primary_key=True
    )
    """Day of the flows, by event date."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key), primary_key=True)
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key), primary_key=True)
    """Surrogate key of the firm; the unassigned member where it is missing or unknown."""
    channel_key: Mapped[int] = mapped_column(ForeignKey(DimChannels.channel_key), primary_key=True)
    """Surrogate key of the distribution channel; the unassigned member where it is missing or
    unknown."""
    territory_key: Mapped[int] = mapped_column(
        ForeignKey(DimTerritories.territory_key), primary_key=True
    )
    """Surrogate key of the territory; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
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
    flow_count: Mapped[int]
    """Number of rows of `fact_aum_flows` summed."""

    flow_day: Mapped[DimDates] = member(flow_date)
    product: Mapped[DimProducts] = member(product_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    firm: Mapped[DimFirms] = member(firm_key)
    channel: Mapped[DimChannels] = member(channel_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class NetFlowsMonthly(Base):
    """One row per month, product, advisor, firm, channel, territory and wholesaler with a flow
    up to the as-of date.
    """

    __tablename__ = "net_flows_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month of the flows, by event date."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key), primary_key=True)
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    firm_key: Mapped[int] = mapped_column(ForeignKey(DimFirms.firm_key), primary_key=True)
    """Surrogate key of the firm; the unassigned member where it is missing or unknown."""
    channel_key: Mapped[int] = mapped_column(ForeignKey(DimChannels.channel_key), primary_key=True)
    """Surrogate key of the distribution channel; the unassigned member where it is missing or
    unknown."""
    territory_key: Mapped[int] = mapped_column(
        ForeignKey(DimTerritories.territory_key), primary_key=True
    )
    """Surrogate key of the territory; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(
        ForeignKey(DimWholesalers.wholesaler_key), primary_key=True
    )
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
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
    flow_count: Mapped[int]
    """Number of rows of `fact_aum_flows` summed."""
    net_sales_efficiency_rate: Mapped[Decimal | None] = mapped_column(Numeric(18, 8))
    """(Gross sales - redemptions) / gross sales. Negative when redemptions exceed sales; NULL
    without gross sales."""

    product: Mapped[DimProducts] = member(product_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    firm: Mapped[DimFirms] = member(firm_key)
    channel: Mapped[DimChannels] = member(channel_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class AccountActivity(Base):
    """One row per account and month, from the month of the first sale to the account to that of
    the as-of date: whether the account still buys (account_activity). A sale is a month with
    gross sales above zero, so purchases of zero and cancelled ones do not count. The window
    is this calendar month and those before it, `activity_window_months` in all. Only accounts
    that the feed of accounts knows.
    """

    __tablename__ = "account_activity"
    __table_args__ = {"schema": "dist_perf_dw"}

    activity_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key), primary_key=True)
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Advisor of the account on the month's last day, or on the as-of date if that is earlier."""
    territory_key: Mapped[int] = mapped_column(ForeignKey(DimTerritories.territory_key))
    """Territory of the advisor on the month's last day, or on the as-of date if that is earlier."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Wholesaler of record of the advisor on the month's last day, or on the as-of date if that
    is earlier."""
    first_sale_month: Mapped[datetime.date]
    """First day of the month of the first sale."""
    gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Purchases and their corrections, in money."""
    window_gross_sales_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales of the window, in money; months before the first sale count as zero."""
    activity_status: Mapped[str]
    """`new` in the month of the first sale; `active` with a sale in this window and in the
    window before; `lost` in the first month whose window holds no sale; `inactive` after
    that; `reactivated` in the month of the first sale after being lost."""
    is_active: Mapped[bool]
    """Whether the window holds a sale: true for new, active and reactivated."""
    is_partial: Mapped[bool]
    """Whether the month is not over at the as-of date."""

    account: Mapped[DimAccounts] = member(account_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    territory: Mapped[DimTerritories] = member(territory_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class AUMRollforwardMonthly(Base):
    """One row per account, product and month with a holding or a movement. Opening AUM plus
    every line is closing AUM, with a residual line. AUM adds up over accounts and products,
    not over months.
    """

    __tablename__ = "aum_rollforward_monthly"
    __table_args__ = {"schema": "dist_perf_dw"}

    aum_month: Mapped[datetime.date] = mapped_column(primary_key=True)
    """First day of the month."""
    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key))
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Wholesaler of the account's advisor on the last day of the row."""
    account_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the account; `unassigned` for the unassigned member."""
    product_id: Mapped[str] = mapped_column(primary_key=True)
    """Natural key of the product; `unassigned` for the unassigned member."""
    basis: Mapped[str | None]
    """How lots are counted: in `units`, or by `amount`. NULL where there has never been a lot."""
    period_end_date: Mapped[datetime.date]
    """Last day of the month, or the as-of date."""
    price_date: Mapped[datetime.date | None]
    """Day on which the closing price was published. NULL without a price, or where nothing with
    a price was held."""
    closing_quantity: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Quantity held by known lots at the end, in the basis."""
    opening_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """AUM at the end of the calendar period before, 0 where nothing was held. NULL where it
    could not be valued."""
    inflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Gross sales, net of their corrections, as reported."""
    outflows_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Redemptions, zero or below, as reported. Bounced purchases are not among them."""
    exchanges_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Exchanges within the family, in less out; charges between the legs have a line of their
    own."""
    transfers_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Transfers in kind, conversions and mergers, in less out; what is under way is on account
    `in_transit`."""
    transfer_charges_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """What arrived less what left of exchanges, transfers, conversions and mergers whose legs
    belong together: below zero for a charge. Exchanges and transfers then net to zero over
    the firm."""
    reinvested_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions taken in units. The fall of the price that paid for them is in the market
    line."""
    distributions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Distributions paid in cash, zero or below. The market line is before them: the price fell
    by the payment."""
    fees_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Fees and taxes taken in units, zero or below."""
    seed_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Seed and proprietary capital, in less out."""
    adjustments_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Adjustments of either sign, as reported."""
    acquisitions_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Assets acquired or lifted out."""
    unmatched_corrections_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Corrections whose original is not in the feed, as reported."""
    history_gap_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Reverses what the lines above report without any change of a known lot: redemptions beyond
    known lots, corrections without an original, adjustments."""
    market_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Sum over days of units held at the start x change of the price, before distributions paid
    in cash, without the exchange rate's part. Without prices it is all that no other line
    explains, and `is_market_plug` is true. NULL where AUM is unknown."""
    fx_movement_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """The exchange rate's part of the price changes: units held at the start x yesterday's price
    in its own currency x change of the rate. 0 for products in the reporting currency."""
    residual_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Closing AUM less opening AUM and all lines: flows whose amount is not units x the day's
    price, and cents of rounding. NULL where the market is a plug or AUM is unknown."""
    closing_aum_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    """Units held x price at the end of the period's last day, prices carried forward; money
    where the basis is amount. NULL where a price is missing, never 0. It adds up over
    accounts and products, not over time."""
    organic_flow_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Flows of the classes that count in organic growth, by event date: gross sales less
    redemptions."""
    is_incomplete: Mapped[bool]
    """Whether opening or closing AUM is unknown because a price or an exchange rate is missing;
    flows are still shown."""
    is_market_plug: Mapped[bool]
    """Whether the market line, or part of it, is what no other line explains."""
    is_stale_price: Mapped[bool]
    """Whether the closing price is older than `stale_price_days`."""

    account: Mapped[DimAccounts] = member(account_key)
    product: Mapped[DimProducts] = member(product_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)


class FactAUMFlow(Base):
    """One row per flow as received, by event date, with the members in force on that date. It
    includes flows after the as-of date; metric marts leave them out.
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
    """Wholesaler of record of that territory on the trade date: the external, else the hybrid."""
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


class UnmatchedRedemptions(Base):
    """One row per account, product and basis with redemptions beyond all purchases in the feeds,
    because history before the first flow is missing. Accounts that are in no feed share the
    unassigned member, and may differ in basis.
    """

    __tablename__ = "unmatched_redemptions"
    __table_args__ = {"schema": "dist_perf_dw"}

    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key), primary_key=True)
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key), primary_key=True)
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    basis: Mapped[str] = mapped_column(primary_key=True)
    """How lots are counted: in `units`, or by `amount` where any flow of the account and product
    lacks units."""
    redemptions: Mapped[int]
    """Redemptions beyond the known lots."""
    first_trade_date: Mapped[datetime.date]
    """First such redemption."""
    last_trade_date: Mapped[datetime.date]
    """Last such redemption."""
    unmatched_quantity: Mapped[Decimal] = mapped_column(Numeric(28, 6))
    """Quantity that those redemptions took from the opening balance, in the basis."""
    unmatched_amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Money that those redemptions took from the opening balance."""

    account: Mapped[DimAccounts] = member(account_key)
    product: Mapped[DimProducts] = member(product_key)


class FactRetentionSnapshots(Base):
    """One row per lot, relief method and age that the lot has reached by the as-of date. The
    retained part is given twice: anywhere in the family, and in the lot's own product only.
    Two rules are fixed: purchases of a day come before its redemptions, and a row exists only
    once trade date + age is reached.
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


class UnmatchedTransfers(Base):
    """One row per leg of an exchange, transfer, conversion or merger whose other leg is not in
    the feeds: assets from or to outside, or a leg that a source has not delivered. The other
    leg of a `pending` one may still come.
    """

    __tablename__ = "unmatched_transfers"
    __table_args__ = {"schema": "dist_perf_dw"}

    flow_key: Mapped[int] = mapped_column(ForeignKey(FactAUMFlow.flow_key), primary_key=True)
    """Surrogate key of the flow that is the leg."""
    flow_id: Mapped[str]
    """Identifier of the movement in its source."""
    transfer_id: Mapped[str | None]
    """Identifier in the source that the legs of one exchange, transfer, conversion or merger
    share. NULL where the source links none."""
    leg: Mapped[str]
    """`out` for a leg that left, `in` for one that arrived."""
    flow_class: Mapped[str]
    """Flow class under which the row counts, a key of `flow_classes`. A correction takes the
    class of its original."""
    match_status: Mapped[str]
    """`pending` while the other leg may still come; `unmatched` once `transfer_matching_days`
    have passed without it."""
    account_key: Mapped[int] = mapped_column(ForeignKey(DimAccounts.account_key))
    """Surrogate key of the account; the unassigned member where it is missing or unknown."""
    product_key: Mapped[int] = mapped_column(ForeignKey(DimProducts.product_key))
    """Surrogate key of the product; the unassigned member where it is missing or unknown."""
    advisor_key: Mapped[int] = mapped_column(ForeignKey(DimAdvisors.advisor_key))
    """Surrogate key of the advisor; the unassigned member where it is missing or unknown."""
    wholesaler_key: Mapped[int] = mapped_column(ForeignKey(DimWholesalers.wholesaler_key))
    """Surrogate key of the wholesaler; the unassigned member where it is missing or unknown."""
    trade_date: Mapped[datetime.date] = mapped_column(ForeignKey(DimDates.date_day))
    """Event date of the movement. A correction has the date of its original."""
    basis: Mapped[str]
    """How lots are counted: in `units`, or by `amount` where any flow of the account and product
    lacks units."""
    quantity: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    """Units of the leg net of its corrections, or money where the basis is amount."""
    amount: Mapped[Decimal] = mapped_column(Numeric(18, 2))
    """Money of the leg, net of its corrections."""

    flow: Mapped[FactAUMFlow] = member(flow_key)
    account: Mapped[DimAccounts] = member(account_key)
    product: Mapped[DimProducts] = member(product_key)
    advisor: Mapped[DimAdvisors] = member(advisor_key)
    wholesaler: Mapped[DimWholesalers] = member(wholesaler_key)
    trade_day: Mapped[DimDates] = member(trade_date)
