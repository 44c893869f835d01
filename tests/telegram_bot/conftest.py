import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from studybot.core.learner import Settings
from studybot.core.run import RunResult, RunStatus
from studybot.core.value import Tensor
from studybot.flows.outside import Outside
from studybot.kinds import Card
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot import inbox
from studybot.telegram_bot import serving as serving_module
from studybot.telegram_bot.app import Account, StudyBot
from studybot.telegram_bot.group import presses, rounds
from studybot.telegram_bot.pace import NO_LIMITS, Limits
from tests.fakes import FakeDeck, FrozenClock
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore

GRADIENT = RunResult(RunStatus.OK, stdout="leaf\n", value=Tensor("float32", (2,), (1,), (36.0, 81.0)))


@dataclass
class Stage:
    """The real bot talking HTTP to the real local chat; store, deck and sandbox are fakes."""

    chat: LocalChat
    bot: StudyBot
    outside: Outside
    store: MemoryStore
    deck: FakeDeck
    runner: FakeRunner
    clock: FrozenClock
    ann: Person


def account_of(chat: LocalChat) -> Account:
    return Account(chat.token, chat.api_url)


@asynccontextmanager
async def serving(account: Account, outside: Outside, *, limits: Limits = NO_LIMITS) -> AsyncIterator[StudyBot]:
    """Run the bot as `studybot run` does, and stop it in order."""
    async with StudyBot(account, Settings(), outside, limits=limits) as bot:
        task = asyncio.create_task(bot.run())
        try:
            yield bot
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def until_the_outbox_is_empty(on: Stage) -> None:
    async with asyncio.timeout(10):
        while on.store.outbox:
            on.clock.move(timedelta(seconds=1))
            await on.bot.tick()
            await asyncio.to_thread(lambda: None)  # Telegram answers in real time


SetStage = Callable[..., AbstractAsyncContextManager[Stage]]


@pytest.fixture
def stage() -> SetStage:
    @asynccontextmanager
    async def set_stage(*cards: Card, language: str = "en") -> AsyncIterator[Stage]:
        clock, store, deck = FrozenClock(), MemoryStore(), FakeDeck(list(cards))
        runner = FakeRunner(
            lambda snippet: {
                "2 == 3": RunResult(RunStatus.OK, stdout="two\n", value=False),
                "gradient": GRADIENT,
            }.get(snippet.code, RunResult(RunStatus.OK, value=4))
        )
        outside = Outside(store, deck, runner, clock, SCHEDULERS)
        for card in cards:
            await store.save_card(card.card_id, card.revision, card.body())
        async with (
            LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat,
            serving(account_of(chat), outside) as bot,
        ):
            yield Stage(chat, bot, outside, store, deck, runner, clock, chat.person("Ann", language=language))

    return set_stage


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again at once what the bot tries again in a second or two."""
    for module in (inbox, serving_module):
        monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.02)


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show counters and lobbies without waiting for others to come together."""
    monkeypatch.setattr(rounds, "SECONDS_BETWEEN_COUNTS", 0.05)
    monkeypatch.setattr(presses, "SECONDS_BETWEEN_LOBBIES", 0.0)
