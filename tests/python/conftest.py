"""Real databases for the tests, apart from every warehouse."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from dbt_warehouse import ENGINES, NO_TESTS, Warehouse, WarehouseMaker, in_duckdb, in_postgres

from dist_perf.server import Server, throwaway_server


@contextmanager
def empty_database(server: Server) -> Iterator[dict[str, str]]:
    """Make a database and drop it in the end; yield the `PG*` variables that lead to it."""
    name = f"test_{secrets.token_hex(6)}"
    with server.connect("postgres") as connection:
        connection.execute(f"create database {name}")
    try:
        yield {**server.environment(), "PGDATABASE": name}
    finally:
        with server.connect("postgres") as connection:
            connection.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server of the session's own; `environment()` leads subprocesses to it."""
    with throwaway_server() as server:
        yield server


@pytest.fixture
def database(postgres: Server) -> Iterator[dict[str, str]]:
    """An empty database for one test, as `PG*` variables."""
    with empty_database(postgres) as environment:
        yield environment


@pytest.fixture(scope="module")
def module_database(postgres: Server) -> Iterator[dict[str, str]]:
    """An empty database for the tests of one module, as `PG*` variables."""
    with empty_database(postgres) as environment:
        yield environment


@pytest.fixture(scope="session")
def make_warehouse(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> WarehouseMaker:
    """Make an empty warehouse on the engine that is named, and drop it in the end."""

    @contextmanager
    def make(engine: str) -> Iterator[Warehouse]:
        directory = tmp_path_factory.mktemp(engine)
        if engine == "duckdb":
            yield in_duckdb(directory)
        else:
            with empty_database(postgres) as variables:
                yield in_postgres(variables, directory)

    return make


@pytest.fixture(scope="session")
def sample(make_warehouse: WarehouseMaker) -> Iterator[dict[str, Warehouse]]:
    """The sample, built on every engine and never changed."""
    with ExitStack() as stack, ThreadPoolExecutor() as pool:
        built = {engine: stack.enter_context(make_warehouse(engine)) for engine in ENGINES}
        list(pool.map(lambda warehouse: warehouse.dbt("build", *NO_TESTS), built.values()))
        yield built
