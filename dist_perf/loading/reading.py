"""Reads CSV, Parquet and JSON in batches of text, row by row numbered."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from dist_perf.loading import json_records
from dist_perf.loading.mapping import WHITESPACE, CsvOptions, unnamed
from dist_perf.loading.quotes import line_of_open_quote

BLOCK_BYTES = 2 << 20
BATCH_ROWS = 100_000

# What is known of a double: 15 digits, and no more decimals than any price has.
DOUBLE_DIGITS = 15
DOUBLE_DECIMALS = 9
DOUBLE_LARGEST = 1e28

PARQUET_MAGIC = b"PAR1"
JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
# Enough of a file to know its format by.
START_BYTES = 4096
# Enough to hold the last line.
TAIL_BYTES = 1 << 16
# Characters that nobody sees at the ends of a value, and those that nobody sees within it either.
EDGES = r"\s\x{00A0}\x{2000}-\x{200F}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}"
INVISIBLE = r"\x{200B}\x{2060}\x{FEFF}"
UNSEEN = rf"^[{EDGES}]+|[{EDGES}]+$|[{INVISIBLE}]+"
UNSEEN_IN_PYTHON = re.compile(re.sub(r"\\x\{(\w+)\}", r"\\u\1", UNSEEN))
# Bytes of which each unseen character but the space has some.
UNSEEN_ASCII = (b"\t", b"\n", b"\r")
UNSEEN_BYTES = (b"\xc2\xa0", b"\xe2\x80", b"\xe2\x81", b"\xe3\x80\x80", b"\xef\xbb\xbf")
OTHER_FORMATS = {
    b"\x1f\x8b": "is compressed: unpack it first",
    b"PK\x03\x04": "is an Excel workbook or a zip archive: save it as CSV, or unpack it",
    b"\xd0\xcf\x11\xe0": "is an Excel workbook: save it as CSV",
}


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

    def take(self, count: int) -> pa.Array:
        possible = np.arange(self.last + 1, self.last + 1 + count + len(self.broken))
        numbers = np.setdiff1d(possible, [row.row_number for row in self.broken])[:count]
        self.last = int(numbers[-1]) if count else self.last
        return pa.array(numbers, pa.int64())

    def passed(self) -> tuple[BrokenRow, ...]:
        """Return the broken rows before the last good one, and forget them."""
        told = tuple(row for row in self.broken if row.row_number < self.last)
        self.broken = self.broken[len(told) :]
        return told


def content_hash(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _header(names: Sequence[str]) -> tuple[str, ...]:
    seen = [UNSEEN_IN_PYTHON.sub("", name) for name in names]
    return tuple(name or unnamed(index) for index, name in enumerate(seen))


def _without_unseen(table: pa.Table) -> pa.Table:
    """Drop what nobody sees in a value: two identifiers that look alike are alike."""
    for index, column in enumerate(table.columns):
        held = [chunk.buffers()[2] for chunk in column.chunks]
        if any(_holds_unseen(buffer.to_pybytes()) for buffer in held if buffer):
            seen = pc.replace_substring_regex(column, UNSEEN, "")
            table = table.set_column(index, table.column_names[index], seen)
    return table


def _holds_unseen(text: bytes) -> bool:
    marks = UNSEEN_ASCII if text.isascii() else UNSEEN_ASCII + UNSEEN_BYTES
    return any(mark in text for mark in marks)


@contextmanager
def opened(path: Path, options: CsvOptions) -> Iterator[TextFile]:
    """Open a file as text in batches; Parquet and JSON are known by their first bytes.

    Raises:
        click.ClickException: the file is missing, empty or neither CSV nor Parquet nor JSON; also
            while the batches are read.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(START_BYTES)
            stream.seek(0)
            for magic, mend in OTHER_FORMATS.items():
                if start.startswith(magic):
                    raise click.ClickException(f"`{path}` {mend}")
            if start.startswith(PARQUET_MAGIC):
                file = _parquet(path, stream)
            elif path.suffix.lower() in JSON_SUFFIXES or json_records.is_json(start):
                file = _json(path, options)
            else:
                file = _csv(path, stream, options)
            repeated = [name for name in file.header if file.header.count(name) > 1]
            if repeated:
                raise click.ClickException(f"the header of `{path}` names `{repeated[0]}` twice")
            yield file
    except OSError as error:
        raise click.ClickException(f"`{path}` cannot be read: {error.strerror or error}") from None
    except json_records.JsonError as error:
        raise click.ClickException(
            f"`{path}` cannot be read as JSON: {error}. It must hold an array of objects or an "
            "object a line; mend the file"
        ) from None
    except (pa.ArrowException, csv.Error, LookupError, UnicodeError) as error:
        message = str(error).splitlines()[0]
        raise click.ClickException(
            f"`{path}` cannot be read as CSV or Parquet: {message}. Mend the file, or say in "
            "a mapping how it is written (`csv: {delimiter: …, encoding: …}`)"
        ) from None


def _csv(path: Path, stream: Any, options: CsvOptions) -> TextFile:
    with _decoded(path, options) as text:
        for _ in range(options.skip_rows):
            text.readline()
        reader = csv.reader(text, delimiter=_delimiter(options), quotechar=options.quote)
        try:
            names = next(reader, [])
        except csv.Error:
            _refuse_open_quote(path, options)
            raise
        if reader.line_num > 1:
            _refuse_open_quote(path, options)
        header_lines = options.skip_rows + reader.line_num
        has_rows = bool(text.read(1))
    if not any(name.strip() for name in names):
        raise click.ClickException(f"`{path}` holds no header where one is expected")
    file = TextFile(_header(names), path.stat().st_size, iter(()))
    if has_rows:
        file.batches = _csv_batches(file, path, stream, options, header_lines)
    return file


def _delimiter(options: CsvOptions) -> str:
    return "\t" if options.delimiter == WHITESPACE else options.delimiter


def _decoded(path: Path, options: CsvOptions) -> TextIO:
    encoding = codecs.lookup(options.encoding).name
    without_mark = "utf-8-sig" if encoding == "utf-8" else encoding
    text = path.open(encoding=without_mark, newline="")
    if options.delimiter != WHITESPACE:
        return text
    aligned = io.BufferedReader(_Aligned(text, options.quote))
    return io.TextIOWrapper(aligned, encoding="utf-8", newline="")


class _Aligned(io.RawIOBase):
    """A text whose columns are apart by spaces and tabs, with one tab between them."""

    def __init__(self, text: TextIO, quote: str) -> None:
        self._text = text
        self._quote = quote
        quoted = re.escape(quote)
        self._pieces = re.compile(rf"({quoted}[^{quoted}]*{quoted})|[ \t]+")
        self._held = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._held:
            line = self._text.readline()
            # A quoted value may hold lines.
            while line.count(self._quote) % 2 and (following := self._text.readline()):
                line += following
            self._held = self._pieces.sub(self._replaced, line).encode()
        count = min(len(buffer), len(self._held))
        buffer[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def close(self) -> None:
        self._text.close()
        super().close()

    @staticmethod
    def _replaced(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
        return "\t" if before.strip("\r\n") and after.strip("\r\n") else ""


def _csv_batches(
    file: TextFile, path: Path, stream: Any, options: CsvOptions, header_lines: int
) -> Iterator[Batch]:
    numbers = _Numbers()
    encoding, content = options.encoding, stream
    if options.delimiter == WHITESPACE:
        # The text is held: it closes what is beneath it when it goes.
        text = _decoded(path, options)
        encoding, content = "utf-8", text.buffer

    def skip(row: Any) -> str:
        # pyarrow counts every line before the first row as one.
        number = row.number - header_lines
        numbers.broken.append(BrokenRow(number, row.text, row.expected_columns, row.actual_columns))
        return "skip"

    reader = pa.csv.open_csv(
        content,
        read_options=pa.csv.ReadOptions(
            block_size=BLOCK_BYTES,
            encoding=encoding,
            skip_rows=header_lines,
            column_names=file.header,
            use_threads=False,
        ),
        parse_options=pa.csv.ParseOptions(
            delimiter=_delimiter(options),
            quote_char=options.quote,
            newlines_in_values=True,
            ignore_empty_lines=False,
            invalid_row_handler=skip,
        ),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(file.header, pa.string()),
            strings_can_be_null=False,
        ),
    )
    is_checked = False
    try:
        for batch in reader:
            file.position = stream.tell()
            rows = pa.Table.from_batches([batch])
            if not is_checked and (numbers.broken or _holds_lines(rows)):
                _refuse_open_quote(path, options)
                is_checked = True
            row_numbers = numbers.take(batch.num_rows)
            yield Batch(_without_unseen(rows), row_numbers, numbers.passed())
    except pa.ArrowInvalid:
        # What follows an open quote may be longer than a block.
        _refuse_open_quote(path, options)
        raise
    if not is_checked and (numbers.broken or _ends_oddly(path, options)):
        _refuse_open_quote(path, options)
    if numbers.broken:
        yield Batch(reader.schema.empty_table(), numbers.take(0), tuple(numbers.broken))


def _holds_lines(rows: pa.Table) -> bool:
    buffers = (chunk.buffers()[2] for column in rows.columns for chunk in column.chunks)
    texts = (buffer.to_pybytes() for buffer in buffers if buffer)
    return any(b"\n" in text or b"\r" in text for text in texts)


def _ends_oddly(path: Path, options: CsvOptions) -> bool:
    """Tell whether the last line has a quote too many; a value of it may end with the file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        *_, last = re.split(rb"[\r\n]", file.read())
    return last.count(options.quote.encode(options.encoding)[-1:]) % 2 == 1


def _refuse_open_quote(path: Path, options: CsvOptions) -> None:
    with _decoded(path, options) as text:
        for _ in range(options.skip_rows):
            text.readline()
        line = line_of_open_quote(text, _delimiter(options), options.quote)
    if line is not None:
        raise click.ClickException(
            f"`{path}`, line {line + options.skip_rows}: the quote {options.quote} that opens here "
            "is never closed, so the rows after it would be read as one value. Close it, or double "
            "it if it belongs to the value; nothing of the file is loaded"
        )


def _json(path: Path, options: CsvOptions) -> TextFile:
    """Open JSON; the keys of all objects are its header, so it is read twice."""
    with _decoded(path, options) as text:
        names: dict[str, None] = {}
        for record in json_records.records(text):
            names.update(dict.fromkeys(record))
    if not names:
        raise click.ClickException(f"`{path}` holds no object with a key, so it has no columns")
    file = TextFile(_header(list(names)), path.stat().st_size, iter(()))

    def batches() -> Iterator[Batch]:
        numbers = _Numbers()
        with _decoded(path, options) as text:
            records = json_records.records(text)
            while rows := list(itertools.islice(records, BATCH_ROWS)):
                file.position = text.buffer.tell()
                columns = [pa.array([row.get(name, "") for row in rows]) for name in names]
                table = _without_unseen(pa.table(columns, names=file.header))
                yield Batch(table, numbers.take(len(rows)))

    file.batches = batches()
    return file


def _parquet(path: Path, stream: Any) -> TextFile:
    parquet = pa.parquet.ParquetFile(stream)
    numbers = _Numbers()
    file = TextFile(_header(parquet.schema_arrow.names), path.stat().st_size, iter(()))

    def batches() -> Iterator[Batch]:
        total = max(parquet.metadata.num_rows, 1)
        for batch in parquet.iter_batches(batch_size=BATCH_ROWS):
            row_numbers = numbers.take(batch.num_rows)
            file.position = file.size * numbers.last // total
            rows = _without_unseen(_as_text(pa.Table.from_batches([batch])))
            yield Batch(rows, row_numbers)

    file.batches = batches()
    return file


def _as_text(table: pa.Table) -> pa.Table:
    columns = [pc.fill_null(_column_as_text(column), "") for column in table.columns]
    return pa.table(columns, names=table.column_names)


def _column_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if pa.types.is_floating(column.type) and not pa.types.is_float64(column.type):
        raise pa.ArrowInvalid(
            f"it has a column of {column.type}, which cannot tell the cents of a million; write "
            "decimals or doubles"
        )
    if pa.types.is_float64(column.type):
        known = pc.less(pc.abs(column), DOUBLE_LARGEST)
        decimals = _double_as_decimal(pc.if_else(known, column, None))
        return pc.coalesce(_column_as_text(decimals), pc.cast(column, pa.string()))
    if pa.types.is_timestamp(column.type):
        # With a zone the text is the clock of that zone and its offset.
        text = pc.cast(column, pa.string())
        # Midnight stands for the day, however finely the column could tell the time.
        return pc.replace_substring_regex(text, r" 00:00:00(\.0+)?$", "")
    text = pc.cast(column, pa.string())
    if pa.types.is_decimal(column.type) and pc.any(pc.match_substring(text, "E")).as_py():
        plain = [None if each is None else f"{each:f}" for each in column.to_pylist()]
        return pa.chunked_array([pa.array(plain, pa.string())])
    return text


def _double_as_decimal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return doubles as the decimals they stand for: 0.1 + 0.2 is 0.3.

    A double of 10^13 or more cannot tell cents; it keeps all of its digits and is judged by them.
    """
    exact = pc.cast(column, pa.decimal128(38, DOUBLE_DECIMALS), safe=False)
    size = pc.abs(column)
    whole = pc.floor(pc.log10(pc.if_else(pc.greater(size, 1.0), size, 1.0)))
    kept = pc.subtract(DOUBLE_DIGITS - 1, pc.cast(whole, pa.int32()))
    kept = pc.if_else(
        pc.and_(pc.greater_equal(kept, 2), pc.less(kept, DOUBLE_DECIMALS)), kept, DOUBLE_DECIMALS
    )
    return pc.round_binary(exact, kept)
