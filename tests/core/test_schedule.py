"""Study days and reminders: in everybody's own zone, across every clock change, once a day."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studybot.core.learner import known_zone
from studybot.core.schedule import Memory, local_moment, next_reminder, study_day

SEOUL = ZoneInfo("Asia/Seoul")
NEW_YORK = ZoneInfo("America/New_York")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def reminders(zone: ZoneInfo, wall_time: time, start: str, end: str) -> list[str]:
    """Return every moment at which a learner is reminded after `start` and before `end`."""
    moments = []
    moment = next_reminder(utc(start), wall_time, zone)
    while moment < utc(end):
        moments.append(f"{moment:%Y-%m-%dT%H:%M}")
        moment = next_reminder(moment, wall_time, zone)
    return moments


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


def test_a_naive_moment_has_no_study_day_and_no_next_reminder() -> None:
    naive = utc("2026-03-10T09:00:00").replace(tzinfo=None)

    with pytest.raises(ValueError, match="a moment needs a time zone"):
        study_day(naive, SEOUL)
    with pytest.raises(ValueError, match="a moment needs a time zone"):
        next_reminder(naive, time(9), SEOUL)


def test_a_card_is_due_from_its_day_on() -> None:
    memory = Memory(1, 250, 1, due_on=date(2026, 3, 11), reviewed_on=date(2026, 3, 10))

    assert [memory.is_due(date(2026, 3, day)) for day in (10, 11, 12)] == [False, True, True]


# wall clocks with gaps and folds


@pytest.mark.parametrize(
    ("day", "wall_time", "zone", "moment"),
    [
        pytest.param(date(2026, 3, 10), time(9), SEOUL, "2026-03-10T00:00:00", id="Seoul"),
        pytest.param(date(2026, 3, 8), time(2, 30), NEW_YORK, "2026-03-08T07:30:00", id="in the gap: 03:30 EDT"),
        pytest.param(date(2026, 11, 1), time(1, 30), NEW_YORK, "2026-11-01T05:30:00", id="in the fold: the first"),
        pytest.param(
            date(2026, 4, 5), time(1, 45), ZoneInfo("Australia/Lord_Howe"), "2026-04-04T14:45:00", id="half-hour fold"
        ),
        pytest.param(
            date(2026, 10, 4), time(2, 15), ZoneInfo("Australia/Lord_Howe"), "2026-10-03T15:45:00", id="half-hour gap"
        ),
    ],
)
def test_a_wall_time_is_one_moment(day: date, wall_time: time, zone: ZoneInfo, moment: str) -> None:
    assert local_moment(day, wall_time, zone) == utc(moment)


def test_the_next_reminder_is_today_if_its_hour_is_still_to_come() -> None:
    assert next_reminder(utc("2026-03-09T23:59:59"), time(9), SEOUL) == utc("2026-03-10T00:00:00")


def test_the_next_reminder_is_strictly_later() -> None:
    assert next_reminder(utc("2026-03-10T00:00:00"), time(9), SEOUL) == utc("2026-03-11T00:00:00")


def test_a_reminder_at_an_hour_that_spring_skips_comes_once_an_hour_later() -> None:
    assert reminders(NEW_YORK, time(2, 30), "2026-03-07T00:00", "2026-03-10T00:00") == [
        "2026-03-07T07:30",
        "2026-03-08T07:30",
        "2026-03-09T06:30",
    ]


def test_a_reminder_at_an_hour_that_autumn_repeats_comes_once() -> None:
    assert reminders(NEW_YORK, time(1, 30), "2026-10-31T00:00", "2026-11-03T00:00") == [
        "2026-10-31T05:30",
        "2026-11-01T05:30",
        "2026-11-02T06:30",
    ]


def test_a_bot_that_was_down_owes_one_reminder_and_not_one_per_day() -> None:
    after_a_week = utc("2026-03-17T00:30:00")

    assert next_reminder(after_a_week, time(9), SEOUL) == utc("2026-03-18T00:00:00")


# every zone there is

ZONES = sorted(name for name in available_timezones() if known_zone(name) and name != "localtime")
START, END = date(2026, 1, 1), date(2028, 1, 1)
HOURS = [time(4), time(9), time(12, 30), time(21), time(23, 59)]
"""Before 04:00 an hour that spring skips may come on the next study day: the store's claim keeps it to one."""


def unusual_days(zone: ZoneInfo) -> list[date]:
    """Return the days within a day of a clock change of two years, and one quiet day to stand for the rest."""
    days = [START + timedelta(days=n) for n in range((END - START).days)]
    offsets = [datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in days]
    changes = [day for day, before, after in zip(days[1:], offsets, offsets[1:], strict=False) if before != after]
    near = {change + timedelta(days=n) for change in changes for n in (-1, 0, 1)}
    return sorted(near | {days[10]})


def test_the_two_years_hold_the_clock_changes_that_they_should() -> None:
    assert date(2026, 3, 8) in unusual_days(NEW_YORK)
    assert date(2027, 11, 7) in unusual_days(NEW_YORK)
    assert unusual_days(SEOUL) == [date(2026, 1, 11)]
    assert len(ZONES) > 400


def test_every_zone_gets_exactly_one_reminder_per_study_day_around_every_clock_change() -> None:
    wrong = []
    for name in ZONES:
        zone = ZoneInfo(name)
        for day in unusual_days(zone):
            start, end = (local_moment(each, time(4), zone) for each in (day, day + timedelta(days=1)))
            for hour in HOURS:
                first = next_reminder(start - timedelta(microseconds=1), hour, zone)
                second = next_reminder(first, hour, zone)
                if not start <= first < end <= second or study_day(first, zone) != day:
                    wrong.append((name, day, hour))

    assert wrong == []


def test_reminders_come_at_the_hour_that_was_set_unless_spring_skips_it() -> None:
    """Greenland alone skips an hour of the evening: there is no 23:59 on the day before summer time."""
    moved = set()
    for name in ZONES:
        zone = ZoneInfo(name)
        for day in unusual_days(zone):
            for hour in HOURS:
                shown = local_moment(day, hour, zone).astimezone(zone).replace(tzinfo=None)
                if shown != datetime.combine(day, hour):
                    moved.add((name, f"{day} {hour}"))

    assert {name for name, _ in moved} <= {"America/Godthab", "America/Nuuk", "America/Scoresbysund"}
    assert {moment for _, moment in moved} == {"2026-03-28 23:59:00", "2027-03-27 23:59:00"}


def test_every_zone_gets_one_reminder_per_study_day_for_two_years() -> None:
    """Zones with the same clock over these years are walked once."""
    seen: dict[tuple[timedelta | None, ...], str] = {}
    for name in ZONES:
        zone = ZoneInfo(name)
        noons = [START + timedelta(days=n) for n in range((END - START).days)]
        clock = tuple(datetime(day.year, day.month, day.day, 12, tzinfo=zone).utcoffset() for day in noons)
        seen.setdefault(clock, name)

    for name in seen.values():
        zone = ZoneInfo(name)
        moment = local_moment(START, time(8), zone)
        days = []
        while (moment := next_reminder(moment, time(9), zone)) < local_moment(END, time(4), zone):
            days.append(study_day(moment, zone))
        assert days == [START + timedelta(days=n) for n in range((END - START).days)], name
