"""Days in a row, with freezes."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from studybot.core.streak import Streak, streak

MONDAY = date(2026, 3, 2)


def days(*numbers: int) -> Sequence[date]:
    """Return study days by number; day 1 is a Monday."""
    return [MONDAY + timedelta(days=number - 1) for number in numbers]


@pytest.mark.parametrize(
    ("answered", "today", "freezes", "days_in_a_row", "left"),
    [
        pytest.param([], 1, 1, 0, 1, id="nothing yet"),
        pytest.param([1], 1, 0, 1, 0, id="the first day"),
        pytest.param([1, 2, 3], 3, 0, 3, 0, id="three days"),
        pytest.param([1, 2, 3, 5], 5, 0, 1, 0, id="a missed day, no freeze: from one again"),
        pytest.param([1, 2, 3, 5], 5, 1, 4, 0, id="a missed day and a freeze: 4, none left"),
        pytest.param([1, 2, 3, 6], 6, 1, 1, 1, id="two missed days and one freeze: kept for another time"),
        pytest.param([1, 2, 3, 6], 6, 2, 4, 0, id="two missed days and two freezes"),
        pytest.param([1, 2, 3], 4, 0, 3, 0, id="today is not over"),
        pytest.param([1, 2, 3], 5, 0, 0, 0, id="yesterday was missed"),
        pytest.param([1, 2, 3], 5, 1, 3, 1, id="yesterday was missed, a freeze is there"),
        pytest.param([1, 2, 3, 4, 5, 6, 7], 7, 0, 7, 1, id="a week earns a freeze"),
        pytest.param([*range(1, 22)], 21, 1, 21, 2, id="two at most"),
        pytest.param([1, 2, 3, 90], 90, 1, 1, 1, id="months later"),
    ],
)
def test_days_in_a_row_are_counted(
    answered: list[int], today: int, freezes: int, days_in_a_row: int, left: int
) -> None:
    (now,) = days(today)

    assert streak(days(*answered), today=now, freezes=freezes) == Streak(days_in_a_row, left)


def test_days_of_rest_are_not_missed() -> None:
    (today,) = days(30)

    assert streak(days(1, 2, 30), today=today, rests=set(days(*range(3, 30))), freezes=0) == Streak(3, 0)


def test_weekends_are_not_missed_by_who_learns_on_workdays() -> None:
    (today,) = days(8)

    assert streak(days(4, 5, 8), today=today, weekdays=range(5), freezes=0) == Streak(3, 0)
    assert streak(days(4, 5, 6, 8), today=today, weekdays=range(5), freezes=0) == Streak(4, 0)
