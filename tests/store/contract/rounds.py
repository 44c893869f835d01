"""What every store promises of the rounds of a challenge, and of the votes in them."""

from dataclasses import replace
from datetime import timedelta

from studybot.core.ballot import Follow
from studybot.core.challenge import Stage, Step, Take
from studybot.core.points import Level
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    LEAF,
    NOW,
    VIEWS,
)
from tests.store.given_challenges import (
    ANN,
    BOB,
    EVE,
    SOON,
    a_lobby,
    a_round,
    a_vote,
    again_round,
    wakes,
)


class RoundContract:
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
