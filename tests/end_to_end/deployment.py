"""studybot as somebody runs it: real processes, made to be killed. The chat, its people and the time are the tests'."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from studybot.core.learner import ChatId
from studybot.core.review import Review
from studybot.deck.loader import load_deck
from studybot.kinds import Card
from studybot.local_chat import FloodLimits, LocalChat, Message, Person
from studybot.store import SqlStore
from tests.balancer import Balancer, balancer
from tests.end_to_end.player import PATIENT_SECONDS, Player
from tests.fakes import FrozenClock
from tests.telegram_bot.test_webhook import free_port

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SEOUL = ZoneInfo("Asia/Seoul")

QUICK_FLOOD = FloodLimits(per_chat=30.0, minute_seconds=2.0)
"""Telegram's limits, in a time that goes thirty times as quick; bot_process.py has the bots' own."""


class SharedClock(FrozenClock):
    """Stands still for all processes, until the test moves it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.move(timedelta())

    def move(self, by: timedelta) -> None:
        super().move(by)
        new = self.path.with_suffix(".new")
        new.write_text(self.moment.isoformat())
        new.replace(self.path)


@dataclass
class BotProcess:
    """`studybot run`, in a process of its own."""

    process: asyncio.subprocess.Process
    log: Path

    @classmethod
    async def start(cls, home: Path, settings: dict[str, str], clock: Path, *flags: str) -> Self:
        log = home / f"bot{''.join(flags)}.log"
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.end_to_end.bot_process", str(clock), "run", *flags),
                cwd=home,
                env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
            )
        bot = cls(process, log)
        await bot._says("ready")
        return bot

    async def tick(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"tick\n")
        await self._says("ticked")

    async def _says(self, word: str) -> None:
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENT_SECONDS):
            line = await self.process.stdout.readline()
        if line.decode().strip() != word:
            raise RuntimeError(f"the bot said {line!r} and not {word}\n{self.log.read_text()[-3000:]}")

    async def kill(self) -> None:
        """Kill it as the kernel would, without warning."""
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()


@dataclass
class Deployment:
    """Bots, and what they keep. `flags` are those of `studybot run`, for each bot."""

    chat: LocalChat
    clock: SharedClock
    home: Path
    database: str
    settings: dict[str, str]
    flags: Sequence[tuple[str, ...]]
    between: Balancer | None
    bots: list[BotProcess | None] = field(init=False)
    deck: Sequence[Card] = field(init=False)
    store: SqlStore = field(init=False)

    def __post_init__(self) -> None:
        self.bots = [None] * len(self.flags)
        self.deck = [one.card for one in load_deck(self.home / "cards").cards]

    async def mend(self) -> None:
        """Start every bot that is not running, and wait until all know the deck."""
        await asyncio.gather(*(self._start(place) for place, bot in enumerate(self.bots) if bot is None))
        await self.later()

    async def _start(self, place: int) -> None:
        self.bots[place] = await BotProcess.start(self.home, self.settings, self.clock.path, *self.flags[place])

    async def strike(self) -> None:
        """Kill the bot that took the latest update. Where there is no other one, it is started again."""
        place = self.between.ports.index(self.between.last_taker) if self.between else 0
        bot, self.bots[place] = self.bots[place], None
        assert bot is not None, "it was killed before"
        await bot.kill()
        if not any(self.bots):
            await self._start(place)

    async def later(self, **time: float) -> None:
        """Move the clock, as `timedelta` has it, and let all bots look at it, at once."""
        self.clock.move(timedelta(**time))
        self.chat.clock_moved()
        await asyncio.gather(*(bot.tick() for bot in self.bots if bot is not None))

    async def until(self, hour: int, minute: int = 0) -> None:
        """Move the clock on until it shows this time in Seoul."""
        now = self.clock.now().astimezone(SEOUL)
        then = now.replace(hour=hour, minute=minute, second=0)
        await self.later(seconds=(then - now).total_seconds() % (24 * 3600) or 24 * 3600)

    async def taken_in(self) -> None:
        """Wait until a bot has stored all that people did so far."""
        await self.chat.wait_for(lambda: not self.chat.unconfirmed, timeout=PATIENT_SECONDS)

    async def rests(self) -> None:
        """Wait until all that came was handled, and all that was to be sent is sent."""
        async with asyncio.timeout(PATIENT_SECONDS):
            while (waiting := await self.store.backlog()).updates or waiting.letters:  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def player(self, person: Person) -> Player:
        return Player(person, self.deck, self.database)

    async def begin(self, person: Person, link: str = "") -> Message:
        """Let somebody come for the first time, maybe by a link, and return their first card."""
        await person.send(f"/start {link}".strip())
        hello = await person.next_message(timeout=PATIENT_SECONDS)
        await person.press(hello, hello.buttons[0][0], timeout=PATIENT_SECONDS)
        return await person.next_message(timeout=PATIENT_SECONDS)

    @property
    def health(self) -> Sequence[str]:
        """Where each bot by webhook tells how it is."""
        ports = self.between.ports if self.between else ()
        return [f"http://127.0.0.1:{port}/healthz" for port in ports]

    async def reviews(self, person: Person) -> Sequence[Review]:
        learner = await self.store.learner_of_chat(ChatId(person.id))
        assert learner is not None
        return await self.store.reviews_of(learner.id)

    async def close(self) -> None:
        for bot in self.bots:
            if bot is not None:
                await bot.kill()
        if hasattr(self, "store"):
            await self.store.close()


def made_home(folder: Path, topics: Sequence[str]) -> Path:
    """Fill a folder with a small deck of every kind, and two topics for groups; or with some of these topics."""
    for topic in (*(HERE / "deck").iterdir(), *(HERE / "party_decks").iterdir()):
        if not topics or topic.name in topics:
            shutil.copytree(topic, folder / "cards" / topic.name)
    return folder


@asynccontextmanager
async def deployed(
    folder: Path, *, database: str = "", broker: str = "", webhooks: int = 0, topics: Sequence[str] = ()
) -> AsyncIterator[Deployment]:
    """Deploy one bot that polls, or as many by webhook; with a SQLite file, and jails of their own, unless told."""
    home, clock = made_home(folder, topics), SharedClock(folder / "clock")
    database = database or f"sqlite:///{home / 'studybot.db'}"
    async with LocalChat(clock=clock.now, flood=QUICK_FLOOD) as chat, balancer() as (between, url):
        settings: dict[str, Any] = {
            "STUDYBOT_TOKEN": chat.token,
            "STUDYBOT_API_URL": chat.api_url,
            "STUDYBOT_DATABASE_URL": database,
            "STUDYBOT_BROKER_URL": broker,
            "STUDYBOT_WEBHOOK_URL": url,
        }
        between.ports = [free_port() for _ in range(webhooks)]
        flags: list[tuple[str, ...]] = [("--webhook", "--port", str(port)) for port in between.ports]
        on = Deployment(chat, clock, home, database, settings, flags or [()], between if webhooks else None)
        try:
            await on.mend()
            on.store = SqlStore(database)
            yield on
        finally:
            await on.close()
