"""When: study days in the learner's own zone, and what a scheduler is.

All moments are aware UTC datetimes; all due days are study days (dates).
"""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple, Protocol
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


PASSING = Grade.HARD
"""Below this the card was forgotten."""

DRILLED = Grade.GOOD
"""The same-day drill ends with the first grade of at least this."""

BUTTONS = (Grade.NEARLY, Grade.HARD, Grade.GOOD, Grade.EASY)


@dataclass(frozen=True, slots=True)
class Memory:
    """What the scheduler knows of one learner and one card, after at least one review.

    Two numbers follow from the grades alone, and every scheduler keeps them: `repetitions` (SM-2's n) counts how
    often in a row the card was remembered, `easiness` is SM-2's EF in hundredths (250 is 2.5).
    `stability` (days) and `difficulty` (1 to 10) are FSRS's own; None where it does not schedule.
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
    stability: float | None = None
    difficulty: float | None = None

    def is_due(self, on: date) -> bool:
        return self.due_on <= on

    def is_drilled(self, on: date) -> bool:
        """Whether the card is in its same-day drill; a drill that was not finished ends with its day."""
        return self.drilling and self.reviewed_on == on


class Answered(NamedTuple):
    """A review as the log tells it. `counted`: the card was new or due by the schedule in force at the time."""

    day: date
    grade: Grade
    counted: bool


class SchedulerName(StrEnum):
    SM2 = "sm2"
    FSRS = "fsrs"


class Scheduler(Protocol):
    """Decides when a card comes back. Pure: memory and grade in, memory out.

    A scheduler of your own says how one repetition counts (`repeat`) and what it expects (`recall`); which
    answers count is the same for them all.
    """

    name: SchedulerName

    @abstractmethod
    def repeat(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
        """Count one repetition on a study day after the last. `memory` is None for a card never reviewed.

        Raises ValueError if the memory was kept by another scheduler and lacks this one's numbers.
        """
        ...

    @abstractmethod
    def recall(self, memory: Memory, *, on: date) -> float:
        """Return the probability with which the card would be remembered on a study day, from 0 to 1."""
        ...

    def review(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
        """Return the memory after a review on the study day `on`.

        Only a card that is new or due moves. On the day it was reviewed with a grade below 4 it is drilled:
        those answers change the drill flag alone. A card that is not due stays as it is: "5 more", a group
        round, or a learner who flew west and now lives the day before the last review.
        Raises TypeError if `grade` is not a Grade.
        """
        return self.follow(memory, Answered(on, grade, counted=memory is None or memory.is_due(on)))

    def follow(self, memory: Memory | None, answered: Answered) -> Memory:
        """Return the memory after a review of the log, made under whichever schedule.

        What counted then counts now, due or not: a learner changes the scheduler, and none of the answers are lost.
        """
        day, grade, counted = answered
        if not isinstance(grade, Grade):
            raise TypeError(f"a grade is one of 0 to 5, not {grade!r}")
        if counted or memory is None:
            return self.repeat(memory, grade, on=day)
        if memory.is_drilled(day):
            return replace(memory, drilling=grade < DRILLED)
        return memory

    def preview(self, memory: Memory | None, *, on: date) -> dict[Grade, int]:
        """Return the next interval in days for each of the four grades a learner may give: 2, 3, 4 and 5."""
        return {grade: (self.review(memory, grade, on=on).due_on - on).days for grade in BUTTONS}

    def replay(self, history: Iterable[tuple[date, Grade]]) -> Memory | None:
        """Rebuild a memory from reviews under this very scheduler, in order of time; None if there are none."""
        memory = None
        for day, grade in history:
            memory = self.review(memory, grade, on=day)
        return memory


def study_day(moment: datetime, zone: ZoneInfo, rollover_hour: int = ROLLOVER_HOUR) -> date:
    """Return the study day of an aware moment. Raises ValueError for a naive one."""
    local = _aware(moment).astimezone(zone)
    return local.date() - timedelta(days=1) if local.hour < rollover_hour else local.date()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone: pass an aware datetime")
    return moment
