"""Reads the filters of a page from an address, and says them to a query."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import QueryParams

from dist_perf.serve.database import Reader
from dist_perf.serve.pages.definition import Block, Choice, Filter, Months, Page
from dist_perf.serve.problems import Problem, unknown_parameter, unknown_value

MONTH_PARAMETERS = ("from", "to")
MOST_VALUES = 200
MOST_MONTHS = 600
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})(?:-01)?", re.ASCII)
# What a query itself does with a filter's value.
_NAMED = re.compile(r":([a-z_]+)")


@dataclass(frozen=True)
class Option:
    """A value that a filter can have."""

    value: str
    label: str


@dataclass
class Chosen:
    """What the address chose of a page's filters.

    Attributes:
        values: values for queries, by name.
        active: filters that leave something out.
        options: what each filter of a list offers.
        chips: what is filtered, in words: label, value in words, and the parameter that says it.
    """

    values: dict[str, Any] = field(default_factory=dict)
    active: set[str] = field(default_factory=set)
    options: dict[str, list[Option]] = field(default_factory=dict)
    chips: list[dict[str, str]] = field(default_factory=list)
    months: tuple[str, str] | None = None
    bounds: tuple[str, str] | None = None

    def query(self, block: Block, filters: Iterable[Filter]) -> str:
        """Return the query of a block with the condition that is chosen."""
        heeded = block.filters
        text = block.sql
        needed = {each.name for each in filters if each.name in self.active}
        if block.detail_sql and needed & {*block.detail_filters} - {*block.filters}:
            heeded, text = block.detail_filters, block.detail_sql
        parts = []
        for each in filters:
            column = heeded.get(each.name)
            if column is None or each.name not in self.active:
                continue
            if ":" in column:
                parts.append(f"({column})")
            elif isinstance(each, Months):
                parts.append(f"({column} >= :from_month and {column} <= :to_month)")
            elif each.is_multiple:
                parts.append(f"{column} = any(:{each.name})")
            else:
                parts.append(f"{column} = :{each.name}")
        return text.replace("{where}", " and ".join(parts) or "true")

    def without_effect_on(self, block: Block, filters: Iterable[Filter]) -> list[str]:
        """Return the labels of the active filters that a block does not heed."""
        shown = {chip["filter"] for chip in self.chips}
        heeded = {*block.filters, *block.detail_filters, *_NAMED.findall(block.sql)}
        return [each.label for each in filters if each.name in shown - heeded]


def parameters_of(page: Page) -> list[str]:
    """Return the parameters that the address of a page can have."""
    names: list[str] = []
    for each in page.filters:
        names += MONTH_PARAMETERS if isinstance(each, Months) else [each.name]
    return names


def month(parameter: str, text: str) -> datetime.date:
    """Read a month written as `2025-03`.

    Raises:
        Problem: it is something else.
    """
    found = _MONTH.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        return datetime.date(int(found[1]), int(found[2]), 1)
    except ValueError:
        shown = text[:40]
        raise Problem(
            "bad-value", f"`{parameter}` is `{shown}`: give a month as 2025-03.", parameter
        ) from None


def _shifted(day: datetime.date, months: int) -> datetime.date:
    counted = day.year * 12 + day.month - 1 + months
    return datetime.date(counted // 12, counted % 12 + 1, 1)


def _said(day: datetime.date) -> str:
    return f"{day:%Y-%m}"


async def read(
    page: Page, query: QueryParams, reader: Reader, fixed: Mapping[str, list[str]] | None = None
) -> Chosen:
    """Read what an address chooses.

    Args:
        page: whose filters they are.
        query: the address's parameters.
        reader: reads the lists of values, as the person may see them.
        fixed: parameters that the address cannot change, of an embedded page.

    Raises:
        Problem: a parameter or a value is not known, or a range ends before it begins.
    """
    given: dict[str, list[str]] = {}
    for name, text in query.multi_items():
        given.setdefault(name, []).append(text.strip())
    given |= {name: list(texts) for name, texts in (fixed or {}).items()}
    known = parameters_of(page)
    for name in given:
        if name not in known:
            raise unknown_parameter(name, known)
    chosen = Chosen()
    for each in page.filters:
        if isinstance(each, Months):
            await _choose_months(each, given, reader, chosen)
        else:
            await _choose_values(each, given, reader, chosen)
    return chosen


async def _choose_values(
    each: Choice, given: Mapping[str, list[str]], reader: Reader, chosen: Chosen
) -> None:
    rows = await reader.rows(each.options)
    options = [Option(str(row["value"]), str(row["label"])) for row in rows]
    chosen.options[each.name] = options
    labels = {option.value: option.label for option in options}
    texts = [text for text in dict.fromkeys(given.get(each.name, [])) if text]
    if len(texts) > (MOST_VALUES if each.is_multiple else 1):
        limit = f"{MOST_VALUES} values" if each.is_multiple else "one value"
        raise Problem("bad-value", f"`{each.name}` takes {limit} at most.", each.name)
    for text in texts:
        if text not in labels:
            raise unknown_value(each.name, text, labels)
        chosen.chips.append(
            {"filter": each.name, "label": each.label, "text": labels[text], "value": text}
        )
    default = each.default_among([*labels])
    if not texts and default is not None:
        texts = [default]
    if texts:
        chosen.values[each.name] = texts if each.is_multiple else texts[0]
        chosen.active.add(each.name)


async def _choose_months(
    each: Months, given: Mapping[str, list[str]], reader: Reader, chosen: Chosen
) -> None:
    (row,) = await reader.rows(each.bounds)
    first, last = row["first_month"], row["last_month"]
    texts = {name: next(iter(given.get(name, [])), "") for name in MONTH_PARAMETERS}
    if first is None or last is None:
        # Without any month there is no row that a range could leave out.
        first = last = datetime.date(1900, 1, 1)
    start = first
    if each.months is not None:
        start = max(first, _shifted(last, 1 - each.months))
    begin = month("from", texts["from"]) if texts["from"] else start
    end = month("to", texts["to"]) if texts["to"] else max(last, begin)
    if texts["to"] and not texts["from"]:
        begin = min(begin, end)
    if begin > end:
        raise Problem(
            "range-reversed",
            f"The range ends in {_said(end)}, before it begins in {_said(begin)}: exchange them.",
            "from",
        )
    if (end.year - begin.year) * 12 + end.month - begin.month >= MOST_MONTHS:
        raise Problem(
            "range-too-long",
            f"The range has more than {MOST_MONTHS} months: there are figures from {_said(first)} "
            f"to {_said(last)}.",
            "from",
        )
    chosen.values |= {"from_month": begin, "to_month": end}
    chosen.active.add(each.name)
    chosen.months = _said(begin), _said(end)
    chosen.bounds = _said(first), _said(last)
    if any(texts.values()):
        said = f"{_said(begin)} to {_said(end)}"
        chosen.chips.append({"filter": each.name, "label": each.label, "text": said, "value": said})


def renamed(page: Page, query: QueryParams) -> QueryParams:
    """Return the parameters of a page's older address by the names that they have here.

    A name stands for several where one value says all of them; a day stands for its month.
    """
    items: list[tuple[str, str]] = []
    for name, text in query.multi_items():
        for called in page.older_parameters.get(name, (name,)):
            is_month = called in MONTH_PARAMETERS and _DAY.fullmatch(text)
            items.append((called, text[:7] if is_month else text))
    return QueryParams(items)
