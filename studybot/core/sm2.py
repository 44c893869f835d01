"""SM-2, exactly as published, in integers.

Source: P. A. Wozniak, "Optimization of learning" (1990), algorithm SM-2. Where its text leaves room we take:
the *new* easiness multiplies, intervals are rounded up, a failure (grade < 3) sets n = 0 and I = 1 and leaves
the easiness as it is, easiness has no upper bound, and the next due day counts from the day of the actual
review. Floats would round 5,5,5,5,5 up to 151 days where the rule says 150: everything here is hundredths.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from studybot.core.schedule import Grade, Memory

FIRST_EASINESS = 250
LOWEST_EASINESS = 130
FIRST_INTERVAL_DAYS = 1
SECOND_INTERVAL_DAYS = 6
LONGEST_INTERVAL_DAYS = 36_500
"""A century: beyond it the calendar would run out before the learner's patience."""

PASSING = Grade.HARD
DRILLED = Grade.GOOD
"""The same-day drill ends with the first grade of at least this."""

BUTTONS = (Grade.NEARLY, Grade.HARD, Grade.GOOD, Grade.EASY)


def next_easiness(easiness: int, grade: Grade) -> int:
    """Move the easiness, in hundredths: 5 adds 10, 4 nothing, 3 takes 14; never below 130.

    Grades below 3 restart the item and leave the easiness alone (step 6 of the published algorithm).
    """
    if grade < PASSING:
        return easiness
    miss = 5 - grade
    return max(LOWEST_EASINESS, easiness + 10 - miss * (8 + miss * 2))


def next_interval(repetitions: int, interval_days: int, easiness: int) -> int:
    """Return I(n) in whole days for n = `repetitions`, from I(n-1) and the new easiness in hundredths."""
    if repetitions == 1:
        return FIRST_INTERVAL_DAYS
    if repetitions == 2:
        return SECOND_INTERVAL_DAYS
    rounded_up = -(-interval_days * easiness // 100)
    return min(rounded_up, LONGEST_INTERVAL_DAYS)


class Sm2:
    """The default `Scheduler`."""

    name = "sm2"

    def review(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
        """Return the memory after a review on the study day `on`.

        Only a card that is new or due moves. On the day it was reviewed with a grade below 4 it is drilled:
        those answers change the drill flag alone. A card that is not due stays as it is: "5 more", a group
        round, or a learner who flew west and now lives the day before the last review.
        Raises TypeError if `grade` is not a Grade.
        """
        if not isinstance(grade, Grade):
            raise TypeError(f"a grade is one of 0 to 5, not {grade!r}")
        if memory is None:
            return _repeated(_unseen(on), grade, on)
        if memory.is_drilled(on):
            return replace(memory, drilling=grade < DRILLED)
        if memory.is_due(on):
            return _repeated(memory, grade, on)
        return memory

    def preview(self, memory: Memory | None, *, on: date) -> dict[Grade, int]:
        return {grade: (self.review(memory, grade, on=on).due_on - on).days for grade in BUTTONS}

    def replay(self, history: Iterable[tuple[date, Grade]]) -> Memory | None:
        """Rebuild a memory from its reviews in order of time; None if there are none."""
        memory = None
        for day, grade in history:
            memory = self.review(memory, grade, on=day)
        return memory


def _unseen(on: date) -> Memory:
    return Memory(0, FIRST_EASINESS, 0, due_on=on, reviewed_on=on)


def _repeated(memory: Memory, grade: Grade, on: date) -> Memory:
    """Count one repetition: the review of a new or due card."""
    easiness = next_easiness(memory.easiness, grade)
    failed = grade < PASSING
    repetitions = 0 if failed else memory.repetitions + 1
    days = FIRST_INTERVAL_DAYS if failed else next_interval(repetitions, memory.interval_days, easiness)
    return Memory(
        repetitions=repetitions,
        easiness=easiness,
        interval_days=days,
        due_on=on + timedelta(days=days),
        reviewed_on=on,
        lapses=memory.lapses + (failed and memory.repetitions >= 1),
        drilling=grade < DRILLED,
    )
