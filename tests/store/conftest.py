import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from studybot.store.store import SqlStore
from studybot.store.upgrade import upgrade


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a new database made by the migrations, to be copied: making one takes longer than a test."""
    file = tmp_path_factory.mktemp("store") / "fresh.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def database(fresh_database: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(fresh_database, tmp_path / "studybot.db"))


@pytest.fixture
def url(database: Path) -> str:
    return f"sqlite:///{database}"


def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a fresh database of the kind that a fixture's parameter names."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{request.getfixturevalue('database')}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(url)
    yield store
    await store.close()


@pytest.fixture
async def other_store(url: str) -> AsyncIterator[SqlStore]:
    """Return a second store on the same file, as another process would have it."""
    store = SqlStore(url)
    yield store
    await store.close()


@pytest.fixture
def raw(database: Path) -> Iterator[sqlite3.Connection]:
    """Return a connection of somebody with a SQLite shell, foreign keys on."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection
