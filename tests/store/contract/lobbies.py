"""What every store promises of groups, and of their challenges up to the first card and after the last."""

from dataclasses import replace

import pytest

from studybot.core.card import Language
from studybot.core.challenge import Rules, Stage
from studybot.core.learner import ChatId
from studybot.core.weekly import WEEKDAYS, Weekly
from studybot.ports import Store
from tests.store.given import (
    LEAF,
    NINE,
    NOW,
    VIEWS,
)
from tests.store.given_challenges import (
    ANN,
    BOB,
    GROUP,
    SOON,
    a_group,
    a_lobby,
    a_round,
    again,
    again_round,
    wakes,
)


class LobbyContract:
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
