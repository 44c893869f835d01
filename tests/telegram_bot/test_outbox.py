"""The outbox at work: nothing is lost or doubled, whatever Telegram answers; ten thousand letters take six minutes."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Delivered, Delivery, Moved, NotNow, Refused, Reminder, Unreachable, Unsure
from studybot.flows.learners import change_settings, welcome
from studybot.flows.letters import LEASE
from studybot.flows.outside import Outside
from studybot.flows.reminders import remind_due_learners
from studybot.local_chat import NO_FLOOD_LIMITS, FloodLimits, LocalChat, Message
from studybot.local_chat.flood import Flood
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot.outbox import Outbox
from studybot.telegram_bot.pace import Pace, unhurried
from tests.fakes import FakeDeck, FakeMessenger, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.fakes_store import MemoryStore
from tests.letters import post_all
from tests.telegram_bot.conftest import SetStage, Stage, account_of, serving, until_the_outbox_is_empty
from tests.virtual_time import run_in_virtual_time

pytestmark = pytest.mark.faults

AT_TEN = Settings(remind_at=time(10))


@dataclass
class Desk:
    """One learner whose letter is in the outbox, and a messenger that can be told what becomes of it."""

    outside: Outside
    store: MemoryStore
    clock: FrozenClock
    messenger: FakeMessenger
    learner: Learner

    async def post(self, *, after: float = 0) -> int:
        self.clock.move(timedelta(seconds=after))
        return await post_all(self.messenger, self.outside)

    @property
    def sent(self) -> int:
        return len(self.messenger.reminded)


@pytest.fixture
async def desk() -> Desk:
    store, clock = MemoryStore(), FrozenClock()
    outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS)
    learner, _ = await welcome(ChatId(11), AT_TEN, outside=outside)
    clock.move(timedelta(hours=1))
    assert await remind_due_learners(outside=outside) == 1
    return Desk(outside, store, clock, FakeMessenger(), learner)


async def test_a_letter_is_sent_once(desk: Desk) -> None:
    assert [await desk.post(), await desk.post(after=120)] == [1, 0]
    assert desk.sent == 1


async def test_a_crash_between_taking_a_letter_and_sending_it_loses_nothing(desk: Desk) -> None:
    now = desk.clock.now()
    await desk.store.take_letters(now, leased_until=now + LEASE)  # and there the process was killed

    assert await desk.post() == 0
    assert await desk.post(after=LEASE.total_seconds()) == 1
    assert desk.sent == 1


async def test_a_letter_waits_as_long_as_telegram_says(desk: Desk) -> None:
    desk.messenger.answers = [NotNow("flooded", 30)]

    arrived = [await desk.post(), await desk.post(after=29), await desk.post(after=1)]

    assert arrived == [0, 0, 1]


async def test_a_letter_that_did_not_leave_is_tried_again_in_growing_pauses(desk: Desk) -> None:
    desk.messenger.answers = [NotNow("no route")] * 3

    arrived = [await desk.post(after=pause) for pause in (0, 2, 4, 8)]

    assert arrived == [0, 0, 0, 1]


async def test_a_letter_that_may_have_arrived_is_not_sent_again(desk: Desk) -> None:
    desk.messenger.answers = [Unsure("timed out")]

    assert [await desk.post(), await desk.post(after=600)] == [0, 0]
    assert not desk.store.outbox


async def test_who_has_blocked_the_bot_is_sent_nothing_until_they_are_back(desk: Desk) -> None:
    desk.messenger.answers = [Unreachable()]
    await desk.post()
    gone = await desk.store.learner(desk.learner.id)
    assert gone is not None
    assert not gone.reachable
    assert not desk.store.outbox

    await welcome(ChatId(11), AT_TEN, outside=desk.outside)
    desk.clock.move(timedelta(days=1))
    await remind_due_learners(outside=desk.outside)

    assert await desk.post() == 1


async def test_a_letter_to_an_upgraded_group_follows_it(desk: Desk) -> None:
    desk.messenger.answers = [Moved(ChatId(-1007))]

    await desk.post()

    assert desk.sent == 1


async def test_a_refused_letter_is_not_tried_for_ever(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.messenger.answers = [Refused("can't parse entities")]

    await desk.post()

    assert not desk.store.outbox
    assert "can't parse entities" in caplog.text


async def test_a_letter_is_left_out_once_the_learner_came_by_themselves(desk: Desk) -> None:
    content = next(iter(desk.store.outbox.values()))[1].letter.content
    assert isinstance(content, Reminder)
    day = content.day
    await desk.store.begin_quiz(desk.learner.id, day, [], at=desk.clock.now())

    await desk.post()

    assert desk.sent == 0
    assert not desk.store.outbox


async def test_a_letter_is_left_out_once_the_learner_went_away(desk: Desk) -> None:
    away = replace(AT_TEN, away_until=date(2027, 1, 1))
    await change_settings(desk.learner, away, outside=desk.outside)

    await desk.post()

    assert desk.sent == 0
    assert not desk.store.outbox


async def test_a_letter_that_comes_too_late_is_left_out(desk: Desk) -> None:
    await desk.post(after=3 * 3600)

    assert desk.sent == 0
    assert not desk.store.outbox


# the loop


class LoopClock:
    """Calendar time that goes with the loop's clock."""

    def __init__(self) -> None:
        self._began = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        passed = asyncio.get_running_loop().time() - self._began
        return datetime(2026, 11, 16, 1, 0, tzinfo=UTC) + timedelta(seconds=passed)


class StrictTelegram(FakeMessenger):
    """Takes 50 ms for each message and counts them as Telegram does: a message too many is a failure."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.began = self.loop.time()
        self.flood = Flood(FloodLimits(), self.loop.time)
        self.pace = Pace()
        self.letters: list[tuple[int, float]] = []

    async def send(self, chat_id: int) -> float:
        began = self.loop.time()
        await self.pace.process_request(self._post, (chat_id,), {}, "sendMessage", {"chat_id": chat_id}, None)
        return self.loop.time() - began

    async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
        with unhurried():
            await self.send(learner.chat_id)
        self.letters.append((learner.id, self.loop.time() - self.began))
        return Delivered()

    async def _post(self, chat_id: int) -> Any:
        await asyncio.sleep(0.05)
        self.flood.check(chat_id)
        self.flood.count(chat_id)
        return True


LEARNERS = 10_000


def test_ten_thousand_letters_take_six_minutes_and_answers_go_first() -> None:
    async def story() -> tuple[StrictTelegram, float, list[float]]:
        store, clock, telegram = MemoryStore(), LoopClock(), StrictTelegram()
        outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS)
        for number in range(1, LEARNERS + 1):
            learner = Learner(LearnerId(number), ChatId(number), AT_TEN)
            store.learners[learner.id] = learner
            store.next_reminders[learner.id] = clock.now()
        assert await remind_due_learners(outside=outside) == LEARNERS
        outbox = Outbox(telegram, outside)
        running = asyncio.create_task(outbox.run())
        waited: list[float] = []
        while store.outbox:
            waited.append(await telegram.send(LEARNERS + 1 + len(waited) % 50))
            await asyncio.sleep(0.5)
        took = telegram.loop.time() - telegram.began
        running.cancel()
        return telegram, took, waited

    telegram, took, waited = run_in_virtual_time(story())

    assert len(telegram.letters) == len({learner for learner, _ in telegram.letters}) == LEARNERS
    assert took < 400, "the limits allow 10,000 in 334 s, beside about 700 answers"
    assert max(waited) < 0.15


async def test_what_a_killed_bot_left_in_the_outbox_is_sent_by_the_next_one() -> None:
    clock, store = FrozenClock(), MemoryStore()
    outside = Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS)
    async with LocalChat(clock=clock.now, flood=NO_FLOOD_LIMITS) as chat:
        ann = chat.person("Ann")
        await ann.send("hello")
        await welcome(ChatId(ann.id), AT_TEN, outside=outside)
        clock.move(timedelta(hours=1))
        await remind_due_learners(outside=outside)  # and there the process was killed

        async with serving(account_of(chat), outside):
            reminder = await ann.next_message()

    assert not reminder.silent
    assert not store.outbox


@pytest.mark.parametrize(
    "fault", ["lost", 500, 502, 429], ids=["the answer is lost", "an error of theirs", "a bad gateway", "a flood"]
)
async def test_a_reminder_arrives_once_whatever_telegram_answers_first(stage: SetStage, fault: Any) -> None:
    async with stage(predict_card()) as on:
        hello = await due_reminder(on)
        on.chat.fail_next("sendMessage", fault)

        assert await on.bot.tick() == 1
        await until_the_outbox_is_empty(on)

        (reminder,) = [each for each in on.ann.private.messages if each.from_bot and each.id != hello.id]
        assert not reminder.silent


async def due_reminder(on: Stage) -> Message:
    """Let Ann come, and her hour; return what she was told first."""
    await on.ann.send("/start")
    hello = await on.ann.next_message()
    learner = await on.store.learner_of_chat(ChatId(on.ann.id))
    assert learner is not None
    on.store.next_reminders[learner.id] = on.clock.now()
    return hello


async def test_a_group_that_is_upgraded_takes_what_is_its_own_along(stage: SetStage) -> None:
    async with stage(predict_card()) as on:
        moved: asyncio.Queue[tuple[int, int]] = asyncio.Queue()

        async def move_chat(old: ChatId, new: ChatId) -> None:
            moved.put_nowait((old, new))

        on.store.move_chat = move_chat  # type: ignore[method-assign]
        group = on.chat.group("Study", [on.ann], basic=True)
        old = group.id

        new = group.upgrade().id

        async with asyncio.timeout(10):
            told_in_both = [await moved.get() for _ in range(2)]
        assert set(told_in_both) == {(old, new)}
