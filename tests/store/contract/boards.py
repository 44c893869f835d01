"""What every store promises of the weekly board."""

from datetime import timedelta

from studybot.core.board import Earned, Naming
from studybot.core.challenge import Mode, Rules, Stage, Take
from studybot.core.export import BoardName, GroupName, GroupPoints, GroupTake, GroupVote, InGroups
from studybot.core.learner import ChatId
from studybot.ports import Store
from tests.store.given import DAY, NOW, VIEWS, a_learner
from tests.store.given_challenges import ANN, BOB, GROUP, a_group, a_lobby, a_round, a_vote

OTHER = ChatId(-100_501)


class BoardContract:
    async def test_how_somebody_wants_to_be_named_is_kept_for_each_group(self, store: Store) -> None:
        group, other = await a_group(store), await a_group(store, OTHER)

        await store.save_naming(group.id, ANN.person, Naming("Ann <b>", "pseudonym", 7))
        await store.save_naming(group.id, BOB.person, Naming("Bob", "name"))
        await store.save_naming(group.id, BOB.person, Naming("Bob", "hidden"))

        assert await store.namings(group.id) == {
            ANN.person: Naming("Ann <b>", "pseudonym", 7),
            BOB.person: Naming("Bob", "hidden"),
        }
        assert await store.namings(other.id) == {}

    async def test_what_a_challenge_brought_is_stored_once(self, store: Store) -> None:
        challenge, other = await a_lobby(store), await a_lobby(store, OTHER)

        await store.save_earnings(challenge.id, {ANN.person: 4, BOB.person: 0}, on=DAY)
        await store.save_earnings(challenge.id, {ANN.person: 9}, on=DAY)
        await store.save_earnings(other.id, {ANN.person: 1}, on=DAY)

        assert list(await store.earnings(challenge.group.id, since=DAY)) == [
            Earned(ANN.person, DAY, 4),
            Earned(BOB.person, DAY, 0),
        ]
        assert list(await store.earnings(challenge.group.id, since=DAY + timedelta(days=1))) == []

    async def test_who_is_forgotten_is_on_no_board(self, store: Store) -> None:
        learner = await a_learner(store, int(ANN.person))
        challenge = await a_lobby(store, GROUP)
        await store.save_naming(challenge.group.id, ANN.person, Naming("Ann", "name"))
        await store.save_earnings(challenge.id, {ANN.person: 4, BOB.person: 2}, on=DAY)

        await store.forget_learner(learner.id)

        assert await store.namings(challenge.group.id) == {}
        assert list(await store.earnings(challenge.group.id, since=DAY)) == [Earned(BOB.person, DAY, 2)]

    async def test_who_takes_their_data_away_takes_what_they_did_in_groups_and_nobody_elses(self, store: Store) -> None:
        learner = await a_learner(store, int(ANN.person))
        challenge = await a_lobby(store)
        one = await a_round(store, challenge)
        for member in (ANN, BOB):
            await store.save_vote(one.id, a_vote(member), member)
            await store.save_take(one.id, Take(member.person, "mine", NOW), member, update_id=int(member.person))
            await store.save_naming(challenge.group.id, member.person, Naming(member.name, "name"))
        await store.name_me(challenge.id, ANN.person, named=True)
        await store.save_earnings(challenge.id, {ANN.person: 4, BOB.person: 2}, on=DAY)

        kept = await store.kept_of(learner.id)

        assert kept.in_groups == InGroups(
            (GroupVote(challenge.id, VIEWS, 0, "1", True, NOW),),
            (GroupTake(challenge.id, VIEWS, "mine", NOW),),
            (GroupName(challenge.id, ANN.name, named=True),),
            (GroupPoints(challenge.id, DAY, 4),),
            (BoardName(challenge.group.id, ANN.name, "name", None),),
        )

    async def test_a_teams_work_tells_nothing_of_anybodys_level(self, store: Store) -> None:
        group = await a_group(store)
        relay, _ = await store.open_challenge(group, 0, Rules(mode=Mode.RELAY), moderator=ANN, at=NOW, until=NOW)
        one = await a_round(store, relay)
        await store.save_vote(one.id, a_vote(ANN, right=False), ANN)
        await store.end_challenge(relay.id, Stage.OVER, at=NOW)

        assert await store.levels(await a_lobby(store)) == {}
