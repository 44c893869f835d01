"""How long a newcomer waits: the bot's start in CPU seconds, and from the tap to the first card.

    python -m benchmarks.first_card

The start is compared with importing python-telegram-bot alone; the tap goes through the real bot over HTTP, the
database, and a run in the warm jail.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._command import arguments, tell
from benchmarks._row import Peer, compared, seen
from studybot.config import load_config
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat
from studybot.telegram_bot.app import Account, StudyBot
from studybot.wiring import open_outside

STARTS = 7
TAPS = 30
LIBRARY = "import telegram.ext"
OURS = "import studybot.cli, studybot.wiring, studybot.telegram_bot.app, sys; assert 'torch' not in sys.modules"
CPU = "import resource; used = resource.getrusage(resource.RUSAGE_SELF); print(used.ru_utime + used.ru_stime)"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the machine's own clock is what is measured


def cpu_seconds(code: str) -> float:
    """Return the median CPU time of a Python process that runs `code` and ends."""
    ended = [
        subprocess.run([sys.executable, "-c", f"{code}\n{CPU}"], check=True, capture_output=True, text=True).stdout
        for _ in range(STARTS)
    ]
    return statistics.median(float(line) for line in ended)


async def taps() -> list[float]:
    """Return the seconds from each newcomer's tap to their first card, the jail being warm."""
    clock, waited = SystemClock(), []
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        config = load_config(_env_file=None, token=chat.token, api_url=chat.api_url)
        account = Account(chat.token, chat.api_url)
        async with (
            open_outside(config, clock) as outside,
            StudyBot(account, config.first_settings(), outside) as bot,
        ):
            serving = asyncio.create_task(bot.run())
            await outside.deck.ready()
            for number in range(TAPS):
                person = chat.person(f"Person {number}")
                await person.send("/start")
                hello = await person.next_message()
                began = time.perf_counter()
                person.tap(hello, hello.data_of(hello.buttons[0][0])["callback_data"])
                await person.next_message()
                waited.append(time.perf_counter() - began)
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
    return waited


def main() -> None:
    given = arguments(__doc__).parse_args()
    library, ours = cpu_seconds(LIBRARY), cpu_seconds(OURS)
    cards, file = Path("cards").resolve(), given.json and given.json.resolve()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("cards").symlink_to(cards)
        waited = asyncio.run(taps())
    given.json = file
    tell(
        [
            seen("CPU of the start, beyond python-telegram-bot's import", ours - library, "s", at_most=1),
            compared("CPU of the start", ours, "s", Peer("python-telegram-bot's import", library)),
            seen(f"from the tap to the first card, median of {TAPS}", statistics.median(waited) * 1000, "ms"),
            seen(f"from the tap to the first card, worst of {TAPS}", max(waited) * 1000, "ms", at_most=1000),
        ],
        given,
    )


if __name__ == "__main__":
    main()
