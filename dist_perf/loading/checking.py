"""Turns rows of text into rows of a feed, or into rejects with their reason.

The work is SQL in an in-memory DuckDB: a batch comes in as `batch` (the file's columns as
text, and `_row_number`), good rows come out typed, bad ones with what is wrong with them.
Decimals are exact on the whole way; a value with more decimals than its column is refused
and not rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from dist_perf import project
from dist_perf.feeds import Feed, FeedColumn
from dist_perf.loading.mapping import PLACEHOLDER, ColumnMapping, Mapping
from dist_perf.loading.reading import Batch, BrokenRow

NUMERIC = re.compile(r"numeric\((\d+), ?(\d+)\)")
# Decimals that a value may have before it is scaled.
WORKING_DECIMALS = 12
ROW_NUMBER = "_row_number"

REJECT_SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("column_name", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("row_content", pa.string()),
    ]
)


@dataclass(frozen=True)
class Checked:
    """What became of one batch.

    Attributes:
        taken: Rows of the feed, every column as text that the database reads exactly, and
            `_row_number`.
        rejected: Rows of `REJECT_SCHEMA`, one for each bad row with its first problem.
        blank: Rows, or cells of a wide table, that hold nothing.
        first_date: First business date among the rows taken, ISO text, None without one.
        last_date: Last one.
    """

    taken: pa.Table
    rejected: pa.Table
    blank: int
    first_date: str | None
    last_date: str | None


class Checker:
    """Checks batches of one file against its feed."""

    def __init__(self, feed: Feed, mapping: Mapping, header: tuple[str, ...]) -> None:
        """Prepare the SQL for a file with this header."""
        self._feed = feed
        self._session = duckdb.connect(config={"threads": 2})
        self._session.execute("set preserve_insertion_order = true")
        self._records = _records_sql(mapping, header)
        self._checked = _checked_sql(feed, mapping)

    def check(self, batch: Batch) -> Checked:
        """Return the batch's rows, taken or rejected, in the order of the file."""
        session = self._session
        session.register("batch", batch.rows.append_column(ROW_NUMBER, batch.row_numbers))
        session.execute(f"create or replace temp table records as {self._records}")
        session.execute(f"create or replace temp table checked as {self._checked}")
        session.unregister("batch")
        blank = _one(session, "select count(*) from records where _is_blank")[0]
        columns = ", ".join(f'cast("{name}" as varchar) as "{name}"' for name in self._names)
        taken = session.sql(
            f"select {columns}, {ROW_NUMBER} from checked where _problem is null"
        ).to_arrow_table()
        rejected = session.sql(
            f"""
            select {ROW_NUMBER} as row_number, _problem.column_name, _problem.value,
                _problem.reason, _content as row_content
            from checked where _problem is not null
            """
        ).to_arrow_table()
        first = last = None
        if self._feed.business_date:
            first, last = _one(
                session,
                f'select cast(min("{self._feed.business_date}") as varchar), '
                f'cast(max("{self._feed.business_date}") as varchar) '
                "from checked where _problem is null",
            )
        broken = pa.Table.from_pylist([_broken(row) for row in batch.broken], schema=REJECT_SCHEMA)
        return Checked(
            taken=taken,
            rejected=pa.concat_tables([rejected.cast(REJECT_SCHEMA), broken]),
            blank=blank,
            first_date=first,
            last_date=last,
        )

    @property
    def _names(self) -> tuple[str, ...]:
        return self._feed.column_names


def _one(session: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return session.execute(sql).fetchall()[0]


def _broken(row: BrokenRow) -> dict[str, Any]:
    return {
        "row_number": row.row_number,
        "column_name": None,
        "value": None,
        "reason": f"has {row.found} fields where the header has {row.expected}",
        "row_content": row.text,
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _records_sql(mapping: Mapping, header: tuple[str, ...]) -> str:
    """Give every record its columns as text; a wide table is unpivoted, blanks are marked."""
    content = "to_json(struct_pack({})) as _content"
    if mapping.unpivot is None:
        names = [_quoted(name) for name in header]
        fields = ", ".join(f"{name} := {name}" for name in names)
        blank = " and ".join(f"trim({name}) = ''" for name in names)
        return f"select *, {content.format(fields)}, {blank} as _is_blank from batch"
    unpivot = mapping.unpivot
    kept = [_quoted(name) for name in unpivot.keep]
    cells = [name for name in header if name not in {*unpivot.keep, *unpivot.ignore}]
    name, value = _quoted(unpivot.name), _quoted(unpivot.value)
    fields = ", ".join(f"{each} := {each}" for each in [*kept, name, value])
    rows = " union all ".join(
        f"select {', '.join(kept)}, {_literal(cell)} as {name}, {_quoted(cell)} as {value}, "
        f"{ROW_NUMBER}, {position} as _position from batch"
        for position, cell in enumerate(cells)
    )
    nulls = ", ".join(_literal(each) for each in mapping.null_values)
    return (
        f"select *, {content.format(fields)}, trim({value}) in ({nulls}) as _is_blank "
        f"from ({rows}) order by {ROW_NUMBER}, _position"
    )


def _checked_sql(feed: Feed, mapping: Mapping) -> str:
    raw, parsed, final, problems = [], [], [], []
    for column in feed.columns:
        mapped = mapping.columns.get(column.name)
        text = f'"{column.name} text"'
        raw.append(f"{_text_sql(mapped, mapping)} as {text}")
        kind = _kind(column)
        parsed.append(f'{kind.parse(text, mapped)} as "{column.name}"')
        final.append(f'{kind.cast(f"{_quoted(column.name)}")} as "{column.name}"')
        problems.append(_problem_sql(column, mapped, kind, text))
    names = ", ".join(final)
    return f"""
        with texts as (
            select {", ".join(raw)}, {ROW_NUMBER}, _content from records where not _is_blank
        ),
        parsed as (select *, {", ".join(parsed)} from texts),
        judged as (select *, coalesce({", ".join(problems)}) as _problem from parsed)
        select {names}, {ROW_NUMBER}, _content, _problem from judged
    """


def _text_sql(mapped: ColumnMapping | None, mapping: Mapping) -> str:
    if mapped is None:
        return "cast(null as varchar)"
    if mapped.constant is not None:
        return _literal(mapped.constant)
    if mapped.template is not None:
        parts = PLACEHOLDER.split(mapped.template)
        pieces = [
            f"trim({_quoted(part)})" if odd % 2 else _literal(part)
            for odd, part in enumerate(parts)
            if part
        ]
        return f"nullif(trim({' || '.join(pieces)}), '')"
    text = f"trim({_quoted(mapped.source or '')})"
    if mapped.by_sign is not None:
        number = _number_sql(text, mapped)
        text = (
            f"case when {number} < 0 then {_literal(mapped.by_sign.negative)} "
            f"when {number} >= 0 then {_literal(mapped.by_sign.otherwise)} else {text} end"
        )
    if mapped.values:
        cases = " ".join(
            f"when {_literal(old)} then {_literal(new)}" for old, new in mapped.values.items()
        )
        text = f"case {text} {cases} else {text} end"
    nulls = ", ".join(_literal(each) for each in mapping.null_values)
    return f"case when {text} not in ({nulls}) then {text} end"


def _plain_number_sql(text: str, mapped: ColumnMapping | None) -> str:
    """Write a number the way that SQL reads it: `(1,234.50)` becomes `-1234.50`."""
    plain = f"regexp_replace({text}, '[\\s\\x{{00A0}}$€£]', '', 'g')"
    if mapped is not None and mapped.thousands:
        plain = f"replace({plain}, {_literal(mapped.thousands)}, '')"
    if mapped is not None and mapped.decimal == ",":
        plain = f"replace({plain}, ',', '.')"
    return f"regexp_replace({plain}, '^\\((.*)\\)$', '-\\1')"


def _number_sql(text: str, mapped: ColumnMapping | None) -> str:
    """Read a number exactly: NULL where it is none, or does not fit."""
    plain = _plain_number_sql(text, mapped)
    read = (
        f"case when regexp_full_match({plain}, "
        f"'[+-]?(\\d+\\.?\\d{{0,{WORKING_DECIMALS}}}0*|\\.\\d{{1,{WORKING_DECIMALS}}}0*)') "
        f"then try_cast({plain} as decimal(38, {WORKING_DECIMALS})) end"
    )
    if mapped is not None and mapped.scale != 1:
        factor = format(mapped.scale, "f")
        read = f"try(cast({read} * {factor} as decimal(38, {WORKING_DECIMALS})))"
    return f"abs({read})" if mapped is not None and mapped.absolute else read


@dataclass(frozen=True)
class _Kind:
    """How values of one SQL type are read and what can be wrong with them."""

    data_type: str

    def parse(self, text: str, _mapped: ColumnMapping | None) -> str:
        return text

    def cast(self, parsed: str) -> str:
        return f"cast({parsed} as {self.data_type})"

    def problems(self, _column: FeedColumn, _mapped: ColumnMapping | None) -> list[tuple[str, str]]:
        return []


@dataclass(frozen=True)
class _Date(_Kind):
    def parse(self, text: str, mapped: ColumnMapping | None) -> str:
        formats = ", ".join(_literal(each) for each in self._formats(mapped))
        return f"cast(try_strptime({text}, [{formats}]) as date)"

    def problems(self, column: FeedColumn, mapped: ColumnMapping | None) -> list[tuple[str, str]]:
        variables = project.variables()
        first, last = variables["calendar_start_date"], variables["calendar_end_date"]
        name = _quoted(column.name)
        formats = " or ".join(f"`{each}`" for each in self._formats(mapped)[:2])
        return [
            (f"{name} is null", f"is no date written as {formats}"),
            (
                f"{name} not between date '{first}' and date '{last}'",
                f"is beyond the calendar, {first} to {last}",
            ),
        ]

    @staticmethod
    def _formats(mapped: ColumnMapping | None) -> tuple[str, ...]:
        return mapped.date_format if mapped is not None else ("%Y-%m-%d",)


@dataclass(frozen=True)
class _Number(_Kind):
    precision: int = 18
    scale: int = 0

    def parse(self, text: str, mapped: ColumnMapping | None) -> str:
        return _number_sql(text, mapped)

    def cast(self, parsed: str) -> str:
        return f"try_cast({parsed} as {self.data_type})"

    def problems(self, column: FeedColumn, _mapped: ColumnMapping | None) -> list[tuple[str, str]]:
        name = _quoted(column.name)
        limit = 10 ** (self.precision - self.scale)
        found = [
            (f"{name} is null", "is no number"),
            (
                f"{name} <> round({name}, {self.scale})",
                f"has more than {self.scale} decimals; it is not rounded silently",
            ),
            (f"abs({name}) >= {limit}", f"is too large for {self.data_type}"),
        ]
        if column.minimum is not None:
            found.append((f"{name} < {column.minimum}", f"is below {column.minimum}"))
        if column.maximum is not None:
            found.append((f"{name} > {column.maximum}", f"is above {column.maximum}"))
        return found


def _kind(column: FeedColumn) -> _Kind:
    if column.data_type == "date":
        return _Date("date")
    if column.data_type == "integer":
        return _Number("integer", precision=9, scale=0)
    numeric = NUMERIC.fullmatch(column.data_type)
    if numeric:
        return _Number(column.data_type, int(numeric[1]), int(numeric[2]))
    return _Kind("varchar")


def _problem_sql(column: FeedColumn, mapped: ColumnMapping | None, kind: _Kind, text: str) -> str:
    """Return the first thing wrong with a column as a struct, NULL where it is good."""
    cases = []
    if column.required:
        cases.append((f"{text} is null", "is required and empty"))
    else:
        cases.append((f"{text} is null", ""))
    cases += kind.problems(column, mapped)
    if column.accepted_values:
        accepted = ", ".join(str(value) for value in column.accepted_values)
        listed = ", ".join(_literal(str(value)) for value in column.accepted_values)
        cases.append(
            (
                f"cast({kind.cast(_quoted(column.name))} as varchar) not in ({listed})",
                f"is none of {accepted}",
            )
        )
    reasons = " ".join(
        f"when {condition} then {_literal(reason) if reason else 'null'}"
        for condition, reason in cases
    )
    reason = f"case {reasons} end"
    return (
        f"case when {reason} is not null then struct_pack("
        f"column_name := {_literal(column.name)}, value := {text}, reason := {reason}) end"
    )
