"""Days in a row: counted for whoever likes that, with freezes for missed days, and never used to press anybody."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studybot.core.reminding import EVERY_DAY

FIRST_FREEZES = 1
MOST_FREEZES = 2
FREEZE_EVERY = 7
"""So many days in a row earn a freeze."""


@dataclass(frozen=True, slots=True)
class Streak:
    """`days` on which something was answered, in a row; a freeze fills a missed day but adds none."""

    days: int
    freezes: int


def streak(
    study_days: Sequence[date],
    *,
    today: date,
    rests: Collection[date] = (),
    weekdays: Collection[int] = EVERY_DAY,
    freezes: int = FIRST_FREEZES,
) -> Streak:
    """Count from the days with an answer, oldest first; nothing else is kept, so an undo takes its day back.

    Days of rest (away, or nothing was due) and days of the week that are not wanted are not missed. `freezes` is the
    stock at the beginning; every seventh day in a row adds one, up to two.
    """
    count, last = 0, None
    for day in study_days:
        missed = 0 if last is None else _missed(last, day, rests, weekdays, most=freezes)
        if missed > freezes:
            count = 0
        else:
            freezes -= missed
        count, last = count + 1, day
        if count % FREEZE_EVERY == 0:
            freezes = min(MOST_FREEZES, freezes + 1)
    if last is not None and _missed(last, today, rests, weekdays, most=freezes) > freezes:
        count = 0
    return Streak(count, freezes)


def _missed(last: date, day: date, rests: Collection[date], weekdays: Collection[int], *, most: int) -> int:
    """Count the wanted days between two days; no further than it takes to be more than `most`."""
    missed, between = 0, last + timedelta(days=1)
    while between < day and missed <= most:
        missed += between not in rests and between.weekday() in weekdays
        between += timedelta(days=1)
    return missed
