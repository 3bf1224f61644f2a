"""Proves in a running Superset what docs/bi.md says of it; `make superset` calls it.

It runs in Superset's own environment, after the import of docs/bi/superset, and itself asks the
warehouse that the PG* variables lead to.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
from superset.app import create_app

SCHEMAS = ("common", "dist_perf_dw")
READABLE = """
    select table_schema || '.' || table_name
    from information_schema.table_privileges
    where grantee = 'reporter' and privilege_type = 'SELECT'
"""
RETENTION = """
    select cohort_month, age_days, sum(retained_amount) / sum(original_amount_at_risk)
    from dist_perf_dw.retention_cohorts
    where relief_method = 'fifo' and lots_at_risk > 0
    group by cohort_month, age_days
"""
COHORT_MEMBERS = [
    {"col": "is_cohort_member", "op": "==", "val": True},
    {"col": "relief_method", "op": "==", "val": "fifo"},
]


class Superset:
    """Superset's REST interface, as its administrator."""

    def __init__(self) -> None:
        app = create_app()
        app.config["WTF_CSRF_ENABLED"] = False  # no browser is here to be led astray
        self._client = app.test_client()
        self._header = {}
        answer = self.post(
            "security/login",
            username="admin",
            password=os.environ["SUPERSET_ADMIN_PASSWORD"],
            provider="db",
        )
        self._header = {"Authorization": f"Bearer {answer['access_token']}"}

    def get(self, path: str) -> dict[str, Any]:
        """Return the answer to a GET below /api/v1."""
        answer = self._client.get(f"/api/v1/{path}", headers=self._header)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        """Return the answer to a POST below /api/v1."""
        answer = self._client.post(f"/api/v1/{path}", headers=self._header, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json


def prove_that_marts_are_listed_with_descriptions(
    superset: Superset, database: int, reporter: psycopg2.extensions.connection
) -> None:
    with reporter.cursor() as cursor:
        cursor.execute(READABLE)
        readable = {name for (name,) in cursor}
    columns = 0
    listed = set()
    for schema in SCHEMAS:
        tables = superset.get(f"database/{database}/tables/?q=(schema_name:{schema})")["result"]
        for table in tables:
            name = f"{schema}.{table['value']}"
            listed.add(name)
            shown = superset.get(
                f"database/{database}/table_metadata/?name={table['value']}&schema={schema}"
            )
            assert shown["comment"], f"`{name}` has no description"
            bare = [column["name"] for column in shown["columns"] if not column["comment"]]
            assert not bare, f"`{name}`: no description of {bare}"
            columns += len(shown["columns"])
    assert listed == readable, listed ^ readable
    print(f"{len(listed)} marts are listed, each with a description, and so are {columns} columns.")


def prove_that_a_dataset_made_by_hand_has_descriptions(superset: Superset, database: int) -> None:
    made = superset.post(
        "dataset/get_or_create/",
        database_id=database,
        schema="dist_perf_dw",
        table_name="wholesaler_efficiency",
    )
    columns = superset.get(f"dataset/{made['result']['table_id']}")["result"]["columns"]
    assert columns
    assert all(column["description"] for column in columns)
    print(f"A dataset made by hand describes its {len(columns)} columns.")


def prove_that_retention_is_that_of_the_mart(
    superset: Superset, reporter: psycopg2.extensions.connection
) -> None:
    datasets = superset.get("dataset/")["result"]
    dataset = next(each["id"] for each in datasets if each["table_name"] == "retention_wide")
    (drawn,) = superset.post(
        "chart/data",
        datasource={"id": dataset, "type": "table"},
        queries=[
            {
                "columns": ["cohort_month", "age_days"],
                "metrics": ["retention_rate"],
                "filters": COHORT_MEMBERS,
                "row_limit": 10000,
            }
        ],
        result_format="json",
        result_type="full",
    )["result"]
    rates = {
        (day(cell["cohort_month"]), cell["age_days"]): cell["retention_rate"]
        for cell in drawn["data"]
    }
    with reporter.cursor() as cursor:
        cursor.execute(RETENTION)
        expected = {(month, age): float(rate) for month, age, rate in cursor}
    assert expected
    assert rates.keys() == expected.keys()
    assert all(abs(rates[key] - rate) < 1e-9 for key, rate in expected.items())
    print(f"Retention by cohort is that of `retention_cohorts` in {len(expected)} cells.")


def day(milliseconds: float) -> date:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date()


def main() -> None:
    superset = Superset()
    (database,) = (
        each["id"]
        for each in superset.get("database/")["result"]
        if each["database_name"] == "dist_perf_dw"
    )
    with psycopg2.connect("") as reporter:
        prove_that_marts_are_listed_with_descriptions(superset, database, reporter)
        prove_that_a_dataset_made_by_hand_has_descriptions(superset, database)
        prove_that_retention_is_that_of_the_mart(superset, reporter)


if __name__ == "__main__":
    main()
