"""The webhook, end to end: the local chat calls the real bot over HTTP, as Telegram would."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from studybot.core.learner import Settings
from studybot.errors import StoreError
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot.app import StudyBot
from studybot.telegram_bot.pace import NO_LIMITS
from studybot.telegram_bot.webhook import MOST_BYTES, SECRET_HEADER, Address, secret_of
from studybot.wiring import serving_web
from tests.fakes import FakeDeck, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.telegram_bot.conftest import account_of, serving


class FullDisk(MemoryStore):
    """Refuses to store so many updates."""

    refuses = 0

    async def receive(self, *args: object, **kwargs: object) -> set[int]:
        if self.refuses:
            self.refuses -= 1
            raise StoreError("the disk is full")
        return await super().receive(*args, **kwargs)  # type: ignore[arg-type, return-value]


@dataclass
class Called:
    chat: LocalChat
    bot: StudyBot
    store: FullDisk
    url: str

    async def post(self, body: bytes, secret: str | None = None) -> int:
        given = secret_of(self.chat.token) if secret is None else secret
        async with httpx.AsyncClient() as client:
            return (await client.post(self.url, content=body, headers={SECRET_HEADER: given})).status_code

    async def until_all_is_handled(self) -> None:
        async with asyncio.timeout(10):
            while await self.store.unhandled():  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.01)

    async def refusals(self) -> dict[str, float]:
        samples = [sample for metric in self.bot.metrics.refusals.collect() for sample in metric.samples]
        counted = {each.labels["reason"]: each.value for each in samples if each.name.endswith("_total")}
        return {reason: count for reason, count in counted.items() if count}


def free_port() -> int:
    from studybot.web import listening_socket

    with listening_socket(0) as taken:
        return int(taken.getsockname()[1])


@asynccontextmanager
async def called(chat: LocalChat, store: FullDisk) -> AsyncIterator[Called]:
    """Run the bot as `studybot run --webhook` does, and stop it in order."""
    outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), FrozenClock(), SCHEDULERS)
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    async with (
        StudyBot(account_of(chat), Settings(), outside, limits=NO_LIMITS, webhook=Address(url)) as bot,
        serving_web(outside, port, bot),
    ):
        task = asyncio.create_task(bot.run())
        try:
            yield Called(chat, bot, store, url)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def chat() -> AsyncIterator[LocalChat]:
    async with LocalChat(clock=FrozenClock().now, flood=NO_FLOOD_LIMITS) as chat:
        yield chat


async def test_a_message_is_brought_and_answered(chat: LocalChat) -> None:
    async with called(chat, FullDisk()) as on:
        ann = chat.person("Ann")
        await ann.send("/help")

        assert "/today" in (await ann.next_message()).text
        await chat.wait_for(lambda: not chat.unconfirmed)
        await on.until_all_is_handled()
        assert on.bot.last_contact is not None


async def test_what_was_sent_while_the_bot_was_down_is_brought_in_order_once_it_is_back(chat: LocalChat) -> None:
    ann = chat.person("Ann")
    async with called(chat, FullDisk()):
        await ann.send("/help")
        await ann.next_message()

    await ann.send("/settings")

    async with called(chat, FullDisk()):
        assert "Settings" in (await ann.next_message()).text


async def test_an_update_that_could_not_be_stored_is_brought_again(chat: LocalChat) -> None:
    store = FullDisk()
    store.refuses = 2
    async with called(chat, store) as on:
        ann = chat.person("Ann")
        await ann.send("/help")

        assert "/today" in (await ann.next_message()).text
        assert await on.refusals() == {"webhook_not_stored": 2}


async def test_an_update_that_is_brought_twice_is_handled_once(chat: LocalChat) -> None:
    async with called(chat, FullDisk()):
        ann = chat.person("Ann")
        await ann.send("/help")
        await ann.next_message()

        chat.redeliver()
        await ann.send("/settings")

        assert "Settings" in (await ann.next_message()).text
        assert len([message for message in ann.private.messages if message.from_bot]) == 2


async def test_whoever_does_not_know_the_secret_is_not_heard(chat: LocalChat) -> None:
    async with called(chat, FullDisk()) as on:
        assert await on.post(b'{"update_id": 1}', secret="guessed") == 403
        assert await on.post(b'{"update_id": 1}', secret="") == 403

        assert await on.store.last_update_id() is None
        assert await on.refusals() == {"webhook_wrong_secret": 2}


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{", 400, "webhook_unreadable"),
        (b"[" * 100_000, 400, "webhook_unreadable"),
        (b"[]", 400, "webhook_unreadable"),
        (b'{"update_id": "1"}', 400, "webhook_unreadable"),
        (b'{"update_id": true}', 400, "webhook_unreadable"),
        (b" " * (MOST_BYTES + 1), 413, "webhook_too_large"),
    ],
    ids=["no JSON", "deep JSON", "no object", "no number", "a truth", "too long"],
)
async def test_what_is_no_update_is_refused(chat: LocalChat, body: bytes, status: int, reason: str) -> None:
    async with called(chat, FullDisk()) as on:
        assert await on.post(body) == status

        assert await on.store.last_update_id() is None
        assert await on.refusals() == {reason: 1}


async def test_an_update_that_is_no_use_is_stored_and_done_with(chat: LocalChat) -> None:
    async with called(chat, FullDisk()) as on:
        assert await on.post(b'{"update_id": 7, "message": 5}') == 200
        assert await on.post(b'{"update_id": 8, "something_new": {}}') == 200

        await on.until_all_is_handled()


async def test_a_stop_loses_no_update(chat: LocalChat) -> None:
    ann, store = chat.person("Ann"), FullDisk()
    for round_ in range(5):
        async with called(chat, store):
            for number in range(4):
                await ann.send(f"/help {round_} {number}")
            await ann.next_message()

    async with called(chat, store):
        await chat.wait_for(lambda: len([each for each in ann.private.messages if each.from_bot]) >= 20)

    assert not chat.unconfirmed
    assert not await store.unhandled()


async def test_a_webhook_that_somebody_took_off_is_set_again(chat: LocalChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studybot.telegram_bot.webhook.LOOK_SECONDS", 0.02)
    async with called(chat, FullDisk()):
        await chat.wait_for(lambda: chat.world.updates.webhook)
        chat.world.updates.set_webhook(None, None)
        chat.world.state.commit()

        ann = chat.person("Ann")
        await ann.send("/help")
        assert "/today" in (await ann.next_message()).text


async def test_polling_takes_the_webhook_off(chat: LocalChat) -> None:
    ann, store = chat.person("Ann"), FullDisk()
    async with called(chat, store):
        await ann.send("/help")
        await ann.next_message()

    outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), FrozenClock(), SCHEDULERS)
    async with serving(account_of(chat), outside):
        await ann.send("/settings")
        assert "Settings" in (await ann.next_message()).text


async def test_the_figures_are_served_beside_it(chat: LocalChat) -> None:
    async with called(chat, FullDisk()) as on:
        ann = chat.person("Ann")
        await ann.send("/help")
        await ann.next_message()
        async with httpx.AsyncClient() as client:
            figures = (await client.get(on.url.replace("/telegram", "/metrics"))).text
            health = await client.get(on.url.replace("/telegram", "/healthz"))

    assert 'studybot_updates_total{kind="message"} 1.0' in figures
    assert 'studybot_sends_total{method="sendMessage",outcome="ok"} 1.0' in figures
    assert health.json()["parts"]["telegram"]["healthy"]
