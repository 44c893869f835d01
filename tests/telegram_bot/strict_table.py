"""Telegram with its strict limits, one bot or several, and people at a human pace: all of it in virtual time.

The bots and the Bot API server are the real ones; what lies between them takes 50 ms and needs no socket.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pytest
from telegram.request import BaseRequest, RequestData

from studybot.core.learner import Settings
from studybot.core.run import RunResult, RunStatus
from studybot.flows.outside import Outside
from studybot.kinds import Card
from studybot.local_chat import FloodLimits, Group, LocalChat, Message, Person, updates
from studybot.local_chat.flood import Flood
from studybot.ports import Store
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot import app
from studybot.telegram_bot.app import Account, StudyBot
from studybot.telegram_bot.serving import take_in
from studybot.telegram_bot.transport import _body
from studybot.telegram_bot.webhook import Address
from tests.fakes import FakeDeck
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore

BASE = "http://127.0.0.1:8642"
ON_THE_WAY_SECONDS = 0.05
PATIENT_SECONDS = 600.0


class LoopClock:
    """Calendar time that goes with the loop's clock."""

    def now(self) -> datetime:
        return datetime(2026, 11, 16, tzinfo=UTC) + timedelta(seconds=asyncio.get_running_loop().time())


class InProcess(BaseRequest):
    """Hands each call to the Bot API server itself."""

    def __init__(self, chat: LocalChat) -> None:
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(chat.server.app(8642)))

    @property
    def read_timeout(self) -> float | None:
        return None

    async def initialize(self) -> None: ...
    async def shutdown(self) -> None: ...

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        await asyncio.sleep(ON_THE_WAY_SECONDS)
        assert request_data is None or not request_data.contains_files, "a file would need a form"
        body, headers = _body(request_data, None)
        answer = await self._client.request(method, url, content=body, headers=headers)
        return answer.status_code, answer.content


@dataclass(eq=False)
class Seat:
    """One bot's place at a store that several share: turns are its own until it ends them."""

    store: MemoryStore
    seats: list["Seat"]
    turns: dict[int, "Seat"]
    shared: bool = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def take_turn(self, turn: int) -> bool:
        return self.turns.setdefault(turn, self) is self

    async def end_turn(self, turn: int) -> None:
        if self.turns.get(turn) is self:
            del self.turns[turn]

    async def holds_turn(self, turn: int) -> bool:
        return self.turns.get(turn) is self

    async def bots(self) -> int:
        return len(self.seats)


@dataclass
class StrictTable:
    """`waits` are the seconds that somebody waited for an answer to what they did, by what it was."""

    chat: LocalChat
    store: MemoryStore
    bots: list[StudyBot]
    waits: dict[str, list[float]] = field(default_factory=dict)
    brought: int = 0

    async def bring_updates(self) -> None:
        """Bring updates to the bots in turn, as a proxy between them and Telegram does."""
        queue = self.chat.world.updates
        news = asyncio.Event()
        self.chat.world.state.listen(lambda _: news.set())
        while True:
            news.clear()
            for update in queue.for_webhook():
                bot = self.bots[self.brought % len(self.bots)]
                self.brought += 1
                await take_in([update], bot._outside.store, bot._outside.clock, bot._chats)
                queue.delivered(update)
            await news.wait()

    async def timed(self, what: str, act: Awaitable[Any]) -> Any:
        loop = asyncio.get_running_loop()
        began = loop.time()
        result = await act
        self.waits.setdefault(what, []).append(loop.time() - began)
        return result

    async def press(self, person: Person, message: Message, label: str, *, after: float = 0) -> None:
        await asyncio.sleep(after)
        toast = await self.timed("press", person.press(message, label, timeout=PATIENT_SECONDS))
        assert toast is not None

    async def command(self, person: Person, text: str, group: Group, *, after: float = 0) -> None:
        """Say something to the bot in a group, and wait for the answer."""
        await asyncio.sleep(after)
        asked = await person.send(text, to=group)
        await self.timed(text, self.chat.wait_for(lambda: replies(group, asked), timeout=PATIENT_SECONDS))

    async def shows(self, what: str, message: Message, words: str) -> None:
        await self.timed(what, self.chat.wait_for(lambda: words in message.text, timeout=PATIENT_SECONDS))

    async def next(self, what: str, person: Person, group: Group) -> Message:
        """Return the next message to the group that is no answer to a command."""
        while True:
            message = await self.timed(what, person.next_message(group, timeout=PATIENT_SECONDS))
            if "reply_to_message" not in message.record:
                return cast("Message", message)


def replies(group: Group, asked: Message) -> list[Message]:
    return [
        message
        for message in group.messages
        if message.from_bot and message.record.get("reply_to_message", {}).get("message_id") == asked.id
    ]


@asynccontextmanager
async def strict_table(monkeypatch: pytest.MonkeyPatch, *cards: Card, bots: int) -> AsyncIterator[StrictTable]:
    loop, clock, store = asyncio.get_running_loop(), LoopClock(), MemoryStore()
    for card in cards:
        await store.save_card(card.card_id, card.revision, card.body())
    chat = LocalChat(clock=clock.now)
    monkeypatch.setattr(updates, "time", loop)
    monkeypatch.setattr(app, "request_of", lambda **_: InProcess(chat))
    chat.world.flood = Flood(FloodLimits(), loop.time)
    seats: list[Seat] = []
    seats += [Seat(store, seats, {}) for _ in range(bots)]
    for seat in seats:
        seat.turns = seats[0].turns
    stores = [cast("Store", seat) for seat in seats] if bots > 1 else [store]
    async with AsyncExitStack() as running:
        playing = []
        for own in stores:
            outside = Outside(
                own, FakeDeck(list(cards)), FakeRunner(lambda _: RunResult(RunStatus.OK, value=4)), clock, SCHEDULERS
            )
            bot = StudyBot(
                Account(chat.token, f"{BASE}/bot"),
                Settings(),
                outside,
                webhook=Address("http://127.0.0.1:8643/telegram"),
            )
            playing.append(await running.enter_async_context(bot))
        table = StrictTable(chat, store, playing)
        tasks = [asyncio.create_task(bot.run()) for bot in playing]
        await asyncio.sleep(1)
        tasks.append(asyncio.create_task(table.bring_updates()))
        try:
            yield table
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    chat.world.close()
