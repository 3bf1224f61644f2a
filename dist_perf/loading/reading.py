"""Reads CSV and Parquet in batches of text, row by row numbered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from dist_perf.loading.mapping import CsvOptions

BLOCK_BYTES = 8 << 20
BATCH_ROWS = 100_000
# Floats come as text of this many decimals: enough for any price, and 0.1 + 0.2 is 0.3.
FLOAT_DECIMALS = 9
PARQUET_MAGIC = b"PAR1"


@dataclass(frozen=True)
class BrokenRow:
    """A row whose number of fields is not the header's."""

    row_number: int
    text: str
    expected: int
    found: int


@dataclass(frozen=True)
class Batch:
    """Rows of a file: every column as text, with the rows' numbers from 1."""

    rows: pa.Table
    row_numbers: pa.Array
    broken: tuple[BrokenRow, ...] = ()


@dataclass
class TextFile:
    """An opened file: its header and its batches."""

    header: tuple[str, ...]
    size: int
    batches: Iterator[Batch]
    position: int = 0


@dataclass
class _Numbers:
    """Numbers the good rows, leaving a place for each broken one."""

    last: int = 0
    broken: list[BrokenRow] = field(default_factory=list)
    told: int = 0

    def take(self, count: int) -> pa.Array:
        broken = {row.row_number for row in self.broken}
        numbers = []
        number = self.last
        if not any(row > self.last for row in broken):
            numbers = list(range(number + 1, number + count + 1))
        else:
            while len(numbers) < count:
                number += 1
                if number not in broken:
                    numbers.append(number)
        self.last = numbers[-1] if numbers else self.last
        return pa.array(numbers, pa.int64())

    def untold(self) -> tuple[BrokenRow, ...]:
        rows = tuple(self.broken[self.told :])
        self.told = len(self.broken)
        return rows


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def opened(path: Path, options: CsvOptions) -> Iterator[TextFile]:
    """Open a file as text in batches; Parquet is known by its first bytes.

    Raises:
        click.ClickException: the file is missing, empty or neither CSV nor Parquet; also
            while the batches are read.
    """
    try:
        with path.open("rb") as stream:
            parquet = stream.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC
            stream.seek(0)
            yield _parquet(path, stream) if parquet else _csv(path, stream, options)
    except OSError as error:
        raise click.ClickException(f"`{path}` cannot be read: {error.strerror or error}") from None
    except (pa.ArrowInvalid, LookupError, UnicodeError) as error:
        message = str(error).splitlines()[0]
        raise click.ClickException(
            f"`{path}` cannot be read as CSV or Parquet: {message}. Mend the file, or say in "
            "a mapping how it is written (`csv: {delimiter: …, encoding: …}`)"
        ) from None


def _csv(path: Path, stream: Any, options: CsvOptions) -> TextFile:
    numbers = _Numbers()

    def skip(row: Any) -> str:
        # pyarrow counts from 1 and counts the header.
        number = row.number - 1 - options.skip_rows
        numbers.broken.append(BrokenRow(number, row.text, row.expected_columns, row.actual_columns))
        return "skip"

    parse = pa.csv.ParseOptions(
        delimiter=options.delimiter,
        quote_char=options.quote,
        newlines_in_values=True,
        ignore_empty_lines=False,
        invalid_row_handler=skip,
    )
    header = _csv_header(path, options, parse)
    reader = pa.csv.open_csv(
        stream,
        read_options=pa.csv.ReadOptions(
            block_size=BLOCK_BYTES,
            encoding=options.encoding,
            skip_rows=options.skip_rows + 1,
            column_names=header,
            use_threads=False,
        ),
        parse_options=parse,
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()),
            strings_can_be_null=False,
        ),
    )
    file = TextFile(header, path.stat().st_size, iter(()))

    def batches() -> Iterator[Batch]:
        for batch in reader:
            file.position = stream.tell()
            yield Batch(
                pa.Table.from_batches([batch]), numbers.take(batch.num_rows), numbers.untold()
            )
        if numbers.told < len(numbers.broken):
            empty = pa.table({name: pa.array([], pa.string()) for name in header})
            yield Batch(empty, pa.array([], pa.int64()), numbers.untold())

    file.batches = batches()
    return file


def _csv_header(path: Path, options: CsvOptions, parse: pa.csv.ParseOptions) -> tuple[str, ...]:
    with path.open("rb") as stream:
        lines = [stream.readline() for _ in range(options.skip_rows + 1)]
    text = lines[-1].decode(options.encoding).removeprefix("\ufeff")
    if not text.strip():
        raise pa.ArrowInvalid("it holds no header")
    names = pa.csv.read_csv(
        pa.BufferReader(text.encode()),
        read_options=pa.csv.ReadOptions(autogenerate_column_names=True),
        parse_options=pa.csv.ParseOptions(delimiter=parse.delimiter, quote_char=parse.quote_char),
        convert_options=pa.csv.ConvertOptions(strings_can_be_null=False, null_values=[]),
    )
    header = tuple(str(column[0].as_py()).strip() for column in names.columns)
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise pa.ArrowInvalid(f"its header names `{repeated[0]}` twice")
    return header


def _parquet(path: Path, stream: Any) -> TextFile:
    parquet = pa.parquet.ParquetFile(stream)
    numbers = _Numbers()
    file = TextFile(tuple(parquet.schema_arrow.names), path.stat().st_size, iter(()))

    def batches() -> Iterator[Batch]:
        total = max(parquet.metadata.num_rows, 1)
        for batch in parquet.iter_batches(batch_size=BATCH_ROWS):
            row_numbers = numbers.take(batch.num_rows)
            file.position = file.size * numbers.last // total
            yield Batch(_as_text(pa.Table.from_batches([batch])), row_numbers)

    file.batches = batches()
    return file


def _as_text(table: pa.Table) -> pa.Table:
    columns = []
    for column in table.columns:
        exact = column
        if pa.types.is_dictionary(column.type):
            exact = pc.cast(column, column.type.value_type)
        if pa.types.is_floating(column.type):
            exact = pc.cast(
                pc.round(column, FLOAT_DECIMALS), pa.decimal128(38, FLOAT_DECIMALS), safe=False
            )
        columns.append(pc.fill_null(pc.cast(exact, pa.string()), ""))
    return pa.table(columns, names=table.column_names)
