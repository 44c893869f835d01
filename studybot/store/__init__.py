"""What is remembered, in SQLite or PostgreSQL: tables, and one intent-named method per transaction."""

from studybot.store.clock import StoreClock, clock_of
from studybot.store.store import SqlStore

__all__ = ["SqlStore", "StoreClock", "clock_of"]
