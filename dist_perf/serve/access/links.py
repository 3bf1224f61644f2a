"""Tokens of programs and links to embedded pages: each is signed, and ends some day."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dist_perf.serve.problems import Problem
from dist_perf.serve.sessions import Signer
from dist_perf.serve.settings import ORIGIN, Settings

MOST_DAYS = 366
MOST_ORIGINS = 20
DAY_SECONDS = 24 * 60 * 60


def until(days: int) -> int:
    """Return the second at which something ends that is good for so many days.

    Raises:
        Problem: there are too many, or none.
    """
    if not 1 <= days <= MOST_DAYS:
        raise Problem("bad-value", f"`days` is 1 to {MOST_DAYS}.", "days")
    return int(time.time()) + days * DAY_SECONDS


def token(signer: Signer, login: str, session_number: int, days: int) -> str:
    """Return what a program sends as `Authorization: Bearer TOKEN`.

    It ends with the person's sessions, when the password changes or the person is deactivated.
    """
    return signer.sign(
        "token", {"login": login, "session_number": session_number, "until": until(days)}
    )


def origins(settings: Settings, given: Sequence[str]) -> list[str]:
    """Return the sites that may frame a page.

    Raises:
        Problem: one is no origin, or none that the settings have.
    """
    allowed = settings.embed_origins
    named = list(dict.fromkeys(each.strip().rstrip("/") for each in given)) or allowed
    if not named:
        raise Problem(
            "bad-value", "Name the site that shows the page, as `https://intranet.firm.com`.",
            "origins",
        )  # fmt: skip
    if len(named) > MOST_ORIGINS:
        raise Problem("bad-value", f"A link names {MOST_ORIGINS} origins at most.", "origins")
    for origin in named:
        if ORIGIN.fullmatch(origin) is None:
            shown = origin[:60]
            raise Problem(
                "bad-value",
                f"`{shown}` is no origin: give one as `https://intranet.firm.com`.",
                "origins",
            )
        if allowed and origin not in allowed:
            raise Problem(
                "not-allowed",
                f"`{origin}` may not embed pages. DIST_PERF_SERVE_EMBED_ORIGINS has "
                f"{', '.join(allowed)}.",
                "origins",
            )
    return named


def embed_address(  # noqa: PLR0913, PLR0917 - a link fixes so much
    signer: Signer,
    page: str,
    login: str,
    session_number: int,
    filters: Mapping[str, Sequence[str]],
    days: int,
    origins: Sequence[str],
) -> str:
    """Return the address of a page that opens without signing in.

    Args:
        signer: signs it.
        page: `area/name`.
        login: whose rows it shows.
        session_number: of that person; the link ends with the person's sessions.
        filters: what whoever opens it cannot change.
        days: how long it is good for.
        origins: sites that may frame it.
    """
    content = {
        "page": page,
        "login": login,
        "session_number": session_number,
        "filters": {name: list(values) for name, values in filters.items()},
        "origins": list(origins),
        "until": until(days),
    }
    return f"/embed/{page}?" + urlencode({"token": signer.sign("embed", content)})
