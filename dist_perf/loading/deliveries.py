"""What a file is a delivery of: its source and its business dates."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path

DATE = re.compile(r"(?<!\d)(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)")
VERSION = re.compile(
    r"(?i)(?:^|[-_. ]|(?<=\)))(?:v\d+|version\d*|rev\d*|corrected|correction|resend|resent|final"
    r"|copy|\(\d+\))(?=[-_. (]|$)"
)
SEPARATORS = "-_. "


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
    stem = path.name.split(".")[0] if path.name.count(".") == 1 else path.stem
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
