"""The ways between a group's challenge and the private chat, and from one challenge to the next."""

import pytest

from studybot.local_chat import Group, Message, Person
from tests.fakes import choice_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.conftest import Stage as Scene
from tests.telegram_bot.group_table import later, lobby_with, only, started

pytestmark = pytest.mark.usefixtures("soon")


async def ended(scene: Scene, bob: Person) -> tuple[Group, Message]:
    """Play one card, which Ann has right and Bob has wrong to the end; return the end's message."""
    group, question = await started(scene, [scene.ann, bob])
    await scene.ann.press(question, "four")
    await bob.press(question, "five")
    await later(scene, 4)
    await scene.chat.wait_for(lambda: "Convince" in question.text)
    await later(scene, 90)
    evidence = await scene.ann.next_message(group)
    await scene.ann.press(evidence, "To the result ▸ 👑")
    return group, await scene.ann.next_message(group)


async def follow(person: Person, url: str | None) -> Message:
    """Open a link into the private chat, and return what the bot says there."""
    assert url is not None
    await person.send(f"/start {url.partition('start=')[2]}")
    return await person.next_message()


async def test_again_opens_one_lobby_by_the_same_rules(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        group, end = await ended(scene, bob)

        first = await bob.press(end, "🔁 Again")
        lobby = await ann.next_message(group)
        second = await ann.press(end, "🔁 Again")
        await ann.press(lobby, "✋ Join")

        assert first.text == "A new lobby is open."
        assert second.text == "A challenge is open here already."
        assert "Cards: 1 ·" in lobby.text
        assert "👑 Bob moderates." in lobby.text
        assert "Which?" in (await ann.next_message(group)).text, "all are in, and it begins"
        assert len(scene.store.kept_challenges) == 2
        assert not scene.chat.refusals


async def test_the_link_after_the_end_brings_what_was_missed_and_nothing_else(stage: SetStage) -> None:
    async with stage(choice_card(), choice_card("other")) as scene:
        ann, bob = scene.ann, scene.chat.person("Bob")
        _group, end = await ended(scene, bob)
        link = (await bob.press(end, "📚 Study these in private")).url

        card = await follow(bob, link)
        none = await follow(ann, link)

        (played,) = scene.store.kept_rounds.values()
        assert "Which?" in card.text
        assert [one.card_id for one in scene.store.showings.values() if one.asked] == [played.card_id]
        assert none.text == "You missed nothing there. /today goes on with your own cards."
        assert not scene.chat.refusals


async def test_who_comes_by_the_link_of_a_lobby_is_in_and_the_last_one_lets_it_begin(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = scene.ann, scene.chat.person("Bob"), scene.chat.person("Eve")
        group, lobby = await lobby_with(scene, [ann, bob, eve], "1")
        link = f"https://t.me/{scene.chat.bot_username}?start=c_{only(scene).id}"

        told = await follow(bob, link)
        await scene.chat.wait_for(lambda: "✋ In: Ann, Bob (2)" in lobby.text)
        again = await follow(bob, link)
        await follow(eve, link)

        assert told.text == again.text
        assert told.text.startswith("You are in.")
        assert "Which?" in (await ann.next_message(group)).text
        assert not scene.chat.refusals


async def test_a_link_of_a_challenge_that_nobody_knows_is_answered(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        told = await follow(scene.ann, "https://t.me/bot?start=c_404")

        assert told.text == "That challenge is not known any more."
        assert not scene.store.kept_challenges
