"""Each person sees the rows that are theirs, by whatever way they come, and nothing else."""

from __future__ import annotations

import csv
import io
import itertools
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import requests
from people import AREA, Cast, Mart
from serving import API, BY, PASSWORD, Site, digest, quoted, read_as, serving

from dist_perf.serve.access import changing, tables
from dist_perf.serve.api.resources import resources
from dist_perf.serve.pages import all_pages
from dist_perf.serve.pages.definition import Table

# Rows of one mart that are compared one by one; of longer ones the first and the last.
COMPARED = 4000
LIMIT = 1000
DATABASE_PASSWORD = "of the database 1"
CATALOGUE = """
    select
        relations.nspname || '.' || relations.relname as relation,
        relations.relrowsecurity,
        exists (select from pg_policy where polrelid = relations.oid) as has_policy,
        coalesce(array_to_string(relations.reloptions, ',') like '%%security_invoker=true%%', false)
            as is_invoker
    from (
        select pg_class.*, nspname
        from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'v')
    ) as relations
"""
pytestmark = pytest.mark.long


def columns_of(site: Site, mart: Mart) -> set[str]:
    return set(site.warehouse.columns()[mart.schema, mart.name])


def owned(members: Cast) -> list[Mart]:
    found = [mart for mart in members.marts if mart.has_owner]
    assert len(found) > 20
    return found


@pytest.fixture(scope="module")
def api_connection(site: Site) -> Iterator[psycopg.Connection]:
    with site.connected(API, site.api_password) as connection:
        yield connection


# ------------------------------------------------------------------ row security


def guards(site: Site) -> dict[str, tuple[bool, bool, bool]]:
    return {name: rest for name, *rest in site.warehouse.query(CATALOGUE.replace("%%", "%"))}


def assert_all_are_guarded(site: Site, members: Cast) -> None:
    found = guards(site)
    for mart in members.marts:
        is_on, has_policy, is_invoker = found[mart.relation]
        assert is_invoker if mart.is_view else is_on and has_policy, mart


def test_every_mart_with_an_owner_is_guarded(site: Site, members: Cast) -> None:
    assert_all_are_guarded(site, members)
    guarded = {mart.relation for mart in members.marts}
    open_to_all = {
        node["alias"]
        for node in site.warehouse.manifest["nodes"].values()
        if node["config"].get("meta", {}).get("rows_for") == "everyone"
    }
    columns = site.warehouse.columns()
    schema = members.marts[0].schema
    for (in_schema, name), names in columns.items():
        is_open = name.startswith("dim_") or name in open_to_all
        if in_schema == schema and members.owner in names and not is_open:
            assert f"{in_schema}.{name}" in guarded


def test_each_person_sees_the_rows_of_own_members_in_every_mart(
    site: Site, members: Cast, api_connection: psycopg.Connection
) -> None:
    conditions = {
        "boss": "true",
        "editor": "true",
        "analyst": "true",
        "manager": members.condition(members.team),
        "seller": members.condition(members.own),
        "rival": members.condition(members.other),
        "nobody": "false",
        "gone": "false",
        "who is not there": "false",
        "": "false",
    }
    seen = 0
    for mart in owned(members):
        for login, condition in conditions.items():
            (expected,) = site.warehouse.query(digest(mart.relation, condition))
            (found,) = read_as(api_connection, login, digest(mart.relation))
            assert found == expected, f"{login} in {mart.relation}"
            seen += found[0]
    assert seen > 10_000


def test_marts_of_the_firm_are_for_those_who_see_it(
    site: Site, members: Cast, api_connection: psycopg.Connection
) -> None:
    columns = site.warehouse.columns()
    of_firm = [
        mart
        for mart in members.marts
        # Values of alerts are some of the firm and some of an owner; `test_alerts.py` has them.
        if not (mart.has_owner or mart.is_view or "owner_key" in columns[mart.schema, mart.name])
    ]
    assert of_firm
    for mart in of_firm:
        (all_rows,) = site.warehouse.query(digest(mart.relation))
        for login in ("boss", "analyst", "manager"):
            assert read_as(api_connection, login, digest(mart.relation)) == [all_rows], mart
        for login in ("seller", "nobody", "gone", ""):
            assert read_as(api_connection, login, digest(mart.relation)) == [(0, None)], mart


def rows_of(site: Site, who: requests.Session, path: str) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows an address has, and the rows, or of many the first and the last."""
    answer = site.json(who, path, limit=LIMIT)
    total, rows = answer["total"], answer["data"]
    offsets = list(range(LIMIT, total, LIMIT))
    if total > COMPARED:
        offsets = offsets[-1:]
    for offset in offsets:
        rows += site.json(who, path, limit=LIMIT, offset=offset)["data"]
    return total, rows


def test_api_answers_with_own_rows(site: Site, members: Cast) -> None:
    people = {
        "seller": members.condition(members.own),
        "manager": members.condition(members.team),
        "analyst": "true",
    }
    by_name = {mart.name: mart for mart in owned(members)}
    offered = [each for each in resources() if each.area == AREA and each.name in by_name]
    assert {each.name for each in offered} == set(by_name)
    for resource, (login, condition) in itertools.product(offered, people.items()):
        mart = by_name[resource.name]
        names = ", ".join(quoted(column) for column in mart.grain)
        expected = site.warehouse.query(f"select {names} from {mart.relation} where {condition}")
        total, rows = rows_of(site, site.program(login), f"/api/v1/{AREA}/{mart.name}")
        assert total == len(expected), f"{login} in {mart.name}"
        keys = {str(key) for member in members.keys.values() for key in member}
        if login != "analyst":
            member = members.own if login == "seller" else members.team
            keys = {str(key) for key in members.keys[member]}
            assert {str(row[members.owner]) for row in rows} <= keys, f"{login} in {mart.name}"
        if total <= COMPARED:
            assert {tuple(said(row[name]) for name in mart.grain) for row in rows} == {
                tuple(said(value) for value in row) for row in expected
            }, f"{login} in {mart.name}"


def said(value: Any) -> str:
    """Return a value as the API says it."""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value)


def own_blocks(data: dict[str, Any]) -> dict[str, Any]:
    """Return what pages show of blocks that heed the filter of the owner."""
    heeding = {
        block.name
        for (area, name), page in all_pages().items()
        if (area, name) == (data["area"], data["page"])
        for block in page.blocks
        if "wholesaler" in {*block.filters, *block.detail_filters} or ":wholesaler" in block.sql
    }
    shown = ("rows", "total", "count", "figure", "items")
    return {
        block["name"]: {name: block.get(name) for name in shown}
        for block in data["blocks"]
        if block["name"] in heeding
    }


def rows_of_xlsx(content: bytes) -> list[str]:
    """Return the rows of a workbook's sheet as it has them, without their numbers."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    rows = re.findall(r"<row[^>]*>(.*?)</row>", sheet, re.DOTALL)
    assert rows
    return sorted(re.sub(r' r="[A-Z]+\d+"', "", row) for row in rows)


def pages_with_owners() -> list[tuple[str, Any]]:
    return [
        (f"/{area}/{name}", page)
        for (area, name), page in all_pages().items()
        if area == AREA and any(each.name == "wholesaler" for each in page.filters)
    ]


@pytest.mark.parametrize(("path", "page"), pages_with_owners(), ids=lambda each: str(each)[:40])
def test_pages_downloads_and_links_show_own_rows(
    site: Site, members: Cast, path: str, page: Any
) -> None:
    seller, analyst = site.program("seller"), site.program("analyst")
    own = {"wholesaler": members.own[1]}
    mine = own_blocks(site.json(seller, f"{path}/data"))
    chosen = own_blocks(site.json(analyst, f"{path}/data", **own))
    everything = own_blocks(site.json(analyst, f"{path}/data"))
    assert mine
    assert mine == own_blocks(site.json(seller, f"{path}/data", **own))
    assert everything != chosen
    for block in page.blocks:
        if not isinstance(block, Table) or "wholesaler" not in block.filters:
            continue
        assert mine[block.name] == chosen[block.name], block.name
        for kind in ("csv", "xlsx"):
            address = f"{path}/{block.name}.{kind}"
            ours = site.get(seller, address)
            theirs = site.get(analyst, address, **own)
            assert ours.status_code == theirs.status_code == 200
            if kind == "csv":
                assert sorted(csv.reader(io.StringIO(ours.text))) == sorted(
                    csv.reader(io.StringIO(theirs.text))
                )
            else:
                assert rows_of_xlsx(ours.content) == rows_of_xlsx(theirs.content)
    link = site.json(site.program("seller"), "/api/v1/me")
    assert link["login"] == "seller"
    made = seller.post(
        f"{site.address}/api/v1/embed-links",
        json={
            "area": AREA,
            "page": path.rpartition("/")[2],
            "origins": ["https://intranet.firm.com"],
        },
        timeout=30,
    )
    assert made.status_code == 201, made.text
    address = made.json()["address"].replace("/embed" + path, f"/embed{path}/data", 1)
    site.secrets.append(address.partition("token=")[2])
    embedded = requests.get(address, timeout=30)
    assert own_blocks(embedded.json()) == mine


def test_health_shows_alerts_of_own_rows(site: Site) -> None:
    current = "select rule_id, member_id, member_kind from common.alert_breaches where is_current"
    breaking = site.warehouse.query(current)
    (_, of, kind), *_ = (each for each in breaking if each[2] == "wholesaler")
    site.add("breaker", "wholesaler", (AREA, kind, of))

    def shown(login: str) -> dict[str, Any]:
        blocks = site.json(site.program(login), "/common/health/data")["blocks"]
        block: dict[str, Any] = next(each for each in blocks if each["name"] == "alerts")
        return block

    assert shown("analyst")["count"] == len(breaking)
    mine = [rule for rule, member, of_kind in breaking if (member, of_kind) == (of, kind)]
    block = shown("breaker")
    at = [column["name"] for column in block["columns"]].index("rule_id")
    assert 0 < len(mine) < len(breaking)
    assert sorted(row[at] for row in block["rows"]) == sorted(mine)
    assert shown("nobody")["empty"] == "No rule breaks."


def test_filters_offer_own_members_only_where_rows_are_guarded(site: Site, members: Cast) -> None:
    path, _ = pages_with_owners()[0]
    other = {"wholesaler": members.other[1]}
    answer = site.get(site.program("seller"), f"{path}/data", **other)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        for block in own_blocks(answer.json()).values():
            assert not block["rows"]


# ------------------------------------------------------------------ logins of the database


@pytest.fixture(scope="module")
def database_logins(site: Site) -> Iterator[None]:
    """People who log in to the database as themselves; roles belong to the whole server."""
    for login in ("seller", "manager", "analyst", "nobody"):
        done = site.command("access", "database-login", login, DIST_PERF_PASSWORD=DATABASE_PASSWORD)
        assert done.returncode == 0, done.stderr
    yield
    with site.warehouse.connect() as connection:
        for login in ("seller", "manager", "analyst", "nobody"):
            connection.execute(f"drop role {login}")


@pytest.mark.usefixtures("database_logins")
def test_bi_login_sees_the_rows_of_its_person(site: Site, members: Cast) -> None:
    conditions = {
        "seller": members.condition(members.own),
        "manager": members.condition(members.team),
        "analyst": "true",
        "nobody": "false",
    }
    for login, condition in conditions.items():
        with site.connected(login, DATABASE_PASSWORD) as connection:
            for mart in owned(members):
                (expected,) = site.warehouse.query(digest(mart.relation, condition))
                found = connection.execute(digest(mart.relation)).fetchone()
                assert found == expected, f"{login} in {mart.relation}"


@pytest.mark.usefixtures("database_logins")
def test_bi_login_gains_nothing_by_naming_somebody_else(site: Site, members: Cast) -> None:
    fact = owned(members)[0]
    with site.connected("seller", DATABASE_PASSWORD) as connection:
        (before,) = connection.execute(digest(fact.relation)).fetchall()
        for how in ("set dist_perf.person = 'boss'", "set session dist_perf.person to analyst"):
            connection.execute(how)
            assert connection.execute("select access.principal()").fetchone() == ("seller",)
            assert connection.execute("select access.sees_all()").fetchone() == (False,)
            assert connection.execute(digest(fact.relation)).fetchall() == [before]
        for refused in (
            "select * from access.people",
            "select * from access.changes",
            "update access.people set role = 'administrator'",
            f"alter table {fact.relation} disable row level security",
            f"drop policy rows_of_person on {fact.relation}",
            "set role dist_perf_api",
            f"set session authorization {API}",
            "create function pg_temp.f() returns text language sql as $$ select 'x' $$",
            f"insert into {fact.relation} default values",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(refused)
        connection.execute("set row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(digest(fact.relation))


def test_api_login_has_only_the_rights_that_it_needs(
    members: Cast, api_connection: psycopg.Connection
) -> None:
    fact = owned(members)[0]
    mighty = "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = %s"
    assert api_connection.execute(mighty, [API]).fetchone() == (False,)
    for refused in (
        "delete from access.people",
        "delete from access.scopes",
        "delete from access.changes",
        "update access.changes set reason = 'another'",
        "update access.roles set may_administer = true",
        "update access.people set login = 'another'",
        "update access.scopes set member_id = 'another'",
        "update access.builds set build_number = 0",
        f"delete from {fact.relation}",
        "create table access.mine (one integer)",
        "select * from raw.aum_flows",
        "select * from pg_authid",
    ):
        with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable)):
            api_connection.execute(refused)


def test_setting_ends_with_its_transaction(
    members: Cast, api_connection: psycopg.Connection
) -> None:
    fact = owned(members)[0]
    assert read_as(api_connection, "boss", "select access.principal()") == [("boss",)]
    ended = "select current_setting('dist_perf.person', true), access.principal()"
    assert api_connection.execute(ended).fetchone() == ("", None)
    assert api_connection.execute(digest(fact.relation)).fetchone() == (0, None)


# ------------------------------------------------------------------ sessions and tokens


def test_unknown_person_gets_401_and_no_empty_list(site: Site, members: Cast) -> None:
    path = f"/api/v1/{AREA}/{owned(members)[0].name}"
    assert site.get(requests.Session(), path).status_code == 401
    stranger = requests.Session()
    token = site.signer.sign(
        "token", {"login": "stranger", "session_number": 1, "until": int(time.time()) + 60}
    )
    stranger.headers["Authorization"] = f"Bearer {token}"
    answer = site.get(stranger, path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    # A person without scopes is known, and sees no row.
    assert site.json(site.program("nobody"), path)["total"] == 0


def test_deactivated_person_sees_nothing_at_the_next_request(site: Site, members: Cast) -> None:
    site.add("leaver", "wholesaler", (AREA, *members.own))
    path, _ = pages_with_owners()[0]
    browser, program = site.browser("leaver"), site.program("leaver")
    link = program.post(
        f"{site.address}/api/v1/embed-links",
        json={"area": AREA, "page": path.rpartition("/")[2], "origins": ["https://a.b"]},
        timeout=30,
    ).json()["address"]
    site.secrets.append(link.partition("token=")[2])
    assert site.get(browser, f"{path}/data").status_code == 200
    assert site.get(program, f"{path}/data").status_code == 200
    assert requests.get(link, timeout=30).status_code == 200
    done = site.command("access", "deactivate", "leaver", "--reason", "left the firm")
    assert done.returncode == 0, done.stderr
    assert site.get(browser, f"{path}/data").status_code == 401
    assert site.get(program, f"{path}/data").status_code == 401
    assert requests.get(link, timeout=30).status_code == 401
    # Who comes back signs in again: old cookies stay what they are.
    assert site.command("access", "activate", "leaver").returncode == 0
    assert site.get(browser, f"{path}/data").status_code == 401
    assert site.get(site.browser("leaver"), f"{path}/data").status_code == 200


def test_role_and_scope_hold_from_the_next_request_on(site: Site, members: Cast) -> None:
    site.add("mover", "wholesaler", (AREA, *members.own))
    path = f"/api/v1/{AREA}/{owned(members)[0].name}"
    program = site.program("mover")
    own = site.json(program, path)["total"]
    assert site.command("access", "scope", "mover", AREA, *members.other).returncode == 0
    both = site.json(program, path)["total"]
    assert both > own
    done = site.command("access", "scope", "mover", AREA, *members.own, "--remove")
    assert done.returncode == 0, done.stderr
    assert site.json(program, path)["total"] == both - own
    assert site.command("access", "role", "mover", "analyst").returncode == 0
    assert site.json(program, path)["total"] > both


def test_sign_out_ends_copies_of_the_cookie_too(site: Site) -> None:
    browser = site.browser("rival")
    copied = requests.Session()
    copied.cookies.update(browser.cookies)
    token = site.form_token(browser)
    answer = browser.post(
        f"{site.address}/sign-out", data={"form_token": token}, timeout=30, allow_redirects=False
    )
    assert answer.status_code == 303
    assert site.get(copied, "/api/v1/me").status_code == 401


def test_new_password_ends_other_sessions(site: Site) -> None:
    site.add("changer", "analyst")
    browser, elsewhere = site.browser("changer"), site.browser("changer")
    answer = browser.post(
        f"{site.address}/password",
        data={
            "old": PASSWORD,
            "password": "another long password",
            "form_token": site.form_token(browser),
        },
        timeout=30,
        allow_redirects=False,
    )
    assert answer.status_code == 303
    assert site.get(browser, "/api/v1/me").status_code == 200
    assert site.get(elsewhere, "/api/v1/me").status_code == 401
    site.browser("changer", "another long password")


def test_sessions_end_when_idle_and_after_their_time(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    directory = tmp_path_factory.mktemp("short")
    with serving(site.warehouse, directory, site, idle_minutes="1", session_hours="1") as short:
        cookie = "dist_perf_session"
        number = site.session_number("analyst")
        now = int(time.time())

        def status(began: int, signed: int) -> int:
            content = {
                "login": "analyst", "session_number": number, "began": began, "form_token": "x",
            }  # fmt: skip
            serializer = short.signer._serializer("session")
            signer = serializer.make_signer(serializer.salt)
            signer.get_timestamp = lambda: signed  # type: ignore[method-assign]
            token = signer.sign(serializer.dump_payload(content)).decode()
            visitor = requests.Session()
            visitor.cookies.set(cookie, token)
            return short.get(visitor, "/api/v1/me").status_code

        assert status(now, now) == 200
        assert status(now - 50, now - 50) == 200
        assert status(now - 70, now - 70) == 401
        assert status(now - 70, now) == 200
        assert status(now - 3601, now) == 401
        # A page that a person opens lets the session go on; one that refreshes itself does not.
        path, _ = pages_with_owners()[0]
        browser = short.browser("analyst")
        assert cookie in short.get(browser, f"{path}/data").headers.get("set-cookie", "")
        quiet = browser.get(f"{short.address}{path}/data", headers={"X-Refresh": "1"}, timeout=30)
        assert "set-cookie" not in quiet.headers


# ------------------------------------------------------------------ builds


def test_rows_stay_guarded_while_marts_are_rebuilt(site: Site, members: Cast) -> None:
    marts = owned(members)
    table = next(mart for mart in marts if not mart.is_view)
    incremental = next(
        node["name"]
        for node in site.warehouse.manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] == "incremental_by_change"
        and node["name"] in {mart.name for mart in marts}
    )
    views = [mart.name for mart in marts if mart.is_view][:1]
    rebuilt = [table.name, incremental, *views, "net_flows_monthly"]
    paths = [f"/api/v1/{AREA}/{name}" for name in rebuilt]
    expected = {path: site.json(site.program("seller"), path)["total"] for path in paths}
    own = {str(key) for key in members.keys[members.own]}
    stopped = threading.Event()
    problems: list[str] = []
    asked = 0

    def poll() -> None:
        nonlocal asked
        seller = site.program("seller")
        for number in itertools.count():
            if stopped.is_set():
                return
            path = paths[number % len(paths)]
            # Each is another question, so that none is answered from memory.
            answer = site.get(seller, path, limit=1 + number // len(paths) % 1000)
            asked += 1
            if answer.status_code != 200:
                problems.append(f"{path}: {answer.status_code} {answer.text[:200]}")
                continue
            content = answer.json()
            if content["total"] != expected[path]:
                problems.append(f"{path}: {content['total']} rows, not {expected[path]}")
            if not {str(row[members.owner]) for row in content["data"]} <= own:
                problems.append(f"{path}: rows of others")

    pollers = [threading.Thread(target=poll) for _ in range(2)]
    for each in pollers:
        each.start()
    try:
        for _ in range(2):
            site.warehouse.dbt("run", "--full-refresh", "--select", *rebuilt)
    finally:
        stopped.set()
        for each in pollers:
            each.join()
    assert problems == []
    assert asked > 50
    assert_all_are_guarded(site, members)
    with tables.changing(site.owner) as session:
        # People are the firm's own: no build touches them.
        assert changing.person(session, "seller").role == "wholesaler"


# ------------------------------------------------------------------ commands


def test_commands_say_what_is_wrong(site: Site, members: Cast) -> None:
    kind, member = members.own
    cases = {
        ("access", "add", "x", "--name", "X", "--role", "boss"): "Roles are administrator, agent",
        ("access", "add", "X Y", "--name", "X", "--role", "analyst"): "`x y` is no login",
        ("access", "add", "seller", "--name", "X", "--role", "agent"): "person `seller` already",
        ("access", "scope", "sellr", AREA, kind, member): "Known are seller",
        ("access", "scope", "seller", AREA, kind, member): "already",
        ("access", "scope", "seller", AREA, kind, f"{member}x"): f"Known are {member}",
        ("access", "scope", "seller", AREA, "kin", member): "Kinds are",
        ("access", "scope", "seller", "nowhere", kind, member): f"members are {AREA}",
        ("access", "deactivate", "nobdy"): "Known are nobody",
        ("access", "token", "gone"): "`gone` is not active",
        ("access", "token", "seller", "--days", "0"): "`days` is 1 to 366",
        ("access", "role", "boss", "analyst"): "last administrator",
        ("access", "deactivate", "boss"): "last administrator",
        ("access", "database-login", "reporter"): "the server's own",
        ("access", "demo"): "There are people already",
        ("serve", "embed-link", AREA, "nothing", "--login", "seller"): "Pages are",
        ("serve", "embed-link", *pages_with_owners()[0][0].strip("/").split("/"), "--login",
         "seller", "--origin", "intranet"): "is no origin",
        ("serve", "embed-link", *pages_with_owners()[0][0].strip("/").split("/"), "--login",
         "seller", "--origin", "https://a.b", "--filter", "wholsaler=1"): "`wholesaler`",
    }  # fmt: skip
    for arguments, expected in cases.items():
        done = site.command(*arguments, DIST_PERF_PASSWORD=PASSWORD)
        assert done.returncode != 0, arguments
        assert expected in done.stderr, arguments
        assert "Traceback" not in done.stderr
    done = site.command("access", "add", "y", "--name", "Y", "--role", "analyst")
    assert "set DIST_PERF_PASSWORD" in done.stderr
    done = site.command("access", "add", "y", "--name", "Y", "--role", "analyst",
                        DIST_PERF_PASSWORD="short")  # fmt: skip
    assert "12 to 500 characters" in done.stderr


def test_commands_add_people_and_write_down_what_they_did(site: Site, members: Cast) -> None:
    reason = "began in May"
    steps = [
        ("add", "anna@firm.com", "--name", "Anna", "--role", "wholesaler"),
        (
            "scope",
            "anna@firm.com",
            AREA,
            *members.own,
            "--from",
            "2025-01-01",
            "--to",
            "2099-01-01",
        ),
        ("password", "anna@firm.com"),
        ("deactivate", "anna@firm.com"),
        ("activate", "anna@firm.com"),
    ]
    for step in steps:
        done = site.command("access", *step, "--reason", reason, DIST_PERF_PASSWORD=PASSWORD)
        assert done.returncode == 0, done.stderr
    token = site.command("access", "token", "anna@firm.com", "--days", "2")
    assert token.returncode == 0
    site.secrets.append(token.stdout.strip())
    program = requests.Session()
    program.headers["Authorization"] = f"Bearer {token.stdout.strip()}"
    assert site.json(program, "/api/v1/me")["login"] == "anna@firm.com"
    listed = site.command("access", "list").stdout
    assert "anna@firm.com" in listed
    assert f"{members.own[1]} 2025-01-01 to 2099-01-01" in " ".join(listed.split())
    changes = site.warehouse.query(
        "select subject, changed_by, reason, row_before, row_after from access.changes"
        " where subject_id = 'anna@firm.com' or row_after ->> 'login' = 'anna@firm.com'"
        " order by change_id"
    )
    assert [change[0] for change in changes] == [
        "people", "scopes", "people", "people", "people", "tokens",
    ]  # fmt: skip
    assert {change[2] for change in changes[:5]} == {reason}
    assert all(change[1].startswith("os:") for change in changes)
    deactivated = changes[3]
    assert (deactivated[3]["is_active"], deactivated[4]["is_active"]) == (True, False)
    assert "argon2" not in str(changes)


def test_demo_makes_one_person_of_every_role(site: Site) -> None:
    done = site.command("access", "demo", "--force")
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines() if line.strip().startswith("demo-")]
    assert {row[2] for row in rows} >= {
        "administrator",
        "editor",
        "analyst",
        "manager",
        "wholesaler",
    }
    for login, password, role, *_ in rows:
        site.secrets.append(password)
        assert site.json(site.browser(login, password), "/api/v1/me")["role"] == role
    again = site.command("access", "demo", "--force")
    assert rows[0][1] not in again.stdout
    with tables.changing(site.owner) as session:
        for login, *_ in rows:
            changing.change_person(session, BY, login, is_active=False)
