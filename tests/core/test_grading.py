"""The table of docs/grading.md, row by row, and what must hold for every effort."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.grading import Effort, grade_for
from studybot.core.schedule import Grade

MEDIAN_SECONDS = 20.0


def grade(effort: Effort) -> Grade:
    return grade_for(effort, typical_seconds=MEDIAN_SECONDS)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, 5), (18, 5), (20, 5), (20.001, 4), (21, 4), (60, 4), (61, 3), (300, 3), (301, 4), (400, 4)],
)
def test_a_right_first_answer_is_graded_by_its_latency(seconds: float, expected: int) -> None:
    assert grade(Effort(right=True, latency_seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("effort", "expected"),
    [
        pytest.param(Effort(right=True, hints=1, latency_seconds=10), 3, id="one hint, however fast"),
        pytest.param(Effort(right=True, hints=2, latency_seconds=10), 2, id="two hints"),
        pytest.param(Effort(right=True, guessed=True), 3, id="right, but guessed"),
        pytest.param(Effort(right=True, guessed=True, hints=1), 3, id="guessed after a hint"),
        pytest.param(Effort(right=True, guessed=True, hints=2), 2, id="guessed after two hints"),
        pytest.param(Effort(right=True, attempts=2), 2, id="wrong, then right"),
        pytest.param(Effort(right=True, attempts=2, hints=1), 1, id="wrong, a hint, then right"),
        pytest.param(Effort(right=True, attempts=3), 1, id="wrong twice, then right"),
        pytest.param(Effort(right=True, attempts=3, hints=1), 1, id="wrong twice, a hint, then right"),
        pytest.param(Effort(right=False, attempts=2), 1, id="wrong to the end"),
        pytest.param(Effort(right=False, attempts=2, hints=1), 0, id="wrong after hints"),
        pytest.param(Effort(right=False, gave_up=True), 0, id="gave up"),
        pytest.param(Effort(right=True, gave_up=True), 0, id="gave up, whatever else"),
    ],
)
def test_how_an_answer_came_about_makes_its_grade(effort: Effort, expected: int) -> None:
    assert grade(effort) == expected


@pytest.mark.parametrize(
    ("options", "seconds", "guessed", "expected"),
    [
        pytest.param(0, 5, False, 5, id="typed"),
        pytest.param(2, 5, False, 4, id="true or false"),
        pytest.param(4, 5, False, 4, id="four options"),
        pytest.param(5, 5, False, 5, id="five options"),
        pytest.param(4, 61, False, 3, id="four options, slowly"),
        pytest.param(4, 5, True, 3, id="four options, guessed"),
    ],
)
def test_few_options_keep_a_lucky_guess_from_being_perfect(
    options: int, seconds: float, guessed: bool, expected: int
) -> None:
    effort = Effort(right=True, options=options, latency_seconds=seconds, guessed=guessed)

    assert grade(effort) == expected


def test_a_faster_learner_is_measured_by_a_shorter_median() -> None:
    effort = Effort(right=True, latency_seconds=18)

    assert [grade_for(effort, typical_seconds=median) for median in (18, 17, 6, 5)] == [5, 4, 4, 3]


efforts = st.builds(
    Effort,
    right=st.booleans(),
    attempts=st.integers(1, 5),
    hints=st.integers(0, 4),
    latency_seconds=st.floats(0, 600),
    options=st.integers(0, 6),
    gave_up=st.booleans(),
    guessed=st.booleans(),
)


@given(efforts)
def test_a_wrong_answer_never_passes(effort: Effort) -> None:
    assert not grade(replace(effort, right=False)) >= Grade.NEARLY


@given(efforts)
def test_a_right_first_answer_without_hints_always_passes(effort: Effort) -> None:
    assert grade(replace(effort, right=True, attempts=1, hints=0, gave_up=False)) >= Grade.HARD


@given(efforts)
def test_one_more_hint_never_helps(effort: Effort) -> None:
    assert grade(replace(effort, hints=effort.hints + 1)) <= grade(effort)


@given(efforts)
def test_one_more_attempt_never_helps(effort: Effort) -> None:
    assert grade(replace(effort, attempts=effort.attempts + 1)) <= grade(effort)
