"""Bots on one database go by its time: their own clocks may be wrong by hours, or be set while they run."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from studybot.core.learner import ChatId, Settings
from studybot.errors import StoreError
from studybot.flows.outside import Outside
from studybot.flows.reminders import remind_due_learners
from studybot.ports import Clock
from studybot.schedulers import SCHEDULERS
from studybot.store import SqlStore, StoreClock, clock_of
from tests.fakes import FakeDeck, FakeMessenger, FrozenClock, predict_card
from tests.fakes_runner import FakeRunner
from tests.letters import post_all

pytestmark = pytest.mark.faults

HOURS_APART = [(-3, 5), (5, -3), (0, 48), (-48, 0)]


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def stores(postgresql_url: str) -> AsyncIterator[list[SqlStore]]:
    stores = [SqlStore(postgresql_url), SqlStore(postgresql_url)]
    yield stores
    for store in stores:
        await store.close()


def wrong_by(hours: float) -> Clock:
    return FrozenClock(datetime.now(UTC) + timedelta(hours=hours))  # noqa: TID251


@pytest.mark.parametrize("hours", HOURS_APART, ids=str)
async def test_bots_whose_own_clocks_are_hours_apart_agree_what_time_it_is(
    stores: list[SqlStore], hours: tuple[float, float]
) -> None:
    clocks = [await clock_of(store, wrong_by(by)) for store, by in zip(stores, hours, strict=True)]

    one, other, right = *(clock.now() for clock in clocks), await stores[0].time()

    assert abs(one - other) < timedelta(seconds=2)
    assert abs(one - right) < timedelta(seconds=2)


@pytest.mark.parametrize("hours", HOURS_APART, ids=str)
async def test_everybody_is_reminded_once_and_nobody_too_early(
    stores: list[SqlStore], hours: tuple[float, float]
) -> None:
    messenger = FakeMessenger()
    bots = [
        Outside(store, FakeDeck([predict_card()]), FakeRunner(), await clock_of(store, wrong_by(by)), SCHEDULERS)
        for store, by in zip(stores, hours, strict=True)
    ]
    now = await stores[0].time()
    settings = Settings(remind_at=now.astimezone(Settings().tz).time().replace(second=0, microsecond=0), quiet=None)
    due = [
        await stores[0].add_learner(ChatId(number), settings, next_reminder_at=now - timedelta(seconds=1))
        for number in range(1, 6)
    ]
    for number in range(6, 9):
        await stores[0].add_learner(ChatId(number), settings, next_reminder_at=now + timedelta(minutes=30))

    for _ in range(2):
        await asyncio.gather(*(remind_due_learners(outside=outside) for outside in bots))
        await asyncio.gather(*(post_all(messenger, outside) for outside in bots))

    assert sorted(who for who, _, _ in messenger.reminded) == sorted(learner.id for learner in due)


async def test_time_goes_on_by_a_stopwatch_and_is_set_right_by_the_database(stores: list[SqlStore]) -> None:
    own, stopwatch = FrozenClock(), Stopwatch()
    clock = await clock_of(stores[0], own, stopwatch=stopwatch)
    assert isinstance(clock, StoreClock)
    began = clock.now()

    own.move(timedelta(days=-30))  # somebody sets the machine's clock
    stopwatch.seconds += 3600
    later = clock.now()
    await clock.ask()

    assert later - began == timedelta(hours=1)
    assert clock.now() - began < timedelta(minutes=1), "no hour has passed for the database"


async def test_time_goes_on_while_the_database_is_away(stores: list[SqlStore], monkeypatch: pytest.MonkeyPatch) -> None:
    stopwatch = Stopwatch()
    clock = await clock_of(stores[0], FrozenClock(), stopwatch=stopwatch)
    assert isinstance(clock, StoreClock)
    began = clock.now()

    async def away() -> datetime:
        raise StoreError("the database is away")

    monkeypatch.setattr(stores[0], "time", away)
    stopwatch.seconds += 7
    await clock.ask()

    assert clock.now() - began == timedelta(seconds=7)


async def test_an_answer_that_took_long_tells_no_time(stores: list[SqlStore], monkeypatch: pytest.MonkeyPatch) -> None:
    stopwatch = Stopwatch()
    clock = await clock_of(stores[0], FrozenClock(), stopwatch=stopwatch)
    assert isinstance(clock, StoreClock)
    began = clock.now()

    async def late() -> datetime:
        stopwatch.seconds += 60
        return began

    monkeypatch.setattr(stores[0], "time", late)
    await clock.ask()

    assert clock.now() - began == timedelta(seconds=60)


async def test_the_bots_of_a_file_share_a_machine_and_its_clock() -> None:
    own, store = FrozenClock(), SqlStore("sqlite://")

    assert await clock_of(store, own) is own

    await store.close()
