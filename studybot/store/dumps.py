"""Backup and restore of a database on a PostgreSQL server, by its own pg_dump and pg_restore.

Names and the password go to them by the environment: a command line is for everybody on the machine to see.
"""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import which

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from studybot.core.os_reason import os_reason
from studybot.core.phrase import Phrase
from studybot.errors import StoreError
from studybot.store.engine import database_url, name_of
from studybot.store.upgrade import check_ours, upgrade

MAGIC = b"PGDMP"
_ENVIRONMENT = {"host": "PGHOST", "port": "PGPORT", "username": "PGUSER", "password": "PGPASSWORD"}
_ROOT = "postgres"
"""The database that every server has: there one stands while another is put in place."""


def backup(url: str, target: Path) -> None:
    """Write a dump in PostgreSQL's own format, as of one moment; a running bot waits for nothing. Raises StoreError."""
    parsed = database_url(url)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        unfinished.touch(mode=0o600)
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}"]
        _run("pg_dump", words, parsed, Phrase("the backup {target} cannot be written", target=target))
        unfinished.rename(target)
    except OSError as error:
        raise StoreError(
            Phrase("the backup {target} cannot be written: {reason}", target=target, reason=os_reason(error))
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)


def restore(url: str, source: Path) -> str | None:
    """Put a dump in the place of the database, and bring it up to date if it is older.

    It is read into a database of its own and looked at there. Then the two change names: returns what the one that was
    there is called now, or None if there was none. Raises StoreTooNew or StoreError, and changes nothing, if the dump
    is not a whole studybot database that this code knows, or somebody still uses the database.
    """
    parsed = database_url(url)
    with source.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise StoreError(Phrase("{source} is not a backup of a PostgreSQL database", source=source))
    name = parsed.database or ""
    with _server(parsed) as server:
        candidate, aside = _free_name(server, f"{name}_restoring"), _free_name(server, f"{name}_before_restore")
        there_is_one = _exists(server, name)
        _tell(server, f'CREATE DATABASE "{candidate}"')
        try:
            new = parsed.set(database=candidate)
            words = ["--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={candidate}", str(source)]
            _run("pg_restore", words, new, Phrase("{source} cannot be restored", source=source))
            check_ours(new.render_as_string(hide_password=False))
            if there_is_one:
                _tell(server, f'ALTER DATABASE "{name}" RENAME TO "{aside}"')
            _tell(server, f'ALTER DATABASE "{candidate}" RENAME TO "{name}"')
        except BaseException:
            if not _exists(server, name) and there_is_one and _exists(server, aside):
                _tell(server, f'ALTER DATABASE "{aside}" RENAME TO "{name}"')
            if _exists(server, candidate):
                _tell(server, f'DROP DATABASE "{candidate}"')
            raise
    upgrade(url)
    return aside if there_is_one else None


@contextmanager
def _server(parsed: URL) -> Iterator[Engine]:
    engine = create_engine(parsed.set(database=_ROOT), isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _tell(server: Engine, order: str) -> None:
    """Let the server do something that no transaction can hold. Raises StoreError."""
    try:
        with server.connect() as connection:
            connection.exec_driver_sql(order)
    except DBAPIError as error:
        said = str(error.orig).splitlines()[0]
        hint = "; stop the bot first" if "being accessed" in said else ""
        raise StoreError(Phrase("{database}: {said}{hint}", database=name_of(server), said=said, hint=hint)) from error


def _exists(server: Engine, name: str) -> bool:
    with server.connect() as connection:
        found = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
        return found.first() is not None


def _free_name(server: Engine, wanted: str) -> str:
    name, count = wanted, 1
    while _exists(server, name):
        count += 1
        name = f"{wanted}_{count}"
    return name


def _run(program: str, words: list[str], parsed: URL, failed: Phrase) -> None:
    if which(program) is None:
        raise StoreError(Phrase("{program} is not here; on Debian: apt-get install postgresql-client", program=program))
    done = subprocess.run(
        [program, "--no-password", *words], env=_environment(parsed), capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"{program} ended with {done.returncode}"])[0]
        raise StoreError(Phrase("{failed}: {said}", failed=failed, said=said))


def _environment(parsed: URL) -> Mapping[str, str]:
    given = {name: getattr(parsed, part) for part, name in _ENVIRONMENT.items()} | {"PGDATABASE": parsed.database}
    host = parsed.query.get("host")
    if isinstance(host, str):  # a Unix socket's folder
        given["PGHOST"] = host
    ours = {name: value for name, value in os.environ.items() if not name.startswith("STUDYBOT_")}
    return {**ours, **{name: str(value) for name, value in given.items() if value is not None}}
