"""FIFO retention outside a database: the same result from four kinds of program.

Each takes the flows of all accounts in any order, amounts in signed cents, and returns the retained
part of each lot some days after it was bought. Per account and product, purchases come before
redemptions within a day. Redemptions beyond all purchases came from an opening balance.

Three use the closed form that docs/distribution/metrics.md derives:
    retained(lot, D) = least(q, greatest(0, cumulative in at the lot - relieved by the end of D))
The plain loop keeps a queue of lots instead and so is independent of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl

Ints = npt.NDArray[np.int64]

# Days between the keys of two account-product pairs, more than any calendar has.
PAIR_STEP = 1_000_000


@dataclass(frozen=True)
class Flows:
    """Flows, one element each.

    Attributes:
        pair: number of the account and product, from 0.
        day: days since 1970-01-01.
        order: place among the flows of a day and a direction.
        cents: signed amount, not 0.
    """

    pair: Ints
    day: Ints
    order: Ints
    cents: Ints

    def sorted(self) -> tuple[Flows, Ints]:
        """Return the flows in the order of the queues, and the position that each had before."""
        places = np.lexsort((self.order, self.cents < 0, self.day, self.pair))
        return (
            Flows(self.pair[places], self.day[places], self.order[places], self.cents[places]),
            places,
        )


# Retained cents, a row for each flow as given and a column for each age; 0 for redemptions.
Implementation = Callable[[Flows, Sequence[int]], Ints]


def with_pandas(flows: Flows, ages: Sequence[int]) -> Ints:
    """Use grouped running sums, and a binary search for each age."""
    frame = pd.DataFrame(
        {"pair": flows.pair, "day": flows.day, "order": flows.order, "cents": flows.cents}
    )
    frame["is_out"] = frame["cents"] < 0
    frame = frame.sort_values(["pair", "day", "is_out", "order"])
    frame["bought"] = frame["cents"].clip(lower=0)
    frame["cumulative_in"] = frame.groupby("pair")["bought"].cumsum()
    net = frame.groupby("pair")["cents"].cumsum()
    short = (-net).groupby(frame["pair"]).cummax().clip(lower=0)
    relieved = (frame["cumulative_in"] - net - short).to_numpy()
    key = (frame["pair"] * PAIR_STEP + frame["day"]).to_numpy()
    left = np.zeros((len(frame), len(ages)), dtype=np.int64)
    for column, age in enumerate(ages):
        last = np.searchsorted(key, key + age, side="right") - 1
        kept = (frame["cumulative_in"] - relieved[last]).clip(lower=0, upper=frame["bought"])
        left[frame.index, column] = kept.to_numpy()
    return left


def with_polars(flows: Flows, ages: Sequence[int]) -> Ints:
    """Use window expressions, and a binary search for each age."""
    pair = pl.col("pair")
    frame = (
        pl.LazyFrame(
            {"pair": flows.pair, "day": flows.day, "order": flows.order, "cents": flows.cents}
        )
        .with_row_index("place")
        .sort("pair", "day", pl.col("cents") < 0, "order")
        .with_columns(
            key=pair * PAIR_STEP + pl.col("day"),
            bought=pl.col("cents").clip(lower_bound=0),
            net=pl.col("cents").cum_sum().over(pair),
        )
        .with_columns(
            cumulative_in=pl.col("bought").cum_sum().over(pair),
            short=(-pl.col("net")).cum_max().over(pair).clip(lower_bound=0),
        )
        .with_columns(relieved=pl.col("cumulative_in") - pl.col("net") - pl.col("short"))
        .with_columns(
            (
                pl.col("cumulative_in")
                - pl.col("relieved").gather(
                    pl.col("key").search_sorted(pl.col("key") + age, side="right") - 1
                )
            )
            .clip(0, pl.col("bought"))
            .alias(str(age))
            for age in ages
        )
        .sort("place")
        .select(str(age) for age in ages)
        .collect()
    )
    return frame.to_numpy()


def with_numba(flows: Flows, ages: Sequence[int]) -> Ints:
    """Sort, then go once through the flows with compiled loops."""
    ordered, places = flows.sorted()
    left = np.empty((len(places), len(ages)), dtype=np.int64)
    left[places] = loop(ordered.pair, ordered.day, ordered.cents, np.array(ages, dtype=np.int64))
    return left


@numba.njit()
def loop(pair: Ints, day: Ints, cents: Ints, ages: Ints) -> Ints:
    """Return the retained cents of sorted flows, by the closed form."""
    count = len(cents)
    cumulative_in = np.empty(count, dtype=np.int64)
    relieved = np.empty(count, dtype=np.int64)
    bought, net, short = 0, 0, 0
    for i in range(count):
        if i == 0 or pair[i] != pair[i - 1]:
            bought, net, short = 0, 0, 0
        bought += max(cents[i], 0)
        net += cents[i]
        short = max(short, -net)
        cumulative_in[i] = bought
        relieved[i] = bought - net - short
    left = np.zeros((count, len(ages)), dtype=np.int64)
    for column in range(len(ages)):
        last = 0
        for i in range(count):
            if cents[i] < 0:
                continue
            last = max(last, i)
            while (
                last + 1 < count
                and pair[last + 1] == pair[i]
                and day[last + 1] <= day[i] + ages[column]
            ):
                last += 1
            left[i, column] = min(cents[i], max(0, cumulative_in[i] - relieved[last]))
    return left


def with_plain_python(flows: Flows, ages: Sequence[int]) -> Ints:
    """Keep a queue of lots for each account and product, and take redemptions from its front."""
    ordered, places = flows.sorted()
    left = np.zeros((len(places), len(ages)), dtype=np.int64)
    columns = zip(
        ordered.pair.tolist(),
        ordered.day.tolist(),
        ordered.cents.tolist(),
        places.tolist(),
        strict=True,
    )
    lots: list[list[int]] = []
    queue: deque[list[int]] = deque()
    looked_at = [0] * len(ages)
    current = -1

    def look(until: float) -> None:
        """Record the lots whose ages end before a day."""
        for column, age in enumerate(ages):
            position = looked_at[column]
            while position < len(lots) and lots[position][0] + age < until:
                _, remaining, place = lots[position]
                left[place, column] = remaining
                position += 1
            looked_at[column] = position

    for pair, day, cents, place in columns:
        if pair != current:
            look(float("inf"))
            lots, current, looked_at = [], pair, [0] * len(ages)
            queue.clear()
        look(day)
        if cents > 0:
            lot = [day, cents, place]
            lots.append(lot)
            queue.append(lot)
            continue
        due = -cents
        while due and queue:
            taken = min(due, queue[0][1])
            queue[0][1] -= taken
            due -= taken
            if not queue[0][1]:
                queue.popleft()
    look(float("inf"))
    return left


IMPLEMENTATIONS: dict[str, Implementation] = {
    "pandas": with_pandas,
    "polars": with_polars,
    "numba": with_numba,
    "plain Python": with_plain_python,
}


def compile_loop() -> None:
    """Compile the loop, so that no measurement includes the compilation."""
    some = np.array([1], dtype=np.int64)
    with_numba(Flows(some, some, some, some), [1])
