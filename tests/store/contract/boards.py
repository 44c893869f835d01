"""What every store promises of the weekly board."""

from datetime import timedelta

from studybot.core.board import Earned, Naming
from studybot.core.learner import ChatId
from studybot.ports import Store
from tests.store.challenge_contract import ANN, BOB, GROUP, a_group, a_lobby
from tests.store.given import DAY, a_learner

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
