"""What stands after /challenge: how many cards, which topic, or when it opens by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from studybot.core.card import Text
from studybot.core.weekly import Weekly, read_weekly

MOST_CARDS = 20
_OFF = frozenset({"off", "stop", "끄기", "그만"})


@dataclass(frozen=True, slots=True)
class Wish:
    """`cards` is None where the usual number will do; `off` ends what opens by itself."""

    cards: int | None = None
    topics: tuple[str, ...] = ()
    off: bool = False


def read_wish(text: str, topics: Mapping[str, Text]) -> Wish | Weekly | None:
    """Read what was asked for; None where it cannot be understood. A topic may be a part of its name."""
    words = text.lower().split()
    if len(words) == 1 and words[0] in _OFF:
        return Wish(off=True)
    if (weekly := read_weekly(text)) is not None:
        return weekly
    cards = None
    if words and words[0].isdecimal():
        cards = int(words.pop(0))
        if not 1 <= cards <= MOST_CARDS:
            return None
    if not words:
        return Wish(cards)
    wanted = " ".join(words)
    found = [slug for slug, title in topics.items() if wanted in {slug, title.ko.lower(), title.en.lower()}]
    found = found or [
        slug
        for slug, title in topics.items()
        if any(wanted in name for name in (slug.replace("-", " "), slug, title.ko.lower(), title.en.lower()))
    ]
    return Wish(cards, tuple(found)) if found else None
