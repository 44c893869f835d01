"""The other bots on the same database: Telegram counts what all of them send, so each keeps to its share."""

import asyncio
import logging

from studybot.errors import StoreError
from studybot.ports import Store
from studybot.telegram_bot.pace import Pace

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""For so long a bot that has just come may send too much together with the others; Telegram says so then."""


class Fellows:
    """`run` looks now and then how many bots there are; `bots` is how many there were at the last look."""

    def __init__(self, store: Store, pace: Pace) -> None:
        self._store = store
        self._pace = pace
        self.bots = 1

    async def run(self) -> None:
        while self._store.shared:
            await self.look()
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        try:
            bots = max(await self._store.bots(), 1)
        except StoreError as error:  # as many as before, until the database is back
            log.warning("how many bots there are is not known: %s", error)
            return
        if bots != self.bots:
            log.info("%d bots share the database", bots)
            self.bots = bots
            self._pace.share(bots)
