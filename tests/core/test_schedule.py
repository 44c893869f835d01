"""Study days, in everybody's own zone and across every clock change."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.schedule import Memory, study_day

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


moments = st.integers(0, 6 * 365 * 86_400).map(lambda seconds: utc("2024-01-01") + timedelta(seconds=seconds))


# study days: a day starts at 04:00


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        pytest.param("2026-03-10T18:59:59", SEOUL, date(2026, 3, 10), id="Seoul at 03:59:59"),
        pytest.param("2026-03-10T19:00:00", SEOUL, date(2026, 3, 11), id="Seoul at 04:00"),
        pytest.param("2026-03-08T06:59:00", NEW_YORK, date(2026, 3, 7), id="New York before the spring gap"),
        pytest.param("2026-03-08T07:59:59", NEW_YORK, date(2026, 3, 7), id="New York at 03:59:59 in summer time"),
        pytest.param("2026-03-08T08:00:00", NEW_YORK, date(2026, 3, 8), id="New York at 04:00 in summer time"),
        pytest.param("2026-11-01T08:59:00", NEW_YORK, date(2026, 10, 31), id="New York at 03:59 in winter time"),
        pytest.param("2026-11-01T09:00:00", NEW_YORK, date(2026, 11, 1), id="New York at 04:00 in winter time"),
        pytest.param("2026-01-01T00:00:00", ZoneInfo("Pacific/Kiritimati"), date(2026, 1, 1), id="UTC+14"),
        pytest.param("2026-01-01T15:59:00", ZoneInfo("Etc/GMT+12"), date(2025, 12, 31), id="UTC-12"),
    ],
)
def test_the_study_day_starts_at_four_by_the_learners_clock(moment: str, zone: ZoneInfo, day: date) -> None:
    assert study_day(utc(moment), zone) == day


def test_the_hour_at_which_a_day_starts_can_be_another() -> None:
    assert study_day(utc("2026-03-10T15:30:00"), SEOUL, rollover_hour=0) == date(2026, 3, 11)


@given(moments, st.timezone_keys())
def test_a_study_day_is_today_or_yesterday_on_the_wall(moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    today = moment.astimezone(zone).date()

    assert study_day(moment, zone) in (today, today - timedelta(days=1))


@given(moments, st.timezones())
def test_the_zone_in_which_a_moment_is_written_does_not_matter(moment: datetime, written: tzinfo) -> None:
    assert study_day(moment.astimezone(written), SEOUL) == study_day(moment, SEOUL)


def test_a_naive_moment_has_no_study_day() -> None:
    naive = utc("2026-03-10T09:00:00").replace(tzinfo=None)

    with pytest.raises(ValueError, match="a moment needs a time zone"):
        study_day(naive, SEOUL)


def test_a_card_is_due_from_its_day_on() -> None:
    memory = Memory(1, 250, 1, due_on=date(2026, 3, 11), reviewed_on=date(2026, 3, 10))

    assert [memory.is_due(date(2026, 3, day)) for day in (10, 11, 12)] == [False, True, True]
