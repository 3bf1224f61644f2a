"""Finds the quote of a CSV file that opens and never closes.

Readers take all that follows such a quote for one value, up to the next quote or to the end of the
file, and the rows in between are gone without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def line_of_open_quote(lines: Iterable[str], delimiter: str, quote: str) -> int | None:
    """Return the number of the line in which a quote opens that does not close, if one does.

    A quote opens a value only as its first character, and a doubled one within is none. If a
    value goes over several lines and text follows its last quote, that quote opened a value of
    another row, and the first one was never closed.
    """
    other = f"[^{re.escape(quote)}]*"
    two = re.escape(quote) * 2
    rest = re.compile(f"{other}(?:{two}{other})*{re.escape(quote)}(?!{re.escape(quote)})")
    opened = 0
    for number, line in enumerate(lines, start=1):
        if quote not in line:
            continue
        at = 0
        while at < len(line):
            if not opened and line[at] == quote:
                opened, at = number, at + 1
            if opened:
                closed = rest.match(line, at)
                if closed is None:
                    break
                at = closed.end()
                if opened < number and line[at : at + 1] not in {delimiter, "\r", "\n", ""}:
                    return opened
                opened = 0
            at = line.find(delimiter, at) + 1 or len(line)
    return opened or None
