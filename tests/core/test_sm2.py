"""SM-2 to the day: the published rule (variant P of docs/scheduling.md), its edges, and how others differ."""

import itertools
import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import LONGEST_INTERVAL_DAYS, LOWEST_EASINESS, Sm2, next_easiness
from tests.core.sm2_others import Step, literal, popular
from tests.schedulers import histories
from tests.schedulers.histories import DAY

SM2 = Sm2()


def on_due_days(grades: Sequence[int]) -> list[Memory]:
    return histories.on_due_days(SM2, grades)


def intervals(memories: Sequence[Memory | Step]) -> list[int]:
    return [memory.interval_days for memory in memories]


def easinesses(memories: Sequence[Memory | Step]) -> list[int]:
    return [memory.easiness for memory in memories]


# whole histories

ALL_FIVES = pytest.param([5] * 6, [1, 6, 17, 50, 150, 465], [260, 270, 280, 290, 300, 310], range(1, 7), id="all 5")
ALL_FOURS = pytest.param([4] * 7, [1, 6, 15, 38, 95, 238, 595], [250] * 7, range(1, 8), id="all 4")
ALL_THREES = pytest.param(
    [3] * 10,
    [1, 6, 13, 26, 47, 79, 121, 167, 218, 284],
    [236, 222, 208, 194, 180, 166, 152, 138, 130, 130],
    range(1, 11),
    id="all 3",
)
MIXED = pytest.param([4, 5, 3, 5, 4], [1, 6, 15, 39, 100], [250, 260, 246, 256, 256], range(1, 6), id="mixed")
A_LAPSE = pytest.param(
    [5, 5, 5, 2, 4, 4, 5],
    [1, 6, 17, 1, 1, 6, 18],
    [260, 270, 280, 280, 280, 280, 290],
    [1, 2, 3, 0, 1, 2, 3],
    id="a lapse",
)
A_HARD_CARD = pytest.param(
    [3, 3, 3, 1, 3, 3],
    [1, 6, 13, 1, 1, 6],
    [236, 222, 208, 208, 194, 180],
    [1, 2, 3, 0, 1, 2],
    id="a hard card forgotten",
)
A_BAD_START = pytest.param(
    [0, 0, 5, 5, 5], [1, 1, 1, 6, 17], [250, 250, 260, 270, 280], [0, 0, 1, 2, 3], id="a bad start"
)


@pytest.mark.parametrize(
    ("grades", "days", "easiness", "repetitions"),
    [ALL_FIVES, ALL_FOURS, ALL_THREES, MIXED, A_LAPSE, A_HARD_CARD, A_BAD_START],
)
def test_a_history_gives_the_published_intervals(
    grades: list[int], days: list[int], easiness: list[int], repetitions: Sequence[int]
) -> None:
    memories = on_due_days(grades)

    assert intervals(memories) == days
    assert easinesses(memories) == easiness
    assert [memory.repetitions for memory in memories] == list(repetitions)


@pytest.mark.parametrize(
    ("grades", "last"),
    [
        pytest.param([5, 5, 5, 5, 5], 150, id="50 x 3.0, not 151"),
        pytest.param([5, 5, 5, 5, 4], 145, id="50 x 2.9, not 146"),
        pytest.param([4, 5, 5, 4, 4, 5], 350, id="125 x 2.8, not 351"),
    ],
)
def test_no_interval_is_a_day_too_long_by_float_rounding(grades: list[int], last: int) -> None:
    assert on_due_days(grades)[-1].interval_days == last
    assert _with_floats(grades) == last + 1


def test_floats_would_give_another_date_in_82_of_2187_histories() -> None:
    histories = list(itertools.product([3, 4, 5], repeat=7))

    wrong = [grades for grades in histories if _with_floats(grades) != on_due_days(grades)[-1].interval_days]

    assert (len(wrong), len(histories)) == (82, 2187)


def _with_floats(grades: Sequence[int]) -> int:
    """Return the last interval as everybody's first program computes it (no failures among the grades)."""
    easiness, days = 2.5, 0
    for count, grade in enumerate(grades, start=1):
        easiness = max(1.3, easiness + (0.1 - (5 - grade) * (0.08 + (5 - grade) * 0.02)))
        days = {1: 1, 2: 6}.get(count, math.ceil(days * easiness))
    return days


@pytest.mark.parametrize(
    ("grade", "change"),
    [
        (Grade.EASY, 10),
        (Grade.GOOD, 0),
        (Grade.HARD, -14),
        (Grade.NEARLY, 0),
        (Grade.RECOGNISED, 0),
        (Grade.BLACKOUT, 0),
    ],
)
def test_easiness_moves_by_the_published_step_and_not_at_all_on_a_failure(grade: Grade, change: int) -> None:
    assert next_easiness(250, grade) == 250 + change


def test_nine_threes_reach_the_lowest_easiness_exactly() -> None:
    assert easinesses(on_due_days([3] * 9))[-2:] == [138, LOWEST_EASINESS]


def test_easiness_has_no_upper_bound() -> None:
    assert on_due_days([5] * 6)[-1].easiness == 310


# when the answer does not come on its due day


def test_a_card_answered_30_days_late_is_due_tomorrow() -> None:
    memory = Memory(0, 250, 1, due_on=date(2026, 1, 1), reviewed_on=date(2025, 12, 31))

    assert SM2.review(memory, Grade.EASY, on=date(2026, 1, 31)).due_on == date(2026, 2, 1)


def test_a_late_answer_counts_from_the_day_it_was_given() -> None:
    memory = on_due_days([4, 4])[-1]

    late = SM2.review(memory, Grade.GOOD, on=memory.due_on + timedelta(days=100))

    assert late.interval_days == 15
    assert late.due_on == memory.due_on + timedelta(days=115)


def test_an_answer_for_a_card_that_is_not_due_changes_nothing() -> None:
    memory = on_due_days([4, 4, 4])[-1]

    for grade in Grade:
        assert SM2.review(memory, grade, on=memory.due_on - timedelta(days=1)) is memory


# the same-day drill


def test_a_3_is_drilled_on_its_day_and_keeps_its_new_numbers() -> None:
    memory = Memory(2, 250, 6, due_on=DAY, reviewed_on=DAY - timedelta(days=6))

    reviewed = SM2.review(memory, Grade.HARD, on=DAY)

    assert reviewed == Memory(3, 236, 15, due_on=DAY + timedelta(days=15), reviewed_on=DAY, drilling=True)


def test_a_second_answer_after_the_drill_changes_nothing() -> None:
    done = SM2.review(SM2.review(None, Grade.HARD, on=DAY), Grade.GOOD, on=DAY)

    assert SM2.review(done, Grade.BLACKOUT, on=DAY) == done


def test_a_drill_that_was_not_finished_ends_with_its_day() -> None:
    left = SM2.review(None, Grade.HARD, on=DAY)
    tomorrow = DAY + timedelta(days=1)

    assert left.is_drilled(DAY)
    assert not left.is_drilled(tomorrow)
    assert SM2.review(left, Grade.GOOD, on=tomorrow).repetitions == 2


# what is refused


@pytest.mark.parametrize("grade", [-1, 6, 2.5, "4", None])
def test_no_grade_can_be_made_of_another_number(grade: Any) -> None:
    with pytest.raises(ValueError, match="not a valid Grade"):
        Grade(grade)


# preview


def test_the_four_buttons_show_the_next_intervals() -> None:
    memory = on_due_days([4, 4])[-1]

    assert SM2.preview(memory, on=memory.due_on) == {
        Grade.NEARLY: 1,
        Grade.HARD: 15,
        Grade.GOOD: 15,
        Grade.EASY: 16,
    }
    assert SM2.preview(None, on=DAY) == {Grade.NEARLY: 1, Grade.HARD: 1, Grade.GOOD: 1, Grade.EASY: 1}


# how others read the rule: docs/scheduling.md shows these, the bot never uses them


@pytest.mark.parametrize(
    ("reading", "grades", "days", "easiness"),
    [
        pytest.param(literal, [5] * 6, [1, 6, 17, 50, 150, 465], None, id="L all 5"),
        pytest.param(literal, [3] * 10, [1, 6, 13, 26, 47, 79, 121, 167, 218, 284], None, id="L all 3"),
        pytest.param(literal, [5, 5, 5, 2, 4, 4, 5], [1, 6, 17, 1, 6, 17, 50], None, id="L a lapse"),
        pytest.param(literal, [3, 3, 3, 1, 3, 3], [1, 6, 13, 1, 6, 11], None, id="L a hard card forgotten"),
        pytest.param(literal, [0, 0, 5, 5, 5], [1, 1, 6, 17, 48], None, id="L a bad start"),
        pytest.param(popular, [5] * 6, [1, 6, 17, 48, 140, 420], [260, 270, 280, 290, 300, 310], id="W all 5"),
        pytest.param(popular, [4] * 7, [1, 6, 15, 38, 95, 238, 595], [250] * 7, id="W all 4"),
        pytest.param(
            popular,
            [3] * 10,
            [1, 6, 14, 30, 59, 107, 178, 271, 374, 487],
            [236, 222, 208, 194, 180, 166, 152, 138, 130, 130],
            id="W all 3",
        ),
        pytest.param(popular, [4, 5, 3, 5, 4], [1, 6, 16, 40, 103], [250, 260, 246, 256, 256], id="W mixed"),
        pytest.param(
            popular,
            [5, 5, 5, 2, 4, 4, 5],
            [1, 6, 17, 1, 1, 6, 15],
            [260, 270, 280, 248, 248, 248, 258],
            id="W a lapse",
        ),
        pytest.param(
            popular,
            [3, 3, 3, 1, 3, 3],
            [1, 6, 14, 1, 1, 6],
            [236, 222, 208, 154, 140, 130],
            id="W a hard card forgotten",
        ),
        pytest.param(popular, [0, 0, 5, 5, 5], [1, 1, 1, 6, 9], [170, 130, 140, 150, 160], id="W a bad start"),
    ],
)
def test_other_readings_give_other_days(
    reading: Callable[[Sequence[Grade]], list[Step]],
    grades: list[int],
    days: list[int],
    easiness: list[int] | None,
) -> None:
    steps = reading([Grade(grade) for grade in grades])

    assert intervals(steps) == days
    assert easiness is None or easinesses(steps) == easiness


def test_a_card_known_for_ever_comes_back_within_a_century() -> None:
    assert max(intervals(on_due_days([5] * 11))) == LONGEST_INTERVAL_DAYS
