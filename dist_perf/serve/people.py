"""Who asks: what the database says of a person at each request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A person who is signed in, as the database has it now.

    Attributes:
        scope: digest of the rows that the person may see; what is kept of answers has it in its
            key.
    """

    login: str
    person_name: str
    role: str
    sees_all: bool
    sees_firm: bool
    may_edit: bool
    may_administer: bool
    session_number: int
    scope: str


# On DuckDB, which has no row security, this machine's own person reads all.
LOCAL = Person("local", "You", "analyst", True, True, False, False, 0, "all")
