"""SQL that reads dates from text: the day that a file means, on every machine the same.

A timestamp is of the day that is written in it, whatever its offset and whatever the zone of the
machine. Where a mapping names a time zone, a timestamp with an offset is of the day that it was
there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import cache

import duckdb

# Styles that `strftime` has no letters for.
ISO = "iso"
EXCEL = {"excel": "1899-12-30", "excel-1904": "1904-01-01"}
SHOWN = {ISO: "2024-12-31` or `2024-12-31T18:30:00.5-05:00"}

ISO_DAY = r"\d{4}-\d\d-\d\d"
ISO_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
OFFSET = r"[Zz]|[+-]\d\d(?::?\d\d)?"
ZONE_NAME = r"[A-Za-z][A-Za-z_/+-]*\d*"
EXCEL_DAY = r"\d{1,6}(?:\.\d{1,9})?"
DIRECTIVE = re.compile(r"%(-?.)")


def date_sql(text: str, styles: Sequence[str], timezone: str | None) -> str:
    """Return SQL that reads a date, NULL where the text is none.

    Args:
        text: SQL of the text.
        styles: Formats of `strftime`, `iso`, `excel` or `excel-1904`; the first that fits counts.
        timezone: Zone to whose days timestamps with an offset are converted.
    """
    return f"coalesce({', '.join([_style_sql(text, each, timezone) for each in styles])}, null)"


def described(styles: Sequence[str]) -> str:
    """Return how dates must be written, for a message."""
    return " or ".join(f"`{SHOWN.get(style, style)}`" for style in styles)


def known_timezone(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        ValueError: there is none of that name; the message has close ones.
    """
    if name in _timezones():
        return name
    close = difflib.get_close_matches(name, _timezones(), n=3, cutoff=0.5)
    hint = f": did you mean {' or '.join(f'`{each}`' for each in close)}?" if close else ""
    raise ValueError(f"`{name}` is no time zone, such as `America/New_York`{hint}")


@cache
def _timezones() -> frozenset[str]:
    with duckdb.connect() as session:
        rows = session.execute("select name from pg_timezone_names()").fetchall()
    return frozenset(name for (name,) in rows)


def _style_sql(text: str, style: str, timezone: str | None) -> str:
    if style == ISO:
        return _iso_sql(text, timezone)
    if style in EXCEL:
        days = f"cast(floor(try_cast({text} as decimal(18, 9))) as integer)"
        return (
            f"case when regexp_full_match({text}, '{EXCEL_DAY}') "
            f"then date '{EXCEL[style]}' + {days} end"
        )
    return _strptime_sql(text, style, timezone)


def _iso_sql(text: str, timezone: str | None) -> str:
    day = f"try_cast({text}[1:10] as date)"
    stamp = f"{ISO_DAY}[T ]{ISO_TIME}"
    # Most columns hold days alone, and an expression of 10 characters would cost three times this.
    cases = [f"when length({text}) = 10 then cast(try_strptime({text}, '%Y-%m-%d') as date)"]
    if timezone:
        joined = f"regexp_replace({text}, ' ({OFFSET})$', '\\1')"
        instant = f"try_cast(replace(upper({joined}), ',', '.') as timestamptz)"
        cases.append(
            f"when regexp_full_match({text}, '{stamp} ?(?:{OFFSET})') "
            f"then cast(timezone('{timezone}', {instant}) as date)"
        )
    cases.append(f"when regexp_full_match({text}, '{stamp}(?: ?(?:{OFFSET}))?') then {day}")
    return f"case {' '.join(cases)} end"


def _strptime_sql(text: str, style: str, timezone: str | None) -> str:
    if timezone:
        # A letter that says UTC is an offset too.
        style = re.sub(r"(?<=%[SMfgn])Z$", "%z", style)
    quoted = "'" + style.replace("'", "''") + "'"
    if ":%S" in style and not re.search(r"%[fgn]", style):
        # Fractions of a second decide no day.
        text = f"regexp_replace({text}, '(:\\d\\d)[.,]\\d+', '\\1')"
    zone = re.search(r"(?<!%)(?:%%)*%([zZ])", style)
    if zone is None:
        return f"cast(try_strptime({text}, {quoted}) as date)"
    is_offset = zone[1] == "z"
    before, after = (_expression(part) for part in (style[: zone.end() - 2], style[zone.end() :]))
    # An instant at UTC whose clock shows what is written. Only Z has no digits to read.
    replaced = OFFSET if is_offset else ZONE_NAME
    if timezone:
        replaced = "[Zz]" if is_offset else ""
    if replaced:
        wanted = "+00" if is_offset else "UTC"
        whole = f"^({before})(?:{replaced})({after})$".replace("'", "''")
        text = f"regexp_replace({text}, '{whole}', '\\1{wanted}\\2')"
    return f"cast(timezone('{timezone or 'UTC'}', try_strptime({text}, {quoted})) as date)"


def _expression(style: str) -> str:
    """Return a regular expression for what a format of `strptime` reads."""
    pieces = []
    for odd, part in enumerate(DIRECTIVE.split(style)):
        if odd % 2 == 0:
            pieces.append(re.sub(r"(\\ )+", r"\\s+", re.escape(part)))
        elif part == "%":
            pieces.append("%")
        elif part[-1] in "aAbBp":
            pieces.append(r"\pL+")
        else:
            pieces.append(r"\d+")
    return "".join(pieces)
