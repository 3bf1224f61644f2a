"""What a page is made of.

A block's SQL selects from marts. `{schema}` stands for a schema and `{where}` for what the filters
leave; `:as_of` and each filter's name stand for values. A block names the column that each filter
looks at: what it does not name does not filter it, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Row = dict[str, Any]
Figure = dict[str, Any]
Format = Literal[
    "money", "count", "share", "bps", "number", "date", "month", "time", "text", "flag"
]
# Default of a filter whose list begins with what a person looks at first.
FIRST = "*first*"


@dataclass(frozen=True)
class Choice:
    """A filter of one or more values of a list.

    Args:
        options: SQL with the columns `value` (text) and `label`, in the order of the list.
        is_multiple: whether it takes several values.
        default: value where the address names none; None leaves all, `FIRST` takes the first of
            the list.
        without: what the page says where the list is empty.
    """

    name: str
    label: str
    options: str
    is_multiple: bool = True
    default: str | None = None
    without: str = ""

    def default_among(self, offered: Sequence[str]) -> str | None:
        """Return the value where the address names none, of those that are offered."""
        default = next(iter(offered), None) if self.default == FIRST else self.default
        return default if default in offered else None


@dataclass(frozen=True)
class Months:
    """A filter of months, from one to another, both included: parameters `from` and `to`.

    Args:
        bounds: SQL with the columns `first_month` and `last_month`.
        months: how many months up to the last the page shows if the address names none; None
            shows all.
    """

    label: str
    bounds: str
    months: int | None = None
    name: str = "months"


Filter = Choice | Months


@dataclass(frozen=True)
class Kpi:
    """A figure of a row, with what it is compared with.

    Args:
        column: of the query's only row. Columns `<column>_prior` and `<column>_year`, if there,
            hold the same of the period before and of the year before.
        polarity: 1 where more is better, -1 where less is, 0 where neither.
    """

    column: str
    label: str
    format: Format
    polarity: Literal[-1, 0, 1] = 1


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Args:
        said: what the page says of a row in place of the value, which downloads have.
    """

    name: str
    label: str
    format: Format = "text"
    said: Callable[[Row], str] | None = None
    # Address that the cell leads to, with `{column}` for values of its row.
    link: str | None = None


@dataclass(frozen=True)
class Block:
    """A query and how its rows are shown.

    Args:
        filters: the column that each filter looks at, by the filter's name. A value with
            `:name` in it is a whole condition.
        detail_sql: the same rows from finer ones, which is run where a filter is chosen that the
            rows of `sql` do not have.
        detail_filters: the columns that its filters look at.
        note: what a reader must know to read it right.
        empty: what to say where no row is left.
    """

    name: str
    title: str
    sql: str
    filters: Mapping[str, str] = field(default_factory=dict)
    detail_sql: str = ""
    detail_filters: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    empty: str = "No rows are left by these filters."


@dataclass(frozen=True)
class Kpis(Block):
    """Figures beside each other; the query gives one row."""

    items: tuple[Kpi, ...] = ()


@dataclass(frozen=True)
class Chart(Block):
    """A chart.

    Args:
        draw: makes a figure of Plotly, plain dicts, of the rows. It computes no figure.
        is_wide: whether it takes the page's whole width.
    """

    draw: Callable[[list[Row]], Figure] = lambda rows: {"data": [], "layout": {"meta": len(rows)}}
    is_wide: bool = False


@dataclass(frozen=True)
class Table(Block):
    """A table.

    A row whose column `is_total` is true is the total, which SQL computes.
    """

    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page of an area.

    Args:
        question: what it answers, in a sentence.
        order: its place in the menu.
        in_menu: False for a page that others lead to.
        older_address: where older dashboards look for it; it answers there too, with JSON to who
            asks for that.
        older_parameters: what parameters there are called here.
    """

    name: str
    title: str
    question: str
    filters: tuple[Filter, ...]
    blocks: tuple[Block, ...]
    order: int = 100
    in_menu: bool = True
    older_address: str = ""
    older_parameters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def block(self, name: str) -> Block | None:
        """Return a block by its name, None if there is none."""
        return next((block for block in self.blocks if block.name == name), None)
