"""Groups, lobbies, rounds and votes as the tests of the store begin with."""

from datetime import timedelta

from studybot.core.ballot import MemberId
from studybot.core.card import Language
from studybot.core.challenge import Challenge, Group, Member, Round, Rules, Vote
from studybot.core.learner import ChatId
from studybot.ports import Store
from tests.store.given import (
    ASKED,
    LEAF,
    NOW,
    VIEWS,
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
