"""Challenges that begin by themselves: "weekdays 16:00"."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
_DAYS = {
    "weekdays": WEEKDAYS,
    "평일": WEEKDAYS,
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "매일": EVERY_DAY,
    **{name: frozenset({day}) for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **{name: frozenset({day}) for day, name in enumerate("월화수목금토일")},
}
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these weekdays (Monday is 0) at this wall time of the group's zone."""

    weekdays: frozenset[int]
    at: time

    def next(self, after: datetime, zone: ZoneInfo) -> datetime:
        """Return the first moment strictly after `after`. An hour that a clock change skips is taken an hour later."""
        day = after.astimezone(zone).date()
        while True:
            moment = datetime.combine(day, self.at, zone)
            if day.weekday() in self.weekdays and moment > after:
                return moment.astimezone(after.tzinfo)
            day += timedelta(days=1)


def read_weekly(text: str) -> Weekly | None:
    """Read "weekdays 16:00", "mon,wed 9:30" or "월수금 16:00"; None where it is none of these."""
    *words, clock = text.lower().split() or [""]
    found = _TIME.fullmatch(clock)
    if found is None or not words:
        return None
    days: frozenset[int] = frozenset()
    for word in re.split(r"[,\s]+", " ".join(words)):
        names = [word] if word in _DAYS else list(word)
        if any(name not in _DAYS for name in names):
            return None
        days = days.union(*(_DAYS[name] for name in names))
    return Weekly(days, time(int(found[1]), int(found[2]))) if days else None
