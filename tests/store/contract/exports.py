"""All that is kept of a learner: read as one, or deleted as one."""

from datetime import timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.export import Attempt, Kept, KeptReview, Reported
from studybot.core.hold import Hold
from studybot.core.learner import ChatId, LearnerId
from studybot.core.quiz import Summary
from studybot.core.schedule import Grade
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    DAY,
    FREEZE,
    LEAF,
    NINE,
    NOW,
    TOMORROW_AT_NINE,
    VIEWS,
    a_learner,
    a_quiz,
    answer,
    the_next,
    undo,
)


class ExportContract:
    async def test_everything_that_is_kept_of_a_learner_is_read_as_it_was_written(self, store: Store) -> None:
        learner = await a_learner(store)
        quiz = await a_quiz(store, learner)
        views = await the_next(store, quiz)
        await store.save_attempt(views.id, "36 \U0001f600", right=False, update_id=1, at=NOW)
        undone = await answer(store, views, Grade.GOOD)
        await undo(store, learner, views, update_id=2)
        second = await the_next(store, quiz)
        await store.save_asked(second.id, ASKED)
        again = await answer(store, second, Grade.NEARLY)
        await store.suspend_card(learner.id, LEAF)
        report = await store.save_report(learner.id, again.showing_id, update_id=3, at=NOW)
        assert report is not None
        someone = await a_learner(store, 2)
        other = await a_quiz(store, someone)
        theirs = await the_next(store, other)
        await store.save_asked(theirs.id, ASKED)
        others = await answer(store, theirs, Grade.GOOD)
        await store.bury_card(someone.id, VIEWS, on=DAY)
        await store.save_report(someone.id, others.showing_id, update_id=4, at=NOW)

        kept = await store.kept_of(learner.id)

        assert kept == Kept(
            learner,
            NINE,
            (KeptReview(undone, "[36, 81]", NOW), KeptReview(again, "[36, 81]")),
            (Attempt(views.id, VIEWS, "36 \U0001f600", False, NOW),),
            {VIEWS: again.after},
            {LEAF: Hold(suspended=True)},
            (Reported(VIEWS, report.revision, report.seed, report.answer, "", NOW),),
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
