"""What every store promises. Each adapter's test file runs these sentences against itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest

from studybot.core.card import CardId, Language, Revision
from studybot.core.export import Attempt, Kept, KeptReview
from studybot.core.hold import Hold
from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Letter, Reminder
from studybot.core.proof import ProofStatus, Proven
from studybot.core.quiz import Asked, Quiz, QuizId, Showing, ShowingId, Summary
from studybot.core.reminding import Quiet
from studybot.core.review import Review, Undone
from studybot.core.run import RunError, RunResult, RunStatus
from studybot.core.schedule import Answered, Grade, Memory, SchedulerName
from studybot.core.value import Tensor
from studybot.errors import StoreError
from studybot.ports import Store
from studybot.schedulers import SCHEDULERS

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
NINE = datetime(2026, 3, 10, 0, 0, tzinfo=UTC)  # 09:00 in Seoul
TOMORROW_AT_NINE = NINE + timedelta(days=1)
VIEWS, LEAF, FREEZE = CardId("views"), CardId("leaf"), CardId("freeze")
REVISION = Revision("r1")
SM2, FSRS = SCHEDULERS[SchedulerName.SM2], SCHEDULERS[SchedulerName.FSRS]
RUN = RunResult(
    RunStatus.RAISED,
    stdout="36\n한글\n",
    value=["x", 1.5, float("inf"), Tensor("float32", (2,), (1,), (1.0, -0.0), requires_grad=True)],
    error=RunError("RuntimeError", "a view was changed", 3),
    wall_ms=12.3456789,
    torch_version="2.13.0+cpu",
)
ASKED = Asked(REVISION, seed=7, run=RUN, at=NOW)


async def a_learner(store: Store, chat: int = 1, *, at: datetime = NINE) -> Learner:
    return await store.add_learner(ChatId(chat), Settings(), next_reminder_at=at)


async def reminded(store: Store, learner: Learner, day: date) -> None:
    """Let the reminder of a study day be sent."""
    letter = Letter(learner.chat_id, learner.id, Reminder(day, due=2, minutes=1), expires_at=TOMORROW_AT_NINE)
    await store.claim_quiz_day(learner.id, day, due_at=NINE, next_reminder_at=NINE, letter=letter)
    for queued in await store.take_letters(NOW, leased_until=TOMORROW_AT_NINE):
        await store.finish_letter(queued.id, sent=True)


async def a_quiz(store: Store, learner: Learner, cards: Sequence[CardId] = (VIEWS, LEAF), day: date = DAY) -> Quiz:
    return await store.begin_quiz(learner.id, day, cards, at=NOW)


async def the_next(store: Store, quiz: Quiz) -> Showing:
    showing = await store.next_showing(quiz.id)
    assert showing is not None
    return showing


async def a_review(store: Store, showing: Showing, grade: Grade, **changes: Any) -> Review:
    """Return the review which the answer flow would save for a showing, as of `DAY` unless told."""
    before = await store.memory_of(showing.learner_id, showing.card_id)
    learner = await store.learner(showing.learner_id)
    assert learner is not None
    scheduler = SCHEDULERS[learner.settings.scheduler]
    day = changes.get("day", DAY)
    review = Review(
        showing_id=showing.id,
        learner_id=showing.learner_id,
        card_id=showing.card_id,
        kind="predict",
        revision=REVISION,
        seed=7,
        torch_version="2.13.0+cpu",
        at=NOW,
        day=day,
        grade=grade,
        right=grade >= Grade.HARD,
        latency_ms=18_000,
        attempts=1,
        hints=0,
        gave_up=False,
        drill=showing.drill,
        scheduler=scheduler.name,
        before=before,
        after=scheduler.review(before, grade, on=day),
    )
    return replace(review, **changes)


async def answer(store: Store, showing: Showing, grade: Grade, **changes: Any) -> Review:
    review = await a_review(store, showing, grade, **changes)
    assert await store.save_review(review, "[36, 81]", update_id=10_000 + showing.id)
    return review


async def some_weeks(store: Store, learner: Learner, *, start: date = DAY, days: int = 40) -> None:
    """Let a learner answer whatever is due day by day, drills included, in grades that go up and down."""
    grades = [Grade.EASY, Grade.HARD, Grade.BLACKOUT, Grade.GOOD, Grade.HARD, Grade.GOOD, Grade.NEARLY]
    turn = int(learner.chat_id)
    for offset in range(days):
        day = start + timedelta(days=offset)
        due = list(await store.due_memories(learner.id, on=day))
        new = [card for card in (VIEWS, LEAF)[offset : offset + 1] if await store.memory_of(learner.id, card) is None]
        quiz = await a_quiz(store, learner, due + new, day)
        while showing := await store.next_showing(quiz.id):
            turn += 1
            await answer(store, showing, grades[turn % len(grades)], day=day)


async def settled_showing(store: Store, grade: Grade = Grade.GOOD) -> Showing:
    showing = await the_next(store, await a_quiz(store, await a_learner(store)))
    await answer(store, showing, grade)
    return showing


async def undo(store: Store, learner: Learner, showing: Showing | None, *, update_id: int = 1) -> Undone | None:
    of = None if showing is None else showing.id
    kept = await store.learner(learner.id)
    assert kept is not None
    scheduler = SCHEDULERS[kept.settings.scheduler]
    return await store.undo_review(learner.id, of, scheduler=scheduler, today=DAY, update_id=update_id, at=NOW)


class StoreContract:
    """Subclass it with a `store` fixture."""

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

    # reports

    async def test_a_report_holds_what_was_shown_and_the_latest_answer(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)
        await store.save_attempt(showing.id, "35", right=False, update_id=1, at=NOW)

        first = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)
        await answer(store, showing, Grade.GOOD, attempts=2)
        second = await store.save_report(learner.id, showing.id, update_id=51, at=NOW)

        assert first is not None
        assert second is not None
        assert (first.card_id, first.revision, first.seed, first.run) == (VIEWS, REVISION, 7, RUN)
        assert (first.answer, second.answer) == ("35", "[36, 81]")
        assert await store.untold_reports() == [first, second]

    async def test_the_same_update_makes_one_report(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)

        first = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)

        assert await store.save_report(learner.id, showing.id, update_id=50, at=NOW) == first
        assert len(await store.untold_reports()) == 1

    async def test_only_a_card_that_was_shown_to_the_learner_can_be_reported(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        showing = await the_next(store, await a_quiz(store, learner))

        assert await store.save_report(learner.id, showing.id, update_id=50, at=NOW) is None
        await store.save_asked(showing.id, ASKED)
        assert await store.save_report(other.id, showing.id, update_id=51, at=NOW) is None
        assert await store.save_report(learner.id, ShowingId(404), update_id=52, at=NOW) is None

    async def test_a_note_is_told_even_after_the_report_was(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        showing = await the_next(store, await a_quiz(store, learner))
        await store.save_asked(showing.id, ASKED)
        report = await store.save_report(learner.id, showing.id, update_id=50, at=NOW)
        assert report is not None
        await store.mark_told(report)
        assert await store.untold_reports() == []

        assert await store.note_report(report.id, learner.id, "the key is wrong")
        assert not await store.note_report(report.id, other.id, "mine now")
        await store.mark_told(report)  # what was told before the note came

        assert await store.untold_reports() == [replace(report, note="the key is wrong")]

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
        before = await store.open_showing(learner.id)
        quiz = await a_quiz(store, learner, day=DAY + timedelta(days=1))
        nothing_asked = await store.open_showing(learner.id)
        new = await store.save_asked((await the_next(store, quiz)).id, ASKED)

        assert before is not None
        assert before.id == old.id
        assert nothing_asked is None
        assert await store.open_showing(learner.id) == new
        await store.set_aside(new.id)
        assert await store.open_showing(learner.id) is None

    async def test_a_learner_without_a_quiz_has_no_open_showing(self, store: Store) -> None:
        assert await store.open_showing((await a_learner(store)).id) is None

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

    # a learner's own data

    async def test_everything_that_is_kept_of_a_learner_is_read_as_it_was_written(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        views = await the_next(store, quiz)
        await store.save_attempt(views.id, "36 \U0001f600", right=False, update_id=1, at=NOW)
        undone = await answer(store, views, Grade.GOOD)
        await undo(store, learner, views, update_id=2)
        again = await answer(store, await the_next(store, quiz), Grade.NEARLY)
        other = await a_quiz(store, await a_learner(store, 2))
        await answer(store, await the_next(store, other), Grade.GOOD)

        kept = await store.kept_of(learner.id)

        assert kept == Kept(
            learner,
            NINE,
            (KeptReview(undone, "[36, 81]", NOW), KeptReview(again, "[36, 81]")),
            (Attempt(views.id, VIEWS, "36 \U0001f600", False, NOW),),
            {VIEWS: again.after},
        )

    async def test_of_nobody_nothing_is_kept(self, store: Store) -> None:
        with pytest.raises(LookupError, match="no learner 404"):
            await store.kept_of(LearnerId(404))

    async def test_a_forgotten_learner_is_gone_with_everything_and_nobody_else_is(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        quiz, others = await a_quiz(store, learner), await a_quiz(store, other)
        first = await the_next(store, quiz)
        await store.save_attempt(first.id, "36", right=False, update_id=1, at=NOW)
        await answer(store, first, Grade.GOOD)
        await undo(store, learner, first, update_id=2)
        again = await the_next(store, quiz)
        await store.save_message(again.id, 77)
        await store.save_hint(again.id, update_id=3)
        await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=TOMORROW_AT_NINE)
        kept = await answer(store, await the_next(store, others), Grade.GOOD)

        assert await store.forget_learner(learner.id) == [77]

        assert await store.learner_of_chat(ChatId(1)) is None
        assert await store.showing(again.id) is None
        assert await store.reviews_of(learner.id) == []
        assert await store.memories_of(learner.id) == {}
        assert await store.quiz_on(learner.id, DAY) is None
        assert not any([await store.counted(update_id) for update_id in (1, 3)])
        assert await store.learners_to_remind(TOMORROW_AT_NINE) == [(other, NINE)]
        assert await store.reviews_of(other.id) == [kept]

    async def test_forgetting_twice_is_forgetting(self, store: Store) -> None:
        learner = await a_learner(store)
        await store.forget_learner(learner.id)

        assert await store.forget_learner(learner.id) == []

    async def test_who_was_forgotten_may_come_as_somebody_new(self, store: Store) -> None:
        learner, other = await a_learner(store), await a_learner(store, 2)
        await a_quiz(store, learner)
        theirs = await a_quiz(store, other)
        await store.forget_learner(learner.id)

        new = await a_learner(store, 1, at=TOMORROW_AT_NINE)
        quiz = await a_quiz(store, new)

        assert new.id != other.id
        assert quiz.id != theirs.id
        assert await store.learners_to_remind(NINE) == [(other, NINE)]
        assert (await the_next(store, quiz)).learner_id == new.id

    async def test_a_summary_counts_first_answers_and_leaves_drills_out(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner, [VIEWS, LEAF, FREEZE, CardId("aside")])
        await answer(store, await the_next(store, quiz), Grade.EASY)
        await answer(store, await the_next(store, quiz), Grade.BLACKOUT)
        await answer(store, await the_next(store, quiz), Grade.NEARLY, right=True, attempts=2)
        await store.set_aside((await the_next(store, quiz)).id)
        while showing := await store.next_showing(quiz.id):
            await answer(store, showing, Grade.GOOD)

        summary = await store.summary(quiz.id)

        assert summary == Summary(DAY, cards=3, right=1, drills=2, next_due={DAY + timedelta(days=1): 3})

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

    # the scheduler a learner chose

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

    # cards held back

    async def test_a_card_is_suspended_put_off_and_resumed(self, store: Store) -> None:
        learner = await a_learner(store)
        other = await a_learner(store, 2)

        await store.suspend_card(learner.id, VIEWS)
        await store.suspend_card(learner.id, VIEWS)
        await store.bury_card(learner.id, VIEWS, on=DAY)
        await store.bury_card(learner.id, LEAF, on=DAY)
        held = await store.holds_of(learner.id)
        await store.resume_card(learner.id, VIEWS)

        assert held == {VIEWS: Hold(suspended=True, buried_on=DAY), LEAF: Hold(buried_on=DAY)}
        assert (await store.holds_of(learner.id))[VIEWS] == Hold()
        assert await store.holds_of(other.id) == {}

    async def test_a_resumed_card_remembers_how_often_it_was_forgotten(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        review = await a_review(store, showing, Grade.GOOD)
        review = replace(review, after=replace(review.after, lapses=8))
        await store.save_review(review, "36", update_id=1)

        await store.resume_card(learner.id, showing.card_id)

        assert await store.holds_of(learner.id) == {showing.card_id: Hold(resumed_lapses=8)}

    # cards

    async def test_a_revision_of_a_card_is_kept_as_it_was(self, store: Store) -> None:
        body = {"prompt": {"ko": "무엇이 나올까요?", "en": "What comes out?"}, "options": ["a", 1, None, 0.1]}

        await store.save_card(VIEWS, REVISION, body)
        await store.save_card(VIEWS, REVISION, {"prompt": "changed"})
        await store.save_card(VIEWS, Revision("r2"), {"prompt": "new"})

        assert await store.card_body(VIEWS, REVISION) == body
        assert await store.card_body(VIEWS, Revision("r2")) == {"prompt": "new"}
        assert await store.card_body(LEAF, REVISION) is None

    async def test_the_latest_proof_counts_per_revision_torch_and_device(self, store: Store) -> None:
        proven = Proven(VIEWS, REVISION, "2.13.0+cpu", "cpu", ProofStatus.PROVEN, judged_by="us")
        refuted = replace(proven, status=ProofStatus.REFUTED, reason="expected 36, got 35")
        elsewhere = replace(proven, torch_version="2.12.0+cpu")
        on_cuda = replace(proven, device="cuda")

        for proof in (proven, elsewhere, on_cuda, refuted):
            await store.save_proof(proof, at=NOW)

        assert await store.proofs("2.13.0+cpu", "cpu") == [refuted]
        assert await store.proofs("2.12.0+cpu", "cpu") == [elsewhere]
        assert await store.proofs("2.13.0+cpu", "cuda") == [on_cuda]

    # undo

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

    # the inbox

    async def test_received_updates_wait_in_order_until_they_are_finished(self, store: Store) -> None:
        first, second, third = ({"update_id": n, "message": {"text": f"답 {n}"}} for n in (7, 8, 9))
        await store.receive([first, second], at=NOW)
        await store.receive([second, third], at=NOW)

        await store.finish_update(8)

        assert await store.unhandled() == [first, third]
        assert await store.unhandled(limit=1) == [first]
        assert await store.last_update_id() == 9

    async def test_an_update_received_again_after_it_was_finished_stays_finished(self, store: Store) -> None:
        update = {"update_id": 7, "message": {}}
        await store.receive([update], at=NOW)
        await store.finish_update(7)
        await store.finish_update(7)

        await store.receive([update], at=NOW)

        assert await store.unhandled() == []
        assert await store.last_update_id() == 7

    async def test_the_last_update_is_the_one_received_last(self, store: Store) -> None:
        """Telegram may start again at a random id after a quiet week."""
        await store.receive([{"update_id": 900}], at=NOW)
        await store.receive([{"update_id": 12}], at=NOW)

        assert await store.last_update_id() == 12
        assert [update["update_id"] for update in await store.unhandled()] == [900, 12]

    async def test_tries_of_an_update_are_counted(self, store: Store) -> None:
        await store.receive([{"update_id": 7}], at=NOW)

        assert [await store.begin_update(7) for _ in range(3)] == [1, 2, 3]

    async def test_many_updates_are_begun_and_finished_together(self, store: Store) -> None:
        await store.receive([{"update_id": number} for number in range(5)], at=NOW)
        await store.begin_update(1)

        tries = await store.note_updates(begun=[1, 2], finished=[0, 4])
        nothing = await store.note_updates(begun=[], finished=[])

        assert (tries, nothing) == ({1: 2, 2: 1}, {})
        assert [each["update_id"] for each in await store.unhandled()] == [1, 2, 3]

    async def test_an_empty_inbox_has_no_last_update(self, store: Store) -> None:
        await store.receive([], at=NOW)
        await store.finish_update(7)

        assert await store.last_update_id() is None
        assert await store.unhandled() == []

    # time

    async def test_a_naive_time_is_impossible_to_store(self, store: Store) -> None:
        learner = await a_learner(store)
        showing = await the_next(store, await a_quiz(store, learner))
        naive = NOW.replace(tzinfo=None)
        refused = pytest.raises(ValueError, match="time zone")

        with refused:
            await store.add_learner(ChatId(2), Settings(), next_reminder_at=naive)
        with refused:
            await store.save_settings(learner.id, Settings(), next_reminder_at=naive)
        with refused:
            await store.learners_to_remind(naive)
        with refused:
            await store.claim_quiz_day(learner.id, DAY, due_at=naive, next_reminder_at=NINE)
        with refused:
            await store.claim_quiz_day(learner.id, DAY, due_at=NINE, next_reminder_at=naive)
        with refused:
            await store.begin_quiz(learner.id, DAY + timedelta(days=1), [VIEWS], at=naive)
        with refused:
            await store.skip_day(learner.id, DAY, at=naive)
        with refused:
            await store.save_asked(showing.id, replace(ASKED, at=naive))
        with refused:
            await store.save_attempt(showing.id, "36", right=True, update_id=1, at=naive)
        with refused:
            await store.save_review(await a_review(store, showing, Grade.GOOD, at=naive), "36", update_id=1)
        with refused:
            await store.save_proof(Proven(VIEWS, REVISION, "2", "cpu", ProofStatus.PROVEN), at=naive)
        with refused:
            await store.receive([{"update_id": 1}], at=naive)
