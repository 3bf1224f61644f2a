"""Writes the classes of `dist_perf.orm` from the contracts in dbt's manifest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import click
import jinja2

from dist_perf import project

# What a word of a table's name becomes in its class's; `wholesaler` becomes `Wholesaler`.
WORDS = {"aum": "AUM"}
# Classes that are not named as their table is.
CLASS_NAMES = {"fact_aum_flows": "FactAUMFlow"}
# The type of a contract in Python, and in SQLAlchemy where it does not follow from that.
TYPES = {
    "bigint": ("int", "BigInteger"),
    "boolean": ("bool", ""),
    "date": ("datetime.date", ""),
    "integer": ("int", ""),
    "numeric": ("Decimal", "Numeric"),
    "text": ("str", ""),
    "timestamp": ("datetime.datetime", ""),
}
MODULE = '''
"""{{ title }}, from the contracts of `models/marts`; `make orm` writes this file."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from dist_perf.orm.base import Base, member
{% for name in imported %}
from dist_perf.orm.star import {{ name }}
{% endfor %}

__all__ = [
{% for name in tables | map(attribute="class_name") %}
    "{{ name }}",
{% endfor %}
]


{% for table in tables %}
class {{ table.class_name }}(Base):
    """{{ table.description | wrapped }}"""

    __tablename__ = "{{ table.name }}"
    __table_args__ = {"schema": "{{ table.schema }}"}

    {% for column in table.columns %}
    {{ column.declaration }}
    """{{ column.description | wrapped }}"""
    {% endfor %}

    {% for column in table.columns if column.references %}
    {{ column.relationship }}: Mapped[{{ column.target }}] = member({{ column.name }})
    {% endfor %}


{% endfor %}
'''


@dataclass(frozen=True)
class Column:
    """A column of a contract; its foreign key leads to `references`, a class and its column."""

    name: str
    description: str
    data_type: str
    is_nullable: bool
    is_primary_key: bool
    references: tuple[str, str] | None

    @property
    def declaration(self) -> str:
        """Line that declares it in its class."""
        name, _, arguments = self.data_type.partition("(")
        python, type_class = TYPES[name]
        options = [f"{type_class}({arguments}" if arguments else type_class] if type_class else []
        if self.references:
            options = [f"ForeignKey({'.'.join(self.references)})"]
        if self.is_primary_key:
            options.append("primary_key=True")
        annotation = f"{self.name}: Mapped[{python}{self._or_none}]"
        return f"{annotation} = mapped_column({', '.join(options)})" if options else annotation

    @property
    def relationship(self) -> str:
        """Name under which the row is reached that its foreign key leads to.

        `product` for `product_key`; a day of the calendar is `trade_day` for `trade_date` and
        `credit_month_day` for `credit_month`.
        """
        if self.name.endswith("_key"):
            return self.name.removesuffix("_key")
        return self.name.removesuffix("_date") + "_day"

    @property
    def target(self) -> str:
        """Type of the row that its foreign key leads to."""
        return self.references[0] + self._or_none if self.references else ""

    @property
    def _or_none(self) -> str:
        return " | None" if self.is_nullable else ""


@dataclass(frozen=True)
class Table:
    """A mart with a contract."""

    name: str
    schema: str
    description: str
    columns: tuple[Column, ...]

    @property
    def class_name(self) -> str:
        """Name of its class."""
        return _class_name(self.name)

    @property
    def is_star(self) -> bool:
        """Whether it is a dimension or a fact, and no metric mart."""
        return self.name.startswith(("dim_", "fact_"))

    @property
    def referred(self) -> list[str]:
        """Names of the classes that its foreign keys lead to."""
        return sorted({column.references[0] for column in self.columns if column.references})


def write(artifacts: Path) -> list[Path]:
    """Write the classes anew, and return the files.

    Args:
        artifacts: Directory of dbt's `manifest.json`.

    Raises:
        click.ClickException: a contract cannot be told as a class; the message says which and
            the mend.
    """
    manifest = json.loads((artifacts / "manifest.json").read_bytes())
    directory = project.root() / "dist_perf" / "orm"
    sources = {directory / name: source for name, source in modules(manifest).items()}
    for path, source in sources.items():
        path.write_text(source, encoding="utf-8")
    return list(sources)


def modules(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the source of the modules that hold the classes, by file name.

    Raises:
        click.ClickException: a contract cannot be told as a class; the message says which and
            the mend.
    """
    tables = _tables(manifest)
    star = [table for table in tables if table.is_star]
    marts = [table for table in tables if not table.is_star]
    imported = sorted({name for table in marts for name in table.referred})
    return {
        "star.py": _source(title="Dimensions and facts", tables=star, imported=[]),
        "marts.py": _source(title="Metric marts", tables=marts, imported=imported),
    }


def _tables(manifest: dict[str, Any]) -> list[Table]:
    """Return the tables that have contracts, each behind those it refers to."""
    tables = {
        _class_name(node["name"]): _table(node)
        for node in sorted(manifest["nodes"].values(), key=lambda node: str(node["name"]))
        if node["resource_type"] == "model"
        and node["path"].startswith("marts/")
        and node["config"]["contract"]["enforced"]
        # Views repeat what relationships reach.
        and node["config"]["materialized"] != "view"
    }
    order = TopologicalSorter({name: table.referred for name, table in tables.items()})
    return [tables[name] for name in order.static_order()]


def _table(node: dict[str, Any]) -> Table:
    name, columns = node["name"], node["columns"].values()
    table = Table(
        name=name,
        schema=node["config"]["schema"],
        description=node["description"],
        columns=tuple(_column(each, node["config"]["meta"]["grain"]) for each in columns),
    )
    taken = set(node["columns"])
    for column in table.columns:
        if column.data_type.partition("(")[0] not in TYPES:
            raise click.ClickException(
                f"`{name}.{column.name}` has the type `{column.data_type}`, which the ORM does "
                f"not know; use one of {', '.join(TYPES)} in the contract"
            )
        if column.references and column.relationship in taken:
            raise click.ClickException(
                f"`{name}.{column.relationship}` is also how the row is called that "
                f"`{column.name}` leads to; rename one of the columns in the contract"
            )
    return table


def _column(column: dict[str, Any], grain: list[str]) -> Column:
    constraints = {each["type"]: each for each in column["constraints"]}
    references = None
    if key := constraints.get("foreign_key"):
        # dbt gives `ref('x')` before a node is compiled and `"database"."schema"."x"` after.
        target = re.findall(r"\w+", key["to"])[-1]
        references = (_class_name(target), key["to_columns"][0])
    return Column(
        name=column["name"],
        description=column["description"],
        data_type=column["data_type"],
        is_nullable="not_null" not in constraints,
        is_primary_key=column["name"] in grain,
        references=references,
    )


def _class_name(table: str) -> str:
    words = [WORDS.get(word, word.capitalize()) for word in table.split("_")]
    return CLASS_NAMES.get(table, "".join(words))


def _source(**content: Any) -> str:
    jinja = jinja2.Environment(  # noqa: S701 - Python is not HTML
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    jinja.filters["wrapped"] = _wrapped
    source = jinja.from_string(MODULE).render(content)
    for arguments in (["check", "--fix", "--select", "D209,F401,I,RUF022"], ["format"]):
        source = subprocess.run(  # noqa: S603
            [Path(sys.executable).with_name("ruff"), *arguments, "--quiet", "-"],
            cwd=project.root(),
            input=source,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
    return source


def _wrapped(description: str) -> str:
    """Break the lines of paragraphs; tables and lists stay as they are."""
    text = description.strip().replace("\\", r"\\").replace('"', r"\"")
    blocks = [
        block if block.startswith(("|", "-")) else textwrap.fill(block, 90)
        for block in text.split("\n\n")
    ]
    return textwrap.indent("\n\n".join(blocks), " " * 4).lstrip()
