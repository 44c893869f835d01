"""Telegram's flood limits: about 1 message a second per chat with short bursts, 20 a minute per group, 30 a second.

Edits and sends share a count; answers to button presses are free. Who retries too early waits longer.
Source: Telegram's bot FAQ, and its developers in the tdlib issue tracker (2592, 3034).
"""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from studybot.local_chat.refused import too_many_requests

LONGEST_BAN_SECONDS = 60.0


@dataclass(frozen=True)
class FloodLimits:
    """How much a bot may send. `burst` messages go at once into a chat that was quiet, then `per_chat` a second.

    A minute may be a short one: where time is made up, nobody wants to wait for a real one.
    """

    per_chat: float = 1.0
    burst: int = 20
    per_group_minute: int = 20
    minute_seconds: float = 60.0
    overall: int = 30


NO_FLOOD_LIMITS = FloodLimits(per_chat=math.inf, burst=1_000_000, per_group_minute=1_000_000, overall=1_000_000)


class Flood:
    """Counts what the bot sends, in seconds of a monotonic clock, so that a moved calendar changes nothing."""

    def __init__(self, limits: FloodLimits, monotonic: Callable[[], float]) -> None:
        self.limits = limits
        self._monotonic = monotonic
        self._spent: dict[int, tuple[float, float]] = {}
        self._group: defaultdict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()
        self._banned_until: dict[int, float] = {}

    def check(self, chat_id: int) -> None:
        """Raise 429 if one more message into this chat would be too many; a try during a ban prolongs it."""
        now = self._monotonic()
        banned_until = self._banned_until.get(chat_id, 0.0)
        wait = max(self._chat_wait(chat_id, now), self._group_wait(chat_id, now), self._overall_wait(now))
        if banned_until > now:
            wait = max(wait, min(banned_until - now + 1.0, LONGEST_BAN_SECONDS))
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            self._banned_until[chat_id] = now + seconds
            raise too_many_requests(seconds)

    def count(self, chat_id: int) -> None:
        """Count one message that was sent or edited."""
        now = self._monotonic()
        self._spent[chat_id] = (self._level(chat_id, now) + 1, now)
        self._overall.append(now)
        if chat_id < 0:
            self._group[chat_id].append(now)

    def _level(self, chat_id: int, now: float) -> float:
        level, at = self._spent.get(chat_id, (0.0, now))
        return max(0.0, level - (now - at) * self.limits.per_chat) if now > at else level

    def _chat_wait(self, chat_id: int, now: float) -> float:
        excess = self._level(chat_id, now) + 1 - self.limits.burst
        return excess / self.limits.per_chat if excess > 0 else 0.0

    def _group_wait(self, chat_id: int, now: float) -> float:
        sent = self._group[chat_id] if chat_id < 0 else deque()
        return _window_wait(sent, now, self.limits.per_group_minute, self.limits.minute_seconds)

    def _overall_wait(self, now: float) -> float:
        return _window_wait(self._overall, now, self.limits.overall, 1.0)


def _window_wait(sent: deque[float], now: float, at_most: int, seconds: float) -> float:
    while sent and sent[0] <= now - seconds:
        sent.popleft()
    return sent[len(sent) - at_most] + seconds - now if len(sent) >= at_most else 0.0
