"""Turns rows of text into rows of a feed, or into rejects with their reason.

The work is SQL in an in-memory DuckDB, one query a batch: the file's columns come in as text,
named by their position, since any name may stand in a header. Decimals are exact on the whole
way; a value with more decimals than its column is refused and not rounded.
"""

from __future__ import annotations

import csv
import datetime
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from dist_perf import project
from dist_perf.feeds import Feed, FeedColumn
from dist_perf.loading import dates
from dist_perf.loading.deliveries import Period
from dist_perf.loading.mapping import (
    OCCURRENCE,
    PLACEHOLDER,
    ROW_NUMBER,
    WHITESPACE,
    ColumnMapping,
    Mapping,
    Skip,
    resolved,
)
from dist_perf.loading.reading import Batch, BrokenRow

NUMERIC = re.compile(r"numeric\((\d+), ?(\d+)\)")

# Decimals that a value may have before it is scaled; 20 digits are left before the point.
WORKING_DECIMALS = 18
WORKING_TYPE = f"decimal(38, {WORKING_DECIMALS})"
SPACE = r"[\s\x{00A0}\x{202F}]"
CURRENCY = "[$€£¥₹]"
# The hyphen, the minus sign, and the dashes that stand for them in print.
MINUS = r"\x{2212}\x{2010}-\x{2013}\x{FE63}\x{FF0D}-"

REJECT_SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("column_name", pa.string()),
        ("feed_column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("row_content", pa.string()),
    ]
)


@dataclass(frozen=True)
class Rounded:
    """What rounding did to the values of a column.

    Attributes:
        rows: How many values it changed.
        difference: The sum of what it added, below zero if it took away.
    """

    rows: int
    difference: Decimal

    def __add__(self, other: Rounded) -> Rounded:
        """Return what both did."""
        return Rounded(self.rows + other.rows, self.difference + other.difference)

    def __str__(self) -> str:
        """Say it in a message and in the load log."""
        difference = self.difference.normalize()
        return f"{self.rows:,} values rounded, which adds {difference:+f} in all"


@dataclass(frozen=True)
class Checked:
    """What became of one batch.

    Attributes:
        taken: Rows of the feed, every mapped column as text that a database reads exactly,
            and `_row_number`.
        rejected: Rows of `REJECT_SCHEMA`, one for each bad row with its first problem.
        blank: Rows, or cells of a wide table, that hold nothing.
        skipped: Rows, or cells of a wide table, that the mapping skips.
        rounded: What rounding did to the rows taken, by column of the feed.
    """

    taken: pa.Table
    rejected: pa.Table
    blank: int
    skipped: int = 0
    rounded: dict[str, Rounded] = field(default_factory=dict)


class Checker:
    """Checks batches of one file against its feed."""

    def __init__(
        self,
        feed: Feed,
        mapping: Mapping,
        header: tuple[str, ...],
        loaded_on: datetime.date | None = None,
    ) -> None:
        """Prepare the SQL for a file with this header.

        Args:
            feed: What the file must hold.
            mapping: What its columns mean.
            header: Its columns.
            loaded_on: Day of the load, which business dates do not lie far after; None is today.
        """
        mapping = resolved(mapping, header)
        self._session = duckdb.connect()
        self._session.execute("set TimeZone = 'UTC'")
        records = _Records.of(mapping, header)
        self._csv = mapping.csv
        self._width = len(header)
        self._records_per_row = records.per_row
        self._taken = [column.name for column in feed.columns if column.name in mapping.columns]
        self._rounded = [
            column.name
            for column in feed.columns
            if _rounds(_kind(column, mapping), mapping.columns.get(column.name))
        ]
        loaded_on = loaded_on or datetime.datetime.now(datetime.UTC).date()
        self._repeats = _Repeats.of(mapping, records)
        for repeat in self._repeats:
            self._session.execute(repeat.create)
        self._sql = _sql(feed, mapping, records, self._repeats, loaded_on)
        self._skipped_sql = _skipped_sql(mapping, records) if mapping.skip else None
        self._dates: list[str] = []

    @property
    def period(self) -> Period:
        """First and last business date of the rows taken so far."""
        if not self._dates:
            return None
        first, last = (datetime.date.fromisoformat(pick(self._dates)) for pick in (min, max))
        return first, last

    def check(self, batch: Batch) -> Checked:
        """Return the batch's rows, taken or rejected, in the order of the file."""
        named = batch.rows.rename_columns([_position(i) for i in range(batch.rows.num_columns)])
        self._session.register("batch", named.append_column(ROW_NUMBER, batch.row_numbers))
        judged = self._session.sql(self._sql).to_arrow_table()
        for repeat in self._repeats:
            self._session.execute(repeat.count)
        skipped = len(self._skipped())
        self._session.unregister("batch")
        broken = self._without_skipped(batch.broken)
        skipped += len(batch.broken) - len(broken)
        good = pc.is_null(judged["reason"])
        taken = judged.filter(good)
        rejected = (
            judged.filter(pc.invert(good))
            .rename_columns({ROW_NUMBER: "row_number"})
            .select(REJECT_SCHEMA.names)
            .cast(REJECT_SCHEMA)
        )
        ends = pc.min_max(taken["business_date"]).as_py()
        self._dates += [date for date in ends.values() if date]
        refused = pa.Table.from_pylist([_broken(row) for row in broken], schema=REJECT_SCHEMA)
        records = batch.rows.num_rows * self._records_per_row + len(batch.broken)
        return Checked(
            taken=taken.select([*self._taken, ROW_NUMBER]),
            rejected=pa.concat_tables([rejected, refused]),
            blank=records - judged.num_rows - len(broken) - skipped,
            skipped=skipped,
            rounded={name: _moved(taken[f"{name} moved"]) for name in self._rounded},
        )

    def _skipped(self) -> list[int]:
        """Return the row number of each record of the batch that is skipped."""
        if self._skipped_sql is None:
            return []
        return [number for (number,) in self._session.execute(self._skipped_sql).fetchall()]

    def _without_skipped(self, broken: tuple[BrokenRow, ...]) -> list[BrokenRow]:
        """Return the broken rows that no rule skips: a note has fewer fields than a row."""
        if self._skipped_sql is None or not broken:
            return list(broken)
        delimiter = " " if self._csv.delimiter == WHITESPACE else self._csv.delimiter
        rows = []
        for row in broken:
            fields = next(csv.reader([row.text], delimiter=delimiter, quotechar=self._csv.quote))
            rows.append([*fields, *[None] * self._width][: self._width])
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        numbers = pa.array([row.row_number for row in broken], pa.int64())
        names = [_position(index) for index in range(self._width)]
        self._session.register("batch", pa.table([*columns, numbers], names=[*names, ROW_NUMBER]))
        skipped = set(self._skipped())
        self._session.unregister("batch")
        return [row for row in broken if row.row_number not in skipped]


def _moved(differences: pa.ChunkedArray) -> Rounded:
    changed = pc.sum(pc.not_equal(differences, 0)).as_py() or 0
    return Rounded(changed, pc.sum(differences).as_py() or Decimal(0))


def _broken(row: BrokenRow) -> dict[str, Any]:
    return {
        "row_number": row.row_number,
        "column_name": None,
        "feed_column": None,
        "value": None,
        "reason": f"has {row.found} fields where the header has {row.expected}",
        "row_content": row.text.replace("\0", r"\0"),
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _position(index: int) -> str:
    return f"column {index}"


@dataclass(frozen=True)
class _Records:
    """SQL for a batch's records: its rows, or the cells of a wide table.

    Attributes:
        sql: What to select from.
        columns: SQL of each column that a mapping can name.
        cells: Names of those of which at least one must hold something.
        per_row: Records in a row of the file.
        made: Names of the columns that unpivoting makes.
    """

    sql: str
    columns: dict[str, str]
    cells: tuple[str, ...]
    per_row: int
    made: tuple[str, ...] = ()

    @classmethod
    def of(cls, mapping: Mapping, header: tuple[str, ...]) -> _Records:
        columns = {name: _quoted(_position(index)) for index, name in enumerate(header)}
        if mapping.unpivot is None:
            return cls("batch", columns, header, 1)
        unpivot = mapping.unpivot
        kept = {name: columns[name] for name in unpivot.keep}
        cells = [name for name in header if name not in {*unpivot.keep, *mapping.ignore}]
        sql = (
            f"(select {', '.join(kept.values())}, {ROW_NUMBER}, "  # noqa: S608
            f"unnest([{', '.join(_literal(name) for name in cells)}]) as name, "
            f"unnest([{', '.join(columns[name] for name in cells)}]) as value from batch)"
        )
        named = {**kept, unpivot.name: "name", unpivot.value: "value"}
        made = unpivot.name, unpivot.value
        return cls(sql, named, (unpivot.value,), len(cells), made)

    def place(self, target: str, mapped: ColumnMapping) -> str:
        """Return SQL of the name that the file has for the column of a value."""
        if mapped.source in self.made:
            return "name"
        return _literal(", ".join(mapped.sources) or target)


@dataclass(frozen=True)
class _Repeats:
    """SQL that counts equal rows, for a template that asks which of them a row is.

    Attributes:
        name: The column that says which occurrence a row is, and the table of those seen.
        key: SQL of what equal rows have alike.
        create: Makes the table.
        count: Adds a batch to the table.
    """

    name: str
    key: str
    create: str
    count: str

    @classmethod
    def of(cls, mapping: Mapping, records: _Records) -> list[_Repeats]:
        found = []
        for target, column in mapping.columns.items():
            if not column.counts_occurrences:
                continue
            values = (records.columns[name] for name in column.sources)
            parts = ", ".join(f"coalesce(trim({value}), '')" for value in values)
            key = f"md5_number(to_json([{parts}]))"
            name = _quoted(f"{target} occurrence")
            found.append(
                cls(
                    name=name,
                    key=key,
                    create=f"create table {name} (key uhugeint primary key, rows bigint)",
                    count=f"insert into {name} select {key}, count(*) "  # noqa: S608
                    f"from {records.sql} where {_wanted(mapping, records)} group by 1 "
                    "on conflict do update set rows = rows + excluded.rows",
                )
            )
        return found

    @property
    def occurrence(self) -> str:
        """SQL of the number of the occurrence."""
        seen = f"select seen.rows from {self.name} as seen where seen.key = {self.key}"  # noqa: S608
        number = f"row_number() over (partition by {self.key} order by {ROW_NUMBER})"
        return f"{number} + coalesce(({seen}), 0) as {self.name}"


def _wanted(mapping: Mapping, records: _Records) -> str:
    """Return SQL that is true of the records that are neither blank nor skipped."""
    blank = " and ".join(_is_null(records.columns[name], mapping) for name in records.cells)
    rules = "".join(f" or {_skips(rule, mapping, records)}" for rule in mapping.skip)
    return f"not (({blank}){rules})"


def _skips(rule: Skip, mapping: Mapping, records: _Records) -> str:
    delimiter = mapping.csv.delimiter
    columns = ", ".join(records.columns.values())
    text = f"concat_ws({_literal(' ' if delimiter == WHITESPACE else delimiter)}, {columns})"
    if rule.column is not None:
        text = f"trim({records.columns[rule.column]})"
    if rule.blank:
        condition = _is_null(text, mapping)
    elif rule.matches is not None:
        condition = f"regexp_matches({text}, {_literal(rule.matches)})"
    else:
        listed = ", ".join(_literal(each) for each in rule.equals or rule.not_equals)
        condition = f"{text} {'' if rule.equals else 'not '}in ({listed})"
    return f"coalesce({condition}, false)"


def _skipped_sql(mapping: Mapping, records: _Records) -> str:
    rules = mapping.model_copy(update={"skip": ()})
    return (
        f"select {ROW_NUMBER} from {records.sql} "  # noqa: S608
        f"where {_wanted(rules, records)} and not {_wanted(mapping, records)}"
    )


def _sql(
    feed: Feed,
    mapping: Mapping,
    records: _Records,
    repeats: list[_Repeats],
    loaded_on: datetime.date,
) -> str:
    texts, parsed, typed, problems = [], [], [], []
    for column in feed.columns:
        mapped = mapping.columns.get(column.name)
        if mapped is None:
            continue
        kind = _kind(column, mapping)
        text = f'"{column.name} text"'
        texts.append(f"{_text_sql(column.name, mapped, mapping, records)} as {text}")
        parsed += kind.parsed(column.name, text, mapped)
        typed.append(f'cast("{column.name}" as varchar) as "{column.name}"')
        if _rounds(kind, mapped):
            typed.append(f'"{column.name} moved"')
        late = _far_ahead(feed, column, mapped, loaded_on)
        problems += _problems(column, mapped, kind, records, late)
    days = [f"cast({name} as varchar)" for name in feed.business_date if name in mapping.columns]
    content = ", ".join(f"{_literal(name)}, {column}" for name, column in records.columns.items())
    occurrences = "".join(f", {repeat.occurrence}" for repeat in repeats)
    return f"""
        with records as (
            select *{occurrences} from {records.sql} where {_wanted(mapping, records)}
        ),
        texts as (select *, {", ".join(texts)} from records),
        parsed as (select *, {", ".join(parsed)} from texts),
        judged as (select *, coalesce({", ".join([*problems, "null"])}) as problem from parsed)
        select {", ".join(typed)}, {ROW_NUMBER},
            coalesce({", ".join([*days, "null::varchar"])}) as business_date,
            problem.column_name, problem.feed_column, problem.value, problem.reason,
            case when problem is not null then cast(json_object({content}) as varchar) end
                as row_content
        from judged
        {f"order by {ROW_NUMBER}" if repeats else ""}
    """  # noqa: S608


def _is_null(text: str, mapping: Mapping) -> str:
    nulls = ", ".join(_literal(each) for each in ("", *mapping.null_values))
    return f"trim({text}) in ({nulls})"


def _text_sql(target: str, mapped: ColumnMapping, mapping: Mapping, records: _Records) -> str:
    if mapped.constant is not None:
        return _literal(mapped.constant)
    if mapped.template is not None:
        parts = PLACEHOLDER.split(mapped.template)
        made = {ROW_NUMBER: ROW_NUMBER, OCCURRENCE: _quoted(f"{target} occurrence")}
        pieces = [
            (made.get(part) or f"trim({records.columns[part]})") if odd % 2 else _literal(part)
            for odd, part in enumerate(parts)
            if part
        ]
        return f"nullif(trim({' || '.join(pieces)}), '')"
    source = records.columns[mapped.source or ""]
    text = f"trim({source})"
    if mapped.by_sign is not None:
        text = (
            f"case when {_number_sql(text, mapped)} < 0 then {_literal(mapped.by_sign.negative)} "
            f"else {_literal(mapped.by_sign.otherwise)} end"
        )
    if mapped.values:
        cases = " ".join(
            f"when {_literal(old)} then {_literal(new)}" for old, new in mapped.values.items()
        )
        text = f"case {text} {cases} else {text} end"
    return f"case when not {_is_null(source, mapping)} then {text} end"


def _number_sql(text: str, mapped: ColumnMapping) -> str:
    """Read a number exactly: NULL where it is none, or does not fit."""
    point = re.escape(mapped.decimal)
    decimals = rf"\d{{0,{WORKING_DECIMALS}}}0*"
    plain = r"[+-]?\d{1,20}" + (rf"(\.{decimals})?" if mapped.decimal == "." else "")
    whole = r"\d+"
    cleaned = f"regexp_replace({text}, '^[^\\d.,]+|[^\\d.,]+$|{SPACE}', '', 'g')"
    if mapped.thousands:
        separator = SPACE if mapped.thousands == " " else re.escape(mapped.thousands)
        # Groups of two are Indian. Whatever follows the last separator are three digits, so that
        # a decimal comma is never taken for a separator.
        whole = rf"(?:\d+|\d{{1,3}}(?:{separator}\d{{2,3}})*{separator}\d{{3}})"
        cleaned = f"replace({cleaned}, {_literal(mapped.thousands)}, '')"
    if mapped.decimal == ",":
        cleaned = f"replace({cleaned}, ',', '.')"
    # Programs write small floats with an exponent. A positive one stands for digits that are lost.
    number = (
        rf"(?:(?:{whole}(?:{point}{decimals})?|{point}\d{decimals})"
        rf"|\d(?:{point}\d{{0,9}})?[eE]-0?[1-9])"
    )
    before, after = f"{CURRENCY}?{SPACE}*", f"{SPACE}*{CURRENCY}?"
    written = "|".join(
        [
            f"[+{MINUS}]?{SPACE}*{before}{number}{after}",
            f"{before}[+{MINUS}]{SPACE}*{number}{after}",
            f"{before}{number}{SPACE}*{CURRENCY}?{SPACE}*[{MINUS}]{after}",
            rf"{before}\({before}{number}{after}\){after}",
        ]
    )
    is_negative = rf"regexp_matches({text}, '^[^\d.,]*[({MINUS}]|[{MINUS}][^\d.,]*$')"
    read = (
        f"case when regexp_full_match({text}, {_literal(plain)}) "
        f"then try_cast({text} as {WORKING_TYPE}) "
        f"when regexp_full_match({text}, {_literal(written)}) then try_cast("
        f"case when {is_negative} then '-' else '' end || {cleaned} as {WORKING_TYPE}) end"
    )
    if mapped.scale != 1:
        read = f"try(cast({read} * {mapped.scale:f} as {WORKING_TYPE}))"
    return f"abs({read})" if mapped.absolute else read


@dataclass(frozen=True)
class _Text:
    """How values are read from text and what can be wrong with them."""

    data_type: str

    def parsed(self, name: str, text: str, _mapped: ColumnMapping) -> list[str]:
        return [f'{text} as "{name}"']

    def problems(self, column: FeedColumn, _mapped: ColumnMapping) -> list[tuple[str, str]]:
        return [(f'contains("{column.name}", chr(0))', "holds the character NUL")]


@dataclass(frozen=True)
class _Date(_Text):
    timezone: str | None

    def parsed(self, name: str, text: str, mapped: ColumnMapping) -> list[str]:
        date = dates.date_sql(text, mapped.date_format, mapped.timezone or self.timezone)
        return [f'{date} as "{name}"']

    def problems(self, column: FeedColumn, mapped: ColumnMapping) -> list[tuple[str, str]]:
        variables = project.variables()
        first, last = variables["calendar_start_date"], variables["calendar_end_date"]
        written = dates.described(mapped.date_format)
        return [
            (f'"{column.name}" is null', f"is no date written as {written}"),
            (
                f"\"{column.name}\" not between date '{first}' and date '{last}'",
                f"is beyond the calendar, {first} to {last}",
            ),
        ]


@dataclass(frozen=True)
class _Number(_Text):
    precision: int
    scale: int

    def parsed(self, name: str, text: str, mapped: ColumnMapping) -> list[str]:
        """Read what fits as it stands; only the rest takes the long way, by wide decimals."""
        fits = "false"
        if mapped.decimal == "." and mapped.scale == 1:
            scale = self.scale if mapped.round is None else min(self.scale, mapped.round)
            fraction = rf"(\.\d{{1,{scale}}})?" if scale else ""
            whole = rf"[+-]?\d{{1,{self.precision - self.scale}}}"
            fits = f"regexp_full_match({text}, '{whole}{fraction}')"
        value = f"try_cast({text} as {self.data_type})"
        if mapped.absolute:
            value = f"abs({value})"
        exact = f"case when not {fits} then {_number_sql(text, mapped)} end"
        if mapped.round is not None:
            return [
                f'{fits} as "{name} fits"',
                f'{exact} as "{name} written"',
                f'try_cast(round("{name} written", {mapped.round}) as {WORKING_TYPE}) '
                f'as "{name} exact"',
                f'coalesce("{name} exact" - "{name} written", 0) as "{name} moved"',
                f'case when {fits} then {value} else try_cast("{name} exact" as {self.data_type}) '
                f'end as "{name}"',
            ]
        return [
            f'{fits} as "{name} fits"',
            f'{exact} as "{name} exact"',
            f"case when {fits} then {value} else try_cast({exact} as {self.data_type}) end "
            f'as "{name}"',
        ]

    def problems(self, column: FeedColumn, _mapped: ColumnMapping) -> list[tuple[str, str]]:
        name, exact = f'"{column.name}"', f'"{column.name} exact"'
        limit = 10 ** (self.precision - self.scale)
        found = [
            (f'not "{column.name} fits" and {exact} is null', "is no number"),
            (
                f"{exact} <> round({exact}, {self.scale})",
                f"has more than {self.scale} decimals; it is not rounded silently",
            ),
            (f"abs({exact}) >= {limit}", f"is too large for {self.data_type}"),
        ]
        if column.minimum is not None:
            found.append((f"{name} < {column.minimum}", f"is below {column.minimum}"))
        if column.maximum is not None:
            found.append((f"{name} > {column.maximum}", f"is above {column.maximum}"))
        return found


def _rounds(kind: _Text, mapped: ColumnMapping | None) -> bool:
    return isinstance(kind, _Number) and mapped is not None and mapped.round is not None


def _kind(column: FeedColumn, mapping: Mapping) -> _Text:
    if column.data_type == "date":
        return _Date("date", mapping.timezone)
    if column.data_type == "integer":
        return _Number("integer", precision=9, scale=0)
    numeric = NUMERIC.fullmatch(column.data_type)
    if numeric:
        return _Number(column.data_type, int(numeric[1]), int(numeric[2]))
    return _Text("varchar")


def _far_ahead(
    feed: Feed, column: FeedColumn, mapped: ColumnMapping, loaded_on: datetime.date
) -> list[tuple[str, str]]:
    """Return the check that keeps a mistyped year from becoming the as-of date."""
    if column.name not in feed.business_date or column.name in feed.business_date_may_lie_ahead:
        return []
    days = project.whole_number("future_tolerance_days")
    place = f"the file's column `{mapped.source}`" if mapped.source else "the mapping"
    return [
        (
            f"\"{column.name}\" - date '{loaded_on}' > {days}",
            f"lies more than {days} days after its load on {loaded_on}: correct {place} and load "
            "the file again, or set `future_tolerance_days` in `dbt_project.yml` higher",
        )
    ]


def _problems(
    column: FeedColumn,
    mapped: ColumnMapping,
    kind: _Text,
    records: _Records,
    further: list[tuple[str, str]],
) -> list[str]:
    """Return the checks of a column: each a struct that says what is wrong, NULL where good."""
    text = f'"{column.name} text"'
    value = f"trim({records.columns[mapped.source]})" if mapped.source else text
    wrong = kind.problems(column, mapped) + further
    if column.accepted_values:
        accepted = ", ".join(str(each) for each in column.accepted_values)
        listed = ", ".join(_literal(str(each)) for each in column.accepted_values)
        wrong.append(
            (f'cast("{column.name}" as varchar) not in ({listed})', f"is none of {accepted}")
        )
    if mapped.by_sign is not None:
        number = _number_sql(value, mapped)
        wrong.insert(0, (f"{number} is null", "is no number, so it has no sign"))
    cases = " ".join(f"when {condition} then {_literal(reason)}" for condition, reason in wrong)
    empty = "'is required and empty'" if column.required else "null"
    reason = f"case when {text} is null then {empty} {cases} end"
    place = records.place(column.name, mapped)
    return [
        f"case when {reason} is not null then struct_pack(column_name := {place}, "
        f"feed_column := {_literal(column.name)}, value := replace({value}, chr(0), '\\0'), "
        f"reason := {reason}) end"
    ]
