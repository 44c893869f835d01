"""The tables hold on their own, whoever writes SQL, and every hot query goes by an index."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from studybot.core.learner import LearnerId
from studybot.core.schedule import Grade
from studybot.errors import StoreError
from studybot.ports import Store
from studybot.store import inbox, learners, memories, quizzes, reviews
from studybot.store.prepared import Prepared
from studybot.store.store import SqlStore
from studybot.store.tables import metadata
from studybot.store.tables import reviews as reviews_table
from studybot.store.transactions import reads, writes, writes_to_disk
from tests.store.given import DAY, NINE, NOW, TOMORROW_AT_NINE, a_learner, a_quiz, settled_showing


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reviews SET grade = 5",
        "DELETE FROM reviews",
        "DELETE FROM showings",
        "DELETE FROM quizzes",
        "REPLACE INTO reviews SELECT * FROM reviews",
    ],
)
async def test_a_review_cannot_be_changed_or_deleted_by_anyone(
    store: SqlStore, raw: sqlite3.Connection, change: str
) -> None:
    showing = await settled_showing(store)
    # Without this pragma a REPLACE deletes rows behind the triggers' back; a unique index still tells.
    raw.execute("PRAGMA recursive_triggers = ON")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(change)

    review = await store.review_of(showing.id)
    assert review is not None
    assert review.grade is Grade.GOOD


async def test_a_learner_who_leaves_takes_everything_along(store: SqlStore, raw: sqlite3.Connection) -> None:
    showing = await settled_showing(store, Grade.HARD)
    other = await a_learner(store, 2)
    await a_quiz(store, other)
    drill = await store.next_showing(showing.quiz_id)
    assert drill is not None
    await store.save_hint(drill.id, update_id=1)
    await store.save_attempt(drill.id, "36", right=False, update_id=2, at=NOW)
    await store.claim_quiz_day(showing.learner_id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
    await store.suspend_card(showing.learner_id, showing.card_id)
    await store.rest_on(showing.learner_id, DAY)

    raw.execute("DELETE FROM learners WHERE id = ?", (showing.learner_id,))

    left = {
        table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in (
            "learners",
            "claims",
            "quizzes",
            "showings",
            "attempts",
            "hints",
            "reviews",
            "memories",
            "holds",
            "rests",
        )
    }
    assert left == {
        "learners": 1, "claims": 0, "quizzes": 1, "showings": 2,
        "attempts": 0, "hints": 0, "reviews": 0, "memories": 0, "holds": 0, "rests": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE showings SET grade = 6",
        "UPDATE showings SET grade = -1",
        "UPDATE showings SET hints = -1",
        "UPDATE showings SET attempts = -1",
        "UPDATE showings SET settled = 0",
        "UPDATE showings SET seed = 1",
        "UPDATE showings SET position = -1",
        "UPDATE showings SET learner_id = 404",
        "UPDATE memories SET easiness = 129",
        "UPDATE memories SET due_on = reviewed_on",
        "UPDATE memories SET interval_days = 0",
        "UPDATE memories SET lapses = -1",
        "UPDATE memories SET stability = 0, difficulty = 5",
        "UPDATE memories SET stability = 1",
        "UPDATE memories SET difficulty = 5",
        "UPDATE memories SET stability = 1, difficulty = 10.1",
        "UPDATE learners SET new_per_day = -1",
        "UPDATE learners SET next_reminder_at = NULL",
        "UPDATE updates SET body = NULL",
        "UPDATE updates SET tries = -1",
        "INSERT INTO proofs VALUES ('views', 'r1', '2.13', 'cpu', 'likely', '', '2026-03-10', '')",
        "INSERT INTO hints VALUES (1, 404)",
    ],
)
async def test_nonsense_is_refused_by_the_tables(store: SqlStore, raw: sqlite3.Connection, change: str) -> None:
    await settled_showing(store)
    await store.receive([{"update_id": 7}], at=NOW)

    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(change)


class Curious(SqlStore):
    """A store that can be asked how SQLite was set up for a transaction."""

    @staticmethod
    def _look(tx: Connection) -> list[Any]:
        pragmas = ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        return [tx.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]

    @reads
    def reading(self, tx: Connection) -> list[Any]:
        return self._look(tx)

    @writes
    def writing(self, tx: Connection) -> list[Any]:
        return self._look(tx)

    @writes_to_disk
    def writing_to_disk(self, tx: Connection) -> list[Any]:
        return self._look(tx)


async def test_every_transaction_runs_as_sqlite_should_be_run(url: str) -> None:
    normal, full = 1, 2
    curious = Curious(url)

    seen = [await curious.writing_to_disk(), await curious.writing(), await curious.reading()]

    assert seen == [["wal", 1, 10_000, level] for level in (full, normal, normal)]
    await curious.close()


async def test_what_people_wrote_stays_out_of_errors(store: SqlStore) -> None:
    class Clumsy(SqlStore):
        @writes
        def stumble(self, tx: Connection, text: str) -> None:
            tx.execute(insert(reviews_table), {"text": text})

    clumsy = Clumsy(store._engine.url.render_as_string())

    with pytest.raises(IntegrityError) as caught:
        await clumsy.stumble("my secret answer")

    assert "secret" not in str(caught.value)
    await clumsy.close()


async def test_a_handled_update_keeps_nothing_but_its_id(store: SqlStore, raw: sqlite3.Connection) -> None:
    await store.receive([{"update_id": 7, "message": {"from": {"first_name": "민지"}}}], at=NOW)

    await store.finish_updates([7])

    assert raw.execute("SELECT update_id, body FROM updates").fetchall() == [(7, None)]


async def test_moments_are_kept_in_utc_as_text_that_sorts(store: SqlStore, raw: sqlite3.Connection) -> None:
    await a_learner(store, at=NOW)

    kept = raw.execute("SELECT next_reminder_at FROM learners").fetchone()

    assert kept == ("2026-03-10 00:30:00.000000",)


async def test_a_database_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/nowhere/studybot.db")

    with pytest.raises(StoreError, match=r"the database sqlite:///.*: unable to open database file"):
        await store.learner(LearnerId(1))
    await store.close()


async def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "studybot.db").write_bytes(b"not a database at all" * 100)
    store = SqlStore(f"sqlite:///{tmp_path}/studybot.db")

    with pytest.raises(StoreError, match="file is not a database"):
        await store.learner(LearnerId(1))
    await store.close()


# fast however much there is: every hot query goes by an index


def plan(raw: sqlite3.Connection, statement: Any) -> str:
    """Return how SQLite would carry a statement out; what its parameters are does not matter to it."""
    if isinstance(statement, Prepared):
        statement = statement.statement("sqlite")
    compiled = statement.compile(dialect=sqlite.dialect())
    values = [compiled.params[name] or 1 for name in compiled.positiontup]
    sql = compiled.string
    return "; ".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", values))


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        pytest.param(learners._TO_REMIND, "ix_learners_reachable_next_reminder_at", id="the reminder tick"),
        pytest.param(memories._DUE, "ix_memories_learner_id_due_on", id="the due queue"),
        pytest.param(memories._OF_LEARNER, "PRIMARY KEY", id="a learner's memories"),
        pytest.param(memories._MEMORY, "PRIMARY KEY", id="one memory"),
        pytest.param(quizzes._NEXT, "showings_1 (quiz_id=?)", id="the next showing"),
        pytest.param(quizzes._OPEN, "showings_1 (quiz_id=?)", id="the open showing"),
        pytest.param(quizzes._TIMES_SHOWN, "ix_showings_learner_id_card_id", id="times shown"),
        pytest.param(reviews._STANDING, "PRIMARY KEY", id="saving a review"),
        pytest.param(reviews._LATENCIES, "ix_reviews_learner_id_kind", id="typical seconds"),
        pytest.param(reviews._ANSWERED, "ix_reviews_learner_id_kind", id="cards answered"),
        pytest.param(quizzes._SIZE, "showings_1 (quiz_id=?)", id="the size of a quiz"),
        pytest.param(reviews._STUDY_DAYS, "ix_reviews_learner_id_kind", id="study days"),
        pytest.param(learners._UNANSWERED, "PRIMARY KEY", id="unanswered reminders"),
        pytest.param(reviews._OF_QUIZ, "reviews_1 (showing_id=?)", id="the summary"),
        pytest.param(quizzes._COUNTED, "PRIMARY KEY", id="counted"),
    ],
)
def test_hot_queries_search_an_index_and_scan_no_table(raw: sqlite3.Connection, statement: Any, index: str) -> None:
    steps = plan(raw, statement)

    assert index in steps
    assert not [table for table in metadata.tables if f"SCAN {table}" in steps]


def test_the_inbox_is_read_from_an_index_of_what_is_unhandled(raw: sqlite3.Connection) -> None:
    assert plan(raw, inbox._UNHANDLED) == "SCAN updates USING INDEX ix_updates_unhandled"


@pytest.mark.parametrize("statement", [learners._TO_REMIND, reviews._LATENCIES, quizzes._NEXT])
def test_queries_with_a_limit_stop_there_instead_of_sorting(raw: sqlite3.Connection, statement: Any) -> None:
    assert "TEMP B-TREE" not in plan(raw, statement)


def test_sql_store_is_a_store(url: str) -> None:
    store: Store = SqlStore(url)

    assert store is not None
