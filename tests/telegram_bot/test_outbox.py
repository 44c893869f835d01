"""The outbox at work: nothing is lost or doubled, whatever Telegram answers; ten thousand letters take six minutes."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from telegram.error import RetryAfter

from studybot.core.learner import ChatId, Learner, LearnerId, Settings
from studybot.core.letter import Delivered, Delivery, Letter, Moved, NotNow, Refused, Reminder, Unreachable, Unsure
from studybot.core.schedule import study_day
from studybot.flows.learners import change_settings, welcome
from studybot.flows.outside import Outside
from studybot.flows.reminders import remind_due_learners
from studybot.local_chat import NO_FLOOD_LIMITS, FloodLimits, LocalChat, Message
from studybot.local_chat.flood import Flood
from studybot.ports import Clock
from studybot.schedulers import SCHEDULERS
from studybot.telegram_bot.outbox import FRESH_SECONDS, HELD_SECONDS, WATCH_SECONDS, Outbox
from studybot.telegram_bot.pace import Pace, fresh_for, unhurried
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
    await desk.store.take_letters(desk.clock.now())  # and there the process was killed

    assert await desk.post() == 0
    await desk.store.put_back_letters(await desk.store.letters_in_hand())
    assert await desk.post() == 1
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


@dataclass
class ClockAhead:
    """As `LoopClock`, by so much."""

    by: timedelta

    def __post_init__(self) -> None:
        self._right = LoopClock()

    def now(self) -> datetime:
        return self._right.now() + self.by


class SlowTelegram(FakeMessenger):
    """Takes its time for each message; a bot that is killed meanwhile never hears what became of it."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

    async def remind(self, learner: Learner, *, due: int, minutes: int) -> Delivery:
        await asyncio.sleep(self.seconds)
        return await super().remind(learner, due=due, minutes=minutes)


APART = [timedelta(hours=-3), timedelta(minutes=-2), timedelta(0), timedelta(minutes=2), timedelta(hours=3)]


async def two_bots(store: MemoryStore, apart: timedelta, *messengers: FakeMessenger) -> list[asyncio.Task[None]]:
    """Put a letter into the outbox that is due by both clocks, the second one `apart`, and let two bots send it."""
    clocks: list[Clock] = [LoopClock(), ClockAhead(apart)]
    outsides = [Outside(store, FakeDeck([predict_card()]), FakeRunner(), clock, SCHEDULERS) for clock in clocks]
    learner, _ = await welcome(ChatId(11), AT_TEN, outside=outsides[0])
    due, late = min(clock.now() for clock in clocks), max(clock.now() for clock in clocks) + timedelta(hours=1)
    day = study_day(due, learner.settings.tz)
    letter = Letter(learner.chat_id, learner.id, Reminder(day, due=1, minutes=1), expires_at=late)
    assert await store.claim_quiz_day(learner.id, day, due_at=due, next_reminder_at=late, letter=letter)
    running = []
    for messenger, outside in zip(messengers, outsides, strict=True):
        running.append(asyncio.create_task(Outbox(messenger, outside).run()))
        await asyncio.sleep(0.1)
    return running


@pytest.mark.parametrize("apart", APART, ids=str)
def test_two_bots_send_a_letter_once_however_far_apart_their_clocks_are(apart: timedelta) -> None:
    async def story() -> int:
        store, first, second = MemoryStore(), SlowTelegram(50), FakeMessenger()
        running = await two_bots(store, apart, first, second)
        await asyncio.sleep(200)
        for task in running:
            task.cancel()
        return len(first.reminded) + len(second.reminded)

    assert run_in_virtual_time(story()) == 1


@pytest.mark.parametrize("apart", APART, ids=str)
def test_what_a_killed_bot_held_is_sent_by_the_other_a_minute_later_whatever_their_clocks_say(apart: timedelta) -> None:
    async def story() -> float:
        loop, store, first, second = asyncio.get_running_loop(), MemoryStore(), SlowTelegram(10**6), FakeMessenger()
        running = await two_bots(store, apart, first, second)
        killed_at = loop.time()
        running[0].cancel()
        while store.outbox:  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(1)
        running[1].cancel()
        assert len(second.reminded) == 1
        return loop.time() - killed_at

    assert HELD_SECONDS <= run_in_virtual_time(story()) <= HELD_SECONDS + 2 * WATCH_SECONDS


def test_a_bot_that_was_frozen_with_a_letter_in_its_hand_leaves_it_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")

    async def story() -> StrictTelegram:
        telegram = StrictTelegram()
        with fresh_for(FRESH_SECONDS), unhurried():
            telegram.loop._jumping.now += FRESH_SECONDS + 1  # type: ignore[attr-defined]
            with pytest.raises(RetryAfter):
                await telegram.send(11)
        await telegram.send(12)
        return telegram

    assert list(run_in_virtual_time(story()).flood._spent) == [12]


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
