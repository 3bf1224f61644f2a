"""How a file's columns become a feed's columns: the mapping file and its checks."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import click
import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from dist_perf.feeds import Feed
from dist_perf.loading import dates

PLACEHOLDER = re.compile(r"{([^{}]+)}")
# Placeholders that no column fills: the number of the row, and how often the template's other
# values have come so far in the file, this row included.
ROW_NUMBER = "_row_number"
OCCURRENCE = "_occurrence"
# The delimiter of columns that any number of spaces and tabs sets apart.
WHITESPACE = "whitespace"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str | int | float | dict) else value


def _delimiter(value: str) -> str:
    if len(value) == 1 or value == WHITESPACE:
        return value
    raise PydanticCustomError(
        "string_too_long", "String should have at most 1 character, or be `whitespace`"
    )


TimeZone = Annotated[str, AfterValidator(dates.known_timezone)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, coerce_numbers_to_str=True
    )


class CsvOptions(_Strict):
    """How a CSV file is written."""

    delimiter: Annotated[str, AfterValidator(_delimiter)] = ","
    encoding: str = "utf-8"
    quote: str = Field(default='"', min_length=1, max_length=1)
    skip_rows: int = Field(default=0, ge=0)


class BySign(_Strict):
    """Values for a number below zero and for any other."""

    negative: str
    otherwise: str


class ColumnMapping(_Strict):
    """Where the values of one feed column come from and how they are written."""

    source: str | None = Field(default=None, alias="from")
    constant: str | None = None
    template: str | None = None
    date_format: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = (dates.ISO,)
    timezone: TimeZone | None = None
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", " ", "'"] | None = None
    scale: Decimal = Decimal(1)
    round: int | None = Field(default=None, ge=0, le=18)
    absolute: bool = False
    by_sign: BySign | None = None
    values: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnMapping:
        origins = (self.source, self.constant, self.template)
        if sum(origin is not None for origin in origins) != 1:
            raise ValueError("give one of `from`, `constant` and `template`")
        if self.scale == 0:
            raise ValueError("`scale` is 0, which would make every amount 0")
        if self.counts_occurrences and not self.sources:
            raise ValueError(
                f"name beside `{{{OCCURRENCE}}}` the columns whose equal values it counts"
            )
        if self.thousands == self.decimal:
            raise ValueError("`thousands` and `decimal` cannot be the same character")
        return self

    @property
    def sources(self) -> tuple[str, ...]:
        """Columns of the file that the values are made of."""
        if self.source is not None:
            return (self.source,)
        found = PLACEHOLDER.findall(self.template or "")
        return tuple(name for name in found if name not in {ROW_NUMBER, OCCURRENCE})

    @property
    def counts_occurrences(self) -> bool:
        """Whether its template asks which occurrence of equal values a row is."""
        return OCCURRENCE in PLACEHOLDER.findall(self.template or "")


def _pattern(value: str | None) -> str | None:
    try:
        pc.match_substring_regex(pa.array([""]), value or "")
    except pa.ArrowInvalid as error:
        raise ValueError(f"`{value}` is no regular expression: {error}") from None
    return value


class Skip(_Strict):
    """Which rows are not wanted, by a value of one column or by the text of the whole row."""

    column: str | None = None
    matches: Annotated[str | None, AfterValidator(_pattern)] = None
    equals: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    not_equals: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    blank: bool = False

    @model_validator(mode="after")
    def _one_condition(self) -> Skip:
        given = [self.matches is not None, bool(self.equals), bool(self.not_equals), self.blank]
        if sum(given) != 1:
            raise ValueError("give one of `matches`, `equals`, `not_equals` and `blank: true`")
        if self.column is None and self.matches is None:
            raise ValueError("give the `column`; only `matches` is for whole rows too")
        return self


class Unpivot(_Strict):
    """Turns the columns of a wide table into rows."""

    keep: Annotated[tuple[str, ...], BeforeValidator(_as_list)]
    name: str
    value: str


class Mapping(_Strict):
    """One mapping file. An empty value is null, and so are `null_values`."""

    feed: str
    source: str | None = None
    csv: CsvOptions = CsvOptions()
    null_values: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ("-",)
    ignore: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    skip: Annotated[tuple[Skip, ...], BeforeValidator(_as_list)] = ()
    unpivot: Unpivot | None = None
    timezone: TimeZone | None = None
    columns: dict[str, ColumnMapping]


def read(path: Path, feed: Feed) -> Mapping:
    """Read a mapping file and check it against its feed.

    Raises:
        click.ClickException: it is no YAML, has a key that no mapping has, or names a
            column that the feed lacks; the message names the file, the key and the mend.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        mapping = Mapping.model_validate(content)
    except OSError as error:
        raise click.ClickException(f"mapping `{path}` cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        raise click.ClickException(f"mapping `{path}` is no YAML: {error}") from None
    except ValidationError as error:
        problems = "\n".join(f"  {_told(problem)}" for problem in error.errors())
        raise click.ClickException(f"mapping `{path}` is not valid:\n{problems}") from None
    if mapping.feed != feed.name:
        raise click.ClickException(
            f"mapping `{path}` is for feed `{mapping.feed}`, not for `{feed.name}`"
        )
    unknown = [name for name in mapping.columns if name not in feed.column_names]
    if unknown:
        raise click.ClickException(
            f"mapping `{path}` names {_names(unknown)}, but feed `{feed.name}` "
            f"has {_names(feed.column_names)}{_meant(unknown, feed.column_names)}"
        )
    missing = _missing(feed, mapping.columns)
    if missing:
        raise click.ClickException(
            f"mapping `{path}` says nothing of {_names(missing)}, which feed `{feed.name}` requires"
        )
    return mapping


def from_header(feed: Feed, header: tuple[str, ...], file: Path) -> Mapping:
    """Map a file whose columns bear the feed's own names.

    Raises:
        click.ClickException: a required column is missing, or there is one that the feed
            lacks.
    """
    found: dict[str, str] = {}
    for name in header:
        twin = found.setdefault(name.strip().lower(), name)
        if twin is not name:
            raise click.ClickException(f"`{file}` has both `{twin}` and `{name}`: keep one")
    missing = _missing(feed, found)
    extra = [name for key, name in found.items() if key not in feed.column_names]
    if missing or extra:
        problems = [f"lacks {_names(missing)}"] if missing else []
        problems += [f"has {_names(extra)}, which the feed lacks"] if extra else []
        left = [name for name in feed.column_names if name not in found]
        raise click.ClickException(
            f"`{file}` {' and '.join(problems)}{_meant(extra, left)}. Its columns: "
            f"{_names(header)}{_blank_headers(header)}. "
            f"Columns of feed `{feed.name}`: {_names(feed.column_names)}. "
            "Rename them, or give --mapping a file that says what is what (docs/loading.md)"
        )
    columns = {
        key: ColumnMapping.model_validate({"from": name})
        for key, name in found.items()
        if key in feed.column_names
    }
    return Mapping(feed=feed.name, null_values=(), columns=columns)


def unnamed(index: int) -> str:
    """Return what a column is called whose header is blank: `column 1` is the first."""
    return f"column {index + 1}"


def resolved(mapping: Mapping, header: tuple[str, ...]) -> Mapping:
    """Return a mapping with the file's columns called as the file calls them.

    A name is that of the column that is written alike, else of the only one that differs by case
    or spaces. A blank name under `ignore` is every column whose header is blank.
    """
    blank = [name for index, name in enumerate(header) if name == unnamed(index)]
    ignored: list[str] = []
    for name in mapping.ignore:
        ignored += [_found(name, header)] if name.strip() else blank
    unpivot, names = mapping.unpivot, header
    if unpivot is not None:
        keep = tuple(_found(name, header) for name in unpivot.keep)
        unpivot = unpivot.model_copy(update={"keep": keep})
        names = (*keep, unpivot.name, unpivot.value)
    columns = {}
    for target, column in mapping.columns.items():
        source, template = column.source, column.template
        if source is not None:
            source = _found(source, names)
        if template is not None:
            template = PLACEHOLDER.sub(lambda each: f"{{{_found(each[1], names)}}}", template)
        columns[target] = column.model_copy(update={"source": source, "template": template})
    skip = tuple(
        rule.model_copy(update={"column": rule.column and _found(rule.column, names)})
        for rule in mapping.skip
    )
    return mapping.model_copy(
        update={"ignore": tuple(ignored), "skip": skip, "unpivot": unpivot, "columns": columns}
    )


def check_header(mapping: Mapping, header: tuple[str, ...], file: Path) -> None:
    """Raise unless the file has every column that the mapping speaks of, and no others.

    Raises:
        click.ClickException: with the columns found and the columns looked for.
    """
    mapping = resolved(mapping, header)
    deciding = [rule.column for rule in mapping.skip if rule.column is not None]
    if mapping.unpivot is None:
        wanted = {name for column in mapping.columns.values() for name in column.sources}
        wanted.update(mapping.ignore, deciding)
        extra = [name for name in header if name not in wanted]
    else:
        wanted = {*mapping.unpivot.keep, *mapping.ignore}
        extra = []
        made = {*mapping.unpivot.keep, mapping.unpivot.name, mapping.unpivot.value}
        used = {target: column.sources for target, column in mapping.columns.items()}
        used["skip"] = tuple(deciding)
        for target, sources in used.items():
            for name in sources:
                if name not in made:
                    raise click.ClickException(
                        f"the mapping makes `{target}` from `{name}`, but unpivoting "
                        f"leaves {_names(sorted(made))}{_meant([name], made)}"
                    )
    missing = sorted(wanted - set(header))
    if missing:
        raise click.ClickException(
            f"`{file}` lacks {_names(missing)}. Its columns: {_names(header)}"
            f"{_blank_headers(header)}{_meant(missing, extra or header)}"
        )
    if extra:
        raise click.ClickException(
            f"`{file}` has {_names(extra)}, of which the mapping says nothing: map them, "
            f"or list them under `ignore`{_blank_headers(header)}"
        )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _found(name: str, names: Iterable[str]) -> str:
    if name in names:
        return name
    alike = [each for each in names if _plain(each) == _plain(name)]
    return alike[0] if len(alike) == 1 else name


def _meant(names: Iterable[str], known: Collection[str]) -> str:
    """Return a question for each name that is close to known ones."""
    by_plain: dict[str, list[str]] = {}
    for each in known:
        by_plain.setdefault(_plain(each), []).append(each)
    meant = []
    for name in names:
        close = difflib.get_close_matches(_plain(name), by_plain, n=2)
        spelt = [each for plain in close for each in by_plain[plain]]
        if spelt:
            meant.append(f"for `{name}` did you mean {' or '.join(f'`{each}`' for each in spelt)}?")
    return f"; {' '.join(meant)}" if meant else ""


def _blank_headers(header: tuple[str, ...]) -> str:
    blank = [name for index, name in enumerate(header) if name == unnamed(index)]
    return f" (the header of {_names(blank)} is blank)" if blank else ""


def _missing(feed: Feed, given: dict[str, Any]) -> list[str]:
    return [column.name for column in feed.columns if column.required and column.name not in given]


def _names(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _told(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"]) or "mapping"
    if problem["type"] != "extra_forbidden":
        return f"`{place}`: {problem['msg']}"
    models: dict[str, type[BaseModel]] = {
        "csv": CsvOptions,
        "unpivot": Unpivot,
        "by_sign": BySign,
        "skip": Skip,
    }
    *parents, last = (str(part) for part in problem["loc"])
    parents = [part for part in parents if not part.isdigit()]
    if not parents:
        model: type[BaseModel] = Mapping
    else:
        model = models.get(parents[-1], ColumnMapping)
    keys = [field.alias or name for name, field in model.model_fields.items()]
    return f"`{place}`: no such key; there are {_names(keys)}{_meant([last], keys)}"
