"""A backup of a server's database is whole, and a restore takes nothing that does not fit and loses nothing."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from studybot.errors import StoreError, StoreTooNew
from studybot.store import SqlStore
from studybot.store.engine import database_url
from studybot.store.files import backup, restore
from tests.postgresql import Server
from tests.store.given import a_learner


def databases(server: Server) -> set[str]:
    with server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database").fetchall()}


def scalar(url: str, query: str) -> object:
    engine = create_engine(database_url(url))
    try:
        with engine.begin() as tx:
            found = tx.execute(text(query))
            return found.scalar() if found.returns_rows else None
    finally:
        engine.dispose()


async def a_person(url: str, number: int) -> None:
    store = SqlStore(url)
    await a_learner(store, number)
    await store.close()


async def test_a_backup_and_a_restore_go_round_and_keep_what_was_there(
    postgresql: Server, own_postgresql_url: str, tmp_path: Path
) -> None:
    await a_person(own_postgresql_url, 1)
    backup(own_postgresql_url, tmp_path / "monday.dump")
    await a_person(own_postgresql_url, 2)

    aside = restore(own_postgresql_url, tmp_path / "monday.dump")

    assert scalar(own_postgresql_url, "SELECT count(*) FROM learners") == 1
    assert aside is not None
    assert scalar(postgresql.url(aside), "SELECT count(*) FROM learners") == 2
    assert (tmp_path / "monday.dump").stat().st_mode & 0o777 == 0o600
    assert not [name for name in databases(postgresql) if "restoring" in name]
    with pytest.raises(Exception, match="append-only"):  # the triggers came along
        await a_review_is_changed(own_postgresql_url)
    postgresql.drop(aside)


async def a_review_is_changed(url: str) -> None:
    from studybot.core.schedule import Grade
    from tests.store.given import a_quiz, answer, the_next

    store = SqlStore(url)
    await answer(store, await the_next(store, await a_quiz(store, await a_learner(store))), Grade.GOOD)
    await store.close()
    scalar(url, "UPDATE reviews SET grade = 0")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"something else", "is not a backup of a PostgreSQL database"), (b"PGDMP\x01\x0f", "cannot be restored")],
)
async def test_what_is_no_dump_is_refused_and_nothing_changes(
    content: bytes, told: str, postgresql: Server, own_postgresql_url: str, tmp_path: Path
) -> None:
    await a_person(own_postgresql_url, 1)
    (tmp_path / "x").write_bytes(content)
    before = databases(postgresql)

    with pytest.raises(StoreError, match=told):
        restore(own_postgresql_url, tmp_path / "x")

    assert databases(postgresql) == before
    assert scalar(own_postgresql_url, "SELECT count(*) FROM learners") == 1


async def test_a_dump_of_a_newer_studybot_is_refused(
    postgresql: Server, own_postgresql_url: str, tmp_path: Path
) -> None:
    scalar(own_postgresql_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreTooNew):
        backup(own_postgresql_url, tmp_path / "new.dump")
    scalar(own_postgresql_url, "UPDATE alembic_version SET version_num = '0001'")
    backup(own_postgresql_url, tmp_path / "new.dump")
    before = databases(postgresql)

    engine = create_engine(database_url(own_postgresql_url))
    with engine.connect(), pytest.raises(StoreError, match="stop the bot first"):
        restore(own_postgresql_url, tmp_path / "new.dump")
    engine.dispose()

    assert databases(postgresql) == before


def test_the_password_never_stands_on_a_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], dict[str, str]]] = []

    class Done:
        returncode = 1
        stderr = "pg_dump: error: no server\nmore"

    def run(words: list[str], *, env: dict[str, str], **_: object) -> Done:
        seen.append((words, env))
        return Done()

    monkeypatch.setattr("studybot.store.dumps.subprocess.run", run)
    monkeypatch.setattr("studybot.store.files.check_ours", lambda _: None)

    with pytest.raises(StoreError, match="no server"):
        backup("postgresql://me:secret@db.example/studybot", tmp_path / "x.dump")

    ((words, env),) = seen
    assert not [word for word in words if "secret" in word]
    assert (env["PGPASSWORD"], env["PGHOST"], env["PGUSER"]) == ("secret", "db.example", "me")
    assert not list(tmp_path.iterdir())
