"""What is thrown away in the night: the numbers of updates that Telegram cannot send again."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from studybot.core.schedule import ROLLOVER_HOUR
from studybot.flows.outside import Outside

KEPT = timedelta(days=3)
"""Telegram keeps what it could not deliver for a day; a clock that was moved must not cost anything either."""

STEP = 1000
MOST_STEPS = 500
"""So many steps in one go, each a transaction of its own: half a million, in some seconds; 30 millions in a night."""


async def forget_handled_updates(zone: ZoneInfo, *, outside: Outside) -> int:
    """In the hour in which a study day begins, forget the updates that cannot come again; return how many."""
    now = outside.clock.now()
    if now.astimezone(zone).hour != ROLLOVER_HOUR:
        return 0
    forgotten = 0
    for _ in range(MOST_STEPS):
        step = await outside.store.forget_updates(before=now - KEPT, limit=STEP)
        forgotten += step
        if step < STEP // 2:  # not 1: some that were never handled may stand among the first for good
            break
    return forgotten
