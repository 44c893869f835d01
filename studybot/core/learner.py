"""A learner and what they have chosen."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import NewType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from studybot.core.card import Language
from studybot.core.reminding import EVERY_DAY, NIGHT, Quiet
from studybot.core.schedule import SchedulerName

LearnerId = NewType("LearnerId", int)
ChatId = NewType("ChatId", int)


@dataclass(frozen=True, slots=True)
class Settings:
    """`zone` is an IANA name; `remind_at` the local wall time of the daily message.

    It comes on study days in `weekdays` (Monday is 0, never none at all), outside the `quiet` hours, and not before
    the day `away_until`. A day takes `minutes_per_day` at most; None means as long as it takes.
    `announcements` says whether news from whoever runs the bot are welcome.
    Before the day `exam_on` everything that was learned is seen once more. With `spread`, cards come a little earlier
    or later than their interval says, where fewer are due.
    """

    language: Language = Language.KO
    zone: str = "Asia/Seoul"
    remind_at: time = time(9)
    new_per_day: int = 5
    reviews_per_day: int = 40
    scheduler: SchedulerName = SchedulerName.SM2
    weekdays: frozenset[int] = EVERY_DAY
    quiet: Quiet | None = NIGHT
    away_until: date | None = None
    minutes_per_day: int | None = None
    exam_on: date | None = None
    spread: bool = False
    announcements: bool = True

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Learner:
    """`chat_id` is the private chat. An unreachable learner has blocked the bot: nothing is sent, all is kept."""

    id: LearnerId
    chat_id: ChatId
    settings: Settings = field(default_factory=Settings)
    reachable: bool = True


def known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
