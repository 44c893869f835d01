"""FSRS-6 to the day, as the fsrs library gives it; grades 0 to 2 are Again, 3 Hard, 4 Good, 5 Easy."""

import json
from datetime import timedelta

import pytest

from studybot.core.schedule import Grade, Memory
from studybot.core.sm2 import Sm2
from studybot.schedulers.fsrs6 import Fsrs6
from tests.schedulers.histories import DAY, on_due_days

FSRS = Fsrs6()


@pytest.mark.parametrize(
    ("grades", "days"),
    [
        pytest.param([4, 4, 4, 4, 4], [2, 11, 46, 163, 497], id="all good"),
        pytest.param([5, 5, 5], [8, 66, 397], id="all easy"),
        pytest.param([3, 3, 3, 3], [1, 3, 7, 12], id="all hard"),
        pytest.param([4, 4, 1, 4, 4], [2, 11, 2, 5, 12], id="forgotten once"),
        pytest.param([1, 4, 4], [1, 2, 6], id="a bad start"),
    ],
)
def test_a_history_gives_the_published_intervals(grades: list[int], days: list[int]) -> None:
    assert [memory.interval_days for memory in on_due_days(FSRS, grades)] == days


@pytest.mark.parametrize("failure", [[0, 4, 4], [2, 4, 4]])
def test_every_grade_below_3_is_the_same_failure(failure: list[int]) -> None:
    assert on_due_days(FSRS, failure) == on_due_days(FSRS, [1, 4, 4])


def test_the_first_grade_sets_the_published_stability() -> None:
    stability = [FSRS.review(None, Grade(grade), on=DAY).stability for grade in (2, 3, 4, 5)]

    assert stability == [0.212, 1.2931, 2.3065, 8.2956]


def test_a_late_answer_that_was_right_shows_a_stronger_memory() -> None:
    memory = on_due_days(FSRS, [4, 4])[-1]

    on_time = FSRS.review(memory, Grade.GOOD, on=memory.due_on)
    late = FSRS.review(memory, Grade.GOOD, on=memory.due_on + timedelta(days=20))

    assert late.interval_days > on_time.interval_days


def test_a_3_is_drilled_on_its_day_and_keeps_its_new_numbers() -> None:
    memory = on_due_days(FSRS, [4, 4])[-1]

    reviewed = FSRS.review(memory, Grade.HARD, on=memory.due_on)
    drilled = FSRS.review(reviewed, Grade.EASY, on=memory.due_on)

    assert (reviewed.drilling, drilled.drilling) == (True, False)
    assert (drilled.stability, drilled.difficulty) == (reviewed.stability, reviewed.difficulty)


def test_easiness_goes_the_way_it_goes_under_sm2() -> None:
    grades = [5, 3, 4, 1, 3, 5, 5]

    assert [memory.easiness for memory in on_due_days(FSRS, grades)] == [
        memory.easiness for memory in on_due_days(Sm2(), grades)
    ]


def test_its_numbers_survive_json_to_the_last_bit() -> None:
    memory = on_due_days(FSRS, [4, 3, 1, 5, 4])[-1]

    numbers = json.loads(json.dumps([memory.stability, memory.difficulty]))

    assert numbers == [memory.stability, memory.difficulty]


def test_a_memory_of_another_scheduler_is_refused_by_each() -> None:
    ours, theirs = on_due_days(FSRS, [4])[-1], on_due_days(Sm2(), [4])[-1]

    with pytest.raises(ValueError, match="this memory is SM-2's"):
        FSRS.review(theirs, Grade.GOOD, on=theirs.due_on)
    with pytest.raises(ValueError, match="this memory is SM-2's"):
        FSRS.recall(theirs, on=theirs.due_on)
    with pytest.raises(ValueError, match="this memory is FSRS's"):
        Sm2().review(ours, Grade.GOOD, on=ours.due_on)


def test_the_longest_interval_is_a_century() -> None:
    memory = Memory(9, 310, 400, DAY, DAY - timedelta(days=400), stability=90_000.0, difficulty=1.0)

    assert FSRS.review(memory, Grade.EASY, on=DAY).interval_days == 36_500
