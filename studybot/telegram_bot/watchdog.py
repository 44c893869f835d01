"""Watches whether Telegram is still asked for updates: a poll can hang without ever failing."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from studybot.ports import Clock

T = TypeVar("T")

LONGEST_SILENCE_SECONDS = 90.0
"""Twice the longest poll and a bit: an ordinary one is answered within its 30 s, or times out at 40 s."""

LOOK_SECONDS = 1.0


class Silence(Exception):
    """No poll has succeeded for too long, and the one that is out does not come back."""


class Watchdog:
    """Counts the seconds without a successful poll, as far as the event loop lived through them.

    A loop that was blocked, or a machine that slept, proves nothing about the connection: such a gap counts as one
    look. Pauses that Telegram asked for are not counted at all: nobody calls `over` meanwhile.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.last_contact: datetime | None = None
        self.silent_seconds = 0.0

    @property
    def silent_too_long(self) -> bool:
        return self.silent_seconds >= LONGEST_SILENCE_SECONDS

    def start_over(self) -> None:
        self.silent_seconds = 0.0

    def rested(self, seconds: float) -> None:
        """Count a pause after a poll that failed: it is silence as well."""
        self.silent_seconds += seconds

    async def over(self, poll: Awaitable[T]) -> T:
        """Wait for a poll. Raises whatever it raises, and Silence (it is cancelled then) when that takes too long."""
        asking = asyncio.ensure_future(poll)
        loop = asyncio.get_running_loop()
        try:
            while not asking.done():
                before = loop.time()
                await asyncio.wait([asking], timeout=LOOK_SECONDS)
                self.silent_seconds += min(loop.time() - before, 2 * LOOK_SECONDS)
                if self.silent_too_long and not asking.done():
                    raise Silence
        finally:
            asking.cancel()
        updates = await asking
        self.start_over()
        self.last_contact = self._clock.now()
        return updates
