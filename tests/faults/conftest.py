"""The real bot over HTTP on a real database, with a deck and a sandbox that are fakes: what breaks is around them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from studybot.core.learner import ChatId
from studybot.core.review import Review
from studybot.core.run import RunResult, RunStatus
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.upgrade import upgrade
from studybot.telegram_bot.app import StudyBot
from tests.fakes import FakeDeck, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.telegram_bot.conftest import account_of, quick_retries, serving

__all__ = ["quick_retries"]

PATIENT_SECONDS = 30.0


@dataclass
class Scene:
    chat: LocalChat
    ann: Person
    clock: FrozenClock
    outside: Outside
    store: SqlStore
    bot: StudyBot

    async def first_card(self) -> Message:
        await self.ann.send("/start")
        hello = await self.ann.next_message(timeout=PATIENT_SECONDS)
        await self.ann.press(hello, hello.buttons[0][0])
        card = await self.ann.next_message(timeout=PATIENT_SECONDS)
        async with asyncio.timeout(PATIENT_SECONDS):
            while await self.store.unhandled():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return card

    async def typed(self, text: str, card: Message) -> Message:
        version = card.version
        await self.ann.send(text)
        return await self.ann.next_edit(card, since=version, timeout=PATIENT_SECONDS)

    async def reviews(self) -> list[Review]:
        learner = await self.store.learner_of_chat(ChatId(self.ann.id))
        assert learner is not None
        return list(await self.store.reviews_of(learner.id))


OpenScene = Callable[..., AbstractAsyncContextManager[Scene]]


@pytest.fixture
def scene(tmp_path: Path, quick_retries: None) -> OpenScene:
    @asynccontextmanager
    async def open_scene(url: str = "") -> AsyncIterator[Scene]:
        url = url or f"sqlite:///{tmp_path / 'studybot.db'}"
        upgrade(url)
        clock, store, cards = FrozenClock(), SqlStore(url), [predict_card(), predict_card("two")]
        for card in cards:
            await store.save_card(card.card_id, card.revision, card.body())
        runner = FakeRunner(lambda _: RunResult(RunStatus.OK, value=4))
        outside = Outside(store, FakeDeck(list(cards)), runner, clock, SCHEDULERS)
        async with (
            LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat,
            serving(account_of(chat), outside) as bot,
        ):
            yield Scene(chat, chat.person("Ann", language="en"), clock, outside, store, bot)
        await store.close()

    return open_scene
