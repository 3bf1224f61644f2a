"""Writes the feeds as files, and the project's sample as seeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
import numpy as np
import pyarrow as pa
import yaml

from dist_perf import feeds
from dist_perf.feeds import Feed
from dist_perf.generate.feed_tables import all_tables
from dist_perf.generate.settings import SAMPLE_FLOWS, Settings
from dist_perf.generate.tables import FeedWriter, arrow_type, open_arrow_writer

SAMPLE = Settings(flows=SAMPLE_FLOWS, seed=20250701)
SAMPLE_LOADED_AT = dt.datetime(2025, 7, 1, 6)

# What the loader adds to every raw table: name, type and meaning.
LOADER_COLUMNS = (
    ("_loaded_at", "timestamp", "When the row was loaded."),
    ("_batch_id", "text", "The load that brought the row."),
    ("_source_file", "text", "Name of the file that held the row."),
    ("_row_number", "bigint", "Number of the row in its file, from 1."),
)


def write_feeds(
    settings: Settings,
    directory: Path,
    file_format: str,
    on_flows: Callable[[int], None] = lambda _: None,
) -> None:
    """Write one file for each feed into `directory`, which is made if need be.

    Args:
        settings: size, seed and period.
        directory: where the files go; files of the same names are replaced.
        file_format: one of `FORMATS`.
        on_flows: called with how many more flows have been written.

    Raises:
        click.ClickException: the directory cannot be written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            writers = {
                name: stack.enter_context(FeedWriter(feed, directory, file_format))
                for name, feed in feeds.all_feeds().items()
            }
            for name, rows in all_tables(settings):
                writers[name].write(rows)
                if name == "aum_flows":
                    on_flows(rows.num_rows)
    except OSError as error:
        raise click.ClickException(
            f"cannot write to `{directory}` ({error.strerror or error}); "
            "give `--out` a directory that you may write to"
        ) from error


def write_sample(directory: Path) -> None:
    """Write the sample of every feed as a seed with its YAML, in a folder for each source.

    Args:
        directory: where the folders of the sources go.
    """
    parts: dict[str, list[pa.Table]] = {}
    for name, rows in all_tables(SAMPLE):
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
