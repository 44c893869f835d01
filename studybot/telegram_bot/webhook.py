"""The durable inbox, fed by Telegram's webhook: an update is stored, and only then answered with 200.

Whatever else is answered (the database is away, we are stopping), Telegram keeps the update and comes again.
"""

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from studybot.errors import StoreError
from studybot.metrics import Metrics
from studybot.ports import Clock, Store
from studybot.telegram_bot.inbox import FIRST_LOOK_SECONDS, PollingBot
from studybot.telegram_bot.serving import KINDS_IN_USE, Chats, kind_of, take_in

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 256 * 1024
"""Far more than the longest update: a message has 4,096 characters and a hundred entities."""

LOOK_SECONDS = 30.0
"""How often Telegram is asked whether the webhook still stands, and what waits there."""

MOST_CONNECTIONS = 40


@dataclass(frozen=True, slots=True)
class Address:
    """The public URL that Telegram calls; the path is where we answer."""

    url: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


def secret_of(token: str) -> str:
    """Return what Telegram shall send with each update. It follows from the token: all bots of an account agree."""
    return hmac.new(token.encode(), b"studybot webhook", hashlib.sha256).hexdigest()


class Webhook:
    """Registers the webhook and keeps it; `route` takes the updates in."""

    def __init__(
        self, bot: PollingBot, store: Store, clock: Clock, chats: Chats, *, address: Address, metrics: Metrics
    ) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._chats = chats
        self._address = address
        self._metrics = metrics
        self._secret = secret_of(bot.token)
        self._registered = False
        self.last_contact: datetime | None = None

    @property
    def route(self) -> Route:
        return Route(self._address.path, self.receive, methods=["POST"])

    async def run(self) -> None:
        """Register the webhook, and look now and then whether it still stands."""
        while True:
            try:
                await self._look()
            except TelegramError as error:
                log.warning("no contact with Telegram, next try in %.0f s: %s", LOOK_SECONDS, error.message)
            await asyncio.sleep(LOOK_SECONDS)

    async def first_look(self) -> None:
        """Wait until what came while we were away was brought, as far as one can tell: nobody says that it is all."""
        await asyncio.sleep(FIRST_LOOK_SECONDS)

    async def _look(self) -> None:
        info = await self._bot.get_webhook_info()
        self.last_contact = self._clock.now()
        self._metrics.telegram_pending.set(info.pending_update_count)
        if info.last_error_message:
            log.warning("Telegram could not deliver at %s: %s", info.last_error_date, info.last_error_message)
        # Telegram does not tell the secret, so what was set before by somebody else is not trusted at the start.
        if info.url != self._address.url or not self._registered:
            await self._bot.set_webhook(
                self._address.url,
                secret_token=self._secret,
                allowed_updates=list(KINDS_IN_USE),
                max_connections=MOST_CONNECTIONS,
            )
            self._registered = True
            log.info("webhook registered at %s", self._address.url)

    async def receive(self, request: Request) -> Response:
        """Store one update. 200 says that it is ours now; everything else lets Telegram keep it."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return self._refuse("wrong_secret", 403)
        try:
            body = await _read(request)
        except ClientDisconnect:
            return self._refuse("broken_off", 400)
        if body is None:
            return self._refuse("too_large", 413)
        update = _update(body)
        if update is None:
            return self._refuse("unreadable", 400)
        self._metrics.updates.labels(kind_of(update)).inc()
        try:
            await take_in([update], self._store, self._clock, self._chats)
        except StoreError as error:
            log.error("an update could not be stored: %s", error)  # noqa: TRY400 - Telegram sends it again
            return self._refuse("not_stored", 503)
        self.last_contact = self._clock.now()
        return Response(status_code=200)

    def _refuse(self, reason: str, status: int) -> Response:
        self._metrics.refusals.labels(f"webhook_{reason}").inc()
        return Response(status_code=status)


async def _read(request: Request) -> bytes | None:
    """Return the body; None, and no more of it is read, where it is longer than any update."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> Mapping[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        return None
    return update
