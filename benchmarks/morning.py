"""Ten thousand learners are reminded at the same hour, and others answer meanwhile: in real time, within the limits.

    python -m benchmarks.morning [LEARNERS]

The whole bot, over HTTP and with SQLite, under Telegram's limits, which the local chat enforces: 30 messages a second
in all allow 10,000 in five and a half minutes.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks._claims import Claims, InstantRunner
from benchmarks._command import arguments, tell
from benchmarks._row import Peer, Row, compared, seen
from benchmarks.bot import PATIENCE_SECONDS, Stage, SystemClock
from studybot.core.card import Language
from studybot.core.learner import ChatId, Settings
from studybot.flows.outside import Outside
from studybot.local_chat import FloodLimits, LocalChat, Person
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.upgrade import upgrade
from studybot.telegram_bot.app import Account, StudyBot

PER_SECOND = 30
SECONDS_BETWEEN_TAPS = 1.5
FIRST = Settings(language=Language.EN, quiet=None)


async def serve(token: str, api_url: str, database: str) -> None:
    """Run the bot in a process of its own."""
    outside = Outside(SqlStore(f"sqlite:///{database}"), Claims(1), InstantRunner(), SystemClock(), SCHEDULERS)
    async with StudyBot(Account(token, api_url), FIRST, outside) as bot:
        await bot.run()


@asynccontextmanager
async def running(chat: LocalChat, database: Path) -> AsyncIterator[Stage]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.morning", "--serve", chat.token, chat.api_url, str(database)),
        cwd=Path(__file__).parent.parent,
    )
    try:
        yield Stage(chat, process.pid)
    finally:
        process.kill()
        await process.wait()


class Reminded:
    """Counts the reminders of each chat as they come: to look for them would hold up the server, which is in here."""

    def __init__(self, chat: LocalChat) -> None:
        self.times: Counter[int] = Counter()
        chat.world.state.listen(self._on_change)

    def _on_change(self, puts: list[Any]) -> None:
        for table, _, record in puts:
            if table == "messages" and record is not None and "Cards due today" in record.get("text", ""):
                self.times[record["chat"]["id"]] += 1


async def everybody_has_come(chat: LocalChat) -> None:
    """Drop what people wrote to be known: this bot was not there then."""
    async with aiohttp.ClientSession() as session:
        while waiting := chat.unconfirmed:
            after = max(update["update_id"] for update in waiting) + 1
            await session.get(f"{chat.api_url}{chat.token}/getUpdates", params={"offset": after, "timeout": 0})


async def measure(folder: Path, count: int) -> list[Row]:
    database = folder / "studybot.db"
    upgrade(f"sqlite:///{database}")
    store, clock = SqlStore(f"sqlite:///{database}"), SystemClock()
    for card in Claims(1).cards:
        await store.save_card(card.card_id, card.revision, card.body())
    async with LocalChat(clock=clock.now, flood=FloodLimits()) as chat:
        people = [chat.person(f"Person {number}") for number in range(count)]
        for person in people:
            await person.send("/start")
            await store.add_learner(ChatId(person.id), FIRST, next_reminder_at=clock.now())
        await everybody_has_come(chat)
        heard = Reminded(chat)
        async with running(chat, database) as stage:
            await chat.until_bot_listens(timeout=PATIENCE_SECONDS)
            began = time.perf_counter()
            waited: list[float] = []
            while len(heard.times) < count:
                waited.append(await one_answer(stage, chat.person(f"Other {len(waited)}")))
                if time.perf_counter() - began > 3 * count / PER_SECOND + PATIENCE_SECONDS:
                    break
            took = time.perf_counter() - began
        floods = sum(call.code == 429 for call in chat.refusals)
    await store.close()
    twice = sum(times > 1 for times in heard.times.values())
    p95 = statistics.quantiles(waited, n=20)[-1] * 1000
    allowed = Peer(f"{PER_SECOND} a second", count / PER_SECOND)
    own_calls = len(waited) / PER_SECOND * 2 + 5
    return [
        compared(f"{count:,} reminders", took, "s", allowed, at_most=round(1.2 + own_calls / allowed.seen, 2)),
        seen("reminders a second", len(heard.times) / took, "/s"),
        seen("reminders lost", count - len(heard.times), at_most=0),
        seen("reminders sent twice", twice, at_most=0),
        seen("refused by the flood limit, and sent later", floods),
        seen("tap to edit meanwhile, p50", statistics.median(waited) * 1000, "ms"),
        seen("tap to edit meanwhile, p95", p95, "ms"),
    ]


async def one_answer(stage: Stage, person: Person) -> float:
    """Let somebody answer a card, and return how long it took to be edited."""
    asked = await stage.ask(person)
    await asyncio.sleep(SECONDS_BETWEEN_TAPS)
    began = time.perf_counter()
    await stage.answer(asked)
    return time.perf_counter() - began


def main() -> None:
    match sys.argv[1:]:
        case ["--serve", token, api_url, database]:
            asyncio.run(serve(token, api_url, database))
        case _:
            parser = arguments(__doc__)
            parser.add_argument("learners", nargs="?", type=int, default=10_000, metavar="LEARNERS")
            given = parser.parse_args()
            with tempfile.TemporaryDirectory() as folder:
                rows = asyncio.run(measure(Path(folder), min(given.learners, 300) if given.quick else given.learners))
            tell(rows, given)


if __name__ == "__main__":
    main()
