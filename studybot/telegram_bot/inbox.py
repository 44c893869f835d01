"""The durable inbox, fed by long polling: updates are stored before they are confirmed, then handed out.

Telegram delivers at least once and python-telegram-bot's own polling handles at most once: it confirms an
update before its handler ran. Here a crash at any point leaves the update in the database; it is taken up at
the next start, and the flows see by its id what was counted already.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from studybot.errors import StoreError
from studybot.metrics import Metrics, timed
from studybot.ports import Clock, Store
from studybot.telegram_bot.pace import flood_seconds
from studybot.telegram_bot.serving import KINDS_IN_USE, Chats, kind_of, take_in
from studybot.telegram_bot.watchdog import Silence, Watchdog

log = logging.getLogger(__name__)

POLL_SECONDS = 30
FIRST_PAUSE_SECONDS = 1.0  # doubled with every try that fails
LONGEST_PAUSE_SECONDS = 30.0
CLOSE_SECONDS = 5.0

POLLING = 7_316_449_861_442_057_802
"""The turn of the one process that polls, where several share a database: Telegram answers only one."""

STAND_BY_SECONDS = 1.0
FIRST_LOOK_SECONDS = 3.0


class PollingBot(ExtBot[None]):
    def __init__(self, token: str, *, metrics: Metrics | None = None, **more: Any) -> None:
        super().__init__(token, **more)
        self._metrics = metrics or Metrics()

    async def _do_post(self, endpoint: str, data: dict[str, Any], **limits: Any) -> Any:
        """Count every call, and what became of it."""
        outcome = "ok"
        try:
            with timed(self._metrics.send_seconds, endpoint):
                return await super()._do_post(endpoint, data, **limits)
        except TelegramError as error:
            outcome = _outcome(error)
            raise
        finally:
            self._metrics.sends.labels(endpoint, outcome).inc()

    async def _plainly(self, endpoint: str, data: Mapping[str, Any]) -> Any:
        """Make a call whose values are JSON already: the library would look through all of them for its own objects."""
        given = {name: value for name, value in data.items() if value is not None}
        outcome = "ok"
        try:
            with timed(self._metrics.send_seconds, endpoint):
                if self.rate_limiter is None:
                    return await self._post_plainly(endpoint, given)
                return await self.rate_limiter.process_request(
                    self._post_plainly, (endpoint, given), {}, endpoint, given, None
                )
        except TelegramError as error:
            outcome = _outcome(error)
            raise
        finally:
            self._metrics.sends.labels(endpoint, outcome).inc()

    async def _post_plainly(self, endpoint: str, given: Mapping[str, Any]) -> Any:
        data = RequestData([RequestParameter(name, value, None) for name, value in given.items()])
        return await self.request.post(f"{self.base_url}/{endpoint}", data)

    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Return raw updates from `offset` on, which confirms all before it; waits for one up to `POLL_SECONDS`.

        Raw, because one update that the library cannot read would block its whole batch for ever.
        """
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": list(KINDS_IN_USE)}
        return cast("Sequence[Mapping[str, Any]]", await self._post("getUpdates", data, read_timeout=POLL_SECONDS + 10))

    async def send_text(self, chat_id: int, html: str, **more: Any) -> int:
        """Send a message and return its id. The library would parse the whole message that comes back."""
        sent = await self._plainly("sendMessage", {"chat_id": chat_id, "text": html, "parse_mode": "HTML", **more})
        return int(cast("Mapping[str, Any]", sent)["message_id"])

    async def edit_text(self, chat_id: int, message_id: int, html: str, **more: Any) -> None:
        place = {"chat_id": chat_id, "message_id": message_id}
        await self._plainly("editMessageText", {**place, "text": html, "parse_mode": "HTML", **more})

    async def edit_buttons(self, chat_id: int, message_id: int, markup: Mapping[str, Any] | None) -> None:
        place = {"chat_id": chat_id, "message_id": message_id}
        await self._plainly("editMessageReplyMarkup", {**place, "reply_markup": markup})

    async def answer_press(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        await self._plainly(
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


def _outcome(error: TelegramError) -> str:
    match error:
        case RetryAfter():
            return "flooded"
        case Forbidden():
            return "blocked"
        case BadRequest():  # a NetworkError by descent
            return "refused"
        case NetworkError():
            return "no_contact"
        case _:
            return "refused"


class Inbox:
    """Fetches and stores updates, and hands them out to be handled."""

    def __init__(self, bot: PollingBot, store: Store, clock: Clock, chats: Chats, metrics: Metrics) -> None:
        self._metrics = metrics
        self._bot = bot
        self._store = store
        self._clock = clock
        self._chats = chats
        self._watch = Watchdog(clock)
        self._offset: int | None = None
        self._looked = asyncio.Event()
        self.stands_by = False

    @property
    def last_contact(self) -> datetime | None:
        """When Telegram last gave us updates, or said that there are none."""
        return self._watch.last_contact

    async def run(self) -> None:
        """Poll for ever, as soon as no other process does."""
        await self._stand_by()
        last = await self._store.last_update_id()
        self._offset = None if last is None else last + 1
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                updates = await self._watch.over(self._bot.fetch_updates(self._offset))
            except RetryAfter as error:
                await self._rest(error, flood_seconds(error))
            except InvalidToken:
                raise
            except Conflict as error:
                if "webhook" in error.message:
                    log.warning("a webhook is set for this bot: it is taken off, since we poll")
                    await self._bot.delete_webhook()
                    continue
                log.error("another process polls with this token; stop it: %s", error.message)  # noqa: TRY400
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)
                await self._stand_by()
            except (NetworkError, TelegramError) as error:
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                await self._rest(error, pause)
                self._watch.rested(pause)
                if self._watch.silent_too_long:
                    await self._reconnect()
            except Silence:
                await self._reconnect()
            else:
                try:
                    self._offset = await self._take_in(updates)
                except StoreError as error:  # not stored, so not confirmed: they come again
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                    log.error("updates wait at Telegram, next try in %.0f s: %s", pause, error)  # noqa: TRY400
                    await asyncio.sleep(pause)
                else:
                    pause = FIRST_PAUSE_SECONDS
                    self._looked.set()

    async def first_look(self) -> None:
        """Wait until what came while we were away was taken in: Telegram gives that at once, or there is nothing."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), FIRST_LOOK_SECONDS)

    async def _stand_by(self) -> None:
        while not await self._store.take_turn(POLLING):
            self.stands_by = True
            await asyncio.sleep(STAND_BY_SECONDS)
        self.stands_by = False

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

    async def _take_in(self, updates: Sequence[Mapping[str, Any]]) -> int | None:
        """Store a batch, and return from where on to ask for the next one.

        An id below those before is not old for that: after a quiet week Telegram goes on at a random one. What was
        stored already is known in the database.
        """
        if not updates:
            return self._offset
        for raw in updates:
            self._metrics.updates.labels(kind_of(raw)).inc()
        await take_in(updates, self._store, self._clock, self._chats)
        return int(updates[-1]["update_id"]) + 1
