"""Administrators change people and scopes; each change has a reason, and none is overwritten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests
from people import AREA, Cast
from playwright.sync_api import ConsoleMessage, sync_playwright
from serving import PASSWORD, Site
from sqladmin import ModelView

from dist_perf.serve import admin
from dist_perf.serve.access.tables import AlertRule, Change, Person, Role, Scope

pytestmark = pytest.mark.long

PAGES = (
    "/admin/", "/admin/person/list", "/admin/person/create", "/admin/person/edit/analyst",
    "/admin/person/details/analyst", "/admin/scope/list", "/admin/scope/create",
    "/admin/scope/edit/1", "/admin/change/list", "/admin/alert-rule/list",
    "/admin/alert-rule/create",
)  # fmt: skip
FIELD = re.compile(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"')
VIEW = """
from dist_perf.serve.access.tables import Role
from dist_perf.serve.admin.editing import Editable


class OfAnArea(Editable, model=Role):
    name_plural = "Of an area"


VIEWS = (OfAnArea,)
"""


@pytest.fixture
def boss(site: Site) -> requests.Session:
    return site.browser("boss")


def sent(
    site: Site, browser: requests.Session, path: str, shown: str | None = None, **values: str
) -> requests.Response:
    """Open a form, change it and send it."""
    page = shown or site.get(browser, path).text
    fields = {name: unescape(value) for name, value in FIELD.findall(page)}
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        if chosen:
            fields[name] = chosen[1]
    if re.search(r'<input checked[^>]*name="is_active"', page):
        fields["is_active"] = "y"
    else:
        fields.pop("is_active", None)
    content = {name: value for name, value in (fields | values).items() if value != "-"}
    return browser.post(site.address + path, data=content, timeout=30, allow_redirects=False)


def error(answer: requests.Response) -> str:
    found = re.search(r'alert">(.*?)</div>', answer.text, re.DOTALL)
    return unescape(found[1]) if found else ""


def last_change(site: Site) -> tuple[Any, ...]:
    (found,) = site.warehouse.query(
        "select subject, subject_id, changed_by, reason, row_before, row_after"
        " from access.changes order by change_id desc limit 1"
    )
    return found


def changes(site: Site) -> int:
    ((found,),) = site.warehouse.query("select count(*) from access.changes")
    return int(found)


def test_a_person_is_added_changed_and_deactivated(site: Site, boss: requests.Session) -> None:
    made = sent(
        site, boss, "/admin/person/create", login=" New@Firm.com ", person_name="New",
        role="analyst", password="a password of hers", reason="began",
    )  # fmt: skip
    assert made.status_code == 303, error(made)
    assert last_change(site)[:4] == ("people", "new@firm.com", "boss", "began")
    browser = site.browser("new@firm.com", "a password of hers")
    path = "/admin/person/edit/new@firm.com"
    assert sent(site, boss, path, role="manager", reason="moved").status_code == 303
    *_, before, after = last_change(site)
    assert (before["role"], after["role"]) == ("analyst", "manager")
    assert site.json(browser, "/api/v1/me")["role"] == "manager"
    assert sent(site, boss, path, is_active="-", reason="left").status_code == 303
    assert site.get(browser, "/api/v1/me").status_code == 401
    changed = sent(site, boss, path, is_active="y", password="another password", reason="back")
    assert changed.status_code == 303
    assert last_change(site)[5]["is_new_password"] is True
    assert "argon2" not in str(last_change(site))
    assert "another password" not in str(last_change(site))
    site.browser("new@firm.com", "another password")


def test_every_change_has_a_reason(site: Site, boss: requests.Session) -> None:
    before = changes(site)
    for reason in ("", "   ", "a\nb", "x" * 501, "a\x00b"):
        answer = sent(site, boss, "/admin/person/edit/analyst", person_name="X", reason=reason)
        assert answer.status_code == 400, reason
    assert changes(site) == before


def test_stale_form_is_refused_with_both_values(site: Site, boss: requests.Session) -> None:
    site.add("busy", "analyst")
    path = "/admin/person/edit/busy"
    first, second = site.get(boss, path).text, site.get(boss, path).text
    assert sent(site, boss, path, first, person_name="Busy A.", reason="one").status_code == 303
    before = changes(site)
    answer = sent(site, boss, path, second, person_name="Busy B.", role="manager", reason="two")
    assert answer.status_code == 409
    assert "`person_name` is Busy A. now, you give Busy B." in error(answer)
    assert "`role` is analyst now, you give manager" in error(answer)
    assert changes(site) == before
    for version in ("0", "-1", "x", "", "9" * 30):
        answer = sent(site, boss, path, version_number=version, reason="three")
        assert answer.status_code in (400, 409), version
    assert changes(site) == before


def test_an_editor_changes_rules_of_alerts(site: Site) -> None:
    editor = site.browser("editor")
    rule = {
        "area": AREA, "rule_id": "net_outflow", "metric": "net_flows_firm", "member_kind": "firm",
        "period_type": "month", "measure": "change", "compared_with": "prior_year",
        "comparator": "below", "threshold": "-0.05", "periods_in_a_row": "2",
        "severity": "critical", "channel": "heads", "message": "Money leaves", "is_active": "y",
    }  # fmt: skip
    path = "/admin/alert-rule/create"
    made = sent(site, editor, path, **rule, reason="asked for")
    assert made.status_code == 303, error(made)
    kept = "select threshold, compared_with, member_id, is_active from access.alert_rules"
    assert [tuple(map(str, row)) for row in site.warehouse.query(kept)] == [
        ("-0.05000000", "prior_year", "None", "True")
    ]
    assert last_change(site)[:4] == ("alert_rules", f"{AREA};net_outflow", "editor", "asked for")
    for name, wrong in (("threshold", "much"), ("rule_id", "No Name"), ("periods_in_a_row", "0")):
        answer = sent(site, editor, path, **{**rule, "rule_id": "other", name: wrong}, reason="no")
        assert answer.status_code == 400, name
    assert len(site.warehouse.query(kept)) == 1
    assert site.get(site.browser("analyst"), path).status_code == 403


def test_scopes_are_added_and_ended(site: Site, boss: requests.Session, members: Cast) -> None:
    site.add("scoped", "wholesaler")
    kind, member = members.own
    chosen = {"login": "scoped", "area": AREA, "member_kind": kind}
    wrong = sent(site, boss, "/admin/scope/create", **chosen, member_id=f"{member}x", reason="x")
    assert wrong.status_code == 400
    assert f"Known are {member}" in error(wrong)
    made = sent(site, boss, "/admin/scope/create", **chosen, member_id=member, reason="own")
    assert made.status_code == 303, error(made)
    again = sent(site, boss, "/admin/scope/create", **chosen, member_id=member, reason="own")
    assert "already" in error(again)
    ((number,),) = site.warehouse.query("select scope_id from access.scopes where login = 'scoped'")
    path = f"/admin/scope/edit/{number}"
    for wrong_day in ("1900-01-01", "2025-02-30", "soon", "99999-01-01"):
        assert sent(site, boss, path, valid_to=wrong_day, reason="x").status_code == 400
    assert sent(site, boss, path, valid_to="2099-01-01", reason="until then").status_code == 303
    assert last_change(site)[5]["valid_to"] == "2099-01-01"


def test_last_administrator_stays(site: Site, boss: requests.Session) -> None:
    path = "/admin/person/edit/boss"
    for values in ({"is_active": "-"}, {"role": "analyst"}):
        answer = sent(site, boss, path, reason="x", **values)
        assert answer.status_code == 403
        assert "last administrator" in error(answer)
    site.add("deputy", "administrator")
    assert (
        sent(site, boss, "/admin/person/edit/deputy", is_active="-", reason="x").status_code == 303
    )


def test_hashes_are_nowhere_and_pages_keep_the_policy(site: Site, boss: requests.Session) -> None:
    for path in PAGES:
        answer = site.get(boss, path)
        assert answer.status_code == 200, path
        assert "argon2" not in answer.text
        assert "password_hash" not in answer.text
        assert "script-src 'self';" in answer.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", answer.text), path
        assert not re.search(r"\son\w+=", answer.text), path
        for form in re.findall(r'<form method="post".*?</form>', answer.text, re.DOTALL):
            assert 'name="form_token"' in form, path


def test_changes_are_only_read(site: Site, boss: requests.Session) -> None:
    ((number,),) = site.warehouse.query("select max(change_id) from access.changes")
    token = {"form_token": site.form_token(boss), "reason": "x"}
    for path in (f"/admin/change/edit/{number}", "/admin/change/create"):
        assert site.get(boss, path).status_code == 403
        answer = boss.post(site.address + path, data=token, timeout=30)
        assert answer.status_code == 403
    for path in (f"/admin/change/delete?pks={number}", "/admin/person/delete?pks=analyst"):
        assert boss.delete(site.address + path, timeout=30).status_code in (404, 405)


def test_roles_open_what_is_theirs(site: Site, boss: requests.Session) -> None:
    assert "People" in site.get(boss, "/admin/").text
    editor = site.browser("editor")
    front = site.get(editor, "/admin/")
    assert front.status_code == 200
    assert "People" not in front.text
    for path in PAGES[1:]:
        status = 200 if "alert-rule" in path else 403
        assert site.get(editor, path).status_code == status, path
    for login in ("analyst", "manager", "seller"):
        browser = site.browser(login)
        assert {site.get(browser, path).status_code for path in PAGES} == {403}
    # A program has no forms.
    assert site.get(site.program("boss"), "/admin/").status_code == 403
    nobody = requests.get(f"{site.address}/admin/person/list", timeout=30, allow_redirects=False)
    assert nobody.status_code == 401


def test_an_area_adds_views_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of_an_area.py").write_text(VIEW, encoding="utf-8")
    monkeypatch.setattr(admin, "__path__", [*admin.__path__, str(tmp_path)])
    names = [view.name_plural for view in admin.all_views()]
    assert names[:3] == ["Alert rules", "People", "Scopes"]
    assert "Of an area" in names
    assert all(issubclass(view, ModelView) for view in admin.all_views())


def test_classes_have_the_columns_of_their_tables(site: Site) -> None:
    columns = site.warehouse.columns()
    for mapped in (AlertRule, Person, Role, Scope, Change):
        table: Any = mapped.__table__
        assert {column.name for column in table.columns} == set(columns["access", table.name])


@pytest.fixture
def console(site: Site) -> Iterator[tuple[Any, list[str]]]:
    """A page of a real browser, and what it complained of."""
    said: list[str] = []
    chromium = shutil.which("chromium")
    assert chromium, "the browser is missing: install chromium"

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda mistake: said.append(str(mistake)))
        # What a page that is left was still loading is no failure.
        page.on(
            "requestfailed",
            lambda request: (
                None
                if request.failure == "net::ERR_ABORTED"
                else said.append(f"failed: {request.url}")
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((site.address, "data:"))
                else said.append(f"another host: {request.url}")
            ),
        )
        yield page, said
        browser.close()


def test_a_browser_works_with_the_policy(site: Site, console: tuple[Any, list[str]]) -> None:
    page, said = console
    page.goto(f"{site.address}/sign-in?next=/admin/person/list")
    page.fill("[name=login]", "boss")
    page.fill("[name=password]", PASSWORD)
    page.click("button.first")
    page.wait_for_url("**/admin/person/list")
    for path in PAGES:
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
    page.goto(f"{site.address}/api/v1/docs")
    page.wait_for_selector("h3#operations-tag-about, #operations-tag-about")
    page.goto(f"{site.address}/admin/person/edit/analyst")
    page.fill("[name=person_name]", "Analyst by browser")
    page.fill("[name=reason]", "by a browser")
    page.click("text=Save")
    page.wait_for_url("**/admin/person/list")
    assert "Analyst by browser" in page.content()
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    assert said == []
