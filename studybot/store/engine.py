"""How a database is opened: what SQLite must be told, and how its complaints reach a person."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    ProgrammingError,
    StatementError,
)

from studybot.core.phrase import Phrase
from studybot.errors import StoreError

BUSY_SECONDS = 10
"""How long a transaction waits for another process's before it gives up."""

SERVER_CONNECTIONS = 8
"""How many transactions one process has open at once on a database server."""

ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""After how many seconds a silent server is asked whether it is there, and again, and how often before it is lost."""

LONGEST_UNANSWERED_MS = 25_000

SAME_FOR_THE_SERVER = "; ".join(
    f"SET tcp_{name} = {value}" for name, value in [*ALIVE.items(), ("user_timeout", LONGEST_UNANSWERED_MS)]
)
"""By itself a server would keep the turns of a machine that lost its power or its network for two hours."""

OUR_MISTAKES = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.DataError)
"""What SQLite's driver says where a statement went to it directly, of values that a table refuses and the like."""

LOST_AND_FOUND = ("40001", "40P01")
"""PostgreSQL's codes for a transaction that lost against another (serialization, deadlock): worth repeating."""


def database_url(url: str) -> URL:
    """Return the parsed URL. Raises StoreError if it is none, or names a database that studybot cannot use."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError(Phrase("the database URL cannot be read; an example: sqlite:///var/studybot.db")) from error
    match parsed.drivername:
        case "sqlite":
            return parsed
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise StoreError(
                Phrase("{other} is not supported; use sqlite:///FILE or postgresql://USER@HOST/NAME", other=other)
            )


def open_engine(url: str) -> Engine:
    """Open a database whose transactions begin as they must, by whatever means of SQLAlchemy they are begun."""
    engine = open_bare_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def open_bare_engine(url: str) -> Engine:
    """Open a database; on SQLite whoever uses it begins transactions with `beginning`.

    With a single listener on an engine SQLAlchemy looks for listeners at five places of every statement, which is a
    good part of what a short one costs.
    """
    # Parameters hold what people wrote: they stay out of exceptions, and so out of logs.
    parsed = database_url(url)
    if parsed.get_backend_name() != "sqlite":
        # A server may have been restarted since: a connection is tried before it is relied on.
        server = {"connect_timeout": BUSY_SECONDS, "application_name": "studybot"}
        engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=SERVER_CONNECTIONS + 1,  # one keeps the turns: see turns.py
            max_overflow=0,
            connect_args={**server, **ALIVE, "tcp_user_timeout": LONGEST_UNANSWERED_MS},
        )
        event.listen(engine, "connect", _prepare_server)
        return engine
    # Every transaction ends by our own COMMIT or ROLLBACK, so the pool has nothing to reset.
    engine = create_engine(
        parsed, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}, pool_reset_on_return=None
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_server(connection: Any, _: object) -> None:
    connection.execute(SAME_FOR_THE_SERVER)
    connection.commit()


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come late and without a lock
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # SQLite only unlinks what is deleted: what a person wrote would stay readable in the file.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(connection: Connection) -> None:
    sqlite: Any = connection.connection.dbapi_connection
    for statement in beginning(kind_of(connection)):
        sqlite.execute(statement)


class Kind(NamedTuple):
    """What a transaction does: whether it writes, and whether a power cut must not undo it."""

    writes: bool
    to_disk: bool


def kind_of(on: Engine | Connection) -> Kind:
    options = on.get_execution_options()
    return Kind(options.get("writes", True), options.get("to_disk", False))


def beginning(kind: Kind) -> tuple[str, str]:
    """Return with what SQLite begins a transaction; the first statement holds for all that follow."""
    return (
        # NORMAL: kill -9 loses nothing that was committed, a power cut may lose the last moments. FULL waits for the
        # disk, and takes what was committed before along. docs/database.md says which is used where.
        f"PRAGMA synchronous = {'FULL' if kind.to_disk else 'NORMAL'}",
        # A writer takes the lock before it reads: two that read first and write later would refuse each other.
        "BEGIN IMMEDIATE" if kind.writes else "BEGIN",
    )


def read_only(engine: Engine) -> Engine:
    """Return the engine for transactions that see one state from their first statement on, and change nothing."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(writes=False)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def lost_against_another(error: Exception) -> bool:
    """Return whether the database undid a transaction only because another one was in its way."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in LOST_AND_FOUND


def name_of(engine: Engine) -> Phrase:
    return Phrase("the database {url}", url=engine.url.render_as_string(hide_password=True))


@contextmanager
def one_clear_line(engine: Engine) -> Iterator[None]:
    """Turn what the database complains of into a StoreError, and a refused value into its own ValueError."""
    try:
        yield
    except (IntegrityError, ProgrammingError, DataError, *OUR_MISTAKES):
        raise  # it keeps its traceback
    except (DBAPIError, sqlite3.Error) as error:
        said = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
        raise StoreError(Phrase("{database}: {said}", database=name_of(engine), said=said)) from error
    except StatementError as error:
        if isinstance(error.orig, ValueError):
            raise error.orig from None
        raise


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open a database for a command, and let it go at the end."""
    engine = open_engine(url)
    try:
        with one_clear_line(engine):
            yield engine
    finally:
        engine.dispose()
