"""Draws the marts and their keys, from dbt's artifacts that dbterd reads."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from dbterd.api import DbtErd

from dist_perf import project
from dist_perf.project import COMMON

HEAD = """\
# Entities {of}

The marts with their keys, as their contracts declare them; `make docs` writes this page. What a
column means is on the page of documentation that it writes as well.
"""
MATRIX = """
Each row is a table, each column a dimension; a dot means that the table has its key. Tables can be
put side by side by the dimensions that they share.
"""
# The markers that the README has around its star.
PLACE = re.compile(r"(?<=<!-- star, written by `make docs` -->\n).*?(?=<!-- /star -->)", re.DOTALL)


@dataclass(frozen=True)
class Table:
    """A mart: its columns as lines of a diagram, and lines that lead to others by their name."""

    name: str
    area: str
    schema: str
    columns: tuple[str, ...]
    links: dict[str, str]
    is_centre: bool

    @property
    def is_dimension(self) -> bool:
        """Whether it is a dimension of the star."""
        return self.name.startswith("dim_")

    @property
    def is_fact(self) -> bool:
        """Whether it is a fact of the star, and no metric mart."""
        return self.name.startswith("fact_")


def pages(artifacts: Path) -> dict[Path, str]:
    """Return what the pages of entities and the README are to hold, by path.

    Each area has a page in its folder of `docs`; what areas share is on `docs/entities.md`, which
    leads to them. The README has the star of each model with `config.meta.readme_star: true`.

    Args:
        artifacts: Directory of dbt's `manifest.json` and `catalog.json`.

    Raises:
        click.ClickException: dbterd cannot read them, no model is to be the star, or the README
            has lost the place of its picture.
    """
    tables = sorted(_tables(artifacts), key=lambda table: (table.area, table.schema, table.name))
    readme = project.root() / "README.md"
    star = "\n".join(_diagram(_star(tables))) + "\n"
    text, places = PLACE.subn(lambda _: star, readme.read_text(encoding="utf-8"))
    if not places:
        raise click.ClickException(
            f"`{readme.name}` has no place for the star: put `<!-- star, written by `make docs` "
            "-->` and `<!-- /star -->` on two lines of their own"
        )
    docs = project.root() / "docs"
    by_area = {area: list(own) for area, own in groupby(tables, lambda table: table.area)}
    shared = by_area.pop(COMMON, [])
    found = {docs / area / "entities.md": _page(area, own, []) for area, own in by_area.items()}
    return {docs / "entities.md": _page(COMMON, shared, list(by_area)), **found, readme: text}


def _tables(artifacts: Path) -> list[Table]:
    """Return the tables with a primary key, which marts alone have."""
    erd = DbtErd(
        artifacts_dir=artifacts, algo="model_contract", target="json", entity_name_format="table"
    ).get_erd()
    contents = json.loads(erd)
    manifest = json.loads((artifacts / "manifest.json").read_bytes())
    names = {node["id"]: node["name"] for node in contents["nodes"]}
    leading: dict[str, dict[str, list[str]]] = {identifier: {} for identifier in names}
    for edge in sorted(contents["edges"], key=lambda edge: str(names[edge["to_id"]])):
        leading[edge["from_id"]].setdefault(names[edge["to_id"]], []).extend(edge["from_columns"])
    return [
        Table(
            name=node["name"],
            area=manifest["nodes"][node["id"]]["fqn"][2],
            schema=node["schema_name"].removeprefix(project.schema_name("")),
            columns=tuple(_column(column) for column in node["columns"]),
            links={
                to: _link(node["name"], to, columns, manifest["nodes"][node["id"]])
                for to, columns in leading[node["id"]].items()
            },
            is_centre=manifest["nodes"][node["id"]]["config"]["meta"].get("readme_star", False),
        )
        for node in contents["nodes"]
        if any(column["is_primary_key"] for column in node["columns"])
    ]


def _column(column: dict[str, Any]) -> str:
    keys = [key for key, of in (("PK", "primary"), ("FK", "foreign")) if column[f"is_{of}_key"]]
    # Mermaid takes no spaces in a type; width and scale are of no help in a picture.
    data_type = column["data_type"].partition("(")[0]
    return f"{data_type} {column['name']} {', '.join(keys)}".rstrip()


def _link(name: str, to: str, columns: list[str], node: dict[str, Any]) -> str:
    required = all(
        any(constraint["type"] == "not_null" for constraint in node["columns"][each]["constraints"])
        for each in columns
    )
    return f'{name} }}o--{"||" if required else "o|"} {to} : "{", ".join(columns)}"'


def _page(area: str, tables: list[Table], others: list[str]) -> str:
    lines = [HEAD.format(of="that areas share" if area == COMMON else f"of {area}")]
    if others:
        links = [f"[{other}]({other}/entities.md)" for other in others]
        lines += [f"Each area has a page of its own: {', '.join(links)}.\n"]
    for schema, members in groupby(tables, lambda table: table.schema):
        lines += [f"## Schema `{schema}`", *_section(list(members)), ""]
    return "\n".join(lines)


def _section(tables: list[Table]) -> list[str]:
    lines = []
    facts = [table for table in tables if table.is_fact]
    marts = [table for table in tables if not (table.is_fact or table.is_dimension)]
    if facts or marts:
        lines += [MATRIX, *_matrix([*facts, *marts])]
    dimensions = [table for table in tables if table.is_dimension]
    drawings = [("Dimensions", dimensions), *((fact.name, [fact]) for fact in facts)]
    for title, drawn in ((title, drawn) for title, drawn in drawings if drawn):
        boxes = [
            line
            for table in drawn
            for line in (f"{table.name} {{", *(f"    {each}" for each in table.columns), "}")
        ]
        links = [link for table in drawn for link in table.links.values()]
        lines += [f"\n### {title}\n", *_diagram([*boxes, *links])]
    return lines


def _matrix(tables: list[Table]) -> list[str]:
    shared = sorted({to for table in tables for to in table.links if to.startswith("dim_")})
    titles = [name.removeprefix("dim_").replace("_", " ") for name in shared]
    rows = [
        [f"`{table.name}`", *("●" if name in table.links else "" for name in shared)]
        for table in tables
    ]
    rule = ["---", *(":---:" for _ in shared)]
    return [f"| {' | '.join(row)} |" for row in (["", *titles], rule, *rows)]


def _star(tables: list[Table]) -> list[str]:
    """Return the links of the README's facts, of the tables they lead to, and so on."""
    by_name = {table.name: table for table in tables}
    around = [table.name for table in tables if table.is_centre]
    if not around:
        raise click.ClickException(
            "no model is the star of the README: give one `config.meta.readme_star: true`"
        )
    for name in around:
        if name in by_name:
            around += [to for to in by_name[name].links if to not in around]
    return [link for name in around if name in by_name for link in by_name[name].links.values()]


def _diagram(lines: list[str]) -> list[str]:
    return ["```mermaid", "erDiagram", *(f"    {each}" for each in ("direction LR", *lines)), "```"]
