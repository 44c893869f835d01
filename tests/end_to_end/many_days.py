"""Learners over many days, through the real bot over HTTP and a real database: what must hold is looked at afterwards.

    python -m tests.end_to_end.many_days [DAYS] [LEARNERS] [SEED]

The clock is moved; the cards' runs are scripted. Meanwhile the bot is restarted, updates come twice, buttons are tapped
twice, people block the bot and come back, answers are undone, days are left out, and a zone changes its clock.
"""

import asyncio
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from studybot.core.learner import ChatId, Settings
from studybot.core.run import RunResult, RunStatus, Snippet
from studybot.core.schedule import study_day
from studybot.flows.outside import Outside
from studybot.local_chat import NO_FLOOD_LIMITS, LocalChat, Message, Person
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore
from studybot.store.replay import replay
from studybot.store.upgrade import upgrade
from studybot.telegram_bot.app import StudyBot
from tests.fakes import FakeDeck, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.telegram_bot.conftest import account_of, serving

FIRST_DAY = date(2026, 10, 12)
"""Two weeks before Berlin's clocks go back."""

ZONES = {"ko": "Asia/Seoul", "en": "Europe/Berlin"}
CARDS = 40


def value_of(snippet: Snippet) -> RunResult:
    return RunResult(RunStatus.OK, value=int(snippet.code.rsplit("=", 1)[1].split("\n")[0]))


@dataclass
class Seen:
    """What happened, counted from outside."""

    days: int
    learners: int
    answers: int = 0
    undos: int = 0
    restarts: int = 0
    redelivered: int = 0
    double_taps: int = 0
    sounds: Counter[tuple[int, date]] = field(default_factory=Counter)
    left_out: int = 0
    blocks: int = 0
    floods: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        most = max(self.sounds.values(), default=0)
        told = [
            f"{self.learners} learners over {self.days} days: {self.answers} answers, {self.undos} undone",
            f"{self.restarts} restarts, {self.redelivered} updates delivered twice, {self.double_taps} double taps",
            f"{self.left_out} days left out, {self.blocks} times blocked for days, {self.floods} floods",
            f"{sum(self.sounds.values())} messages with sound, at most {most} a study day",
        ]
        return "\n".join([*told, *self.failures])


class Simulation:
    def __init__(self, folder: Path, *, days: int, learners: int, seed: int) -> None:
        self.url = f"sqlite:///{folder}/studybot.db"
        self.dice = random.Random(seed)
        self.clock = FrozenClock(datetime.combine(FIRST_DAY, time(0), tzinfo=UTC) - timedelta(hours=2))
        self.seen = Seen(days, learners)
        self.reminders: dict[int, int] = {}
        self.away: dict[int, date] = {}  # who has blocked the bot, and until when
        self.cards = [
            predict_card(f"card-{n:02}", topic=f"topic-{n % 5}", snippet=f"n = {n}\nn", expect=n) for n in range(CARDS)
        ]

    async def run(self) -> Seen:
        upgrade(self.url)
        async with LocalChat(clock=self.clock.now, flood=NO_FLOOD_LIMITS) as chat:
            self.people = [
                chat.person(f"learner-{n}", language="ko" if n % 2 else "en") for n in range(self.seen.learners)
            ]
            day = 0
            while day < self.seen.days:
                async with self.bot(chat) as bot:
                    await chat.until_bot_listens()  # its first tick is over then, too
                    await bot.tick()
                    if day == 0:
                        await self.everybody_arrives(bot)
                    for _ in range(min(self.dice.randint(2, 6), self.seen.days - day)):
                        await self.live_through(FIRST_DAY + timedelta(days=day), chat, bot)
                        day += 1
                self.seen.restarts += 1
            wrong = [call for call in chat.refusals if call.code not in (403, 429)]
            self.seen.failures += [f"refused: {call}" for call in wrong]
            await self.look_back(chat)
        return self.seen

    @asynccontextmanager
    async def bot(self, chat: LocalChat) -> AsyncIterator[StudyBot]:
        store = SqlStore(self.url)
        outside = Outside(store, FakeDeck(list(self.cards)), FakeRunner(value_of), self.clock, SCHEDULERS)
        for card in self.cards:
            await store.save_card(card.card_id, card.revision, card.body())
        try:
            async with serving(account_of(chat), outside) as bot:
                yield bot
        finally:
            await store.close()

    async def everybody_arrives(self, bot: StudyBot) -> None:
        for person in self.people:
            await person.send("/start")
            await person.next_message()
            learner = await bot._outside.store.learner_of_chat(ChatId(person.id))
            assert learner is not None
            zone = ZONES[str(person.record["language_code"])]
            settings = Settings(learner.settings.language, zone, time(9), new_per_day=3)
            nine = datetime.combine(FIRST_DAY, time(9), tzinfo=ZoneInfo(zone)).astimezone(UTC)
            await bot._outside.store.save_settings(learner.id, settings, next_reminder_at=nine)

    async def live_through(self, day: date, chat: LocalChat, bot: StudyBot) -> None:
        """Let it become nine in each zone, and everybody there do as they please."""
        moments = {
            datetime.combine(day, time(9, 1), tzinfo=ZoneInfo(zone)).astimezone(UTC): language
            for language, zone in ZONES.items()
        }
        await self.come_and_go(day, bot)
        for moment, language in sorted(moments.items()):
            self.clock.moment = max(moment, self.clock.moment)
            here = [one for one in self.people if one.record["language_code"] == language]
            gone_before = await self.unreachable(bot, here)
            reminded = await bot.tick()
            assert await bot.tick() == 0, "a second tick reminds nobody again"
            await self.until_the_outbox_is_empty(bot)
            reminded -= await self.unreachable(bot, here) - gone_before
            fresh = [(person, message) for person in here if (message := self.reminder(person)) is not None]
            assert len(fresh) == reminded, f"{reminded} were reminded on {day}, {len(fresh)} messages came"
            for person, message in fresh:
                self.seen.sounds[person.id, study_day(self.clock.now(), ZoneInfo(ZONES[language]))] += 1
                await self.one_learners_day(person, message, chat)

    async def until_the_outbox_is_empty(self, bot: StudyBot) -> None:
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as raw:
            async with asyncio.timeout(30):
                while raw.execute("SELECT count(*) FROM outbox").fetchone() != (0,):
                    self.clock.move(timedelta(seconds=1))  # a flood is over in the bot's time, not in ours
                    bot._outbox.look()
                    await asyncio.sleep(0.01)

    async def unreachable(self, bot: StudyBot, people: Sequence[Person]) -> int:
        """Return how many of them the bot knows to have blocked it."""
        known = [await bot._outside.store.learner_of_chat(ChatId(person.id)) for person in people]
        return sum(learner is not None and not learner.reachable for learner in known)

    async def come_and_go(self, day: date, bot: StudyBot) -> None:
        """Let some block the bot for a few days, and others come back; wait until the bot knows of it."""
        for person in self.people:
            if self.away.get(person.id, day) < day:
                del self.away[person.id]
                await person.unblock()
                await self.until_known(person, bot, reachable=True)
            elif person.id not in self.away and self.dice.random() < 0.03:
                self.away[person.id] = day + timedelta(days=self.dice.randint(1, 4))
                self.seen.blocks += 1
                await person.block()
                await self.until_known(person, bot, reachable=False)

    async def until_known(self, person: Person, bot: StudyBot, *, reachable: bool) -> None:
        async with asyncio.timeout(30):
            while (await self.unreachable(bot, [person]) == 0) != reachable:  # noqa: ASYNC110 - it is in the database
                await asyncio.sleep(0.01)

    def reminder(self, person: Person) -> Message | None:
        """Return the newest message if it is a reminder that was not there before."""
        last = next((one for one in reversed(person.private.messages) if one.from_bot), None)
        if last is None or last.silent or "📬" not in last.text or last.id <= self.reminders.get(person.id, 0):
            return None
        self.reminders[person.id] = last.id
        return last

    async def one_learners_day(self, person: Person, reminder: Message, chat: LocalChat) -> None:
        dice = self.dice.random()
        if dice < 0.12:
            self.seen.left_out += 1
            return
        if dice < 0.14:
            self.seen.floods += 1
            chat.fail_next("sendMessage", 429, retry_after=1)
        self.read_all(person)
        await person.press(reminder, reminder.buttons[0][0])
        card = await person.next_message()
        while "/" in card.text.split("·")[0]:
            await self.answer(person, card, chat)
            if self.dice.random() < 0.1:
                await self.undo(person, card)
                await self.answer(person, card, chat)
            data = card.data_of(card.buttons[-1][0])["callback_data"]
            if self.dice.random() < 0.2:
                self.seen.double_taps += 1
                person.tap(card, data)
            await person.press(card, card.buttons[-1][0])
            card = await person.next_message()

    def read_all(self, person: Person) -> None:
        """What came before today is read."""
        newest = max((one.id for one in person.private.messages), default=0)
        person._read[person.private.id] = newest

    async def answer(self, person: Person, card: Message, chat: LocalChat) -> None:
        self.clock.move(timedelta(seconds=self.dice.choice([5, 20, 60, 150])))
        right = card.pieces("pre")[0].split("=")[1].split("\n")[0].strip()
        texts = [right] if self.dice.random() < 0.8 else self.dice.choice([["-1", right], ["-1", "-2"]])
        for text in texts:
            version = card.version
            await person.send(text)
            await person.next_edit(card, since=version)
            if self.dice.random() < 0.1:
                self.seen.redelivered += 1
                chat.redeliver()
        self.seen.answers += 1

    async def undo(self, person: Person, card: Message) -> None:
        self.seen.undos += 1
        version = card.version
        await person.press(card, card.buttons[-1][1])
        await person.next_edit(card, since=version)

    async def look_back(self, chat: LocalChat) -> None:
        """Compare what was seen from outside with what the database says."""
        found = replay(self.url, SCHEDULERS)
        if found.differences:
            self.seen.failures.append(f"replay differs: {found.differences[:3]}")
        if found.reviews != self.seen.answers - self.seen.undos:
            told = f"{found.reviews} reviews of {self.seen.answers} answers, {self.seen.undos} of them undone"
            self.seen.failures.append(told)
        twice = [key for key, count in self.seen.sounds.items() if count > 1]
        self.seen.failures += [f"two sounds on a day: {key}" for key in twice]
        store = SqlStore(self.url)
        try:
            for person in self.people:
                learner = await store.learner_of_chat(ChatId(person.id))
                assert learner is not None
                self.seen.failures += _early(await store.reviews_of(learner.id), person.name)
        finally:
            await store.close()


def _early(reviews: object, name: str) -> list[str]:
    """Tell of reviews of cards that were not due."""
    failures = []
    for review in reviews:  # type: ignore[attr-defined]
        before = review.before
        if before is not None and not review.drill and not before.is_due(review.day):
            failures.append(f"{name}: {review.card_id} was asked on {review.day}, due on {before.due_on}")
    return failures


def simulate(folder: Path, *, days: int, learners: int, seed: int = 1) -> Seen:
    return asyncio.run(Simulation(folder, days=days, learners=learners, seed=seed).run())


def main(words: Mapping[int, str]) -> int:
    days, learners, seed = (int(words.get(place, default)) for place, default in enumerate(("60", "10", "1")))
    with tempfile.TemporaryDirectory() as folder:
        seen = simulate(Path(folder), days=days, learners=learners, seed=seed)
    print(seen)
    return 1 if seen.failures else 0


if __name__ == "__main__":
    sys.exit(main(dict(enumerate(sys.argv[1:]))))
