"""A crash between two statements: nothing of the transaction is kept."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from studybot.core.schedule import Grade
from studybot.schedulers import SCHEDULERS
from studybot.store.prepared import Prepared
from studybot.store.replay import replay
from studybot.store.store import SqlStore
from tests.store.conftest import database_url
from tests.store.given import (
    DAY,
    FSRS,
    NINE,
    NOW,
    TOMORROW_AT_NINE,
    VIEWS,
    a_learner,
    a_quiz,
    a_review,
    settled_showing,
    some_weeks,
    the_next,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return database_url(request)


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

    def until_then_prepared(carry_out: Callable[..., Any]) -> Callable[..., Any]:
        def carried_out(self: Prepared, tx: Connection, values: Any) -> Any:
            result = carry_out(self, tx, values)
            if fragment in str(self.statement(tx.dialect.name)):
                raise Crash
            return result

        return carried_out

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Connection, "execute", until_then)
        patch.setattr(Prepared, "run", until_then_prepared(Prepared.run))
        patch.setattr(Prepared, "run_each", until_then_prepared(Prepared.run_each))
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
