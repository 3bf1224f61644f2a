"""Variables of `dbt_project.yml` set to other values than their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dbt_process import READ_LATE
from dbt_warehouse import WarehouseMaker


def test_every_test_holds_under_other_settings(make_warehouse: WarehouseMaker) -> None:
    with make_warehouse("duckdb") as warehouse:
        warehouse.dbt(
            "build",
            as_of_date="2025-03-31",
            retention_ages=[7, 365, 0],
            default_relief_method="lifo",
            day_count="act_act",
            fiscal_year_start_month=7,
        )
        ages = warehouse.query("select distinct age_days from dist_perf_dw.retention_cohorts")
        as_of_dates = warehouse.query(
            "select distinct cast(as_of_date as varchar) from dist_perf_dw.net_retained_aum"
        )
    assert sorted(ages) == [(0,), (7,), (365,)]
    assert as_of_dates == [("2025-03-31",)]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"as_of_date": "31/03/2025"}, "write it as YYYY-MM-DD"),
        ({"retention_ages": [30, "ninety"]}, "each age is a whole number of days"),
        ({"retention_ages": []}, "name one age at least"),
        ({"default_relief_method": "hifo"}, "use one of fifo, lifo, pro_rata"),
        ({"efficiency_retention_age": 45}, "use one of 30, 60, 90, 120"),
        ({"day_count": "30_360"}, "use one of act_365, thirty_360, act_act"),
        ({"stale_price_days": -1}, "give a whole number, 0 or more"),
        ({"rollforward_tolerance_bps": "ten"}, "give a whole number, 0 or more"),
        ({"early_redemption_days": 0}, "give a whole number, 1 or more"),
        ({"initial_funding_days": "month"}, "give a whole number, 0 or more"),
        ({"expense_allocation": "units"}, "use one of none, headcount, gross_sales"),
    ],
)
def test_setting_that_names_nothing_is_refused_with_the_good_ones(
    setting: dict[str, object], message: str, make_warehouse: WarehouseMaker
) -> None:
    with make_warehouse("duckdb") as warehouse:
        with warehouse.start_dbt("parse", reads_project=True, **setting) as running:
            printed, _ = running.communicate()
        assert running.returncode != 0
        assert re.search(message, printed), printed


def test_what_only_runs_read_changes_nothing_that_dbt_makes_of_the_files(
    make_warehouse: WarehouseMaker,
) -> None:
    """Warehouses of tests share what dbt makes of the files, whatever these settings are."""
    others = {"as_of_date": "2025-03-31", "known_date": "2025-01-31", "rows_at_a_time": 7}
    assert others.keys() == READ_LATE
    made = []
    for settings in (dict[str, Any](), others):
        with make_warehouse("duckdb") as warehouse:
            with warehouse.start_dbt("--quiet", "parse", reads_project=True, **settings) as running:
                printed, _ = running.communicate()
            assert running.returncode == 0, printed
            made.append(without_times(warehouse.manifest))
    assert made[0] == made[1]


def without_times(made: Any) -> Any:
    """Leave out when and by whom it was made."""
    if isinstance(made, dict):
        return {
            name: without_times(value)
            for name, value in made.items()
            # The order of a group's members is that of a set.
            if name not in ("created_at", "metadata", "group_map")
        }
    return [without_times(value) for value in made] if isinstance(made, list) else made
