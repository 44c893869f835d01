"""Announcements: when one may come, how long they may be, and how many there may be."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from studybot.core.reminding import Wishes, is_quiet
from studybot.core.schedule import ROLLOVER_HOUR

LONGEST_TEXT = 1000
STALE_AFTER = timedelta(days=3)
"""News that could not be brought for so long are none any more."""

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MOST_PER_DAY = 1
MOST_PER_WEEK = 3


def when(now: datetime, wishes: Wishes) -> datetime:
    """Return the first moment from now on at which a learner may be written to: not while they are away or asleep."""
    at = now
    if wishes.away_until is not None:
        back = datetime.combine(wishes.away_until, time(ROLLOVER_HOUR), wishes.tz).astimezone(UTC)
        at = max(at, back)
    if wishes.quiet is not None and is_quiet(at, wishes.quiet, wishes.tz):
        local = at.astimezone(wishes.tz)
        ends = datetime.combine(local.date(), wishes.quiet.end, wishes.tz)
        if local.time() >= wishes.quiet.end:
            ends = datetime.combine(local.date() + DAY, wishes.quiet.end, wishes.tz)
        at = max(at, ends.astimezone(UTC))
    return at


def too_many(before: Sequence[datetime], now: datetime) -> Literal["day", "week"] | None:
    """Return which limit another announcement would break. `before` are the moments of those that there were."""
    if sum(now - at < DAY for at in before) >= MOST_PER_DAY:
        return "day"
    return "week" if sum(now - at < WEEK for at in before) >= MOST_PER_WEEK else None
