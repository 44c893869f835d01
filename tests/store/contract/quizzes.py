"""Quizzes and their showings, up to the answer that settles one."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from studybot.core.quiz import Quiz, QuizId
from studybot.core.schedule import Grade
from studybot.ports import Store
from tests.store.given import ASKED, DAY, FREEZE, LEAF, NOW, VIEWS, a_learner, a_quiz, answer, the_next, undo


class QuizContract:
    # quizzes

    async def test_a_quiz_is_begun_with_its_cards_in_order(self, store: Store) -> None:
        learner = await a_learner(store)

        quiz = await a_quiz(store, learner, [LEAF, VIEWS, FREEZE])

        assert quiz == Quiz(quiz.id, learner.id, DAY, total=3, settled=0)
        assert await store.quiz_on(learner.id, DAY) == quiz
        order = []
        while showing := await store.next_showing(quiz.id):
            order.append((showing.position, showing.card_id, showing.learner_id, showing.drill))
            await store.set_aside(showing.id)
        assert order == [(0, LEAF, learner.id, False), (1, VIEWS, learner.id, False), (2, FREEZE, learner.id, False)]

    async def test_beginning_a_quiz_twice_returns_the_first_as_it_stands(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF])
        await store.set_aside((await the_next(store, quiz)).id)

        again = await a_quiz(store, learner, [FREEZE])

        assert again == replace(quiz, settled=1)
        assert (await the_next(store, again)).card_id == LEAF

    async def test_a_quiz_without_cards_is_over_at_once(self, store: Store) -> None:
        learner = await a_learner(store)

        quiz = await a_quiz(store, learner, [])

        assert (quiz.total, quiz.settled) == (0, 0)
        assert await store.next_showing(quiz.id) is None

    async def test_a_quiz_is_extended_once_from_where_it_stood(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS])
        await answer(store, await the_next(store, quiz), Grade.GOOD)

        first = await store.extend_quiz(quiz.id, [LEAF, FREEZE], total=1)
        second = await store.extend_quiz(quiz.id, [LEAF, FREEZE], total=1)
        nothing = await store.extend_quiz(quiz.id, [], total=3)

        assert (first, second, nothing) == (True, False, False)
        assert await store.quiz_on(learner.id, DAY) == replace(quiz, total=3, settled=1)
        assert set(await store.cards_of_quiz(quiz.id)) == {VIEWS, LEAF, FREEZE}
        added = await the_next(store, quiz)
        assert (added.card_id, added.position, added.drill) == (LEAF, 1, False)

    async def test_a_quiz_is_extended_after_an_undo_as_well(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS])
        showing = await the_next(store, quiz)
        await answer(store, showing, Grade.GOOD)
        await undo(store, learner, showing)
        await answer(store, await the_next(store, quiz), Grade.GOOD)

        assert await store.extend_quiz(quiz.id, [LEAF], total=1)
        assert (await the_next(store, quiz)).card_id == LEAF

    async def test_learners_and_days_have_quizzes_of_their_own(self, store: Store) -> None:
        one, other = await a_learner(store, 1), await a_learner(store, 2)

        quizzes = [
            await a_quiz(store, one),
            await a_quiz(store, other),
            await a_quiz(store, one, day=DAY + timedelta(days=1)),
        ]

        assert len({quiz.id for quiz in quizzes}) == 3
        assert await store.quiz_on(other.id, DAY + timedelta(days=1)) is None

    async def test_what_was_asked_is_read_back_exactly(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))

        saved = await store.save_asked(showing.id, ASKED)

        assert saved == replace(showing, asked=ASKED)
        assert await store.showing(showing.id) == saved

    async def test_a_showing_is_asked_once(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        first = await store.save_asked(showing.id, ASKED)

        second = await store.save_asked(showing.id, replace(ASKED, seed=8, at=NOW + timedelta(hours=1)))

        assert second == first

    async def test_a_showing_set_aside_is_not_asked_any_more(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        await store.set_aside(showing.id)

        assert (await store.save_asked(showing.id, ASKED)).asked is None

    async def test_a_moment_in_another_zone_is_the_same_moment(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        seoul = timezone(timedelta(hours=9))

        saved = await store.save_asked(showing.id, replace(ASKED, at=NOW.astimezone(seoul)))

        assert saved.asked is not None
        assert saved.asked.at == NOW

    async def test_the_open_showing_is_the_one_asked_in_the_latest_quiz(self, store: Store) -> None:
        learner = await a_learner(store)
        old = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(old.id, ASKED)
        before = await store.open_showing(learner.id, today=DAY)
        next_day = DAY + timedelta(days=1)
        on_the_next_day = await store.open_showing(learner.id, today=next_day)
        quiz = await a_quiz(store, learner, day=next_day)
        nothing_asked = await store.open_showing(learner.id, today=next_day)
        new = await store.save_asked((await the_next(store, quiz)).id, ASKED)

        assert before is not None
        assert before.id == old.id
        assert on_the_next_day == before
        assert nothing_asked is None
        assert await store.open_showing(learner.id, today=next_day) == new
        await store.set_aside(new.id)
        assert await store.open_showing(learner.id, today=next_day) is None

    async def test_the_open_showing_of_who_flew_west_is_todays_if_there_is_one(self, store: Store) -> None:
        learner = await a_learner(store)
        later_day = await a_quiz(store, learner, day=DAY + timedelta(days=1))
        later = await store.save_asked((await the_next(store, later_day)).id, ASKED)
        assert await store.open_showing(learner.id, today=DAY) == later

        today = await store.save_asked((await the_next(store, await a_quiz(store, learner))).id, ASKED)

        assert await store.open_showing(learner.id, today=DAY) == today
        await store.set_aside(today.id)
        assert await store.open_showing(learner.id, today=DAY) == later

    async def test_a_learner_without_a_quiz_has_no_open_showing(self, store: Store) -> None:
        assert await store.open_showing((await a_learner(store)).id, today=DAY) is None

    async def test_showings_count_as_shown_once_they_were_asked(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF])
        await store.save_asked((await the_next(store, quiz)).id, ASKED)

        assert await store.times_shown(learner.id, VIEWS) == 1
        assert await store.times_shown(learner.id, LEAF) == 0

    async def test_the_message_of_a_showing_is_kept(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))

        await store.save_message(showing.id, 77)
        await store.save_message(showing.id, 78)

        assert await store.showing(showing.id) == replace(showing, message_id=78)

    async def test_a_hint_counts_once_per_update(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))

        counts = [(await store.save_hint(showing.id, update_id=update)).hints for update in (1, 1, 2)]

        assert counts == [1, 1, 2]

    async def test_an_attempt_counts_once_per_update(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))

        counts = [
            (await store.save_attempt(showing.id, "36", right=False, update_id=update, at=NOW)).attempts
            for update in (1, 1, 2)
        ]

        assert counts == [1, 1, 2]

    async def test_a_settled_showing_takes_no_hints_and_no_attempts(self, store: Store) -> None:
        showing = await the_next(store, await a_quiz(store, await a_learner(store)))
        await answer(store, showing, Grade.GOOD)

        hinted = await store.save_hint(showing.id, update_id=1)
        tried = await store.save_attempt(showing.id, "36", right=True, update_id=2, at=NOW)

        assert (hinted.hints, tried.attempts) == (0, 1)
        assert await store.counted(1) is False

    # practice

    async def test_a_card_that_is_put_first_is_next_and_the_others_follow(self, store: Store) -> None:
        quiz = await a_quiz(store, await a_learner(store), [VIEWS, LEAF])

        practised = await store.put_first(quiz.id, FREEZE, practice=True)
        again = await store.put_first(quiz.id, FREEZE, practice=True)

        assert practised == again == await the_next(store, quiz)
        assert practised.practice
        order = []
        while (showing := await store.next_showing(quiz.id)) is not None:
            order.append((showing.card_id, showing.practice))
            await store.set_aside(showing.id)
        assert order == [(FREEZE, True), (LEAF, False), (VIEWS, False)]

    async def test_a_card_that_is_left_in_the_quiz_moves_up(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF, FREEZE])

        await store.put_first(quiz.id, FREEZE, practice=False)

        assert (await the_next(store, quiz)).card_id == FREEZE
        now = await store.quiz_on(learner.id, DAY)
        assert now is not None
        assert now.total == 3

    async def test_a_card_can_be_put_into_an_empty_quiz(self, store: Store) -> None:
        quiz = await a_quiz(store, await a_learner(store), [])

        assert (await store.put_first(quiz.id, VIEWS, practice=True)).position == 0
        with pytest.raises(LookupError, match="no quiz 404"):
            await store.put_first(QuizId(404), VIEWS, practice=True)
