"""The durable inbox: updates are stored before they are confirmed, then handled per chat in order, once.

Telegram delivers at least once and python-telegram-bot's own polling handles at most once: it confirms an
update before its handler ran. Here a crash at any point leaves the update in the database; it is taken up at
the next start, and the flows see by its id what was counted already.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from telegram import Update
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from studybot.ports import Clock, Store
from studybot.telegram_bot.ledger import Ledger
from studybot.telegram_bot.pace import flood_seconds
from studybot.telegram_bot.watchdog import Silence, Watchdog

log = logging.getLogger(__name__)

KINDS_IN_USE = ("message", "edited_message", "callback_query", "my_chat_member", "poll_answer")
"""Only these are asked for: an update of a kind newer than the library cannot block the others."""

POLL_SECONDS = 30
LONGEST_PAUSE_SECONDS = 30.0
MOST_TRIES = 10
"""An update that was begun so often and never finished is taken to be what kills us. With 3, seven in 5,000 innocent
ones were given up when the bot was killed every third of a second."""

CLOSE_SECONDS = 5.0

FIRST_LOOK_SECONDS = 3.0
LONGEST_CATCHING_UP = 10.0
SHORT_CATCHING_UP = 1.0
"""Somebody may have answered a group's card in private: but a slow run there must not hold up the group."""

CHATS_AT_ONCE = 128
"""So many chats are served at the same time. Most of what they do is waiting: for Telegram, or for the sandbox."""

LOOKS = frozenset(["entities", "caption_entities", "reply_markup", "link_preview_options"])

MOST_LEFT_BEHIND = 100_000
"""What a crash can leave unhandled: Telegram itself keeps no more than a day's worth."""


class PollingBot(ExtBot[None]):
    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Return raw updates from `offset` on, which confirms all before it; waits for one up to `POLL_SECONDS`.

        Raw, because one update that the library cannot read would block its whole batch for ever.
        """
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": list(KINDS_IN_USE)}
        return cast("Sequence[Mapping[str, Any]]", await self._post("getUpdates", data, read_timeout=POLL_SECONDS + 10))

    async def send_text(self, chat_id: int, html: str, **more: Any) -> int:
        """Send a message and return its id. The library would parse the whole message that comes back."""
        sent = await self._post("sendMessage", {"chat_id": chat_id, "text": html, "parse_mode": "HTML", **more})
        return int(cast("Mapping[str, Any]", sent)["message_id"])

    async def edit_text(self, chat_id: int, message_id: int, html: str, **more: Any) -> None:
        place = {"chat_id": chat_id, "message_id": message_id}
        await self._post("editMessageText", {**place, "text": html, "parse_mode": "HTML", **more})

    async def edit_buttons(self, chat_id: int, message_id: int, markup: Mapping[str, Any] | None) -> None:
        place = {"chat_id": chat_id, "message_id": message_id}
        await self._post("editMessageReplyMarkup", {**place, "reply_markup": markup})

    async def answer_press(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        await self._post(
            "answerCallbackQuery",
            {"callback_query_id": query_id, "text": text or None, "show_alert": alert or None},
        )

    async def connect_anew(self) -> None:
        """Drop the connection that updates come by, whatever state it is in, and make another one."""
        polling = self._request[0]
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await polling.shutdown()
        except (TelegramError, OSError, RuntimeError, TimeoutError) as error:  # it may be beyond even that
            log.warning("the old connection could not be closed: %r", error)
        await polling.initialize()


@dataclass(frozen=True, slots=True)
class Received:
    """A raw update. `left_behind`: an earlier process took it in, and did not get to its end."""

    raw: Mapping[str, Any]
    left_behind: bool

    @property
    def update_id(self) -> int:
        return int(self.raw["update_id"])


class Inbox:
    """Fetches, stores and hands out updates. `handle` gets each update of a chat after the one before is done."""

    def __init__(
        self, bot: PollingBot, store: Store, clock: Clock, handle: Callable[[Update], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._handle = handle
        self._watch = Watchdog(clock)
        self._ledger = Ledger(store)
        self._offset: int | None = None
        self._at_once = asyncio.Semaphore(CHATS_AT_ONCE)
        self._queues: dict[int, deque[Received]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._looked = asyncio.Event()

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last gave us updates, or said that there are none."""
        return self._watch.last_contact

    async def run(self) -> None:
        """Take up what was left unhandled, then poll for ever."""
        for raw in await self._store.unhandled(limit=MOST_LEFT_BEHIND):
            self._hand_out(raw, left_behind=True)
        last = await self._store.last_update_id()
        self._offset = None if last is None else last + 1
        pause = 1.0
        while True:
            try:
                updates = await self._watch.over(self._bot.fetch_updates(self._offset))
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
                self._watch.rested(pause)
                if self._watch.silent_too_long:
                    await self._reconnect()
            except Silence:
                await self._reconnect()
            else:
                pause = 1.0
                self._offset = await self._take_in(updates, self._offset)
                self._looked.set()

    async def first_look(self) -> None:
        """Wait until what came while we were away was taken in: Telegram gives that at once, or there is nothing."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), FIRST_LOOK_SECONDS)

    async def caught_up(self, chat: int) -> None:
        """Wait until everything was handled that has come from a chat; for other chats a moment only."""
        if self._workers:
            await asyncio.wait(self._workers, timeout=SHORT_CATCHING_UP)
        mine = [worker for worker in self._workers if worker.get_name() == f"chat {chat}"]
        if mine:
            await asyncio.wait(mine, timeout=LONGEST_CATCHING_UP)

    async def close(self) -> None:
        """Let the updates in hand be finished; what is queued behind them waits in the database."""
        for queue in self._queues.values():
            queue.clear()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _rest(self, error: TelegramError, seconds: float) -> None:
        log.warning("no contact with Telegram, next try in %.0f s: %s", seconds, error.message)
        await asyncio.sleep(seconds)

    async def _reconnect(self) -> None:
        """Polling can stall without an error, its connection stuck: begin with a new one."""
        log.warning(
            "no updates could be asked for in %.0f s (last contact: %s): connecting anew",
            self._watch.silent_seconds,
            self.last_contact,
        )
        await self._bot.connect_anew()
        self._watch.start_over()

    async def _take_in(self, updates: Sequence[Mapping[str, Any]], offset: int | None) -> int | None:
        fresh = [raw for raw in updates if offset is None or raw["update_id"] >= offset]
        if not fresh:
            return offset
        await self._store.receive(fresh, at=self._clock.now())
        for raw in fresh:
            self._hand_out(raw)
        return max(int(raw["update_id"]) for raw in fresh) + 1

    def _hand_out(self, raw: Mapping[str, Any], *, left_behind: bool = False) -> None:
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
            try:
                async with self._at_once:
                    await self._handle_once(received)
            except Exception:  # whatever it was, the chat's next update must still be served
                log.exception("an update could not be handled update=%s", received.update_id)
        del self._queues[chat]

    async def _handle_once(self, received: Received) -> None:
        # Its arrival was kept as the first try; only what was left behind may be what kills us.
        if received.left_behind and await self._store.begin_update(received.update_id) > MOST_TRIES:
            log.error("update given up after %s tries update=%s", MOST_TRIES, received.update_id)
        elif (update := parsed(received.raw, self._bot)) is not None:
            await self._handle(update)
        await self._ledger.finish(received.update_id)


def chat_of(raw: Mapping[str, Any]) -> int:
    """Return the chat whose order an update belongs to, or the person's id where it names no chat."""
    for kind in KINDS_IN_USE:
        if isinstance(body := raw.get(kind), Mapping):
            place = body.get("message", body) if kind == "callback_query" else body
            person = body.get("user" if kind == "poll_answer" else "from", {})
            return int(place.get("chat", person).get("id", 0))
    return 0


def _without_looks(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return an update without how the message looks that a button was pressed on: they are our own work, and to read
    them in would cost more than all the rest of the update.
    """
    query = raw.get("callback_query")
    if not isinstance(query, Mapping) or not isinstance(message := query.get("message"), Mapping):
        return dict(raw)
    lean = {name: value for name, value in message.items() if name not in LOOKS}
    return {**raw, "callback_query": {**query, "message": lean}}


def parsed(raw: Mapping[str, Any], bot: PollingBot) -> Update | None:
    """Return an update as the library reads it; None, and a line in the log, where it cannot."""
    try:
        return Update.de_json(_without_looks(raw), bot)
    except (TypeError, KeyError, ValueError):
        log.exception("an update could not be read update=%s", raw.get("update_id"))
        return None
