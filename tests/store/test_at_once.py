"""Two stores on one database, each with its own threads and connections, as two processes would have them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.learner import ChatId, Settings
from studybot.core.schedule import Grade
from studybot.errors import StoreError
from studybot.schedulers import SCHEDULERS
from studybot.store.replay import replay
from studybot.store.store import SqlStore
from tests.store.conftest import database_url
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
    the_next,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return database_url(request)


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


async def test_a_drill_and_a_card_that_is_put_first_at_once_get_places_of_their_own(
    store: SqlStore, other_store: SqlStore
) -> None:
    learner = await a_learner(store)
    quiz = await a_quiz(store, learner, [CardId(f"card-{n}") for n in range(10)])

    for update in range(10):
        review = await a_review(store, await the_next(store, quiz), Grade.BLACKOUT)
        saved, _, _ = await asyncio.gather(
            store.save_review(review, "36", update_id=update),
            other_store.put_first(quiz.id, CardId(f"asked-for-{update}"), practice=True),
            other_store.save_hint(review.showing_id, update_id=100 + update),
        )
        assert saved is True
        await store.set_aside((await the_next(store, quiz)).id)
