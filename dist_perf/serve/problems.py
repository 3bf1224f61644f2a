"""What can go wrong, each with its status, and how it is said to programs and to people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

# So many known values stand in a message, and so many characters of a wrong one.
SHOWN = 5
LONGEST_SHOWN = 60

# Kind of problem: its status and its title. `/api/v1/problems` lists them.
CATALOGUE: dict[str, tuple[int, str]] = {
    "unknown-parameter": (400, "A parameter that this address does not have"),
    "unknown-value": (400, "A value that the filter does not have"),
    "bad-value": (400, "A value that cannot be read"),
    "range-reversed": (400, "A range that ends before it begins"),
    "range-too-long": (400, "A range that is longer than can be answered"),
    "not-signed-in": (401, "Nobody is signed in"),
    "link-expired": (401, "The link or token is forged or has expired"),
    "not-allowed": (403, "The person may not do this"),
    "form-expired": (403, "The form was sent without its token"),
    "other-site": (403, "The form was sent from another site"),
    "not-found": (404, "Nothing is at this address"),
    "method-not-allowed": (405, "The address takes other methods"),
    "stale-form": (409, "Somebody else changed the row meanwhile"),
    "body-too-large": (413, "The request is larger than is read"),
    "unknown-host": (421, "The server is not called by this name"),
    "too-many-requests": (429, "Too many requests in a short time"),
    "internal": (500, "The server made a mistake"),
    "database-down": (503, "The database does not answer"),
    "provider-down": (503, "The firm's sign-in does not answer"),
    "being-built": (503, "The warehouse is not built, or is being built"),
    "too-slow": (504, "The query took too long"),
}


@dataclass
class Problem(Exception):  # noqa: N818 - it is what RFC 9457 calls it
    """A request that cannot be answered.

    Args:
        kind: a key of the catalogue.
        detail: what is wrong and how to mend it, in a sentence.
        parameter: the parameter that is wrong, if one is.
    """

    kind: str
    detail: str
    parameter: str | None = None
    retry_after: int | None = None

    @property
    def status(self) -> int:
        """Status of HTTP."""
        return CATALOGUE[self.kind][0]

    @property
    def title(self) -> str:
        """The kind in words."""
        return CATALOGUE[self.kind][1]

    def as_json(self, request_id: str) -> dict[str, object]:
        """Return the members of `application/problem+json`."""
        members: dict[str, object] = {
            "type": f"/api/v1/problems#{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.parameter is not None:
            members["parameter"] = self.parameter
        return members


def near(given: str, known: Iterable[str]) -> str:
    """Return the known values that a person may have meant, or the first of them."""
    values = sorted(set(known))
    found = get_close_matches(given, values, n=SHOWN, cutoff=0.5) or values[:SHOWN]
    return ", ".join(found) + ("" if len(found) == len(values) else " and others")


def _shortened(text: str) -> str:
    """Return a text as a line shows it."""
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def unknown_value(parameter: str, value: str, known: Iterable[str]) -> Problem:
    """Say that a filter has no such value, and which one was meant perhaps."""
    meant = near(value, known)
    mend = f"Known are {meant}" if meant else "It has no values for you"
    detail = f"`{parameter}` has no value `{_shortened(value)}`. {mend}."
    return Problem("unknown-value", detail, parameter)


def unknown_parameter(parameter: str, known: Iterable[str]) -> Problem:
    """Say that an address has no such parameter, and which ones it has."""
    names = sorted(set(known))
    shown = _shortened(parameter)
    meant = get_close_matches(parameter, names, n=1, cutoff=0.6)
    mend = f"Did you mean `{meant[0]}`?" if meant else f"There are {', '.join(names)}."
    return Problem("unknown-parameter", f"There is no parameter `{shown}`. {mend}", shown)
