"""A PostgreSQL server of the tests' own: started in a temporary folder, on a Unix socket, gone with the tests.

It is as durable as it is cheap: nothing waits for the disk.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from studybot.store.tables import metadata
from studybot.store.upgrade import upgrade

USER = "studybot"
QUICK: tuple[str, ...] = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "max_connections=200",
    "deadlock_timeout=50ms",
)
MISSING = "no PostgreSQL here; on Debian: bash .ci/setup-postgresql"
PATIENCE_SECONDS = 30


def find_programs() -> Path | None:
    """Return the folder of `postgres` and `initdb`: Debian keeps them off the PATH, one folder per version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = [Path(found).resolve().parent] if (found := shutil.which("postgres")) else []
    complete = [folder for folder in (*on_path, *reversed(debian)) if (folder / "initdb").exists()]
    return complete[0] if complete else None


@dataclass
class Server:
    """A running server, and the databases that tests were given on it. Without a port it is on its socket alone."""

    programs: Path
    folder: Path
    port: int | None = None
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=USER, dbname=database, autocommit=True)

    def start(self) -> None:
        network = ["listen_addresses="] if self.port is None else ["listen_addresses=127.0.0.1", f"port={self.port}"]
        settings = [f"-c{setting}" for setting in (*QUICK, *network, f"unix_socket_directories={self.folder}")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*as_nobody(), self.programs / "postgres", "-D", self.folder / "data", *settings],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        ready = [
            str(self.programs / "pg_isready"),
            "-q",
            "-h",
            str(self.folder),
            "-t",
            "1",
            "-p",
            str(self.port or 5432),
        ]
        for _ in range(PATIENCE_SECONDS * 20):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL does not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT as an administrator would, SIGKILL as the kernel would."""
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait()

    def new_database(self, template: str = "template1") -> str:
        name = f"test_{next(self.numbers)}"
        with closing(self.connect()) as connection:
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
            connection.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def empty(self, database: str) -> None:
        """Delete every row, whatever hangs on it or guards it, and number new rows from 1 again."""
        wipe = [f"DELETE FROM {name}" for name in metadata.tables]
        numbered = [table for table in metadata.sorted_tables if table.autoincrement_column is not None]
        restart = [f"ALTER SEQUENCE {table.name}_id_seq RESTART" for table in numbered]
        with closing(self.connect(database)) as connection:
            connection.execute("; ".join(["SET session_replication_role = replica", *wipe, *restart]))

    def drop(self, database: str) -> None:
        with closing(self.connect()) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def as_nobody() -> list[str]:
    """Return what goes before a command so that it ends with us, and does not run as root: PostgreSQL refuses to."""
    ends_with_us = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() != 0:
        return ends_with_us
    person = pwd.getpwnam("nobody")
    return [*ends_with_us, f"--reuid={person.pw_uid}", f"--regid={person.pw_gid}", "--clear-groups"]


@contextmanager
def running_server(port: int | None = None) -> Iterator[Server]:
    """Make a server and run it meanwhile. Skips the test where PostgreSQL is not installed."""
    programs = find_programs()
    if programs is None or sys.platform != "linux":
        pytest.skip(MISSING)
    # Not under pytest's own folders: they are for the eyes of root, and their paths too long for a socket's.
    folder = Path(tempfile.mkdtemp(prefix="studybot-pg-"))
    server = Server(programs, folder, port)
    try:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        how = ["--no-sync", "-A", "trust", "-U", USER, "-E", "UTF8", "--no-locale", "-D", str(folder / "data")]
        make = [*as_nobody(), str(programs / "initdb"), *how]
        subprocess.run(make, check=True, cwd=folder, stdout=subprocess.DEVNULL)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for the whole session."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_database(postgresql: Server) -> str:
    """Return a database made by the migrations, for one test after the other."""
    name = postgresql.new_database()
    upgrade(postgresql.url(name))
    return name


@pytest.fixture
def postgresql_url(postgresql: Server, migrated_database: str) -> Iterator[str]:
    """Return the URL of a database that is up to date, and empty."""
    yield postgresql.url(migrated_database)
    postgresql.empty(migrated_database)


@pytest.fixture
def own_postgresql_url(postgresql: Server, migrated_database: str) -> Iterator[str]:
    """Return the URL of a database that the test may spoil. It takes longer to make than one is to empty."""
    name = postgresql.new_database(migrated_database)
    yield postgresql.url(name)
    postgresql.drop(name)
