"""Marts as the API offers them, from the classes of the ORM."""

from __future__ import annotations

import ast
import datetime
import importlib
import inspect
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Column, Table

from dist_perf import project
from dist_perf.orm.base import Base


@dataclass(frozen=True)
class Field:
    """A column that a resource has.

    Attributes:
        expression: how SQL names it.
        kind: the Python type of its values.
    """

    name: str
    expression: str
    kind: type
    is_nullable: bool
    description: str

    @property
    def is_day(self) -> bool:
        """Return whether it holds days."""
        return self.kind in (datetime.date, datetime.datetime)

    @property
    def said(self) -> str:
        """Return the expression of its values as the API says them.

        Amounts and keys are text, with all their digits, which a browser would round.
        """
        is_text = self.kind is Decimal or self.name.endswith("_key")
        return f"cast({self.expression} as text)" if is_text else self.expression

    def ordered(self, direction: str = "asc") -> str:
        """Return how SQL orders by it, what is not known at the end.

        PostgreSQL reads an index backwards only where nothing is said of nulls.
        """
        return f"{self.expression} {direction}{' nulls last' if self.is_nullable else ''}"

    @property
    def is_filter(self) -> bool:
        """Return whether rows are chosen by its values."""
        return self.kind is not Decimal


@dataclass(frozen=True)
class Resource:
    """A mart: its columns, and the ids and names of the members that its keys point to."""

    area: str
    name: str
    description: str
    relation: str
    joins: str
    fields: tuple[Field, ...]
    grain: tuple[str, ...]

    def field(self, name: str) -> Field | None:
        """Return a field by its name, None if there is none."""
        return next((field for field in self.fields if field.name == name), None)

    def asks_members(self, text: str) -> bool:
        """Return whether a condition or an order asks for the ids or names of members."""
        return any(
            field.expression in text
            for field in self.fields
            if not field.expression.startswith("mart.")
        )

    def named(self, name: str) -> Field:
        """Return a field that is there."""
        return next(field for field in self.fields if field.name == name)


@cache
def resources() -> tuple[Resource, ...]:
    """Return the marts of every area, and those that belong to none."""
    found = []
    for area in (*project.areas(), project.COMMON):
        module = importlib.import_module(f"dist_perf.orm.{area}")
        for name in module.__all__:
            mapped: type[Base] = getattr(module, name)
            found.append(_resource(area, mapped))
    return tuple(found)


def _resource(area: str, mapped: type[Base]) -> Resource:
    table = mapped.__table__
    assert isinstance(table, Table)  # noqa: S101 - each class has its own
    texts = _descriptions(mapped)
    fields: list[Field] = []
    joins: list[str] = []
    for column in table.columns:
        fields.append(_field(column, f"mart.{column.name}", texts.get(column.name, "")))
        for key in column.foreign_keys:
            target = key.column.table
            stem = column.name.removesuffix("_key")
            if stem == column.name or target is table:
                continue
            alias = f"{stem}_member"
            named = [each for each in target.columns if each.name in (f"{stem}_id", f"{stem}_name")]
            named = [each for each in named if each.name not in table.columns]
            if not named:
                continue
            joins.append(
                f"left join {{{target.schema}}}.{target.name} as {alias}"
                f" on mart.{column.name} = {alias}.{key.column.name}"
            )
            described = _descriptions(_mapped(target))
            fields += [
                _field(each, f"{alias}.{each.name}", described.get(each.name, ""), nullable=True)
                for each in named
            ]
    return Resource(
        area=area,
        name=table.name,
        description=inspect.cleandoc(mapped.__doc__ or ""),
        relation=f"{{{table.schema}}}.{table.name}",
        joins="\n".join(joins),
        fields=tuple(fields),
        grain=tuple(column.name for column in table.primary_key.columns),
    )


def _field(
    column: Column[Any], expression: str, description: str, *, nullable: bool = False
) -> Field:
    return Field(
        column.name,
        expression,
        column.type.python_type,
        nullable or bool(column.nullable),
        " ".join(description.split()),
    )


@cache
def _mapped(table: Table) -> type[Base]:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)


@cache
def _descriptions(mapped: type[Base]) -> dict[str, str]:
    """Return the texts that stand below a class's columns."""
    (body,) = ast.parse(inspect.getsource(mapped)).body
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - its source is a class
    texts = {}
    for before, text in zip(body.body, body.body[1:], strict=False):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
        ):
            texts[before.target.id] = str(text.value.value)
    return texts
