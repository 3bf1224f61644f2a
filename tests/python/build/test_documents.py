"""Every command of every document runs as it is written, one after the other in a fresh clone.

The first, `make build`, and `dbt build --target duckdb` build and test the whole sample; the
others leave tests out where they would only repeat them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dist_perf import project
from dist_perf.server import _free_port

pytestmark = pytest.mark.long

ROOT = project.root()
DOCUMENTS = [
    path.relative_to(ROOT)
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md")))
]
# What a command begins with where not only commands stand.
COMMAND = re.compile(
    r"([A-Z_]+=\S+ )*(\.ci/run|(\.venv/bin/)?(make|dbt|dist-perf|mf|pytest|python|pip)|source"
    r"|export|cp|psql|git|curl|docker)( |$)"
)
# A block, with its language, or code within a line.
CODE = re.compile(
    r"^```(?P<language>\w*)\n(?P<block>.*?)^```|(?<!`)`(?P<code>[^`]+)`(?!`)", re.M | re.S
)
SHELL = ("sh", "bash", "console")
WHOLE = ("make build", "dbt build --target duckdb")
UNTESTED = "DBT_EXCLUDE_RESOURCE_TYPES"

NAMED = "names the command, which wants arguments"
ITSELF = "runs the tests, so this one too"
SIZE = "generates and measures for hours; `test_bench.py` measures small"
NOT_RUN = {
    "make test": ITSELF,
    "make test-python": ITSELF,
    "make lint": "a part of `make test`",
    "make lint-python": "a part of `make test`",
    "make lint-project": "a part of `make test`",
    "make test-browser": ITSELF,
    "make screenshots": "runs tests, and writes pictures of the repository",
    ".venv/bin/pytest -n 2 --dist loadfile tests/python/loading": ITSELF,
    ".venv/bin/pytest -n 2 --dist loadfile tests/python/server": ITSELF,
    ".venv/bin/pytest tests/python/serve/test_pages.py tests/python/serve/test_reports.py": ITSELF,
    ".venv/bin/pytest tests/python/serve/test_attacks.py": ITSELF,
    ".venv/bin/pytest tests/python/serve/test_alerts.py": ITSELF,
    ".venv/bin/pytest tests/python/<area>/test_semantic_layer.py": ITSELF,
    "make test-postgres": "`make build` builds and tests the same",
    "make test-duckdb": "`dbt build --target duckdb` builds and tests the same",
    "make soak": "takes hours; `make test` cuts up fewer histories",
    "make psql": "asks a person",
    "make docs-serve": "serves until a person ends it",
    "make serve": "serves until a person ends it",
    "make demo": "serves until a person ends it; `test_access.py` makes its people",
    "dist-perf access scope anna <area> wholesaler W001 --reason 'joined in May'": (
        "names a member of the sample, and documents before it build from other files"
    ),
    "dist-perf serve": "serves until a person ends it; `test_browser.py` looks at it",
    "dist-perf serve --target duckdb": "serves until a person ends it",
    "dist-perf access add": NAMED,
    ".venv/bin/python -m bench serve --only figures --target duckdb": (
        "measures for a minute, and writes a page of the repository"
    ),
    "make bench-serve": "measures for minutes, and writes a page of the repository",
    "make superset": "installs Superset and serves until a person ends it",
    "make test-superset": "installs Superset, some minutes from the package index",
    "make lock": "takes versions that came out since, other ones each day",
    "make format": "rewrites what `make lint` finds well-formed, with the same tools",
    "make bench": SIZE,
    "make bench FLOWS=10000000": SIZE,
    "make bench FLOWS=100000000 BENCH='--engine duckdb --only engine'": SIZE,
    "python -m bench": NAMED,
    "dist-perf generate --seed 7": NAMED,
    "dist-perf load": NAMED,
    "mf": NAMED,
    "dist-perf server run": NAMED,
    "source": "names a macro",
    "source freshness": "names a part of dbt",
    "export PGHOST=… PGPORT=… PGUSER=… PGPASSWORD=… PGDATABASE=…": "leaves out what only you know",
    "dist-perf load --withdraw 20250702T070512113904-41c0aa": "a batch of the page's, not of ours",
}
# Where a command says by its exit status what it found.
STATUSES = {
    # No channel has an address here.
    "dist-perf alerts send": {1},
    "dist-perf load aum_flows --mapping bank.yml bank/trades_2025-07-01.csv": {0, 3},
    # The sample was loaded long ago.
    "dbt source freshness": {0, 1},
    "dist-perf health show": {0, 1},
}
# What stands for something of the reader's own.
OWN = {
    "<name>": "pay_on_money_that_leaves",
    "<area>": next(iter(project.areas())),
    "FEED FILE...": "aum_flows flows_2025-03-28.csv",
    "PASSWORD=…": "PASSWORD=a-long-secret",
}
FLOWS = "flow_id,product_id,transaction_type_id,trade_date,amount\nF1,P1,purchase,2025-03-28,10\n"
TRADES = "Ref;Account;Fund;Kind;Trade date;Value\n881;A-17;GROWTH-A;B;01.07.2025;{}\n"
# Files of the reader's own, by document; a document's blocks may show others.
FILES = {
    "README.md": {
        "flows_2025-03-28.csv": FLOWS,
        "products.csv": "Code\nP1\n",
        "products.yml": "feed: products\ncolumns:\n  product_id: {from: Code}\n",
    },
    "docs/examples/etf_flows/README.md": {
        "btc_daily_flows.csv": "Date,IBIT,GBTC,Total\n11 Jan 2024,50.5,-30.2,20.3\n"
    },
    "docs/loading.md": {
        "bank/trades_2025-07-01_v2.csv": TRADES.format("1.250,00"),
    },
}


@dataclass(frozen=True)
class Command:
    """A command, and the document that it stands in."""

    document: str
    text: str


def commands() -> list[Command]:
    """Return every command in the order of the documents; one within a line counts once."""
    found: list[Command] = []
    for document in map(str, DOCUMENTS):
        for code in CODE.finditer((ROOT / document).read_text(encoding="utf-8")):
            before = {each.text for each in found if code["code"] or each.document == document}
            found += [
                Command(document, line) for line in dict.fromkeys(typed(code)) if line not in before
            ]
    return found


def typed(code: re.Match[str]) -> list[str]:
    """Return the commands that a person types, without remarks beside them."""
    if code["code"] is not None:
        lines = [" ".join(code["code"].split())]
    else:
        lines = [re.sub(r"(^|\s+)# .*", "", line) for line in code["block"].splitlines()]
        answered = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        if answered or code["language"] in SHELL:
            return list(filter(None, answered or lines))
        if code["language"]:
            return []
    return [line for line in lines if COMMAND.match(line)]


COMMANDS = commands()
RUN = [each for each in COMMANDS if each.text not in NOT_RUN]


@pytest.fixture(scope="module")
def clone() -> Iterator[Path]:
    """What somebody has who clones what is here, committed or not. The environment is ready."""
    with tempfile.TemporaryDirectory(prefix="dist_perf_") as name:
        directory = Path(name) / "dist_perf_dw"
        directory.parent.chmod(0o711)
        git("clone", "--quiet", str(ROOT), str(directory))
        changed = git("diff", "--name-only", "-z", "HEAD")
        new = git("ls-files", "--others", "--exclude-standard", "-z")
        for path in filter(None, f"{changed}{new}".split("\0")):
            (directory / path).unlink(missing_ok=True)
            if (ROOT / path).exists():
                (directory / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, directory / path)
        (directory / ".venv").mkdir()
        for entry in Path(sys.prefix).iterdir():
            if entry.name != ".installed":
                (directory / ".venv" / entry.name).symlink_to(entry)
        (directory / ".venv" / ".installed").touch()
        try:
            yield directory
        finally:
            run("dist-perf server stop", directory)


def files(document: str) -> dict[str, str]:
    """Return the files that the commands of a document read."""
    page = (ROOT / document).read_text(encoding="utf-8")
    shown = re.findall(r"`([\w./-]+\.\w+)` [^\n`]*:\n\n```\w*\n(.*?)```", page, re.DOTALL)
    return {
        path: content
        for path, content in [*shown, *FILES.get(document, {}).items()]
        if not (ROOT / path).exists()
    }


def git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


PORT = str(_free_port())


def run(command: str, directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as somebody does who activated the environment."""
    return subprocess.run(
        ["bash", "-c", f"source .venv/bin/activate; {command}"],
        cwd=directory,
        env={
            "PATH": f"{directory}/.venv/bin:{os.environ['PATH']}",
            "HOME": str(directory.parent),
            "PGPORT": PORT,
            "PYTHONPATH": str(directory),
            **variables,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def run_with_parse(
    command: str, directory: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a command with what dbt last made of the files under the same target and settings.

    dbt looks itself whether that holds. It keeps one such file, and reads the whole project again
    whenever another command had other settings.
    """
    settings = str([*re.findall(r"--target \S+", command), *re.findall(r"--vars '.+?'", command)])
    kept = directory.parent / hashlib.sha256(settings.encode()).hexdigest()
    parse = directory / "target" / "partial_parse.msgpack"
    if kept.exists():
        shutil.copy(kept, parse)
    done = run(command, directory, **variables)
    if parse.exists():
        shutil.copy(parse, kept)
    return done


@pytest.mark.parametrize("command", RUN, ids=lambda each: f"{each.document}: {each.text}")
def test_command_runs_as_it_is_written(command: Command, clone: Path) -> None:
    for path, content in files(command.document).items():
        (clone / path).parent.mkdir(exist_ok=True)
        (clone / path).write_text(content, encoding="utf-8")
    text = command.text
    for placeholder, own in OWN.items():
        text = text.replace(placeholder, own)
    left_out = {"": command.text in WHOLE, "unit_test": " test" in text}
    kinds = next((kinds for kinds, is_so in left_out.items() if is_so), "test unit_test")
    done = run_with_parse(text, clone, **({UNTESTED: kinds} if kinds else {}))
    assert done.returncode in STATUSES.get(command.text, {0}), done.stdout
    if command.text in WHOLE:
        results = json.loads((clone / "target" / "run_results.json").read_bytes())["results"]
        built = {each["unique_id"].split(".")[0] for each in results}
        assert built >= {"seed", "snapshot", "model", "test", "unit_test"}


def test_what_builds_the_whole_is_in_the_documents() -> None:
    assert {each.text for each in RUN} >= set(WHOLE)
    assert RUN[0].text == WHOLE[0]


def test_what_is_not_run_is_in_the_documents() -> None:
    texts = {each.text for each in COMMANDS}
    assert sorted({*NOT_RUN, *STATUSES} - texts) == [], "these are in no document any more"
    for placeholder in OWN:
        assert any(placeholder in each.text for each in RUN), placeholder
