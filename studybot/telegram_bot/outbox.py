"""The outbox at work: letters are taken out as their turn comes, many at once, and survive whatever kills us.

What another bot holds is watched. Whoever has not let go of a letter for a minute of our own stopwatch is taken to be
dead: no clock of theirs is compared with one of ours, so none of them need be right.
"""

import asyncio
import logging
import math

from studybot.core.letter import InHand, LetterId, QueuedLetter
from studybot.flows.letters import post
from studybot.flows.outside import Outside
from studybot.ports import Messenger
from studybot.telegram_bot.pace import fresh_for

log = logging.getLogger(__name__)

AT_ONCE = 60
"""Two seconds' worth: enough that a slow connection does not slow the others, few enough that none grows stale."""

LOOK_SECONDS = 1.0
WATCH_SECONDS = 5.0

FRESH_SECONDS = 30.0
"""How long after it was taken a letter may begin to be sent. A bot that was frozen meanwhile lets others send it."""

HELD_SECONDS = 60.0
"""How long others let a letter be in a hand. It must outlast a send that began at the last moment, time-outs and all;
after a crash the letter is sent that much later."""


class Outbox:
    """`run` sends what is in the outbox for ever; `look` wakes it up."""

    def __init__(self, messenger: Messenger, outside: Outside) -> None:
        self._messenger = messenger
        self._outside = outside
        self._in_hand: dict[LetterId, asyncio.Task[None]] = {}
        self._news = asyncio.Event()
        self._held_since: dict[InHand, float] = {}
        self._watched_at = -math.inf

    def look(self) -> None:
        """Look at once: something was queued."""
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                await self._watch()
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
        letters = await self._outside.store.take_letters(self._outside.clock.now(), limit=free)
        for letter in letters:
            if letter.id not in self._in_hand:
                task = asyncio.create_task(self._post(letter), name=f"letter {letter.id}")
                self._in_hand[letter.id] = task
        return bool(letters)

    async def _watch(self) -> None:
        """Put back what has been in somebody's hand for too long: whoever took it was killed."""
        now = asyncio.get_running_loop().time()
        if now < self._watched_at + WATCH_SECONDS:
            return
        self._watched_at = now
        held = await self._outside.store.letters_in_hand()
        self._held_since = {
            letter: self._held_since.get(letter, now) for letter in held if letter.id not in self._in_hand
        }
        left = [letter for letter, since in self._held_since.items() if now - since >= HELD_SECONDS]
        if left:
            log.warning("letters were left behind and are sent now: %s", len(left))
            await self._outside.store.put_back_letters(left)

    async def _post(self, letter: QueuedLetter) -> None:
        try:
            with fresh_for(FRESH_SECONDS):
                await post(letter, self._messenger, outside=self._outside)
        except Exception:  # one letter's trouble must not cost the others; it is put back in a while, and tried again
            log.exception("a letter could not be sent letter=%s", letter.id)
        finally:
            self._in_hand.pop(letter.id, None)

    async def _until_news(self) -> None:
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass
