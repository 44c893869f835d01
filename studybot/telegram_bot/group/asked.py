"""What stands after /challenge: how many cards, which topic, in which mode, or when it opens by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from studybot.core.card import Text
from studybot.core.challenge import Mode
from studybot.core.weekly import Weekly, read_weekly

MOST_CARDS = 20
_MODES = {
    "live": Mode.LIVE,
    "daily": Mode.DAILY,
    "하루": Mode.DAILY,
    "duel": Mode.DUEL,
    "둘이서": Mode.DUEL,
    "relay": Mode.RELAY,
    "릴레이": Mode.RELAY,
    "sprint": Mode.SPRINT,
    "빠르게": Mode.SPRINT,
}
_OFF = frozenset({"off", "stop", "끄기", "그만"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`cards` is None where the usual number will do; `off` ends what opens by itself."""

    cards: int | None = None
    topics: tuple[str, ...] = ()
    off: bool = False
    mode: Mode = Mode.LIVE


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a challenge opens by itself, and in which mode."""

    weekly: Weekly
    mode: Mode = Mode.LIVE


def read_wish(text: str, topics: Mapping[str, Text]) -> Wish | Timetable | None:
    """Read what was asked for; None where it cannot be understood. A topic may be a part of its name.

    The mode comes last: "daily 16:00" is every day at that time, "weekdays 9:00 daily" is open all day on weekdays.
    """
    words = text.lower().split()
    if len(words) == 1 and words[0] in _OFF:
        return Wish(off=True)
    mode = _MODES.get(words[-1], Mode.LIVE) if words else Mode.LIVE
    if words and words[-1] in _MODES:
        words.pop()
    if (weekly := read_weekly(" ".join(words))) is not None:
        return Timetable(weekly, mode)
    cards = None
    if words and words[0].isdecimal():
        cards = int(words.pop(0))
        if not 1 <= cards <= MOST_CARDS:
            return None
    if not words:
        return Wish(cards, mode=mode)
    found = _topics(" ".join(words), topics)
    return Wish(cards, found, mode=mode) if found else None


def _topics(wanted: str, topics: Mapping[str, Text]) -> tuple[str, ...]:
    found = [slug for slug, title in topics.items() if wanted in {slug, title.ko.lower(), title.en.lower()}]
    return tuple(found) or tuple(
        slug
        for slug, title in topics.items()
        if any(wanted in name for name in (slug.replace("-", " "), slug, title.ko.lower(), title.en.lower()))
    )
