"""A group plays a challenge: the real bot over HTTP, its store, deck and sandbox are fakes. Time stands still."""

from collections.abc import Sequence
from datetime import timedelta

from studybot.local_chat import Group, Message, Person
from tests.fakes import choice_card
from tests.telegram_bot.conftest import SetStage
from tests.telegram_bot.conftest import Stage as Scene


async def in_step(scene: Scene) -> None:
    """Wait until the bot has done whatever it can do now."""
    await scene.bot.groups.clock.settled()


async def later(scene: Scene, seconds: float) -> None:
    scene.clock.move(timedelta(seconds=seconds))
    await scene.bot.tick()
    await in_step(scene)


async def lobby_with(scene: Scene, people: Sequence[Person], words: str = "") -> tuple[Group, Message]:
    group = scene.chat.group("Study", people)
    await people[0].send(f"/challenge {words}".strip(), to=group)
    return group, await people[0].next_message(group)


async def started(scene: Scene, people: Sequence[Person], words: str = "1") -> tuple[Group, Message]:
    """Play up to the first question."""
    group, lobby = await lobby_with(scene, people, words)
    for person in people[1:]:
        await person.press(lobby, "✋ Join")
    return group, await people[0].next_message(group)


async def test_a_challenge_is_played_from_the_lobby_to_the_end(stage: SetStage) -> None:
    async with stage(choice_card()) as scene:
        ann, bob, eve = scene.ann, scene.chat.person("Bob <b>"), scene.chat.person("Eve")
        group, question = await started(scene, [ann, bob, eve])
        print(group)
        assert "Which?" in question.text
        toast = await ann.press(question, "four")
        print(toast)
        await bob.press(question, "five")
        await eve.press(question, "six")
        await later(scene, 4)
        print(group)
        await scene.chat.wait_for(lambda: "hint" in question.text)
        for person in (ann, bob, eve):
            await person.press(question, "four")
        await later(scene, 4)
        evidence = await ann.next_message(group)
        print(group)
        await ann.press(evidence, evidence.buttons[0][0])
        end = await ann.next_message(group)
        print(group)
        assert "Bob <b>" in end.text
        assert not scene.chat.refusals
