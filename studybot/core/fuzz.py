"""Spreading due days: a card may come a little earlier or later than its interval says, where fewer are due.

The ranges are those that Anki publishes: none below 2.5 days; else one day, and 15% of the part of the interval
between 2.5 and 7 days, 10% of that between 7 and 20, 5% of that above 20; the bounds rounded to whole days.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from studybot.core.schedule import Memory

SHORTEST_DAYS = 3


def bounds(interval_days: int) -> tuple[int, int]:
    """Return the least and the most days after which a card with this interval may come. Integers: 1/200 of a day."""
    if interval_days < SHORTEST_DAYS:
        return interval_days, interval_days
    reach = 200 + 15 * (2 * min(interval_days, 7) - 5)
    reach += 20 * max(0, min(interval_days, 20) - 7) + 10 * max(0, interval_days - 20)
    return (interval_days * 200 - reach + 100) // 200, (interval_days * 200 + reach + 100) // 200


def spread(memory: Memory, load: Mapping[date, int], *, seed: str) -> Memory:
    """Move the due day of a card that was just reviewed to one of those allowed on which the fewest cards are due.

    Between equal days a seeded draw decides. The interval stays as it was computed: the next one grows from it.
    """
    low, high = bounds(memory.interval_days)
    days = [memory.reviewed_on + timedelta(days=ahead) for ahead in range(low, high + 1)]
    least = min(load.get(day, 0) for day in days)
    free = [day for day in days if load.get(day, 0) == least]
    draw = int.from_bytes(sha256(seed.encode()).digest()[:8], "big")
    return replace(memory, due_on=free[draw % len(free)])


def as_logged(memory: Memory, logged: Memory) -> Memory:
    """Return a replayed memory with the due day that was chosen at the time, as the log tells it.

    The log is followed only where the day could have been chosen: for the same interval, from the same day on, and
    within the bounds. Anything else is a difference, and stays one.
    """
    low, high = bounds(memory.interval_days)
    same = (logged.interval_days, logged.reviewed_on) == (memory.interval_days, memory.reviewed_on)
    chosen = same and low <= (logged.due_on - logged.reviewed_on).days <= high
    return replace(memory, due_on=logged.due_on) if chosen else memory
