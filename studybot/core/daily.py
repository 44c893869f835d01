"""When a challenge that is open all day closes."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

CLOSES = time(21)
"""In the evening, when a group looks at its chat once more."""

SHORTEST = timedelta(hours=3)
"""What is opened later than this before the evening is open until the next one."""


def closes_at(opened: datetime, zone: ZoneInfo) -> datetime:
    """Return the first evening of the group's zone that leaves people some hours to answer."""
    earliest = opened + SHORTEST
    day = earliest.astimezone(zone).date()
    closing = datetime.combine(day, CLOSES, zone)
    if closing < earliest:
        closing = datetime.combine(day + timedelta(days=1), CLOSES, zone)
    return closing.astimezone(opened.tzinfo)
