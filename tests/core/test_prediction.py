"""Predictions by replay, and their measures, checked by hand."""

import math
import random
from datetime import date, timedelta

import pytest

from studybot.core.card import CardId
from studybot.core.prediction import (
    ENOUGH,
    Comparison,
    Trial,
    auc,
    compare,
    log_loss,
    rmse_bins,
    score,
    trials_of,
)
from studybot.core.schedule import Answered, Grade, Memory, SchedulerName
from studybot.schedulers import SCHEDULERS

DAY = date(2026, 1, 1)
SM2, FSRS = SCHEDULERS[SchedulerName.SM2], SCHEDULERS[SchedulerName.FSRS]
VIEWS, LEAF = CardId("views"), CardId("leaf")
YES, NO = True, False


def on(day: int, grade: int, card: CardId = VIEWS, *, counted: bool = True) -> tuple[CardId, Answered]:
    return card, Answered(DAY + timedelta(days=day), Grade(grade), counted)


def trial(*, remembered: bool = True, elapsed_days: int = 1, nth: int = 2, forgotten: int = 0) -> Trial:
    return Trial(remembered, elapsed_days, nth, forgotten, {})


# log loss


@pytest.mark.parametrize(
    ("remembered", "expected", "loss"),
    [
        pytest.param([YES], [0.5], math.log(2), id="a coin"),
        pytest.param([YES, NO], [0.8, 0.8], -(math.log(0.8) + math.log(0.2)) / 2, id="one of each"),
        pytest.param([YES, NO, YES, YES], [0.9, 0.4, 0.6, 0.7], 0.3709, id="four"),
        pytest.param([YES, NO], [1.0, 0.0], 0.0, id="always sure and right"),
        pytest.param([NO], [1.0], 36.0437, id="sure and wrong"),
    ],
)
def test_log_loss_is_the_mean_surprise(remembered: list[bool], expected: list[float], loss: float) -> None:
    assert log_loss(remembered, expected) == pytest.approx(loss, abs=0.0001)


# AUC


@pytest.mark.parametrize(
    ("remembered", "expected", "area"),
    [
        pytest.param([YES, YES, NO], [0.9, 0.8, 0.3], 1.0, id="perfect"),
        pytest.param([YES, YES, NO], [0.2, 0.3, 0.8], 0.0, id="upside down"),
        pytest.param([YES, NO, YES, NO], [0.7] * 4, 0.5, id="a constant"),
        pytest.param([YES, YES, NO, NO], [0.9, 0.5, 0.6, 0.1], 0.75, id="three of four pairs"),
        pytest.param([YES, YES, NO, NO], [0.9, 0.6, 0.6, 0.1], 0.875, id="one pair tied"),
        pytest.param([YES, YES], [0.9, 0.6], None, id="nothing forgotten"),
        pytest.param([NO], [0.9], None, id="nothing remembered"),
    ],
)
def test_auc_is_the_share_of_pairs_in_the_right_order(
    remembered: list[bool], expected: list[float], area: float | None
) -> None:
    assert auc(remembered, expected) == area


# RMSE (bins)


def test_within_a_bin_misses_to_both_sides_cancel_out() -> None:
    one_bin = [trial(remembered=YES), trial(remembered=NO)]

    assert rmse_bins(one_bin, [0.5, 0.5]) == 0
    assert rmse_bins(one_bin, [0.9, 0.9]) == pytest.approx(0.4)


def test_bins_weigh_as_much_as_they_hold() -> None:
    trials = [trial(remembered=YES)] * 3 + [trial(remembered=NO, elapsed_days=10)]

    found = rmse_bins(trials, [0.9, 0.8, 0.7, 0.4])

    assert found == pytest.approx(math.sqrt((3 * 0.2**2 + 1 * 0.4**2) / 4))


@pytest.mark.parametrize(
    ("field", "steps"),
    [
        ("elapsed_days", [[1, 2, 3], [4, 8, 13], [14, 47], [48]]),
        ("nth", [[2, 3], [4, 6], [7, 12], [13]]),
        ("forgotten", [[0], [1], [2], [3, 5], [6, 8], [9]]),
    ],
)
def test_bins_are_those_of_the_benchmark(field: str, steps: list[list[int]]) -> None:
    for number, step in enumerate(steps):
        for count in step:
            for other, its_step in enumerate(steps):
                for its_count in its_step:
                    pair = [trial(remembered=YES, **{field: count}), trial(remembered=NO, **{field: its_count})]
                    alike = rmse_bins(pair, [0.5, 0.5]) == 0
                    assert alike == (number == other), (count, its_count)


def test_there_is_no_score_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to measure"):
        score([], [])


# what is predicted


def test_a_prediction_is_made_from_the_memory_before_the_answer() -> None:
    log = [on(0, 4), on(3, 4), on(9, 1)]

    (_, second), (_, third) = trials_of(log, SCHEDULERS)

    chance = FSRS.recall(FSRS.repeat(None, Grade.GOOD, on=DAY), on=DAY + timedelta(days=3))
    assert second == Trial(
        remembered=True,
        elapsed_days=3,
        nth=2,
        forgotten=0,
        expected={SchedulerName.SM2: 0.9**3, SchedulerName.FSRS: chance},
    )
    assert third.expected[SchedulerName.SM2] == pytest.approx(0.9 ** (6 / 6))
    assert (third.remembered, third.elapsed_days, third.nth, third.forgotten) == (False, 6, 3, 0)


def test_first_reviews_drills_and_early_answers_are_left_out() -> None:
    log = [on(0, 1), on(0, 4, counted=False), on(0, 5, LEAF), on(3, 0, LEAF, counted=False), on(1, 4), on(8, 5, LEAF)]

    trials = list(trials_of(log, SCHEDULERS))

    assert [(card, each.elapsed_days, each.nth) for card, each in trials] == [(VIEWS, 1, 2), (LEAF, 8, 2)]


def test_a_card_forgotten_at_first_sight_was_not_forgotten_before() -> None:
    log = [on(0, 1), on(1, 2), on(2, 0), on(3, 4), on(4, 4)]

    assert [each.forgotten for _, each in trials_of(log, SCHEDULERS)] == [0, 1, 2, 2]


# the comparison


def test_a_comparison_counts_what_it_was_made_of() -> None:
    one = [on(0, 4), on(1, 4), on(7, 1), on(0, 5, LEAF), on(8, 4, LEAF)]
    other = [on(0, 4), on(1, 2), on(0, 5, LEAF)]
    newcomer = [on(0, 4)]

    found = compare([one, other, newcomer], SCHEDULERS)

    assert (found.reviews, found.cards, found.learners, found.remembered) == (4, 2, 2, 0.5)
    assert list(found.scores) == ["sm2", "fsrs", "constant"]
    assert not found.is_enough


def test_the_constant_is_each_learners_own_average() -> None:
    good, bad = [on(0, 4), on(1, 4), on(7, 4)], [on(0, 4), on(1, 1), on(2, 1)]

    constant = compare([good, bad], SCHEDULERS).scores["constant"]

    assert constant.log_loss == pytest.approx(0)
    assert (constant.rmse_bins, constant.auc) == (0, 1)


def test_there_is_nothing_to_compare_while_no_card_came_back() -> None:
    assert compare([[on(0, 4), on(0, 5, LEAF)]], SCHEDULERS) == Comparison(0, 0, 0, 0.0, {})


def test_enough_is_enough() -> None:
    log = [on(day, 4) for day in range(ENOUGH + 1)]

    assert compare([log], SCHEDULERS).is_enough
    assert not compare([log[1:]], SCHEDULERS).is_enough


# a population that remembers just as FSRS says


def simulated(dice: random.Random, *, cards: int, days: int) -> list[tuple[CardId, Answered]]:
    """Let a learner of FSRS's own kind live by SM-2's timetable, now and then some days late."""
    log = []
    for number in range(cards):
        card, day = CardId(f"card-{number}"), DAY + timedelta(days=number % 10)
        true: Memory | None = None
        kept: Memory | None = None
        while day < DAY + timedelta(days=days):
            chance = 0.6 if true is None else FSRS.recall(true, on=day)
            known = dice.random() < chance
            grade = dice.choice([Grade.HARD, Grade.GOOD, Grade.GOOD, Grade.EASY]) if known else Grade.RECOGNISED
            log.append((card, Answered(day, grade, counted=True)))
            true, kept = FSRS.repeat(true, grade, on=day), SM2.repeat(kept, grade, on=day)
            day = kept.due_on + timedelta(days=dice.choice([0, 0, 0, 1, 2, 5]))
    return log


@pytest.mark.parametrize("seed", range(5))
def test_where_fsrs_is_true_it_foresees_best(seed: int) -> None:
    log = simulated(random.Random(seed), cards=200, days=365)

    found = compare([log], SCHEDULERS).scores

    assert found["fsrs"].log_loss < found["constant"].log_loss < found["sm2"].log_loss
    assert found["fsrs"].rmse_bins < found["sm2"].rmse_bins
    assert found["fsrs"].auc is not None
    assert found["sm2"].auc is not None
    assert found["fsrs"].auc > found["sm2"].auc
    assert found["constant"].auc == 0.5
