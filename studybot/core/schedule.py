"""When: study days in the learner's own zone, and what a scheduler is.

All moments are aware UTC datetimes; all due days are study days (dates).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
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


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone: pass an aware datetime")
    return moment
