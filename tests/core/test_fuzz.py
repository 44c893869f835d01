"""The days on which a card may come, and which of them is taken."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.fuzz import as_logged, bounds, spread
from studybot.core.schedule import Memory

TODAY = date(2026, 3, 10)


def reviewed(interval: int) -> Memory:
    return Memory(3, 250, interval, due_on=TODAY + timedelta(days=interval), reviewed_on=TODAY)


def in_days(memory: Memory) -> int:
    return (memory.due_on - TODAY).days


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [
        (1, 1, 1), (2, 2, 2), (3, 2, 4), (6, 4, 8), (7, 5, 9), (10, 8, 12), (15, 13, 17), (17, 14, 20), (20, 17, 23),
        (38, 34, 42), (50, 46, 54), (95, 88, 102), (150, 141, 159), (238, 224, 252), (465, 440, 490),
    ],
)  # fmt: skip
def test_the_bounds_are_the_published_ones(interval: int, low: int, high: int) -> None:
    assert bounds(interval) == (low, high)


def test_the_day_with_the_fewest_cards_is_taken() -> None:
    load = {TODAY + timedelta(days=days): 3 for days in range(30)} | {TODAY + timedelta(days=13): 1}

    assert in_days(spread(reviewed(15), load, seed="x")) == 13


def test_an_empty_day_outside_the_bounds_is_left_alone() -> None:
    load = {TODAY + timedelta(days=days): 3 for days in range(13, 18)}

    assert 13 <= in_days(spread(reviewed(15), load, seed="x")) <= 17


def test_the_same_seed_gives_the_same_day_and_seeds_differ() -> None:
    days = [in_days(spread(reviewed(150), {}, seed=f"{n}")) for n in range(50)]

    assert days == [in_days(spread(reviewed(150), {}, seed=f"{n}")) for n in range(50)]
    assert len(set(days)) > 10


@given(st.integers(1, 36_500), st.dictionaries(st.integers(1, 500), st.integers(0, 9)), st.text(max_size=5))
def test_the_interval_stays_and_the_day_is_within_bounds(interval: int, load: dict[int, int], seed: str) -> None:
    low, high = bounds(interval)
    by_day = {TODAY + timedelta(days=days): cards for days, cards in load.items()}

    moved = spread(reviewed(interval), by_day, seed=seed)

    assert moved.interval_days == interval
    assert 1 <= low <= in_days(moved) <= high
    assert as_logged(reviewed(interval), moved) == moved


@pytest.mark.parametrize(
    "logged",
    [
        Memory(3, 250, 15, due_on=TODAY + timedelta(days=18), reviewed_on=TODAY),
        Memory(3, 250, 16, due_on=TODAY + timedelta(days=14), reviewed_on=TODAY),
        Memory(3, 250, 15, due_on=TODAY + timedelta(days=14), reviewed_on=TODAY - timedelta(days=1)),
    ],
    ids=["out of bounds", "another interval", "another day"],
)
def test_a_day_that_could_not_have_been_chosen_is_not_followed(logged: Memory) -> None:
    assert as_logged(reviewed(15), logged) == reviewed(15)
