"""A group at the bot's table: the real bot over HTTP; its store, deck and sandbox are fakes. Time stands still."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from studybot.core.challenge import Challenge
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.local_chat import Group, Message, Person, actions
from tests.telegram_bot.conftest import Stage as Scene


async def later(scene: Scene, seconds: float) -> None:
    """Let time pass, and wait until the bot has done what is due."""
    scene.clock.move(timedelta(seconds=seconds))
    await scene.bot.tick()
    await scene.bot.groups.clock.settled()


async def until(happened: Callable[[], object]) -> None:
    """Wait for what the chat does not show."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - the fake store tells nobody
            await asyncio.sleep(0.005)


def as_a_jail(snippet: Snippet) -> RunResult:
    """Give other values for the whole sum than for the sums of the rows."""
    values = (3.0, 4.0) if "x.sum()" in snippet.code else (1.0, 2.0)
    return RunResult(RunStatus.OK, value=[[[], value, 0, 0, 0] for value in values])


async def lobby_with(scene: Scene, people: Sequence[Person], words: str = "") -> tuple[Group, Message]:
    group = scene.chat.group("Study", people)
    await people[0].send(f"/challenge {words}".strip(), to=group)
    return group, await people[0].next_message(group)


async def started(scene: Scene, people: Sequence[Person], words: str = "1") -> tuple[Group, Message]:
    """Play up to the first question."""
    group, lobby = await lobby_with(scene, people, words)
    for person in people[1:]:
        await person.press(lobby, "✋ Join")
    if len(people) == 1:
        await people[0].press(lobby, "▶ Start")
    return group, await people[0].next_message(group)


async def three(scene: Scene) -> list[Person]:
    return [scene.ann, scene.chat.person("Bob <b>"), scene.chat.person("Eve")]


def only(scene: Scene) -> Challenge:
    (challenge,) = scene.store.kept_challenges.values()
    return challenge


def leave(scene: Scene, group: Group, person: Person) -> None:
    actions.leave(scene.chat.world, group.id, person.id)
    scene.chat.world.state.commit()


def delete(scene: Scene, message: Message) -> None:
    scene.chat.world.state.drop_message(message.chat_id, message.id)
    scene.chat.world.state.commit()
