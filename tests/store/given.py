"""What the tests of the store begin with: learners, quizzes and answers, made through the store itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from studybot.core.card import CardId, Revision
from studybot.core.learner import ChatId, Learner, Settings
from studybot.core.letter import Letter, Reminder
from studybot.core.quiz import Asked, Quiz, Showing
from studybot.core.review import Review, Undone
from studybot.core.run import RunError, RunResult, RunStatus
from studybot.core.schedule import Grade, SchedulerName
from studybot.core.value import Tensor
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
    for queued in await store.take_letters(NOW):
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
