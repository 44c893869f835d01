"""A duel, a relay, a sprint and a daily over HTTP, with SQLite and torch in the jail. Only time stands still."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studybot.config import Config, load_config
from studybot.core.challenge import LAST_SECONDS, Played
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, Group, LocalChat, Message, Person
from studybot.telegram_bot.app import StudyBot
from studybot.wiring import open_outside
from tests.fakes import FrozenClock
from tests.telegram_bot.conftest import account_of, serving

pytestmark = [pytest.mark.jail]

DECK = """
format: 1
topic: party
title: {ko: "잔치", en: "Party"}
cards:
  - id: party-weight
    kind: choice
    question: {ko: "`weight`의 shape은?", en: "What is the shape of `weight`?"}
    snippet: |
      layer = torch.nn.Linear(3, 5)
      layer.weight.shape
    options:
      - {text: {ko: "`(5, 3)`", en: "`(5, 3)`"}, holds: "layer.weight.shape == (5, 3)", right: true}
      - {text: {ko: "`(3, 5)`", en: "`(3, 5)`"}, holds: "layer.weight.shape == (3, 5)"}
    explanation: {ko: "`x @ weight.T`를 계산해요.", en: "It computes `x @ weight.T`."}
    source: {log: "2023-11-16-week2-day9", date: 2023-11-14}
  - id: party-twice
    kind: fix
    question: {ko: "두 번 부를 수 있게 고쳐 주세요.", en: "Let backward be called twice."}
    snippet: |
      x = torch.ones(2, requires_grad=True)
      y = (x ** 2).sum()
      y.backward()
      y.backward()
      x.grad
    solution: |
      x = torch.ones(2, requires_grad=True)
      y = (x ** 2).sum()
      y.backward(retain_graph=True)
      y.backward()
      x.grad
    explanation: {ko: "버퍼를 남겨 둬요.", en: "It keeps the buffers."}
    source: {log: "2023-11-16-week2-day9", date: 2023-11-14}
"""


@dataclass
class Table:
    """Ann and Bob at a group's table, the running bot, and what it keeps."""

    chat: LocalChat
    clock: FrozenClock
    ann: Person
    bob: Person
    group: Group
    bot: StudyBot
    outside: Outside

    async def begin(self, mode: str, cards: int = 2) -> Message:
        """Open a lobby in a mode with both of them, and return the first message of the game."""
        await self.ann.send(f"/challenge {cards}", to=self.group)
        lobby = await self.ann.next_message(self.group, timeout=60)
        for label in ("⚙ Rules", mode, "◂ Back"):
            await self.ann.press(lobby, label)
        await self.bob.press(lobby, "✋ Join")
        await self.ann.press(lobby, "▶ Start")
        return await self.next()

    async def next(self) -> Message:
        while (message := await self.ann.next_message(self.group, timeout=60)).sender_id in {self.ann.id, self.bob.id}:
            pass
        await self.rests()
        return message

    async def later(self, seconds: float) -> None:
        self.clock.move(timedelta(seconds=seconds))
        await self.bot.tick()

    async def shows(self, message: Message, words: str) -> None:
        await self.chat.wait_for(lambda: words in message.text, timeout=20)
        await self.rests()

    async def closing(self) -> None:
        """Wait until whoever was waited for has answered, and let the moment pass in which that may be changed."""
        soon = self.clock.now() + LAST_SECONDS
        await self.until(lambda: self._wakes_by(soon))
        await self.later(4)

    async def _wakes_by(self, soon: datetime) -> bool:
        return any(at <= soon for _, at in await self.outside.store.waking())

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(20):
            while not await is_so():  # noqa: ASYNC110 - the store tells nobody that it changed
                await asyncio.sleep(0.02)

    async def all_judged(self) -> bool:
        return not await self.outside.store.unjudged_votes()

    async def rests(self) -> None:
        """Wait until nothing is due now."""
        now = self.clock.now()
        await self.until(lambda: self._wakes_after(now))

    async def _wakes_after(self, now: datetime) -> bool:
        return all(at > now for _, at in await self.outside.store.waking())

    async def played(self) -> Played:
        group = await self.outside.store.group_of_chat(self.group.id)  # type: ignore[arg-type]
        assert group is not None
        challenge = await self.outside.store.latest_challenge_in(group.chat_id, 0)
        assert challenge is not None
        played = await self.outside.store.played(challenge.id)
        assert played is not None
        return played


@asynccontextmanager
async def restarted(config: Config, table: Table) -> AsyncIterator[None]:
    """Let another bot take over where this one stopped."""
    async with open_outside(config, table.clock) as outside, serving(account_of(table.chat), outside) as bot:
        table.outside, table.bot = outside, bot
        await outside.deck.ready()
        yield


@pytest.fixture
async def table(home: Path) -> AsyncIterator[tuple[Table, Config]]:
    for file in (home / "cards").rglob("*.yaml"):
        file.unlink()
    (home / "cards" / "party").mkdir()
    (home / "cards" / "party" / "party.yaml").write_text(DECK)
    clock = FrozenClock()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        ann, bob = chat.person("Ann"), chat.person("Bob")
        group = chat.group("Study", [ann, bob])
        yield Table(chat, clock, ann, bob, group, None, None), config  # type: ignore[arg-type]
        assert not chat.refusals


async def answers(person: Person, question: Message, *, right: bool) -> None:
    await person.press(question, "A" if ("A  (5, 3)" in question.text) is right else "B")


async def test_every_mode_is_played_to_its_end_and_a_relay_survives_a_restart(table: tuple[Table, Config]) -> None:
    at, config = table
    async with restarted(config, at):
        await a_duel(at)
        question = await at.begin("relay")
        assert "3  y.backward()" in question.text
        await at.ann.send("2: y = (x ** 3).sum()", to=at.group, reply_to=question)
        await at.closing()
        await at.shows(question, "It is your turn, Bob.")
        assert "Not yet. It raised RuntimeError" in question.text

    async with restarted(config, at):
        await at.bob.send("3: y.backward(retain_graph=True)", to=at.group, reply_to=question)
        await at.closing()
        await at.shows(question, "It is your turn, Ann.")  # it runs, and gives other numbers than it should
        await at.ann.send("2: y = (x ** 2).sum()", to=at.group, reply_to=question)
        await at.closing()
        evidence = await at.next()
        assert "Repaired together, with 3 changed lines." in evidence.text
        await at.later(100)
        assert "You played as one team" in (await at.next()).text

        await a_sprint(at)
        await a_daily(at)


async def a_duel(at: Table) -> None:
    question = await at.begin("duel")
    await answers(at.ann, question, right=False)
    await at.closing()
    await at.shows(question, "It is your turn, Bob.")
    await answers(at.bob, question, right=True)
    await at.closing()
    assert "It computes" in (await at.next()).text
    await at.later(100)
    end = await at.next()
    assert "🥇 Bob: 1 p. (right 0 of 0, taken over 1)" in end.text


async def a_sprint(at: Table) -> None:
    quiz = await at.begin("sprint")
    assert quiz.poll is not None
    assert [option["text"] for option in quiz.poll["options"]] == ["(5, 3)", "(3, 5)"]
    assert "torch.nn.Linear(3, 5)" in quiz.poll["description"]
    for person in (at.ann, at.bob):
        await person.vote(quiz, "(5, 3)")
    await at.closing()
    await at.chat.wait_for(lambda: quiz.poll is not None and quiz.poll["is_closed"])
    await at.rests()
    await at.later(5)
    end = await at.next()
    assert "🥇 Ann: 2 p." in end.text
    assert "🥇 Bob: 2 p." in end.text, "who was quicker does not count"


async def a_daily(at: Table) -> None:
    invitation = await at.begin("daily")
    link = (await at.bob.press(invitation, "✍ Answer in private")).url
    assert link is not None
    await at.bob.send(f"/start {link.partition('start=')[2]}")
    await one_by_one(at, [await at.bob.next_message(timeout=60)])
    await at.until(at.all_judged)
    await at.later(24 * 3600)
    revealed = []
    while "The end" not in (message := await at.next()).text:
        revealed.append(message.text)
        await at.later(20)
    assert len(revealed) == 2
    assert any("What is the shape" in text for text in revealed)
    votes = [vote for votes in (await at.played()).votes.values() for vote in votes]
    assert [vote.right for vote in votes] == [True, True]


async def one_by_one(at: Table, asked: Sequence[Message]) -> None:
    """Answer the cards of a daily in private, whichever comes first."""
    (question,) = asked
    for _ in range(2):
        if "What is the shape" in question.text:
            await answers(at.bob, question, right=True)
        else:
            code = "x = torch.ones(2, requires_grad=True)\n(2 * (x ** 2)).sum().backward()\nx.grad"
            await at.bob.send(code, reply_to=question)
        question = await at.bob.next_message(timeout=60)
    assert question.text.startswith("✓ That was all of it.")
