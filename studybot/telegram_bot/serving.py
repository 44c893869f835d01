"""Stored updates are handled: per chat in order, once, and of many chats at the same time."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from telegram import Bot, Update

from studybot.errors import StoreError
from studybot.metrics import Metrics, timed
from studybot.ports import Clock, Store
from studybot.telegram_bot.group.buttons import is_vote
from studybot.telegram_bot.ledger import Ledger
from studybot.telegram_bot.pressed import as_press, without_words

log = logging.getLogger(__name__)

KINDS_IN_USE = ("message", "edited_message", "callback_query", "my_chat_member", "poll_answer")
"""Only these are asked for: an update of a kind newer than the library cannot block the others."""

MOST_TRIES = 10
"""An update that was begun so often and never finished is taken to be what kills us. With 3, seven in 5,000 innocent
ones were given up when the bot was killed every third of a second."""

CHATS_AT_ONCE = 128
"""So many chats are served at the same time. Most of what they do is waiting: for Telegram, or for the sandbox."""

MOST_LEFT_BEHIND = 100_000
"""What a crash can leave unhandled: Telegram itself keeps no more than a day's worth."""

LONGEST_CATCHING_UP = 10.0
SHORT_CATCHING_UP = 1.0
"""Somebody may have answered a group's card in private: but a slow run there must not hold up the group."""

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
"""How long an update waits whose database is away."""

LOOK_SECONDS = 0.05

HOLD_UP_SECONDS = 0.5
"""For so long one update of a group holds up the next one. What takes longer (somebody's code runs, or an answer waits
until the group may hear it) is another person's, and those who vote must not wait for it."""

SWEEP_SECONDS = 1.0
"""How often a bot looks for updates that another one stored and did not live to handle."""

Handle = Callable[[Update], Awaitable[None]]


class Chats(Protocol):
    """Serves the chats."""

    async def take_up(self) -> None:
        """Begin with what was left unhandled."""
        ...

    def hand_out(self, raw: Mapping[str, Any]) -> None:
        """Let an update that is stored be handled."""
        ...

    async def caught_up(self, chat: int) -> None:
        """Wait until everything was handled that has come from a chat; for other chats a moment only."""
        ...

    async def close(self) -> None:
        """Let the updates in hand be finished; what is queued behind them waits in the database."""
        ...


def chats_of(store: Store, bot: Bot, handle: Handle, metrics: Metrics) -> Chats:
    """Return what serves the chats: alone, or in turns with the other bots on the same database."""
    once = Once(store, bot, handle, metrics)
    return SharedChats(store, once) if store.shared else OwnChats(store, once)


class Once:
    """Handles an update that may have been begun before, and says so in the database."""

    def __init__(self, store: Store, bot: Bot, handle: Handle, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._bot = bot
        self._handle = handle
        self._ledger = Ledger(store)

    async def __call__(self, raw: Mapping[str, Any], *, left_behind: bool) -> None:
        """Handle a raw update. `left_behind`: another process took it in, and did not get to its end."""
        update_id = int(raw["update_id"])
        # Its arrival was kept as the first try; only what was left behind may be what kills us.
        if left_behind and await self._store.begin_update(update_id) > MOST_TRIES:
            log.error("update given up after %s tries update=%s", MOST_TRIES, update_id)
        elif (update := parsed(raw, self._bot)) is not None:
            with timed(self._metrics.update_seconds, kind_of(raw)):
                await self._handle(update)
        await self._ledger.finish(update_id)


@dataclass(frozen=True, slots=True)
class Received:
    raw: Mapping[str, Any]
    left_behind: bool

    @property
    def update_id(self) -> int:
        return int(self.raw["update_id"])


class OwnChats:
    """All chats are this process's: their updates queue in memory."""

    def __init__(self, store: Store, once: Once) -> None:
        self._store = store
        self._once = once
        self._at_once = asyncio.Semaphore(CHATS_AT_ONCE)
        self._queues: dict[int, deque[Received]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    async def take_up(self) -> None:
        for raw in await self._store.unhandled(limit=MOST_LEFT_BEHIND):
            self._queue(raw, left_behind=True)

    def hand_out(self, raw: Mapping[str, Any]) -> None:
        self._queue(raw, left_behind=False)

    async def caught_up(self, chat: int) -> None:
        await _finished(self._workers, chat)

    async def close(self) -> None:
        self._closing.set()
        for queue in self._queues.values():
            queue.clear()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def _queue(self, raw: Mapping[str, Any], *, left_behind: bool) -> None:
        chat = chat_of(raw)
        queue = self._queues.get(chat)
        if queue is None:
            queue = self._queues[chat] = deque()
            worker = asyncio.create_task(self._work(chat, queue), name=f"chat {chat}")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        queue.append(Received(raw, left_behind))

    async def _work(self, chat: int, queue: deque[Received]) -> None:
        """Handle one chat's updates in order; the worker ends with its queue, so idle chats cost nothing."""
        while queue:
            received = queue.popleft()
            if not may_fall_behind(received.raw):
                await self._through(received)
                continue
            task = asyncio.create_task(self._through(received), name=f"chat {chat}")
            self._workers.add(task)
            task.add_done_callback(self._workers.discard)
            await asyncio.wait([task], timeout=HOLD_UP_SECONDS)
        del self._queues[chat]

    async def _through(self, received: Received) -> None:
        """Handle an update, however often it takes."""
        pause = FIRST_PAUSE_SECONDS
        while not await self._is_done_with(received, pause):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)
            if self._closing.is_set():
                break
            received = replace(received, left_behind=True)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _is_done_with(self, received: Received, pause: float) -> bool:
        """Handle an update; False where the database went away, so that it is taken up again after the pause."""
        try:
            async with self._at_once:
                await self._once(received.raw, left_behind=received.left_behind)
        except StoreError as error:
            said = "an update waits for the database, next try in %.0f s update=%s: %s"
            log.error(said, pause, received.update_id, error)  # noqa: TRY400
            return False
        except Exception:  # whatever it was, the chat's next update must still be served
            log.exception("an update could not be handled update=%s", received.update_id)
        return True


async def _finished(workers: Collection[asyncio.Task[None]], chat: int) -> None:
    if workers:
        await asyncio.wait(workers, timeout=SHORT_CATCHING_UP)
    mine = [worker for worker in workers if worker.get_name() == f"chat {chat}"]
    if mine:
        await asyncio.wait(mine, timeout=LONGEST_CATCHING_UP)


class SharedChats:
    """Several processes serve the chats: whoever has a chat's turn handles all that waits there, oldest first.

    Nobody is told what another process stored. Instead, whoever ends a turn looks once more whether something
    came meanwhile, and everybody looks now and then for chats that wait although nobody has their turn.
    """

    def __init__(self, store: Store, once: Once) -> None:
        self._store = store
        self._once = once
        self._at_once = asyncio.Semaphore(CHATS_AT_ONCE)
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._came: set[int] = set()
        self._own: set[int] = set()
        self._sweeping: asyncio.Task[None] | None = None
        self._closing = False

    async def take_up(self) -> None:
        self._sweeping = asyncio.create_task(self._sweep(), name="sweep")

    async def _sweep(self) -> None:
        while True:
            try:
                for chat in await self._store.chats_waiting(limit=CHATS_AT_ONCE):
                    self._wake(chat)
            except Exception:  # a database that is away for a while must not end the serving
                log.exception("the inbox cannot be read")
            await asyncio.sleep(SWEEP_SECONDS)

    async def caught_up(self, chat: int) -> None:
        await _finished(self._workers.values(), chat)
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_CATCHING_UP):
                while await self._store.next_of_chat(chat) is not None:  # noqa: ASYNC110 - another process is at it
                    await asyncio.sleep(LOOK_SECONDS)

    async def close(self) -> None:
        self._closing = True
        if self._sweeping is not None:
            self._sweeping.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)

    def hand_out(self, raw: Mapping[str, Any]) -> None:
        chat = chat_of(raw)
        self._own.add(int(raw["update_id"]))
        self._came.add(chat)
        self._wake(chat)

    def _wake(self, chat: int) -> None:
        if chat not in self._workers and not self._closing:
            self._workers[chat] = asyncio.create_task(self._work(chat), name=f"chat {chat}")

    async def _work(self, chat: int) -> None:
        try:
            async with self._at_once:
                while await self._served(chat) and not self._closing:
                    """Something came while the turn was ended."""
        except Exception:  # it waits in the database, and is tried again at the next look
            log.exception("a chat could not be served")
        finally:
            del self._workers[chat]

    async def _served(self, chat: int) -> bool:
        """Handle all that waits in a chat, if nobody else does; return whether more has come since."""
        self._came.discard(chat)
        if not await self._store.take_turn(chat):
            return False  # whoever has the turn looks again after ending it
        behind: dict[int, asyncio.Task[None]] = {}
        try:
            while not self._closing and await self._served_one(chat, behind):
                """There may be another one."""
        finally:
            await asyncio.gather(*behind.values(), return_exceptions=True)
            await self._store.end_turn(chat)
        return chat in self._came or await self._store.next_of_chat(chat) is not None

    async def _served_one(self, chat: int, behind: dict[int, asyncio.Task[None]]) -> bool:
        """Handle what waits longest, or see to what fell `behind`; False where there is nothing of either."""
        for update_id in [each for each, task in behind.items() if task.done()]:
            behind.pop(update_id).result()
        raw = await self._store.next_of_chat(chat, besides=behind.keys())
        if raw is None:
            if behind:
                await asyncio.wait(behind.values(), timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            return bool(behind)
        update_id = int(raw["update_id"])
        handling = self._once(raw, left_behind=update_id not in self._own)
        self._own.discard(update_id)
        if may_fall_behind(raw):
            behind[update_id] = task = asyncio.create_task(handling, name=f"chat {chat}")
            await asyncio.wait([task], timeout=HOLD_UP_SECONDS)
        else:
            await handling
        return True


async def take_in(updates: Sequence[Mapping[str, Any]], store: Store, clock: Clock, chats: Chats) -> None:
    """Store updates, and let those be handled that are new. Once this returns they may be confirmed."""
    updates = [without_words(raw) for raw in updates]
    new = await store.receive(updates, at=clock.now(), chats=[chat_of(raw) for raw in updates])
    for raw in updates:
        if raw["update_id"] in new:
            chats.hand_out(raw)


def kind_of(raw: Mapping[str, Any]) -> str:
    return next((kind for kind in KINDS_IN_USE if kind in raw), "other")


def chat_of(raw: Mapping[str, Any]) -> int:
    """Return the chat whose order an update belongs to, or the person's id where it names no chat."""
    for kind in KINDS_IN_USE:
        if isinstance(body := raw.get(kind), Mapping):
            place = body.get("message", body) if kind == "callback_query" else body
            person = body.get("user" if kind == "poll_answer" else "from", {})
            return int(place.get("chat", person).get("id", 0))
    return 0


def may_fall_behind(raw: Mapping[str, Any]) -> bool:
    """Return whether what takes long need not hold up what comes after it: in a group, but for votes."""
    press = raw.get("callback_query")
    return chat_of(raw) < 0 and not (isinstance(press, Mapping) and is_vote(str(press.get("data", ""))))


def parsed(raw: Mapping[str, Any], bot: Bot) -> Update | None:
    """Return an update as the library reads it; None, and a line in the log, where it cannot."""
    try:
        return as_press(raw, bot) or Update.de_json(dict(raw), bot)
    except (TypeError, KeyError, ValueError, AttributeError):
        log.exception("an update could not be read update=%s", raw.get("update_id"))
        return None
