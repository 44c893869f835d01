"""Kill the bot with SIGKILL at random points of a day under load: no answer lost or counted twice, no reminder lost.

    python -m benchmarks.kill [KILLS [SEED]]

Learners answer without a pause while others' reminders fall due. A minute of theirs passes in a second. What comes
twice is counted, too: a reminder may, where the kill fell between Telegram's yes and our note of it.
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._claims import Claims, InstantRunner
from benchmarks._command import arguments, tell
from benchmarks._row import Row, seen
from studybot.core.card import Language
from studybot.core.learner import ChatId, Settings
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.replay import replay
from studybot.store.upgrade import upgrade
from studybot.telegram_bot import outbox
from studybot.telegram_bot.app import Account, StudyBot
from studybot.telegram_bot.buttons import GoOn, Pick, decode
from studybot.telegram_bot.outbox import AT_ONCE
from studybot.telegram_bot.pace import NO_LIMITS

CARDS = 200
ANSWERING = 6
REMINDED = 40
SPEED = 60
MORNING = datetime(2026, 11, 15, 23, 50, tzinfo=UTC)  # 08:50 in Seoul
LONGEST_LIFE_SECONDS = 0.6
QUIET_SECONDS = 60.0
FROM_LISTENING = 0.7
"""The part of the bots whose life is counted from their first look for updates; the others' from their start."""
FIRST = Settings(language=Language.EN, new_per_day=CARDS, reviews_per_day=CARDS)


class QuickClock:
    """A minute passes in a second; every process that is told the same beginning sees the same time."""

    def __init__(self, began: float) -> None:
        self._began = began

    def now(self) -> datetime:
        return MORNING + timedelta(seconds=(time.monotonic() - self._began) * SPEED)


# the bot


def breed(token: str, api_url: str, database: str, began: str) -> None:
    """Fork a bot for every line on standard input and tell its process id: importing it anew would take a second."""
    pid = 0
    for _ in sys.stdin:
        if pid:
            os.waitpid(pid, 0)  # it was killed
        pid = os.fork()
        if pid == 0:
            asyncio.run(_live(token, api_url, database, float(began)))
        print(pid, flush=True)


async def _live(token: str, api_url: str, database: str, began: float) -> None:
    outside = Outside(SqlStore(database), Claims(CARDS), InstantRunner(), QuickClock(began), SCHEDULERS)
    outbox.WATCH_SECONDS, outbox.HELD_SECONDS = outbox.WATCH_SECONDS / SPEED, outbox.HELD_SECONDS / SPEED
    async with StudyBot(Account(token, api_url), FIRST, outside, limits=NO_LIMITS) as bot:
        await bot.run()


class Breeder:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[None]:
        """Run a bot; it is killed at the end, wherever it is."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"go\n")
        pid = int(await self._process.stdout.readline())
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


# the people


class Eager:
    """Answers every card the moment it is seen, once, and goes on."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.answered: dict[int, str] = {}
        self._went_on: set[int] = set()
        self._moved_at = time.monotonic()

    async def look(self, *, go_on: bool) -> None:
        for message in list(self.person.private.messages)[-3:]:
            await self._look_at(message, go_on=go_on)
        if go_on and time.monotonic() - self._moved_at > 3:  # the next card got lost on its way to us: ask for it
            self._moved_at = time.monotonic()
            await self.person.send("/today")

    async def _look_at(self, message: Message, *, go_on: bool) -> None:
        if not message.from_bot:
            return
        for row in message.buttons:
            for label in row:
                data = message.data_of(label).get("callback_data", "")
                match decode(data):
                    case Pick(showing, _) if showing not in self.answered:
                        self.answered[showing] = data
                        self._tap(message, data)
                    case GoOn() if go_on and message.id not in self._went_on:
                        self._went_on.add(message.id)
                        self._tap(message, data)

    def _tap(self, message: Message, data: str) -> None:
        self._moved_at = time.monotonic()
        self.person.tap(message, data)


@dataclass(frozen=True)
class Tally:
    """What a day with its kills came to. All but the first three should be nothing."""

    kills: int
    answers: int
    reminders: int
    answers_lost: int
    answers_twice: int
    memories_wrong: int
    reminders_lost: int
    reminders_twice: int

    @property
    def good(self) -> bool:
        bad = (self.answers_lost, self.answers_twice, self.memories_wrong, self.reminders_lost)
        return not any(bad) and self.reminders_twice <= self.kills * AT_ONCE  # letters that were under way


async def a_day_with_kills(folder: Path, *, kills: int, seed: int) -> Tally:
    """Let learners answer while the bot is killed again and again, and count what became of it all."""
    dice, database, began = random.Random(seed), f"sqlite:///{folder / 'studybot.db'}", time.monotonic()
    upgrade(database)
    store, clock = SqlStore(database), QuickClock(began)
    for card in Claims(CARDS).cards:
        await store.save_card(card.card_id, card.revision, card.body())
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        eager = [Eager(chat.person(f"Eager {number}")) for number in range(ANSWERING)]
        patient = [chat.person(f"Patient {number}") for number in range(REMINDED)]
        due_at = clock.now()
        for number, person in enumerate(patient):
            # Their hours fall due all through the time of the kills.
            due_at = clock.now() + timedelta(seconds=SPEED * kills * LONGEST_LIFE_SECONDS / 2 * number / REMINDED)
            await store.add_learner(ChatId(person.id), FIRST, next_reminder_at=due_at)
            await person.send("/help")
        for each in eager:
            await each.person.send("/today")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.kill", "--breed", chat.token, chat.api_url, database, str(began)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parent.parent,
        )
        breeder = Breeder(process)
        try:
            for _ in range(kills):
                async with breeder.bot():
                    if dice.random() < FROM_LISTENING:  # a slow machine would kill most before they get there
                        await chat.until_bot_listens(timeout=QUIET_SECONDS)
                    await _let_live(chat, eager, seconds=dice.uniform(0.05, LONGEST_LIFE_SECONDS))
            await asyncio.sleep(max(0.0, (due_at - clock.now()).total_seconds() / SPEED))
            async with breeder.bot():
                await _until_quiet(chat, store, eager, patient)
        finally:
            process.kill()
            await process.wait()
        tally = await _count(kills, store, database, eager, patient)
    await store.close()
    return tally


async def _let_live(chat: LocalChat, eager: Sequence[Eager], *, seconds: float) -> None:
    """Let a bot live for some seconds from its first asking on: before that, there is nothing to kill."""
    asked_before = len(chat.calls)
    async with asyncio.timeout(QUIET_SECONDS):
        while len(chat.calls) == asked_before and not chat.unconfirmed:
            for each in eager:  # where the one before had done everything, it is their turn
                await each.look(go_on=True)
            await asyncio.sleep(0.01)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for each in eager:
            await each.look(go_on=True)
        await asyncio.sleep(0.01)


async def _until_quiet(chat: LocalChat, store: SqlStore, eager: Sequence[Eager], patient: Sequence[Person]) -> None:
    """Wait until everything that was begun is done, or patience ends."""
    until = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < until:
        for each in eager:
            await each.look(go_on=False)
        reminded = all(_reminders(person) for person in patient)
        if reminded and not chat.unconfirmed and not await store.unhandled():
            return
        await asyncio.sleep(0.05)


def _reminders(person: Person) -> int:
    return sum("Cards due today" in message.text for message in person.private.messages if message.from_bot)


async def _count(
    kills: int, store: SqlStore, database: str, eager: Sequence[Eager], patient: Sequence[Person]
) -> Tally:
    lost = twice = answers = 0
    for each in eager:
        learner = await store.learner_of_chat(ChatId(each.person.id))
        reviews = [] if learner is None else await store.reviews_of(learner.id)
        seen = Counter(int(review.showing_id) for review in reviews)
        answers += len(each.answered)
        lost += len([showing for showing in each.answered if not seen[showing]])
        twice += sum(times - 1 for times in seen.values()) + len(seen.keys() - each.answered.keys())
    reminders = [_reminders(person) for person in patient]
    return Tally(
        kills=kills,
        answers=answers,
        reminders=len(reminders),
        answers_lost=lost,
        answers_twice=twice,
        memories_wrong=len((await asyncio.to_thread(replay, database, SCHEDULERS)).differences),
        reminders_lost=sum(count == 0 for count in reminders),
        reminders_twice=sum(count > 1 for count in reminders),
    )


def main() -> None:
    if sys.argv[1:2] == ["--breed"]:
        breed(*sys.argv[2:])
        return
    parser = arguments(__doc__)
    parser.add_argument("kills", nargs="?", type=int, default=200, metavar="KILLS")
    parser.add_argument("seed", nargs="?", type=int, default=1, metavar="SEED")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kills = min(given.kills, 10) if given.quick else given.kills
        tally = asyncio.run(a_day_with_kills(Path(folder), kills=kills, seed=given.seed))
    tell(rows_of(tally), given)


def rows_of(tally: Tally) -> list[Row]:
    return [
        seen("answers given", tally.answers),
        seen("answers lost", tally.answers_lost, at_most=0),
        seen("answers counted twice", tally.answers_twice, at_most=0),
        seen("memories that are not what the reviews give", tally.memories_wrong, at_most=0),
        seen(f"reminders lost, of {tally.reminders}", tally.reminders_lost, at_most=0),
        seen("reminders sent twice", tally.reminders_twice, at_most=tally.kills * AT_ONCE),
    ]


if __name__ == "__main__":
    main()
