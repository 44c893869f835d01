"""When a challenge that is open all day closes."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from studybot.core.daily import closes_at

SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("opened", "closes"),
    [
        pytest.param("2026-11-21 09:00", "2026-11-21 21:00", id="in the morning"),
        pytest.param("2026-11-21 18:00", "2026-11-21 21:00", id="three hours before"),
        pytest.param("2026-11-21 18:01", "2026-11-22 21:00", id="a minute less"),
        pytest.param("2026-11-21 21:00", "2026-11-22 21:00", id="in the evening"),
        pytest.param("2026-11-21 23:59", "2026-11-22 21:00", id="at night"),
    ],
)
def test_a_daily_closes_in_the_evening_and_leaves_people_some_hours(opened: str, closes: str) -> None:
    at = datetime.fromisoformat(opened).replace(tzinfo=SEOUL)

    assert closes_at(at, SEOUL) == datetime.fromisoformat(closes).replace(tzinfo=SEOUL)


def test_the_hour_is_the_walls_on_a_day_of_23_hours() -> None:
    opened = datetime(2026, 3, 7, 19, tzinfo=NEW_YORK)

    assert closes_at(opened, NEW_YORK).astimezone(NEW_YORK).isoformat() == "2026-03-08T21:00:00-04:00"
