"""The durable inbox: updates are stored before they are confirmed, then handled per chat in order, once.

Telegram delivers at least once and python-telegram-bot's own polling handles at most once: it confirms an
update before its handler ran. Here a crash at any point leaves the update in the database; it is taken up at
the next start, and the flows see by its id what was counted already.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from studybot.ports import Clock, Store
from studybot.telegram_bot.pace import flood_seconds

log = logging.getLogger(__name__)

KINDS_IN_USE = ("message", "edited_message", "callback_query", "my_chat_member")
"""Only these are asked for: an update of a kind newer than the library cannot block the others."""

POLL_SECONDS = 30
LONGEST_PAUSE_SECONDS = 30.0
MOST_TRIES = 3


class PollingBot(ExtBot[None]):
    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Return raw updates from `offset` on, which confirms all before it; waits for one up to `POLL_SECONDS`.

        Raw, because one update that the library cannot read would block its whole batch for ever.
        """
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": list(KINDS_IN_USE)}
        return cast("Sequence[Mapping[str, Any]]", await self._post("getUpdates", data, read_timeout=POLL_SECONDS + 10))


class Inbox:
    """Fetches, stores and hands out updates. `handle` gets each update of a chat after the one before is done."""

    def __init__(
        self, bot: PollingBot, store: Store, clock: Clock, handle: Callable[[Update], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._handle = handle
        self._queues: dict[int, asyncio.Queue[Mapping[str, Any]]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Take up what was left unhandled, then poll for ever."""
        for raw in await self._store.unhandled():
            self._hand_out(raw)
        last = await self._store.last_update_id()
        offset = None if last is None else last + 1
        pause = 1.0
        while True:
            try:
                updates = await self._bot.fetch_updates(offset)
            except RetryAfter as error:
                await self._rest(error, flood_seconds(error))
            except InvalidToken:
                raise
            except Conflict as error:
                log.error("another process polls with this token; stop it: %s", error.message)  # noqa: TRY400
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)
            except (NetworkError, TelegramError) as error:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                await self._rest(error, pause)
            else:
                pause = 1.0
                offset = await self._take_in(updates, offset)

    async def close(self) -> None:
        """Let the updates in hand be finished; what is queued behind them waits in the database."""
        for queue in self._queues.values():
            while not queue.empty():
                queue.get_nowait()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _rest(self, error: TelegramError, seconds: float) -> None:
        log.warning("no contact with Telegram, next try in %.0f s: %s", seconds, error.message)
        await asyncio.sleep(seconds)

    async def _take_in(self, updates: Sequence[Mapping[str, Any]], offset: int | None) -> int | None:
        fresh = [raw for raw in updates if offset is None or raw["update_id"] >= offset]
        if not fresh:
            return offset
        await self._store.receive(fresh, at=self._clock.now())
        for raw in fresh:
            self._hand_out(raw)
        return max(int(raw["update_id"]) for raw in fresh) + 1

    def _hand_out(self, raw: Mapping[str, Any]) -> None:
        chat = chat_of(raw)
        queue = self._queues.get(chat)
        if queue is None:
            queue = self._queues[chat] = asyncio.Queue()
            worker = asyncio.create_task(self._work(chat, queue), name=f"chat {chat}")
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        queue.put_nowait(raw)

    async def _work(self, chat: int, queue: asyncio.Queue[Mapping[str, Any]]) -> None:
        """Handle one chat's updates in order; the worker ends with its queue, so idle chats cost nothing."""
        while not queue.empty():
            raw = queue.get_nowait()
            try:
                await self._handle_once(raw)
            except Exception:  # whatever it was, the chat's next update must still be served
                log.exception("an update could not be handled update=%s", raw["update_id"])
        del self._queues[chat]

    async def _handle_once(self, raw: Mapping[str, Any]) -> None:
        update_id = int(raw["update_id"])
        if await self._store.begin_update(update_id) > MOST_TRIES:
            log.error("update given up after %s tries update=%s", MOST_TRIES, update_id)
        elif (update := _parsed(raw, self._bot)) is not None:
            await self._handle(update)
        await self._store.finish_update(update_id)


def chat_of(raw: Mapping[str, Any]) -> int:
    """Return the chat whose order an update belongs to, or the person's id where it names no chat."""
    for kind in KINDS_IN_USE:
        if isinstance(body := raw.get(kind), Mapping):
            place = body.get("message", body) if kind == "callback_query" else body
            return int(place.get("chat", body.get("from", {})).get("id", 0))
    return 0


def _parsed(raw: Mapping[str, Any], bot: PollingBot) -> Update | None:
    try:
        return Update.de_json(dict(raw), bot)
    except (TypeError, KeyError, ValueError):
        log.exception("an update could not be read update=%s", raw.get("update_id"))
        return None
