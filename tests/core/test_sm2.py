"""SM-2 to the day: the published rule (variant P of docs/scheduling.md), its edges, and how others differ."""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import BUTTONS, LONGEST_INTERVAL_DAYS, LOWEST_EASINESS, Sm2, next_easiness
from tests.core.sm2_others import Step, literal, popular

DAY = date(2026, 1, 1)
SM2 = Sm2()


def on_due_days(grades: Sequence[int], start: date = DAY) -> list[Memory]:
    """Return the memory after each grade, every one given on its due day; drills are left out."""
    memory: Memory | None = None
    memories = []
    for grade in grades:
        memory = SM2.review(memory, Grade(grade), on=memory.due_on if memory else start)
        memories.append(memory)
    return memories


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


def test_a_learner_who_flies_west_moves_nothing_on_the_day_before_the_review() -> None:
    """A new zone may put today before the study day of the last answer."""
    memory = SM2.review(None, Grade.HARD, on=DAY)

    assert SM2.review(memory, Grade.GOOD, on=DAY - timedelta(days=1)) == memory


# the same-day drill


def test_a_3_is_drilled_on_its_day_and_keeps_its_new_numbers() -> None:
    memory = Memory(2, 250, 6, due_on=DAY, reviewed_on=DAY - timedelta(days=6))

    reviewed = SM2.review(memory, Grade.HARD, on=DAY)

    assert reviewed == Memory(3, 236, 15, due_on=DAY + timedelta(days=15), reviewed_on=DAY, drilling=True)


@pytest.mark.parametrize("grade", [Grade.GOOD, Grade.EASY])
def test_a_drill_ends_with_the_first_4_or_5_and_changes_nothing_else(grade: Grade) -> None:
    drilled = SM2.review(None, Grade.HARD, on=DAY)

    assert SM2.review(drilled, grade, on=DAY) == replace(drilled, drilling=False)


@pytest.mark.parametrize("grade", [Grade.BLACKOUT, Grade.RECOGNISED, Grade.NEARLY, Grade.HARD])
def test_a_drill_goes_on_below_4_and_changes_nothing(grade: Grade) -> None:
    drilled = SM2.review(None, Grade.NEARLY, on=DAY)

    assert SM2.review(drilled, grade, on=DAY) == drilled


def test_a_second_answer_after_the_drill_changes_nothing() -> None:
    done = SM2.review(SM2.review(None, Grade.HARD, on=DAY), Grade.GOOD, on=DAY)

    assert SM2.review(done, Grade.BLACKOUT, on=DAY) == done


def test_a_drill_that_was_not_finished_ends_with_its_day() -> None:
    left = SM2.review(None, Grade.HARD, on=DAY)
    tomorrow = DAY + timedelta(days=1)

    assert left.is_drilled(DAY)
    assert not left.is_drilled(tomorrow)
    assert SM2.review(left, Grade.GOOD, on=tomorrow).repetitions == 2


# lapses


@pytest.mark.parametrize(
    ("grades", "lapses"),
    [
        pytest.param([0, 0, 1], 0, id="never known"),
        pytest.param([4, 2], 1, id="forgotten once"),
        pytest.param([4, 2, 1], 1, id="still forgotten"),
        pytest.param([4, 2, 4, 0, 5, 5, 1], 3, id="forgotten again and again"),
    ],
)
def test_a_lapse_is_a_card_forgotten_after_it_was_known(grades: list[int], lapses: int) -> None:
    assert on_due_days(grades)[-1].lapses == lapses


# what is refused


@pytest.mark.parametrize("grade", [-1, 6, 4, 4.0, 2.5, "4", None, True])
def test_what_is_not_a_grade_is_rejected(grade: Any) -> None:
    memory = SM2.review(None, Grade.GOOD, on=DAY)

    with pytest.raises(TypeError, match="a grade is one of 0 to 5"):
        SM2.review(memory, grade, on=memory.due_on)


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


# what holds for every history

grades = st.sampled_from(Grade)
histories = st.lists(st.tuples(st.integers(0, 60), grades), max_size=40)
"""Days passed since the last answer, and its grade: early, late, twice a day, anything goes."""


def lived(history: Sequence[tuple[int, Grade]]) -> list[tuple[date, Grade]]:
    day, answers = DAY, []
    for days, grade in history:
        day += timedelta(days=days)
        answers.append((day, grade))
    return answers


@given(histories)
def test_easiness_is_never_below_1_3_and_the_due_day_always_after_the_review(
    history: list[tuple[int, Grade]],
) -> None:
    memory: Memory | None = None
    for day, grade in lived(history):
        moved = memory is None or memory.is_due(day)
        memory = SM2.review(memory, grade, on=day)

        assert memory.easiness >= LOWEST_EASINESS
        assert memory.due_on > memory.reviewed_on
        assert memory.due_on > day
        assert not moved or (memory.reviewed_on, memory.due_on) == (day, day + timedelta(memory.interval_days))


@given(histories)
def test_a_replay_ends_where_the_steps_did(history: list[tuple[int, Grade]]) -> None:
    memory: Memory | None = None
    for day, grade in lived(history):
        memory = SM2.review(memory, grade, on=day)

    assert SM2.replay(lived(history)) == memory


@given(histories, st.integers(0, 60))
def test_a_preview_is_what_the_review_then_gives(history: list[tuple[int, Grade]], days: int) -> None:
    memory = SM2.replay(lived(history))
    on = (memory.reviewed_on if memory else DAY) + timedelta(days=days)

    preview = SM2.preview(memory, on=on)

    assert preview == {grade: (SM2.review(memory, grade, on=on).due_on - on).days for grade in BUTTONS}
    assert list(preview) == sorted(preview)


@given(st.lists(grades, max_size=60))
def test_an_interval_never_outruns_the_calendar(history: list[Grade]) -> None:
    memory: Memory | None = None
    for grade in history:
        memory = SM2.review(memory, grade, on=DAY if memory is None else DAY + timedelta(days=1_000))
        memory = replace(memory, due_on=DAY + timedelta(days=1_000))

        assert 1 <= memory.interval_days <= LONGEST_INTERVAL_DAYS


def test_a_card_known_for_ever_comes_back_within_a_century() -> None:
    assert max(intervals(on_due_days([5] * 11))) == LONGEST_INTERVAL_DAYS
