"""Bring a database to the tables this code knows, and refuse one that knows better.

Revisions are numbered: 0001, 0002, ... Alembic is imported only when there is something to do.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Engine, inspect, text

import studybot
from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.errors import StoreError, StoreTooNew
from studybot.store.engine import database_url, name_of, opened

NEWEST = "0016"
"""The last file in migrations/versions: what this code's tables are. A test keeps the two equal."""

MIGRATING = 7_316_449_861_442_057_801
"""The number of PostgreSQL's lock that a process holds while it changes the tables: any, but always the same."""


def upgrade(url: str) -> Path | None:
    """Make the database if there is none, and bring an older one up to date. A current one is left alone.

    An older SQLite file is copied beside itself first; returns the copy's path, or None where none was needed.
    Two processes may upgrade at once: the second waits and finds nothing to do.
    Raises StoreTooNew or StoreError if the database is not ours to change.
    """
    file = sqlite_file(url)
    if file:
        make_private(file)
    with opened(url) as engine:
        before = _checked(_revision(engine), engine)
        if before == NEWEST:
            return None
        copy = spare_name(file, f"before-{NEWEST}") if file and before else None
        if file and copy:
            copy_sqlite(file, copy)
        _migrate(engine)
        return copy


def check_version(url: str) -> None:
    """Raise StoreTooNew or StoreError unless the database has exactly the tables this code knows."""
    file = sqlite_file(url)
    if file and not file.exists():
        raise StoreError(Phrase("there is no database at {file}; `studybot db upgrade` makes one", file=file))
    with opened(url) as engine:
        found = _checked(_revision(engine), engine)
        if found != NEWEST:
            needs = Phrase("{database} is empty, this studybot needs {newest}; run: studybot db upgrade")
            if found:
                needs = Phrase(
                    "{database} is at revision {found}, this studybot needs {newest}; run: studybot db upgrade"
                )
            raise StoreError(needs.filled(database=name_of(engine), found=found, newest=NEWEST))


def check_ours(url: str) -> None:
    """Raise StoreTooNew or StoreError unless the database is studybot's, of this revision or an older one."""
    with opened(url) as engine:
        if _checked(_revision(engine), engine) is None:
            raise StoreError(Phrase("{database} is empty", database=name_of(engine)))


def sqlite_file(url: str) -> Path | None:
    """Return the file of an SQLite URL; None for a database server."""
    parsed = database_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(Phrase("the database must be a file: nothing in memory outlives a restart"))
    return Path(parsed.database)


Progress: TypeAlias = Callable[[int, int], None]
PAGES_AT_ONCE = 2_000


def copy_sqlite(source: Path, target: Path, progress: Progress | None = None) -> None:
    """Copy a database that may be in use: what was committed before the copy is in it, whole.

    `progress` is told how many pages are done, and of how many.
    """

    def tell(_: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    read_only = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(read_only, uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.execute("BEGIN")  # one moment of it: else whatever is written meanwhile begins the copy anew
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=PAGES_AT_ONCE, progress=tell)


def spare_name(file: Path, why: str) -> Path:
    """Return a path beside `file` that is not taken: studybot.before-0002.db, studybot.before-0002-2.db, ..."""
    name = file.with_name(f"{file.stem}.{why}{file.suffix}")
    count = 1
    while name.exists():
        count += 1
        name = file.with_name(f"{file.stem}.{why}-{count}{file.suffix}")
    return name


def migrations_folder() -> Path:
    """Return migrations/ of a checkout, or its copy in an installed package."""
    package = Path(studybot.__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def make_private(file: Path) -> None:
    """Make the file and its folder if need be, for the owner's eyes: it holds what learners wrote."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
    except OSError as error:
        raise StoreError(
            Phrase("the database {file} cannot be made: {reason}", file=file, reason=os_reason(error))
        ) from error


def _revision(engine: Engine) -> str | None:
    """Return a database's revision; None if it is empty. Raises StoreError if it is somebody else's."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise StoreError(
            Phrase("{database} is not studybot's: it has tables, but no revision", database=name_of(engine))
        )
    return None


def _checked(found: str | None, engine: Engine) -> str | None:
    if found is None or (found.isdecimal() and found <= NEWEST):
        return found
    if found.isdecimal():
        raise StoreTooNew(
            Phrase(
                "{database} is at revision {found}, but this studybot knows none after "
                "{newest}: install the studybot that wrote it, or restore a backup made "
                "before (studybot db restore FILE)",
                database=name_of(engine),
                found=found,
                newest=NEWEST,
            )
        )
    raise StoreError(
        Phrase("{database} is not studybot's: its revision is {found}", database=name_of(engine), found=repr(found))
    )


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with engine.connect() as connection:
        _let_tables_be_remade(connection, True)
        try:
            with connection.begin():
                _wait_for_your_turn(connection)
                config.attributes["connection"] = connection
                command.upgrade(config, NEWEST)
                _refuse_orphans(connection)
        finally:
            _let_tables_be_remade(connection, False)


def _wait_for_your_turn(connection: Connection) -> None:
    """Let one process migrate at a time. SQLite's transactions do so by themselves."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")


def _let_tables_be_remade(connection: Connection, allowed: bool) -> None:
    """Let SQLite drop a table and rename its successor, as its way to change one.

    With foreign keys on, the drop would empty the children; without the legacy rename, a trigger that mentions
    the table would stop the rename. Both pragmas are ignored inside a transaction.
    """
    if connection.dialect.name == "sqlite":
        cursor = connection.connection.cursor()
        cursor.execute(f"PRAGMA foreign_keys = {not allowed:d}")
        cursor.execute(f"PRAGMA legacy_alter_table = {allowed:d}")


def _refuse_orphans(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if orphan := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError(
            Phrase(
                "the upgrade would leave rows of {table} without their {parent}; nothing was changed",
                table=orphan[0],
                parent=orphan[2],
            )
        )
