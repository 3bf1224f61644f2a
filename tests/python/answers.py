"""What a query answers, as psql prints it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def cells(printed: str) -> list[list[str]]:
    """Return the cells of a table that psql printed: the header, then row by row."""
    header, _, *rows = printed.splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in (header, *rows)]


def shown(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[list[str]]:
    """Return the same cells of what a query answered; psql shows nothing for no value."""
    return [list(columns), *(["" if cell is None else str(cell) for cell in row] for row in rows)]
