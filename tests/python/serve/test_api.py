"""What the API answers, how it repeats what it has, and what the server holds for that."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
import time
from decimal import Decimal
from typing import Any

import orjson
import pytest
import requests
import served
from dbt_warehouse import ENGINES, Warehouse
from people import AREA, Cast
from serving import Site
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from dist_perf.serve.api.resources import Field, resources
from dist_perf.serve.api.routes import _Query
from dist_perf.serve.database import Reader
from dist_perf.serve.sessions import Session, Signer
from dist_perf.serve.settings import Settings

# What the pages of one person never need.
HEAVY = ("apprise", "authlib", "kaleido", "numpy", "pandas", "pyarrow")
# Headers by which a program or a browser knows what it got.
TELLING = ("etag", "x-as-of-date", "vary", "content-type", "content-encoding", "cache-control")


PATTERNS: dict[type, str] = {
    # Not as 0E-8, which is a number too.
    Decimal: r"-?\d+\.\d+",
    datetime.date: r"\d{4}-\d{2}-\d{2}",
    datetime.datetime: r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?",
}


def said_well(field: Field, value: Any) -> bool:
    """Return whether a value is as OpenAPI says it."""
    if value is None:
        return field.is_nullable
    if field.name.endswith("_key") or field.kind is str:
        return isinstance(value, str)
    if field.kind in PATTERNS:
        return isinstance(value, str) and re.fullmatch(PATTERNS[field.kind], value) is not None
    return type(value) is field.kind


@pytest.mark.parametrize("engine", ENGINES)
def test_every_mart_is_said_with_all_digits(sample: dict[str, Warehouse], engine: str) -> None:
    seen = 0
    for resource in resources():
        answer = served.read(sample[engine], _Query(resource, QueryParams("limit=20")).answer)
        found = json.loads(orjson.dumps(answer))
        assert len(found["data"]) == min(20, found["total"]), resource.name
        for row in found["data"]:
            assert [*row] == [field.name for field in resource.fields]
            for field in resource.fields:
                assert said_well(field, row[field.name]), (resource.name, field.name, row)
        seen += len(found["data"])
    assert seen > 500


def test_newest_rows_are_read_by_an_index(sample: dict[str, Warehouse]) -> None:
    resource = next(each for each in resources() if each.name == "fact_aum_flows")
    plan: list[str] = []

    async def work(reader: Reader) -> None:
        class Explaining:
            async def as_json(
                self, text: str, counted: str, values: dict[str, Any]
            ) -> tuple[orjson.Fragment, int]:
                plan.extend(str(row) for row in await reader.rows(f"explain {text}", values))
                return orjson.Fragment(b"[]"), len(counted)

        explaining: Any = Explaining()
        await _Query(resource, QueryParams("sort=-trade_date")).answer(explaining)

    served.read(sample["postgres"], work)
    # Sorting all flows took ten times as long as the rest of the answer.
    assert any("Index Scan Backward" in line for line in plan), "\n".join(plan)


def test_amounts_are_those_of_the_mart(site: Site) -> None:
    (expected,) = site.warehouse.query(
        "select cast(sum(gross_sales_amount) as text), count(*)"
        " from dist_perf_dw.net_flows_monthly"
        " where flow_month = date '2025-03-01'"
    )
    found = site.json(
        site.program("analyst"),
        f"/api/v1/{AREA}/net_flows_monthly",
        flow_month="2025-03-01",
        limit=1000,
    )
    assert found["total"] == expected[1] == len(found["data"])
    assert sum(Decimal(row["gross_sales_amount"]) for row in found["data"]) == Decimal(expected[0])


@pytest.mark.parametrize(
    "path", [f"/api/v1/{AREA}/net_flows_monthly?limit=5", f"/{AREA}/flows/data"]
)
def test_an_answer_is_repeated_as_it_was_first(site: Site, members: Cast, path: str) -> None:
    # Nobody has asked for this yet.
    path += (
        f"{'&' if '?' in path else '?'}wholesaler{'_id' if 'api' in path else ''}={members.own[1]}"
    )
    analyst, seller = site.browser("analyst"), site.browser("seller")
    first, second = site.get(analyst, path), site.get(analyst, path)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    for name in TELLING:
        assert first.headers.get(name) == second.headers.get(name), name
    # A browser that looks at a page stays signed in, a program does not need it.
    assert ("set-cookie" in second.headers) == ("/api/" not in path)
    assert (
        "set-cookie"
        not in analyst.get(
            f"{site.address}{path}", headers={"X-Refresh": "yes"}, timeout=30
        ).headers
    )
    tag = {"If-None-Match": second.headers["etag"]}
    assert analyst.get(f"{site.address}{path}", headers=tag, timeout=30).status_code == 304
    plain = analyst.get(f"{site.address}{path}", headers={"Accept-Encoding": ""}, timeout=30)
    assert "content-encoding" not in plain.headers
    assert plain.json() == first.json()
    # What is kept of one is not sent to another, who sees other rows, nor to nobody.
    assert site.get(seller, path).headers["etag"] != first.headers["etag"]
    # To whom there is no such member it does not exist.
    assert site.get(site.program("nobody"), path).status_code == 400
    assert site.get(requests.Session(), path).status_code == 401
    counted = site.get(analyst, "/metrics").text
    route = path.partition("?")[0] if "/api/" in path else "/{area}/{name}/data"
    (line,) = [
        each
        for each in counted.splitlines()
        if each.startswith(f'dist_perf_requests_total{{method="GET",route="{route}",status="200"')
    ]
    assert float(line.rpartition(" ")[2]) >= 5


def _request(cookie: str) -> Request:
    headers = [(b"cookie", cookie.encode())]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers})


def test_a_session_that_was_good_ends_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(Settings(secret="a", idle_minutes=30, session_hours=12))
    response = Response()
    session = Session.begun("anna", 1)
    signer.keep(response, session)
    cookie = response.headers["set-cookie"].partition(";")[0]
    now = time.time()
    assert signer.session(_request(cookie)) == session
    monkeypatch.setattr(time, "time", lambda: now + 29 * 60)
    assert signer.session(_request(cookie)) == session
    monkeypatch.setattr(time, "time", lambda: now + 31 * 60)
    assert signer.session(_request(cookie)) is None
    monkeypatch.setattr(time, "time", lambda: now)
    assert signer.session(_request(cookie[:-1] + ("A" if cookie[-1] != "A" else "B"))) is None
    signer.end(Response(), session)
    assert signer.session(_request(cookie)) is None


def test_a_server_holds_no_library_that_it_may_never_need() -> None:
    program = (
        "import sys; from dist_perf.cli import main; main.get_command(None, 'serve');"
        " from dist_perf.serve import running; from dist_perf.serve.settings import Settings;"
        " running.create_app(Settings(target='duckdb'));"
        f" print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
