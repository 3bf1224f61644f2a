"""Finds numbers that are negative in every row of a kind, where the feed wants them positive."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from dist_perf.feeds import Feed
from dist_perf.loading.mapping import ColumnMapping, Mapping
from dist_perf.loading.store import Store


@dataclass
class _Seen:
    rows: int = 0
    first_row: int = 0
    is_negative: bool = True


class Signs:
    """Watches the rows taken of one file; one without such a declaration has nothing to watch."""

    def __init__(self, feed: Feed, mapping: Mapping) -> None:
        """Prepare for a file that is read by this mapping."""
        self._feed = feed
        self._mapping = mapping
        self._seen: dict[str, _Seen] = {}
        positive = feed.positive
        wanted = (positive.columns[0], positive.by) if positive else ()
        self._declared = positive if all(name in mapping.columns for name in wanted) else None

    def watch(self, taken: pa.Table) -> None:
        """Note the signs of a batch."""
        declared = self._declared
        if declared is None or not taken.num_rows:
            return
        if declared.reverses in taken.column_names:
            taken = taken.filter(pc.is_null(taken[declared.reverses]))
        number = taken[declared.columns[0]]
        negative = pc.starts_with(number, "-")
        signs = pa.table(
            {
                "code": taken[declared.by],
                "row": taken["_row_number"],
                "negative": pc.cast(negative, pa.int64()),
                "positive": pc.and_(pc.invert(negative), pc.match_substring_regex(number, "[1-9]")),
            }
        )
        counted = signs.group_by("code").aggregate(
            [("row", "min"), ("negative", "sum"), ("positive", "any")]
        )
        for row in counted.to_pylist():
            seen = self._seen.setdefault(row["code"], _Seen(first_row=row["row_min"]))
            seen.rows += row["negative_sum"] or 0
            seen.is_negative = seen.is_negative and not row["positive_any"]

    def warnings(self, store: Store) -> list[str]:
        """Return a sentence for each kind of row that is negative throughout, with the mend."""
        declared = self._declared
        if declared is None:
            return []
        found = []
        for code, seen in self._seen.items():
            if not seen.rows or not seen.is_negative or code in declared.either_sign:
                continue
            if self._is_explained(store, code):
                continue
            name = declared.columns[0]
            where = f"`{self._written(name)}` is negative in every row"
            found.append(
                f"{where} whose `{declared.by}` is `{code}` ({seen.rows:,} rows, the first of them "
                f"row {seen.first_row}). Feed `{self._feed.name}` takes a negative `{name}` for a "
                f"reversal. If these are none, write into the mapping's `columns` "
                f"{self._lines()} and load the file again{self._other_mend(code)}"
            )
        return found

    def _written(self, name: str) -> str:
        return self._mapping.columns[name].source or name

    def _lines(self) -> str:
        """Return the lines of the mapping that drop the signs."""
        lines = []
        for name in self._declared.columns if self._declared else ():
            mapped = self._mapping.columns.get(name)
            if mapped is not None:
                lines.append(f"`{name}: {_without_sign(mapped)}`")
        return " and ".join(lines)

    def _other_mend(self, code: str) -> str:
        codes = self._declared.codes if self._declared else None
        if codes is None:
            return ""
        return (
            f"; if the file has reversals too, give `{code}` the `{codes.sign}` -1 in feed "
            f"`{codes.feed}` instead"
        )

    def _is_explained(self, store: Store, code: str) -> bool:
        """Tell whether another feed says that the sign of a code is as it must be."""
        declared = self._declared
        if declared is None or declared.codes is None:
            return False
        codes = declared.codes
        latest = store.latest(codes.feed, codes.code, code, (codes.meaning, codes.sign))
        return latest is not None and (latest[0] in declared.either_sign or latest[1] == -1)


def _without_sign(mapped: ColumnMapping) -> str:
    rules = mapped.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text: str = yaml.safe_dump(
        {**rules, "absolute": True},
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=True,
        width=10**6,
    )
    return text.strip()
