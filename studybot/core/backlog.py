"""What waits to be done."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """Updates that were not handled yet, since when the oldest of them waits, and letters that were not sent yet."""

    updates: int
    oldest_at: datetime | None
    letters: int
