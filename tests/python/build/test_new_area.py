"""An area is added by files of its own and one entry of `areas`; no other file changes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

from dist_perf import feeds, project

PROGRAMS = Path(sys.executable).parent
# What `dbt_project.yml` has, and what it is to have.
AREAS = next(
    line
    for line in (project.root() / project.PROJECT_FILE).read_text("utf-8").splitlines()
    if line.strip().startswith("areas: ")
)
WITH_TOYS = AREAS.removesuffix("}") + ", toy: [toy]}"
COPIED = ("analyses", "macros", "models", "offline_packages", "seeds", "snapshots", "tests")
FILES = {
    "models/staging/toy/_toy__sources.yml": """
        sources:
          - name: toy
            description: What a toy shop sells.
            schema: "{{ env_var('DIST_PERF_SCHEMA_PREFIX', '') ~ var('feed_schema') }}"
            config:
              loaded_at_field: _loaded_at
              freshness: {warn_after: {count: 4, period: day}}
              tags: [toy]
            tables:
              - name: toy_sales
                description: One row per toy sold.
                config: {meta: {key: [sale_id], business_date: [sold_date]}}
                columns:
                  - name: sale_id
                    description: Identifier of the sale.
                    data_type: text
                    config: {meta: {required: true}}
                  - {name: sold_date, description: Day of the sale., data_type: date}
                  - {name: amount, description: Price paid., data_type: "numeric(18,2)"}
        """,
    "models/staging/toy/stg_toy__toy_sales.sql": """
        with

        source as (

            select
                *,
                {{ delivery_rank('toy', 'toy_sales') }} as delivery_rank
            from {{ source('toy', 'toy_sales') }}
            where not {{ is_far_ahead('toy', 'toy_sales') }}

        ),

        renamed as (

            select
                {{ clean_text('sale_id') }} as sale_id,
                cast(amount as numeric(18, 2)) as amount,
                cast(sold_date as date) as sold_date
            from source
            where {{ is_last_delivery() }}

        )

        select * from renamed
        """,
    "models/staging/toy/stg_toy__feeds.sql": """
        with

        feeds as (

            {{ feed_tally('toy', 'toy_sales') }}

        )

        select * from feeds
        """,
    "models/staging/toy/stg_toy__superseded_rows.sql": """
        with

        superseded as (

            {{ superseded_deliveries('toy', 'toy_sales') }}

        )

        select * from superseded
        """,
    "models/staging/toy/_toy__models.yml": """
        models:
          - {name: stg_toy__toy_sales, config: {tags: [toy]}}
          - {name: stg_toy__feeds, config: {tags: [toy]}}
          - {name: stg_toy__superseded_rows, config: {tags: [toy]}}
        """,
    "models/intermediate/toy/int_toy_days_observed.sql": """
        select distinct sold_date as date_day
        from {{ ref('stg_toy__toy_sales') }}
        """,
    "models/intermediate/toy/int_toy_as_of_date_settled.sql": """
        select
            coalesce(
                cast({{ as_of_date_setting('toy') }} as date),
                max(date_day),
                cast('{{ var("calendar_start_date") }}' as date)
            ) as as_of_date
        from {{ ref('int_toy_days_observed') }}
        """,
    "models/intermediate/toy/_toy__models.yml": """
        models:
          - {name: int_toy_days_observed, config: {tags: [toy]}}
          - {name: int_toy_as_of_date_settled, config: {tags: [toy]}}
        """,
    "models/marts/toy/toy_sales_monthly.sql": """
        with

        sales as (

            select * from {{ ref('stg_toy__toy_sales') }}

        ),

        as_of as (

            select * from {{ ref('int_toy_as_of_date_settled') }}

        ),

        summed as (

            select
                {{ month_start('sales.sold_date') }} as sales_month,
                cast(sum(sales.amount) as numeric(18, 2)) as sales_amount
            from sales
            inner join as_of
                on sales.sold_date <= as_of.as_of_date
            group by {{ month_start('sales.sold_date') }}

        )

        select * from summed
        """,
    "models/marts/toy/_toy__models.yml": """
        models:
          - name: toy_sales_monthly
            description: One row per month of sales.
            config: {tags: [toy], meta: {grain: [sales_month]}}
            columns:
              - name: sales_month
                description: First day of the month.
                data_type: date
                constraints: [{type: not_null}, {type: primary_key}]
              - {name: sales_amount, description: Money taken., data_type: "numeric(18,2)"}
        """,
    "seeds/sample/toy/sample_toy__toy_sales.csv": """
        sale_id,sold_date,amount,_loaded_at,_batch_id,_source_file,_row_number
        S1,2031-03-01,10.00,2031-04-01 06:00:00,sample,toys.csv,1
        S2,2031-03-09,2.50,2031-04-01 06:00:00,sample,toys.csv,2
        S2,2031-03-09,2.75,2031-04-01 06:00:00,sample,toys.csv,3
        """,
    "seeds/sample/toy/_toy__seeds.yml": """
        seeds:
          - name: sample_toy__toy_sales
            config:
              alias: toy_sales
              tags: [toy]
              column_types:
                {sale_id: text, sold_date: date, amount: "numeric(18,2)", _loaded_at: timestamp,
                _batch_id: text, _source_file: text, _row_number: bigint}
        """,
    "models/marts/toy/toy_alert_values.sql": """
        with

        sales as (

            select * from {{ ref('toy_sales_monthly') }}

        ),

        measured as (

            select
                cast('sales' as text) as metric,
                cast('money' as text) as unit,
                cast('firm' as text) as member_kind,
                cast('firm' as text) as member_id,
                cast('The shop' as text) as member_name,
                cast(null as bigint) as owner_key,
                cast('month' as text) as period_type,
                sales_month as period_start_date,
                true as is_complete,
                cast(sales_amount as numeric(28, 8)) as metric_value
            from sales

        )

        select * from measured
        """,
    "models/marts/toy/_toy_alerts__models.yml": """
        models:
          - name: toy_alert_values
            description: One row per month of sales, as rules of alerts read it.
            config:
              tags: [toy]
              meta: {grain: [metric, member_kind, member_id, period_type, period_start_date]}
            columns:
              - {name: metric, description: Metric., data_type: text}
              - {name: unit, description: Unit., data_type: text}
              - {name: member_kind, description: Kind of member., data_type: text}
              - {name: member_id, description: Member., data_type: text}
              - {name: member_name, description: Name., data_type: text}
              - {name: owner_key, description: Owner., data_type: bigint}
              - {name: period_type, description: Length of the period., data_type: text}
              - {name: period_start_date, description: First day., data_type: date}
              - {name: is_complete, description: Whether it is over., data_type: boolean}
              - {name: metric_value, description: Sales., data_type: "numeric(28,8)"}
        """,
    "seeds/reference/toy/toy_alert_rules.csv": """
        rule_id,metric,member_kind,member_id,period_type,measure,compared_with,comparator,threshold,periods_in_a_row,severity,channel,repeat_after_days,message,is_active
        few_toys,sales,firm,,month,value,,below,20,1,warning,shop,,Few toys were sold,true
        many_toys,sales,firm,,month,value,,above,20,1,warning,shop,,Many toys were sold,true
        """,
    "seeds/reference/toy/_toy__reference.yml": """
        seeds:
          - name: toy_alert_rules
            config:
              tags: [toy]
              column_types:
                {rule_id: text, metric: text, member_kind: text, member_id: text,
                period_type: text, measure: text, compared_with: text, comparator: text,
                threshold: text, periods_in_a_row: text, severity: text, channel: text,
                repeat_after_days: text, message: text, is_active: text}
        """,
    "tests/toy/assert_monthly_sales_are_all_sales.sql": """
        {{ config(tags=['toy']) }}
        select
            (select sum(sales_amount) from {{ ref('toy_sales_monthly') }}) as monthly,
            (select sum(amount) from {{ ref('stg_toy__toy_sales') }}) as every_sale
        where
            (select sum(sales_amount) from {{ ref('toy_sales_monthly') }})
            <> (select sum(amount) from {{ ref('stg_toy__toy_sales') }})
        """,
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what dbt reads of the project."""
    root = project.root()
    for name in COPIED:
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("python"))
    for name in (project.PROJECT_FILE, "profiles.yml", "packages.yml", "selectors.yml"):
        shutil.copy(root / name, tmp_path)
    shutil.copytree(root / "dbt_packages", tmp_path / "dbt_packages")
    return tmp_path


@pytest.fixture
def with_toys(checkout: Path) -> Path:
    """The same with an area more, made of files."""
    for name, text in FILES.items():
        path = checkout / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line[8:] for line in text.strip("\n").splitlines()]
        path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    change_areas(checkout, AREAS, WITH_TOYS)
    return checkout


def change_areas(checkout: Path, before: str, after: str) -> None:
    path = checkout / project.PROJECT_FILE
    settled = path.read_text(encoding="utf-8")
    assert before in settled
    path.write_text(settled.replace(before, after), encoding="utf-8")


def run(checkout: Path, program: str, *arguments: str) -> tuple[int, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    done = subprocess.run(
        [PROGRAMS / program, *arguments],
        cwd=checkout,
        env={
            **kept,
            "DIST_PERF_DUCKDB": str(checkout / "warehouse.duckdb"),
            "DIST_PERF_SCHEMA_PREFIX": "",
            "NO_COLOR": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def dbt(checkout: Path, *arguments: str) -> tuple[int, str]:
    return run(checkout, "dbt", "--quiet", *arguments, "--target", "duckdb")


def rows(checkout: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(checkout / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_an_area_is_built_from_files_alone(with_toys: Path, tmp_path: Path) -> None:
    status, said = dbt(with_toys, "build", "--select", "tag:toy")
    assert status == 0, said
    monthly = "select cast(sales_month as text), cast(sales_amount as text) from toy.{}"
    assert rows(with_toys, monthly.format("toy_sales_monthly")) == [("2031-03-01", "12.75")]
    # Nothing of another area was built for it.
    built = rows(with_toys, "select distinct table_schema from information_schema.tables")
    assert {"dist_perf_dw"}.isdisjoint(schema for (schema,) in built)

    # What adds up the areas finds it, and the other area keeps its own day.
    status, said = dbt(
        with_toys, "build", "--select", "+as_of_dates", "+feeds", "+superseded_rows",
        "--exclude-resource-types", "test", "unit_test",
    )  # fmt: skip
    assert status == 0, said
    dates = dict(rows(with_toys, "select area, cast(as_of_date as text) from common.as_of_dates"))
    assert dates["toy"] == "2031-03-09"
    assert dates.keys() == {*project.areas(), "toy"}
    assert all(str(day) < "2031" for area, day in dates.items() if area != "toy")
    tallied = "select area, source_name, row_count from common.feeds where feed = 'toy_sales'"
    assert rows(with_toys, tallied) == [("toy", "toy", 3)]
    superseded = (
        "select row_key, row_number from quarantine.superseded_rows where feed = 'toy_sales'"
    )
    assert rows(with_toys, superseded) == [("S2", 2)]

    # Its rules of alerts are held against its values.
    status, said = dbt(
        with_toys, "build", "--select", "+alert_breaches", "--vars", "alert_areas: [toy]",
        "--exclude-resource-types", "test", "unit_test",
    )  # fmt: skip
    assert status == 0, said
    breaches = "select area, rule_id, metric_value, severity from common.alert_breaches"
    assert rows(with_toys, breaches) == [("toy", "few_toys", Decimal("12.75"), "warning")]
    aged = "select cast(metric_value as integer) from common.alert_values where member_id = '{}'"
    assert rows(with_toys, aged.format("toy_sales")) == [(0,)]

    # It is loaded as any other.
    file = tmp_path / "toys_2031-04.csv"
    file.write_text("sale_id,sold_date,amount\nS9,2024-04-02,7.00\n", encoding="utf-8")
    status, said = run(with_toys, "dist-perf", "load", "toy_sales", str(file), "--target", "duckdb")
    assert status == 0, said
    status, said = dbt(
        with_toys, "build", "--select", "tag:toy", "--vars", "feed_schema: raw",
    )  # fmt: skip
    assert status == 0, said
    assert rows(with_toys, monthly.format("toy_sales_monthly")) == [("2024-04-01", "7.00")]


def test_an_area_that_is_not_entered_is_said(with_toys: Path) -> None:
    change_areas(with_toys, WITH_TOYS, AREAS)
    status, said = dbt(with_toys, "build", "--select", "stg_toy__toy_sales")
    assert status != 0
    assert "no area has the source `toy`" in said


def claim_flows(checkout: Path) -> None:
    """Let a second source declare a feed that is there already."""
    path = checkout / "models/staging/toy/_toy__sources.yml"
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    declared["sources"][0]["tables"][0]["name"] = "aum_flows"
    path.write_text(yaml.safe_dump(declared), encoding="utf-8")
    for name in FILES:
        if name.startswith("models/staging/toy/stg_"):
            model = checkout / name
            text = model.read_text(encoding="utf-8").replace("'toy_sales'", "'aum_flows'")
            model.write_text(text, encoding="utf-8")


def test_a_second_claim_to_a_feed_names_both(with_toys: Path, tmp_path: Path) -> None:
    claim_flows(with_toys)
    both = "sources `{}` and `{}` both declare a feed `aum_flows`"
    # Parsed on the sample: the toy shop has none of this name, and no other's is read for it.
    status, said = dbt(with_toys, "parse")
    assert status != 0
    assert "sample_toy__aum_flows" in said
    # Built from loaded feeds, and at the load of a file.
    status, said = dbt(
        with_toys, "build", "--select", "stg_toy__toy_sales", "--vars", "feed_schema: raw"
    )
    assert status != 0
    assert both.format(feeds.find("aum_flows").source, "toy") in said
    file = tmp_path / "flows.csv"
    file.write_text("flow_id\nF1\n", encoding="utf-8")
    status, said = run(with_toys, "dist-perf", "load", "aum_flows", str(file), "--target", "duckdb")
    assert status != 0
    assert both.format(feeds.find("aum_flows").source, "toy") in said
    # With a sample of its own, two seeds want one table.
    folder = with_toys / "seeds/sample/toy"
    for old in ("sample_toy__toy_sales.csv", "_toy__seeds.yml"):
        text = (folder / old).read_text(encoding="utf-8").replace("toy_sales", "aum_flows")
        (folder / old).unlink()
        (folder / old.replace("toy_sales", "aum_flows")).write_text(text, encoding="utf-8")
    status, said = dbt(with_toys, "parse")
    assert status != 0
    assert "sample_toy__aum_flows" in said
    assert feeds.find("aum_flows").sample in said
