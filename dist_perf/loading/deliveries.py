"""What a file is a delivery of: its source and its business dates."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
VERSION = re.compile(
    r"(?i)(?:^|[-_. ]|(?<=\)))(?:v\d+|version\d+|rev\d+|corrected|correction|resend|resent|final"
    r"|copy|\(\d+\))(?=[-_. (]|$)"
)
SEPARATORS = "-_. "


# First and last business date, None where there is none.
Period = tuple[datetime.date, datetime.date] | None


def covers(later: Period, earlier: Period) -> bool:
    """Tell whether a delivery of one period is a later version of one of another."""
    if later is None or earlier is None:
        return later is earlier
    return later[0] <= earlier[0] and earlier[1] <= later[1]


def overlap(one: Period, other: Period) -> bool:
    """Tell whether two periods share a date."""
    return one is not None and other is not None and one[0] <= other[1] and other[0] <= one[1]


@dataclass(frozen=True)
class Delivery:
    """Identity of a file: a later one of the same source and dates takes its place.

    Attributes:
        source: Who sends it: the file's name without date and version, unless one is given.
        business_date: The date that it is about, None where only its rows can tell.
    """

    source: str
    business_date: datetime.date | None


def identify(
    path: Path, source: str | None = None, business_date: datetime.date | None = None
) -> Delivery:
    """Return what a file is a delivery of, from its name and from what is given."""
    stem = path.stem
    found = None
    for match in DATE.finditer(stem):
        try:
            found = datetime.date(*(int(part) for part in match.groups()))
        except ValueError:
            continue
        stem = stem[: match.start()] + stem[match.end() :]
        break
    name = re.sub(r"[-_. ]{2,}", "_", VERSION.sub("", stem)).strip(SEPARATORS)
    return Delivery(
        source=source or name or path.stem,
        business_date=business_date or found,
    )
