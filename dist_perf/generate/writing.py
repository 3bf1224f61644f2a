"""Writes the feeds as files, and the project's sample as seeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import yaml

from dist_perf import feeds
from dist_perf.feeds import Feed
from dist_perf.generate.tables import FeedWriter, arrow_type, open_arrow_writer

# When the sample of every area was loaded.
SAMPLE_LOADED_AT = dt.datetime(2025, 7, 1, 6)

# What the loader adds to every raw table: name, type and meaning.
LOADER_COLUMNS = (
    ("_loaded_at", "timestamp", "When the row was loaded."),
    ("_batch_id", "text", "The load that brought the row."),
    ("_source_file", "text", "Name of the file that held the row."),
    ("_row_number", "bigint", "Number of the row in its file, from 1."),
)


@dataclass(frozen=True)
class Generator:
    """How the feeds of an area are made.

    Attributes:
        area: name of the area.
        command: `dist-perf generate --area <area>`, with the area's own options.
        sample: yields the sample's tables, each with the name of its feed.
    """

    area: str
    command: click.Command
    sample: Callable[[], Iterable[tuple[str, pa.Table]]]


def write_feeds(
    area: str,
    tables: Iterable[tuple[str, pa.Table]],
    directory: Path,
    file_format: str,
    on_rows: Callable[[str, int], None] = lambda _name, _count: None,
) -> None:
    """Write one file for each feed of an area into `directory`, which is made if need be.

    Args:
        area: whose feeds.
        tables: their rows, each with the name of its feed; a feed may come in several.
        directory: where the files go; files of the same names are replaced.
        file_format: one of `FORMATS`.
        on_rows: called with the feed and how many more of its rows have been written.

    Raises:
        click.ClickException: the directory cannot be written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            writers = {
                feed.name: stack.enter_context(FeedWriter(feed, directory, file_format))
                for feed in feeds.of_area(area)
            }
            for name, rows in tables:
                writers[name].write(rows)
                on_rows(name, rows.num_rows)
    except OSError as error:
        raise click.ClickException(
            f"cannot write to `{directory}` ({error.strerror or error}); "
            "give `--out` a directory that you may write to"
        ) from error


def write_sample(generator: Generator, directory: Path) -> None:
    """Write the sample of an area's feeds as seeds with their YAML, in a folder for each source.

    Args:
        generator: of the area.
        directory: where the folders of the sources go.
    """
    parts: dict[str, list[pa.Table]] = {}
    for name, rows in generator.sample():
        parts.setdefault(name, []).append(rows)
    for name, tables in parts.items():
        feed = feeds.find(name)
        folder = directory / feed.source
        folder.mkdir(parents=True, exist_ok=True)
        rows = _loaded(pa.concat_tables(tables), name)
        writer = open_arrow_writer(folder / f"{feed.sample}.csv", rows.schema, "csv")
        writer.write_table(rows)
        writer.close()
        text = yaml.safe_dump({"version": 2, "seeds": [_seed(feed)]}, sort_keys=False, width=100)
        head = "# Written by `dist-perf generate --sample` from the contract of the feed.\n"
        (folder / f"_{feed.name}__seeds.yml").write_text(head + text, encoding="utf-8")


def _loaded(rows: pa.Table, feed_name: str) -> pa.Table:
    count = rows.num_rows
    values = (
        pa.repeat(pa.scalar(SAMPLE_LOADED_AT, pa.timestamp("s")), count),
        pa.repeat("sample", count),
        pa.repeat(f"{feed_name}.csv", count),
        pa.array(np.arange(1, count + 1)),
    )
    for (name, data_type, _), column in zip(LOADER_COLUMNS, values, strict=True):
        rows = rows.append_column(pa.field(name, arrow_type(data_type)), column)
    return rows


def _seed(feed: Feed) -> dict[str, Any]:
    columns = [(each.name, each.data_type, each.description) for each in feed.columns]
    columns.extend(LOADER_COLUMNS)
    return {
        "name": feed.sample,
        "description": f"Sample of feed `{feed.name}`. {feed.description}",
        "config": {
            "alias": feed.name,
            "column_types": {name: data_type for name, data_type, _ in columns},
        },
        "columns": [{"name": name, "description": description} for name, _, description in columns],
    }
