"""The time that all bots on one database go by: its own, wherever they run.

What a bot stamps, another one compares with its own now: when a vote closes, whose hour has come, which day it is.
A bot asks the database for the time now and then, and reads it off a stopwatch in between, so that no clock that is
wrong, or is set while it runs, makes one differ from the others.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from studybot.errors import StoreError
from studybot.ports import Clock
from studybot.store.store import SqlStore

log = logging.getLogger(__name__)

ASK_SECONDS = 5.0
MOST_ROUND_TRIP_SECONDS = 0.5
"""Who waited longer for the answer does not know when it was true: unless nothing better is known, it is left out."""


def since_boot() -> float:
    """Return the seconds of a stopwatch that nobody sets, and that runs on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Reading(NamedTuple):
    moment: datetime
    at: float


class StoreClock:
    """The database's time. `keep` asks for it anew for ever."""

    def __init__(self, store: SqlStore, first: Reading, stopwatch: Callable[[], float]) -> None:
        self._store = store
        self._reading = first
        self._stopwatch = stopwatch

    def now(self) -> datetime:
        return self._reading.moment + timedelta(seconds=self._stopwatch() - self._reading.at)

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(ASK_SECONDS)
            await self.ask()

    async def ask(self) -> None:
        try:
            reading, took = await _asked(self._store, self._stopwatch)
        except StoreError as error:
            log.warning("the time goes on as it was, until the database is back: %s", error)
            return
        if took <= MOST_ROUND_TRIP_SECONDS:
            self._reading = reading


async def clock_of(store: SqlStore, own: Clock, *, stopwatch: Callable[[], float] = since_boot) -> Clock:
    """Return the clock by which all go who use a database: their own where it is a file, since they share that."""
    if not store.shared:
        return own
    reading, _ = await _asked(store, stopwatch)
    clock = StoreClock(store, reading, stopwatch)
    apart = (clock.now() - own.now()).total_seconds()
    if abs(apart) > 1:
        log.warning("this machine's clock is %.0f s off the database's, which counts", apart)
    return clock


async def _asked(store: SqlStore, stopwatch: Callable[[], float]) -> tuple[Reading, float]:
    """Ask what time it is, and how long that took: the answer was true half-way, as far as we know."""
    before = stopwatch()
    moment = await store.time()
    took = stopwatch() - before
    return Reading(moment, before + took / 2), took
