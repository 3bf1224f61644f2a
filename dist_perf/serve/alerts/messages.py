"""What a message says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dist_perf.serve.alerts.checks import SEVERITIES, Check, amount, limit, period, value
from dist_perf.serve.alerts.states import Kind, Notice

HEADINGS: dict[Kind, str] = {"new": "New", "repeat": "Still", "recovery": "Recovered"}
# A message of more lines is not read; the rest is counted, and `dist-perf alerts list` shows it.
MOST_LINES = 50
LONGEST_NAME = 80


@dataclass(frozen=True)
class Message:
    """What one recipient gets."""

    title: str
    body: str
    severity: str


def compose(notices: Sequence[Notice]) -> Message:
    """Return one message of all that is to be reported to a recipient."""
    counts = {kind: sum(each.kind == kind for each in notices) for kind in HEADINGS}
    title = ", ".join(
        f"{count} {heading.lower()}"
        for (kind, heading) in HEADINGS.items()
        if (count := counts[kind])
    )
    lines: list[str] = []
    for kind, heading in HEADINGS.items():
        shown = [line(each) for each in notices if each.kind == kind]
        if shown:
            lines += [f"{heading}:", *(f"- {text}" for text in shown), ""]
    as_of = sorted({f"{each.key[0]} as of {each.as_of_date}" for each in notices})
    if len(lines) > MOST_LINES:
        left = len(notices) - sum(text.startswith("- ") for text in lines[:MOST_LINES])
        lines = [*lines[:MOST_LINES], f"... and {left} more: dist-perf alerts list", ""]
    still = [each.severity for each in notices if each.kind != "recovery"]
    return Message(
        f"Alerts: {title}",
        "\n".join([*lines, "; ".join(as_of)]),
        min(still, key=SEVERITIES.index) if still else "recovery",
    )


def line(notice: Notice) -> str:
    """Return what is said of one alert."""
    check, reported = notice.check, notice.reported
    if notice.kind != "recovery" and check is not None:
        return f"[{check.severity}] {_clean(check.message)}: {measured(check)}"
    name = _clean(reported.member_name if reported else notice.key[3])
    said = _clean(reported.message if reported else notice.key[1])
    if check is None:
        return f"{said}: {name} is not measured any more"
    if check.is_breach:
        return f"{said}: {name} is now reported to channel {check.channel}"
    return f"{said}: {measured(check)}"


def measured(check: Check) -> str:
    """Return member, period, value and threshold of a check."""
    text = f"{_clean(check.member_name)}, {period(check)}: {value(check)}"
    if check.earlier_value is not None:
        text += f" on {amount(check.earlier_value, check.unit)}"
    text += f" (limit: {check.comparator} {limit(check)})"
    if check.is_breach and check.streak_periods > 1:
        text += f", {check.streak_periods} {check.period_type}s in a row"
    return text


def _clean(text: str) -> str:
    """Return a name of the feeds as one line of a bounded length."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 3] + "..."
