"""The local Telegram in one hand: what is known, what waits for the bot, and what was asked of it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from studybot.local_chat.faults import Faults
from studybot.local_chat.files import Files
from studybot.local_chat.flood import Flood, FloodLimits
from studybot.local_chat.journal import Journal
from studybot.local_chat.state import State
from studybot.local_chat.updates import BotStatus, Updates
from studybot.local_chat.webhook import Delivery

CALLS_KEPT = 100_000
QUERIES_KEPT = 1000
Signal = dict[str, Any]


@dataclass(frozen=True)
class ApiCall:
    """One call of the bot, as it was answered: `code` is 200, or the error code."""

    method: str
    chat_id: int | None
    code: int
    description: str
    at: datetime


class World:
    """Everything behind the HTTP face. `signal` passes on what is shown but not kept: typing, the bot's status."""

    def __init__(self, path: Path | None, *, clock: Callable[[], datetime], flood: FloodLimits) -> None:
        self.journal = Journal(path)
        self.state = State(self.journal, clock)
        self._forget_old_queries()
        self.files = Files(self.state, path.with_name(path.name + ".files") if path else None)
        self.updates = Updates(self.state, on_status=self._bot_status)
        self.delivery = Delivery(self.state, self.updates)
        self.flood = Flood(flood, time.monotonic)
        self.faults = Faults()
        self.calls: deque[ApiCall] = deque(maxlen=CALLS_KEPT)
        self.signals: list[Callable[[Signal], None]] = []
        self.closing = asyncio.Event()

    def _forget_old_queries(self) -> None:
        """Presses can be answered for seconds only; the last ones are kept to be looked at."""
        for query_id in list(self.state.rows("queries"))[:-QUERIES_KEPT]:
            self.state.drop("queries", query_id)

    def signal(self, event: Signal) -> None:
        for listener in list(self.signals):
            listener(event)

    def _bot_status(self, status: BotStatus) -> None:
        self.signal({"kind": "bot", "status": status})

    def typing(self, chat_id: int, action: str) -> None:
        self.signal({"kind": "typing", "chat": chat_id, "action": action})

    def begin_closing(self) -> None:
        """Let everybody go who waits for an answer."""
        self.closing.set()
        self.signal({"kind": "closing"})
        self.updates.close()

    def close(self) -> None:
        self.state.commit()
        self.journal.close()
