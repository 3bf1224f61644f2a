"""Sales credit by its definition: one flow, one day, one state of knowledge at a time.

Nothing here is clever. What a pay period pays is what its lock knew, less what the periods before
it had paid already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

ROLES = ("external", "internal", "hybrid")
SCOPES = ("flow", "account", "advisor", "territory")
TOLERANCE = Fraction(1, 1_000_000)
CENT = Decimal("0.01")

Cents = Counter[str]


@dataclass(frozen=True)
class Rule:
    """A dated row; `scope` is that of a split, or `affiliation` or `assignment`."""

    scope: str
    scope_id: str
    role: str
    holder: str
    rate: Decimal
    valid_from: date
    valid_to: date | None
    booked: date


@dataclass(frozen=True)
class Sale:
    """A flow, with what it counts for."""

    flow_id: str
    original_id: str
    account_id: str
    advisor_id: str | None
    traded: date
    booked: date
    amount: Decimal
    is_held_out: bool


@dataclass(frozen=True)
class Period:
    """A pay period; `locked` is `date.max` while it is open."""

    period_id: str
    start: date
    locked: date


def in_force(rules: Iterable[Rule], on: date, known: date, *, opens: bool = False) -> Rule | None:
    """Return the row of a key in force on a day; if it `opens`, the first also holds before."""
    by_start: dict[date, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.booked):
        if rule.booked <= known:
            by_start[rule.valid_from] = rule
    if opens and by_start:
        on = max(on, min(by_start))
    before = [start for start in by_start if start <= on]
    if not before:
        return None
    rule = by_start[max(before)]
    return rule if rule.valid_to is None or on < rule.valid_to else None


class Book:
    """All rules, by what they are about."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """File the rules."""
        self.things: dict[tuple[str, str, str], dict[str, list[Rule]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for rule in rules:
            holder = rule.holder if rule.scope in SCOPES else ""
            self.things[rule.scope, rule.scope_id, rule.role][holder].append(rule)

    def holder(self, scope: str, scope_id: str | None, role: str, on: date, known: date) -> str:
        """Return the territory of an advisor or the wholesaler of a territory, if any."""
        rules = self.things[scope, scope_id or "", role][""]
        rule = in_force(rules, on, known, opens=scope == "affiliation")
        return rule.holder if rule else ""

    def parts(self, sale: Sale, role: str, on: date, known: date) -> dict[str, Fraction]:
        """Return each wholesaler's part of a sale, in ones."""
        if sale.is_held_out:
            return {"unallocated": Fraction(1)} if role == "external" else {}
        territory = self.holder("affiliation", sale.advisor_id, "", on, known)
        ids = (sale.original_id, sale.account_id, sale.advisor_id, territory)
        for scope, scope_id in zip(SCOPES, ids, strict=True):
            rules = self.things[scope, scope_id or "", role].values()
            found = [rule for each in rules if (rule := in_force(each, on, known)) and rule.rate]
            if found:
                return divided({rule.holder: Fraction(rule.rate) for rule in found})
        wholesaler = self.holder("assignment", territory, role, on, known)
        if not wholesaler and role == "external":
            wholesaler = self.holder("assignment", territory, "hybrid", on, known)
        if not wholesaler and role != "external":
            return {}
        return {wholesaler or "unassigned": Fraction(1)}


def divided(parts: dict[str, Fraction]) -> dict[str, Fraction]:
    """Return parts that add up to one, or all of it unallocated."""
    total = sum(parts.values(), Fraction(0))
    if abs(1 - total) <= TOLERANCE:
        return {holder: part / total for holder, part in parts.items()}
    if total > 1:
        return {"unallocated": Fraction(1)}
    return {**parts, "unallocated": 1 - total}


def in_cents(amount: Decimal, parts: dict[str, Fraction]) -> Cents:
    """Divide an amount into whole cents by largest remainder; without parts nobody has any."""
    if not parts:
        return Counter()
    cents = int(abs(amount) / CENT)
    exact = {holder: cents * part for holder, part in parts.items()}
    whole = Counter({holder: int(value) for holder, value in exact.items()})
    by_remainder = sorted(exact, key=lambda holder: (whole[holder] - exact[holder], holder))
    for holder in by_remainder[: cents - sum(whole.values())]:
        whole[holder] += 1
    sign = -1 if amount < 0 else 1
    return Counter({holder: sign * value for holder, value in whole.items()})


def credit(
    sales: Sequence[Sale], book: Book, periods: Sequence[Period], as_of: date
) -> Iterator[tuple[tuple[str, str, str, str, str], Decimal]]:
    """Yield amounts by flow, role, mode, pay period and wholesaler, none of them zero."""
    still_open = next(n for n, period in enumerate(periods) if period.locked == date.max)
    for sale in sales:
        covering = max(n for n, period in enumerate(periods) if period.start <= sale.booked)
        open_then = next(n for n, period in enumerate(periods) if period.locked >= sale.booked)
        first = max(covering, open_then)
        for role in ROLES:
            for mode, on in (("as_was", sale.traded), ("as_is", as_of)):
                now = in_cents(sale.amount, book.parts(sale, role, on, date.max))
                yield from _rows(sale, role, mode, "unassigned", now)
            paid: Cents = Counter()
            for period in periods[first : max(first, still_open) + 1]:
                due = in_cents(sale.amount, book.parts(sale, role, sale.traded, period.locked))
                difference = Counter(due)
                difference.subtract(paid)
                yield from _rows(sale, role, "as_paid", period.period_id, difference)
                paid = due


def _rows(
    sale: Sale, role: str, mode: str, period: str, cents: Cents
) -> Iterator[tuple[tuple[str, str, str, str, str], Decimal]]:
    for holder, value in cents.items():
        if value:
            yield (sale.flow_id, role, mode, period, holder), value * CENT
