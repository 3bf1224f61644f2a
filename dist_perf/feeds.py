"""The feeds' contracts, read from dbt's own source declarations."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click
import yaml

from dist_perf import project


@dataclass(frozen=True)
class FeedColumn:
    """One column of a feed, with what a value must satisfy to be taken."""

    name: str
    description: str
    data_type: str
    required: bool = False
    accepted_values: tuple[str | int, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True)
class Codes:
    """Where another feed explains the values of a column.

    Attributes:
        feed: The other feed.
        code: Its column that holds the value.
        meaning: Its column that says what the value means.
        sign: Its column that is -1 where negative numbers are no reversals.
    """

    feed: str
    code: str
    meaning: str
    sign: str


@dataclass(frozen=True)
class Positive:
    """Columns whose numbers are positive, so that a negative one reverses.

    Attributes:
        columns: The columns; the first one decides, the others have its sign.
        by: Column whose value says what the number is, such as a purchase.
        reverses: Column that is filled where the row reverses another one.
        either_sign: Values or meanings of `by` whose numbers may have either sign.
        codes: Where the values of `by` are explained, if anywhere.
    """

    columns: tuple[str, ...]
    by: str
    reverses: str | None = None
    either_sign: tuple[str, ...] = ()
    codes: Codes | None = None


@dataclass(frozen=True)
class Feed:
    """One raw table: its columns, its natural key and the dates that say what a delivery is about.

    `source` is the dbt source that declares it. The name of a feed is unique in the warehouse.

    Of `business_date`, the first column that is not empty counts. Those named by
    `business_date_may_lie_ahead` too may lie in the future.
    """

    name: str
    source: str
    description: str
    columns: tuple[FeedColumn, ...]
    key: tuple[str, ...]
    business_date: tuple[str, ...] = ()
    business_date_may_lie_ahead: tuple[str, ...] = ()
    positive: Positive | None = None

    @property
    def sample(self) -> str:
        """Name of the seed that holds the feed's sample."""
        return f"sample_{self.source}__{self.name}"

    @property
    def sample_path(self) -> Path:
        """The seed's file."""
        return project.root() / "seeds" / "sample" / self.source / f"{self.sample}.csv"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in the order of the table."""
        return tuple(column.name for column in self.columns)


@cache
def all_feeds() -> dict[str, Feed]:
    """Return every feed by name, in the order of the declarations.

    Raises:
        click.ClickException: two sources claim one name.
    """
    feeds: dict[str, Feed] = {}
    for path in sorted(project.root().glob("models/staging/*/_*__sources.yml")):
        with path.open(encoding="utf-8") as file:
            declaration = yaml.safe_load(file)
        for source in declaration["sources"]:
            # The warehouse's own records are declared too, but are not loaded.
            tables = source["tables"] if "loaded_at_field" in source.get("config", {}) else ()
            for table in tables:
                meta = table["config"]["meta"]
                if other := feeds.get(table["name"]):
                    raise click.ClickException(
                        f"sources `{other.source}` and `{source['name']}` both declare a feed "
                        f"`{other.name}`: names of feeds are unique in the warehouse, so rename "
                        f"one, such as `{source['name']}_{other.name}`"
                    )
                feeds[table["name"]] = Feed(
                    name=table["name"],
                    source=source["name"],
                    description=table["description"],
                    columns=tuple(_column(column) for column in table["columns"]),
                    key=tuple(meta["key"]),
                    business_date=tuple(meta.get("business_date", ())),
                    business_date_may_lie_ahead=tuple(meta.get("business_date_may_lie_ahead", ())),
                    positive=_positive(meta.get("positive")),
                )
    return feeds


def of_area(area: str) -> list[Feed]:
    """Return the feeds of an area's sources."""
    sources = project.areas().get(area, [])
    return [feed for feed in all_feeds().values() if feed.source in sources]


def _positive(declared: dict[str, Any] | None) -> Positive | None:
    if declared is None:
        return None
    codes = declared.get("codes")
    return Positive(
        columns=tuple(declared["columns"]),
        by=declared["by"],
        reverses=declared.get("reverses"),
        either_sign=tuple(declared.get("either_sign", ())),
        codes=codes and Codes(codes["feed"], codes["code"], codes["class"], codes["sign"]),
    )


def _column(declared: dict[str, Any]) -> FeedColumn:
    meta = dict(declared.get("config", {}).get("meta", {}))
    meta["accepted_values"] = tuple(meta.get("accepted_values", ()))
    return FeedColumn(
        name=declared["name"],
        description=declared["description"],
        data_type=declared["data_type"],
        **meta,
    )


def find(name: str) -> Feed:
    """Return the feed called `name`.

    Raises:
        click.ClickException: there is none; the message lists the close names.
    """
    feeds = all_feeds()
    if name not in feeds:
        close = difflib.get_close_matches(name, feeds, n=3) or list(feeds)
        names = ", ".join(f"`{each}`" for each in close)
        raise click.ClickException(f"no feed `{name}`; did you mean {names}?")
    return feeds[name]
