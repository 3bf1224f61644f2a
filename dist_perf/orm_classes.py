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
from dist_perf.project import COMMON

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
"""Tables of `models/marts/{{ area }}`, from their contracts; `make orm` writes this file."""

from __future__ import annotations

import datetime
from decimal import Decimal

from sqlalchemy import BigInteger, ForeignKey, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from dist_perf.orm.base import Base, member
{% for name in imported %}
from dist_perf.orm.common import {{ name }}
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


PACKAGE = '''
"""The warehouse as classes: `session.query(FactRevenue)`. docs/orm.md has recipes.

`make orm` writes this file: a module for each area.
"""

from __future__ import annotations

{% for area in areas %}
from dist_perf.orm import {{ area }}
{% endfor %}
from dist_perf.orm.base import Base
from dist_perf.orm.connection import engine, session
{% for area in areas %}
from dist_perf.orm.{{ area }} import *  # noqa: F403
{% endfor %}

__all__ = ["Base", "engine", "session"]
{% for area in areas %}
__all__ += {{ area }}.__all__
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
    class_name: str
    area: str
    schema: str
    description: str
    columns: tuple[Column, ...]

    @property
    def referred(self) -> list[str]:
        """Names of the classes that its foreign keys lead to."""
        return sorted({column.references[0] for column in self.columns if column.references})


def write(artifacts: Path) -> list[Path]:
    """Write the classes and return the files.

    Args:
        artifacts: Directory of dbt's `manifest.json`.

    Raises:
        click.ClickException: a contract cannot be written as a class; the message says which one
            and how to fix it.
    """
    manifest = json.loads((artifacts / "manifest.json").read_bytes())
    directory = project.root() / "dist_perf" / "orm"
    sources = {directory / name: source for name, source in modules(manifest).items()}
    for path, source in sources.items():
        path.write_text(source, encoding="utf-8")
    return list(sources)


def modules(manifest: dict[str, Any]) -> dict[str, str]:
    """Return the source of the modules that hold the classes, by file name.

    Each area has a module; those of areas import from the module of what they share.

    Raises:
        click.ClickException: a contract cannot be written as a class, or two claim one name; the
            message says which one and how to fix it.
    """
    tables = _tables(manifest)
    areas = sorted({table.area for table in tables}, key=lambda area: (area != COMMON, area))
    sources = {"__init__.py": _source(PACKAGE, areas=areas)}
    for area in areas:
        own = [table for table in tables if table.area == area]
        names = {table.class_name for table in own}
        imported = sorted({name for table in own for name in table.referred} - names)
        sources[f"{area}.py"] = _source(MODULE, area=area, tables=own, imported=imported)
    return sources


def _tables(manifest: dict[str, Any]) -> list[Table]:
    """Return the tables that have contracts, each behind those it refers to."""
    nodes = [
        node
        for node in sorted(manifest["nodes"].values(), key=lambda node: str(node["name"]))
        if node["resource_type"] == "model"
        and node["path"].startswith("marts/")
        and node["config"]["contract"]["enforced"]
        # Views repeat what relationships reach.
        and node["config"]["materialized"] != "view"
    ]
    models: dict[str, str] = {}
    for node in nodes:
        other = models.setdefault(_class_name(node), node["name"])
        if other != node["name"]:
            raise click.ClickException(
                f"`{other}` and `{node['name']}` would both be the class `{_class_name(node)}`; "
                "give one of them another by `config.meta.orm_class`"
            )
    classes = {model: name for name, model in models.items()}
    tables = {table.class_name: table for table in (_table(node, classes) for node in nodes)}
    order = TopologicalSorter({name: table.referred for name, table in tables.items()})
    return [tables[name] for name in order.static_order()]


def _table(node: dict[str, Any], classes: dict[str, str]) -> Table:
    name, columns = node["name"], node["columns"].values()
    table = Table(
        name=node["alias"],
        class_name=classes[name],
        area=node["fqn"][2],
        schema=node["schema"].removeprefix(project.schema_name("")),
        description=node["description"],
        columns=tuple(_column(each, node["config"]["meta"]["grain"], classes) for each in columns),
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


def _column(column: dict[str, Any], grain: list[str], classes: dict[str, str]) -> Column:
    constraints = {each["type"]: each for each in column["constraints"]}
    references = None
    if key := constraints.get("foreign_key"):
        # dbt gives `ref('x')` before a node is compiled and `"database"."schema"."x"` after.
        target = re.findall(r"\w+", key["to"])[-1]
        references = (classes.get(target, _camel(target)), key["to_columns"][0])
    return Column(
        name=column["name"],
        description=column["description"],
        data_type=column["data_type"],
        is_nullable="not_null" not in constraints,
        is_primary_key=column["name"] in grain,
        references=references,
    )


def _class_name(node: dict[str, Any]) -> str:
    """Return `DimWholesalers` for `dim_wholesalers`, or what the model's meta says."""
    return str(node["config"]["meta"].get("orm_class", _camel(node["name"])))


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _source(template: str, **content: Any) -> str:
    jinja = jinja2.Environment(  # noqa: S701 - Python is not HTML
        trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    jinja.filters["wrapped"] = _wrapped
    source = jinja.from_string(template).render(content)
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
