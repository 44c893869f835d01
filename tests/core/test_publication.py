"""Softening halves what was gained and lets the next answer tell; a reset makes the card new."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from studybot.core.publication import Fate, adjusted
from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import Sm2

DAY = date(2026, 3, 10)
KNOWN = Memory(3, 250, 15, due_on=DAY + timedelta(days=10), reviewed_on=DAY - timedelta(days=5), lapses=2)


def test_kept_is_as_it_was_and_reset_is_new() -> None:
    assert adjusted(KNOWN, Fate.KEEP, on=DAY) == KNOWN
    assert adjusted(KNOWN, Fate.RESET, on=DAY) is None
    assert adjusted(None, Fate.SOFTEN, on=DAY) is None


def test_softened_is_due_at_once_with_half_the_interval() -> None:
    softened = adjusted(KNOWN, Fate.SOFTEN, on=DAY)

    assert softened == replace(KNOWN, interval_days=7, due_on=DAY)
    assert softened is not None
    assert Sm2().review(softened, Grade.GOOD, on=DAY).interval_days == 18, "half as far as without the change"


@pytest.mark.parametrize(
    ("reviewed", "due", "then"),
    [(0, 15, 1), (-20, -5, -5), (-15, 0, 0)],
    ids=["answered today: tomorrow", "overdue: as it was", "due today: today"],
)
def test_softened_is_due_after_the_day_of_its_answer_and_never_later_than_before(
    reviewed: int, due: int, then: int
) -> None:
    memory = replace(KNOWN, reviewed_on=DAY + timedelta(days=reviewed), due_on=DAY + timedelta(days=due))

    softened = adjusted(memory, Fate.SOFTEN, on=DAY)

    assert softened is not None
    assert softened.due_on == DAY + timedelta(days=then)


def test_softened_halves_the_stability_of_the_other_scheduler_and_ends_the_drill() -> None:
    memory = replace(KNOWN, stability=9.0, difficulty=5.0, drilling=True, interval_days=1)

    softened = adjusted(memory, Fate.SOFTEN, on=DAY)

    assert softened is not None
    assert (softened.stability, softened.difficulty, softened.drilling, softened.interval_days) == (4.5, 5.0, False, 1)
