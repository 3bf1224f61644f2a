"""All rows of a block as CSV or XLSX."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter

Row = dict[str, Any]

# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CHUNK_ROWS = 1000
_CHUNK_BYTES = 1 << 16
# Beyond that a spreadsheet rounds a number.
_EXACT_DIGITS = 15


def harmless(given: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula; numbers stay as they are."""
    if isinstance(given, str) and given.startswith(_FORMULA):
        return "'" + given
    return given


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> Iterator[str]:
    """Yield the rows as CSV, with a header, in parts."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for start in range(0, max(len(rows), 1), _CHUNK_ROWS):
        for row in rows[start : start + _CHUNK_ROWS]:
            writer.writerow([_as_text(row[column]) for column in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _as_text(given: Any) -> Any:
    if isinstance(given, bool):
        return "true" if given else "false"
    return given.isoformat() if hasattr(given, "isoformat") else harmless(given)


def as_xlsx(rows: Sequence[Row], columns: Sequence[str], title: str) -> Iterator[bytes]:
    """Yield the rows as a workbook of one sheet, in parts; it blocks while it writes.

    Amounts are numbers where a spreadsheet holds all their digits, else text.
    """
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet(title[:31].translate(str.maketrans("[]:*?/\\", "       ")))
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for number, column in enumerate(columns):
                sheet.write_string(0, number, column, bold)
            for line, row in enumerate(rows, start=1):
                for number, column in enumerate(columns):
                    given = row[column]
                    if given is None:
                        continue
                    if isinstance(given, bool):
                        sheet.write_boolean(line, number, given)
                    elif isinstance(given, int | Decimal) and _fits(given):
                        sheet.write_number(line, number, given)
                    elif hasattr(given, "isoformat"):
                        if hasattr(given, "hour"):
                            sheet.write_string(line, number, given.isoformat())
                        else:
                            sheet.write_datetime(line, number, given, day)
                    else:
                        sheet.write_string(line, number, str(harmless(str(given))))
            sheet.freeze_panes(1, 0)
        file.seek(0)
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _fits(given: int | Decimal) -> bool:
    return len(str(given).replace("-", "").replace(".", "").lstrip("0")) <= _EXACT_DIGITS
