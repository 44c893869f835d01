"""The outbox in SQL: read by an index, shared by senders, and emptied with its learner."""

import sqlite3
from pathlib import Path

from studybot.store.store import SqlStore
from tests.store.contract.outbox import letter_to, queued, taken
from tests.store.given import a_learner


async def test_a_letter_goes_with_its_learner(store: SqlStore, raw: sqlite3.Connection) -> None:
    learner = await a_learner(store)
    await queued(store, learner, letter_to(learner))

    raw.execute("DELETE FROM learners")

    assert await taken(store) == []


async def test_the_outbox_is_read_by_an_index(store: SqlStore, raw: sqlite3.Connection) -> None:
    steps = raw.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM outbox WHERE not_before <= ? ORDER BY not_before LIMIT 30", ("2026",)
    ).fetchall()

    assert [step[3] for step in steps] == ["SEARCH outbox USING INDEX ix_outbox_not_before (not_before<?)"]


async def test_two_senders_never_get_the_same_letter(store: SqlStore, other_store: SqlStore, database: Path) -> None:
    for chat in range(20):
        learner = await a_learner(store, chat + 1)
        await queued(store, learner, letter_to(learner))

    got = [each.id for who in (store, other_store) * 4 for each in await taken(who, limit=3)]

    assert len(got) == len(set(got)) == 20
