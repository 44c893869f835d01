"""Everything moves from a SQLite file to a PostgreSQL server, or back, and learning goes on there."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from studybot.core.learner import ChatId
from studybot.core.schedule import Grade
from studybot.errors import StoreError
from studybot.schedulers import SCHEDULERS
from studybot.store import move as module
from studybot.store.engine import opened
from studybot.store.move import move
from studybot.store.replay import replay
from studybot.store.store import SqlStore
from studybot.store.tables import metadata
from tests.store.given import DAY, FSRS, NOW, VIEWS, a_learner, a_quiz, answer, settled_showing, some_weeks, the_next
from tests.store.test_forget import a_whole_life


async def a_used_database(url: str) -> None:
    """Leave rows in every table that learners fill, and weeks of reviews under both schedulers."""
    store = SqlStore(url)
    await a_whole_life(store, ChatId(5), 500_000)
    one, two = await a_learner(store, 1), await a_learner(store, 2)
    await some_weeks(store, one)
    await store.switch_scheduler(two.id, FSRS)
    await some_weeks(store, two, days=20)
    await store.receive([{"update_id": 9, "message": {"text": "답\u0001"}}], at=NOW)
    await store.close()


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    with opened(url) as engine, engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


async def test_everything_is_there_afterwards_and_replays_to_the_same_memories(url: str, postgresql_url: str) -> None:
    await a_used_database(url)

    moved = move(url, postgresql_url)

    assert rows_of(postgresql_url) == rows_of(url)
    assert {each.table: each.rows for each in moved} == {name: len(rows) for name, rows in rows_of(url).items()}
    assert replay(postgresql_url, SCHEDULERS) == replay(url, SCHEDULERS)
    assert replay(postgresql_url, SCHEDULERS).differences == ()


async def test_learning_goes_on_in_the_new_database(url: str, postgresql_url: str) -> None:
    await a_used_database(url)
    move(url, postgresql_url)
    store = SqlStore(postgresql_url)

    newcomer = await a_learner(store, 77)
    quiz = await a_quiz(store, newcomer, [VIEWS], DAY + timedelta(days=90))
    await answer(store, await the_next(store, quiz), Grade.GOOD)
    await store.receive([{"update_id": 10}], at=NOW)

    assert [body["update_id"] for body in await store.unhandled()] == [9, 10]
    await store.close()


async def test_and_back_again(url: str, postgresql_url: str, tmp_path: Path) -> None:
    await a_used_database(url)
    back = f"sqlite:///{tmp_path}/back.db"

    move(url, postgresql_url)
    move(postgresql_url, back)

    assert rows_of(back) == rows_of(url)


async def test_a_target_that_holds_anything_is_refused_and_left_alone(url: str, postgresql_url: str) -> None:
    await a_used_database(url)
    store = SqlStore(postgresql_url)
    await settled_showing(store)
    await store.close()
    before = rows_of(postgresql_url)

    with pytest.raises(StoreError, match="is not empty: learners holds 1 rows; move into a fresh database"):
        move(url, postgresql_url)

    assert rows_of(postgresql_url) == before


async def test_a_row_that_gets_lost_on_the_way_is_noticed_and_nothing_is_kept(
    url: str, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_used_database(url)
    copy = module._copy
    monkeypatch.setattr(module, "_copy", lambda table, *ends: copy(table, *ends) + (table.name == "memories"))

    with pytest.raises(StoreError, match=r"memories: 6 rows were read, but 5 arrived; nothing was kept"):
        move(url, postgresql_url)

    assert not any(rows_of(postgresql_url).values())


def test_a_database_is_not_moved_to_itself(url: str) -> None:
    with pytest.raises(StoreError, match="cannot be moved to itself"):
        move(url, url)


def test_a_source_that_is_not_up_to_date_is_refused(tmp_path: Path, postgresql_url: str) -> None:
    with pytest.raises(StoreError, match="there is no database at"):
        move(f"sqlite:///{tmp_path}/none.db", postgresql_url)
