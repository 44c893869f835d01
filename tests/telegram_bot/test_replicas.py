"""Several bots on one PostgreSQL: each chat in order, everything once, and one may be killed at any moment."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import UTC, datetime
from functools import partial

import pytest
from telegram import Update

from studybot.errors import StoreError
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Person
from studybot.metrics import Metrics
from studybot.store import SqlStore
from studybot.telegram_bot import serving
from studybot.telegram_bot.fellows import Fellows
from studybot.telegram_bot.inbox import PollingBot
from studybot.telegram_bot.pace import TELEGRAMS_LIMITS, Pace
from studybot.telegram_bot.serving import Once, OwnChats, SharedChats, chat_of, take_in
from tests.balancer import balancer
from tests.fakes import FrozenClock
from tests.postgresql import Server
from tests.telegram_bot.test_webhook import free_port

BURST = 12


def raw_message(number: int, chat: int) -> dict[str, object]:
    place = {"id": chat, "type": "private"}
    return {"update_id": number, "message": {"message_id": 1, "date": 0, "chat": place, "text": str(number)}}


def raw_vote(number: int, chat: int) -> dict[str, object]:
    message = {"message_id": 1, "date": 0, "chat": {"id": chat, "type": "supergroup"}, "text": "Which?"}
    person = {"id": 9, "is_bot": False, "first_name": "Ann"}
    press = {"id": str(number), "from": person, "chat_instance": "1", "data": "cv:1:0:1", "message": message}
    return {"update_id": number, "callback_query": press}


@pytest.fixture
async def stores(postgresql_url: str) -> AsyncIterator[list[SqlStore]]:
    stores = [SqlStore(postgresql_url), SqlStore(postgresql_url)]
    yield stores
    for store in stores:
        await store.close()


async def test_two_bots_serve_every_chat_in_order_and_each_update_once(stores: list[SqlStore]) -> None:
    handled: list[tuple[int, int]] = []
    at_it: Counter[int] = Counter()
    everything = asyncio.Event()

    async def handle(update: Update) -> None:
        assert update.effective_chat is not None
        chat = update.effective_chat.id
        at_it[chat] += 1
        assert at_it[chat] == 1, "two bots are at one chat"
        await asyncio.sleep(0.001)
        handled.append((chat, update.update_id))
        at_it[chat] -= 1
        if len(handled) == 200:
            everything.set()

    both = [SharedChats(store, Once(store, PollingBot("1:x"), handle, Metrics())) for store in stores]
    for chats in both:
        await chats.take_up()
    for number in range(200):
        which = number * 7 % 2 if number % 5 else (number // 5) % 2
        await take_in([raw_message(number, 100 + number % 8)], stores[which], FrozenClock(), both[which])
    async with asyncio.timeout(30):
        await everything.wait()
    for chats in both:
        await chats.close()

    assert len(handled) == len(set(handled)) == 200
    for chat in range(100, 108):
        order = [number for where, number in handled if where == chat]
        assert order == sorted(order)
    assert await stores[0].chats_waiting(limit=9) == []


async def test_a_bot_whose_connection_breaks_knows_that_its_turns_are_lost(
    stores: list[SqlStore], postgresql: Server
) -> None:
    one, other = stores
    assert await one.take_turn(7)
    assert await one.holds_turn(7)
    assert not await other.holds_turn(7)

    with closing(postgresql.connect()) as server:
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7")
    async with asyncio.timeout(10):
        while not await other.take_turn(7):  # noqa: ASYNC110 - the server notices in its own time
            await asyncio.sleep(0.01)

    with suppress(StoreError):  # it says so once
        await one.bots()
    assert not await one.holds_turn(7)
    assert await other.holds_turn(7)
    await other.end_turn(7)


async def test_what_a_bot_stored_and_did_not_live_to_handle_is_handled_by_the_other(
    stores: list[SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SWEEP_SECONDS", 0.02)
    dead, alive = stores
    await dead.receive([raw_message(1, 5)], at=FrozenClock().now(), chats=[chat_of(raw_message(1, 5))])
    assert await dead.take_turn(5)
    handled: asyncio.Queue[int] = asyncio.Queue()

    async def handle(update: Update) -> None:
        handled.put_nowait(update.update_id)

    chats = SharedChats(alive, Once(alive, PollingBot("1:x"), handle, Metrics()))
    await chats.take_up()
    await asyncio.sleep(0)
    assert handled.empty()
    await dead.end_turn(5)

    async with asyncio.timeout(10):
        assert await handled.get() == 1
    await chats.close()


async def test_an_update_that_could_not_be_marked_as_handled_is_taken_up_again(
    stores: list[SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "SWEEP_SECONDS", 0.02)
    store, handled, mark = stores[0], asyncio.Queue[int](), stores[0].finish_updates
    away = iter([StoreError("the database is away")] * 2)

    async def finish(update_ids: Sequence[int]) -> None:
        if error := next(away, None):
            raise error
        await mark(update_ids)

    async def handle(update: Update) -> None:
        handled.put_nowait(update.update_id)

    monkeypatch.setattr(store, "finish_updates", finish)
    chats = SharedChats(store, Once(store, PollingBot("1:x"), handle, Metrics()))
    await chats.take_up()
    await take_in([raw_message(1, 5), raw_message(2, 5)], store, FrozenClock(), chats)

    async with asyncio.timeout(10):
        assert [await handled.get() for _ in range(4)] == [1, 1, 1, 2]
        while await store.unhandled():  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.01)
    await chats.close()


@pytest.mark.parametrize("kind", [OwnChats, SharedChats])
async def test_a_slow_answer_in_a_group_holds_up_nobody_and_is_finished_when_it_is_given(
    stores: list[SqlStore], monkeypatch: pytest.MonkeyPatch, kind: type[OwnChats] | type[SharedChats]
) -> None:
    monkeypatch.setattr(serving, "HOLD_UP_SECONDS", 0.02)
    store, handled, may_end = stores[0], asyncio.Queue[int](), asyncio.Event()

    async def handle(update: Update) -> None:
        if update.update_id == 1:
            await may_end.wait()
        handled.put_nowait(update.update_id)

    chats = kind(store, Once(store, PollingBot("1:x"), handle, Metrics()))
    await chats.take_up()
    await take_in([raw_message(number, -5) for number in (1, 2, 3)], store, FrozenClock(), chats)

    async with asyncio.timeout(10):
        assert [await handled.get() for _ in range(2)] == [2, 3]
        assert await store.unhandled(limit=1) == [raw_message(1, -5)], "a kill would lose no answer"
        may_end.set()
        assert await handled.get() == 1
        while await store.unhandled():  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.01)
    await chats.close()


@pytest.mark.parametrize("chat", [5, -5], ids=["in private", "votes in a group"])
@pytest.mark.parametrize("kind", [OwnChats, SharedChats])
async def test_an_answer_or_a_vote_waits_for_the_one_before_it(
    stores: list[SqlStore], monkeypatch: pytest.MonkeyPatch, kind: type[OwnChats] | type[SharedChats], chat: int
) -> None:
    monkeypatch.setattr(serving, "HOLD_UP_SECONDS", 0.0)
    store, handled = stores[0], asyncio.Queue[int]()

    async def handle(update: Update) -> None:
        await asyncio.sleep(0.1 if update.update_id == 1 else 0)
        handled.put_nowait(update.update_id)

    chats = kind(store, Once(store, PollingBot("1:x"), handle, Metrics()))
    await chats.take_up()
    raw = raw_message if chat > 0 else raw_vote
    await take_in([raw(number, chat) for number in (1, 2, 3)], store, FrozenClock(), chats)

    async with asyncio.timeout(10):
        assert [await handled.get() for _ in range(3)] == [1, 2, 3]
    await chats.close()


async def test_each_bot_keeps_to_its_share_of_what_the_account_may_send(stores: list[SqlStore]) -> None:
    paces = [Pace(TELEGRAMS_LIMITS) for _ in stores]
    both = [Fellows(store, pace) for store, pace in zip(stores, paces, strict=True)]
    for each in (*both, *both):
        await each.look()

    assert [each.bots for each in both] == [2, 2]
    assert [pace.limits.overall for pace in paces] == [15, 15]
    assert [pace.limits.kept_free for pace in paces] == [1, 1]

    await stores[1].close()
    async with asyncio.timeout(10):
        while both[0].bots > 1:  # the server notices in its own time
            await both[0].look()
    assert paces[0].limits == TELEGRAMS_LIMITS


async def test_two_bots_count_together_what_a_group_hears(stores: list[SqlStore]) -> None:
    limits = TELEGRAMS_LIMITS.of_chat(-7)

    async def send(store: SqlStore) -> float:
        return await store.count_together(-7, [], limits, patience=0)

    waits = await asyncio.gather(*(send(stores[number % 2]) for number in range(40)))

    assert sum(wait == 0 for wait in waits) == TELEGRAMS_LIMITS.burst


@asynccontextmanager
async def replica(chat: LocalChat, database: str, *webhook: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run one bot as a process; it is killed with SIGKILL at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.telegram_bot.replica", database, chat.token, chat.api_url, *webhook),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        await process.stdout.readline()
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]


def all_is_answered(person: Person) -> bool:
    return len(set(answered(person))) >= BURST


def answered(person: Person) -> list[int]:
    """Return the messages that were answered, in the order of the answers."""
    records = [message.record for message in person.private.messages if message.from_bot]
    return [record["reply_to_message"]["message_id"] for record in records if "reply_to_message" in record]


async def test_one_of_two_webhook_bots_is_killed_and_the_other_goes_on(postgresql_url: str) -> None:
    async with (
        LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat,  # noqa: TID251
        balancer() as (between, url),
        AsyncExitStack() as running,
    ):
        between.ports = [free_port(), free_port()]
        first, _ = [
            await running.enter_async_context(replica(chat, postgresql_url, str(port), url)) for port in between.ports
        ]
        people = [chat.person(name) for name in ("Ann", "Bob", "Cho")]
        for number in range(BURST):
            for person in people:
                await person.send(f"/run {number} + 1")
            if number == BURST // 2:
                await chat.wait_for(lambda: sum(between.taken.values()) >= BURST)
                first.send_signal(signal.SIGKILL)
        for person in people:
            await chat.wait_for(partial(all_is_answered, person), timeout=30)

        assert all(count for count in between.taken.values())
        for person in people:
            asked = [message.id for message in person.private.messages if not message.from_bot]
            order = answered(person)
            assert sorted(set(order)) == asked, "nothing is lost"
            assert len(order) <= BURST + 1, "only what was being answered at the kill may be answered again"
            assert order == sorted(order), "in order"
        await until_nothing_waits(postgresql_url)


async def until_nothing_waits(database: str) -> None:
    store = SqlStore(database)
    try:
        async with asyncio.timeout(10):
            while await store.chats_waiting(limit=9):  # noqa: ASYNC110 - a database tells nobody
                await asyncio.sleep(0.02)
    finally:
        await store.close()


async def test_of_two_polling_bots_one_polls_and_the_other_takes_over(postgresql_url: str) -> None:
    async with (
        LocalChat(clock=lambda: datetime.now(UTC), flood=NO_FLOOD_LIMITS) as chat,  # noqa: TID251
        AsyncExitStack() as running,
    ):
        ann = chat.person("Ann")
        first = await running.enter_async_context(replica(chat, postgresql_url))
        await chat.until_bot_listens()
        await running.enter_async_context(replica(chat, postgresql_url))
        await ann.send("/help")
        await ann.next_message()

        first.send_signal(signal.SIGKILL)
        await ann.send("/settings")

        await chat.wait_for(lambda: any("Settings" in each.text for each in ann.private.messages), timeout=30)
        assert not any(call.code == 409 for call in chat.world.calls), "they never polled both"
