"""When a learner is reminded: their hour, their days of the week, quiet hours, time away, and silence answered by it.

All moments are aware UTC datetimes; days are study days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from studybot.core.schedule import ROLLOVER_HOUR, study_day

EVERY_DAY = frozenset(range(7))
"""Days of the week, Monday is 0."""

PATIENCE = 3
"""After so many reminders in a row without an answer there is only one a week."""

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)

ON_TIME = timedelta(minutes=10)
"""So late is not late: a reminder for an hour in the night, which the learner chose, is still sent."""

CATCH_UP = timedelta(hours=3)
"""How late a reminder may be sent by day, after we were down; later than this, the day's one is left out."""

LONGEST_LATE = timedelta(days=1)
"""What was due longer ago than this is surely too late."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the wall clock in which nothing is sent, from `start` up to but not including `end`."""

    start: time
    end: time

    def holds(self, wall_time: time) -> bool:
        if self.start <= self.end:
            return self.start <= wall_time < self.end
        return wall_time >= self.start or wall_time < self.end

    def without(self, wall_time: time) -> "Quiet":
        """Return these hours, shortened from the nearer side so that the whole hour `wall_time` is outside."""
        if not self.holds(wall_time):
            return self
        since_start = (wall_time.hour - self.start.hour) % 24
        until_end = (self.end.hour - wall_time.hour) % 24
        if since_start < until_end:
            return Quiet(time((wall_time.hour + 1) % 24), self.end)
        return Quiet(self.start, time(wall_time.hour))


NIGHT = Quiet(time(22), time(8))


class Wishes(Protocol):
    """What a learner has chosen about reminders; `core.learner.Settings` is one."""

    @property
    def tz(self) -> ZoneInfo: ...
    @property
    def remind_at(self) -> time: ...
    @property
    def weekdays(self) -> frozenset[int]: ...
    @property
    def quiet(self) -> Quiet | None: ...
    @property
    def away_until(self) -> date | None: ...


def hour_of(wishes: Wishes) -> time:
    """Return the wall time of the reminder: the hour that was set, or the end of the quiet hours it lies in."""
    quiet = wishes.quiet
    return quiet.end if quiet is not None and quiet.holds(wishes.remind_at) else wishes.remind_at


def is_wanted(day: date, wishes: Wishes) -> bool:
    """Return whether a study day is one on which the learner wants to learn."""
    away = wishes.away_until is not None and day < wishes.away_until
    return day.weekday() in wishes.weekdays and not away


def reminder_on(day: date, wishes: Wishes) -> datetime | None:
    """Return the moment of a study day's reminder.

    An hour that autumn repeats is taken the first time. One that spring skips is taken as the moment it would have
    come without the change (02:30 is 03:30); where that lies in the quiet hours or in the next study day, as much
    earlier, or else at the first moment between the two that does not. None for a day that has no such moment: a
    zone that crosses the date line skips a whole day.
    """
    zone, hour = wishes.tz, hour_of(wishes)
    on_the_wall = day if hour.hour >= ROLLOVER_HOUR else day + timedelta(days=1)
    local = datetime.combine(on_the_wall, hour, tzinfo=zone)
    later, earlier = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    gap_minutes = int((later - earlier) / MINUTE) if wishes.quiet is not None else 0
    between = (earlier + MINUTE * n for n in range(1, gap_minutes))
    for moment in chain((later, earlier), between):
        if study_day(moment, zone) == day and not is_quiet(moment, wishes.quiet, zone):
            return moment
    return None


def next_reminder(after: datetime, wishes: Wishes) -> datetime:
    """Return the first moment strictly after `after` at which a reminder is due on a day that is wanted."""
    day = study_day(after, wishes.tz)
    if wishes.away_until is not None:
        day = max(day, wishes.away_until)
    while True:
        if is_wanted(day, wishes) and (moment := reminder_on(day, wishes)) is not None and moment > after:
            return moment
        day += timedelta(days=1)


def reminder_after(due_at: datetime, wishes: Wishes, *, now: datetime) -> datetime:
    """Return the first moment after `due_at` at which a reminder is due, of those for which it is not too late `now`.

    After a day on which we were down that may be this morning, and not only tomorrow.
    """
    coming = next_reminder(max(due_at, now - LONGEST_LATE), wishes)
    while too_late_at(coming, wishes) <= now:
        coming = next_reminder(coming, wishes)
    return coming


def too_late_at(due_at: datetime, wishes: Wishes) -> datetime:
    """Return the moment from which a reminder that was due at `due_at` may not be sent any more.

    A belated one comes by day, within hours, and on the study day it speaks of. Who has no quiet hours has a night.
    """
    quiet, zone = wishes.quiet or NIGHT, wishes.tz
    end = _next_on_the_wall(time(ROLLOVER_HOUR), due_at, zone)
    on_time = due_at + ON_TIME
    if is_quiet(on_time, quiet, zone):
        return min(on_time, end)
    return min(due_at + CATCH_UP, _next_on_the_wall(quiet.start, on_time, zone), end)


def _next_on_the_wall(wall_time: time, after: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment after `after` at which clocks show `wall_time`, or rather the one before spring skips it."""
    local = after.astimezone(zone)
    day = local.date() if local.time() < wall_time else local.date() + timedelta(days=1)
    both = (datetime.combine(day, wall_time, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return min(moment for moment in both if moment > after)


def is_quiet(moment: datetime, quiet: Quiet | None, zone: ZoneInfo) -> bool:
    return quiet is not None and quiet.holds(moment.astimezone(zone).time())


def is_ignored(day: date, unanswered: Sequence[date]) -> bool:
    """Return whether a study day is left out because the last reminders were all ignored.

    `unanswered` are the days of the reminders since the learner's last answer, oldest first.
    """
    return len(unanswered) >= PATIENCE and day < unanswered[-1] + WEEK
