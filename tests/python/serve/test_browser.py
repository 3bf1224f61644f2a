"""The pages in a real browser, by people who may see different rows."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pictures
import pytest
from dbt_warehouse import Warehouse
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dist_perf import project, reporter
from dist_perf.serve.access.passwords import hashed
from dist_perf.serve.assets import TRACES
from dist_perf.serve.pages import all_pages

PASSWORD = "a-long-password-of-a-test"
ADMINISTRATOR, MANAGER, WHOLESALER, NOBODY = "ada", "mara", "laura", "nora"
WIDTHS = {1400: 1000, 360: 780}
PAGES = [f"/{area}/{name}" for area, name in all_pages()]
# The sample is that of the first area.
AREA = next(iter(project.areas()))
# Pages that the README shows, by the name of the picture.
PICTURES = {f"{name}.png": f"/{AREA}/{name}" for name in ("overview", "retention", "scorecard")}
# With this variable set, the pictures are written; `make screenshots` sets it.
REFRESHED = "DIST_PERF_SCREENSHOTS"
OWNED = [address for address in PAGES if address.startswith(f"/{AREA}/")]


@dataclass
class Visit:
    """A page of the browser, and what went wrong in it."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Note errors, and requests that leave the server."""
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on(
            "console",
            lambda message: (
                message.type in {"error", "warning"}
                and self.wrong.append(f"{message.type}: {message.text}")
            ),
        )
        self.page.on("request", lambda request: self._note_request(request.url))

    def _note_request(self, address: str) -> None:
        if not address.startswith((self.base, "data:", "blob:")):
            self.wrong.append(f"request to {address}")

    def open(self, address: str) -> None:
        """Go to a page and wait until it is drawn."""
        self.page.goto(self.base + address)
        self.drawn()

    def drawn(self) -> None:
        """Wait until figures are drawn."""
        expect(self.page.locator("#blocks")).to_have_attribute("aria-busy", "false")
        expect(self.page.locator("#failure")).to_be_hidden()
        for chart in self.page.locator(".chart").all():
            expect(chart.locator("svg.main-svg").first).to_be_visible()

    def kpi(self, column: str) -> Decimal:
        """Return a figure as it was sent, with all its digits."""
        value = self.page.locator(f"[data-column='{column}']")
        return Decimal(value.get_attribute("data-value") or "NaN")


@pytest.fixture(scope="module")
def server(sample: dict[str, Warehouse]) -> Iterator[tuple[str, Warehouse]]:
    """The real server over the sample in PostgreSQL, with nobody signed in ever."""
    warehouse = sample["postgres"]
    readers = [
        f"grant usage on schema {schema} to {reporter.ROLE};"
        f" grant select on all tables in schema {schema} to {reporter.ROLE}"
        for schema in ("common", "dist_perf_dw")
    ]
    warehouse.execute(
        f"do $$ begin create role {reporter.ROLE};"
        " exception when duplicate_object then null; end $$",
        *readers,
    )
    environment = {**os.environ, **warehouse.environment, "DIST_PERF_SCHEMA_PREFIX": ""}
    command = [sys.executable, "-c", "from dist_perf.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "serve", "--port", "0"],
        cwd=project.root(),
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, f"the server does not say where it is: {line!r}"
        yield found[0], warehouse
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser of the machine."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "there is no `chromium`: install the package of that name (apt-get install)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """The server, its warehouse, a browser, and the cookies of each person."""

    base: str
    warehouse: Warehouse
    browser: Browser
    people: dict[str, Any]


@pytest.fixture(scope="module")
def site(server: tuple[str, Warehouse], browser: Browser) -> Site:
    """The first administrator came by the word in the file, others have signed in."""
    base, warehouse = server
    kept = {}
    context = browser.new_context()
    page = context.new_page()
    page.goto(base)
    expect(page).to_have_url(re.compile("/first-visit"))
    word = (project.state_dir() / "serve" / "first_administrator").read_text(encoding="utf-8")
    page.fill("[name=word]", word)
    page.fill("[name=login]", ADMINISTRATOR)
    page.fill("[name=password]", PASSWORD)
    page.click("button.first")
    expect(page.locator("h1")).to_have_text("Overview")
    kept[ADMINISTRATOR] = context.storage_state()
    context.close()
    password_hash = hashed(PASSWORD)
    for login, role, scope in (
        (MANAGER, "manager", ("region", "RG1")),
        (WHOLESALER, "wholesaler", ("wholesaler", "W003")),
        (NOBODY, "wholesaler", None),
    ):
        warehouse.execute(
            "insert into access.people (login, person_name, role, password_hash)"
            f" values ('{login}', '{login.capitalize()}', '{role}', '{password_hash}')"
        )
        if scope:
            warehouse.execute(
                "insert into access.scopes (login, area, member_kind, member_id)"
                f" values ('{login}', '{AREA}', '{scope[0]}', '{scope[1]}')"
            )
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{base}/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.click("button.first")
        expect(page.locator("h1")).to_have_text("Overview")
        kept[login] = context.storage_state()
        context.close()
    return Site(base, warehouse, browser, kept)


@contextmanager
def visiting(
    site: Site,
    login: str = ADMINISTRATOR,
    width: int = 1400,
) -> Iterator[Visit]:
    """Be somebody, in a window of some width; in the end nothing has gone wrong."""
    with ExitStack() as stack:
        context: BrowserContext = site.browser.new_context(
            viewport={"width": width, "height": WIDTHS[width]},
            storage_state=site.people[login],
            accept_downloads=True,
        )
        stack.callback(context.close)
        visit = Visit(context.new_page(), site.base)
        visit.page.set_default_timeout(10_000)
        visit.watch()
        yield visit
        assert not visit.wrong


def one(warehouse: Warehouse, sql: str) -> Decimal:
    """Return the only value of a query."""
    ((value,),) = warehouse.query(sql)
    return Decimal(value)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_is_drawn(
    site: Site,
    width: int,
) -> None:
    with visiting(site, width=width) as visit:
        for address in PAGES:
            visit.open(address)
            wide = visit.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{address} is {wide} pixels wide"
            assert visit.page.locator(".chart svg.main-svg").count(), address
            # Everything that can be pressed has a name, or nobody without eyes can press it.
            nameless = visit.page.evaluate(
                "[...document.querySelectorAll("
                "    'a[href], button, select, input:not([type=hidden])'"
                ")].filter(each =>"
                "    !each.textContent.trim() && !each.ariaLabel && !each.labels?.length)"
                ".map(each => each.outerHTML)"
            )
            assert not nameless, address
            assert not visit.wrong, address


@pytest.mark.parametrize("login", [MANAGER, WHOLESALER, NOBODY])
def test_every_page_works_for_every_role(site: Site, login: str) -> None:
    with visiting(site, login) as visit:
        for address in OWNED:
            visit.open(address)
            notice = visit.page.locator("#notice")
            if login == NOBODY:
                expect(notice).to_contain_text("ask an administrator for a scope")
                # What is published to everyone is all that is there.
                shown = visit.page.locator(".chart, table, .kpi")
                assert shown.count() == (1 if address.endswith("/retention") else 0), address
            else:
                expect(notice).to_be_hidden()
                assert visit.page.locator(".chart svg.main-svg").count(), address
            assert not visit.wrong, address


def test_figures_are_those_of_the_rows_that_a_person_may_see(site: Site) -> None:
    warehouse = site.warehouse
    net_flows = (
        "select sum(firm_net_flow_amount) from dist_perf_dw.net_flows_daily"
        " inner join dist_perf_dw.dim_wholesalers"
        " on net_flows_daily.wholesaler_key = dim_wholesalers.wholesaler_key"
        " where flow_date >= date '2025-06-01'"
    )
    # Who is in charge of the region's territories at the as-of date.
    team = (
        "select distinct wholesaler_key from dist_perf_dw.wholesaler_scopes"
        " where member_kind = 'region' and member_id = 'RG1'"
    )
    seen = {
        ADMINISTRATOR: one(warehouse, net_flows),
        MANAGER: one(warehouse, f"{net_flows} and net_flows_daily.wholesaler_key in ({team})"),
        WHOLESALER: one(warehouse, f"{net_flows} and wholesaler_id = 'W003'"),
    }
    assert len(set(seen.values())) == len(seen)
    for login, expected in seen.items():
        with visiting(site, login) as visit:
            visit.open(f"/{AREA}/overview")
            assert visit.kpi("net_flows") == expected, login


def test_a_wholesaler_has_a_place_and_no_figure_of_others(site: Site) -> None:
    warehouse = site.warehouse
    with visiting(site, WHOLESALER) as visit:
        visit.open(f"/{AREA}/wholesaler")
        places = visit.page.locator("#block-places tbody tr").all()
        assert [row.locator("td").first.inner_text() for row in places] == [
            "Net flows", "Gross sales", "Retention", "Revenue",
        ]  # fmt: skip
        place = one(
            warehouse,
            "select wholesaler_rank from dist_perf_dw.wholesaler_ranks"
            " inner join dist_perf_dw.dim_wholesalers"
            " on wholesaler_ranks.wholesaler_key = dim_wholesalers.wholesaler_key"
            " where wholesaler_id = 'W003' and measure = 'net_flow'"
            " and period_type = 'twelve_months' and last_month = date '2025-06-01'",
        )
        assert places[0].locator("td").nth(1).inner_text() == str(place)
        expect(visit.page.locator("#block-retention .legendtext")).to_have_text(
            ["Laura Stein", "The firm"]
        )
        assert visit.page.locator("select[name=wholesaler] option").all_inner_texts() == [
            "Laura Stein"
        ]
        answer = visit.page.request.get(f"{site.base}/{AREA}/wholesaler/data?wholesaler=W001")
        assert answer.status == 400
        assert "W001" in answer.json()["detail"]
        visit.open(f"/{AREA}/scorecard")
        assert visit.page.locator("#block-wholesalers tbody tr").count() == 1
        visit.open(f"/{AREA}/revenue")
        expect(visit.page.locator("#block-changes .empty")).to_contain_text("those of the firm")


def test_a_filter_changes_address_and_figures_and_back_restores_both(site: Site) -> None:
    warehouse = site.warehouse
    gross = (
        "select sum(gross_sales_amount) from dist_perf_dw.net_flows_wide"
        " where flow_date between date '2025-06-01' and date '2025-06-30'"
    )
    with visiting(site) as visit:
        page = visit.page
        visit.open(f"/{AREA}/overview")
        everything = one(warehouse, gross)
        assert visit.kpi("gross_sales") == everything
        page.locator("details[data-name=wholesaler] summary").click()
        page.get_by_label("Laura Stein", exact=True).check()
        expect(page).to_have_url(re.compile(r"\?(.*&)?wholesaler=W003(&|$)"))
        expect(page.locator(".chip")).to_contain_text(["Wholesaler: Laura Stein"])
        visit.drawn()
        assert visit.kpi("gross_sales") == one(warehouse, f"{gross} and wholesaler_id = 'W003'")
        page.keyboard.press("Escape")
        expect(page.locator("details[data-name=wholesaler] summary")).to_be_focused()
        page.select_option("select[name=month]", "2025-05")
        expect(page).to_have_url(re.compile("month=2025-05"))
        visit.drawn()
        may = gross.replace("2025-06-01", "2025-05-01").replace("2025-06-30", "2025-05-31")
        assert visit.kpi("gross_sales") == one(warehouse, f"{may} and wholesaler_id = 'W003'")
        page.go_back()
        page.go_back()
        expect(page.locator(".chip")).to_have_count(0)
        visit.drawn()
        assert visit.kpi("gross_sales") == everything
        assert urlsplit(page.url).query == ""
        page.go_forward()
        expect(page.locator(".chip")).to_have_count(1)
        page.reload()
        visit.drawn()
        assert visit.kpi("gross_sales") == one(warehouse, f"{gross} and wholesaler_id = 'W003'")
        page.get_by_label("Remove Wholesaler Laura Stein").click()
        expect(page.locator(".chip")).to_have_count(0)


def test_months_are_chosen_and_what_is_wrong_is_said(site: Site) -> None:
    with visiting(site) as visit:
        visit.open(f"/{AREA}/flows")
        visit.page.fill("input[name=from]", "2025-03")
        visit.page.locator("input[name=from]").blur()
        expect(visit.page).to_have_url(re.compile("from=2025-03"))
        visit.drawn()
        assert visit.kpi("gross_sales_amount") == one(
            site.warehouse,
            "select sum(gross_sales_amount) from dist_perf_dw.net_flows_daily"
            " where flow_date >= date '2025-03-01'",
        )
        visit.page.fill("input[name=to]", "2025-01")
        visit.page.locator("input[name=to]").blur()
        expect(visit.page.locator("#failure")).to_contain_text("before it begins")
        assert visit.wrong.pop().startswith("error: Failed to load resource")


@pytest.mark.parametrize(
    ("address", "block", "column"),
    [
        (f"/{AREA}/flows?from=2024-01", "table", "product_net_flow_amount"),
        (f"/{AREA}/scorecard", "wholesalers", "total_cost_amount"),
        (f"/{AREA}/aum?by=wholesaler", "table", "closing_aum_amount"),
        (f"/{AREA}/revenue?by=product", "table", "reported_amount"),
        (f"/{AREA}/wholesaler?wholesaler=W007", "accounts", "closing_aum_amount"),
    ],
)
def test_a_download_has_the_total_of_the_screen(
    site: Site,
    address: str,
    block: str,
    column: str,
) -> None:
    with visiting(site) as visit:
        visit.open(address)
        place = visit.page.locator(f"#block-{block}")
        with visit.page.expect_download() as downloading:
            place.get_by_role("link", name="CSV").click()
        text = Path(downloading.value.path()).read_text(encoding="utf-8")
        rows = list(csv.DictReader(io.StringIO(text)))
        (total,) = [row for row in rows if row["is_total"] == "true"]
        header = rows[0].keys()
        cells = place.locator("tfoot td").all()
        shown = dict(
            zip(header, (cell.get_attribute("data-value") for cell in cells), strict=False)
        )
        assert Decimal(shown[column] or "NaN") == Decimal(total[column])
        members = [row for row in rows if row["is_total"] != "true"]
        assert sum(Decimal(row[column] or 0) for row in members) == Decimal(total[column])
        assert place.locator("tbody tr").count() == len(members)
        with visit.page.expect_download() as downloading:
            place.get_by_role("link", name="XLSX").click()
        assert Path(downloading.value.path()).read_bytes()[:2] == b"PK"


def test_redemptions_that_rise_are_not_good_news(site: Site) -> None:
    with visiting(site) as visit:
        visit.open(f"/{AREA}/overview")
        card = visit.page.locator(".kpi", has=visit.page.locator("[data-column=redemptions]"))
        expect(card.locator(".bad").first).to_contain_text("worse")
        assert card.locator(".bad").first.inner_text().startswith("▲")


def test_a_name_leads_to_the_page_of_the_wholesaler(site: Site) -> None:
    with visiting(site) as visit:
        visit.open(f"/{AREA}/scorecard")
        table = visit.page.locator("#block-wholesalers")
        # Nobody is behind what is unassigned.
        assert table.get_by_role("link", name="Unassigned").count() == 0
        table.get_by_role("link", name="Laura Stein").click()
        expect(visit.page).to_have_url(re.compile(rf"/{AREA}/wholesaler\?wholesaler=W003"))
        visit.drawn()
        expect(visit.page.locator("select[name=wholesaler]")).to_have_value("W003")


def test_a_chart_is_saved(site: Site) -> None:
    with visiting(site) as visit:
        visit.open(f"/{AREA}/aum")
        for kind, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
            with visit.page.expect_download() as downloading:
                visit.page.locator("#block-steps").get_by_role("button", name=kind).click()
            assert Path(downloading.value.path()).read_bytes().startswith(start)


def test_a_phone_has_a_menu(site: Site) -> None:
    with visiting(site, width=360) as visit:
        visit.open(f"/{AREA}/overview")
        menu = visit.page.locator("#menu")
        button = visit.page.locator(".menu-button")
        expect(menu).to_be_hidden()
        button.press("Enter")
        expect(menu).to_be_visible()
        visit.page.keyboard.press("Escape")
        expect(menu).to_be_hidden()
        expect(button).to_be_focused()
        button.click()
        menu.get_by_role("link", name="Flows").click()
        expect(visit.page.locator("h1")).to_have_text("Flows")
        expect(menu).to_be_hidden()


def test_who_signs_out_is_out(site: Site) -> None:
    with visiting(site, NOBODY) as visit:
        visit.open(f"/{AREA}/overview")
        visit.page.locator(".person summary").click()
        visit.page.get_by_role("button", name="Sign out").click()
        expect(visit.page).to_have_url(re.compile("/sign-in"))
        visit.page.goto(f"{visit.base}/{AREA}/flows")
        expect(visit.page).to_have_url(re.compile("/sign-in"))


def test_browsers_make_no_kind_of_trace_that_is_not_drawn(site: Site) -> None:
    with visiting(site) as visit:
        visit.open(f"/{AREA}/overview")
        made = visit.page.evaluate("Object.keys(Plotly.PlotSchema.get().traces)")
        assert sorted(made) == sorted([*TRACES, "scatter"])


@pytest.mark.parametrize("name", PICTURES)
def test_the_readme_shows_pages_as_they_are(site: Site, name: str) -> None:
    file = pictures.FOLDER / name
    with visiting(site) as visit:
        visit.open(PICTURES[name])
        said = pictures.words(visit.page)
        if os.environ.get(REFRESHED):
            pictures.FOLDER.mkdir(exist_ok=True)
            file.write_bytes(pictures.with_words(pictures.taken(visit.page), said))
        picture = file.read_bytes()
        assert pictures.words_in(picture) == said, "the page has changed: run `make screenshots`"
        assert pictures.size_of(picture) == (1400, WIDTHS[1400])
        assert len(picture) <= pictures.LARGEST
        drawn = pictures.drawn_parts(visit.page, picture)
        assert min(drawn) > 0.02, f"a part of the picture is blank: {drawn}"


def test_the_readme_shows_these_pictures_and_there_are_no_others() -> None:
    assert sorted(pictures.in_readme()) == sorted(PICTURES) == pictures.kept()
