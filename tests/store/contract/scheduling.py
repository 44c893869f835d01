"""The scheduler that a learner chose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.schedule import Answered, Grade, Memory, SchedulerName
from studybot.errors import StoreError
from studybot.ports import Store
from tests.store.given import (
    DAY,
    FREEZE,
    FSRS,
    LEAF,
    NINE,
    SM2,
    VIEWS,
    a_learner,
    a_quiz,
    a_review,
    answer,
    some_weeks,
    the_next,
    undo,
)


class SchedulingContract:
    async def test_switching_gives_the_memories_that_the_other_scheduler_would_have(self, store: Store) -> None:
        learner = await a_learner(store)
        await some_weeks(store, learner)
        expected: dict[CardId, Memory] = {}
        for review in await store.reviews_of(learner.id):
            expected[review.card_id] = FSRS.follow(expected.get(review.card_id), review.answered)

        switched = await store.switch_scheduler(learner.id, FSRS)

        assert switched == replace(learner, settings=replace(learner.settings, scheduler=SchedulerName.FSRS))
        assert switched == await store.learner(learner.id)
        assert await store.memories_of(learner.id) == expected
        assert set(expected) == {VIEWS, LEAF}
        assert all(memory.stability for memory in expected.values())

    async def test_switching_there_and_back_changes_nothing(self, store: Store) -> None:
        learner = await a_learner(store)
        await some_weeks(store, learner)
        before = await store.memories_of(learner.id)

        await store.switch_scheduler(learner.id, FSRS)
        back = await store.switch_scheduler(learner.id, SM2)

        assert back == learner
        assert await store.memories_of(learner.id) == before

    async def test_switching_to_what_is_chosen_already_changes_nothing(self, store: Store) -> None:
        learner = await a_learner(store)
        await some_weeks(store, learner, days=10)
        before = await store.memories_of(learner.id)

        assert await store.switch_scheduler(learner.id, SM2) == learner
        assert await store.memories_of(learner.id) == before

    async def test_learning_goes_on_under_the_new_scheduler_and_both_parts_count_for_either(self, store: Store) -> None:
        learner = await a_learner(store)
        await some_weeks(store, learner, days=20)
        await store.switch_scheduler(learner.id, FSRS)
        await some_weeks(store, learner, start=DAY + timedelta(days=20), days=40)
        under_fsrs = await store.memories_of(learner.id)

        await store.switch_scheduler(learner.id, SM2)
        under_sm2 = await store.memories_of(learner.id)
        await store.switch_scheduler(learner.id, FSRS)

        assert {review.scheduler for review in await store.reviews_of(learner.id)} == {"sm2", "fsrs"}
        assert await store.memories_of(learner.id) == under_fsrs
        for card, memory in under_sm2.items():
            other = under_fsrs[card]
            assert memory.stability is None
            assert (memory.repetitions, memory.easiness, memory.lapses, memory.reviewed_on, memory.drilling) == (
                (other.repetitions, other.easiness, other.lapses, other.reviewed_on, other.drilling)
            )

    async def test_an_answer_that_counted_then_counts_though_the_other_scheduler_would_have_waited(
        self, store: Store
    ) -> None:
        learner = await a_learner(store)
        first = await answer(store, await the_next(store, await a_quiz(store, learner, [VIEWS])), Grade.EASY)
        tomorrow = DAY + timedelta(days=1)
        await answer(
            store, await the_next(store, await a_quiz(store, learner, [VIEWS], tomorrow)), Grade.GOOD, day=tomorrow
        )

        await store.switch_scheduler(learner.id, FSRS)

        memory = await store.memory_of(learner.id, VIEWS)
        assert first.answered == Answered(DAY, Grade.EASY, counted=True)
        assert memory is not None
        assert FSRS.review(None, Grade.EASY, on=DAY).due_on > tomorrow
        assert (memory.reviewed_on, memory.repetitions) == (tomorrow, 2)

    async def test_an_early_answer_and_a_drill_count_under_no_scheduler(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF, LEAF])
        grades = {VIEWS: [Grade.HARD, Grade.GOOD], LEAF: [Grade.EASY, Grade.BLACKOUT]}
        while showing := await store.next_showing(quiz.id):
            await answer(store, showing, grades[showing.card_id].pop(0))

        await store.switch_scheduler(learner.id, FSRS)

        assert [review.answered.counted for review in await store.reviews_of(learner.id)] == [True, True, False, False]
        assert await store.memories_of(learner.id) == {
            VIEWS: replace(FSRS.review(None, Grade.HARD, on=DAY), drilling=False),
            LEAF: FSRS.review(None, Grade.EASY, on=DAY),
        }

    async def test_a_switch_is_each_learners_own(self, store: Store) -> None:
        one, other = await a_learner(store, 1), await a_learner(store, 2)
        await some_weeks(store, one, days=10)
        await some_weeks(store, other, days=10)
        before = await store.memories_of(other.id)

        await store.switch_scheduler(one.id, FSRS)

        assert await store.learner(other.id) == other
        assert await store.memories_of(other.id) == before

    async def test_an_answer_computed_before_the_switch_is_refused(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        stale = await a_review(store, showing, Grade.GOOD)
        await store.switch_scheduler(learner.id, FSRS)

        with pytest.raises(StoreError, match="scheduler has changed"):
            await store.save_review(stale, "36", update_id=6)

        assert await store.memories_of(learner.id) == {}
        assert await store.save_review(await a_review(store, showing, Grade.GOOD), "36", update_id=6)

    async def test_saving_settings_leaves_the_scheduler_as_it_is(self, store: Store) -> None:
        learner = await a_learner(store)
        settings = replace(learner.settings, new_per_day=9, scheduler=SchedulerName.FSRS)

        saved = await store.save_settings(learner.id, settings, next_reminder_at=NINE)

        assert saved.settings == replace(learner.settings, new_per_day=9)
        assert await store.learner(learner.id) == saved

    async def test_cards_answered_since_a_day_are_known_early_or_not(self, store: Store) -> None:
        learner = await a_learner(store)
        for days, card_id in ((0, VIEWS), (1, LEAF), (2, FREEZE)):
            quiz = await a_quiz(store, learner, [card_id], day=DAY + timedelta(days=days))
            await answer(store, await the_next(store, quiz), Grade.GOOD, day=quiz.day)
        await undo(store, learner, None)

        assert set(await store.cards_answered(learner.id, since=DAY)) == {VIEWS, LEAF}
        assert set(await store.cards_answered(learner.id, since=DAY + timedelta(days=1))) == {LEAF}

    async def test_study_days_are_those_with_an_answer_that_stands(self, store: Store) -> None:
        learner = await a_learner(store)
        for days in (0, 2):
            quiz = await a_quiz(store, learner, [VIEWS, LEAF], day=DAY + timedelta(days=days))
            while showing := await store.next_showing(quiz.id):
                await answer(store, showing, Grade.GOOD, day=quiz.day)
        both = await store.study_days(learner.id)
        for number in (1, 2):
            await undo(store, learner, None, update_id=number)

        assert both == [DAY, DAY + timedelta(days=2)]
        assert await store.study_days(learner.id) == [DAY]
