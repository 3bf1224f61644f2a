"""Passwords: what is kept of them, and whether one is right."""

from __future__ import annotations

import secrets

from pwdlib import PasswordHash

from dist_perf.serve.problems import Problem

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 500

_hash = PasswordHash.recommended()
# Who is not there takes as long to refuse as who is.
_NOBODY = _hash.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    """Return what is kept of a password.

    Raises:
        Problem: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Problem(
            "bad-value",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.",
            "password",
        )
    return _hash.hash(password.encode("utf-8", "surrogatepass"))


def is_right(password: str, kept: str | None) -> bool:
    """Return whether a password is the one that was kept; as slow if there is none."""
    given = password.encode("utf-8", "surrogatepass")
    found = len(given) <= 4 * LONGEST_PASSWORD and _hash.verify(given, kept or _NOBODY)
    return found and kept is not None
