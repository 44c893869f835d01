"""How often somebody may ask for something that costs: so many times in a sliding window."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

MOST_KNOWN = 10_000


@dataclass
class Pace:
    """Counts in memory only: a restart forgives everybody, and costs nothing else."""

    most: int
    window: timedelta
    _past: dict[int, deque[datetime]] = field(default_factory=dict)

    def wait(self, who: int, now: datetime) -> timedelta | None:
        """Count one more and return None; or return how long they have to wait, and count nothing."""
        past = self._past.setdefault(who, deque())
        while past and past[0] <= now - self.window:
            past.popleft()
        if len(past) >= self.most:
            return past[0] + self.window - now
        past.append(now)
        if len(self._past) > MOST_KNOWN:
            self._past = {one: moments for one, moments in self._past.items() if moments[-1] > now - self.window}
        return None
