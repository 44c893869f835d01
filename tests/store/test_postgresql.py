"""What only PostgreSQL can get wrong: its schema, its locks, its connections."""

import asyncio
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text, update
from sqlalchemy.exc import DBAPIError

from studybot.core.schedule import Grade
from studybot.errors import StoreError, StoreTooNew
from studybot.store.engine import database_url, opened
from studybot.store.store import SqlStore
from studybot.store.tables import learners, metadata
from studybot.store.transactions import reads, writes
from studybot.store.upgrade import NEWEST, check_version, upgrade
from tests.postgresql import Server
from tests.store.given import a_learner, settled_showing

SCHEMA = """
    SELECT table_name || '.' || column_name, data_type, is_nullable, column_default
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT conrelid::regclass || ': ' || conname, pg_get_constraintdef(oid), '', ''
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT tgname, pg_get_triggerdef(oid), '', '' FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT proname, prosrc, '', '' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


@pytest.fixture
def url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
def empty_url(postgresql: Server) -> str:
    return postgresql.url(postgresql.new_database())


def schema(url: str) -> set[tuple[str, ...]]:
    with opened(url) as engine, engine.connect() as connection:
        return {
            tuple(" ".join(str(part).split()) for part in row)
            for row in connection.exec_driver_sql(SCHEMA)
            if "alembic" not in row[0]
        }


def test_migrations_make_exactly_the_tables(url: str, empty_url: str) -> None:
    with opened(empty_url) as engine:
        metadata.create_all(engine)

    assert schema(url) == schema(empty_url)


def test_alembic_finds_nothing_to_migrate(url: str) -> None:
    with opened(url) as engine, engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_two_processes_may_upgrade_at_once(empty_url: str) -> None:
    command = [sys.executable, "-c", f"from studybot.store.upgrade import upgrade; upgrade({empty_url!r})"]

    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]

    assert [(process.communicate()[1], process.returncode) for process in both] == [("", 0)] * 2
    check_version(empty_url)


def test_a_database_newer_than_the_code_is_refused(own_postgresql_url: str) -> None:
    with opened(own_postgresql_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0942'"))

    with pytest.raises(StoreTooNew, match=rf"is at revision 0942, .* knows none after {NEWEST}: install"):
        upgrade(own_postgresql_url)


@pytest.mark.parametrize("change", ["UPDATE reviews SET grade = 5", "DELETE FROM reviews", "DELETE FROM showings"])
async def test_a_review_cannot_be_changed_or_deleted_by_anyone(store: SqlStore, url: str, change: str) -> None:
    showing = await settled_showing(store)

    with pytest.raises(DBAPIError, match="append-only"), opened(url) as engine, engine.begin() as somebody:
        somebody.exec_driver_sql(change)

    review = await store.review_of(showing.id)
    assert review is not None
    assert review.grade is Grade.GOOD


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_way_to_write_the_url_means_the_same(scheme: str) -> None:
    assert database_url(f"{scheme}://me@host/name").drivername == "postgresql+psycopg"


async def test_a_server_that_is_not_there_is_one_clear_line_without_the_password() -> None:
    store = SqlStore("postgresql://me:hunter2@localhost:1/studybot")

    with pytest.raises(StoreError, match=r"postgresql\+psycopg://me:\*\*\*@localhost:1/studybot: ") as refused:
        await store.last_update_id()

    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)
    await store.close()


async def test_connections_that_were_cut_meanwhile_are_made_anew(store: SqlStore, postgresql: Server, url: str) -> None:
    learner = await a_learner(store)

    cut_all_connections(postgresql, url)

    assert await store.learner(learner.id) == learner


def cut_all_connections(server: Server, url: str) -> None:
    with closing(server.connect()) as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            (database_url(url).database,),
        )


async def test_a_turn_is_one_process_s_at_a_time(store: SqlStore, other_store: SqlStore) -> None:
    assert await store.take_turn(-100_200_300)
    assert not await other_store.take_turn(-100_200_300)
    assert await other_store.take_turn(5)

    await store.end_turn(-100_200_300)

    assert await other_store.take_turn(-100_200_300)


async def test_whoever_dies_leaves_the_turn_to_the_next(store: SqlStore, other_store: SqlStore) -> None:
    assert await store.take_turn(5)

    await store.close()

    assert await other_store.take_turn(5)


async def test_turns_go_on_after_the_connection_that_kept_them_was_cut(
    store: SqlStore, other_store: SqlStore, postgresql: Server, url: str
) -> None:
    assert await store.take_turn(5)
    cut_all_connections(postgresql, url)
    with pytest.raises(StoreError):
        await store.end_turn(5)

    assert await other_store.take_turn(5)
    assert not await store.take_turn(5)
    assert await store.take_turn(6)


class Meeting(SqlStore):
    """A store two of whose transactions meet where they can only get in each other's way."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.both_hold_one = threading.Barrier(2)
        self.begun = 0

    @writes
    def change_both(self, tx: Connection, first: int, second: int) -> None:
        self.begun += 1
        change = update(learners).values(new_per_day=learners.c.new_per_day + 1)
        tx.execute(change.where(learners.c.id == first))
        if self.begun <= 2:
            self.both_hold_one.wait()
        tx.execute(change.where(learners.c.id == second))

    @reads
    def read_twice(self, tx: Connection, meanwhile: threading.Event, changed: threading.Event) -> list[int]:
        before = tx.execute(text("SELECT count(*) FROM learners")).scalar_one()
        meanwhile.set()
        changed.wait()
        return [before, tx.execute(text("SELECT count(*) FROM learners")).scalar_one()]


async def test_of_two_transactions_that_wait_for_each_other_the_loser_is_repeated(url: str) -> None:
    store = Meeting(url)
    one, two = [await a_learner(store, chat) for chat in (1, 2)]

    await asyncio.gather(store.change_both(one.id, two.id), store.change_both(two.id, one.id))

    counts = [(await store.learner(each.id)).settings.new_per_day for each in (one, two)]  # type: ignore[union-attr]
    assert counts == [one.settings.new_per_day + 2] * 2
    assert store.begun >= 3
    await store.close()


async def test_a_reading_transaction_sees_one_state(url: str, store: SqlStore) -> None:
    meeting = Meeting(url)
    meanwhile, changed = threading.Event(), threading.Event()

    reading = asyncio.create_task(meeting.read_twice(meanwhile, changed))
    await asyncio.to_thread(meanwhile.wait)
    await a_learner(store)
    changed.set()

    assert await reading == [0, 0]
    await meeting.close()


async def test_a_reading_transaction_cannot_write(url: str) -> None:
    class Careless(SqlStore):
        @reads
        def forget_all(self, tx: Connection) -> None:
            tx.execute(text("DELETE FROM learners"))

    store = Careless(url)

    with pytest.raises(Exception, match="read-only transaction"):
        await store.forget_all()
    await store.close()
