"""Learners, their settings, and who is to be reminded."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from studybot.core.card import Language
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.quiz import QuizId, ShowingId
from studybot.core.reminding import Quiet
from studybot.core.schedule import Grade, SchedulerName
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    DAY,
    FSRS,
    NINE,
    NOW,
    TOMORROW_AT_NINE,
    VIEWS,
    a_learner,
    a_quiz,
    answer,
    reminded,
    the_next,
    undo,
)


class LearnerContract:
    # learners

    async def test_a_new_learner_is_found_again_by_id_and_by_chat(self, store: Store) -> None:
        settings = Settings(Language.EN, "America/New_York", time(21, 30), 7, 20, SchedulerName.FSRS)

        learner = await store.add_learner(ChatId(-5_000_000_000), settings, next_reminder_at=NINE)

        assert learner == Learner(learner.id, ChatId(-5_000_000_000), settings, reachable=True)
        assert await store.learner(learner.id) == learner
        assert await store.learner_of_chat(ChatId(-5_000_000_000)) == learner

    async def test_nobody_is_found_where_nobody_is(self, store: Store) -> None:
        assert await store.learner(LearnerId(1)) is None
        assert await store.learner_of_chat(ChatId(1)) is None

    async def test_adding_a_learner_twice_returns_the_first_unchanged(self, store: Store) -> None:
        first = await a_learner(store)

        second = await store.add_learner(ChatId(1), Settings(Language.EN), next_reminder_at=NINE - timedelta(hours=3))

        assert second == first
        assert await store.learners_to_remind(NINE - timedelta(hours=1)) == []

    async def test_new_settings_are_kept_with_the_new_reminder(self, store: Store) -> None:
        learner = await a_learner(store)
        settings = replace(
            learner.settings,
            remind_at=time(7),
            zone="Europe/Berlin",
            language=Language.EN,
            weekdays=frozenset({0, 6}),
            quiet=Quiet(time(23, 30), time(6)),
            away_until=date(2026, 4, 1),
            minutes_per_day=10,
            exam_on=date(2026, 6, 1),
            spread=True,
        )

        saved = await store.save_settings(learner.id, settings, next_reminder_at=TOMORROW_AT_NINE)

        assert saved == replace(learner, settings=settings) == await store.learner(learner.id)
        assert await store.learners_to_remind(NOW) == []
        assert await store.learners_to_remind(TOMORROW_AT_NINE) == [(saved, TOMORROW_AT_NINE)]

    async def test_what_does_not_exist_is_a_lookup_error(self, store: Store) -> None:
        nobody, nothing = LearnerId(404), ShowingId(404)

        with pytest.raises(LookupError, match="no learner 404"):
            await store.save_settings(nobody, Settings(), next_reminder_at=NINE)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.switch_scheduler(nobody, FSRS)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.mark_reachable(nobody, reachable=False)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.claim_quiz_day(nobody, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.skip_day(nobody, DAY, at=NINE)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.begin_quiz(nobody, DAY, [VIEWS], at=NOW)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.suspend_card(nobody, VIEWS)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.rest_on(nobody, DAY)
        with pytest.raises(LookupError, match="no learner 404"):
            await store.rest_until(nobody, None, today=DAY)
        with pytest.raises(LookupError, match="no showing 404"):
            await store.save_asked(nothing, ASKED)
        with pytest.raises(LookupError, match="no showing 404"):
            await store.save_message(nothing, 1)
        with pytest.raises(LookupError, match="no showing 404"):
            await store.save_hint(nothing, update_id=1)
        with pytest.raises(LookupError, match="no showing 404"):
            await store.save_attempt(nothing, "36", right=False, update_id=1, at=NOW)
        with pytest.raises(LookupError, match="no showing 404"):
            await store.set_aside(nothing)
        with pytest.raises(LookupError, match="no quiz 404"):
            await store.extend_quiz(QuizId(404), [VIEWS], total=0)
        with pytest.raises(LookupError, match="no quiz 404"):
            await store.summary(QuizId(404))
        with pytest.raises(LookupError, match="no update 404"):
            await store.begin_update(404)

    # reminders

    async def test_learners_are_reminded_longest_due_first_up_to_the_limit(self, store: Store) -> None:
        late = await a_learner(store, 1, at=NINE)
        later = await a_learner(store, 2, at=NINE - timedelta(minutes=5))
        not_yet = await a_learner(store, 3, at=NOW + timedelta(seconds=1))

        assert await store.learners_to_remind(NOW) == [(later, NINE - timedelta(minutes=5)), (late, NINE)]
        assert await store.learners_to_remind(NOW, limit=1) == [(later, NINE - timedelta(minutes=5))]
        assert not_yet not in [learner for learner, _ in await store.learners_to_remind(NOW)]

    async def test_an_unreachable_learner_is_not_reminded_until_reachable_again(self, store: Store) -> None:
        learner = await a_learner(store)

        await store.mark_reachable(learner.id, reachable=False)
        while_unreachable = await store.learners_to_remind(NOW)
        await store.mark_reachable(learner.id, reachable=True)

        assert while_unreachable == []
        assert await store.learners_to_remind(NOW) == [(learner, NINE)]

    async def test_a_day_is_claimed_once_and_moves_the_reminder(self, store: Store) -> None:
        learner = await a_learner(store)

        first = await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
        second = await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)

        assert (first, second) == (True, False)
        assert await store.learners_to_remind(NOW) == []
        assert await store.learners_to_remind(TOMORROW_AT_NINE) == [(learner, TOMORROW_AT_NINE)]

    async def test_a_second_claim_of_a_day_still_moves_the_reminder_on(self, store: Store) -> None:
        learner = await a_learner(store)
        await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=NOW)

        again = await store.claim_quiz_day(learner.id, DAY, due_at=NOW, next_reminder_at=TOMORROW_AT_NINE)

        assert again is False
        assert await store.learners_to_remind(NOW) == []

    async def test_a_claim_keeps_a_reminder_that_was_changed_meanwhile(self, store: Store) -> None:
        learner = await a_learner(store)
        evening = NINE + timedelta(hours=12)
        learner = await store.save_settings(learner.id, learner.settings, next_reminder_at=evening)

        assert await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)

        assert await store.learners_to_remind(evening) == [(learner, evening)]

    async def test_claiming_a_day_does_not_begin_its_quiz_nor_the_reverse(self, store: Store) -> None:
        learner = await a_learner(store)

        await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
        await a_quiz(store, learner, day=DAY + timedelta(days=1))

        assert await store.quiz_on(learner.id, DAY) is None
        assert await store.claim_quiz_day(
            learner.id, DAY + timedelta(days=1), due_at=TOMORROW_AT_NINE, next_reminder_at=TOMORROW_AT_NINE
        )

    async def test_reminders_are_unanswered_until_an_answer_or_a_day_off(self, store: Store) -> None:
        learner = await a_learner(store)
        days = [DAY + timedelta(days=n) for n in range(-3, 4)]
        for day in days:
            await reminded(store, learner, day)
        ignored = await store.unanswered_reminders(learner.id)
        showing = await the_next(store, await a_quiz(store, learner))
        await answer(store, showing, Grade.GOOD)
        answered = await store.unanswered_reminders(learner.id)
        await undo(store, learner, showing)
        undone = await store.unanswered_reminders(learner.id)
        await store.skip_day(learner.id, DAY + timedelta(days=2), at=NOW)
        await store.skip_day(learner.id, DAY + timedelta(days=2), at=NOW)

        assert ignored == undone == days
        assert answered == days[4:]
        assert await store.unanswered_reminders(learner.id) == days[6:]

    async def test_a_day_off_cannot_be_claimed_any_more(self, store: Store) -> None:
        learner = await a_learner(store)

        await store.skip_day(learner.id, DAY, at=NINE)

        assert not await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
        assert await store.unanswered_reminders(learner.id) == []

    async def test_days_of_rest_are_kept_and_those_to_come_can_be_changed(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        days = [DAY + timedelta(days=n) for n in range(-1, 9)]
        await store.rest_on(learner.id, days[0])
        await store.rest_on(learner.id, days[0])

        await store.rest_until(learner.id, days[8], today=DAY)
        away = await store.rest_days(learner.id)
        await store.rest_until(learner.id, days[4], today=days[2])
        shortened = await store.rest_days(learner.id)
        await store.rest_until(learner.id, None, today=days[2])

        assert set(away) == set(days[:8])
        assert set(shortened) == set(days[:4])
        assert set(await store.rest_days(learner.id)) == set(days[:3])
        assert set(await store.rest_days(other.id)) == set()
