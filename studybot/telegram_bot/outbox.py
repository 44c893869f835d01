"""The outbox at work: letters are taken out as their turn comes, many at once, and survive whatever kills us."""

import asyncio
import logging

from studybot.core.letter import LetterId, QueuedLetter
from studybot.flows.letters import LEASE, post
from studybot.flows.outside import Outside
from studybot.ports import Messenger

log = logging.getLogger(__name__)

AT_ONCE = 60
"""Two seconds' worth: enough that a slow connection does not slow the others, few enough that no lease runs out."""

LOOK_SECONDS = 1.0


class Outbox:
    """`run` sends what is in the outbox for ever; `look` wakes it up."""

    def __init__(self, messenger: Messenger, outside: Outside) -> None:
        self._messenger = messenger
        self._outside = outside
        self._in_hand: dict[LetterId, asyncio.Task[None]] = {}
        self._news = asyncio.Event()

    def look(self) -> None:
        """Look at once: something was queued."""
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                taken = await self._take()
            except Exception:  # a database that is away for a while must not end the sending
                log.exception("the outbox cannot be read")
                taken = False
            if not taken:
                await self._until_news()

    async def close(self) -> None:
        """Let the letters in hand go; the others wait in the database."""
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)

    async def _take(self) -> bool:
        """Take out as many letters as there are hands free, and send them; False if there was none to take."""
        free = AT_ONCE - len(self._in_hand)
        if free < AT_ONCE // 3:  # not one by one: each look is a transaction
            await asyncio.wait(self._in_hand.values(), return_when=asyncio.FIRST_COMPLETED)
            return True
        now = self._outside.clock.now()
        letters = await self._outside.store.take_letters(now, leased_until=now + LEASE, limit=free)
        for letter in letters:
            if letter.id not in self._in_hand:
                task = asyncio.create_task(self._post(letter), name=f"letter {letter.id}")
                self._in_hand[letter.id] = task
        return bool(letters)

    async def _post(self, letter: QueuedLetter) -> None:
        try:
            await post(letter, self._messenger, outside=self._outside)
        except Exception:  # one letter's trouble must not cost the others; its lease ends, and it is tried again
            log.exception("a letter could not be sent letter=%s", letter.id)
        finally:
            self._in_hand.pop(letter.id, None)

    async def _until_news(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass
