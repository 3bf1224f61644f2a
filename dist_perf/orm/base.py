"""What all classes of the ORM have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Text, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, relationship


class Base(DeclarativeBase):
    """A row of a table that dbt builds."""

    type_annotation_map: ClassVar = {str: Text}

    def __repr__(self) -> str:
        """Show the class and the values that are loaded."""
        columns = inspect(type(self)).columns.keys()
        loaded = [f"{name}={vars(self)[name]!r}" for name in columns if name in vars(self)]
        return f"{type(self).__name__}({', '.join(loaded)})"


def member(key: Mapped[Any]) -> Mapped[Any]:
    """Relate a row to the one that its foreign key names; only in this direction."""
    return relationship(foreign_keys=key, viewonly=True)
