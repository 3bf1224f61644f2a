"""Arrow tables in the shape of a feed's contract, and the files they are written to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from dist_perf.feeds import Feed

FORMATS = ("csv", "parquet")

_ARROW_TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("s"),
    "integer": pa.int32(),
    "bigint": pa.int64(),
}


def arrow_type(data_type: str) -> pa.DataType:
    """Return the Arrow type of a contract's type, such as `numeric(18,2)`."""
    numeric = re.fullmatch(r"numeric\((\d+),(\d+)\)", data_type)
    if numeric:
        return pa.decimal128(int(numeric[1]), int(numeric[2]))
    return _ARROW_TYPES[data_type]


def schema(feed: Feed) -> pa.Schema:
    """Return the Arrow schema of a feed."""
    return pa.schema([(column.name, arrow_type(column.data_type)) for column in feed.columns])


def decimals(
    unscaled: npt.NDArray[np.int64], scale: int, known: npt.NDArray[np.bool_] | None = None
) -> pa.Array:
    """Return exact decimals of 18 digits: `unscaled` divided by ten to the power of `scale`.

    Args:
        unscaled: whole numbers, such as cents for a scale of 2.
        scale: digits after the point.
        known: where this is false, the value is null.
    """
    words = np.stack([unscaled, unscaled >> 63], axis=1).astype("<i8")
    validity = None
    if known is not None:
        validity = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(
        pa.decimal128(18, scale), len(unscaled), [validity, pa.py_buffer(words)]
    )


def identifiers(prefix: str, numbers: npt.NDArray[np.int64], width: int) -> pa.Array:
    """Return texts such as `F000000042`: a prefix and a number padded with zeros."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def table(feed: Feed, columns: Mapping[str, Any]) -> pa.Table:
    """Return a table with the columns of the feed, in its order and of its types."""
    return pa.table(
        [
            pa.array(columns[field.name], field.type)
            if isinstance(columns[field.name], list)
            else columns[field.name].cast(field.type)
            for field in schema(feed)
        ],
        schema=schema(feed),
    )


def from_rows(feed: Feed, rows: Sequence[Sequence[object]]) -> pa.Table:
    """Return a table from rows whose values are in the order of the feed's columns."""
    columns = zip(*rows, strict=True) if rows else [()] * len(feed.columns)
    named = zip(feed.column_names, columns, strict=True)
    return table(feed, {name: list(values) for name, values in named})


class _ArrowWriter(Protocol):
    def write_table(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


class FeedWriter:
    """Writes one feed to one file, table by table; the file appears when all is written."""

    def __init__(self, feed: Feed, directory: Path, file_format: str) -> None:
        """Open the file of a feed.

        Raises:
            OSError: the directory cannot be written to.
        """
        self._path = directory / f"{feed.name}.{file_format}"
        self._unfinished = self._path.with_suffix(f".{file_format}.part")
        self._writer = open_arrow_writer(self._unfinished, schema(feed), file_format)

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        self._writer.write_table(rows)

    def __enter__(self) -> Self:
        """Return the writer itself."""
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file and give it its name, or take it away after an error."""
        self._writer.close()
        if error_type is None:
            self._unfinished.replace(self._path)
        else:
            self._unfinished.unlink()


def open_arrow_writer(path: Path, columns: pa.Schema, file_format: str) -> _ArrowWriter:
    """Open a writer of one of `FORMATS`."""
    if file_format == "parquet":
        parquet: _ArrowWriter = pa.parquet.ParquetWriter(path, columns, compression="zstd")
        return parquet
    # Without quotes a value that would need them is an error, and the files read like a table.
    unquoted = pa.csv.WriteOptions(quoting_style="none", quoting_header="none")
    text: _ArrowWriter = pa.csv.CSVWriter(path, columns, write_options=unquoted)
    return text
