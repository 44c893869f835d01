"""How much may be said in one chat: a burst, then so much a second; and so much a minute, where it is a group."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChatLimits:
    """`burst` messages go at once into a chat that was quiet, then `per_second`; at most `per_window` in any window.

    A `per_window` of None is no such limit.
    """

    per_second: float
    burst: int
    per_window: int | None
    window_seconds: float

    @property
    def burst_seconds(self) -> float:
        """How long a burst is felt, if nothing follows it."""
        return self.burst / self.per_second

    @property
    def kept_seconds(self) -> float:
        """How long each message is remembered for itself."""
        return max(self.window_seconds, self.burst_seconds)


@dataclass(frozen=True, slots=True)
class Sent:
    """When something was sent into a chat, or will be: `moments`, the earliest first, and the bucket before them.

    Each message fills the bucket by one, and it leaks as many a second as the limits allow: it held `level` at `at`.
    """

    moments: tuple[float, ...] = ()
    level: float = 0.0
    at: float = 0.0

    def also(self, moments: Iterable[float]) -> "Sent":
        return Sent(tuple(sorted([*self.moments, *moments])), self.level, self.at)

    def since(self, moment: float, limits: ChatLimits) -> "Sent":
        """Return what there is to remember from a moment on: what was before it is in the bucket."""
        old = [one for one in self.moments if one <= moment]
        level, at = self._filled(old, limits)
        return Sent(self.moments[len(old) :], level, at)

    def wait(self, now: float, limits: ChatLimits) -> float:
        """Return the seconds until one more message may follow all of these."""
        level, at = self._filled(self.moments, limits)
        soonest = max(now, at)
        level = max(0.0, level - (soonest - at) * limits.per_second)
        wait = soonest - now + max(0.0, (level + 1 - limits.burst) / limits.per_second)
        if limits.per_window is not None and len(self.moments) >= limits.per_window:
            wait = max(wait, self.moments[-limits.per_window] + limits.window_seconds - now)
        return wait

    def _filled(self, moments: Iterable[float], limits: ChatLimits) -> tuple[float, float]:
        level, at = self.level, self.at
        for moment in moments:
            level = max(0.0, level - (moment - at) * limits.per_second) + 1
            at = moment
        return level, at
