"""Two other readings of SM-2, for comparison only: see docs/scheduling.md. The bot uses `studybot.core.sm2`.

Both share what our reading fixes: intervals are rounded up, hundredths, no upper bound on the easiness.
"""

from collections.abc import Sequence
from typing import NamedTuple

from studybot.core.schedule import Grade
from studybot.core.sm2 import FIRST_EASINESS, LOWEST_EASINESS, next_easiness, next_interval


class Step(NamedTuple):
    interval_days: int
    easiness: int
    repetitions: int


def literal(grades: Sequence[Grade]) -> list[Step]:
    """L: the failure itself counts as I(1), so that the next success gets I(2) = 6 days."""
    steps = []
    repetitions, days, easiness = 0, 0, FIRST_EASINESS
    for grade in grades:
        easiness = next_easiness(easiness, grade)
        repetitions = 1 if grade < Grade.HARD else repetitions + 1
        days = next_interval(repetitions, days, easiness)
        steps.append(Step(days, easiness, repetitions))
    return steps


def popular(grades: Sequence[Grade]) -> list[Step]:
    """W: the pseudo-code found everywhere. The old easiness multiplies, and a failure lowers it too."""
    steps = []
    repetitions, days, easiness = 0, 0, FIRST_EASINESS
    for grade in grades:
        if grade < Grade.HARD:
            repetitions, days = 0, 1
        else:
            repetitions += 1
            days = next_interval(repetitions, days, easiness)
        miss = 5 - grade
        easiness = max(LOWEST_EASINESS, easiness + 10 - miss * (8 + miss * 2))
        steps.append(Step(days, easiness, repetitions))
    return steps
