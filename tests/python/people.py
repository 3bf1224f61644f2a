"""The people of the tests of what is served, and whose rows each of them sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dbt_warehouse import Warehouse

from dist_perf import project

PEOPLE = {
    "boss": "administrator",
    "editor": "editor",
    "analyst": "analyst",
    "manager": "manager",
    "seller": "wholesaler",
    "rival": "wholesaler",
    "nobody": "wholesaler",
    "gone": "wholesaler",
}
AREA = next(iter(project.areas()))
MEMBERS = """
    select member_kind, member_id, {owner}
    from {mart}
    order by 1, 2, 3
"""


@dataclass(frozen=True)
class Mart:
    """A mart of the area that is guarded.

    Attributes:
        has_owner: whether its rows belong to somebody; the others are for who sees the firm.
    """

    schema: str
    name: str
    is_view: bool
    has_owner: bool
    grain: tuple[str, ...]

    @property
    def relation(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Cast:
    """Members of the area, and the column that says whose a row is."""

    owner: str
    team: tuple[str, str]
    own: tuple[str, str]
    other: tuple[str, str]
    keys: dict[tuple[str, str], frozenset[int]]
    marts: tuple[Mart, ...]

    @classmethod
    def of(cls, warehouse: Warehouse) -> Cast:
        """Read them from the manifest and the mart of scopes."""
        nodes = list(_models(warehouse))
        scopes = next(node for node in nodes if node["config"]["meta"].get("scopes_of"))
        owner = scopes["config"]["meta"]["scopes_of"]
        mart = f"{scopes['schema']}.{scopes['alias']}"
        keys: dict[tuple[str, str], set[int]] = {}
        for kind, member, key in warehouse.query(MEMBERS.format(owner=owner, mart=mart)):
            keys.setdefault((kind, member), set()).add(key)
        role = PEOPLE["seller"]
        alone = [member for member in keys if member[0] == role]
        team = max(keys, key=lambda member: (len(keys[member]), member))
        return cls(
            owner,
            team,
            alone[0],
            alone[1],
            {member: frozenset(found) for member, found in keys.items()},
            tuple(_guarded(nodes, owner)),
        )

    def scopes(self, login: str) -> list[tuple[str, str, str]]:
        """Return the scopes of a person."""
        held = {"manager": self.team, "seller": self.own, "rival": self.other, "gone": self.own}
        return [(AREA, *held[login])] if login in held else []

    def key(self, member: tuple[str, str]) -> int:
        """Return the key of a member who stands for one owner."""
        (found,) = self.keys[member]
        return found

    def condition(self, *members: tuple[str, str]) -> str:
        """Return the condition of the rows of members."""
        keys = sorted(key for member in members for key in self.keys[member])
        return f"{self.owner} in ({', '.join(map(str, keys))})"


def _models(warehouse: Warehouse) -> Iterator[dict[str, Any]]:
    for node in warehouse.manifest["nodes"].values():
        if node["resource_type"] == "model" and node["fqn"][1:3] == ["marts", AREA]:
            yield node


def _guarded(nodes: list[dict[str, Any]], owner: str) -> Iterator[Mart]:
    for node in nodes:
        rows_for = node["config"]["meta"].get("rows_for")
        if node["name"].startswith("dim_") or rows_for == "everyone":
            continue
        yield Mart(
            node["schema"],
            node["alias"],
            node["config"]["materialized"] == "view",
            rows_for is None and owner in node["columns"],
            tuple(node["config"]["meta"]["grain"]),
        )
