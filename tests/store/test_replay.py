"""The log is the truth: memories are rebuilt from it to the last bit."""

from collections import Counter
from datetime import date, timedelta

import pytest

from studybot.core.card import CardId, Revision
from studybot.core.fuzz import spread
from studybot.core.learner import LearnerId
from studybot.core.publication import Fate
from studybot.core.schedule import Grade, Memory, SchedulerName
from studybot.core.sm2 import Sm2
from studybot.errors import StoreError
from studybot.schedulers import SCHEDULERS
from studybot.store.engine import opened
from studybot.store.replay import Difference, Replay, replay
from studybot.store.store import SqlStore
from tests.store.conftest import database_url
from tests.store.given import DAY, FSRS, LEAF, NOW, VIEWS, a_learner, a_quiz, answer, settled_showing, some_weeks


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    return database_url(request)


async def a_learner_of_weeks(store: SqlStore, chat: int) -> LearnerId:
    learner = await a_learner(store, chat)
    await some_weeks(store, learner)
    return learner.id


async def test_weeks_of_reviews_replay_to_the_memories_kept(store: SqlStore, url: str) -> None:
    learners = [await a_learner_of_weeks(store, chat) for chat in (1, 2)]
    reviews = [review for learner in learners for review in await store.reviews_of(learner)]

    outcome = replay(url, SCHEDULERS)

    assert outcome == Replay(reviews=len(reviews), memories=4, differences=())
    assert len(reviews) > 40


async def test_each_learners_reviews_are_replayed_under_the_scheduler_they_chose(store: SqlStore, url: str) -> None:
    one, other = await a_learner(store, 1), await a_learner(store, 2)
    await some_weeks(store, one, days=20)
    await store.switch_scheduler(one.id, FSRS)
    await some_weeks(store, one, start=DAY + timedelta(days=20))
    await some_weeks(store, other)

    outcome = replay(url, SCHEDULERS)

    assert outcome.differences == ()
    assert outcome.memories == 4


async def test_spread_due_days_replay_to_the_last_bit(store: SqlStore, url: str) -> None:
    learner = await a_learner(store)
    moved = 0
    for offset in range(120):
        day = DAY + timedelta(days=offset)
        due = await store.due_memories(learner.id, on=day)
        quiz = await a_quiz(store, learner, list(due) or [VIEWS, LEAF][: 2 - offset], day)
        while showing := await store.next_showing(quiz.id):
            before = await store.memory_of(learner.id, showing.card_id)
            exact = Sm2().review(before, Grade.GOOD, on=day)
            load = Counter(memory.due_on for memory in (await store.memories_of(learner.id)).values())
            after = spread(exact, load, seed=f"{showing.card_id} {day}")
            moved += after != exact
            await answer(store, showing, Grade.GOOD, day=day, after=after)

    assert replay(url, SCHEDULERS).differences == ()
    assert moved > 5


async def test_a_change_of_meaning_is_replayed_where_it_came(store: SqlStore, url: str) -> None:
    one, other = await a_learner(store, 1), await a_learner(store, 2)
    for learner in (one, other):
        await some_weeks(store, learner, days=20)
    await store.switch_scheduler(other.id, FSRS)
    for number, fate in enumerate((Fate.SOFTEN, Fate.RESET)):
        revision, day = Revision(f"new {number}"), DAY + timedelta(days=20 + 15 * number)
        await store.publish_cards([(VIEWS, revision, None)], at=NOW)
        at = NOW + timedelta(days=(day - DAY).days)
        assert await store.decide_fate(VIEWS, revision, fate, alike=[revision], at=at) == 2
        for learner in (one, other):
            await some_weeks(store, learner, start=day, days=14)

    assert replay(url, SCHEDULERS).differences == ()


async def test_each_review_holds_the_memory_before_it_and_after_it(store: SqlStore) -> None:
    learner = await a_learner_of_weeks(store, 1)
    memories: dict[CardId, Memory] = {}

    for review in await store.reviews_of(learner):
        assert review.before == memories.get(review.card_id)
        memories[review.card_id] = Sm2().review(review.before, review.grade, on=review.day)
        assert review.after == memories[review.card_id]

    assert memories == await store.memories_of(learner)


@pytest.fixture
async def spoiled(store: SqlStore, url: str) -> LearnerId:
    """Return a learner whose memories were changed behind the store's back, in every way there is."""
    learner = await a_learner_of_weeks(store, 1)
    with opened(url) as engine, engine.begin() as somebody:
        somebody.exec_driver_sql("UPDATE memories SET easiness = easiness + 1 WHERE card_id = 'leaf'")
        somebody.exec_driver_sql("UPDATE memories SET card_id = 'ghost' WHERE card_id = 'views'")
    return learner


async def test_replay_reports_what_differs_and_changes_nothing(store: SqlStore, url: str, spoiled: LearnerId) -> None:
    before = await store.memories_of(spoiled)

    outcome = replay(url, SCHEDULERS)

    told = [(each.card_id, each.kept is None, each.replayed is None) for each in outcome.differences]
    assert told == [("ghost", False, True), ("leaf", False, False), ("views", True, False)]
    assert await store.memories_of(spoiled) == before


async def test_replay_writes_what_the_reviews_give(store: SqlStore, url: str, spoiled: LearnerId) -> None:
    first = replay(url, SCHEDULERS, write=True)

    assert len(first.differences) == 3
    assert replay(url, SCHEDULERS).differences == ()
    assert set(await store.memories_of(spoiled)) == {VIEWS, LEAF}


async def test_another_scheduler_gives_other_memories(store: SqlStore, url: str) -> None:
    class Tomorrow(Sm2):
        def repeat(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
            return Memory(1, 250, 1, due_on=on + timedelta(days=1), reviewed_on=on)

    showing = await settled_showing(store, Grade.EASY)
    kept = await store.memory_of(showing.learner_id, VIEWS)

    outcome = replay(url, {SchedulerName.SM2: Tomorrow()})

    tomorrow = Memory(1, 250, 1, due_on=DAY + timedelta(days=1), reviewed_on=DAY)
    assert outcome.differences == (Difference(showing.learner_id, VIEWS, kept, tomorrow),)


def test_there_is_nothing_to_replay_without_a_database(tmp_path: object) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        replay(f"sqlite:///{tmp_path}/missing.db", SCHEDULERS)
