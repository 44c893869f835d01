"""What every store promises of groups and their challenges."""

from dataclasses import replace
from datetime import timedelta

import pytest

from studybot.core.ballot import Follow, MemberId
from studybot.core.card import Language
from studybot.core.challenge import NOBODY, Challenge, Group, Member, Round, Rules, Stage, Step, Take, Vote
from studybot.core.learner import ChatId
from studybot.core.points import Level
from studybot.core.quiz import Quiz
from studybot.core.review import Review
from studybot.core.schedule import Grade
from studybot.core.weekly import WEEKDAYS, Weekly
from studybot.errors import StoreError
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    DAY,
    LEAF,
    NINE,
    NOW,
    SM2,
    VIEWS,
    a_learner,
    a_quiz,
    a_review,
    answer,
    the_next,
)

GROUP = ChatId(-100_500)
ANN, BOB, EVE = (Member(MemberId(number), name) for number, name in ((11, "Ann"), (12, "Bob <b>"), (13, "Eve")))
SOON = NOW + timedelta(seconds=60)


async def a_group(store: Store, chat_id: ChatId = GROUP) -> Group:
    return await store.welcome_group(chat_id, language=Language.KO, zone="Asia/Seoul")


async def a_lobby(store: Store, chat_id: ChatId = GROUP, *, thread: int = 0) -> Challenge:
    group = await a_group(store, chat_id)
    challenge, _ = await store.open_challenge(group, thread, Rules(), moderator=ANN, at=NOW, until=SOON)
    return challenge


async def a_round(store: Store, challenge: Challenge, position: int = 0) -> Round:
    if position == 0:
        await store.start_challenge(challenge.id, [VIEWS, LEAF], at=NOW)
    return await store.begin_round(challenge.id, position, (VIEWS, LEAF)[position], ASKED)


def a_vote(member: Member, right: bool | None = True, *, ballot: int = 0, update_id: int = 0) -> Vote:
    return Vote(
        member.person, ballot, "1" if right else "2", right, NOW, update_id or int(member.person) + 100 * ballot
    )


async def of_views(store: Store, quiz: Quiz, grade: Grade) -> Review:
    """Return the review that a vote on VIEWS comes to, while another card of the quiz is open."""
    review = await a_review(store, await the_next(store, quiz), grade)
    return replace(review, card_id=VIEWS, after=SM2.review(None, grade, on=DAY))


async def again(store: Store, challenge: Challenge) -> Challenge:
    found = await store.challenge(challenge.id)
    assert found is not None
    return found


async def again_round(store: Store, one: Round) -> Round:
    found = await store.round(one.id)
    assert found is not None
    return found


async def wakes(store: Store) -> list[object]:
    return [at for _, at in await store.waking()]


class ChallengeContract:
    """The fixture `store` gives an empty store."""

    # groups

    async def test_a_group_is_welcomed_once(self, store: Store) -> None:
        group = await a_group(store)

        again = await store.welcome_group(GROUP, language=Language.EN, zone="UTC")

        assert again == group == await store.group_of_chat(GROUP)
        assert await store.group_of_chat(ChatId(-1)) is None

    async def test_a_group_keeps_its_language_and_whether_we_are_in_it(self, store: Store) -> None:
        group = replace(await a_group(store), language=Language.EN, present=False)

        await store.save_group(group)

        assert await store.group_of_chat(GROUP) == group

    async def test_an_upgraded_group_takes_its_challenge_along(self, store: Store) -> None:
        lobby = await a_lobby(store)
        await store.save_lobby_message(lobby.id, 5)
        one = await a_round(store, lobby)
        await store.save_ballot_shown(one.id, 0, 6, at=NOW, until=SOON)
        await a_group(store, ChatId(-999))  # a message from there came first

        await store.move_chat(GROUP, ChatId(-999))
        await store.move_chat(GROUP, ChatId(-999))

        moved = await store.challenge_in(ChatId(-999), 0)
        assert moved is not None
        assert (moved.id, moved.message_id, moved.wakes_at) == (lobby.id, None, SOON)
        assert (await again_round(store, one)).message_id is None, "ids begin anew in a supergroup"
        assert await store.challenge_in(GROUP, 0) is None

    async def test_challenges_open_by_themselves_once_for_each_time(self, store: Store) -> None:
        group = await a_group(store)
        weekly = Weekly(WEEKDAYS, NINE.timetz().replace(tzinfo=None))
        await store.save_weekly(group.id, 0, weekly, Rules(cards=3, topics=("views",)), next_at=NOW)

        (due,) = await store.weeklies_due(NOW)
        claims = [await store.claim_weekly(due, next_at=SOON) for _ in range(2)]

        assert due.weekly == weekly
        assert due.rules == Rules(cards=3, topics=("views",))
        assert due == await store.weekly_in(group.id, 0) or claims == [True, False]
        assert claims == [True, False]
        assert not await store.weeklies_due(NOW)

    async def test_what_opens_by_itself_can_be_changed_and_ended(self, store: Store) -> None:
        group = await a_group(store)
        await store.save_weekly(group.id, 0, Weekly(WEEKDAYS, NINE.time()), Rules(), next_at=NOW)
        await store.save_weekly(group.id, 0, Weekly(frozenset({6}), NINE.time()), Rules(), next_at=SOON)

        kept = await store.weekly_in(group.id, 0)
        await store.save_weekly(group.id, 0, None, Rules(), next_at=None)

        assert kept is not None
        assert (kept.weekly.weekdays, kept.next_at) == (frozenset({6}), SOON)
        assert await store.weekly_in(group.id, 0) is None

    # the lobby

    async def test_a_group_has_one_open_challenge_at_a_time(self, store: Store) -> None:
        lobby = await a_lobby(store)

        there, new = await store.open_challenge(lobby.group, 0, Rules(cards=3), moderator=BOB, at=NOW, until=SOON)
        await store.end_challenge(lobby.id, Stage.CALLED_OFF, at=NOW)
        other, other_new = await store.open_challenge(lobby.group, 0, Rules(), moderator=BOB, at=NOW, until=SOON)

        assert (there, new) == (lobby, False)
        assert other_new
        assert other.id != lobby.id

    async def test_each_forum_topic_has_its_own(self, store: Store) -> None:
        one, other = await a_lobby(store), await a_lobby(store, thread=7)

        assert one.id != other.id
        assert await store.challenge_in(GROUP, 7) == other
        assert await store.open_challenges(one.group.id) == [one, other]

    async def test_who_opens_it_moderates_and_is_in(self, store: Store) -> None:
        lobby = await a_lobby(store)

        assert lobby.moderator == ANN.person
        assert await store.members(lobby.id) == [ANN]
        assert [found.id for found in await store.challenges_of(GROUP, ANN.person)] == [lobby.id]

    async def test_joining_twice_is_joining_once(self, store: Store) -> None:
        lobby = await a_lobby(store)

        joined = [await store.join(lobby.id, BOB, at=NOW) for _ in range(2)]

        assert joined == [True, False]
        assert await store.members(lobby.id) == [ANN, BOB]

    async def test_who_left_may_come_back(self, store: Store) -> None:
        lobby = await a_lobby(store)
        await store.join(lobby.id, BOB, at=NOW)

        left = [await store.leave(lobby.id, BOB.person) for _ in range(2)]
        gone = await store.members(lobby.id)
        back = await store.join(lobby.id, BOB, at=NOW)

        assert left == [True, False]
        assert gone == [ANN, replace(BOB, here=False)]
        assert back
        assert await store.members(lobby.id) == [ANN, BOB]

    async def test_who_agreed_to_be_named_is_not_asked_again(self, store: Store) -> None:
        lobby = await a_lobby(store)
        assert await store.name_me(lobby.id, ANN.person, named=True)
        assert not await store.name_me(lobby.id, BOB.person, named=True)
        await store.end_challenge(lobby.id, Stage.CALLED_OFF, at=NOW)

        later = await a_lobby(store)
        await store.join(later.id, BOB, at=NOW)

        assert await store.members(later.id) == [replace(ANN, named=True), BOB]

    async def test_the_rules_can_be_changed_until_it_starts(self, store: Store) -> None:
        lobby = await a_lobby(store)

        before = await store.save_rules(lobby.id, Rules(cards=3, vote_seconds=30, topics=("views",)))
        await store.start_challenge(lobby.id, [VIEWS], at=NOW)
        after = await store.save_rules(lobby.id, Rules())

        assert (before, after) == (True, False)
        assert (await again(store, lobby)).rules == Rules(cards=3, vote_seconds=30, topics=("views",))

    async def test_the_moderator_passes_it_on(self, store: Store) -> None:
        lobby = await a_lobby(store)

        await store.pass_on(lobby.id, BOB.person)

        assert (await again(store, lobby)).moderator == BOB.person

    async def test_it_starts_once_and_ends_once(self, store: Store) -> None:
        lobby = await a_lobby(store)

        started = [await store.start_challenge(lobby.id, [VIEWS, LEAF], at=NOW) for _ in range(2)]
        ended = [await store.end_challenge(lobby.id, Stage.OVER, at=NOW) for _ in range(2)]

        assert started == ended == [True, False]
        assert (await again(store, lobby)).plan == (VIEWS, LEAF)
        assert await store.latest_challenge_in(GROUP, 0) == await again(store, lobby)
        assert not await store.join(lobby.id, BOB, at=NOW)
        with pytest.raises(ValueError, match="is no end"):
            await store.end_challenge(lobby.id, Stage.LOBBY, at=NOW)

    # what happens by itself

    async def test_a_challenge_wakes_until_its_end_is_told(self, store: Store) -> None:
        lobby = await a_lobby(store)
        in_lobby = await wakes(store)
        await store.start_challenge(lobby.id, [VIEWS], at=NOW)
        playing = await wakes(store)
        await store.put_off(lobby.id, until=SOON, tries=2)
        put_off, tries = await wakes(store), (await again(store, lobby)).tries
        await store.end_challenge(lobby.id, Stage.OVER, at=NOW)
        over = await wakes(store)
        await store.save_end_message(lobby.id, 99)
        told = await wakes(store)
        await store.rest(lobby.id)

        assert told == over
        assert (in_lobby, playing, put_off, tries, over) == ([SOON], [NOW], [SOON], 2, [NOW])
        assert await wakes(store) == []

    async def test_nothing_happens_where_the_bot_was_removed(self, store: Store) -> None:
        lobby = await a_lobby(store)

        await store.save_group(replace(lobby.group, present=False))

        assert await wakes(store) == []

    async def test_it_can_be_hurried_and_never_slowed_down(self, store: Store) -> None:
        lobby = await a_lobby(store)

        await store.hurry(lobby.id, at=NOW)
        await store.hurry(lobby.id, at=SOON)

        assert await wakes(store) == [NOW]

    # rounds

    async def test_a_round_is_begun_once(self, store: Store) -> None:
        challenge = await a_lobby(store)
        one = await a_round(store, challenge)

        same = await store.begin_round(challenge.id, 0, LEAF, replace(ASKED, seed=8))

        assert same == one == await store.round(one.id)
        assert one.asked == ASKED
        assert await store.rounds_of(challenge.id) == [one]
        assert await store.cards_played(challenge.group.id) == [VIEWS]

    async def test_the_time_of_a_ballot_runs_from_when_it_is_shown(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))

        await store.save_ballot_shown(one.id, 0, 77, at=NOW, until=SOON)
        await store.save_ballot_shown(one.id, 0, 78, at=SOON, until=SOON + timedelta(hours=1))

        shown = await again_round(store, one)
        assert (shown.shown, shown.message_id, shown.shown_at) == (1, 77, NOW)
        assert await wakes(store) == [SOON]

    async def test_a_ballot_is_closed_once(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        await store.save_ballot_shown(one.id, 0, 77, at=NOW, until=SOON)

        closed = [await store.close_ballot(one.id, 0, Follow.HINT, at=NOW) for _ in range(2)]
        second = await again_round(store, one)
        await store.close_ballot(one.id, 1, Follow.EXPLAIN, at=NOW)

        assert closed == [True, False]
        assert (second.afters, second.step, second.ballot) == ((None, Follow.HINT), Step.VOTE, 1)
        assert (await again_round(store, one)).step is Step.EVIDENCE
        assert await wakes(store) == [NOW]

    async def test_the_evidence_is_shown_and_left_once(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        await store.close_ballot(one.id, 0, Follow.EXPLAIN, at=NOW)
        await store.save_evidence_shown(one.id, 88, until=SOON)

        gone_on = [await store.finish_round(one.id, at=NOW) for _ in range(2)]

        assert gone_on == [True, False]
        assert (await again_round(store, one)).evidence_id == 88

    async def test_what_a_round_costs_is_counted(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))

        await store.count_operations(one.id, 2)
        await store.count_operations(one.id, 1)
        await store.mark_noted(one.id)
        await store.save_question_message(one.id, 5)

        kept = await again_round(store, one)
        assert (kept.operations, kept.noted, kept.message_id) == (3, True, 5)

    # votes

    async def test_a_vote_is_kept_by_round_and_person_and_can_be_changed(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))

        counts = [
            await store.save_vote(one.id, a_vote(ANN), ANN),
            await store.save_vote(one.id, a_vote(ANN), ANN),
            await store.save_vote(one.id, a_vote(ANN, right=False, update_id=5), ANN),
            await store.save_vote(one.id, a_vote(BOB), BOB),
        ]

        assert [(count.votes, count.members) for count in counts if count] == [(1, 1), (1, 1), (1, 1), (2, 2)]
        assert {vote.person: vote.right for vote in await store.votes_of(one.id)} == {11: False, 12: True}
        assert await store.vote_of(one.id, 0, BOB.person) == a_vote(BOB)
        assert await store.vote_of(one.id, 1, BOB.person) is None

    async def test_who_comes_late_may_not_be_the_last(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        await store.save_ballot_shown(one.id, 0, 77, at=NOW, until=SOON)

        alone = await store.save_vote(one.id, a_vote(ANN), ANN)
        late = await store.save_vote(one.id, replace(a_vote(BOB), at=SOON), BOB)

        assert alone is not None
        assert late is not None
        assert (alone.late, late.late) == (0, 1)
        assert not alone.everybody
        assert not late.everybody

    async def test_a_vote_after_the_close_is_not_taken(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        await store.save_vote(one.id, a_vote(ANN), ANN)
        await store.close_ballot(one.id, 0, Follow.DISCUSS, at=NOW)

        late = await store.save_vote(one.id, a_vote(BOB), BOB)
        second = await store.save_vote(one.id, a_vote(BOB, ballot=1), BOB)
        await store.close_ballot(one.id, 1, Follow.EXPLAIN, at=NOW)

        assert late is None
        assert second is not None
        assert second.votes == 1
        assert await store.save_vote(one.id, a_vote(EVE, ballot=1), EVE) is None

    async def test_code_is_judged_later_unless_it_was_changed_meanwhile(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        first, second = a_vote(ANN, None, update_id=1), a_vote(ANN, None, update_id=2)
        await store.save_vote(one.id, first, ANN)
        await store.save_vote(one.id, second, ANN)

        assert await store.unjudged_votes() == [(one.id, second)]
        assert not await store.judge_vote(one.id, first, right=True)
        assert await store.judge_vote(one.id, second, right=False)
        assert not await store.judge_vote(one.id, second, right=True)
        assert await store.unjudged_votes() == []
        assert [vote.right for vote in await store.votes_of(one.id)] == [False]

    async def test_a_vote_that_cannot_be_judged_is_taken_back(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        await store.save_vote(one.id, a_vote(ANN, None), ANN)

        await store.judge_vote(one.id, a_vote(ANN, None), right=None)

        assert await store.votes_of(one.id) == []

    async def test_takes_are_kept_once(self, store: Store) -> None:
        challenge = await a_lobby(store)
        one = await a_round(store, challenge)
        take = Take(BOB.person, "because of <speed>", NOW)

        kept = [await store.save_take(one.id, take, BOB, update_id=1) for _ in range(2)]

        played = await store.played(challenge.id)
        assert kept == [True, False]
        assert played is not None
        assert list(played.takes[one.id]) == [take]
        assert played.name_of(BOB.person) == "Bob <b>"

    async def test_everything_that_was_played_comes_in_one_hand(self, store: Store) -> None:
        challenge = await a_lobby(store)
        first = await a_round(store, challenge)
        await store.save_vote(first.id, a_vote(ANN), ANN)
        await store.save_vote(first.id, a_vote(BOB, right=False), BOB)
        await store.close_ballot(first.id, 0, Follow.DISCUSS, at=NOW)
        await store.save_vote(first.id, a_vote(BOB, ballot=1), BOB)
        second = await a_round(store, challenge, 1)

        played = await store.played(challenge.id)

        assert played is not None
        assert [one.id for one in played.rounds] == [first.id, second.id]
        (ballots,) = played.ballots
        assert [(set(one.right), set(one.wrong)) for one in ballots.ballots] == [({11}, {12}), ({11, 12}, set())]
        assert await store.played(type(challenge.id)(404)) is None

    async def test_a_level_comes_from_the_first_votes_before(self, store: Store) -> None:
        before = await a_lobby(store)
        one = await a_round(store, before)
        await store.save_vote(one.id, a_vote(ANN, right=False), ANN)
        await store.close_ballot(one.id, 0, Follow.HINT, at=NOW)
        await store.save_vote(one.id, a_vote(ANN, ballot=1), ANN)
        await store.end_challenge(before.id, Stage.OVER, at=NOW)
        now = await a_lobby(store)
        await store.save_vote((await a_round(store, now)).id, a_vote(ANN), ANN)

        assert dict(await store.levels(before)) == {}
        assert dict(await store.levels(now)) == {ANN.person: Level(0, 1)}

    async def test_a_door_leads_to_a_round_while_it_is_voted_on(self, store: Store) -> None:
        one = await a_round(store, await a_lobby(store))
        await store.open_door(ANN.person, one.id)

        inside = await store.door_of(ANN.person)
        await store.close_ballot(one.id, 0, Follow.EXPLAIN, at=NOW)

        assert inside == one
        assert await store.door_of(ANN.person) is None
        assert await store.door_of(BOB.person) is None

    async def test_somebody_is_told_once_after_the_end(self, store: Store) -> None:
        lobby = await a_lobby(store)

        assert await store.claim_telling(lobby.id, ANN.person)
        assert not await store.claim_telling(lobby.id, ANN.person)
        assert not await store.claim_telling(lobby.id, BOB.person)

    # learners

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
