"""Runs queries on the warehouse for a person, who gets the rows that the person may see."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeVar

import anyio.to_thread
import duckdb
import orjson
import psycopg
from psycopg import errors
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm import Session

from dist_perf import profile, project, warehouse
from dist_perf.serve import logins
from dist_perf.serve.access.tables import changing, engine
from dist_perf.serve.people import LOCAL, Person
from dist_perf.serve.problems import Problem
from dist_perf.serve.settings import Settings

Row = dict[str, Any]
Values = Mapping[str, Any]
Configure = Callable[[psycopg.AsyncConnection[Row]], Awaitable[None]]
Result = TypeVar("Result")

# `{dist_perf_dw}` stands for a schema, whatever its prefix; `:name` for a value.
_SCHEMA = re.compile(r"\{(\w+)\}")
_VALUE = re.compile(r"(?<![:\w]):([a-z_]\w*)")
POOL_SECONDS = 5
UNREADABLE = (
    errors.CharacterNotInRepertoire,
    errors.DatetimeFieldOverflow,
    errors.InvalidTextRepresentation,
    errors.NumericValueOutOfRange,
    errors.UntranslatableCharacter,
)

WHO = """
    select
        people.login, people.person_name, people.role, people.session_number,
        people.is_active, roles.sees_all, roles.sees_firm, roles.may_edit, roles.may_administer,
        builds.build_number,
        case
            when roles.sees_all then 'all'
            else md5(concat_ws(
                '|', people.role, people.login, current_date,
                (
                    select string_agg(
                        concat_ws(
                            ',', area, member_kind, member_id, valid_from,
                            coalesce(valid_to, 'infinity')
                        ), ';' order by scope_id
                    )
                    from {access}.scopes
                    where scopes.login = people.login
                )
            ))
        end as scope
    from {access}.people
    inner join {access}.roles on people.role = roles.role
    cross join {access}.builds
    where people.login = :login
"""

# A transaction sees a table that replaced another after it began as empty. It finds the old one in
# the catalogue that it sees, and the new one by the name.
REPLACED = """
    select
        exists (
            select from pg_class
            inner join pg_namespace on pg_class.relnamespace = pg_namespace.oid
            where
                pg_namespace.nspname = any(:schemas)
                and pg_class.relkind in ('r', 'v')
                and to_regclass(format('%I.%I', pg_namespace.nspname, pg_class.relname))
                is distinct from cast(pg_class.oid as regclass)
        ) as is_replaced
"""


class RebuiltError(Problem):
    """A table was replaced while it was read; reading again finds its rows."""

    def __init__(self) -> None:
        """Say what to do where reading again does not help."""
        super().__init__(
            "being-built",
            "The warehouse is being built, and its tables change too fast to read them. Try again "
            "in some seconds.",
            retry_after=5,
        )


def with_schemas(text: str) -> str:
    """Return a query with the names of schemas in this environment."""
    return _SCHEMA.sub(lambda found: f'"{project.schema_name(found[1])}"', text)


class Reader(Protocol):
    """Runs queries of one transaction."""

    async def rows(self, text: str, values: Values | None = None) -> list[Row]:
        """Return the rows of a query.

        Args:
            text: SQL with `{schema}` for schemas and `:name` for values.
            values: by name.
        """

    async def as_json(self, text: str, counted: str, values: Values) -> tuple[orjson.Fragment, int]:
        """Return the rows of a query as a list in JSON, and how many another counts.

        Args:
            text: SQL, of columns that JSON can have: numbers with all their digits are text.
            counted: SQL with the only column `total`.
            values: of both, by name.
        """


class Database(Protocol):
    """A warehouse that is read."""

    name: str

    async def open(self) -> None:
        """Get ready; what cannot be reached yet may be later."""

    async def close(self) -> None:
        """Give back what is held."""

    async def who(self, login: str) -> tuple[Person | None, int]:
        """Return an active person, None if there is none, and the number of the last build."""

    def reading(self, person: Person) -> AbstractAsyncContextManager[Reader]:
        """Return a context in which a `Reader` reads as the person, in one snapshot."""


class PostgresReader:
    """Reads in one transaction of PostgreSQL."""

    def __init__(self, connection: psycopg.AsyncConnection[Row]) -> None:
        """Read by a connection that is inside a transaction."""
        self._connection = connection
        self.schemas: set[str] = set()

    async def rows(self, text: str, values: Values | None = None) -> list[Row]:
        """See `Reader`."""
        self.schemas |= {project.schema_name(name) for name in _SCHEMA.findall(text)}
        statement = _VALUE.sub(r"%(\1)s", with_schemas(text).replace("%", "%%"))
        cursor = await self._connection.execute(statement, values or {})
        return await cursor.fetchall()

    async def as_json(self, text: str, counted: str, values: Values) -> tuple[orjson.Fragment, int]:
        """See `Reader`.

        The server writes the JSON: making objects of each cell here takes ten times as long.
        """
        (found,) = await self.rows(
            f"""
            select
                (select total from ({counted}) as counted) as total,
                cast(coalesce(json_agg(made), '[]') as text) as data
            from ({text}) as made
            """,  # noqa: S608
            values,
        )
        return orjson.Fragment(found["data"]), found["total"]


async def _read_only(connection: psycopg.AsyncConnection[Row]) -> None:
    # All figures of a page are of one moment, though tables are swapped meanwhile.
    await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
    await connection.set_read_only(True)


async def _one_by_one(connection: psycopg.AsyncConnection[Row]) -> None:
    await connection.set_autocommit(True)


class Postgres:
    """The warehouse in PostgreSQL, read by the login of the API."""

    name = "postgres"

    def __init__(self, settings: Settings) -> None:
        """Reach the server that dbt's target `postgres` names."""
        parameters = {**profile.postgres(), "user": logins.API, "password": logins.api_password()}
        connected = {
            **parameters,
            "connect_timeout": 5,
            "application_name": "dist-perf serve",
            "options": f"-c statement_timeout={settings.statement_seconds}s -c timezone=UTC",
        }
        self._reads = self._pool(connected, settings.database_connections, _read_only)
        # To look a person up takes one statement, and no transaction around it.
        self._looks = self._pool(connected, 2, _one_by_one)
        self._asking: dict[str, asyncio.Future[tuple[Person | None, int]]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        # Changes are few, and none waits for those who read.
        self.changes: Engine = engine(connected)

    def _pool(
        self, connected: dict[str, Any], connections: int, configure: Configure
    ) -> AsyncConnectionPool[psycopg.AsyncConnection[Row]]:
        return AsyncConnectionPool(
            kwargs={**connected, "row_factory": dict_row},
            configure=configure,
            min_size=1,
            max_size=connections,
            timeout=POOL_SECONDS,
            reconnect_timeout=10,
            open=False,
        )

    async def open(self) -> None:
        """See `Database`."""
        await self._reads.open(wait=False)
        await self._looks.open(wait=False)

    async def close(self) -> None:
        """See `Database`."""
        await self._reads.close()
        await self._looks.close()
        self.changes.dispose()

    @asynccontextmanager
    async def _transaction(self, login: str = "") -> AsyncIterator[PostgresReader]:
        try:
            async with self._reads.connection() as connection:
                # It holds for this transaction alone.
                await connection.execute("select set_config('dist_perf.person', %s, true)", [login])
                yield PostgresReader(connection)
        except (PoolTimeout, psycopg.Error) as error:
            raise explained(error) from error

    async def who(self, login: str) -> tuple[Person | None, int]:
        """See `Database`.

        Requests of one person that come while the database is asked wait for the next question,
        which begins after they came, and ask it together.
        """
        asking = self._asking.get(login)
        if asking is None:
            asking = self._asking[login] = asyncio.ensure_future(self._ask_next(login))
        return await asyncio.shield(asking)

    async def _ask_next(self, login: str) -> tuple[Person | None, int]:
        async with self._turns.setdefault(login, asyncio.Lock()):
            # Who comes from now on asks again.
            del self._asking[login]
            try:
                return await self._look_up(login)
            finally:
                if login not in self._asking:
                    self._turns.pop(login, None)

    async def _look_up(self, login: str) -> tuple[Person | None, int]:
        try:
            async with self._looks.connection() as connection:
                found = await PostgresReader(connection).rows(WHO, {"login": login})
        except (PoolTimeout, psycopg.Error) as error:
            raise explained(error) from error
        if not found:
            return None, 0
        row = found[0]
        build: int = row.pop("build_number")
        return (Person(**row) if row.pop("is_active") else None), build

    @asynccontextmanager
    async def reading(self, person: Person) -> AsyncIterator[PostgresReader]:
        """See `Database`.

        Raises:
            RebuiltError: a table was replaced meanwhile, so that what was read lacks its rows.
        """
        async with self._transaction(person.login) as reader:
            yield reader
            if reader.schemas:
                (found,) = await reader.rows(REPLACED, {"schemas": sorted(reader.schemas)})
                if found["is_replaced"]:
                    raise RebuiltError

    def unsigned(self) -> AbstractAsyncContextManager[PostgresReader]:
        """Return a context in which nobody is signed in yet; it sees no guarded row."""
        return self._transaction()

    async def change(self, login: str, make: Callable[[Session], Result]) -> Result:
        """Let a person change rows, all of them or none.

        Args:
            login: the person.
            make: makes the changes, in a thread.
        """

        def made() -> Result:
            with changing(self.changes, login) as session:
                return make(session)

        try:
            return await anyio.to_thread.run_sync(made)
        except DBAPIError as error:
            raise explained(error.orig or error) from error
        except TimeoutError as error:
            raise explained(PoolTimeout()) from error


class DuckdbReader:
    """Reads from a DuckDB file, in threads of their own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read by a cursor."""
        self._connection = connection

    async def rows(self, text: str, values: Values | None = None) -> list[Row]:
        """See `Reader`."""
        names = set(_VALUE.findall(text))
        statement = _VALUE.sub(r"$\1", with_schemas(text))
        given = {name: value for name, value in (values or {}).items() if name in names}

        def fetch() -> list[Row]:
            cursor = self._connection.execute(statement, given)
            columns = [column[0] for column in cursor.description or []]
            return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

        return await anyio.to_thread.run_sync(fetch)

    async def as_json(self, text: str, counted: str, values: Values) -> tuple[orjson.Fragment, int]:
        """See `Reader`."""
        rows = await self.rows(text, values)
        (found,) = await self.rows(counted, values)
        return orjson.Fragment(orjson.dumps(rows)), found["total"]


class Duckdb:
    """The warehouse in a DuckDB file: for one person on this machine, to read."""

    name = "duckdb"

    def __init__(self) -> None:
        """Open the file that dbt's target `duckdb` builds, at each request."""
        self._path = warehouse.duckdb_path()

    async def open(self) -> None:
        """See `Database`."""

    async def close(self) -> None:
        """See `Database`."""

    async def who(self, login: str) -> tuple[Person | None, int]:  # noqa: ARG002
        """See `Database`."""
        build = self._path.stat().st_mtime_ns if self._path.exists() else 0
        return LOCAL, build

    @asynccontextmanager
    async def reading(self, person: Person) -> AsyncIterator[DuckdbReader]:  # noqa: ARG002
        """See `Database`."""
        try:
            connection = await anyio.to_thread.run_sync(self._connect)
        except duckdb.Error as error:
            raise Problem(
                "being-built",
                f"`{self._path.name}` cannot be read now: it is not built yet, or a program writes "
                "to it. Try again when `dbt build --target duckdb` has ended.",
                retry_after=5,
            ) from error
        try:
            yield DuckdbReader(connection)
        except duckdb.CatalogException as error:
            raise Problem(
                "being-built",
                "The warehouse lacks a table: run `dbt build --target duckdb`.",
                retry_after=60,
            ) from error
        finally:
            connection.close()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        if not self._path.exists():
            raise duckdb.IOException(f"no file {self._path}")
        connection = duckdb.connect(str(self._path), read_only=True)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        return connection


def explained(error: BaseException) -> Problem:
    """Return what an error of PostgreSQL means to whoever asked."""
    if isinstance(error, (errors.UndefinedTable, errors.InvalidSchemaName, errors.UndefinedColumn)):
        return Problem(
            "being-built",
            "The warehouse lacks a table: it is not built yet, or is older than these pages. "
            "`make build` builds it.",
            retry_after=60,
        )
    # The client library itself refuses a null byte; the classes below it are the server's.
    if type(error) is psycopg.DataError or isinstance(error, UNREADABLE):
        return Problem("bad-value", "A value cannot be read: it has characters or digits too many.")
    if isinstance(error, errors.QueryCanceled):
        return Problem("too-slow", "The query took too long: choose fewer months or members.")
    if isinstance(error, errors.InsufficientPrivilege):
        return Problem(
            "being-built",
            "The login of these pages may not read a table yet: `dist-perf access init` and "
            "`make build` grant it.",
            retry_after=60,
        )
    if isinstance(error, (PoolTimeout, psycopg.OperationalError)):
        return Problem(
            "database-down",
            "The database does not answer. Try again in a minute; `make status` says whether it "
            "runs.",
            retry_after=30,
        )
    return Problem("internal", "The database could not answer this.")


def connect(settings: Settings) -> Postgres | Duckdb:
    """Return the warehouse that the settings name."""
    return Duckdb() if settings.target == "duckdb" else Postgres(settings)
