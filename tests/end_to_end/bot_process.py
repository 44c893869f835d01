"""`studybot`, the whole program, but for the time: it stands in a file, and the bot looks at it when it is told to.

python -m tests.end_to_end.bot_process CLOCK run --webhook --port 8080

It says "ready" on its standard output once it serves. Each line that it reads is a tick, and answered with "ticked". It
ends with whoever started it.
"""

import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from studybot import wiring
from studybot.__main__ import main
from studybot.ports import Clock
from studybot.telegram_bot import app, fellows
from studybot.telegram_bot.pace import Limits

CLOCK = Path(sys.argv[1])

QUICK_LIMITS = Limits(per_chat=20.0, minute_seconds=2.6, overall=24, from_person=1_000_000)
"""Telegram's in a time that goes thirty times as quick, and a little stricter than the local chat is then."""


class ClockInAFile:
    def __init__(self) -> None:
        self._path = CLOCK

    def now(self) -> datetime:
        return datetime.fromisoformat(self._path.read_text())


async def _as_the_file_says(_: object, own: Clock) -> Clock:
    return own


class ToldBot(app.StudyBot):
    """Looks at the time when it is told to: where time stands still, no minute ever passes."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more, limits=QUICK_LIMITS)
        self._ticking = asyncio.Lock()

    async def tick(self) -> int:
        """As ever, but after the one that is under way: its moment is an earlier one."""
        async with self._ticking:
            return await super().tick()

    async def run(self) -> None:
        listening = asyncio.create_task(self._listen())
        try:
            await super().run()
        finally:
            listening.cancel()

    async def _listen(self) -> None:
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        print("ready", flush=True)
        while await reader.readline():
            await self.tick()
            print("ticked", flush=True)
        os._exit(1)


if __name__ == "__main__":
    wiring.SystemClock = ClockInAFile  # type: ignore[assignment,misc]
    wiring.clock_of = _as_the_file_says  # type: ignore[assignment,attr-defined]
    app.StudyBot = ToldBot  # type: ignore[misc]
    fellows.LOOK_SECONDS = 0.2
    wiring.MOST_SLOTS = 1  # a jail that starts is what these stories wait for most, and one tells as much as two
    sys.argv = ["studybot", *sys.argv[2:]]
    main()
