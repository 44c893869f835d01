"""A database of the first release, as its own code wrote it in twelve days of two learners, goes on under this one.

tests/store/first_release.sql is a dump of it: revision 0001, made by the flows of that time.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from studybot.core.learner import ChatId
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.replay import replay
from studybot.store.upgrade import NEWEST, upgrade
from tests.faults.conftest import OpenScene

pytestmark = pytest.mark.faults

DUMP = Path(__file__).parents[1] / "store" / "first_release.sql"
KEPT = {
    "learners": "id, chat_id, language, zone, remind_at, new_per_day, reviews_per_day",
    "reviews": "showing_id, learner_id, card_id, revision, seed, at, day, text, right, grade, latency_ms, drill",
    "showings": "id, quiz_id, learner_id, card_id, position, drill, revision, seed, asked_at, grade, settled",
    "memories": "learner_id, card_id, repetitions, easiness, interval_days, due_on, reviewed_on, lapses, drilling",
    "card_revisions": "card_id, revision, body",
}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "studybot.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
    return file


def rows(file: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(file)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in KEPT.items()
        }


def test_nothing_of_the_first_release_is_lost_on_the_way(old: Path) -> None:
    before = rows(old)
    assert len(before["reviews"]) == 62

    copy = upgrade(f"sqlite:///{old}")

    assert rows(old) == before
    assert copy is not None
    assert rows(copy) == before
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(NEWEST,)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_its_reviews_replay_to_the_memories_that_it_had(old: Path) -> None:
    upgrade(f"sqlite:///{old}")

    outcome = replay(f"sqlite:///{old}", SCHEDULERS)

    assert (outcome.reviews, outcome.memories, outcome.differences) == (62, 12, ())


async def test_its_update_that_was_left_behind_is_still_there(old: Path) -> None:
    upgrade(f"sqlite:///{old}")
    store = SqlStore(f"sqlite:///{old}")

    (update,) = await store.unhandled()

    assert update["message"]["text"] == "left behind"
    await store.close()


async def test_who_studied_then_is_known_and_goes_on(old: Path, scene: OpenScene) -> None:
    upgrade(f"sqlite:///{old}")

    async with scene(f"sqlite:///{old}") as on:
        learner = await on.store.learner_of_chat(ChatId(1001))
        assert learner is not None
        old_memories = await on.store.memories_of(learner.id)
        card = await on.first_card()
        await on.typed("4", card)

        assert len(await on.reviews()) == 1
        assert await on.store.memories_of(learner.id) == old_memories
