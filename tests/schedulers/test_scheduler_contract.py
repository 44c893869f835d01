"""What every scheduler promises: each line of the registry is held to these sentences."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.schedule import BUTTONS, Answered, Grade, Memory, Scheduler
from studybot.core.sm2 import LONGEST_INTERVAL_DAYS, LOWEST_EASINESS
from studybot.schedulers import SCHEDULERS
from tests.schedulers.histories import DAY, on_due_days

TOMORROW = DAY + timedelta(days=1)

grades = st.sampled_from(Grade)
histories = st.lists(st.tuples(st.integers(0, 60), grades), max_size=40)
"""Days passed since the last answer, and its grade: early, late, twice a day, anything goes."""


def lived(history: Sequence[tuple[int, Grade]]) -> list[tuple[date, Grade]]:
    day, answers = DAY, []
    for days, grade in history:
        day += timedelta(days=days)
        answers.append((day, grade))
    return answers


@pytest.mark.parametrize("scheduler", SCHEDULERS.values(), ids=list(SCHEDULERS))
class TestEveryScheduler:
    # what counts

    def test_a_late_card_counts_from_the_day_of_its_answer(self, scheduler: Scheduler) -> None:
        memory = on_due_days(scheduler, [4, 4])[-1]
        late = memory.due_on + timedelta(days=30)

        after = scheduler.review(memory, Grade.GOOD, on=late)

        assert after.reviewed_on == late
        assert after.due_on == late + timedelta(days=after.interval_days)

    def test_a_card_that_is_not_due_stays_as_it_is(self, scheduler: Scheduler) -> None:
        memory = on_due_days(scheduler, [4, 4])[-1]
        early = memory.due_on - timedelta(days=1)

        assert scheduler.review(memory, Grade.BLACKOUT, on=early) == memory

    def test_who_flies_west_and_lives_a_day_again_moves_nothing(self, scheduler: Scheduler) -> None:
        memory = scheduler.review(None, Grade.HARD, on=DAY)

        assert scheduler.review(memory, Grade.GOOD, on=DAY - timedelta(days=1)) == memory

    @pytest.mark.parametrize("grade", [-1, 6, 4, 4.0, 2.5, "4", None, True])
    def test_what_is_not_a_grade_is_rejected(self, scheduler: Scheduler, grade: Any) -> None:
        memory = scheduler.review(None, Grade.GOOD, on=DAY)

        with pytest.raises(TypeError, match="a grade is one of 0 to 5"):
            scheduler.review(memory, grade, on=memory.due_on)

    # the same-day drill

    @pytest.mark.parametrize("grade", [Grade.GOOD, Grade.EASY])
    def test_a_drill_ends_with_the_first_4_or_5_and_changes_nothing_else(
        self, scheduler: Scheduler, grade: Grade
    ) -> None:
        drilled = scheduler.review(None, Grade.HARD, on=DAY)

        assert scheduler.review(drilled, grade, on=DAY) == replace(drilled, drilling=False)

    @pytest.mark.parametrize("grade", [Grade.BLACKOUT, Grade.RECOGNISED, Grade.NEARLY, Grade.HARD])
    def test_a_drill_goes_on_below_4_and_changes_nothing(self, scheduler: Scheduler, grade: Grade) -> None:
        drilled = scheduler.review(None, Grade.NEARLY, on=DAY)

        assert scheduler.review(drilled, grade, on=DAY) == drilled

    @pytest.mark.parametrize(("grade", "again"), [(1, True), (2, True), (3, True), (4, False), (5, False)])
    def test_a_grade_below_4_is_drilled_on_its_day(self, scheduler: Scheduler, grade: int, again: bool) -> None:
        memory = scheduler.review(None, Grade(grade), on=DAY)

        assert memory.is_drilled(DAY) is again
        assert not memory.is_drilled(TOMORROW)

    # what follows from the grades alone

    @pytest.mark.parametrize(
        ("given", "repetitions", "lapses"),
        [
            pytest.param([0, 0, 1], 0, 0, id="never known"),
            pytest.param([4, 2], 0, 1, id="forgotten once"),
            pytest.param([4, 2, 1], 0, 1, id="still forgotten"),
            pytest.param([4, 2, 4, 0, 5, 5, 1], 0, 3, id="forgotten again and again"),
            pytest.param([4, 2, 4, 3, 5], 3, 1, id="known again"),
        ],
    )
    def test_times_known_and_forgotten_are_counted(
        self, scheduler: Scheduler, given: list[int], repetitions: int, lapses: int
    ) -> None:
        last = on_due_days(scheduler, given)[-1]

        assert (last.repetitions, last.lapses) == (repetitions, lapses)

    # what it expects

    def test_a_card_is_remembered_for_sure_on_the_day_it_was_answered_and_less_each_day(
        self, scheduler: Scheduler
    ) -> None:
        memory = on_due_days(scheduler, [4, 4, 4])[-1]

        expected = [scheduler.recall(memory, on=memory.reviewed_on + timedelta(days=n)) for n in range(500)]

        assert expected[0] == 1
        assert expected == sorted(set(expected), reverse=True)
        assert all(0 < chance <= 1 for chance in expected)

    def test_nine_in_ten_are_expected_on_the_due_day_of_a_card_that_is_known(self, scheduler: Scheduler) -> None:
        memory = on_due_days(scheduler, [4, 4, 4])[-1]

        assert scheduler.recall(memory, on=memory.due_on) == pytest.approx(0.9, abs=0.001)

    def test_on_a_day_lived_again_nothing_is_forgotten_yet(self, scheduler: Scheduler) -> None:
        memory = scheduler.review(None, Grade.GOOD, on=DAY)

        assert scheduler.recall(memory, on=DAY - timedelta(days=1)) == 1

    # what holds for every history

    @given(histories)
    def test_a_review_that_counts_moves_the_due_day_and_every_other_leaves_it(
        self, scheduler: Scheduler, history: list[tuple[int, Grade]]
    ) -> None:
        memory: Memory | None = None
        for day, grade in lived(history):
            before, counts = memory, memory is None or memory.is_due(day)
            memory = scheduler.review(memory, grade, on=day)

            assert memory.easiness >= LOWEST_EASINESS
            assert memory.due_on > day
            if counts:
                assert (memory.reviewed_on, memory.due_on) == (day, day + timedelta(days=memory.interval_days))
            else:
                assert before is not None
                assert memory == replace(before, drilling=memory.drilling)

    @given(histories)
    def test_following_the_log_ends_where_the_reviews_did(
        self, scheduler: Scheduler, history: list[tuple[int, Grade]]
    ) -> None:
        memory: Memory | None = None
        followed: Memory | None = None
        for day, grade in lived(history):
            answered = Answered(day, grade, counted=memory is None or memory.is_due(day))
            memory = scheduler.review(memory, grade, on=day)
            followed = scheduler.follow(followed, answered)

        assert followed == memory == scheduler.replay(lived(history))

    @given(histories, st.integers(0, 60))
    def test_a_preview_is_what_the_review_then_gives(
        self, scheduler: Scheduler, history: list[tuple[int, Grade]], days: int
    ) -> None:
        memory = scheduler.replay(lived(history))
        on = (memory.reviewed_on if memory else DAY) + timedelta(days=days)

        preview = scheduler.preview(memory, on=on)

        assert preview == {grade: (scheduler.review(memory, grade, on=on).due_on - on).days for grade in BUTTONS}
        assert list(preview) == sorted(preview)

    @given(st.lists(grades, max_size=60))
    def test_an_interval_never_outruns_the_calendar(self, scheduler: Scheduler, history: list[Grade]) -> None:
        memory: Memory | None = None
        for grade in history:
            memory = scheduler.repeat(memory, grade, on=DAY + timedelta(days=memory is not None))
            memory = replace(memory, reviewed_on=DAY)

            assert 1 <= memory.interval_days <= LONGEST_INTERVAL_DAYS

    def test_it_is_registered_by_its_own_name(self, scheduler: Scheduler) -> None:
        assert SCHEDULERS[scheduler.name] is scheduler
