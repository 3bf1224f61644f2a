"""The settings of a run of the generator."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import click
import numpy as np

SAMPLE_FLOWS = 20_000
SMALLEST_FLOWS = 1_000
SHORTEST_DAYS = 365


@dataclass(frozen=True)
class Settings:
    """Size, seed and period of the feeds; equal settings give equal bytes.

    Raises:
        click.ClickException: there is no room for every hard case.
    """

    flows: int
    seed: int
    start: dt.date = dt.date(2023, 1, 1)
    end: dt.date = dt.date(2025, 6, 30)

    def __post_init__(self) -> None:
        """Refuse a size or a period that cannot hold every hard case."""
        if self.flows < SMALLEST_FLOWS:
            raise click.ClickException(
                f"`--flows` is {self.flows}: fewer than {SMALLEST_FLOWS} cannot hold every hard "
                "case; ask for more"
            )
        if self.seed < 0:
            raise click.ClickException(f"`--seed` is {self.seed}: give 0 or a positive number")
        if (self.end - self.start).days < SHORTEST_DAYS:
            raise click.ClickException(
                f"`--start` {self.start} to `--end` {self.end} is less than {SHORTEST_DAYS} days: "
                "start earlier or end later"
            )

    def random(self, purpose: str, block: int = 0) -> np.random.Generator:
        """Return the stream of random numbers of one purpose, independent of all others."""
        name = int.from_bytes(purpose.encode())
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence([self.seed, name, block]))
        )

    def scaled(self, at_sample_size: int, power: float) -> int:
        """Return a count that grows with a power of the flows, half the sample's at the least."""
        grown = math.pow(self.flows / SAMPLE_FLOWS, power)
        return max(round(at_sample_size * grown), at_sample_size // 2)
