"""Reviews, and what they make of the memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.learner import ChatId, Settings
from studybot.core.quiz import ShowingId
from studybot.core.review import Standing
from studybot.core.schedule import Grade, Memory, SchedulerName
from studybot.errors import StoreError
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    DAY,
    FREEZE,
    LEAF,
    NINE,
    NOW,
    REVISION,
    VIEWS,
    a_learner,
    a_quiz,
    a_review,
    answer,
    the_next,
    undo,
)


class ReviewContract:
    # reviews

    async def test_a_review_settles_its_showing_and_moves_the_memory(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        showing = await store.save_asked((await the_next(store, quiz)).id, ASKED)
        review = await a_review(store, showing, Grade.GOOD, attempts=2)

        saved = await store.save_review(review, "[36, 81]", update_id=5)

        assert saved is True
        assert await store.showing(showing.id) == replace(showing, settled=True, grade=Grade.GOOD, attempts=2)
        assert await store.memory_of(learner.id, VIEWS) == review.after
        assert await store.review_of(showing.id) == review
        assert await store.reviews_of(learner.id) == [review]
        assert (await the_next(store, quiz)).card_id == LEAF
        assert await store.quiz_on(learner.id, DAY) == replace(quiz, settled=1)

    async def test_a_showing_is_reviewed_once(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        first = await answer(store, showing, Grade.GOOD)

        again = await store.save_review(first, "[36, 81]", update_id=10_000 + showing.id)
        another = await store.save_review(replace(first, grade=Grade.EASY), "other", update_id=6)

        assert (again, another) == (False, False)
        assert await store.reviews_of(learner.id) == [first]
        assert await store.memory_of(learner.id, VIEWS) == first.after

    async def test_an_update_that_settled_one_showing_does_not_settle_the_next(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        first, second = await the_next(store, quiz), None
        await store.save_review(await a_review(store, first, Grade.GOOD), "36", update_id=5)
        second = await the_next(store, quiz)

        redelivered = await store.save_review(await a_review(store, second, Grade.BLACKOUT), "36", update_id=5)
        tried = await store.save_attempt(second.id, "36", right=False, update_id=5, at=NOW)
        hinted = await store.save_hint(second.id, update_id=5)

        assert redelivered is False
        assert (tried.attempts, hinted.hints) == (0, 0)
        assert await store.memory_of(learner.id, LEAF) is None

    async def test_an_update_that_was_a_first_attempt_does_not_settle_when_it_comes_again(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        await store.save_attempt(showing.id, "35", right=False, update_id=5, at=NOW)

        assert await store.save_review(await a_review(store, showing, Grade.BLACKOUT), "35", update_id=5) is False

    async def test_answers_and_hints_that_were_counted_are_known_by_their_update(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        await store.save_hint(showing.id, update_id=1)
        await store.save_attempt(showing.id, "35", right=False, update_id=2, at=NOW)
        await store.save_review(await a_review(store, showing, Grade.GOOD), "36", update_id=3)

        assert [await store.counted(update) for update in (1, 2, 3, 4)] == [True, True, True, False]

    async def test_a_review_computed_from_an_outdated_memory_is_refused(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, VIEWS])
        showing = await the_next(store, quiz)
        first = await a_review(store, showing, Grade.EASY)
        await answer(store, showing, Grade.EASY)
        stale = replace(first, showing_id=(await the_next(store, quiz)).id)

        with pytest.raises(StoreError, match="moved on"):
            await store.save_review(stale, "36", update_id=6)

        assert await store.memory_of(learner.id, VIEWS) == first.after
        assert len(await store.reviews_of(learner.id)) == 1

    async def test_a_grade_below_4_brings_the_card_back_at_the_end_until_4(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF])

        asked = []
        for grade in (Grade.HARD, Grade.EASY, Grade.RECOGNISED, Grade.GOOD):
            showing = await the_next(store, quiz)
            asked.append((showing.position, showing.card_id, showing.drill))
            await answer(store, showing, grade)

        assert asked == [(0, VIEWS, False), (1, LEAF, False), (2, VIEWS, True), (3, VIEWS, True)]
        assert await store.next_showing(quiz.id) is None
        assert await store.quiz_on(learner.id, DAY) == replace(quiz, total=4, settled=4)

    async def test_a_drill_left_over_from_another_day_does_not_come_back(self, store: Store) -> None:
        learner = await a_learner(store)
        await answer(store, await the_next(store, await a_quiz(store, learner, [VIEWS])), Grade.EASY)
        due = DAY + timedelta(days=1)
        await answer(store, await the_next(store, await a_quiz(store, learner, [VIEWS], due)), Grade.HARD, day=due)
        extra = await a_quiz(store, learner, [VIEWS], due + timedelta(days=1))

        await answer(store, await the_next(store, extra), Grade.HARD, day=extra.day)

        memory = await store.memory_of(learner.id, VIEWS)
        assert memory is not None
        assert memory.drilling is True
        assert await store.next_showing(extra.id) is None

    async def test_a_card_set_aside_is_neither_learned_nor_forgotten(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        showing = await the_next(store, quiz)

        await store.set_aside(showing.id)
        await store.set_aside(showing.id)

        assert await store.showing(showing.id) == replace(showing, settled=True, grade=None)
        assert await store.review_of(showing.id) is None
        assert await store.memories_of(learner.id) == {}
        assert (await the_next(store, quiz)).card_id == LEAF

    async def test_setting_aside_after_a_review_changes_nothing(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        await answer(store, showing, Grade.GOOD)
        settled = await store.showing(showing.id)

        await store.set_aside(showing.id)

        assert await store.showing(showing.id) == settled

    async def test_reviews_come_in_order_of_time_with_both_memories(self, store: Store) -> None:
        learner, other = await a_learner(store, 1), await a_learner(store, 2)
        quiz = await a_quiz(store, learner, [VIEWS])
        first = await answer(store, await the_next(store, quiz), Grade.HARD)
        drill = await answer(store, await the_next(store, quiz), Grade.GOOD, at=NOW + timedelta(minutes=1))
        await answer(store, await the_next(store, await a_quiz(store, other)), Grade.EASY)

        reviews = await store.reviews_of(learner.id)

        assert reviews == [first, drill]
        assert reviews[0].before is None
        assert reviews[1].before == first.after
        assert reviews[1].drill is True

    async def test_an_answer_may_hold_any_characters(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))

        await store.save_attempt(showing.id, "🦎" * 10_000, right=False, update_id=1, at=NOW)
        saved = await store.save_attempt(showing.id, "a\0b \ud83d c", right=False, update_id=2, at=NOW)

        assert saved.attempts == 2

    async def test_the_latest_reviews_come_latest_first_and_page_by_page(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF, FREEZE])
        other = await a_quiz(store, await a_learner(store, 2))
        await answer(store, await the_next(store, other), Grade.GOOD)
        first, second, third = [await answer(store, await the_next(store, quiz), Grade.GOOD) for _ in range(3)]

        assert await store.latest_reviews(learner.id, limit=2) == [third, second]
        assert await store.latest_reviews(learner.id, limit=2, skip=2) == [first]
        assert await store.latest_reviews(learner.id, limit=2, skip=4) == []

    async def test_an_undone_answer_is_not_among_the_latest_reviews(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        kept = await answer(store, await the_next(store, quiz), Grade.GOOD)
        await answer(store, await the_next(store, quiz), Grade.GOOD)

        await undo(store, learner, None)

        assert await store.latest_reviews(learner.id, limit=20) == [kept]

    # memory

    async def test_memories_are_each_learners_own(self, store: Store) -> None:
        one, other = await a_learner(store, 1), await a_learner(store, 2)
        mine = await answer(store, await the_next(store, await a_quiz(store, one)), Grade.EASY)
        theirs = await answer(store, await the_next(store, await a_quiz(store, other)), Grade.HARD)

        assert await store.memories_of(one.id) == {VIEWS: mine.after}
        assert await store.memories_of(other.id) == {VIEWS: theirs.after}
        assert await store.memory_of(one.id, LEAF) is None

    async def test_due_memories_come_longest_due_first_and_only_those(self, store: Store) -> None:
        learner = await a_learner(store)
        memories = {}
        quiz = await a_quiz(store, learner, [VIEWS, LEAF, FREEZE])
        for days in (3, 1, 5):
            showing = await the_next(store, quiz)
            after = Memory(1, 250, days, due_on=DAY + timedelta(days=days), reviewed_on=DAY)
            memories[showing.card_id] = (await answer(store, showing, Grade.GOOD, after=after)).after

        due = await store.due_memories(learner.id, on=DAY + timedelta(days=3))

        assert list(due.items()) == [(LEAF, memories[LEAF]), (VIEWS, memories[VIEWS])]

    async def test_every_schedulers_numbers_are_kept_to_the_last_bit(self, store: Store) -> None:
        learner = await store.add_learner(ChatId(1), Settings(scheduler=SchedulerName.FSRS), next_reminder_at=NINE)
        quiz = await a_quiz(store, learner, [VIEWS])
        after = Memory(1, 250, 2, DAY + timedelta(days=2), DAY, stability=2.3065 / 3, difficulty=0.1 + 0.2 + 2)

        saved = await answer(store, await the_next(store, quiz), Grade.GOOD, after=after)

        assert await store.memory_of(learner.id, VIEWS) == after
        assert await store.memories_of(learner.id) == {VIEWS: after}
        assert await store.reviews_of(learner.id) == [saved]

    @pytest.mark.parametrize(
        ("seconds", "typical"),
        [
            pytest.param([10.0] * 7, None, id="too few"),
            pytest.param([10.0] * 4 + [30.0] * 4, 20.0, id="even"),
            pytest.param([1.0, 2, 3, 4, 50, 60, 70, 80, 90], 50.0, id="odd"),
            pytest.param([10.0] * 7 + [301], None, id="left the chat"),
            pytest.param([200.0] * 10 + [10.0] * 100, 10.0, id="the last hundred"),
        ],
    )
    async def test_typical_seconds_are_the_median_of_right_first_answers(
        self, store: Store, seconds: list[float], typical: float | None
    ) -> None:
        learner = await a_learner(store)
        cards = [CardId(f"card-{n}") for n in range(len(seconds))]
        quiz = await a_quiz(store, learner, cards)
        for latency in seconds:
            await answer(store, await the_next(store, quiz), Grade.GOOD, latency_ms=int(latency * 1000))

        assert await store.typical_seconds(learner.id, "predict") == typical

    async def test_only_right_first_answers_of_the_kind_are_typical(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [CardId(f"card-{n}") for n in range(5)])
        for changes in (
            {},
            {"latency_ms": 1, "right": False},
            {"latency_ms": 1, "attempts": 2},
            {"latency_ms": 1, "kind": "choice"},
            {"latency_ms": 1, "drill": True},
        ):
            await answer(store, await the_next(store, quiz), Grade.GOOD, **changes)

        assert await store.typical_seconds(learner.id, "predict", at_least=1) == 18.0

    # what stands before an answer

    async def test_a_showing_stands_with_all_that_its_answer_needs(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [CardId(f"card-{n}") for n in range(8)])
        for _ in range(8):
            await answer(store, await the_next(store, quiz), Grade.GOOD)
        await store.save_card(VIEWS, REVISION, {"id": "views", "kind": "predict"})
        tomorrow = await a_quiz(store, learner, (VIEWS, LEAF), day=DAY + timedelta(days=1))
        planned = await the_next(store, tomorrow)
        asked = await store.save_asked(planned.id, ASKED)

        first = await store.standing(asked.id, update_id=70)
        await store.save_review(await a_review(store, asked, Grade.GOOD), "36", update_id=70)
        second = await store.standing(asked.id, update_id=70)

        assert first == Standing(asked, 2, {"id": "views", "kind": "predict"}, False, None, 18.0)
        assert second is not None
        assert (second.showing.settled, second.counted) == (True, True)
        assert second.memory == await store.memory_of(learner.id, VIEWS) is not None

    async def test_a_showing_is_read_with_the_learner_of_the_chat_it_is_answered_in(self, store: Store) -> None:
        learner = await a_learner(store)
        planned = await the_next(store, await a_quiz(store, learner))

        standing = await store.standing(planned.id, update_id=7)

        assert standing is not None
        assert await store.standing_in_chat(learner.chat_id, planned.id, update_id=7) == (learner, standing)
        assert await store.standing_in_chat(ChatId(404), planned.id, update_id=7) == (None, standing)
        assert await store.standing_in_chat(learner.chat_id, ShowingId(99), update_id=7) == (learner, None)

    async def test_what_was_not_asked_or_is_not_kept_stands_without_words(self, store: Store) -> None:
        learner = await a_learner(store)
        planned = await the_next(store, await a_quiz(store, learner))

        unasked = await store.standing(planned.id, update_id=7)
        asked = await store.save_asked(planned.id, ASKED)

        assert unasked == Standing(planned, 2, None, False, None, None)
        assert await store.standing(planned.id, update_id=7) == Standing(asked, 2, None, False, None, None)
        assert await store.standing(ShowingId(99), update_id=7) is None

    async def test_a_showing_that_was_undone_is_not_among_its_quiz(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        showing = await the_next(store, quiz)
        await answer(store, showing, Grade.GOOD)
        await undo(store, learner, showing)

        standing = await store.standing((await the_next(store, quiz)).id, update_id=70)

        assert standing is not None
        assert standing.total == 2
