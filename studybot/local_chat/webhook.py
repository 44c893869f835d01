"""Brings the bot its updates, as Telegram does where a webhook is set: each until a 2xx answers it."""

import asyncio
import logging
from contextlib import suppress
from typing import Any

import aiohttp

from studybot.local_chat.journal import Record
from studybot.local_chat.state import State
from studybot.local_chat.updates import Updates

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
PATIENCE_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0


class Delivery:
    """Runs while a webhook is set. `max_connections` updates are on their way at once, of each queue one.

    As in Telegram's own Bot API server (WebhookActor.cpp): the messages of a chat are one queue, so they arrive in
    order; somebody's presses are another one.
    """

    def __init__(self, state: State, updates: Updates) -> None:
        self._state = state
        self._updates = updates
        self._news = asyncio.Event()
        self._on_their_way: dict[int, asyncio.Task[None]] = {}
        self._queues: dict[int, tuple[str, int]] = {}
        self._failed_until: dict[int, tuple[float, float]] = {}
        self.last_error = ""

    async def run(self) -> None:
        stop = self._state.listen(lambda puts: self._news.set())
        self._updates.on_again(self._news.set)
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(PATIENCE_SECONDS)) as session:
                while True:
                    self._news.clear()
                    pause = self._send_what_waits(session)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), pause)
        finally:
            stop()
            for task in self._on_their_way.values():
                task.cancel()

    def _send_what_waits(self, session: aiohttp.ClientSession) -> float | None:
        """Begin with as many as may be on their way; return after how long to look again, if nothing happens."""
        webhook = self._updates.webhook
        if webhook is None:
            return None
        now = asyncio.get_running_loop().time()
        soonest = None
        busy = set(self._queues.values())
        for update in self._updates.for_webhook():
            number, queue = int(update["update_id"]), _queue_of(update)
            if queue in busy and number not in self._on_their_way:
                continue
            busy.add(queue)
            until = self._failed_until.get(number, (0.0, 0.0))[0]
            if until > now:
                soonest = min(until - now, soonest or until - now)
            elif number not in self._on_their_way and len(self._on_their_way) < webhook["max_connections"]:
                self._queues[number] = queue
                self._on_their_way[number] = asyncio.create_task(self._send(session, webhook, update))
        return soonest

    async def _send(self, session: aiohttp.ClientSession, webhook: Record, update: Record) -> None:
        number = int(update["update_id"])
        try:
            failed = await self._posted(session, webhook, update)
            if not failed:
                self._failed_until.pop(number, None)
                self._updates.delivered(update)
            else:
                self.last_error = failed
                _, pause = self._failed_until.get(number, (0.0, FIRST_PAUSE_SECONDS / 2))
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
                self._failed_until[number] = (asyncio.get_running_loop().time() + pause, pause)
        finally:
            del self._on_their_way[number], self._queues[number]
            self._news.set()

    async def _posted(self, session: aiohttp.ClientSession, webhook: Record, update: Record) -> str:
        """Return why an update did not arrive; "" if it did."""
        headers: dict[str, Any] = {SECRET_HEADER: webhook["secret"]} if webhook["secret"] else {}
        try:
            async with session.post(webhook["url"], json=update, headers=headers) as answer:
                return "" if answer.ok else f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return f"Connection failed: {type(error).__name__}"


def _queue_of(update: Record) -> tuple[str, int]:
    """Return whose order an update belongs to."""
    kind = next((key for key in update if key != "update_id"), "")
    body = update.get(kind) or {}
    if isinstance(body.get("chat"), dict):
        return "chat", int(body["chat"]["id"])
    return kind, int((body.get("from") or {}).get("id", 0))
