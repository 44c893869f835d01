"""SM-2, exactly as published, in integers.

Source: P. A. Wozniak, "Optimization of learning" (1990), algorithm SM-2. Where its text leaves room we take:
the *new* easiness multiplies, intervals are rounded up, a failure (grade < 3) sets n = 0 and I = 1 and leaves
the easiness as it is, easiness has no upper bound, and the next due day counts from the day of the actual
review. Floats would round 5,5,5,5,5 up to 151 days where the rule says 150: everything here is hundredths.
"""

from datetime import date, timedelta

from studybot.core.schedule import DRILLED, PASSING, Grade, Memory, Scheduler, SchedulerName

FIRST_EASINESS = 250
LOWEST_EASINESS = 130
FIRST_INTERVAL_DAYS = 1
SECOND_INTERVAL_DAYS = 6
LONGEST_INTERVAL_DAYS = 36_500
"""A century: beyond it the calendar would run out before the learner's patience."""

RETENTION = 0.9
"""What SM-2 is taken to aim at: how many of the cards that fall due are still known."""


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


class Sm2(Scheduler):
    """The default `Scheduler`."""

    name = SchedulerName.SM2

    def repeat(self, memory: Memory | None, grade: Grade, *, on: date) -> Memory:
        if memory and memory.stability is not None:
            raise ValueError("this memory is FSRS's: replay the reviews to have SM-2's")
        last = memory or Memory(0, FIRST_EASINESS, 0, due_on=on, reviewed_on=on)
        easiness = next_easiness(last.easiness, grade)
        failed = grade < PASSING
        repetitions = 0 if failed else last.repetitions + 1
        days = FIRST_INTERVAL_DAYS if failed else next_interval(repetitions, last.interval_days, easiness)
        return Memory(
            repetitions=repetitions,
            easiness=easiness,
            interval_days=days,
            due_on=on + timedelta(days=days),
            reviewed_on=on,
            lapses=last.lapses + (failed and last.repetitions >= 1),
            drilling=grade < DRILLED,
        )

    def recall(self, memory: Memory, *, on: date) -> float:
        """Return 0.9 after one interval, 0.81 after two: SM-2 itself has no probabilities.

        Source: the same curve is laid through SM-2's intervals in open-spaced-repetition/srs-benchmark.
        """
        elapsed = max(0, (on - memory.reviewed_on).days)
        return float(RETENTION ** (elapsed / memory.interval_days))
