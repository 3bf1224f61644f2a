"""What a report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dist_perf.serve.pages.definition import Block, Page


@dataclass(frozen=True)
class Section:
    """Blocks of a page below a heading.

    Args:
        text: what the section shows, in a sentence or two.
        page: whose blocks they are, with its filters.
        blocks: names of the page's blocks; none for all.
        chosen: parameters of the page, as its address would have them.
    """

    title: str
    text: str
    page: Page
    blocks: tuple[str, ...] = ()
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def shown(self) -> list[Block]:
        """Return the blocks in the order in which the report shows them."""
        if not self.blocks:
            return list(self.page.blocks)
        by_name = {block.name: block for block in self.page.blocks}
        return [by_name[name] for name in self.blocks]


@dataclass(frozen=True)
class Report:
    """A report of an area."""

    name: str
    title: str
    question: str
    sections: tuple[Section, ...]
