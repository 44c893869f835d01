"""When: study days in the learner's own zone, reminders across clock changes, and what a scheduler is.

All moments are aware UTC datetimes; all due days are study days (dates).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Protocol
from zoneinfo import ZoneInfo

ROLLOVER_HOUR = 4
"""A study day starts at 04:00 local time: who learns past midnight still learns on the same day."""


class Grade(IntEnum):
    """How well a card was remembered: SM-2's quality of response."""

    BLACKOUT = 0
    RECOGNISED = 1
    NEARLY = 2
    HARD = 3
    GOOD = 4
    EASY = 5


@dataclass(frozen=True, slots=True)
class Memory:
    """What the scheduler knows of one learner and one card, after at least one review.

    `easiness` is SM-2's EF in hundredths (250 is 2.5), `interval_days` its I, `repetitions` its n.
    `drilling` is true while the card must come back on the same study day (`reviewed_on`).
    `lapses` counts the times it was forgotten after having been known.
    """

    repetitions: int
    easiness: int
    interval_days: int
    due_on: date
    reviewed_on: date
    lapses: int = 0
    drilling: bool = False

    def is_due(self, on: date) -> bool:
        return self.due_on <= on

    def is_drilled(self, on: date) -> bool:
        """Whether the card is in its same-day drill; a drill that was not finished ends with its day."""
        return self.drilling and self.reviewed_on == on


class Scheduler(Protocol):
    """Decides when a card comes back. Pure: memory and grade in, memory out."""

    @property
    def name(self) -> str: ...

    def review(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
        """Return the memory after a review on a study day. `memory` is None for a card never reviewed."""
        ...

    def preview(self, memory: Memory | None, *, on: date) -> dict[Grade, int]:
        """Return the next interval in days for each of the four grades a learner may give: 2, 3, 4 and 5."""
        ...


def study_day(moment: datetime, zone: ZoneInfo, rollover_hour: int = ROLLOVER_HOUR) -> date:
    """Return the study day of an aware moment. Raises ValueError for a naive one."""
    local = _aware(moment).astimezone(zone)
    return local.date() - timedelta(days=1) if local.hour < rollover_hour else local.date()


def local_moment(day: date, wall_time: time, zone: ZoneInfo) -> datetime:
    """Return the UTC moment at which a wall clock in `zone` shows `wall_time` on `day`.

    A time that the spring change skips is taken as the moment its hour would have come (02:30 is 03:30);
    one that the autumn change repeats is taken at its first occurrence.
    """
    return datetime.combine(day, wall_time, tzinfo=zone).astimezone(UTC)


def next_reminder(after: datetime, wall_time: time, zone: ZoneInfo) -> datetime:
    """Return the first moment strictly after `after` at which the learner's daily reminder is due."""
    day = _aware(after).astimezone(zone).date() - timedelta(days=1)
    while (moment := local_moment(day, wall_time, zone)) <= after:
        day += timedelta(days=1)
    return moment


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone: pass an aware datetime")
    return moment
