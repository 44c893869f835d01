"""Letters: what the bot sends of its own accord, and what can become of one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType

from studybot.core.card import Text
from studybot.core.learner import ChatId, LearnerId

LetterId = NewType("LetterId", int)


@dataclass(frozen=True, slots=True)
class Reminder:
    """The day's one message: what is due on a study day, and about how many minutes it takes."""

    day: date
    due: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Announcement:
    """What whoever runs the bot has to say to everybody who wants to hear it, in card Markdown."""

    text: Text


@dataclass(frozen=True, slots=True)
class Letter:
    """A message nobody pressed for. After `expires_at` it would come too late, and is left out."""

    chat_id: ChatId
    learner_id: LearnerId
    content: Reminder | Announcement
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InHand:
    """A letter that somebody has taken out; `tries` tells this taking from any other one."""

    id: LetterId
    tries: int


@dataclass(frozen=True, slots=True)
class QueuedLetter:
    """A letter in the outbox; `tries` counts how often it was taken out, this time included."""

    id: LetterId
    letter: Letter
    tries: int

    @property
    def in_hand(self) -> InHand:
        return InHand(self.id, self.tries)


@dataclass(frozen=True, slots=True)
class Delivered:
    pass


@dataclass(frozen=True, slots=True)
class Unsure:
    """It went out and no answer came: it may have arrived, so it is not sent again."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """It surely did not arrive: try again, after `seconds` where Telegram said so."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unreachable:
    """They have blocked the bot, or are gone."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The group was upgraded: its chat has another id now."""

    to: ChatId


@dataclass(frozen=True, slots=True)
class Refused:
    """It can never be delivered as it is: a mistake of ours."""

    reason: str


Delivery = Delivered | Unsure | NotNow | Unreachable | Moved | Refused
