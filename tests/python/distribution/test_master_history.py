"""Master data that changes between two builds keeps its earlier version."""

from __future__ import annotations

from datetime import date

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker

BUILD = ("build", *NO_TESTS, "--select", "+int_accounts_dated")
ALWAYS, CHANGED, NEVER = date(1, 1, 1), date(2025, 4, 5), date(9999, 12, 31)


def history(warehouse: Warehouse) -> list[tuple[object, ...]]:
    return warehouse.query(
        "select account_id, advisor_id, valid_from, valid_to"
        " from intermediate.int_accounts_dated order by account_id, valid_from"
    )


def load_again(warehouse: Warehouse, loaded_at: str, advisor: str) -> None:
    """Deliver every account once more at a time, the first with this advisor."""
    warehouse.execute(
        "insert into raw.accounts (account_id, advisor_id, _loaded_at, _batch_id, _source_file,"
        f" _row_number) values ('C1', '{advisor}', '{loaded_at}', '{loaded_at}', 'a file', 1),"
        f" ('C2', 'A3', '{loaded_at}', '{loaded_at}', 'a file', 2)"
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_a_changed_row_is_a_new_version_and_a_repeated_one_is_not(
    engine: str, make_warehouse: WarehouseMaker
) -> None:
    with make_warehouse(engine) as warehouse:
        warehouse.create_feeds()
        load_again(warehouse, "2025-01-01 06:00:00", "A1")
        warehouse.dbt(*BUILD, feed_schema="raw")
        first = [("C1", "A1", ALWAYS, NEVER), ("C2", "A3", ALWAYS, NEVER)]
        assert history(warehouse) == first

        load_again(warehouse, "2025-02-01 06:00:00", "A1")
        warehouse.dbt(*BUILD, feed_schema="raw")
        assert history(warehouse) == first

        load_again(warehouse, "2025-04-05 06:00:00", "A2")
        for _ in range(2):
            warehouse.dbt(*BUILD, feed_schema="raw")
            assert history(warehouse) == [
                ("C1", "A1", ALWAYS, CHANGED),
                ("C1", "A2", CHANGED, NEVER),
                ("C2", "A3", ALWAYS, NEVER),
            ]
