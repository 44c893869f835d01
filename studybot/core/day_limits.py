"""How much a study day holds: so many minutes, and little at first for whoever comes back after a break."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from studybot.core.schedule import Memory

BREAK = timedelta(days=14)
"""Whoever has learned nothing for so long is coming back."""

STEP = 10
"""Cards on the first day back; so many more on each day of learning after it, up to the usual limit."""


def eased_limit(usual: int, study_days: Sequence[date], *, on: date) -> int:
    """Return how many cards a study day holds at most, fewer than `usual` in the first days after a break.

    `study_days` are the days on which the learner answered, oldest first.
    """
    later = on
    for days_back, earlier in enumerate(day for day in reversed(study_days) if day < on):
        if STEP * (days_back + 1) >= usual:
            break
        if later - earlier >= BREAK:
            return STEP * (days_back + 1)
        later = earlier
    return usual


def urgency(memory: Memory, *, on: date) -> Fraction:
    """Return how late a due card is, in its own intervals: a day is much for a card of yesterday.

    When not all fit into a day, the most urgent come first; the others come nearer every day.
    """
    return Fraction((on - memory.due_on).days + 1, memory.interval_days)


def fitting(seconds: Iterable[float], limit_seconds: float | None) -> int:
    """Return how many cards, one after the other, fit into the time; one at least, lest a slow card never come."""
    if limit_seconds is None:
        return len(list(seconds))
    count, spent = 0, 0.0
    for each in seconds:
        spent += each
        if count and spent > limit_seconds:
            break
        count += 1
    return count
