"""Real databases for the tests, apart from every warehouse."""

from __future__ import annotations

import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from dbt_process import SharedParses, copy_artifacts
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker, in_duckdb, in_postgres
from psycopg import sql

from dist_perf.files import locked
from dist_perf.server import Server, throwaway_server

SERVER = pytest.StashKey[Server]()


def pytest_configure_node(node: Any) -> None:
    """Give each worker the one server of the session."""
    config = node.config
    if SERVER not in config.stash:
        stack = ExitStack()
        config.stash[SERVER] = stack.enter_context(throwaway_server())
        config.add_cleanup(stack.close)
    server = config.stash[SERVER]
    node.workerinput["server"] = str(server.home), server.port


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each module took; workers do several at a time."""
    took: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                took[report.nodeid.partition("::")[0]] += report.duration
    terminalreporter.section("seconds by module")
    for module, seconds in sorted(took.items(), key=lambda item: -item[1]):
        terminalreporter.write_line(f"{seconds:7.1f} {module}")


@contextmanager
def new_database(server: Server, like: str | None = None) -> Iterator[dict[str, str]]:
    """Make a database, empty or like another, and drop it in the end.

    Yields:
        The `PG*` variables that lead to it.
    """
    name = f"test_{secrets.token_hex(6)}"
    create = sql.SQL("create database {}").format(sql.Identifier(name))
    if like is not None:
        create += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(like))
    with server.connect("postgres") as connection:
        connection.execute(create)
    try:
        yield {**server.environment(), "PGDATABASE": name}
    finally:
        with server.connect("postgres") as connection:
            connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of the session's own; `environment()` leads subprocesses to it."""
    if hasattr(request.config, "workerinput"):
        home, port = request.config.workerinput["server"]
        yield Server(Path(home), port)
        return
    with throwaway_server() as server:
        yield server


@pytest.fixture
def database(postgres: Server) -> Iterator[dict[str, str]]:
    """An empty database for one test, as `PG*` variables."""
    with new_database(postgres) as environment:
        yield environment


@pytest.fixture(scope="module")
def module_database(postgres: Server) -> Iterator[dict[str, str]]:
    """An empty database for the tests of one module, as `PG*` variables."""
    with new_database(postgres) as environment:
        yield environment


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A directory that all workers of the session share."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if hasattr(request.config, "workerinput") else base) / "shared"
    directory.mkdir(exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def parses(shared: Path) -> SharedParses:
    """What dbt makes of the project's files, read once."""
    return SharedParses(shared)


@pytest.fixture(scope="session")
def make_warehouse(
    postgres: Server, parses: SharedParses, tmp_path_factory: pytest.TempPathFactory
) -> WarehouseMaker:
    """Make a warehouse on the engine that is named, empty or like another; drop it in the end."""

    @contextmanager
    def make(engine: str, like: Warehouse | None = None) -> Iterator[Warehouse]:
        directory = tmp_path_factory.mktemp(engine)
        with ExitStack() as stack:
            if engine == "duckdb":
                made = in_duckdb(directory, parses)
                if like is not None:
                    shutil.copy(
                        like.environment["DIST_PERF_DUCKDB"], made.environment["DIST_PERF_DUCKDB"]
                    )
            else:
                source = None if like is None else like.database
                variables = stack.enter_context(new_database(postgres, source))
                made = in_postgres(variables, directory, parses)
            if like is not None:
                copy_artifacts(
                    like.directory / "target", like.database, directory / "target", made.database
                )
            yield made

    return make


@pytest.fixture(scope="session")
def sample(
    postgres: Server, parses: SharedParses, shared: Path, make_warehouse: WarehouseMaker
) -> Iterator[dict[str, Warehouse]]:
    """The sample on every engine, built once for all workers; a worker has its own copy."""
    built = built_sample(postgres, parses, shared)
    with ExitStack() as stack:
        yield {
            engine: stack.enter_context(make_warehouse(engine, like))
            for engine, like in built.items()
        }


def built_sample(server: Server, parses: SharedParses, shared: Path) -> dict[str, Warehouse]:
    """Build the sample on every engine, unless another worker did."""
    directories = {engine: shared / f"sample_{engine}" for engine in ENGINES}
    variables = {**server.environment(), "PGDATABASE": "test_the_sample__"}
    built = {
        "postgres": in_postgres(variables, directories["postgres"], parses),
        "duckdb": in_duckdb(directories["duckdb"], parses),
    }
    with locked(shared):
        done = shared / "sample_is_built"
        if not done.exists():
            for directory in directories.values():
                directory.mkdir()
            with server.connect("postgres") as connection:
                connection.execute(f"create database {variables['PGDATABASE']}")
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda warehouse: warehouse.dbt("build", *NO_TESTS), built.values()))
            done.touch()
    return built
