"""A small day for whoever comes back, and more on each day after it."""

from datetime import date, timedelta

import pytest

from studybot.core.day_limits import eased_limit

TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("days_ago", "usual", "limit"),
    [
        pytest.param([], 40, 40, id="a newcomer"),
        pytest.param([1, 2, 3], 40, 40, id="every day"),
        pytest.param([13], 40, 40, id="not quite two weeks"),
        pytest.param([14], 40, 10, id="two weeks away: a small day"),
        pytest.param([200, 201], 40, 10, id="months away: a small day as well"),
        pytest.param([0, 200], 40, 10, id="the same day, later"),
        pytest.param([1, 200], 40, 20, id="the second day back"),
        pytest.param([3, 9, 200], 40, 30, id="the third, days between them or not"),
        pytest.param([1, 2, 3, 200], 40, 40, id="then as always"),
        pytest.param([200], 8, 8, id="who wants few cards gets as few as always"),
        pytest.param([1, 20, 200], 40, 20, id="the latest break counts"),
    ],
)
def test_who_comes_back_begins_with_ten_cards_and_gets_ten_more_each_day(
    days_ago: list[int], usual: int, limit: int
) -> None:
    days = [TODAY - timedelta(days=ago) for ago in sorted(days_ago, reverse=True)]

    assert eased_limit(usual, days, on=TODAY) == limit
