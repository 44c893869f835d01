import asyncio
from datetime import timedelta
from typing import Any

import pytest
from telegram import Update

from studybot.core.run import RunResult, Snippet
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.metrics import Metrics
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot import serving as served_chats
from studybot.telegram_bot.inbox import PollingBot
from studybot.telegram_bot.serving import MOST_TRIES, Once, OwnChats, chat_of
from tests.fakes import FakeDeck, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.telegram_bot.conftest import SetStage, account_of, serving

pytestmark = pytest.mark.faults


def outside(store: MemoryStore, clock: FrozenClock) -> Outside:
    return Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS)


async def test_an_update_stored_before_a_crash_is_handled_once_after_it() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        await ann.send("/help")
        await store.receive(chat.unconfirmed, at=clock.now())  # and there the process was killed

        async with serving(account_of(chat), outside(store, clock)):
            await ann.next_message()
            await ann.send("/settings")
            await ann.next_message()

        assert len([message for message in ann.private.messages if message.from_bot]) == 2
        assert not await store.unhandled()


async def test_an_update_delivered_twice_is_handled_once(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/help")
        await on.ann.next_message()

        on.chat.redeliver()
        await on.ann.send("/settings")
        second = await on.ann.next_message()

        assert "Settings" in second.text
        assert len([message for message in on.ann.private.messages if message.from_bot]) == 2


async def test_updates_are_served_though_telegram_numbers_them_anew_after_a_quiet_week(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/help")
        await on.ann.next_message()

        on.chat.number_updates_anew(1000)
        await on.ann.send("/settings")
        await on.ann.next_message()
        await on.chat.wait_for(lambda: not on.chat.unconfirmed)

        assert await on.store.last_update_id() == 1001
        polls = len(on.chat.world.calls)
        await on.ann.send("/help")
        await on.ann.next_message()
        assert len(on.chat.world.calls) - polls < 10, "it does not ask for what it has over and over"


async def test_a_tick_in_the_night_forgets_the_numbers_that_cannot_come_again(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        await on.ann.send("/help")
        await on.ann.next_message()
        await on.bot.tick()
        assert await on.store.last_update_id() is not None

        on.clock.move(timedelta(days=3, hours=19, minutes=5))
        async with asyncio.timeout(10):
            while await on.store.unhandled():  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.01)
        await on.bot.tick()

        assert await on.store.last_update_id() is None


async def test_an_update_that_cannot_be_read_does_not_block_the_others() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        broken = {"update_id": 1, "message": {"chat": {"id": ann.id}, "poll": {"new": "field"}}}
        await store.receive([broken], at=clock.now())

        async with serving(account_of(chat), outside(store, clock)):
            await ann.send("/help")
            await ann.next_message()

        assert not await store.unhandled()


async def test_an_update_that_kills_the_process_is_given_up_after_some_tries() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        await ann.send("/help")
        await store.receive(chat.unconfirmed, at=clock.now())
        for _ in range(MOST_TRIES):
            await store.begin_update(chat.unconfirmed[0]["update_id"])

        async with serving(account_of(chat), outside(store, clock)):
            await ann.send("/settings")
            only = await ann.next_message()

        assert "Settings" in only.text
        assert not await store.unhandled()


async def test_messages_sent_while_the_bot_was_down_are_answered_in_order() -> None:
    clock, store = FrozenClock(), MemoryStore()
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann, bob = chat.person("Ann"), chat.person("Bob")
        await ann.send("/help")
        await bob.send("/settings")
        await ann.send("/settings")

        async with serving(account_of(chat), outside(store, clock)):
            first, second = await ann.next_message(), await ann.next_message()
            others = await bob.next_message()

        assert "/today" in first.text
        assert "Settings" in second.text
        assert "Settings" in others.text


async def test_a_chat_whose_code_runs_for_long_holds_up_nobody(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        bob, hold = on.chat.person("Bob"), asyncio.Event()
        original = on.runner.run

        async def slow(snippet: Snippet, *, asked_by: str = "", urgent: bool = True) -> RunResult:
            await hold.wait()
            return await original(snippet, asked_by=asked_by, urgent=urgent)

        on.runner.run = slow  # type: ignore[method-assign]
        await on.ann.send("/today")
        await on.ann.send("/settings")
        await bob.send("/help")

        assert "/today" in (await bob.next_message()).text
        assert [each.text for each in on.ann.private.messages if each.from_bot] == []
        hold.set()
        first, second = await on.ann.next_message(), await on.ann.next_message()
        assert "What is it?" in first.text
        assert "Settings" in second.text, "within a chat, in order"


async def test_only_so_many_chats_are_served_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_chats, "CHATS_AT_ONCE", 3)
    store, clock, at_once, most = MemoryStore(), FrozenClock(), 0, 0
    done = asyncio.Semaphore(0)

    async def handle(_: object) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        done.release()

    await store.receive([raw_message(number) for number in range(20)], at=clock.now())
    chats = OwnChats(store, Once(store, PollingBot("1:x"), handle, Metrics()))
    await chats.take_up()
    for _ in range(20):
        await done.acquire()
    await chats.close()

    assert most == 3


def raw_message(number: int) -> dict[str, Any]:
    chat = {"id": 100 + number, "type": "private"}
    return {"update_id": 1 + number, "message": {"message_id": 1, "date": 0, "chat": chat, "text": "hello"}}


async def test_more_than_a_batch_left_behind_by_a_crash_is_all_handled() -> None:
    store, clock = MemoryStore(), FrozenClock()
    handled: asyncio.Queue[int] = asyncio.Queue()

    async def handle(update: Update) -> None:
        handled.put_nowait(update.update_id)

    await store.receive([raw_message(number) for number in range(1500)], at=clock.now())
    chats = OwnChats(store, Once(store, PollingBot("1:x"), handle, Metrics()))
    await chats.take_up()
    all_of_them = {await handled.get() for _ in range(1500)}
    await chats.close()

    assert all_of_them == set(range(1, 1501))


@pytest.mark.usefixtures("quick_retries")
async def test_a_lost_connection_is_taken_up_again(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        on.chat.fail_next("getUpdates", "reset")
        await on.ann.send("/help")
        await on.ann.next_message()

        on.chat.fail_next("getUpdates", 502)
        await on.ann.send("/settings")

        assert "Settings" in (await on.ann.next_message()).text


def test_the_chat_of_an_update_is_found_in_all_kinds_in_use() -> None:
    chat = {"id": 7}

    assert chat_of({"update_id": 1, "message": {"chat": chat}}) == 7
    assert chat_of({"update_id": 1, "edited_message": {"chat": chat}}) == 7
    assert chat_of({"update_id": 1, "callback_query": {"from": {"id": 9}, "message": {"chat": chat}}}) == 7
    assert chat_of({"update_id": 1, "callback_query": {"from": {"id": 9}}}) == 9
    assert chat_of({"update_id": 1, "my_chat_member": {"chat": chat}}) == 7
    assert chat_of({"update_id": 1, "something_new": {}}) == 0
