"""What rules of alerts measured, and how it is said."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

# Area, rule, kind of member and member: what breaks and recovers.
AlertKey = tuple[str, str, str, str]
SEVERITIES = ("critical", "warning", "info")


@dataclass(frozen=True)
class Check:
    """What a rule measured of a member in a period: a row of `alert_checks`."""

    area: str
    rule_id: str
    member_kind: str
    member_id: str
    member_name: str
    unit: str
    period_type: str
    period_start_date: datetime.date
    is_current: bool
    metric_value: Decimal
    earlier_value: Decimal | None
    measured_value: Decimal
    measure: str
    compared_with: str | None
    comparator: str
    threshold: Decimal
    streak_periods: int
    streak_start_date: datetime.date | None
    severity: str
    channel: str
    repeat_after_days: int | None
    message: str
    is_breach: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Check:
        """Return the check that a row of `alert_checks` holds, among other columns."""
        return cls(**{each.name: row[each.name] for each in fields(cls)})

    @property
    def key(self) -> AlertKey:
        """What breaks."""
        return self.area, self.rule_id, self.member_kind, self.member_id


def value(check: Check) -> str:
    """Return the value of a check, and its change where that is what the rule looks at."""
    now = amount(check.metric_value, check.unit)
    if check.measure == "change":
        return f"{now}, {change(check.measured_value, check.unit)}"
    if check.measure == "relative_change":
        return f"{now}, {amount(check.measured_value, 'ratio', sign=True)}"
    return now


def limit(check: Check) -> str:
    """Return the threshold in its unit."""
    if check.measure == "change":
        return change(check.threshold, check.unit)
    return amount(check.threshold, "ratio" if check.measure == "relative_change" else check.unit)


def period(check: Check) -> str:
    """Return the name of a check's period."""
    return _named(check.period_type, check.period_start_date)


def since(check: Check) -> str:
    """Return the name of the first of the periods in a row that are beyond the threshold."""
    return _named(check.period_type, check.streak_start_date or check.period_start_date)


def _named(period_type: str, day: datetime.date) -> str:
    names = {
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year} Q{(day.month + 2) // 3}",
        "year": str(day.year),
    }
    return names.get(period_type, day.isoformat())


def change(number: Decimal, unit: str) -> str:
    """Return a difference of two values; that of two fractions is in points."""
    if unit == "ratio":
        return f"{number * 100:+,.1f} points"
    return amount(number, unit, sign=True)


def amount(number: Decimal, unit: str, *, sign: bool = False) -> str:
    """Return a value in its unit."""
    plus = "+" if sign else ""
    if unit == "ratio":
        return f"{number * 100:{plus},.1f} %"
    if unit == "money":
        return f"{number:{plus},.2f}"
    return f"{number:{plus},.1f} {unit}" if unit != "days" else f"{number:{plus},.0f} days"
