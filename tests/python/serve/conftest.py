"""A server over the sample, and one person of every role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from dbt_warehouse import PostgresWarehouse, Warehouse, WarehouseMaker
from people import PEOPLE, Cast
from serving import Site, serving


@pytest.fixture(scope="session")
def served_sample(
    sample: dict[str, Warehouse], make_warehouse: WarehouseMaker
) -> Iterator[PostgresWarehouse]:
    """A copy of the sample for the tests of what is served, who change people in it."""
    with make_warehouse("postgres", sample["postgres"]) as copy:
        yield cast(PostgresWarehouse, copy)


@pytest.fixture(scope="session")
def site(
    served_sample: PostgresWarehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A server that all tests of a worker share; what they change of people is theirs."""
    directory: Path = tmp_path_factory.mktemp("site")
    with serving(served_sample, directory, sign_in_tries="1000") as started:
        cast_of = Cast.of(started.warehouse)
        for login, role in PEOPLE.items():
            started.add(login, role, *cast_of.scopes(login))
        started.change("gone", is_active=False)
        yield started


@pytest.fixture(scope="session")
def members(site: Site) -> Cast:
    """Whose rows the people see."""
    return Cast.of(site.warehouse)
