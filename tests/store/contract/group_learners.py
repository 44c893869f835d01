"""What every store promises of members who learn in private, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.challenge import NOBODY, Take
from studybot.core.quiz import Quiz
from studybot.core.review import Review
from studybot.core.schedule import Grade
from studybot.errors import StoreError
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    DAY,
    LEAF,
    NOW,
    SM2,
    VIEWS,
    a_learner,
    a_quiz,
    a_review,
    answer,
    the_next,
)
from tests.store.given_challenges import (
    ANN,
    BOB,
    EVE,
    a_lobby,
    a_round,
    a_vote,
)


async def of_views(store: Store, quiz: Quiz, grade: Grade) -> Review:
    """Return the review that a vote on VIEWS comes to, while another card of the quiz is open."""
    review = await a_review(store, await the_next(store, quiz), grade)
    return replace(review, card_id=VIEWS, after=SM2.review(None, grade, on=DAY))


class GroupLearnerContract:
    async def test_learners_are_those_who_pressed_start_and_can_be_reached(self, store: Store) -> None:
        ann, bob = await a_learner(store, 11), await a_learner(store, 12)
        await store.mark_reachable(bob.id, reachable=False)

        assert dict(await store.learners_among([ANN.person, BOB.person, EVE.person])) == {ANN.person: ann.id}

    async def test_due_cards_are_counted_over_the_members(self, store: Store) -> None:
        for chat in (11, 12):
            learner = await a_learner(store, chat)
            quiz = await a_quiz(store, learner, [VIEWS])
            showing = await store.next_showing(quiz.id)
            assert showing is not None
            await answer(store, showing, Grade.GOOD)

        due = await store.due_among([ANN.person, BOB.person, EVE.person], on=DAY + timedelta(days=1))

        assert due == {VIEWS: 2}
        assert not await store.due_among([ANN.person], on=DAY)

    async def test_a_vote_counts_as_the_review_of_the_planned_showing_once(self, store: Store) -> None:
        learner = await a_learner(store, 11)
        quiz = await a_quiz(store, learner, [LEAF, VIEWS])
        review = await of_views(store, quiz, Grade.GOOD)

        counted = [await store.save_group_review(review, ASKED, "1", update_id=5) for _ in range(2)]

        assert counted == [True, False]
        assert await store.memory_of(learner.id, VIEWS) == review.after
        kept = await store.quiz_on(learner.id, DAY)
        assert kept is not None
        assert (kept.total, kept.settled) == (2, 1)
        open_one = await store.next_showing(quiz.id)
        assert open_one is not None
        assert open_one.card_id == LEAF

    async def test_a_missed_card_that_was_not_planned_is_drilled_in_private(self, store: Store) -> None:
        learner = await a_learner(store, 11)
        quiz = await a_quiz(store, learner, [LEAF])
        wrong = await of_views(store, quiz, Grade.RECOGNISED)

        assert await store.save_group_review(wrong, ASKED, "2", update_id=5)

        kept = await store.quiz_on(learner.id, DAY)
        assert kept is not None
        assert (kept.total, kept.settled) == (3, 1)
        assert VIEWS in await store.cards_of_quiz(quiz.id)

    async def test_a_card_that_is_open_in_private_is_left_to_that_answer(self, store: Store) -> None:
        learner = await a_learner(store, 11)
        quiz = await a_quiz(store, learner, [VIEWS])
        planned = await store.next_showing(quiz.id)
        assert planned is not None
        await store.save_asked(planned.id, ASKED)

        review = await a_review(store, planned, Grade.GOOD)

        assert not await store.save_group_review(review, ASKED, "1", update_id=5)
        assert await store.memory_of(learner.id, VIEWS) is None

    async def test_a_vote_on_a_memory_that_moved_on_is_handled_again(self, store: Store) -> None:
        learner = await a_learner(store, 11)
        quiz = await a_quiz(store, learner, [VIEWS])
        planned = await store.next_showing(quiz.id)
        assert planned is not None
        review = await a_review(store, planned, Grade.GOOD)

        with pytest.raises(StoreError, match="moved on"):
            await store.save_group_review(replace(review, before=review.after), ASKED, "1", update_id=5)
        with pytest.raises(LookupError):
            await store.save_group_review(replace(review, day=DAY + timedelta(days=1)), ASKED, "1", update_id=5)

    async def test_a_day_with_a_vote_counts_as_a_day_in_a_row(self, store: Store) -> None:
        learner = await a_learner(store, 11)

        for _ in range(2):
            await store.note_group_day(learner.id, DAY)

        assert list(await store.study_days(learner.id)) == [DAY]

    async def test_who_is_forgotten_is_taken_out_of_every_challenge(self, store: Store) -> None:
        learner = await a_learner(store, 11)
        challenge = await a_lobby(store)
        one = await a_round(store, challenge)
        await store.save_vote(one.id, a_vote(ANN), ANN)
        await store.save_vote(one.id, a_vote(BOB), BOB)
        await store.save_take(one.id, Take(ANN.person, "mine", NOW), ANN, update_id=1)
        await store.open_door(ANN.person, one.id)

        await store.forget_learner(learner.id)

        played = await store.played(challenge.id)
        assert played is not None
        assert played.members == (BOB,)
        assert [vote.person for vote in played.votes[one.id]] == [BOB.person]
        assert not played.takes.get(one.id)
        assert played.challenge.moderator == NOBODY
        assert await store.door_of(ANN.person) is None
