"""Rules of alerts that editors change while the warehouse is in use."""

from __future__ import annotations

from typing import ClassVar

from starlette.requests import Request
from wtforms import (
    BooleanField,
    DecimalField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)

from dist_perf import project
from dist_perf.serve.access.tables import AlertRule
from dist_perf.serve.admin.editing import Editable

PERIODS = ("day", "month", "quarter", "year")
MEASURES = ("value", "change", "relative_change")
EARLIER = ("", "prior_month", "prior_quarter", "prior_year")
SEVERITIES = ("info", "warning", "critical")
NAME = "Small letters, digits and underscores"


def _named(label: str, description: str = NAME) -> StringField:
    return StringField(
        label,
        [validators.InputRequired(), validators.Regexp("^[a-z][a-z0-9_]{0,62}$", message=NAME)],
        description=description,
    )


def _optional(given: str | None) -> str | None:
    """Return a text, None where it is empty: nothing was said."""
    return (given or "").strip() or None


class AlertRulesView(Editable, model=AlertRule):
    """Rules that replace those of an area's seed, or add to them."""

    name = "alert rule"
    name_plural = "Alert rules"
    icon = "fa-solid fa-bell"
    needs = "may_edit"
    order = 5
    until_build = True
    about = (
        "Thresholds that people are alerted to. A rule here takes the place of the one of the same "
        "area and name that came with the area; the next build uses it."
    )
    column_list: ClassVar = [
        "area", "rule_id", "metric", "member_kind", "measure", "comparator", "threshold",
        "channel", "is_active",
    ]  # fmt: skip
    column_details_list = column_list
    column_searchable_list: ClassVar = ["rule_id", "metric", "channel"]
    column_sortable_list: ClassVar = ["area", "rule_id", "metric", "channel"]
    column_default_sort = "rule_id"
    column_labels: ClassVar = {
        "area": "Area",
        "rule_id": "Rule",
        "metric": "Metric",
        "member_kind": "Of each",
        "measure": "Measure",
        "comparator": "Breaks",
        "threshold": "Threshold",
        "channel": "Channel",
        "is_active": "Active",
    }

    async def form_of(self, request: Request, *, is_new: bool) -> type[Form]:  # noqa: ARG002
        """Return the form of a rule; `common.alert_rules` says what cannot be evaluated."""
        areas: list[str] = project.variables()["alert_areas"]

        class New(Form):  # type: ignore[misc]
            area = SelectField("Area", choices=areas)
            rule_id = _named("Rule")

        class Changed(Form):  # type: ignore[misc]
            metric = _named("Metric", "As `common.alert_values` calls it")
            member_kind = _named("Of each", "Kind of member, such as `firm`")
            member_id = StringField(
                "Only of", filters=[_optional], description="Id of one member; empty for all"
            )
            period_type = SelectField("By", choices=PERIODS)
            measure = SelectField("Measure", choices=MEASURES)
            compared_with = SelectField("Compared with", choices=EARLIER, filters=[_optional])
            comparator = SelectField("Breaks", choices=("below", "above"))
            threshold = DecimalField(
                "Threshold", [validators.InputRequired()], places=None,
                description="In the unit of the metric: 5 points of a rate are 0.05",
            )  # fmt: skip
            periods_in_a_row = IntegerField(
                "Periods in a row", [validators.NumberRange(min=1)], default=1
            )
            severity = SelectField("Severity", choices=SEVERITIES, default="warning")
            channel = _named("Channel")
            repeat_after_days = IntegerField(
                "Tell again after days",
                [validators.Optional(), validators.NumberRange(min=1)],
                description="Empty for never",
            )
            message = TextAreaField("Sentence that people read", [validators.InputRequired()])
            is_active = BooleanField("Active", default=True)

        class Added(New, Changed):
            pass

        return Added if is_new else Changed


VIEWS = (AlertRulesView,)
