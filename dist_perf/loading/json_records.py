"""Reads the objects of a JSON text one after the other, every value as text.

The text is an array of objects, or objects that follow each other, most often one a line.
Numbers stay as they are written: no digit of an amount goes through a float.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

READ_CHARACTERS = 1 << 20
# No record is longer; more would be a fault that swallows the file.
RECORD_CHARACTERS = 64 << 20
SPACE = re.compile(r"[ \t\r\n]*")
START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*(?:\{|\])|\{\s*[\"}])")


class JsonError(Exception):
    """A text is no JSON, or holds something else than objects; the message names the line."""


def is_json(start: bytes) -> bool:
    """Tell from its first bytes whether a file holds objects of JSON."""
    return bool(START.match(start))


def records(text: TextIO) -> Iterator[dict[str, str]]:
    """Yield each object as a row: its keys and their values as text, null as an empty one.

    The values of an object within an object are columns of their own, `parent.child`; a list is
    the text of its JSON.

    Raises:
        JsonError: the text is no JSON, or holds something else than objects; the message
            names the line.
    """
    reader = _Reader(text)
    is_array = reader.take("[")
    number = 0
    while following := reader.peek():
        if is_array and following == "]":
            reader.take("]")
            if reader.peek():
                raise JsonError(f"line {reader.line}: more follows after the array's end")
            return
        if is_array and number and not reader.take(","):
            raise JsonError(f"line {reader.line}: a comma is missing between two objects")
        if reader.peek() != "{":
            raise JsonError(
                f'line {reader.line}: an object is expected, such as {{"amount": 12.5}}'
            )
        record = reader.value()
        number += 1
        yield _flat(record)
    if is_array:
        raise JsonError(f"line {reader.line}: the array does not end, so the file may be torn")


def _flat(record: dict[str, Any]) -> dict[str, str]:
    row: dict[str, str] = {}
    for name, value in record.items():
        if isinstance(value, str):
            row[name] = value
        elif value is None:
            row[name] = ""
        elif isinstance(value, bool):
            row[name] = "true" if value else "false"
        elif isinstance(value, dict):
            row.update({f"{name}.{key}": child for key, child in _flat(value).items()})
        else:
            row[name] = json.dumps(value, ensure_ascii=False)
    return row


class _Reader:
    """Takes values off the front of a text, of which it holds as little as it can."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
        self._held = ""
        self._at = 0
        self._lines = 1
        self._ended = False

    @property
    def line(self) -> int:
        """Number of the line that is read."""
        return self._lines + self._held.count("\n", 0, self._at)

    def peek(self) -> str:
        """Return the next character that is no space, or nothing at the end."""
        while True:
            self._at = SPACE.match(self._held, self._at).end()  # type: ignore[union-attr]
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more(READ_CHARACTERS):
                return ""

    def take(self, character: str) -> bool:
        """Go past the next character, if it is this one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """Return the next value; what it lacks is read, twice as much each time."""
        self.peek()
        wanted = READ_CHARACTERS
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                if len(self._held) - self._at < RECORD_CHARACTERS and self._more(wanted):
                    wanted *= 2
                    continue
                line = self._lines + self._held.count("\n", 0, error.pos)
                raise JsonError(f"line {line}: {error.msg}") from None
            return value

    def _more(self, characters: int) -> bool:
        read = "" if self._ended else self._text.read(characters)
        if not read:
            self._ended = True
            return False
        self._lines += self._held.count("\n", 0, self._at)
        self._held = self._held[self._at :] + read
        self._at = 0
        return True
