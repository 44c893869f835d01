"""The lobby of a challenge: who is in, by which rules, who moderates, and how it opens."""

from datetime import timedelta

import pytest

from studybot.core.ballot import MemberId
from tests.fakes import choice_card, claim_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.group_table import later, leave, lobby_with, only, started, three, until

pytestmark = pytest.mark.usefixtures("soon")


async def test_the_moderator_alone_changes_the_rules_and_may_pass_that_on(stage: SetStage) -> None:
    async with stage(choice_card(), claim_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve])
        await bob.press(lobby, "✋ Join")

        refused = await bob.press(lobby, "⚙ Rules")
        await ann.press(lobby, "👑 Pass on")
        await ann.press(lobby, "Bob <b>")
        await bob.press(lobby, "⚙ Rules")
        await bob.press(lobby, "cards: 3")
        await bob.press(lobby, "30 s")
        await bob.press(lobby, "📚 Topics")
        await bob.press(lobby, "tensors")
        await bob.press(lobby, "◂ Back")
        await scene.chat.wait_for(lambda: "Cards: 3 · tensors · 30 s a vote" in lobby.text)

        assert refused.text == "The moderator decides that."
        assert "👑 Bob <b> moderates." in lobby.text


async def test_the_rules_offer_as_many_cards_as_will_be_played(stage: SetStage) -> None:
    async with stage(choice_card(), claim_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve])
        await ann.press(lobby, "⚙ Rules")

        await ann.press(lobby, "duel")
        await scene.chat.wait_for(lambda: "Cards: 6" in lobby.text)
        assert lobby.buttons[0] == ["cards: 4", "✓ cards: 6", "cards: 10"]

        await ann.press(lobby, "relay")
        await scene.chat.wait_for(lambda: "Cards: 1 " in lobby.text)
        assert lobby.buttons[0][0] == "30 s", "a relay has one card: there is nothing to choose"


async def test_a_moderator_who_leaves_the_group_is_succeeded(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = await three(scene)
        group, lobby = await lobby_with(scene, [ann, bob, eve])
        await bob.press(lobby, "✋ Join")

        leave(scene, group, ann)
        await until(lambda: only(scene).moderator == bob.id)
        await bob.press(lobby, "▶ Start")

        await scene.chat.wait_for(lambda: "Which?" in group.last_from_bot.text)


async def test_where_the_moderator_is_silent_anybody_may_start(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve])
        await bob.press(lobby, "✋ Join")

        early = await bob.press(lobby, "▶ Start")
        scene.clock.move(timedelta(minutes=4))
        await bob.press(lobby, "▶ Start")

        assert early.text == "The moderator decides that."
        await until(lambda: scene.store.kept_rounds)


async def test_one_challenge_at_a_time_in_a_group(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, _question = await started(scene, [ann, bob])

        await bob.send("/challenge", to=group)

        await scene.chat.wait_for(lambda: "comes first" in group.last_from_bot.text)
        assert len(scene.store.kept_challenges) == 1


async def test_a_lobby_that_nobody_starts_is_called_off(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        _group, lobby = await lobby_with(scene, [scene.ann, scene.chat.person("Bob")])

        await later(scene, 31 * 60)

        assert "Called off." in lobby.text
        assert lobby.buttons == []


async def test_lobbies_open_by_themselves_at_their_hour(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:  # Monday 09:00 in Seoul
        ann = scene.ann
        group = scene.chat.group("Study", [ann, scene.chat.person("Bob")])
        await ann.send("/challenge weekdays 16:00", to=group)
        told = await ann.next_message(group)

        await later(scene, 7 * 3600)
        lobby = await ann.next_message(group)
        await later(scene, 60)
        await ann.send("/challenge off", to=group)
        ended = await ann.next_message(group)

        assert "next Mon, Nov 16 4:00 PM" in told.text
        assert "Nobody moderates" in lobby.text
        assert "No lobby opens by itself" in ended.text
        assert not scene.store.weeklies


async def test_a_link_brings_the_bot_into_a_group_and_opens_a_lobby(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann = scene.ann
        await ann.send("/challenge")
        way = await ann.next_message()
        group = scene.chat.group("Study", [ann, scene.chat.person("Bob")])
        await ann.send(f"/start@{scene.chat.bot_username} challenge", to=group)

        assert (await ann.press(way, "👥 Choose a group")).url == (
            f"https://t.me/{scene.chat.bot_username}?startgroup=challenge"
        )
        assert "A challenge together" in (await ann.next_message(group)).text


async def test_members_who_never_joined_are_in_when_they_vote(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = await three(scene)
        _group, lobby = await lobby_with(scene, [ann, bob, eve], "1")
        await bob.press(lobby, "✋ Join")
        await ann.press(lobby, "▶ Start")
        question = await ann.next_message(_group)

        toast = await eve.press(question, "four")

        assert "1 of 3" in (toast.text or "")
        assert MemberId(eve.id) in {member.person for member in await scene.store.members(only(scene).id)}
