"""Alerts reach their channels once, whoever sends, and nothing that is secret gets out."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from dbt_warehouse import ENGINES, PostgresWarehouse, Warehouse, WarehouseMaker

from dist_perf import build, project
from dist_perf.serve.alerts import checks, messages, states

COMMAND = Path(sys.executable).with_name("dist-perf")
CHANNELS = ("data", "finance", "heads")
# In every place of an address that may hold one.
SECRETS = ("user-s3cret", "password-s3cret", "path-s3cret", "query-s3cret", "header-s3cret")
SENDERS = 5


@dataclass
class Receiver:
    """An HTTP server on loopback that keeps what it gets."""

    port: int
    status: int = 200
    got: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        user, password, path, query, header = SECRETS
        return (
            f"json://{user}:{password}@127.0.0.1:{self.port}/{path}"
            f"?-token={query}&+X-Token={header}"
        )

    def bodies(self) -> str:
        return "\n".join(each["message"] for each in self.got)


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            if receiver.status == 200:
                receiver.got.append(json.loads(content))
            self.send_response(receiver.status)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_address[1])
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield receiver
        finally:
            server.shutdown()


@pytest.fixture
def receivers() -> Iterator[dict[str, Receiver]]:
    """One receiver for each channel of the sample's rules."""
    with receiving() as first, receiving() as second, receiving() as third:
        yield dict(zip(CHANNELS, (first, second, third), strict=True))


@pytest.fixture(scope="module")
def built(
    sample: dict[str, Warehouse], make_warehouse: WarehouseMaker
) -> Iterator[PostgresWarehouse]:
    """A copy of the sample for these tests."""
    with make_warehouse("postgres", sample["postgres"]) as copy:
        yield cast(PostgresWarehouse, copy)


@pytest.fixture
def warehouse(built: PostgresWarehouse) -> Iterator[PostgresWarehouse]:
    """The same, of which nothing was reported; what a test changes in the marts is undone."""
    marts = ("alert_rules", "alert_checks", "alert_breaches", "as_of_dates")
    built.execute(
        "drop schema if exists alerts cascade",
        "delete from access.alert_rules",
        *(f"create table public.kept_{mart} as table common.{mart}" for mart in marts),
    )
    yield built
    for mart in marts:
        built.execute(
            f"delete from common.{mart}",
            f"insert into common.{mart} select * from public.kept_{mart}",
            f"drop table public.kept_{mart}",
        )


def environment(warehouse: Warehouse, receivers: dict[str, Receiver]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "DIST_PERF_ALERT" not in name}
    return {
        **kept,
        **warehouse.environment,
        **{f"DIST_PERF_ALERT_{name.upper()}": each.address for name, each in receivers.items()},
        "DIST_PERF_SCHEMA_PREFIX": "",
        "COLUMNS": "200",
    }


def run(
    warehouse: Warehouse, receivers: dict[str, Receiver], *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [COMMAND, "alerts", *arguments, "--target", warehouse.target],
        cwd=project.root(),
        env={**environment(warehouse, receivers), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not any(secret in done.stdout + done.stderr for secret in SECRETS)
    assert "Traceback" not in done.stderr
    return done


def send(
    warehouse: Warehouse, receivers: dict[str, Receiver], status: int = 0, **variables: str
) -> subprocess.CompletedProcess[str]:
    done = run(warehouse, receivers, "send", **variables)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def log(warehouse: Warehouse, columns: str, order: str = "sent_id") -> list[tuple[Any, ...]]:
    return warehouse.query(f"select {columns} from alerts.sent order by {order}")


def current(warehouse: Warehouse) -> int:
    return int(warehouse.query("select count(*) from common.alert_breaches where is_current")[0][0])


def pass_days(warehouse: PostgresWarehouse, days: int) -> None:
    """Build as of a later day, as far as alerts see."""
    warehouse.execute(f"update common.as_of_dates set as_of_date = as_of_date + {days}")


def mend(warehouse: PostgresWarehouse, rule_id: str) -> None:
    """Let a rule break no more."""
    warehouse.execute(
        f"delete from common.alert_breaches where rule_id = '{rule_id}' and is_current",
        "update common.alert_checks set is_breach = false, streak_periods = 0, metric_value = 0.5"
        f" where rule_id = '{rule_id}' and is_current",
    )


def test_each_channel_gets_one_message_and_a_rerun_sends_nothing(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    done = send(warehouse, receivers)
    assert [len(each.got) for each in receivers.values()] == [1, 1, 1]
    listed = sum(each.bodies().count("\n- [") for each in receivers.values())
    assert listed == current(warehouse) == len(log(warehouse, "1"))
    assert receivers["heads"].got[0]["title"] == "Alerts: 2 new"
    # The worst comes first.
    assert receivers["heads"].bodies().splitlines()[1].startswith("- [critical] Redemptions")
    assert receivers["heads"].got[0]["type"] == "failure"
    assert "as of 2025-06-30" in receivers["heads"].bodies()
    assert "finance: Alerts: 4 new: sent" in done.stdout
    assert log(warehouse, "distinct is_delivered, kind, error", "1") == [(True, "new", None)]

    assert "Nothing to send." in send(warehouse, receivers).stdout
    assert [len(each.got) for each in receivers.values()] == [1, 1, 1]
    assert len(log(warehouse, "1")) == current(warehouse)


def test_senders_at_once_send_one_message(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    senders = [
        subprocess.Popen(
            [COMMAND, "alerts", "send", "--target", "postgres"],
            cwd=project.root(),
            env=environment(warehouse, receivers),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(SENDERS)
    ]
    printed = [sender.communicate(timeout=120)[0] for sender in senders]
    assert [sender.returncode for sender in senders] == [0] * SENDERS, printed
    assert [len(each.got) for each in receivers.values()] == [1, 1, 1]
    assert sum("Nothing to send." in text for text in printed) == SENDERS - 1
    assert len(log(warehouse, "1")) == current(warehouse)


def test_what_a_dead_channel_missed_is_delivered_when_it_is_back(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    receivers["finance"].status = 503
    dead = {**receivers, "data": Receiver(port=9)}
    done = send(warehouse, dead, status=1)
    assert (
        "finance: Alerts: 4 new: failed: the address answered with HTTP status 503" in done.stderr
    )
    assert "data: Alerts: 1 new: failed: the address cannot be reached" in done.stderr
    assert len(receivers["heads"].got) == 1
    assert log(warehouse, "distinct channel, error", "1") == [
        ("data", "the address cannot be reached"),
        ("finance", "the address answered with HTTP status 503"),
        ("heads", None),
    ]

    receivers["finance"].status = 200
    send(warehouse, receivers)
    assert [len(each.got) for each in receivers.values()] == [1, 1, 1]
    assert receivers["finance"].got[0]["title"] == "Alerts: 4 new"
    assert "Nothing to send." in send(warehouse, receivers).stdout


def test_a_channel_without_an_address_fails_and_says_what_to_set(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    send(warehouse, receivers, status=1, DIST_PERF_ALERT_DATA="")
    assert len(receivers["finance"].got) == 1
    missing = "it has no address: set DIST_PERF_ALERT_DATA"
    assert log(warehouse, "channel, error")[0] == ("data", missing)
    # Nor is an address that cannot be read repeated.
    done = send(warehouse, receivers, status=1, DIST_PERF_ALERT_DATA=f"nonsense:/{SECRETS[0]}")
    assert "the address is none that Apprise knows" in done.stderr


def test_each_address_of_a_channel_is_sent_to_for_itself(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    with receiving() as second:
        second.status = 500
        both = f"{receivers['data'].address}\n{second.address}"
        done = send(warehouse, receivers, status=1, DIST_PERF_ALERT_DATA=both)
        assert "data, address 2: Alerts: 1 new: failed" in done.stderr
        second.status = 200
        send(warehouse, receivers, DIST_PERF_ALERT_DATA=both)
        assert len(second.got) == len(receivers["data"].got) == 1


def test_a_breach_that_goes_on_is_repeated_and_its_end_is_reported(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    channel = receivers["heads"]
    send(warehouse, receivers)
    # `redemptions_surge` repeats after 30 days, `hot_money_high` after 60.
    pass_days(warehouse, 29)
    send(warehouse, receivers)
    assert len(channel.got) == 1
    pass_days(warehouse, 1)
    send(warehouse, receivers)
    assert channel.got[1]["title"] == "Alerts: 1 still"
    assert "hot" not in channel.got[1]["message"]
    send(warehouse, receivers)
    assert len(channel.got) == 2

    mend(warehouse, "redemptions_surge")
    send(warehouse, receivers)
    assert channel.got[2]["title"] == "Alerts: 1 recovered"
    assert channel.got[2]["type"] == "success"
    assert "Recovered:\n- Redemptions" in channel.got[2]["message"]
    assert "Firm, 2025-06: 50.0 %" in channel.got[2]["message"]
    send(warehouse, receivers)
    assert len(channel.got) == 3


def test_a_member_that_is_measured_no_more_is_reported_once(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    send(warehouse, receivers)
    for mart in ("alert_breaches", "alert_checks"):
        warehouse.execute(f"delete from common.{mart} where rule_id = 'feed_stale'")
    send(warehouse, receivers)
    send(warehouse, receivers)
    assert len(receivers["data"].got) == 2
    assert "market_sales is not measured any more" in receivers["data"].got[1]["message"]


def test_a_build_as_of_an_earlier_day_tells_nothing(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    send(warehouse, receivers)
    pass_days(warehouse, -200)
    mend(warehouse, "redemptions_surge")
    assert "Nothing to send." in send(warehouse, receivers).stdout
    assert [len(each.got) for each in receivers.values()] == [1, 1, 1]


def test_dry_run_prints_and_leaves_no_trace(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    done = run(warehouse, receivers, "send", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "To finance: Alerts: 4 new" in done.stdout
    assert done.stdout.count("- [") == current(warehouse)
    assert [each.got for each in receivers.values()] == [[], [], []]
    assert warehouse.query("select to_regclass('alerts.sent')") == [(None,)]
    # It prints what is left to send.
    send(warehouse, receivers)
    assert "Nothing to send." in run(warehouse, receivers, "send", "--dry-run").stdout


def test_secrets_are_nowhere_in_the_database(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    receivers["finance"].status = 401
    send(warehouse, {**receivers, "data": Receiver(port=9)}, status=1)
    send(warehouse, receivers, status=1)
    text = warehouse.query("select string_agg(cast(sent as text), ' ') from alerts.sent as sent")
    assert "HTTP status 401" in text[0][0]
    assert not any(secret in text[0][0] for secret in SECRETS)


def test_list_shows_what_breaks_and_when_it_was_reported(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    before = run(warehouse, receivers, "list").stdout
    assert "redemptions_surge" in before
    assert "2025-06-30" not in before.split("redemptions_surge")[1].splitlines()[0]
    send(warehouse, receivers)
    after = run(warehouse, receivers, "list").stdout
    assert "2025-06-30" in after.split("redemptions_surge")[1].splitlines()[0]
    assert "retention_falls" not in after
    assert "retention_falls" in run(warehouse, receivers, "list", "--all").stdout


def test_list_has_a_line_for_each_breach_where_no_table_fits(
    sample: dict[str, Warehouse], built: PostgresWarehouse
) -> None:
    done = subprocess.run(
        [COMMAND, "alerts", "list", "--target", "duckdb"],
        env={**os.environ, **sample["duckdb"].environment, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    *lines, about_duckdb = done.stdout.splitlines()
    assert about_duckdb.startswith("What was reported is known")
    assert len(lines) == current(built)
    assert lines[0].startswith("critical ")
    (rate,) = [line for line in lines if "fee_rate_below_plan" in line]
    assert rate.endswith(
        "fee_rate_below_plan: Firm, 2025-06: 57.3 bps (limit: below 57.5 bps), 2 months in a row"
    )


def test_on_duckdb_alerts_are_shown_and_not_sent(
    sample: dict[str, Warehouse], built: PostgresWarehouse, receivers: dict[str, Receiver]
) -> None:
    duckdb = sample["duckdb"]
    refused = send(duckdb, receivers, status=1)
    assert "alerts are sent from PostgreSQL only" in refused.stderr
    shown = run(duckdb, receivers, "send", "--dry-run")
    assert "DuckDB has no log" in shown.stdout
    assert shown.stdout.count("- [") == current(built)
    assert "redemptions_surge" in run(duckdb, receivers, "list").stdout
    assert [each.got for each in receivers.values()] == [[], [], []]


def test_rules_of_administrators_replace_add_and_never_stop_a_build(
    warehouse: PostgresWarehouse, receivers: dict[str, Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**warehouse.environment, "DIST_PERF_SCHEMA_PREFIX": ""}.items():
        monkeypatch.setenv(name, value)
    before = build.inputs("postgres", "").feeds
    area = warehouse.query("select area from common.alert_rules limit 1")[0][0]
    warehouse.execute(
        "insert into access.alert_rules (area, rule_id, metric, member_kind, period_type, "
        "comparator, threshold, channel, message) values "
        f"('{area}', 'redemptions_surge', 'redemption_rate', 'firm', 'month', 'above', 9, "
        "'heads', 'Own limit'), "
        f"('{area}', 'one_more', 'net_flows_firm', 'firm', 'month', 'below', 0, 'data', 'Leaves'), "
        f"('{area}', 'mistyped', 'net_flow', 'firm', 'month', 'below', 0, 'data', 'Never'), "
        f"('{area}', 'boundless', 'net_flows_firm', 'firm', 'month', 'below', null, 'data', 'No')"
    )
    # A build of what changed is needed, and of what reads the rules.
    after = build.inputs("postgres", "").feeds
    assert after.keys() - before.keys() == {"alert_rules"}

    status, printed = warehouse.try_dbt("build", "--select", "source:*.alert_rules+")
    assert status == 0, printed
    assert "WARN 2 assert_alert_rules_can_be_evaluated" in printed
    breaking = {
        rule for (rule,) in warehouse.query(
            "select rule_id from common.alert_breaches where is_current"
        )
    }  # fmt: skip
    assert "one_more" in breaking
    assert not {"redemptions_surge", "mistyped", "boundless"} & breaking
    assert "2 rules cannot be evaluated" in run(warehouse, receivers, "list").stdout
    send(warehouse, receivers)
    assert "Leaves: Firm, 2025-06: -79,293,568.43 (limit: below 0.00)" in receivers["data"].bodies()


def test_people_see_breaches_of_their_own_members(warehouse: PostgresWarehouse) -> None:
    ours, firms = warehouse.query(
        "select count(*) filter (where member_id = 'W005'), "
        "count(*) filter (where owner_key is null) from common.alert_breaches"
    )[0]
    area = warehouse.query("select area from common.alert_rules limit 1")[0][0]
    assert ours
    assert firms
    seen = {}
    for role in ("wholesaler", "manager"):
        login = f"alert_{role}_{warehouse.database[-12:]}"
        warehouse.execute(
            f"create role {login}",
            f"grant usage on schema common to {login}",
            f"grant select on common.alert_breaches, common.alert_checks, common.alert_values,"
            f" common.alert_rules to {login}",
            "insert into access.people (login, person_name, role)"
            f" values ('{login}', 'A person', '{role}')",
            "insert into access.scopes (login, area, member_kind, member_id)"
            f" values ('{login}', '{area}', 'wholesaler', 'W005')",
        )
        with warehouse.connect() as connection:
            connection.execute(f"set session authorization {login}")
            seen[role] = {
                mart: connection.execute(
                    f"select count(*) filter (where {condition}), count(*) from common.{mart}"
                ).fetchone()
                for mart, condition in (
                    ("alert_breaches", "member_id = 'W005'"),
                    ("alert_checks", "owner_key is null"),
                    ("alert_rules", "true"),
                )
            }
        warehouse.execute(
            f"delete from access.scopes where login = '{login}'",
            f"delete from access.people where login = '{login}'",
            f"drop owned by {login}",
            f"drop role {login}",
        )
    assert seen["wholesaler"]["alert_breaches"] == (ours, ours)
    assert seen["wholesaler"]["alert_checks"][0] == 0
    assert seen["wholesaler"]["alert_rules"] == (0, 0)
    assert seen["manager"]["alert_breaches"] == (ours, ours + firms)
    assert seen["manager"]["alert_rules"][1] > 0


@pytest.mark.parametrize("engine", ENGINES)
def test_breaches_are_the_same_on_every_engine(sample: dict[str, Warehouse], engine: str) -> None:
    query = (
        "select alert_breach_key, rule_id, member_id, cast(period_start_date as text),"
        " cast(measured_value as text), streak_periods, is_current"
        " from common.alert_breaches order by alert_breach_key"
    )
    assert sample[engine].query(query) == sample["duckdb"].query(query)


def test_amounts_are_said_in_their_unit() -> None:
    assert checks.amount(Decimal("0.8063"), "ratio") == "80.6 %"
    assert checks.amount(Decimal("57.34"), "bps") == "57.3 bps"
    assert checks.amount(Decimal("90"), "days") == "90 days"
    assert checks.amount(Decimal("-1234567.5"), "money") == "-1,234,567.50"
    assert checks.change(Decimal("-0.122334"), "ratio") == "-12.2 points"
    assert checks.change(Decimal("3"), "bps") == "+3.0 bps"


def test_a_long_list_says_how_many_it_leaves_out(built: PostgresWarehouse) -> None:
    with built.connect() as connection:
        check = checks.Check(
            *cast(
                Sequence[Any],
                connection.execute(
                    "select " + ", ".join(checks.Check.__dataclass_fields__)
                    + " from common.alert_checks where is_breach and is_current limit 1"
                ).fetchone(),
            )
        )  # fmt: skip
    notices = [
        states.Notice("new", check.key, check.period_start_date, check, None) for _ in range(80)
    ]
    body = messages.compose(notices).body
    shown = body.count("\n- [")
    assert shown < 80
    assert f"... and {80 - shown} more: dist-perf alerts list" in body
