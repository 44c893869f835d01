"""The store on a real SQLite file: the contract, and what only a database can get wrong."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from studybot.core.card import CardId
from studybot.core.learner import ChatId, Settings
from studybot.core.schedule import Grade
from studybot.errors import StoreError
from studybot.schedulers import SCHEDULERS
from studybot.store import engine
from studybot.store.replay import replay
from studybot.store.store import SqlStore
from tests.store.given import (
    DAY,
    FSRS,
    LEAF,
    NINE,
    NOW,
    SM2,
    TOMORROW_AT_NINE,
    VIEWS,
    a_learner,
    a_quiz,
    a_review,
    settled_showing,
    some_weeks,
    the_next,
)
from tests.store.store_contract import StoreContract


class TestSqlStore(StoreContract):
    """`store` is the fixture above."""


# twice at once: two stores on one file, each with its own thread and connection


async def test_of_two_claims_at_once_one_wins(store: SqlStore, other_store: SqlStore) -> None:
    learner = await a_learner(store)

    for round_ in range(20):
        day = DAY + timedelta(days=round_)
        claims = await asyncio.gather(
            *(
                each.claim_quiz_day(learner.id, day, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
                for each in (store, other_store)
            )
        )
        assert sorted(claims) == [False, True]


async def test_of_two_reviews_at_once_one_is_kept(store: SqlStore, other_store: SqlStore) -> None:
    learner = await a_learner(store)
    quiz = await a_quiz(store, learner, [CardId(f"card-{n}") for n in range(20)])

    for update in range(20):
        review = await a_review(store, await the_next(store, quiz), Grade.EASY)
        saved = await asyncio.gather(
            store.save_review(review, "one", update_id=2 * update),
            other_store.save_review(review, "other", update_id=2 * update + 1),
        )
        assert sorted(saved) == [False, True]

    assert len(await store.reviews_of(learner.id)) == 20


async def test_a_switch_of_scheduler_and_a_review_at_once_leave_the_memories_that_the_log_gives(
    store: SqlStore, other_store: SqlStore, url: str
) -> None:
    learner = await a_learner(store)
    quiz = await a_quiz(store, learner, [CardId(f"card-{n}") for n in range(20)])

    for update in range(20):
        review = await a_review(store, await the_next(store, quiz), Grade.EASY)
        switch = other_store.switch_scheduler(learner.id, SM2 if update % 2 else FSRS)
        _, saved = await asyncio.gather(
            switch, store.save_review(review, "36", update_id=update), return_exceptions=True
        )

        assert saved is True or isinstance(saved, StoreError)
        assert replay(url, SCHEDULERS).differences == ()


async def test_two_newcomers_at_once_from_one_chat_are_one_learner(store: SqlStore, other_store: SqlStore) -> None:
    for chat in range(20):
        added = await asyncio.gather(
            *(each.add_learner(ChatId(chat), Settings(), next_reminder_at=NINE) for each in (store, other_store))
        )
        assert added[0] == added[1]


async def test_two_begun_quizzes_at_once_are_one_quiz(store: SqlStore, other_store: SqlStore) -> None:
    learner = await a_learner(store)

    begun = await asyncio.gather(
        *(each.begin_quiz(learner.id, DAY, [VIEWS, LEAF], at=NOW) for each in (store, other_store))
    )

    assert begun[0] == begun[1]
    assert begun[0].total == 2


async def test_hints_and_attempts_at_once_are_all_counted_once(store: SqlStore, other_store: SqlStore) -> None:
    showing = await the_next(store, await a_quiz(store, await a_learner(store)))

    await asyncio.gather(
        *(
            each.save_attempt(showing.id, "36", right=False, update_id=update, at=NOW)
            for update in range(10)
            for each in (store, other_store)
        ),
        *(each.save_hint(showing.id, update_id=100 + update) for update in range(10) for each in (store, other_store)),
    )

    assert await store.showing(showing.id) == replace(showing, attempts=10, hints=10)


async def test_tries_at_once_are_all_counted(store: SqlStore, other_store: SqlStore) -> None:
    await store.receive([{"update_id": 7}], at=NOW)

    tries = await asyncio.gather(*(each.begin_update(7) for _ in range(10) for each in (store, other_store)))

    assert sorted(tries) == list(range(2, 22))


# a crash between two statements: nothing of the transaction is kept


class Crash(Exception):
    pass


@contextmanager
def crash_after(fragment: str) -> Iterator[None]:
    """Let the process 'die' as soon as a statement that holds `fragment` was carried out."""
    carry_out = Connection.execute

    def until_then(self: Connection, statement: Any, *args: Any, **kwargs: Any) -> Any:
        result = carry_out(self, statement, *args, **kwargs)
        if fragment in str(statement):
            result.close()  # the dead leave no open cursor behind, which would hold up the next COMMIT
            raise Crash
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "execute", until_then)
        with pytest.raises(Crash):
            yield


@pytest.mark.parametrize(
    "fragment",
    ["INSERT INTO reviews", "INSERT INTO memories", "UPDATE showings", "INSERT INTO showings"],
)
async def test_a_review_that_crashes_half_way_leaves_nothing_and_can_be_repeated(
    store: SqlStore, fragment: str
) -> None:
    learner = await a_learner(store)
    quiz = await a_quiz(store, learner, [VIEWS])
    showing = await the_next(store, quiz)
    review = await a_review(store, showing, Grade.HARD)

    with crash_after(fragment):
        await store.save_review(review, "36", update_id=1)

    assert await store.showing(showing.id) == showing
    assert await store.review_of(showing.id) is None
    assert await store.memory_of(learner.id, VIEWS) is None
    assert await store.quiz_on(learner.id, DAY) == quiz
    assert await store.counted(1) is False
    assert await store.save_review(review, "36", update_id=1) is True


@pytest.mark.parametrize("fragment", ["UPDATE learners", "INSERT INTO memories"])
async def test_a_switch_of_scheduler_that_crashes_half_way_leaves_all_as_it_was(store: SqlStore, fragment: str) -> None:
    learner = await a_learner(store)
    await some_weeks(store, learner, days=5)
    before = await store.memories_of(learner.id)

    with crash_after(fragment):
        await store.switch_scheduler(learner.id, FSRS)

    assert await store.learner(learner.id) == learner
    assert await store.memories_of(learner.id) == before


async def test_a_claim_that_crashes_half_way_is_claimed_by_the_next(store: SqlStore) -> None:
    learner = await a_learner(store)

    with crash_after("UPDATE learners"):
        await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)

    assert await store.learners_to_remind(NOW) == [(learner, NINE)]
    assert await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)


async def test_a_quiz_that_crashes_before_its_cards_was_not_begun(store: SqlStore) -> None:
    learner = await a_learner(store)

    with crash_after("INSERT INTO quizzes"):
        await a_quiz(store, learner)

    assert await store.quiz_on(learner.id, DAY) is None
    assert (await a_quiz(store, learner)).total == 2


async def test_an_attempt_that_crashes_before_it_is_counted_is_not_kept(store: SqlStore) -> None:
    showing = await the_next(store, await a_quiz(store, await a_learner(store)))

    with crash_after("INSERT INTO attempts"):
        await store.save_attempt(showing.id, "36", right=False, update_id=1, at=NOW)

    assert (await store.save_attempt(showing.id, "36", right=False, update_id=1, at=NOW)).attempts == 1


async def test_what_was_committed_is_there_for_the_next_process(store: SqlStore, url: str) -> None:
    showing = await settled_showing(store)
    reopened = SqlStore(url)

    assert await reopened.review_of(showing.id) == await store.review_of(showing.id)
    await reopened.close()


async def test_closing_waits_for_the_transactions_that_were_begun(url: str) -> None:
    store = SqlStore(url)
    adding = [asyncio.ensure_future(a_learner(store, chat)) for chat in range(10)]
    await asyncio.sleep(0)

    await store.close()

    assert len({(await each).id for each in adding}) == 10


# other processes


async def test_a_long_transaction_elsewhere_stops_no_reader_and_is_one_clear_line_for_a_writer(
    url: str, raw: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    store = SqlStore(url)
    raw.execute("BEGIN IMMEDIATE")

    assert await store.learners_to_remind(NOW) == []
    with pytest.raises(StoreError, match=r"studybot\.db: database is locked"):
        await a_learner(store)

    raw.execute("COMMIT")
    assert (await a_learner(store)).chat_id == 1
    await store.close()


def test_a_process_killed_in_mid_quiz_loses_nothing_that_was_saved(url: str) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.store.endless_quiz", url], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert killed.stdout is not None
    told = [int(killed.stdout.readline()) for _ in range(30)][-1]

    killed.kill()
    told = max([told, *(int(line) for line in killed.stdout if line.endswith("\n"))])
    killed.wait()
    killed.stdout.close()

    outcome = replay(url, SCHEDULERS)
    assert outcome.reviews in (told, told + 1)
    assert outcome.differences == ()
