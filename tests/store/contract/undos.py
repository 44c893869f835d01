"""An answer that is taken back."""

from datetime import timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.schedule import Grade
from studybot.errors import StoreError
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    DAY,
    FSRS,
    LEAF,
    NOW,
    REVISION,
    SM2,
    VIEWS,
    a_learner,
    a_quiz,
    answer,
    settled_showing,
    the_next,
    undo,
)


class UndoContract:
    async def test_an_undone_answer_leaves_memory_and_figures_as_they_were(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        await answer(store, await the_next(store, quiz), Grade.GOOD)
        before = (
            await store.memories_of(learner.id),
            await store.reviews_of(learner.id),
            await store.summary(quiz.id),
            await store.quiz_on(learner.id, DAY),
            await store.latest_answered(learner.id),
        )
        showing = await the_next(store, quiz)
        review = await answer(store, showing, Grade.BLACKOUT)

        undone = await undo(store, learner, showing)

        assert undone is not None
        assert undone.review == review
        assert before == (
            await store.memories_of(learner.id),
            await store.reviews_of(learner.id),
            await store.summary(quiz.id),
            await store.quiz_on(learner.id, DAY),
            await store.latest_answered(learner.id),
        )

    async def test_an_undone_card_is_the_next_one_again_and_its_drill_is_gone(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        showing = await the_next(store, quiz)
        await answer(store, showing, Grade.BLACKOUT)
        open_card = await the_next(store, quiz)

        undone = await undo(store, learner, showing)

        again = await the_next(store, quiz)
        assert undone is not None
        assert undone.again == again
        assert (again.card_id, again.position, again.asked) == (showing.card_id, showing.position, None)
        assert again.id != showing.id
        assert open_card.position > again.position
        await answer(store, again, Grade.EASY)
        assert await the_next(store, quiz) == open_card
        await answer(store, open_card, Grade.EASY)
        assert await store.next_showing(quiz.id) is None

    async def test_a_drill_and_the_answer_before_it_are_undone_one_after_the_other(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, cards=[VIEWS])
        first = await the_next(store, quiz)
        await answer(store, first, Grade.BLACKOUT)
        drill = await the_next(store, quiz)
        await answer(store, drill, Grade.EASY)

        assert await undo(store, learner, drill, update_id=1) is not None
        assert await undo(store, learner, first, update_id=2) is not None

        assert await store.reviews_of(learner.id) == []
        assert await store.latest_answered(learner.id) is None
        assert (await the_next(store, quiz)).drill is False

    async def test_a_drill_that_was_set_aside_goes_with_the_undone_answer(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, cards=[VIEWS])
        await answer(store, await the_next(store, quiz), Grade.BLACKOUT)
        await store.set_aside((await the_next(store, quiz)).id)

        await undo(store, learner, None)

        assert await store.quiz_on(learner.id, DAY) == quiz

    async def test_an_undone_drill_is_a_drill_again(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, cards=[VIEWS])
        await answer(store, await the_next(store, quiz), Grade.BLACKOUT)
        before = await store.memory_of(learner.id, VIEWS)
        drill = await the_next(store, quiz)
        await answer(store, drill, Grade.EASY)

        undone = await undo(store, learner, drill)

        assert undone is not None
        assert undone.again is not None
        assert undone.again.drill
        assert await store.memory_of(learner.id, VIEWS) == before

    async def test_an_answer_from_before_the_switch_is_undone_in_the_new_schedulers_numbers(self, store: Store) -> None:
        learner = await a_learner(store)
        tomorrow = DAY + timedelta(days=1)
        await answer(store, await the_next(store, await a_quiz(store, learner, [VIEWS])), Grade.EASY)
        quiz = await a_quiz(store, learner, [VIEWS], tomorrow)
        await answer(store, await the_next(store, quiz), Grade.BLACKOUT, day=tomorrow)
        await store.switch_scheduler(learner.id, FSRS)

        assert await undo(store, learner, None) is not None

        assert await store.memory_of(learner.id, VIEWS) == FSRS.review(None, Grade.EASY, on=DAY)

    async def test_an_undone_answer_counts_under_no_scheduler(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF])
        await answer(store, await the_next(store, quiz), Grade.EASY)
        await answer(store, await the_next(store, quiz), Grade.EASY)
        await undo(store, learner, None)

        await store.switch_scheduler(learner.id, FSRS)

        assert await store.memories_of(learner.id) == {VIEWS: FSRS.review(None, Grade.EASY, on=DAY)}

    async def test_an_undo_by_a_scheduler_that_is_no_longer_chosen_is_refused(self, store: Store) -> None:
        learner = await a_learner(store)
        await answer(store, await the_next(store, await a_quiz(store, learner)), Grade.EASY)
        await store.switch_scheduler(learner.id, FSRS)

        with pytest.raises(StoreError, match="scheduler has changed"):
            await store.undo_review(learner.id, None, scheduler=SM2, today=DAY, update_id=1, at=NOW)

    async def test_only_the_latest_answer_is_undone(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        first = await the_next(store, quiz)
        await answer(store, first, Grade.GOOD)
        second = await the_next(store, quiz)
        await answer(store, second, Grade.GOOD)
        memories = await store.memories_of(learner.id)

        assert await undo(store, learner, first) is None
        assert await store.memories_of(learner.id) == memories
        assert await store.latest_answered(learner.id) == second.id
        assert await undo(store, learner, second, update_id=2) is not None
        assert await undo(store, learner, first, update_id=3) is not None
        assert await store.memories_of(learner.id) == {}
        assert await store.latest_answered(learner.id) is None
        assert await undo(store, learner, None, update_id=4) is None

    async def test_nobody_undoes_the_answer_of_another(self, store: Store) -> None:
        showing = await settled_showing(store)
        other = await a_learner(store, chat=2)

        assert await undo(store, other, showing) is None
        assert await undo(store, other, None) is None

    async def test_the_same_undo_twice_is_one(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        for grade in (Grade.GOOD, Grade.EASY):
            await answer(store, await the_next(store, quiz), grade)

        first = await undo(store, learner, None, update_id=7)
        redelivered = await undo(store, learner, None, update_id=7)

        assert first == redelivered
        assert len(await store.memories_of(learner.id)) == 1

    async def test_twenty_answers_can_be_undone(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, cards=[CardId(f"card-{n}") for n in range(22)])
        for _ in range(22):
            await answer(store, await the_next(store, quiz), Grade.GOOD)

        undone = [await undo(store, learner, None, update_id=number) for number in range(21)]

        assert [each is not None for each in undone] == [True] * 20 + [False]
        assert len(await store.memories_of(learner.id)) == 2

    async def test_an_answer_of_another_day_is_undone_without_a_showing(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, cards=[VIEWS])
        await answer(store, await the_next(store, quiz), Grade.GOOD)

        tomorrow = DAY + timedelta(days=1)

        undone = await store.undo_review(learner.id, None, scheduler=SM2, today=tomorrow, update_id=1, at=NOW)

        assert undone is not None
        assert undone.again is None
        assert await store.next_showing(quiz.id) is None
        assert await store.memory_of(learner.id, VIEWS) is None

    async def test_what_was_shown_stays_shown_after_an_undo(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)
        await answer(store, showing, Grade.GOOD)

        await undo(store, learner, showing)

        assert await store.times_shown(learner.id, showing.card_id) == 1
        assert await store.seeds_shown(learner.id, showing.card_id, REVISION, since=NOW) == [7]
        assert await store.seeds_shown(learner.id, showing.card_id, REVISION, since=NOW + timedelta(days=1)) == []
