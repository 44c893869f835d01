"""When a reminder comes: every zone of the tz database, days of the week, quiet hours, time away, and being ignored."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from studybot.core.learner import Settings, known_zone
from studybot.core.reminding import (
    CATCH_UP,
    EVERY_DAY,
    NIGHT,
    ON_TIME,
    Quiet,
    hour_of,
    is_ignored,
    is_quiet,
    is_wanted,
    next_reminder,
    reminder_on,
    too_late_at,
)
from studybot.core.schedule import study_day

NEW_YORK = "America/New_York"
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wishes(hour: time = time(9), zone: str = "Asia/Seoul", *, quiet: Quiet | None = None) -> Settings:
    return Settings(zone=zone, remind_at=hour, quiet=quiet)


def reminders(chosen: Settings, start: str, end: str) -> list[str]:
    """Return every moment at which a learner is reminded after `start` and before `end`."""
    moments = []
    moment = next_reminder(utc(start), chosen)
    while moment < utc(end):
        moments.append(f"{moment:%Y-%m-%dT%H:%M}")
        moment = next_reminder(moment, chosen)
    return moments


# wall clocks with gaps and folds


@pytest.mark.parametrize(
    ("day", "hour", "zone", "moment"),
    [
        pytest.param("2026-03-10", time(9), "Asia/Seoul", "2026-03-10T00:00", id="Seoul"),
        pytest.param("2026-03-09", time(2), "Asia/Seoul", "2026-03-09T17:00", id="past midnight, the same study day"),
        pytest.param("2026-03-07", time(2, 30), NEW_YORK, "2026-03-08T07:30", id="in the gap: 03:30 EDT"),
        pytest.param("2026-10-31", time(1, 30), NEW_YORK, "2026-11-01T05:30", id="in the fold: the first"),
        pytest.param("2026-04-04", time(1, 45), "Australia/Lord_Howe", "2026-04-04T14:45", id="half-hour fold"),
        pytest.param("2026-10-03", time(2, 15), "Australia/Lord_Howe", "2026-10-03T15:45", id="half-hour gap"),
        pytest.param("2011-12-30", time(9), "Pacific/Apia", None, id="the day that Samoa left out"),
    ],
)
def test_a_study_day_has_one_moment_of_its_reminder(day: str, hour: time, zone: str, moment: str | None) -> None:
    assert reminder_on(date.fromisoformat(day), wishes(hour, zone)) == (utc(moment) if moment else None)


@pytest.mark.faults
def test_a_clock_change_moves_no_reminder_into_the_night() -> None:
    """Greenland skips 23:00 to midnight; an hour later would be 00:30, so it comes an hour earlier."""
    late = wishes(time(23, 30), "America/Nuuk", quiet=Quiet(time(0), time(7)))

    moment = reminder_on(date(2026, 3, 28), late)

    assert moment is not None
    assert moment.astimezone(ZoneInfo("America/Nuuk")).time() == time(22, 30)


def test_where_neither_an_earlier_nor_a_later_hour_will_do_it_comes_right_after_the_change() -> None:
    """At the Troll station 01:00 is followed by 03:00: a later 02:30 would be the next study day, an earlier quiet."""
    at_troll = wishes(time(2, 30), "Antarctica/Troll", quiet=Quiet(time(23, 30), time(2, 30)))

    moment = reminder_on(date(2026, 3, 28), at_troll)

    assert moment is not None
    assert moment.astimezone(at_troll.tz).time() == time(3)


def test_the_next_reminder_is_today_if_its_hour_is_still_to_come() -> None:
    assert next_reminder(utc("2026-03-09T23:59:59"), wishes()) == utc("2026-03-10T00:00:00")


def test_the_next_reminder_is_strictly_later() -> None:
    assert next_reminder(utc("2026-03-10T00:00:00"), wishes()) == utc("2026-03-11T00:00:00")


def test_a_naive_moment_has_no_next_reminder() -> None:
    with pytest.raises(ValueError, match="a moment needs a time zone"):
        next_reminder(datetime(2026, 3, 10, 9), wishes())  # noqa: DTZ001


def test_a_reminder_at_an_hour_that_spring_skips_comes_once_an_hour_later() -> None:
    assert reminders(wishes(time(2, 30), NEW_YORK), "2026-03-07T00:00", "2026-03-10T00:00") == [
        "2026-03-07T07:30",
        "2026-03-08T07:30",
        "2026-03-09T06:30",
    ]


def test_a_reminder_at_an_hour_that_autumn_repeats_comes_once() -> None:
    assert reminders(wishes(time(1, 30), NEW_YORK), "2026-10-31T00:00", "2026-11-03T00:00") == [
        "2026-10-31T05:30",
        "2026-11-01T05:30",
        "2026-11-02T06:30",
    ]


def test_a_bot_that_was_down_owes_one_reminder_and_not_one_per_day() -> None:
    assert next_reminder(utc("2026-03-17T00:30:00"), wishes()) == utc("2026-03-18T00:00:00")


# days of the week, time away, quiet hours


def test_reminders_come_on_the_chosen_days_of_the_week() -> None:
    workdays = replace(wishes(), weekdays=frozenset(range(5)))

    assert reminders(workdays, "2026-03-12T12:00", "2026-03-18T00:00") == [
        "2026-03-13T00:00",
        "2026-03-16T00:00",
        "2026-03-17T00:00",
    ]


def test_the_small_hours_of_saturday_still_belong_to_friday() -> None:
    fridays = replace(wishes(time(1)), weekdays=frozenset({4}))

    assert reminders(fridays, "2026-03-09T00:00", "2026-03-16T00:00") == ["2026-03-13T16:00"]


def test_nobody_is_reminded_while_away_and_the_first_day_back_counts() -> None:
    away = replace(wishes(), away_until=date(2026, 4, 1))

    assert next_reminder(utc("2026-03-10T00:00"), away) == utc("2026-04-01T00:00")
    assert not is_wanted(date(2026, 3, 31), away)
    assert is_wanted(date(2026, 4, 1), away)


@pytest.mark.parametrize(
    ("hour", "quiet", "comes_at"),
    [
        (time(9), Quiet(time(22), time(8)), time(9)),
        (time(23), Quiet(time(22), time(8)), time(8)),
        (time(8), Quiet(time(22), time(8)), time(8)),
        (time(22), Quiet(time(22), time(8)), time(8)),
        (time(13, 30), Quiet(time(12), time(14)), time(14)),
        (time(13), None, time(13)),
    ],
)
def test_an_hour_within_the_quiet_hours_waits_for_their_end(hour: time, quiet: Quiet | None, comes_at: time) -> None:
    assert hour_of(wishes(hour, quiet=quiet)) == comes_at


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (time(22), Quiet(time(23), time(8))),
        (time(23), Quiet(time(0), time(8))),
        (time(6), Quiet(time(22), time(6))),
        (time(9), NIGHT),
    ],
)
def test_an_hour_chosen_in_the_night_shortens_the_quiet_hours(chosen: time, left: Quiet) -> None:
    assert NIGHT.without(chosen) == left


# being ignored


@pytest.mark.parametrize(
    ("ignored", "day", "left_out"),
    [
        pytest.param([10, 11], 12, False, id="two ignored days"),
        pytest.param([10, 11, 12], 13, True, id="three"),
        pytest.param([10, 11, 12], 18, True, id="not yet a week"),
        pytest.param([10, 11, 12], 19, False, id="a week later"),
        pytest.param([10, 11, 12, 19], 20, True, id="from then on weekly"),
        pytest.param([10, 11, 12, 19], 26, False, id="and again a week later"),
        pytest.param([], 13, False, id="they have answered"),
    ],
)
def test_after_three_ignored_days_there_is_one_reminder_a_week(ignored: list[int], day: int, left_out: bool) -> None:
    assert is_ignored(date(2026, 3, day), [date(2026, 3, each) for each in ignored]) is left_out


# every zone there is, over two years

ZONES = sorted(name for name in available_timezones() if known_zone(name) and name != "localtime")
START, END = date(2026, 1, 1), date(2028, 1, 1)
ALL_DAYS = [START + timedelta(days=n) for n in range((END - START).days)]
QUIETS = (Quiet(time(21), time(7)), NIGHT, Quiet(time(0), time(6)), Quiet(time(23, 30), time(2, 30)), None)
HOURS = (time(0, 15), time(2, 30), time(3, 45), time(4), time(9), time(12, 30), time(21), time(23), time(23, 59))


def changes(zone: ZoneInfo) -> list[tuple[datetime, timedelta | None]]:
    """Return the clock changes of two years: their moments, to the second, and the offset after each."""
    found = [(utc("2026-01-01"), utc("2026-01-01").astimezone(zone).utcoffset())]
    midnights = [datetime.combine(day, time(0), tzinfo=UTC) for day in (*ALL_DAYS, END)]
    offsets = [moment.astimezone(zone).utcoffset() for moment in midnights]
    for (early, before), (late, after) in pairwise(zip(midnights, offsets, strict=True)):
        if before == after:
            continue
        low, high = early, late
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
        found.append((high, after))
    return found


@pytest.fixture(scope="module")
def clocks() -> dict[str, list[date]]:
    """Return one zone for each clock that any zone shows over the two years, with the days around its changes."""
    seen: dict[tuple[tuple[datetime, timedelta | None], ...], str] = {}
    for name in ZONES:
        seen.setdefault(tuple(changes(ZoneInfo(name))), name)
    return {
        name: sorted({at.date() + n * DAY for at, _ in clock[1:] for n in (-2, -1, 0, 1)} | set(ALL_DAYS[10:18]))
        for clock, name in seen.items()
    }


def test_the_two_years_hold_the_clock_changes_that_they_should(clocks: dict[str, list[date]]) -> None:
    assert [f"{at:%Y-%m-%dT%H:%M}" for at, _ in changes(ZoneInfo(NEW_YORK))[1:]] == [
        "2026-03-08T07:00",
        "2026-11-01T06:00",
        "2027-03-14T07:00",
        "2027-11-07T06:00",
    ]
    assert len(ZONES) > 400
    assert len(clocks) > 60


def walked(chosen: Settings, start: date, end: date) -> tuple[list[date], bool]:
    """Step from reminder to reminder; return the study days they come on, and whether one came in quiet hours."""
    zone, days, quiet = chosen.tz, [], False
    moment = datetime.combine(start, time(4), tzinfo=zone).astimezone(UTC) - timedelta(seconds=1)
    while study_day(moment := next_reminder(moment, chosen), zone) < end:
        days.append(study_day(moment, zone))
        quiet = quiet or is_quiet(moment, chosen.quiet, zone)
    return days, quiet


@pytest.mark.parametrize("weekdays", [EVERY_DAY, frozenset({0, 2, 5})], ids=["every day", "three days a week"])
def test_every_zone_gets_one_reminder_per_wanted_study_day_for_two_years(
    clocks: dict[str, list[date]], weekdays: frozenset[int]
) -> None:
    wanted = [day for day in ALL_DAYS if day.weekday() in weekdays]

    for name in clocks:
        chosen = replace(wishes(time(9), name, quiet=NIGHT), weekdays=weekdays)
        assert walked(chosen, START, END) == (wanted, False), name


@pytest.mark.parametrize("hour", HOURS, ids=str)
def test_around_every_clock_change_each_day_gets_one_reminder_and_no_quiet_hour_does(
    clocks: dict[str, list[date]], hour: time
) -> None:
    wrong = []
    for name, days in clocks.items():
        zone = ZoneInfo(name)
        for quiet in QUIETS:
            chosen = wishes(hour, name, quiet=quiet)
            for day in days:
                moment = reminder_on(day, chosen)
                if moment is None or study_day(moment, zone) != day or is_quiet(moment, quiet, zone):
                    wrong.append((name, day, quiet))

    assert wrong == []


@pytest.mark.parametrize(
    ("due", "now", "sent"),
    [
        ("2026-11-16T00:00", "2026-11-16T00:01", True),
        ("2026-11-16T00:00", "2026-11-16T00:30", True),
        ("2026-11-16T00:00", "2026-11-16T03:01", False),
        ("2026-11-16T12:00", "2026-11-16T13:30", False),
        ("2026-11-16T14:00", "2026-11-16T14:05", True),
        ("2026-11-16T14:00", "2026-11-16T14:11", False),
        ("2026-11-16T18:55", "2026-11-16T19:01", False),
    ],
    ids=[
        "on time",
        "after 30 min of downtime",
        "too late",
        "in the night",
        "their own late hour",
        "too late for a late hour",
        "on the next study day",
    ],
)
def test_a_belated_message_is_sent_by_day_and_within_three_hours_only(due: str, now: str, sent: bool) -> None:
    assert (utc(now) < too_late_at(utc(due), wishes())) is sent


def test_no_belated_message_comes_in_quiet_hours_of_ones_own() -> None:
    siesta = wishes(time(12), quiet=Quiet(time(13), time(16)))

    assert too_late_at(utc("2026-11-16T03:00"), siesta) == utc("2026-11-16T04:00")


@pytest.mark.parametrize("zone", ["Asia/Seoul", NEW_YORK, "Australia/Lord_Howe", "Pacific/Apia", "America/Havana"])
@pytest.mark.parametrize("hour", [0, 3, 9, 21])
def test_every_reminder_may_be_a_little_late_but_never_comes_at_night_or_on_another_day(zone: str, hour: int) -> None:
    chosen = wishes(time(hour, 30), zone)
    due_at = utc("2011-12-01T00:00")
    for _ in range(500):
        due_at = next_reminder(due_at, chosen)
        end = too_late_at(due_at, chosen)

        assert due_at < end <= due_at + CATCH_UP
        assert study_day(end - timedelta(seconds=1), chosen.tz) == study_day(due_at, chosen.tz)
        for minutes in range(int(ON_TIME.seconds / 60), int((end - due_at).seconds / 60)):
            assert not is_quiet(due_at + timedelta(minutes=minutes), NIGHT, chosen.tz)
